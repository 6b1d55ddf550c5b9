"""The settings of help by staff: how long it lasts, the codes and links of those who are helped, and text messages."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.config.rules import LONGEST_DAYS, RateLimit
from app.config.upstreams import Address, HookSecret


class HelpSettings(BaseModel):
    """What concerns people who are helped, and who helps them."""

    assistance_minutes: int = Field(
        240,
        ge=5,
        le=LONGEST_DAYS * 1440,
        description="Minutes after which an agent's help, begun in a branch or on the phone, ends by itself.",
    )
    rescue_minutes: int = Field(
        60,
        ge=5,
        le=LONGEST_DAYS * 1440,
        description="Minutes after which help that a person's code began ends by itself.",
    )
    help_code_minutes: int = Field(
        10, ge=1, le=1440, description="Minutes that the six digits by which a person lets an agent help are good for."
    )
    help_code_tries: int = Field(5, ge=1, le=20, description="Wrong codes after which the code of an application ends.")
    person_link_hours: int = Field(
        72, ge=1, le=LONGEST_DAYS * 24, description="Hours that a link which an agent sends to a person works."
    )
    limit_help: RateLimit = Field(
        "20 per minute",
        description="Rate limit of help codes: of making them, per address, and of trying them, per member of staff.",
    )
    sms_url: Address = Field(
        "", description="Address to which text messages to people are posted (docs/staff.md); empty: none are sent."
    )
    sms_secret: HookSecret = Field(
        "", description="Signs those posts: `whsec_` and base64 of at least 24 random bytes.", repr=False
    )
    sms_seconds: float = Field(5.0, gt=0, le=30, description="Seconds that such a post may take.")
