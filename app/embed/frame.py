"""The journey within a frame: the wizard's own pages under `/frame/<flow>`, guarded, and what only a frame has."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, g, render_template, request
from pydantic import ValidationError

from app.apis.sessions.contract import ThemeBody
from app.domain.theme import ContrastError
from app.embed.addresses import FrameAddresses
from app.embed.words import Event, PageFrame, frame_of
from app.onboarding.embedding.errors import LaunchError, LaunchFault
from app.onboarding.embedding.frame import Frame
from app.web import languages
from app.web.addresses import FLOW_MARK, FRAME_PREFIX
from app.web.guard import cookie, find_draft
from app.web.security import framed_by
from app.web.session import APPLICANT
from app.web.wizard import go, wizard
from app.wiring import services
from app.words import gettext as _

framed = Blueprint("framed", __name__, url_prefix=f"{FRAME_PREFIX}/<flow>")
EXPIRED = "frame_expired"
THEME_KEPT_SECONDS = 3600
# Of the wizard's own pages those that a frame has in its own way, or not at all.
BEGINNING, ELSEWHERE = ("framed.wizard.start",), ("framed.wizard.resume", "framed.wizard.part")
FOR_ALL = ("framed.theme",)


@framed.url_value_preprocessor
def _find(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Find out whose frame it is before anything else: whatever is answered, its team's pages may show it."""
    flow = str((values or {}).pop("flow", ""))
    g.addresses = FrameAddresses(flow)
    g.frame, g.refuse_post = None, _refuse
    held = cookie()
    if not held.is_framed:
        return
    frame = services().embedding.frames.load(held.token)
    if frame is None or flow not in (frame.session_id, FLOW_MARK + held.token):
        return
    g.frame = frame
    framed_by(frame.registered.origins)
    g.language = frame.language


@framed.before_request
def _enter() -> Any:
    """Let in whom a launch let in, as long as that lasts."""
    frame: Frame | None = g.frame
    if frame is None:
        return _over(LaunchFault.UNKNOWN)
    if request.endpoint in FOR_ALL:
        return None
    frames = services().embedding.frames
    if frame.fault is not None:
        return _over(frame.fault)
    if request.method == "POST" and not is_own_post():
        return _refuse()
    if frames.is_over(frame):
        return None if request.endpoint == "framed.renew" else _over_for_now()
    if request.method == "POST" or not _asks_by_itself():
        g.frame = frame = frames.see(frame)
    frames.admit(frame, cookie().token)
    if frame.application_id is not None:
        cookie().kind = APPLICANT
    if request.endpoint in ELSEWHERE:
        abort(404)
    if request.endpoint in BEGINNING:
        return go(g.addresses.start())
    is_page = request.method == "GET" and not _asks_by_itself()
    if frame.left_at is not None and is_page and (request.endpoint or "").startswith("framed.wizard."):
        return go(g.addresses.elsewhere())
    return None


@framed.after_request
def _leave(response: Response) -> Response:
    """A language that was chosen is kept with the frame: its browser may keep nothing of ours."""
    chosen = g.pop("remember_language", None)
    if chosen and g.frame is not None:
        services().embedding.frames.choose_language(g.frame, chosen)
    return response


def _asks_by_itself() -> bool:
    """Whether a page asks by itself, without anybody being there for it."""
    return "X-Requested-With" in request.headers or "X-Looks-By-Itself" in request.headers


def is_own_post() -> bool:
    """Whether a post comes from a page of ours, as its browser says: one of these two is sent by each."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site is not None
    return origin in (request.host_url.rstrip("/"), services().public_url(request.host_url))


def _refuse() -> Any:
    """A post that does not come from a page of ours, or that lost its token on the way.

    Of a sandboxed frame, which has no origin, the person is let out into a tab.
    """
    frame: Frame | None = g.frame
    if request.headers.get("X-Requested-With"):
        return _told("refused", _("That does not work here"), 403)
    if frame is None or frame.fault is not None or services().embedding.frames.is_over(frame) or not _is_boxed():
        return _page("refused", Event("error", code="post_refused")), 403
    link = services().embedding.frames.link(frame)
    return _page("blocked", Event("error", code="frame_blocked"), link=link), 403


def _is_boxed() -> bool:
    return request.headers.get("Origin") == "null"


def _over(fault: LaunchFault) -> Any:
    if request.headers.get("X-Requested-With"):
        return _told(fault.value, _("Your session has ended. Reload the page to go on."), 410)
    return _page("over", Event("error", code=fault.value), fault=fault.value), 410


def _over_for_now() -> Any:
    """Nobody came by for too long: a fresh launch token lets the page go on where it is."""
    if request.headers.get("X-Requested-With"):
        return _told(EXPIRED, _("Your time here is over"), 410)
    return _page("expired", Event("expired", code=EXPIRED, renew=True)), 410


def _told(code: str, sentence: str, status: int) -> Any:
    """What a script is told: a code for itself, and a sentence to show."""
    return {"code": code, "error": sentence}, status


def _page(name: str, event: Event, **words: Any) -> str:
    return render_template(f"embed/{name}.html", event=event, **words)


@framed.get("/theme.css")
def theme() -> Response:
    """The colours and corners that the team chose, as a style sheet."""
    css = g.frame.theme.css()
    response = Response(css, content_type="text/css; charset=utf-8")
    # Another theme has another address.
    response.headers["Cache-Control"] = f"private, max-age={THEME_KEPT_SECONDS}"
    # To a sandboxed frame without an origin, its own style sheet comes from another site.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@framed.post("/theme")
def change_theme() -> Any:
    """Look otherwise from here on."""
    try:
        asked = ThemeBody.model_validate_json(request.form.get("theme", ""))
        services().embedding.frames.choose_theme(g.frame, asked.model_dump())
    except (ValidationError, ContrastError):
        return {"error": "theme_refused"}, 422
    return "", 204


@framed.post("/renew")
def renew() -> Any:
    """Go on with an expired frame by a fresh launch token of its session."""
    frames = services().embedding.frames
    try:
        frames.renew(g.frame, cookie().token, request.form.get("token", ""))
    except LaunchError as error:
        return {"error": error.fault.value}, 409
    return {"expires": round(frames.lasts.total_seconds())}


@framed.route("/elsewhere", methods=["GET", "POST"])
def elsewhere() -> Any:
    """Go on in a tab; what becomes of it is followed here."""
    frames, frame = services().embedding.frames, g.frame
    if request.method == "POST":
        if "stay" in request.form:
            frames.stay(frame)
            return go(g.addresses.home())
        return render_template("embed/elsewhere.html", link=frames.leave(frame), draft=None, standing=None)
    draft = find_draft() if cookie().is_applicant else None
    if draft is not None and not draft.is_open:
        if "X-Looks-By-Itself" in request.headers:
            # The page that asks finds no news in this, and opens its address anew.
            return ""
        frames.stay(frame)
        return go(g.addresses.status())
    journey = services().drafts.journey(draft, language=languages.current()) if draft is not None else None
    standing = journey.progress(journey.furthest) if journey is not None else None
    return render_template("embed/elsewhere.html", link=None, draft=draft, standing=standing)


framed.register_blueprint(wizard, url_prefix="")


def _words() -> dict[str, PageFrame | None]:
    frame = g.get("frame")
    return {"frame": frame_of(frame) if frame is not None else None}


def register_frame(app: Flask) -> None:
    """Serve the wizard within frames too."""
    from app.embed import begin

    assert begin
    app.register_blueprint(framed)
    app.context_processor(_words)
