"""plan.xlsx: the whole plan of a month as a clerk holds it, for the bureau alone.

A packed month, with its people once they are drawn → one workbook. Before the lottery
no sheet tells who goes; the sheets are then complete but for that. Why something is
left out may name people all the same (whose certificate ends).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inspector.command.sheets import TAXI, VACANT, cars_of
from inspector.command.workbook import PrintSheet, Value, book
from inspector.domain import Compound, Inspector, Package, Visit
from inspector.errors import text
from inspector.month.ahead import planned
from inspector.month.assigned import Assigned
from inspector.month.cars import in_use
from inspector.month.pack import Packed, companies_of, duty_minutes
from inspector.month.short_of import said
from inspector.printable import clock
from inspector.schedule.merged_inspections import same_day_apart
from inspector.words import several, word

Label = tuple[str, str]
SIGNED = (("编制", "Made by"), ("审核", "Checked by"), ("批准", "Approved by"))
PRIVATE: Label = (
    "内部资料：检查前不得泄露，用后收回。",
    "Internal: not to be shown to anybody before the visits.",
)
NOT_DRAWN: Label = (
    "尚未摇号派员，本簿不列检查人员。",
    "The lottery has not been held: no officers are listed.",
)
STANDING_BY: Label = ("值班", "stand-by")
WEEKDAYS = (
    *(("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu")),
    *(("周五", "Fri"), ("周六", "Sat"), ("周日", "Sun")),
)


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who goes: officer or expert with role and certificate."""

    role: str
    name: str
    cert: str


class _Plan:
    """What the sheets ask, in one language (0 Chinese, 1 English)."""

    def __init__(self, packed: Packed, assigned: Assigned | None, lang: int) -> None:
        self.packed, self.assigned, self.lang = packed, assigned, lang
        registry = packed.frozen.registry
        self.days = packed.frozen.working_days
        self.packages = sorted(
            packed.packing.packages, key=lambda p: (p.day, p.office, p.depart, p.id)
        )
        self.visits = {v.id: v for v in packed.drawn.visits}
        self.compounds = {c.id: c for c in registry.compounds}
        self.companies = {c.usc18: c.name for c in registry.companies}
        self.streets = {s.code: s for s in registry.streets}
        self.office = {o.id: o.district for o in registry.offices}
        taxi = self.say(TAXI)
        self.cars = {p: car or taxi for p, car in cars_of(packed, assigned).items()}
        self.yearly = {a.visit: f"{a.count} / {a.limit.total}" for a in planned(packed)}
        self.team: dict[str, list[TeamMember]] = {}
        self.seats_of: dict[str, list[tuple[date, str]]] = {}
        if assigned is not None:
            self._people(assigned)

    def _people(self, assigned: Assigned) -> None:
        for seat, who in assigned.seated():
            role = self.word("role", seat.role.value)
            person = TeamMember(role, self.say(VACANT), "")
            if who is not None:
                person = TeamMember(role, who.name, who.cert_no)
                self.seats_of.setdefault(who.id, []).append((seat.day, seat.package))
            self.team.setdefault(seat.package, []).append(person)

    def say(self, label: Label) -> str:
        return label[self.lang]

    def word(self, kind: str, code: str) -> str:
        return word(kind, code).of(self.lang)

    def heads(self, *labels: Label) -> list[str]:
        return [self.say(label) for label in labels]

    def kinds(self, visit: Visit) -> str:
        return several("kind", visit.kinds).of(self.lang)

    def day(self, day: date) -> str:
        return f"{day.isoformat()} {self.say(WEEKDAYS[day.weekday()])}"

    def officers(self, package: str) -> str:
        """One line a person: role, name, certificate."""
        return "\n".join(
            f"{p.role} {p.name}" + (f"（{p.cert}）" if p.cert else "")
            for p in self.team.get(package, ())
        )

    def at(self, c: Compound) -> str:
        """Its address, and whose centre stands for a place that nobody gave."""
        if not c.approximate:
            return c.address
        return f"{c.address}（{self.word('precision', c.approximate)}）"

    def who_answers(self, c: Compound) -> str:
        return self.companies.get(c.usc18, "") or c.responsible

    def street(self, c: Compound) -> str:
        street = self.streets.get(c.street)
        return street.name if street is not None else c.street

    def title(self, label: Label) -> str:
        return f"{self.packed.frozen.policy.month} {self.say(label)}"

    def below(self) -> list[str]:
        out = [self.say(PRIVATE)]
        if self.assigned is None:
            out.append(self.say(NOT_DRAWN))
        return out

    def signed(self) -> list[str]:
        return [self.say(label) for label in SIGNED]


