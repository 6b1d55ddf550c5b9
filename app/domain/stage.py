"""Owns the stages that an application goes through as staff see them, and the flags that single one out."""

from enum import StrEnum


class Stage(StrEnum):
    """Where an application stands; every one stands in exactly one."""

    IN_PROGRESS = "in_progress"
    ASKED_AGAIN = "asked_again"
    DELIVERING = "delivering"
    NOT_DELIVERED = "not_delivered"
    TO_REVIEW = "to_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Flag(StrEnum):
    """What is worth a second look: the same number or picture is elsewhere, the document says otherwise, …"""

    DUPLICATE = "duplicate"
    DIFFERS = "differs"
    PHOTO = "photo"
    EXPOSED = "exposed"
    ASKED_AGAIN = "asked_again"
    ASSISTED = "assisted"
    SECOND = "second"


class Channel(StrEnum):
    """How an application came in."""

    WEB = "web"
    EMBEDDED = "embedded"
    LINK = "link"
    BRANCH = "branch"
    PHONE = "phone"


ASSISTED_CHANNELS = frozenset({Channel.BRANCH, Channel.PHONE})
