"""Whoever is left out is left out for a cause, and the last numbers first.

A plan as the solver left it → the plan with a cause for every visit that is out. Part
of `pack`.

Packages that people cannot fill are dissolved, what gives way first going first. Every
visit that is out and fits somewhere is put in; one that could stand where something
stands that gives way before it takes its place. Stand-by pairs are manned by who is
left. What remains out has a cause: `before`, `car` or `people`; for `people` the plan
keeps cuts of the chance network. PROTOCOL.md §14.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.domain import Office, Package, Visit, by_number
from inspector.errors import CeremonyError, messages
from inspector.month.cars import CarOut, counts
from inspector.month.freeze import Drawn, Frozen
from inspector.month.gives_way import GivesWay
from inspector.month.staff import Staff
from inspector.schedule.packages import numbered, package
from inspector.schedule.workload import Packing, Unplaced
from inspector.selection.matching import Cut

MOST_CUTS = 256
messages(
    {
        "pack.people": (
            "该计划的工作包无法全部配齐人员",
            "people cannot fill all packages of this plan",
        ),
    }
)

GENERIC = {"before": "plan.series_before", "people": "plan.short", "car": "plan.full"}


@dataclass(frozen=True, slots=True)
class Settled:
    """A plan in which nobody is out without a cause, and the cuts that prove some.

    `manned`: the stand-by pairs that have people.
    """

    packing: Packing
    cuts: tuple[Cut, ...]
    manned: tuple[str, ...]


class Plan:
    """The plan while visits are put in. `stay`: packages that gain nothing; `days`: on
    which packages may be added, all working days unless said; `taxis`: packages that
    take no car; `keep`: visits that nothing else takes the place of."""

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
        keep: Container[str] = (),
    ) -> None:
        self.stay, self.taxis, self.keep = stay, taxis, keep
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
        self.ways = GivesWay(frozen, visits)
        self.swapped = False

    def alone(self, visit: Visit) -> bool:
        """Whether stand-by pairs give way before it."""
        return self.ways.pairs < self.ways.ranks[visit.id]

    def minor(self) -> list[Package]:
        """Packages that give way before the stand-by pairs, the last of them first."""
        rows = self.ways.last_first(self.packages.values())
        return [p for p in rows if self.ways.of_package(p) < self.ways.pairs]

    def dissolve(self, package: Package) -> list[Package]:
        """All its visits are out; packages that lost later steps by it are changed or
        gone. Those changed."""
        del self.packages[package.id]
        gone = [s.visit for s in package.stops]
        changed: dict[str, Package] = {}
        while gone:
            name = gone.pop()
            self.out[name] = Unplaced(name, "plan.full", (("visit", name),))
            lost = self._later(self.visits[name])
            for p in [p for p in self.packages.values() if lost & _inside(p)]:
                left = [self.visits[s.visit] for s in p.stops if s.visit not in lost]
                home = next(o for o in self.offices if o.id == p.office)
                made = self._made(p.id, p.day, home, left) if left else None
                gone += [s.visit for s in p.stops if made is None or s.visit in lost]
                del self.packages[p.id]
                changed.pop(p.id, None)
                if made is not None:
                    self.packages[p.id] = changed[p.id] = made
        return [*changed.values()]

    def _later(self, visit: Visit) -> set[str]:
        """Later steps of its series."""
        if not visit.series:
            return set()
        same = (v for v in self.visits.values() if v.series == visit.series)
        return {v.id for v in same if v.step > visit.step}

    def order(self) -> list[Visit]:
        """Those out whose earlier steps are in, what gives way last first; of a changed
        plan by number, so that steps that hang on each other come back together."""
        names = sorted(self.out, key=by_number if self.keep else self.ways.last)
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
        """Where it could stand instead of one that gives way before it."""
        homes = {o.id: o for o in self.offices}
        rows = [
            (self.ways.last(s.visit), k, p)
            for p in self.packages.values()
            if p.id not in self.stay
            for k, s in enumerate(p.stops)
        ]
        placed = {number[1][1] for number, _, _ in rows}
        mine = self.ways.last(visit.id)
        for number, k, p in sorted(rows, key=lambda row: row[0], reverse=True):
            other = self.visits[number[1][1]]
            if number < mine:
                return
            if other.district != visit.district or self._later(other) & placed:
                continue
            if other.id in self.keep:
                continue
            if other.series and other.series == visit.series:
                continue
            if self._fits(visit, p.day):
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
    """Dissolve what people cannot fill, put in what fits, man the pairs and name why
    the rest is out; `made`: only man the pairs and name it."""
    visits, rows = drawn.visits, (packing.packages, packing.unplaced)
    plan = Plan(drawn.frozen, visits, *rows, cars_out)
    _seated(plan, staff)
    if made and plan.packages.keys() != {p.id for p in packing.packages}:
        raise CeremonyError("pack.people")
    out, cuts = filled(plan, staff, made=made)
    done = replace(packing, unplaced=out)
    if not made and (plan.swapped or len(out) != len(packing.unplaced)):
        names = numbered(plan.packages.values())
        done = replace(
            done,
            packages=names,
            travel_minutes=sum(p.travel_minutes for p in names),
            bound_minutes=0 if plan.swapped else packing.bound_minutes,
        )
    return Settled(done, cuts, tuple(staff.manned))


def _seated(plan: Plan, staff: Staff) -> None:
    """Seat the packages, what gives way last first; the others are dissolved."""
    low = {p.id for p in plan.minor()}
    rows = plan.ways.last_first(plan.packages.values())
    for p in [p for p in rows if p.id not in low]:
        _seat(plan, staff, p)
    staff.man()
    for p in [p for p in rows if p.id in low]:
        _seat(plan, staff, p)


def _seat(plan: Plan, staff: Staff, package: Package) -> None:
    """Seat a package or dissolve it; what lost later steps by it is seated anew."""
    package = plan.packages.get(package.id, package)
    if package.id in plan.packages and staff.seat([package]):
        plan.swapped = True
        for changed in plan.dissolve(package):
            if changed.id in staff.of:
                staff.drop(changed.id)
                _seat(plan, staff, changed)
        for name in staff.of.keys() - plan.packages.keys() - {*staff.manned}:
            staff.drop(name)


def filled(
    plan: Plan, staff: Staff, *, made: bool
) -> tuple[tuple[Unplaced, ...], tuple[Cut, ...]]:
    """Put in what fits unless `made`; who is out then, and the cuts."""
    more = not made
    while more:
        _unbarred(plan, staff)
        more = _inserted(plan, staff) or _exchanged(plan, staff)
    causes, cuts = _causes(plan, staff)
    return tuple(causes[n] for n in sorted(causes, key=by_number)), cuts


def _unbarred(plan: Plan, staff: Staff) -> None:
    """Packages that give way before the pairs leave those their people."""
    low = plan.minor()
    if not low or len(staff.manned) == len(staff.pairs):
        return
    staff.dismiss()
    for p in low:
        staff.drop(p.id)
    staff.man()
    for p in low:
        _seat(plan, staff, p)


def _inserted(plan: Plan, staff: Staff) -> bool:
    """Whether some visit that was out found a place."""
    found = False
    for visit in plan.order():
        for old, new in plan.places(visit):
            if staff.takes(old, new, alone=plan.alone(visit)):
                plan.packages[new.id] = new
                del plan.out[visit.id]
                found = True
                break
    return found


def _exchanged(plan: Plan, staff: Staff) -> bool:
    """Whether a visit took the place of one that gives way before it."""
    for visit in plan.order():
        for old, new, other in plan.swaps(visit):
            if staff.takes(old, new, alone=plan.alone(visit)):
                plan.packages[new.id] = new
                del plan.out[visit.id]
                plan.out[other] = Unplaced(other, "plan.full", (("visit", other),))
                plan.swapped = True
                return True
    return False


def _causes(plan: Plan, staff: Staff) -> tuple[dict[str, Unplaced], tuple[Cut, ...]]:
    """Why each is out, and the cuts that prove what no eligible number does."""
    causes, cuts = dict[str, Unplaced](), list[Cut]()

    def keep(cut: Cut | None) -> None:
        if cut is not None and len(cuts) < MOST_CUTS:
            cuts.append(cut)

    for name, row in plan.out.items():
        visit, cause = plan.visits[name], "before"
        if not (first := plan.before(visit)):
            spots: list[Any] = [*plan.places(visit)]
            cause = "people" if spots else "car"
            alone = plan.alone(visit)
            for spot in (*spots, *plan.swaps(visit)):
                keep(staff.cut(spot[0], spot[1], cuts, alone=alone))
        if row.cause == cause:
            causes[name] = row
        else:
            params = {"visit": name} | ({"before": first} if first else {})
            causes[name] = Unplaced(name, GENERIC[cause], tuple(sorted(params.items())))
    low = [p.id for p in plan.minor()]
    for pair in (name for name, _ in staff.pairs if name not in staff.manned):
        keep(staff.pair_cut(pair, low, cuts))
    return causes, tuple(cuts)


def _inside(package: Package) -> set[str]:
    return {s.visit for s in package.stops}
