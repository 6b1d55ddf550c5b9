"""Each country's profile asks what the contracts take, and its warnings never block."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.countries import COUNTRIES, AddressField, CountryProfile, ar, br
from app.domain.errors import InvalidError, Notice

ADDRESS_NAMES = {
    "street",
    "street_number",
    "extra",
    "neighborhood",
    "city",
    "state",
    "postal_code",
    "reference_point",
}
# First and last CEP of each block, as the contracts' README states them.
CEP_BLOCKS = (
    ("SP", "01000000", "19999999"),
    ("RJ", "20000000", "28999999"),
    ("ES", "29000000", "29999999"),
    ("MG", "30000000", "39999999"),
    ("BA", "40000000", "48999999"),
    ("SE", "49000000", "49999999"),
    ("PE", "50000000", "56999999"),
    ("AL", "57000000", "57999999"),
    ("PB", "58000000", "58999999"),
    ("RN", "59000000", "59999999"),
    ("CE", "60000000", "63999999"),
    ("PI", "64000000", "64999999"),
    ("MA", "65000000", "65999999"),
    ("PA", "66000000", "68899999"),
    ("AP", "68900000", "68999999"),
    ("AM", "69000000", "69299999"),
    ("RR", "69300000", "69399999"),
    ("AM", "69400000", "69899999"),
    ("AC", "69900000", "69999999"),
    ("DF", "70000000", "72799999"),
    ("GO", "72800000", "72999999"),
    ("DF", "73000000", "73699999"),
    ("GO", "73700000", "76799999"),
    ("RO", "76800000", "76999999"),
    ("TO", "77000000", "77999999"),
    ("MT", "78000000", "78899999"),
    ("MS", "79000000", "79999999"),
    ("PR", "80000000", "87999999"),
    ("SC", "88000000", "89999999"),
    ("RS", "90000000", "99999999"),
)

ARGENTINA, BRAZIL = COUNTRIES["AR"], COUNTRIES["BR"]
every_field = pytest.mark.parametrize(
    "field",
    [field for profile in COUNTRIES.values() for field in profile.address_fields],
    ids=[f"{profile.code} {field.name}" for profile in COUNTRIES.values() for field in profile.address_fields],
)


def test_argentina_asks_street_first_and_no_neighborhood() -> None:
    names = [field.name for field in ARGENTINA.address_fields]
    assert names == ["street", "street_number", "extra", "city", "state", "postal_code", "reference_point"]


def test_brazil_asks_the_cep_first() -> None:
    names = [field.name for field in BRAZIL.address_fields]
    assert names[0] == "postal_code"
    assert set(names) == ADDRESS_NAMES


@pytest.mark.parametrize(
    ("profile", "kinds"), [(ARGENTINA, ["cuil", "cuit", "dni", "passport"]), (BRAZIL, ["cpf", "passport"])]
)
def test_each_country_takes_its_documents(profile: CountryProfile, kinds: list[str]) -> None:
    assert [document_type.key for document_type in profile.document_types] == kinds
    with pytest.raises(KeyError):
        profile.document_type("cedula")


def test_document_hints_and_displays_fit_what_is_typed() -> None:
    for profile in COUNTRIES.values():
        for document_type in profile.document_types:
            example = re.search(r"example (.+)$", document_type.hint)
            assert example and len(example[1]) <= document_type.maximum
            number = document_type.normalise(example[1])
            assert document_type.normalise(document_type.display(number)) == number


def test_document_photo_kinds_are_the_contracts() -> None:
    assert [kind.value for kind in BRAZIL.document_kinds] == ["CNH", "RG", "CIN", "CRNM", "PASSPORT"]
    assert (ARGENTINA.document_kinds, ARGENTINA.default_document_kind) == ((), "DNI")


def test_argentina_has_24_provinces_and_brazil_27_states() -> None:
    assert len({choice.value for choice in ar.PROVINCES}) == 24
    assert len({choice.value for choice in br.STATES}) == 27
    assert {choice.value for choice in br.STATES} == {state for state, _, _ in CEP_BLOCKS}


@every_field
def test_empty_box_is_refused_only_where_it_is_required(field: AddressField) -> None:
    if not field.required:
        assert field.normalise("  ") == ""
        return
    with pytest.raises(InvalidError):
        field.normalise("  ")


@every_field
@given(st.text(max_size=200))
def test_whatever_is_typed_gives_a_short_line_or_a_sentence(field: AddressField, typed: str) -> None:
    try:
        kept = field.normalise(typed)
    except InvalidError as refusal:
        assert len(refusal.message) <= 90
        return
    assert len(kept) <= field.maximum
    assert field.normalise(kept) == kept


@every_field
def test_what_a_box_lets_in_is_what_its_maximum_says(field: AddressField) -> None:
    if field.choices or field.name == "postal_code":
        return
    assert field.normalise("9" * field.maximum)
    with pytest.raises(InvalidError):
        field.normalise("9" * (field.maximum + 1))


@pytest.mark.parametrize("profile", [ARGENTINA, BRAZIL])
@pytest.mark.parametrize(
    "typed", ["S/N", "s/n", "sn", "S.N.", " s / n ", "sem número", "SEM NUMERO", "sin número", "s/nº"]
)
def test_every_way_to_say_no_number_is_kept_as_one(profile: CountryProfile, typed: str) -> None:
    assert profile.address_field("street_number").normalise(typed) == "S/N"


@pytest.mark.parametrize("typed", ["1234", "1234 bis", "38383838", "km 12,5", "S/N lote 4", "s/n 4", "10-A"])
def test_other_house_numbers_are_kept_as_written(typed: str) -> None:
    assert BRAZIL.address_field("street_number").normalise(typed) == typed


@pytest.mark.parametrize(
    ("profile", "typed", "kept"),
    [
        (BRAZIL, "SP", "SP"),
        (BRAZIL, "sao paulo", "SP"),
        (BRAZIL, "São Paulo", "SP"),
        (ARGENTINA, "cordoba", "Córdoba"),
        (ARGENTINA, "Tucumán", "Tucumán"),
    ],
)
def test_state_is_read_from_its_value_or_name(profile: CountryProfile, typed: str, kept: str) -> None:
    assert profile.address_field("state").normalise(typed) == kept


@pytest.mark.parametrize(
    ("profile", "typed"), [(BRAZIL, "XX"), (ARGENTINA, "SP"), (BRAZIL, "Córdoba"), (ARGENTINA, "A")]
)
def test_state_outside_the_list_is_refused(profile: CountryProfile, typed: str) -> None:
    with pytest.raises(InvalidError, match="from the list"):
        profile.address_field("state").normalise(typed)


@pytest.mark.parametrize(("state", "first", "last"), CEP_BLOCKS)
def test_both_ends_of_each_cep_block_point_to_their_state(state: str, first: str, last: str) -> None:
    for code in (first, last):
        assert br.state_of_cep(code) == state
        assert BRAZIL.address_warnings({"postal_code": code, "state": state}) == ()
    for beyond in (int(first) - 1, min(int(last), 99_999_998) + 1):
        assert (br.state_of_cep(f"{beyond:08d}") == state) == (first <= f"{beyond:08d}" <= last)


@pytest.mark.parametrize("code", ["00000001", "00999999", "78900000", "78999999"])
def test_unassigned_cep_points_nowhere_and_warns(code: str) -> None:
    assert br.state_of_cep(code) is None
    assert len(BRAZIL.address_warnings({"postal_code": code, "state": "SP"})) == 1


def test_cep_of_another_state_warns_with_both() -> None:
    (notice,) = BRAZIL.address_warnings({"postal_code": "22220030", "state": "SP"})
    assert isinstance(notice, Notice)
    assert notice.message % notice.parameters == "The CEP 22220-030 does not belong to SP: check both"


@pytest.mark.parametrize(
    ("typed", "kept"), [("22220-030", "22220030"), ("22.220-030", "22220030"), (" 01310 100", "01310100")]
)
def test_cep_is_read_and_shown(typed: str, kept: str) -> None:
    assert br.normalise_cep(typed) == kept
    assert br.normalise_cep(BRAZIL.postal_code_display(kept)) == kept


@pytest.mark.parametrize("typed", ["2222003", "222200300", "2222003A", "00000-000"])
def test_wrong_cep_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="8 digits"):
        br.normalise_cep(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1425", "1425"), ("c1425abc", "C1425ABC"), ("C 1425 ABC", "C1425ABC"), ("b-1900-xyz", "B1900XYZ")],
)
def test_argentine_postal_code_is_read(typed: str, kept: str) -> None:
    assert ar.normalise_postal_code(typed) == kept


@pytest.mark.parametrize(
    "typed", ["142", "14255", "0425", "C1425", "1425ABC", "I1425ABC", "O1425ABC", "C1425AB", "Ñ1425ABC"]
)
def test_wrong_argentine_postal_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="4 digits"):
        ar.normalise_postal_code(typed)


@pytest.mark.parametrize("letter", sorted(ar.PROVINCE_OF_LETTER))
def test_cpa_warns_in_every_province_but_its_own(letter: str) -> None:
    code = ar.normalise_postal_code(f"{letter}1234ABC")
    silent = [
        choice.value
        for choice in ar.PROVINCES
        if not ARGENTINA.address_warnings({"postal_code": code, "state": choice.value})
    ]
    assert silent == [ar.PROVINCE_OF_LETTER[letter]]


def test_plain_argentine_postal_code_never_warns() -> None:
    assert ARGENTINA.address_warnings({"postal_code": "1425", "state": "Jujuy"}) == ()


@pytest.mark.parametrize(
    ("kind", "number", "others", "warnings"),
    [
        ("cuil", "20123456786", {"dni": "12345678"}, 0),
        ("cuil", "20123456786", {"dni": "12345679"}, 1),
        ("cuit", "20123456786", {"dni": "12345679"}, 1),
        ("cuil", "20055361682", {"dni": "5536168"}, 0),
        ("cuil", "20055361682", {"dni": "05536168"}, 0),
        ("dni", "12345678", {"cuil": "20123456786"}, 0),
        ("dni", "12345679", {"cuil": "20123456786"}, 1),
        ("dni", "12345679", {"cuit": "20123456786"}, 1),
        ("cuil", "20123456786", {}, 0),
        ("passport", "AAA123456", {"dni": "12345678"}, 0),
        ("cuil", "20123456786", {"dni": "M 12.345.678"}, 0),
        ("cuil", "20123456786", {"dni": "12.345.679"}, 1),
        ("cuil", "20123456786", {"dni": "12"}, 0),
        ("dni", "12345678", {"cuil": "20-12345678-6", "cuit": ""}, 0),
        ("dni", "12345678", {"cuil": "20-12345678-6", "cuit": "20-26756539-3"}, 1),
    ],
)
def test_cuil_that_does_not_hold_the_dni_warns(kind: str, number: str, others: dict[str, str], warnings: int) -> None:
    assert len(ARGENTINA.identity_warnings(kind, number, others)) == warnings


def test_cnh_with_wrong_check_digits_warns() -> None:
    assert BRAZIL.identity_warnings("cpf", "12345678909", {"cnh": "02650306461"}) == ()
    assert BRAZIL.identity_warnings("cpf", "12345678909", {}) == ()
    assert len(BRAZIL.identity_warnings("cpf", "12345678909", {"cnh": "02650306462"})) == 1
