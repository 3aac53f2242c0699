"""为何: in each month here exactly one rule binds, and what is offered really helps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from by_hand import (
    DAYS,
    a_group,
    a_package,
    a_packing,
    a_series,
    a_visit,
    a_workload,
    dec,
)
from plan_check import violations
from zibo_month import a_month

from inspector.domain import Package, Visit, Window
from inspector.errors import InspectorError, text
from inspector.policy import DayRules
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, JointGroup, Unplaced, Workload
from inspector.why.explain import (
    Option,
    VisitWhy,
    explain_day,
    explain_visit,
    unplaced_why,
)
from inspector.why.insertion import Rule
from inspector.why.relaxation import Relaxation
from inspector.why.relaxation import violations as found_wrong

V = a_visit("V")


def why(work: Workload, *packages: Package) -> VisitWhy:
    """Why V is where it is; every sentence can be said."""
    found = explain_visit(work, packages, "V")
    for code, params in (
        (found.code, found.params),
        *((r.code, r.params) for r in found.relaxations),
    ):
        zh, en = text(code, dict(params))
        name = str(dict(params)["visit"])
        assert name in zh
        assert name in en
    return found


def replanned(relaxed: Relaxation) -> set[str]:
    """What the engine places in the eased month, from scratch."""
    packing = plan(
        relaxed.work,
        seed=1,
        budget=Budget(100_000, 600.0),
        executor=None,
        now=lambda: 0.0,
    )
    return {s.visit for p in packing.packages for s in p.stops}


def wrong(relaxed: Relaxation) -> list[str]:
    """What the independent checker says of the plan offered."""
    placed = {s.visit for p in relaxed.packages for s in p.stops}
    left = tuple(
        Unplaced(v.id, "", ()) for v in relaxed.work.visits if v.id not in placed
    )
    found = violations(relaxed.work, a_packing(relaxed.packages, left))
    return [w for w in found if not w.startswith(("order of", "names of"))]


FULL = DayRules(duty_minutes=440)


def a_full_day(work: Workload, name: str, day: int) -> Package:
    """A package of 240 + 120 minutes on site, 406 of duty: no hour more under FULL."""
    return a_package(work, name, day, f"F{day}", f"G{day}")


def full_visits(day: int) -> list[Visit]:
    only: dict[str, Any] = {"first": dec(day), "last": dec(day)}
    return [a_visit(f"F{day}", 1, 240, **only), a_visit(f"G{day}", 1, 120, **only)]


WEEK = (1, 2, 3, 4, 7, 8, 9, 10, 11)
LEADS, OTHERS = a_group(True), a_group(False)


def a_case(rule: Rule) -> tuple[Workload, tuple[Package, ...]]:
    """A month in which `rule` keeps V from every day."""
    if rule is Rule.DATES:
        weekend = replace(V, first=dec(5), last=dec(6))
        return a_workload(weekend), ()
    if rule is Rule.GAP:
        first, second = a_series("S", gap_min=3, gap_max=4)
        work = a_workload(first, replace(second, id="V"))
        return work, (a_package(work, "P001", 2, "S-0"),)
    if rule is Rule.BARRED:
        return a_workload(V, barred=tuple(("V", d) for d in DAYS)), ()
    if rule is Rule.CAR:
        return a_workload(V, cars=0), ()
    if rule is Rule.PEOPLE:
        return a_workload(V, crew=(a_group(True, 1),)), ()
    if rule is Rule.SKILL:
        return a_workload(replace(V, skill="lift")), ()
    if rule is Rule.APART:
        other = a_visit("A", 1)
        cars = (1,) + (0,) * (len(DAYS) - 1)
        work = a_workload(V, other, cars=cars, apart=(("A", "V"),))
        return work, (a_package(work, "P001", 1, "A"),)
    if rule is Rule.HALF_DAY:
        long = a_visit("V", 2, 200, window=Window.MORNING)
        return a_workload(long), ()
    if rule is Rule.HOURS:
        long = a_visit("V", 1, 240)  # lunch after it, back at 856
        return a_workload(long, day=DayRules(shift_end=850)), ()
    if rule is Rule.DUTY:
        return a_workload(V, day=DayRules(duty_minutes=100)), ()
    assert rule is Rule.VISITS
    others = [a_visit(f"A{d}", 1) for d in WEEK]
    work = a_workload(V, *others, cars=1, day=DayRules(max_visits=1))
    return work, tuple(a_package(work, f"P{d:03d}", d, f"A{d}") for d in WEEK)


# rule: what is offered first, its price, its amount
OFFERS: dict[Rule, tuple[str, int, dict[str, str | int]]] = {
    Rule.DATES: ("relax.dates", 10, {"days": 1}),
    Rule.GAP: ("relax.gap", 15, {"days": 1}),
    Rule.BARRED: ("relax.barred", 90, {}),
    Rule.CAR: ("relax.car", 240, {"office": "O1"}),
    Rule.PEOPLE: ("relax.officer", 120, {"count": 1}),
    Rule.SKILL: ("relax.skilled", 150, {"count": 1, "skill": "lift"}),
    Rule.APART: ("relax.apart", 60, {}),
    Rule.HALF_DAY: ("relax.half_day", 40, {}),
    Rule.HOURS: ("relax.hours", 10, {"minutes": 10}),
    Rule.DUTY: ("relax.duty", 10, {"minutes": 10}),
    Rule.VISITS: ("relax.visits", 30, {"most": 2}),
}
# Besides the rule itself, a car more would do where cars are full.
ALSO = {Rule.APART: {Rule.CAR}, Rule.VISITS: {Rule.CAR}}


@pytest.mark.parametrize("rule", OFFERS)
def test_the_rule_that_binds_is_named_on_every_day(rule: Rule) -> None:
    work, packages = a_case(rule)
    found = why(work, *packages)
    assert (found.code, found.day, found.package) == ("explain.out", None, "")
    assert [o.day for o in found.options] == list(DAYS)
    assert all(o.extra is None for o in found.options)
    binding = set(found.options[0].binds)
    assert binding == {rule} | ALSO.get(rule, set())
    if rule not in ALSO:
        assert all(o.alone == (rule,) for o in found.options if o.binds)


@pytest.mark.parametrize("rule", OFFERS)
def test_the_easing_offered_first_is_enough_and_the_cheapest(rule: Rule) -> None:
    work, packages = a_case(rule)
    found = why(work, *packages).relaxations
    code, price, amount = OFFERS[rule]
    assert (found[0].code, found[0].price) == (code, price)
    assert amount.items() <= dict(found[0].params).items()
    assert [r.price for r in found] == sorted(r.price for r in found)
    assert {r.rule for r in found} == {rule} | ALSO.get(rule, set())
    for each in found:
        assert wrong(each) == []
        assert found_wrong(each.work, each.packages) == []
        assert "V" in replanned(each)


@pytest.mark.parametrize("rule", OFFERS)
def test_without_the_rule_the_same_month_takes_the_visit(rule: Rule) -> None:
    """The feasible side of each rule."""
    work, packages = a_case(rule)
    more = a_workload(*work.visits)
    easy = {
        Rule.DATES: replace(work, visits=(V,)),
        Rule.GAP: replace(
            work, visits=tuple(replace(v, gap_max=9) for v in work.visits)
        ),
        Rule.BARRED: replace(work, barred=()),
        Rule.CAR: replace(work, cars=more.cars),
        Rule.PEOPLE: replace(work, crew=more.crew),
        Rule.SKILL: replace(work, visits=(V,)),
        Rule.APART: replace(work, apart=()),
        Rule.HALF_DAY: replace(
            work, visits=(replace(work.visits[0], window=Window.ALL_DAY),)
        ),
        Rule.HOURS: replace(work, day=DayRules()),
        Rule.DUTY: replace(work, day=DayRules()),
        Rule.VISITS: replace(work, day=DayRules()),
    }[rule]
    found = why(easy, *packages)
    assert found.code == "explain.fits"
    assert found.relaxations == ()
    assert any(o.extra is not None for o in found.options)


def test_no_smaller_easing_would_do() -> None:
    for rule, eased in (
        (Rule.DUTY, {"day": DayRules(duty_minutes=105)}),
        (Rule.HOURS, {"day": DayRules(shift_end=855)}),
    ):
        work, _ = a_case(rule)
        assert why(replace(work, **eased)).code == "explain.out"


def test_a_missing_leader_is_asked_for_by_that_name() -> None:
    found = why(a_workload(V, crew=(a_group(False),))).relaxations
    assert (found[0].code, found[0].price) == ("relax.leader", 130)
    assert "V" in replanned(found[0])


def test_one_skilled_person_may_fill_seat_and_skill_at_once() -> None:
    work = a_workload(replace(V, skill="lift"), crew=(a_group(True, 1),))
    found = why(work)
    assert found.options[0].alone == (Rule.PEOPLE, Rule.SKILL)
    assert found.options[0].binds == ()
    assert (found.relaxations[0].code, found.relaxations[0].price) == (
        "relax.skilled",
        150,
    )
    assert dict(found.relaxations[0].params)["count"] == 1
    assert "V" in replanned(found.relaxations[0])


def test_two_officers_may_be_what_is_short() -> None:
    found = why(a_workload(V, crew=(a_group(True, 2),), standby=1)).relaxations
    assert found[0].code == "relax.officer"
    assert dict(found[0].params)["count"] == 2
    assert found[0].price == 240


def test_people_of_another_office_may_be_what_is_short() -> None:
    work = a_workload(V)
    none = (0,) * len(work.days)
    joint = (JointGroup("消防", False, 1, none, 0),)
    work = replace(work, crew=replace(work.crew, joint=joint))
    found = why(work).relaxations
    assert (found[0].code, found[0].price) == ("relax.joint", 170)
    assert dict(found[0].params)["unit"] == "消防"
    assert "V" in replanned(found[0])
    day = explain_day(work, (), dec(1))
    assert [(j.unit, j.present, j.seats) for j in day.joint] == [("消防", 0, 0)]


def test_a_day_that_is_full_twice_names_both_ways_out() -> None:
    """No car is left and no route has room: either would do."""
    only = replace(V, first=dec(2), last=dec(2))
    cars = (0, 1, 0, 0, 0, 0, 0, 0, 0)
    work = a_workload(only, *full_visits(2), cars=cars, day=FULL)
    found = why(work, a_full_day(work, "P001", 2))
    second = found.options[1]
    assert second.alone == ()
    assert second.binds == (Rule.CAR, Rule.DUTY)
    duty, car = found.relaxations
    assert (duty.code, dict(duty.params)["minutes"], duty.price) == (
        "relax.duty",
        30,
        30,
    )
    assert (car.code, car.price) == ("relax.car", 240)


def test_the_cheapest_of_several_easings_comes_first() -> None:
    late = replace(V, first=dec(2), last=dec(2))
    cars = (1, 0, 0, 0, 1, 1, 1, 1, 1)
    found = why(a_workload(late, cars=cars)).relaxations
    assert [(r.code, r.price) for r in found] == [
        ("relax.dates", 10),
        ("relax.car", 240),
    ]
    assert dict(found[0].params)["day"] == "2026-12-01"
    far = a_workload(late, cars=(0,) * len(DAYS))
    assert [r.code for r in why(far).relaxations] == ["relax.car"]


def test_a_visit_no_single_easing_helps_has_none() -> None:
    work = a_workload(replace(V, first=dec(5), last=dec(6), skill="lift"), cars=0)
    found = why(work)
    assert found.relaxations == ()
    assert found.options[0].alone == (Rule.DATES, Rule.CAR, Rule.SKILL)
    assert found.options[0].binds == ()


def test_a_district_without_office_has_no_way_at_all() -> None:
    found = why(a_workload(replace(V, district="d9")))
    assert found.relaxations == ()
    assert {o.extra for o in found.options} == {None}


def test_a_later_step_points_to_the_one_before_it() -> None:
    first, second = a_series("S")
    work = a_workload(
        replace(first, first=dec(5), last=dec(6)), replace(second, id="V")
    )
    found = why(work)
    assert (found.code, dict(found.params)["before"]) == ("explain.order", "S-0")
    assert Rule.ORDER in found.options[0].alone
    best = explain_visit(work, (), "S-0").relaxations
    assert found.relaxations == best
    assert best[0].code == "relax.dates"


# -- a placed visit ----------------------------------------------------------------


def test_what_every_other_day_would_cost() -> None:
    """V alone on 1 December drives 46; on the way to A it would be 5 instead."""
    work = a_workload(
        replace(V, last=dec(4)), a_visit("A", 2), *full_visits(3), cars=1, day=FULL
    )
    packages = (
        a_package(work, "P001", 1, "V"),
        a_package(work, "P002", 2, "A"),
        a_full_day(work, "P003", 3),
    )
    found = why(work, *packages)
    assert (found.day, found.package, found.saved) == (dec(1), "P001", 46)
    assert found.options[:3] == (
        Option(dec(2), -41, "P002", (), ()),
        Option(dec(3), None, "", (), (Rule.CAR, Rule.DUTY)),
        Option(dec(4), 0, "", (), ()),
    )
    assert all(o.alone == (Rule.DATES,) for o in found.options[3:])
    assert found.code == "explain.dearer"
    assert dict(found.params)["minutes"] == 41
    assert found.relaxations == ()


def test_a_day_is_said_to_be_the_best_or_the_only_one() -> None:
    work = a_workload(V, a_visit("A", 2))
    together = (a_package(work, "P001", 1, "V", "A"),)
    found = why(work, *together)
    assert (found.code, found.saved) == ("explain.best", 5)
    assert {o.extra for o in found.options} == {41}
    work = a_workload(replace(V, last=dec(1)))
    only = why(work, a_package(work, "P001", 1, "V"))
    assert only.code == "explain.only"


def test_two_skills_never_share_a_package() -> None:
    crew = (LEADS, OTHERS, a_group(False, 2, "lift"), a_group(False, 2, "fire"))
    work = a_workload(
        replace(V, skill="lift", last=dec(1)), a_visit("A", skill="fire"),
        cars=1, crew=crew,
    )  # fmt: skip
    first = why(work, a_package(work, "P001", 1, "A")).options[0]
    assert first.alone == ()
    assert first.binds == (Rule.CAR, Rule.SKILL)


def test_the_steps_of_one_series_never_meet() -> None:
    first, second = a_series("S")
    work = a_workload(first, replace(second, id="V"), cars=1)
    found = why(work, a_package(work, "P001", 4, "S-0"))
    assert {o.day: o.alone for o in found.options if o.alone} == {
        d: (Rule.GAP,) for d in (dec(1), dec(2), dec(3), dec(4), dec(11))
    }
    assert {o.day for o in found.options if o.extra is not None} == {
        dec(7), dec(8), dec(9), dec(10),
    }  # fmt: skip


def test_an_unknown_visit_is_refused() -> None:
    with pytest.raises(InspectorError) as refused:
        explain_visit(a_workload(V), (), "X")
    assert refused.value.code == "explain.unknown"


# -- a day -------------------------------------------------------------------------


def test_a_day_counts_packages_cars_and_people() -> None:
    crew = (LEADS, OTHERS, a_group(False, 2, "lift"))
    work = a_workload(V, a_visit("L", 2, skill="lift"), crew=crew, standby=1)
    packages = (a_package(work, "P001", 1, "V"), a_package(work, "P002", 1, "L"))
    found = explain_day(work, packages, dec(1))
    assert found.cars == (("O1", 2, 2), ("O2", 0, 1))
    assert (found.officers, found.leads, found.seats) == (10, 4, 6)
    assert [(p.id, p.travel_minutes, p.duty_minutes) for p in found.packages] == [
        ("P001", 46, 106),
        ("P002", 82, 142),
    ]
    plain, lift = found.people
    assert (plain.skill, plain.present, plain.packages, plain.more) == ("", 10, 1, 1)
    assert (lift.skill, lift.present, lift.packages, lift.more) == ("lift", 2, 1, 1)
    with pytest.raises(InspectorError) as refused:
        explain_day(work, packages, dec(5))
    assert refused.value.code == "explain.no_day"


# -- whole months ------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_offer_in_an_over_full_month_holds(seed: int) -> None:
    work = a_month(seed, 40, 6, people=10, windows=60, districts=1)
    work = replace(work, cars=(tuple(n % 2 for n in range(len(work.days))),))
    packing = plan(
        work, seed=seed, budget=Budget(1, 600.0), executor=None, now=lambda: 0.0,
        stop=lambda: True,
    )  # fmt: skip
    assert packing.unplaced
    found = unplaced_why(work, packing.packages, packing.unplaced[:8])
    offers = [r for each in found for r in each.relaxations]
    assert offers
    for each in offers:
        assert wrong(each) == []
