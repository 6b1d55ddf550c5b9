"""Makes people up: names, numbers that check, addresses, phones. A number is a person, the same in every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
from stdnum.ar import cuit

from app.demo.places import PLACES, Place
from app.domain.identifiers import format_cpf, format_cuil, format_dni
from app.domain.text import fold

T = TypeVar("T")
FIRST_NAMES = {
    (
        "AR",
        "Mujer",
    ): "María Sofía Valentina Lucía Camila Julieta Martina Agustina Florencia Rocío Micaela Malena Noelia",
    ("AR", "Hombre"): "Juan Mateo Santiago Tomás Lautaro Nicolás Joaquín Facundo Ezequiel Gonzalo Ramiro Martín Iván",
    ("BR", "Mujer"): "Ana Beatriz Larissa Mariana Júlia Fernanda Letícia Camila Gabriela Rafaela Luíza Patrícia Aline",
    ("BR", "Hombre"): "João Gabriel Lucas Pedro Rafael Thiago Bruno Felipe Gustavo Leonardo Caio Vinícius André",
}
LAST_NAMES = {
    "AR": "González Rodríguez Gómez Fernández López Díaz Martínez Pérez Romero Sosa Álvarez Benítez Acosta Medina "
    "Núñez Ibarra Quiroga Peralta Ledesma Villalba",
    "BR": "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Almeida Nascimento Araújo Ribeiro "
    "Carvalho Gonçalves Barbosa Teixeira Cardoso Moraes Pacheco",
}
NATIONALITIES = {"AR": ("Argentina", "Argentino"), "BR": ("Brasileira", "Brasileiro")}
LANGUAGES = {"AR": "es", "BR": "pt_BR"}
STATUSES = ("single", "married", "married", "divorcee", "widower")
FIRST_BIRTHDAY, BIRTHDAYS = date(1950, 1, 1), 365 * 55
# Every so many people, the document says something else than the person will type.
DIFFERS_EVERY = 9


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who never lived; `document_number` as it is typed, `printed_birthday` as the card says it."""

    number: int
    country: str
    first_name: str
    last_name: str
    gender: str
    birthday: date
    printed_birthday: date
    marital_status: str
    nationality: str
    document_type: str
    document_number: str
    printed_number: str
    place: Place
    street_number: str
    phone: str
    exposed: bool

    @property
    def language(self) -> str:
        """The catalogue that the person reads."""
        return LANGUAGES[self.country]

    @cached_property
    def barcode(self) -> str:
        """What an Argentine card's barcode says."""
        dni = self.printed_number.replace(".", "")
        names = (fold(self.last_name).upper(), fold(self.first_name).upper())
        sex = "F" if self.gender == "Mujer" else "M"
        return f"00{self.number:09}@{names[0]}@{names[1]}@{sex}@{dni}@A@{self.printed_birthday:%d/%m/%Y}@01/02/2019"

    def answers(self, step: str) -> Mapping[str, str]:
        """What the person types in a step that asks for words."""
        return {
            "personal": {
                "first_name": self.first_name,
                "last_name": self.last_name,
                "birthday-day": str(self.birthday.day),
                "birthday-month": str(self.birthday.month),
                "birthday-year": str(self.birthday.year),
                "gender": self.gender,
                "marital_status": self.marital_status,
                "nationality": self.nationality,
            },
            "identity": {"document_type": self.document_type, "document_number": self.document_number},
            "address": self.place.answers(self.street_number),
            "phone": {"phone_country": self.country, "phone_number": self.phone},
        }[step]

    def exposure(self) -> Mapping[str, str]:
        """The answer about political exposure, but for the text that was shown."""
        if not self.exposed:
            return {"politically_exposed": "false"}
        return {
            "politically_exposed": "true",
            "exposure_relation": "relative",
            "exposure_post": "Concejal" if self.country == "AR" else "Vereador",
            "exposure_body": f"Municipalidad de {self.place.city}" if self.country == "AR" else "Câmara Municipal",
            "exposure_since-month": "12",
            "exposure_since-year": "2019",
        }


def person(number: int, country: str) -> Person:
    """The person of that number."""
    chance = np.random.default_rng((number, country == "BR"))
    gender = ("Mujer", "Hombre")[int(chance.integers(2))]
    names = LAST_NAMES[country].split()
    last_name = _one(chance, names)
    if chance.random() < (0.25 if country == "AR" else 0.6):
        last_name = f"{last_name} {_one(chance, [name for name in names if name != last_name])}"
    birthday = FIRST_BIRTHDAY + timedelta(days=int(chance.integers(BIRTHDAYS)))
    slip = timedelta(days=30 if number % DIFFERS_EVERY == DIFFERS_EVERY - 1 else 0)
    place = _one(chance, PLACES[country])
    document = _argentine(chance, gender) if country == "AR" else _brazilian(chance)
    return Person(
        number=number,
        country=country,
        first_name=_one(chance, FIRST_NAMES[country, gender].split()),
        last_name=last_name,
        gender=gender,
        birthday=birthday,
        printed_birthday=birthday + slip,
        marital_status=_one(chance, STATUSES),
        nationality=NATIONALITIES[country][gender == "Hombre"],
        document_type=document[0],
        document_number=document[1],
        printed_number=document[2],
        place=place,
        street_number=str(int(chance.integers(20, 4800))),
        phone=_phone(chance, place),
        exposed=number % 25 == 7,
    )


def _one(chance: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(chance.integers(len(choices)))]


def _argentine(chance: np.random.Generator, gender: str) -> tuple[str, str, str]:
    """Type, number as it is typed, DNI as it is printed."""
    dni = str(int(chance.integers(20_000_000, 46_000_000)))
    start = ("27" if gender == "Mujer" else "20") + dni
    if chance.random() < 0.25:
        return "dni", format_dni(dni), format_dni(dni)
    return "cuil", format_cuil(start + cuit.calc_check_digit(start)), format_dni(dni)


def _brazilian(chance: np.random.Generator) -> tuple[str, str, str]:
    digits = [int(digit) for digit in str(int(chance.integers(100_000_000, 999_999_999)))]
    for _check in range(2):
        weighed = sum(digit * weight for digit, weight in zip(reversed(digits), range(2, 12), strict=False))
        digits.append(-weighed % 11 % 10)
    number = format_cpf("".join(map(str, digits)))
    return "cpf", number, number


def _phone(chance: np.random.Generator, place: Place) -> str:
    """A mobile number of the place, as people write it."""
    if place.country == "BR":
        return f"({place.area_code}) 9{int(chance.integers(7000, 9999))}-{int(chance.integers(10_000)):04}"
    digits = 10 - len(place.area_code)
    number = f"{int(chance.integers(4, 7))}{int(chance.integers(10 ** (digits - 1))):0{digits - 1}}"
    return f"0{place.area_code} 15-{number[:-4]}-{number[-4:]}"
