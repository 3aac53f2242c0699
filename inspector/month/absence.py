"""Absences (缺勤) after the lottery: the next reserve steps in, nobody is picked.

A month with its people and an absence → the month in which someone steps in.

An absence is logged not after its day, its reason sealed until the close. Visits before
the first one not made keep the person as drawn. On a day whose seats an amendment is
still to draw it waits until they are drawn. A change to people made after the lottery
is followed here, too: who may no longer go is absent. PROTOCOL.md §6, §8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from inspector.ceremony.bundle import salt
from inspector.ceremony.canon import canonical, digest
from inspector.check import Absence
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.amendment import limits_of
from inspector.month.assigned import Assigned, people_entry, table_of
from inspector.month.pack import PeopleChange
from inspector.month.people import logged
from inspector.selection import lottery
from inspector.selection.lottery import Substitution
from inspector.workdays import local_day, release

RECUSAL = "recusal"
REASONS = ("illness", "leave", "other_duty", "family", RECUSAL, "other")
# what somebody may say; a recusal is decided
SAID_REASONS = tuple(reason for reason in REASONS if reason != RECUSAL)

messages(
    {
        "absent.unknown": (
            "名录中没有化名 {person}",
            "no such pseudonym: {person}",
        ),
        "absent.reason": ("没有缺勤原因 {reason}", "no such reason: {reason}"),
        "absent.late": (
            "{day} 已过，缺勤须在当日或之前登记；未进行的检查请登记顺延",
            "{day} is over: an absence is logged on its day or before; visits not made "
            "are carried",
        ),
        "absent.again": (
            "{person} 在 {day} 的缺勤已登记",
            "the absence of {person} on {day} is logged already",
        ),
        "absent.from": (
            "{visit} 不是 {person} 在 {day} 的检查",
            "{visit} is no visit of {person} on {day}",
        ),
        "absent.published": (
            "检查 {visit} 已有结果，缺勤须从其后的检查起算",
            "visit {visit} has a result; the absence can only begin after it",
        ),
    }
)


def absent(
    assigned: Assigned, person: str, day: date, reason: str, at: str, since: str = ""
) -> Assigned:
    """Log an absence and give his seats to the next reserves, in order.

    `since`: the first visit of his package that he does not make, "" for all. Raises
    CeremonyError absent.*: unknown person, reason or visit; after the day; a second
    time; when a visit that he should not have made has a result.
    """
    _refuse(assigned, person, day, reason, at, since)
    waits = assigned.waiting is not None and day in assigned.waiting.days
    if not waits:
        assigned = _fit(assigned, person, day, at)
    number = len(assigned.absences) + 1
    body = canonical({"reason": reason, "from": since})
    hidden = digest(
        assigned.frozen.suite,
        "absence",
        salt(assigned.sealed.blind, f"absence/{number}"),
        body,
    )
    event = {
        "event": "absent",
        "at": at,
        "day": day.isoformat(),
        "person": person,
        "sealed": hidden.hex(),
    }
    changes = () if waits else _changes(assigned, person, day)
    row = Absence(
        day.isoformat(), person, changes, waits=waits, reason=reason, since=since
    )
    assigned = replace(
        assigned,
        absences=(*assigned.absences, row),
        queue=(*assigned.queue, number - 1) if waits else assigned.queue,
        log=assigned.log.append(event),
    )
    return stepped_in(assigned, changes, at, since)


def _refuse(
    assigned: Assigned, person: str, day: date, reason: str, at: str, since: str
) -> None:
    iso = day.isoformat()
    if person not in {p.id for p in assigned.sealed.packed.persons}:
        raise CeremonyError("absent.unknown", person=person)
    if reason not in REASONS:
        raise CeremonyError("absent.reason", reason=reason)
    if local_day(at) > day:
        raise CeremonyError("absent.late", day=iso)
    if any((a.day, a.person) == (iso, person) for a in assigned.absences):
        raise CeremonyError("absent.again", person=person, day=iso)
    visits = visits_of(assigned, person, day)
    waits = assigned.waiting is not None and day in assigned.waiting.days
    if since and (waits or since not in visits):
        raise CeremonyError("absent.from", visit=since, person=person, day=iso)
    done = {r.visit for r in assigned.results}
    for visit in visits[visits.index(since) if since else 0 :]:
        if visit in done:
            raise CeremonyError("absent.published", visit=visit)


def visits_of(assigned: Assigned, person: str, day: date) -> list[str]:
    """The visits of a person on a day, in the order of the route."""
    packed = assigned.sealed.packed
    holders = dict(assigned.now.holders)
    mine = {s.package for s in packed.seats if s.day == day and holders[s.id] == person}
    return [s.visit for p in packed.packing.packages if p.id in mine for s in p.stops]


def _changes(assigned: Assigned, person: str, day: date) -> tuple[Substitution, ...]:
    """Who steps in for a person on a day."""
    packed = assigned.sealed.packed
    return lottery.substitute(
        table_of(packed),
        assigned.now,
        day.isoformat(),
        person,
        {(a.day, a.person) for a in assigned.absences},
        barred=assigned.barred,
        limits=limits_of(packed, assigned.waiting),
        standby=assigned.standby,
    )


def _fit(assigned: Assigned, person: str, day: date, at: str) -> Assigned:
    """Log those absent first who would step in although a change since the lottery
    keeps them out."""
    package_of = {s.id: s.package for s in assigned.sealed.packed.seats}
    while True:
        found = [
            (c.taken, why)
            for c in _changes(assigned, person, day)
            if c.taken and (why := _out(assigned, c.taken, package_of[c.seat], day))
        ]
        if not found:
            return assigned
        assigned = absent(assigned, found[0][0], day, found[0][1], at)


def _out(
    assigned: Assigned,
    person: str,
    package: str,
    day: date,
    changes: Sequence[PeopleChange] | None = None,
) -> str:
    """Why a change since the lottery keeps a person out of a package; "" if none."""
    packed, frozen = assigned.sealed.packed, assigned.frozen
    number = next(i for i, name in frozen.names.items() if name == person)
    visits = {v.id: v.compound for v in packed.drawn.visits}
    usc18 = {c.id: c.usc18 for c in frozen.registry.compounds}
    stops = [s for p in packed.packing.packages if p.id == package for s in p.stops]
    compounds = {visits[s.visit] for s in stops}
    subjects = compounds | {usc18[c] for c in compounds} - {""}
    for c in assigned.late if changes is None else changes:
        for x in c.leave:
            if x.inspector == number and x.first <= day <= x.last:
                return "leave"
        for r in c.recusals:
            covers = (r.first or day) <= day <= (r.last or day)
            if r.inspector == number and covers and r.subject in subjects:
                return RECUSAL
    return ""


def stepped_in(
    assigned: Assigned, changes: Sequence[Substitution], at: str, since: str = ""
) -> Assigned:
    """Seats with their new people, each with its log leaf; visits of the package
    before `since` keep those they had."""
    packed, log = assigned.sealed.packed, assigned.log
    current, moves = dict(assigned.current), dict(assigned.moves)
    package_of = {s.id: s.package for s in packed.seats}
    day_of = {s.id: s.day for s in packed.seats}
    stops = {p.id: [s.visit for s in p.stops] for p in packed.packing.packages}
    seats, before = dict(assigned.now.holders), dict(assigned.before)
    vacant, spent = set(assigned.vacant), set(assigned.spent)
    for change in changes:
        package = package_of[change.seat]
        route = stops.get(package, [])
        if since in route and change.seat not in vacant:
            for visit in route[: route.index(since)]:
                before.setdefault((change.seat, visit), change.out)
        vacant.discard(change.seat)
        old = current[package]
        if change.taken:
            spent |= {
                package_of[s]
                for s, who in seats.items()
                if who == change.taken and day_of[s] == day_of[change.seat]
            }
            seats[change.seat] = change.taken
            moves[package] = moves.get(package, 0) + 1
            label = f"people/{package}/{moves[package]}"
            current[package] = digest(
                assigned.frozen.suite,
                "people",
                salt(assigned.blind_of(package), label),
                canonical(people_entry(packed, seats, package)),
            )
        else:
            vacant.add(change.seat)
        log = log.append(_substituted(change, at, old, current[package]))
    return replace(
        assigned,
        now=lottery.applied(assigned.now, changes),
        current=MappingProxyType(current),
        moves=MappingProxyType(moves),
        before=MappingProxyType(before),
        vacant=frozenset(vacant),
        spent=frozenset(spent),
        log=log,
    )


def _substituted(
    change: Substitution, at: str, old: bytes, new: bytes
) -> documents.Doc:
    return {
        "event": "substituted",
        "at": at,
        "seat": change.seat,
        "out": change.out,
        "in": change.taken,
        "skipped": [list(s) for s in change.skipped],
        "old_leaf": old.hex(),
        "new_leaf": new.hex(),
    }


def settled(assigned: Assigned, at: str) -> Assigned:
    """Absences that waited for an amendment take effect, in log order; the month's
    newest turn begins with them."""
    rows = [assigned.absences[n] for n in assigned.queue]
    people = [(a.person, date.fromisoformat(a.day)) for a in rows]
    return exchanged(replace(assigned, queue=()), people, at)


def exchanged(
    assigned: Assigned, people: Sequence[tuple[str, date]], at: str
) -> Assigned:
    """Reserves step in for people who are not logged absent now, as the newest turn
    begins."""
    done, first = list[Absence](), len(assigned.absences)
    for person, day in people:
        known = len(assigned.absences)
        assigned = _fit(assigned, person, day, at)
        done += assigned.absences[known:]
        changes = _changes(assigned, person, day)
        assigned = stepped_in(assigned, changes, at)
        done.append(Absence(day.isoformat(), person, changes, away=False))
    turn, extra = assigned.turns[-1], len(assigned.absences) - first
    turn = replace(turn, replaced=(*turn.replaced, *done), extra=extra)
    return replace(assigned, turns=(*assigned.turns[:-1], turn)) if done else assigned


def people_changed(assigned: Assigned, change: PeopleChange) -> Assigned:
    """Log a change to people made after the lottery.

    It counts for amendments and calls from now on; whoever may no longer go on a day
    not yet released is logged absent. Raises CeremonyError change.waiting.
    """
    if assigned.waiting is not None:
        raise CeremonyError("change.waiting")
    log = logged(assigned.log, assigned.frozen, change)
    assigned = replace(assigned, log=log, late=(*assigned.late, change))
    for day, person, why in list(_struck(assigned, change)):
        known = {(a.day, a.person) for a in assigned.absences}
        if (day.isoformat(), person) not in known:
            assigned = absent(assigned, person, day, why, change.at)
    return assigned


def _struck(
    assigned: Assigned, change: PeopleChange
) -> Iterator[tuple[date, str, str]]:
    """Days not yet released on which the change keeps people out of their packages."""
    packed, minute = assigned.sealed.packed, assigned.frozen.policy.release_minute
    names, holders = assigned.frozen.names, dict(assigned.now.holders)
    people = {names[x.inspector] for x in change.leave}
    people |= {names[x.inspector] for x in change.recusals}
    for seat in sorted(packed.seats, key=lambda s: s.day):
        who = holders[seat.id]
        if who in people and release(seat.day, minute) > change.at:
            why = _out(assigned, who, seat.package, seat.day, (change,))
            if why:
                yield seat.day, who, why
