"""Lottery (摇号派员): `Sealed` and entropy → `Assigned`, every seat with its person.

The lottery rounds the published chances with a seed of its own; then nobody is picked
by hand (`absence`). Next: `inspector.month.field`. PROTOCOL.md §6-§7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated

from inspector.ceremony.bundle import LeafSet, Log, seal_leaves
from inspector.ceremony.canon import Key, canonical
from inspector.ceremony.seed import Entropy, Seed, blind_hash, make_seed
from inspector.check import Absence
from inspector.domain import Inspector, Role, VisitKind
from inspector.month import documents
from inspector.month.amendment import Amendment, Call, Turn
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed, PeopleChange, Seat
from inspector.month.record import taken
from inspector.month.seal import Sealed
from inspector.selection import lottery
from inspector.selection.lottery import Assignment, LotteryTable

Days = tuple[date, ...]
# A visit for both purposes is made as one of them.
BOTH = (VisitKind.RECHECK, VisitKind.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Result:
    """抽查结果 of one visit. `outcome`, `follow_up`: codes of DOMAIN §2.

    `findings`, `unchecked`: item codes in order; `score_bp` by PROTOCOL.md §6 "Score".
    `again`: origin of the log whose visit was sealed when this one was drawn.
    `purpose`: which a visit for re-check and acceptance was, "" for the re-check; it is
    in no document, the `inspected` event says it (PROTOCOL.md §12). `elsewhere`: days
    of the unit's inspections of the year that other logs had published and that count;
    documents hold the number of all (PROTOCOL.md §13).
    """

    visit: str
    date: date
    outcome: str
    follow_up: str
    score_bp: int
    findings: tuple[str, ...]
    published_at: str
    unchecked: tuple[str, ...] = ()
    again: str = ""
    purpose: Annotated[str, ("", "recheck", "acceptance")] = ""
    elsewhere: Days = ()

    def made_as(self, kinds: Sequence[VisitKind]) -> tuple[VisitKind, ...]:
        """The purposes for which a visit of these kinds was made: none when nobody was
        inspected, one of re-check and acceptance.

        >>> both = (VisitKind.RANDOM, *BOTH)
        >>> day = date(2026, 12, 1)
        >>> [k.value for k in Result("V1", day, "", "", 0, (), "").made_as(both)]
        ['random', 'recheck']
        """
        if self.score_bp < 0:
            return ()
        left_out = set(BOTH) - {self.purpose or "recheck"}
        both = set(BOTH) <= set(kinds)
        return tuple(k for k in kinds if not (both and k in left_out))


@dataclass(frozen=True, slots=True)
class Carried:
    """顺延: a visit that was not made; `reason`: a code of `outcomes.Unmade`."""

    visit: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """Every seat has its person, by the second seed; substitutions are applied.

    Amendments and calls are applied, too: `sealed.packed` and `sealed.leaves` are those
    in force, while `drawn`, `people` and the sealed files stay as they were. `waiting`:
    an amendment whose entropy is still to come; `voided`: those cancelled before.
    """

    sealed: Sealed
    seed: Seed
    drawn: Assignment  # as the lottery gave it
    people: LeafSet
    now: Assignment  # after substitutions
    current: Mapping[str, bytes]  # package -> its people leaf today
    moves: Mapping[str, int]  # package -> changes so far
    absences: tuple[Absence, ...]
    results: tuple[Result, ...]
    log: Log
    entries: tuple[documents.Doc, ...] = ()  # the results as published
    carried: tuple[Carried, ...] = ()
    carried_entries: tuple[documents.Doc, ...] = ()  # these as published
    amendments: tuple[Amendment, ...] = ()  # in force, in order
    waiting: Amendment | None = None
    voided: tuple[Amendment, ...] = ()
    calls: tuple[Call, ...] = ()
    first: Packed | None = None  # the plan as sealed, once it has changed
    turns: tuple[Turn, ...] = ()  # stretches after the first one
    late: tuple[PeopleChange, ...] = ()  # changes to people since the lottery
    # (seat, visit) -> who made it before his seat was taken over or left vacant
    before: Mapping[tuple[str, str], str] = field(default_factory=dict)
    vacant: frozenset[str] = frozenset()  # seats that nobody took over
    spent: frozenset[str] = frozenset()  # stand-by pairs of which one stepped in
    queue: tuple[int, ...] = ()  # absences that take effect after the waiting lottery

    @property
    def changes(self) -> tuple[PeopleChange, ...]:
        """All changes to people so far, as logged."""
        return (*self.as_sealed.changes, *self.late)

    @property
    def real(self) -> dict[str, Inspector]:
        """The person behind each public number."""
        names = self.frozen.names
        return {names[i.id]: i for i in self.frozen.registry.inspectors}

    @property
    def standby(self) -> frozenset[str]:
        """Stand-by pairs that are not called."""
        packed = self.sealed.packed
        called = {p.id for p in packed.packing.packages}
        return frozenset(s.id for s in packed.standby if s.id not in called)

    def who(self, seat: str, visit: str) -> str:
        """The person in the seat when the visit is made; "" when it is vacant then."""
        now = "" if seat in self.vacant else dict(self.now.holders)[seat]
        return self.before.get((seat, visit), now)

    def going(self, visit: str = "") -> dict[str, str]:
        """Seat -> the person who goes, to a visit also who left the seat after it; ""
        when it is vacant, or its holder is absent and nobody is drawn for him yet.
        Whoever shows or asks who goes reads this: `now` keeps the name of who left a
        seat vacant."""
        rows = {(self.absences[n].day, self.absences[n].person) for n in self.queue}
        day = {s.id: s.day.isoformat() for s in self.sealed.packed.seats}
        out = {s for s, who in self.now.holders if (day[s], who) in rows} | self.vacant
        return {
            seat: self.before.get((seat, visit), "" if seat in out else who)
            for seat, who in self.now.holders
        }

    def seated(self, visit: str = "") -> list[tuple[Seat, Inspector | None]]:
        """Every seat in force with who is `going`, None in a vacant one."""
        real, going = self.real, self.going(visit)
        who = ((s, going[s.id]) for s in self.sealed.packed.seats)
        return [(s, real[name] if name else None) for s, name in who]

    def vacancies(self) -> dict[str, tuple[str, ...]]:
        """Visits still to be told of that lack an officer, with the roles of the vacant
        seats: without both there is no result, a visit not made is carried."""
        going, found = self.going(), dict[str, tuple[str, ...]]()
        pending, before = self.pending, self.before
        route = {p.id: p.stops for p in self.sealed.packed.packing.packages}
        for seat in self.sealed.packed.seats:
            if going[seat.id] or seat.role not in (Role.LEAD, Role.SECOND):
                continue
            for stop in route.get(seat.package, ()):
                if stop.visit in pending and (seat.id, stop.visit) not in before:
                    found[stop.visit] = (*found.get(stop.visit, ()), seat.role.value)
        return found

    @property
    def as_sealed(self) -> Packed:
        """The plan of the lottery, before any amendment or call."""
        return self.first or self.sealed.packed

    @property
    def barred(self) -> frozenset[tuple[str, str]]:
        """(seat, person) of called stand-by seats that the person may not take."""
        return self.turns[-1].barred if self.turns else frozenset()

    @property
    def pending(self) -> frozenset[str]:
        """Visits in force that have neither a result nor were carried."""
        done = {r.visit for r in self.results} | {c.visit for c in self.carried}
        return frozenset(v.id for v in self.sealed.packed.drawn.visits) - done

    @property
    def outstanding(self) -> frozenset[str]:
        """Pending visits that have a place: somebody still tells what came of them."""
        packages = self.sealed.packed.packing.packages
        return self.pending & {s.visit for p in packages for s in p.stops}

    def made(self) -> tuple[Amendment, ...]:
        """All amendments by attempt, waiting and cancelled ones included."""
        every = (*self.amendments, *self.voided, self.waiting)
        return tuple(sorted(filter(None, every), key=lambda a: a.attempt))

    def leaves_of(self, package: str) -> LeafSet:
        """The people leaves among which that of a package was first put."""
        return next(
            (a.people for a in self.amendments if a.people and package in a.people.of),
            self.people,
        )

    def blind_of(self, package: str) -> Key:
        """The blind that salts the people leaf of a package."""
        return next(
            (a.blind for a in self.amendments if a.people and package in a.people.of),
            self.sealed.blind,
        )

    @property
    def frozen(self) -> Frozen:
        return self.sealed.frozen

    @property
    def file(self) -> bytes:
        """assigned.json"""
        return canonical(
            {
                "schema": "inspector/assigned/v2",
                "seats": [[s, p] for s, p in self.drawn.holders],
                "reserves": [[s, list(names)] for s, names in self.drawn.reserves],
            }
        )


def table_of(packed: Packed) -> LotteryTable:
    """A plan's seats and chances in the words of the lottery."""
    packages = dict.fromkeys((s.package, s.day) for s in packed.seats)
    index = {name: k for k, (name, _) in enumerate(packages)}
    return LotteryTable(
        people=tuple(p.id for p in packed.persons),
        packages=tuple((name, day.isoformat()) for name, day in packages),
        seats=tuple(
            (s.id, index[s.package], sum(1 << i for i in s.eligible))
            for s in packed.seats
        ),
        elements=tuple(
            (e.seat, e.person, e.units) for e in packed.table.elements if e.units
        ),
    )


