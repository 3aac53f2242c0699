"""Every claim of a chance table, checked with integers and without a solver.

A published table with its seats and people → claims that fail.

Each check adds integers over a node set, or follows arcs; none solves. What holds:
the table is exact and within its bounds; no table has a smaller load slack, a smaller
level at any stage, or a larger t*; dropped pairs cannot be used; inside these bounds no
other table was possible (`distance`). Checks return what is wrong and do not raise on
bad data. Source: FAIRNESS §5, certificates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType

from inspector.errors import messages, text
from inspector.policy import LotteryRules
from inspector.selection import distance
from inspector.selection.cuts import Crossing, crossing, unusable
from inspector.selection.network import (
    FINE,
    LEAST_LEVEL,
    UNIT,
    WHOLE,
    ChanceTable,
    Network,
    Person,
    SeatNeed,
    cap_of,
    exceptions_of,
    fair_shares,
    floor_of,
    load_bounds,
    network,
    pair_sums,
)


@dataclass(frozen=True, slots=True)
class FailedClaim:
    """One claim that fails: a code, and where it fails with which values."""

    code: str
    params: Mapping[str, object]

    def sentences(self) -> tuple[str, str]:
        """The message in Chinese and English."""
        return text(self.code, self.params)

    def __str__(self) -> str:
        return f"{self.code}: {' / '.join(self.sentences())}"


_FOUND = "：应为 {wanted}，实为 {found}", ": expected {wanted}, found {found}"
messages(
    {
        f"table.{code}": (zh + _FOUND[0], f"{en}{_FOUND[1]}")
        for code, zh, en in (
            ("input", "{where} 的数据无效", "{where}: bad input"),
            ("shape", "派员概率表的 {where} 不完整", "{where}: malformed table"),
            ("fair", "{where} 的应分担份额有误", "{where}: wrong fair share"),
            ("loads", "{where} 的出勤天数上下限有误", "{where}: wrong load bounds"),
            ("slack", "放宽量 w 未获证明", "load slack w not proven"),
            ("seat", "席位 {where} 的概率之和有误", "seat {where}: chances do not add"),
            ("pair", "{where} 的概率越界", "{where}: chance out of bounds"),
            ("day", "{where} 当日概率之和超过 1", "{where}: more than 1 on one day"),
            ("load", "{where} 的期望天数越界", "{where}: load out of bounds"),
            ("level", "第 {where} 级未获证明", "level {where} not proven"),
            ("level_of", "{where} 的级别有误", "{where}: wrong level"),
            ("levels", "级数有误", "wrong number of levels"),
            ("cap", "{where} 的上限有误", "{where}: wrong cap"),
            ("dropped", "{where} 的弃用标记有误", "{where}: wrongly (not) dropped"),
            ("t_star", "t* 未获证明", "t* not proven"),
            ("multipliers", "乘子 {where} 不合规则", "multiplier {where} may not be"),
            ("canonical", "与唯一之表相差过大", "too far from the canonical table"),
            ("summary", "{where} 与表不符", "{where} does not match the table"),
        )
    }
)


def _bad(code: str, where: object, wanted: object, found: object) -> FailedClaim:
    params = {"where": where, "wanted": wanted, "found": found}
    return FailedClaim(f"table.{code}", MappingProxyType(params))


def check_table(
    people: Sequence[Person],
    seats: Sequence[SeatNeed],
    rules: LotteryRules,
    table: ChanceTable,
) -> list[FailedClaim]:
    """All violations of a published table; the shape alone when that is broken."""
    broken = [*_input(people, seats)]
    if broken:
        return broken
    net = network(people, seats)
    broken = [*_shape(net, table)]
    if broken:
        return broken
    at = Seating(net, people, seats)
    return [
        *check_loads(at, table),
        *check_slack(at, table),
        *check_levels(at, rules, table),
        *check_margins(at, table),
        *check_dropped(at, table),
        *check_floor(at, rules, table),
        *check_canonical(at, rules, table),
        *check_summary(at, rules, table),
    ]


@dataclass(frozen=True, slots=True)
class Seating:
    """People, seats and their network; names pairs in messages."""

    net: Network
    people: Sequence[Person]
    seats: Sequence[SeatNeed]

    def pair(self, k: int) -> str:
        package, person = self.net.pairs[k]
        return f"{self.people[person].id}@{self.net.packages[package]}"


def _whole(*values: object) -> bool:
    return all(type(v) is int for v in values)


def _input(
    people: Sequence[Person], seats: Sequence[SeatNeed]
) -> Iterator[FailedClaim]:
    for i, person in enumerate(people):
        numbers = (person.days, person.max_days, person.carry_minutes)
        if not _whole(*numbers) or person.days < 0:
            yield _bad("input", f"people[{i}]", "whole numbers", numbers)
            return
    day_of: dict[str, int] = {}
    for s, seat in enumerate(seats):
        who = seat.eligible
        if not _whole(seat.day, seat.minutes, *who) or seat.day < 0:
            yield _bad("input", f"seats[{s}]", "whole numbers", seat.day)
        elif list(who) != sorted(set(who)) or (
            who and not 0 <= who[0] <= who[-1] < len(people)
        ):
            yield _bad("input", f"seats[{s}].eligible", "ascending indexes", who)
        elif day_of.setdefault(seat.package, seat.day) != seat.day:
            yield _bad("input", seat.id, day_of[seat.package], seat.day)
        else:
            for i in who:
                if not people[i].days >> seat.day & 1:
                    yield _bad("input", f"{people[i].id}@{seat.id}", "free", "away")


def _shape(net: Network, table: ChanceTable) -> Iterator[FailedClaim]:
    """The table lists exactly this network's people, pairs and elements, in order."""
    if not isinstance(table, ChanceTable):
        yield _bad("shape", "table", "ChanceTable", type(table).__name__)
        return
    numbers = {
        "fair": table.fair,
        "loads": [v for bounds in table.loads for v in bounds],
        "levels": [v for k in table.levels for v in (k.value, k.nodes)],
        "spare": table.spare,
        "pairs": [v for p in table.pairs for v in (p.level, p.cap)],
        "elements": [e.units for e in table.elements],
        "multipliers": _multipliers(table),
        "scalars": [
            getattr(table, f.name) for f in fields(table) if f.type in ("int", int)
        ],
    }
    for name, values in numbers.items():
        if not _whole(*values):
            yield _bad("shape", name, "whole numbers", "others")
            return
    listed = {
        "unit": (WHOLE, table.unit),
        "fair": (net.people, len(table.fair)),
        "loads": ([2] * net.people, [len(b) for b in table.loads]),
        "pairs": (list(net.pairs), [(p.package, p.person) for p in table.pairs]),
        "elements": (list(net.elements), [(e.seat, e.person) for e in table.elements]),
    }
    for name, (wanted, found) in listed.items():
        if wanted != found:
            yield _bad("shape", name, "that of the seats", "another")
    sets = [table.slack_nodes, table.t_nodes, *(k.nodes for k in table.levels)]
    if not all(0 <= nodes < 1 << net.nodes for nodes in sets):
        yield _bad("shape", "node set", f"{net.nodes} nodes", "others")


