"""Simulated field work, so that a demonstration month can be published and closed.

An assigned month → its results, drawn by coins. Only demonstrations come by here.

Nothing here decides anything real: outcomes come from a coin stream of the lottery's
seed under labels of their own, and every bundle made this way says `demonstration`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from inspector.ceremony.seed import Coins
from inspector.month.assigned import Assigned, Carried, Result
from inspector.month.checklist import managed, visit_items
from inspector.month.documents import entry
from inspector.month.field import carry_by, causes
from inspector.month.route import apply
from inspector.month.stages import Route
from inspector.month.steps_file import Told
from inspector.results.checklist import FOUND, grade, orders
from inspector.results.outcomes import FollowUp, Outcome

# outcome (DOMAIN §2), follow-up, chance in percent
OUTCOMES = (
    ("no_problem", "none", 38),
    ("ordered", "rectify", 46),
    ("pending", "rectify", 10),
    ("not_disclosed", "rectify", 4),
    ("unreachable", "daily", 2),
)
PUBLISH_AFTER = 5  # working days between a visit and its publication
ABSENT_TRIES = 20  # people tried for the absence, until one whose seats can be filled


def field_steps(assigned: Assigned) -> list[Told]:
    """One absence, then a result for every placed visit, in order of publication; what
    found no place is carried as soon as the month is over."""
    coins = Coins(assigned.seed.value, "demonstration/absence")
    return told(assigned, coins, results(assigned))


def told(assigned: Assigned, coins: Coins, found: Sequence[Result]) -> list[Told]:
    """Results as steps, and before those of his day somebody with visits, drawn by the
    coins, is ill whose seats can be filled, if there is one; visits without a place
    carried."""
    holders, packed = dict(assigned.now.holders), assigned.sealed.packed
    real = {p.id for p in packed.packing.packages}
    people = sorted((s.day, holders[s.id]) for s in packed.seats if s.package in real)
    picks = (people[coins.below(len(people))] for _ in range(ABSENT_TRIES))
    day, person = next((p for p in picks if fillable(assigned, *p)), (None, ""))
    out = in_order(found, carried(assigned))
    if day is None:
        return out
    begun = sum(_when(step)[:10] < day.isoformat() for step in out)
    return [*out[:begun], ("absent", ill(day, person)), *out[begun:]]


def in_order(results: Iterable[Result], carried: Iterable[Carried]) -> list[Told]:
    """Results and carried visits as steps, by time."""
    out = [("publish", entry(r)) for r in results]
    return sorted([*out, *(("carry", entry(c)) for c in carried)], key=_when)


def _when(step: Told) -> str:
    return str(step[1].get("published_at") or step[1]["at"])


def carried(assigned: Assigned) -> list[Carried]:
    """Visits that found no place, on the last day on which they are carried in time."""
    return [
        Carried(visit, cause, f"{carry_by(assigned, visit).isoformat()}T09:00:00Z")
        for visit, cause in causes(assigned).items()
    ]


def worked(assigned: Assigned, steps: Sequence[Told]) -> Assigned:
    """The month after these steps of field work."""
    route = Route(assigned=assigned)
    for kind, body in steps:
        route = apply(route, kind, body)
    assert route.assigned is not None
    return route.assigned


def ill(day: date, person: str) -> dict[str, Any]:
    """The step of who calls in on the morning of the day."""
    at = f"{day.isoformat()}T00:10:00Z"
    return {"person": person, "day": day.isoformat(), "reason": "illness", "at": at}


def fillable(assigned: Assigned, day: date, person: str) -> bool:
    """Whether somebody steps in for every seat of the person on the day."""
    return not worked(assigned, [("absent", ill(day, person))]).vacant


def _outcome(roll: int) -> tuple[str, str]:
    """Outcome and follow-up for a roll of 0..99."""
    for outcome, follow_up, percent in OUTCOMES:
        if roll < percent:
            return outcome, follow_up
        roll -= percent
    raise AssertionError("the percentages add up to 100")


def told_of(outcome: str, follow_up: str) -> tuple[str, str]:
    """Where no company can be ordered who is responsible is told (抄告)."""
    if not orders(outcome, follow_up):
        return outcome, follow_up
    found = outcome if outcome in FOUND - {Outcome.ORDERED} else Outcome.PENDING
    return str(found), FollowUp.NOTIFY.value


def results(assigned: Assigned) -> list[Result]:
    """A made-up result of every placed visit, in order of publication."""
    frozen = assigned.frozen
    coins = Coins(assigned.seed.value, "demonstration/results")
    out = []
    for package in assigned.sealed.packed.packing.packages:
        later = [d for d in frozen.publish_days if d > package.day]
        at = f"{later[PUBLISH_AFTER - 1].isoformat()}T09:00:00Z"
        for stop in package.stops:
            listed = visit_items(assigned, stop.visit)
            items = [i.code for i in listed]
            roll = coins.below(100)
            outcome, follow_up = _outcome(roll)
            findings: list[str] = []
            if follow_up == "rectify" and items:
                picked = {coins.below(len(items)) for _ in range(1 + coins.below(4))}
                findings = [items[k] for k in sorted(picked)]
            if not managed(assigned, stop.visit):
                outcome, follow_up = told_of(outcome, follow_up)
            score = grade(listed, outcome, findings)
            out.append(
                Result(
                    stop.visit,
                    package.day,
                    outcome,
                    follow_up,
                    score,
                    tuple(findings),
                    at,
                )
            )
    out.sort(key=lambda r: (r.published_at, r.visit))
    return out
