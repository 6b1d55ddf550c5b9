"""Killed anywhere, nothing is lost and nothing is there twice: real processes, real databases, SIGKILL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import config, create_app
from app.onboarding.wants import kyc_user_id
from app.store.db import db, read, utc_now, write
from app.store.models import applications, audit, kyc, personal_informations, photos, submissions
from tests.support import databases
from tests.support.deliveries import deliver
from tests.support.journey import Applicant, photo_for
from tests.support.processes import command, wait_until
from tests.support.server import LIMITS, ROOT, running
from tests.support.staff import make_member

DATABASES = ("sqlite", "postgresql")
ANSWERED_STEPS = ("personal", "identity", "exposure", "address", "phone", "income", "document")


@dataclass
class Installation:
    """An Alta on one database, whose processes can be made to die."""

    app: Flask
    folder: Path
    settings: dict[str, str]
    deaths: dict[str, list[str]] = field(default_factory=dict)

    def program(self, name: str, *arguments: str) -> None:
        """Run one of the test programs to its good end."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALTA_")}
        done = subprocess.run(
            [sys.executable, "-m", f"tests.support.{name}", *arguments],
            cwd=ROOT,
            env={**inherited, **self.settings},
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def live_and_die(self, role: str) -> None:
        """Run `role`, killed once at every place, until it ends well; keep the places of death."""
        self.program("mortal", role, str(self.folder / role))
        self.deaths[role] = (self.folder / role / "deaths").read_text().splitlines()

    def file(self, role: str, name: str, content: str) -> None:
        """Leave something for `role` to read."""
        folder = self.folder / role
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(content)

    def cookies(self, role: str, applicant: Applicant) -> None:
        """Let `role` be this applicant's browser."""
        kept = {name: applicant.browser.get_cookie(name) for name in ("alta", "alta_language")}
        self.file(role, "cookies.json", json.dumps({name: cookie.value for name, cookie in kept.items() if cookie}))

    def rows(self, model: Any) -> list[Any]:
        """Every row of a table."""
        with self.app.app_context(), read() as connection:
            return list(connection.execute(select(model.__table__)).all())

    def age(self, application_id: str, days: int) -> None:
        """Make an application untouched for so many days."""
        row = applications.Application
        with self.app.app_context(), write() as connection:
            long_ago = utc_now() - timedelta(days=days)
            connection.execute(update(row).where(row.id == application_id).values(touched_at=long_ago))

    def blob_keys(self, prefix: str) -> list[str]:
        """Every stored object below a prefix."""
        return sorted(self.app.extensions["alta"].blobs.keys(prefix))


def install(folder: Path, url: str = "") -> Installation:
    """A fresh installation; with one selfie, as more would only take longer."""
    settings = {
        "ALTA_INSTANCE": str(folder / "instance"),
        "ALTA_DATABASE_URL": url,
        "ALTA_SELFIES": "1",
        "ALTA_LOG_LEVEL": "error",
        **LIMITS,
    }
    app = create_app(config.load(settings))
    app.testing = True
    databases.migrate(app)
    return Installation(app, folder, settings)


def database_url(request: pytest.FixtureRequest, kind: str, name: str) -> str:
    """Where to find a fresh database of that kind."""
    return databases.create_database(request.getfixturevalue("postgresql"), name) if kind == "postgresql" else ""


@pytest.fixture(params=DATABASES)
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A fresh one on each database."""
    made = install(tmp_path, database_url(request, request.param, "alta_durability"))
    yield made
    with made.app.app_context():
        db.engine.dispose()


def filled(app: Flask) -> Applicant:
    """An applicant who has answered everything."""
    applicant = Applicant(app)
    applicant.start("BR")
    for step in ANSWERED_STEPS:
        applicant.answer(step, "BR")
    applicant.get("/apply/selfies")
    page = applicant.send({slot: photo_for(slot, 2) for slot in ("dni_selfie", "selfie_1")})
    assert page.path == "/apply/review", page.path
    return applicant


def submit_and_deliver(installation: Installation) -> Installation:
    """One application on its way, through every death."""
    installation.live_and_die("submit")
    installation.file("deliver", "begin", "")
    installation.live_and_die("deliver")
    return installation


@pytest.fixture(scope="module")
def deaths_on_each(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Installation]]]:
    """The journey through every death on both databases at once, as each mostly waits for the queue to look again."""
    made = {}
    for kind in DATABASES:
        made[kind] = install(tmp_path_factory.mktemp(kind), database_url(request, kind, "alta_deaths"))
        made[kind].cookies("submit", filled(made[kind].app))
    with ThreadPoolExecutor() as pool:
        yield {kind: pool.submit(submit_and_deliver, installation) for kind, installation in made.items()}
    for installation in made.values():
        with installation.app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_killed_at_every_place_everything_is_delivered_exactly_once(
    deaths_on_each: dict[str, Future[Installation]], kind: str
) -> None:
    installation = deaths_on_each[kind].result()
    require_died_everywhere(installation.deaths)
    (submission,) = installation.rows(submissions.Submission)
    deliveries = installation.rows(submissions.Delivery)
    assert sorted((each.api, each.state) for each in deliveries) == [
        ("kyc", "delivered"),
        ("personal_informations", "delivered"),
    ]
    (record,) = installation.rows(personal_informations.PersonalInformationRecord)
    user_id = kyc_user_id(submission.application_id, "BR")
    assert {each.upstream_id for each in deliveries} == {str(record.id), user_id}
    require_answered_once(installation)


def require_died_everywhere(deaths: dict[str, list[str]]) -> None:
    """Fail unless there was a death before and after every change of data."""
    assert any(place.startswith("commit") and " submit:" in place for place in deaths["submit"])
    calls = ("open", "send", "record", "create", "open_request", "answer", "put")
    begun = [call for call in calls if any(place.startswith(f"before {call}") for place in deaths["deliver"])]
    assert begun == list(calls)
    writers = ("record:", "decide:", "keep_url:", "_insert:", "_keep:", "_begin:", "_take_over:", "store:")
    writers += ("start_queued_workflows:", "reenqueue_for_recovery:", "record_operation_result:")
    commits = [place for place in deaths["deliver"] if place.startswith("commit")]
    assert [writer for writer in writers if not any(f" {writer}" in place for place in commits)] == []
    assert len([place for place in deaths["deliver"] if place.startswith("before store_picture")]) == 3


def require_answered_once(installation: Installation) -> None:
    """Fail unless one request holds every answer, and storage and records hold each picture once."""
    (request,) = installation.rows(kyc.KycRequestRecord)
    checks = installation.rows(kyc.KycCheckRecord)
    assert request.status == "answered"
    assert {check.status for check in checks} == {"answered"}
    stored = installation.rows(kyc.KycStorageObject)
    assert len(stored) == 3
    assert all(each.stored_at for each in stored)
    assert installation.blob_keys("apis/storage") == sorted(f"apis/storage/{each.id}" for each in stored)
    assert len(installation.blob_keys("apis/personal_informations")) == 3
    assert len(installation.blob_keys("photos")) == 2 * 4


def test_unavailable_api_is_tried_again_with_growing_waits_and_holds_up_no_other(installation: Installation) -> None:
    assert filled(installation.app).submit().path == "/apply/status"
    installation.file("outage", "begin", "")
    installation.program("outage", str(installation.folder / "outage"))

    calls = json.loads((installation.folder / "outage" / "calls.json").read_text())
    times, kyc_states = zip(*calls, strict=True)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert [gap >= 0.3 * 2**number for number, gap in enumerate(gaps)] == [True] * 4, gaps
    # The other one arrived while this one waited; on a slow machine not at once.
    assert (len(kyc_states), kyc_states[-1]) == (5, "delivered")
    attempts = {each.api: (each.state, each.attempts) for each in installation.rows(submissions.Delivery)}
    assert attempts == {"personal_informations": ("delivered", 5), "kyc": ("delivered", 1)}


def test_decision_killed_anywhere_is_taken_whole_and_once(installation: Installation) -> None:
    """Asked again, answered, approved: record, checks, application, deliveries and the record of deeds are in step."""
    app, applicant = installation.app, filled(installation.app)
    assert applicant.submit().path == "/apply/status"
    assert set(deliver(app).values()) == {"delivered"}
    reviewer = make_member(app, "reviewer")

    def decide(count: int, asked: dict[str, str]) -> list[Any]:
        (application,) = installation.rows(applications.Application)
        wanted = {"member_id": reviewer.id, "application_id": application.id, "decisions": count, "asked": asked}
        installation.file("decide", "decision.json", json.dumps(wanted))
        (installation.folder / "decide" / "deaths").unlink(missing_ok=True)
        installation.live_and_die("decide")
        deaths = installation.deaths["decide"]
        assert [place for place in deaths if place.startswith("commit")]
        assert [place for place in deaths if place.startswith("after change_state_on")]
        (application,) = installation.rows(applications.Application)
        (record,) = installation.rows(personal_informations.PersonalInformationRecord)
        requested = {each.field_type for each in installation.rows(kyc.KycCheckRecord) if each.status == "requested"}
        deeds = [each.action for each in installation.rows(audit.AuditRow) if each.application_id]
        states = {each.state for each in installation.rows(submissions.Delivery)}
        return [application.state, application.stage, record.state, requested, deeds, states]

    asked = {"selfie_1": "selfie_dark"}
    before = ["reopened", "asked_again", "pending", {"document_selfies"}, ["case_asked_again"], {"reopened"}]
    assert decide(1, asked) == before
    applicant.get("/apply/selfies")
    assert applicant.send({"selfie_1": photo_for("selfie_1", 3)}).path == "/apply/review"
    assert applicant.submit().path == "/apply/status"
    assert deliver(app, 2) == {"personal_informations": "delivered", "kyc": "delivered"}
    deeds = ["case_asked_again", "case_approved"]
    assert decide(2, {}) == ["submitted", "approved", "approved", set(), deeds, {"delivered", "reopened"}]
    with app.app_context():
        assert app.extensions["alta"].staff.audit.verify().first_bad is None


def test_upload_killed_anywhere_leaves_no_bytes_that_nobody_deletes(installation: Installation) -> None:
    installation.cookies("upload", filled(installation.app))
    installation.live_and_die("upload")
    assert [place for place in installation.deaths["upload"] if place.startswith("after put")]
    tomorrow = utc_now() + timedelta(days=1)
    deletions = installation.app.extensions["alta"].photos
    deletions.clock = lambda: tomorrow
    with installation.app.app_context():
        assert deletions.delete_leftovers() >= 2
    kept = [f"photos/{row.application_id}/{row.id}/" for row in installation.rows(photos.Photo)]
    assert len(kept) == 4
    assert installation.blob_keys("photos") == sorted(
        key + variant for key in kept for variant in ("stored", "thumbnail")
    )
    assert installation.rows(photos.BlobDeletion) == []


def test_purge_killed_anywhere_and_repeated_leaves_nothing_of_old_drafts(installation: Installation) -> None:
    filled(installation.app)
    (old,) = installation.rows(applications.Application)
    filled(installation.app)
    installation.age(old.id, days=31)
    with installation.app.app_context():
        installation.app.extensions["alta"].blobs.put("photos/gone/1/stored", b"left over")
        with write() as connection:
            connection.execute(
                photos.BlobDeletion.__table__.insert().values(key="photos/gone/1/stored", asked_at=utc_now())
            )
    installation.file("purge", "begin", "")
    installation.live_and_die("purge")
    assert len([place for place in installation.deaths["purge"] if "delete" in place.partition(" <")[0]]) >= 4

    require_only_the_young_one(installation, old.id)
    assert installation.rows(photos.BlobDeletion) == []


def test_worker_purges_on_its_own_and_the_command_purges_now(tmp_path: Path) -> None:
    installation = install(tmp_path)
    filled(installation.app)
    (old,) = installation.rows(applications.Application)
    filled(installation.app)
    installation.age(old.id, days=31)
    with running(tmp_path, selfies="1"):
        wait_until(lambda: len(installation.rows(applications.Application)) == 1, "the worker's own purge")
    require_only_the_young_one(installation, old.id)

    (young,) = installation.rows(applications.Application)
    installation.age(young.id, days=31)
    assert command(tmp_path / "instance", "purge").stdout == "1 drafts purged.\n"
    assert command(tmp_path / "instance", "purge").stdout == "0 drafts purged.\n"
    assert installation.blob_keys("photos") == []


def require_only_the_young_one(installation: Installation, old_id: str) -> None:
    """Fail unless every row and blob of the old application is gone, and the other one's are there."""
    (young,) = installation.rows(applications.Application)
    assert young.id != old_id
    of_applications = (applications.Answer, applications.Consent, applications.BrowserSession, photos.Photo)
    for model in of_applications:
        assert {row.application_id for row in installation.rows(model)} == {young.id}, model
    assert {key.split("/")[1] for key in installation.blob_keys("photos")} == {young.id}
    assert len(installation.blob_keys("photos")) == 8
