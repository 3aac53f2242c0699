"""Files to take away: the bundle as one ZIP, the verifier, and lists as CSV.

Every list says its SHA-256. CSV is UTF-8 with BOM; a text that a spreadsheet would take
for a formula is guarded with `'` (`inspector.registry.guard`).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from api.errors import Problem
from api.services import public_compounds, public_months
from api.services import public_index as pub
from api.services.public_index import PublicMonth
from api.services.public_overdue import overdue
from api.services.public_results import ResultRow, search
from api.site import Desk
from inspector.registry import guard
from inspector.words import word

Doc = Mapping[str, Any]
Columns = Sequence[tuple[str, Callable[[Any], Any]]]


def verifier() -> bytes:
    """verify.py of the installed package, the file that everybody may run."""
    return (files("inspector") / "verify.py").read_bytes()


def bundle_files(desk: Desk, month: PublicMonth) -> list[dict[str, Any]]:
    """The files of the public bundle as it stands, with size and hash."""
    return [
        {
            "name": file.name,
            "version": file.version,
            "sha256": file.sha256,
            "at": file.at,
            "size": len(pub.content(desk, month, file.name)),
        }
        for file in month.files.values()
    ]


def bundle_zip(desk: Desk, month: PublicMonth) -> bytes:
    """The public bundle as verify.py reads it; the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as box:
        for name in sorted(month.files):
            about = zipfile.ZipInfo(f"bundle/{name}", (1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            box.writestr(about, pub.content(desk, month, name))
    return out.getvalue()


def _key(name: str) -> Callable[[Any], Any]:
    return lambda row: row[name]


def _of(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _zh(kind: str, name: str) -> Callable[[Any], str]:
    """The Chinese word of a code, of an object or of a row."""
    return lambda row: (
        word(kind, row[name] if isinstance(row, Mapping) else getattr(row, name)).zh
    )


RESULTS: Columns = (
    ("月份 month", _of("month")),
    ("检查编号 visit", _of("visit")),
    ("小区编号 compound", _of("compound")),
    ("小区 compound_name", _of("compound_name")),
    ("街道 street_name", _of("street_name")),
    ("统一社会信用代码 usc18", _of("usc18")),
    ("企业 company_name", _of("company_name")),
    ("检查日期 date", _of("date")),
    ("检查类别 kinds", lambda r: "、".join(word("kind", k).zh for k in r.kinds)),
    ("抽查结果", _zh("outcome", "outcome")),
    ("结果代码 outcome", _of("outcome")),
    ("后续处理", _zh("follow_up", "follow_up")),
    ("处理代码 follow_up", _of("follow_up")),
    ("得分（百分比） score", lambda r: percent(r.score_bp) if r.inspected else ""),
    ("问题代码 findings", lambda r: ";".join(r.findings)),
    ("问题 finding_texts", lambda r: "；".join(r.finding_texts)),
    ("公示时间 published_at", _of("published_at")),
    ("公示期限 due", _of("due")),
    ("逾期 late", lambda r: "是" if r.late else "否"),
    ("状态", _zh("state", "state")),
    ("状态代码 state", _of("state")),
    ("更正或撤回时间 changed_at", _of("changed_at")),
)
COMPOUNDS: Columns = (
    ("小区编号 id", _key("id")),
    ("小区 name", _key("name")),
    ("街道 street_name", _key("street_name")),
    ("社区 community", _key("community")),
    ("统一社会信用代码 usc18", _key("usc18")),
    ("企业 company_name", _key("company_name")),
    ("类型 type", _zh("type", "type")),
    ("户数 households", _key("households")),
    ("风险类别 risk_class", _key("risk_class")),
    ("电梯 has_lift", lambda r: "是" if r["has_lift"] else "否"),
    ("状态 status", _zh("compound_status", "status")),
)
COMPANIES: Columns = (
    ("统一社会信用代码 usc18", _key("usc18")),
    ("企业 name", _key("name")),
    ("状态 status", _zh("company_status", "status")),
    ("小区数 compounds", _key("compounds")),
    ("结果数 results", _key("results")),
    ("已检查 inspected", _key("inspected")),
    ("发现问题 problems_found", _key("problems_found")),
    ("已解决 problems_solved", _key("problems_solved")),
)
OVERDUE: Columns = (
    ("情形", _zh("overdue", "state")),
    ("情形代码 state", _key("state")),
    ("月份 month", _key("month")),
    ("公示期限 due", _key("due")),
    ("件数 count", _key("count")),
    ("小区编号 compound", _key("compound")),
    ("小区 compound_name", _key("compound_name")),
    ("统一社会信用代码 usc18", _key("usc18")),
    ("企业 company_name", _key("company_name")),
    ("检查日期 date", _key("date")),
    ("公示时间 published_at", _key("published_at")),
)
RANKING: Columns = (
    ("名次 place", _key("place")),
    ("小区编号 compound", _key("compound")),
    ("小区 compound_name", _key("compound_name")),
    ("街道 street_name", _key("street_name")),
    ("统一社会信用代码 usc18", _key("usc18")),
    ("考评得分（百分比） score", _key("score_text")),
    ("列入倒排 listed", lambda r: "是" if r["listed"] else "否"),
)


def percent(bp: int) -> str:
    """Basis points as percent.

    >>> percent(9550)
    '95.50'
    """
    return f"{bp // 100}.{bp % 100:02d}"


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


def results_found(desk: Desk, args: Doc) -> list[ResultRow]:
    """Published results that fit `args`, newest first."""
    found = pub.index(desk)
    few = found.of_compound.get(args["compound"], ()) if args.get("compound") else None
    return search(found.results if few is None else few, args)


def listing(desk: Desk, name: str, args: Doc) -> bytes:
    """A list of the bureau as CSV. Raises Problem 404 for an unknown name."""
    if name == "results":
        return table(RESULTS, results_found(desk, args))
    if name == "compounds":
        return table(COMPOUNDS, public_compounds.compounds(desk, args))
    if name == "companies":
        return table(COMPANIES, public_compounds.companies(desk, args))
    if name == "overdue":
        return table(OVERDUE, (row.row() for row in overdue(desk)))
    raise Problem("http.not_found")


def ranking(desk: Desk, month_id: str, *, bottom: bool) -> bytes:
    """The ranking of a month as CSV, or its bottom list."""
    return table(RANKING, public_months.ranking(desk, month_id, bottom=bottom))
