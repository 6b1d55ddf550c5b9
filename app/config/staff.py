"""The settings of the staff console: where it is served, how long a session lasts, how staff sign in."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field
from pydantic_settings import NoDecode

from app.config.rules import RateLimit, host_name, time_zone
from app.config.upstreams import Address
from app.domain.roles import Role


def _roles(value: tuple[str, ...]) -> tuple[str, ...]:
    for entry in value:
        group, _, role = entry.rpartition("=")
        if not group or role not in list(Role):
            raise ValueError(f"needs entries such as alta-reviewers=reviewer, with a role of {', '.join(Role)}")
    return value


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
    limit_sign_in: RateLimit = Field(
        "60 per minute", description="Rate limit of posts that sign staff in, per address."
    )
    staff_passwords: bool = Field(
        True, description="Whether staff may sign in with a password; `false` leaves the OpenID provider only."
    )
    oidc_issuer: Address = Field(
        "", description="Address of the OpenID provider that staff may sign in through (docs/staff.md); empty: none."
    )
    oidc_client_id: str = Field("", description="Who Alta is at the OpenID provider.")
    oidc_client_secret: str = Field(
        "", description="Alta's secret there; empty for a public client, which PKCE alone protects.", repr=False
    )
    oidc_scopes: str = Field("openid email profile", description="Scopes that Alta asks the OpenID provider for.")
    oidc_name: str = Field(
        "OpenID", min_length=1, max_length=40, description="What the sign-in page calls the OpenID provider."
    )
    oidc_roles_claim: str = Field(
        "groups",
        description="Claim of the ID token that says the roles; a dot leads into another: `realm_access.roles`.",
    )
    oidc_roles: Annotated[tuple[str, ...], NoDecode, AfterValidator(_roles)] = Field(
        (), description="Which of the claim's values is which role, comma-separated: `alta-reviewers=reviewer`."
    )
    oidc_integrations_claim: str = Field(
        "",
        description="Claim that names the integrations whose applications somebody sees, `*` being all; "
        "empty: everybody sees all.",
    )

    def missing_for_staff(self) -> str | None:
        """The field that another one needs."""
        if not self.staff_passwords and not self.oidc_issuer:
            return "oidc_issuer"
        return next(
            (name for name in ("oidc_client_id", "oidc_roles") if self.oidc_issuer and not getattr(self, name)), None
        )
