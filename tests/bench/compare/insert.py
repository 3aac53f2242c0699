"""Greedy regret insertion with exact routes: the peer of that name, and the repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from random import Random

from tests.bench.compare.area import FAR, Area, Order, Plan, Slot, days_of, domains
from tests.bench.compare.bands import Fleet

Move = tuple[int, int, Order]  # more travel, route number or -1 for a new one, order


class Desk:
    """A plan of one area that takes visits one by one, always within the rules."""

    def __init__(self, area: Area, fleet: Fleet, plan: Plan | None = None) -> None:
        self.area = area
        self.fleet = fleet
        self.routes: dict[Slot, list[Order]] = {
            s: [o for o in orders if o] for s, orders in (plan or {}).items()
        }
        self.day = days_of(self.routes)
        self._moves: dict[tuple[int, int, Order], tuple[int, Order] | None] = {}
        self._chain = {i: c for c in area.chains for i in c}

    def plan(self) -> Plan:
        return {s: [o for o in orders if o] for s, orders in self.routes.items()}

    def left(self) -> list[int]:
        """Visits not in the plan."""
        return [i for i in range(self.area.size) if i not in self.day]

    def take_out(self, visit: int) -> None:
        slot = self.area.home[visit], self.day.pop(visit)
        self.routes[slot] = [
            tuple(i for i in o if i != visit) for o in self.routes[slot]
        ]
        self.routes[slot] = [o for o in self.routes[slot] if o]

    def days(self, visit: int) -> frozenset[int]:
        """Days that leave every other step of the series a day."""
        chain = self._chain.get(visit)
        if chain is None:
            return self.area.days[visit]
        known = {i: self.day[i] for i in chain if i in self.day and i != visit}
        return domains(self.area, chain, known)[chain.index(visit)]

    def siblings(self, visit: int) -> Order:
        """The steps of the same series, the visit itself included."""
        return self._chain.get(visit, (visit,))

    def ready(self, visit: int) -> bool:
        """Whether the steps before it are placed."""
        chain = self.siblings(visit)
        return all(i in self.day for i in chain[: chain.index(visit)])

    def roles_fit(self, slot: Slot, skills: Iterable[str]) -> bool:
        """Whether the cars of a slot can take routes with these skills."""
        cars = self.fleet.get(slot, Counter())
        wanted = Counter(skills)
        if wanted.total() > cars.total():
            return False
        return all(n <= cars[s] for s, n in wanted.items() if s)

    def into(self, office: int, visit: int, order: Order) -> tuple[int, Order] | None:
        """The cheapest place in a route, and what it costs."""
        key = office, visit, order
        if key not in self._moves:
            area, legs, depot = self.area, self.area.legs, self.area.depot(office)
            stops = (depot, *order, depot)
            tries = sorted(
                (legs[a][visit] + legs[visit][b] - legs[a][b], k)
                for k, (a, b) in enumerate(pairwise(stops))
            )
            found = None
            if len(order) < area.work.day.max_visits:
                for more, k in tries:
                    longer = (*order[:k], visit, *order[k:])
                    if area.keeps(office, longer):
                        found = more, longer
                        break
            self._moves[key] = found
        return self._moves[key]

    def moves(self, visit: int, slot: Slot) -> list[Move]:
        """Ways to place the visit in a slot, a new route only when none is empty."""
        area, orders = self.area, self.routes.get(slot, [])
        skills = [area.skill(o) for o in orders]
        special = area.visits[visit].skill
        found: list[Move] = []
        for number, order in enumerate((*orders, ())):
            if number == len(orders):
                after = [*skills, special]
            elif special and not skills[number]:
                after = [*skills[:number], special, *skills[number + 1 :]]
            else:
                after = skills
            if not self.roles_fit(slot, after):
                continue
            way = self.into(slot[0], visit, order)
            if way is not None:
                found.append((way[0], number, way[1]))
        return found

    def put(self, visit: int, slot: Slot, number: int, order: Order) -> None:
        orders = self.routes.setdefault(slot, [])
        if number == len(orders):
            orders.append(order)
        else:
            orders[number] = order
        self.day[visit] = slot[1]


def insert(desk: Desk, some: Iterable[int], rng: Random, noise: int = 0) -> list[int]:
    """Place visits where they cost least, the one that would regret most first.

    Regret: how much dearer the second to fifth best ways are, a missing way counting
    as FAR. `noise`: minutes of chance added to each cost. Returns what found no place.
    """
    area = desk.area
    waiting = sorted(some)
    out: list[int] = []
    known: dict[tuple[int, Slot], list[tuple[int, int, Order, Slot]]] = {}
    allowed = {i: desk.days(i) for i in waiting}
    while waiting:
        pick: tuple[tuple[int, int, float], int, tuple[int, int, Order, Slot]] | None
        pick = None
        for visit in waiting:
            if not desk.ready(visit):
                continue
            ways: list[tuple[int, int, Order, Slot]] = []
            for day in allowed[visit]:
                slot = area.home[visit], day
                if (visit, slot) not in known:
                    known[visit, slot] = [
                        (cost + rng.randrange(noise + 1), number, order, slot)
                        for cost, number, order in desk.moves(visit, slot)
                    ]
                ways.extend(known[visit, slot])
            if not ways:
                continue
            ways.sort(key=lambda w: w[0])
            costs = [w[0] for w in ways[:5]] + [FAR] * (5 - len(ways))
            rank = sum(costs) - 5 * costs[0], -costs[0], rng.random()
            if pick is None or rank > pick[0]:
                pick = rank, visit, ways[0]
        if pick is None:
            out.extend(waiting)
            break
        _, visit, (_, number, order, slot) = pick
        desk.put(visit, slot, number, order)
        waiting.remove(visit)
        for key in [k for k in known if k[1] == slot]:
            del known[key]
        for i in desk.siblings(visit):
            allowed[i] = desk.days(i)
    return out
