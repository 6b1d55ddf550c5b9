"""The settings of the staff console: where it is served, how long a session lasts, how staff sign in."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from app.setting_rules import host_name, rate_limit, time_zone


class StaffSettings(BaseModel):
    """What concerns staff only."""

    staff_host: Annotated[str, AfterValidator(host_name)] = Field(
        "",
        description="Host name, such as `console.alta.example`, that serves the staff console and nothing else does; "
        "empty: `/staff` on every host.",
    )
    staff_time_zone: Annotated[str, AfterValidator(time_zone)] = Field(
        "America/Argentina/Buenos_Aires", description="Zone of the times and days that the staff console shows."
    )
    staff_idle_minutes: int = Field(
        15, ge=1, le=24 * 60, description="Minutes without a request after which staff sign in again."
    )
    staff_hours: int = Field(
        10, ge=1, le=24 * 7, description="Hours after signing in after which staff sign in again, busy or not."
    )
    staff_link_hours: int = Field(
        72, ge=1, le=24 * 30, description="Hours that a link by which staff choose their password is good for."
    )
    limit_sign_in: Annotated[str, AfterValidator(rate_limit)] = Field(
        "60 per minute", description="Rate limit of posts that sign staff in, per address."
    )
