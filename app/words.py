"""Words in the person's language: those of code, and the domain's labels and sentences, which are English msgids."""

from typing import Any

from flask_babel import get_translations
from flask_babel.speaklater import LazyString

from app.domain.errors import Notice
from app.present import the_notes


def catalogue() -> Any:
    """The words of the request's language.

    A page asks for some thirty; Flask-Babel would look locale and catalogue up anew for each.
    """
    try:
        notes = the_notes()
    except RuntimeError:
        return get_translations()
    found = notes.get("catalogue")
    if found is None:
        found = notes.catalogue = get_translations()
    return found


def gettext(message: str, **parts: object) -> str:
    """`message` in the request's language, its places filled."""
    text: str = catalogue().gettext(message)
    return text % parts if parts else text


class Words(LazyString):  # type: ignore[misc]  # the library has no types
    """A word of code that is translated where it is shown; `source` is what the catalogues know it by."""

    def __init__(self, message: str, **parts: object) -> None:
        super().__init__(gettext, message, **parts)
        self.source, self.parts = message, parts

    def __str__(self) -> str:
        return gettext(self.source, **self.parts)


def lazy_gettext(message: str, **parts: object) -> Words:
    """A word of code that is translated where it is shown, its places filled."""
    return Words(message, **parts)


def source_of(words: object) -> str:
    """What the catalogues know a word of code by; "" of anything else."""
    return words.source if isinstance(words, Words) else ""


def translated(message: str) -> str:
    """A label of the domain in the person's language; a proper name stays as it is."""
    return gettext(message) if message else ""


def sentence(notice: Notice) -> str:
    """A notice in the person's language."""
    return gettext(notice.message, **notice.parameters)
