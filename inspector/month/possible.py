"""Whether each visit that may be drawn could be made at all, were the month empty.

A frozen month → the visits that its draw may ask for, with their chances; those that
nobody could make on any day, and why. Part of `preview`: a
cause that lies in one compound is named although no trial month may happen to draw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from inspector.ceremony.canon import SHA256, Key
from inspector.docket.visits import visits_of_month
from inspector.domain import Visit, VisitKind
from inspector.month.board import Board, BoardSeat, never
from inspector.month.causes import Causes, Short
from inspector.month.freeze import Frozen
from inspector.month.offers import DEAR
from inspector.month.pack import Packed
from inspector.schedule.workload import Unplaced
from inspector.selection.seats import seat_rules

TEST_SEED = Key(SHA256, bytes(32))


@dataclass(frozen=True, slots=True)
class Asked:
    """A visit the month may ask for, and its chance; `id` names the trip, which may be
    one of two: a docket visit alone, or with the random purpose joined to it."""

    id: str
    chance: Fraction
    visit: Visit
    docket: bool


def asked_of(
    frozen: Frozen,
) -> tuple[list[Asked], tuple[Visit, ...], dict[str, Fraction]]:
    """Everything a draw may ask for (进一次门、查多项事: one trip, two purposes), the
    visits if everything were drawn, and the chances."""
    registry, policy = frozen.registry, frozen.policy
    chances = {c: s.chance for s in frozen.strata for c in s.compounds}
    chances |= {o.compound: Fraction(1) for o in registry.owed if not o.gone}
    nothing = replace(registry, owed=())
    docket = visits_of_month(nothing, policy, frozen.intake.visits, (), TEST_SEED)
    alone = {(v.compound, v.step): v for v in docket}
    everything = visits_of_month(
        registry, policy, frozen.intake.visits, chances, TEST_SEED
    )
    found = []
    for v in everything:
        name = f"{v.compound}/{v.step}"
        drawn = chances[v.compound] if VisitKind.RANDOM in v.kinds else Fraction(0)
        single = alone.get((v.compound, v.step))
        if drawn:
            found.append(Asked(name, drawn, v, single is not None))
        if single is not None:
            found.append(Asked(name, 1 - drawn, single, True))
    return found, everything, chances


def impossible(
    packed: Packed, visits: Sequence[Visit]
) -> tuple[Packed, tuple[Short, ...]]:
    """Of these visits those without a place even in an empty month; and that month, in
    which they are numbered."""
    drawn = replace(packed.drawn, visits=tuple(visits))
    out = tuple(Unplaced(v.id, "plan.short", ()) for v in visits)
    packing = replace(packed.packing, packages=(), unplaced=out)
    empty = replace(packed, drawn=drawn, packing=packing, standby=())
    if not packed.frozen.working_days:
        return empty, ()
    causes = _Empty(empty)
    rows = (causes.alone(v) for v in visits if not causes.possible(v))
    return empty, tuple(rows)


class _Empty(Causes):
    """A month without packages, asked for each visit alone."""

    def __init__(self, packed: Packed) -> None:
        super().__init__(packed)
        self._plan = self.plan((), ())
        self._fits: dict[tuple[object, ...], bool] = {}

    def alone(self, visit: Visit) -> Short:
        """Why it has no place."""
        return self.why(self._plan, Board(self.people), visit, ())

    def possible(self, visit: Visit) -> bool:
        """Whether some day has a car and people for it, and is long enough."""
        homes = [o.id for o in self._plan.offices if o.district == visit.district]
        days = [
            d
            for d in self.frozen.working_days
            if visit.first <= d <= visit.last
            and any(self._plan.cars[o, d] > 1 for o in homes)
        ]
        if not days or not self.drivable(visit):
            return False
        compound = self.compounds[visit.compound]
        rules = seat_rules(self.policy, [visit], visit.skill)
        if self.block.people.concerned(compound):
            at = [compound]
            name: tuple[object, ...] = (compound.id, visit.skill, rules, *days)
        else:
            at, name = [], ("", visit.skill, rules, *days)
        if name not in self._fits:
            self._fits[name] = any(
                self._seated(
                    [
                        BoardSeat(
                            r, "", d, rule, self.block.of(rule, d, visit.skill, at)
                        )
                        for r, rule in rules
                    ]
                )
                for d in days
            )
        return self._fits[name]

    def _seated(self, seats: Sequence[BoardSeat]) -> bool:
        board = Board(self.people)
        return all(board.add(s, never, DEAR) is not None for s in seats)
