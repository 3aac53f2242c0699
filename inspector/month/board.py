"""The seats of a plan with people in them, and the cheapest way to seat one more.

Seats and who is kept out of them by what (`Blockers`) → what must give way so that
further seats are filled too. Part of `causes`.

A seating as in `inspector.selection.matching`, where a person whom something keeps out
may be had at the price of removing it: the cheapest chain of moves by Dijkstra.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from inspector.domain import Inspector
from inspector.month.eases import PRICES, Block, Ease
from inspector.policy import SeatRule

Stay = tuple[int, date]
Price = Callable[[Ease], int | None]  # None: may not give way
SCALE = 100


@dataclass(frozen=True, slots=True)
class BoardSeat:
    """A seat to fill. `block`: per person what keeps him out, None: for good."""

    id: str
    package: str
    day: date
    rule: SeatRule
    block: tuple[Block | None, ...]


def never(_: Ease) -> int | None:
    """Nothing gives way."""
    return None


def priced(named: Collection[Ease] = (), kinds: Collection[str] = PRICES) -> Price:
    """What each costs, a little less what is named already; of these kinds."""

    def price(e: Ease) -> int | None:
        if e.kind not in kinds:
            return None
        return PRICES[e.kind] * SCALE - (e in named)

    return price


@dataclass(slots=True)
class Board:
    """People in seats. `bought`: what has given way."""

    people: Sequence[Inspector]
    bought: set[Ease] = field(default_factory=set)
    seats: dict[str, BoardSeat] = field(default_factory=dict)
    place: dict[str, Stay] = field(default_factory=dict)
    taken: dict[Stay, str] = field(default_factory=dict)
    held: dict[int, set[str]] = field(default_factory=dict)
    extra: Counter[int] = field(default_factory=Counter)
    hired: set[Ease] = field(default_factory=set)  # of those bought, who sits

    def copy(self) -> Board:
        """A board that is changed without changing this one."""
        return Board(
            self.people,
            set(self.bought),
            dict(self.seats),
            dict(self.place),
            dict(self.taken),
            {i: set(s) for i, s in self.held.items()},
            Counter(self.extra),
            set(self.hired),
        )

    def buy(self, eases: Iterable[Ease]) -> None:
        """Let these give way."""
        index = {p.id: i for i, p in enumerate(self.people)}
        for e in eases:
            if e not in self.bought:
                self.bought.add(e)
                if e.kind == "days":
                    self.extra[index[e.who]] += 1

    def drop(self, package: str) -> None:
        """The seats of a package are gone."""
        for name in [n for n, s in self.seats.items() if s.package == package]:
            del self.seats[name]
            if name in self.place:
                self._leave(name)

    def _leave(self, name: str) -> None:
        stay = self.place.pop(name)
        del self.taken[stay]
        self.held[stay[0]].discard(name)

    def may(self, seat: BoardSeat) -> list[int]:
        """Who may sit there as things stand."""
        return [
            i for i, b in enumerate(seat.block) if b is not None and b <= self.bought
        ]

    def add(self, seat: BoardSeat, price: Price, most: int) -> int | None:
        """Fill a seat more, letting give way what must; the price, None when it cannot
        be done for less than `most`."""
        self.seats[seat.id] = seat
        search = _Search(self, seat, price, most)
        if search.end is None:
            del self.seats[seat.id]
            return None
        self.buy(search.eases())
        chain = search.chain()
        for name, _ in chain:
            if name in self.place:
                self._leave(name)
        self.hired.update(e for e in search.last() if e.kind == "person")
        for name, stay in chain:
            if stay is not None:
                self.place[name], self.taken[stay] = stay, name
                self.held.setdefault(stay[0], set()).add(name)
        return search.most


class _Search:
    """The cheapest chain of moves that fills one seat. `most`: its price then."""

    def __init__(self, board: Board, seat: BoardSeat, price: Price, most: int) -> None:
        self.board, self.price, self.most = board, price, most
        self.costs: dict[Block, int | None] = {}
        self.via: dict[str, tuple[str, int]] = {}
        self.full: dict[int, int] = {}  # who is at his limit -> price to reach him
        # the last seat of the chain, who takes it, and what gives way there
        self.end: tuple[str, int | None, tuple[Ease, ...]] | None = None
        best, done, queue = {seat.id: 0}, set[str](), [(0, seat.id)]
        while queue:
            cost, name = heappop(queue)
            if cost >= self.most:
                break
            if name in done:
                continue
            done.add(name)
            for more, who, asked in self._moves(name, cost):
                for other in asked:
                    if more < best.get(other, self.most) and other not in done:
                        best[other] = more
                        self.via[other] = name, who
                        heappush(queue, (more, other))
            self._somebody(name, cost)

    def _moves(self, name: str, cost: int) -> Iterable[tuple[int, int, Iterable[str]]]:
        """Who could take the seat, at what price, and the seats he would leave."""
        board, seat = self.board, self.board.seats[name]
        for i, block in enumerate(seat.block):
            more = self._cost(block)
            if more is None or cost + more >= self.most:
                continue
            more += cost
            other = board.taken.get((i, seat.day))
            if other is not None:
                yield more, i, (other,)
                continue
            if self.full.get(i, self.most) <= more:
                continue  # all that he leaves is asked for already, no dearer
            mine = board.held.get(i, ())
            limit = board.people[i].max_days + board.extra[i]
            # who may do no duty at all gets his first day with his block
            first = sum(e.kind == "days" and e not in board.bought for e in block or ())
            if len(mine) < limit + first:
                self._ends(name, i, more, ())
                continue
            self.full[i] = more
            yield more, i, sorted(mine)
            day = Ease("days", board.people[i].id, n=board.extra[i] + first + 1)
            price = self.price(day)
            if price is not None:
                self._ends(name, i, more + price, (day,))

    def _cost(self, block: Block | None) -> int | None:
        if not block:
            return None if block is None else 0
        if block not in self.costs:
            total: int | None = 0
            for e in block - self.board.bought:
                price = self.price(e)
                total = None if total is None or price is None else total + price
            self.costs[block] = total
        return self.costs[block]

    def _ends(
        self, name: str, who: int | None, cost: int, more: tuple[Ease, ...]
    ) -> None:
        if cost < self.most:
            self.most, self.end = cost, (name, who, more)

    def _somebody(self, name: str, cost: int) -> None:
        """Somebody more for that day."""
        seat, number = self.board.seats[name], 1
        while True:
            ease = Ease("person", day=seat.day, n=number, rule=seat.rule)
            if ease not in self.board.hired:
                break
            number += 1
        price = 0 if ease in self.board.bought else self.price(ease)
        if price is not None:
            self._ends(name, None, cost + price, (ease,))

    def last(self) -> tuple[Ease, ...]:
        """What gives way at the end of the chain: a day more, or somebody more."""
        assert self.end is not None
        return self.end[2]

    def chain(self) -> list[tuple[str, Stay | None]]:
        """Each seat that changes hands with who takes it, the last one first."""
        assert self.end is not None
        name, who, _ = self.end
        out: list[tuple[str, Stay | None]] = [(name, self._stay(name, who))]
        while name in self.via:
            name, person = self.via[name]
            out.append((name, self._stay(name, person)))
        return out

    def _stay(self, name: str, who: int | None) -> Stay | None:
        return None if who is None else (who, self.board.seats[name].day)

    def eases(self) -> list[Ease]:
        """What gives way along the chain."""
        out = list(self.last())
        for name, stay in self.chain():
            if stay is not None:
                block = self.board.seats[name].block[stay[0]]
                out += sorted(
                    (block or frozenset()) - self.board.bought, key=lambda e: e.order
                )
        return out
