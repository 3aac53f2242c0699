"""A plan small enough to be checked by hand, and ways to change one thing in it.

The office of O1 lies at (118.0, 36.7); places lie 0.1 degrees apart to the east, which
the default travel model drives in 23 minutes, 0.2 degrees in 41.

    P1, 1 Dec: out 510, A1 533-593, A2 616-676, back 717; no lunch needed
    P2, 2 Dec: out 600, B1 623-743 (fire), lunch 743-803, B2 826-946 (afternoon),
               back 987; duty 327
    P3, 9 Dec: out 510, A3 533-593, back 616; A1 and A3 are one series
    P4, 1 Dec: from O2, out 537, C1 560-620 (morning), back 643
    A4 is unplaced.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from inspector.check import PlanView
from inspector.domain import (
    Car,
    Office,
    Package,
    Place,
    Stop,
    Visit,
    VisitKind,
    Window,
)
from inspector.policy import DayRules, TravelModel


def dec(day: int) -> date:
    return date(2026, 12, day)


DAYS = tuple(dec(d) for d in (1, 2, 3, 4, 7, 8, 9, 10, 11))


def east(tenths: int) -> Place:
    return Place(118_000_000 + tenths * 100_000, 36_700_000)


def a_visit(name: str, tenths: int, minutes: int = 60, **rest: Any) -> Visit:
    given: dict[str, Any] = {
        "kinds": (VisitKind.RANDOM,),
        "district": "d1",
        "window": Window.ALL_DAY,
        "skill": "",
        "first": dec(1),
        "last": dec(31),
    }
    return Visit(
        id=name,
        compound=f"C-{name}",
        place=east(tenths),
        service_minutes=minutes,
        **(given | rest),
    )


def a_plan() -> PlanView:
    """The plan of the module; it keeps every rule."""
    series: dict[str, Any] = {"series": "S1", "gap_min": 7, "gap_max": 15}
    afternoon = Window.AFTERNOON
    return PlanView(
        visits=(
            a_visit("A1", 1, step=0, **series),
            a_visit("A2", 2),
            a_visit("A3", 1, step=1, **series),
            a_visit("A4", 3, last=dec(4)),
            a_visit("B1", 1, 120, skill="fire"),
            a_visit("B2", 2, 120, window=afternoon),
            a_visit("C1", 5, district="d2", window=Window.MORNING),
        ),
        packages=(
            Package(
                "P1",
                dec(1),
                "O1",
                "",
                510,
                717,
                None,
                87,
                (Stop("A1", 533, 533, 593), Stop("A2", 616, 616, 676)),
            ),
            Package(
                "P2",
                dec(2),
                "O1",
                "fire",
                600,
                987,
                743,
                87,
                (Stop("B1", 623, 623, 743), Stop("B2", 826, 826, 946)),
            ),
            Package(
                "P3",
                dec(9),
                "O1",
                "",
                510,
                616,
                None,
                46,
                (Stop("A3", 533, 533, 593),),
            ),
            Package(
                "P4",
                dec(1),
                "O2",
                "",
                537,
                643,
                None,
                46,
                (Stop("C1", 560, 560, 620),),
            ),
        ),
        unplaced=("A4",),
        offices=(Office("O1", "d1", east(0)), Office("O2", "d2", east(4))),
        cars=(
            Car("K1", "O1", None, dec(8)),
            Car("K2", "O1", dec(9), None),
            Car("K3", "O2", None, None),
        ),
        working_days=DAYS,
        day=DayRules(),
        travel=TravelModel(),
        travel_minutes=266,
        bound_minutes=250,
    )


def visit(view: PlanView, name: str, **changes: Any) -> PlanView:
    """The plan with one visit changed."""
    return replace(
        view,
        visits=tuple(replace(v, **changes) if v.id == name else v for v in view.visits),
    )


def package(view: PlanView, name: str, **changes: Any) -> PlanView:
    """The plan with one package changed."""
    return replace(
        view,
        packages=tuple(
            replace(p, **changes) if p.id == name else p for p in view.packages
        ),
    )


def stop(view: PlanView, name: str, **changes: Any) -> PlanView:
    """The plan with the stop at one visit changed."""
    for p in view.packages:
        stops = tuple(replace(s, **changes) if s.visit == name else s for s in p.stops)
        view = package(view, p.id, stops=stops)
    return view


def day(view: PlanView, **changes: Any) -> PlanView:
    """The plan under other rules of the day."""
    return replace(view, day=replace(view.day, **changes))
