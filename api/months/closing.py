"""From the lottery to the next month: absences, close, and what comes after.

Results come from field work; here a visit without one gets a reason instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from api.errors import Problem, field_fault, invalid
from api.months import basis, sources, steps
from api.registry import entries, policies
from api.registry.sheets import BY_NAME, read_csv, replace_rows
from api.site import Desk
from api.store.models import Month
from inspector.domain import Case, PastVisit, Registry
from inspector.errors import messages
from inspector.month import waited
from inspector.month.assigned import Assigned
from inspector.month.demonstration import passed as outcomes
from inspector.month.following import following
from inspector.month.stages import Route
from inspector.months import month_span
from inspector.policy import Policy
from inspector.registry import sorted_registry, write_scenario
from inspector.registry.policy_file import write_policy

CLOSE = "关账 close"  # the reason of what a close changes
# What a close changes in the registries of the bureau.
CARRIED = ("history", "docket", "inspectors", "leave", "recusals")
Carry = Callable[[Desk, Month, str], None]
CARRIES: list[Carry] = []

messages(
    {
        "month.followed": (
            "下月已经开始：{month}",
            "the next month was started already: {month}",
        ),
    }
)


def carries(carry: Carry) -> Carry:
    """Let a room carry its own into the next month: `carry(desk, closed month, reason)`
    is called before that one is opened."""
    CARRIES.append(carry)
    return carry


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
        raise invalid(field_fault("inspector", f"没有 nobody: {inspector}"))
    if day not in frozen.working_days:
        raise invalid(field_fault("day", f"非本月工作日 no working day: {day}"))
    if day < desk.today:
        raise Problem("absent.past")
    person, iso = frozen.names[inspector], day.isoformat()
    if any((a.person, a.day) == (person, iso) for a in assigned.absences):
        raise Problem("absent.twice")
    body = {"person": person, "day": iso, "reason": reason, "at": desk.stamp}
    body["from"] = since
    return steps.advance(desk, month, "absent", body, day=iso)


def pending(route: Route) -> list[str]:
    """Placed visits without a result, in order."""
    assigned: Assigned = route.need("assigned", "close")
    done = {r.visit for r in assigned.results}
    packages = assigned.sealed.packed.packing.packages
    return sorted({s.visit for p in packages for s in p.stops} - done)


@dataclass(frozen=True, slots=True)
class PendingVisits:
    """Placed visits that have no result yet."""

    visits: list[str]


def open_visits(desk: Desk, month: Month) -> PendingVisits:
    """The same for a person who reads it, which is recorded."""
    route = steps.load(desk, month)
    route.need("assigned", "close")
    desk.disclosed(f"month:{month.id}", what="pending")
    return PendingVisits(pending(route))


def close(desk: Desk, month: Month, carried: dict[str, str]) -> Route:
    """关账: open the month. Raises Faults for a reason that belongs to no open visit,
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
        "没有此项待办检查 no visit without a result",
    )
    sources.confirmed(desk, month, route, waited.cancelled(route))
    body = {"at": desk.stamp, "carried": carried}
    return steps.advance(desk, month, "close", body, carried=len(carried))


def start_next(desk: Desk, month: Month, values: dict[str, Any]) -> Month:
    """Carry history, docket and duty of the month into the registries and open the
    next one.

    `passed`: outcome per docket case where the inspection's own result does not tell.
    Whatever the bureau changed in its registries since the freeze stays. The policy of
    the next month gets the same sources without issue and time, unless a version for
    that month is in force; the freeze refuses it until the bureau names them.
    """
    assigned = _closed(desk, month)
    passed = {**outcomes(assigned), **_known(assigned, values["passed"])}
    registry, policy = following(assigned, passed)
    _bring_forward(desk, month, assigned, registry)
    for carry in CARRIES:
        carry(desk, month, CLOSE)
    _keep_policy(desk, month, policy)
    row = basis.open_month(desk, {"title": values["title"]}, before=month)
    basis.touch(month)
    desk.event("month_followed", f"month:{month.id}", next=row.id)
    return row


def _closed(desk: Desk, month: Month) -> Assigned:
    """The closed month, once. Raises Problem month.followed."""
    route = steps.load(desk, month)
    assigned: Assigned = route.need("closed", "next").assigned
    if (after := basis.after(desk, month)) is not None:
        raise Problem("month.followed", month=after)
    return assigned


def _known(assigned: Assigned, passed: Mapping[str, bool]) -> Mapping[str, bool]:
    """The given outcomes. Raises Faults for a case the month does not have."""
    cases = {c.id for c in assigned.frozen.intake.cases}
    _refuse_others(passed, cases, "passed", "没有此台账 no such case")
    return passed


def _refuse_others(
    given: Iterable[str], known: Collection[str], where: str, why: str
) -> None:
    wrong = [field_fault(f"{where}.{n}", why) for n in given if n not in known]
    if wrong:
        raise invalid(*wrong)


def _bring_forward(
    desk: Desk, month: Month, assigned: Assigned, after: Registry
) -> None:
    """Merge what the month changed into the present registries: a new version."""
    live = basis.scenario(desk, month)
    merged = sorted_registry(_merged(live.registry, assigned, after))
    files = write_scenario(merged, live.policy, live.calendar)
    changes = {
        name: replace_rows(desk, BY_NAME[name], read_csv(files[f"{name}.csv"]))
        for name in CARRIED
    }
    entries.changed(desk, "registry_carried", f"month:{month.id}", changes=changes)


def _merged(live: Registry, assigned: Assigned, after: Registry) -> Registry:
    """The present registries with the month's history, docket and carried duty;
    leave and recusals that are over go."""
    ended = month_span(assigned.frozen.policy.month)[1]
    carry = {i.id: i.carry_minutes for i in after.inspectors}
    recusals = (r for r in live.recusals if r.last is None or r.last > ended)
    return replace(
        live,
        history=_added(live, assigned, after),
        docket=_docket(live.docket, assigned, after.docket),
        inspectors=tuple(
            replace(i, carry_minutes=carry.get(i.id, i.carry_minutes))
            for i in live.inspectors
        ),
        leave=tuple(x for x in live.leave if x.last > ended),
        recusals=tuple(recusals),
    )


def _added(
    live: Registry, assigned: Assigned, after: Registry
) -> tuple[PastVisit, ...]:
    """The present history with the visits this month made."""
    before = set(assigned.frozen.registry.history)
    have = {(h.compound, h.date, h.kind) for h in live.history}
    made = (h for h in after.history if h not in before)
    new = (h for h in made if (h.compound, h.date, h.kind) not in have)
    return (*live.history, *new)


def _docket(
    live: Iterable[Case], assigned: Assigned, after: Iterable[Case]
) -> tuple[Case, ...]:
    """The cases as the month left them; what was edited or opened since stays."""
    before = {c.id: c for c in assigned.frozen.registry.docket}
    cases = {c.id: c for c in after}
    edited = (c for c in live if before.get(c.id) != c)
    return tuple((cases | {c.id: c for c in edited}).values())


def _keep_policy(desk: Desk, month: Month, policy: Policy) -> None:
    """The next month's policy, unless the bureau has one for that month already."""
    newest = policies.newest(desk)
    if newest is not None and newest.name == policy.month:
        return
    policies.keep(desk, write_policy(policy).decode(), f"{month.month} {CLOSE}")
