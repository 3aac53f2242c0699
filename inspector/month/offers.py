"""What it takes to put one more into a plan: its places, its seats, and who is there.

A packed month and a visit or a pair → the cheapest offer: where, and what must give way
there. Part of `causes`.

A visit fits where its route can be driven (`places`) and the seats that count for it
(PROTOCOL.md §14) are all filled (`board`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inspector.domain import Package, Visit
from inspector.month.board import Board, BoardSeat, Price, never
from inspector.month.crew import LEAD, SECOND
from inspector.month.eases import Blockers, Ease, eased_visit
from inspector.month.gives_way import GivesWay
from inspector.month.pack import Packed, StandBy, known_people, people_of
from inspector.month.places import Plan
from inspector.schedule.packages import package
from inspector.selection.seats import People, seat_rules

MOST_SPOTS = 24  # places of one visit that are looked at with people, cheapest first
DEAR = 10**9


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: the package now, and with the visit; `eases`: what the route needs."""

    old: Package | None
    new: Package
    eases: frozenset[Ease]


@dataclass(frozen=True, slots=True)
class Offer:
    cost: int
    spot: Spot | None
    eases: tuple[Ease, ...]
    board: Board


def bought(board: Board, eases: Iterable[Ease]) -> Board:
    """A copy in which these have given way."""
    done = board.copy()
    done.buy(eases)
    return done


def _by_id(people: People) -> People:
    """People in the order of their numbers: what is named first depends on no seed."""
    people.inspectors = tuple(sorted(people.inspectors, key=lambda i: i.id))
    return people


