"""The chance table: what it promises, and to whom."""

from __future__ import annotations

import hashlib
import os
import platform
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from chance_cases import a_calm_month, a_person, a_seat, a_small_month
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import NoTable
from inspector.policy import LotteryRules
from inspector.selection.chances import chance_table
from inspector.selection.levels import Shortage
from inspector.selection.network import (
    LEAST_LEVEL,
    UNIT,
    WHOLE,
    ChanceTable,
    Exceptions,
    Person,
    SeatNeed,
    weight,
)
from inspector.selection.proofs import check_table

RULES = LotteryRules()
ROOT = Path(__file__).resolve().parents[2]


def _duty_rates(
    people: tuple[Person, ...], seats: tuple[SeatNeed, ...], table: ChanceTable
) -> dict[str, list[Fraction]]:
    """Expected duty minutes, carried ones included, per weight, by group."""
    duty = [Fraction(p.carry_minutes) for p in people]
    for e in table.elements:
        duty[e.person] += Fraction(e.units * seats[e.seat].minutes, WHOLE)
    rates: dict[str, list[Fraction]] = {}
    for person, minutes in zip(people, duty, strict=True):
        rates.setdefault(person.group, []).append(minutes / weight(person))
    return rates


def _spread(rates: list[Fraction]) -> Fraction:
    return (max(rates) - min(rates)) * len(rates) / sum(rates)


