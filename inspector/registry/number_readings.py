"""Readings of numbers: thousands, decimals, units, percent, scales, degrees."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache

from inspector.errors import InspectorError, messages
from inspector.registry.reading import CellRule, CellSpot
from inspector.registry.spreadsheet import spreadsheet
from inspector.registry.understood import Raw

# Columns that hold parts of ten thousand.
RATES = frozenset({"score_bp", "share_bp"})
_THOUSANDS = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+)(\.\d+)?", re.ASCII)
_ZEROS = re.compile(r"([+-]?\d+)\.0+", re.ASCII)
_UNIT = re.compile(r"([+-]?[\d,]+(?:\.\d+)?)\s*(\D+)", re.ASCII)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,15})?", re.ASCII)
_DMS = re.compile(
    r"(\d{1,3})[°度]\s*(?:(\d{1,2}(?:\.\d+)?)['′’分])?\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)(?:[\"″”秒]|''|′′))?",
    re.ASCII,
)
_SIDE = re.compile(r"^(东经|北纬|经度|纬度|[ENen])[:：]?\s*|\s*[ENen]$")

messages(
    {
        "cell.two_scales": (
            "“{value}”有两种读法：{first} 或 {second}，请写明单位",
            '"{value}" can be read as {first} and as {second}; write the unit',
        ),
        "read.thousands": (
            "去掉千分位逗号，共 {count} 处（{cell} {before} → {after}）",
            "commas of thousands removed: {count} ({cell} {before} → {after})",
        ),
        "read.whole": (
            "去掉小数点后的零，共 {count} 处（{cell} {before} → {after}）",
            "zeros behind the point removed: {count} ({cell} {before} → {after})",
        ),
        "read.unit": (
            "去掉数字后的单位，共 {count} 处（{cell} {before} → {after}）",
            "units behind numbers removed: {count} ({cell} {before} → {after})",
        ),
        "read.percent": (
            "百分数读作万分数，共 {count} 处（{cell} {before} → {after}）",
            "percentages read as parts of 10,000: {count} ({cell} {before} → {after})",
        ),
        "read.scale": (
            "“{column}”按百分制读，共 {count} 处（{cell} {before} → 万分之 {after}）",
            '"{column}" read as of 100: {count} ({cell} {before} → {after} of 10,000)',
        ),
        "read.fraction": (
            "小数读作比例，共 {count} 处（{cell} {before} → 万分之 {after}）",
            "decimals read as shares: {count} ({cell} {before} → {after} of 10,000)",
        ),
        "read.degrees": (
            "度分秒或带方向的坐标读作十进制度，共 {count} 处（{cell} {before} →"
            " {after}）",
            "degrees, minutes, seconds read as decimal degrees: {count} ({cell}"
            " {before} → {after})",
        ),
    }
)


def _whole(value: Decimal) -> str | None:
    """Digits of a whole number, None for any other."""
    return str(int(value)) if value == value.to_integral_value() else None


def thousands(raw: Raw, spot: CellSpot) -> Raw | None:
    """1,325 → 1325; 1,32 is nothing."""
    found = _THOUSANDS.fullmatch(raw) if isinstance(raw, str) else None
    return found[1].replace(",", "") + (found[2] or "") if found else None


def whole(raw: Raw, spot: CellSpot) -> Raw | None:
    """325.00 → 325."""
    if not isinstance(raw, str) or spot.kind.form != "integer":
        return None
    found = _ZEROS.fullmatch(raw)
    return found[1] if found else None


@cache
def _units(column: str) -> dict[str, int]:
    return dict(spreadsheet()["units"].get(column, {}))


def unit(raw: Raw, spot: CellSpot) -> Raw | None:
    """1,325户 → 1325, 1.5小时 → 90: the units of the column only."""
    found = _UNIT.fullmatch(raw) if isinstance(raw, str) else None
    factor = _units(spot.column.name).get(found[2].strip().lower()) if found else None
    if found is None or factor is None:
        return None
    digits = found[1]
    if "," in digits:
        grouped = thousands(digits, spot)
        if not isinstance(grouped, str):
            return None
        digits = grouped
    if spot.kind.form == "points":
        return digits
    value = Decimal(digits) * factor
    return digits if spot.scale != 1 else _whole(value)


def percent(raw: Raw, spot: CellSpot) -> Raw | None:
    """5% → 500 of 10,000, in columns that hold parts."""
    if not isinstance(raw, str) or spot.column.name not in RATES:
        return None
    found = _PERCENT.fullmatch(raw)
    return _whole(Decimal(found[1]) * 100) if found else None


def fraction(raw: Raw, spot: CellSpot) -> Raw | None:
    """0.05 → 500: what a percent cell of a workbook holds.

    Below a header in percent it may be a twentieth of one percent as well.
    """
    if not isinstance(raw, str) or spot.column.name != "share_bp":
        return None
    if not re.fullmatch(r"0?\.\d{1,6}", raw, re.ASCII):
        return None
    parts = Decimal(raw) * 10_000
    if spot.scale != 1:
        first, second = f"{parts.normalize():f}", f"{parts / 100:f}"
        params = {"first": f"{first}/10000", "second": f"{second}/10000"}
        raise InspectorError("cell.two_scales", value=raw, **params)
    return _whole(parts)


def scale(raw: Raw, spot: CellSpot) -> Raw | None:
    """Scores and shares as of 100, where the header or the whole column says so."""
    if not isinstance(raw, str) or spot.scale == 1 or not _PLAIN.fullmatch(raw):
        return None
    try:
        return _whole(Decimal(raw) * spot.scale)
    except InvalidOperation:
        return None


def degrees(raw: Raw, spot: CellSpot) -> Raw | None:
    """东经111°19′39″ → 111.327500."""
    if not isinstance(raw, str):
        return None
    text = _SIDE.sub("", _SIDE.sub("", raw.strip())).strip()
    if _DECIMAL.fullmatch(text):
        return text
    if _DECIMAL.fullmatch(text.rstrip("°度")):
        return text.rstrip("°度")
    found = _DMS.fullmatch(text)
    if not found:
        return None
    deg, minute, second = (Decimal(part or 0) for part in found.groups())
    if minute >= 60 or second >= 60:
        return None
    value = deg + minute / 60 + second / 3600
    return f"{value.quantize(Decimal('0.000001')):f}"


def is_degrees(text: str) -> bool:
    """Whether a text is a number of degrees as it is kept."""
    return _DECIMAL.fullmatch(text) is not None


NUMBER_READINGS: tuple[CellRule, ...] = (
    CellRule("read.thousands", frozenset({"integer", "points"}), thousands),
    CellRule("read.unit", frozenset({"integer", "points"}), unit),
    CellRule("read.percent", frozenset({"integer"}), percent),
    CellRule("read.fraction", frozenset({"integer"}), fraction),
    CellRule("read.scale", frozenset({"integer"}), scale),
    CellRule("read.whole", frozenset({"integer"}), whole),
    CellRule("read.degrees", frozenset({"degrees"}), degrees),
)
