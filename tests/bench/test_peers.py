"""The peers of the comparison: their plans keep every rule, and so do their parts."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, product
from random import Random

import pytest

from inspector.domain import Place, Visit, VisitKind, Window
from inspector.schedule.workload import Workload
from inspector.selection.network import Person
from tests.bench.compare.area import (
    Area,
    Plan,
    area_of,
    areas_of,
    cost,
    days_of,
    domains,
    gaps,
    merged,
)
from tests.bench.compare.bands import Fleet, around, bands, complete, fleet
from tests.bench.compare.families import instance, without_gaps
from tests.bench.compare.guess import free_visits, guessability
from tests.bench.compare.insert import Desk, insert
from tests.bench.compare.planners import PLANNERS
from tests.bench.compare.repair import repaired
from tests.bench.compare.rounds import STALE, rounds
from tests.bench.compare.runner import Result, run
from tests.bench.compare.scoring import packing, score
from tests.bench.compare.spread import widest
from tests.bench.compare.table import best_pyvrp, ratio, report

needs_pyvrp = pytest.mark.skipif(
    importlib.util.find_spec("pyvrp") is None,
    reason="pyvrp, a benchmark dependency, is not installed: pip install '.[bench]'",
)


@pytest.fixture(scope="module")
def work() -> Workload:
    return instance("80-loose", 1)


@pytest.fixture(scope="module")
def area(work: Workload) -> Area:
    return areas_of(work)[-1]


def greedy_plan(area: Area) -> Plan:
    desk = Desk(area, fleet(area.work, [], Random(1)))
    assert insert(desk, range(area.size), Random(1)) == []
    return desk.plan()


def lone_visit(work: Workload, **changes: object) -> Visit:
    """A visit next to the first office."""
    office = work.offices[0]
    visit = Visit(
        "X1",
        "CX1",
        (VisitKind.RANDOM,),
        office.district,
        Place(office.place.lon_udeg + 10_000, office.place.lat_udeg),
        60,
        Window.ALL_DAY,
        "",
        work.days[0],
        work.days[-1],
    )
    return replace(visit, **changes)  # type: ignore[arg-type]


# -- instances ---------------------------------------------------------------------


def test_an_instance_depends_on_its_family_and_seed_only() -> None:
    def digest(family: str, seed: int) -> str:
        work = instance(family, seed)
        rows = [
            (
                v.id,
                v.place.lon_udeg,
                v.place.lat_udeg,
                v.service_minutes,
                v.skill,
                v.window.value,
                v.first.toordinal(),
                v.last.toordinal(),
                v.series,
            )
            for v in work.visits
        ]
        people = [(g.may_lead, g.skills, g.present) for g in work.crew.groups]
        text = repr((rows, work.cars, people))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    assert digest("80-tight", 1) == "3c0b07a852d44e85"
    assert digest("280-over", 3) == "46e758b303f4f6e7"
    assert digest("280-over", 4) != digest("280-over", 3)


def test_districts_grow_with_the_visits() -> None:
    sizes = {n: instance(f"{n}-tight", 1) for n in (80, 280, 1120)}
    assert {n: len(w.visits) for n, w in sizes.items()} == {
        80: 80,
        280: 280,
        1120: 1120,
    }
    assert {n: len(w.offices) for n, w in sizes.items()} == {80: 2, 280: 8, 1120: 32}


def test_kinds_differ_in_car_days_and_date_windows() -> None:
    loose, tight, over = (instance(f"280-{k}", 1) for k in ("loose", "tight", "over"))
    cars = [sum(map(sum, w.cars)) for w in (loose, tight, over)]
    assert cars[0] > 2 * cars[1] > 2 * cars[2]

    def windowed(work: Workload) -> int:
        return sum((v.last - v.first).days < 15 for v in work.visits)

    assert windowed(loose) < windowed(tight) <= windowed(over) + 10


def test_a_family_without_gaps_keeps_the_steps_out_of_one_package() -> None:
    work = instance("80-tight", 2)
    free = instance("80-tight-free", 2)
    assert free == without_gaps(work)
    assert not any(v.series or v.gap_max for v in free.visits)
    series = {v.series for v in work.visits} - {""}
    assert len(free.apart) == len(work.apart) + 3 * len(series)
    same = [replace(v, series="", step=0, gap_min=0, gap_max=0) for v in work.visits]
    assert list(free.visits) == same


def test_the_month_that_is_kept_stays_as_it_is() -> None:
    work = instance("zibo-280", 1)
    assert work == instance("zibo-280", 2)
    assert len(work.visits) == 275
    assert sum(VisitKind.RANDOM in v.kinds for v in work.visits) == 95
    assert len({v.series for v in work.visits} - {""}) == 56
    assert instance("zibo-280-free", 1) == without_gaps(work)


@pytest.mark.parametrize("name", ["", "280", "280-huge", "x-tight", "80-tight-freely"])
def test_an_unknown_family_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown family"):
        instance(name, 1)


# -- bands -------------------------------------------------------------------------


def every_choice_keeps_the_gaps(area: Area, choice: list[frozenset[int]]) -> bool:
    """Each pair of consecutive bands: the extreme days decide."""
    at = area.ordinals
    for chain in area.chains:
        for a, b in pairwise(chain):
            least, most = gaps(area, a, b)
            for d, e in product(choice[a], choice[b]):
                if not least <= at[e] - at[d] <= most:
                    return False
    return True


def test_any_choice_inside_the_first_bands_keeps_the_gaps(area: Area) -> None:
    for seed in range(40):
        choice = bands(area, None, Random(seed))
        assert all(choice)
        assert all(c <= d for c, d in zip(choice, area.days, strict=True))
        assert every_choice_keeps_the_gaps(area, choice)


def test_new_bands_hold_the_best_plan_and_keep_the_gaps(area: Area) -> None:
    plan = greedy_plan(area)
    days = days_of(plan)
    wider = 0
    for seed in range(40):
        choice = bands(area, plan, Random(seed))
        assert all(days[i] in choice[i] for i in range(area.size))
        assert every_choice_keeps_the_gaps(area, choice)
        wider += any(len(choice[i]) > 1 for c in area.chains for i in c)
    assert wider == 40


def test_some_round_frees_a_step_to_its_full_slack(area: Area) -> None:
    """Beside fixed steps a visit may take every day that agrees with them."""
    days = days_of(greedy_plan(area))
    for chain in area.chains:
        full = []
        for k in range(len(chain)):
            others = {i: days[i] for i in chain if i != chain[k]}
            full.append(domains(area, chain, others)[k])
        found = [around(area, chain, days, Random(seed)) for seed in range(60)]
        for k, visit in enumerate(chain):
            assert any(f[visit] == full[k] for f in found)


def test_domains_are_exact_on_a_series(area: Area) -> None:
    chain = area.chains[0]
    at = area.ordinals
    for fixed in ({}, {chain[1]: 9}, {chain[0]: 3, chain[2]: 15}, {chain[0]: 22}):
        options = [
            sorted({fixed[i]} & area.days[i] if i in fixed else area.days[i])
            for i in chain
        ]
        agreeing = [
            days
            for days in product(*options)
            if all(
                gaps(area, a, b)[0] <= at[e] - at[d] <= gaps(area, a, b)[1]
                for (a, b), (d, e) in zip(pairwise(chain), pairwise(days), strict=True)
            )
        ]
        exact = [frozenset(d[k] for d in agreeing) for k in range(len(chain))]
        found = domains(area, chain, fixed)
        assert found == exact if agreeing else not all(found)


def test_a_series_gets_days_that_agree_or_none(area: Area) -> None:
    chain = area.chains[0]
    days = complete(area, chain, {}, Random(1))
    assert days is not None
    assert all(domains(area, chain, days))
    stuck = replace(area, days=tuple(frozenset({5}) for _ in area.days))
    assert complete(stuck, chain, {}, Random(1)) is None


def test_visits_kept_apart_never_share_a_day_unless_the_plan_has_it_so() -> None:
    work = instance("80-loose-free", 1)
    area = areas_of(work)[-1]
    for seed in range(20):
        choice = bands(area, None, Random(seed))
        assert all(choice)
        assert not any(choice[a] & choice[b] for a, b in area.apart)


def test_the_fleet_keeps_to_cars_and_people() -> None:
    work = instance("280-tight", 1)
    cars = fleet(work, [], Random(1))
    for (office, day), roles in cars.items():
        assert roles.total() <= work.cars[office][day]
    crew = replace(
        work.crew,
        groups=tuple(replace(g, present=(0,) * 23) for g in work.crew.groups[1:]),
    )
    assert fleet(replace(work, crew=crew), [], Random(1)) == {}


# -- insertion and repair ----------------------------------------------------------


def test_greedy_insertion_keeps_every_rule_when_there_is_no_room_for_all() -> None:
    for seed in (1, 2):
        work = instance("80-over", seed)
        found = score(work, PLANNERS["greedy"](work, seed, 0).routes)
        assert found.violations == {}
        assert found.unplaced > 0


def a_street(work: Workload, apart_udeg: int, *minutes: int) -> Area:
    """Visits in a row, these minutes long, and nothing else."""
    near = lone_visit(work).place
    visits = tuple(
        lone_visit(
            work,
            id=f"X{n}",
            service_minutes=m,
            place=Place(near.lon_udeg, near.lat_udeg + n * apart_udeg),
        )
        for n, m in enumerate(minutes)
    )
    return area_of(replace(work, visits=visits, apart=()), (0,))


def test_a_route_is_turned_around_when_that_makes_room_for_lunch(
    work: Workload,
) -> None:
    area = a_street(work, 0, 285, 150)
    assert not area.keeps(0, (0, 1))
    assert area.shortest(0, (0, 1)) == (1, 0)


def test_a_route_without_room_for_lunch_gives_up_a_visit(work: Workload) -> None:
    # Short enough for a day's duty; but the first visit ends before 11:30, the second
    # after 13:00, and there is no time to wait.
    area = a_street(work, 10_000, 147, 147, 147)
    assert area.travel(0, (0, 1, 2)) + 3 * 147 <= area.work.day.duty_minutes
    assert area.shortest(0, (0, 1, 2)) is None
    cars = fleet(area.work, [], Random(1))
    plan, changed = repaired(area, cars, {(0, 4): [(0, 1, 2)]}, Random(1))
    assert changed == 1
    assert cost(area, plan)[0] == 0
    assert sorted(len(o) for routes in plan.values() for o in routes) == [1, 2]


def test_the_repair_takes_out_steps_behind_one_left_out(work: Workload) -> None:
    steps = [
        lone_visit(work, id=f"X{n}", series="S", step=n, gap_min=7, gap_max=15)
        for n in range(3)
    ]
    # The middle step has no car on any day its window leaves.
    first = date(2026, 12, 12)
    steps[1] = replace(steps[1], first=first, last=first + timedelta(1))
    some = replace(work, visits=tuple(steps), apart=())
    area = area_of(some, (0,))
    assert not area.days[1]
    cars = fleet(some, [], Random(1))
    plan, _ = repaired(area, cars, {(0, 0): [(0,)], (0, 20): [(2,)]}, Random(1))
    assert days_of(plan) == {0: 0}
    assert score(some, merged([(area, plan)])).violations == {}


def test_a_desk_never_gives_one_car_two_special_skills(work: Workload) -> None:
    pair = [
        lone_visit(work, id=f"X{n}", skill=s) for n, s in ((1, "fire"), (2, "lift"))
    ]
    area = area_of(replace(work, visits=tuple(pair), apart=()), (0,))
    desk = Desk(area, fleet(area.work, [], Random(1)))
    assert insert(desk, range(2), Random(1)) == []
    assert all(len(order) == 1 for routes in desk.plan().values() for order in routes)


# -- the score ---------------------------------------------------------------------


def test_the_score_sees_what_the_published_check_cannot(work: Workload) -> None:
    pair = (lone_visit(work), lone_visit(work, id="X2"))
    some = replace(work, visits=pair, apart=(("X1", "X2"),))
    assert score(some, [(0, 3, ["X1"]), (0, 4, ["X2"])]).violations == {}
    assert score(some, [(0, 3, ["X1", "X2"])]).violations == {"apart": 1}
    barred = replace(some, barred=(("X1", some.days[3]),))
    found = score(barred, [(0, 3, ["X1"]), (0, 4, ["X2"])])
    assert found.violations == {"barred": 1}
    nobody = tuple(replace(g, present=(0,) * 23) for g in some.crew.groups)
    empty = replace(some, crew=replace(some.crew, groups=nobody, standby_pairs=0))
    found = score(empty, [(0, 3, ["X1"]), (0, 4, ["X2"])])
    assert found.violations["people"] >= 2


def test_the_score_counts_broken_gaps_and_visits_made_twice(work: Workload) -> None:
    chain = [v for v in work.visits if v.series == "S0000"]
    office = [o.district for o in work.offices].index(chain[0].district)
    routes = [(office, d, [v.id]) for d, v in zip((0, 1, 9), chain, strict=True)]
    found = score(work, [*routes, (office, 9, [chain[2].id])])
    assert found.violations["check.series_gap"] >= 1
    assert found.violations["check.visit_once"] == 1
    assert found.unplaced == len(work.visits) - 3


def test_a_route_no_timetable_fits_counts_as_lost(work: Workload) -> None:
    some = replace(work, visits=(lone_visit(work, service_minutes=500),), apart=())
    found = score(some, [(0, 3, ["X1"])])
    assert (found.lost, found.unplaced, found.packages) == (1, 1, 0)


def test_a_packing_of_routes_names_what_is_left_out(work: Workload) -> None:
    some = replace(work, visits=(lone_visit(work), lone_visit(work, id="X2")), apart=())
    made = packing(some, [(0, 3, ["X1"])])
    assert [u.visit for u in made.unplaced] == ["X2"]
    assert made.travel_minutes == sum(p.travel_minutes for p in made.packages) > 0


# -- peers -------------------------------------------------------------------------


@needs_pyvrp
@pytest.mark.parametrize("method", ["pyvrp", "pyvrp-whole"])
@pytest.mark.parametrize("family", ["40-loose", "40-over", "40-tight-free"])
def test_a_pyvrp_plan_keeps_every_rule(method: str, family: str) -> None:
    work = instance(family, 1)
    answer = PLANNERS[method](work, 1, 0.6)
    found = score(work, answer.routes)
    assert (found.violations, found.lost) == ({}, 0)
    assert found.unplaced == 0 or "over" in family
    assert answer.notes["iterations"] > 0


@pytest.mark.parametrize("family", ["40-loose", "40-over", "40-tight-free"])
def test_a_plan_of_or_tools_routing_keeps_every_rule(family: str) -> None:
    work = instance(family, 1)
    found = score(work, PLANNERS["routing"](work, 1, 1.0).routes)
    assert (found.violations, found.lost) == ({}, 0)
    assert found.unplaced == 0 or "over" in family


@needs_pyvrp
def test_pyvrp_starts_from_the_plan_it_is_given(area: Area) -> None:
    from tests.bench.compare import vrp

    plan = greedy_plan(area)
    rng = Random(3)
    cars = fleet(area.work, [(area, plan)], rng)
    choice = bands(area, plan, rng)
    found = vrp.solve(area, choice, cars, 0.0, 1, plan, vrp.Memory())
    assert cost(area, found) == cost(area, plan)


def test_routing_starts_from_the_plan_it_is_given(area: Area) -> None:
    from tests.bench.compare import routing

    plan = greedy_plan(area)
    rng = Random(3)
    cars = fleet(area.work, [(area, plan)], rng)
    choice = bands(area, plan, rng)
    found = routing.solve(area, choice, cars, 0.2, 1, plan, None)
    assert cost(area, found) <= cost(area, plan)


def test_a_search_without_progress_begins_anew_and_the_best_plan_counts() -> None:
    work = instance("40-loose", 1)
    starts: list[Plan | None] = []

    def stuck(
        area: Area,
        choice: list[frozenset[int]],
        cars: Fleet,
        seconds: float,
        seed: int,
        start: Plan | None,
        memory: object,
    ) -> Plan:
        starts.append(start)
        if start is not None:
            return start
        # From the second time on begin badly: one visit a day, the repair adds others.
        some = enumerate(sorted(area.days[0])[:5] if len(starts) > 1 else [])
        return {(area.home[n], day): [(n,)] for n, day in some}

    answer = rounds(work, 1, 3.0, stuck, lambda: None, split=True, number=9)
    period = STALE + 1
    fresh = [start is None for start in starts]
    assert fresh == [n % period == 0 for n in range(len(fresh))]
    assert sum(fresh) > 1
    area = areas_of(work)[0]
    worths = [cost(area, start) for start in starts if start is not None]
    assert len(set(worths)) > 1
    found = score(work, answer.routes)
    assert (found.unplaced, found.travel) == min(worths)


# -- runs and tables ---------------------------------------------------------------


def test_a_run_is_a_process_of_its_own_and_its_failure_a_row(work: Workload) -> None:
    result, answer = run("greedy", "80-loose", 1, work, 1.0)
    assert (result.error, result.broken, result.unplaced) == ("", 0, 0)
    assert answer is not None
    assert result.travel == score(work, answer.routes).travel
    assert result.peak_mb > 10
    assert len(result.days) == 80
    failed, answer = run("nobody", "80-loose", 1, work, 1.0)
    assert (failed.error, answer) == ("KeyError: 'nobody'", None)
    assert "KeyError" in report([result, failed])


def result(method: str, seed: int, travel: int, unplaced: int = 0) -> Result:
    return Result(method, "f", seed, 9, 1.0, travel=travel, unplaced=unplaced, bound=80)


def test_ratios_compare_plans_that_place_equally_many() -> None:
    ours = {1: result("ours", 1, 90), 2: result("ours", 2, 100, 1)}
    peer = {1: result("pyvrp", 1, 100), 2: result("pyvrp", 2, 10, 2)}
    assert ratio(ours, peer) == "0.900 (1); places more in 1"
    assert ratio(peer, ours) == "1.111 (1); places fewer in 1"
    assert ratio(ours, {}) == "–"


def test_the_better_of_both_pyvrp_runs_counts() -> None:
    methods = {
        "pyvrp": {1: result("pyvrp", 1, 90), 2: result("pyvrp", 2, 90, 1)},
        "pyvrp-whole": {1: result("w", 1, 80), 2: result("w", 2, 99)},
    }
    assert {s: r.travel for s, r in best_pyvrp(methods).items()} == {1: 80, 2: 99}


def test_the_report_shows_the_gap_with_and_without_series() -> None:
    rows = [
        Result("ours", name, 1, 9, 1.0, travel=travel, bound=100)
        for name, travel in (("9-tight", 108), ("9-tight-free", 103))
    ]
    assert "| 9-tight | 8.0 % | 3.0 % |" in report(rows)


# -- guessability and spread -------------------------------------------------------


def test_guessability_is_one_when_every_plan_is_the_same() -> None:
    assert guessability(["a", "b"], [{"a": 1, "b": 7}] * 6) == 1


def test_guessability_scores_on_the_other_half() -> None:
    # Halves: plans 1, 3 say day 1 and day 2 (a tie shares the bet), 2, 4 say day 1.
    plans = [{"a": 1}, {"a": 1}, {"a": 2}, {"a": 1}]
    assert guessability(["a"], plans) == Fraction(1, 2)


def test_guessability_of_random_days_is_about_one_in_23() -> None:
    rng = Random(5)
    names = [f"v{n}" for n in range(300)]
    plans = [{v: rng.randrange(23) for v in names} for _ in range(30)]
    assert abs(guessability(names, plans) - Fraction(1, 23)) < Fraction(1, 200)


def test_free_visits_have_a_window_of_15_days_or_more(work: Workload) -> None:
    day = work.days[0]
    visits = tuple(
        lone_visit(work, id=f"X{n}", first=day, last=day + timedelta(n))
        for n in (13, 14, 30)
    )
    free = free_visits(replace(work, visits=visits))
    assert [v.id for v in free] == ["X14", "X30"]


def test_the_spread_is_the_widest_class_per_available_day() -> None:
    people = [
        Person(f"p{n}", (1 << days) - 1, 23, group, 0)
        for n, (days, group) in enumerate(
            ((10, "lead"), (20, "lead"), (10, "plain"), (10, "plain"))
        )
    ]
    assert widest([100, 200, 30, 30], people) == 0
    assert widest([100, 200, 20, 40], people) == pytest.approx(2 / 3)
