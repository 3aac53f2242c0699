"""What a change after the lottery leaves behind: amendments, calls, turns of the plan.

Between the plan that was sealed and the one in force: each amendment or call ends one
turn of the plan and begins the next.

Values only; `inspector.month.amendment_seal` makes them and
`inspector.month.assigned` keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.ceremony.bundle import LeafSet
from inspector.ceremony.canon import Key, canonical, parse
from inspector.ceremony.seed import Seed
from inspector.check import Absence
from inspector.domain import Package, Visit
from inspector.errors import messages
from inspector.month import documents
from inspector.month.excess import Reasoned
from inspector.month.pack import Packed, Seat, duty_minutes
from inspector.policy import Source
from inspector.replan.changes import CarsGone
from inspector.selection.lottery import Assignment
from inspector.selection.network import ChanceTable, Multipliers, weight

messages(
    {
        "change.waiting": (
            "有一次变更尚待随机源摇号",
            "an amendment still waits for its entropy",
        ),
        "change.waiting_day": (
            "{day} 的席位正待变更摇号",
            "seats of {day} wait for an amendment's lottery",
        ),
        "change.waiting_visit": (
            "{visit} 正在变更，不能登记结果或顺延",
            "{visit} is being changed: it can have no result and not be carried now",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A changed plan bound to `commitment`.

    `packed`: visits and packages of the whole plan, but seats, chance table and people
    of its new packages only. `days`: those of its new and dissolved packages; nobody is
    replaced on them while it waits for its entropy. `calls`: stand-by calls that it
    includes. `cars`: all that are gone, for the next replan. The last three are there
    once it is drawn; never without a seat.
    """

    attempt: int
    at: str
    reason: str
    blind: Key
    entropy: tuple[Source, ...]
    packed: Packed
    files: Mapping[str, bytes]  # drawn, plan, table: opened at close
    file: bytes  # canonical document, public at once
    commitment: bytes
    leaves: LeafSet
    days: frozenset[date]
    calls: int
    cars: tuple[CarsGone, ...]
    reasons: tuple[tuple[str, str], ...]  # by visit, why it changed
    seed: Seed | None = None
    drawn: Assignment | None = None
    people: LeafSet | None = None

    def most_days(self) -> dict[str, int]:
        """Duty days that its lottery may still give each person."""
        persons, loads = self.packed.persons, self.packed.table.loads
        return {p.id: most for p, (_, most) in zip(persons, loads, strict=True)}

    def moves(self, before: Packed, visit: str) -> bool:
        """Whether it takes a visit away from its package in the plan before; a call
        made since it was sealed stays."""
        plans = before.packing.packages, self.packed.packing.packages
        old, new = ({s.visit: p.id for p in x for s in p.stops} for x in plans)
        called = visit not in {v.id for v in self.packed.drawn.visits}
        late = called and old.get(visit, "").startswith("S-")
        return old.get(visit) != new.get(visit) and not late


