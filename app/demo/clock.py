"""The demo's clock: each thread plays in a moment of its own, and time passes as it says."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from app.store.db import utc_now


class PlayedClock:
    """The present, or where a thread has gone to another moment, that one; never later than the present."""

    def __init__(self) -> None:
        self._here = threading.local()

    def __call__(self) -> datetime:
        """The moment, aware, in UTC."""
        moment: datetime | None = getattr(self._here, "moment", None)
        return utc_now() if moment is None else moment

    def go_to(self, moment: datetime) -> None:
        """Play from that moment on."""
        self._here.moment = min(moment, utc_now())

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.go_to(self() + timedelta(seconds=seconds))
