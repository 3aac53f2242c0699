"""A month at its stage → plan workbook, route sheets, ledgers, platform tables.

The tables of other platforms stand in `api.months.platform`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.months import platform, steps
from api.papers.named import CSV, HTML, JSON, XLSX, ZIP, File, unknown
from api.papers.tables import Table, Value, csv_file, xlsx_file, zip_file
from api.site import Desk
from api.store.models import Bureau, Month
from inspector.beijing import local_time
from inspector.command.plan_book import plan_book
from inspector.command.sheets import month_sheets, plan_file
from inspector.domain import Visit
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed
from inspector.month.stages import Route
from inspector.printable import clock, iso
from inspector.words import result_word, several, word

Rows = list[tuple[Value, ...]]
_NONE = ("", "")

VISITS = (
    *("检查编号", "小区编号", "小区名称", "区", "检查类型", "专长", "期限起", "期限止"),
    *("日期", "工作包", "开始", "结束", "检查结果", "公示时间"),
)
DOCKET = (
    "台账编号",
    "小区编号",
    "小区名称",
    "办理状态",
    "立账日期",
    "最近上门",
    "下次上门起",
    "下次上门止",
)
CHANGES = ("时间", "原因", "批准人", "类型", "人员编号", "对象", "起", "止")
ABSENCES = (
    *("日期", "人员编号", "姓名", "原因", "自何检查起"),
    *("席位", "替补人员编号", "跳过候补数"),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table that may be exported from stage `needs` on; taking it out is recorded."""

    zh: str
    needs: str
    make: Callable[[Route, str], Table]


def export(desk: Desk, month: Month, name: str) -> File:
    """One export of `NAMES`. Raises step.order when it is too early for it."""
    stem, _, ending = name.rpartition(".")
    route = steps.load(desk, month)
    if stem in TABLES and ending in ("csv", "xlsx"):
        return _table(desk, month, route, stem, ending)
    packed = route.need("packed", "export")
    desk.disclosed(f"month:{month.id}", what=name.partition("/")[0])
    return _paper(desk, packed, route, name)


def _office(desk: Desk) -> str:
    office = desk.db.get(Bureau, desk.bureau)
    return office.name if office is not None else ""


def _table(desk: Desk, month: Month, route: Route, stem: str, ending: str) -> File:
    kind = TABLES[stem]
    route.need(kind.needs, "export")
    desk.disclosed(f"month:{month.id}", what=stem)
    table = kind.make(route, _office(desk))
    write, media = {"csv": (csv_file, CSV), "xlsx": (xlsx_file, XLSX)}[ending]
    return File(f"{month.month}-{stem}.{ending}", media, write(table))


def _paper(desk: Desk, packed: Packed, route: Route, name: str) -> File:
    month = packed.frozen.policy.month
    if name in BOOKS:
        english = name == "plan-en.xlsx"
        author = _office(desk)
        data = plan_book(packed, route.assigned, author, desk.now, english=english)
        return File(f"{month}-{name}", XLSX, data)
    if name == "plan.json":
        data = plan_file(packed, route.assigned)
        return File(f"{month}-plan.json", JSON, data)
    sheets = month_sheets(packed, route.assigned, english=name == "routes-en.zip")
    if name in sheets:
        return File(name.removeprefix("routes/"), HTML, sheets[name])
    if not name.endswith(".zip"):
        raise unknown(sorted(sheets))
    cars = name == "cars.zip"
    mine = {n: d for n, d in sheets.items() if n.startswith("routes/car-") == cars}
    return File(f"{month}-{name}", ZIP, zip_file(mine))


# -- ledgers -----------------------------------------------------------------------


