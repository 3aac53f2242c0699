"""Whether an OLE file (.xls, .et) is whole: its bytes → yes or no ([MS-CFB] 2.2, 2.3).

A reader that meets the end of a file where a chain of sectors goes on stops the
program with a report of its own; so it is looked at before. Used by `book`.
"""

from __future__ import annotations

import struct

_HEADER = 512
_IN_HEADER = 109  # sectors of the allocation table that the header lists
_LAST = 0xFFFFFFFA  # from here on a word names no sector
_FREE = 0xFFFFFFFF


def is_whole(data: bytes) -> bool:
    """Whether every sector in use begins within the file, those of its tables wholly.

    >>> is_whole(bytes(600))
    False
    """
    if len(data) < _HEADER:
        return False
    (shift,) = struct.unpack_from("<H", data, 30)
    count, first = struct.unpack_from("<II", data, 44)
    if shift not in (9, 12):
        return False
    size = 1 << shift
    listed = struct.unpack_from(f"<{min(count, _IN_HEADER)}I", data, 76)
    table: list[int] = []
    for sector in listed:
        at = (sector + 1) * size
        if at + size > len(data):
            return False
        table += struct.unpack_from(f"<{size // 4}I", data, at)
    for sector, following in enumerate(table):
        if following != _FREE and (sector + 1) * size >= len(data):
            return False
        if following < _LAST and (following + 1) * size >= len(data):
            return False
    seen = 0
    while first < _LAST and seen <= len(table):
        if (first + 2) * size > len(data):
            return False
        if first >= len(table):
            break  # of a table that is longer than the header lists
        first, seen = table[first], seen + 1
    return seen <= len(table)
