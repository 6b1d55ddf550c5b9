"""Owns reading the two kinds of body that the personal informations API takes: JSON and multipart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Protocol

from pydantic import ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.apis.errors import RejectedError
from app.apis.personal_informations.contract import (
    BLANK,
    INVALID,
    SLOTS,
    JsonBody,
    PersonalInformation,
    Pictures,
    faults_of,
)
from app.apis.responses import PICTURE_MAXIMUM_BYTES, json_body
from app.domain.picture_format import sniff

FORM_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
# What stands in decoded text for bytes that are no UTF-8: kept as if sent, a name would be another one.
UNREADABLE = "\ufffd"


class Upload(Protocol):
    """A file part."""

    @property
    def stream(self) -> IO[bytes]:
        """Its bytes."""


def from_json(raw: bytes) -> tuple[PersonalInformation, Pictures]:
    """Read a JSON body; raises BadRequest, or RejectedError with every fault."""
    body = json_body(raw)
    if not isinstance(body, dict):
        raise BadRequest()
    try:
        return JsonBody.model_validate(body).information(), Pictures()
    except ValidationError as error:
        raise RejectedError(faults_of(error)) from None


def from_multipart(form: Mapping[str, str], uploads: Mapping[str, Upload]) -> tuple[PersonalInformation, Pictures]:
    """Read a multipart body; raises RejectedError with every fault, RequestEntityTooLarge over 20 MB."""
    values: dict[str, Any] = {name: text.encode() if UNREADABLE in text else text for name, text in form.items()}
    exposed = values.get("politically_exposed")
    if isinstance(exposed, str):
        values["politically_exposed"] = FORM_BOOLEANS.get(exposed.strip().lower(), exposed)
    faults: dict[str, tuple[str, ...]] = {}
    information = None
    try:
        information = PersonalInformation.model_validate(values)
    except ValidationError as error:
        faults.update(faults_of(error))
    pictures: dict[str, bytes] = {}
    for slot in SLOTS:
        picture = uploads[slot].stream.read(PICTURE_MAXIMUM_BYTES + 1) if slot in uploads else b""
        if len(picture) > PICTURE_MAXIMUM_BYTES:
            raise RequestEntityTooLarge()
        if not picture:
            faults[slot] = (INVALID if form.get(slot) else BLANK,)
        elif sniff(picture[:16]) is None:
            faults[slot] = (INVALID,)
        pictures[slot] = picture
    if information is None or faults:
        raise RejectedError(faults)
    return information, Pictures(**pictures)
