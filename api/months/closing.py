"""From the lottery to the close: absences, visits without a result, the close.

Results come from field work; here a visit without one gets a reason instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from api.errors import Problem, field_fault, invalid
from api.months import sources, steps
from api.site import Desk
from api.store.models import Month
from inspector.month import waited
from inspector.month.assigned import Assigned
from inspector.month.stages import Route


def absent(
    desk: Desk, month: Month, inspector: str, day: date, reason: str, since: str = ""
) -> Route:
    """Log an absence; the next reserves take his seats of that day, from the visit
    `since` on ("": all of them). The reason stays sealed until the close.

    Raises Faults for a staff number or a day the month does not have; Problem
    absent.past, absent.twice.
    """
    assigned: Assigned = steps.load(desk, month).need("assigned", "absent")
    frozen = assigned.frozen
    if inspector not in frozen.names:
        raise invalid(field_fault("inspector", "没有此人 nobody of this number"))
    if day not in frozen.working_days:
        raise invalid(field_fault("day", "非本月工作日 no working day of this month"))
    if day < desk.today:
        raise Problem("absent.past")
    person, iso = frozen.names[inspector], day.isoformat()
    if any((a.person, a.day) == (person, iso) for a in assigned.absences):
        raise Problem("absent.twice")
    body = {"person": person, "day": iso, "reason": reason, "at": desk.stamp}
    body["from"] = since
    return steps.advance(desk, month, "absent", body, day=iso)


def pending(route: Route) -> list[str]:
    """Placed visits that have no result and were not carried, in order."""
    assigned: Assigned = route.need("assigned", "close")
    return sorted(assigned.outstanding)


@dataclass(frozen=True, slots=True)
class PendingVisits:
    """Placed visits that have no result yet and were not carried."""

    visits: list[str]


def open_visits(desk: Desk, month: Month) -> PendingVisits:
    """The same for a person who reads it, which is recorded."""
    route = steps.load(desk, month)
    route.need("assigned", "close")
    desk.disclosed(f"month:{month.id}", what="pending")
    return PendingVisits(pending(route))


def close(desk: Desk, month: Month, carried: dict[str, str]) -> Route:
    """归档: open the month. Raises Faults for a reason that belongs to no open visit,
    CeremonyError close.pending while one has neither result nor reason, entropy.missing
    or entropy.second while two people have not entered what a cancelled attempt's
    outside source gave."""
    route = steps.load(desk, month)
    route.need("assigned", "close")
    route.refuse("closed", "close")
    _refuse_others(
        carried,
        set(pending(route)),
        "carried",
        why="没有此项待办检查 no visit without a result",
    )
    sources.confirmed(desk, month, route, waited.cancelled(route))
    body = {"at": desk.stamp, "carried": carried}
    return steps.advance(desk, month, "close", body, carried=len(carried))


def _refuse_others(
    given: Iterable[str], known: Collection[str], where: str, why: str
) -> None:
    wrong = [field_fault(f"{where}.{n}", why) for n in given if n not in known]
    if wrong:
        raise invalid(*wrong)
