"""Rules of law on the people in the seats, recomputed from the auditor's files.

Recusals, leave and earlier visits, with who sits where → violations.

Each rule goes from the row of the file (a recusal, a leave, an earlier visit) to the
seats, the other way round than `inspector.selection.seats` makes eligibility. Both who
was drawn and who sits there now must keep them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inspector.check.people import AssignedView, SeatRow
from inspector.check.violation import Findings, rule
from inspector.domain import Compound, Inspector, Item, Recusal, Role
from inspector.months import months_between
from inspector.policy import MIN_OFFICERS
from inspector.selection.lottery import Assignment
from inspector.selection.seats import certified


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A person in a seat, and the compounds he would enter there."""

    seat: SeatRow
    person: str
    inspector: Inspector
    compounds: tuple[Compound, ...]


def _sittings(view: AssignedView, assignment: Assignment) -> Iterator[_Sitting]:
    """Seats and people that the files know; the others are `every_seat_filled`'s."""
    if view.files is None:
        return
    people = dict(zip(view.table.people, view.files.inspectors, strict=False))
    rows = {row.id: row for row in view.rows}
    compounds = {c.id: c for c in view.files.compounds}
    at = {v.id: compounds[v.compound] for v in view.visits if v.compound in compounds}
    inside = {
        p.id: tuple(at[s.visit] for s in p.stops if s.visit in at)
        for p in view.packages
    }
    for seat, who in assignment.holders:
        if seat in rows and who in people:
            row = rows[seat]
            yield _Sitting(row, who, people[who], inside.get(row.package, ()))


def _all_sittings(view: AssignedView) -> Iterator[_Sitting]:
    """As drawn and as it stands now."""
    yield from _sittings(view, view.drawn)
    if view.now != view.drawn:
        yield from _sittings(view, view.now)


def _going(view: AssignedView) -> Iterator[_Sitting]:
    """The same without names that only stand for a vacant seat of a called pair."""
    for s in _all_sittings(view):
        named = (s.seat.id, s.person) in view.barred and s.seat.id in view.vacant
        if not named:
            yield s


@rule(
    "{subject} 在档案、席位或工作包中查不到",
    "{subject} is not in the files, seats or packages",
)
def files_complete(view: AssignedView) -> Findings:
    """The auditor's files know every person, seat, package and stop (DESIGN §3).

    Without it the rules below would pass over what they do not know.
    """
    if view.files is None:
        return
    if len(view.files.inspectors) != len(view.table.people):
        yield "people", {}
    packages = view.table.packages
    due = {
        seat: packages[k] for seat, k, _ in view.table.seats if 0 <= k < len(packages)
    }
    rows = {row.id: (row.package, row.day.isoformat()) for row in view.rows}
    for seat in sorted({*due, *rows}):
        if due.get(seat) != rows.get(seat):
            yield seat, {}
    driven = {p.id for p in view.packages}
    for row in view.rows:
        if row.minutes and row.package not in driven:
            yield row.package, {}
    at = {v.id: v.compound for v in view.visits}
    compounds = {c.id for c in view.files.compounds}
    for p in view.packages:
        for stop in p.stops:
            if at.get(stop.visit) not in compounds:
                yield stop.visit, {}


@rule(
    "{subject} 只有 {officers} 名持有效执法证的人员，至少应有 {least} 名",
    "{subject} has {officers} people with a valid certificate; it needs {least}",
)
def officers_certified(view: AssignedView) -> Findings:
    """Two officers at least, with valid certificates (行政处罚法 2021 art. 42)."""
    for assignment in (view.drawn, view.now):
        officers: dict[str, set[str]] = {}
        if view.files is not None:
            officers = {row.package: set() for row in view.rows}
        for s in _sittings(view, assignment):
            counts = s.seat.role in (Role.LEAD, Role.SECOND) and not s.inspector.expert
            if counts and certified(s.inspector, s.seat.day):
                officers[s.seat.package].add(s.person)
        for package, people in officers.items():
            if len(people) < MIN_OFFICERS:
                yield package, {"officers": len(people), "least": MIN_OFFICERS}


@rule(
    "席位 {subject}（{role}）的 {person} 不具备该席位资格（专长“{skill}”）",
    'seat {subject} ({role}): {person} does not qualify for it (skill "{skill}")',
)
def roles_kept(view: AssignedView) -> Findings:
    """主办 may lead, 协办 has the package's skill, 专家 is one (DESIGN §3: Seats)."""
    skills = {p.id: p.skill for p in view.packages}
    for s in _all_sittings(view):
        who, skill = s.inspector, skills.get(s.seat.package, "")
        fits = {
            Role.LEAD: not who.expert and who.may_lead,
            Role.SECOND: not who.expert and (not skill or skill in who.skills),
            Role.EXPERT: who.expert,
            Role.JOINT: not who.expert and s.seat.unit in ("", who.unit),
        }
        if not fits[s.seat.role]:
            role = s.seat.role.value
            yield s.seat.id, {"role": role, "person": s.person, "skill": skill}


def _acts(s: _Sitting) -> set[str]:
    """The authorities somebody acts for, "" for the bureau's own."""
    return {*s.inspector.authorities} or {""}


