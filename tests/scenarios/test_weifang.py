"""潍坊: peaks and tails, experts and lawyers, an overdue case."""

from __future__ import annotations

from datetime import date
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

CITY = read_city("weifang")


def test_the_tables_have_their_exact_sizes() -> None:
    assert sizes(CITY) == {
        "streets": 12,
        "offices": 4,
        "cars": 6,
        "companies": 88,
        "compounds": 220,
        "items": 34,
        "signals": 160,
    }
    assert mix(CITY) == [143, 55, 19, 3]
    assert types(CITY)["old"] == 36
    assert len(CITY.officers) == 16


def test_experts_and_lawyers_stand_in_a_pool() -> None:
    assert assistants(CITY) == {
        "association": 4,
        "expert": 12,
        "lawyer": 6,
        "observer": 40,
    }
    assert sum(i.expert for i in CITY.registry.inspectors) == 6


def test_an_overdue_case_is_visited_this_month(tmp_path: Path) -> None:
    late = [
        c
        for c in CITY.registry.docket
        if c.next_last is not None and c.next_last < date(2026, 12, 1)
    ]
    assert len(late) == 1
    run, kinds = check_plan(CITY, tmp_path)
    assert run.frozen.ranking.listed == 22
    assert late[0].compound in {v.compound for v in run.drawn.visits}
    assert kinds["recheck"] >= 1


def test_the_folder_is_what_its_spec_makes() -> None:
    check_folder(CITY)


def test_the_month_can_be_held() -> None:
    check_month(CITY, 36.71)
