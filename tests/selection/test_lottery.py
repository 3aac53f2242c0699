"""摇号派员: valid assignments, reserves, substitutions, refusals, known answers."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection_cases import OWN, SUITES, a_seed, a_table, shuffled

from inspector.ceremony.canon import SHA256, Key, Suite
from inspector.ceremony.seed import ticket
from inspector.errors import CeremonyError
from inspector.selection.lottery import (
    UNIT,
    Assignment,
    LotteryTable,
    Substitution,
    applied,
    assign,
    check,
    network,
    substitute,
)

HALF = UNIT // 2


def a_small_table(**changes: Any) -> LotteryTable:
    """Two people share one seat on each of two days."""
    table = LotteryTable(
        people=("ann", "bob"),
        packages=(("K1", "2026-12-01"), ("K2", "2026-12-02")),
        seats=(("K1/lead", 0, 0b11), ("K2/lead", 1, 0b11)),
        elements=((0, 0, HALF), (0, 1, HALF), (1, 0, HALF), (1, 1, HALF)),
    )
    return replace(table, **changes)


def load_of(table: LotteryTable, person: int) -> tuple[int, int]:
    """Floor and ceiling of a person's expected number of seats."""
    units = sum(u for _, p, u in table.elements if p == person)
    return floor(units / UNIT), ceil(units / UNIT)


@given(st.integers(0, 2**32), st.integers(4, 12), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_every_assignment_keeps_every_quota_of_its_table(
    number: int, people: int, days: int
) -> None:
    table = a_table(random.Random(number), people, days, per_day=people // 4)
    outcome = assign(table, Key(SHA256, number.to_bytes(32, "big")))
    assert [s for s, _ in outcome.holders] == [s for s, _, _ in table.seats]
    index = {name: i for i, name in enumerate(table.people)}
    positive = {(s, p) for s, p, _ in table.elements}
    load: Counter[str] = Counter()
    busy = set()
    for s, (seat, who) in enumerate(outcome.holders):
        assert (s, index[who]) in positive
        assert table.seats[s][2] >> index[who] & 1
        load[who] += 1
        day = who, table.packages[table.seats[s][1]][1]
        assert day not in busy, seat
        busy.add(day)
    for p, name in enumerate(table.people):
        low, high = load_of(table, p)
        assert low <= load[name] <= high


def test_the_network_has_the_nodes_and_arcs_of_the_protocol() -> None:
    arcs = {a.label: (a.tail, a.head, a.flow) for a in network(a_small_table())}
    assert arcs["person/ann"] == ("root", "person/ann", UNIT)
    assert arcs["day/ann/2026-12-01"] == ("person/ann", "day/ann/2026-12-01", HALF)
    assert arcs["pair/ann/K1"] == ("day/ann/2026-12-01", "pair/ann/K1", HALF)
    assert arcs["element/ann/K1/lead"] == ("pair/ann/K1", "seat/K1/lead", HALF)
    assert arcs["seat/K1/lead"] == ("seat/K1/lead", "sink", UNIT)
    assert arcs["total"] == ("sink", "root", 2 * UNIT)
    assert len(arcs) == 2 + 4 + 4 + 4 + 2 + 1


def test_two_seats_of_a_package_never_take_the_same_person() -> None:
    table = LotteryTable(
        ("ann", "bob"),
        (("K1", "2026-12-01"),),
        (("K1/lead", 0, 0b11), ("K1/second", 0, 0b11)),
        ((0, 0, HALF), (0, 1, HALF), (1, 0, HALF), (1, 1, HALF)),
    )
    seen = {tuple(w for _, w in assign(table, a_seed(k)).holders) for k in range(40)}
    assert seen == {("ann", "bob"), ("bob", "ann")}


def test_reserves_are_all_other_eligible_people_in_ticket_order() -> None:
    table = a_table(random.Random(3), 10, 3, 2)
    seed = a_seed("reserves")
    outcome = assign(table, seed)
    holders = dict(outcome.holders)
    assert [s for s, _ in outcome.reserves] == [s for s, _, _ in table.seats]
    for (seat, reserves), (_, _, mask) in zip(
        outcome.reserves, table.seats, strict=True
    ):
        able = [p for i, p in enumerate(table.people) if mask >> i & 1]
        assert sorted([*reserves, holders[seat]]) == able
        keys = [ticket(seed, f"reserve/{seat}", p) for p in reserves]
        assert keys == sorted(keys)


def test_the_order_of_the_elements_changes_nothing() -> None:
    table = a_table(random.Random(4), 8, 4, 2)
    outcome = assign(table, a_seed("order"))
    for k in range(5):
        mixed = replace(table, elements=tuple(shuffled(table.elements, k)))
        assert assign(mixed, a_seed("order")) == outcome


@pytest.mark.parametrize("suite", SUITES)
def test_lotteries_have_their_known_answers(suite: Suite) -> None:
    known = OWN[suite.name]["lottery"]
    table = LotteryTable(
        tuple(known["people"]),
        tuple((name, day) for name, day in known["packages"]),
        tuple((seat, k, int(mask, 16)) for seat, k, mask in known["seats"]),
        tuple((s, p, u) for s, p, u in known["elements"]),
    )
    for case in known["outcomes"]:
        outcome = assign(table, Key(suite, bytes.fromhex(case["seed"])))
        assert [list(h) for h in outcome.holders] == case["holders"]
        assert [[s, list(r)] for s, r in outcome.reserves] == case["reserves"]


def test_an_empty_table_seats_nobody() -> None:
    table = LotteryTable(("ann",), (), (), ())
    assert assign(table, a_seed("empty")) == Assignment((), ())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"elements": ((0, 0, UNIT), (1, 1, UNIT))}, ""),
        ({"elements": ((0, 0, HALF), (0, 1, HALF - 1), (1, 0, UNIT))}, "lottery.seat"),
        ({"elements": ((0, 0, HALF), (0, 1, HALF + 1), (1, 0, UNIT))}, "lottery.seat"),
        ({"elements": ((0, 0, UNIT),)}, "lottery.seat"),
        (
            {"elements": ((0, 0, HALF), (0, 0, HALF), (1, 1, UNIT))},
            "lottery.element",
        ),
        ({"elements": ((0, 0, UNIT), (1, 1, UNIT), (1, 0, 0))}, "lottery.element"),
        ({"elements": ((0, 0, UNIT + 1), (0, 1, -1))}, "lottery.element"),
        ({"elements": ((0, 2, UNIT), (1, 1, UNIT))}, "lottery.element"),
        ({"elements": ((2, 0, UNIT), (1, 1, UNIT))}, "lottery.element"),
        ({"elements": ((-1, 0, UNIT), (1, 1, UNIT))}, "lottery.element"),
        ({"seats": (("K1/lead", 0, 0b10), ("K2/lead", 1, 0b11))}, "lottery.element"),
        ({"packages": (("K1", "2026-12-01"), ("K2", "2026-12-01"))}, ""),
    ],
)
def test_a_table_off_by_anything_is_refused(changes: dict[str, Any], code: str) -> None:
    table = a_small_table(**changes)
    found = ""
    try:
        check(table)
    except CeremonyError as refusal:
        found = refusal.code
        assert all(refusal.sentences())
    assert found == code


