"""Two people who open an account: what each answers, and what both APIs must then hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.support import Translations

CATALOGUES = Path(__file__).resolve().parents[2] / "app" / "translations"
HTML_LANGUAGES = {"es": "es", "pt_BR": "pt-BR", "en": "en"}


class Words:
    """The sentences of one language: `words("Continue")` is what a page in it says."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = Translations.load(str(CATALOGUES), [language])

    def __call__(self, sentence: str, **parameters: object) -> str:
        found = self._catalogue.gettext(sentence)
        return found % parameters if parameters else found


@dataclass(frozen=True)
class Person:
    """Someone's answers, as they are typed; what is chosen from a list is given by its English label."""

    country: str
    first_name: str
    last_name: str
    gender: str
    document: tuple[str, str]
    address: tuple[tuple[str, str], ...]
    state: tuple[str, str]
    phone: str
    document_kind: str | None
    record: dict[str, Any]
    birthday: tuple[str, str, str] = ("10", "8", "1990")
    marital_status: str = "Divorced"

    @property
    def typed(self) -> dict[str, dict[str, Any]]:
        """What the forms post of that, by step, where the sample's own answers differ."""
        names = ("first_name", "last_name", "gender", "marital_status")
        return {"personal": {name: self.record[name] for name in names}, "phone": {"phone_number": self.phone}}


JUANA = Person(
    country="AR",
    first_name="Juana Inés",
    last_name="Fernández Ñandú",
    gender="Woman",
    document=("CUIL", "20-12345678-6"),
    address=(
        ("Street", "Calle Falsa"),
        ("Number", "123"),
        ("Floor and flat", "4° B"),
        ("City or town", "Rosario"),
        ("Postal code", "S2000ABC"),
    ),
    state=("Province", "Santa Fe"),
    phone="0341 15-555-1234",
    document_kind=None,
    record={
        "birthday": "1990-08-10",
        "first_name": "Juana Inés",
        "last_name": "Fernández Ñandú",
        "gender": "Mujer",
        "marital_status": "divorcee",
        "politically_exposed": False,
        "document_type": "cuil",
        "document_number": "20123456786",
    },
)
JOAO = Person(
    country="BR",
    first_name="João",
    last_name="Souza",
    gender="Man",
    document=("CPF", "529.982.247-25"),
    address=(
        ("CEP", "22220-030"),
        ("Street", "Rua Buarque de Macedo"),
        ("Number", "S/N"),
        ("Complement", "Apto 301"),
        ("Neighbourhood", "Flamengo"),
        ("City or town", "Rio de Janeiro"),
    ),
    state=("State", "RJ"),
    phone="(21) 97169-7123",
    document_kind="Driving licence (CNH)",
    record={
        "birthday": "1990-08-10",
        "first_name": "João",
        "last_name": "Souza",
        "gender": "Hombre",
        "marital_status": "divorcee",
        "politically_exposed": False,
        "document_type": "cpf",
        "document_number": "52998224725",
    },
)
PEOPLE = {person.country: person for person in (JUANA, JOAO)}
