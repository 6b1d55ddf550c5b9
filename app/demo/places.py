"""Places where the demo's people live: real towns, whose streets and postal codes Alta's own rules accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """A street somewhere."""

    country: str
    street: str
    city: str
    state: str
    postal_code: str
    area_code: str
    neighborhood: str = ""

    def answers(self, street_number: str) -> Mapping[str, str]:
        """The address step's answers for a house there."""
        answers = {
            "street": self.street,
            "street_number": street_number,
            "extra": "",
            "city": self.city,
            "state": self.state,
            "postal_code": self.postal_code,
            "reference_point": "",
        }
        return answers | ({"neighborhood": self.neighborhood} if self.country == "BR" else {})


ARGENTINE = (
    ("Avenida Corrientes", "Buenos Aires", "Ciudad Autónoma de Buenos Aires", "C1043ABC", "11"),
    ("Calle 7", "La Plata", "Buenos Aires", "B1900ABC", "221"),
    ("Boulevard Oroño", "Rosario", "Santa Fe", "S2000ABC", "341"),
    ("Avenida Colón", "Córdoba", "Córdoba", "X5000ABC", "351"),
    ("Balcarce", "Salta", "Salta", "A4400ABC", "387"),
    ("San Martín", "Mendoza", "Mendoza", "M5500ABC", "261"),
    ("24 de Septiembre", "San Miguel de Tucumán", "Tucumán", "T4000ABC", "381"),
    ("Avenida Argentina", "Neuquén", "Neuquén", "Q8300ABC", "299"),
)
BRAZILIAN = (
    ("Rua Buarque de Macedo", "Rio de Janeiro", "RJ", "22220-030", "21", "Flamengo"),
    ("Avenida Paulista", "São Paulo", "SP", "01310-100", "11", "Bela Vista"),
    ("Rua da Bahia", "Belo Horizonte", "MG", "30160-011", "31", "Centro"),
    ("Rua Chile", "Salvador", "BA", "40020-000", "71", "Centro"),
    ("Rua da Aurora", "Recife", "PE", "50050-000", "81", "Boa Vista"),
    ("Rua XV de Novembro", "Curitiba", "PR", "80020-310", "41", "Centro"),
    ("Rua dos Andradas", "Porto Alegre", "RS", "90020-000", "51", "Centro Histórico"),
    ("Avenida Beira Mar", "Fortaleza", "CE", "60165-121", "85", "Meireles"),
)
PLACES: Mapping[str, tuple[Place, ...]] = {
    "AR": tuple(
        Place(country="AR", street=street, city=city, state=state, postal_code=code, area_code=area)
        for street, city, state, code, area in ARGENTINE
    ),
    "BR": tuple(
        Place(country="BR", street=street, city=city, state=state, postal_code=code, area_code=area, neighborhood=near)
        for street, city, state, code, area, near in BRAZILIAN
    ),
}
