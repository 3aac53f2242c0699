"""Rules of who sits where: the lottery and substitutions. `ASSIGNED_RULES` lists all.

Seats, chance table, seed and who was drawn → violations.

PROTOCOL.md §6 and §7 are the source where a rule names no other. The rules of law on
people (`inspector.check.officers`) run when the auditor's files are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from inspector.ceremony.seed import in_ticket_order
from inspector.check.officers import (
    authority_kept,
    files_complete,
    leave_kept,
    officers_certified,
    recusal_kept,
    roles_kept,
    rotation_kept,
    scope_kept,
)
from inspector.check.people import AssignedView
from inspector.check.violation import Findings, Rule, Violation, rule, run
from inspector.errors import CeremonyError
from inspector.selection import lottery
from inspector.selection.lottery import (
    ABSENT,
    BUSY,
    FULL,
    INELIGIBLE,
    UNIT,
    Assignment,
    Substitution,
)

TAKEN = "taken"


def _days(view: AssignedView) -> dict[str, str]:
    """The day of each seat."""
    packages = view.table.packages
    return {
        seat: packages[k][1] if 0 <= k < len(packages) else ""
        for seat, k, _ in view.table.seats
    }


def _standby(view: AssignedView) -> set[str]:
    """Seats of stand-by pairs that are not called."""
    names = [name for name, _ in view.table.packages]
    return {
        seat
        for seat, k, _ in view.table.seats
        if 0 <= k < len(names) and names[k] in view.waiting
    }


def _eligible(view: AssignedView) -> dict[str, list[str]]:
    """Everybody who may take each seat, in table order."""
    return {
        seat: [name for i, name in enumerate(view.table.people) if mask >> i & 1]
        for seat, _, mask in view.table.seats
    }


def _worked(view: AssignedView, holders: dict[str, str]) -> Counter[str]:
    """On how many days each person has a seat."""
    days = _days(view)
    return Counter(who for who, _ in {(who, days.get(s)) for s, who in holders.items()})


@rule(
    "席位 {subject} 派员 {times} 次（{person}），应由一名可派人员担任",
    "seat {subject} is filled {times} times ({person}); it takes one eligible person",
)
def every_seat_filled(view: AssignedView) -> Findings:
    """Every seat has exactly one person, who may sit there (DESIGN §3: Seats)."""
    eligible = _eligible(view)
    for assignment in (view.drawn, view.now):
        found: dict[str, list[str]] = {seat: [] for seat in eligible}
        for seat, who in assignment.holders:
            found.setdefault(seat, []).append(who)
        for seat, names in found.items():
            if len(names) != 1 or names[0] not in eligible.get(seat, ()):
                yield seat, {"times": len(names), "person": " ".join(names) or "-"}


@rule(
    "{subject} 在 {day} 同时担任 {seats}",
    "{subject} has more than one seat on {day}: {seats}",
)
def nobody_sits_twice(view: AssignedView) -> Findings:
    """Nobody has two seats on one day (DESIGN §3: Chance table).

    But a stand-by seat beside the one for which he left his pair (PROTOCOL §6).
    """
    days = _days(view)
    for assignment in (view.drawn, view.now):
        changed = assignment is view.now or view.seed is None
        waiting = _standby(view) if changed else set()
        seats: dict[tuple[str, str], list[str]] = {}
        for seat, who in assignment.holders:
            seats.setdefault((who, days.get(seat, "")), []).append(seat)
        for (who, day), names in seats.items():
            idle = sum(seat in waiting for seat in names)
            if idle > 1 or len(names) - idle > 1:
                yield who, {"day": day, "seats": " ".join(sorted(names))}


@rule(
    "{subject} 派员 {days} 天，期望 {units} 单位（2^40 为一天），应为其下取整或上取整",
    "{subject} is drawn for {days} days; an expected {units} units of 2^-40 allow "
    "floor or ceiling",
)
def loads_rounded(view: AssignedView) -> Findings:
    """Every month load is floor or ceiling of its expectation (FAIRNESS §4)."""
    units = [0] * len(view.table.people)
    for _, person, amount in view.table.elements:
        if 0 <= person < len(units):
            units[person] += amount
    days = _worked(view, dict(view.drawn.holders))
    for name, total in zip(view.table.people, units, strict=True):
        if not total // UNIT <= days[name] <= -(-total // UNIT):
            yield name, {"days": days[name], "units": total}


@rule(
    "{subject} 派员 {days} 天，应在 {least}–{most} 天之间",
    "{subject} is drawn for {days} days; allowed are {least} to {most}",
)
def loads_bounded(view: AssignedView) -> Findings:
    """Every month load lies within its published bounds (DESIGN §3: Chance table)."""
    days = _worked(view, dict(view.drawn.holders))
    for k, name in enumerate(view.table.people):
        least, most = view.loads[k] if k < len(view.loads) else (0, 0)
        if not least <= days[name] <= most:
            yield name, {"days": days[name], "least": least, "most": most}


@rule(
    "席位 {subject} 派 {found}，种子给出 {due}",
    "seat {subject} has {found}; the seed gives {due}",
)
def people_from_seed(view: AssignedView) -> Findings:
    """Who sits where is what the lottery's seed decides, nobody else (PROTOCOL §7)."""
    if view.seed is None:
        return
    try:
        due = dict(lottery.assign(view.table, view.seed).holders)
    except CeremonyError as refused:
        yield refused.code, {"found": "-", "due": "-"}
        return
    found = dict(view.drawn.holders)
    for seat in sorted({*due, *found}):
        if due.get(seat) != found.get(seat):
            yield seat, {"found": found.get(seat, "-"), "due": due.get(seat, "-")}