def test_more_than_one_seat_a_day_is_refused_naming_person_and_day() -> None:
    table = a_small_table(
        packages=(("K1", "2026-12-01"), ("K2", "2026-12-01")),
        elements=((0, 0, UNIT), (1, 0, 1), (1, 1, UNIT - 1)),
    )
    with pytest.raises(CeremonyError) as refusal:
        assign(table, a_seed("day"))
    assert refusal.value.code == "lottery.day"
    assert dict(refusal.value.params) == {
        "person": "ann",
        "day": "2026-12-01",
        "units": UNIT + 1,
    }


# ---------------------------------------------------------------- substitutions

DAY = "2026-12-01"
# Five people; two packages on the first day, one on the second.
STAFF = LotteryTable(
    ("ann", "bob", "cat", "dan", "eve"),
    (("K1", DAY), ("K2", DAY), ("K3", "2026-12-02")),
    (
        ("K1/lead", 0, 0b11111),
        ("K1/second", 0, 0b11111),
        ("K2/lead", 1, 0b11111),
        ("K3/lead", 2, 0b11111),
    ),
    ((0, 0, UNIT), (1, 1, UNIT), (2, 2, UNIT), (3, 0, UNIT)),
)
NOW = Assignment(
    (("K1/lead", "ann"), ("K1/second", "bob"), ("K2/lead", "cat"), ("K3/lead", "ann")),
    (
        ("K1/lead", ("bob", "eve", "dan", "cat")),
        ("K1/second", ("dan", "ann", "cat", "eve")),
        ("K2/lead", ("ann", "bob", "dan", "eve")),
        ("K3/lead", ("eve", "dan", "cat", "bob")),
    ),
)


def test_the_first_free_reserve_steps_in_and_the_skipped_carry_a_reason() -> None:
    assert substitute(STAFF, NOW, DAY, "ann") == (
        Substitution("K1/lead", "ann", "eve", (("bob", "busy"),)),
    )


def test_the_absence_frees_the_seats_of_its_day_only() -> None:
    (change,) = substitute(STAFF, NOW, "2026-12-02", "ann")
    assert (change.seat, change.taken, change.skipped) == ("K3/lead", "eve", ())
    assert substitute(STAFF, NOW, "2026-12-02", "bob") == ()
    assert substitute(STAFF, NOW, "2026-12-03", "ann") == ()


