"""Owns reading a mobile number as people write it, and showing it again."""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from babel import Locale
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from app.domain.errors import InvalidError
from app.domain.text import fold, without_separators
from app.domain.words import N_

OWN_REGIONS = ("AR", "BR")
_LONGEST_TYPED = 40
_SEPARATORS = frozenset("().-/~")
_MOBILE_TYPES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_ARGENTINE_CODE, _ARGENTINE_DIGITS_WITH_CODE, _ARGENTINE_DIGITS_WITH_9_AND_15 = 54, 12, 13
_BRAZILIAN_CODE, _BRAZILIAN_MOBILE_DIGITS = 55, 11


def normalise_mobile(country: str, text: str) -> str:
    """Return a mobile number typed in a region (ISO 3166 code) as E.164; raises InvalidError.

    A number that starts with + or 00 and another country's code is read as that country's. Argentine numbers
    come without the 9 of mobiles more often than with it, and both kinds share their digits: one without it
    is taken as the mobile, unless a trunk 0 without a 15 writes it as landlines are dialled.
    """
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidError(N_("Choose the country of your number from the list"))
    typed = _typed(text)
    number = _parse(country, typed)
    if number.country_code == _ARGENTINE_CODE:
        number = _argentine_mobile(number, _argentine_national_part(typed))
    elif number.country_code == _BRAZILIAN_CODE:
        _require_brazilian_shape(number)
    _require_mobile(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def format_national(e164: str) -> str:
    """Return an E.164 number as it is written in its own country: 011 15-2345-6789, (11) 98765-4321."""
    return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)


def masked(e164: str) -> str:
    """Return an E.164 number of which only the country code and the last four digits show."""
    return f"+{phonenumbers.parse(e164).country_code} •••• {e164[-4:]}"


def region_of(e164: str) -> str:
    """Return the region (ISO 3166) of an E.164 number, "001" for one of no region."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or "001"


@lru_cache(maxsize=1)
def calling_codes() -> tuple[tuple[str, int], ...]:
    """Return (region, calling code) of every region, Argentina and Brazil first, the rest by region code."""
    others = sorted(phonenumbers.SUPPORTED_REGIONS - set(OWN_REGIONS))
    return tuple((region, _code(region)) for region in (*OWN_REGIONS, *others))


@lru_cache(maxsize=8)
def region_names(language: str) -> Mapping[str, str]:
    """Return the name in `language` of every calling region: Argentina, Brazil, then in order of name."""
    territories = Locale.parse(language).territories
    names = [(region, str(territories.get(region, region))) for region, _ in calling_codes()]
    own, others = names[: len(OWN_REGIONS)], names[len(OWN_REGIONS) :]
    return MappingProxyType(dict([*own, *sorted(others, key=lambda item: fold(item[1]))]))


def _typed(text: str) -> str:
    """Return the digits typed, after a plus sign if there was one."""
    if len(text) > _LONGEST_TYPED:
        raise InvalidError(N_("Write one number only: this is too long"))
    plain = without_separators(text, _SEPARATORS)
    if not plain:
        raise InvalidError(N_("Enter your mobile number"))
    # phonenumbers reads letters as a keypad's digits, and extensions: nobody means either here.
    digits = plain.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        raise InvalidError(N_("Write the phone number with digits only"))
    return plain


def _parse(country: str, typed: str) -> PhoneNumber:
    # Some countries' own exit codes name a carrier, but contacts also hold the plain 00 of everywhere else.
    readings = [typed, f"+{typed[2:]}"] if typed.startswith("00") else [typed]
    numbers = []
    for reading in readings:
        with suppress(phonenumbers.NumberParseException):
            numbers.append(phonenumbers.parse(reading, country))
    if not numbers:
        raise InvalidError(N_("Check the number: no phone number looks like this"))
    return next(filter(phonenumbers.is_valid_number, numbers), numbers[-1])


def _argentine_national_part(typed: str) -> str:
    """Return what was typed after the international prefix and 54, if they are there; no area code has 54."""
    for prefix, shortest in (("+54", 0), ("0054", 0), ("54", _ARGENTINE_DIGITS_WITH_CODE)):
        if typed.startswith(prefix) and len(typed) >= shortest:
            return typed[len(prefix) :]
    return typed


def _argentine_mobile(number: PhoneNumber, national: str) -> PhoneNumber:
    if national.startswith("90") or (national.startswith("9") and len(national) == _ARGENTINE_DIGITS_WITH_9_AND_15):
        # "+54 9 011 15…" and "+54 9 11 15…" mix both ways of writing: what follows the 9 is a national number.
        national = national[1:]
        number = _parse("AR", national)
    bare = national.removeprefix("0")
    if len(bare) <= 8 or (bare.startswith("15") and len(bare) <= 10):
        raise InvalidError(N_("Add the area code before the number: for example 11 2345-6789"))
    if phonenumbers.number_type(number) != PhoneNumberType.FIXED_LINE:
        return number
    if national.startswith("0"):
        raise InvalidError(N_("This reads as a landline: if it is your mobile, leave out the 0 before it"))
    mobile = PhoneNumber(country_code=number.country_code, national_number=int(f"9{number.national_number}"))
    return mobile if phonenumbers.number_type(mobile) in _MOBILE_TYPES else number


def _require_brazilian_shape(number: PhoneNumber) -> None:
    digits = phonenumbers.national_significant_number(number)
    if len(digits) in (8, 9):
        raise InvalidError(N_("Add the DDD before the number: for example 11 98765-4321"))
    if phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE:
        return
    if len(digits) == _BRAZILIAN_MOBILE_DIGITS - 1:
        raise InvalidError(N_("A mobile in Brazil has 9 digits after the DDD: check whether its 9 is missing"))
    if len(digits) == _BRAZILIAN_MOBILE_DIGITS and digits[2] != "9":
        raise InvalidError(N_("A mobile in Brazil starts with 9 after the DDD: check the number"))


def _require_mobile(number: PhoneNumber) -> None:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        raise InvalidError(N_("Check the number: digits are missing"))
    if possible == ValidationResult.TOO_LONG:
        raise InvalidError(N_("Check the number: it has too many digits"))
    if possible != ValidationResult.IS_POSSIBLE or not phonenumbers.is_valid_number(number):
        raise InvalidError(N_("Check the number and its area code: no phone has this one"))
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.FIXED_LINE:
        raise InvalidError(N_("This is a landline: enter your mobile number"))
    # Satellite phones are mobiles of no country, so that no country of the list could be shown back with them.
    if kind not in _MOBILE_TYPES or phonenumbers.region_code_for_number(number) not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidError(N_("This is not a mobile number: enter your mobile number"))


def _code(region: str) -> int:
    return phonenumbers.country_code_for_region(region)
