"""The addresses of embedding, and of the journey within a frame: `/frame/<flow>`, in front of the wizard's own."""

from __future__ import annotations

from app.web.addresses import FRAME_PREFIX, Addresses

LAUNCH_PATH = "/embed/launch"


class FrameAddresses(Addresses):
    """The wizard's addresses in one frame; `flow` is the session's id, or where no cookie is kept `~` and a token."""

    asks_country = False

    def __init__(self, flow: str) -> None:
        super().__init__(f"{FRAME_PREFIX}/{flow}")

    def home(self) -> str:
        """Leads to the first open step."""
        return self._address("/")

    def start(self, **query: str) -> str:
        """The consents: the country and the rest were the integration's to say."""
        return self._address("/begin", query)

    def theme(self) -> str:
        """The theme's style sheet."""
        return self._address("/theme.css")

    def elsewhere(self) -> str:
        """Where a person goes on in a tab."""
        return self._address("/elsewhere")

    def renew(self) -> str:
        """Where a frame that has expired hands in a fresh launch token."""
        return self._address("/renew")