def test_people_absent_on_that_day_are_passed_over() -> None:
    absences = {(DAY, "eve"), ("2026-12-02", "dan")}
    assert substitute(STAFF, NOW, DAY, "ann", absences) == (
        Substitution("K1/lead", "ann", "dan", (("bob", "busy"), ("eve", "absent"))),
    )


def test_people_no_longer_eligible_for_this_seat_are_passed_over() -> None:
    barred = {("K1/lead", "eve"), ("K1/lead", "bob"), ("K2/lead", "dan")}
    assert substitute(STAFF, NOW, DAY, "ann", barred=barred) == (
        Substitution(
            "K1/lead", "ann", "dan", (("bob", "ineligible"), ("eve", "ineligible"))
        ),
    )


def test_people_at_their_month_limit_are_passed_over() -> None:
    # ann already works on the first day, so one day is her limit.
    now = replace(NOW, holders=(*NOW.holders[:3], ("K3/lead", "bob")))
    reserves = (*NOW.reserves[:3], ("K3/lead", ("ann", "eve")))
    now = replace(now, reserves=reserves)
    for most, taken in ((1, "eve"), (2, "ann")):
        (change,) = substitute(
            STAFF, now, "2026-12-02", "bob", limits={"ann": most, "eve": 1}
        )
        assert change.taken == taken
    (change,) = substitute(STAFF, now, "2026-12-02", "bob", limits={"ann": 1, "eve": 0})
    assert change.skipped == (("ann", "full"), ("eve", "full"))


def test_reasons_are_looked_at_in_a_fixed_order() -> None:
    everything = {"limits": dict.fromkeys(STAFF.people, 0)}
    barred = {("K1/lead", "bob")}
    (change,) = substitute(
        STAFF, NOW, DAY, "ann", {(DAY, "bob"), (DAY, "cat")}, barred, **everything
    )
    assert change.skipped == (
        ("bob", "ineligible"),
        ("eve", "full"),
        ("dan", "full"),
        ("cat", "absent"),
    )


def test_when_nobody_is_left_the_seat_keeps_its_name_and_everyone_a_reason() -> None:
    absences = {(DAY, "eve"), (DAY, "dan")}
    changes = substitute(STAFF, NOW, DAY, "ann", absences)
    assert changes == (
        Substitution(
            "K1/lead",
            "ann",
            "",
            (("bob", "busy"), ("eve", "absent"), ("dan", "absent"), ("cat", "busy")),
        ),
    )
    assert applied(NOW, changes) == NOW


def test_all_seats_of_a_day_are_filled_in_table_order_by_different_people() -> None:
    # ann holds two seats of one day, as after a change of plan.
    now = Assignment(
        (("K1/lead", "ann"), ("K1/second", "bob"), ("K2/lead", "ann")),
        (*NOW.reserves[:2], ("K2/lead", ("bob", "eve", "dan", "cat"))),
    )
    assert substitute(STAFF, now, DAY, "ann") == (
        Substitution("K1/lead", "ann", "eve", (("bob", "busy"),)),
        Substitution("K2/lead", "ann", "dan", (("bob", "busy"), ("eve", "busy"))),
    )


def test_a_substitute_who_falls_ill_is_replaced_from_the_head_of_the_list() -> None:
    first = substitute(STAFF, NOW, DAY, "ann")
    now = applied(NOW, first)
    assert dict(now.holders)["K1/lead"] == "eve"
    assert dict(now.holders)["K3/lead"] == "ann"
    second = substitute(STAFF, now, DAY, "eve", {(DAY, "ann")})
    assert second == (
        Substitution("K1/lead", "eve", "dan", (("bob", "busy"), ("eve", "absent"))),
    )
    assert dict(applied(now, second).holders)["K1/lead"] == "dan"


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_any_row_of_absences_leaves_nobody_in_two_seats_of_a_day(number: int) -> None:
    rng = random.Random(number)
    table = a_table(rng, 10, 3, 2)
    now = assign(table, Key(SHA256, number.to_bytes(32, "big")))
    days = {seat: table.packages[k][1] for seat, k, _ in table.seats}
    absences: set[tuple[str, str]] = set()
    for _ in range(8):
        day, person = f"2026-12-0{rng.randint(1, 3)}", rng.choice(table.people)
        absences.add((day, person))
        changes = substitute(table, now, day, person, absences)
        held = [s for s, who in now.holders if who == person and days[s] == day]
        assert [c.seat for c in changes] == held
        now = applied(now, changes)
        for c in changes:
            reserves = list(dict(now.reserves)[c.seat])
            passed = [who for who, _ in c.skipped]
            assert reserves[: len(passed)] == passed
            if c.taken:
                assert reserves[len(passed)] == c.taken
                assert (day, c.taken) not in absences
            else:
                assert passed == reserves
        seated = [(days[s], w) for s, w in now.holders if (days[s], w) not in absences]
        assert len(seated) == len(set(seated))
