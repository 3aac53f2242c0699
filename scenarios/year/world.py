"""A demonstration year: what the world does between one freeze and the next.

What was published since → the registry, evaluations and classes of the next freeze.

The draws, plans and lotteries of the year are real; what people find and say is made
up here, from coins of a stated seed. Nothing here decides about a real bureau: every
bundle made this way says `demonstration`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from inspector.ceremony.seed import Coins
from inspector.domain import (
    Case,
    Compound,
    Evaluation,
    Leave,
    Registry,
    RiskClass,
    VisitKind,
)
from inspector.month import demonstration
from inspector.month.assigned import Assigned, Result
from inspector.month.checklist import managed, visit_items
from inspector.month.freeze import Frozen
from inspector.month.steps_file import Told
from inspector.months import month_of, month_span, months_after, months_between
from inspector.policy import Policy
from inspector.results.checklist import grade
from inspector.workdays import Calendar
from scenarios.year.record import between, coins

ROOM = 8  # working days that a docket window leaves
# Percent of visits without a finding, by the most telling purpose of the visit.
CLEAN = {
    VisitKind.LOOKBACK: 80,
    VisitKind.ACCEPTANCE: 85,
    VisitKind.RECHECK: 70,
    VisitKind.REMEDIATION: 10,
    VisitKind.RANDOM: 45,
}
UNREACHABLE = 2  # percent of the random visits
MOST_FINDINGS = 4
GAIN = (1500, 3500)  # basis points that a closed case adds to every evaluation
DRIFT = (-130, 110)  # what a month does to every other evaluation


# ---------------------------------------------------------------- registry and policy


def moved_to(registry: Registry, policy: Policy, month: str, until: date) -> Registry:
    """The registry with every date moved so that `month` is the one it is for.

    Random inspections of the record are left out: the year begins with a clean sheet.
    What happened later than `until` happened on that day: nothing is known ahead.
    """
    n = months_between(month_span(policy.month)[0], month_span(month)[0])

    def at(day: date) -> date:
        return months_after(day, n)

    def past(day: date) -> date:
        return min(at(day), until)

    def maybe(day: date | None) -> date | None:
        return None if day is None else at(day)

    return replace(
        registry,
        streets=tuple(replace(s, min_draw=0) for s in registry.streets),
        cars=tuple(
            replace(c, first=maybe(c.first), last=maybe(c.last)) for c in registry.cars
        ),
        signals=tuple(replace(s, date=past(s.date)) for s in registry.signals),
        leave=leave_of(registry.leave, month),
        history=tuple(
            replace(h, date=past(h.date), due=at(h.deadline))
            for h in registry.history
            if h.kind is not VisitKind.RANDOM
        ),
        docket=tuple(
            replace(
                c,
                id=f"{month_of(past(c.opened))}-{c.compound}",
                opened=past(c.opened),
                last_visit=None if c.last_visit is None else past(c.last_visit),
                next_first=maybe(c.next_first),
                next_last=maybe(c.next_last),
            )
            for c in registry.docket
        ),
    )


def leave_of(rows: Iterable[Leave], month: str) -> tuple[Leave, ...]:
    """The same absences on the same days of another month."""
    last = month_span(month)[1]

    def at(day: date) -> date:
        return last.replace(day=min(day.day, last.day))

    found = {(r.inspector, at(r.first), at(r.last), r.half) for r in rows}
    return tuple(Leave(*row) for row in sorted(found))


# -------------------------------------------------------------------------- field work


def field_steps(seed: str) -> Callable[[Assigned], list[Told]]:
    """One absence in the month, a result for every placed visit, and what found no
    place carried, as steps."""

    def work(assigned: Assigned) -> list[Told]:
        dice = coins(seed, assigned.frozen.policy.month, "absence")
        return demonstration.told(assigned, dice, results(assigned, seed))

    return work


def results(assigned: Assigned, seed: str) -> list[Result]:
    """A made-up result of every placed visit, in order of publication."""
    frozen = assigned.frozen
    dice = coins(seed, frozen.policy.month, "results")
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    out = []
    for package in assigned.sealed.packed.packing.packages:
        later = [d for d in frozen.publish_days if d > package.day]
        at = f"{later[demonstration.PUBLISH_AFTER - 1].isoformat()}T09:00:00Z"
        for stop in package.stops:
            kinds = visits[stop.visit].kinds
            listed = visit_items(assigned, stop.visit)
            roll, fails = dice.below(100), dice.below(100)
            findings: tuple[str, ...] = ()
            outcome, follow_up = "no_problem", "none"
            if kinds == (VisitKind.RANDOM,) and fails < UNREACHABLE:
                outcome, follow_up = "unreachable", "daily"
            elif roll >= clean_percent(kinds):
                findings = _findings(dice, [i.code for i in listed])
                outcome, follow_up = "ordered", "rectify"
            if not managed(assigned, stop.visit):
                outcome, follow_up = demonstration.told_of(outcome, follow_up)
            score = grade(listed, outcome, findings)
            out.append(
                Result(stop.visit, package.day, outcome, follow_up, score, findings, at)
            )
    out.sort(key=lambda r: (r.published_at, r.visit))
    return out


def clean_percent(kinds: Sequence[VisitKind]) -> int:
    """How often such a visit finds nothing, percent."""
    return next(percent for kind, percent in CLEAN.items() if kind in kinds)


def _findings(dice: Coins, codes: Sequence[str]) -> tuple[str, ...]:
    count = between(dice, 1, MOST_FINDINGS)
    return tuple(sorted({codes[dice.below(len(codes))] for _ in range(count)}))


# ----------------------------------------------------------- what the next month knows


@dataclass(frozen=True, slots=True)
class Movement:
    """动态调整: the rule by which a random inspection moves a compound's risk class.

    One class worse below `worse_below_bp` of the inspection; one better after an
    inspection of `better_from_bp` or more where the weighted evaluation is at least
    `evaluation_bp`, and the better class's cap for the year is not passed already.
    Values ours.
    """

    worse_below_bp: int = 8700
    better_from_bp: int = 10_000
    evaluation_bp: int = 7500


@dataclass(frozen=True, slots=True)
class Moved:
    """A compound's class changed from one month to the next."""

    compound: str
    old: RiskClass
    new: RiskClass


