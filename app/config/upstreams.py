"""The settings of the upstreams: the default ones from the environment, those of single integrations from a file."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import NoDecode

from app.config.tables import read_tables

SECRET_PREFIX = "whsec_"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def _address(value: str) -> str:
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment):
        raise ValueError("must be an http:// or https:// address without a query")
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("must be an https:// address, unless it is this computer's own")
    return value.rstrip("/")


def _hook_secret(value: str) -> str:
    try:
        good = not value or len(base64.b64decode(value.removeprefix(SECRET_PREFIX), validate=True)) >= 24
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be whsec_ and base64 of at least 24 random bytes")
    return value


Hosts = Annotated[tuple[str, ...], NoDecode]
Address = Annotated[str, AfterValidator(_address)]
HookSecret = Annotated[str, AfterValidator(_hook_secret)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class UpstreamSettings(BaseModel):
    """Where applications are delivered; an empty address means the API that Alta serves itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    personal_informations_url: Address = Field(
        "", description="Base address of the personal informations API; empty: the embedded one."
    )
    personal_informations_token: str = Field("", description="Integration token for that API.", repr=False)
    kyc_url: Address = Field(
        "", description="Base address of the KYC API, before `/api/v1`; empty: the embedded one (docs/delivery.md)."
    )
    kyc_token_url: Address = Field("", description="Where the KYC API's access tokens are got (OAuth 2).")
    kyc_client_id: str = Field("", description="Who Alta is there.")
    kyc_key_file: Path | None = Field(None, description="File (PEM) of the RSA key that signs the assertions.")
    kyc_key_id: str = Field("", description="What that key is called there (`kid`).")
    kyc_audience: str = Field("", description="`aud` of the assertions; empty: the address of the tokens.")
    kyc_realm: str = Field("", description="`realm` of the assertions.")
    kyc_storage_hosts: Hosts = Field(
        (), description="Hosts, comma-separated, that pictures may be uploaded to; empty: the KYC API's own."
    )
    upstream_authority: Path | None = Field(
        None, description="File (PEM) of certificates that upstreams are trusted by, beside the system's."
    )
    upstream_connect_seconds: Seconds = Field(5.0, description="Seconds to reach an upstream.")
    upstream_read_seconds: Seconds = Field(20.0, description="Seconds of silence after which a call is given up.")
    upstream_call_seconds: Seconds = Field(60.0, description="Seconds that a whole call may take.")
    hook_secret: HookSecret = Field(
        "",
        description="Secret that an upstream's calls of `/hooks/upstream` are signed with: `whsec_` and base64.",
        repr=False,
    )

    def missing(self) -> str | None:
        """The field that another one needs."""
        if self.personal_informations_url and not self.personal_informations_token:
            return "personal_informations_token"
        needed = ("kyc_token_url", "kyc_client_id", "kyc_key_file", "kyc_key_id")
        return next((name for name in needed if self.kyc_url and not getattr(self, name)), None)


class DeliverySettings(UpstreamSettings):
    """The default upstreams, where those of single integrations are told, and how long all are tried and followed."""

    upstreams: Path | None = Field(
        None, description="File (TOML) that gives single integrations upstreams of their own (docs/delivery.md)."
    )
    delivery_days: float = Field(
        3, gt=0, le=90, description="Days that an API which cannot be reached is tried before an operator is needed."
    )
    follow_days: float = Field(
        90, gt=0, le=3650, description="Days that what was delivered is followed where no decision comes."
    )
    reasons: Path | None = Field(
        None, description="File (TOML) of reasons added to, or put in place of, those that ship (docs/delivery.md)."
    )


class UpstreamSettingsError(Exception):
    """The upstreams cannot be used as they are set; the message is a sentence for the operator."""


def _faulty(sentence: str) -> UpstreamSettingsError:
    return UpstreamSettingsError(f"ALTA_UPSTREAMS is wrong: {sentence}")


def read_upstreams(file: Path, default: UpstreamSettings) -> dict[str, UpstreamSettings]:
    """The upstreams of each integration that `file` (TOML, a table each) names: as `default`, but for what it says."""
    tables = read_tables(file, _faulty)
    return {name: _upstream(file, name, table, default) for name, table in tables.items()}


def _upstream(file: Path, name: str, table: Any, default: UpstreamSettings) -> UpstreamSettings:
    if not isinstance(table, dict):
        raise _faulty(f"{file}: {name} stands outside a table; each table is named like an integration.")
    values = {field: getattr(default, field) for field in UpstreamSettings.model_fields}
    try:
        made = UpstreamSettings.model_validate({**values, **table})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        raise _faulty(f"{file}: {name}.{first['loc'][0]} is wrong: {message}.") from None
    if (missing := made.missing()) is not None:
        raise _faulty(f"{file}: {name}.{missing} is missing.")
    return made


def upstreams_of(settings: DeliverySettings) -> dict[str, UpstreamSettings]:
    """The upstreams of every integration that has its own, by its name, and the default ones under an empty name.

    Raises UpstreamSettingsError for a file that cannot be used, or a setting that another one needs.
    """
    if (missing := settings.missing()) is not None:
        raise UpstreamSettingsError(
            f"ALTA_{missing.upper()} is missing: set it in the environment (docs/delivery.md says how)."
        )
    named = read_upstreams(settings.upstreams, settings) if settings.upstreams else {}
    found: dict[str, UpstreamSettings] = {"": settings, **named}
    for each in found.values():
        for file in (each.kyc_key_file, each.upstream_authority):
            if file is not None and not file.is_file():
                raise UpstreamSettingsError(f"{file} is not there: a setting of the upstreams names it.")
    return found
