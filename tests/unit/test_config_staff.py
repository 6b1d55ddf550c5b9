"""The settings of the console: wrong ones stop the start by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import load
from app.config.rules import SettingsError

PROVIDER = {"ALTA_OIDC_ISSUER": "https://login.example", "ALTA_OIDC_CLIENT_ID": "alta", "ALTA_OIDC_ROLES": "x=agent"}


def test_provider_is_read_from_the_environment(tmp_path: Path) -> None:
    settings = load({"ALTA_INSTANCE": str(tmp_path), **PROVIDER, "ALTA_OIDC_ROLES": "a=agent, b=c=admin,"})
    assert settings.oidc_roles == ("a=agent", "b=c=admin")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ALTA_STAFF_PASSWORDS": "false"}, "ALTA_OIDC_ISSUER is missing"),
        ({**PROVIDER, "ALTA_OIDC_CLIENT_ID": ""}, "ALTA_OIDC_CLIENT_ID is missing"),
        ({**PROVIDER, "ALTA_OIDC_ROLES": ""}, "ALTA_OIDC_ROLES is missing"),
        ({**PROVIDER, "ALTA_OIDC_ROLES": "x=owner"}, "ALTA_OIDC_ROLES is wrong"),
        ({**PROVIDER, "ALTA_OIDC_ISSUER": "http://login.example"}, "ALTA_OIDC_ISSUER is wrong"),
        ({"ALTA_STAFF_HOST": "https://console.example"}, "ALTA_STAFF_HOST is wrong"),
        ({"ALTA_STAFF_IDLE_MINUTES": "0"}, "ALTA_STAFF_IDLE_MINUTES is wrong"),
        ({"ALTA_STAFF_TIME_ZONE": "Mars"}, "ALTA_STAFF_TIME_ZONE is wrong"),
    ],
)
def test_wrong_setting_stops_the_start_by_name(tmp_path: Path, changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load({"ALTA_INSTANCE": str(tmp_path), **changes})
