"""The table of reasons to reject: what ships is whole, and an operator's file is checked at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.onboarding.deciding.rejections import SHIPPED, Rejections, _read
from app.onboarding.reasons import ReasonError

GOOD = "".join(f'{name} = "{name}."\n' for name in ("name_en", "name_es", "name_pt_BR", "en", "es", "pt_BR"))


def test_every_reason_is_named_and_told_in_three_languages() -> None:
    shipped = _read(SHIPPED)
    assert len(shipped) >= 6
    for code, rejection in shipped.items():
        for texts in (rejection.names, rejection.sentences):
            assert set(texts) == {"en", "es", "pt_BR"}
            assert len(set(texts.values())) == 3, code
        assert all(sentence.endswith(".") for sentence in rejection.sentences.values()), code


def test_what_is_not_told_has_a_name_that_the_sentence_does_not_hold() -> None:
    rejections = Rejections()
    assert "list" in rejections.name("risk", "en")
    assert "list" not in rejections.sentence("risk", "en")


def test_operators_file_adds_and_replaces(tmp_path: Path) -> None:
    file = tmp_path / "rejections.toml"
    file.write_text(f"[moon_phase]\n{GOOD}\n[risk]\n{GOOD}")
    rejections = Rejections(file)
    assert rejections.codes == (*Rejections().codes, "moon_phase")
    assert rejections.name("risk", "es") == "name_es."
    assert rejections.sentence("moon_phase", "pt_BR") == "pt_BR."


def test_reason_that_the_table_no_longer_has_is_its_code_for_staff_and_nothing_for_the_applicant() -> None:
    assert Rejections().name("gone", "es") == "gone"
    assert Rejections().sentence("gone", "es") == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[x", "is not TOML"),
        (f'["A B"]\n{GOOD}', "'A B' is not a table named by a reason"),
        ("[x]\n" + GOOD.replace('es = "es."\n', "", 1), "x has no"),
        (f"[x]\n{GOOD}fr = 'Un.'", "x has an unknown fr"),
        ("[x]\n" + GOOD.replace('"pt_BR."', "3"), "x.pt_BR is no text"),
    ],
)
def test_faulty_file_is_a_sentence_that_names_it(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "rejections.toml"
    file.write_text(content)
    with pytest.raises(ReasonError) as caught:
        Rejections(file)
    assert str(caught.value).startswith(str(file))
    assert sentence in str(caught.value)