def _for(view: AssignedView, seat: SeatRow) -> str:
    """The authority that a seat was drawn for, "" for the bureau's own; leads and
    seconds sit for our own."""
    own = seat.role is not Role.JOINT or seat.authority == view.policy.authority
    return "" if own else seat.authority


@rule(
    "席位 {subject} 的 {person} 不代表该席位的检查主体“{authority}”",
    'seat {subject}: {person} does not act for its authority "{authority}"',
)
def authority_kept(view: AssignedView) -> Findings:
    """Nobody inspects for an office that he does not act for (PROTOCOL §13)."""
    own = view.policy.authority
    for s in _all_sittings(view):
        wanted = _for(view, s.seat)
        names = {wanted} if wanted else {"", own}
        if s.seat.role is not Role.EXPERT and not names & _acts(s):
            authority = wanted or own
            yield s.seat.id, {"person": s.person, "authority": authority}


def _checked(view: AssignedView, at: Compound, day: date, whose: str) -> list[Item]:
    """What a visit checks there for one authority, item by item (PROTOCOL §13)."""
    policy = view.policy
    running = set()
    for c in policy.campaigns:
        wanted = (c.types, at.type), (c.streets, at.street), (c.classes, at.risk_class)
        if all(not some or one in some for some, one in wanted):
            running.add(c.list)
    wrong = "fallback" if at.usc18 else "company"
    found = []
    for item in view.files.items if view.files is not None else ():
        early = item.valid_from is not None and day < item.valid_from
        over = item.valid_to is not None and item.valid_to < day
        mine = "" if item.authority == policy.authority else item.authority
        open_ = not item.lists or running.intersection(item.lists)
        if mine == whose and item.object != wrong and not early | over and open_:
            found.append(item)
    return found


@rule(
    "席位 {subject} 的 {person} 的事项范围不含 {compound} 的检查事项",
    "seat {subject}: the scope of {person} lacks items of the visit to {compound}",
)
def scope_kept(view: AssignedView) -> Findings:
    """Leads and 部门 seats may check all their items, seconds one (PROTOCOL §13)."""
    for s in _going(view):
        scope = {*s.inspector.scope}
        if s.seat.role is Role.EXPERT or not scope:
            continue
        for at in s.compounds:
            items = _checked(view, at, s.seat.day, _for(view, s.seat))
            may = [bool(scope & {i.code, i.group, *i.tags}) for i in items]
            enough = any(may) if s.seat.role is Role.SECOND else all(may)
            if items and not enough:
                yield s.seat.id, {"person": s.person, "compound": at.id}


@rule(
    "席位 {subject} 的 {person} 应当回避 {about}",
    "seat {subject}: {person} is recused from {about}",
)
def recusal_kept(view: AssignedView) -> Findings:
    """Nobody inspects what he is recused from (行政处罚法 2021 art. 43)."""
    if view.files is None:
        return
    recused: dict[str, list[Recusal]] = {}
    for row in view.files.recusals:
        recused.setdefault(row.inspector, []).append(row)
    for s in _going(view):
        subjects = {x for c in s.compounds for x in (c.id, c.usc18)} - {""}
        for row in recused.get(s.inspector.id, ()):
            begun = row.first is None or row.first <= s.seat.day
            runs = begun and (row.last is None or s.seat.day <= row.last)
            if runs and row.subject in subjects:
                yield s.seat.id, {"person": s.person, "about": row.subject}


@rule(
    "席位 {subject} 的 {person} 于 {day} 检查 {compound}，轮换期 {months} 个月未满",
    "seat {subject}: {person} inspects {compound} on {day}, within the {months} "
    "months of rotation",
)
def rotation_kept(view: AssignedView) -> Findings:
    """Not to the same compound twice within rotation_months (DOMAIN §9: 近期轮查).

    Visits that open logs still seal count, by who is to make them (PROTOCOL §7, §12).
    """
    if view.files is None:
        return
    months = view.policy.seats.rotation_months
    seen: dict[tuple[str, str], set[date]] = {}
    for h in view.files.history:
        for person in (h.lead, h.second):
            seen.setdefault((person, h.compound), set()).add(h.date)
    for v in view.files.running:
        for person in (v.lead, v.second):
            seen.setdefault((person, v.compound), set()).add(v.day)
    for s in _going(view):
        for c in s.compounds:
            for day in sorted(seen.get((s.inspector.id, c.id), ())):
                if months_between(day, s.seat.day) <= months:
                    yield (
                        s.seat.id,
                        {
                            "person": s.person,
                            "compound": c.id,
                            "day": day.isoformat(),
                            "months": months,
                        },
                    )


@rule(
    "席位 {subject} 的 {person} 在 {day} 请假",
    "seat {subject}: {person} is on leave on {day}",
)
def leave_kept(view: AssignedView) -> Findings:
    """Nobody sits on a day of leave known at the seal, half days too (DESIGN §3)."""
    if view.files is None:
        return
    for s in _all_sittings(view):
        for row in view.files.leave:
            if row.inspector == s.inspector.id and row.first <= s.seat.day <= row.last:
                day = s.seat.day.isoformat()
                yield s.seat.id, {"person": s.person, "day": day}