def _visits(route: Route, _office: str) -> Table:
    packed: Packed = route.need("packed", "export")
    compounds = {c.id: c for c in packed.frozen.registry.compounds}
    placed = {s.visit: (p, s) for p in packed.packing.packages for s in p.stops}
    done: Mapping[str, Result] = {
        r.visit: r for r in (route.assigned.results if route.assigned else ())
    }
    rows: Rows = []
    for v in packed.drawn.visits:
        kinds = several("kind", v.kinds).zh
        c = compounds[v.compound]
        about = (v.id, c.id, c.name, v.district, kinds, _skill(v))
        where: tuple[str, ...] = ("",) * 4
        if v.id in placed:
            p, s = placed[v.id]
            where = (iso(p.day), p.id, clock(s.start), clock(s.end))
        rows.append(
            (*about, iso(v.first), iso(v.last), *where, *_said(done, v.id, c.usc18))
        )
    return Table("检查台账", VISITS, rows)


def _skill(visit: Visit) -> str:
    return word("skill", visit.skill).zh if visit.skill else ""


def _said(done: Mapping[str, Result], visit: str, usc18: str) -> tuple[str, str]:
    if (r := done.get(visit)) is None:
        return _NONE
    said = result_word("outcome", r.outcome, usc18).zh
    return said, local_time(r.published_at)


def _docket(route: Route, _office: str) -> Table:
    frozen: Frozen = route.need("frozen", "export")
    names = {c.id: c.name for c in frozen.registry.compounds}
    rows: Rows = [
        (
            *(c.id, c.compound, names[c.compound], word("case", c.state.value).zh),
            *map(iso, (c.opened, c.last_visit, c.next_first, c.next_last)),
        )
        for c in frozen.intake.cases
    ]
    return Table("整改台账", DOCKET, rows)


def _changes(route: Route, _office: str) -> Table:
    rows: Rows = []
    for c in route.changes:
        about = (local_time(c.at), c.reason, c.approver)
        for x in c.leave:
            rows.append((*about, "请假", x.inspector, "", iso(x.first), iso(x.last)))
        for r in c.recusals:
            days = (iso(r.first), iso(r.last))
            rows.append((*about, "回避", r.inspector, r.subject, *days))
    return Table("人员变更", CHANGES, rows)


def plans(assigned: Assigned) -> list[Packed]:
    """All plans that had seats."""
    return [assigned.as_sealed, *(a.packed for a in assigned.made())]


def _absences(route: Route, _office: str) -> Table:
    assigned = route.need("assigned", "export")
    real = assigned.real
    rows: Rows = []
    seats = {s.id: s for p in plans(assigned) for s in p.seats}
    moved = [e for e in assigned.log.events if e["event"] == "substituted"]
    for a in assigned.absences:
        person, key = real[a.person], (a.person, a.day)
        why = word("absence", a.reason).zh
        about = (a.day, person.id, person.name, why, a.since)
        rows += [
            (*about, said, real[e["in"]].id if e["in"] else "", len(e["skipped"]))
            for e in moved
            if (e["out"], (seat := seats[e["seat"]]).day.isoformat()) == key
            for said in (f"{seat.package} {word('role', seat.role.value).zh}",)
        ] or [(*about, "", "", 0)]
    return Table("缺勤替补", ABSENCES, rows)


# The plan's workbook in each language: before the lottery it holds no officer.
BOOKS = ("plan.xlsx", "plan-en.xlsx")
TABLES: Mapping[str, Ledger] = {
    "platform-plan": Ledger("抽查计划", "frozen", platform.plan_table),
    "platform-task": Ledger("抽查任务", "drawn", platform.task_table),
    "platform-result": Ledger("抽查结果", "assigned", platform.result_table),
    "publicity": Ledger("公示系统", "assigned", platform.publicity_table),
    "docket": Ledger("整改台账", "frozen", _docket),
    "visits": Ledger("检查台账", "packed", _visits),
    "changes": Ledger("人员变更", "drawn", _changes),
    "absences": Ledger("缺勤替补", "assigned", _absences),
}
# name -> the stage that it needs; under routes/ stands a sheet for each package
NAMES: Mapping[str, str] = {
    **{
        f"{stem}.{ending}": table.needs
        for stem, table in TABLES.items()
        for ending in ("csv", "xlsx")
    },
    **dict.fromkeys(
        ("plan.json", "routes.zip", "routes-en.zip", "cars.zip", "routes/"), "packed"
    ),
    **dict.fromkeys(BOOKS, "packed"),
}
