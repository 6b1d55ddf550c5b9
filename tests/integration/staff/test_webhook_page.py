"""The console's page of a webhook: set, tested, rotated, switched, its messages looked at and sent again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import html
from tests.support.embedding import Framed, Team
from tests.support.quick import faults
from tests.support.rows import alter, rows
from tests.support.staff import make_member, post, signed_in, staff_browser
from tests.support.webhooks import Receiver, messages, receiving, send

SECRET = re.compile(r'value="(whsec_[^"]+)"')


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server of the team's."""
    with receiving() as running:
        yield running


def test_admin_sets_tests_rotates_and_sends_again(app: Flask, receiver: Receiver) -> None:
    team = Team(app)
    admin = make_member(app, "admin", integrations=["bank"])
    path = f"/staff/integrations/{team.integration.id}/webhook"
    person = staff_browser(app, admin)
    person.get(path)
    refused = person.send({"url": "http://bank.example/"})
    assert (refused.status, list(faults(refused))) == (422, ["url"])
    secret = SECRET.search(person.send({"url": receiver.url}).html)[1]
    assert secret not in person.get(path).html

    client = signed_in(app, admin)
    receiver.answers = [500]
    assert "HTTP 500" in post(client, f"{path}/test").text
    assert "The receiver took the test message." in post(client, f"{path}/test").text
    assert receiver.received[1].verified(secret)["type"] == "webhook.test"
    newer = SECRET.search(post(client, f"{path}/secret").text)[1]

    receiver.answers = [500]
    Framed(app, team.session()).begin()
    assert send(app) == ["waiting"]
    assert "next try on" in client.get(path).text
    assert send(app) == ["delivered"]
    assert "2 attempts" in client.get(path).text
    resent = messages(app)[2]
    assert post(client, f"{path}/messages/{resent.id}/resend").status_code == 303
    assert send(app) == ["delivered"]
    assert [each.id for each in receiver.received[2:]] == [resent.id] * 3
    assert receiver.received[4].verified(newer) == receiver.received[2].verified(secret)

    assert post(client, f"{path}/switch", to="off").status_code == 303
    assert "switched off" in client.get(path).text
    assert post(client, f"{path}/messages/{resent.id}/resend").status_code == 303
    assert send(app) == []
    assert post(client, f"{path}/switch", to="on").status_code == 303
    deeds = [row[0] for row in rows(app, "SELECT action FROM audit_rows WHERE action LIKE 'webhook%' ORDER BY number")]
    assert deeds == [
        f"webhook_{each}" for each in ("set", "tested", "tested", "secret_made", "resent", "disabled", "enabled")
    ]


def test_messages_are_shown_in_pages_and_only_of_the_own_integration(app: Flask, receiver: Receiver) -> None:
    ours, theirs = Team(app), Team(app, "shop")
    hooks = app.extensions["alta"].embedding.webhooks
    with app.app_context():
        for team in (ours, theirs):
            hooks.set_url(team.integration, receiver.url, by=None)
        foreign = hooks.test(theirs.integration, by=None).id
        for _ in range(27):
            hooks.test(ours.integration, by=None)
    alter(app, "UPDATE webhook_messages SET created_at = '2026-01-01 10:00:00.000000'")
    client = signed_in(app, "admin", integrations=["bank"])
    path = f"/staff/integrations/{ours.integration.id}/webhook"
    first = client.get(path).text
    older = client.get(re.search(r'href="([^"]+before=[^"]+)"', first)[1]).text
    shown = [set(re.findall(r"messages/([^/]+)/resend", page)) for page in (first, older)]
    assert [len(each) for each in shown] == [25, 2]
    assert len(shown[0] | shown[1]) == 27
    assert foreign not in shown[0] | shown[1]
    assert post(client, f"{path}/messages/{foreign}/resend").status_code == 404
    # No row has a NUL in it, and PostgreSQL cannot be asked for one.
    assert [client.get(f"{path}{end}").status_code for end in ("?before=%00", "/%00")] == [200, 404]
    assert client.get(f"/staff/integrations/{theirs.integration.id}/webhook").status_code == 404


def test_every_page_is_valid(app: Flask, receiver: Receiver) -> None:
    team, pages = Team(app), {}
    path = f"/staff/integrations/{team.integration.id}/webhook"
    for language in ("es", "pt_BR", "en"):
        person, client = staff_browser(app, "admin", language=language), signed_in(app, "admin", language=language)
        pages[f"{language} none"] = person.get(path).html
        pages[f"{language} refused"] = person.send({"url": "x"}).html
        pages[f"{language} secret"] = person.send({"url": receiver.url}).html
        receiver.answers = [500, 500, 410]
        pages[f"{language} failed"] = post(client, f"{path}/test").text
        Framed(app, team.session()).begin()
        send(app)
        pages[f"{language} waiting"] = person.get(path).html
        send(app)
        pages[f"{language} gone"] = person.get(path).html
        send(app)
        with app.app_context():
            app.extensions["alta"].embedding.webhooks.switch(team.integration, on=False, by=None)
        pages[f"{language} off"] = person.get(path).html
        alter(app, "DELETE FROM webhook_endpoints")
    assert html.faults(pages) == []
