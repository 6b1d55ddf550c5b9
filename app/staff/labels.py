"""What the console calls stages, flags, channels and the like."""

from __future__ import annotations

from app.domain.countries import COUNTRIES
from app.domain.stage import Channel, Flag, Stage
from app.words import gettext as _
from app.words import lazy_gettext as _l

STAGES = {
    Stage.IN_PROGRESS: _l("In progress"),
    Stage.ASKED_AGAIN: _l("Asked again"),
    Stage.DELIVERING: _l("Being delivered"),
    Stage.NOT_DELIVERED: _l("Not delivered"),
    Stage.TO_REVIEW: _l("To review"),
    Stage.APPROVED: _l("Approved"),
    Stage.REJECTED: _l("Rejected"),
    Stage.EXPIRED: _l("Expired"),
}
# The chip that each stage is shown as: what wants somebody stands out.
STAGE_CHIPS = {
    Stage.IN_PROGRESS: "idle",
    Stage.ASKED_AGAIN: "warn",
    Stage.DELIVERING: "idle",
    Stage.NOT_DELIVERED: "bad",
    Stage.TO_REVIEW: "",
    Stage.APPROVED: "",
    Stage.REJECTED: "bad",
    Stage.EXPIRED: "idle",
}
FLAGS = {
    Flag.DUPLICATE: _l("Seen before"),
    Flag.DIFFERS: _l("Differs from the document"),
    Flag.PHOTO: _l("Photo with a problem"),
    Flag.EXPOSED: _l("Politically exposed"),
    Flag.ASKED_AGAIN: _l("Was asked again"),
    Flag.ASSISTED: _l("Assisted"),
    Flag.SECOND: _l("Waits for a second reviewer"),
}
CHANNELS = {
    Channel.WEB: _l("Web"),
    Channel.EMBEDDED: _l("Embedded"),
    Channel.LINK: _l("Link"),
    Channel.BRANCH: _l("Branch"),
    Channel.PHONE: _l("Phone call"),
}
APIS = {"personal_informations": _l("Personal informations"), "kyc": "KYC"}
DELIVERY_STATES = {
    "waiting": _l("On its way"),
    "delivered": _l("Delivered"),
    "reopened": _l("Asked again"),
    "failed": _l("Failed"),
    "cancelled": _l("Cancelled"),
}
DELIVERY_CHIPS = {"waiting": "idle", "delivered": "", "reopened": "warn", "failed": "bad", "cancelled": "bad"}
CHECKS = {
    "birthdate": _l("Birth date"),
    "phone_number": _l("Mobile phone"),
    "address": _l("Home address"),
    "document_photo": _l("Photos of the document"),
    "document_selfies": _l("Selfies"),
    "total_income_range": _l("Income range"),
}
PROBLEMS = {
    "not_a_document": _l("No document seen"),
    "no_face": _l("No face seen"),
    "several_faces": _l("Several faces"),
    "too_small": _l("Too small"),
    "cut_off": _l("Cut off"),
    "blurred": _l("Blurred"),
    "glare": _l("Reflection"),
    "dark": _l("Too dark"),
    "no_portrait": _l("No portrait seen"),
}
SHARES = {"document": _l("same document"), "phone": _l("same phone"), "photo": _l("same photo")}


def channel_name(channel: str) -> str:
    """A channel by its name; one that is not ours as it is."""
    return str(CHANNELS[Channel(channel)]) if channel in set(Channel) else channel


def country_name(code: str) -> str:
    """A country's name in the member's language."""
    return _(COUNTRIES[code].name)
