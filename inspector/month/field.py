"""Lottery (摇号派员), field work, publication and close: the second half of a month.

`Sealed` and entropy → `Assigned`, with results and absences; at last → `ClosedMonth`.
The lottery rounds the published chances with a seed of its own; then nobody is picked
by hand (`absence`), every result is a leaf of the log. PROTOCOL.md §6-§7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from inspector.ceremony.bundle import LeafSet, Log, hexes, seal_leaves
from inspector.ceremony.canon import Key, canonical, digest
from inspector.ceremony.seed import Entropy, Seed, blind_hash, make_seed
from inspector.check import Absence
from inspector.domain import Role
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.amendment import (
    Amendment,
    Call,
    Turn,
    amended_file,
    amendments_file,
)
from inspector.month.cancelled import refuse_unrecorded
from inspector.month.freeze import Frozen
from inspector.month.pack import Packed, PeopleChange
from inspector.month.people import change_body, change_salt
from inspector.month.record import taken
from inspector.month.seal import Sealed
from inspector.results.checklist import refuse_unfit
from inspector.results.outcomes import refuse_reasons
from inspector.selection import lottery
from inspector.selection.lottery import Assignment, LotteryTable
from inspector.workdays import local_day, publish_by, release

messages(
    {
        "close.pending": (
            "仍有 {count} 份密封未公示，不能关账：{visits}",
            "{count} sealed leaves are still pending, the month cannot close: {visits}",
        ),
        "result.unknown": (
            "结果对应的检查不存在或未排：{visit}",
            "the result names a visit that does not exist or was not placed: {visit}",
        ),
        "result.twice": ("检查 {visit} 已有结果", "visit {visit} has a result already"),
        "result.early": (
            "检查 {visit} 的结果早于检查日",
            "the result of visit {visit} is dated before its day",
        ),
        "result.day": (
            "检查 {visit} 只能在 {day} 进行，未进行的请在关账时顺延",
            "visit {visit} is made on {day}; if it was not, carry it at the close",
        ),
        "result.people": (
            "检查 {visit} 的主办或协办席位空缺，不能有结果，请在关账时顺延",
            "a lead or second seat of visit {visit} is vacant: no result; carry it at "
            "the close",
        ),
        "result.undrawn": (
            "检查 {visit} 的人员在 {day} 放行之后才摇号，不能有结果，请在关账时顺延",
            "the people of visit {visit} were drawn after the release of {day}: no "
            "result; carry it at the close",
        ),
        "change.waiting": (
            "有一次变更尚待随机源摇号",
            "an amendment still waits for its entropy",
        ),
        "change.waiting_day": (
            "{day} 的席位正待变更摇号",
            "seats of {day} wait for an amendment's lottery",
        ),
        "change.waiting_visit": (
            "{visit} 正在变更，不能登记结果",
            "{visit} is being changed and can have no result now",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Result:
    """抽查结果 of one visit. `outcome`, `follow_up`: codes of DOMAIN §2.

    `findings`, `unchecked`: item codes in order; `score_bp` by PROTOCOL.md §6 "Score".
    """

    visit: str
    date: date
    outcome: str
    follow_up: str
    score_bp: int
    findings: tuple[str, ...]
    published_at: str
    unchecked: tuple[str, ...] = ()


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
    def standby(self) -> frozenset[str]:
        """Stand-by pairs that are not called."""
        packed = self.sealed.packed
        called = {p.id for p in packed.packing.packages}
        return frozenset(s.id for s in packed.standby if s.id not in called)

    def who(self, seat: str, visit: str) -> str:
        """The person in the seat when the visit is made; "" when it is vacant then."""
        now = "" if seat in self.vacant else dict(self.now.holders)[seat]
        return self.before.get((seat, visit), now)

    @property
    def as_sealed(self) -> Packed:
        """The plan of the lottery, before any amendment or call."""
        return self.first or self.sealed.packed

    @property
    def barred(self) -> frozenset[tuple[str, str]]:
        """(seat, person) of called stand-by seats that the person may not take."""
        return self.turns[-1].barred if self.turns else frozenset()

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


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """The opened month: public bundle and auditor's bundle."""

    assigned: Assigned
    files: Mapping[str, bytes]
    auditor: Mapping[str, bytes]
    log: Log


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


def publish(assigned: Assigned, result: Result) -> Assigned:
    """Append a reviewed result: one leaf per purpose, then the result's own.

    Raises CeremonyError for an unplaced visit, a second result, a date that is not the
    visit's day, and a visit that can only be carried (`refuse_unmade`).
    """
    packed = assigned.sealed.packed
    if any(r.visit == result.visit for r in assigned.results):
        raise CeremonyError("result.twice", visit=result.visit)
    refuse_unfit(assigned.frozen.registry.items, documents.entry(result))
    day = refuse_unmade(assigned, result.visit)
    if result.date < day:
        raise CeremonyError("result.early", visit=result.visit)
    if result.date > day and result.score_bp >= 0:
        raise CeremonyError("result.day", visit=result.visit, day=day.isoformat())
    if assigned.waiting is not None and assigned.waiting.moves(packed, result.visit):
        raise CeremonyError("change.waiting_visit", visit=result.visit)
    visit = next(v for v in packed.drawn.visits if v.id == result.visit)
    usc18 = _usc18(assigned.frozen)[visit.compound]
    body = result_entry(assigned, result)
    events = [
        documents.inspected_event(visit.compound, usc18, result.date, kind.value)
        for kind in visit.kinds
        if result.score_bp >= 0
    ]
    event = {
        "event": "result",
        "at": result.published_at,
        "visit": result.visit,
        "digest": digest(assigned.frozen.suite, "result", canonical(body)).hex(),
    }
    return replace(
        assigned,
        results=(*assigned.results, result),
        entries=(*assigned.entries, body),
        log=assigned.log.append(*events, event),
    )


