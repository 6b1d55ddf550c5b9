"""Owns the tests of comparing what was typed with what the document says."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparison import FIELDS, Typed, Verdict, compare, same_name
from app.domain.document_reading import DocumentReading

DOCUMENT = DocumentReading(
    source="pdf417",
    last_name="FERNANDEZ NANDU",
    first_name="JUANA INES",
    dni="12345678",
    cuil="20123456786",
    birth_date=date(1990, 8, 10),
    gender="Mujer",
)
TYPED = Typed(
    first_name="Juana Inés",
    last_name="Fernández Ñandú",
    birthday="1990-08-10",
    gender="Mujer",
    document_type="cuil",
    document_number="20123456786",
)
MATCH, DIFFERS, UNKNOWN = Verdict.MATCH, Verdict.DIFFERS, Verdict.UNKNOWN


def verdicts(typed: Typed, reading: DocumentReading = DOCUMENT) -> dict[str, Verdict]:
    """The verdict on each field."""
    return {row.field: row.verdict for row in compare(typed, reading)}


def test_every_field_is_compared_once_in_order() -> None:
    assert tuple(row.field for row in compare(Typed(), DOCUMENT)) == FIELDS


def test_same_person_matches() -> None:
    assert set(verdicts(TYPED).values()) == {MATCH}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("first_name", {"first_name": "Juan"}),
        ("last_name", {"last_name": "Hernández"}),
        ("birthday", {"birthday": "1990-08-12"}),
        ("gender", {"gender": "X"}),
        ("document_number", {"document_number": "27123456780"}),
        ("document_number", {"document_type": "dni", "document_number": "12345679"}),
        ("document_number", {"document_type": "cuit", "document_number": "20123456794"}),
    ],
)
def test_one_difference_concerns_one_field(field: str, changes: dict[str, str]) -> None:
    found = verdicts(replace(TYPED, **changes))
    assert {name for name, verdict in found.items() if verdict == DIFFERS} == {field}


def test_values_are_told_as_they_are_kept() -> None:
    """Names as people write them, dates as ISO, numbers with their type."""
    rows = {row.field: (row.typed, row.document) for row in compare(TYPED, DOCUMENT)}
    assert rows == {
        "first_name": ("Juana Inés", "Juana Ines"),
        "last_name": ("Fernández Ñandú", "Fernandez Nandu"),
        "birthday": ("1990-08-10", "1990-08-10"),
        "gender": ("Mujer", "Mujer"),
        "document_number": ("cuil 20123456786", "cuil 20123456786"),
    }


@pytest.mark.parametrize(
    ("kind", "number", "verdict"),
    [
        ("dni", "12345678", MATCH),
        ("cuit", "27123456780", MATCH),  # a CUIT may begin otherwise than the CUIL: only its middle is compared
        ("passport", "AAA123456", UNKNOWN),
        ("cpf", "52998224725", UNKNOWN),
        ("", "", UNKNOWN),
    ],
)
def test_number_is_compared_with_what_the_document_has_of_it(kind: str, number: str, verdict: Verdict) -> None:
    assert verdicts(replace(TYPED, document_type=kind, document_number=number))["document_number"] == verdict


def test_digits_inside_a_cuil_are_compared_where_the_document_has_no_cuil() -> None:
    """An older document: the question then shows its DNI."""
    older = replace(DOCUMENT, cuil="")
    assert verdicts(replace(TYPED, document_number="27123456780"), older)["document_number"] == MATCH
    row = compare(replace(TYPED, document_number="20123456794"), older)[-1]
    assert (row.verdict, row.document) == (DIFFERS, "dni 12345678")


def test_padding_inside_a_cuil_does_not_matter() -> None:
    old = replace(DOCUMENT, dni="5536168", cuil="")
    assert verdicts(replace(TYPED, document_number="20055361682"), old)["document_number"] == MATCH


def test_passport_is_compared_with_a_passport() -> None:
    passport = DocumentReading(source="mrz", passport="AAA123456")
    typed = Typed(document_type="passport", document_number="AAA123456")
    assert verdicts(typed, passport)["document_number"] == MATCH
    assert verdicts(replace(typed, document_number="AAA123457"), passport)["document_number"] == DIFFERS


def test_what_either_does_not_say_is_unknown() -> None:
    assert set(verdicts(Typed()).values()) == {UNKNOWN}
    assert set(verdicts(TYPED, DocumentReading(source="mrz")).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Juana", "JUANA INES"),
        ("juana  inés", "JUANA INES"),
        ("Juana I.", "JUANA INES"),
        ("Juana María", "JUANA INES MARIA"),
        ("Núñez O’Connor", "NUNEZ O CONNOR"),
        ("De la Cruz", "DELACRUZ"),
        ("García López", "GARCIA-LOPEZ"),
        ("Jose\u0301", "JOSÉ"),
        ("Müller", "MUELLER"),
        ("Müller", "MULLER"),
        ("Weiß", "WEISS"),
        ("Sørensen", "SOERENSEN"),
    ],
)
def test_names_that_are_the_same(typed: str, said: str) -> None:
    assert same_name(typed, said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Inés", "JUANA INES"),
        ("Inés Juana", "JUANA INES"),
        ("Juana Inés", "JUANA"),
        ("J. Inés", "JUANA INES"),
        ("Juan", "JUANA"),
        ("Fernandes", "FERNANDEZ"),
        ("", "JUANA"),
        ("-", "JUANA"),
    ],
)
def test_names_that_are_not(typed: str, said: str) -> None:
    assert not same_name(typed, said)


def test_names_cut_short_match_as_far_as_they_go() -> None:
    assert same_name("Nilavadhanananda", "NILAVADHA", cut=True)
    assert not same_name("Nilavadhanananda", "NILAVADHA")


def test_name_in_another_script_cannot_be_compared() -> None:
    assert verdicts(replace(TYPED, first_name="Хуана"))["first_name"] == UNKNOWN


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_compared(typed: str, said: str) -> None:
    reading = replace(DOCUMENT, first_name=said)
    assert compare(replace(TYPED, first_name=typed), reading)[0].verdict in Verdict


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzáéíóúüñçãõâêôàäöåøæßÁÑÇ", min_size=1, max_size=30))
def test_every_name_is_itself_in_capitals(name: str) -> None:
    assert same_name(name, name)
    assert same_name(name, name.upper())
