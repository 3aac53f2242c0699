"""Every claim about a month as an integer-only function: solvers propose, these decide.

A frozen view of one stage → its violations. The month's `audit`, tests and people who
plan by hand ask here before anything is shown.

One rule of law is one function; each subject lists its rules in one tuple. A checker
takes a frozen view and gives the violations, sorted; none means that all rules hold. No
checker solves, reads a clock or raises.
"""

from inspector.check.amended import AMENDED_RULES, AmendedView, check_amended
from inspector.check.assigned import ASSIGNED_RULES, check_assigned, check_turn
from inspector.check.draw import DRAW_RULES, DrawView, check_draw
from inspector.check.people import Absence, AssignedView, Files
from inspector.check.placement import PlanView, day_cars
from inspector.check.plan import PLAN_RULES, check_plan
from inspector.check.seats import SEAT_RULES, SeatsView, check_seats
from inspector.check.table import TABLE_RULES, TableView, check_table
from inspector.check.violation import Violation
from inspector.check.yearly import (
    EXPLAINED_RULES,
    YEARLY_RULES,
    YearlyView,
    check_explained,
    check_yearly,
)

__all__ = [
    "AMENDED_RULES",
    "ASSIGNED_RULES",
    "DRAW_RULES",
    "EXPLAINED_RULES",
    "PLAN_RULES",
    "SEAT_RULES",
    "TABLE_RULES",
    "YEARLY_RULES",
    "Absence",
    "AmendedView",
    "AssignedView",
    "DrawView",
    "Files",
    "PlanView",
    "SeatsView",
    "TableView",
    "Violation",
    "YearlyView",
    "check_amended",
    "check_assigned",
    "check_draw",
    "check_explained",
    "check_plan",
    "check_seats",
    "check_table",
    "check_turn",
    "check_yearly",
    "day_cars",
]