@rule(
    "席位 {subject} 的候补名单应为 {due}，实为 {found}",
    "the reserves of seat {subject} must be {due}, not {found}",
)
def reserves_complete(view: AssignedView) -> Findings:
    """Reserves are all others eligible, in ticket order by the seed (PROTOCOL §6)."""
    holders = dict(view.drawn.holders)
    found: dict[str, list[str]] = {}
    for seat, names in view.drawn.reserves:
        found.setdefault(seat, []).extend(names)
    eligible = _eligible(view)
    for seat in sorted({*eligible, *found}):
        due = [who for who in eligible.get(seat, ()) if who != holders.get(seat)]
        listed = found.get(seat, [])
        if view.seed is not None:
            due = in_ticket_order(view.seed, f"reserve/{seat}", due)
        else:
            due, listed = sorted(due), sorted(listed)
        if due != listed:
            yield seat, {"due": " ".join(due) or "-", "found": " ".join(listed) or "-"}


@dataclass(frozen=True, slots=True)
class _Step:
    """One freed seat, and the state in which its reserves are looked at."""

    change: Substitution
    reserves: tuple[str, ...]
    away: frozenset[str]
    busy: frozenset[str]
    full: frozenset[str]
    idle: frozenset[str]  # busy in stand-by pairs alone, for a seat with a route

    def reason(self, who: str, view: AssignedView) -> str:
        """Why `who` cannot step in; "" when he can."""
        if (self.change.seat, who) in view.barred:
            return INELIGIBLE
        if who in self.away:
            return ABSENT
        if who in self.busy:
            return BUSY
        return FULL if who in self.full else ""


def _steps(view: AssignedView) -> Iterator[_Step]:
    """The recorded substitutions in order, replayed as they were made."""
    holders, days = dict(view.drawn.holders), _days(view)
    reserves = dict(view.drawn.reserves)
    limits = dict(zip(view.table.people, view.limits, strict=False))
    logged, waiting = set(view.away), _standby(view)
    for absence in view.absences:
        if absence.away:
            logged.add((absence.day, absence.person))
        away = frozenset(who for day, who in logged if day == absence.day)
        full = frozenset(
            who
            for who, worked in _worked(view, holders).items()
            if worked >= limits.get(who, 0)
        )
        at = [(s, who) for s, who in holders.items() if days.get(s) == absence.day]
        busy = {who for _, who in at}
        idle = busy - {who for s, who in at if s not in waiting}
        for change in absence.changes:
            names = reserves.get(change.seat, ())
            routed = frozenset[str]() if change.seat in waiting else frozenset(idle)
            yield _Step(change, names, away, frozenset(busy), full, routed)
            if change.taken:
                busy.add(change.taken)
                idle -= {change.taken}
                idle |= {change.taken} if change.seat in waiting else set()
                holders[change.seat] = change.taken


