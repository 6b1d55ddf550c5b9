"""A program whose processes die by SIGKILL, once at every place where data changes hands, until their work is done.

`python -m tests.support.mortal ROLE FOLDER`, with `ALTA_…` settings in the environment; the place of each death is
a line of FOLDER/deaths. Every life is a fork of one process that has only imported the code and opened nothing.
ROLE is `submit` (posts the review page with the cookies in FOLDER/cookies.json), `deliver` (runs the worker until the
submissions are worked off), `upload` (sends a photo as that browser), `purge` or `decide` (asks again, or approves, as
FOLDER/decision.json says).
"""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app, worker
from app.apis.kyc import idempotency
from app.domain.roles import Role
from app.onboarding.staff.members import StaffMember
from app.store.blobs import Blobs
from app.store.models.submissions import WAITING
from tests.support import deliveries
from tests.support.journey import Applicant, picture

MAXIMUM_LIVES = 150
OURS, QUEUE = f"{os.sep}app{os.sep}", f"{os.sep}dbos{os.sep}_sys_db"


class Fate:
    """Kills this process at the first place where none has died yet."""

    def __init__(self, deaths: Path) -> None:
        self._file = deaths
        self._known = set(deaths.read_text().splitlines()) if deaths.exists() else set()
        self._lock = threading.Lock()

    def reach(self, what: str) -> None:
        """Die here, unless an earlier life did."""
        callers = _callers()
        # The queue also looks around in the background, whatever is delivered: only its own writes count.
        if any(QUEUE_READS.search(caller) for caller in callers) or not any(WORK.search(caller) for caller in callers):
            return
        place = " < ".join([what, *callers])
        with self._lock:
            if place in self._known:
                return
            with self._file.open("a") as file:
                file.write(place + "\n")
            os.kill(os.getpid(), signal.SIGKILL)
            threading.Event().wait()

    def watch(self, owner: Any, name: str, describe: Callable[..., str], *, leaving: bool = False) -> None:
        """Make entering this function a place, and leaving it too."""
        original = getattr(owner, name)

        @functools.wraps(original)
        def watched(*arguments: Any, **options: Any) -> Any:
            what = f"{name} {describe(*arguments, **options)}".strip()
            self.reach(f"before {what}")
            result = original(*arguments, **options)
            if leaving:
                self.reach(f"after {what}")
            return result

        setattr(owner, name, watched)


def _callers() -> list[str]:
    """The functions of Alta and of the queue's store that led here, each with its line."""
    frame, callers = sys._getframe(2), []
    while frame is not None:
        code = frame.f_code
        if OURS in code.co_filename or QUEUE in code.co_filename:
            callers.append(f"{code.co_name}:{frame.f_lineno}")
            step = frame.f_locals.get("result") if code.co_name == "record_operation_result" else None
            if isinstance(step, dict):
                callers.append(f"step {step.get('function_id')}")
        frame = frame.f_back
    return callers


WORK = re.compile(
    r"^(advance|rouse|run|review|upload|approve|ask_again|start_queued_workflows|reenqueue_for_recovery|_update_workflow_outcome_in_transaction):"
)
QUEUE_READS = re.compile(
    r"^(verify_migrations|check_operation_execution|get_\w+|create_application_version|upsert_queue):"
)


def prepare(app: Flask, fate: Fate) -> None:
    """Make every commit, blob and call of an API a place to die at."""
    services = app.extensions["alta"]
    event.listen(Engine, "commit", lambda _connection: fate.reach("commit"))
    for name in ("put", "delete"):
        fate.watch(Blobs, name, lambda *_arguments: "", leaving=True)
    fate.watch(services.personal_informations, "create", lambda *_arguments, **_options: "")
    fate.watch(services.kyc, "open_request", lambda *_arguments, **_options: "")
    fate.watch(services.kyc, "store_picture", lambda _picture, idempotency_key: idempotency_key)
    fate.watch(services.kyc, "answer", lambda *_arguments, **_options: "")
    fate.watch(services.deliveries, "open", lambda _delivery_id, _run: "")
    fate.watch(services.deliveries, "send", lambda _delivery_id: "")
    fate.watch(services.deliveries.ledger, "record", lambda _delivery_id, _run, told: told["state"])
    for owner, name in ((services.personal_informations, "change_state_on"), (services.kyc, "ask_again_on")):
        fate.watch(owner, name, lambda *_arguments, **_options: "", leaving=True)
    fate.watch(services.staff.audit, "record", lambda *_arguments, **_options: "", leaving=True)
    # The claim of a dead process holds others off for a minute, which only lengthens the test.
    idempotency.CLAIM_LASTS = timedelta(0)


def _browser(app: Flask, folder: Path) -> Applicant:
    applicant = Applicant(app)
    for name, value in json.loads((folder / "cookies.json").read_text()).items():
        applicant.browser.set_cookie(name, value)
    return applicant


def upload(app: Flask, folder: Path) -> None:
    """Replace the front of the document."""
    applicant = _browser(app, folder)
    applicant.get("/apply/document")
    page = applicant.send({"file": picture(9)}, path="/apply/photos/front_document")
    assert page.status == 200, page.status


def submit(app: Flask, folder: Path) -> None:
    """Press Submit on the review page of the browser whose cookies these are."""
    page = _browser(app, folder).submit()
    assert page.path == "/apply/status", (page.status, page.path)


def deliver(app: Flask, _folder: Path) -> None:
    """Run the worker as `flask worker` does, until nothing waits any more."""

    def stop_when_done() -> None:
        pause = threading.Event()
        while True:
            pause.wait(0.1)
            try:
                under_way = DBOS.list_workflows(status=["PENDING", "ENQUEUED"])
            except Exception:
                continue  # The queue is not launched yet, or stops just now.
            if not under_way and all(row.state != WAITING for row in deliveries.rows(app)):
                os.kill(os.getpid(), signal.SIGTERM)
                return

    threading.Thread(target=stop_when_done, daemon=True).start()
    worker.run(app)


def purge(app: Flask, _folder: Path) -> None:
    """Purge as `flask purge` does."""
    with app.app_context():
        app.extensions["alta"].purge.run()


def decide(app: Flask, folder: Path) -> None:
    """Decide on the one application as a reviewer does, unless an earlier life has."""
    wanted = json.loads((folder / "decision.json").read_text())
    who = StaffMember(id=wanted["member_id"], name="", email="", role=Role.REVIEWER, integrations=None, language="en")
    decisions = app.extensions["alta"].decisions
    with app.app_context():
        case = decisions.case(who, wanted["application_id"])
        if len(case.history) >= wanted["decisions"]:
            return
        if wanted["asked"]:
            decisions.ask_again(who, case.id, seen=case.seen, asked=wanted["asked"])
        else:
            decisions.approve(who, case.id, seen=case.seen)


def live(work: Callable[[Flask, Path], None], app: Flask, folder: Path) -> int:
    """Live once in a process of its own; return how it ended."""
    child = os.fork()
    if child == 0:
        try:
            prepare(app, Fate(folder / "deaths"))
            work(app, folder)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


ROLES = {"submit": submit, "deliver": deliver, "upload": upload, "purge": purge, "decide": decide}


def main(role: str, folder: Path) -> int:
    """Live again and again until a life ends by itself."""
    app = create_app()
    for _life in range(MAXIMUM_LIVES):
        status = live(ROLES[role], app, folder)
        if status != -signal.SIGKILL:
            return status
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
