"""What a page in a frame tells its script, and through it the page around: events without anything personal."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from flask import g, request, url_for

from app.domain.web_addresses import leads_back, return_url_of
from app.onboarding.embedding.frame import Frame
from app.web.guard import cookie, find_draft
from app.wiring import services
from app.words import gettext as _


class Event:
    """Something to tell the page around, such as `Event("error", code="launch_used")`."""

    def __init__(self, kind: str, **detail: Any) -> None:
        self.told = {"type": f"alta:{kind}", **detail}


@dataclass(frozen=True, kw_only=True)
class PageFrame:
    """The frame as templates need it; `team` is whose it is, `back` where the person goes afterwards."""

    frame: Frame

    @property
    def team(self) -> str:
        """The integration's name."""
        return self.frame.team

    @property
    def called(self) -> str:
        """What the team calls itself to people."""
        return self.frame.product or self.frame.team

    @property
    def logo_address(self) -> str | None:
        """The team's logo."""
        name = self.frame.logo_name
        return url_for("embed.logo", name=name) if name else None

    @property
    def theme_address(self) -> str:
        """The theme's style sheet; another theme has another address."""
        content = json.dumps(asdict(self.frame.theme), sort_keys=True)
        return f"{g.addresses.theme()}?{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    @property
    def back(self) -> str | None:
        """The return URL, with how the session stands; only where it is still registered."""
        url = self.frame.details.return_url
        if url is None or return_url_of(url) not in self.frame.registered.return_urls:
            return None
        return leads_back(url, session_id=self.frame.session_id, state=self.frame.state)

    def words(self, progress: Any, step: Any, event: Event | None) -> str:
        """All that the script needs, as JSON."""
        frames = services().embedding.frames
        left = (self.frame.expires_at - frames.clock()).total_seconds()
        told = event.told if event is not None else _happened(self.frame, progress, step)
        return json.dumps(
            {
                "session": self.frame.session_id,
                "origins": self.frame.registered.origins,
                "expires": max(0, round(left)),
                "event": told,
                "theme": g.addresses.theme().removesuffix(".css"),
                "renew": g.addresses.renew(),
                "title": frame_title(),
                "over": _("Your time here is over. If this page does not go on by itself, reload the page around it."),
            }
        )


def frame_title() -> str:
    """What the frame is called in the page around, in the person's language."""
    return _("Identity verification")


def frame_of(frame: Frame) -> PageFrame:
    """The frame of this request, for its templates."""
    return PageFrame(frame=frame)


def _happened(frame: Frame, progress: Any, step: Any) -> dict[str, Any] | None:
    """What showing this page means: a step is shown, or the application was sent."""
    if progress is not None and (request.endpoint or "").startswith("framed.wizard."):
        key = step.key if step is not None else "review"
        return {"type": "alta:step", "step": key, "number": progress.number, "of": progress.total}
    draft = find_draft() if cookie().is_applicant else None
    if draft is not None and not draft.is_open and request.endpoint == "framed.wizard.status":
        return {"type": "alta:submitted", "session_id": frame.session_id, "reference": draft.reference}
    return None