def plan_book(
    packed: Packed,
    assigned: Assigned | None,
    author: str,
    at: datetime,
    *,
    english: bool = False,
) -> bytes:
    """The workbook, made at `at` (aware). `assigned`: None before the lottery."""
    plan = _Plan(packed, assigned, int(english))
    sheets = [
        _overview(plan),
        _tasks(plan),
        *([_people(plan)] if assigned is not None else []),
        _cars(plan),
        _docket(plan),
        _unplaced(plan),
        _about(plan, author),
    ]
    return book(sheets, author, at)


def _overview(plan: _Plan) -> PrintSheet:
    """总表: a row a working day, a column a team of the day."""
    by_day: dict[date, list[Package]] = {day: [] for day in plan.days}
    for p in plan.packages:
        by_day.setdefault(p.day, []).append(p)
    teams = max((len(mine) for mine in by_day.values()), default=0)
    head = plan.heads(("日期", "Day"), ("检查数", "Visits"))
    head += [
        f"{plan.say(('第', 'Team '))}{k}{plan.say(('组', ''))}" for k in _to(teams)
    ]
    rows: list[list[Value]] = []
    for day, mine in sorted(by_day.items()):
        cells = [_team(plan, p) for p in mine]
        count = sum(len(p.stops) for p in mine)
        rows.append([plan.day(day), count, *cells, *[""] * (teams - len(cells))])
    title = plan.title(("检查计划总表", "Plan by day and team"))
    name = plan.say(("总表", "Overview"))
    return PrintSheet(name, title, head, rows, plan.below(), plan.signed(), columns=1)


def _to(count: int) -> range:
    return range(1, count + 1)


def _team(plan: _Plan, p: Package) -> str:
    """What one team does on its day."""
    visits = plan.say(("次检查", " visits"))
    car = plan.say(("车辆", "Car "))
    lines = [
        f"{p.id} {plan.office[p.office]}",
        f"{len(p.stops)}{visits} {clock(p.depart)}–{clock(p.back)}",
        f"{car}{plan.cars[p.id]}",
        plan.officers(p.id),
    ]
    return "\n".join(line for line in lines if line)


TASKS: tuple[Label, ...] = (
    ("日期", "Day"),
    ("开始", "Start"),
    ("结束", "End"),
    ("检查编号", "Visit"),
    ("小区", "Compound"),
    ("地址", "Address"),
    ("街道、社区", "Street, community"),
    ("物业服务企业（责任主体）", "Company or responsible party"),
    ("检查类型", "Kind"),
    ("本年次数/上限", "Times this year / limit"),
    ("检查人员及执法证号", "Officers and certificates"),
    ("车辆", "Car"),
    ("工作包", "Package"),
)


def _tasks(plan: _Plan) -> PrintSheet:
    """任务明细: a row a visit, a page a day."""
    rows: list[list[Value]] = []
    breaks: list[int] = []
    last: date | None = None
    for p in plan.packages:
        if last not in (None, p.day):
            breaks.append(len(rows))
        last = p.day
        rows += [_task(plan, p, s.visit, s.start, s.end) for s in p.stops]
    title = plan.title(("检查任务明细", "Visits in detail"))
    name = plan.say(("任务明细", "Visits"))
    head = plan.heads(*TASKS)
    return PrintSheet(name, title, head, rows, plan.below(), plan.signed(), breaks, 4)


