"""The seats network in integers: who may sit where, fair shares, loads, node sets.

People, seats and rules → the network that levels, chances and proofs stand on.

Everything here is exact and solver-free, so that checks and the public verifier share
it. Levels, caps, floor and shares are whole units, `UNIT` (2^20) units being a chance
of 1; the chances themselves are counted in `WHOLE` (2^40), so that rounding them hides
nothing. The network is a circulation; each arc carries between its lower and its upper
bound (for the chances themselves all of them times `FINE`):

    S -> seat              exactly UNIT
    seat -> pair           0 .. UNIT, for each eligible person (an *element*)
    pair -> person-day     0 .. cap, the *chance arc* of (package, person)
    person-day -> person   0 .. UNIT
    person -> T            load_min * UNIT .. load_max * UNIT
    T -> S                 exactly UNIT * seats

Nodes: S = 0, T = 1, then the seats in order, the pairs by (package, person), the
person-days by (person, day), the people in order. Packages count in the order in which
the seats name them first. A node set is an integer whose bit v stands for node v.
Source of the model: FAIRNESS §5, Budish, Che, Kojima and Milgrom (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.policy import LotteryRules

UNIT = 1 << 20
WHOLE = 1 << 40
FINE = WHOLE // UNIT
HALF_DAY = 240  # minutes; duty carried over enters the table in these
# After the first, a level below this chance (2^-10) is not taken: it would all but bar
# the pairs left, and it can be mere rounding of the levels before it.
LEAST_LEVEL = 1 << 10


@dataclass(frozen=True, slots=True)
class Person:
    """One who can be drawn. Bit d of `days`: available on the whole of day d.

    `group`: eligibility class; people of one group are kept equal in expected duty.
    `carry_minutes`: duty carried over, positive when he worked more than his share, to
    the half-day (`half_days`).
    """

    id: str
    days: int
    max_days: int
    group: str
    carry_minutes: int = 0


@dataclass(frozen=True, slots=True)
class SeatNeed:
    """One seat to fill. `eligible`: indexes of people, ascending, free on `day`.

    `day` is a working day's index; all seats of one package share it. `minutes` is the
    duty of the package, 0 for a stand-by seat.
    """

    id: str
    package: str
    day: int
    eligible: tuple[int, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class LeximaxLevel:
    """One step of the leximax: its value in units and the node set that proves it."""

    value: int
    nodes: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The chance of `person` (index) on `package` (index): level, cap, use.

    `dropped`: no table within the caps can use the pair; its chance is 0.
    """

    person: int
    package: int
    level: int
    cap: int
    dropped: bool


@dataclass(frozen=True, slots=True)
class Element:
    """The chance of `person` on `seat` (indexes), in units of 2^-40."""

    seat: int
    person: int
    units: int


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Public exceptions: seats with few eligible people, pairs on a high level."""

    seats: tuple[int, ...]
    pairs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Multipliers:
    """What shows that no other table was possible (PROTOCOL.md §7), in 2^-40.

    One number per seat, per person's load, per (person, day index) that is full (those
    not 0 alone), per person's duty. They are of any size. Where several sets fit, each
    proves the same table.
    """

    seats: tuple[int, ...] = ()
    loads: tuple[int, ...] = ()
    days: tuple[tuple[int, int, int], ...] = ()
    duty: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChanceTable:
    """The published table (派员概率表) with what proves it.

    `unit`, `elements`, `min_chance`, `max_chance`, `multipliers` are in 2^-40, all else
    in 2^-20. `slack` is w; `slack_nodes` proves that w - 1 does not fit (0 when w = 0).
    `fair` in units; `loads` are (least, most) duty days per person. `spare`: empty, or,
    when the levels end early, units per element of a table within the levels that gives
    each pair outside their tight sets less than `LEAST_LEVEL`.
    `t_nodes` proves t*; 0 when the smallest cap itself is t*.
    """

    unit: int
    slack: int
    slack_nodes: int
    fair: tuple[int, ...]
    loads: tuple[tuple[int, int], ...]
    levels: tuple[LeximaxLevel, ...]
    spare: tuple[int, ...]
    pairs: tuple[Pair, ...]
    elements: tuple[Element, ...]
    multipliers: Multipliers
    t_star: int
    t_nodes: int
    floor: int
    min_chance: int
    max_chance: int
    exceptions: Exceptions


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and arcs, numbered as the module says. Arcs keep the order listed there.

    `elements`: (seat, person), `pairs`: (package, person), `person_days`: (person, day)
    in order; `element_pair` and `pair_day` point into `pairs` and `person_days`.
    """

    seats: int
    people: int
    packages: tuple[str, ...]
    seat_package: tuple[int, ...]
    elements: tuple[tuple[int, int], ...]
    element_pair: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    pair_day: tuple[int, ...]
    person_days: tuple[tuple[int, int], ...]

    @property
    def first_pair(self) -> int:
        return 2 + self.seats

    @property
    def first_day(self) -> int:
        return self.first_pair + len(self.pairs)

    @property
    def first_person(self) -> int:
        return self.first_day + len(self.person_days)

    @property
    def nodes(self) -> int:
        return self.first_person + self.people

    def ends(self) -> tuple[list[int], list[int]]:
        """Tails and heads of all arcs, in the order of the module's list."""
        seat, pair, day, person = 2, self.first_pair, self.first_day, self.first_person
        tails = [0] * self.seats
        heads = list(range(seat, pair))
        tails += [seat + s for s, _ in self.elements]
        heads += [pair + p for p in self.element_pair]
        tails += range(pair, day)
        heads += [day + d for d in self.pair_day]
        tails += range(day, person)
        heads += [person + i for i, _ in self.person_days]
        tails += range(person, self.nodes)
        heads += [1] * self.people
        return [*tails, 1], [*heads, 0]