def _multipliers(table: ChanceTable) -> list[object]:
    m = table.multipliers
    return [*m.seats, *m.loads, *m.duty, *(v for row in m.days for v in row)]


def check_loads(at: Seating, table: ChanceTable) -> Iterator[FailedClaim]:
    """Fair shares and load bounds are recomputed."""
    for i, share in enumerate(fair_shares(at.people, at.seats)):
        if table.fair[i] != share:
            yield _bad("fair", at.people[i].id, share, table.fair[i])
    for i, bounds in enumerate(load_bounds(at.people, table.fair, table.slack)):
        if tuple(table.loads[i]) != bounds:
            yield _bad("loads", at.people[i].id, bounds, table.loads[i])


def check_slack(at: Seating, table: ChanceTable) -> Iterator[FailedClaim]:
    """No table exists with load slack w - 1: its node set violates Hoffman's rule."""
    if table.slack == 0:
        return
    loads = load_bounds(at.people, table.fair, table.slack - 1)
    border = crossing(at.net, loads, table.slack_nodes)
    out = border.upper_out + UNIT * len(border.leaving)
    if table.slack < 0 or border.lower_in <= out:
        yield _bad("slack", "w", f"> {out}", border.lower_in)


def check_levels(
    at: Seating, rules: LotteryRules, table: ChanceTable
) -> Iterator[FailedClaim]:
    """Each level is the least its node set allows; each pair has its level and cap.

    The tight pairs of the last level share it with the rest. Fewer levels than allowed
    need `spare`: a table within the levels that hardly uses the rest.
    """
    if not table.levels and table.pairs:
        yield _bad("levels", "levels", ">= 1", 0)
        return
    caps: dict[int, int] = {}
    most = UNIT
    level_of = [len(table.levels) - 1] * len(table.pairs)
    for k, level in enumerate(table.levels):
        border = crossing(at.net, table.loads, level.nodes)
        free = [p for p in border.leaving if p not in caps]
        fixed = border.upper_out + sum(caps.get(p, 0) for p in border.leaving)
        least = -((fixed - border.lower_in) // len(free)) if free else None
        fewest = LEAST_LEVEL if k else 1
        if least != level.value or not fewest <= level.value <= most:
            yield _bad("level", k, least, level.value)
        most = level.value
        for p in free:
            level_of[p] = k
            caps[p] = level.value
    for p, pair in enumerate(table.pairs):
        if pair.level != level_of[p]:
            yield _bad("level_of", at.pair(p), level_of[p], pair.level)
        elif pair.cap != cap_of(table.levels[pair.level].value, rules):
            wanted = cap_of(table.levels[pair.level].value, rules)
            yield _bad("cap", at.pair(p), wanted, pair.cap)
    early = len(table.levels) < rules.max_levels and len(caps) < len(table.pairs)
    if len(table.levels) > rules.max_levels or early != bool(table.spare):
        yield _bad("levels", "levels", rules.max_levels, len(table.levels))
    elif early:
        rest = LEAST_LEVEL - 1
        bounds = [(0, caps.get(p, rest)) for p in range(len(table.pairs))]
        yield from _margins(at, table.spare, bounds, table.loads, UNIT)


def _bounds(table: ChanceTable) -> list[tuple[int, int]]:
    """Least and most of each pair, in 2^-40."""
    bounds = [(0, 0) if p.dropped else (table.floor, p.cap) for p in table.pairs]
    return [(least * FINE, most * FINE) for least, most in bounds]


def check_margins(at: Seating, table: ChanceTable) -> Iterator[FailedClaim]:
    """Every seat adds to 1 exactly; pairs, person-days, loads keep their bounds."""
    units = [e.units for e in table.elements]
    yield from _margins(at, units, _bounds(table), table.loads, WHOLE)


def check_canonical(
    at: Seating, rules: LotteryRules, table: ChanceTable
) -> Iterator[FailedClaim]:
    """The multipliers prove that no chance is off by more than 1 / PRECISION.

    Meaningful for a table whose margins hold.
    """
    found = distance.CandidateTable(
        at.net,
        at.people,
        at.seats,
        _bounds(table),
        table.loads,
        [e.units for e in table.elements],
        table.multipliers,
    )
    wrong = False
    for where, value in distance.misplaced(found):
        wrong = True
        yield _bad("multipliers", where, "at a bound, inward, 0 in sum", value)
    if not wrong:
        most = distance.PRECISION
        squared = distance.squared(found, rules)
        if squared * most**2 > 1:
            yield _bad("canonical", "table", f"1/{most}", float(squared) ** 0.5)


def _margins(
    at: Seating,
    units: Sequence[int],
    bounds: Sequence[tuple[int, int]],
    loads: Sequence[tuple[int, int]],
    unit: int,
) -> Iterator[FailedClaim]:
    net = at.net
    if len(units) != len(net.elements):
        yield _bad("shape", "elements", len(net.elements), len(units))
        return
    seat = [0] * net.seats
    day = [0] * len(net.person_days)
    load = [0] * net.people
    for (s, i), u in zip(net.elements, units, strict=True):
        seat[s] += u
        if not 0 <= u <= unit:
            yield _bad("pair", f"{at.people[i].id}@{at.seats[s].id}", "0..1", u)
    for p, u in enumerate(pair_sums(net, units)):
        day[net.pair_day[p]] += u
        least, most = bounds[p]
        if not least <= u <= most:
            yield _bad("pair", at.pair(p), f"{least}..{most}", u)
    for s, u in enumerate(seat):
        if u != unit:
            yield _bad("seat", at.seats[s].id, unit, u)
    for d, (i, date) in enumerate(net.person_days):
        load[i] += day[d]
        if day[d] > unit:
            yield _bad("day", f"{at.people[i].id}@{date}", f"<= {unit}", day[d])
    for i, (least, most) in enumerate(loads):
        if not least * unit <= load[i] <= most * unit:
            wanted = f"{least * unit}..{most * unit}"
            yield _bad("load", at.people[i].id, wanted, load[i])


def check_dropped(at: Seating, table: ChanceTable) -> Iterator[FailedClaim]:
    """Dropped are exactly the pairs that no table within caps and loads can use.

    Meaningful for a table whose margins hold: only then does its residual graph show
    all others.
    """
    caps = [p.cap * FINE for p in table.pairs]
    units = [e.units for e in table.elements]
    cannot = unusable(at.net, table.loads, caps, units, WHOLE)
    for p, pair in enumerate(table.pairs):
        if pair.dropped is not (p in cannot):
            yield _bad("dropped", at.pair(p), p in cannot, pair.dropped)


def check_floor(
    at: Seating, rules: LotteryRules, table: ChanceTable
) -> Iterator[FailedClaim]:
    """No table within the caps gives every pair in use more than t*."""
    caps = [0 if p.dropped else p.cap for p in table.pairs]
    smallest = min((p.cap for p in table.pairs if not p.dropped), default=0)
    if table.t_nodes == 0:
        limit: int | None = smallest
    else:
        border = crossing(at.net, table.loads, table.t_nodes)
        limit = _largest(border, caps, [p.dropped for p in table.pairs])
    if table.t_star != limit or not 0 <= table.t_star <= smallest:
        yield _bad("t_star", "t*", limit, table.t_star)
    if table.floor != floor_of(table.t_star, rules):
        yield _bad("summary", "floor", floor_of(table.t_star, rules), table.floor)


def _largest(
    border: Crossing, caps: Sequence[int], dropped: Sequence[bool]
) -> int | None:
    count = sum(not dropped[p] for p in border.entering)
    out = border.upper_out + sum(caps[p] for p in border.leaving)
    return (out - border.lower_in) // count if count else None


def check_summary(
    at: Seating, rules: LotteryRules, table: ChanceTable
) -> Iterator[FailedClaim]:
    """The smallest and largest chance and the public exceptions."""
    sums = pair_sums(at.net, [e.units for e in table.elements])
    used = [u for u, p in zip(sums, table.pairs, strict=True) if not p.dropped]
    for name, wanted, found in (
        ("min_chance", min(used, default=0), table.min_chance),
        ("max_chance", max(used, default=0), table.max_chance),
    ):
        if wanted != found:
            yield _bad("summary", name, wanted, found)
    known = [p for p in table.pairs if 0 <= p.level < len(table.levels)]
    values = [table.levels[p.level].value for p in known]
    if exceptions_of(at.seats, values, rules) != table.exceptions:
        yield _bad("summary", "exceptions", "recomputed", "another list")
