"""Launching: the one address where a launch token is used up, and from there to a clean one."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, render_template, request

from app.embed.addresses import LAUNCH_PATH, FrameAddresses
from app.embed.words import Event, frame_title
from app.onboarding.embedding.errors import LaunchError, LaunchFault
from app.web import languages
from app.web.addresses import FLOW_MARK
from app.web.limits import limit_opening
from app.web.security import csrf, framed_by
from app.web.session import CookieSessions
from app.web.wizard import go
from app.wiring import services

embed = Blueprint("embed", __name__, url_prefix="/embed")
ROBOT = re.compile(r"bot|crawl|spider|preview|externalhit|whatsapp|slurp|embedly|scan", re.IGNORECASE)
# What a fresh launch token would mend.
MENDED_BY_A_TOKEN = (LaunchFault.USED, LaunchFault.EXPIRED)


def _jar() -> CookieSessions:
    return cast(CookieSessions, current_app.session_interface)


def _is_opened() -> bool:
    """Whether the address is opened now: a robot that looks at links, or a browser that fetches ahead of time, must not
    use up what is good once. Browsers of today say what they do; a robot that poses as one does not."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return False
    mode, agent = request.headers.get("Sec-Fetch-Mode"), request.headers.get("User-Agent", "")
    if mode is not None:
        return mode in ("navigate", "nested-navigate")
    return not (agent.startswith("Mozilla/") or ROBOT.search(agent))


@embed.route("/launch", methods=["GET", "POST"])
@limit_opening
def launch() -> Any:
    """Use a launch token and lead on; ask for a click first where it is not sure that anybody is there."""
    token = request.values.get("token", "")
    frames = services().embedding.frames
    try:
        if request.method != "POST" and not _is_opened():
            framed_by(frames.peek(token).origins)
            return render_template("embed/launch.html", token=token, address=LAUNCH_PATH)
        entry = frames.consume(token, known=partial(_jar().framed_token, request))
    except LaunchError as error:
        return _refused(error)
    framed_by(entry.origins)
    response = cast(Response, go(f"/embed/enter/{entry.handle}"))
    _jar().keep_frame(response, entry.session_id, entry.token)
    return response


@embed.get("/enter/<handle>")
@limit_opening
def enter(handle: str) -> Any:
    """See whether the cookie came back; if not, a token in the path takes its place."""
    frames = services().embedding.frames
    found = frames.settle(handle, partial(_jar().framed_token, request))
    if found is None:
        return _refused(LaunchError(LaunchFault.USED))
    frame, flow = found
    framed_by(frame.registered.origins)
    return go(FrameAddresses(FLOW_MARK + flow if flow else frame.session_id).home())


def _refused(error: LaunchError) -> Any:
    """Say why nothing opens; the page around is told too, where it is the team's."""
    framed_by(error.origins)
    if error.language:
        languages.prefer(error.language)
    told: list[Event] = [Event("error", code=error.fault.value)]
    if error.fault in MENDED_BY_A_TOKEN:
        told.append(Event("expired", code=error.fault.value, renew=False))
    events = [each.told for each in told]
    outside = {"origins": error.origins, "events": events, "title": frame_title()} if error.origins else None
    named = {"product": error.product} if error.product else {}
    return render_template("embed/over.html", fault=error.fault.value, outside=outside, **named), 410


def register_launch(app: Flask) -> None:
    """Serve it; a launch token is no cookie: no other site can make a browser send one that it does not have."""
    csrf.exempt(launch)
    app.register_blueprint(embed)
