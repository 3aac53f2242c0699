"""Rules of the chance table (派员概率表). `TABLE_RULES` lists all.

Seats, people and the published table → violations.

Margins are added up here directly; what needs node sets (least slack, levels, t*,
dropped pairs) is proven in `inspector.selection.proofs`, which knows no solver either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inspector.check.people import Files, SeatRow
from inspector.check.violation import Findings, Rule, Violation, rule, run
from inspector.policy import Policy
from inspector.selection import proofs
from inspector.selection.network import (
    WHOLE,
    ChanceTable,
    Person,
    SeatNeed,
    half_days,
    weight,
)
from inspector.selection.seats import group_of


@dataclass(frozen=True, slots=True)
class TableView:
    """A chance table beside the people and seats it was made for.

    `rows`: the month's seats as sealed, from which `seats` must follow. `taken` and
    `held`: what an amendment leaves out, people and days not to be had, and per person
    days with a seat that stays.
    """

    people: tuple[Person, ...]
    seats: tuple[SeatNeed, ...]
    table: ChanceTable
    rows: tuple[SeatRow, ...]
    working_days: tuple[date, ...]
    policy: Policy
    files: Files | None = None
    taken: frozenset[tuple[int, date]] = frozenset()
    held: tuple[int, ...] = ()


def _person(view: TableView, index: int) -> str:
    known = 0 <= index < len(view.people)
    return view.people[index].id if known else f"#{index}"


@rule(
    "席位 {subject} 与概率表中的席位不符",
    "seat {subject} is not the one of the chance table",
)
def table_seats_match(view: TableView) -> Findings:
    """The table is made for exactly the sealed seats, in their order (PROTOCOL §6)."""
    index = {day: k for k, day in enumerate(view.working_days)}
    due = [
        SeatNeed(r.id, r.package, index.get(r.day, -1), tuple(r.eligible), r.minutes)
        for r in view.rows
    ]
    if [s.id for s in view.seats] != [s.id for s in due]:
        yield "table", {}
    for wanted, found in zip(due, view.seats, strict=False):
        if wanted != found:
            yield wanted.id, {}


@rule(
    "{subject} 在概率表中的在岗日、天数上限、类别或结转与档案不符",
    "{subject}: days, limit, class or carried duty differ from the files",
)
def table_people_match(view: TableView) -> Findings:
    """People stand in the table as the auditor's files have them (DESIGN §3)."""
    if view.files is None:
        return
    everybody = view.files.people(view.policy)
    if len(view.people) != len(view.files.inspectors):
        yield "table", {}
    held = (*view.held, *(0,) * len(view.people))
    people = zip(view.people, view.files.inspectors, strict=False)
    for n, (person, i) in enumerate(people):
        present = (
            everybody.present(i, day) and (n, day) not in view.taken
            for day in view.working_days
        )
        days = sum(1 << k for k, here in enumerate(present) if here)
        most = max(0, i.max_days - held[n])
        due = (days, most, group_of(i), half_days(i.carry_minutes))
        if due != (person.days, person.max_days, person.group, person.carry_minutes):
            yield person.id, {}


@rule(
    "席位 {subject} 的概率合计 {units}，应为 {due}",
    "the chances of seat {subject} add up to {units} instead of {due}",
)
def seat_chances_add_up(view: TableView) -> Findings:
    """Each seat is filled with chance exactly 1, by eligible people (DESIGN §3)."""
    units = [0] * len(view.seats)
    for e in view.table.elements:
        if 0 <= e.seat < len(units) and e.person in view.seats[e.seat].eligible:
            units[e.seat] += e.units
    for seat, total in zip(view.seats, units, strict=True):
        if total != WHOLE:
            yield seat.id, {"units": total, "due": WHOLE}


@rule(
    "{subject} 在第 {day} 个工作日的概率合计 {units}，超过 {most}",
    "{subject} has chances of {units} on working day {day}, more than {most}",
)
def one_seat_a_day(view: TableView) -> Findings:
    """(Inspector, day) carries at most 1: nobody can sit twice a day (DESIGN §3)."""
    units: dict[tuple[int, int], int] = {}
    for e in view.table.elements:
        if 0 <= e.seat < len(view.seats):
            key = e.person, view.seats[e.seat].day
            units[key] = units.get(key, 0) + e.units
    for (person, day), total in units.items():
        if total > WHOLE:
            yield (
                _person(view, person),
                {"day": day + 1, "units": total, "most": WHOLE},
            )


@rule(
    "{subject} 的期望天数 {units} 单位，应在 {least}–{most} 天之间且不超过 {limit} 天",
    "{subject} has an expected load of {units} units; allowed are {least} to {most} "
    "days, and never more than {limit}",
)
def expected_loads(view: TableView) -> Findings:
    """Month loads lie within the published bounds, never above max days (DESIGN §3)."""
    units = [0] * len(view.people)
    for e in view.table.elements:
        if 0 <= e.person < len(units):
            units[e.person] += e.units
    for k, (person, total) in enumerate(zip(view.people, units, strict=True)):
        least, most = view.table.loads[k] if k < len(view.table.loads) else (0, 0)
        limit = weight(person)
        if not least * WHOLE <= total <= min(most, limit) * WHOLE:
            yield (
                person.id,
                {"units": total, "least": least, "most": most, "limit": limit},
            )


def proofs_hold(view: TableView) -> tuple[Violation, ...]:
    """Shares, slack, levels, caps, dropped, t*, floor, exceptions (FAIRNESS §5).

    The violations keep the codes of `inspector.selection.proofs`.
    """
    found = proofs.check_table(view.people, view.seats, view.policy.lottery, view.table)
    return tuple(
        Violation(
            v.code,
            str(v.params.get("where", "")),
            tuple(sorted((k, str(x)) for k, x in v.params.items())),
        )
        for v in found
    )


TABLE_RULES: tuple[Rule[TableView], ...] = (
    table_seats_match,
    seat_chances_add_up,
    one_seat_a_day,
    expected_loads,
    proofs_hold,
    # with the auditor's files
    table_people_match,
)


def check_table(view: TableView) -> tuple[Violation, ...]:
    """Every violation of every rule of the chance table, sorted."""
    return run(TABLE_RULES, view)
