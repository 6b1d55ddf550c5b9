"""Two Altas wired together: one delivers to the other over HTTP, which is therefore a faithful upstream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.onboarding.wants import kyc_user_id
from tests.support.deliveries import advance, deliver
from tests.support.journey import ANSWERS, Applicant, photo_for
from tests.support.quick import hasten
from tests.support.rows import alter, count, one, rows
from tests.support.upstream import Upstream, serving

BOTH = {"personal_informations": "delivered", "kyc": "delivered"}


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    """The Alta that is delivered to."""
    with serving(tmp_path / "upstream") as value:
        yield value


@pytest.fixture
def downstream(make_app: Callable[..., Flask], upstream: Upstream) -> Flask:
    """The Alta that delivers."""
    return make_app(**upstream.settings())


def sent(app: Flask, country: str = "BR", **changes: Any) -> Applicant:
    """A person who has sent their application."""
    applicant = hasten(Applicant(app), country, **changes)
    assert applicant.submit().path == "/apply/status"
    return applicant


def user_id(app: Flask) -> str:
    """The KYC user of the one application."""
    return kyc_user_id(one(app, "SELECT id FROM applications"), "BR")


def held(upstream: Upstream, downstream: Flask) -> dict[str, Any]:
    """What the upstream's KYC holds of the person."""
    with upstream.app.app_context():
        answers: dict[str, Any] = upstream.services.kyc.answers(user_id(downstream))
    return answers


def ask_again(upstream: Upstream, downstream: Flask, field_type: str, reason: str) -> None:
    """Have the upstream ask a check again."""
    with upstream.app.app_context():
        upstream.services.kyc.ask_again(user_id(downstream), field_type, reason)


def looks(downstream: Flask) -> dict[str, str]:
    """Ask the upstream how what was delivered stands, as the worker does."""
    return advance(downstream, state="delivered")


