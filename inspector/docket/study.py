"""蹲点调研 ("解剖麻雀", 潍坊): a day on site as two halves with lunch between them.

No visit may run through the time of lunch, so a stay-on-site study is a morning and an
afternoon visit of the same day; together they leave room for nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from inspector.domain import Compound, Office, Visit, VisitKind, Window
from inspector.places import minutes
from inspector.policy import DayRules, TravelModel


def study_visits(
    name: str,
    compound: Compound,
    office: Office,
    day: date,
    rules: DayRules,
    travel: TravelModel,
) -> tuple[Visit, Visit]:
    """Both halves, as long as working day, duty and the way there allow.

    They are named `name`-1 and `name`-2. A study counts against no cap (DOMAIN §7).
    """
    leg = minutes(travel, office.place, compound.place)
    before = rules.morning_end - rules.shift_start - leg
    # Between the halves the team stays: the car is parked once more.
    again = minutes(travel, compound.place, compound.place)
    after = min(
        rules.shift_end - rules.afternoon_start - leg,
        rules.duty_minutes - before - again - 2 * leg,
    )
    morning = Visit(
        f"{name}-1",
        compound.id,
        (VisitKind.STUDY,),
        office.district,
        compound.place,
        before,
        Window.MORNING,
        "",
        day,
        day,
    )
    afternoon = replace(
        morning, id=f"{name}-2", service_minutes=after, window=Window.AFTERNOON
    )
    return morning, afternoon
