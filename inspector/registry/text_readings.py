"""Readings of texts, ids, credit codes, words, ticks and lists; one function each."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import cache

from stdnum.cn import uscc

from inspector.errors import InspectorError, messages
from inspector.registry.cells import plain
from inspector.registry.radicals import radical
from inspector.registry.reading import (
    BLANKS,
    EDGES,
    CellRule,
    CellSpot,
    number,
    shown,
    unseen,
)
from inspector.registry.spreadsheet import spreadsheet
from inspector.registry.understood import Raw
from inspector.words import Word

TEXTS = frozenset({"text", "ident", "usc18", "word", "open", "several", "moment"})
NUMBERS = frozenset({"integer", "points", "degrees"})
EVERY = TEXTS | NUMBERS | {"day", "yes_no"}
_NO_TEXT = EVERY - {"text"}
_ODD_SPACE = re.compile(f"[{BLANKS}]")
_LINES = re.compile(r"\s*[\r\n]+\s*")
_APART = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_APOSTROPHES = "'’‘`"
_JOINERS = re.compile(r"\s*[,，/／|\n;；、]\s*|\s+")
_CODE = re.compile(r"[0-9A-Z]{18}", re.ASCII)
_CONFUSED = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_DIGITS = re.compile(r"\d+", re.ASCII)

messages(
    {
        "cell.lost": (
            "“{value}”是表格软件自动改成的{what}，原来输入的内容已丢失；"
            "请把单元格设为文本后重新输入",
            '"{value}" is a {what} that the spreadsheet made of something else: what'
            " was typed is lost; format the cell as text and type it again",
        ),
        "cell.zeros": (
            "“{value}”可能是“{padded}”被去掉了前导零；请设为文本后写全",
            '"{value}" may be "{padded}" without its leading zeros; format the cell as'
            " text and write it in full",
        ),
        "cell.decimal_ident": (
            "编号“{value}”是小数，末尾的零可能已丢失；请设为文本后重新输入",
            'the id "{value}" is a decimal number that may have lost zeros at its end;'
            " format the cell as text and type it again",
        ),
        "cell.usc18_typo": (
            "统一社会信用代码“{value}”有易混字符，按校验位应为“{proposed}”，请核对",
            'the credit code "{value}" has a character that is easily confused; by its'
            ' check character it should be "{proposed}"; please look',
        ),
        "cell.tick": (
            "“{value}”可以是“是”，也可以是“否”，请写 是 或 否",
            '"{value}" may mean yes and may mean no; write yes or no',
        ),
        "read.number_text": (
            "把数字读作文字或编号，共 {count} 处（{cell} {before} → “{after}”）",
            'numbers read as text or ids: {count} ({cell} {before} → "{after}")',
        ),
        "read.spaces": (
            "去掉首尾或看不见的空格，共 {count} 处（{cell} “{before}” → “{after}”）",
            'blanks around or unseen removed: {count} ({cell} "{before}" → "{after}")',
        ),
        "read.inner_spaces": (
            "特殊空格读作普通空格，共 {count} 处（{cell} “{before}” → “{after}”）",
            'odd spaces read as plain ones: {count} ({cell} "{before}" → "{after}")',
        ),
        "read.full_width": (
            "全角字符读作半角，共 {count} 处（{cell} “{before}” → “{after}”）",
            'full-width read as half-width: {count} ({cell} "{before}" → "{after}")',
        ),
        "read.apostrophe": (
            "去掉开头的撇号，共 {count} 处（{cell} “{before}” → “{after}”）",
            'a leading apostrophe removed: {count} ({cell} "{before}" → "{after}")',
        ),
        "read.nfc": (
            "合成字符（NFC），共 {count} 处（{cell} “{after}”）",
            'characters composed (NFC): {count} ({cell} "{after}")',
        ),
        "read.line_break": (
            "名称中的换行去掉，共 {count} 处（{cell} → “{after}”）",
            'line breaks in names removed: {count} ({cell} → "{after}")',
        ),
        "read.name_spaces": (
            "姓名中的空格去掉，共 {count} 处（{cell} “{before}” → “{after}”）",
            'spaces in names of people removed: {count} ({cell} "{before}" →'
            ' "{after}")',
        ),
        "read.nothing": (
            "“{before}”读作空，共 {count} 处（{cell}）",
            '"{before}" read as empty: {count} ({cell})',
        ),
        "read.credit_code": (
            "信用代码改为大写、去掉空格，共 {count} 处（{cell} “{before}” →"
            " “{after}”）",
            "credit codes in capitals without spaces: {count} ({cell} {before} →"
            " {after})",
        ),
        "read.yes_no": (
            "“{before}”读作“{after}”，共 {count} 处（{cell}）",
            '"{before}" read as "{after}": {count} ({cell})',
        ),
        "read.word": (
            "“{before}”读作“{after}”，共 {count} 处（{cell}）",
            '"{before}" read as "{after}": {count} ({cell})',
        ),
        "read.list": (
            "一格多项按分隔符分开，共 {count} 处（{cell} “{before}” → “{after}”）",
            'lists in a cell taken apart: {count} ({cell} "{before}" → "{after}")',
        ),
    }
)


def lost(raw: Raw, spot: CellSpot) -> Raw | None:
    """A date, a time or a yes/no where neither belongs: what was typed is lost."""
    if isinstance(raw, bool):
        what = ("是/否值", "yes/no value")
    elif isinstance(raw, date | datetime):
        what = ("日期", "date")
    elif isinstance(raw, time | timedelta):
        what = ("时间", "time")
    else:
        return None
    raise InspectorError("cell.lost", value=shown(raw), what=Word("", *what))


def number_text(raw: Raw, spot: CellSpot) -> Raw | None:
    """A number in a column of texts or ids: 1.0 is "1"."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    text = number(raw)
    if spot.kind.form in ("ident", "open") and not _DIGITS.fullmatch(text):
        raise InspectorError("cell.decimal_ident", value=text)
    if spot.zeros > len(text):
        raise InspectorError("cell.zeros", value=text, padded=text.zfill(spot.zeros))
    return text


