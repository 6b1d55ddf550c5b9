"""Owns the tests of the keyring: what it seals opens only in its place, with its key, and unchanged."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.crypto import DecryptionError, Keyring, token_hash


def key(number: int) -> str:
    """A key for tests, without padding as the settings hold them."""
    return base64.urlsafe_b64encode(bytes([number]) * 32).decode().rstrip("=")


RING = Keyring([key(1)], key(9))


@given(st.binary(max_size=500), st.text(max_size=50))
def test_what_is_sealed_opens_in_its_own_place(plaintext: bytes, context: str) -> None:
    """Whatever it is."""
    context = context.encode("utf-8", "ignore").decode()
    assert RING.decrypt(RING.encrypt(plaintext, context), context) == plaintext


@given(st.binary(min_size=8, max_size=100))
def test_ciphertext_shows_nothing_and_is_never_the_same(plaintext: bytes) -> None:
    """A fresh nonce each time."""
    one, two = RING.encrypt(plaintext, "here"), RING.encrypt(plaintext, "here")
    assert one != two
    assert plaintext not in one


@pytest.mark.parametrize("context", ["answers.value:2:personal", "answers.value:1:identity", "", "answers.value:1"])
def test_swapped_ciphertext_does_not_open(context: str) -> None:
    """In another row, or another column."""
    sealed = RING.encrypt(b"secret", "answers.value:1:personal")
    with pytest.raises(DecryptionError):
        RING.decrypt(sealed, context)


@pytest.mark.parametrize("place", range(39))
def test_changed_ciphertext_does_not_open(place: int) -> None:
    """Any one byte: version, key id, nonce, text or tag."""
    sealed = bytearray(RING.encrypt(b"secret", "here"))
    assert len(sealed) == 1 + 4 + 12 + 6 + 16
    sealed[place] ^= 1
    with pytest.raises(DecryptionError):
        RING.decrypt(bytes(sealed), "here")


@given(st.binary(max_size=60))
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    """And is no other error."""
    with pytest.raises(DecryptionError):
        RING.decrypt(rubbish, "here")


@pytest.mark.parametrize("length", range(39))
def test_cut_ciphertext_does_not_open(length: int) -> None:
    """However much of it is left."""
    with pytest.raises(DecryptionError):
        RING.decrypt(RING.encrypt(b"secret", "here")[:length], "here")


def test_first_key_writes_and_all_keys_read() -> None:
    """So that keys rotate: what the old one wrote still opens, and is told apart."""
    old = RING.encrypt(b"secret", "here")
    rotated = Keyring([key(2), key(1)], key(9))
    fresh = rotated.encrypt(b"secret", "here")
    assert (rotated.decrypt(old, "here"), rotated.decrypt(fresh, "here")) == (b"secret", b"secret")
    assert (rotated.is_current(old), rotated.is_current(fresh)) == (False, True)
    with pytest.raises(DecryptionError):
        RING.decrypt(fresh, "here")


def test_error_says_nothing_of_the_content() -> None:
    """Its text may reach a log."""
    with pytest.raises(DecryptionError) as error:
        RING.decrypt(RING.encrypt(b"secret", "here"), "there")
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


def test_fingerprint_finds_equal_values_of_one_context_only() -> None:
    """And wants the key."""
    value = RING.fingerprint("20123456786", "identity")
    assert value == RING.fingerprint("20123456786", "identity")
    assert len({value, RING.fingerprint("20123456787", "identity"), RING.fingerprint("20123456786", "phone")}) == 3
    assert value != Keyring([key(1)], key(8)).fingerprint("20123456786", "identity")
    assert len(value) == 64


def test_token_hash_is_sha256() -> None:
    """As every reader of the rows may count on."""
    assert token_hash("token") == "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"
