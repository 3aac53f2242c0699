"""Public lists as CSV: which columns each has, and the file.

CSV is UTF-8 with BOM; a text that a spreadsheet would take for a formula is guarded
with `'` (`inspector.registry.guard`). A column is a title and what of a row stands
under it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from api.figures import percent
from inspector.beijing import local_time
from inspector.registry import guard
from inspector.words import result_word, several, word

Column = tuple[str, Callable[[Any], Any]]
Columns = Sequence[Column]


def _of(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _at(name: str) -> Callable[[Any], str]:
    """A time as people read it; who reads by program takes JSON."""
    return lambda row: local_time(getattr(row, name))


def _zh(kind: str, name: str) -> Callable[[Any], str]:
    """The Chinese word of a code."""
    return lambda row: word(kind, getattr(row, name)).zh


def _result(kind: str) -> Callable[[Any], str]:
    """The Chinese word of a result's outcome or follow-up."""
    return lambda row: result_word(kind, getattr(row, kind), row.usc18).zh


# What results and carried visits begin with.
_VISIT: Columns = (
    ("月份", _of("month")),
    ("检查编号", _of("visit")),
    ("小区编号", _of("compound")),
    ("小区", _of("compound_name")),
    ("街道", _of("street_name")),
    ("统一社会信用代码", _of("usc18")),
    ("企业", _of("company_name")),
    ("管理模式", _zh("mode", "mode")),
    ("责任主体", _of("responsible")),
)
_KINDS: Column = ("检查类别", lambda r: several("kind", r.kinds).zh)
RESULTS: Columns = (
    *_VISIT,
    ("检查日期", _of("date")),
    _KINDS,
    ("抽查结果", _result("outcome")),
    ("结果代码", _of("outcome")),
    ("后续处理", _result("follow_up")),
    ("处理代码", _of("follow_up")),
    ("得分（百分比）", lambda r: percent(r.score_bp) if r.inspected else ""),
    ("问题代码", lambda r: ";".join(r.findings)),
    ("问题", lambda r: "；".join(r.finding_texts)),
    ("公示时间", _at("published_at")),
    ("公示期限", _of("due")),
    ("逾期", lambda r: "是" if r.late else "否"),
    ("状态", _zh("state", "state")),
    ("状态代码", _of("state")),
    ("更正或撤回时间", _at("changed_at")),
    ("再次抽中", _of("again")),
)
CARRIED: Columns = (
    *_VISIT,
    _KINDS,
    ("原因", _zh("carried", "reason")),
    ("原因代码", _of("reason")),
    ("公示时间", _at("carried_at")),
    ("应补", lambda r: word("owed", r.owed).zh if r.owed else ""),
    ("应补代码", _of("owed")),
    ("列入月份", _of("taken_by")),
)
COMPOUNDS: Columns = (
    ("小区编号", _of("id")),
    ("小区", _of("name")),
    ("街道", _of("street_name")),
    ("社区", _of("community")),
    ("统一社会信用代码", _of("usc18")),
    ("企业", _of("company_name")),
    ("管理模式", _zh("mode", "mode")),
    ("责任主体", _of("responsible")),
    ("类型", _zh("type", "type")),
    ("户数", _of("households")),
    ("风险类别", _of("risk_class")),
    ("电梯", lambda r: "是" if r.has_lift else "否"),
    ("状态", _zh("compound_status", "status")),
)
COMPANIES: Columns = (
    ("统一社会信用代码", _of("usc18")),
    ("企业", _of("name")),
    ("状态", _zh("company_status", "status")),
    ("小区数", _of("compounds")),
    ("结果数", _of("results")),
    ("已检查", _of("inspected")),
    ("检查发现问题", _of("problems_found")),
    ("复查不再发现", _of("problems_solved")),
)
OVERDUE: Columns = (
    ("情形", _zh("overdue", "state")),
    ("情形代码", _of("state")),
    ("月份", _of("month")),
    ("公示期限", _of("due")),
    ("件数", _of("count")),
    ("小区编号", _of("compound")),
    ("小区", _of("compound_name")),
    ("统一社会信用代码", _of("usc18")),
    ("企业", _of("company_name")),
    ("检查日期", _of("date")),
    ("公示时间", _at("published_at")),
)
RANKING: Columns = (
    ("名次", _of("place")),
    ("小区编号", _of("compound")),
    ("小区", _of("compound_name")),
    ("街道", _of("street_name")),
    ("统一社会信用代码", _of("usc18")),
    ("考评得分（百分比）", _of("score_text")),
    ("列入倒排", lambda r: "是" if r.listed else "否"),
)


def table(columns: Columns, rows: Iterable[Any]) -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(title for title, _ in columns)
    for row in rows:
        writer.writerow(_cell(value(row)) for _, value in columns)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> Any:
    return guard(value) if isinstance(value, str) else value