def radicals(raw: Raw, spot: CellSpot) -> Raw | None:
    """Radicals are refused before anything composes them away."""
    if isinstance(raw, str) and not raw.isascii() and radical(raw):
        spot.kind.parse(raw)
    return None


def spaces(raw: Raw, spot: CellSpot) -> Raw | None:
    """Blanks around the cell, and characters without width anywhere."""
    return unseen(raw) if isinstance(raw, str) else None


def inner_spaces(raw: Raw, spot: CellSpot) -> Raw | None:
    """No-break and other odd spaces inside a text are plain ones."""
    if not isinstance(raw, str):
        return None
    keep = raw.replace("\r\n", "\n").replace("\r", "\n")
    # An ideographic space is how Chinese text sets a gap: it stays.
    return re.sub(f"[{BLANKS.replace(chr(0x3000), '')}]", " ", keep)


def full_width(raw: Raw, spot: CellSpot) -> Raw | None:
    """Ａ１，（ as A1,( in everything that is no text."""
    if not isinstance(raw, str) or raw.isascii():
        return None
    return unicodedata.normalize("NFKC", raw).strip()


def apostrophe(raw: Raw, spot: CellSpot) -> Raw | None:
    """The ' that makes a spreadsheet keep digits as text."""
    if not isinstance(raw, str) or len(raw) < 2 or raw[0] not in _APOSTROPHES:
        return None
    rest = raw[1:]
    text = spot.kind.form == "text"
    return None if text and not _DIGITS.fullmatch(rest) else rest


def nfc(raw: Raw, spot: CellSpot) -> Raw | None:
    """Letters with their marks apart become one."""
    return unicodedata.normalize("NFC", raw) if isinstance(raw, str) else None


def line_break(raw: Raw, spot: CellSpot) -> Raw | None:
    """A name stands on one line."""
    if not isinstance(raw, str) or not spot.names:
        return None
    return _LINES.sub("", raw)


def name_spaces(raw: Raw, spot: CellSpot) -> Raw | None:
    """张　三, spaced to the width of three characters, is 张三."""
    if not isinstance(raw, str) or not person(spot):
        return None
    return _APART.sub("", raw)


def person(spot: CellSpot) -> bool:
    """Whether the column holds names of people."""
    return (spot.sheet, spot.column.name) == ("inspectors", "name")


@cache
def _nothing() -> frozenset[str]:
    return frozenset(spreadsheet()["words"]["nothing"])


def nothing(raw: Raw, spot: CellSpot) -> Raw | None:
    """无, /, — in a column that may be empty."""
    if not isinstance(raw, str) or spot.column.required:
        return None
    return "" if raw.strip().lower() in _nothing() else None


def credit_code(raw: Raw, spot: CellSpot) -> Raw | None:
    """Capitals, without spaces and dashes."""
    if not isinstance(raw, str) or not raw.isascii():
        return None
    return re.sub(r"[\s-]", "", raw).upper()


def credit_typo(raw: Raw, spot: CellSpot) -> Raw | None:
    """I for 1, O for 0: what the check character says, proposed and never done."""
    if not isinstance(raw, str) or not _CODE.fullmatch(raw):
        return None
    at = [i for i, c in enumerate(raw) if c in _CONFUSED]
    if not at or len(at) > 4:
        return None
    made = list(raw)
    for i in at:
        made[i] = _CONFUSED[raw[i]]
    text = "".join(made)
    try:
        good = uscc.calc_check_digit(text[:17]) == text[17]
    except ValueError:
        good = False
    if good:
        raise InspectorError("cell.usc18_typo", value=raw, proposed=text)
    return None


