"""Owns the tests of the settings: defaults, sentences that name what is wrong, and generated keys."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pydantic
import pytest

from app.config import Settings, load, variable
from app.config.rules import SettingsError

KEY = "A" * 43
SECRETS = {"ALTA_SECRET_KEY": KEY, "ALTA_ENCRYPTION_KEYS": KEY, "ALTA_INDEX_KEY": KEY}


def test_defaults_are_those_of_the_documentation(tmp_path: Path) -> None:
    """SQLite in the instance folder, three selfies, thirty days and minutes."""
    settings = load({"ALTA_INSTANCE": str(tmp_path), **SECRETS})
    assert settings.resolved_database_url == f"sqlite:///{tmp_path.resolve() / 'alta.sqlite3'}"
    assert (settings.selfies, settings.draft_days, settings.resume_days, settings.resume_tries) == (3, 30, 30, 5)
    assert (settings.idle_minutes, settings.minimum_age, settings.maximum_age) == (30, 18, 120)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALTA_LIMIT_START", "10 per minute; 100/hour"),
        ("ALTA_PUBLIC_URL", "https://alta.example/"),
        ("ALTA_PUBLIC_URL", "http://127.0.0.1:8000"),
        ("ALTA_BLOB_URL", "gs://bucket/a/prefix"),
        ("ALTA_KYC_PHOTO_HOSTS", "Photos.Example:8443, storage.example"),
    ],
)
def test_right_setting_is_taken(tmp_path: Path, name: str, value: str) -> None:
    """As it was given, but for lists."""
    settings = load({"ALTA_INSTANCE": str(tmp_path), **SECRETS, name: value})
    kept = getattr(settings, name.removeprefix("ALTA_").lower())
    assert (", ".join(kept) if isinstance(kept, tuple) else kept) == value


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    """They are read once."""
    settings = load({"ALTA_INSTANCE": str(tmp_path), **SECRETS})
    with pytest.raises((pydantic.ValidationError, dataclasses.FrozenInstanceError)):
        settings.selfies = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALTA_SELFIES", "many"),
        ("ALTA_SELFIES", "-1"),
        ("ALTA_SELFIES", "11"),
        ("ALTA_MODE", "live"),
        ("ALTA_IDLE_MINUTES", "0"),
        ("ALTA_BRAZIL_TIME_ZONE", "Mars/Olympus"),
        ("ALTA_ARGENTINA_TIME_ZONE", "../etc/passwd"),
        ("ALTA_SECRET_KEY", "short"),
        ("ALTA_ENCRYPTION_KEYS", f"{KEY},short"),
        ("ALTA_ENCRYPTION_KEYS", ","),
        ("ALTA_INDEX_KEY", "é" * 43),
        ("ALTA_LOG_LEVEL", "loud"),
        ("ALTA_WORKER_SLOT", "a b"),
        ("ALTA_TRUSTED_PROXIES", "all"),
        ("ALTA_CONTACT", "our office"),
        ("ALTA_KYC_DOCUMENT_TYPES", " , "),
        ("ALTA_IDLE_MINUTES", "9" * 20),
        ("ALTA_DRAFT_DAYS", "999999"),
        ("ALTA_RESUME_DAYS", "999999"),
        ("ALTA_PURGE_MINUTES", "9" * 20),
        ("ALTA_STORAGE_SECONDS", "9" * 20),
        ("ALTA_MINIMUM_AGE", "120"),
        ("ALTA_LIMIT_START", "banana"),
        ("ALTA_LIMIT_UPLOAD", "0 per minute"),
        ("ALTA_LIMIT_RESUME", "5 per moment"),
        ("ALTA_LIMIT_API", "-1 per minute"),
        ("ALTA_PUBLIC_URL", "alta.example"),
        ("ALTA_PUBLIC_URL", "https://"),
        ("ALTA_PUBLIC_URL", "https://alta.example/onboarding"),
        ("ALTA_PUBLIC_URL", "https://alta.example?x"),
        ("ALTA_PUBLIC_URL", "https://[alta"),
        ("ALTA_BLOB_URL", "ftp://bucket"),
        ("ALTA_BLOB_URL", "s3://"),
        ("ALTA_KYC_PHOTO_HOSTS", "https://photos.example"),
        ("ALTA_KYC_PHOTO_HOSTS", "photos.example,photos.example/x"),
    ],
)
def test_wrong_setting_stops_the_start_with_a_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    """The variable's name, never its value."""
    with pytest.raises(SettingsError) as refusal:
        load({"ALTA_INSTANCE": str(tmp_path), "ALTA_MAXIMUM_AGE": "119", **SECRETS, name: value})
    sentence = str(refusal.value)
    assert sentence.startswith(f"{name} is wrong: ")
    assert sentence.endswith(".")
    assert "KEY" not in name or value not in sentence


