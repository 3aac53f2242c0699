"""The days to come of some districts planned anew, as a draft of a replan.

A draft in which visits are out → a draft in which some districts are solved from
nothing. Last resort of `neighbourhood_search`.

When visits find no place in turns, a plan without regard for the old one may still have
room for them; no visit left out comes before few visits changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from inspector.domain import Package
from inspector.replan.disruption import ReplanProblem
from inspector.replan.partial_plan import PlanDraft, driven
from inspector.schedule.candidates import Fresh, rest
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget

WORK = 2_000_000  # budget units


def _still() -> float:
    return 0.0


def afresh(c: ReplanProblem, draft: PlanDraft, names: set[str], seed: int) -> PlanDraft:
    """The draft with the districts of the visits `names` planned anew on free days,
    these visits included; other visits that are out stay out."""
    districts = {c.visits[v].district for v in names}
    open_ = {o.id for o in c.work.offices if o.district in districts}
    stays = {
        name: left
        for name, stops in draft.kept.items()
        if (left := rest(c.old[name], stops, c.work)) is not None
        and (left.day not in c.free or left.office not in open_)
    }
    new = tuple(
        f
        for f in draft.new
        if f.standby or c.work.offices[f.office].district not in districts
    )
    other = tuple(driven(c, f, f"new-{n}") for n, f in enumerate(new) if not f.standby)
    pinned = (*stays.values(), *other)
    fixed = {s.visit for p in pinned for s in p.stops}
    placed = {v.id for stops in draft.kept.values() for v in stops}
    placed |= {v for f in draft.new if not f.standby for v in f.order}
    cars = _cars(c, pinned, new)
    visits = tuple(v for v in c.work.visits if v.id in placed | names | fixed)
    found = plan(
        replace(c.work, visits=visits, cars=cars, pinned=pinned),
        seed=seed,
        budget=Budget(WORK, 1e9),
        executor=None,
        now=_still,
    )
    return _as_draft(c, draft, stays, new, found.packages)


def _cars(
    c: ReplanProblem, pinned: Iterable[Package], new: Iterable[Fresh]
) -> tuple[tuple[int, ...], ...]:
    """Cars per office and day: on free days those that no stand-by call needs, on
    others just enough for the packages that stay."""
    taken = [(p.office, p.day) for p in pinned]
    calls = [(p.office, p.day) for p in c.driven()]
    calls += [
        (c.work.offices[f.office].id, c.work.days[f.day])
        for f in new
        if f.standby and not f.taxi
    ]
    return tuple(
        tuple(
            n - calls.count((o.id, d)) if d in c.free else taken.count((o.id, d))
            for d, n in zip(c.work.days, row, strict=True)
        )
        for o, row in zip(c.work.offices, c.work.cars, strict=True)
    )


def _as_draft(
    c: ReplanProblem,
    draft: PlanDraft,
    stays: dict[str, Package],
    new: tuple[Fresh, ...],
    packages: tuple[Package, ...],
) -> PlanDraft:
    """Packages that are part of an old one keep its name, the others are new."""
    fixed = {s.visit for p in stays.values() for s in p.stops}
    fixed |= {v for f in new for v in f.order}
    kept = {n: draft.kept[n] if n in stays else () for n in draft.kept}
    fresh = list(new)
    for p in packages:
        ids = {s.visit for s in p.stops}
        if ids & fixed:
            continue
        home = {c.at.get(v, "") for v in ids}
        name = home.pop() if len(home) == 1 else ""
        old = c.old.get(name)
        if old and not kept[name] and (old.day, old.office) == (p.day, p.office):
            kept[name] = tuple(v for v in c.base[name] if v.id in ids)
        else:
            order = tuple(s.visit for s in p.stops)
            where, day = c.office(p.office), c.day(p.day)
            fresh.append(Fresh(where, day, order, p.travel_minutes, p.skill))
    every = {v.id for stops in draft.kept.values() for v in stops} | draft.out
    every |= {v for f in draft.new for v in f.order}
    placed = {v.id for stops in kept.values() for v in stops}
    placed |= {v for f in fresh for v in f.order}
    return PlanDraft(kept, tuple(fresh), frozenset(every - placed))
