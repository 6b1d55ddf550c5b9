"""Owns making applications that staff look for, fast, and reading the console's list."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.store.db import write
from app.store.models.applications import Application
from app.store.models.listing import Listing, ListingFlag
from tests.support.staff import csrf_of

_ROW = re.compile(r'<tr>\s*<td[^>]*><a href="([^"]+)" data-row[^>]*>([^<]+)</a>')
_TILE = re.compile(r'class="tile"[^>]*><b>([^<]*)</b>')
LIST = "/staff/cases"


def begin(
    app: Flask,
    *,
    name: tuple[str, str] | None = None,
    number: tuple[str, str] | None = None,
    phone: tuple[str, str] | None = None,
    country: str = "AR",
    integration: str | None = None,
    **columns: Any,
) -> str:
    """An application with some answers, of an integration, with other columns of its row; its id."""
    services = app.extensions["alta"]
    with app.test_request_context("/apply/start"):
        draft = services.drafts.load(services.drafts.begin(country, "en", []))
        if integration or columns:
            change(app, draft.id, integration=integration, **columns)
        given = {
            "personal": {"first_name": name[0], "last_name": name[1]} if name else None,
            f"identity:{country}": {"document_type": number[0], "document_number": number[1]} if number else None,
            "phone": {"phone_country": phone[0], "phone_number": phone[1]} if phone else None,
        }
        for place, answers in given.items():
            if answers is not None:
                keep(app, draft.id, place, answers)
    return str(draft.id)


def keep(app: Flask, application_id: str, place: str, answers: dict[str, str]) -> None:
    """Save answers in their place, without their step's checks."""
    from app.onboarding.draft_rows import upsert_answer

    drafts = app.extensions["alta"].drafts
    row = drafts.seal(application_id, place, {"answers": answers, "notices": []})
    with write() as connection:
        upsert_answer(connection, row)
        drafts.terms.note(connection, application_id, place.partition(":")[0], answers)


def change(app: Flask, application_id: str, **columns: Any) -> None:
    """Change an application's row, and have its place in the lists follow."""
    with app.app_context(), write() as connection:
        connection.execute(update(Application).where(Application.id == application_id).values(**columns))
        app.extensions["alta"].stages.refresh(connection, application_id)


def age(app: Flask, application_id: str, hours: float) -> None:
    """Let an application have come into its stage so many hours ago."""
    since = datetime.now(UTC) - timedelta(hours=hours)
    with app.app_context(), write() as connection:
        mine = Listing.application_id == application_id
        number = connection.execute(update(Listing).where(mine).values(since=since).returning(Listing.id)).scalar()
        connection.execute(update(ListingFlag).where(ListingFlag.id == number).values(since=since))


def lines(text: str) -> list[tuple[str, str]]:
    """The list's rows on a page: each address and reference."""
    return [(html.unescape(address), reference) for address, reference in _ROW.findall(text)]


def ids(text: str) -> list[str]:
    """The ids of the applications listed on a page."""
    return [address.partition("?")[0].rpartition("/")[2] for address, _reference in lines(text)]


def listed(client: FlaskClient, **query: str) -> list[str]:
    """The ids on the first page of the list with these filters."""
    answer = client.get(f"{LIST}?{urlencode(query)}")
    assert answer.status_code == 200
    return ids(answer.text)


def tiles(client: FlaskClient) -> list[str]:
    """What the tiles show."""
    return [html.unescape(each) for each in _TILE.findall(client.get(LIST).text)]


def search(client: FlaskClient, text: str, **query: str) -> list[str]:
    """The ids on the first page of what a search finds."""
    path = f"{LIST}/search?{urlencode(query)}"
    answer = client.post(path, data={"csrf_token": csrf_of(client), "text": text}, follow_redirects=True)
    assert answer.status_code == 200
    query = answer.request.query_string.decode().casefold()
    assert len(text) < 3 or text.casefold() not in query
    return ids(answer.text)


def following(text: str, relation: str) -> str | None:
    """Where a page's link of a relation (prev, next) leads."""
    found = re.search(rf'rel="{relation}" href="([^"]+)"|href="([^"]+)"[^>]* rel="{relation}"', text)
    return html.unescape(found[1] or found[2]) if found else None


def all_pages(client: FlaskClient, path: str) -> Iterable[list[str]]:
    """The ids of each page from `path` on."""
    address: str | None = path
    while address:
        text = client.get(address).text
        yield ids(text)
        address = following(text, "next")
