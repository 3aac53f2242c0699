"""Each check of the chance table catches the fault planted for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from chance_cases import a_busy_month, a_person, a_seat, a_small_month

from inspector.errors import NoTable
from inspector.policy import LotteryRules
from inspector.selection.chances import chance_table
from inspector.selection.cuts import crossing, members, node_set
from inspector.selection.network import (
    UNIT,
    ChanceTable,
    Exceptions,
    LeximaxLevel,
    Person,
    SeatNeed,
    network,
)
from inspector.selection.proofs import check_table

RULES = LotteryRules()
Month = tuple[tuple[Person, ...], tuple[SeatNeed, ...]]


@cache
def _busy() -> tuple[Month, ChanceTable]:
    month = a_busy_month()
    return month, chance_table(*month, RULES)


@cache
def _tight() -> tuple[Month, ChanceTable]:
    """w = 2, dropped pairs: see the slack test of the table."""
    people = (a_person("A", 0b1111), a_person("B", 0b1111))
    seats = tuple(
        seat
        for d in range(4)
        for seat in (a_seat(f"x{d}", 0, d, 0, 1), a_seat(f"y{d}", 0, d, 1))
    )
    return (people, seats), chance_table(people, seats, RULES)


@cache
def _early() -> tuple[Month, ChanceTable]:
    for seed in range(200):
        month = a_small_month(seed)
        try:
            table = chance_table(*month, RULES)
        except NoTable:
            continue
        if table.spare:
            return month, table
    raise AssertionError("no month whose levels end early")


def _units(table: ChanceTable, *changes: tuple[int, int]) -> ChanceTable:
    elements = list(table.elements)
    for k, by in changes:
        elements[k] = replace(elements[k], units=elements[k].units + by)
    return replace(table, elements=tuple(elements))


def _pair(table: ChanceTable, k: int, **changes: object) -> ChanceTable:
    pairs = list(table.pairs)
    pairs[k] = replace(pairs[k], **changes)
    return replace(table, pairs=tuple(pairs))


def _level(table: ChanceTable, k: int, **changes: int) -> ChanceTable:
    levels = list(table.levels)
    levels[k] = replace(levels[k], **changes)
    return replace(table, levels=tuple(levels))


def _codes(month: Month, table: ChanceTable) -> set[str]:
    return {v.code for v in check_table(*month, RULES, table)}


def test_the_tables_used_here_have_no_fault_before_one_is_planted() -> None:
    for month, table in (_busy(), _tight(), _early()):
        assert check_table(*month, RULES, table) == []
    assert _tight()[1].slack == 2
    assert _busy()[1].t_nodes
    assert len(_busy()[1].levels) >= 2


PLANTED: dict[str, tuple[str, Callable[[ChanceTable], ChanceTable]]] = {
    "a chance off by one unit": ("seat", lambda t: _units(t, (0, 1))),
    "a chance below zero": ("pair", lambda t: _units(t, (0, -UNIT), (1, UNIT))),
    "a unit moved past the floor": (
        "pair",
        lambda t: _units(
            t,
            (0, t.floor - t.elements[0].units - 1),
            (1, t.elements[0].units - t.floor + 1),
        ),
    ),
    "a load bound one lower": (
        "loads",
        lambda t: replace(t, loads=((0, t.loads[0][1] - 1), *t.loads[1:])),
    ),
    "a fair share off by one unit": (
        "fair",
        lambda t: replace(t, fair=(t.fair[0] + 1, *t.fair[1:])),
    ),
    "a slack nobody proves": ("slack", lambda t: replace(t, slack=1)),
    "a level one unit higher": (
        "level",
        lambda t: _level(t, 0, value=t.levels[0].value + 1),
    ),
    "a level one unit lower": (
        "level",
        lambda t: _level(t, 0, value=t.levels[0].value - 1),
    ),
    "another node set": ("level", lambda t: _level(t, 0, nodes=1 << 2)),
    "an empty node set": ("level", lambda t: _level(t, 0, nodes=0)),
    "no levels at all": ("levels", lambda t: replace(t, levels=())),
    "one level only": ("levels", lambda t: replace(t, levels=t.levels[:1])),
    "a pair on another level": (
        "level_of",
        lambda t: _pair(t, 0, level=t.pairs[0].level - 1),
    ),
    "a pair far above all levels": ("level_of", lambda t: _pair(t, 0, level=99)),
    "a cap one unit higher": ("cap", lambda t: _pair(t, 0, cap=t.pairs[0].cap + 1)),
    "a fake dropped pair": ("dropped", lambda t: _pair(t, 0, dropped=True)),
    "t* one unit higher": ("t_star", lambda t: replace(t, t_star=t.t_star + 1)),
    "t* one unit lower": ("t_star", lambda t: replace(t, t_star=t.t_star - 1)),
    "t* said to be the smallest cap": ("t_star", lambda t: replace(t, t_nodes=0)),
    "another node set for t*": ("t_star", lambda t: replace(t, t_nodes=1 << 2)),
    "a floor one unit higher": ("summary", lambda t: replace(t, floor=t.floor + 1)),
    "a nicer smallest chance": (
        "summary",
        lambda t: replace(t, min_chance=t.min_chance + 1),
    ),
    "a nicer largest chance": (
        "summary",
        lambda t: replace(t, max_chance=t.max_chance - 1),
    ),
    "an exception kept quiet": (
        "summary",
        lambda t: replace(t, exceptions=Exceptions((0,), ())),
    ),
    "another unit": ("shape", lambda t: replace(t, unit=1000)),
    "an element left out": ("shape", lambda t: replace(t, elements=t.elements[1:])),
    "pairs in another order": ("shape", lambda t: replace(t, pairs=t.pairs[::-1])),
    "a node beyond the network": ("shape", lambda t: _level(t, 0, nodes=1 << 99_999)),
    "a chance that is no number": (
        "shape",
        lambda t: replace(
            t, elements=(replace(t.elements[0], units="1"), *t.elements[1:])
        ),
    ),
    "a load without an end": (
        "shape",
        lambda t: replace(t, loads=((0,), *t.loads[1:])),
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_caught(fault: str) -> None:
    month, table = _busy()
    code, plant = PLANTED[fault]
    assert f"table.{code}" in _codes(month, plant(table))


def test_a_unit_moved_from_one_to_another_breaks_no_margin_but_a_bound() -> None:
    """Chances off by one unit each, seats still exact: the load bound shows it."""
    month, table = _tight()
    moved = _units(table, (0, -1), (1, 1))
    assert _codes(month, moved) == {
        "table.day",
        "table.pair",
        "table.load",
        "table.dropped",
        "table.multipliers",
        "table.summary",
    }


def test_a_larger_slack_than_needed_is_not_proven() -> None:
    month, table = _tight()
    wider = replace(table, slack=3, loads=((0, 4), (3, 4)))
    assert _codes(month, wider) >= {"table.slack"}
    assert "table.slack" in _codes(month, replace(table, slack_nodes=0))
    assert "table.slack" in _codes(month, replace(table, slack=-1))


def test_a_pair_that_cannot_be_used_must_be_dropped() -> None:
    month, table = _tight()
    at = next(k for k, p in enumerate(table.pairs) if p.dropped)
    assert "table.dropped" in _codes(month, _pair(table, at, dropped=False))


def test_an_early_end_of_the_levels_needs_its_spare_table() -> None:
    month, table = _early()
    assert "table.levels" in _codes(month, replace(table, spare=()))
    assert "table.shape" in _codes(month, replace(table, spare=table.spare[1:]))
    first = next(k for k, u in enumerate(table.spare) if u)
    off = tuple(u - (k == first) for k, u in enumerate(table.spare))
    assert "table.seat" in _codes(month, replace(table, spare=off))
    full = tuple(e.units for e in _busy()[1].elements)
    assert "table.levels" in _codes(_busy()[0], replace(_busy()[1], spare=full))


def test_more_levels_than_the_policy_allows_are_refused() -> None:
    month, table = _busy()
    few = LotteryRules(max_levels=len(table.levels) - 1)
    found = {v.code for v in check_table(*month, few, table)}
    assert "table.levels" in found


def test_a_level_that_rises_again_is_refused() -> None:
    month, table = _busy()
    again = replace(table, levels=(table.levels[-1], *table.levels[1:]))
    assert "table.level" in _codes(month, again)


def test_bad_people_or_seats_are_named_and_nothing_else() -> None:
    (people, seats), table = _busy()
    away = (replace(people[0], days=people[0].days & ~1), *people[1:])
    twice = (replace(seats[0], eligible=(0, 0)), *seats[1:])
    beyond = (replace(seats[0], eligible=(99,)), *seats[1:])
    other_day = (replace(seats[0], day=5), *seats[1:])
    odd = (replace(people[0], max_days="3"), *people[1:])  # type: ignore[arg-type]
    for month in (
        (away, seats),
        (people, twice),
        (people, beyond),
        (people, other_day),
        (odd, seats),
    ):
        assert _codes(month, table) == {"table.input"}


def test_violations_speak_both_languages() -> None:
    month, table = _busy()
    (found,) = check_table(*month, RULES, replace(table, t_star=table.t_star + 1))
    assert found.code == "table.t_star"
    zh, en = found.sentences()
    assert zh == f"t* 未获证明：应为 {table.t_star}，实为 {table.t_star + 1}"
    assert en == f"t* not proven: expected {table.t_star}, found {table.t_star + 1}"
    assert str(found).startswith("table.t_star: ")


def test_crossing_adds_what_the_arcs_add_one_by_one() -> None:
    """The border sums equal a plain walk over all arcs, for many node sets."""
    for seed in range(30):
        people, seats = a_small_month(seed)
        net = network(people, seats)
        loads = tuple((i % 2, 1 + i % 3) for i in range(net.people))
        tails, heads = net.ends()
        first = net.seats + len(net.elements)
        after = first + len(net.pairs)
        low = [0] * len(tails)
        high = [UNIT] * len(tails)
        low[: net.seats] = [UNIT] * net.seats
        low[-1] = high[-1] = UNIT * net.seats
        for i, (least, most) in enumerate(loads):
            arc = len(tails) - 1 - net.people + i
            low[arc], high[arc] = least * UNIT, most * UNIT
        for step in range(40):
            nodes = (seed * 7919 + step * 104729) ** 9 % (1 << net.nodes)
            inside = members(nodes, net.nodes)
            assert node_set(v for v, own in enumerate(inside) if own) == nodes
            border = crossing(net, loads, nodes)
            arcs = list(enumerate(zip(tails, heads, strict=True)))
            out = [k for k, (a, b) in arcs if inside[a] and not inside[b]]
            into = [k for k, (a, b) in arcs if inside[b] and not inside[a]]
            chance = range(first, after)
            assert border.leaving == tuple(k - first for k in out if k in chance)
            assert border.entering == tuple(k - first for k in into if k in chance)
            assert border.upper_out == sum(high[k] for k in out if k not in chance)
            assert border.lower_in == sum(low[k] for k in into if k not in chance)


def test_a_level_is_a_plain_pair_of_value_and_node_set() -> None:
    assert LeximaxLevel(value=3, nodes=0b101) == LeximaxLevel(3, 5)
