"""重排: one test per kind of change, what finds no place, and random changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations, product
from typing import Any

import pytest
from by_hand import (
    DAYS,
    OFFICES,
    a_group,
    a_package,
    a_packing,
    a_series,
    a_visit,
    a_workload,
    dec,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_check import violations
from zibo_month import a_month

from inspector.domain import Package, Visit, VisitKind
from inspector.errors import InspectorError, text
from inspector.replan.changes import (
    CarsGone,
    Change,
    CompanyReplaced,
    CompoundShut,
    PeopleAway,
    RecheckFailed,
    Shut,
    WhistleCalled,
)
from inspector.replan.replan import Replanned, published_days, replan
from inspector.schedule.packages import timetable
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Unplaced, Workload

TODAY = dec(2)
FREE = (dec(8), dec(9), dec(10), dec(11))


def again(
    work: Workload, packages: tuple[Package, ...], *changes: Change, **rest: Any
) -> Replanned:
    """Replanned on 2 December: 3, 4 and 7 are published, 8 to 11 are free."""
    given: dict[str, Any] = {
        "today": TODAY,
        "published": published_days(work.days, TODAY, 3),
        "seed": 1,
    }
    return replan(work, packages, changes, **(given | rest))


def wrong(plan: Replanned) -> list[str]:
    """What the independent checker says, names and order of packages apart; stand-by
    calls use cars, but no seats besides those of the stand-by pairs."""
    drawn = violations(plan.work, a_packing(plan.packages, plan.unplaced))
    everything = a_packing((*plan.packages, *plan.standby), plan.unplaced)
    found = [w for w in violations(plan.work, everything) if "people" not in w]
    found += [w for w in drawn if "people" in w]
    return [w for w in found if not w.startswith(("order of", "names of"))]


def moved(plan: Replanned) -> dict[str, str]:
    """Code of each visit of the diff, its sentence being sayable."""
    for move in plan.moves:
        zh, en = text(move.code, dict(move.params))
        assert move.visit in zh
        assert move.visit in en
    return {m.visit: m.code for m in plan.moves}


def on(plan: Replanned) -> dict[str, tuple[str, int]]:
    """Package and day of December of each visit."""
    everything = (*plan.packages, *plan.standby)
    return {s.visit: (p.id, p.day.day) for p in everything for s in p.stops}


def unplaced(plan: Replanned) -> dict[str, str]:
    return {u.visit: u.code for u in plan.unplaced}


def a_small_month(**rest: Any) -> tuple[Workload, tuple[Package, ...]]:
    """Five packages: 2 Dec (today), 4 Dec (published), 8, 9 Dec; one of O2 on 8 Dec."""
    work = a_workload(
        a_visit("A1"),
        a_visit("A2", 2),
        a_visit("B1", 1),
        a_visit("B2", 2),
        a_visit("C1", 1),
        a_visit("C2", 2),
        a_visit("C3", 3),
        a_visit("D1", 2),
        a_visit("E1", 11, district="d2"),
        **rest,
    )
    return work, (
        a_package(work, "P001", 2, "A1", "A2"),
        a_package(work, "P002", 4, "B1", "B2"),
        a_package(work, "P003", 8, "C1", "C2", "C3"),
        a_package(work, "P004", 8, "D1"),
        a_package(work, "P005", 8, "E1"),
    )


# -- people ------------------------------------------------------------------------


def test_people_who_can_be_spared_change_nothing() -> None:
    work, packages = a_small_month()
    plan = again(
        work, packages, PeopleAway(True, (), DAYS), PeopleAway(False, (), DAYS)
    )
    assert plan.packages == packages
    assert all(a is b for a, b in zip(plan.packages, packages, strict=True))
    assert (plan.moves, plan.changed, plan.travel_after) == ((), 0, plan.travel_before)
    assert plan.closed


def test_too_few_people_move_the_package_with_the_fewest_visits() -> None:
    work, packages = a_small_month()
    plan = again(work, packages, PeopleAway(True, (), (dec(8),), 2))
    assert wrong(plan) == []
    assert plan.changed == plan.days_changed == 1
    assert set(moved(plan).values()) == {"replan.people"}
    assert set(moved(plan)) < {"D1", "E1"}
    assert set(packages[:3]) < set(plan.packages)
    assert plan.new == ("P006",)


def test_a_skill_that_is_short_takes_only_its_own_visit_along() -> None:
    crew = (a_group(True), a_group(False), a_group(False, 1, "lift"))
    work = a_workload(a_visit("L1", 1, skill="lift"), a_visit("C1", 2), crew=crew)
    packages = (a_package(work, "P001", 8, "L1", "C1"),)
    plan = again(work, packages, PeopleAway(False, ("lift",), (dec(8),)))
    assert wrong(plan) == []
    assert moved(plan) == {"L1": "replan.people", "C1": "replan.retimed"}
    assert (plan.changed, plan.shortened, plan.new) == (1, ("P001",), ("P002",))
    assert on(plan)["C1"] == ("P001", 8)
    left = next(p for p in plan.packages if p.id == "P001")
    assert left.skill == ""


def test_people_short_over_the_month_let_packages_join() -> None:
    crew = (a_group(True), a_group(False))
    work = a_workload(*(a_visit(f"A{n}") for n in range(4)), crew=crew)
    packages = tuple(a_package(work, f"P{n:03d}", 8 + n, f"A{n}") for n in range(4))
    away = PeopleAway(True, (), (dec(11),), 1, month_days=34)  # 2 duty days are left
    plan = again(work, packages, away)
    assert wrong(plan) == []
    assert len(plan.packages) == 2
    assert unplaced(plan) == {}


# -- cars --------------------------------------------------------------------------


def test_a_car_gone_moves_one_package_whole_to_another_day() -> None:
    work, packages = a_small_month(cars=1)
    packages = (*packages[:3], packages[4])
    visits = tuple(v for v in work.visits if v.id != "D1")
    plan = again(
        replace(work, visits=visits), packages, CarsGone("O1", (dec(8), dec(9)))
    )
    assert wrong(plan) == []
    assert moved(plan) == dict.fromkeys(("C1", "C2", "C3"), "replan.car")
    assert (plan.changed, plan.new, plan.gone) == (3, ("P006",), ("P003",))
    assert plan.travel_after == plan.travel_before
    assert {d for p, d in on(plan).values() if p == "P006"} < {10, 11}
    assert set(plan.packages) > {packages[0], packages[1], packages[3]}


def test_of_two_packages_for_one_car_the_smaller_one_moves() -> None:
    work, packages = a_small_month()
    plan = again(work, packages, CarsGone("O1", (dec(8),)))
    assert moved(plan) == {"D1": "replan.car"}
    assert wrong(plan) == []


def test_a_published_day_is_called_off_only_when_no_car_is_left() -> None:
    work, packages = a_small_month()
    fine = again(work, packages, CarsGone("O1", (dec(4),)))
    assert fine.packages == packages
    plan = again(work, packages, CarsGone("O1", (dec(4),), 2))
    assert wrong(plan) == []
    assert moved(plan) == {"B1": "replan.car", "B2": "replan.car"}
    assert {d for _, d in (on(plan)["B1"], on(plan)["B2"])} <= {8, 9, 10, 11}


def test_what_happens_up_to_today_is_never_touched() -> None:
    work, packages = a_small_month()
    plan = again(work, packages, CarsGone("O1", (dec(1), dec(2)), 2))
    assert plan.packages == packages


def test_a_gap_to_a_step_that_stays_is_kept() -> None:
    work = a_workload(*a_series("S", 2), cars=1)
    packages = (a_package(work, "P001", 4, "S-0"), a_package(work, "P002", 8, "S-1"))
    plan = again(work, packages, CarsGone("O1", (dec(8), dec(9))))
    assert wrong(plan) == []
    assert on(plan) == {"S-0": ("P001", 4), "S-1": ("P003", 10)}


def test_a_later_step_follows_when_the_gap_asks_for_it() -> None:
    work = a_workload(*a_series("S", 2, gap_min=1, gap_max=2), cars=1)
    packages = (a_package(work, "P001", 8, "S-0"), a_package(work, "P002", 9, "S-1"))
    plan = again(work, packages, CarsGone("O1", (dec(8),)))
    assert wrong(plan) == []
    assert moved(plan) == {"S-0": "replan.car", "S-1": "replan.room"}
    assert plan.changed == plan.days_changed == 2


# -- compounds and companies -------------------------------------------------------


@pytest.mark.parametrize("why", Shut)
def test_a_shut_compound_only_shortens_its_package(why: Shut) -> None:
    work, packages = a_small_month()
    after = tuple(
        replace(v, kinds=(VisitKind.LOOKBACK,)) if v.id == "C2" else v
        for v in work.visits
    )
    work = replace(work, visits=after)
    plan = again(work, packages, CompoundShut("C-C2", why))
    assert wrong(plan) == []
    assert moved(plan)["C2"] == f"replan.{why}"
    assert (plan.changed, plan.new, plan.shortened) == (0, (), ("P003",))
    assert on(plan)["C1"] == on(plan)["C3"] == ("P003", 8)
    assert "C2" not in {v.id for v in plan.work.visits}
    others = [p for p in plan.packages if p.id != "P003"]
    assert others == [p for p in packages if p.id != "P003"]


def test_a_drawn_visit_stays_when_nobody_is_reached() -> None:
    """It falls away only with the compound; not made, it is carried and then owed."""
    work, packages = a_small_month()
    plan = again(work, packages, CompoundShut("C-C2", Shut.UNREACHABLE))
    assert plan.packages == packages
    assert moved(plan) == {"C2": "replan.unreachable_drawn"}
    gone = [CompoundShut("C-C2", why) for why in (Shut.UNREACHABLE, Shut.CLOSED)]
    assert moved(again(work, packages, *gone))["C2"] == "replan.closed"


def test_the_last_visit_of_a_package_takes_the_package_along() -> None:
    work, packages = a_small_month()
    plan = again(work, packages, CompoundShut("C-D1", Shut.CLOSED))
    assert (plan.gone, plan.moves[0].new_package) == (("P004",), "")
    assert plan.travel_after == plan.travel_before - packages[3].travel_minutes


def test_a_route_that_is_out_today_is_not_called_back() -> None:
    work, packages = a_small_month()
    plan = again(work, packages, CompoundShut("C-A1", Shut.CLOSED))
    assert plan.packages == packages
    assert moved(plan) == {"A1": "replan.too_late"}


def test_an_unplaced_visit_of_a_shut_compound_is_forgotten() -> None:
    work, packages = a_small_month()
    work = replace(work, visits=(*work.visits, a_visit("X", last=dec(1))))
    before = (Unplaced("X", "plan.no_day", ()),)
    left = again(work, packages, CarsGone("O1", (dec(8),)), unplaced=before)
    assert unplaced(left) == {"X": "plan.no_day"}
    plan = again(work, packages, CompoundShut("C-X", Shut.CLOSED), unplaced=before)
    assert unplaced(plan) == {}
    assert moved(plan) == {"X": "replan.closed"}


def test_a_case_that_ends_with_its_company_takes_its_visits_along() -> None:
    work = a_workload(*a_series("S", 2), a_visit("R", 1))
    packages = (
        a_package(work, "P001", 8, "S-0", "R"),
        a_package(work, "P002", 11, "S-1"),
    )
    plan = again(work, packages, CompanyReplaced("C-S", closes=True))
    assert moved(plan) == {
        "S-0": "replan.company_closed",
        "S-1": "replan.company_closed",
        "R": "replan.retimed",
    }
    stays = again(work, packages, CompanyReplaced("C-S", closes=False))
    assert stays.packages == packages
    assert set(moved(stays).values()) == {"replan.company_kept"}
    drawn = again(work, packages, CompanyReplaced("C-R", closes=True))
    assert drawn.packages == packages
    assert moved(drawn) == {"R": "replan.company_drawn"}


# -- added visits ------------------------------------------------------------------


def whistle(name: str, first: int, last: int = 31, **rest: Any) -> Visit:
    kinds = (VisitKind.WHISTLE,)
    return a_visit(name, first=dec(first), last=dec(last), kinds=kinds, **rest)


def test_a_whistle_visit_gets_a_package_of_its_own() -> None:
    work, packages = a_small_month(standby=1)
    plan = again(work, packages, WhistleCalled(whistle("W", 2, 9)))
    assert wrong(plan) == []
    assert moved(plan) == {"W": "replan.whistle"}
    assert on(plan)["W"][0] == "P006"
    assert on(plan)["W"][1] in {8, 9}
    assert set(packages) < set(plan.packages)
    assert plan.changed == 0


def test_a_whistle_of_the_same_day_goes_to_the_standby_pair() -> None:
    work, packages = a_small_month(standby=1)
    plan = again(work, packages, WhistleCalled(whistle("W", 2, 2)))
    assert plan.packages == packages
    assert moved(plan) == {"W": "replan.standby"}
    assert on(plan)["W"] == ("S-2026-12-02-1", 2)
    assert plan.travel_after == plan.travel_before + 46
    second = again(
        plan.work,
        plan.packages,
        WhistleCalled(whistle("W2", 2, 2)),
        standby=plan.standby,
    )
    assert unplaced(second) == {"W2": "replan.no_standby"}
    assert second.standby == plan.standby


@pytest.mark.parametrize(
    ("cars", "visit"),
    [
        (1, whistle("W", 2, 2)),
        (2, whistle("W", 2, 2, skill="fire")),
        (2, whistle("W", 2, 2, minutes=500)),
    ],
)
def test_a_standby_pair_needs_a_car_and_time_and_has_no_skill(
    cars: int, visit: Visit
) -> None:
    work, packages = a_small_month(standby=1, cars=cars)
    if cars == 1:
        work, packages = no_car_on_the_second(work, packages)
    plan = again(work, packages, WhistleCalled(visit))
    assert unplaced(plan) == {"W": "replan.no_standby"}


def no_car_on_the_second(
    work: Workload, packages: tuple[Package, ...], other: int = 0
) -> tuple[Workload, tuple[Package, ...]]:
    """The only car of O1 is out with P001 today, O2 has `other`."""
    visits = tuple(v for v in work.visits if v.id not in ("D1", "E1"))
    rows = [list(row) for row in work.cars]
    rows[1][work.days.index(dec(2))] = other
    cars = tuple(map(tuple, rows))
    return replace(work, visits=visits, cars=cars), packages[:3]


def test_a_standby_pair_takes_the_car_of_another_district_when_its_own_is_out() -> None:
    work, packages = no_car_on_the_second(*a_small_month(standby=1, cars=1), other=1)
    plan = again(work, packages, WhistleCalled(whistle("W", 2, 2)))
    assert moved(plan) == {"W": "replan.standby"}
    assert [p.office for p in plan.standby] == ["O2"]
    assert not plan.taxis
    second = again(
        *(plan.work, packages, WhistleCalled(whistle("W2", 2, 2))), standby=plan.standby
    )
    assert unplaced(second) == {"W2": "replan.no_standby"}


def test_a_standby_pair_takes_a_taxi_when_no_car_is_left_and_the_policy_has_it() -> (
    None
):
    work, packages = no_car_on_the_second(*a_small_month(standby=1, cars=1))
    work = replace(work, travel=replace(work.travel, taxi_minutes=15))
    plan = again(work, packages, WhistleCalled(whistle("W", 2, 2)))
    assert [p.office for p in plan.standby] == ["O1"]
    assert plan.taxis == {"S-2026-12-02-1"}
    by_car = again(
        *(*a_small_month(standby=1, cars=2), WhistleCalled(whistle("W", 2, 2)))
    )
    (taxi,), (car,) = plan.standby, by_car.standby
    assert taxi.travel_minutes == car.travel_minutes + 2 * 15
    later = again(
        *(plan.work, plan.packages, CarsGone("O1", DAYS, 1)),
        standby=plan.standby,
        taxis=plan.taxis,
    )
    assert later.standby == plan.standby  # it needs no car


def test_a_standby_pair_is_called_before_others_are_moved() -> None:
    crew = (a_group(True, 2), a_group(False, 2))
    visits = [a_visit(f"A{n}", 1, 240) for n in range(4)]
    visits += [a_visit(f"B{n}", 1, 150) for n in range(4)]
    work = a_workload(*visits, cars=1, crew=crew, standby=1)
    packages = tuple(
        a_package(work, f"P{n:03d}", 8 + n, f"A{n}", f"B{n}") for n in range(4)
    )
    plan = again(work, packages, WhistleCalled(whistle("W", 4, 11)))
    assert plan.packages == packages
    assert on(plan)["W"] in {("S-2026-12-04-1", 4), ("S-2026-12-07-1", 7)}


def test_a_failed_recheck_is_added_within_its_days() -> None:
    work, packages = a_small_month()
    visit = a_visit("R", first=dec(10), last=dec(10), kinds=(VisitKind.RECHECK,))
    plan = again(work, packages, RecheckFailed(visit))
    assert wrong(plan) == []
    assert moved(plan) == {"R": "replan.recheck"}
    assert on(plan)["R"] == ("P006", 10)


def test_room_is_made_when_there_is_no_other_way() -> None:
    visits = [a_visit(f"A{n}", n + 1, 200) for n in range(4)]
    work = a_workload(*visits, cars=1)
    packages = tuple(a_package(work, f"P{n:03d}", 8 + n, f"A{n}") for n in range(4))
    visit = a_visit("R", minutes=120, kinds=(VisitKind.RECHECK,))
    plan = again(work, packages, RecheckFailed(visit))
    assert wrong(plan) == []
    assert unplaced(plan) == {}
    assert sorted(moved(plan).values()) == ["replan.recheck", "replan.room"]
    assert (plan.changed, plan.days_changed) == (1, 0)


def test_an_id_never_comes_back() -> None:
    work, packages = a_small_month()
    plan = again(work, packages, WhistleCalled(whistle("W", 8)), last=40)
    assert plan.new == ("P041",)


# -- what finds no place -----------------------------------------------------------


@pytest.mark.parametrize(
    ("visit", "code"),
    [
        (a_visit("R", last=dec(7)), "replan.published"),
        (a_visit("R", minutes=500), "plan.too_long"),
        (a_visit("R", skill="lift"), "plan.no_skill"),
        (a_visit("R", first=dec(12)), "replan.published"),
        (a_visit("R", district="d9"), "plan.no_office"),
        (a_visit("R", first=dec(9), last=dec(9)), "plan.full"),
    ],
)
def test_a_visit_that_fits_nowhere_is_named(visit: Visit, code: str) -> None:
    only = {"first": dec(9), "last": dec(9)}
    work = a_workload(
        a_visit("F", 1, 240, **only), a_visit("G", 1, 150, **only), cars=1
    )
    packages = (a_package(work, "P001", 9, "F", "G"),)
    plan = again(work, packages, RecheckFailed(replace(visit, kinds=RECHECK)))
    assert unplaced(plan) == {"R": code}
    assert plan.packages == packages
    zh, en = text(code, dict(plan.unplaced[0].params))
    assert "R" in zh
    assert "R" in en


RECHECK = (VisitKind.RECHECK,)


def test_a_step_that_fits_nowhere_takes_the_later_ones_along() -> None:
    series = [
        replace(v, last=dec(8) if v.step == 0 else dec(31)) for v in a_series("S", 2)
    ]
    work = a_workload(*series, a_visit("A", 2))
    packages = (
        a_package(work, "P001", 8, "S-0"),
        a_package(work, "P002", 11, "S-1", "A"),
    )
    plan = again(work, packages, CarsGone("O1", (dec(8),), 2))
    assert unplaced(plan) == {"S-0": "plan.no_car", "S-1": "plan.series_before"}
    assert on(plan) == {"A": ("P002", 11)}
    assert plan.changed == 0


def test_a_gap_that_cannot_be_kept_is_the_reason() -> None:
    work = a_workload(*a_series("S", 2, gap_min=4, gap_max=4), cars=1)
    packages = (a_package(work, "P001", 4, "S-0"), a_package(work, "P002", 8, "S-1"))
    plan = again(work, packages, CarsGone("O1", (dec(8),)))
    assert unplaced(plan) == {"S-1": "plan.series"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (PeopleAway(True, ("x",), DAYS), "change.group"),
        (PeopleAway(True, (), (dec(8),), 9), "change.group"),
        (CarsGone("O9", DAYS), "change.office"),
        (CarsGone("O1", (dec(8),), 9), "change.cars"),
        (CompoundShut("C-X", Shut.CLOSED), "change.compound"),
        (WhistleCalled(a_visit("W")), "change.kind"),
        (RecheckFailed(a_visit("C1", kinds=RECHECK)), "change.twice"),
    ],
)
def test_a_change_that_does_not_fit_the_month_is_refused(
    change: Change, code: str
) -> None:
    work, packages = a_small_month()
    with pytest.raises(InspectorError) as refused:
        again(work, packages, change)
    assert refused.value.code == code
    assert refused.value.sentences()


# -- properties --------------------------------------------------------------------


def best_by_hand(
    work: Workload, old: dict[int, frozenset[str]], open_: dict[int, bool]
) -> tuple[int, int, int]:
    """Least (out, changed, days changed) over all plans with one car a day."""
    visits = {v.id: v for v in work.visits}
    at = {v: day for day, some in old.items() for v in some}
    possible: dict[frozenset[str], bool] = {frozenset(): True}

    def fits(some: frozenset[str]) -> bool:
        if some not in possible:
            possible[some] = any(
                timetable(order, OFFICES[0].place, work.day, work.travel)
                for order in permutations([visits[v] for v in some])
            )
        return possible[some]

    found = []
    days = [day for day, is_open in open_.items() if is_open]
    for choice in product([*days, 0], repeat=len(visits)):
        on = {day: frozenset() for day in days}
        for v, day in zip(visits, choice, strict=True):
            if day:
                on[day] |= {v}
        if not all(fits(some) for some in on.values()):
            continue
        changed = [
            v
            for day, some in on.items()
            if not some <= old[day]
            for v in some
            if v in at
        ]
        found.append(
            (
                choice.count(0),
                len(changed),
                sum(
                    at[v] != day
                    for v, day in zip(visits, choice, strict=True)
                    if day and v in at
                ),
            )
        )
    return min(found)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_plan_changes_less(data: st.DataObject) -> None:
    """Against every plan there is: one car, four free days, up to five visits."""
    count = data.draw(st.integers(2, 4))
    visits = [
        a_visit(
            f"A{n}",
            data.draw(st.integers(1, 4)),
            data.draw(st.sampled_from([60, 120, 200])),
        )
        for n in range(count)
    ]
    work = a_workload(*visits, cars=1)
    old: dict[int, frozenset[str]] = {d.day: frozenset() for d in FREE}
    packages: list[Package] = []
    for v in visits:
        day = data.draw(st.sampled_from([d.day for d in FREE]))
        if not old[day]:
            old[day] = frozenset({v.id})
    for day, some in old.items():
        if some:
            packages.append(a_package(work, f"P{day:03d}", day, *some))
    placed = {v for some in old.values() for v in some}
    work = replace(work, visits=tuple(v for v in work.visits if v.id in placed))
    gone = data.draw(st.sampled_from([d.day for d in FREE]))
    extra = a_visit("R", 2, data.draw(st.sampled_from([60, 200])), kinds=RECHECK)
    plan = again(
        work, tuple(packages), CarsGone("O1", (dec(gone),)), RecheckFailed(extra)
    )
    assert wrong(plan) == []
    whole = replace(work, visits=(*work.visits, extra))
    best = best_by_hand(whole, old, {d: d != gone for d in old})
    assert (len(plan.unplaced), plan.changed, plan.days_changed) == best


def some_changes(work: Workload, today: date, data: st.DataObject) -> list[Change]:
    """One to three changes of any kind after `today`."""
    later = [d for d in work.days if d > today]
    found: list[Change] = []
    for number in range(data.draw(st.integers(1, 3), label="changes")):
        first = data.draw(st.integers(0, len(later) - 1))
        days = tuple(later[first : first + data.draw(st.integers(1, 5))])
        kind = data.draw(st.integers(0, 4), label="kind")
        visit = work.visits[data.draw(st.integers(0, len(work.visits) - 1))]
        plain: dict[str, Any] = {
            "id": f"X{number}", "series": "", "step": 0, "gap_min": 0, "gap_max": 0,
            "first": days[0], "last": days[-1],
        }  # fmt: skip
        if kind == 0:
            groups = [g for g in work.crew.groups if min(g.present) > 2]
            for group in groups[:2]:
                away = PeopleAway(group.may_lead, group.skills, days, number + 1)
                if not any(isinstance(c, PeopleAway) for c in found):
                    found.append(away)
        elif kind == 1 and not any(isinstance(c, CarsGone) for c in found):
            office = data.draw(st.integers(0, len(work.offices) - 1))
            found.append(CarsGone(work.offices[office].id, days))
        elif kind == 2:
            found.append(CompoundShut(visit.compound, Shut.CLOSED))
        elif kind == 3:
            kinds = (VisitKind.WHISTLE,)
            found.append(WhistleCalled(replace(visit, kinds=kinds, **plain)))
        else:
            found.append(RecheckFailed(replace(visit, kinds=RECHECK, **plain)))
    return found


def a_planned_month(seed: int) -> tuple[Workload, Any]:
    work = a_month(seed, 18, 5, people=14, districts=2)
    found = plan(
        work,
        seed=seed,
        budget=Budget(1, 600.0),
        executor=None,
        now=lambda: 0.0,
        stop=lambda: True,
    )
    return work, found


def keeps_its_promises(
    work: Workload, before: Any, changes: list[Change], today: date
) -> None:
    published = published_days(work.days, today, 3)
    plan = replan(
        work,
        before.packages,
        changes,
        today=today,
        published=published,
        seed=7,
        unplaced=before.unplaced,
    )
    assert wrong(plan) == []
    moved(plan)
    old = {p.id: p for p in before.packages}
    now = {p.id: p for p in plan.packages}
    # up to today nothing is touched; until the horizon nothing comes in
    for p in before.packages:
        if p.day <= today:
            assert now[p.id] is p
    for name in plan.new:
        assert name not in old
        assert now[name].day > max(published, default=today)
    touched = {*plan.new, *plan.shortened}
    for name, p in now.items():
        if name not in touched:
            assert p is old[name]
    for name in plan.shortened:
        stops = {s.visit for s in now[name].stops}
        assert (now[name].day, now[name].office) == (old[name].day, old[name].office)
        assert stops < {s.visit for s in old[name].stops}
    # the diff is the difference
    was = {s.visit: p.id for p in before.packages for s in p.stops}
    is_ = {s.visit: p.id for p in plan.packages for s in p.stops}
    really = {v for v in was if v in is_ and was[v] != is_[v]}
    assert plan.changed == len(really)
    assert really <= set(moved(plan))
    assert {m.visit for m in plan.moves if m.new_package in plan.new} >= really


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_random_changes_keep_every_rule(data: st.DataObject) -> None:
    work, before = a_planned_month(data.draw(st.integers(1, 4)))
    today = work.days[data.draw(st.integers(0, 14))]
    keeps_its_promises(work, before, some_changes(work, today, data), today)


@pytest.mark.full
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_many_random_changes_keep_every_rule(data: st.DataObject) -> None:
    work, before = a_planned_month(data.draw(st.integers(1, 40)))
    today = work.days[data.draw(st.integers(0, 18))]
    keeps_its_promises(work, before, some_changes(work, today, data), today)


def test_the_same_changes_give_the_same_plan() -> None:
    work, before = a_planned_month(2)
    last = max(before.packages, key=lambda p: (p.day, p.office))
    office = [o.id for o in work.offices].index(last.office)
    all_cars = work.cars[office][work.days.index(last.day)]
    change = CarsGone(last.office, (last.day,), all_cars)
    plans = [
        replan(
            work,
            before.packages,
            [change],
            today=work.days[2],
            published=work.days[3:6],
            seed=3,
        )
        for _ in range(2)
    ]
    assert plans[0] == plans[1]
    assert plans[0].changed > 0
