"""Owns how a line of text a person typed is cleaned, refused, and compared."""

import unicodedata

from app.domain.errors import InvalidError
from app.domain.words import N_

NAME_MAXIMUM = 150
"""Characters, after composition to NFC: the personal informations contract's limit."""

_LINE_BREAKS = frozenset("\t\n\v\f\r\x85")
_JOINERS = frozenset("\u200c\u200d")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
_FIRST_ACCENT_CLASS = 200
_LONGEST_DECOMPOSITION = 4


def clean_name(text: str) -> str:
    """Return a given name or surname as it is kept: NFC, white space folded, 1 to 150 characters, any script.

    Raises InvalidError when it is empty, too long, holds hidden characters, or has no letter.
    """
    if not fold_white_space(text):
        raise InvalidError(N_("Enter the name as it is written on your document"))
    name = clean_line(text, maximum=NAME_MAXIMUM)
    if not any(unicodedata.category(character).startswith("L") for character in name):
        raise InvalidError(N_("Write the name with letters, as on your document"))
    return name


def clean_line(text: str, *, maximum: int, required: bool = True) -> str:
    """Return one line of text: NFC, white space folded and trimmed, at most `maximum` characters.

    Raises InvalidError when it is too long, holds hidden characters, or is empty though `required`.
    """
    folded = fold_white_space(text)
    # Composing costs quadratic time on long runs of accents: what cannot fit is refused before.
    if len(folded) > maximum * _LONGEST_DECOMPOSITION:
        raise _too_long(maximum)
    line = unicodedata.normalize("NFC", folded)
    if len(line) > maximum:
        raise _too_long(maximum)
    if any(is_hidden(character) for character in line):
        raise InvalidError(N_("Delete this and type it again: it holds hidden characters"))
    if required and not line:
        raise InvalidError(N_("Fill in this box"))
    return line


def fold_white_space(text: str) -> str:
    """Return `text` without white space at its ends, and with one space for each run of it inside."""
    spaced = "".join(" " if _is_white(character) else character for character in text)
    return " ".join(part for part in spaced.split(" ") if part)


def is_hidden(character: str) -> bool:
    """Say whether a character is a control, a direction override, a lone surrogate or of private use.

    The two joiners are not: Persian and several Indian scripts need them inside names.
    """
    if character in _JOINERS:
        return False
    return unicodedata.category(character) in _REFUSED_CATEGORIES or _is_noncharacter(character)


def fold(text: str) -> str:
    """Return `text` for comparing only: without case or accents, white space folded, straight apostrophes."""
    lowered = unicodedata.normalize("NFKD", text.replace("\u2019", "'").casefold())
    bare = "".join(character for character in lowered if not _is_accent(character))
    return fold_white_space(unicodedata.normalize("NFC", bare.casefold()))


def without_separators(text: str, separators: frozenset[str]) -> str:
    """Return a typed number without spaces, dashes, invisible marks and `separators`, digits in ASCII."""
    return "".join(_of_number(character, separators) for character in unicodedata.normalize("NFKC", text))


def _of_number(character: str, separators: frozenset[str]) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    # Cf: numbers copied from chats and contacts come wrapped in direction marks.
    if character.isspace() or category in ("Pd", "Cf") or character in separators:
        return ""
    return character


def _is_white(character: str) -> bool:
    # Not str.isspace(): that takes the separators U+001C to U+001F, which no keyboard types, for white space.
    return character in _LINE_BREAKS or unicodedata.category(character).startswith("Z")


def _is_accent(character: str) -> bool:
    # Lower classes are vowel signs, viramas and points, which tell words of their scripts apart.
    return unicodedata.combining(character) >= _FIRST_ACCENT_CLASS


def _is_noncharacter(character: str) -> bool:
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _too_long(maximum: int) -> InvalidError:
    return InvalidError(N_("Shorten this to %(maximum)d characters at most"), maximum=maximum)