def refuse_unmade(assigned: Assigned, visit: str) -> date:
    """The day of a visit; refuses one that nobody can have made.

    Raises CeremonyError result.unknown, result.people (no lead or no second),
    result.undrawn (its people were drawn after its day's release).
    """
    packed = assigned.sealed.packed
    places = ((s.visit, p) for p in packed.packing.packages for s in p.stops)
    package = next((p for name, p in places if name == visit), None)
    if package is None:
        raise CeremonyError("result.unknown", visit=visit)
    seats = [s for s in packed.seats if s.package == package.id]
    roles = {s.role for s in seats if assigned.who(s.id, visit)}
    if not roles >= {Role.LEAD, Role.SECOND}:
        raise CeremonyError("result.people", visit=visit)
    opens = release(package.day, packed.frozen.policy.release_minute)
    if drawn_at(assigned, package.id) >= opens:
        raise CeremonyError("result.undrawn", visit=visit, day=package.day.isoformat())
    return package.day


def drawn_at(assigned: Assigned, package: str) -> str:
    """When the people of a package were drawn."""
    numbers = (
        a.attempt
        for a in assigned.amendments
        if a.people is not None and package in a.people.of
    )
    wanted = (
        ("amendment", n) if (n := next(numbers, 0)) else ("", assigned.sealed.attempt)
    )
    found = (e for e in assigned.log.events if e["event"] == "assigned")
    return next(
        str(e["at"]) for e in found if (e.get("stage", ""), e["attempt"]) == wanted
    )


def _usc18(frozen: Frozen) -> dict[str, str]:
    return {c.id: c.usc18 for c in frozen.registry.compounds}


def result_entry(assigned: Assigned, result: Result) -> documents.Doc:
    """The published result with the proof that its visit was sealed; one called
    since then has its leaf in the log instead (index -1)."""
    sealed = assigned.sealed
    visit = next(v for v in sealed.packed.drawn.visits if v.id == result.visit)
    known = visit.id in sealed.leaves.of
    number = assigned.amendments[-1].attempt if assigned.amendments else 0
    index, proof = sealed.leaves.proof(visit.id) if known else (-1, ())
    return {
        **documents.entry(result),
        "compound": visit.compound,
        "usc18": _usc18(sealed.frozen)[visit.compound],
        "index": index,
        "proof": hexes(proof),
        **({"amendment": number} if number else {}),
    }


def due(frozen: Frozen, day: date) -> date:
    """公示期限 of a visit on `day`."""
    return publish_by(frozen.publish_days, day, frozen.policy.publish_workdays)


def close(assigned: Assigned, at: str, carried: Mapping[str, str]) -> ClosedMonth:
    """Open the month. `carried`: visits that were not made, with a reason code.

    Raises CeremonyError while a placed visit has neither a result nor a reason.
    """
    sealed, frozen = assigned.sealed, assigned.frozen
    if assigned.waiting is not None:
        raise CeremonyError("change.waiting")
    packing = sealed.packed.packing
    done = {r.visit for r in assigned.results}
    placed = {s.visit for p in packing.packages for s in p.stops}
    void = dict(carried) | {u.visit: u.cause for u in packing.unplaced}
    pending = sorted(placed - done - set(void))
    refuse_reasons(void)
    if pending:
        raise CeremonyError(
            "close.pending", count=len(pending), visits=" ".join(pending[:10])
        )
    refuse_unrecorded(assigned.log, assigned.voided)
    log = assigned.log.append(
        *(
            {"event": "carried", "at": at, "visit": v, "reason": void[v]}
            for v in sorted(set(void) - done)
        )
    )
    late = [
        {"visit": r.visit, "due": due(frozen, r.date).isoformat()}
        for r in assigned.results
        if local_day(r.published_at) > due(frozen, r.date)
    ]
    opened = {
        **sealed.files,
        "assigned.json": assigned.file,
        "results.json": canonical(
            {
                "schema": "inspector/results/v2",
                "results": list(assigned.entries),
                "absences": [
                    {"reason": a.reason, "from": a.since} for a in assigned.absences
                ],
                "overdue": late,
            }
        ),
        **amended_file(assigned.made(), assigned.calls),
    }
    log = log.append(
        {
            "event": "closed",
            "at": at,
            "blinds": [
                blind.hex()
                for blind in (
                    frozen.blind,
                    *assigned.log.seals(),
                    sealed.blind,
                    *(a.blind for a in assigned.made()),
                )
            ],
            "files": {
                name: hashlib.sha256(data).hexdigest() for name, data in opened.items()
            },
        }
    )
    files = sealed_bundle(assigned) | dict(log.files()) | opened
    auditor = {**files, "private.json": private_file(assigned)}
    return ClosedMonth(
        assigned, MappingProxyType(files), MappingProxyType(auditor), log
    )


def sealed_bundle(assigned: Assigned) -> dict[str, bytes]:
    """What is public between the lottery and the close."""
    return {
        "freeze.json": assigned.frozen.file,
        "seal.json": assigned.sealed.file,
        **assigned.log.files(),
        **amendments_file(assigned.made()),
    }


def private_file(assigned: Assigned) -> bytes:
    """private.json: what only the auditor reads."""
    frozen = assigned.frozen
    return canonical(
        {
            "schema": "inspector/private/v2",
            "private": dict(frozen.private),
            "changes": [
                {
                    "at": c.at,
                    "reason": c.reason,
                    "approver": c.approver,
                    **change_body(c),
                    "salt": change_salt(frozen, c).hex(),
                }
                for c in assigned.changes
            ],
        }
    )
