"""Why something finds no place in a month, by name, and what would bring it back.

A packed month → per visit that is left out, and per stand-by pair that is missing, a
smallest set of causes: without exactly these it fits the plan as it stands. And
remedies: what each kind alone would bring back, cheapest first. Beside the route; for
the bureau alone: the causes name people. Words: `short_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.domain import Visit, by_number
from inspector.month.board import Board, Price, never, priced
from inspector.month.eases import PRICES, Ease
from inspector.month.offers import DEAR, Scene, Spot, bought
from inspector.month.pack import Packed, StandBy
from inspector.month.places import Plan


@dataclass(frozen=True, slots=True)
class Short:
    """A visit that is left out, or a pair that is missing (`pair`).

    `eases`: a smallest set without which it fits; `day`: where it would. `before`: the
    earlier step that it waits for; `never`: why nothing that could be eased helps:
    office (its district has none), place (none of all that could give way).
    """

    visit: str = ""
    pair: str = ""
    day: date | None = None
    eases: tuple[Ease, ...] = ()
    before: str = ""
    never: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What gives way together, and how many visits and pairs the plan then takes."""

    eases: tuple[Ease, ...]
    visits: int
    pairs: int


@dataclass(frozen=True, slots=True)
class ShortMonth:
    """All that is short in a month: one row per visit and pair, and the remedies."""

    rows: tuple[Short, ...] = ()
    remedies: tuple[Remedy, ...] = ()


def shortage(packed: Packed, *, remedies: bool = True) -> ShortMonth:
    """What is short in a packed month; `remedies`: and what would help."""
    causes = Causes(packed)
    rows = causes.rows()
    return ShortMonth(rows, causes.remedies(rows) if rows and remedies else ())


class Causes(Scene):
    """A packed month that is asked what it is short of."""

    def smallest(
        self, eases: Sequence[Ease], fits: Callable[[Sequence[Ease]], bool]
    ) -> tuple[Ease, ...]:
        """Of these as few as still do: none can be left out."""
        if len(eases) == 1:
            return tuple(eases)  # it is out: nothing at all does not do
        kept = list(eases)
        for ease in sorted(eases, key=lambda e: e.order, reverse=True):
            fewer = [e for e in kept if e != ease]
            if fits(fewer):
                kept = fewer
        return tuple(kept)

    def rows(self) -> tuple[Short, ...]:
        """Every visit that is out and every missing pair, each for itself."""
        if not self.frozen.working_days:
            return ()
        named = set[Ease]()
        first, last, pairs = self.boards()
        plan = self.plan(self.packed.packing.packages, self.out)
        found = []
        for name in sorted(self.out, key=by_number):
            visit = self.visits[name]
            board = last if plan.alone(visit) else first
            found.append(self.row(plan, board, visit, named))
            named.update(found[-1].eases)
        for pair in self.packed.unmanned:
            offer = self.pair_offer(pairs, pair, priced(named))
            if offer is not None:

                def manned(some: Sequence[Ease], pair: StandBy = pair) -> bool:
                    return self.pair_offer(bought(pairs, some), pair, never) is not None

                eases = self.smallest(offer.eases, manned)
                named.update(eases)
                found.append(Short(pair=pair.id, day=pair.day, eases=eases))
        return tuple(found)

    def row(
        self, plan: Plan, board: Board, visit: Visit, named: Collection[Ease]
    ) -> Short:
        """One visit that is out."""
        if before := plan.before(visit):
            return Short(visit.id, before=before)
        return self.why(plan, board, visit, named)

    def why(
        self, plan: Plan, board: Board, visit: Visit, named: Collection[Ease]
    ) -> Short:
        """One visit that waits for no other."""
        if not any(o.district == visit.district for o in plan.offices):
            return Short(visit.id, never="office")
        spots = self.spots(plan, visit)
        offer = self.offer(board, spots, priced(named))
        if offer is None or offer.spot is None:
            return Short(visit.id, never="place")

        def fits(some: Sequence[Ease]) -> bool:
            return self.offer(bought(board, some), spots, never) is not None

        eases = self.smallest(offer.eases, fits)
        return Short(visit.id, day=offer.spot.new.day, eases=eases)

    # -- remedies --------------------------------------------------------------

    def remedies(self, rows: Sequence[Short]) -> tuple[Remedy, ...]:
        """What each kind of cause brings back alone, cheapest kind first; then all
        kinds together, if that is more."""
        kinds = {e.kind for row in rows for e in row.eases}
        alone = [{k} for k in PRICES if k in kinds]
        found = [r for k in alone if (r := self.remedy(k, rows)) is not None]
        most = max((r.visits + r.pairs for r in found), default=0)
        if len(kinds) > 1:
            whole = self.remedy(kinds, rows)
            if whole is not None and whole.visits + whole.pairs > most:
                found.append(whole)
        return tuple(found)

    def remedy(self, kinds: Collection[str], rows: Sequence[Short]) -> Remedy | None:
        """One after another what can be brought back by these kinds."""
        price = priced((), kinds)
        first, last, pairs = self.boards()
        plan = self.plan(self.packed.packing.packages, self.out)
        eased: dict[Ease, None] = {}
        visits = manned = 0
        todo = [r.visit for r in rows if r.visit and not r.never]
        again = True
        while todo and again:
            again = False
            for name in list(todo):
                visit = self.visits[name]
                if plan.before(visit):
                    continue
                board = last if plan.alone(visit) else first
                offer = self.offer(board, self.spots(plan, visit), price)
                if offer is None or offer.spot is None:
                    continue
                for each in (first, last, pairs):
                    self._put(each, offer.spot, offer.eases, price)
                plan.packages[offer.spot.new.id] = offer.spot.new
                del plan.out[name]
                eased |= dict.fromkeys(offer.eases)
                todo.remove(name)
                visits, again = visits + 1, True
        for row in rows:
            if row.pair and row.day is not None:
                made = self.pair_offer(pairs, StandBy(row.pair, row.day), price)
                if made is not None:
                    pairs = made.board
                    eased |= dict.fromkeys(made.eases)
                    manned += 1
        if not visits + manned:
            return None
        eases = sorted(eased, key=lambda e: e.order)
        return Remedy(tuple(eases), visits, manned)

    def _put(
        self, board: Board, spot: Spot, eases: Collection[Ease], price: Price
    ) -> None:
        board.buy(eases)
        if spot.old is not None:
            board.drop(spot.old.id)
        for seat in self.seats(spot.new):
            if board.add(seat, never, DEAR) is None:
                board.add(seat, price, DEAR)
