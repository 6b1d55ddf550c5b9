"""Owns the sentences that refuse a picture: each says why and what to do, never which photo it is."""

from __future__ import annotations

from enum import StrEnum

from app.domain.errors import InvalidError
from app.domain.words import N_


class Refusal(StrEnum):
    """Why a picture was refused; equal to its own value, so `error.code == "damaged"` holds."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    UNSUPPORTED = "unsupported"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    DAMAGED = "damaged"
    NO_FACE = "no_face"


SENTENCES: dict[Refusal, str] = {
    Refusal.EMPTY: N_("The file is empty: choose the photo again"),
    Refusal.TOO_LARGE: N_("The file is over %(limit)d MB: take the photo at a lower resolution"),
    Refusal.NOT_A_PICTURE: N_("This file is not a photo: choose a JPEG, PNG or WebP picture"),
    Refusal.UNSUPPORTED: N_("%(kind)s pictures cannot be read: save yours as JPEG and choose that file"),
    Refusal.TOO_MANY_PIXELS: N_("The photo is over %(limit)d megapixels: take it at a lower resolution"),
    Refusal.TOO_SMALL: N_("The photo is smaller than %(minimum)d pixels: send the original, not a preview"),
    Refusal.DAMAGED: N_("The photo is damaged or incomplete: send it again or take a new one"),
    Refusal.NO_FACE: N_("No face can be seen in the photo: face the camera, in the light, and take it again"),
}


class PictureError(InvalidError):
    """A picture cannot be taken; `code` is the `Refusal`. Its text never carries the file's bytes or name."""

    def __init__(self, code: Refusal, sentence: str | None = None, **parameters: object) -> None:
        super().__init__(sentence or SENTENCES[code], **parameters)
        self.code = code
