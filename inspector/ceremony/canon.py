"""The one door for hashed bytes: canonical JSON, kind-prefixed hashes and MACs.

Canonical JSON is RFC 8785 over a restricted subset: objects with ASCII keys, lists,
NFC strings, integers within ±(2^53 - 1), true, false, null; no floats. Every hash and
HMAC input is `inspector/<kind>/v2\\n` followed by length-prefixed fields, so that no
two kinds and no two field lists can ever give the same bytes. See PROTOCOL.md §1.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from typing import Any

from inspector.errors import CeremonyError, messages

MAX_INT = 2**53 - 1
MAX_DEPTH = 32

messages(
    {
        "canon.refused": (
            "无法规范编码：{path} 处{why}",
            "cannot be encoded canonically: {why} at {path}",
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


def digest(kind: str, *parts: bytes | str) -> bytes:
    """SHA-256 of the framed parts."""
    return hashlib.sha256(framed(kind, *parts)).digest()


def mac(key: bytes, kind: str, *parts: bytes | str) -> bytes:
    """HMAC-SHA256 of the framed parts under `key`."""
    return hmac.digest(key, framed(kind, *parts), "sha256")
