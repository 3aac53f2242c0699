"""Call (吹哨): an urgent visit goes to the stand-by seats of its day, without entropy.

The stand-by pair (值班席) was drawn with everybody else; only who may not make this
visit is replaced, by the next reserve. PROTOCOL.md §8.
"""

from __future__ import annotations

from dataclasses import replace

from inspector.ceremony.bundle import salt
from inspector.ceremony.canon import canonical, digest
from inspector.check import Absence
from inspector.domain import Package, Visit, by_number
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.amend import refuse_known, turned
from inspector.month.amendment import Call, limits_of, timed
from inspector.month.change import barred_from
from inspector.month.field import Assigned, stepped_in, table_of
from inspector.month.numbers import numbered_call
from inspector.month.pack import people_of
from inspector.selection import lottery

messages(
    {
        "change.no_call": (
            "{package} 不是尚未呼叫的值班席",
            "{package} is no stand-by pair that is still to be called",
        ),
    }
)


def call(
    assigned: Assigned, visit: Visit, package: Package, *, at: str, reason: str
) -> Assigned:
    """吹哨: the stand-by pair that `package` is named after makes an urgent visit.

    It gets the next number, whatever its id. People of the pair who may not make it
    are replaced by their next reserves. Raises CeremonyError change.no_call.
    """
    visit, package = numbered_call(assigned, visit, package)
    packed, sealed = assigned.sealed.packed, assigned.sealed
    busy = {p.id for p in packed.packing.packages}
    if package.id not in {s.id for s in packed.standby} - busy:
        raise CeremonyError("change.no_call", package=package.id)
    if not reason:
        raise CeremonyError("change.no_reason")
    refuse_known(assigned, [visit])
    if assigned.waiting is not None and package.day in assigned.waiting.days:
        raise CeremonyError("change.waiting_day", day=package.day.isoformat())
    leaf = digest(
        assigned.frozen.suite,
        "leaf",
        salt(sealed.blind, f"visit/{visit.id}"),
        canonical(documents.sealed_visit(visit, package)),
    )
    event = {"event": "called", "at": at, "reason": reason, "leaf": leaf.hex()}
    packing = packed.packing
    packages = sorted((*packing.packages, package), key=lambda p: by_number(p.id))
    travel = packing.travel_minutes + package.travel_minutes
    now = replace(
        packed,
        drawn=replace(packed.drawn, visits=(*packed.drawn.visits, visit)),
        packing=replace(
            packing, packages=tuple(packages), travel_minutes=travel, bound_minutes=0
        ),
        seats=timed(packed.seats, packages, packed),
    )
    called = Call(visit, package, leaf, reason)
    people = people_of(packed.frozen, packed.changes)
    barred = barred_from(assigned, people, package, visit)
    assigned = replace(assigned, log=assigned.log.append(event))
    if barred:
        assigned = turned(assigned, packed, assigned.now, barred)
        assigned = _replaced(assigned, barred, package.day.isoformat(), at)
    return replace(turned(assigned, now, assigned.now), calls=(*assigned.calls, called))


def _replaced(
    assigned: Assigned, barred: frozenset[tuple[str, str]], day: str, at: str
) -> Assigned:
    """Seats whose people are barred from them go to their next reserves."""
    packed = assigned.sealed.packed
    limits = limits_of(packed, assigned.waiting)
    away = {(a.day, a.person) for a in assigned.absences}
    for seat, person in assigned.now.holders:
        if (seat, person) in barred:
            changes = lottery.substitute(
                table_of(packed),
                assigned.now,
                day,
                person,
                away,
                barred=assigned.barred,
                limits=limits,
            )
            assigned = stepped_in(assigned, changes, at)
            turn = assigned.turns[-1]
            done = Absence(day, person, changes, away=False)
            turn = replace(turn, replaced=(*turn.replaced, done))
            assigned = replace(assigned, turns=(*assigned.turns[:-1], turn))
    return assigned