@dataclass(frozen=True, slots=True)
class Call:
    """吹哨: an urgent visit made by the stand-by pair that `package` is named after.

    `taxi`: it goes without a car.
    """

    visit: Visit
    package: Package
    leaf: bytes
    reason: str
    taxi: bool = False
    excess: str = ""  # the head's reason, should it go over the yearly limit


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of the month with one plan, begun by a change of it; for the checks.

    `before`: who sat where when it began, `begin`: with the new seats and without the
    dissolved ones; `replaced`: stand-by people who may not make the visit called, and
    absences that had waited; `since`: absences logged before, `extra`: in `replaced`;
    `vacant`: seats without anybody when it began.
    `limits`: most duty days per person; `barred`:
    (seat, person) out by calls so far; `waiting`, `amended`: attempt of the amendment
    that was sealed or came into force then, else 0.
    """

    packed: Packed
    before: Assignment
    begin: Assignment
    replaced: tuple[Absence, ...]
    since: int
    limits: Mapping[str, int]
    barred: frozenset[tuple[str, str]]
    waiting: int = 0
    amended: int = 0
    extra: int = 0
    vacant: frozenset[str] = frozenset()


def limits_of(packed: Packed, waiting: Amendment | None) -> dict[str, int]:
    """Most duty days per person; days that a waiting lottery may give are taken."""
    most = waiting.most_days() if waiting is not None else {}
    return {p.id: weight(p) - most.get(p.id, 0) for p in packed.persons}


def in_force(before: Packed, amended: Packed, calls: tuple[Call, ...]) -> Packed:
    """The whole plan after an amendment: seats that stay, then the new ones.

    `calls`: those logged while it waited. People and limits stay those of the seal; the
    table says by which chance each seat was drawn, its proofs are those of the parts.
    """
    packing = amended.packing
    packages = (*packing.packages, *(c.package for c in calls))
    travel = sum(p.travel_minutes for p in packages)
    packing = replace(packing, packages=packages, travel_minutes=travel)
    there = {p.id for p in packing.packages} | {s.id for s in before.standby}
    kept = [k for k, s in enumerate(before.seats) if s.package in there]
    seats = timed([before.seats[k] for k in kept], packing.packages, before)
    visits = (*amended.drawn.visits, *(c.visit for c in calls))
    return replace(
        before,
        drawn=replace(before.drawn, visits=visits),
        packing=packing,
        cars_out=amended.cars_out,
        excess=(*amended.excess, *reasons(calls)),
        seats=(*seats, *amended.seats),
        table=_merged(before, kept, amended),
    )


def reasons(calls: Iterable[Call]) -> tuple[Reasoned, ...]:
    """The head's reasons that calls brought; blanks are none."""
    return tuple(Reasoned(c.visit.id, c.excess) for c in calls if c.excess.strip())


def timed(
    seats: Sequence[Seat], packages: Sequence[Package], packed: Packed
) -> tuple[Seat, ...]:
    """The seats with the duty minutes that their packages have now."""
    policy = packed.frozen.policy
    minutes = {p.id: duty_minutes(p, policy) for p in packages}
    return tuple(replace(s, minutes=minutes.get(s.package, s.minutes)) for s in seats)


def _merged(before: Packed, kept: list[int], amended: Packed) -> ChanceTable:
    """Elements and pairs of the seats that stay, then those of the new ones."""
    seat_at = {k: n for n, k in enumerate(kept)}
    names = list(dict.fromkeys(s.package for s in before.seats))
    stay = list(dict.fromkeys(before.seats[k].package for k in kept))
    package_at = {names.index(name): n for n, name in enumerate(stay)}
    old, new = before.table, amended.table
    return replace(
        old,
        elements=(
            *(
                replace(e, seat=seat_at[e.seat])
                for e in old.elements
                if e.seat in seat_at
            ),
            *(replace(e, seat=e.seat + len(kept)) for e in new.elements),
        ),
        pairs=(
            *(
                replace(p, package=package_at[p.package])
                for p in old.pairs
                if p.package in package_at
            ),
            *(replace(p, package=p.package + len(stay)) for p in new.pairs),
        ),
        spare=(),
        multipliers=Multipliers(),
    )


def amendments_file(made: Sequence[Amendment]) -> dict[str, bytes]:
    """amendments.json: what binds each amendment; public at once."""
    rows = [parse(a.file) for a in made]
    body = {"schema": "inspector/amendments/v2", "amendments": rows}
    return {"amendments.json": canonical(body)} if rows else {}


def amended_file(
    amendments: Sequence[Amendment], calls: Sequence[Call]
) -> dict[str, bytes]:
    """amended.json: amendments and calls as opened at close."""
    if not amendments and not calls:
        return {}
    rows = [
        {
            **{name[:-5]: parse(data) for name, data in a.files.items()},
            "seats": [[s, p] for s, p in a.drawn.holders] if a.drawn else [],
            "reserves": [[s, list(n)] for s, n in a.drawn.reserves] if a.drawn else [],
        }
        for a in amendments
    ]
    called = [
        {
            "visit": documents.entry(c.visit),
            "package": documents.package(c.package),
            "taxi": c.taxi,
            "excess": c.excess,
        }
        for c in calls
    ]
    body = {"schema": "inspector/amended/v2", "amendments": rows, "calls": called}
    return {"amended.json": canonical(body)}
