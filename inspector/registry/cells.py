"""One cell of a sheet: its text to a value and back.

The strict last word: identifiers, numbers and dates are refused rather than repaired,
as a full-width digit or a decomposed letter that looks right would be another
identifier to every hash. What a clerk writes otherwise is normalised before, and told
(`readings`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc

from inspector.errors import InspectorError, messages
from inspector.printable import iso
from inspector.registry.radicals import ordinary, radical
from inspector.words import Word

MAX_INTEGER = 2**53 - 1
_MAX_TEXT = 2000

_IDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,16}", re.ASCII)
_POINTS = re.compile(r"\d{1,3}(\.\d{1,2}0*)?", re.ASCII)
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)",
    re.ASCII,
)
# GB 32100-2015: authority and kind, six digits of region, body, check character.
_USC18 = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_LIST = re.compile(r"[;；、]")
_TRUE = frozenset({"1", "true", "yes", "是"})
_FALSE = frozenset({"0", "false", "no", "否"})

messages(
    {
        "cell.empty": ("必填单元格为空", "a required cell is empty"),
        "cell.text": (
            "文字含有不可见字符、未规范化（NFC）的字符或超过2000字",
            "the text has invisible characters, is not NFC, or exceeds 2000 characters",
        ),
        "cell.radical": (
            "“{value}”中的“{char}”（U+{point}）是部首或兼容字，不是汉字“{ordinary}”，"
            "多由 PDF 复制而来，请改写为“{mended}”",
            '"{value}" has the radical or compatibility form {char} (U+{point}) in'
            " place of {ordinary}, as copied from a PDF; write {mended}",
        ),
        "cell.ident": (
            "编号“{value}”只能含半角字母、数字和 _ . -，至多64个字符",
            'the id "{value}" may hold ASCII letters, digits, _ . - only, at most 64',
        ),
        "cell.usc18": (
            "“{value}”不是18位统一社会信用代码",
            '"{value}" is not an 18-character credit code (GB 32100)',
        ),
        "cell.usc18_check": (
            "统一社会信用代码“{value}”的校验位不符",
            'the check character of the credit code "{value}" is wrong',
        ),
        "cell.integer": ("“{value}”不是整数", '"{value}" is not an integer'),
        "cell.range": (
            "“{value}”应在 {low} 与 {high} 之间",
            '"{value}" must lie between {low} and {high}',
        ),
        "cell.points": (
            "“{value}”不是至多两位小数的分值",
            '"{value}" is not a weight with at most two decimals',
        ),
        "cell.date": (
            "“{value}”不是有效日期（YYYY-MM-DD）",
            '"{value}" is not a valid date (YYYY-MM-DD)',
        ),
        "cell.moment": (
            "“{value}”不是有效时刻（YYYY-MM-DDTHH:MM:SSZ）",
            '"{value}" is not a valid time (YYYY-MM-DDTHH:MM:SSZ)',
        ),
        "cell.yes_no": ("“{value}”应为 是 或 否", '"{value}" must be yes or no'),
        "cell.word": (
            "“{value}”不在允许的词中：{words}",
            '"{value}" is not one of: {words}',
        ),
        "cell.repeated": (
            "“{value}”在同一单元格中重复",
            '"{value}" is repeated within one cell',
        ),
    }
)


def _refuse(code: str, value: str, **params: object) -> InspectorError:
    return InspectorError(code, value=value, **params)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column is read and shown.

    `empty`: value of an empty cell where the column allows one. `is_text`: shown text
    may begin with anything and is guarded against being taken for a formula. `form`:
    which readings apply; `inner`: the kind of the members of a list; `words`: every
    spelling of a closed or open vocabulary.
    """

    parse: Callable[[str], Any]
    show: Callable[[Any], str] = str
    empty: Any = ""
    is_text: bool = False
    form: str = "text"
    inner: Kind | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


def plain(value: str) -> bool:
    """Whether text is NFC, of sane length, without control or format characters.

    A line break inside is allowed: long cells of checklists have them.
    """
    if value.isascii() and value.isprintable():
        return len(value) <= _MAX_TEXT
    if len(value) > _MAX_TEXT or not unicodedata.is_normalized("NFC", value):
        return False
    # Printable has none of them; odd spaces are not printable and allowed.
    return value.replace("\n", "").isprintable() or not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        for c in value
        if c != "\n"
    )


