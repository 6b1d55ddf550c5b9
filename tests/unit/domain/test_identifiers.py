"""Identity numbers are read however they are typed, and a wrong digit does not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import identifiers
from app.domain.errors import InvalidError

# Synthetic: each was computed for this test, or is an example that libraries publish.
VALID_CUILS = ("20123456786", "20267565393", "20055361682", "27123456780", "23123456785", "24123456781")
VALID_CPFS = ("12345678909", "52998224725", "11144477735", "39053344705", "15886489070")
VALID_CNHS = (
    "02650306461",
    "04397322870",
    "04375701302",
    "02996843266",
    "04375700501",
    "69044271146",
    "62472927637",
    "46190906839",
    "50195131143",
    "58316794534",
    "50195471165",
    "00000001801",
    "00000009309",
    "00000018200",
)
CUIL_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
SEPARATORS = st.sampled_from(["", " ", "-", ".", "/", "\u00a0", "–", "\u2011", "−", "\u200e", "  ", ","])
naughty = st.one_of(st.text(), st.text(alphabet="0123456789.-/ MF\u00a0٣３²", max_size=24))


def cuil_digit(ten: str) -> str:
    """The last digit by the published rule: 11 minus the sum modulo 11; 11 is 0 and 10 is 9."""
    remainder = sum(int(digit) * weight for digit, weight in zip(ten, CUIL_WEIGHTS, strict=True)) % 11
    return {0: "0", 1: "9"}.get(remainder) or str(11 - remainder)


def cpf_digits(nine: str) -> str:
    """Both last digits by the published rule: remainder under 2 is 0, else 11 minus it."""
    for length in (9, 10):
        remainder = sum(int(nine[place]) * (length + 1 - place) for place in range(length)) % 11
        nine += "0" if remainder < 2 else str(11 - remainder)
    return nine[9:]


def accepted(normalise: object, number: str) -> bool:
    assert callable(normalise)
    try:
        normalise(number)
    except InvalidError:
        return False
    return True


cuils = st.builds(
    lambda prefix, dni: (ten := f"{prefix}{dni:08d}") + cuil_digit(ten),
    st.sampled_from(identifiers.PERSON_PREFIXES),
    st.integers(1_000_000, 99_999_999),
)
cpfs = (
    st.integers(0, 999_999_999)
    .map(lambda n: f"{n:09d}" + cpf_digits(f"{n:09d}"))
    .filter(lambda number: len(set(number)) > 1)
)


@pytest.mark.parametrize("number", VALID_CUILS)
def test_published_cuil_passes_as_cuil_and_as_cuit(number: str) -> None:
    assert identifiers.normalise_cuil(number) == identifiers.normalise_cuit(number) == number


@pytest.mark.parametrize("number", VALID_CPFS)
def test_published_cpf_passes(number: str) -> None:
    assert identifiers.normalise_cpf(number) == number


@given(cuils, st.data())
def test_single_changed_digit_of_a_cuil_is_refused_unless_its_check_digit_holds(
    number: str, data: st.DataObject
) -> None:
    place, digit = data.draw(st.integers(0, 10)), data.draw(st.sampled_from("0123456789"))
    changed = number[:place] + digit + number[place + 1 :]
    right = changed[:2] in identifiers.PERSON_PREFIXES and cuil_digit(changed[:10]) == changed[10]
    for normalise in (identifiers.normalise_cuil, identifiers.normalise_cuit):
        assert accepted(normalise, changed) == right


@given(cpfs, st.data())
def test_single_changed_digit_of_a_cpf_is_refused_unless_its_check_digits_hold(
    number: str, data: st.DataObject
) -> None:
    place, digit = data.draw(st.integers(0, 10)), data.draw(st.sampled_from("0123456789"))
    changed = number[:place] + digit + number[place + 1 :]
    right = cpf_digits(changed[:9]) == changed[9:] and len(set(changed)) > 1
    assert accepted(identifiers.normalise_cpf, changed) == right


@given(cuils)
def test_last_digit_of_a_cuil_has_one_right_value(number: str) -> None:
    passing = [last for last in "0123456789" if accepted(identifiers.normalise_cuil, number[:10] + last)]
    assert passing == [number[10]]


@given(cuils, st.lists(SEPARATORS, min_size=11, max_size=11))
def test_separators_anywhere_change_nothing(number: str, separators: list[str]) -> None:
    typed = "".join(mark + digit for mark, digit in zip(separators, number, strict=True))
    assert identifiers.normalise_cuil(typed) == number


@given(cuils)
def test_shown_cuil_reads_back(number: str) -> None:
    assert identifiers.normalise_cuil(identifiers.format_cuil(number)) == number


@given(cpfs)
def test_shown_cpf_reads_back(number: str) -> None:
    assert identifiers.normalise_cpf(identifiers.format_cpf(number)) == number


@given(cuils)
def test_middle_of_a_cuil_is_a_dni(number: str) -> None:
    assert f"{int(identifiers.dni_of_cuil(number)):08d}" == number[2:10]


@pytest.mark.parametrize(
    "typed", ["２０１２３４５６７８６", "٢٠١٢٣٤٥٦٧٨٦", "२०-१२३४५६७८-६", "\u202a20-12345678-6\u202c"]
)
def test_digits_of_other_scripts_and_pasted_marks_are_read(typed: str) -> None:
    assert identifiers.normalise_cuil(typed) == "20123456786"


@pytest.mark.parametrize("digit", "0123456789")
def test_repeated_digits_are_refused(digit: str) -> None:
    for normalise in (identifiers.normalise_cuil, identifiers.normalise_cuit, identifiers.normalise_cpf):
        assert not accepted(normalise, digit * 11)
    assert not accepted(identifiers.normalise_dni, digit * 8)
    assert not accepted(identifiers.normalise_dni, digit * 7)
    assert not accepted(identifiers.normalise_dni, f"0{digit * 7}")
    assert not accepted(identifiers.normalise_passport, digit * 9)
    assert not identifiers.cnh(digit * 11)


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("cuil", "", "Enter your CUIL"),
        ("cuil", "20-12345678-5", "The CUIL's last digit does not match: check the number"),
        ("cuil", "20-1234567-6", "11 digits"),
        ("cuil", "20-123456789-66", "11 digits"),
        ("cuil", "20-1234567B-6", "digits only"),
        ("cuil", "30-71234567-1", "starts with 20, 23, 24 or 27"),
        ("cuil", "20-00000000-1", "only zeros"),
        ("cuit", "", "Enter your CUIT"),
        ("cuit", "30-12345678-1", "company's CUIT: enter your own"),
        ("cuit", "33-12345678-0", "company's CUIT: enter your own"),
        ("cuit", "34-12345678-7", "company's CUIT: enter your own"),
        ("cuit", "50-12345678-6", "starts with"),
        ("cuit", "20-12345678-5", "The CUIT's last digit"),
        ("dni", "", "Enter your DNI"),
        ("dni", "123456", "7 or 8 digits"),
        ("dni", "0123456", "7 or 8 digits"),
        ("dni", "123456789", "7 or 8 digits"),
        ("dni", "12a45678", "digits only"),
        ("dni", "M", "digits only"),
        ("dni", "00000000", "repeats"),
        ("cpf", "", "Enter your CPF"),
        ("cpf", "123.456.789-00", "last two digits"),
        ("cpf", "123.456.789", "11 digits"),
        ("cpf", "111.111.111-11", "repeats"),
        ("cpf", "½23.456.789-09", "digits only"),
        ("passport", "", "Enter your passport"),
        ("passport", "A123", "5 to 20"),
        ("passport", "A" * 20 + "1", "5 to 20"),
        ("passport", "ABCDEF", "at least one digit"),
        ("passport", "ÑÑ123456", "A to Z"),
        ("passport", "AB12345_", "A to Z"),
    ],
)
def test_each_fault_has_its_sentence(kind: str, typed: str, sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        getattr(identifiers, f"normalise_{kind}")(typed)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("12.345.678", "12345678", "12.345.678"),
        ("1.234.567", "1234567", "1.234.567"),
        ("M12345678", "12345678", "12.345.678"),
        ("f 1234567", "1234567", "1.234.567"),
        ("01234567", "1234567", "1.234.567"),
        ("12 345 678", "12345678", "12.345.678"),
    ],
)
def test_dni_is_read_and_shown(typed: str, kept: str, shown: str) -> None:
    assert identifiers.normalise_dni(typed) == kept
    assert identifiers.format_dni(kept) == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("aaa 123456", "AAA123456"),
        ("AB-123456", "AB123456"),
        ("12345", "12345"),
        ("12345678n", "12345678N"),
        ("x" * 19 + "1", "X" * 19 + "1"),
        ("ａｂ123456", "AB123456"),
    ],
)
def test_passport_of_any_state_is_read(typed: str, kept: str) -> None:
    assert identifiers.normalise_passport(typed) == kept == identifiers.format_passport(kept)


def test_dni_of_a_cuil_has_no_leading_zeros() -> None:
    assert identifiers.dni_of_cuil("20055361682") == "5536168"


@pytest.mark.parametrize("number", VALID_CNHS)
def test_published_cnh_passes_and_with_another_last_digit_does_not(number: str) -> None:
    assert identifiers.cnh(number)
    assert identifiers.cnh(f"{number[:9]}-{number[9:]}")
    assert not identifiers.cnh(number[:10] + str((int(number[10]) + 1) % 10))
    assert not identifiers.cnh(number[:9] + str((int(number[9]) + 1) % 10) + number[10])


@pytest.mark.parametrize("typed", ["", "123", "1234567890A", "123456789012"])
def test_what_is_no_cnh_does_not_pass(typed: str) -> None:
    assert not identifiers.cnh(typed)


@given(naughty)
def test_whatever_is_typed_gives_a_clean_number_or_a_sentence(typed: str) -> None:
    for kind in ("cuil", "cuit", "dni", "cpf", "passport"):
        normalise = getattr(identifiers, f"normalise_{kind}")
        try:
            number = normalise(typed)
        except InvalidError as refusal:
            assert len(refusal.message) <= 90
            continue
        assert number.isascii() and number.isalnum() and number == number.upper()
        assert normalise(number) == number
    assert identifiers.cnh(typed) in (True, False)
