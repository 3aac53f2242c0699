"""Rules of the seats (席位) of packages and stand-by pairs. `SEAT_RULES` lists all.

Packages, seats and who may sit in them → violations.

The first rules need nothing but the public data; those that recompute who may sit where
run when the auditor's files are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from inspector.check.people import Files, SeatRow, StandbyRow
from inspector.check.violation import Findings, Rule, Violation, rule, run
from inspector.domain import Package, Role, Visit
from inspector.policy import MIN_OFFICERS, Policy, SeatRule
from inspector.selection.seats import Work, seat_rules

OFFICERS = (Role.LEAD, Role.SECOND)
STANDBY = tuple((role.value, SeatRule(role)) for role in OFFICERS)


@dataclass(frozen=True, slots=True)
class SeatsView:
    """The month's seats beside the packages and rules they come from.

    `people`: how many there are. `listed`: ids of the seats published as keeping less
    than `keep_share`. Without `files` nobody's eligibility is recomputed. `known`: the
    files before T of the draw, by which `hardest` is counted (else `files`).
    """

    packages: tuple[Package, ...]
    visits: tuple[Visit, ...]
    standby: tuple[StandbyRow, ...]
    seats: tuple[SeatRow, ...]
    listed: tuple[str, ...]
    people: int
    working_days: tuple[date, ...]
    policy: Policy
    files: Files | None = None
    taken: frozenset[tuple[int, date]] = frozenset()
    known: Files | None = None
    unmanned: tuple[StandbyRow, ...] = ()


def _inside(view: SeatsView, package: Package) -> tuple[Visit, ...]:
    """The known visits of a package, in order."""
    visits = {v.id: v for v in view.visits}
    return tuple(visits[s.visit] for s in package.stops if s.visit in visits)


def _duty(package: Package, policy: Policy) -> int:
    lunch = 0 if package.lunch is None else policy.day.lunch_minutes
    return package.back - package.depart - lunch


def _owed(view: SeatsView) -> dict[str, dict[str, SeatRule]]:
    """The seats each package and stand-by pair must have, by name, with their rule."""
    owed = {
        p.id: dict(seat_rules(view.policy, _inside(view, p), p.skill))
        for p in view.packages
    }
    return owed | {s.id: dict(STANDBY) for s in view.standby}


def _name(seat: SeatRow) -> str:
    """The seat's name inside its package: what follows `<package>/`."""
    return seat.id.removeprefix(f"{seat.package}/")


@rule(
    "席位编号 {subject} 出现 {times} 次", "the seat id {subject} occurs {times} times"
)
def seat_ids_unique(view: SeatsView) -> Findings:
    """Every seat id names one seat (PROTOCOL §6: table.json)."""
    for name, times in Counter(seat.id for seat in view.seats).items():
        if times > 1:
            yield name, {"times": times}


@rule(
    "值班 {subject} 应有 {due} 组，实有 {pairs} 组",
    "{subject} has {pairs} stand-by pairs instead of {due}",
)
def standby_each_day(view: SeatsView) -> Findings:
    """Each working day has standby_pairs stand-by pairs, no other day (DESIGN §3).

    A pair that the plan names as missing counts: it is never simply not there.
    """
    pairs = Counter(s.day for s in (*view.standby, *view.unmanned))
    for day in sorted({*view.working_days, *pairs}):
        due = view.policy.seats.standby_pairs if day in view.working_days else 0
        if pairs[day] != due:
            yield day.isoformat(), {"due": due, "pairs": pairs[day]}


@rule(
    "{subject} 只有 {officers} 个执法人员席位，至少应有 {least} 个",
    "{subject} has {officers} officer seats; it needs {least} at least",
)
def two_officers(view: SeatsView) -> Findings:
    """Two officers at least; experts never count (行政处罚法 2021 art. 42)."""
    officers = Counter(s.package for s in view.seats if s.role in OFFICERS)
    for package in _owed(view):
        if officers[package] < MIN_OFFICERS:
            yield (
                package,
                {"officers": officers[package], "least": MIN_OFFICERS},
            )


