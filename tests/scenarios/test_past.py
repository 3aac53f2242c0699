"""The committed cities' past: it keeps the rules that the month ahead is held to."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from committed import Committed

from inspector.domain import Case, CaseState, PastVisit, VisitKind
from inspector.selection.draw import exclusions, history_leaf
from inspector.workdays import load_calendar, local_day
from inspector.year.room import MOST_OUT_BP

# Kinds of a case's past visits, in the order in which they can happen.
STEPS = (
    VisitKind.REMEDIATION,
    VisitKind.RECHECK,
    VisitKind.ACCEPTANCE,
    VisitKind.LOOKBACK,
)


@pytest.mark.parametrize(
    ("city", "at_cap"), [("zibo", "A"), ("wuzhou", "A")], indirect=["city"]
)
def test_history_keeps_the_yearly_caps_and_reaches_them(
    city: Committed, at_cap: str
) -> None:
    """Days of a company's random inspections: none beyond the cap of whom it met."""
    assert city.policy.draw.cap_unit == "company"
    caps = dict(city.policy.draw.caps)
    compounds = {c.id: c for c in city.registry.compounds}
    days: dict[str, set[date]] = defaultdict(set)
    most: Counter[str] = Counter()
    for h in city.registry.history:
        if h.kind is VisitKind.RANDOM and h.usc18:
            days[h.usc18].add(h.date)
            cap = caps[compounds[h.compound].risk_class]
            most[h.usc18] = max(most[h.usc18], cap)
    assert all(len(days[firm]) <= most[firm] for firm in days)
    full = {
        c.risk_class
        for c in compounds.values()
        if len(days[c.usc18]) >= caps[c.risk_class]
    }
    assert full >= set(at_cap)


def test_the_caps_put_at_most_15_percent_of_a_class_out(city: Committed) -> None:
    """By random inspections alone, in the month ahead (the year plan's own bound)."""
    registry, policy = city.registry, city.policy
    assert policy.draw.cap_by == "random"
    out = exclusions(registry.history, registry.compounds, policy, city.until)
    capped = {e.compound for e in out if e.reason != "recent"}
    sizes = Counter(c.risk_class for c in registry.compounds)
    gone = Counter(c.risk_class for c in registry.compounds if c.id in capped)
    assert gone
    assert all(10_000 * gone[r] <= MOST_OUT_BP * sizes[r] for r in sizes)


def test_history_counts_every_kind_and_is_never_random_two_months_running(
    city: Committed,
) -> None:
    history = city.registry.history
    assert set(city.policy.draw.counts) == set(VisitKind)
    assert all(h.counts_for_cap for h in history)
    months = [(h.compound, h.date.month) for h in history if h.kind is VisitKind.RANDOM]
    assert len(set(months)) == len(months)
    assert not {(c, m + 1) for c, m in months} & set(months)


def test_history_lies_on_working_days_before_the_freeze(city: Committed) -> None:
    calendar, history = load_calendar(), city.registry.history
    assert all(calendar.is_workday(h.date) for h in history)
    assert max(h.date for h in history) <= city.until
    assert {h.date.month for h in history} == set(range(1, 12))


def test_what_the_freeze_cites_was_published_before_it(city: Committed) -> None:
    """By its deadline, 20 working days after the visit; the last visits count later."""
    calendar, frozen = load_calendar(), city.until
    workdays = city.policy.publish_workdays
    assert workdays == 20
    history, cited = city.registry.history, set[str]()
    for h in history:
        assert h.due == calendar.after(h.date, workdays).date
        assert (h.log, h.at) == ("", "")  # the bureau's word: no log is older
    rows = {history_leaf(h): h for h in history}
    args = (history, city.registry.compounds, city.policy)
    for e in exclusions(*args, frozen):
        cited |= {*e.cites}
    assert cited
    assert all(rows[leaf].deadline < frozen for leaf in cited)
    assert any(h.counts_for_cap and h.deadline >= frozen for h in history)
    assert local_day(city.entropy["frozen_at"]) == frozen


def test_past_visits_were_made_by_two_entitled_officers(city: Committed) -> None:
    registry, policy = city.registry, city.policy
    people = {p.id: p for p in registry.inspectors}
    compounds = {c.id: c for c in registry.compounds}
    recused = {(r.inspector, r.subject) for r in registry.recusals}
    rotation = timedelta(31 * policy.seats.rotation_months)
    met: dict[tuple[str, str], date] = {}
    for h in sorted(registry.history, key=lambda h: (h.date, h.compound)):
        compound = compounds[h.compound]
        assert h.usc18 == compound.usc18
        assert h.lead != h.second
        assert people[h.lead].may_lead
        assert not compound.skill or compound.skill in people[h.second].skills
        for person in (h.lead, h.second):
            assert not people[person].expert
            assert not {(person, h.compound), (person, h.usc18)} & recused
            before = met.get((person, h.compound))
            assert before is None or h.date - before > rotation
            met[person, h.compound] = h.date


def test_nobody_was_in_two_districts_on_one_day(city: Committed) -> None:
    registry = city.registry
    district = {s.code: s.district for s in registry.streets}
    where = {c.id: district[c.street] for c in registry.compounds}
    seen: dict[tuple[date, str], str] = {}
    for h in registry.history:
        for person in (h.lead, h.second):
            assert (
                seen.setdefault((h.date, person), where[h.compound])
                == (where[h.compound])
            )


def _past_of(city: Committed, case: Case) -> list[PastVisit]:
    """The docket visits of a case so far, in order."""
    return sorted(
        (
            h
            for h in city.registry.history
            if h.compound == case.compound and h.kind in STEPS and h.date >= case.opened
        ),
        key=lambda h: h.date,
    )


def test_docket_cases_agree_with_their_past_visits(city: Committed) -> None:
    expected = {
        CaseState.WAITING: {()},
        CaseState.LISTED: {(3 * STEPS[:1])[:n] for n in (1, 2)},
        CaseState.RECTIFYING: {3 * STEPS[:1], 3 * STEPS[:1] + STEPS[1:2]},
        CaseState.ACCEPTING: {3 * STEPS[:1] + STEPS[1:2]},
        CaseState.CLOSED: {3 * STEPS[:1] + STEPS[1:3], 3 * STEPS[:1] + STEPS[1:4]},
    }
    docket = city.registry.docket
    assert len({case.compound for case in docket}) == len(docket)
    for case in docket:
        past = _past_of(city, case)
        assert tuple(h.kind for h in past) in expected[case.state], case.id
        assert case.last_visit == (past[-1].date if past else None)
        assert all(7 <= (b.date - a.date).days <= 15 for a, b in pairwise(past))
        assert case.id == f"{case.opened:%Y-%m}-{case.compound}"
        if past:
            assert case.opened <= past[0].date


def test_running_series_can_keep_their_gap_in_the_month(city: Committed) -> None:
    calendar = load_calendar()
    running = [c for c in city.registry.docket if c.state is CaseState.LISTED]
    assert running
    for case in running:
        assert case.last_visit and case.next_first and case.next_last
        assert (case.next_first - case.last_visit).days == 7
        assert (case.next_last - case.last_visit).days == 15
        days = [
            d
            for d in calendar.working_days("2026-12")
            if case.next_first <= d <= case.next_last
        ]
        assert len(days) >= 3