def _task(plan: _Plan, p: Package, visit: str, start: int, end: int) -> list[Value]:
    v = plan.visits[visit]
    c = plan.compounds[v.compound]
    return [
        *(p.day, clock(start), clock(end), visit, f"{c.name}（{c.id}）", plan.at(c)),
        *(f"{plan.street(c)} {c.community}", plan.who_answers(c), plan.kinds(v)),
        *(plan.yearly.get(visit, ""), plan.officers(p.id), plan.cars[p.id], p.id),
    ]


def _people(plan: _Plan) -> PrintSheet:
    """人员日程: a row a person, a column a working day."""
    standby = {s.id for s in plan.packed.standby}
    head = plan.heads(
        *(("姓名", "Name"), ("人员编号", "Staff number"), ("执法证号", "Certificate")),
        *(("单位", "Unit"), ("天数", "Days")),
    )
    head += [f"{d.day}{plan.say(('日', ''))}" for d in plan.days]
    rows: list[list[Value]] = []
    for i in plan.packed.frozen.registry.inspectors:
        rows.append(_schedule(plan, i, standby))
    title = plan.title(("人员日程", "Schedule of people"))
    name = plan.say(("人员日程", "People"))
    return PrintSheet(name, title, head, rows, plan.below(), (), columns=1)


def _schedule(plan: _Plan, i: Inspector, standby: Iterable[str]) -> list[Value]:
    mine = dict(plan.seats_of.get(i.id, ()))
    waiting = plan.say(STANDING_BY)
    days = [
        waiting if mine.get(d, "") in standby else mine.get(d, "") for d in plan.days
    ]
    return [i.name, i.id, i.cert_no, i.unit, len(mine), *days]


def _cars(plan: _Plan) -> PrintSheet:
    """车辆: when each car is out, to half-hours nowhere: the bureau's own sheet."""
    head = plan.heads(
        *(("日期", "Day"), ("车辆", "Car"), ("区", "District"), ("出发", "Leave")),
        *(("返回", "Back"), ("行车分钟", "Travel minutes"), ("工作包", "Package")),
    )
    rows: list[list[Value]] = [
        [
            *(p.day, plan.cars[p.id], plan.office[p.office]),
            *(clock(p.depart), clock(p.back), p.travel_minutes, p.id),
        ]
        for p in plan.packages
    ]
    name = plan.say(("车辆", "Cars"))
    title = plan.title(("车辆安排", "Cars"))
    return PrintSheet(name, title, head, rows, _out_of_service(plan))


def _out_of_service(plan: _Plan) -> list[str]:
    """Which cars are out of service on working days of the month."""
    packed = plan.packed
    out = []
    for car in packed.frozen.registry.cars:
        days = [d for d in plan.days if not in_use(car, d, packed.cars_out)]
        if days:
            said = plan.say(("停用：", "out of service: "))
            listed = plan.say(("、", ", ")).join(d.isoformat() for d in days)
            out.append(f"{car.id} {said}{listed}")
    return out


def _docket(plan: _Plan) -> PrintSheet:
    """台账: each case with its visits of the month."""
    head = plan.heads(
        *(("台账编号", "Case"), ("小区", "Compound"), ("状态", "State")),
        *(("立账日期", "Opened"), ("本月检查", "Visits this month")),
        *(("最近上门", "Last visit"), ("下次起", "Next from"), ("下次止", "Next to")),
    )
    placed = {s.visit: p.day for p in plan.packages for s in p.stops}
    made: dict[str, list[str]] = {}
    visits = plan.packed.drawn.visits
    for v in sorted(visits, key=lambda v: placed.get(v.id, date.max)):
        if any(k != "random" for k in v.kinds):
            day = placed.get(v.id)
            when = day.isoformat() if day else plan.say(("未排", "not placed"))
            made.setdefault(v.compound, []).append(f"{when} {plan.kinds(v)}")
    rows: list[list[Value]] = [
        [
            *(c.id, f"{plan.compounds[c.compound].name}（{c.compound}）"),
            *(plan.word("case", c.state.value), c.opened),
            *("\n".join(made.get(c.compound, ())), c.last_visit),
            *(c.next_first, c.next_last),
        ]
        for c in plan.packed.frozen.intake.cases
    ]
    name = plan.say(("台账", "Docket"))
    return PrintSheet(name, plan.title(("整改台账", "Docket")), head, rows, columns=2)