@cache
def _ticks() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    said = spreadsheet()["yes_no"]
    return frozenset(said["yes"]), frozenset(said["no"]), frozenset(said["both"])


def yes_no(raw: Raw, spot: CellSpot) -> Raw | None:
    """√ × 有 无 Y N; a cross that may be a tick is refused."""
    if not isinstance(raw, str):
        return None
    word = raw.strip().lower()
    yes, no, both = _ticks()
    if word in both:
        raise InspectorError("cell.tick", value=raw)
    return "是" if word in yes else "否" if word in no else None


def word(raw: Raw, spot: CellSpot) -> Raw | None:
    """Synonyms, and endings that say nothing: A级 is A, 老旧小区 is 老旧."""
    return _word(raw, spot) if isinstance(raw, str) else None


def _word(raw: str, spot: CellSpot) -> str | None:
    said = spreadsheet()["words"]
    # An open vocabulary knows its Chinese words only; its codes are identifiers.
    known = {w.lower(): w for w in spot.kind.words}
    text = unicodedata.normalize("NFKC", re.sub(r"\s+", "", raw))
    found = _spelled(text, known)
    if found is not None:
        return found
    synonym = _synonyms().get(text)
    if synonym is not None and synonym.lower() in known:
        return str(synonym)
    for ending in said["endings"]:
        stem = text.removesuffix(ending)
        for one in (stem, text + ending):
            if one not in ("", text) and (found := _spelled(one, known)) is not None:
                return found
    return None


@cache
def _synonyms() -> dict[str, str]:
    said = spreadsheet()["words"]["synonyms"]
    return {unicodedata.normalize("NFKC", k): v for k, v in said.items()}


def _spelled(text: str, known: dict[str, str]) -> str | None:
    return known.get(text.lower())


def separators(raw: Raw, spot: CellSpot) -> Raw | None:
    """Commas, slashes, spaces between the words of a list.

    Only where no member can hold them: words and ids, not free text.
    """
    inner = spot.column.kind.inner
    if not isinstance(raw, str) or inner is None or inner.form == "text":
        return None
    text = unicodedata.normalize("NFKC", raw)
    parts = [p for p in _JOINERS.split(text) if p]
    return ";".join(_member(p, spot) for p in parts)


def _member(part: str, spot: CellSpot) -> str:
    if spot.kind.form not in ("word", "open"):
        return part
    try:
        spot.kind.parse(part)
    except InspectorError:
        return _word(part, spot) or part
    return part


def settled(text: str, spot: CellSpot) -> bool:
    """Whether a text is written as it is kept: nothing odd that parses all the same."""
    if text.isascii():
        if text[:1] in "' " or text[-1:] == " " or not text.isprintable():
            return _settled(text, spot)
        return not (person(spot) and "  " in text)
    return _settled(text, spot) and plain(text)


def _settled(text: str, spot: CellSpot) -> bool:
    return not (
        EDGES.search(text)
        or (spot.names and ("\n" in text or "\r" in text))
        or "\r" in text
        or _ODD_SPACE.search(text.replace("\u3000", ""))
        or (text[0] in _APOSTROPHES and _DIGITS.fullmatch(text[1:]))
        or (person(spot) and _APART.search(text))
    )


ONLY = frozenset[str]
FIRST: tuple[CellRule, ...] = (
    CellRule("read.lost", EVERY - {"yes_no", "day"}, lost),
    CellRule("read.number_text", TEXTS, number_text),
    CellRule("read.radicals", ONLY({"text", "several"}), radicals),
    CellRule("read.spaces", EVERY, spaces),
    CellRule("read.inner_spaces", ONLY({"text"}), inner_spaces),
    CellRule("read.nfc", ONLY({"text", "several"}), nfc),
    CellRule("read.line_break", ONLY({"text"}), line_break),
    CellRule("read.name_spaces", ONLY({"text"}), name_spaces),
    CellRule("read.full_width", _NO_TEXT - {"several"}, full_width),
    CellRule("read.apostrophe", EVERY, apostrophe),
    CellRule("read.nothing", _NO_TEXT, nothing),
)
LAST: tuple[CellRule, ...] = (
    CellRule("read.credit_code", ONLY({"usc18"}), credit_code),
    CellRule("read.credit_typo", ONLY({"usc18"}), credit_typo),
    CellRule("read.yes_no", ONLY({"yes_no"}), yes_no),
    CellRule("read.word", ONLY({"word", "open"}), word),
    CellRule("read.list", ONLY({"several"}), separators),
)
