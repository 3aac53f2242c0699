"""Texts as they may stand in anything that is printed or opened by a person.

Texts, minutes → text. Sheets, route sheets and papers ask here; nothing is hashed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

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


def clock(minute: int) -> str:
    """`08:30` for 510 minutes after midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def iso(day: date | None) -> str:
    """`2026-12-01`, "" for none."""
    return day.isoformat() if day is not None else ""
