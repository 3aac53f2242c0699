"""A changed plan in which, too, nobody is left out without a cause.

A replanned month → a `AmendedPlan` with a cause for every visit that is out. Part of an
amendment's proposal.

After a replan: what is out and fits into a new package, or alone on a day that is not
published yet, is put in, as `inspector.month.places` does before the seal. PROTOCOL.md
§8 "Left out".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from inspector.domain import Package, Visit, by_number
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.assigned import Assigned
from inspector.month.call_transport import taxis_of
from inspector.month.cars import rows_of
from inspector.month.pack import Seat
from inspector.month.places import Plan, filled
from inspector.month.staff import Staff
from inspector.replan.replan import ADDED, published_days
from inspector.schedule.workload import Unplaced
from inspector.selection.matching import Cut
from inspector.selection.network import Person, weight

Seated = Callable[[AmendedPlan], tuple[tuple[Person, ...], tuple[Seat, ...]]]


class Resettling:
    """A revision with what its places need. `visits`: those in force with it;
    `seated`: people and seats of a revision's new packages."""

    def __init__(
        self,
        assigned: Assigned,
        amended_plan: AmendedPlan,
        visits: Sequence[Visit],
        today: date,
        seated: Seated,
    ) -> None:
        packed, frozen = assigned.sealed.packed, assigned.frozen
        known = {p.id for p in packed.packing.packages}
        known |= {s.id for s in packed.standby}
        kept = tuple(p for p in amended_plan.packages if p.id in known)
        days, notice = frozen.working_days, frozen.policy.notice_workdays
        soon = published_days(days, today, notice)
        self.amended_plan, self.known = amended_plan, known
        taxis = taxis_of(assigned)
        self.new = [p for p in amended_plan.packages if p.id not in known]

        def seats_of(packages: Sequence[Package]) -> tuple[Seat, ...]:
            return seated(replace(amended_plan, packages=(*kept, *packages)))[1]

        persons, _ = seated(replace(amended_plan, packages=kept))
        keep = frozen.policy.seats.keep_share
        self.staff = Staff(seats_of, [weight(p) for p in persons], keep)
        self.plan = Plan(
            frozen,
            visits,
            amended_plan.packages,
            amended_plan.unplaced,
            rows_of(frozen, amended_plan.cars, assigned.as_sealed.cars_out),
            known,
            [d for d in days if d > today and d not in soon],
            taxis,
            {s.visit for p in packed.packing.packages for s in p.stops},
        )

    def named(self) -> tuple[tuple[Unplaced, ...], tuple[Cut, ...]]:
        """Why each is out, nothing put in."""
        if not self.amended_plan.unplaced or self.staff.seat(self.new):
            return self.amended_plan.unplaced, ()
        return filled(self.plan, self.staff, made=True)

    def settled(self, last: int) -> AmendedPlan:
        """The revision with what fits put in; new packages numbered on after `last`."""
        amended_plan, plan = self.amended_plan, self.plan
        if not amended_plan.unplaced or self.staff.seat(self.new):
            return amended_plan
        before = {u.visit for u in amended_plan.unplaced}
        out, _ = filled(plan, self.staff, made=False)
        new = [p for p in plan.packages.values() if p.id not in self.known]
        new.sort(key=lambda p: min(by_number(s.visit) for s in p.stops))
        kept = [p for p in plan.packages.values() if p.id in self.known]
        named = [replace(p, id=f"P{n:03d}") for n, p in enumerate(new, last + 1)]
        reasons = dict(amended_plan.reasons)
        for name in before - {u.visit for u in out}:
            kind = plan.visits[name].kinds[0]
            reasons[name] = ADDED.get(kind, "replan.room")
        reasons |= {u.visit: u.cause for u in out}
        return replace(
            amended_plan,
            packages=tuple(sorted((*kept, *named), key=lambda p: by_number(p.id))),
            unplaced=out,
            reasons=tuple(sorted(reasons.items())),
        )
