"""Owns reading, checking and showing the numbers of identity documents of Argentina and Brazil."""

from stdnum.ar import cuit as stdnum_cuit
from stdnum.br import cpf as stdnum_cpf

from app.domain.errors import InvalidError
from app.domain.text import without_separators
from app.domain.words import N_

PERSON_PREFIXES = ("20", "23", "24", "27")
COMPANY_PREFIXES = ("30", "33", "34")
_MINUS = "\u2212"
_SEPARATORS = frozenset(f".,/{_MINUS}")
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def normalise_cuil(text: str) -> str:
    """Return a CUIL as 11 digits; raises InvalidError."""
    number = compact(text)
    if not number:
        raise InvalidError(N_("Enter your CUIL"))
    _require_digits(number, N_("Write the CUIL with digits only: 20-12345678-6"))
    _require_length(number, 11, N_("A CUIL has 11 digits, and this has %(count)d: check the number"))
    if number[:2] not in PERSON_PREFIXES:
        raise InvalidError(N_("A CUIL starts with 20, 23, 24 or 27: check the number"))
    if not stdnum_cuit.is_valid(number):
        raise InvalidError(N_("The CUIL's last digit does not match: check the number"))
    _refuse_no_dni(number)
    return number


def normalise_cuit(text: str) -> str:
    """Return a natural person's CUIT as 11 digits; a company's is refused. Raises InvalidError."""
    number = compact(text)
    if not number:
        raise InvalidError(N_("Enter your CUIT"))
    _require_digits(number, N_("Write the CUIT with digits only: 20-12345678-6"))
    _require_length(number, 11, N_("A CUIT has 11 digits, and this has %(count)d: check the number"))
    if number[:2] in COMPANY_PREFIXES:
        raise InvalidError(N_("This is a company's CUIT: enter your own, which starts with 20, 23, 24 or 27"))
    if number[:2] not in PERSON_PREFIXES:
        raise InvalidError(N_("A person's CUIT starts with 20, 23, 24 or 27: check the number"))
    if not stdnum_cuit.is_valid(number):
        raise InvalidError(N_("The CUIT's last digit does not match: check the number"))
    _refuse_no_dni(number)
    return number


def normalise_dni(text: str) -> str:
    """Return an Argentine DNI as 7 or 8 digits without leading zeros; raises InvalidError.

    The letter M or F that older documents and their barcodes put before the number is dropped.
    """
    number = compact(text)
    if not number:
        raise InvalidError(N_("Enter your DNI number"))
    if number[0] in "MF":
        number = number[1:]
    _require_digits(number, N_("Write the DNI with digits only: 12.345.678"))
    if _is_repeated(number) or _is_repeated(number.lstrip("0")):
        raise InvalidError(N_("Enter your own DNI number: this one repeats a single digit"))
    # Barcodes and the CUIL pad older numbers to eight digits.
    bare = number[1:] if len(number) == 8 and number[0] == "0" else number
    if not 7 <= len(bare) <= 8 or bare[0] == "0":
        raise InvalidError(N_("A DNI has 7 or 8 digits: check the number"))
    return bare


def normalise_cpf(text: str) -> str:
    """Return a CPF as 11 digits; raises InvalidError."""
    number = compact(text)
    if not number:
        raise InvalidError(N_("Enter your CPF"))
    _require_digits(number, N_("Write the CPF with digits only: 123.456.789-09"))
    _require_length(number, 11, N_("A CPF has 11 digits, and this has %(count)d: check the number"))
    if _is_repeated(number):
        raise InvalidError(N_("Enter your own CPF: this one repeats a single digit"))
    if not stdnum_cpf.is_valid(number):
        raise InvalidError(N_("The CPF's last two digits do not match: check the number"))
    return number


def normalise_passport(text: str) -> str:
    """Return a passport number as 5 to 20 capital letters and digits; raises InvalidError.

    Argentina (AAA123456) and Brazil (AA123456) have their shapes, but residents hold passports of any state,
    so that only what is common to all of them is checked.
    """
    number = compact(text)
    if not number:
        raise InvalidError(N_("Enter your passport number"))
    if not _ALPHANUMERIC.issuperset(number):
        raise InvalidError(N_("Write the passport number with letters A to Z and digits only"))
    if not 5 <= len(number) <= 20:
        raise InvalidError(N_("A passport number has 5 to 20 letters and digits: check it"))
    if not any(character.isdigit() for character in number):
        raise InvalidError(N_("A passport number has at least one digit: check it"))
    if _is_repeated(number):
        raise InvalidError(N_("Enter your own passport number: this one repeats a single digit"))
    return number


def format_cuil(number: str) -> str:
    """Return a normalised CUIL or CUIT as it is printed: 20-12345678-6."""
    return f"{number[:2]}-{number[2:10]}-{number[10:]}"


format_cuit = format_cuil


def format_dni(number: str) -> str:
    """Return a normalised DNI as it is printed: 12.345.678 or 1.234.567."""
    return f"{number[:-6]}.{number[-6:-3]}.{number[-3:]}"


def format_cpf(number: str) -> str:
    """Return a normalised CPF as it is printed: 123.456.789-09."""
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def format_passport(number: str) -> str:
    """Return a normalised passport number as it is printed: without separators."""
    return number


def dni_of_cuil(cuil: str) -> str:
    """Return the DNI inside a normalised CUIL or CUIT, without leading zeros."""
    return cuil[2:10].lstrip("0")


def cnh(text: str) -> bool:
    """Say whether both check digits of a Brazilian driving licence's 11-digit registration number match.

    Warn only: published descriptions differ where the first remainder is 10, and either reading passes.
    """
    number = compact(text)
    if len(number) != 11 or not number.isdecimal() or _is_repeated(number):
        return False
    digits = [int(digit) for digit in number]
    first = sum(digit * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True)) % 11
    second = sum(digit * weight for digit, weight in zip(digits[:9], range(1, 10), strict=True)) % 11
    readings = {second % 10}
    if first == 10:
        lowered = (second - 2) % 11 % 10
        readings = {lowered, 0} if second == 10 else {lowered}
    return digits[9] == first % 10 and digits[10] in readings


def compact(text: str) -> str:
    """Return what was typed in capitals and ASCII digits, without separators and invisible marks."""
    return without_separators(text, _SEPARATORS).upper()


def _require_digits(number: str, message: str) -> None:
    if not (number.isascii() and number.isdecimal()):
        raise InvalidError(message)


def _require_length(number: str, length: int, message: str) -> None:
    if len(number) != length:
        raise InvalidError(message, count=len(number))


def _is_repeated(number: str) -> bool:
    return len(set(number)) == 1


def _refuse_no_dni(number: str) -> None:
    # Only zeros: 11.111.111 and 22.222.222 are real people's, whose CUIL is proven by its check digit.
    if not dni_of_cuil(number):
        raise InvalidError(N_("Enter your own number: this one has only zeros in the middle"))
