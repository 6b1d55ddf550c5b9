"""Owns the check that the page of figures is valid HTML in the three languages, empty, full and wrongly asked for."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.support import html
from tests.support.journey import Applicant
from tests.support.quick import hasten
from tests.support.rows import alter
from tests.support.staff import signed_in


def test_page_of_figures_is_valid(make_app: Callable[..., Flask]) -> None:
    app = make_app(selfies="0")
    pages = {"empty": signed_in(app, "supervisor").get("/staff/figures").text}
    waiting = hasten(Applicant(app), "BR", until="phone")
    assert waiting.send({"phone_number": ""}, follow=False).status == 422
    hasten(Applicant(app)).submit()
    alter(app, "UPDATE deliveries SET state = 'failed', attempts = 3, error = 'NotAllowedError: <no & \"none\">'")
    queries = {"full": "", "wrong": "?first=never&last=2026-02-30&integration=<b>", "weeks": "?first=2026-01-01"}
    for language in ("es", "pt_BR", "en"):
        client = signed_in(app, "supervisor", language=language)
        for state, query in queries.items():
            pages[f"{state} {language}"] = client.get(f"/staff/figures{query}").text
    assert "NotAllowedError: &lt;no &amp; &#34;none&#34;&gt;" in pages["full en"]
    assert all('<svg class="chart"' in page and "style=" not in page for page in pages.values())
    assert html.faults(pages) == []
