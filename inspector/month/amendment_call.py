"""Call (吹哨): an urgent visit goes to the stand-by seats of its day, without entropy.

A month with its people and an urgent visit → the month in which a stand-by pair makes
it.

The stand-by pair (值班席) was drawn with everybody else; only who may not make this
visit is replaced, by the next reserve. PROTOCOL.md §8.
"""

from __future__ import annotations

from dataclasses import replace

from inspector.ceremony.bundle import salt
from inspector.ceremony.canon import canonical, digest
from inspector.domain import Package, Visit, by_number
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.absence import exchanged
from inspector.month.amendment import Call, reasons, timed
from inspector.month.amendment_force import turned
from inspector.month.amendment_numbers import numbered_call
from inspector.month.amendment_seal import refuse_known
from inspector.month.amendment_staffing import barred_from
from inspector.month.assigned import Assigned
from inspector.month.call_transport import refuse_transport
from inspector.month.pack import people_of

messages(
    {
        "change.no_call": (
            "{package} 不是尚可呼叫的值班席",
            "{package} is no stand-by pair that can still be called",
        ),
    }
)


def call(
    assigned: Assigned,
    visit: Visit,
    package: Package,
    *,
    at: str,
    reason: str,
    taxi: bool = False,
    excess: str = "",
) -> Assigned:
    """吹哨: the stand-by pair that `package` is named after makes an urgent visit.

    It gets the next number, whatever its id. `excess`: the head's reason, should it go
    over the yearly limit, bound by the leaf of the call. People of the pair who may not
    make it are replaced by their next reserves. Raises CeremonyError change.no_call,
    also for a pair of which one stepped in elsewhere or is away without a reserve;
    change.no_car and change.taxi_office.
    """
    visit, package = numbered_call(assigned, visit, package)
    packed, sealed = assigned.sealed.packed, assigned.sealed
    busy = {p.id for p in packed.packing.packages}
    busy |= assigned.spent
    busy |= {s.package for s in packed.seats if s.id in assigned.vacant}
    if package.id not in {s.id for s in packed.standby} - busy:
        raise CeremonyError("change.no_call", package=package.id)
    if not reason:
        raise CeremonyError("change.no_reason")
    refuse_known(assigned, [visit])
    if assigned.waiting is not None and package.day in assigned.waiting.days:
        raise CeremonyError("change.waiting_day", day=package.day.isoformat())
    refuse_transport(assigned, visit, package, taxi)
    leaf = digest(
        assigned.frozen.suite,
        "leaf",
        salt(sealed.blind, f"visit/{visit.id}"),
        canonical(documents.sealed_visit(visit, package) | {"excess": excess}),
    )
    called = Call(visit, package, leaf, reason, taxi, excess)
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
        excess=(*packed.excess, *reasons([called])),
    )
    registry = people_of(packed.frozen, assigned.changes)
    barred = barred_from(assigned, registry, package, visit)
    assigned = replace(assigned, log=assigned.log.append(event))
    if barred:
        assigned = turned(assigned, packed, assigned.now, barred)
        out = [
            (who, package.day) for s, who in assigned.now.holders if (s, who) in barred
        ]
        assigned = exchanged(assigned, out, at)
    return replace(turned(assigned, now, assigned.now), calls=(*assigned.calls, called))
