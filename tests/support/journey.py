"""An applicant without JavaScript: reads pages as a browser would, fills in forms, follows redirects."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

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


@cache
def picture(seed: int = 0, size: tuple[int, int] = (900, 1200)) -> bytes:
    """A JPEG that differs by seed."""
    image = Image.new("RGB", size, (40 + seed * 17 % 200, 90, 140))
    draw = ImageDraw.Draw(image)
    draw.ellipse((100, 100 + seed * 13, 500, 700), fill=(220, 180 - seed * 7 % 100, 150))
    draw.rectangle((50, 900, 800, 1000), fill=(seed * 31 % 255, 60, 60))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


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
            return {**kind, "front_document": picture(1), "back_document": picture(2)}
        if step == "selfies":
            slots = ("dni_selfie", "selfie_1", "selfie_2", "selfie_3")
            return {slot: picture(number + 3) for number, slot in enumerate(slots)}
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