def class_after(
    frozen: Frozen,
    result: Result,
    now: RiskClass,
    used: int,
    rule: Movement,
    mean: Fraction,
) -> RiskClass:
    """The class of a compound after a random inspection.

    `now`: its class; `used`: its inspections of the year that count, this one among
    them; `mean`: its weighted evaluation when it was frozen.
    """
    order = list(RiskClass)
    at = order.index(now)
    if result.score_bp < rule.worse_below_bp:
        return order[min(at + 1, len(order) - 1)]
    better = order[max(at - 1, 0)]
    good = result.score_bp >= rule.better_from_bp and mean >= rule.evaluation_bp
    kept = used <= dict(frozen.policy.draw.caps).get(better, 0)
    return better if good and kept else now


def with_room(rows: Iterable[Case], calendar: Calendar, month: str) -> tuple[Case, ...]:
    """延期: a docket window of `month` leaves at least `ROOM` of its working days.

    Cases judged at the end of a month are due at the start of the next, in May and
    October in the middle of the holidays. A window that only begins as the month ends
    is left to the month after; an overdue one is the whole month by the docket's rule.
    """
    days = calendar.working_days(month)
    span = month_span(month)

    def widened(c: Case) -> Case:
        first, last = c.next_first, c.next_last
        if first is None or last is None or last < span[0] or first > span[1]:
            return c
        left = [d for d in days if d >= first]
        if len(left) >= ROOM:
            return replace(c, next_last=max(last, left[ROOM - 1]))
        after = span[1] + timedelta(1)
        return replace(c, next_first=after, next_last=max(last, after + (last - first)))

    return tuple(widened(c) for c in rows)


def next_evaluations(
    rows: Iterable[Evaluation],
    dice: Coins,
    scores: Mapping[str, int],
    closed: Iterable[str],
) -> tuple[Evaluation, ...]:
    """What is said next: inspections' own scores, gains of closed cases.

    Compounds of `closed` gain in every source; a random inspection (`scores`) replaces
    the housing bureau's score; every other score drifts a little.
    """
    better = set(closed)
    out = []
    for e in rows:
        step = between(dice, *(GAIN if e.compound in better else DRIFT))
        score = e.score_bp + step
        if e.source == "housing" and e.compound in scores:
            # An inspection is one of many impressions: it counts for a half.
            score = (score + scores[e.compound]) // 2
        out.append(replace(e, score_bp=max(0, min(10_000, score))))
    return tuple(out)


def with_classes(
    compounds: Iterable[Compound],
    classes: Mapping[str, RiskClass],
    firms: Mapping[str, str],
) -> tuple[Compound, ...]:
    """The compounds with their present classes, and with their new companies."""
    return tuple(
        replace(
            c,
            risk_class=classes.get(c.id, c.risk_class),
            usc18=firms.get(c.id, c.usc18),
        )
        for c in compounds
    )