def assign(sealed: Sealed, second: Sequence[Entropy], at: str) -> Assigned:
    """Turn the recorded second entropy into the second seed and seat everybody.

    `second`: the outside values as a second person entered them. Raises CeremonyError:
    one is missing, or the second entry is another.
    """
    random, log = taken(
        sealed.frozen.suite,
        sealed.log,
        "lottery",
        sealed.attempt,
        sealed.entropy,
        second,
        at,
    )
    seed = make_seed(
        sealed.blind, blind_hash(sealed.blind), "lottery", sealed.commitment, random
    )
    return assign_with(sealed, seed, log, at)


def assign_with(sealed: Sealed, seed: Seed, log: Log, at: str) -> Assigned:
    """The lottery itself; refuses a seed that is bound to any other commitment."""
    value = seed.bound_to("lottery", sealed.commitment)
    outcome = lottery.assign(table_of(sealed.packed), value)
    leaves = people_leaves(sealed.packed, outcome, sealed.blind)
    event = {
        "event": "assigned",
        "at": at,
        "attempt": sealed.attempt,
        "people_root": leaves.root.hex(),
        "people_leaves": len(leaves.leaves),
    }
    return Assigned(
        sealed,
        seed,
        outcome,
        leaves,
        outcome,
        leaves.of,
        MappingProxyType({}),
        (),
        (),
        log.append(event),
    )


def people_leaves(packed: Packed, outcome: Assignment, blind: Key) -> LeafSet:
    """One salted leaf per package: who was drawn for it."""
    seats = dict(outcome.holders)
    packages = list(dict.fromkeys(s.package for s in packed.seats))
    objects = {p: people_entry(packed, seats, p) for p in packages}
    return seal_leaves(blind, "people", "people/", "people-dummy/", objects)


def people_entry(
    packed: Packed, seats: Mapping[str, str], package: str
) -> documents.Doc:
    """The object of a package's people leaf."""
    mine = [s for s in packed.seats if s.package == package]
    return {
        "package": package,
        "day": mine[0].day.isoformat(),
        "seats": [[s.role.value, seats[s.id]] for s in mine],
    }
