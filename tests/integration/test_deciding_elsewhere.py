"""Where an API is somebody else's, so are its decisions: the console offers what it can do, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.onboarding.deciding.errors import MayNotError, UnknownReasonError, Why
from tests.support.deciding import Desk
from tests.support.deliveries import advance, deliver
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import alter, one, rows
from tests.support.staff import make_member
from tests.support.upstream import Upstream, serving

RECORDS = ("personal_informations_url", "personal_informations_token")
ALL = ["personal", "identity", "exposure", "address", "phone", "income", "front_document", "back_document"]
ALL += ["dni_selfie"]


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    """Another Alta."""
    with serving(tmp_path / "upstream") as made:
        yield made


def desk(make_app: Callable[..., Flask], settings: dict[str, str]) -> Desk:
    """A reviewer on a case that was delivered as `settings` say."""
    app = make_app(**settings, selfies="0")
    assert hasten(Applicant(app), "BR").submit().path == "/apply/status"
    assert set(deliver(app).values()) == {"delivered"}
    return Desk(app, make_member(app, "reviewer"))


def offered(at: Desk) -> list[str]:
    """What may be asked again."""
    with at.app.app_context():
        return [item.name for item in at.decisions.items(at.case, language="en")]


def test_case_whose_apis_are_elsewhere_is_decided_there(make_app: Callable[..., Flask], upstream: Upstream) -> None:
    at = desk(make_app, upstream.settings())
    assert (at.options.approve, at.options.reject, at.options.ask) == (Why.UPSTREAM,) * 3
    assert offered(at) == []
    for decide in (at.approve, at.reject, lambda: at.ask({"phone": "asked_again"})):
        with pytest.raises(MayNotError, match="upstream"):
            decide()
    with upstream.app.app_context():
        upstream.services.personal_informations.change_state(1, "approved")
    advance(at.app, "personal_informations", state="delivered")
    assert at.options.approve is Why.DECIDED
    assert one(at.app, "SELECT stage FROM applications") == "approved"


def test_with_the_kyc_elsewhere_only_the_record_is_ours(make_app: Callable[..., Flask], upstream: Upstream) -> None:
    """Approved or rejected here; of the person only what the KYC API does not have is asked again."""
    settings = {name: value for name, value in upstream.settings().items() if name not in RECORDS}
    at = desk(make_app, settings)
    assert offered(at) == ["identity", "exposure"]
    with pytest.raises(UnknownReasonError):
        at.ask({"phone": "phone_unreachable"})
    at.ask({"identity": "identity_mismatch"})
    assert one(at.app, "SELECT state FROM personal_informations") == "pending"
    at.reject("no_answer")
    assert one(at.app, "SELECT state FROM personal_informations") == "rejected"
    assert {row.status for row in rows(upstream.app, "SELECT status FROM kyc_checks")} == {"answered"}


def test_with_the_record_elsewhere_checks_are_asked_again_here(
    make_app: Callable[..., Flask], upstream: Upstream
) -> None:
    settings = {name: value for name, value in upstream.settings().items() if name in RECORDS}
    at = desk(make_app, settings)
    assert (at.options.approve, at.options.reject, at.options.ask) == (Why.UPSTREAM, Why.UPSTREAM, None)
    assert offered(at) == [name for name in ALL if name not in ("identity", "exposure")]
    at.ask({"phone": "phone_unreachable"})
    requested = rows(at.app, "SELECT field_type, reason FROM kyc_checks WHERE status = 'requested'")
    assert [tuple(row) for row in requested] == [("phone_number", "phone_unreachable")]
    assert one(upstream.app, "SELECT state FROM personal_informations") == "checking"


def test_record_of_the_same_number_made_elsewhere_before_is_not_ours(make_app: Callable[..., Flask]) -> None:
    """Settings change; what an upstream called 1 is somebody else's record here."""
    at = desk(make_app, {})
    alter(at.app, "UPDATE deliveries SET idempotency_key = 'another' WHERE api = 'personal_informations'")
    assert at.options.approve is Why.NOT_DELIVERED
    with pytest.raises(MayNotError, match="not_delivered"):
        at.approve()
    assert one(at.app, "SELECT state FROM personal_informations") == "checking"


def test_case_of_an_integration_that_is_gone_is_not_decided_on(make_app: Callable[..., Flask]) -> None:
    at = desk(make_app, {})
    alter(at.app, "UPDATE applications SET integration = 'gone'")
    assert (at.options.approve, at.options.reject, at.options.ask) == (Why.NO_UPSTREAM,) * 3
