"""A program that runs the worker while the personal informations API is down for its first calls.

`python -m tests.support.outage FOLDER`, settings in the environment: works off what waits with shorter waits, and
leaves when it was called and how the KYC stood then in FOLDER/calls.json.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import create_app
from app.apis.errors import UnavailableError
from app.onboarding import outcome
from app.store.db import read
from app.store.models.submissions import Delivery
from tests.support.mortal import deliver

CALLS_REFUSED = 4
FIRST_WAIT_SECONDS = 0.3


class Recovering:
    """The API as its client sees it during an outage: refused connections, then answers."""

    def __init__(self, gateway: Any, report: Path) -> None:
        self._gateway, self._report = gateway, report
        self._calls: list[tuple[float, str]] = []

    def create(self, *arguments: Any, **options: Any) -> Any:
        """Refuse, or make the record."""
        with read() as connection:
            kyc_state = connection.execute(select(Delivery.state).where(Delivery.api == "kyc")).scalar_one()
        self._calls.append((time.monotonic(), kyc_state))
        self._report.write_text(json.dumps(self._calls))
        if len(self._calls) <= CALLS_REFUSED:
            raise UnavailableError
        return self._gateway.create(*arguments, **options)


def main(folder: Path) -> None:
    """Deliver through the outage."""
    outcome.FIRST_WAIT_SECONDS = FIRST_WAIT_SECONDS
    app = create_app()
    upstreams = app.extensions["alta"].upstreams
    default = upstreams.of(None)
    recovering = Recovering(default.personal_informations, folder / "calls.json")
    upstreams._by_name[""] = replace(default, personal_informations=recovering)
    deliver(app, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