def _unplaced(plan: _Plan) -> PrintSheet:
    """未排及原因: what found no place, why by name, and what would bring it back."""
    head = plan.heads(
        *(("检查编号", "Visit"), ("小区", "Compound"), ("检查类型", "Kind")),
        *(("期限起", "From"), ("期限止", "To"), ("原因", "Reason")),
    )
    found = said(plan.packed)
    why = found.visits
    rows: list[list[Value]] = []
    for u in plan.packed.packing.unplaced:
        v = plan.visits[u.visit]
        reason = text(u.code, {"visit": u.visit, **dict(u.params)})[plan.lang]
        if u.visit in why:
            reason = why[u.visit].of(plan.lang)
        where = f"{plan.compounds[v.compound].name}（{v.compound}）"
        rows.append([u.visit, where, plan.kinds(v), v.first, v.last, reason])
    standing_by = plan.say(STANDING_BY)
    rows += [
        [p.what, "", standing_by, p.day, p.day, p.of(plan.lang)] for p in found.pairs
    ]
    below = [
        plan.say(("补救：", "What would help: ")) + r.of(plan.lang)
        for r in found.remedies
    ]
    if not rows:
        below = [plan.say(("全部排入，无未排检查。", "Every visit has a place."))]
    name = plan.say(("未排及原因", "Not placed"))
    title = plan.title(("未排检查及原因", "Visits without a place"))
    return PrintSheet(name, title, head, rows, below)


def _about(plan: _Plan, author: str) -> PrintSheet:
    """说明: figures of the month and what the sheets are."""
    packed = plan.packed
    frozen = packed.frozen
    duty = sum(duty_minutes(p, frozen.policy) for p in packed.packing.packages)
    stops = sum(len(p.stops) for p in packed.packing.packages)
    apart = same_day_apart(packed.packing.packages, companies_of(packed.drawn))
    facts: Sequence[tuple[Label, Value]] = (
        (("检查机关", "Authority"), author),
        (("月份", "Month"), frozen.policy.month),
        (("工作日", "Working days"), len(plan.days)),
        (("已排检查", "Visits placed"), stops),
        (("未排检查", "Visits not placed"), len(packed.packing.unplaced)),
        (("工作包", "Packages"), len(packed.packing.packages)),
        (("行车分钟", "Travel minutes"), packed.packing.travel_minutes),
        (("行车分钟下限", "Least possible travel"), packed.packing.bound_minutes),
        (("在岗分钟", "Duty minutes"), duty),
        (("同日同企业另分的工作包", "Packages beyond one per firm and day"), apart),
        (("无企业管理的小区", "Compounds without a company"), _unmanaged(plan)),
        (("名录冻结哈希", "Commitment of the freeze"), frozen.commitment.hex()),
    )
    rows: list[list[Value]] = [[plan.say(label), value] for label, value in facts]
    name = plan.say(("说明", "About"))
    head = plan.heads(("项目", "What"), ("内容", "Value"))
    return PrintSheet(
        name, plan.title(("说明", "About this plan")), head, rows, plan.below()
    )


def _unmanaged(plan: _Plan) -> int:
    """Compounds visited this month that no company manages."""
    seen = {v.compound for v in plan.packed.drawn.visits}
    return sum(not plan.compounds[c].usc18 for c in seen)
