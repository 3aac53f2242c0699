"""Whoever is left out is left out for a cause, and the last numbers first.

A plan as the solver left it → the plan with a cause for every visit that is out. Part
of `pack`.

After the solver every visit that is out and fits somewhere is put in, in order of
number; a random visit that could stand where a later number stands takes its place.
What remains out has a cause: `before`, `car` or `people`; for `people` the plan keeps
cuts of the chance network. PROTOCOL.md §6 "Left out".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.domain import Office, Package, Visit, VisitKind, by_number
from inspector.month.cars import CarOut, counts
from inspector.month.freeze import Drawn, Frozen
from inspector.month.staff import Staff
from inspector.schedule.packages import numbered, package
from inspector.schedule.workload import Packing, Unplaced
from inspector.selection.matching import Cut

MOST_CUTS = 64
GENERIC = {"before": "plan.series_before", "people": "plan.short", "car": "plan.full"}


@dataclass(frozen=True, slots=True)
class Settled:
    """A plan in which nobody is out without a cause, and the cuts that prove some."""

    packing: Packing
    cuts: tuple[Cut, ...]


class Plan:
    """The plan while visits are put in. `stay`: packages that gain nothing; `days`: on
    which packages may be added, all working days unless said; `taxis`: packages that
    take no car."""

    def __init__(
        self,
        frozen: Frozen,
        visits: Sequence[Visit],
        packages: Sequence[Package],
        unplaced: Sequence[Unplaced],
        cars_out: Sequence[CarOut],
        stay: Container[str] = (),
        days: Sequence[date] | None = None,
        taxis: Container[str] = (),
    ) -> None:
        self.stay, self.taxis = stay, taxis
        self.free_days = frozen.working_days if days is None else days
        self.day, self.travel = frozen.policy.day, frozen.policy.travel
        self.days, self.offices = frozen.working_days, frozen.registry.offices
        self.cars = {
            (office.id, day): n
            for office, row in zip(self.offices, counts(frozen, cars_out), strict=True)
            for day, n in zip(self.days, row, strict=True)
        }
        self.visits = {v.id: v for v in visits}
        self.packages = {p.id: p for p in packages}
        self.out = {u.visit: u for u in unplaced}
        self.swapped = False

    def order(self) -> list[Visit]:
        """Those out whose earlier steps are in, by number."""
        names = sorted(self.out, key=by_number)
        return [self.visits[n] for n in names if not self.before(self.visits[n])]

    def before(self, visit: Visit) -> str:
        """A step before it that is out, "" for none."""
        out = (self.visits[n] for n in self.out)
        steps = [v for v in out if v.series and v.series == visit.series]
        return next((v.id for v in steps if v.step < visit.step), "")

    def _fits(self, visit: Visit, day: date) -> bool:
        """Its days, and the gaps to the steps beside it."""
        if not visit.first <= day <= visit.last:
            return False
        if not visit.series:
            return True
        for p in self.packages.values():
            for v in (self.visits[s.visit] for s in p.stops):
                if v.series == visit.series and abs(v.step - visit.step) == 1:
                    after = v if v.step > visit.step else visit
                    gap = abs((p.day - day).days)
                    ahead = (p.day >= day) == (v.step > visit.step)
                    if not (ahead and after.gap_min <= gap <= after.gap_max):
                        return False
        return True

    def places(self, visit: Visit) -> Iterator[tuple[Package | None, Package]]:
        """Where the route allows the visit: the package now, and with it."""
        homes = {o.id: o for o in self.offices if o.district == visit.district}
        rows = [p for p in self.packages.values() if p.office in homes]
        for p in sorted(rows, key=lambda p: by_number(p.id)):
            if p.id not in self.stay and self._fits(visit, p.day):
                order = [self.visits[s.visit] for s in p.stops]
                for k in range(len(order) + 1):
                    made = self._made(
                        p.id, p.day, homes[p.office], [*order[:k], visit, *order[k:]]
                    )
                    if made is not None:
                        yield p, made
        used = Counter((p.office, p.day) for p in rows if p.id not in self.taxis)
        for office in homes.values():
            for day in self.free_days:
                free = used[office.id, day] < self.cars[office.id, day]
                if free and self._fits(visit, day):
                    name = f"N{1 + len(self.packages):09d}"
                    made = self._made(name, day, office, [visit])
                    if made is not None:
                        yield None, made

    def swaps(self, visit: Visit) -> Iterator[tuple[Package, Package, str]]:
        """Where it could stand instead of a random one with a later number."""
        if visit.kinds != (VisitKind.RANDOM,):
            return
        homes = {o.id: o for o in self.offices}
        rows = [
            (by_number(s.visit), k, p)
            for p in self.packages.values()
            if p.id not in self.stay
            for k, s in enumerate(p.stops)
        ]
        for number, k, p in sorted(rows, key=lambda row: row[0], reverse=True):
            other = self.visits[number[1]]
            if number < by_number(visit.id):
                return
            if other.district != visit.district or other.kinds != visit.kinds:
                continue
            if visit.first <= p.day <= visit.last:
                order = [self.visits[s.visit] for s in p.stops]
                order[k] = visit
                made = self._made(p.id, p.day, homes[p.office], order)
                if made is not None:
                    yield p, made, other.id

    def _made(
        self, name: str, day: date, office: Office, order: list[Visit]
    ) -> Package | None:
        return package(name, day, office, order, self.day, self.travel)


def settled(
    drawn: Drawn,
    packing: Packing,
    staff: Staff,
    cars_out: Sequence[CarOut] = (),
    *,
    made: bool = False,
) -> Settled:
    """Put in what fits and name why the rest is out; `made`: only name it."""
    if not packing.unplaced or not staff.seat(packing.packages):
        return Settled(packing, ())
    visits, rows = drawn.visits, (packing.packages, packing.unplaced)
    plan = Plan(drawn.frozen, visits, *rows, cars_out)
    out, cuts = filled(plan, staff, made=made)
    if made:
        return Settled(replace(packing, unplaced=out), cuts)
    names = numbered(plan.packages.values())
    done = replace(
        packing,
        packages=names,
        unplaced=out,
        travel_minutes=sum(p.travel_minutes for p in names),
        bound_minutes=0 if plan.swapped else packing.bound_minutes,
    )
    return Settled(done, cuts)


def filled(
    plan: Plan, staff: Staff, *, made: bool
) -> tuple[tuple[Unplaced, ...], tuple[Cut, ...]]:
    """Put in what fits unless `made`; who is out then, and the cuts."""
    while not made and (_inserted(plan, staff) or _exchanged(plan, staff)):
        pass
    causes, cuts = _causes(plan, staff)
    return tuple(causes[n] for n in sorted(causes, key=by_number)), cuts


def _inserted(plan: Plan, staff: Staff) -> bool:
    """Whether some visit that was out found a place."""
    found = False
    for visit in plan.order():
        for old, new in plan.places(visit):
            if staff.takes(old, new):
                plan.packages[new.id] = new
                del plan.out[visit.id]
                found = True
                break
    return found


def _exchanged(plan: Plan, staff: Staff) -> bool:
    """Whether an earlier number took the place of a later one."""
    for visit in plan.order():
        for old, new, other in plan.swaps(visit):
            if staff.takes(old, new):
                plan.packages[new.id] = new
                del plan.out[visit.id]
                plan.out[other] = Unplaced(other, "plan.full", (("visit", other),))
                plan.swapped = True
                return True
    return False


def _causes(plan: Plan, staff: Staff) -> tuple[dict[str, Unplaced], tuple[Cut, ...]]:
    """Why each is out, and the cuts that prove what no eligible number does."""
    causes, cuts = dict[str, Unplaced](), list[Cut]()
    for name, row in plan.out.items():
        visit, cause = plan.visits[name], "before"
        if not (first := plan.before(visit)):
            spots: list[Any] = [*plan.places(visit)]
            cause = "people" if spots else "car"
            for spot in (*spots, *plan.swaps(visit)):
                cut = staff.cut(spot[0], spot[1], cuts)
                if cut is not None and len(cuts) < MOST_CUTS:
                    cuts.append(cut)
        if row.cause == cause:
            causes[name] = row
        else:
            params = {"visit": name} | ({"before": first} if first else {})
            causes[name] = Unplaced(name, GENERIC[cause], tuple(sorted(params.items())))
    return causes, tuple(cuts)
