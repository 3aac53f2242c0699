"""A yearly plan while results wait for their deadlines: bounds, caps, chances."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from test_year_plan import a_plan, a_visit, compounds

from inspector.domain import PastVisit, RiskClass
from inspector.errors import Faults
from inspector.months import month_of, month_span, months_after
from inspector.policy import PUBLISH_WORKDAYS, DrawRules, Policy
from inspector.selection.draw import exclusions
from inspector.workdays import load_calendar
from inspector.year.plan import (
    ItemClass,
    Ratio,
    batches,
    least_eligible,
    most_eligible,
    most_of,
    most_visits,
    quotas,
    share,
)
from inspector.year.room import WAITING, Quota

A, B, _, _ = RiskClass

Seen = tuple[tuple[int, ...], tuple[int, ...]]  # months visited, months that count from


def may_be_drawn(seen: Seen, cap: int, recent: int, month: int) -> bool:
    """The rule for one compound; a visit counts from its third month or the second."""
    visits, counts = seen
    known = [(v, c) for v, c in zip(visits, counts, strict=True) if c <= month]
    late = any(v + 1 >= month - recent for v, _ in known)
    return not late and len(known) < cap


@pytest.mark.parametrize(("cap", "recent"), [(1, 3), (2, 1), (1, 0), (3, 4)])
def test_each_compound_has_the_same_chance_every_month_seen_from_january(
    cap: int, recent: int
) -> None:
    """Against the chain of all states of a small class, walked month by month; the day
    of each visit, early or late in its month, is a coin of its own."""
    quota = Quota(A, 5, 4, cap, (1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0))
    none: Seen = ((), ())
    # (the first compound, the others in order) -> probability
    chain = {(none, (none,) * 4): Fraction(1)}
    for month, batch in enumerate(quota.batches[:6]):
        low, high, ahead = share(quota, recent, month)
        after: dict[tuple[Seen, tuple[Seen, ...]], Fraction] = {}
        drawn = Fraction(0)
        for (mine, others), p in chain.items():
            all_of_them = (mine, *others)
            able = [
                k
                for k, seen in enumerate(all_of_them)
                if may_be_drawn(seen, cap, recent, month)
            ]
            least, most = (
                f(quota, recent, month) for f in (least_eligible, most_eligible)
            )
            assert least <= len(able) <= most
            if not batch:
                key = (mine, others)
                after[key] = after.get(key, Fraction(0)) + p
                continue
            assert low <= Fraction(1, len(able)) <= high
            for k, late in product(able, (2, 3)):
                hit = p / len(able) / 2
                drawn += hit if k == 0 else 0
                visits, counts = all_of_them[k]
                seen = ((*visits, month), (*counts, month + late))
                then = [*all_of_them[:k], seen, *all_of_them[k + 1 :]]
                key = (then[0], tuple(sorted(then[1:])))
                after[key] = after.get(key, Fraction(0)) + hit
        assert drawn == ahead == Fraction(batch, quota.base)
        chain = after
    assert sum(chain.values()) == 1
    made = sum(len(mine[0]) * p for (mine, _), p in chain.items())
    assert made == Fraction(quota.number, quota.base)


def freezes(month: str) -> tuple[date, date]:
    """First and last day of a freeze of which `plan.WAITING` holds."""
    calendar = load_calendar()
    before = shifted(month, -1)
    last = calendar.working_days(shifted(month, -3))[-1]
    first = calendar.working_days(before)[0]
    ends = month_span(before)[1]
    due = (calendar.after(d, PUBLISH_WORKDAYS).date for d in (last, first))
    opens, closes = due
    return opens + timedelta(1), min(closes, ends)


def shifted(month: str, n: int) -> str:
    return month_of(months_after(month_span(month)[0], n))


def test_every_month_has_a_freeze_between_the_deadlines_it_stands_on() -> None:
    """Of 2026 and 2027: the holidays of spring and October move deadlines the most."""
    for year in (2026, 2027):
        for month in (f"{year}-{m:02d}" for m in range(1, 13)):
            if month < "2026-04":
                continue  # no working days of 2025 are needed here
            opens, closes = freezes(month)
            assert opens <= month_span(shifted(month, -1))[0].replace(day=12)
            assert (month_span(month)[0] - closes).days <= 4
            visits = load_calendar().working_days(shifted(month, -3))
            dues = {
                month_of(load_calendar().after(d, PUBLISH_WORKDAYS).date)
                for d in visits
            }
            assert dues <= {shifted(month, -k) for k in (1, 2, 3)}


@dataclass(frozen=True, slots=True)
class Walked:
    """A year of one class, with what was drawn and who might have been."""

    able: tuple[int, ...]
    drawn: tuple[tuple[str, ...], ...]


def walked(quota: Quota, recent: int, data: st.DataObject) -> Walked:
    """The year 2026 with the real rule, days and draws as bad as `data` makes them."""
    plan = a_plan(Ratio(ItemClass.GENERAL, A, quota.number, quota.cap), recent=recent)
    base = compounds(quota.base)
    calendar = load_calendar()
    history: list[PastVisit] = []
    able, drawn = [], []
    greedy = data.draw(st.sampled_from(("again", "new", "any")))
    for month in plan.months:
        opens, closes = freezes(month) if month > "2026-03" else (None, None)
        if opens is None or closes is None:
            frozen = month_span(month)[0] - timedelta(14)
        else:
            frozen = data.draw(st.dates(opens, closes))
        rules = replace(
            Policy(month=month),
            draw=replace(
                DrawRules(),
                exclude_recent_months=recent,
                cap_unit="compound",
                caps=tuple((r, quota.cap) for r in RiskClass),
            ),
        )
        out = {e.compound for e in exclusions(history, base, rules, frozen)}
        free = [c.id for c in base if c.id not in out]
        able.append(len(free))
        before = Counter(h.compound for h in history)
        dice = data.draw(st.randoms(use_true_random=False))
        dice.shuffle(free)
        if greedy != "any":
            free.sort(key=lambda c: before[c], reverse=greedy == "again")
        picked = tuple(free[: quota.batches[len(drawn)]])
        drawn.append(picked)
        days = calendar.working_days(month)
        for c in picked:
            day = dice.choice((days[0], days[-1], dice.choice(days)))
            due = calendar.after(day, PUBLISH_WORKDAYS).date
            history.append(replace(a_visit(c, day), due=due))
    return Walked(tuple(able), tuple(drawn))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_drawn_year_keeps_the_bounds_of_its_plan(data: st.DataObject) -> None:
    """Batches are drawn in full, who may be drawn lies within bounds, pauses and caps
    are passed by the months that wait and no more."""
    cap, recent = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 6))
    base = data.draw(st.integers(8, 40))
    number = data.draw(st.integers(1, 2 * base))
    plan = a_plan(Ratio(ItemClass.GENERAL, A, number, cap), recent=recent)
    try:
        (quota,) = quotas(plan, compounds(base), most_out_bp=10_000)
    except Faults:
        reject()
    year = walked(quota, recent, data)
    assert tuple(map(len, year.drawn)) == quota.batches
    for month, able in enumerate(year.able):
        least, most = (f(quota, recent, month) for f in (least_eligible, most_eligible))
        assert quota.batches[month] <= least <= able <= most, month
        if batch := quota.batches[month]:
            low, high, _ = share(quota, recent, month)
            assert low <= Fraction(batch, able) <= high
    at: dict[str, list[int]] = {}
    for month, picked in enumerate(year.drawn):
        for c in picked:
            at.setdefault(c, []).append(month)
    for months in at.values():
        assert len(months) <= most_of(quota, recent) <= cap + WAITING
        gaps = {b - a for a, b in combinations(months, 2)}
        assert not gaps & set(range(WAITING + 1, recent + 1))


def test_a_cap_that_some_may_reach_has_a_floor() -> None:
    quota = Quota(B, 60, 48, 2, batches(48))
    # December: results of October and of November's two months before may be the last
    # of recent ones; two of the draws before September make one full
    assert least_eligible(quota, 1, 11) == 60 - 2 * 4 - 32 // 2
    assert most_eligible(quota, 1, 11) == 60
    # nothing of the two months before is known
    assert least_eligible(quota, 1, 1) == 60
    assert least_eligible(quota, 0, 1) == 60


def test_a_compound_passes_its_cap_by_the_months_that_wait_at_most() -> None:
    quota = Quota(B, 60, 48, 2, batches(48))
    assert [most_of(quota, k) for k in (0, 4, 11)] == [4, 4, 3]
    assert most_of(replace(quota, cap=9), 4) == most_visits(12, 4) == 6


@pytest.mark.parametrize("recent", range(8))
@pytest.mark.parametrize("months", (1, 4, 9, 12))
def test_most_visits_counts_the_pauses(months: int, recent: int) -> None:
    """Against every set of months of which none puts the other out."""
    out = set(range(WAITING + 1, recent + 1))
    sets = ([m for m in range(months) if mask >> m & 1] for mask in range(1 << months))
    fit = (s for s in sets if not any(b - a in out for a, b in combinations(s, 2)))
    assert max(map(len, fit)) == most_visits(months, recent)