def test_misspelt_setting_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    """A setting that nobody reads would be believed to work."""
    with pytest.raises(SettingsError, match=r"ALTA_SELFIE is not a setting of Alta; did you mean ALTA_SELFIES\?"):
        load({"ALTA_INSTANCE": str(tmp_path), **SECRETS, "ALTA_SELFIE": "1"})


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_has_no_default_secret(tmp_path: Path, missing: str) -> None:
    """Each is named when it is missing or empty; nothing is generated."""
    given = {"ALTA_INSTANCE": str(tmp_path), "ALTA_MODE": "production", "ALTA_PUBLIC_URL": "https://x.example"}
    for empty in ({}, {missing: ""}):
        others = {name: key for name, key in SECRETS.items() if name != missing}
        with pytest.raises(SettingsError, match=f"{missing} is missing"):
            load({**given, **others, **empty})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["", "http://alta.example", "alta.example"])
def test_production_wants_its_https_address(tmp_path: Path, url: str) -> None:
    """For links and QR codes."""
    with pytest.raises(SettingsError, match="ALTA_PUBLIC_URL"):
        load({"ALTA_INSTANCE": str(tmp_path), "ALTA_MODE": "production", "ALTA_PUBLIC_URL": url, **SECRETS})


def test_local_mode_generates_keys_once_for_their_owner_only(tmp_path: Path) -> None:
    """Folder 700, files 600; a second start reads the same."""
    instance = tmp_path / "instance"
    first = load({"ALTA_INSTANCE": str(instance)})
    assert first == load({"ALTA_INSTANCE": str(instance)})
    assert len({first.secret_key, first.index_key, *first.encryption_keys}) == 3
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in instance.iterdir()} == {0o600}
    assert len(list(instance.iterdir())) == 3


def test_given_key_is_not_generated(tmp_path: Path) -> None:
    """Only what is missing."""
    settings = load({"ALTA_INSTANCE": str(tmp_path), "ALTA_SECRET_KEY": KEY})
    assert settings.secret_key == KEY
    assert not (tmp_path / "secret_key.key").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_psycopg(tmp_path: Path, scheme: str) -> None:
    """However the address is written."""
    settings = load({"ALTA_INSTANCE": str(tmp_path), **SECRETS, "ALTA_DATABASE_URL": f"{scheme}://u@h/db"})
    assert settings.resolved_database_url == "postgresql+psycopg://u@h/db"


def test_several_values_are_split_at_commas(tmp_path: Path) -> None:
    """Spaces around them do not count."""
    given = {"ALTA_ENCRYPTION_KEYS": f"{KEY} , {'B' * 43}", "ALTA_KYC_PHOTO_HOSTS": "a.example, b.example,"}
    settings = load({"ALTA_INSTANCE": str(tmp_path), **SECRETS, **given})
    assert settings.encryption_keys == (KEY, "B" * 43)
    assert settings.kyc_photo_hosts == ("a.example", "b.example")


def test_every_setting_says_what_it_means() -> None:
    """The documentation is made of these."""
    for name, field in Settings.model_fields.items():
        assert field.description, variable(name)


def test_each_country_has_its_own_time_zone(tmp_path: Path) -> None:
    """As set."""
    settings = load({"ALTA_INSTANCE": str(tmp_path), **SECRETS, "ALTA_BRAZIL_TIME_ZONE": "America/Manaus"})
    assert settings.time_zone("BR") == "America/Manaus"
    assert settings.time_zone("AR") == "America/Argentina/Buenos_Aires"


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file lies where the folder should be, or where its parent should be."""
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "instance"):
        with pytest.raises(SettingsError, match=r"^ALTA_INSTANCE is wrong: .*\.$"):
            load({"ALTA_INSTANCE": str(place)})
