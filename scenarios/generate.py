"""A synthetic city from a spec: the same bytes from the same spec, everywhere.

    python -m scenarios.generate scenarios/zibo.toml --out scenarios/zibo

A city is a scenario folder (see `inspector.registry`) with demonstration entropy. All
people, companies and compounds are invented, and their names show it.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.domain import Compound, Office, Window
from inspector.errors import Faults, InspectorError
from inspector.places import GCJ02, gcj_to_wgs, minutes
from inspector.policy import DayRules, Policy, TravelModel, VisitRules
from inspector.registry.policy_file import read_policy
from inspector.workdays import load_calendar
from scenarios.city import City, make_city
from scenarios.opinions import make_evaluations, make_signals
from scenarios.past import make_past
from scenarios.people import make_staff
from scenarios.rules import (
    entropy_json,
    entropy_values,
    make_items,
    policy_toml,
)
from scenarios.sheets import csv_files
from scenarios.spec import Spec, read_spec


def generate(spec: Mapping[str, Any]) -> dict[str, bytes]:
    """File name -> bytes of the scenario folder that the parsed spec describes.

    Raises InspectorError: spec.keys, spec.counts, spec.people, spec.too_far; Faults of
    its policy.
    """
    city_spec = read_spec(spec)
    values = entropy_values(city_spec)
    rules = policy_toml(city_spec, values)
    policy, faults = read_policy(rules)
    if policy is None or faults:
        raise Faults(faults)
    calendar = load_calendar()
    city = make_city(city_spec, policy.travel)
    check_reach(city_spec, city, policy)
    staff = make_staff(city_spec, city, calendar.working_days(city_spec.month))
    past = make_past(city_spec, city, staff, policy, calendar)
    tables: dict[str, Sequence[Any]] = {
        "streets": city.streets,
        "offices": city.offices,
        "cars": city.cars,
        "companies": city.companies,
        "compounds": city.compounds,
        "inspectors": staff.inspectors,
        "leave": staff.leave,
        "recusals": staff.recusals,
        "items": make_items(city_spec),
        "evaluations": make_evaluations(city_spec, city, past.better),
        "signals": make_signals(city_spec, city),
        "history": past.history,
        "docket": past.docket,
        "assistants": staff.assistants,
    }
    return {
        **csv_files(tables, city_spec.compounds.crs),
        "policy.toml": rules,
        "entropy.json": entropy_json(city_spec, values),
    }


def longest_minutes(compound: Compound, visits: VisitRules) -> int:
    """The longest visit the compound can get: a random one joined to a docket one."""
    docket = (
        *visits.series_minutes,
        visits.recheck_minutes,
        visits.acceptance_minutes,
        visits.lookback_minutes,
    )
    return max(compound.service_minutes, *docket) + visits.extra_minutes


def fits_alone(
    compound: Compound,
    office: Office,
    service_minutes: int,
    day: DayRules,
    travel: TravelModel,
) -> bool:
    """Whether one visit fits into a day of its own, half-day windows included."""
    leg = minutes(travel, office.place, compound.place)
    start = day.shift_start + leg
    if compound.window is Window.AFTERNOON:
        start = max(start, day.afternoon_start)
    end = start + service_minutes
    if compound.window is Window.MORNING and end > day.morning_end:
        return False
    # Lunch is taken as if always needed: more than the rule asks for.
    lunch = 0 if compound.window is not Window.ALL_DAY else day.lunch_minutes
    return (
        end + leg + lunch <= day.shift_end
        and 2 * leg + service_minutes <= day.duty_minutes
    )


def check_reach(spec: Spec, city: City, policy: Policy) -> None:
    """Raises InspectorError spec.too_far for a compound nobody could inspect."""
    offices = {o.district: o for o in city.offices}
    office_of = {s.code: offices[s.district] for s in city.streets}
    for c in city.compounds:
        place = gcj_to_wgs(c.place) if spec.compounds.crs == GCJ02 else c.place
        longest = longest_minutes(c, policy.visits)
        if not fits_alone(
            replace(c, place=place),
            office_of[c.street],
            longest,
            policy.day,
            policy.travel,
        ):
            raise InspectorError("spec.too_far", compound=c.id)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the city of SPEC into DIR; 2 and one readable message when refused."""
    parser = argparse.ArgumentParser(prog="scenarios.generate", description=__doc__)
    parser.add_argument("spec", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        found = generate(tomllib.loads(options.spec.read_text(encoding="utf-8")))
    except (InspectorError, tomllib.TOMLDecodeError, OSError) as e:
        print(e, file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in found.items():
        (options.out / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