def is_ident(value: str) -> bool:
    """Whether `value` can be an identifier."""
    return _IDENT.fullmatch(value) is not None


def _text(value: str) -> str:
    if not value.isascii() and (found := radical(value)):
        raise _refuse(
            *("cell.radical", value),
            char=found,
            point=f"{ord(found):04X}",
            ordinary=ordinary(found),
            mended="".join(map(ordinary, value)),
        )
    if not plain(value):
        raise _refuse("cell.text", value)
    return value


def _ident(value: str) -> str:
    if not is_ident(value):
        raise _refuse("cell.ident", value)
    return value


def _usc18(value: str) -> str:
    if not _USC18.fullmatch(value):
        raise _refuse("cell.usc18", value)
    if uscc.calc_check_digit(value[:17]) != value[17]:
        raise _refuse("cell.usc18_check", value)
    return value


def _points(value: str) -> int:
    if not _POINTS.fullmatch(value):
        raise _refuse("cell.points", value)
    return int(Decimal(value) * 100)


def _show_points(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def parse_day(value: str) -> date:
    """A date written 2026-12-01, 2026/12/1 or 2026年12月1日.

    Raises InspectorError cell.date.

    >>> parse_day("2026年12月1日")
    datetime.date(2026, 12, 1)
    """
    found = _DAY.fullmatch(value)
    if not found:
        raise _refuse("cell.date", value)
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as e:
        raise _refuse("cell.date", value) from e


def _moment(value: str) -> str:
    try:
        found = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError as e:
        raise _refuse("cell.moment", value) from e
    if f"{found.isoformat()}Z" != value:
        raise _refuse("cell.moment", value)
    return value


def _yes_no(value: str) -> bool:
    word = value.lower()
    if word not in _TRUE | _FALSE:
        raise _refuse("cell.yes_no", value)
    return word in _TRUE


def _show_yes_no(value: bool) -> str:
    return "1" if value else "0"


def integer(low: int, high: int = MAX_INTEGER, *, empty: int = 0) -> Kind:
    """Whole numbers from `low` to `high`."""

    def parse(value: str) -> int:
        if not _INTEGER.fullmatch(value):
            raise _refuse("cell.integer", value)
        if not low <= int(value) <= high:
            raise _refuse("cell.range", value, low=low, high=high)
        return int(value)

    return Kind(parse, empty=empty, form="integer")


def word(table: Mapping[str, Any], empty: Any = "") -> Kind:
    """A closed vocabulary: every accepted spelling with its canonical word."""
    spellings = {spelling.lower(): value for spelling, value in table.items()}
    codes = [s for s in table if s.isascii()]
    said = [s for s in table if not s.isascii()] or codes
    allowed = Word("", "、".join(said), ", ".join(codes or said))

    def parse(value: str) -> Any:
        try:
            return spellings[value.lower()]
        except KeyError:
            raise _refuse("cell.word", value, words=allowed) from None

    return Kind(parse, empty=empty, form="word", words=spellings)


def open_word(table: Mapping[str, str]) -> Kind:
    """Known Chinese words become their English one; other words are identifiers."""
    return Kind(
        lambda value: table.get(value) or _ident(value), form="open", words=table
    )


def several(kind: Kind) -> Kind:
    """A list in one cell, separated by `;`, `；` or `、`."""

    def parse(value: str) -> tuple[Any, ...]:
        out: list[Any] = []
        for part in _LIST.split(value):
            one = kind.parse(part.strip())
            if one in out:
                raise _refuse("cell.repeated", part.strip())
            out.append(one)
        return tuple(out)

    return Kind(
        parse,
        lambda value: ";".join(kind.show(v) for v in value),
        empty=(),
        form="several",
        inner=kind,
        words=kind.words,
    )


TEXT = Kind(_text, is_text=True)
IDENT = Kind(_ident, form="ident")
USC18 = Kind(_usc18, form="usc18")
COUNT = integer(0)
POINTS = Kind(_points, _show_points, form="points")
DAY = Kind(parse_day, iso, empty=None, form="day")
MOMENT = Kind(_moment, form="moment")
YES_NO = Kind(_yes_no, _show_yes_no, empty=False, form="yes_no")
# Degrees stay text here: `places.to_place` reads lon, lat and crs together.
DEGREES = Kind(str, form="degrees")
