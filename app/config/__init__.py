"""The settings: read once from `ALTA_…` variables into a frozen, typed value; a wrong one stops the start by name."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.config.applicants import ApplicantSettings
from app.config.decisions import DecisionSettings
from app.config.help import HelpSettings
from app.config.instance import prepare_instance, read_or_create
from app.config.machines import MachineSettings
from app.config.rules import (
    LONGEST_DAYS,
    RateLimit,
    SettingsError,
    hosts,
    key,
    keys,
    mail_address,
    public_address,
    some,
    store_address,
)
from app.config.staff import StaffSettings
from app.config.upstreams import DeliverySettings

PREFIX = "ALTA_"
GENERATED_SECRETS = ("secret_key", "encryption_keys", "index_key")


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], NoDecode]


class Settings(
    DeliverySettings, MachineSettings, StaffSettings, DecisionSettings, HelpSettings, ApplicantSettings, BaseSettings
):
    """Every setting of Alta, read from `ALTA_` + its name in capitals; times are in the unit that the name says."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    mode: Literal["local", "production"] = Field(
        "local",
        description="`local` generates missing keys in the instance folder; `production` has no default secret.",
    )
    instance: Path = Field(
        Path("instance"), description="Folder (mode 700) of the embedded database, photos and generated keys."
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL; empty: SQLite in the instance folder. `postgresql://…` uses psycopg 3."
    )
    blob_url: Annotated[str, AfterValidator(store_address)] = Field(
        "",
        description="Where photos live: `s3://bucket/prefix`, `gs://bucket/prefix`; empty: in the instance folder.",
    )
    secret_key: Annotated[str, AfterValidator(key)] = Field(
        description="Signs cookies and upload addresses: base64url of 32 random bytes. Generated in local mode."
    )
    encryption_keys: Annotated[Words, AfterValidator(keys)] = Field(
        description="Comma-separated base64url keys of 32 bytes; the first writes, all read. Generated in local mode."
    )
    index_key: Annotated[str, AfterValidator(key)] = Field(
        description="Key of the keyed hashes used for search: base64url of 32 random bytes. Generated in local mode."
    )
    public_url: Annotated[str, AfterValidator(public_address)] = Field(
        "",
        description="Address people reach Alta at, such as `https://alta.example`; needed in production, for links.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many proxies in front set `X-Forwarded-For`, `-Proto` and `-Host`; 0 trusts none.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line written."
    )
    controller: str = Field(
        "Alta", min_length=1, description="Organisation named in the privacy notice as responsible for the data."
    )
    contact: Annotated[str, AfterValidator(mail_address)] = Field(
        "privacy@alta.example",
        description="E-mail address for privacy requests, named in the legal texts.",
    )
    legal_texts: Path | None = Field(
        None,
        description="Folder whose Markdown files replace the shipped legal texts of the same name (docs/legal.md).",
    )
    limit_api: RateLimit = Field(
        "600 per minute",
        description="Rate limit of the two APIs, per integration; of callers without a known token, per address.",
    )
    storage_seconds: int = Field(
        900,
        ge=10,
        le=LONGEST_DAYS * 86400,
        description="Seconds that a signed upload address of the KYC storage is good for.",
    )
    kyc_photo_hosts: Annotated[Words, AfterValidator(hosts)] = Field(
        (),
        description="Hosts, comma-separated, whose photo addresses the KYC answers may name besides our own storage.",
    )
    kyc_document_types: Annotated[Words, AfterValidator(some)] = Field(
        ("CNH", "RG", "CIN", "CRNM", "PASSPORT", "DNI"),
        description="Document types that the KYC answers may name, comma-separated.",
    )

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL in use, with the driver named."""
        if not self.database_url:
            return f"sqlite:///{self.instance.resolve() / 'alta.sqlite3'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url[len(scheme) :]
        return self.database_url


def variable(field: str) -> str:
    """The environment variable that sets `field`."""
    return PREFIX + field.upper()


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (default: the process's own).

    In local mode a missing key is read from, or generated into, the instance folder (mode 700, files 600).
    Raises SettingsError with a sentence naming the first variable that is wrong, missing or unknown.
    """
    given = dict(os.environ if environment is None else environment)
    _refuse_unknown(given)
    values: dict[str, Any] = {
        field: _split(given[variable(field)]) if field in _WORD_FIELDS else given[variable(field)]
        for field in Settings.model_fields
        if given.get(variable(field), "") != ""
    }
    if values.get("mode", "local") == "local":
        _generate_secrets(values)
    try:
        settings = _ExactSettings(**values)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    _check_ages(settings)
    _check_texts(settings)
    _check_production(settings)
    _check_staff(settings)
    return settings


class _ExactSettings(Settings):
    """Settings from the given values only: `load` alone decides which environment is read."""

    @classmethod
    def settings_customise_sources(  # type: ignore[override]
        cls, settings_cls: Any, init_settings: Any, **_others: Any
    ) -> tuple[Any, ...]:
        return (init_settings,)


_WORD_FIELDS = {"encryption_keys", "kyc_photo_hosts", "kyc_document_types", "kyc_storage_hosts", "oidc_roles"}


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = [variable(field) for field in Settings.model_fields]
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ". See docs/configuration.md."
            raise SettingsError(f"{name} is not a setting of Alta{hint}")


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = variable(str(first["loc"][0]))
    if first["type"] == "missing":
        return f"{name} is missing: set it in the environment (docs/configuration.md says how)."
    return f"{name} is wrong: {first['msg'].removeprefix('Value error, ')}."


def _check_ages(settings: Settings) -> None:
    if settings.minimum_age > settings.maximum_age:
        raise SettingsError("ALTA_MINIMUM_AGE is wrong: it is over ALTA_MAXIMUM_AGE, so that nobody could apply.")


def _check_texts(settings: Settings) -> None:
    if settings.sms_url and not settings.sms_secret:
        raise SettingsError("ALTA_SMS_SECRET is missing: what is posted to ALTA_SMS_URL must be signed.")


def _check_production(settings: Settings) -> None:
    if settings.mode != "production":
        return
    if not settings.public_url.startswith("https://"):
        raise SettingsError("ALTA_PUBLIC_URL must be an https:// address in production mode.")


def _check_staff(settings: Settings) -> None:
    if missing := settings.missing_for_staff():
        raise SettingsError(f"{variable(missing)} is missing: staff could not sign in (docs/staff.md).")


def _generate_secrets(values: dict[str, Any]) -> None:
    instance = Path(values.get("instance", "instance"))
    missing = [field for field in GENERATED_SECRETS if field not in values]
    if missing:
        prepare_instance(instance)
    for field in missing:
        key = read_or_create(instance / f"{field}.key")
        values[field] = (key,) if field == "encryption_keys" else key