def test_everything_arrives_at_the_other_one(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    assert deliver(downstream) == BOTH
    with upstream.app.app_context():
        record = upstream.services.personal_informations.get(1, client_id=upstream.client_id)
        slots = ("front_document", "back_document", "dni_selfie")
        pictures = [upstream.services.personal_informations.picture(1, slot) for slot in slots]
    person = ANSWERS["BR"]["personal"]
    assert (record.first_name, record.last_name) == (person["first_name"], person["last_name"])
    assert (record.document_type, record.document_number) == ("cpf", "52998224725")
    assert (record.politically_exposed, record.client_id) == (False, upstream.client_id)
    kept = dict(tuple(row) for row in rows(downstream, "SELECT slot, sha256 FROM photos"))
    assert [hashlib.sha256(each).hexdigest() for each in pictures] == [kept[slot] for slot in slots]
    answers = held(upstream, downstream)
    assert set(answers) == {
        "birthdate",
        "phone_number",
        "address",
        "document_photo",
        "document_selfies",
        "total_income_range",
    }
    assert answers["phone_number"] == "21971697123"
    assert len(answers["document_selfies"]) == 3
    assert count(downstream, "personal_informations") == count(downstream, "kyc_requests") == 0


def test_access_token_is_got_once_for_many_calls(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    deliver(downstream)
    # One for the pages, which give up sooner, and one for the worker.
    assert upstream.count("POST", "/oauth/token") == 2
    assert upstream.count("PUT", ".jpg") == 5


@pytest.mark.parametrize("ending", ["personal_informations", "kyc/answer", ".jpg", "kyc/request", "oauth/token"])
def test_answer_that_was_lost_leaves_one_effect(upstream: Upstream, downstream: Flask, ending: str) -> None:
    """The call was done, its answer never came; the next attempt finds what there is."""
    sent(downstream)
    lost: list[str] = []

    def lose(_method: str, path: str) -> bool:
        if path.endswith(ending) and not lost:
            lost.append(path)
            return True
        return False

    upstream.loses = lose
    first = deliver(downstream)
    assert sorted(first.values()) == ["delivered", "waiting"]
    assert lost
    assert set(deliver(downstream).values()) == {"delivered"}
    assert count(upstream.app, "personal_informations") == count(upstream.app, "kyc_requests") == 1
    assert {row.status for row in rows(upstream.app, "SELECT status FROM kyc_checks")} == {"answered"}


def test_pictures_already_stored_are_not_stored_again(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    upstream.loses = lambda _method, path: path.endswith("kyc/answer")
    assert deliver(downstream)["kyc"] == "waiting"
    assert deliver(downstream)["kyc"] == "waiting"
    upstream.loses = lambda _method, _path: False
    assert deliver(downstream)["kyc"] == "delivered"
    assert upstream.count("PUT", ".jpg") == 5


def test_token_that_ends_midway_is_got_anew(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)

    def end(method: str, _path: str) -> bool:
        if method == "PUT":
            upstream.services.tokens._signer.secret_keys = [b"changed since"]
        return False

    upstream.loses = end
    assert deliver(downstream) == BOTH
    # One for the pages, one for the worker, and one more after the first picture.
    assert upstream.count("POST", "/oauth/token") == 3


def test_revoked_integration_is_an_operators_matter(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    alter(upstream.app, "UPDATE integrations SET revoked_at = '2026-01-01 00:00:00'")
    assert deliver(downstream) == {"personal_informations": "failed", "kyc": "failed"}
    assert {row.error.partition(":")[0] for row in rows(downstream, "SELECT error FROM deliveries")} == {
        "NotAllowedError"
    }
    alter(upstream.app, "UPDATE integrations SET revoked_at = NULL")
    with downstream.app_context():
        for row in rows(downstream, "SELECT id FROM deliveries"):
            downstream.extensions["alta"].deliveries.retry(row.id)
    assert deliver(downstream) == BOTH


def test_upload_address_that_expired_is_replaced(tmp_path: Path, make_app: Callable[..., Flask]) -> None:
    with serving(tmp_path / "upstream", storage_seconds="10") as upstream:
        app = make_app(**upstream.settings())
        sent(app)
        put: list[str] = []

        def expire(method: str, path: str) -> bool:
            """Let the first place's address run out between its being given and being used."""
            if method == "POST" and "/storage/" in path and not put:
                put.append(path)
                upstream.services.storage._clock = lambda: _real() + _long
            elif method == "POST" and "/storage/" in path:
                upstream.services.storage._clock = _real
            return False

        from datetime import timedelta

        _real, _long = upstream.services.storage._clock, timedelta(minutes=1)
        upstream.loses = expire
        assert deliver(app) == BOTH
        assert upstream.count("PUT", ".jpg") == 6


def test_person_refused_upstream_mends_only_the_refused_step(upstream: Upstream, downstream: Flask) -> None:
    """The upstream takes only driving licences: the step of the document reopens, and what was taken stays."""
    upstream.services.kyc._document_types = ("RG",)
    applicant = sent(downstream)
    # The first refusal may only mean that a picture's address is no longer good.
    assert deliver(downstream) == {"personal_informations": "delivered", "kyc": "waiting"}
    assert deliver(downstream) == {"kyc": "reopened"}
    page = applicant.get("/apply/status")
    assert "What you gave was not accepted: correct it and send it once more." in page.html
    assert applicant.get("/apply/personal").path == "/apply/document"
    assert applicant.send({"document_kind": "RG"}).path == "/apply/review"
    assert applicant.submit().path == "/apply/status"
    assert deliver(downstream, 2) == {"kyc": "delivered"}
    assert held(upstream, downstream)["document_photo"]["type"] == "RG"
    assert count(upstream.app, "personal_informations") == 1


def test_check_asked_again_reopens_its_step_and_only_its_answer_is_sent(upstream: Upstream, downstream: Flask) -> None:
    applicant = sent(downstream, language="pt_BR")
    assert deliver(downstream) == BOTH
    before = held(upstream, downstream)
    ask_again(upstream, downstream, "document_selfies", "selfie_dark")
    assert looks(downstream) == {"personal_informations": "delivered", "kyc": "reopened"}
    page = applicant.get("/apply/status")
    assert "Seu rosto ficou escuro demais. Tire as selfies de novo, com luz de frente." in page.html
    assert applicant.get("/apply/personal").path == "/apply/selfies"
    assert "escuro demais" in applicant.page.html
    applicant.send({"selfie_1": photo_for("selfie_1", 9)})
    assert applicant.submit().path == "/apply/status"
    upstream.calls.clear()
    assert deliver(downstream, 2) == {"kyc": "delivered"}
    # Of three selfies, two are there already.
    assert upstream.count("PUT", ".jpg") == 1
    after = held(upstream, downstream)
    assert after["document_selfies"][0] != before["document_selfies"][0]
    assert after["document_selfies"][1:] == before["document_selfies"][1:]
    assert {name: value for name, value in after.items() if name != "document_selfies"} == {
        name: value for name, value in before.items() if name != "document_selfies"
    }
    assert count(upstream.app, "personal_informations") == 1


def test_what_is_asked_again_while_the_answer_is_under_way_is_never_answered_with_the_old_one(
    upstream: Upstream, downstream: Flask
) -> None:
    applicant = sent(downstream)
    deliver(downstream)
    ask_again(upstream, downstream, "phone_number", "phone_unreachable")
    looks(downstream)
    applicant.get("/apply/phone")
    applicant.send({"phone_number": "(21) 97169-7124"})
    applicant.submit()
    ask_again(upstream, downstream, "address", "address_not_found")
    assert deliver(downstream, 2) == {"kyc": "reopened"}
    answers = held(upstream, downstream)
    assert answers["phone_number"] == "21971697124"
    assert "address" not in answers
    assert applicant.get("/apply/phone").path == "/apply/address"
    applicant.send({"street": "Rua do Catete"})
    applicant.submit()
    assert deliver(downstream, 3) == {"kyc": "delivered"}
    assert held(upstream, downstream)["address"]["street"] == "Rua do Catete"


def test_reason_that_is_not_in_the_table_reopens_with_a_general_sentence_and_tells_the_operator(
    upstream: Upstream, downstream: Flask
) -> None:
    applicant = sent(downstream)
    deliver(downstream)
    ask_again(upstream, downstream, "address", "moon_phase")
    looks(downstream)
    assert "This is asked again: check it and send it once more." in applicant.get("/apply/status").html
    attention = one(downstream, "SELECT attention FROM deliveries WHERE api = 'kyc'")
    assert attention == "unmapped reason for address: moon_phase"


def test_serious_reason_tells_the_operator_too(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    deliver(downstream)
    ask_again(upstream, downstream, "document_photo", "document_suspicious")
    looks(downstream)
    attention = one(downstream, "SELECT attention FROM deliveries WHERE api = 'kyc'")
    assert attention == "reason for document_photo: document_suspicious"


def test_reason_that_may_carry_a_persons_data_is_kept_nowhere(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    deliver(downstream)
    ask_again(upstream, downstream, "address", "Juana does not live there")
    looks(downstream)
    assert one(downstream, "SELECT attention FROM deliveries WHERE api = 'kyc'").endswith(": unreadable")
    assert "Juana" not in one(downstream, "SELECT reopened FROM applications")


@pytest.mark.parametrize(("state", "sentence"), [("approved", "was approved"), ("rejected", "was not approved")])
def test_decision_is_shown_and_ends_the_following_of_both(
    upstream: Upstream, downstream: Flask, state: str, sentence: str
) -> None:
    applicant = sent(downstream)
    deliver(downstream)
    assert "We will tell you the outcome here." in applicant.get("/apply/status").html
    with upstream.app.app_context():
        upstream.services.personal_informations.change_state(1, state)
    looks(downstream)
    looks(downstream)
    assert sentence in applicant.get("/apply/status").html
    assert {row.next_try_at for row in rows(downstream, "SELECT next_try_at FROM deliveries")} == {None}


def test_looks_are_further_and_further_apart(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    deliver(downstream)
    query = "SELECT strftime('%s', next_try_at) - strftime('%s', 'now') FROM deliveries WHERE api = 'kyc'"
    waits = [one(downstream, query)]
    for _ in range(10):
        looks(downstream)
        waits.append(one(downstream, query))
    assert waits[:3] == sorted(waits[:3])
    assert 55 <= waits[0] <= 70
    assert 6 * 3600 - 5 <= waits[-1] <= 6.7 * 3600


def test_upstream_that_is_gone_while_followed_changes_nothing(upstream: Upstream, downstream: Flask) -> None:
    sent(downstream)
    deliver(downstream)
    upstream.loses = lambda _method, _path: True
    assert looks(downstream) == BOTH
    assert {row.error for row in rows(downstream, "SELECT error FROM deliveries")} != {None}
    upstream.loses = lambda _method, _path: False
    assert looks(downstream) == BOTH
    assert {row.error for row in rows(downstream, "SELECT error FROM deliveries")} == {None}