def test_two_seats_and_three_equal_people_give_two_thirds_each() -> None:
    people = tuple(a_person(n, 0b1) for n in "abc")
    seats = (a_seat("k", 0, 0, 0, 1, 2), a_seat("k", 1, 0, 0, 1, 2))
    table = chance_table(people, seats, RULES)
    assert table.slack == 0
    assert [k.value for k in table.levels] == [2 * UNIT // 3 + 1]
    assert {p.cap for p in table.pairs} == {-(-table.levels[0].value * 5 // 4)}
    assert table.t_star == 2 * UNIT // 3
    assert table.floor == table.t_star * 4 // 5
    third = WHOLE // 3
    assert all(e.units in (third, third + 1) for e in table.elements)
    assert table.exceptions == Exceptions((0, 1), (0, 1, 2))


def test_a_seat_with_one_person_does_not_spoil_the_others() -> None:
    people = tuple(a_person(f"p{i}", 0b11) for i in range(12))
    seats = (
        a_seat("rare", 0, 0, 0),
        *(a_seat("usual", k, 1, *range(12)) for k in range(2)),
    )
    table = chance_table(people, seats, RULES)
    assert table.levels[0].value == UNIT
    assert table.levels[1].value == UNIT // 6 + 1
    caps = {p.cap for p in table.pairs if p.package == 1}
    assert caps == {-(-(UNIT // 6 + 1) * 5 // 4)}
    assert table.t_star > UNIT // 8
    assert table.exceptions == Exceptions(seats=(0,), pairs=(0,))


def test_slack_is_two_when_a_must_take_what_b_cannot() -> None:
    # B sits alone in y every day, so A has all four x, twice his fair share.
    people = (a_person("A", 0b1111), a_person("B", 0b1111))
    seats = tuple(
        seat
        for d in range(4)
        for seat in (a_seat(f"x{d}", 0, d, 0, 1), a_seat(f"y{d}", 0, d, 1))
    )
    table = chance_table(people, seats, RULES)
    assert table.fair == (2 * UNIT, 6 * UNIT)
    assert table.slack == 2
    assert table.slack_nodes
    assert table.loads == ((0, 4), (4, 4))
    assert check_table(people, seats, RULES, table) == []
    dropped = {(p.person, p.package) for p in table.pairs if p.dropped}
    assert dropped == {(1, k) for k in (0, 2, 4, 6)}
    assert {e.units for e in table.elements if e.person == 0} == {WHOLE}


def test_levels_end_early_rather_than_bar_people_from_every_seat() -> None:
    found = 0
    for seed in range(90):
        people, seats = a_small_month(seed)
        try:
            table = chance_table(people, seats, RULES)
        except NoTable:
            continue
        assert all(k.value >= LEAST_LEVEL for k in table.levels)
        if table.spare:
            found += 1
            rest = [p for p in table.pairs if p.level == len(table.levels) - 1]
            assert {p.cap for p in rest} == {
                min(UNIT, -(-table.levels[-1].value * 5 // 4))
            }
    assert found >= 5


def test_three_seats_for_two_people_on_one_day_are_refused_with_names() -> None:
    people = tuple(a_person(n) for n in "abcd")
    seats = (
        a_seat("fine", 0, 0, 2, 3),
        *(a_seat("short", k, 1, 0, 1) for k in range(2)),
        a_seat("other", 0, 1, 1),
    )
    with pytest.raises(NoTable) as refusal:
        chance_table(people, seats, RULES)
    assert refusal.value.code == "chances.no_table"
    assert refusal.value.params["shortage"] == Shortage(
        seats=(1, 2, 3),
        people=(0, 1),
        packages=("short", "other"),
        days=(1,),
        possible=2,
    )
    zh, en = refusal.value.sentences()
    assert "short, other" in zh
    assert "have 3 seats" in en
    assert "(a, b) can take 2" in en


def test_a_seat_nobody_may_take_is_refused_alone() -> None:
    people = (a_person("a"), a_person("b", max_days=0))
    seats = (a_seat("k", 0, 0, 0), a_seat("empty", 0, 1), a_seat("idle", 0, 1, 1))
    with pytest.raises(NoTable) as refusal:
        chance_table(people, seats, RULES)
    assert refusal.value.params["shortage"] == Shortage((1,), (), ("empty",), (1,), 0)
    with pytest.raises(NoTable) as refusal:
        chance_table(people, (seats[0], seats[2]), RULES)
    assert refusal.value.params["shortage"] == Shortage((1,), (1,), ("idle",), (1,), 0)


def test_max_days_too_small_for_several_days_is_explained_over_these_days() -> None:
    people = (a_person("a", 0b111, max_days=2),)
    seats = tuple(a_seat(f"k{d}", 0, d, 0) for d in range(3))
    with pytest.raises(NoTable) as refusal:
        chance_table(people, seats, RULES)
    assert refusal.value.params["shortage"] == Shortage(
        (0, 1, 2), (0,), ("k0", "k1", "k2"), (0, 1, 2), 2
    )


def test_no_seats_give_an_empty_table() -> None:
    people = (a_person("a"),)
    table = chance_table(people, (), RULES)
    assert (table.elements, table.levels, table.t_star) == ((), (), 0)
    assert table.loads == ((0, 0),)
    assert check_table(people, (), RULES, table) == []
    assert check_table((), (), RULES, chance_table((), (), RULES)) == []


def test_expected_duty_is_equal_within_each_group() -> None:
    people, seats = a_calm_month()
    table = chance_table(people, seats, RULES)
    rates = _duty_rates(people, seats, table)
    assert set(rates) == {"L", "S"}
    for group in rates.values():
        assert _spread(group) < Fraction(1, 100)


def test_who_carries_duty_over_gets_less_and_a_stand_by_seat_is_no_duty() -> None:
    people = tuple(
        a_person(f"p{i}", 0b1111111, carry_minutes=120 * (i == 0)) for i in range(8)
    )
    seats = tuple(
        a_seat(f"{kind}{d}", k, d, *range(8), minutes=400 if kind == "duty" else 0)
        for d in range(7)
        for kind in ("duty", "ready")
        for k in range(2)
    )
    table = chance_table(people, seats, RULES)
    duty = [0] * 8
    for e in table.elements:
        duty[e.person] += e.units * seats[e.seat].minutes
    assert duty[0] < min(duty[1:]) - 100 * WHOLE
    assert max(duty[1:]) - min(duty[1:]) <= 400 * 28  # a unit per seat
    assert _spread(_duty_rates(people, seats, table)["g"]) < Fraction(3, 100)


def test_people_who_differ_in_nothing_get_the_same_chances() -> None:
    people, seats = a_calm_month()
    # p00 and p17 may sit in the same seats from now on, and are alike in all.
    twin = replace(people[0], id=people[17].id)
    people = (*people[:17], twin)
    seats = tuple(
        replace(
            s,
            eligible=tuple(
                sorted({*s.eligible} - {17} | ({17} if 0 in s.eligible else set()))
            ),
        )
        for s in seats
    )
    table = chance_table(people, seats, RULES)
    mine = {e.seat: e.units for e in table.elements if e.person == 0}
    his = {e.seat: e.units for e in table.elements if e.person == 17}
    assert mine.keys() == his.keys()
    assert len(mine) > 60
    assert max(abs(mine[s] - his[s]) for s in mine) <= 2


def test_renaming_and_reordering_people_moves_chances_with_them() -> None:
    rng = random.Random(3)
    for seed in (None, *range(40)):
        people, seats = a_calm_month() if seed is None else a_small_month(seed)
        order = list(range(len(people)))
        rng.shuffle(order)
        place = {old: new for new, old in enumerate(order)}
        moved = tuple(
            replace(s, eligible=tuple(sorted(place[i] for i in s.eligible)))
            for s in seats
        )
        try:
            one = chance_table(people, seats, RULES)
        except NoTable:
            with pytest.raises(NoTable):
                chance_table(tuple(people[i] for i in order), moved, RULES)
            continue
        two = chance_table(tuple(people[i] for i in order), moved, RULES)
        assert [k.value for k in one.levels] == [k.value for k in two.levels]
        assert (one.slack, one.t_star, one.floor) == (two.slack, two.t_star, two.floor)
        assert tuple(two.loads[place[i]] for i in range(len(people))) == one.loads
        known = {
            (place[p.person], p.package): (p.level, p.cap, p.dropped) for p in one.pairs
        }
        assert known == {
            (p.person, p.package): (p.level, p.cap, p.dropped) for p in two.pairs
        }
        units = {(e.seat, place[e.person]): e.units for e in one.elements}
        assert all(abs(units[e.seat, e.person] - e.units) <= 8 for e in two.elements)


@st.composite
def _months(draw: st.DrawFn) -> tuple[tuple[Person, ...], tuple[SeatNeed, ...]]:
    days = draw(st.integers(1, 5))
    people = tuple(
        Person(
            f"p{i}",
            draw(st.integers(0, 2**days - 1)) | 1 << draw(st.integers(0, days - 1)),
            draw(st.integers(0, days + 1)),
            draw(st.sampled_from("xy")),
            draw(st.integers(-900, 900)),
        )
        for i in range(draw(st.integers(1, 8)))
    )
    seats = []
    for k in range(draw(st.integers(0, 4))):
        day, minutes = draw(st.integers(0, days - 1)), draw(st.integers(0, 480))
        here = [i for i, p in enumerate(people) if p.days >> day & 1]
        for n in range(draw(st.integers(1, 3))):
            out = draw(st.sets(st.sampled_from(here), max_size=2)) if here else set()
            who = tuple(i for i in here if i not in out)
            seats.append(SeatNeed(f"k{k}.{n}", f"k{k}", day, who, minutes))
    return people, tuple(seats)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_months())
def test_every_month_has_a_proven_table_or_a_named_shortage(
    month: tuple[tuple[Person, ...], tuple[SeatNeed, ...]],
) -> None:
    people, seats = month
    try:
        table = chance_table(people, seats, RULES)
    except NoTable as refusal:
        short = refusal.params["shortage"]
        assert isinstance(short, Shortage)
        assert len(short.seats) > short.possible
    else:
        assert check_table(people, seats, RULES, table) == []


_DIGEST = """
import hashlib
from chance_cases import a_calm_month
from inspector.policy import LotteryRules
from inspector.selection.chances import chance_table
table = chance_table(*a_calm_month(), LotteryRules())
print(hashlib.sha256(repr(table).encode()).hexdigest())
"""


def _run(code: str, **environment: str) -> str:
    paths = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_table_is_the_same_for_any_hash_seed_and_thread_count() -> None:
    here = repr(chance_table(*a_calm_month(), RULES))
    wanted = hashlib.sha256(here.encode()).hexdigest()
    assert _run(_DIGEST, PYTHONHASHSEED="1", OMP_NUM_THREADS="1") == wanted
    assert _run(_DIGEST, PYTHONHASHSEED="2", OMP_NUM_THREADS="2") == wanted


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names of x86 features")
def test_the_table_is_the_same_on_a_processor_without_wide_registers() -> None:
    code = _DIGEST.replace("*a_calm_month()", "*MONTH").replace(
        "table = ", "MONTH = with_carries(a_busy_month())\ntable = "
    )
    code = code.replace("import a_calm_month", "import a_busy_month, with_carries")
    plain = _run(code, NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4")
    assert plain == _run(code)


def test_checking_needs_neither_numpy_nor_a_solver() -> None:
    code = "import sys, inspector.selection.proofs; print(sorted(sys.modules))"
    loaded = _run(code)
    assert "'inspector.selection.network'" in loaded
    assert "numpy" not in loaded
    assert "ortools" not in loaded
