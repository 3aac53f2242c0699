"""The one door for hashed bytes: canonical JSON, kind-prefixed hashes and MACs.

Canonical JSON is RFC 8785 over a restricted subset: objects with ASCII keys, lists,
NFC strings, integers within ±(2^53 - 1), true, false, null; no floats. Every hash and
HMAC input is `inspector/<kind>/v2\\n` followed by length-prefixed fields, so that no
two kinds and no two field lists can ever give the same bytes. The hash itself is the
suite that the month's policy names; a key knows its suite. See PROTOCOL.md §1.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inspector.ceremony import sm3
from inspector.errors import CeremonyError, messages

MAX_INT = 2**53 - 1
MAX_DEPTH = 32

messages(
    {
        "canon.refused": (
            "无法规范编码：{path} 处{why}",
            "cannot be encoded canonically: {why} at {path}",
        ),
        "suite.unknown": (
            "未知的杂凑算法 {name}（应为 sha256 或 sm3）",
            "unknown hash {name} (sha256 or sm3)",
        ),
    }
)


def _refuse(path: str, why: str) -> CeremonyError:
    return CeremonyError("canon.refused", path=path or "$", why=why)


def _check(value: Any, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _refuse(path, "nesting deeper than 32")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise _refuse(path, "integer beyond 2^53-1")
    elif isinstance(value, str):
        if not value.isascii():
            if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
                raise _refuse(path, "lone surrogate")
            if not unicodedata.is_normalized("NFC", value):
                raise _refuse(path, "text not in NFC")
    elif isinstance(value, list | tuple):
        for i, v in enumerate(value):
            _check(v, f"{path}[{i}]", depth + 1)
    elif isinstance(value, dict):
        for k, v in value.items():
            if not isinstance(k, str) or not k.isascii():
                raise _refuse(path, "key not ASCII text")
            _check(v, f"{path}.{k}", depth + 1)
    else:
        raise _refuse(path, f"a {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of `value`.

    Raises CeremonyError for anything outside the subset: refused, never repaired.

    >>> canonical({"b": [1, True], "a": "小区"}).decode()
    '{"a":"小区","b":[1,true]}'
    """
    _check(value, "", 0)
    return json.dumps(
        value,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
        allow_nan=False,
    ).encode("utf-8")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise _refuse("", "duplicate key")
    return out


def _no_float(text: str) -> Any:
    raise _refuse("", f"number {text[:20]} is not an integer")


def parse(data: bytes) -> Any:
    """The value whose canonical bytes are exactly `data`; anything else is refused."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as e:
        raise _refuse("", "no valid JSON") from e
    if canonical(value) != data:
        raise _refuse("", "bytes differ from the canonical form")
    return value


def framed(kind: str, *parts: bytes | str) -> bytes:
    """`inspector/<kind>/v2\\n`, then each part with its length as 8 bytes, big end."""
    out = [f"inspector/{kind}/v2\n".encode("ascii")]
    for part in parts:
        raw = part.encode("utf-8") if isinstance(part, str) else part
        out += [len(raw).to_bytes(8, "big"), raw]
    return b"".join(out)


@dataclass(frozen=True, slots=True)
class Suite:
    """A named hash of 32 bytes, as `policy.hash` spells it."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in FUNCTIONS:
            raise CeremonyError("suite.unknown", name=self.name)


@dataclass(frozen=True, slots=True)
class Key:
    """A blind, a secret or a seed: bytes that only the MAC of their suite takes."""

    suite: Suite
    value: bytes

    def hex(self) -> str:
        """Its bytes, as a document shows them."""
        return self.value.hex()


def _hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


Functions = tuple[Callable[[bytes], bytes], Callable[[bytes, bytes], bytes]]
FUNCTIONS: dict[str, Functions] = {  # hash and HMAC of each suite
    "sha256": (_sha256, _hmac_sha256),
    "sm3": sm3.functions(),
}
SHA256, SM3 = Suite("sha256"), Suite("sm3")


def digest(suite: Suite, kind: str, *parts: bytes | str) -> bytes:
    """The suite's hash of the framed parts."""
    return FUNCTIONS[suite.name][0](framed(kind, *parts))


def mac(key: Key, kind: str, *parts: bytes | str) -> bytes:
    """HMAC of the framed parts under `key`, by its suite."""
    return FUNCTIONS[key.suite.name][1](key.value, framed(kind, *parts))
