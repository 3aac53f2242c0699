"""The draw of compounds: exclusions, strata with exact chances, counts, tickets."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection_cases import (
    MONTHLY,
    OWN,
    SUITES,
    a_city,
    a_compound,
    a_past_visit,
    a_seed,
    a_street,
    fingerprint,
    shuffled,
)

import inspector
from inspector.ceremony.canon import Key, Suite
from inspector.ceremony.seed import ticket
from inspector.domain import Compound, PastVisit, RiskClass, VisitKind
from inspector.errors import Faults
from inspector.months import month_span
from inspector.policy import Method, Policy, Scope
from inspector.selection.draw import (
    Exclusion,
    Stratum,
    StratumDraw,
    base_rates,
    draw,
    exclusions,
    history_leaf,
    place,
    strata,
    totals,
)
from inspector.selection.stands import factors, standing

POLICY = Policy(draw=MONTHLY)
CAP_ONE = tuple((c, 1) for c in RiskClass)
HALVES = ((RiskClass.A, (1, 2)), (RiskClass.B, (1, 4)), (RiskClass.C, (0, 1)))


def a_policy(
    scope: Scope | None = None, month: str = "2026-12", **rules: Any
) -> Policy:
    return Policy(month=month, scope=scope or Scope(), draw=replace(MONTHLY, **rules))


def excluded(
    rows: Sequence[PastVisit], compounds: Sequence[Compound], policy: Policy
) -> tuple[Exclusion, ...]:
    """Who is out in a draw that is frozen as its month begins."""
    return exclusions(rows, compounds, policy, month_span(policy.month)[0])


def reasons(found: tuple[Exclusion, ...]) -> dict[str, str]:
    return {e.compound: e.reason for e in found}


# ------------------------------------------------------------------- exclusions


@pytest.mark.parametrize(
    ("day", "months", "out"),
    [
        ("2026-12-01", 1, False),
        ("2026-11-30", 1, True),
        ("2026-11-01", 1, True),
        ("2026-10-31", 1, False),
        ("2026-10-31", 2, True),
        ("2026-11-30", 0, False),
        ("2025-12-31", 12, True),
        ("2025-11-30", 12, False),
        ("2027-01-01", 12, False),
    ],
)
def test_a_random_visit_in_the_months_before_puts_out(
    day: str, months: int, out: bool
) -> None:
    row = a_past_visit("C1", day)
    policy = a_policy(exclude_recent_months=months, caps=())
    found = excluded([row], [a_compound("C1")], policy)
    wanted = (Exclusion("C1", "recent", (history_leaf(row),)),)
    assert found == (wanted if out else ())


def test_the_months_before_january_lie_in_the_year_before() -> None:
    row = a_past_visit("C1", "2026-12-31")
    policy = a_policy(month="2027-01")
    assert reasons(excluded([row], [a_compound("C1")], policy)) == {"C1": "recent"}


@pytest.mark.parametrize(
    "changes", [{"counts_for_cap": False}, {"kind": VisitKind.RECHECK}]
)
def test_a_visit_that_does_not_count_or_was_not_random_is_not_recent(
    changes: dict[str, Any],
) -> None:
    row = a_past_visit("C1", "2026-11-30", **changes)
    assert excluded([row], [a_compound("C1")], a_policy(caps=())) == ()


def test_at_its_cap_a_compound_is_out_and_cites_the_visits_of_the_year() -> None:
    rows = [
        a_past_visit("C1", "2026-03-01"),
        a_past_visit("C1", "2026-01-01"),
        a_past_visit("C1", "2026-02-01", kind=VisitKind.WHISTLE),
        a_past_visit("C1", "2025-12-31"),
        a_past_visit("C1", "2026-12-01"),
        a_past_visit("C1", "2026-04-01", counts_for_cap=False),
        a_past_visit("C2", "2026-05-01"),
    ]
    compound = a_compound("C1", risk_class=RiskClass.B)
    cites = (history_leaf(rows[1]), history_leaf(rows[0]))
    assert excluded(rows, [compound], POLICY) == (Exclusion("C1", "cap", cites),)
    larger = replace(compound, risk_class=RiskClass.C)
    assert excluded(rows, [larger], POLICY) == ()


def test_a_cap_per_company_counts_all_its_compounds() -> None:
    rows = [
        a_past_visit("C1", "2026-03-01", usc18="X"),
        a_past_visit("C2", "2026-02-01", usc18="X"),
        a_past_visit("C3", "2026-02-01", usc18=""),
        a_past_visit("C3", "2026-03-01", usc18=""),
    ]
    compounds = [
        a_compound("C1", usc18="X", risk_class=RiskClass.B),
        a_compound("C4", usc18="X", risk_class=RiskClass.B),
        a_compound("C5", usc18="X", risk_class=RiskClass.C),
        a_compound("C3", usc18="", risk_class=RiskClass.B),
    ]
    policy = a_policy(cap_unit="company")
    cites = (history_leaf(rows[1]), history_leaf(rows[0]))
    assert excluded(rows, compounds, policy) == (
        Exclusion("C1", "cap", cites),
        Exclusion("C4", "cap", cites),
    )


def test_compounds_of_one_company_on_one_day_are_one_inspection() -> None:
    """综合查一次: days are counted, every row of them is cited."""
    rows = [
        a_past_visit("C1", "2026-03-01", usc18="X"),
        a_past_visit("C2", "2026-03-01", usc18="X"),
    ]
    policy = a_policy(cap_unit="company")
    mine = [a_compound("C1", usc18="X", risk_class=RiskClass.B)]
    assert excluded(rows, mine, policy) == ()
    rows.append(a_past_visit("C2", "2026-04-01", usc18="X"))
    cites = tuple(map(history_leaf, rows))
    assert excluded(rows, mine, policy) == (Exclusion("C1", "cap", cites),)


def test_a_visit_for_a_cause_never_buys_safety_unless_the_bureau_counts_all() -> None:
    rows = [
        a_past_visit("C1", "2026-03-01"),
        a_past_visit("C1", "2026-04-01", kind=VisitKind.RECHECK),
        a_past_visit("C1", "2026-05-01", kind=VisitKind.WHISTLE, counts_for_cap=False),
    ]
    mine = [a_compound("C1", risk_class=RiskClass.B)]
    assert excluded(rows, mine, a_policy()) == ()
    cites = (history_leaf(rows[0]), history_leaf(rows[1]))
    every = a_policy(cap_by="all")
    assert excluded(rows, mine, every) == (Exclusion("C1", "other", cites),)
    three = [replace(mine[0], risk_class=RiskClass.C)]
    assert excluded(rows, three, every) == ()
    # random ones alone suffice: then the reason is the cap, and only they are cited
    rows.append(a_past_visit("C1", "2026-06-01"))
    cites = (history_leaf(rows[0]), history_leaf(rows[3]))
    assert excluded(rows, mine, every) == (Exclusion("C1", "cap", cites),)


def test_recent_is_named_before_cap_and_cites_only_what_is_recent() -> None:
    rows = [a_past_visit("C1", "2026-11-03"), a_past_visit("C1", "2026-02-03")]
    found = excluded(rows, [a_compound("C1")], POLICY)
    assert found == (Exclusion("C1", "recent", (history_leaf(rows[0]),)),)


def test_a_cap_of_zero_puts_out_and_a_class_without_cap_never_is() -> None:
    compounds = [a_compound("C1"), a_compound("C2", risk_class=RiskClass.D)]
    policy = a_policy(caps=((RiskClass.A, 0),))
    rows = [a_past_visit("C2", f"2026-{m:02}-01") for m in range(1, 10)]
    assert excluded(rows, compounds, policy) == (Exclusion("C1", "cap", ()),)


def test_visits_of_later_months_are_ignored() -> None:
    rows = [a_past_visit("C1", "2026-12-15"), a_past_visit("C1", "2027-02-01")]
    assert excluded(rows, [a_compound("C1")], POLICY) == ()


@pytest.mark.parametrize(
    ("made", "due", "frozen", "out"),
    [
        ("2026-10-30", "2026-11-27", "2026-11-28", True),
        ("2026-10-30", "2026-11-27", "2026-11-27", False),  # its day still counts
        ("2026-10-30", "2026-11-27", "2026-11-20", False),  # however early published
        ("2026-09-03", "2026-10-08", "2026-11-20", True),  # counted from the deadline
        ("2026-09-01", "2026-09-30", "2026-11-20", False),
        ("2026-11-02", "2026-12-02", "2026-12-03", True),  # frozen late
        ("2026-12-01", "2026-12-30", "2026-12-31", True),
    ],
)
def test_a_result_counts_from_the_first_freeze_after_its_deadline(
    made: str, due: str, frozen: str, out: bool
) -> None:
    row = a_past_visit("C1", made, due=date.fromisoformat(due))
    policy = a_policy(exclude_recent_months=2, caps=())
    day = date.fromisoformat(frozen)
    found = exclusions([row], [a_compound("C1")], policy, day)
    assert reasons(found) == ({"C1": "recent"} if out else {})


def test_a_cap_counts_visits_of_the_year_after_their_deadlines() -> None:
    """By the day of the visit, not by that of the deadline."""
    policy = a_policy(month="2027-03", exclude_recent_months=0, caps=CAP_ONE)
    last = a_past_visit("C1", "2026-12-28", due=date(2027, 1, 26))
    this = a_past_visit("C1", "2027-01-05", due=date(2027, 2, 2))
    for rows, day, out in (
        ([last], date(2027, 2, 20), {}),
        ([this], date(2027, 2, 2), {}),
        ([this], date(2027, 2, 3), {"C1": "cap"}),
    ):
        assert reasons(exclusions(rows, [a_compound("C1")], policy, day)) == out


def test_exclusions_come_by_compound_id_whatever_the_row_order() -> None:
    compounds = [a_compound(f"C{i}") for i in range(9)]
    rows = [
        a_past_visit(c.id, day)
        for c in compounds[::2]
        for day in ("2026-11-05", "2026-03-05")
    ]
    found = excluded(rows, compounds, POLICY)
    assert [e.compound for e in found] == ["C0", "C2", "C4", "C6", "C8"]
    for k in range(5):
        assert excluded(shuffled(rows, k), shuffled(compounds, k), POLICY) == found


def test_a_history_leaf_has_its_known_answer() -> None:
    row = a_past_visit("C0001", "2026-11-05", usc18="91370300MA3C0001XX")
    assert history_leaf(row) == OWN["history_leaf"]["leaf"]


# ----------------------------------------------------------------------- strata


def test_strata_are_street_by_class_with_the_published_rates() -> None:
    compounds, streets = a_city("S02:AAB S01:DAA")
    found = strata(compounds, streets, (), POLICY)
    assert found == (
        Stratum("S01/A", "S01", RiskClass.A, "", ("C0005", "C0006"), Fraction(1, 20)),
        Stratum("S01/D", "S01", RiskClass.D, "", ("C0004",), Fraction(2, 5)),
        Stratum("S02/A", "S02", RiskClass.A, "", ("C0001", "C0002"), Fraction(1, 20)),
        Stratum("S02/B", "S02", RiskClass.B, "", ("C0003",), Fraction(1, 10)),
    )
    assert [(s.size, s.expected) for s in found[:2]] == [
        (2, Fraction(1, 10)),
        (1, Fraction(2, 5)),
    ]


def test_a_month_has_its_part_of_the_years_rate_and_minimum() -> None:
    compounds, _ = a_city("S01:AB S02:DD")
    rates = tuple(zip(RiskClass, ((3, 100), (1, 10), (2, 5), (30, 1)), strict=True))
    policy = a_policy(rates=rates, batches=12)

    def raised(rows: Sequence[Stratum]) -> dict[str, Fraction]:
        rates = base_rates(policy)
        return factors(((s.street, s.risk_class, s.chance) for s in rows), rates)

    found = strata(compounds, [a_street("S01"), a_street("S02")], (), policy)
    assert [s.chance for s in found] == [Fraction(1, 400), Fraction(1, 120), 1]
    assert raised(found) == {"S01": 1, "S02": 1}
    lifted = strata(compounds, [a_street("S01", 2), a_street("S02")], (), policy)
    assert sum(s.expected for s in lifted[:2]) == Fraction(2, 12)
    times = Fraction(2, 12) / (Fraction(1, 400) + Fraction(1, 120))
    assert raised(lifted) == {"S01": times, "S02": 1}
    with pytest.raises(Faults) as refused:
        strata(compounds, [a_street("S01", 25), a_street("S02")], (), policy)
    assert [f.value for f in refused.value.faults] == ["2.083"]


def test_strata_may_be_split_by_type() -> None:
    compounds = [a_compound("C1", type="old"), a_compound("C2"), a_compound("C3")]
    found = strata(compounds, [a_street("S01")], (), a_policy(by_type=True))
    assert [(s.id, s.type, s.compounds) for s in found] == [
        ("S01/A/commercial", "commercial", ("C2", "C3")),
        ("S01/A/old", "old", ("C1",)),
    ]


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope(), ("C1", "C2", "C3", "C4")),
        (Scope(Method.TARGETED, types=("old",)), ("C2",)),
        (Scope(Method.TARGETED, districts=("D2",)), ("C4",)),
        (Scope(Method.TARGETED, streets=("S01", "S09")), ("C1", "C2", "C3")),
        (Scope(Method.TARGETED, classes=(RiskClass.D,)), ("C3",)),
        (Scope(Method.TARGETED, types=("old",), classes=(RiskClass.D,)), ()),
    ],
)
def test_a_targeted_draw_keeps_what_every_list_of_the_scope_contains(
    scope: Scope, left: tuple[str, ...]
) -> None:
    compounds = [
        a_compound("C1"),
        a_compound("C2", type="old"),
        a_compound("C3", risk_class=RiskClass.D),
        a_compound("C4", street="S02"),
    ]
    streets = [a_street("S01"), a_street("S02", district="D2")]
    found = strata(compounds, streets, (), a_policy(scope))
    assert tuple(sorted(c for s in found for c in s.compounds)) == left


def test_inactive_and_excluded_compounds_are_not_in_the_draw() -> None:
    compounds = [
        a_compound("C1"),
        a_compound("C2", status="moved"),
        a_compound("C3"),
    ]
    out = (Exclusion("C3", "recent", ()),)
    found = strata(compounds, [a_street("S01")], out, POLICY)
    assert [s.compounds for s in found] == [("C1",)]


def test_a_street_minimum_multiplies_its_chances_by_one_factor() -> None:
    # 8·1/20 + 4·2/5 = 2 expected; 3 wanted: all chances times 3/2.
    compounds, _ = a_city("S01:AAAAAAAADDDD")
    found = strata(compounds, [a_street("S01", 3)], (), POLICY)
    assert [s.chance for s in found] == [Fraction(3, 40), Fraction(3, 5)]
    assert sum(s.expected for s in found) == 3


def test_a_chance_is_capped_at_one_and_the_rest_carries_the_minimum() -> None:
    # Factor 6/(6/5) = 5 would make 2/5 into 2: D is certain, A and B share 4 of 10.
    compounds, _ = a_city("S01:AAAAAABBBBDD")
    found = strata(compounds, [a_street("S01", 6)], (), POLICY)
    factor = Fraction(4, 1) / (6 * Fraction(1, 20) + 4 * Fraction(1, 10))
    assert {s.id: s.chance for s in found} == {
        "S01/A": factor / 20,
        "S01/B": factor / 10,
        "S01/D": Fraction(1),
    }
    assert sum(s.expected for s in found) == 6


def test_a_minimum_that_is_already_expected_changes_nothing() -> None:
    compounds, _ = a_city("S01:DDDDD")
    for least in (0, 1, 2):
        found = strata(compounds, [a_street("S01", least)], (), POLICY)
        assert [s.chance for s in found] == [Fraction(2, 5)]


def test_a_minimum_of_all_that_can_be_drawn_makes_them_certain() -> None:
    compounds, _ = a_city("S01:AABCC")
    policy = a_policy(rates=HALVES)
    found = strata(compounds, [a_street("S01", 3)], (), policy)
    assert [(s.id, s.chance) for s in found] == [
        ("S01/A", 1),
        ("S01/B", 1),
        ("S01/C", 0),
    ]


def test_a_minimum_above_what_can_be_drawn_is_refused_naming_the_streets() -> None:
    compounds, _ = a_city("S01:AABCC S02:A S03:A")
    streets = [a_street("S01", 4), a_street("S02", 1), a_street("S03", 2)]
    streets.append(a_street("S04", 1))
    with pytest.raises(Faults) as refusal:
        strata(compounds, streets[::-1], (), a_policy(rates=HALVES))
    assert [
        (f.code, f.file, f.column, f.value, f.params["street"], f.params["size"])
        for f in refusal.value.faults
    ] == [
        ("draw.minimum", "streets", "min_draw", "4", "S01", 3),
        ("draw.minimum", "streets", "min_draw", "2", "S03", 1),
        ("draw.minimum", "streets", "min_draw", "1", "S04", 0),
    ]
    assert "S03" in str(refusal.value)


def test_exclusions_count_against_what_a_minimum_can_draw() -> None:
    compounds, _ = a_city("S01:AA")
    out = (Exclusion("C0001", "cap", ()),)
    assert strata(compounds, [a_street("S01", 2)], (), POLICY)[0].chance == 1
    with pytest.raises(Faults):
        strata(compounds, [a_street("S01", 2)], out, POLICY)


def test_streets_outside_the_scope_have_no_minimum() -> None:
    compounds, _ = a_city("S01:AA S02:AA")
    streets = [a_street("S01", 1), a_street("S02", 9, "D2")]
    for scope in (Scope(streets=("S01",)), Scope(districts=("D1",))):
        found = strata(compounds, streets, (), a_policy(scope))
        assert [(s.id, s.chance) for s in found] == [("S01/A", Fraction(1, 2))]


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.fractions(0, 1, max_denominator=12)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 20),
)
@settings(deadline=None)
def test_a_minimum_is_met_exactly_by_the_smallest_factor(
    cells: list[tuple[int, Fraction]], least: int
) -> None:
    letters = "ABCD"
    compounds, _ = a_city(
        "S01:" + "".join(x * n for x, (n, _) in zip(letters, cells, strict=False))
    )
    rates = {RiskClass(x): rate for x, (_, rate) in zip(letters, cells, strict=False)}
    policy = a_policy(
        rates=tuple((r, (f.numerator, f.denominator)) for r, f in rates.items())
    )
    possible = sum(n for n, rate in cells if rate)
    before = sum(n * rate for n, rate in cells)
    if least > possible:
        with pytest.raises(Faults):
            strata(compounds, [a_street("S01", least)], (), policy)
        return
    found = strata(compounds, [a_street("S01", least)], (), policy)
    chances = {s.risk_class: s.chance for s in found}
    assert sum(s.expected for s in found) == max(before, least)
    assert all(rates[r] <= chance <= 1 for r, chance in chances.items())
    factors = {c / rates[r] for r, c in chances.items() if rates[r] and c < 1}
    assert len(factors) <= 1
    for factor in factors:
        certain = [r for r, c in chances.items() if c == 1]
        assert all(factor * rates[r] >= 1 for r in certain)


@pytest.mark.parametrize("rate", [(-1, 2), (1, 0), (1, -2)])
def test_a_rate_that_is_no_chance_is_refused(rate: tuple[int, int]) -> None:
    compounds, streets = a_city("S01:AB")
    policy = a_policy(rates=((RiskClass.A, rate), (RiskClass.B, (1, 2))))
    with pytest.raises(Faults) as refusal:
        strata(compounds, streets, (), policy)
    assert [
        (f.code, f.value, f.params["risk_class"]) for f in refusal.value.faults
    ] == [("draw.rate", f"{rate[0]}/{rate[1]}", "A")]


def test_all_faults_of_the_strata_are_listed_at_once() -> None:
    compounds, streets = a_city("S01:ABD")
    compounds.append(a_compound("C9", street="S99"))
    policy = a_policy(rates=((RiskClass.A, (2, 0)), (RiskClass.B, (1, 2))))
    with pytest.raises(Faults) as refusal:
        strata(compounds, streets, (), policy)
    assert [(f.code, f.value) for f in refusal.value.faults] == [
        ("draw.street", "S99"),
        ("draw.rate", "2/0"),
        ("draw.rate", ""),
    ]
    assert refusal.value.faults[2].params["risk_class"] == "D"


# --------------------------------------------------------------------- the draw

CITY = "S01:AAAABBBCCD S02:AABBBBCCDDD S03:BBBCCCDDAAAA S04:D"


def a_draw(seed: Key) -> tuple[tuple[Stratum, ...], tuple[StratumDraw, ...]]:
    compounds, streets = a_city(CITY)
    found = strata(compounds, streets, (), POLICY)
    return found, draw(found, seed, POLICY)


def test_every_quota_is_drawn_at_floor_or_ceiling() -> None:
    for k in range(100):
        found, drawn = a_draw(a_seed("quota", k))
        groups: dict[str, tuple[Fraction, int]] = {}
        for s, d in zip(found, drawn, strict=True):
            assert s.id == d.id
            for name in (s.id, s.street, f"class {s.risk_class}", "all"):
                expected, n = groups.get(name, (Fraction(0), 0))
                groups[name] = expected + s.expected, n + len(d.drawn)
        for name, (expected, n) in groups.items():
            assert floor(expected) <= n <= ceil(expected), name


def test_the_lowest_tickets_win_and_the_next_are_reserves() -> None:
    seed = a_seed("tickets")
    found, drawn = a_draw(seed)
    for s, d in zip(found, drawn, strict=True):
        order = sorted(s.compounds, key=lambda c: ticket(seed, "compound", c))
        assert list(d.drawn + d.reserves) == order[: len(d.drawn) + 3]
        assert len(d.reserves) == min(3, s.size - len(d.drawn))


def test_removing_a_compound_moves_nobody_in_its_stratum() -> None:
    seed = a_seed("removed")
    compounds, streets = a_city("S01:" + "D" * 30)
    policy = a_policy(reserves=30)
    whole = strata(compounds, streets, (), policy)
    (before,) = draw(whole, seed, policy)
    order = before.drawn + before.reserves
    for gone in (order[0], order[7], order[-1]):
        out = (Exclusion(gone, "recent", ()),)
        (after,) = draw(strata(compounds, streets, out, policy), seed, policy)
        assert after.drawn + after.reserves == tuple(c for c in order if c != gone)


def test_chances_of_nought_and_one_need_no_luck() -> None:
    compounds, streets = a_city("S01:ABB")
    policy = a_policy(rates=((RiskClass.A, (0, 1)), (RiskClass.B, (1, 1))))
    found = strata(compounds, streets, (), policy)
    for k in range(5):
        none, both = draw(found, a_seed(k), policy)
        assert (none.drawn, none.reserves) == ((), ("C0001",))
        assert sorted(both.drawn) == ["C0002", "C0003"]


def test_a_draw_without_compounds_draws_nothing() -> None:
    found = strata([], [a_street("S01")], (), POLICY)
    assert found == ()
    assert draw(found, a_seed("empty"), POLICY) == ()
    assert totals(found, ()) == (0, {})


def test_totals_name_every_class_that_has_a_stratum() -> None:
    found, drawn = a_draw(a_seed("totals"))
    total, classes = totals(found, drawn)
    assert list(classes) == ["A", "B", "C", "D"]
    assert total == sum(classes.values()) == sum(len(d.drawn) for d in drawn)
    for name, n in classes.items():
        assert n == sum(len(d.drawn) for d in drawn if f"/{name}" in d.id)
    assert totals(found, [replace(d, drawn=()) for d in drawn])[1] == dict.fromkeys(
        "ABCD", 0
    )


@pytest.mark.parametrize("suite", SUITES)
def test_draws_have_their_known_answers(suite: Suite) -> None:
    known = OWN[suite.name]["draw"]
    compounds = [
        a_compound(id, street=street, risk_class=RiskClass(letter))
        for id, street, letter in known["compounds"]
    ]
    streets = [a_street(s) for s in ("S01", "S02", "S03")]
    policy = a_policy(reserves=known["reserves"])
    found = strata(compounds, streets, (), policy)
    for case in known["outcomes"]:
        drawn = draw(found, Key(suite, bytes.fromhex(case["seed"])), policy)
        assert [[d.id, list(d.drawn), list(d.reserves)] for d in drawn] == case[
            "strata"
        ]


def test_the_order_of_the_input_rows_changes_nothing() -> None:
    assert len({fingerprint(k) for k in range(6)}) == 1


def test_the_hash_seed_of_the_interpreter_changes_nothing() -> None:
    places = [Path(inspector.__file__).parents[1], Path(__file__).parent]
    code = "from selection_cases import fingerprint; print(fingerprint(3))"
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "PYTHONHASHSEED": hash_seed,
                "PYTHONPATH": os.pathsep.join(map(str, places)),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert prints == {fingerprint(0) + "\n"}


# ------------------------------------------------------ why was I (not) drawn?


def test_everybody_learns_the_reason_and_the_exact_chance() -> None:
    street = a_street("S01", district="D1")
    compounds = [
        a_compound("C1"),
        a_compound("C2", status="closed"),
        a_compound("C3", type="old"),
        a_compound("C4"),
    ]
    policy = a_policy(Scope(types=("commercial",)))
    row = a_past_visit("C4", "2026-11-02")
    out = excluded([row], compounds, policy)
    found = strata(compounds, [street], out, policy)
    seen = [standing(c, street, out, found, policy) for c in compounds]
    assert [(s.compound, s.reason, s.stratum, s.chance) for s in seen] == [
        ("C1", "", "S01/A", Fraction(1, 20)),
        ("C2", "status", "", Fraction(0)),
        ("C3", "scope", "", Fraction(0)),
        ("C4", "recent", "", Fraction(0)),
    ]
    assert seen[3].cites == (history_leaf(row),)


def test_a_place_by_ticket_tells_who_was_drawn() -> None:
    seed = a_seed("place")
    found, drawn = a_draw(seed)
    for s, d in zip(found, drawn, strict=True):
        places = {c: place(s, seed, c) for c in s.compounds}
        assert sorted(places.values()) == list(range(1, s.size + 1))
        assert {c for c, k in places.items() if k <= len(d.drawn)} == set(d.drawn)


def test_expected_counts_of_a_whole_city_add_up_to_the_published_chances() -> None:
    rng = random.Random(1388)
    text = " ".join(
        f"S{i:02}:" + "".join(rng.choices("ABCD", [3, 4, 2, 1], k=45))
        for i in range(31)
    )
    compounds, streets = a_city(text)
    assert len(compounds) == 1395
    found = strata(compounds, streets, (), POLICY)
    chance = {c: s.chance for s in found for c in s.compounds}
    rates = {r: Fraction(*f) for r, f in POLICY.draw.rates}
    assert chance == {c.id: rates[c.risk_class] for c in compounds}
    drawn = draw(found, a_seed("city"), POLICY)
    total, _ = totals(found, drawn)
    assert abs(total - sum(chance.values())) < 1
