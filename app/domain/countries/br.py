"""Owns what Brazil asks: its documents, its address, its states and the CEP prefixes of each."""

from collections.abc import Mapping

from app.domain import identifiers
from app.domain.countries import lines
from app.domain.countries.profile import AddressField, Choice, CountryProfile, DocumentType
from app.domain.errors import InvalidError, Notice
from app.domain.words import N_

STATES = tuple(
    Choice(value=code, label=name)
    for code, name in (
        ("AC", "Acre"),
        ("AL", "Alagoas"),
        ("AP", "Amapá"),
        ("AM", "Amazonas"),
        ("BA", "Bahia"),
        ("CE", "Ceará"),
        ("DF", "Distrito Federal"),
        ("ES", "Espírito Santo"),
        ("GO", "Goiás"),
        ("MA", "Maranhão"),
        ("MT", "Mato Grosso"),
        ("MS", "Mato Grosso do Sul"),
        ("MG", "Minas Gerais"),
        ("PA", "Pará"),
        ("PB", "Paraíba"),
        ("PR", "Paraná"),
        ("PE", "Pernambuco"),
        ("PI", "Piauí"),
        ("RJ", "Rio de Janeiro"),
        ("RN", "Rio Grande do Norte"),
        ("RS", "Rio Grande do Sul"),
        ("RO", "Rondônia"),
        ("RR", "Roraima"),
        ("SC", "Santa Catarina"),
        ("SP", "São Paulo"),
        ("SE", "Sergipe"),
        ("TO", "Tocantins"),
    )
)

CEP_PREFIXES: tuple[tuple[int, int, str], ...] = (
    (10, 199, "SP"),
    (200, 289, "RJ"),
    (290, 299, "ES"),
    (300, 399, "MG"),
    (400, 489, "BA"),
    (490, 499, "SE"),
    (500, 569, "PE"),
    (570, 579, "AL"),
    (580, 589, "PB"),
    (590, 599, "RN"),
    (600, 639, "CE"),
    (640, 649, "PI"),
    (650, 659, "MA"),
    (660, 688, "PA"),
    (689, 689, "AP"),
    (690, 692, "AM"),
    (693, 693, "RR"),
    (694, 698, "AM"),
    (699, 699, "AC"),
    (700, 727, "DF"),
    (728, 729, "GO"),
    (730, 736, "DF"),
    (737, 767, "GO"),
    (768, 769, "RO"),
    (770, 779, "TO"),
    (780, 788, "MT"),
    (790, 799, "MS"),
    (800, 879, "PR"),
    (880, 899, "SC"),
    (900, 999, "RS"),
)
"""First and last three-digit prefix, both included, and the UF they point to; 000-009 and 789 to none."""


def normalise_cep(text: str) -> str:
    """Return a CEP as 8 digits; raises InvalidError."""
    code = identifiers.compact(text)
    if not code:
        raise InvalidError(N_("Enter the CEP"))
    if len(code) != 8 or not (code.isascii() and code.isdecimal()) or code == "00000000":
        raise InvalidError(N_("A CEP has 8 digits, such as 01310-100: check it"))
    return code


def format_cep(code: str) -> str:
    """Return a normalised CEP as it is written: 01310-100."""
    return f"{code[:5]}-{code[5:]}"


def state_of_cep(code: str) -> str | None:
    """Return the UF a normalised CEP points to, None where its prefix is nobody's."""
    prefix = int(code[:3])
    for first, last, state in CEP_PREFIXES:
        if first <= prefix <= last:
            return state
    return None


def address_warnings(fields: Mapping[str, str]) -> tuple[Notice, ...]:
    """Warn when a CEP does not belong to the UF chosen."""
    code, state = fields.get("postal_code", ""), fields.get("state", "")
    if not code or not state or state_of_cep(code) == state:
        return ()
    message = N_("The CEP %(cep)s does not belong to %(state)s: check both")
    return (Notice(message=message, parameters={"cep": format_cep(code), "state": state}),)


def identity_warnings(document_type: str, number: str, others: Mapping[str, str]) -> tuple[Notice, ...]:
    """Warn when the registration number of a driving licence (`others["cnh"]`) has wrong check digits."""
    if not others.get("cnh") or identifiers.cnh(others["cnh"]):
        return ()
    return (Notice(message=N_("The CNH's last two digits do not match: check the number")),)


BRAZIL = CountryProfile(
    code="BR",
    name=N_("Brazil"),
    language="pt_BR",
    nationality="BR",
    document_types=(
        DocumentType(
            key="cpf",
            label="CPF",
            normalise=identifiers.normalise_cpf,
            display=identifiers.format_cpf,
            inputmode="numeric",
            maximum=20,
            hint=N_("11 digits, for example 123.456.789-09"),
        ),
        DocumentType(
            key="passport",
            label=N_("Passport"),
            normalise=identifiers.normalise_passport,
            display=identifiers.format_passport,
            inputmode="text",
            maximum=30,
            hint=N_("Letters and digits, as in the passport: for example AA123456"),
        ),
    ),
    document_kinds=(
        Choice(value="CNH", label=N_("Driving licence (CNH)")),
        Choice(value="RG", label=N_("Identity card (RG)")),
        Choice(value="CIN", label=N_("National identity card (CIN)")),
        Choice(value="CRNM", label=N_("Migrant's registration card (CRNM)")),
        Choice(value="PASSPORT", label=N_("Passport")),
    ),
    default_document_kind="CNH",
    address_fields=(
        AddressField(
            name="postal_code",
            say=N_("What is your CEP?"),
            label="CEP",
            normalise=normalise_cep,
            hint=N_("8 digits, for example 01310-100"),
            maximum=12,
            autocomplete="postal-code",
            inputmode="numeric",
        ),
        AddressField(
            name="street",
            say=N_("Which street do you live in?"),
            label=N_("Street"),
            normalise=lines.line(150, missing=N_("Enter the street")),
            autocomplete="address-line1",
        ),
        AddressField(
            name="street_number",
            say=N_("At which number?"),
            label=N_("Number"),
            normalise=lines.street_number(20),
            hint=N_("S/N if there is none"),
            maximum=20,
        ),
        AddressField(
            name="extra",
            say=N_("Is there a floor, a flat or anything else that belongs to the address?"),
            label=N_("Complement"),
            normalise=lines.line(60, required=False),
            hint=N_("Flat, block, house at the back"),
            required=False,
            maximum=60,
            autocomplete="address-line2",
        ),
        AddressField(
            name="neighborhood",
            say=N_("In which neighbourhood?"),
            label=N_("Neighbourhood"),
            normalise=lines.line(100, missing=N_("Enter the neighbourhood")),
            maximum=100,
            autocomplete="address-level3",
        ),
        AddressField(
            name="city",
            say=N_("In which city or town?"),
            label=N_("City or town"),
            normalise=lines.line(100, missing=N_("Enter the city or town")),
            maximum=100,
            autocomplete="address-level2",
        ),
        AddressField(
            name="state",
            say=N_("In which state?"),
            label=N_("State"),
            normalise=lines.choice(STATES, missing=N_("Choose your state from the list")),
            autocomplete="address-level1",
            choices=STATES,
        ),
        AddressField(
            name="reference_point",
            say=N_("Is there anything that helps to find it, near or opposite?"),
            label=N_("Reference point"),
            normalise=lines.line(150, required=False),
            hint=N_("What helps to find it: what is near or opposite"),
            required=False,
        ),
    ),
    address_warnings=address_warnings,
    identity_warnings=identity_warnings,
    postal_code_display=format_cep,
)
