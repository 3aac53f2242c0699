"""Characters that only look like Chinese characters: radicals, compatibility forms.

A text → the first of them, and the ordinary character of each. Copied from a PDF they
look right and no search finds them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from inspector.registry.spreadsheet import spreadsheet

# CJK Radicals Supplement, Kangxi Radicals, CJK Compatibility Ideographs (two blocks).
_SUSPECT = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")


@cache
def _supplement() -> dict[str, str]:
    data = spreadsheet()["radicals"]
    return dict(zip(data["from"], data["to"], strict=True))


def ordinary(char: str) -> str:
    """The character that one of these stands for; any other stays as it is.

    >>> ordinary("⻓"), ordinary("⽣"), ordinary("长")
    ('长', '生', '长')
    """
    if not _SUSPECT.match(char):
        return char
    return _supplement().get(char) or unicodedata.normalize("NFKC", char)


def radical(text: str) -> str | None:
    """The first character of `text` that another one should stand for.

    Twelve characters of the compatibility block are ordinary ones (U+FA0E …).
    """
    found = (m[0] for m in _SUSPECT.finditer(text))
    return next((c for c in found if ordinary(c) != c), None)
