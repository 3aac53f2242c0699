"""SM3 of our own: the standard's vectors, HMAC by its formula, hashlib where it can."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.ceremony import sm3
from inspector.ceremony.sm3 import own_hmac, own_sm3

# GB/T 32905-2016, appendix A: its two examples.
PUBLISHED = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


def in_hashlib() -> bool:
    try:
        hashlib.new("sm3")
    except ValueError:
        return False
    return True


needs_hashlib = pytest.mark.skipif(not in_hashlib(), reason="hashlib has no SM3")


@pytest.mark.parametrize(("data", "known"), PUBLISHED.items())
def test_the_examples_of_the_standard(data: bytes, known: str) -> None:
    assert own_sm3(data).hex() == known
    assert sm3.functions()[0](data).hex() == known


def formula(key: bytes, data: bytes) -> bytes:
    """RFC 2104, written out."""
    key = (own_sm3(key) if len(key) > 64 else key) + bytes(64)
    inner = own_sm3(bytes(x ^ 0x36 for x in key[:64]) + data)
    return own_sm3(bytes(x ^ 0x5C for x in key[:64]) + inner)


@given(st.binary(max_size=140), st.binary(max_size=300))
@settings(deadline=None)
@example(b"k" * 64, b"")
@example(b"k" * 65, b"x" * 55)
def test_our_hmac_is_the_formula(key: bytes, data: bytes) -> None:
    assert own_hmac(key, data) == formula(key, data)


@needs_hashlib
@given(st.binary(max_size=140), st.binary(max_size=300))
@settings(deadline=None)
def test_our_own_gives_what_hashlib_gives(key: bytes, data: bytes) -> None:
    assert own_sm3(data) == hashlib.new("sm3", data).digest()
    assert own_hmac(key, data) == hmac.digest(key, data, "sm3")


@needs_hashlib
@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 10_000])
def test_every_padding_agrees_with_hashlib(size: int) -> None:
    assert own_sm3(bytes(size)) == hashlib.new("sm3", bytes(size)).digest()


def test_without_sm3_in_hashlib_our_own_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(*_: Any) -> Any:
        raise ValueError("unsupported hash type sm3")

    monkeypatch.setattr(hmac, "digest", missing)
    assert sm3.functions() == (own_sm3, own_hmac)
