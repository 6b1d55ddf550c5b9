"""References can be read aloud and typed back without doubt."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidError
from app.domain.reference import ALPHABET, new_reference, normalise_reference

references = st.text(ALPHABET, min_size=8, max_size=8).map(lambda body: f"AL-{body[:4]}-{body[4:]}")


def test_new_reference_has_its_shape_and_no_ambiguous_sign() -> None:
    for _ in range(500):
        assert re.fullmatch(r"AL(-[A-Z0-9]{4}){2}", reference := new_reference())
        assert not set(reference[3:]) & set("0O1IL2Z5S8BU")


def test_new_references_differ_and_use_the_whole_alphabet() -> None:
    made = [new_reference() for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert set(Counter("".join(made)[2:])) >= set(ALPHABET)


@given(references, st.sampled_from(["", " ", "-", "\u00a0", "–", ". "]), st.booleans(), st.booleans())
def test_typed_reference_reads_back(reference: str, mark: str, lower: bool, prefixed: bool) -> None:
    typed = reference.replace("-", mark) if prefixed else reference[3:].replace("-", mark)
    assert normalise_reference(typed.lower() if lower else typed) == reference


@pytest.mark.parametrize(
    "typed", ["", "AL", "AL-", "AL-7KM4-XW9", "AL-7KM4-XW9CC", "AL-0KM4-XW9C", "AL-7KM4-XW9Ñ", "XX-7KM4-XW9C"]
)
def test_what_is_no_reference_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="Check the reference"):
        normalise_reference(typed)


def test_reference_in_the_sentence_is_itself_readable() -> None:
    assert normalise_reference("AL-7KM4-XW9C") == "AL-7KM4-XW9C"