def network(people: Sequence[Person], seats: Sequence[SeatNeed]) -> Network:
    """The network of these seats; eligible indexes must name people.

    >>> a, b = Person("a", 1, 1, "x"), Person("b", 1, 1, "x")
    >>> net = network((a, b), (SeatNeed("p.1", "p", 0, (0, 1), 400),))
    >>> net.pairs, net.person_days, net.nodes
    (((0, 0), (0, 1)), ((0, 0), (1, 0)), 9)
    """
    index = {p: k for k, p in enumerate(dict.fromkeys(s.package for s in seats))}
    package_day = {index[s.package]: s.day for s in seats}
    elements = [(k, i) for k, s in enumerate(seats) for i in s.eligible]
    named = [(index[seats[k].package], i) for k, i in elements]
    pairs = sorted(set(named))
    pair_at = {pair: k for k, pair in enumerate(pairs)}
    pair_days = [(i, package_day[p]) for p, i in pairs]
    person_days = sorted(set(pair_days))
    day_at = {key: k for k, key in enumerate(person_days)}
    return Network(
        seats=len(seats),
        people=len(people),
        packages=tuple(index),
        seat_package=tuple(index[s.package] for s in seats),
        elements=tuple(elements),
        element_pair=tuple(pair_at[pair] for pair in named),
        pairs=tuple(pairs),
        pair_day=tuple(day_at[key] for key in pair_days),
        person_days=tuple(person_days),
    )


def half_days(minutes: int) -> int:
    """Minutes rounded to half-days: finer figures would link months more easily.

    >>> half_days(119), half_days(120), half_days(-130)
    (0, 240, -240)
    """
    return HALF_DAY * ((minutes + HALF_DAY // 2) // HALF_DAY)


def weight(person: Person) -> int:
    """d: the days a person can serve, at most `max_days`."""
    return max(0, min(person.days.bit_count(), person.max_days))


def rate(person: Person) -> int:
    """How much of his available days a person can serve, in units.

    A seat lists him only on his own days, so days off must not count twice: somebody
    there half the month is a full candidate on each day he is there.
    """
    days = person.days.bit_count()
    return UNIT * weight(person) // days if days else 0


def equal_shares(
    net: Network, people: Sequence[Person], unit: int = WHOLE
) -> list[int]:
    """Per element a person's equal share of the seat: by rate among its eligible.

    >>> a, b = Person("a", 3, 1, "x"), Person("b", 1, 1, "x")
    >>> equal_shares(network((a, b), (SeatNeed("p.1", "p", 0, (0, 1), 9),)), (a, b), 6)
    [2, 4]
    """
    rates, total = [rate(p) for p in people], [0] * net.seats
    for s, i in net.elements:
        total[s] += rates[i]
    return [unit * rates[i] // max(1, total[s]) for s, i in net.elements]


def fair_shares(people: Sequence[Person], seats: Sequence[SeatNeed]) -> tuple[int, ...]:
    """Each person's fair share in units: of each seat, his rate over the sum of rates.

    Each seat's share is rounded down to a unit.

    >>> a, b = Person("a", 3, 1, "x"), Person("b", 1, 1, "x")
    >>> fair_shares((a, b), (SeatNeed("p.1", "p", 0, (0, 1), 400),))
    (349525, 699050)
    """
    rates = [rate(p) for p in people]
    fair = [0] * len(people)
    for seat in seats:
        total = sum(rates[i] for i in seat.eligible)
        for i in seat.eligible if total else ():
            fair[i] += UNIT * rates[i] // total
    return tuple(fair)


def load_bounds(
    people: Sequence[Person], fair: Sequence[int], slack: int
) -> tuple[tuple[int, int], ...]:
    """(least, most) duty days per person: the fair share ± `slack`, never above d.

    >>> load_bounds((Person("a", 15, 4, "x"),), (2 * UNIT + 1,), 0)
    ((2, 3),)
    >>> load_bounds((Person("a", 15, 2, "x"),), (2 * UNIT + 1,), 1)
    ((1, 2),)
    """
    bounds = []
    for person, share in zip(people, fair, strict=True):
        most = min(weight(person), -(-share // UNIT) + slack)
        bounds.append((min(most, max(0, share // UNIT - slack)), most))
    return tuple(bounds)


def cap_of(value: int, rules: LotteryRules) -> int:
    """The cap of a pair whose level has this value, in units.

    >>> cap_of(3, LotteryRules()), cap_of(UNIT, LotteryRules())
    (4, 1048576)
    """
    up, down = rules.cap_factor
    return min(UNIT, -(-value * up // down))


def floor_of(t_star: int, rules: LotteryRules) -> int:
    """The least chance of every pair in use, in units.

    >>> floor_of(9, LotteryRules())
    7
    """
    up, down = rules.floor_factor
    return t_star * up // down


def exceptions_of(
    seats: Sequence[SeatNeed], values: Sequence[int], rules: LotteryRules
) -> Exceptions:
    """The public exceptions; `values` are the levels of the pairs, in units."""
    up, down = rules.exception_level
    return Exceptions(
        seats=tuple(
            k for k, s in enumerate(seats) if len(s.eligible) < rules.exception_eligible
        ),
        pairs=tuple(k for k, v in enumerate(values) if v * down > UNIT * up),
    )


def pair_sums(net: Network, units: Sequence[int]) -> list[int]:
    """Each pair's chance: its elements' units added."""
    sums = [0] * len(net.pairs)
    for p, u in zip(net.element_pair, units, strict=True):
        sums[p] += u
    return sums
