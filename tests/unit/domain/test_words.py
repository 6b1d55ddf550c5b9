"""Every sentence of the domain is short, and its placeholders are the ones its error fills."""

import ast
import re
from pathlib import Path

import pytest

import app.domain
from app.domain.errors import AltaError, InvalidError, Notice
from app.domain.words import N_

MODULES = sorted(Path(app.domain.__path__[0]).rglob("*.py"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def calls(name: str) -> list[ast.Call]:
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in MODULES]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in nodes if isinstance(node.func, ast.Name) and node.func.id == name]


def messages() -> list[str]:
    return [str(ast.literal_eval(call.args[0])) for call in calls("N_")]


def test_domain_speaks() -> None:
    assert len(messages()) > 80


@pytest.mark.parametrize("message", sorted(set(messages())))
def test_sentence_is_short_and_plain(message: str) -> None:
    assert len(message) <= 90
    assert message == message.strip() and not message.endswith(".")
    assert "%" not in PLACEHOLDER.sub("", message)


@pytest.mark.parametrize("error", ["InvalidError", "DateError"])
def test_error_fills_exactly_the_places_of_its_sentence(error: str) -> None:
    for call in calls(error):
        marked = [each for each in ast.walk(call) if isinstance(each, ast.Call) and each in call.args]
        for sentence in marked:
            places = set(PLACEHOLDER.findall(str(ast.literal_eval(sentence.args[0]))))
            assert places == {keyword.arg for keyword in call.keywords} - {"parts"}


def test_error_keeps_its_values_out_of_its_text() -> None:
    error = InvalidError(N_("Use %(count)d digits"), count=12345678)
    assert isinstance(error, AltaError)
    assert error.message % error.parameters == "Use 12345678 digits"
    assert "12345678" not in f"{error!r} {error}"


def test_notice_is_a_sentence_with_its_values() -> None:
    assert Notice(message="Check both").parameters == {}
