"""The people, seats, table and lottery of the small plan; three working days.

Leaders L1-L4 (L3 knows fire), others S1-S4 (S2, S3 know fire), expert E1. L4 is on
leave on 2 Dec; S1 is recused from A2's compound, S4 from the company of C1's; L1
inspected B1's compound in October. P1 and P4 run on 1 Dec, P2 (fire) on 2 Dec, P3 on
9 Dec; one stand-by pair waits each day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from small_plan import a_plan, dec

from inspector.ceremony.canon import SHA256, Key
from inspector.check import AssignedView, Files, PlanView, SeatsView, TableView
from inspector.domain import (
    Compound,
    Inspector,
    Leave,
    PastVisit,
    Recusal,
    RiskClass,
    Role,
    VisitKind,
)
from inspector.policy import Policy, SeatRule
from inspector.selection.chances import chance_table
from inspector.selection.lottery import Assignment, LotteryTable, assign
from inspector.selection.network import WHOLE, Person, SeatNeed
from inspector.selection.seats import Work, group_of, seat_rules

POLICY = Policy(month="2026-12")
DAYS = (dec(1), dec(2), dec(9))
SEED = Key(SHA256, bytes(range(32)))
Loads = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Row:
    """A seat, as the month keeps it."""

    id: str
    package: str
    role: Role
    day: date
    minutes: int
    eligible: tuple[int, ...]
    hardest: int
    unit: str = ""
    authority: str = ""


@dataclass(frozen=True)
class Pair:
    """A stand-by pair."""

    id: str
    day: date


def person(name: str, lead: bool, *skills: str, expert: bool = False) -> Inspector:
    return Inspector(
        name, name, "bureau", "O1", "" if expert else f"no-{name}",
        None if expert else date(2027, 12, 31), lead, expert, skills, 12, 0,
    )  # fmt: skip


PEOPLE = (
    person("L1", True),
    person("L2", True),
    person("L3", True, "fire"),
    person("L4", True),
    person("S1", False),
    person("S2", False, "fire"),
    person("S3", False, "fire", "lift"),
    person("S4", False),
    person("E1", False, "fire", expert=True),
)


def plan() -> PlanView:
    """The small plan on three working days."""
    return replace(a_plan(), working_days=DAYS)


def files() -> Files:
    compounds = tuple(
        Compound(
            v.compound, v.compound, "T1", "", "U1" if v.id == "C1" else "",
            "commercial", 100, RiskClass.A, True, v.skill, v.service_minutes, v.window,
            v.place, "active",
        )
        for v in a_plan().visits
    )  # fmt: skip
    seen = PastVisit("C-B1", "", date(2026, 10, 5), VisitKind.RANDOM, True, "L1", "S4")
    return Files(
        PEOPLE,
        (Leave("L4", dec(2), dec(2), "am"),),
        (
            Recusal("S1", "C-A2", "lives there", None, None),
            Recusal("S4", "U1", "shares", dec(1), dec(31)),
        ),
        (seen,),
        compounds,
    )


def seats(view: PlanView | None = None, known: Files | None = None) -> SeatsView:
    """Every seat with who may take it, as the selection room says."""
    view, known = view or plan(), known or files()
    people = known.people(POLICY)
    visits = {v.id: v for v in view.visits}
    compounds = {c.id: c for c in known.compounds}
    rows = []
    for p in view.packages:
        inside = [visits[s.visit] for s in p.stops]
        minutes = p.back - p.depart - (0 if p.lunch is None else 60)
        for name, rule in seat_rules(POLICY, inside, p.skill):
            alone = [Work(p.day, v.skill, (compounds[v.compound],)) for v in inside]
            whole = Work(p.day, p.skill, tuple(w.compounds[0] for w in alone))
            hardest = min(len(people.eligible(rule, w)) for w in alone)
            may = tuple(people.eligible(rule, whole))
            rows.append(
                Row(f"{p.id}/{name}", p.id, rule.role, p.day, minutes, may, hardest)
            )
    pairs = tuple(Pair(f"S-{d.isoformat()}-1", d) for d in DAYS)
    for pair in pairs:
        for role in (Role.LEAD, Role.SECOND):
            may = tuple(people.eligible(SeatRule(role), Work(pair.day, "", ())))
            rows.append(
                Row(f"{pair.id}/{role}", pair.id, role, pair.day, 0, may, len(may))
            )
    return SeatsView(
        view.packages,
        view.visits,
        pairs,
        tuple(rows),
        (),
        len(PEOPLE),
        DAYS,
        POLICY,
        known,
    )


@cache
def table() -> TableView:
    """The chance table of these seats."""
    view, known = seats(), files()
    people = known.people(POLICY)
    persons = tuple(
        Person(
            f"p{k}",
            sum(1 << d for d, day in enumerate(DAYS) if people.present(i, day)),
            i.max_days,
            group_of(i),
            i.carry_minutes,
        )
        for k, i in enumerate(PEOPLE)
    )
    needs = tuple(
        SeatNeed(r.id, r.package, DAYS.index(r.day), tuple(r.eligible), r.minutes)
        for r in view.seats
    )
    made = chance_table(persons, needs, POLICY.lottery)
    return TableView(persons, needs, made, view.seats, DAYS, POLICY, known)


def _drawing(elements: tuple[tuple[int, int, int], ...]) -> LotteryTable:
    view = seats()
    packages = list(dict.fromkeys((r.package, r.day.isoformat()) for r in view.seats))
    index = {name: k for k, (name, _) in enumerate(packages)}
    return LotteryTable(
        people=tuple(f"p{k}" for k in range(len(PEOPLE))),
        packages=tuple(packages),
        seats=tuple(
            (r.id, index[r.package], sum(1 << i for i in r.eligible))
            for r in view.seats
        ),
        elements=elements,
    )


def _view(drawing: LotteryTable, drawn: Assignment, loads: Loads) -> AssignedView:
    view = seats()
    return AssignedView(
        drawing,
        loads,
        (3, 3, 3, 2, 3, 3, 3, 3, 3),
        drawn,
        drawn,
        POLICY,
        rows=view.seats,
        packages=view.packages,
        visits=view.visits,
        files=files(),
    )


# Who sits where by hand, in the order of the seats.
HOLDERS = (2, 6, 2, 5, 0, 5, 3, 0, 1, 7, 1, 4, 2, 1)


@cache
def assigned() -> AssignedView:
    """A lottery of which every outcome is sure; reserves in table order, no seed.

    P1 L3 S3, P2 L3 S2, P3 L1 S2, P4 L4 L1; stand-by L2 S4, L2 S1, L3 L2.
    """
    drawing = _drawing(tuple((s, p, WHOLE) for s, p in enumerate(HOLDERS)))
    holders, reserves = [], []
    for (seat, _, mask), who in zip(drawing.seats, HOLDERS, strict=True):
        others = (k for k in range(len(PEOPLE)) if mask >> k & 1 and k != who)
        holders.append((seat, f"p{who}"))
        reserves.append((seat, tuple(f"p{k}" for k in others)))
    drawn = Assignment(tuple(holders), tuple(reserves))
    loads = tuple((n, n) for n in (2, 3, 3, 1, 1, 2, 1, 1, 0))
    return _view(drawing, drawn, loads)


@cache
def assigned_by_seed() -> AssignedView:
    """The lottery over the small month's chance table with SEED."""
    made = table()
    drawing = _drawing(
        tuple((e.seat, e.person, e.units) for e in made.table.elements if e.units)
    )
    view = _view(drawing, assign(drawing, SEED), made.table.loads)
    return replace(view, seed=SEED)
