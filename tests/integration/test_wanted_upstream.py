"""Beginning and sending while the KYC API is away, applications of integrations, and the operator's commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.onboarding.wants import kyc_user_id
from tests.support.deliveries import advance, deliver
from tests.support.deliveries import rows as deliveries
from tests.support.journey import Applicant
from tests.support.quick import hasten, secrets_of
from tests.support.rows import alter, count, one, rows
from tests.support.upstream import Upstream, serving

BOTH = {"personal_informations": "delivered", "kyc": "delivered"}


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    """An upstream."""
    with serving(tmp_path / "upstream") as value:
        yield value


def test_person_begins_and_sends_while_the_kyc_api_is_away(make_app: Callable[..., Flask], upstream: Upstream) -> None:
    """Nobody waits for it, page after page; what it wants is found out at delivery."""
    app = make_app(**upstream.settings())
    upstream.loses = lambda _method, _path: True
    for _ in range(3):
        assert hasten(Applicant(app), "BR").submit().path == "/apply/status"
    assert len(upstream.calls) == 1, "after the first failure it is spared for a while"
    upstream.loses = lambda _method, _path: False
    assert deliver(app) == BOTH
    assert count(upstream.app, "kyc_requests") == 3


def test_income_ranges_that_were_not_known_while_it_was_away_are_asked_again(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    """The upstream offers Argentina's; the person chose one of Brazil's."""
    with serving(tmp_path / "upstream", country="AR") as upstream:
        app = make_app(**upstream.settings())
        upstream.loses = lambda _method, _path: True
        applicant = hasten(Applicant(app), "BR")
        applicant.submit()
        upstream.loses = lambda _method, _path: False
        assert deliver(app)["kyc"] == "reopened"
        page = applicant.get("/apply/income")
        assert page.path == "/apply/income"
        applicant.send({"total_income_range": page.choices["total_income_range"][1]})
        assert applicant.submit().path == "/apply/status"
        assert deliver(app, 2) == {"kyc": "delivered"}
        assert count(upstream.app, "personal_informations") == 1


def begin(app: Flask, query: str) -> Applicant:
    """Start at an address that names an integration."""
    applicant = Applicant(app)
    applicant.get(f"/apply/start?country=BR&{query}")
    secrets = secrets_of(applicant.page)
    given = {**applicant.page.fields, **secrets, "country": "BR", "privacy": "1", "biometric": "1"}
    applicant.send(given, path=f"/apply/start?country=BR&{query}")
    return applicant


@pytest.mark.parametrize(
    ("query", "kept"), [("integration=team", "team"), ("integration=unknown", None), ("integration=", None), ("", None)]
)
def test_start_address_names_the_integration(
    make_app: Callable[..., Flask], tmp_path: Path, query: str, kept: str | None
) -> None:
    file = tmp_path / "upstreams.toml"
    file.write_text("[team]\n")
    app = make_app(upstreams=str(file))
    assert begin(app, query).page.path == "/apply/personal"
    assert one(app, "SELECT integration FROM applications") == kept


def test_each_integrations_people_go_to_its_own_upstream(
    make_app: Callable[..., Flask], upstream: Upstream, tmp_path: Path
) -> None:
    file = tmp_path / "upstreams.toml"
    lines = [f"{name} = {json.dumps(value)}" for name, value in upstream.settings().items()]
    file.write_text("[team]\n" + "\n".join(lines))
    app = make_app(upstreams=str(file))
    own = hasten(Applicant(app), "BR")
    assert own.submit().path == "/apply/status"
    deliver(app)
    assert (count(app, "personal_informations"), count(upstream.app, "personal_informations")) == (1, 0)
    theirs = hasten(Applicant(app), "BR")
    with app.app_context():
        alter(app, "UPDATE applications SET integration = 'team' WHERE state = 'draft'")
    assert theirs.submit().path == "/apply/status"
    assert set(advance(app, state="waiting").values()) == {"delivered"}
    assert (count(app, "personal_informations"), count(upstream.app, "personal_informations")) == (1, 1)
    assert count(upstream.app, "kyc_storage_objects") == 5


def command(app: Flask, *arguments: str) -> str:
    """What an operator's command says."""
    done = app.test_cli_runner().invoke(args=list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("by", ["reference", "user id"])
def test_operator_asks_a_check_again(app: Flask, by: str) -> None:
    """The worker looks at once, and the person is asked."""
    applicant = hasten(Applicant(app), "BR")
    applicant.submit()
    deliver(app)
    user_id = kyc_user_id(one(app, "SELECT id FROM applications"), "BR")
    who = one(app, "SELECT reference FROM applications").lower() if by == "reference" else user_id
    assert "is asked again" in command(app, "kyc", "ask-again", who, "address", "address_not_found")
    run = next(row.run for row in deliveries(app) if row.api == "kyc")
    assert run == 2
    assert advance(app, "kyc") == {"kyc": "reopened"}
    assert "We could not find your address." in applicant.get("/apply/status").html


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nobody", "address", "x"), "no such user"),
        (("ef49c647-1dc9-47e8-a559-108cdf7e65a4", "address", "x"), "no such request"),
        (("AL-7KM4-XW9C", "address", "x"), "There is no application"),
        (("nobody", "address", "Not A Code"), "A reason has"),
        (("nobody", "shoes", "x"), "is not one of"),
    ],
)
def test_operators_slip_is_a_sentence(app: Flask, arguments: tuple[str, ...], sentence: str) -> None:
    done = app.test_cli_runner().invoke(args=["kyc", "ask-again", *arguments])
    assert done.exit_code != 0
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_operator_decides_on_a_record(app: Flask) -> None:
    applicant = hasten(Applicant(app))
    applicant.submit()
    deliver(app)
    record_id = one(app, "SELECT upstream_id FROM deliveries WHERE api = 'personal_informations'")
    assert f"Record {record_id} is approved." in command(app, "records", "decide", record_id, "approved")
    advance(app, "personal_informations")
    assert "Your application was approved." in applicant.get("/apply/status").html
    refused = app.test_cli_runner().invoke(args=["records", "decide", record_id, "rejected"])
    assert (refused.exit_code, "does not become" in refused.output) == (1, True)


def test_check_asked_again_forgets_its_answer_and_keeps_the_others(app: Flask) -> None:
    hasten(Applicant(app), "BR").submit()
    deliver(app)
    user_id = kyc_user_id(one(app, "SELECT id FROM applications"), "BR")
    with app.app_context():
        kyc = app.extensions["alta"].kyc
        before = kyc.answers(user_id)
        request = kyc.ask_again(user_id, "phone_number", "phone_unreachable", detail="No answer")
        assert request.status == "requested"
        (asked,) = [check for check in request.checks if check.status == "requested"]
        assert (asked.field_type, asked.reason, asked.detailed_reason) == (
            "phone_number",
            "phone_unreachable",
            "No answer",
        )
        del before["phone_number"]
        assert kyc.answers(user_id) == before
    assert len(rows(app, "SELECT id FROM kyc_checks WHERE value IS NULL")) == 1
