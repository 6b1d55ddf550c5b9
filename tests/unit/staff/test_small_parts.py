"""The console's small parts: names of browsers, tables as files, and which integrations somebody sees."""

from __future__ import annotations

import csv
import io
import json

import pytest

from app.domain.roles import Role
from app.onboarding.staff.members import StaffMember
from app.staff.browsers import name_of
from app.staff.sheets import csv_lines, json_lines

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Android"),
        (EDGE, "Edge, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("curl/8.5.0", "curl"),
        ("<script>", "?"),
        ("", "?"),
    ],
)
def test_browser_is_named_in_a_few_words(said: str, name: str) -> None:
    assert name_of(said) == name


def test_no_cell_is_taken_for_a_formula() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain", 'a "quoted", one', "", 5]
    text = "".join(csv_lines(["cell"], [{"cell": cell} for cell in cells]))
    read = [row["cell"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]
    assert read == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "plain", 'a "quoted", one', "", "5"]


def test_json_lines_are_the_values_themselves() -> None:
    lines = list(json_lines(["a"], [{"a": "=1", "b": 2}, {"a": "ñ\n"}]))
    assert [json.loads(line) for line in lines] == [{"a": "=1"}, {"a": "ñ\n"}]
    assert all(line.count("\n") == 1 for line in lines)


def member(*integrations: str, everything: bool = False) -> StaffMember:
    """An admin of some integrations."""
    whose = None if everything else frozenset(integrations)
    return StaffMember(id="x", name="x", email="x", role=Role.ADMIN, integrations=whose, language="en")


def test_member_sees_their_integrations_and_only_who_sees_all_those_of_none() -> None:
    assert member(everything=True).sees(None) and member(everything=True).sees("north")
    assert member("north").sees("north")
    assert not member("north").sees("south") and not member("north").sees(None) and not member().sees(None)


def test_admin_oversees_who_sees_no_more() -> None:
    assert member(everything=True).oversees(None) and member(everything=True).oversees(["north"])
    assert member("north", "south").oversees(["north"])
    assert not member("north").oversees(["north", "south"]) and not member("north").oversees(None)
