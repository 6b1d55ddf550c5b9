"""Owns the tests of sign-ins that fail: they wait ever longer, the same for whoever is tried, and shut nobody out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.onboarding.staff.tries import ACCOUNT, ADDRESS, DEVICE, PAIR, subscriber, wait
from tests.support.rows import count, one, rows
from tests.support.staff import PASSWORD, csrf_of, make_member

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LOCKED = {
    "en": "Too many tries failed. Try again in 5 seconds.",
    "es": "Demasiados intentos fallidos. Probá de nuevo en 5 segundos.",
    "pt_BR": "Muitas tentativas falharam. Tente de novo em 5 segundos.",
}


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that the test moves."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def attempt(browser: FlaskClient, email: str, password: str, address: str = "192.0.2.1") -> TestResponse:
    """One try from an address."""
    token = csrf_of(browser, "/staff/sign-in")
    data = {"csrf_token": token, "email": email, "password": password}
    return browser.post("/staff/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address})


def told(answer: TestResponse, email: str) -> tuple[int, str | None, str]:
    """What an answer tells, whoever was tried."""
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).replace(email, "")
    return answer.status_code, answer.headers.get("Retry-After"), text


def test_answer_never_tells_whether_somebody_is_known(app: Flask, clock: Any) -> None:
    """Wrong password, unknown address, disabled, without password, and locked: word for word the same."""
    known = make_member(app, "agent", password=PASSWORD)
    without = make_member(app, "agent")
    gone = make_member(app, "agent", password=PASSWORD)
    with app.app_context():
        app.extensions["alta"].staff.team.disable(gone, by=None)
    answers: dict[str, list[Any]] = {}
    for number, email in enumerate((known.email, "nobody@staff.example", without.email, gone.email)):
        browser, tries = app.test_client(), []
        for _ in range(PAIR.free + 2):
            tries.append(told(attempt(browser, email, "wrong", f"192.0.2.{number + 1}"), email))
        answers[email] = tries
    first, *others = answers.values()
    assert all(other == first for other in others)
    assert [status for status, _wait, _text in first] == [422] * PAIR.free + [429, 429]
    # The right password is not looked at while somebody waits, and it is not said either.
    locked = attempt(app.test_client(), known.email, PASSWORD)
    assert told(locked, known.email) == first[-1]


@pytest.mark.parametrize("language", ["en", "es", "pt_BR"])
def test_page_says_when_to_try_again(sqlite_app: Flask, clock: Any, language: str) -> None:
    app = sqlite_app
    member, browser = make_member(app, "agent", password=PASSWORD), app.test_client()
    browser.set_cookie("alta_language", language)
    for _ in range(PAIR.free):
        attempt(browser, member.email, "wrong")
    locked = attempt(browser, member.email, PASSWORD)
    assert locked.headers["Retry-After"] == "5"
    assert LOCKED[language] in locked.text
    clock.shift(timedelta(seconds=5))
    assert attempt(browser, member.email, PASSWORD).status_code == 303


def test_waits_grow_to_a_quarter_of_an_hour_and_no_further() -> None:
    waits = [wait(number, PAIR).total_seconds() for number in range(1, 30)]
    assert waits[:7] == [0, 0, 0, 0, 5, 10, 20]
    assert waits[-1] == max(waits) == 900
    assert waits == sorted(waits)


def test_try_that_is_not_looked_at_is_not_counted(app: Flask, clock: Any) -> None:
    member, browser = make_member(app, "agent", password=PASSWORD), app.test_client()
    for _ in range(PAIR.free + 20):
        attempt(browser, member.email, "wrong")
    assert one(app, "SELECT max(count) FROM staff_failed_tries") == PAIR.free


def test_many_tries_at_once_are_no_more_than_one_after_the_other(app: Flask, clock: Any) -> None:
    member = make_member(app, "agent", password=PASSWORD)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: attempt(app.test_client(), member.email, "wrong"), range(16)))
    assert sorted(each.status_code for each in answers) == [422] * PAIR.free + [429] * (16 - PAIR.free)


def test_every_answer_costs_one_hash(app: Flask, clock: Any) -> None:
    """So that the time it takes tells nothing either: known, unknown, without a password, and waiting."""

    class Counting(PasswordHasher):
        verified = 0

        def verify(self, *args: Any, **kwargs: Any) -> Any:
            self.verified += 1
            return super().verify(*args, **kwargs)

    member, without = make_member(app, "agent", password=PASSWORD), make_member(app, "agent")
    passwords = app.extensions["alta"].staff.passwords
    usual = passwords._hasher
    passwords._hasher = counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    for number, email in enumerate((member.email, without.email, "nobody@staff.example")):
        for _ in range(PAIR.free + 1):
            before = counting.verified
            attempt(app.test_client(), email, "wrong", f"192.0.2.{number}")
            assert counting.verified == before + 1
    passwords._hasher = usual


def test_stranger_slows_only_themselves(app: Flask, clock: Any) -> None:
    """From one address: others come in as ever."""
    member, stranger = make_member(app, "agent", password=PASSWORD), app.test_client()
    for _ in range(PAIR.free):
        attempt(stranger, member.email, "wrong", "198.51.100.9")
    assert attempt(stranger, member.email, PASSWORD, "198.51.100.9").status_code == 429
    assert attempt(app.test_client(), member.email, PASSWORD).status_code == 303


def test_strangers_from_everywhere_never_slow_the_owners_browser(app: Flask, clock: Any) -> None:
    """It signed in before; one that never did waits with the strangers."""
    member, own = make_member(app, "agent", password=PASSWORD), app.test_client()
    assert attempt(own, member.email, PASSWORD).status_code == 303
    for number in range(ACCOUNT.free):
        attempt(app.test_client(), member.email, "wrong", f"203.0.113.{number}")
    assert attempt(app.test_client(), member.email, PASSWORD, "192.0.2.77").status_code == 429
    own.post("/staff/sign-out", data={"csrf_token": csrf_of(own)})
    assert attempt(own, member.email, PASSWORD).status_code == 303


def test_browser_known_to_one_account_is_unknown_to_another(app: Flask, clock: Any) -> None:
    one_member, other = (make_member(app, "agent", password=PASSWORD) for _ in range(2))
    browser = app.test_client()
    assert attempt(browser, one_member.email, PASSWORD).status_code == 303
    browser.post("/staff/sign-out", data={"csrf_token": csrf_of(browser)})
    attempt(browser, other.email, "wrong")
    kinds = len(rows(app, "SELECT key FROM staff_failed_tries WHERE count > 0"))
    assert kinds == 3, "address, pair and account"
    for _ in range(DEVICE.free):
        attempt(browser, one_member.email, "wrong")
    assert attempt(browser, one_member.email, PASSWORD).status_code == 429


def test_many_accounts_from_one_address_are_slowed(sqlite_app: Flask, clock: Any) -> None:
    browser = sqlite_app.test_client()
    emails = [f"{number}@staff.example" for number in range(ADDRESS.free + 1)]
    answers = [attempt(browser, email, "wrong", "203.0.113.222") for email in emails]
    assert [each.status_code for each in answers] == [422] * ADDRESS.free + [429]
    assert subscriber("2001:db8:1:2:3:4:5:6") == subscriber("2001:db8:1:2::1") != subscriber("2001:db8:1:3::1")


def test_owner_is_told_of_what_failed_meanwhile(app: Flask, clock: Any) -> None:
    member, browser = make_member(app, "agent", password=PASSWORD), app.test_client()
    for _ in range(3):
        attempt(app.test_client(), member.email, "wrong", "198.51.100.9")
    attempt(browser, member.email, PASSWORD)
    page = browser.get("/staff/me").text
    assert "3 tries to sign in as you failed" in page
    assert "198.51.100.9" in page
    browser.post("/staff/me/seen", data={"csrf_token": csrf_of(browser)})
    assert "tries to sign in as you failed" not in browser.get("/staff/me").text


def test_counters_of_yesterday_are_forgotten(app: Flask, clock: Any) -> None:
    member, browser = make_member(app, "agent", password=PASSWORD), app.test_client()
    for _ in range(PAIR.free):
        attempt(browser, member.email, "wrong")
    clock.shift(timedelta(days=1))
    for _ in range(PAIR.free):
        assert attempt(browser, member.email, "wrong").status_code == 422
    clock.shift(timedelta(days=2))
    with app.app_context():
        app.extensions["alta"].purge.run()
    assert count(app, "staff_failed_tries") == 0
