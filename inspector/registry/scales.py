"""Whole columns of scores and shares: of 100 or of 10,000?

A table → what its numbers are multiplied by, and the rows of a source that is written
otherwise than the rest, one fault that shows both readings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from inspector.errors import Fault, messages
from inspector.registry.layout import Table
from inspector.registry.reading import shown
from inspector.registry.understood import Raw, address

_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_OF_100 = re.compile(r"百分制|百分|满分100|100分|%|％|/100\b")
_OF_10000 = re.compile(r"万分|_bp|10000")
_HUNDRED = Decimal(100)
# Where the header says 10,000, fewer low scores of a source may be just low.
_SURE = 5

messages(
    {
        "cell.scale": (
            "来源“{source}”的得分像百分制，其余像万分制：“{value}”是"
            " {value} 分（百分制）还是万分之 {value}？请把一列写成一种",
            'the scores of "{source}" look like of 100, the others like of 10,000: is'
            ' "{value}" {value} of 100 or {value} of 10,000? Write one column in one'
            " way",
        ),
        "cell.scale_row": (
            "“{value}”像百分制，同列其余像万分制：是 {value} 分（百分制）还是万分之"
            " {value}？请把一列写成一种",
            '"{value}" looks like of 100, the rest like of 10,000: which is it? Write'
            " one column in one way",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Scales:
    """`factors`: column → multiplier. `mixed`: rows whose score has its fault."""

    factors: Mapping[str, int] = field(default_factory=dict)
    mixed: frozenset[int] = frozenset()
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Score:
    row: int
    source: str
    value: Decimal
    text: str


def scales_of(table: Table) -> Scales:
    """The scales of the columns of a table that hold parts."""
    if "share_bp" in table.columns:
        said = _said(table, "share_bp")
        percent = _OF_100.search(said) and not _OF_10000.search(said)
        return Scales({"share_bp": 100} if percent else {})
    if "score_bp" not in table.columns:
        return Scales()
    said, scores = _said(table, "score_bp"), _scores(table)
    if _OF_10000.search(said):
        return _by_source(table, scores, _SURE)
    if _OF_100.search(said):
        over = [s for s in scores if s.value > _HUNDRED]
        return _refused(table, over, {"score_bp": 100})
    if any(s.value for s in scores) and all(s.value <= _HUNDRED for s in scores):
        return Scales({"score_bp": 100})
    return _by_source(table, scores, 1)


def _said(table: Table, column: str) -> str:
    header = table.columns[column]
    return header[1] + (header[2] if len(header) > 2 else "")


def _scores(table: Table) -> list[_Score]:
    """The scores that are plain numbers; the others are read one by one."""
    at = table.columns["score_bp"][0]
    where = table.columns["source"][0] if "source" in table.columns else at
    out = []
    for number, row in table.rows:
        raw = row[at] if at < len(row) else ""
        if (
            raw is None
            or isinstance(raw, bool)
            or not isinstance(raw, str | int | float)
        ):
            continue
        text = shown(raw).strip().removesuffix("分")
        if _NUMBER.fullmatch(text):
            source: Raw | None = row[where] if where < len(row) else ""
            out.append(_Score(number, shown(source or ""), Decimal(text), text))
    return out


def _by_source(table: Table, scores: list[_Score], least: int) -> Scales:
    """Of 10,000: a source that never exceeds 100 while others do, and decimals.

    `least`: how many scores of it tell that it is another scale.
    """
    if all(s.value <= _HUNDRED for s in scores):
        return Scales()
    sources: dict[str, list[_Score]] = {}
    for score in scores:
        sources.setdefault(score.source, []).append(score)
    faults, mixed = [], []
    for source, mine in sources.items():
        some = [s for s in mine if s.value]
        if (
            len(some) >= least
            and len(sources) > 1
            and all(s.value <= _HUNDRED for s in some)
        ):
            faults.append(_fault(table, "cell.scale", some, source=source))
            mixed += some
        else:
            mixed += [s for s in some if s.value % 1]
    told = {row for f in faults for row in (f.row, *f.rows)}
    odd = [s for s in mixed if s.value % 1 and s.row not in told]
    if odd:
        faults.append(_fault(table, "cell.scale_row", odd))
    return Scales({}, frozenset(s.row for s in mixed), tuple(faults))


def _refused(table: Table, scores: list[_Score], factors: Mapping[str, int]) -> Scales:
    faults = (_fault(table, "cell.scale_row", scores),) if scores else ()
    return Scales(factors, frozenset(s.row for s in scores), faults)


def _fault(table: Table, code: str, scores: list[_Score], **params: object) -> Fault:
    """One fault of several rows."""
    first, header = scores[0], table.columns["score_bp"]
    cell = address(first.row, header[0])
    rows = tuple(s.row for s in scores[1:])
    return Fault(
        *(code, table.file, first.row, header[1], first.text, params),
        cell=cell,
        rows=rows,
    )
