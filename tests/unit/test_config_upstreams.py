"""The settings of the upstreams: from the environment, and by integration from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import load
from app.config.rules import SettingsError
from app.config.upstreams import UpstreamSettingsError, upstreams_of

KYC = {
    "ALTA_KYC_URL": "https://kyc.example/",
    "ALTA_KYC_TOKEN_URL": "https://accounts.example/token",
    "ALTA_KYC_CLIENT_ID": "client",
    "ALTA_KYC_KEY_ID": "kid",
}


def environment(tmp_path: Path, **changes: str) -> dict[str, str]:
    """Settings with a key that is there."""
    (tmp_path / "key.pem").write_text("key")
    return {
        "ALTA_INSTANCE": str(tmp_path / "i"),
        **KYC,
        "ALTA_KYC_KEY_FILE": str(tmp_path / "key.pem"),
        **{f"ALTA_{name.upper()}": value for name, value in changes.items()},
    }


def test_without_settings_both_apis_are_embedded(tmp_path: Path) -> None:
    (chosen,) = upstreams_of(load({"ALTA_INSTANCE": str(tmp_path / "i")})).values()
    assert (chosen.kyc_url, chosen.personal_informations_url) == ("", "")


def test_integration_has_the_default_ones_but_for_what_its_table_says(tmp_path: Path) -> None:
    file = tmp_path / "upstreams.toml"
    file.write_text(
        '["Team A"]\nkyc_client_id = "other"\nkyc_storage_hosts = ["s3.example"]\n[embedded]\nkyc_url = ""\n'
    )
    found = upstreams_of(load(environment(tmp_path, upstreams=str(file))))
    assert set(found) == {"", "Team A", "embedded"}
    team = found["Team A"]
    assert (team.kyc_url, team.kyc_client_id, team.kyc_key_id) == ("https://kyc.example", "other", "kid")
    assert (team.kyc_storage_hosts, found[""].kyc_storage_hosts) == (("s3.example",), ())
    assert (found["embedded"].kyc_url, found[""].kyc_client_id) == ("", "client")


@pytest.mark.parametrize("name", ["TOKEN_URL", "CLIENT_ID", "KEY_ID", "KEY_FILE"])
def test_setting_that_another_one_needs_is_named(tmp_path: Path, name: str) -> None:
    given = environment(tmp_path)
    del given[f"ALTA_KYC_{name}"]
    with pytest.raises(UpstreamSettingsError, match=f"ALTA_KYC_{name} is missing"):
        upstreams_of(load(given))


def test_token_is_needed_with_its_address(tmp_path: Path) -> None:
    given = environment(tmp_path, personal_informations_url="https://records.example")
    with pytest.raises(UpstreamSettingsError, match="ALTA_PERSONAL_INFORMATIONS_TOKEN is missing"):
        upstreams_of(load(given))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kyc_url", "http://kyc.example"),
        ("kyc_url", "kyc.example"),
        ("kyc_url", "https://kyc.example?x=1"),
        ("upstream_call_seconds", "0"),
        ("upstream_read_seconds", "soon"),
        ("hook_secret", "secret"),
        ("hook_secret", "whsec_c2hvcnQ="),
    ],
)
def test_wrong_value_is_a_sentence_without_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"ALTA_{name.upper()} is wrong") as caught:
        load(environment(tmp_path, **{name: value}))
    assert "c2hvcnQ" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[x", "is not TOML"),
        ("x = 1", "x stands outside a table"),
        ("[x]\nkyc_urll = ''", "x.kyc_urll is wrong"),
        ("[x]\nkyc_url = 'http://kyc.example'", "x.kyc_url is wrong: must be an https"),
        ("[x]\nkyc_key_id = ''", "x.kyc_key_id is missing"),
        ("[x]\nkyc_key_file = '/nowhere.pem'", "/nowhere.pem is not there"),
    ],
)
def test_faulty_file_stops_the_start_with_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "upstreams.toml"
    file.write_text(content)
    with pytest.raises(UpstreamSettingsError) as caught:
        upstreams_of(load(environment(tmp_path, upstreams=str(file))))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(UpstreamSettingsError, match=r"ALTA_UPSTREAMS is wrong: .* cannot be read"):
        upstreams_of(load(environment(tmp_path, upstreams="/nowhere.toml")))


def test_secrets_are_not_in_what_is_shown_of_the_settings(tmp_path: Path) -> None:
    given = environment(
        tmp_path, personal_informations_token="alta_secret", personal_informations_url="https://r.example"
    )
    assert "alta_secret" not in repr(load(given))
