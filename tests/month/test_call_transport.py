"""A called pair needs transport: a car of its own district, of another one, a taxi."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from month_stages import Month

from inspector.domain import Office
from inspector.errors import CeremonyError
from inspector.month import demonstration
from inspector.month.amendment_call import call
from inspector.month.amendment_facts import call_body, standby_call
from inspector.month.assigned import Assigned
from inspector.month.audit import assigned_violations
from inspector.month.call_transport import free_cars, taxis_of
from inspector.month.cars import CarOut
from inspector.month.documents import package
from inspector.month.field import close, publish
from inspector.month.route import apply
from inspector.month.stages import Route
from inspector.schedule.packages import package as package_of
from inspector.verify import FAILS, verify_bundle

CALLED_AT = "2026-12-01T02:00:00Z"
TODAY = date(2026, 12, 1)


def facts(month: Month, assigned: Assigned, day: date) -> dict[str, Any]:
    """A whistle of that day in a district without a car."""
    return {
        "kind": "whistle_called",
        "compound": compound_in(month, home_without_a_car(month, assigned, day)),
        "minutes": 60,
        "window": "all_day",
        "skilled": False,
        "first": day,
        "last": day,
    }


def compound_in(month: Month, office: Office) -> str:
    streets = {s.code for s in month.registry.streets if s.district == office.district}
    return next(c.id for c in month.registry.compounds if c.street in streets)


def home_without_a_car(month: Month, assigned: Assigned, day: date) -> Office:
    free = free_cars(assigned, day)
    return next(o for o in month.registry.offices if not free[o.id])


def short_day(month: Month) -> date:
    """The first day on which one district's only car is out and another has one."""
    for day in month.frozen.working_days[1:]:
        free = free_cars(month.assigned, day).values()
        if min(free) == 0 < max(free):
            return day
    raise AssertionError("every car is free or out on every day")


def without_cars(assigned: Assigned, day: date) -> Assigned:
    """The month with every car out that day."""
    out = tuple(CarOut(c.id, day, day) for c in assigned.frozen.registry.cars)
    packed = assigned.sealed.packed
    packages = tuple(p for p in packed.packing.packages if p.day != day)
    packing = replace(packed.packing, packages=packages)
    packed = replace(packed, cars_out=out, packing=packing)
    return replace(assigned, sealed=replace(assigned.sealed, packed=packed))


def with_taxis(assigned: Assigned, minutes: int) -> Assigned:
    """The month of a policy that lets called pairs take a taxi."""
    packed = assigned.sealed.packed
    frozen = packed.drawn.frozen
    travel = replace(frozen.policy.travel, taxi_minutes=minutes)
    frozen = replace(frozen, policy=replace(frozen.policy, travel=travel))
    packed = replace(packed, drawn=replace(packed.drawn, frozen=frozen))
    return replace(assigned, sealed=replace(assigned.sealed, packed=packed))


def test_a_district_whose_only_car_is_out_borrows_that_of_another(month: Month) -> None:
    day = short_day(month)
    home = home_without_a_car(month, month.assigned, day)
    visit, route, taxi = standby_call(
        month.assigned, facts(month, month.assigned, day), TODAY
    )
    assert visit.district == home.district
    assert route.office != home.id
    assert not taxi
    done = call(month.assigned, visit, route, at=CALLED_AT, reason="12345 热线")
    assert assigned_violations(done) == ()
    assert free_cars(done, day)[route.office] == (
        free_cars(month.assigned, day)[route.office] - 1
    )


def test_a_call_by_a_car_that_is_out_is_refused(month: Month) -> None:
    day = short_day(month)
    home = home_without_a_car(month, month.assigned, day)
    visit, route, _ = standby_call(
        month.assigned, facts(month, month.assigned, day), TODAY
    )
    with pytest.raises(CeremonyError) as error:
        call(
            *(month.assigned, visit, replace(route, office=home.id)),
            at=CALLED_AT,
            reason="12345 热线",
        )
    assert error.value.code == "change.no_car"


def test_the_publics_program_counts_the_car_of_a_call(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = short_day(month)
    home = home_without_a_car(month, month.assigned, day)
    visit, route, _ = standby_call(
        month.assigned, facts(month, month.assigned, day), TODAY
    )
    policy = month.policy
    own = package_of(route.id, day, home, [visit], policy.day, policy.travel)
    assert own is not None
    monkeypatch.setattr(
        "inspector.month.amendment_call.refuse_transport", lambda *_: None
    )
    done = call(month.assigned, visit, own, at=CALLED_AT, reason="热线")
    assert {v.rule for v in assigned_violations(done)} == {"check.cars_enough"}
    for result in demonstration.results(done):
        done = publish(done, result)
    closed = close(done, month.record.closed_at, {})
    for name, data in closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    findings = verify_bundle(tmp_path).findings
    failed = {f["id"]: f["detail"] for f in findings if f["verdict"] == FAILS}
    assert set(failed) == {"amendments.plan"}
    assert "plan.cars" in failed["amendments.plan"]


def test_without_car_and_taxi_the_call_is_refused_before_it_is_made(
    month: Month,
) -> None:
    day = short_day(month)
    bare = without_cars(month.assigned, day)
    with pytest.raises(CeremonyError) as error:
        standby_call(bare, facts(month, bare, day), TODAY)
    assert error.value.code == "change.no_car"
    assert "打车" in str(error.value)


def test_where_the_policy_has_taxis_the_pair_takes_one_and_each_leg_is_longer(
    month: Month,
) -> None:
    day = short_day(month)
    bare = with_taxis(without_cars(month.assigned, day), 15)
    row = facts(month, bare, day)
    visit, route, taxi = standby_call(bare, row, TODAY)
    assert taxi
    homes = {o.id: o.district for o in month.registry.offices}
    assert homes[route.office] == visit.district
    _, without_wait, _ = standby_call(with_taxis(bare, 1), row, TODAY)
    assert route.travel_minutes == without_wait.travel_minutes + 2 * 14
    done = call(bare, visit, route, at=CALLED_AT, reason="热线", taxi=True)
    assert taxis_of(done) == {route.id}
    assert free_cars(done, day) == free_cars(bare, day)


def test_a_taxi_the_policy_does_not_have_is_refused_and_so_is_one_of_another_district(
    month: Month,
) -> None:
    day = short_day(month)
    visit, route, _ = standby_call(
        month.assigned, facts(month, month.assigned, day), TODAY
    )
    said = {"at": CALLED_AT, "reason": "热线"}
    with pytest.raises(CeremonyError) as error:
        call(month.assigned, visit, route, taxi=True, **said)
    assert error.value.code == "change.no_car"
    with pytest.raises(CeremonyError) as error:
        call(with_taxis(month.assigned, 9), visit, route, taxi=True, **said)
    assert error.value.code == "change.taxi_office"


def test_a_step_keeps_how_the_pair_went_and_one_of_before_says_by_car(
    month: Month,
) -> None:
    day = short_day(month)
    found = standby_call(month.assigned, facts(month, month.assigned, day), TODAY)
    body = call_body(*found, CALLED_AT, "热线")
    assert (body["taxi"], body["excess"]) == (False, "")
    route = Route(assigned=month.assigned)
    (told,) = apply(route, "call", body).need("assigned", "call").calls
    old = {k: v for k, v in body.items() if k not in ("taxi", "excess")}
    (before,) = apply(route, "call", old).need("assigned", "call").calls
    assert told == before
    assert package(told.package) == body["package"]
