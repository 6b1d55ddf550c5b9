"""Fills an Alta with the demo: made-up people and their applications, played on all processors at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from app.config import Settings
from app.demo.clock import PlayedClock
from app.demo.fates import Part, parts
from app.demo.staff import crew, hire
from app.demo.stage import ByHand, Stage, is_played
from app.domain.errors import AltaError
from app.pictures.verdict import load
from app.store.db import utc_now
from app.wiring import Services, wire

# Each selfie takes a tenth of a second to draw and to judge: one of the face serves, beside the one with the document.
SELFIES = 1


class DemoError(AltaError):
    """The demo must not be played here; the message is a sentence."""


def require_allowed(services: Services) -> None:
    """Raise DemoError in production, and where real APIs would be called."""
    if services.settings.mode == "production":
        raise DemoError("ALTA_MODE is production: made-up people have no place among real ones.")
    if services.dry_calls:
        raise DemoError("The settings name real APIs, which made-up people must not reach: take them away first.")


def fill(settings: Settings, count: int, context: Callable[[], AbstractContextManager[object]]) -> Iterator[int]:
    """Play those of the first `count` applications that are not there yet; yield how many are done, again and again.

    `context` is entered by each thread that plays. Raises DemoError where that is not allowed.
    """
    played = settings.model_copy(update={"selfies": min(SELFIES, settings.selfies), "four_eyes": False})
    clock = PlayedClock()
    own = wire(played, clock=clock, queue=ByHand())
    require_allowed(own)
    hire(own.staff, own.keyring)
    stage = Stage(services=own, clock=clock, crew=crew(own.staff, own.keyring))
    load()
    missing = [
        part for part in parts(count, utc_now(), draft_days=settings.draft_days) if not is_played(part.person.number)
    ]

    def play(part: Part) -> None:
        with context():
            stage.play(part)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done, _nothing in enumerate(pool.map(play, missing), 1):
            yield done
        own.cases.flags.catch_up()
        own.counts.flush()
