"""Owns filling in the wizard fast, with only the posts that a browser must make, and reading its pages' faults."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from tests.support.journey import ANSWERS, POSES, STEPS, Applicant, Page, photo_for

_ERROR = re.compile(r'<p class="error" id="([\w-]+)-error">.*?<span>(.*?)</span>', re.DOTALL)
_ENTRY = re.compile(r'<li><a href="#([\w-]+)">(.*?)</a></li>')


def secrets_of(page: Page) -> dict[str, str]:
    """What every post of the open page's application carries."""
    return {name: page.fields[name] for name in ("csrf_token", "application") if name in page.fields}


def sample(applicant: Applicant, step: str, country: str) -> dict[str, Any]:
    """A step's answers; for those that depend on their page, it is opened."""
    if step == "document":
        kind = {"document_kind": "CNH"} if country == "BR" else {}
        return {**kind, **{slot: photo_for(slot) for slot in ("front_document", "back_document")}}
    if step == "selfies":
        applicant.get("/apply/selfies")
        return {slot: photo_for(slot) for slot in POSES if f'name="{slot}"' in applicant.page.html}
    if step == "income":
        applicant.get("/apply/income")
        return {"total_income_range": applicant.page.choices["total_income_range"][1]}
    if step == "exposure":
        applicant.get("/apply/exposure")
        return {"text_hash": applicant.page.fields["text_hash"], **ANSWERS[country][step]}
    return ANSWERS[country][step]


def hasten(
    applicant: Applicant,
    country: str = "AR",
    *,
    until: str | None = None,
    language: str = "en",
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> Applicant:
    """Begin and answer every step before `until` (default: all); `answers` changes a step's sample, by step."""
    applicant.start(country, language)
    secrets = secrets_of(applicant.page)
    for step in STEPS:
        if step == until:
            break
        given = {**sample(applicant, step, country), **(answers or {}).get(step, {})}
        page = applicant.send({**secrets, **given}, path=f"/apply/{step}", follow=False)
        assert page.status == 303, (step, page.status, faults(page))
    applicant.get(f"/apply/{until or 'review'}")
    return applicant


def faults(page: Page) -> dict[str, str]:
    """The sentence beside each faulty field, by the field's name."""
    return {name: html.unescape(sentence) for name, sentence in _ERROR.findall(page.html)}


def entries(page: Page) -> list[tuple[str, str]]:
    """The error summary's entries: the id each leads to, and its sentence."""
    return [(target, html.unescape(sentence)) for target, sentence in _ENTRY.findall(page.html)]


def declare(applicant: Applicant) -> Page:
    """Tick the declaration on review and send."""
    return applicant.submit()
