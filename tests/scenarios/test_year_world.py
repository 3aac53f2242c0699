"""A demonstration year: the made-up record, dates, rates, opinions, the docket."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from month_logs import after_close
from month_stages import Month, read_city

from inspector.domain import (
    Case,
    CaseState,
    Leave,
    PastVisit,
    RiskClass,
    VisitKind,
)
from inspector.errors import InspectorError
from inspector.month import demonstration
from inspector.month.assigned import Assigned, Result
from inspector.month.checklist import managed, visit_items
from inspector.month.record import checked, refuse_sources
from inspector.months import month_span
from inspector.policy import Scope
from inspector.results.checklist import grade
from inspector.selection.draw import base_rates
from inspector.workdays import load_calendar
from inspector.year import month_policy
from inspector.year.plan import ItemClass, Ratio, YearPlan, quotas
from scenarios.year import world
from scenarios.year.docket import Docket
from scenarios.year.record import DRAW_WEEKDAYS, ceremony, coins
from scenarios.year.world import Movement

CALENDAR = load_calendar()
MONTHS = tuple(f"2026-{m:02d}" for m in range(1, 13))


def the_plan(scope: Scope | None = None) -> YearPlan:
    numbers = zip(RiskClass, ((36, 1), (24, 2), (12, 3), (3, 5)), strict=True)
    return YearPlan(
        2026,
        "合成〔2026〕1号",
        "年度计划",
        "局",
        "对象",
        scope or Scope(),
        (),
        tuple(Ratio(ItemClass.GENERAL, r, n, cap) for r, (n, cap) in numbers),
        5,
        "compound",
        date(2025, 12, 25),
        None,
    )


# ------------------------------------------------------------------- the made-up record


@pytest.mark.parametrize("month", MONTHS)
def test_the_record_of_every_month_passes_the_ceremony(month: str) -> None:
    made = ceremony("seed", month)
    for stage, parts, committed, hours in (
        ("draw", made.draw, made.frozen_at, 24),
        ("lottery", made.lottery, made.sealed_at, 2),
    ):
        sources = [s for s, _ in parts]
        refuse_sources(stage, sources, committed, hours, set())
        for _, value in parts:
            assert checked(sources, committed, value) == value
    times = [made.frozen_at, made.drawn_at, made.sealed_at]
    times += [made.assigned_at, f"{month}-01", made.closed_at]
    assert times == sorted(times)
    for parts in (made.draw, made.lottery):
        at = date.fromisoformat(parts[-1][0].at[:10])
        assert at.weekday() in DRAW_WEEKDAYS


def test_records_differ_by_month_and_by_seed_and_are_the_same_again() -> None:
    one = ceremony("seed", "2026-05")
    assert ceremony("seed", "2026-05") == one
    others = [ceremony("seed", m) for m in MONTHS if m != "2026-05"]
    others.append(ceremony("other", "2026-05"))
    for other in others:
        assert other.draw_blind != one.draw_blind != one.seal_blind
        assert [e.value for _, e in other.draw] != [e.value for _, e in one.draw]
    assert one.draw[0][1].value != one.lottery[0][1].value
    issues = {s.issue for o in (one, *others[:-1]) for s, _ in (*o.draw, *o.lottery)}
    assert len(issues) == 12 * 2


# ------------------------------------------------------------------ registry and policy


def test_every_date_moves_with_the_month_and_random_visits_are_left_out() -> None:
    registry, policy, _, _ = read_city("wuzhou")
    until = date(2025, 12, 18)
    moved = world.moved_to(registry, policy, "2026-01", until)
    assert not any(h.kind is VisitKind.RANDOM for h in moved.history)
    kept = [h for h in registry.history if h.kind is not VisitKind.RANDOM]
    assert len(moved.history) == len(kept) > 0
    assert max(h.date for h in moved.history) <= until
    assert all(h.deadline > h.date for h in moved.history)
    assert max(c.last_visit for c in moved.docket if c.last_visit) <= until
    assert max(s.date for s in moved.signals) <= until
    assert all(c.id == f"{c.opened:%Y-%m}-{c.compound}" for c in moved.docket)
    assert len({c.id for c in moved.docket}) == len(registry.docket)
    before, after = registry.docket[-1], moved.docket[-1]
    assert before.opened.month - after.opened.month in (11, -1)
    assert {s.min_draw for s in registry.streets} == {1}
    assert {s.min_draw for s in moved.streets} == {0}
    assert all(f"{x.first:%Y-%m}" == "2026-01" for x in moved.leave)


def test_absences_stay_on_their_days_or_the_last_of_a_short_month() -> None:
    rows = [
        Leave("I1", date(2026, 12, 3), date(2026, 12, 4), ""),
        Leave("I2", date(2026, 12, 30), date(2026, 12, 31), ""),
    ]
    assert world.leave_of(rows, "2026-02") == (
        Leave("I1", date(2026, 2, 3), date(2026, 2, 4), ""),
        Leave("I2", date(2026, 2, 28), date(2026, 2, 28), ""),
    )


def test_a_months_rates_are_its_batches_over_who_may_be_drawn() -> None:
    registry, policy, _, _ = read_city("wuzhou")
    registry = replace(registry, history=())
    found = quotas(the_plan(), registry.compounds, most_out_bp=10_000)
    rules, due = month_policy.month_policy(
        registry, policy, the_plan(), found, "2026-01", date(2025, 12, 18)
    )
    assert dict(rules.draw.rates) == {
        RiskClass.A: (9, 28),  # of a year: 3 of 112 a month
        RiskClass.B: (6, 11),
        RiskClass.C: (6, 7),
        RiskClass.D: (0, 1),
    }
    assert (rules.draw.batches, base_rates(rules)[RiskClass.A]) == (
        12,
        Fraction(3, 112),
    )
    assert dict(rules.draw.caps)[RiskClass.A] == 1
    assert (rules.month, rules.draw.exclude_recent_months) == ("2026-01", 5)
    first = next(c for c in registry.compounds if c.risk_class is RiskClass.A)
    made = PastVisit(
        first.id, first.usc18, date(2026, 1, 5), VisitKind.RANDOM, True, "I1", "I2"
    )
    made = replace(made, due=date(2026, 2, 2))
    after = replace(registry, history=(made,))
    # the deadline of its result lies ahead of February's freeze, not of March's
    for month, day, number, eligible in (
        ("2026-02", date(2026, 1, 18), 3, 112),
        ("2026-03", date(2026, 2, 2), 3, 112),
        ("2026-03", date(2026, 2, 15), 3, 111),
    ):
        rules, due = month_policy.month_policy(
            after, policy, the_plan(), found, month, day
        )
        assert due[0].eligible == eligible
        assert base_rates(rules)[RiskClass.A] == Fraction(number, eligible)
    with pytest.raises(InspectorError) as refused:
        month_policy.month_policy(
            registry, policy, the_plan(), found, "2027-01", date(2026, 12, 18)
        )
    assert refused.value.code == "year.month"


def test_a_scope_narrows_the_base() -> None:
    registry, _, _, _ = read_city("wuzhou")
    some = the_plan(Scope(types=("old",), streets=("S01", "S02")))
    found = month_policy.base(registry, some)
    assert found
    assert {(c.type, c.street) for c in found} <= {("old", "S01"), ("old", "S02")}


def a_case(first: date | None, last: date | None) -> Case:
    opened = date(2026, 4, 1)
    return Case("x", "C1", CaseState.RECTIFYING, opened, opened, first, last)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        # the first working days of May are the 6th, 7th, 8th and Saturday the 9th
        (("2026-04-28", "2026-05-02"), ("2026-04-28", "2026-05-14")),
        (("2026-05-05", "2026-06-05"), ("2026-05-05", "2026-06-05")),
        # begins as the month ends: left to the month after
        (("2026-05-28", "2026-06-03"), ("2026-06-01", "2026-06-07")),
        # overdue, or not due at all
        (("2026-04-02", "2026-04-20"), ("2026-04-02", "2026-04-20")),
        (("2026-06-02", "2026-06-20"), ("2026-06-02", "2026-06-20")),
    ],
)
def test_a_window_in_the_holidays_is_extended(
    window: tuple[str, str], expected: tuple[str, str]
) -> None:
    case = a_case(*map(date.fromisoformat, window))
    (found,) = world.with_room([case], CALENDAR, "2026-05")
    assert (found.next_first, found.next_last) == tuple(
        map(date.fromisoformat, expected)
    )
    nothing = a_case(None, None)
    assert world.with_room([nothing], CALENDAR, "2026-05") == (nothing,)


# ------------------------------------------------------------- results and their sequel


def field_work(assigned: Assigned, seed: str) -> Assigned:
    return demonstration.worked(assigned, world.field_steps(seed)(assigned))


def test_field_work_publishes_a_result_of_every_placed_visit(month: Month) -> None:
    assigned = assigned_of(month)
    done = field_work(assigned, "seed")
    placed = {s.visit for p in assigned.sealed.packed.packing.packages for s in p.stops}
    assert {r.visit for r in done.results} == placed
    assert len(done.absences) == 1
    for r in done.results:
        if r.score_bp >= 0:
            items = visit_items(assigned, r.visit)
            assert r.score_bp == grade(items, r.outcome, r.findings)
            ordered = r.outcome == "ordered" or r.follow_up == "rectify"
            assert managed(assigned, r.visit) or not ordered
            assert (r.outcome == "no_problem") == (not r.findings)
    assert field_work(assigned, "seed").results == done.results
    assert field_work(assigned, "other").results != done.results


def assigned_of(month: Month) -> Assigned:
    """The month after the lottery, before any field work."""
    return replace(month.assigned, results=(), absences=())


def class_of(month: Month, score: int, **more: Any) -> tuple[RiskClass, RiskClass]:
    """The class of the first compound drawn, and its class after such an inspection."""
    visit = next(v for v in month.drawn.visits if VisitKind.RANDOM in v.kinds)
    now = next(c for c in month.registry.compounds if c.id == visit.compound).risk_class
    result = Result(visit.id, date(2026, 12, 8), "ordered", "rectify", score, (), "")
    told = {"now": now, "used": 1, "rule": Movement(), "mean": Fraction(0), **more}
    return told["now"], world.class_after(month.frozen, result, **told)


@pytest.mark.parametrize("now", list(RiskClass))
def test_a_poor_inspection_moves_a_compound_one_class_down(
    month: Month, now: RiskClass
) -> None:
    order = list(RiskClass)
    worse = order[min(order.index(now) + 1, 3)]
    assert class_of(month, 6000, now=now) == (now, worse)
    assert class_of(month, 9000, now=now) == (now, now)


@pytest.mark.parametrize("now", list(RiskClass))
def test_a_clean_inspection_moves_up_only_within_the_better_classs_cap(
    month: Month, now: RiskClass
) -> None:
    good = {"now": now, "mean": Fraction(8000)}
    caps, order = dict(month.policy.draw.caps), list(RiskClass)
    better = order[max(0, order.index(now) - 1)]
    for used in range(1, 6):
        after = better if used <= caps[better] else now
        assert class_of(month, 10_000, used=used, **good) == (now, after)
    assert class_of(month, 9_999, **good) == (now, now)
    assert class_of(month, 10_000, now=now, mean=Fraction(7499)) == (now, now)


def test_closed_cases_gain_in_every_source_and_the_rest_drifts(month: Month) -> None:
    closed, inspected, *_ = (r.compound for r in month.frozen.ranking.bottom)
    before = month.registry.evaluations
    after = world.next_evaluations(
        before, coins("seed", "a month"), {inspected: 10_000}, [closed]
    )
    assert len(after) == len(before)
    for a, b in zip(before, after, strict=True):
        step = b.score_bp - a.score_bp
        if a.compound == closed:
            assert 1500 <= step <= 3500 or b.score_bp == 10_000
        elif (a.compound, a.source) == (inspected, "housing"):
            assert step * 2 >= 10_000 - a.score_bp - 130
        else:
            assert -130 <= step <= 110


# -------------------------------------------------------------------------- the docket


def judged(month: Month) -> tuple[Docket, Assigned]:
    """The docket of a month whose results came out one by one."""
    docket = Docket()
    docket.adopt(month.registry, month_span(month.policy.month)[0])
    done = field_work(assigned_of(month), "seed")
    visits = {v.id: v for v in month.drawn.visits}
    docket.open(done.frozen)
    for r in done.results:
        docket.published(done, visits[r.visit], r)
    for day in range(1, 32):
        docket.day(date(2026, 12, day))
    docket.end(month.drawn)
    return docket, done


def test_the_docket_says_the_same_as_the_months_own_following(month: Month) -> None:
    """But for what only the ladder knows: re-opening, the lot of the look-back."""
    docket, done = judged(month)
    assert not docket.misfits
    passed = {name: case.passed for name, case in docket.files.items()}
    registry, _ = after_close(done, passed)
    ours = {c.id: c for c in docket.rows(month_span("2026-12")[1])}
    theirs = {c.id: c for c in registry.docket}
    assert ours.keys() == theirs.keys()
    reopened = {n for n, c in docket.files.items() if c.reopened}
    moved = {c.id for c in theirs.values() if c.last_visit and c.id not in reopened}
    assert moved
    for name in moved:
        assert ours[name].state is theirs[name].state
        assert ours[name].last_visit == theirs[name].last_visit


def test_everything_found_on_a_docket_visit_is_ordered_and_some_of_it_solved(
    month: Month,
) -> None:
    docket, _ = judged(month)
    moves = docket.moves("2026-12")
    for kind in ("CaseAdopted", "CaseOpened", "MeasureTaken", "Visited", "Ordered"):
        assert moves[kind] > 0, kind
    for case in docket.files.values():
        if case.state is not CaseState.CLOSED:
            assert all(p.deadline is not None for p in case.unsolved)
        else:
            assert not case.unsolved
    solved = [p for c in docket.files.values() for p in c.problems if p.solved]
    assert solved
    assert all(p.solved - p.found >= timedelta(0) for p in solved)


def test_what_a_visit_found_moves_even_a_case_that_it_fits_no_more(
    month: Month,
) -> None:
    """A step that an open log sealed, of a case that another log's result moved on."""
    docket, done = judged(month)
    visits = {v.id: v for v in month.drawn.visits}
    case_of = {v.compound: v.case for v in done.frozen.intake.visits}
    results = [
        r
        for r in done.results
        if r.score_bp >= 0
        and {VisitKind.REMEDIATION, VisitKind.RECHECK, VisitKind.ACCEPTANCE}
        & set(visits[r.visit].kinds)
    ]
    assert results
    for r in results:
        case = case_of[visits[r.visit].compound]
        docket.files[case] = replace(docket.files[case], state=CaseState.CLOSED)
    before = dict(docket.files)
    for r in results:
        docket.published(done, visits[r.visit], r)
    bad = {
        case
        for r in results
        if r.outcome != "no_problem"
        and (case := case_of[visits[r.visit].compound])
        and r.date == before[case].last_visit  # an older one tells nothing new
    }
    assert bad
    for r in results:
        case = case_of[visits[r.visit].compound]
        assert (docket.files[case] == before[case]) == (case not in bad)
        assert not (case in bad and docket.files[case].state is CaseState.CLOSED)
        assert not docket.files[case].unordered
    assert docket.misfits
