"""An applicant without JavaScript: reads pages as a browser would, fills in forms, follows redirects."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.demo.faces import Pose
from tests.support.cards import card_jpeg, selfie_jpeg

PERSONAL = {
    "first_name": "Juana",
    "last_name": "Fernández",
    "birthday-day": "10",
    "birthday-month": "8",
    "birthday-year": "1990",
    "gender": "Mujer",
    "marital_status": "single",
    "nationality": "Argentina",
}
ANSWERS: dict[str, dict[str, dict[str, str]]] = {
    "AR": {
        "personal": PERSONAL,
        "identity": {"document_type": "cuil", "document_number": "20-12345678-6"},
        "exposure": {"politically_exposed": "false"},
        "address": {
            "street": "Calle Falsa",
            "street_number": "123",
            "extra": "4° B",
            "city": "Rosario",
            "state": "Santa Fe",
            "postal_code": "S2000ABC",
            "reference_point": "",
        },
        "phone": {"phone_country": "AR", "phone_number": "011 15-2345-6789"},
    },
    "BR": {
        "personal": {
            **PERSONAL,
            "first_name": "João",
            "last_name": "Souza",
            "gender": "Hombre",
            "nationality": "Brasileiro",
        },
        "identity": {"document_type": "cpf", "document_number": "529.982.247-25"},
        "exposure": {"politically_exposed": "false"},
        "address": {
            "postal_code": "22220-030",
            "street": "Rua Buarque de Macedo",
            "street_number": "38",
            "extra": "",
            "neighborhood": "Flamengo",
            "city": "Rio de Janeiro",
            "state": "RJ",
            "reference_point": "",
        },
        "phone": {"phone_country": "BR", "phone_number": "(21) 97169-7123"},
    },
}
STEPS = ("personal", "identity", "exposure", "address", "phone", "income", "document", "selfies")


POSES: dict[str, Pose] = {"dni_selfie": "document", "selfie_1": "front", "selfie_2": "left", "selfie_3": "right"}
CARD_SIZE, SELFIE_SIZE = (1040, 780), (780, 1040)


def photo_for(slot: str, seed: int = 1) -> bytes:
    """A good photo for a slot, of the person or document that `seed` stands for."""
    if slot in POSES:
        return selfie_jpeg(POSES[slot], seed=seed, size=SELFIE_SIZE)
    return card_jpeg("back" if slot == "back_document" else "front", seed=seed, size=CARD_SIZE)


def picture(seed: int = 1, size: tuple[int, int] = CARD_SIZE) -> bytes:
    """A good photo of a document's front that differs by seed."""
    return card_jpeg("front", seed=seed, size=size)


@dataclass
class Page:
    """What a browser knows of a page."""

    status: int
    html: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The page's title."""
        return self.html.partition("<title>")[2].partition("</title>")[0]


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self._select = page, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "a" and given.get("href"):
            self.page.links.append(str(given["href"]))
        if tag == "select":
            self._select = name
        if tag == "option":
            self.page.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                self.page.fields[self._select] = value
        if tag == "input" and name:
            self._input(given, name, value)

    def _input(self, given: dict[str, str | None], name: str, value: str) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox"):
            self.page.choices.setdefault(name, []).append(value)
            if "checked" in given:
                self.page.fields[name] = value
        elif kind != "file" and (name != "csrf_token" or name not in self.page.fields):
            self.page.fields[name] = value


class Applicant:
    """One person with one browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()
        self.page = Page(0, "", "")

    def get(self, path: str, *, follow: bool = True) -> Page:
        """Open an address."""
        return self._read(self.browser.get(path, follow_redirects=follow))

    def send(self, changes: dict[str, Any], *, path: str | None = None, follow: bool = True) -> Page:
        """Fill in the open page's form and press the button; bytes become files. None leaves a field out."""
        data: dict[str, Any] = {**self.page.fields, **changes}
        data = {name: value for name, value in data.items() if value is not None}
        for name, value in data.items():
            if isinstance(value, bytes):
                data[name] = (io.BytesIO(value), "photo.jpg")
        return self._read(
            self.browser.post(
                path or self.page.path, data=data, content_type="multipart/form-data", follow_redirects=follow
            )
        )

    def start(self, country: str = "AR", language: str = "en") -> Page:
        """Begin an application."""
        self.browser.set_cookie("alta_language", language)
        self.get(f"/apply/start?country={country}")
        return self.send({"country": country, "privacy": "1", "biometric": "1"})

    def answer(self, step: str, country: str = "AR", **changes: Any) -> Page:
        """Answer one step as the sample does, with changes."""
        self.get(f"/apply/{step}")
        return self.send({**self.sample(step, country), **changes})

    def sample(self, step: str, country: str) -> dict[str, Any]:
        """The sample's answers to the open step."""
        if step == "income":
            return {"total_income_range": self.page.choices["total_income_range"][1]}
        if step == "document":
            kind = {"document_kind": "CNH"} if country == "BR" else {}
            return {**kind, **{slot: photo_for(slot) for slot in ("front_document", "back_document")}}
        if step == "selfies":
            return {slot: photo_for(slot) for slot in POSES}
        return ANSWERS[country][step]

    def fill(self, country: str = "AR", *, until: str | None = None, language: str = "en") -> Page:
        """Begin and answer every step before `until` (default: all)."""
        self.start(country, language)
        for step in STEPS:
            if step == until:
                break
            self.answer(step, country)
        return self.page

    def submit(self) -> Page:
        """Tick the declaration and send."""
        self.get("/apply/review")
        return self.send({"declaration": "1"})

    def _read(self, response: TestResponse) -> Page:
        path = response.request.path
        page = Page(response.status_code, response.get_data(as_text=True), path)
        if response.location:
            page.path = response.location
        elif response.mimetype == "text/html":
            _Reader(page).feed(page.html)
        self.page = page
        return page
