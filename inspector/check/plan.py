"""Everything a plan must keep, in one list: integers and dates, no solver.

A plan with its visits, offices, cars and days → all that is wrong with it.

Whoever makes a plan (solver, replan, a hand) has it checked here before anyone sees it.
"""

from __future__ import annotations

from inspector.check.placement import (
    PlanView,
    bound_below_travel,
    cars_enough,
    ids_unique,
    office_serves,
    offices_known,
    on_working_days,
    series_gap,
    series_in_order,
    taxis_allowed,
    total_travel,
    visit_once,
    visits_known,
    within_its_dates,
)
from inspector.check.routes import (
    drives_exactly,
    duty_kept,
    lunch_placed,
    lunch_taken,
    lunch_within_window,
    package_travel,
    serves_at_once,
    service_minutes,
    shift_kept,
    skill_single,
    stops_counted,
    window_kept,
)
from inspector.check.violation import Rule, Violation, run

PLAN_RULES: tuple[Rule[PlanView], ...] = (
    # the month
    ids_unique,
    visits_known,
    offices_known,
    visit_once,
    on_working_days,
    within_its_dates,
    series_gap,
    series_in_order,
    office_serves,
    cars_enough,
    taxis_allowed,
    total_travel,
    bound_below_travel,
    # each package
    stops_counted,
    skill_single,
    package_travel,
    drives_exactly,
    serves_at_once,
    service_minutes,
    window_kept,
    shift_kept,
    lunch_taken,
    lunch_within_window,
    lunch_placed,
    duty_kept,
)


def check_plan(view: PlanView) -> tuple[Violation, ...]:
    """Every violation of every rule of a plan, sorted; empty when it keeps them all."""
    return run(PLAN_RULES, view)
