"""A frame as a value: read from its rows with one SELECT, with all that its pages need to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.domain.theme import Theme
from app.onboarding.embedding.errors import FAULT_OF_STATE, LaunchFault
from app.onboarding.embedding.registry import Registered, registered_of
from app.onboarding.embedding.values import Details, joined_theme, open_details
from app.store.crypto import Keyring
from app.store.models.embedding import EmbeddedSession, EmbedFrame, EmbedLaunch, EmbedSettings
from app.store.models.integrations import Integration

_TEAM = (Integration.name, EmbedSettings.is_test, EmbedSettings.origins, EmbedSettings.return_urls)
_FRAME = (
    select(
        EmbedFrame.token_hash,
        EmbedFrame.session_id,
        EmbedFrame.application_id.label("admitted_to"),
        EmbedFrame.language,
        EmbedFrame.theme.label("frame_theme"),
        EmbedFrame.expires_at,
        EmbedFrame.left_at,
        EmbedFrame.created_at,
        EmbeddedSession.state,
        EmbeddedSession.application_id,
        EmbeddedSession.country,
        EmbeddedSession.theme,
        EmbeddedSession.details,
        EmbedSettings.theme.label("team_theme"),
        EmbedSettings.product,
        EmbedSettings.privacy_url,
        EmbedSettings.logo_name,
        *_TEAM,
    )
    .join(EmbeddedSession, EmbeddedSession.id == EmbedFrame.session_id)
    .join(Integration, Integration.id == EmbeddedSession.integration_id)
    .outerjoin(EmbedSettings, EmbedSettings.integration_id == EmbeddedSession.integration_id)
    .where(Integration.revoked_at.is_(None))
)
FRAME_BY_TOKEN: Any = _FRAME.where(EmbedFrame.token_hash == bindparam("hash"))
FRAME_BY_HANDLE: Any = _FRAME.where(EmbedFrame.handle_hash == bindparam("hash"))
LAUNCH_ROW: Any = (
    select(
        EmbedLaunch.id,
        EmbedLaunch.session_id,
        EmbedLaunch.expires_at,
        EmbedLaunch.used_at,
        EmbedLaunch.kind,
        EmbeddedSession.state,
        EmbeddedSession.language,
        EmbedSettings.product,
        *_TEAM,
    )
    .join(EmbeddedSession, EmbeddedSession.id == EmbedLaunch.session_id)
    .join(Integration, Integration.id == EmbeddedSession.integration_id)
    .outerjoin(EmbedSettings, EmbedSettings.integration_id == EmbeddedSession.integration_id)
    .where(EmbedLaunch.token_hash == bindparam("hash"), Integration.revoked_at.is_(None))
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A launch that was used: what the browser holds from here on, and a handle to find out whether it keeps it."""

    session_id: str
    token: str
    handle: str
    origins: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A browser within a session, as its pages need to know it; `team` is the integration's name.

    `theme` is the integration's with the session's over it, and over both what the page around chose.
    """

    session_id: str
    state: str
    application_id: str | None
    admitted_to: str | None
    country: str
    language: str
    theme: Theme
    product: str | None
    privacy_url: str | None
    logo_name: str | None
    team: str
    registered: Registered
    details: Details
    expires_at: datetime
    left_at: datetime | None
    key: str

    @property
    def fault(self) -> LaunchFault | None:
        """Why nobody may go on, if so."""
        return FAULT_OF_STATE.get(self.state)


def frame_of(keyring: Keyring, row: Row[Any]) -> Frame:
    """The frame that a row tells of."""
    return Frame(
        session_id=row.session_id,
        state=row.state,
        application_id=row.application_id,
        admitted_to=row.admitted_to,
        country=row.country,
        language=row.language,
        theme=joined_theme(row.team_theme or "{}", row.theme, row.frame_theme),
        product=row.product,
        privacy_url=row.privacy_url,
        logo_name=row.logo_name,
        team=row.name,
        registered=registered_of(row.is_test, row.origins, row.return_urls),
        details=open_details(keyring, row.session_id, row.details) if row.details else Details(),
        expires_at=row.expires_at,
        left_at=row.left_at,
        key=row.token_hash,
    )