class Scene:
    """A packed month as it is asked what would fit. `packages`: the plan, which grows
    while remedies are tried."""

    def __init__(self, packed: Packed) -> None:
        self.packed, self.frozen = packed, packed.frozen
        self.policy = packed.frozen.policy
        changes = packed.changes
        people = _by_id(people_of(self.frozen, changes))
        self.people = people.inspectors
        self.block = Blockers(people)
        self.known = self.block
        known = known_people(self.frozen, changes)
        if changes:
            self.known = Blockers(_by_id(known))
        self.compounds = {c.id: c for c in self.frozen.registry.compounds}
        self.visits = {v.id: v for v in packed.drawn.visits}
        self.ways = GivesWay(self.frozen, packed.drawn.visits)
        self.out = {u.visit for u in packed.packing.unplaced}
        self.spots_of: dict[str, list[Spot]] = {}

    def plan(self, packages: Sequence[Package], out: Collection[str]) -> Plan:
        """The plan with a car more in every office on every day."""
        gone = [u for u in self.packed.packing.unplaced if u.visit in out]
        visits = self.packed.drawn.visits
        plan = Plan(self.frozen, visits, packages, gone, self.packed.cars_out)
        plan.cars = {key: n + 1 for key, n in plan.cars.items()}
        return plan

    # -- seats -----------------------------------------------------------------

    def seats(self, p: Package) -> list[BoardSeat]:
        inside = [self.visits[s.visit] for s in p.stops]
        at = [self.compounds[v.compound] for v in inside]
        return [
            BoardSeat(
                f"{p.id}/{name}",
                p.id,
                p.day,
                rule,
                self.block.of(rule, p.day, p.skill, at),
            )
            for name, rule in seat_rules(self.policy, inside, p.skill)
        ]

    def pair_seats(self, pair: StandBy) -> list[BoardSeat]:
        return [
            BoardSeat(
                f"{pair.id}/{rule.role}",
                pair.id,
                pair.day,
                rule,
                self.block.of(rule, pair.day, "", ()),
            )
            for rule in (LEAD, SECOND)
        ]

    def board(self, packages: Iterable[Package], pairs: Iterable[StandBy]) -> Board:
        """These packages and pairs with people in their seats."""
        board = Board(self.people)
        for p in packages:
            for seat in self.seats(p):
                board.add(seat, never, DEAR)
        for pair in pairs:
            for seat in self.pair_seats(pair):
                board.add(seat, never, DEAR)
        return board

    def boards(self) -> tuple[Board, Board, Board]:
        """What counts for visits that give way before the pairs, for those that give
        way after them, and for pairs."""
        packages = self.packed.packing.packages
        pairs = self.packed.standby
        later = [p for p in packages if self.ways.of_package(p) > self.ways.pairs]
        return (
            self.board(packages, pairs),
            self.board(packages, ()),
            self.board(later, pairs),
        )

    # -- one visit -------------------------------------------------------------

    def spots(self, plan: Plan, visit: Visit) -> list[Spot]:
        """Where its route could be driven, with what must give way for that; one per
        package, or office and day."""
        free = Counter((p.office, p.day) for p in plan.packages.values())
        for eases in self._own(plan, visit):
            eased = eased_visit(visit, self.frozen, eases)
            found: dict[tuple[str, str, date], Spot] = {}
            for old, new in plan.places(eased):
                more = set(eases)
                if not old and free[new.office, new.day] >= (
                    plan.cars[new.office, new.day] - 1
                ):
                    more.add(Ease("car", day=new.day, what=new.office))
                key = old.id if old else "", new.office, new.day
                found.setdefault(key, Spot(old, new, frozenset(more)))
            if found:
                return list(found.values())
        return []

    def _own(self, plan: Plan, visit: Visit) -> Iterable[tuple[Ease, ...]]:
        """What lies in the visit itself, from nothing on: it is too long or too far,
        its days are no working days, its series leaves none."""
        long = self._long(visit)
        gap, dates = Ease("gap", what=visit.id), Ease("dates", what=visit.id)
        yield long
        if visit.series:
            yield (*long, gap)
        yield (*long, dates)
        if visit.series:
            yield (*long, gap, dates)

    def _long(self, visit: Visit) -> tuple[Ease, ...]:
        """Nothing if some day could hold it alone, else what is too much."""
        far = Ease("far", what=visit.id)
        if self.drivable(visit):
            return ()
        near = eased_visit(visit, self.frozen, [far])
        least, most = 0, visit.service_minutes
        one = visit if self.drivable(replace(visit, service_minutes=1)) else near
        while most - least > 1:
            middle = (least + most) // 2
            fits = self.drivable(replace(one, service_minutes=middle))
            least, most = (middle, most) if fits else (least, middle)
        long = Ease("long", what=visit.id, n=least)
        if one is near:
            return (far,) if self.drivable(near) else (far, long)
        if self.drivable(near) and 2 * least < visit.service_minutes:
            return (far,)
        return (long,)

    def drivable(self, visit: Visit) -> bool:
        """Whether a day holds the visit, were it the only one."""
        day = self.frozen.working_days[0]
        rules = self.policy.day, self.policy.travel
        homes = [
            o for o in self.frozen.registry.offices if o.district == visit.district
        ]
        return not homes or any(
            package("N", day, o, [visit], *rules) is not None for o in homes
        )

    def offer(self, board: Board, spots: Sequence[Spot], price: Price) -> Offer | None:
        """The cheapest of these places, None when none can be had."""
        rows = []
        for n, spot in enumerate(spots):
            own = [0 if e in board.bought else price(e) for e in spot.eases]
            seats = self.seats(spot.new)
            least = [self._least(board, s, price) for s in seats]
            if None not in own and None not in least:
                total = sum(x for x in (*own, *least) if x is not None)
                rows.append((total, n, spot, seats))
        best: Offer | None = None
        for total, _, spot, seats in sorted(rows, key=lambda r: r[:2])[:MOST_SPOTS]:
            most = best.cost if best else DEAR
            if total >= most:
                break
            found = self._try(board, spot, seats, price, most)
            if found is not None:
                best = found
            if best is not None and not best.cost:
                break
        return best

    def _least(self, board: Board, seat: BoardSeat, price: Price) -> int | None:
        """No person for the seat costs less."""
        found = [
            sum(x for x in costs if x is not None)
            for block in set(seat.block)
            if block is not None
            for costs in [[price(e) for e in block - board.bought]]
            if None not in costs
        ]
        more = Ease("person", day=seat.day, n=1, rule=seat.rule)
        hire = 0 if more in board.bought else price(more)
        found += [hire] if hire is not None else []
        return min(found, default=None)

    def _try(
        self,
        board: Board,
        spot: Spot,
        seats: Sequence[BoardSeat],
        price: Price,
        most: int,
    ) -> Offer | None:
        """This place with people in its seats, for less than `most`."""
        done = board.copy()
        cost = sum(price(e) or 0 for e in spot.eases - board.bought)
        done.buy(spot.eases)
        if spot.old is not None:
            done.drop(spot.old.id)
        for seat in seats:
            more = done.add(seat, price, most - cost)
            if more is None:
                return None
            cost += more
        extra = self._kept(done, spot.new, seats, price)
        if extra is None or cost + extra >= most:
            return None
        new = sorted(done.bought - board.bought, key=lambda e: e.order)
        return Offer(cost + extra, spot, tuple(new), done)

    def _kept(
        self, board: Board, p: Package, seats: Sequence[BoardSeat], price: Price
    ) -> int | None:
        """Let give way what keeps a seat from its share of the hardest visit's people;
        what that costs."""
        num, den = self.policy.seats.keep_share
        cost = 0
        for seat in seats:
            while True:
                hired = sum(
                    e.kind == "person" and (e.day, e.rule) == (seat.day, seat.rule)
                    for e in board.bought
                )
                have = len(board.may(seat)) + hired
                least = hired + min(
                    self._may_alone(board, seat, p, s.visit) for s in p.stops
                )
                if have * den >= least * num:
                    break
                asked = self._cheapest(board, seat, price)
                if asked is None:
                    return None
                cost += asked[0]
                board.buy(asked[1])
        return cost

    def _may_alone(self, board: Board, seat: BoardSeat, p: Package, name: str) -> int:
        visit = self.visits[name]
        at = [self.compounds[visit.compound]]
        rows = self.known.of(seat.rule, p.day, visit.skill, at)
        return sum(b is not None and b <= board.bought for b in rows)

    def _cheapest(
        self, board: Board, seat: BoardSeat, price: Price
    ) -> tuple[int, list[Ease]] | None:
        """What lets one more sit there."""
        found = []
        for block in seat.block:
            if block is not None and not block <= board.bought:
                eases = sorted(block - board.bought, key=lambda e: e.order)
                costs = [price(e) for e in eases]
                if None not in costs:
                    total = sum(c for c in costs if c is not None)
                    found.append((total, [e.order for e in eases], eases))
        if not found:
            return None
        total, _, eases = min(found, key=lambda row: row[:2])
        return total, eases

    def pair_offer(self, board: Board, pair: StandBy, price: Price) -> Offer | None:
        """The cheapest way to man a pair."""
        done, cost, seats = board.copy(), 0, self.pair_seats(pair)
        if any(self._least(board, s, price) is None for s in seats):
            return None
        for seat in seats:
            more = done.add(seat, price, DEAR - cost)
            if more is None:
                return None
            cost += more
        new = sorted(done.bought - board.bought, key=lambda e: e.order)
        return Offer(cost, None, tuple(new), done)