@rule(
    "席位 {subject} 候补第 {place} 位记为“{found}”，应为“{due}”",
    'reserve {place} of seat {subject} is recorded as "{found}" instead of "{due}"',
)
def substitutes_in_order(view: AssignedView) -> Findings:
    """The first reserve who can steps in, skipped is who cannot (PROTOCOL §6).

    Drawn from the rest of the registry, never picked by hand (DOMAIN §1: replacement).
    """
    for step in _steps(view):
        tried = [(who, step.reason(who, view)) for who in step.reserves]
        ends = [k for k, (_, why) in enumerate(tried) if not why]
        tried = tried[: ends[0] + 1] if ends else tried
        idle = (who for who, why in tried if why == BUSY and who in step.idle)
        taken = tried[-1][0] if ends else next(idle, "")
        due = [f"{who} {why}" for who, why in tried if who != taken]
        due += [f"{taken} {TAKEN}"] if taken else []
        found = [f"{who} {why}" for who, why in step.change.skipped]
        if step.change.taken:
            found.append(f"{step.change.taken} {TAKEN}")
        for place, (a, b) in enumerate(zip_longest(due, found, fillvalue="-"), 1):
            if a != b:
                yield step.change.seat, {"place": place, "found": b, "due": a}
                break


@rule(
    "{subject} 在 {day} 缺勤，应替换 {due}，记录为 {found}",
    "{subject} is absent on {day}; {due} must be filled anew, recorded are {found}",
)
def absence_frees_the_day(view: AssignedView) -> Findings:
    """An absence frees all his seats of that day, in table order (PROTOCOL §6)."""
    holders, days = dict(view.drawn.holders), _days(view)
    for absence in view.absences:
        if absence.waits and not absence.changes:
            continue
        due = [
            seat
            for seat in days
            if days[seat] == absence.day and holders.get(seat) == absence.person
        ]
        found = [change.seat for change in absence.changes]
        odd = [c.seat for c in absence.changes if c.out != absence.person]
        if due != found or odd:
            yield (
                absence.person,
                {
                    "day": absence.day,
                    "due": " ".join(due) or "-",
                    "found": " ".join(found) or "-",
                },
            )
        holders |= {c.seat: c.taken for c in absence.changes if c.taken}


@rule(
    "席位 {subject} 现由 {found} 担任，按记录应为 {due}",
    "seat {subject} now has {found}; the records lead to {due}",
)
def changes_only_by_record(view: AssignedView) -> Findings:
    """Seats change only by recorded substitutions, reserves never (PROTOCOL §6)."""
    due = dict(view.drawn.holders)
    for absence in view.absences:
        due |= {c.seat: c.taken for c in absence.changes if c.taken}
    found = dict(view.now.holders)
    for seat in sorted({*due, *found}):
        if due.get(seat) != found.get(seat):
            yield seat, {"found": found.get(seat, "-"), "due": due.get(seat, "-")}
    if view.now.reserves != view.drawn.reserves:
        yield "reserves", {"found": _count(view.now), "due": _count(view.drawn)}


def _count(assignment: Assignment) -> int:
    return sum(len(names) for _, names in assignment.reserves)


ASSIGNED_RULES: tuple[Rule[AssignedView], ...] = (
    # the lottery
    every_seat_filled,
    nobody_sits_twice,
    loads_rounded,
    loads_bounded,
    people_from_seed,
    reserves_complete,
    # afterwards
    absence_frees_the_day,
    substitutes_in_order,
    changes_only_by_record,
    # with the auditor's files
    files_complete,
    officers_certified,
    roles_kept,
    authority_kept,
    scope_kept,
    recusal_kept,
    rotation_kept,
    leave_kept,
)


# What a stretch between two changes of the plan must keep; its seats were drawn before.
TURN_RULES: tuple[Rule[AssignedView], ...] = tuple(
    rule_
    for rule_ in ASSIGNED_RULES
    if rule_ not in (loads_rounded, loads_bounded, people_from_seed, reserves_complete)
)


def check_turn(view: AssignedView) -> tuple[Violation, ...]:
    """`TURN_RULES` for a stretch of an amended month: `drawn` is who sat where when it
    began, and the lottery itself is checked by `check_assigned`."""
    return run(TURN_RULES, view)


def check_assigned(view: AssignedView) -> tuple[Violation, ...]:
    """Every violation of every rule of who sits where, sorted."""
    return run(ASSIGNED_RULES, view)