@rule(
    "{subject} 的席位应为 {due}，实为 {seats}",
    "{subject} must have the seats {due} but has {seats}",
)
def seats_as_policy(view: SeatsView) -> Findings:
    """Packages have the seats the policy gives them, no more (DESIGN §3: Seats)."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for seat in view.seats:
        row = _name(seat), seat.role.value, seat.unit, seat.authority
        found.setdefault(seat.package, []).append(row)
    owed = _owed(view)
    for package in sorted({*owed, *found}):
        rules = owed.get(package, {}).items()
        due = sorted((n, r.role.value, r.unit, r.authority) for n, r in rules)
        seats = sorted(found.get(package, ()))
        if due != seats:
            yield (
                package,
                {
                    "due": " ".join(f"{n}({r}{u}{a})" for n, r, u, a in due) or "-",
                    "seats": " ".join(f"{n}({r}{u}{a})" for n, r, u, a in seats) or "-",
                },
            )


@rule(
    "席位 {subject} 写作 {day} {minutes} 分钟，工作包是 {due_day} {due} 分钟",
    "seat {subject} states {day} and {minutes} minutes; its package is {due_day} and "
    "{due} minutes",
)
def seats_match_packages(view: SeatsView) -> Findings:
    """A seat has its package's day and duty, 0 for stand-by (PROTOCOL §6)."""
    due = {p.id: (p.day, _duty(p, view.policy)) for p in view.packages}
    due |= {s.id: (s.day, 0) for s in view.standby}
    for seat in view.seats:
        if seat.package in due and due[seat.package] != (seat.day, seat.minutes):
            day, minutes = due[seat.package]
            yield (
                seat.id,
                {
                    "day": seat.day.isoformat(),
                    "minutes": seat.minutes,
                    "due_day": day.isoformat(),
                    "due": minutes,
                },
            )


@rule(
    "席位 {subject} 的可派人员名单为空、未按序、重复或超出 {people} 人",
    "seat {subject}: its eligible people are none, out of order, named twice, or not "
    "among the {people}",
)
def eligible_in_order(view: SeatsView) -> Findings:
    """Somebody may take the seat; people are named once, ascending (PROTOCOL §6)."""
    for seat in view.seats:
        who = list(seat.eligible)
        known = all(0 <= i < view.people for i in who)
        if not who or not known or who != sorted(set(who)):
            yield seat.id, {"people": view.people}


@rule(
    "席位 {subject}：{share} 规则列示有误（可派 {eligible} 人，最难一项 {hardest} 人，"
    "列示 {listed} 次）",
    "seat {subject} is wrongly (not) listed under the {share} rule: {eligible} "
    "eligible, {hardest} for its hardest visit, listed {listed} times",
)
def half_kept_or_listed(view: SeatsView) -> Findings:
    """Half of those fit for the hardest visit remain, or it is listed (DESIGN §3)."""
    num, den = view.policy.seats.keep_share
    listed = Counter(view.listed)
    seats = {seat.id: (len(seat.eligible), seat.hardest) for seat in view.seats}
    for name in sorted({*seats, *listed}):
        eligible, most = seats.get(name, (0, 0))
        if listed[name] != (eligible * den < most * num):
            yield (
                name,
                {
                    "share": f"{num}/{den}",
                    "eligible": eligible,
                    "hardest": most,
                    "listed": listed[name],
                },
            )


