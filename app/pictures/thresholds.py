"""Owns the figures at which a photo is told off: one table, each with its reason and its source.

"Synthetic set" is the one that `make bench` photographs and counts (docs/photos.md says how to measure again).
"""

from __future__ import annotations

from dataclasses import dataclass

SYNTHETIC = "synthetic set"


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A figure, what it is measured in, why it is this one, and where it comes from."""

    value: float
    unit: str
    reason: str
    source: str


FACE_SCORE = Threshold(
    value=0.5,
    unit="score of the face detector, 0 to 1",
    reason="what is above counts as a face",
    source="BlazeFace's own default in MediaPipe",
)
FACE_SCORE_AT_LEAST = Threshold(
    value=0.45,
    unit="score of the face detector, 0 to 1",
    reason="a selfie is refused for good only if nothing reaches this after closer looks and quarter turns",
    source=f"{SYNTHETIC}: heads turned, far, dark or blurred reach 0.5 and more, landscapes and cards' backs 0.43",
)
TURNED_FACE_SCORE = Threshold(
    value=0.7,
    unit="score of the face detector, 0 to 1",
    reason="a document's front is turned to its head and sides for its portrait; a barcode or a fingerprint is none",
    source=f"{SYNTHETIC}: portraits turned upright have 0.8 and more, backs in these looks 0.66 at most",
)
SECOND_FACE_SCORE = Threshold(
    value=0.65,
    unit="score of the face detector, 0 to 1",
    reason="only a face beyond doubt may count as somebody else's",
    source=f"{SYNTHETIC}: no false face reaches it",
)
SECOND_FACE_SIZE = Threshold(
    value=0.5,
    unit="its width over the largest face's",
    reason="smaller ones are pictures on a wall, passers-by, or the portrait on the document held up",
    source="a portrait on a card (85.6 mm wide) has a face of some 15 mm, a head is ten times as wide",
)
FACE_WIDTH = Threshold(
    value=0.11,
    unit="face box's width over the picture's shorter side",
    reason="further off than an arm: the face has too little of the picture",
    source="a face box of 14 cm in a front camera of 80 degrees at 70 cm takes up 0.16 of the shorter side",
)
FACE_PIXELS = Threshold(
    value=90,
    unit="pixels of the face box's width",
    reason="with fewer, staff cannot compare the face with the document's",
    source="own judgement: 36 pixels between the eyes; ISO/IEC 19794-5 asks for 90 where machines compare",
)
FACE_INSIDE = Threshold(
    value=0.92,
    unit="share of the face box inside the picture",
    reason="chin or forehead is missing",
    source=f"{SYNTHETIC}: whole heads stay at 1.0",
)
FACE_SHARPNESS = Threshold(
    value=9,
    unit="variance of the Laplacian, picture's longer side 1000 pixels, mean level set to 128, sharpest quarter",
    reason="eyes and mouth have run into the skin",
    source=f"{SYNTHETIC}: sharp faces have 13 and more, a blur of 8 pixels leaves 8 at most",
)
FACE_BRIGHTNESS = Threshold(
    value=38,
    unit="mean level of the face box, 0 to 255",
    reason="features drown in noise; low enough that dark skin in ordinary light passes",
    source=f"{SYNTHETIC}: the darkest skin in full light has 88",
)
FACE_SPOT = Threshold(
    value=0.06,
    unit="share of the face box in the largest burnt spot",
    reason="an eye's surroundings are gone; reflections on foreheads and glasses are smaller",
    source="own judgement: a spot of a quarter of the box's width and height",
)
CARD_LENGTH = Threshold(
    value=0.45,
    unit="outline's longer side over the picture's longer side",
    reason="the card-shaped frame of the camera page asks for nearly all of it",
    source="half of that frame",
)
CARD_PIXELS = Threshold(
    value=500,
    unit="pixels of the outline's longer side",
    reason="print of 1.5 mm is 9 pixels high on a card of 85.6 mm: the least that is read with ease",
    source="ISO/IEC 7810 (85.6 mm); own judgement of what can be read",
)
CARD_SHARPNESS = Threshold(
    value=8,
    unit="variance of the Laplacian, picture's longer side 1000 pixels, mean level set to 128, sharpest quarter",
    reason="small print cannot be read",
    source=f"{SYNTHETIC}: print of 1.5 mm is lost where a blur of 3 to 4 pixels gives this; sharp cards have 37",
)
CARD_BRIGHTNESS = Threshold(
    value=60,
    unit="mean level of the document, 0 to 255",
    reason="print and paper differ too little to be read with ease",
    source=f"{SYNTHETIC}: cards in full light have 185 and more, a third of that light leaves 60",
)
CARD_SPOT = Threshold(
    value=0.008,
    unit="share of the document in the largest burnt spot",
    reason="a spot of 7 mm on a card hides a field's worth of print",
    source="the area of a circle of 7 mm over that of a card (ISO/IEC 7810, 85.6 x 54 mm)",
)
CARD_BURNT = Threshold(
    value=0.06,
    unit="share of burnt pixels on the document",
    reason="several small spots hide as much as a large one",
    source="own judgement: several times CARD_SPOT",
)
BURNT_LEVEL = Threshold(
    value=251,
    unit="level of the darkest of the three colours, 0 to 255",
    reason="nothing is left of a pixel in which all three colours are burnt out",
    source=f"{SYNTHETIC}: no pixel of a good photo reaches it; 4 levels below the top, for JPEG's sake",
)
PRINTED_LINES = Threshold(
    value=5,
    unit="lines of print found",
    reason="a document that fills the picture shows no outline: its print must speak for it",
    source=f"{SYNTHETIC}: cards that fill the picture have 8 and more, landscapes and faces at most 3",
)
PRINTED_CONTRAST = Threshold(
    value=12,
    unit="standard deviation of the document's levels, 0 to 255",
    reason="what has less is an empty sheet, a wall or a screen that is off",
    source=f"{SYNTHETIC}: cards have 25 and more in full light",
)
PERSON_WIDTH = Threshold(
    value=0.24,
    unit="face box's width or height over the picture's, the smaller",
    reason="a face this large that lies on no document is a person: the photo is a selfie",
    source=f"{SYNTHETIC}: portraits on cards that fill the picture take up 0.16 at most, selfies 0.35 and more",
)
SHAPE = Threshold(
    value=0.06,
    unit="relative difference from 85.6 : 54",
    reason="a card that ends at the picture's edge and has its whole shape is complete",
    source="ISO/IEC 7810 (ID-1)",
)
