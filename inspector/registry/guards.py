"""Texts that a spreadsheet would run as a formula, guarded and as they were meant."""

from __future__ import annotations

import re

# What a cell may not begin with, because a spreadsheet would run it as a formula.
_LIVE = "=+-@\t\r＝＋－＠"
_GUARDED = re.compile(f"'+[{re.escape(_LIVE)}]")
_TO_GUARD = re.compile(f"'*[{re.escape(_LIVE)}]")


def guard(text: str) -> str:
    """`text` with `'` in front when a spreadsheet would take it for a formula.

    >>> guard("=cmd"), guard("阳光小区")
    ("'=cmd", '阳光小区')
    """
    return "'" + text if _TO_GUARD.match(text) else text


def unguard(text: str) -> str:
    """Inverse of `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def clean(text: str) -> str:
    """A cell's text as it was meant: unguarded, without blanks around, one kind of line
    break."""
    return unguard(text).strip(" \t\r\n").replace("\r\n", "\n")