@rule(
    "工作包 {subject} 的检查 {visit} 或其小区 {compound} 未知",
    "package {subject}: visit {visit} or its compound {compound} is unknown",
)
def stops_known(view: SeatsView) -> Findings:
    """Stops are visits of the month, at compounds of the registry (PROTOCOL §6)."""
    visits = {v.id: v.compound for v in view.visits}
    known = {c.id for c in view.files.compounds} if view.files is not None else None
    for p in view.packages:
        for stop in p.stops:
            compound = visits.get(stop.visit)
            if compound is None or (known is not None and compound not in known):
                yield p.id, {"visit": stop.visit, "compound": compound or "-"}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A seat with its rule and what its occupant does: all visits, and each alone."""

    seat: SeatRow
    rule: SeatRule
    whole: Work
    alone: tuple[Work, ...]


def _free(view: SeatsView, people: Iterable[int], day: date) -> list[int]:
    """Those of the people whom an amendment may have on the day."""
    return [i for i in people if (i, day) not in view.taken]


def _taken(view: SeatsView, files: Files) -> Iterator[_Taken]:
    """The seats that an auditor can judge: package, rule and compounds are known."""
    compounds = {c.id: c for c in files.compounds}
    works: dict[str, tuple[Work, tuple[Work, ...]]] = {
        s.id: (Work(s.day, "", ()), (Work(s.day, "", ()),)) for s in view.standby
    }
    for p in view.packages:
        inside = [(v, compounds.get(v.compound)) for v in _inside(view, p)]
        alone = tuple(Work(p.day, v.skill, (c,)) for v, c in inside if c is not None)
        if alone and len(alone) == len(p.stops):
            whole = Work(p.day, p.skill, tuple(w.compounds[0] for w in alone))
            works[p.id] = whole, alone
    owed = _owed(view)
    for seat in view.seats:
        seat_rule = owed.get(seat.package, {}).get(_name(seat))
        if seat_rule is not None and seat.package in works:
            yield _Taken(seat, seat_rule, *works[seat.package])


@rule(
    "席位 {subject}：应可派而未列 {missing}，列入而不可派 {extra}",
    "seat {subject}: eligible but not listed {missing}; listed but not eligible "
    "{extra}",
)
def eligible_recomputed(view: SeatsView) -> Findings:
    """Certificate, skill, leave, recusal, rotation, load decide alone (DESIGN §3).

    行政处罚法 2021 art. 42-43; recomputed from the auditor's files.
    """
    if view.files is None:
        return
    people = view.files.people(view.policy)
    for taken in _taken(view, view.files):
        due = _free(view, people.eligible(taken.rule, taken.whole), taken.whole.day)
        found = set(taken.seat.eligible)
        if found != set(due):
            names = [i.id for i in view.files.inspectors]
            missing = (names[i] for i in sorted(set(due) - found))
            extra = (
                names[i] if 0 <= i < len(names) else str(i)
                for i in sorted(found - set(due))
            )
            yield (
                taken.seat.id,
                {
                    "missing": " ".join(missing) or "-",
                    "extra": " ".join(extra) or "-",
                },
            )


@rule(
    "席位 {subject} 最难一项检查的可派人数写作 {hardest}，应为 {due}",
    "seat {subject} states {hardest} people for its hardest visit instead of {due}",
)
def hardest_recomputed(view: SeatsView) -> Findings:
    """`hardest` is the fewest people eligible for one of the visits alone (DESIGN §3).

    For a stand-by seat, who visits nothing, it is everybody eligible.
    """
    if view.files is None:
        return
    people = (view.known or view.files).people(view.policy)
    for taken in _taken(view, view.files):
        due = min(
            len(_free(view, people.eligible(taken.rule, work), work.day))
            for work in taken.alone
        )
        if taken.seat.hardest != due:
            yield taken.seat.id, {"hardest": taken.seat.hardest, "due": due}


SEAT_RULES: tuple[Rule[SeatsView], ...] = (
    seat_ids_unique,
    standby_each_day,
    two_officers,
    seats_as_policy,
    seats_match_packages,
    eligible_in_order,
    half_kept_or_listed,
    stops_known,
    # with the auditor's files
    eligible_recomputed,
    hardest_recomputed,
)


def check_seats(view: SeatsView) -> tuple[Violation, ...]:
    """Every violation of every rule of the seats, sorted."""
    return run(SEAT_RULES, view)
