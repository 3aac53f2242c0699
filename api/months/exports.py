"""A month at its stage → route sheets, plan, platform columns, ledgers as files.

Columns of plan, task and result are those provincial platforms publish (DOMAIN §2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.months import steps
from api.papers.named import CSV, HTML, JSON, XLSX, ZIP, File, unknown
from api.papers.tables import Table, Value, csv_file, xlsx_file, zip_file
from api.site import Desk
from api.store.models import Bureau, Month
from inspector.command.sheets import month_sheets, plan_file
from inspector.domain import Item
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed
from inspector.month.record import origin_of
from inspector.month.stages import Route
from inspector.months import month_span
from inspector.printable import clock
from inspector.words import word

Rows = list[tuple[Value, ...]]

PLAN = ("计划编号", "计划名称", "检查机关", "计划期限", "检查对象范围", "抽查比例")
TASK = (
    *("任务编号", "任务名称", "所属计划", "检查机关", "抽查方式", "抽查事项"),
    *("抽取数量", "抽取时间", "审批文号"),
)
RESULT = (
    *("检查对象", "统一社会信用代码", "检查机关", "检查日期", "抽查事项"),
    *("检查结果", "后续处理", "公示时间", "检查编号"),
)
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
    "下次起",
    "下次止",
)
CHANGES = ("时间", "原因", "批准人", "类型", "人员编号", "对象", "起", "止")
ABSENCES = (
    *("日期", "人员编号", "姓名", "原因", "自何检查起"),
    *("席位", "替补人员编号", "跳过候补数"),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table that may be exported from stage `needs` on. `secret`: says more than
    the public knows, so that taking it out is recorded."""

    zh: str
    needs: str
    make: Callable[[Route, str], Table]
    secret: bool = True


def export(desk: Desk, month: Month, name: str) -> File:
    """One export of `NAMES`. Raises step.order when it is too early for it."""
    stem, _, ending = name.rpartition(".")
    route = steps.load(desk, month)
    if stem in TABLES and ending in ("csv", "xlsx"):
        return _table(desk, month, route, stem, ending)
    packed = route.need("packed", "export")
    desk.disclosed(f"month:{month.id}", what=name.partition("/")[0])
    return _paper(packed, route, name)


def _table(desk: Desk, month: Month, route: Route, stem: str, ending: str) -> File:
    kind = TABLES[stem]
    route.need(kind.needs, "export")
    if kind.secret:
        desk.disclosed(f"month:{month.id}", what=stem)
    office = desk.db.get(Bureau, desk.bureau)
    table = kind.make(route, office.name if office is not None else "")
    write, media = {"csv": (csv_file, CSV), "xlsx": (xlsx_file, XLSX)}[ending]
    return File(f"{month.month}-{stem}.{ending}", media, write(table))


def _paper(packed: Packed, route: Route, name: str) -> File:
    month = packed.frozen.policy.month
    if name == "plan.json":
        data = plan_file(packed, route.assigned)
        return File(f"{month}-plan.json", JSON, data)
    sheets = month_sheets(packed, route.assigned)
    if name in sheets:
        return File(name.removeprefix("routes/"), HTML, sheets[name])
    if not name.endswith(".zip"):
        raise unknown(sorted(sheets))
    cars = name == "cars.zip"
    mine = {n: d for n, d in sheets.items() if n.startswith("routes/car-") == cars}
    return File(f"{month}-{name}", ZIP, zip_file(mine))


# -- the platform's columns --------------------------------------------------------


def numbers(frozen: Frozen) -> tuple[str, str]:
    """Numbers of plan and task: bureau, month, scope if it is a part of the registry,
    and the attempt that holds."""
    scope = frozen.policy.scope
    part = scope.districts or scope.streets or scope.types or scope.classes
    plan = f"{frozen.policy.bureau}-{frozen.policy.month}"
    plan += f"-{origin_of(frozen.policy)[-16:-8]}" if part else ""
    return plan, f"{plan}-{frozen.attempt}"


def _title(frozen: Frozen) -> str:
    return f"{frozen.policy.month} 住宅小区物业服务双随机抽查"


def _scope(frozen: Frozen) -> str:
    scope = frozen.policy.scope
    words = (*scope.districts, *scope.streets, *scope.types, *scope.classes)
    count = sum(s.size for s in frozen.strata)
    where = "、".join(words) if words else "全部在管住宅小区"
    return f"{where}（{count} 个）"


def rates(frozen: Frozen) -> str:
    """The share of each class that is drawn."""
    return "；".join(f"{k} {n}/{d}" for k, (n, d) in frozen.policy.draw.rates)


def _plan(route: Route, office: str) -> Table:
    frozen: Frozen = route.need("frozen", "export")
    first, last = month_span(frozen.policy.month)
    period = f"{first.isoformat()}至{last.isoformat()}"
    number, _ = numbers(frozen)
    row = (number, _title(frozen), office, period, _scope(frozen), rates(frozen))
    return Table("抽查计划", PLAN, [row])


