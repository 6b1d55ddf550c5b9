"""The words for what was seen on a photo: what to mend, by problem and shape, and what is well."""

from __future__ import annotations

from collections.abc import Iterable

from app.words import Words
from app.words import lazy_gettext as _l

CARD, FACE = "card", "face"

PROBLEMS = {
    ("not_a_document", CARD): _l("We see no document: put the whole document into the picture and take it again"),
    ("several_faces", FACE): _l("There is more than one face: take it with nobody else in the picture"),
    ("too_small", CARD): _l("The document is too small: come closer until it fills the picture"),
    ("too_small", FACE): _l("Your face is too small: hold the phone closer"),
    ("cut_off", CARD): _l("Part of the document is cut off: get all four corners into the picture"),
    ("cut_off", FACE): _l("Part of your face is cut off: get all of it into the picture"),
    ("blurred", CARD): _l("It is blurred: hold the phone still, and tap the document to focus"),
    ("blurred", FACE): _l("It is blurred: hold the phone still, and wipe its lens"),
    ("glare", CARD): _l("A reflection hides part of it: tilt the document a little, or switch the flash off"),
    ("glare", FACE): _l("Too much light falls on your face: turn a little away from it"),
    ("dark", CARD): _l("It is too dark: go where there is more light"),
    ("dark", FACE): _l("It is too dark: turn your face to the light"),
    ("no_portrait", CARD): _l(
        "We see no portrait: check that it is the side with your photo, and that nothing covers it"
    ),
}
SMALL = {
    CARD: _l("This photo is small: if the text cannot be read, take it again from closer."),
    FACE: _l("This photo is small: if your face is not clear, take it again from closer."),
}
ASKED_AGAIN = _l("This photo is asked again: take a new one.")
GOOD = {"whole": _l("Whole"), "sharp": _l("Sharp"), "lit": _l("Well lit")}


def problem_sentence(problem: str, shape: str) -> str:
    """What to do about a problem of a photo whose slot shows a `shape`; "" where there is none."""
    return str(problem_words(problem, shape)) if problem else ""


def problem_words(problem: str, shape: str) -> Words:
    """The same, not translated yet."""
    return PROBLEMS[problem, shape]


def small_remark(shape: str) -> str:
    """What to say of a photo with few pixels, which never blocks."""
    return str(SMALL[shape])


def good_words(codes: Iterable[str]) -> list[str]:
    """What was found to be well, in words."""
    return [str(GOOD[code]) for code in codes]
