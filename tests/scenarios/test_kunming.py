"""昆明: four types of compounds, each drawn on its own; calls about disputes."""

from __future__ import annotations

from pathlib import Path

from committed import read_city
from golden_city import (
    assistants,
    check_folder,
    check_month,
    check_plan,
    mix,
    sizes,
    types,
)

from inspector.domain import VisitKind

CITY = read_city("kunming")


def test_the_tables_have_their_exact_sizes() -> None:
    assert sizes(CITY) == {
        "streets": 9,
        "offices": 3,
        "cars": 5,
        "companies": 72,
        "compounds": 180,
        "items": 29,
        "signals": 80,
    }
    assert mix(CITY) == [117, 45, 15, 3]
    assert len(CITY.officers) == 14
    assert assistants(CITY) == {
        "association": 3,
        "expert": 4,
        "lawyer": 3,
        "observer": 30,
    }


def test_there_are_exactly_four_types_and_strata_of_each() -> None:
    assert types(CITY) == {"affordable": 22, "commercial": 74, "old": 40, "unit": 44}
    assert CITY.policy.draw.by_type


def test_calls_of_the_last_months_are_on_record_where_the_cap_leaves_room() -> None:
    calls = [h for h in CITY.registry.history if h.kind is VisitKind.WHISTLE]
    assert len(calls) == 9
    assert all(h.counts_for_cap for h in calls)


def test_the_folder_is_what_its_spec_makes() -> None:
    check_folder(CITY)


def test_the_month_can_be_held() -> None:
    check_month(CITY, 25.04)


def test_the_month_runs_to_its_close(tmp_path: Path) -> None:
    run, _ = check_plan(CITY, tmp_path)
    assert run.frozen.ranking.listed == 18
    assert {s.type for s in run.frozen.strata} == types(CITY).keys()
