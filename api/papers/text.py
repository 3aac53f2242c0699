"""Texts that may stand in any paper: no control signs, nothing XML cannot hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

# Control signs but the line feed, lone surrogates, non-characters, and the signs that
# reverse the direction of a line, with which a name could be made to read as another.
_OUT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029"
    "\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str, *, lines: bool = False) -> str:
    """The text as it may be printed; line feeds stay only where `lines` says so.

    >>> clean("甲\\x00乙\\u202e丙\\r\\n丁")
    '甲乙丙 丁'
    """
    text = _OUT.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    text = "".join(c for c in text if not _beyond(c))
    text = unicodedata.normalize("NFC", text)
    return text if lines else " ".join(text.split("\n"))


def _beyond(c: str) -> bool:
    """The two non-characters at the end of every higher plane."""
    return ord(c) > 0xFFFF and ord(c) & 0xFFFE == 0xFFFE


def day(value: date | None) -> str:
    """`2026年12月1日`, empty for none.

    >>> day(date(2026, 12, 1))
    '2026年12月1日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def heads(labels: str) -> tuple[tuple[str, str], ...]:
    """Labels in both languages, each split where the second begins.

    >>> heads("序号 No. | 整改期限 Due by")
    (('序号', 'No.'), ('整改期限', 'Due by'))
    """
    pairs = (label.split(" ", 1) for label in labels.split(" | "))
    return tuple((zh, en) for zh, en in pairs)


def each_once(texts: Iterable[str]) -> str:
    """Parts between `；` of all the texts, each once.

    >>> each_once(["甲；乙", "乙", ""])
    '甲；乙'
    """
    parts = (part.strip() for text in texts for part in text.split("；"))
    return "；".join(dict.fromkeys(part for part in parts if part))


def clock(minute: int) -> str:
    """`08:30` for 510."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def moment(value: datetime) -> str:
    """`2026-12-01 09:30 UTC`-like stamp in the value's own zone."""
    return value.strftime("%Y-%m-%d %H:%M")
