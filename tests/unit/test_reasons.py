"""The table of reasons: what ships is whole, and an operator's file is checked at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.onboarding.reasons import SHIPPED, ReasonError, Reasons, _read
from app.steps import STEPS

GOOD = 'step = "address"\nseverity = "ask"\nen = "One."\nes = "Uno."\npt_BR = "Um."\n'


def test_every_step_has_a_reason_in_three_languages() -> None:
    shipped = _read(SHIPPED)
    assert {reason.step for reason in shipped.values()} == {step.key for step in STEPS}
    for code, reason in shipped.items():
        assert set(reason.sentences) == {"en", "es", "pt_BR"}
        assert len(set(reason.sentences.values())) == 3, code
        assert all(sentence.endswith(".") for sentence in reason.sentences.values()), code


def test_reason_is_told_in_the_persons_language() -> None:
    reasons = Reasons()
    assert reasons.sentence("phone_unreachable", "es") == "No pudimos comunicarnos a ese número. Revisalo, o da otro."
    assert reasons.sentence("moon_phase", "es") is None


def test_reasons_of_a_step_come_in_the_order_of_the_table() -> None:
    assert Reasons().of_step("address") == ("address_incomplete", "address_not_found")
    assert Reasons().of_step("shoes") == ()


def test_operators_file_adds_and_replaces(tmp_path: Path) -> None:
    file = tmp_path / "reasons.toml"
    file.write_text(f"[moon_phase]\n{GOOD}\n[selfie_dark]\n{GOOD}")
    reasons = Reasons(file)
    assert reasons.sentence("moon_phase", "en") == reasons.sentence("selfie_dark", "en") == "One."
    assert reasons.sentence("selfie_blurred", "en") == Reasons().sentence("selfie_blurred", "en")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[x", "is not TOML"),
        ("x = 1", "'x' is not a table named by a reason"),
        (f'["A B"]\n{GOOD}', "'A B' is not a table named by a reason"),
        ("[x]\n" + GOOD.replace('es = "Uno."\n', ""), "x has no es"),
        (f"[x]\n{GOOD}fr = 'Un.'", "x has an unknown fr"),
        ("[x]\n" + GOOD.replace('"Uno."', "3"), "x.es is no text"),
        ("[x]\n" + GOOD.replace("Um.", " "), "x.pt_BR is no text"),
        ("[x]\n" + GOOD.replace("address", "shoes"), "x.step is no step of the wizard"),
        ("[x]\n" + GOOD.replace("ask", "panic"), "x.severity is not one of ask, operator"),
    ],
)
def test_faulty_file_is_a_sentence_that_names_it(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "reasons.toml"
    file.write_text(content)
    with pytest.raises(ReasonError) as caught:
        Reasons(file)
    assert str(caught.value).startswith(str(file))
    assert sentence in str(caught.value)


def test_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReasonError, match="cannot be read: No such file"):
        Reasons(tmp_path / "none.toml")
