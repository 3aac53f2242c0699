"""Canonical JSON and framed hashes: known answers, a second encoder, refusals."""

from __future__ import annotations

import hmac
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from inspector.ceremony.canon import (
    MAX_DEPTH,
    MAX_INT,
    SHA256,
    SM3,
    Key,
    Suite,
    canonical,
    digest,
    framed,
    mac,
    parse,
)
from inspector.errors import CeremonyError
from inspector.policy import HASHES

SUITES = (SHA256, SM3)
VECTORS = Path(__file__).parent.parent / "vectors"
OWN = json.loads((VECTORS / "own_v2.json").read_text("utf-8"))

TEXT = st.text(st.characters(exclude_categories=("Cs",))).map(
    lambda s: unicodedata.normalize("NFC", s)
)
KEYS = st.text(st.characters(max_codepoint=127))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=25,
)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@given(DOCUMENTS)
def test_our_bytes_are_those_of_a_second_rfc_8785_encoder(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(DOCUMENTS)
def test_what_is_encoded_parses_to_the_same_value(value: Any) -> None:
    data = canonical(value)
    assert parse(data) == value
    assert canonical(parse(data)) == data


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"b": 1, "a": None}, b'{"a":null,"b":1}'),
        ({"B": 1, "a": 2, "A": 3, "10": 4, "9": 5}, None),
        (['\u0000\u001f\u007f\b\t\n\f\r"\\/'], None),
        ({"text": "\u2028\u20ac\U0001f600é"}, None),
        ([MAX_INT, -MAX_INT, 0], b"[9007199254740991,-9007199254740991,0]"),
        ((1, (2,)), b"[1,[2]]"),
        ({}, b"{}"),
    ],
)
def test_edge_documents_agree_with_the_second_encoder(
    value: Any, data: bytes | None
) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert data is None or canonical(value) == data


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1.0, "float"),
        ({"a": [0, float("nan")]}, "float"),
        (b"raw", "bytes"),
        ({1, 2}, "set"),
        ({1: "x"}, "key"),
        ({"é": 1}, "key"),
        ("e\u0301", "NFC"),
        ("\ud800", "surrogate"),
        (MAX_INT + 1, "2^53-1"),
        (-MAX_INT - 1, "2^53-1"),
        (nested(MAX_DEPTH + 1), "nesting"),
    ],
)
def test_what_is_outside_the_subset_is_refused_not_repaired(
    value: Any, why: str
) -> None:
    with pytest.raises(CeremonyError) as refusal:
        canonical(value)
    assert refusal.value.code == "canon.refused"
    assert why in str(refusal.value.params["why"])


def test_the_deepest_document_allowed_is_encoded() -> None:
    assert canonical(nested(MAX_DEPTH)) == b"[" * 33 + b"]" * 33


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(CeremonyError) as refusal:
        canonical({"rows": [{"rate": 0.5}]})
    assert refusal.value.params["path"] == ".rows[0].rate"


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1} ',
        b'{"a":1}\n',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"e\xcc\x81"',
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b"9007199254740992",
        b"9" * 5000,
        b"",
        b"[" * 100_000,
        b"[1,]",
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(CeremonyError) as refusal:
        parse(data)
    assert refusal.value.code == "canon.refused"


@pytest.mark.parametrize("suite", SUITES)
def test_framed_bytes_digest_and_mac_have_their_known_answers(suite: Suite) -> None:
    known = OWN[suite.name]["framed"]
    parts = [bytes.fromhex(p) for p in known["parts"]]
    assert framed(known["kind"], *parts).hex() == known["bytes"]
    assert digest(suite, known["kind"], *parts).hex() == known["digest"]
    key = Key(suite, bytes.fromhex(OWN["seed"]))
    assert mac(key, known["kind"], *parts).hex() == known["mac"]


def test_text_is_framed_as_its_utf_8_bytes() -> None:
    assert framed("demo", "小区") == framed("demo", "小区".encode())


PARTS = st.lists(st.binary(max_size=12), max_size=4)
KINDS = st.sampled_from(["a", "b", "ab", "leaf", "people"])


@given(KINDS, PARTS, KINDS, PARTS)
def test_two_different_inputs_never_frame_to_the_same_bytes(
    kind: str, parts: list[bytes], other_kind: str, other: list[bytes]
) -> None:
    same = (kind, parts) == (other_kind, other)
    assert (framed(kind, *parts) == framed(other_kind, *other)) == same


def test_moving_a_byte_between_fields_changes_the_hash() -> None:
    assert digest(SHA256, "x", "ab", "c") != digest(SHA256, "x", "a", "bc")
    assert digest(SHA256, "x", "ab") != digest(SHA256, "x", "ab", "")


def test_an_unknown_hash_is_refused_and_the_policy_names_the_same() -> None:
    assert tuple(s.name for s in SUITES) == HASHES
    for name in ("sha1", "md5", "SM3", "", "sha256 "):
        with pytest.raises(CeremonyError) as refusal:
            Suite(name)
        assert refusal.value.code == "suite.unknown"


def test_keys_of_two_suites_are_two_keys() -> None:
    one, other = (Key(s, b"k" * 32) for s in SUITES)
    assert one != other and one.hex() == other.hex()
    assert mac(one, "x") != mac(other, "x")


@pytest.mark.parametrize(
    ("key", "data", "expected"),
    json.loads((VECTORS / "rfc4231.json").read_text("utf-8"))["cases"],
)
def test_the_hmac_we_call_agrees_with_rfc_4231(
    key: str, data: str, expected: str
) -> None:
    found = hmac.digest(bytes.fromhex(key), bytes.fromhex(data), "sha256").hex()
    assert found[: len(expected)] == expected
    assert len(expected) in (32, 64)
