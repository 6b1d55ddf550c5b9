"""How an integration's pages look and what they call it: its theme, name, logo and privacy link."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.domain.errors import AltaError, InvalidError
from app.domain.theme import COLOUR, FONTS, WIDEST_RADIUS, ContrastError, Theme, checked
from app.domain.web_addresses import AddressError, link_of
from app.domain.words import N_
from app.onboarding.embedding.values import theme_json, theme_of
from app.pictures.logo import logo_of
from app.store.db import read
from app.store.models.embedding import EmbedSettings

PRODUCT_MAXIMUM = 60
JOINER = "\u200d"
RADIUS = re.compile(r"[0-9]{1,3}")
SCHEMES = ("auto", "light", "dark")
# Alta's own: who chooses these chooses nothing.
OWN_ACCENT, OWN_RADIUS = "#0b6b57", 12
_LOOK = select(EmbedSettings.theme, EmbedSettings.product, EmbedSettings.privacy_url, EmbedSettings.logo_name).where(
    EmbedSettings.integration_id == bindparam("integration_id")
)
_LOGO = select(EmbedSettings.logo).where(EmbedSettings.logo_name == bindparam("name")).limit(1)


class LookError(AltaError):
    """Something of a look cannot be so: each fault with the part of the form that it concerns."""

    def __init__(self, faults: dict[str, InvalidError]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, kw_only=True)
class Look:
    """What an integration chose; None where ours stays."""

    theme: Theme
    product: str | None = None
    privacy_url: str | None = None
    logo_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class WantedLook:
    """What a look is to be, as it was posted."""

    scheme: str = "auto"
    accent: str = OWN_ACCENT
    radius: str = str(OWN_RADIUS)
    font: str = "system"
    product: str = ""
    privacy_url: str = ""

    def theme(self) -> Theme:
        """Its theme; raises LookError where what was posted is no theme at all, or cannot be read."""
        accent, faults = self.accent.strip().lower(), {}
        if not COLOUR.fullmatch(accent):
            faults["accent"] = InvalidError(N_("Give a colour such as #0b6b57"))
        if not (RADIUS.fullmatch(self.radius) and int(self.radius) <= WIDEST_RADIUS):
            faults["radius"] = InvalidError(N_("Give a number of pixels from 0 to %(most)s"), most=WIDEST_RADIUS)
        if self.scheme not in SCHEMES:
            faults["scheme"] = InvalidError(N_("Choose one of them"))
        if self.font not in FONTS:
            faults["font"] = InvalidError(N_("Choose one of them"))
        if faults:
            raise LookError(faults)
        values: dict[str, Any] = {"scheme": self.scheme, "font": self.font}
        values["accent"] = None if accent == OWN_ACCENT else accent
        values["radius"] = None if int(self.radius) == OWN_RADIUS else int(self.radius)
        try:
            return checked(Theme(**values))
        except ContrastError as error:
            raise LookError({"accent": contrast_fault(accent, error)}) from None


def contrast_fault(accent: str, error: ContrastError) -> InvalidError:
    """The same as a sentence for a page; `nearest` is among its parameters."""
    return InvalidError(
        N_(
            "%(colour)s has a contrast of %(ratio)s to 1 on its own tint (%(paper)s on white), and 4.5 is the least. "
            "The nearest that passes is %(nearest)s"
        ),
        colour=accent,
        ratio=f"{error.ratio:.2f}",
        paper=f"{error.on_paper:.2f}",
        nearest=error.nearest,
    )


class Looks:
    """The use cases of a look."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    def of(self, integration_id: int) -> Look:
        """What an integration chose so far."""
        with read() as connection:
            row = connection.execute(_LOOK, {"integration_id": integration_id}).first()
        if row is None:
            return Look(theme=Theme())
        return Look(
            theme=theme_of(row.theme), product=row.product, privacy_url=row.privacy_url, logo_name=row.logo_name
        )

    def logo(self, name: str) -> bytes | None:
        """The logo of a name."""
        with read() as connection:
            return connection.execute(_LOGO, {"name": name}).scalar()

    def checked(self, wanted: WantedLook, logo: bytes | None = None, *, drop_logo: bool = False) -> dict[str, Any]:
        """The columns of a look; raises LookError with every fault."""
        faults: dict[str, InvalidError] = {}
        values: dict[str, Any] = {"product": wanted.product.strip() or None}
        try:
            chosen = wanted.theme()
            values["theme"] = theme_json(asdict(chosen))
        except LookError as error:
            faults |= error.faults
        # Some emoji are several that are joined.
        name = values["product"] or ""
        if len(name) > PRODUCT_MAXIMUM or not name.replace(JOINER, "").isprintable():
            faults["product"] = InvalidError(N_("Give a name of up to %(number)s characters"), number=PRODUCT_MAXIMUM)
        try:
            values["privacy_url"] = link_of(wanted.privacy_url) if wanted.privacy_url.strip() else None
        except AddressError:
            faults["privacy_url"] = InvalidError(N_("Give an address such as https://www.example.com/privacy"))
        if drop_logo:
            values |= {"logo": None, "logo_name": None}
        elif logo:
            try:
                values["logo"] = logo_of(logo)
                values["logo_name"] = hashlib.sha256(values["logo"]).hexdigest()[:40]
            except InvalidError as error:
                faults["logo"] = error
        if faults:
            raise LookError(faults)
        return values

    def keep(self, connection: Connection, integration_id: int, values: dict[str, Any]) -> None:
        """Have it so from here on, in frames that are open too."""
        values = {**values, "updated_at": self.clock()}
        here = EmbedSettings.integration_id == integration_id
        if not connection.execute(update(EmbedSettings).where(here).values(**values)).rowcount:
            connection.execute(insert(EmbedSettings).values(integration_id=integration_id, **values))


def wanted_of(look: Look) -> WantedLook:
    """A look as its form shows it."""
    theme = look.theme
    return WantedLook(
        scheme=theme.scheme,
        accent=theme.accent or OWN_ACCENT,
        radius=str(OWN_RADIUS if theme.radius is None else theme.radius),
        font=theme.font,
        product=look.product or "",
        privacy_url=look.privacy_url or "",
    )
