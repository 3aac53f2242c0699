"""The committed cities' month: its ceremony, its visits, its people."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date, datetime
from fractions import Fraction

import pytest
from committed import Committed

from inspector.ceremony.canon import Suite
from inspector.ceremony.seed import Entropy, fits
from inspector.docket.visits import intake
from inspector.domain import VisitKind
from inspector.month.record import checked, refuse_sources
from inspector.selection.draw import base_rates, exclusions, strata
from inspector.selection.ranking import rank
from inspector.workdays import load_calendar, local_day


def test_the_entropy_passes_the_ceremony(city: Committed) -> None:
    policy, data = city.policy, city.entropy
    for sources, record, committed in (
        (policy.draw_entropy, data["draw"], data["frozen_at"]),
        (policy.lottery_entropy, data["lottery"], data["sealed_at"]),
    ):
        refuse_sources("", sources, committed, 2, set())
        assert [r["source"] for r in record] == [s.id for s in sources]
        for s, r in zip(sources, record, strict=True):
            value = Entropy(s.id, "", r["value"], r["at"])
            assert fits(Suite(policy.hash), s, checked(sources, committed, value).value)


def test_the_stages_follow_each_other_and_the_record(city: Committed) -> None:
    data = city.entropy
    times = [
        data["frozen_at"],
        *(r["at"] for r in data["draw"]),
        data["drawn_at"],
        data["sealed_at"],
        *(r["at"] for r in data["lottery"]),
        data["assigned_at"],
        data["closed_at"],
    ]
    assert times == sorted(set(times))
    assert date.fromisoformat(times[0][:10]) == city.until
    notice = city.policy.notice_workdays
    first = load_calendar().before(date(2026, 12, 1), notice).date
    assert date.fromisoformat(data["assigned_at"][:10]) <= first
    secrets = [*data["blinds"].values(), data["secret"]]
    assert len(set(secrets)) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", s) for s in secrets)


def test_lotteries_are_drawn_on_their_weekdays_in_the_evening(city: Committed) -> None:
    weekdays = {"双色球": ({1, 3, 6}, "13:15"), "大乐透": ({0, 2, 5}, "13:25")}
    policy = city.policy
    found = [
        s
        for s in (*policy.draw_entropy, *policy.lottery_entropy)
        if s.kind == "lottery"
    ]
    assert len(found) == 2
    for source in found:
        at = datetime.fromisoformat(source.at)
        days, clock = weekdays[source.name]
        assert at.weekday() in days  # 21:15 in Beijing is the same day in UTC
        assert f"{at:%H:%M}" == clock


@pytest.mark.parametrize(
    ("city", "listed", "visits"),
    [
        (
            "zibo",
            139,
            {"remediation": 159, "recheck": 15, "acceptance": 8, "lookback": 8},
        ),
        (
            "wuzhou",
            18,
            {"remediation": 19, "recheck": 1, "acceptance": 1, "lookback": 1},
        ),
    ],
    indirect=["city"],
)
def test_the_docket_asks_for_its_visits(
    city: Committed, listed: int, visits: dict[str, int]
) -> None:
    registry, policy = city.registry, city.policy
    ranking = rank(registry.compounds, registry.evaluations, policy.bottom)
    assert len(ranking.order) == len(registry.compounds)
    assert ranking.listed == listed
    found = intake(registry, ranking, policy).visits
    assert Counter(v.kind.value for v in found) == visits
    starts = {v.case for v in found if v.kind is VisitKind.REMEDIATION and not v.step}
    assert len(starts) == policy.bottom.start_per_month


@pytest.mark.parametrize(
    ("city", "expected", "excluded"),
    [
        ("zibo", Fraction(10_439, 200), {"recent": 86, "cap": 17}),
        ("wuzhou", Fraction(52, 5), {"recent": 15, "cap": 5}),
    ],
    indirect=["city"],
)
def test_the_draw_expects_its_number(
    city: Committed, expected: Fraction, excluded: dict[str, int]
) -> None:
    registry, policy = city.registry, city.policy
    out = exclusions(
        registry.history,
        registry.compounds,
        policy,
        local_day(city.entropy["frozen_at"]),
    )
    assert Counter(e.reason for e in out) == excluded
    found = strata(registry.compounds, registry.streets, out, policy)
    assert sum(s.expected for s in found) == expected


def test_the_bottom_list_is_likelier_to_be_drawn_than_the_city(city: Committed) -> None:
    registry, policy = city.registry, city.policy
    rates = base_rates(policy)
    ranking = rank(registry.compounds, registry.evaluations, policy.bottom)
    classes = {c.id: c.risk_class for c in registry.compounds}

    def mean(ids: list[str]) -> Fraction:
        return sum((rates[classes[i]] for i in ids), Fraction(0)) / len(ids)

    assert mean([r.compound for r in ranking.bottom]) > Fraction(3, 2) * mean(
        list(classes)
    )


@pytest.mark.parametrize(
    ("city", "lead", "fire", "lift"),
    [("zibo", 20, 12, 6), ("wuzhou", 5, 4, 3)],
    indirect=["city"],
)
def test_enough_officers_of_each_kind_are_there_on_every_day(
    city: Committed, lead: int, fire: int, lift: int
) -> None:
    registry, policy = city.registry, city.policy
    for day in load_calendar().working_days(policy.month):
        away = {a.inspector for a in registry.leave if a.first <= day <= a.last}
        there = [p for p in city.officers if p.id not in away]
        assert sum(p.may_lead for p in there) >= lead, day
        assert sum("fire" in p.skills for p in there) >= fire, day
        assert sum("lift" in p.skills for p in there) >= lift, day


@pytest.mark.parametrize(
    ("city", "visits", "per_day"),
    [("zibo", 280, 3), ("wuzhou", 42, 3)],
    indirect=["city"],
)
def test_the_officers_days_carry_the_month_and_its_standby_seats(
    city: Committed, visits: int, per_day: int
) -> None:
    registry, policy = city.registry, city.policy
    days = load_calendar().working_days(policy.month)
    packages = -(-visits // per_day)
    seats = 2 * (packages + policy.seats.standby_pairs * len(days))
    people = city.officers
    assert sum(p.max_days for p in people) >= seats
    assert len(registry.cars) * len(days) >= 2 * packages


def test_every_compound_is_evaluated_and_a_few_sources_are_missing(
    city: Committed,
) -> None:
    registry, policy = city.registry, city.policy
    found = Counter(e.compound for e in registry.evaluations)
    assert found.keys() == {c.id for c in registry.compounds}
    assert {e.source for e in registry.evaluations} == dict(
        policy.bottom.weights_bp
    ).keys()
    missing = 6 * len(registry.compounds) - len(registry.evaluations)
    assert 0 < missing < len(registry.evaluations) // 20


def test_the_spec_names_no_default_of_the_policy(city: Committed) -> None:
    """policy.toml says only what differs, so that defaults stay in one place."""
    written = tomllib.loads(city.files["policy.toml"].decode())
    assert written.keys() <= {
        "bureau",
        "month",
        "authority",
        "campaigns",
        "draw",
        "bottom",
        "seats",
        "travel",
        "draw_entropy",
        "lottery_entropy",
    }
    assert written["bureau"] == city.name
    assert written["month"] == "2026-12"