def groups(items: Sequence[Item]) -> str:
    """The groups of these items by name, and how many items they are."""
    names = dict.fromkeys(i.group for i in items)
    return f"{'、'.join(names)}（{len(items)} 项）"


def _task(route: Route, office: str) -> Table:
    frozen: Frozen = route.need("frozen", "export")
    method = word("method", frozen.policy.scope.method.value).zh
    number, task = numbers(frozen)
    drawn = next(e for e in reversed(route.log.events) if e["event"] == "drawn")
    row = (
        *(task, _title(frozen), number, office, method),
        *(groups(frozen.registry.items), int(drawn["total"]), str(drawn["at"])),
        route.approval.number if route.approval is not None else "",
    )
    return Table("抽查任务", TASK, [row])


def _result(route: Route, office: str) -> Table:
    assigned = route.need("assigned", "export")
    frozen: Frozen = assigned.frozen
    compounds = {c.id: c for c in frozen.registry.compounds}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    rows: Rows = []
    for r in assigned.results:
        compound, visit = compounds[visits[r.visit].compound], visits[r.visit]
        kinds = "、".join(word("kind", k.value).zh for k in visit.kinds)
        words = (word("outcome", r.outcome).zh, word("follow_up", r.follow_up).zh)
        about = (compound.name, compound.usc18, office, r.date.isoformat(), kinds)
        rows.append((*about, *words, r.published_at, r.visit))
    return Table("抽查结果", RESULT, rows)


# -- ledgers -----------------------------------------------------------------------


def _day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


def _visits(route: Route, _office: str) -> Table:
    packed: Packed = route.need("packed", "export")
    names = {c.id: c.name for c in packed.frozen.registry.compounds}
    placed = {s.visit: (p, s) for p in packed.packing.packages for s in p.stops}
    done: Mapping[str, Result] = {
        r.visit: r for r in (route.assigned.results if route.assigned else ())
    }
    rows: Rows = []
    for v in packed.drawn.visits:
        kinds = "、".join(word("kind", k.value).zh for k in v.kinds)
        about = (v.id, v.compound, names[v.compound], v.district, kinds, v.skill)
        where: tuple[str, ...] = ("",) * 4
        if v.id in placed:
            p, s = placed[v.id]
            where = (_day(p.day), p.id, clock(s.start), clock(s.end))
        rows.append((*about, _day(v.first), _day(v.last), *where, *_said(done, v.id)))
    return Table("检查台账", VISITS, rows)


def _said(done: Mapping[str, Result], visit: str) -> tuple[str, str]:
    r = done.get(visit)
    return (word("outcome", r.outcome).zh, r.published_at) if r else ("", "")


def _docket(route: Route, _office: str) -> Table:
    frozen: Frozen = route.need("frozen", "export")
    names = {c.id: c.name for c in frozen.registry.compounds}
    rows: Rows = [
        (
            *(c.id, c.compound, names[c.compound], word("case", c.state.value).zh),
            *map(_day, (c.opened, c.last_visit, c.next_first, c.next_last)),
        )
        for c in frozen.intake.cases
    ]
    return Table("整改台账", DOCKET, rows)


def _changes(route: Route, _office: str) -> Table:
    rows: Rows = []
    for c in route.changes:
        about = (c.at, c.reason, c.approver)
        for x in c.leave:
            rows.append((*about, "请假", x.inspector, "", _day(x.first), _day(x.last)))
        for r in c.recusals:
            days = (_day(r.first), _day(r.last))
            rows.append((*about, "回避", r.inspector, r.subject, *days))
    return Table("人员变更", CHANGES, rows)


def plans(assigned: Assigned) -> list[Packed]:
    """All plans that had seats."""
    return [assigned.as_sealed, *(a.packed for a in assigned.made())]


def _absences(route: Route, _office: str) -> Table:
    assigned = route.need("assigned", "export")
    real = {assigned.frozen.names[i.id]: i for i in assigned.frozen.registry.inspectors}
    rows: Rows = []
    day_of = {s.id: s.day.isoformat() for p in plans(assigned) for s in p.seats}
    moved = [e for e in assigned.log.events if e["event"] == "substituted"]
    for a in assigned.absences:
        person, key = real[a.person], (a.person, a.day)
        about = (a.day, person.id, person.name, a.reason, a.since)
        rows += [
            (*about, e["seat"], real[e["in"]].id if e["in"] else "", len(e["skipped"]))
            for e in moved
            if (e["out"], day_of[e["seat"]]) == key
        ] or [(*about, "", "", 0)]
    return Table("缺勤替补", ABSENCES, rows)


TABLES: Mapping[str, Ledger] = {
    "plan": Ledger("抽查计划", "frozen", _plan, secret=False),
    "task": Ledger("抽查任务", "drawn", _task, secret=False),
    "result": Ledger("抽查结果", "assigned", _result, secret=False),
    "docket": Ledger("整改台账", "frozen", _docket, secret=False),
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
    **dict.fromkeys(("plan.json", "routes.zip", "cars.zip", "routes/"), "packed"),
}
