"""Owns the tests of reading a DNI's barcode: both layouts, and whatever else a barcode may hold."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.countries import COUNTRIES
from app.domain.dni import read_dni
from app.domain.document_reading import DocumentReading, capitalised, combined, number_said
from app.domain.identifiers import normalise_cuil, normalise_dni
from tests.support.barcodes import NEWER, OLDER, text

JUANA = DocumentReading(
    source="pdf417",
    last_name="FERNANDEZ",
    first_name="JUANA",
    dni="12345678",
    birth_date=date(1990, 8, 10),
    gender="Mujer",
)
naughty = st.text(alphabet=st.sampled_from("@0123456789/ MFXabcÑ\x00\u202e<'-"), max_size=120)


@pytest.mark.parametrize("layout", [NEWER, OLDER])
def test_both_layouts_say_the_same(layout: str) -> None:
    """But for the CUIL, whose ends only the newer one has."""
    reading = read_dni(text(layout))
    assert reading is not None
    assert reading.cuil == ("20123456786" if layout == NEWER else "")
    assert reading == DocumentReading(**{**vars(JUANA), "cuil": reading.cuil})


def test_newer_layout_is_read_without_its_last_part() -> None:
    """Cards of the first years end with the day of issue."""
    assert read_dni(text().rpartition("@")[0]) == JUANA


@pytest.mark.parametrize("layout", [NEWER, OLDER])
@pytest.mark.parametrize(
    ("printed", "number"),
    [("M12345678", "12345678"), ("F1234567", "1234567"), ("01234567", "1234567"), ("7654321", "7654321")],
)
def test_number_is_read_with_its_letter_and_padding(layout: str, printed: str, number: str) -> None:
    reading = read_dni(text(layout, dni=printed))
    assert reading is not None
    assert reading.dni == number


@pytest.mark.parametrize(("sex", "gender"), [("M", "Hombre"), ("F", "Mujer"), ("X", "X"), ("Z", None), ("", None)])
def test_sex_is_read_or_left_out(sex: str, gender: str | None) -> None:
    for layout in (NEWER, OLDER):
        reading = read_dni(text(layout, sex=sex))
        assert reading is not None
        assert reading.gender == gender


@pytest.mark.parametrize("ends", ["207", "306", "2", "20a", "٢٠٦", ""])
def test_cuil_that_cannot_be_is_left_out(ends: str) -> None:
    reading = read_dni(text(cuil=ends))
    assert reading is not None
    assert (reading.cuil, reading.dni) == ("", "12345678")


@pytest.mark.parametrize(
    "changes",
    [
        {"dni": "11111111"},
        {"dni": "123"},
        {"dni": "12.345.678"},
        {"dni": "١٢٣٤٥٦٧٨"},
        {"dni": ""},
        {"born": "31/02/1990"},
        {"born": "10-08-1990"},
        {"born": "10/08/0090"},
        {"born": "1990/08/10"},
        {"born": ""},
        {"last_name": "", "first_name": ""},
        {"last_name": "\u202e", "first_name": "123"},
    ],
)
def test_text_that_cannot_be_a_document_says_nothing(changes: dict[str, str]) -> None:
    for layout in (NEWER, OLDER):
        assert read_dni(text(layout, **changes)) is None


def test_one_name_is_enough() -> None:
    """Some people have no surname, or one name only."""
    reading = read_dni(text(last_name=""))
    assert reading is not None
    assert (reading.first_name, reading.last_name) == ("JUANA", "")


@given(st.one_of(st.text(max_size=200), naughty, st.builds(lambda parts: "@".join(parts), st.lists(naughty))))
@example("@" * 50)
@example("@" * 5000)
@example(text() + "@" * 2000)
def test_hostile_text_is_refused_or_read_into_valid_values(content: str) -> None:
    reading = read_dni(content)
    if reading is not None:
        assert normalise_dni(reading.dni) == reading.dni
        assert not reading.cuil or normalise_cuil(reading.cuil)[2:10].lstrip("0") == reading.dni
        assert reading.birth_date is not None
        assert "@" not in reading.first_name + reading.last_name
        assert (reading.first_name + reading.last_name).isprintable()


@given(
    st.integers(1_000_000, 99_999_999).filter(lambda number: len(set(str(number))) > 1),
    st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    st.sampled_from("MFX"),
)
def test_what_is_printed_is_what_is_read(number: int, born: date, sex: str) -> None:
    for layout in (NEWER, OLDER):
        reading = read_dni(text(layout, dni=str(number), born=born.strftime("%d/%m/%Y"), sex=sex, cuil=""))
        assert reading is not None
        assert (reading.dni, reading.birth_date) == (str(number), born)


def test_only_argentina_has_such_a_barcode() -> None:
    assert COUNTRIES["AR"].read_barcode is read_dni
    assert COUNTRIES["BR"].read_barcode is None


def test_number_of_the_wanted_type_is_offered_first() -> None:
    """Of no type: the one that says most. A CUIT is taken for the CUIL."""
    reading = DocumentReading(source="pdf417", dni="12345678", cuil="20123456786")
    assert number_said(reading) == number_said(reading, "cuit") == ("cuil", "20123456786")
    assert number_said(reading, "dni") == ("dni", "12345678")
    assert number_said(reading, "passport") == ("cuil", "20123456786")
    assert number_said(JUANA, "cuil") == ("dni", "12345678")
    assert number_said(DocumentReading(source="mrz")) is None


def test_sides_are_combined_only_if_they_are_of_one_document() -> None:
    """The barcode goes first, and the other side fills in what it leaves open."""
    barcode = DocumentReading(source="pdf417", dni="12345678", last_name="FERNANDEZ")
    same = DocumentReading(source="mrz", dni="12345678", last_name="FERNANDE", gender="Mujer", names_cut=True)
    other = DocumentReading(source="mrz", dni="87654321", gender="Hombre")
    assert combined([]) is None
    assert combined([other, barcode]) == barcode
    assert combined([same, barcode]) == DocumentReading(
        source="pdf417", dni="12345678", last_name="FERNANDEZ", gender="Mujer"
    )


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("JUANA INES", "Juana Ines"),
        ("D'ANGELO", "D'Angelo"),
        ("GARCÍA-LÓPEZ", "García-López"),
        ("de la Cruz", "de la Cruz"),
    ],
)
def test_capitals_are_written_as_people_write(printed: str, written: str) -> None:
    assert capitalised(printed) == written
