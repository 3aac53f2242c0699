"""Lottery (摇号派员), field work, publication and close: the second half of a month.

The lottery rounds the published chance table with a seed of its own. Afterwards nobody
is ever picked by hand: an absent person's seats go to the next name on their reserve
lists, every result is a leaf of the log, and the month closes only when no leaf is
pending. PROTOCOL.md §6-§7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from inspector.ceremony.bundle import LeafSet, Log, hexes, salt, seal_leaves
from inspector.ceremony.canon import canonical, digest
from inspector.ceremony.seed import (
    Entropy,
    Seed,
    blind_hash,
    check_entropy,
    make_seed,
    randomness,
)
from inspector.check import Absence
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.freeze import Frozen, entropy_event
from inspector.month.seal import Sealed, change_body, change_salt
from inspector.selection import lottery
from inspector.selection.lottery import Assignment, LotteryTable, Substitution
from inspector.selection.network import weight

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
        "absent.unknown": (
            "名录中没有化名 {person}",
            "no such pseudonym: {person}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Result:
    """抽查结果 of one visit. `outcome`, `follow_up`: codes of DOMAIN §2.

    `findings`: item codes; `score_bp` 0..10000, or -1 when not inspected.
    """

    visit: str
    date: date
    outcome: str
    follow_up: str
    score_bp: int
    findings: tuple[str, ...]
    published_at: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """Every seat has its person, by the second seed; substitutions are applied."""

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

    @property
    def frozen(self) -> Frozen:
        return self.sealed.frozen

    @property
    def file(self) -> bytes:
        """assigned.json"""
        return canonical(
            {
                "schema": "inspector/assigned/v1",
                "seats": [[s, p] for s, p in self.drawn.holders],
                "reserves": [[s, list(names)] for s, names in self.drawn.reserves],
            }
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """The opened month: public bundle and auditor's bundle."""

    assigned: Assigned
    files: Mapping[str, bytes]
    auditor: Mapping[str, bytes]
    log: Log


def lottery_table(sealed: Sealed) -> LotteryTable:
    """The sealed chance table in the words of the lottery."""
    packed = sealed.packed
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


def assign(sealed: Sealed, record: Sequence[Entropy], at: str) -> Assigned:
    """Turn the second entropy into the second seed and seat everybody.

    Raises CeremonyError: entropy of another source, issue or time than announced.
    """
    check_entropy(sealed.entropy, record, sealed.at)
    event, ordered = entropy_event("lottery", sealed.attempt, sealed.entropy, record)
    seed = make_seed(
        sealed.blind,
        blind_hash(sealed.blind),
        "lottery",
        sealed.commitment,
        randomness(ordered),
    )
    return assign_with(sealed, seed, sealed.log.append(event), at)


def assign_with(sealed: Sealed, seed: Seed, log: Log, at: str) -> Assigned:
    """The lottery itself; refuses a seed that is bound to any other commitment."""
    value = seed.bound_to("lottery", sealed.commitment)
    outcome = lottery.assign(lottery_table(sealed), value)
    seats = dict(outcome.holders)
    packages = list(dict.fromkeys(s.package for s in sealed.packed.seats))
    objects = {p: people_entry(sealed, seats, p) for p in packages}
    leaves = seal_leaves(sealed.blind, "people", "people/", "people-dummy/", objects)
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


def people_entry(
    sealed: Sealed, seats: Mapping[str, str], package: str
) -> documents.Doc:
    """The object of a package's people leaf."""
    mine = [s for s in sealed.packed.seats if s.package == package]
    return {
        "package": package,
        "day": mine[0].day.isoformat(),
        "seats": [[s.role.value, seats[s.id]] for s in mine],
    }


def absent(
    assigned: Assigned, person: str, day: date, reason: str, at: str
) -> Assigned:
    """Log a whole-day absence and give his seats to the next reserves, in order.

    Raises CeremonyError for an unknown pseudonym.
    """
    sealed = assigned.sealed
    people = {p.id: weight(p) for p in sealed.packed.persons}
    if person not in people:
        raise CeremonyError("absent.unknown", person=person)
    iso = day.isoformat()
    gone = {(a.day, a.person) for a in assigned.absences}
    changes = lottery.substitute(
        lottery_table(sealed), assigned.now, iso, person, gone, limits=people
    )
    log = assigned.log.append(
        {"event": "absent", "at": at, "day": iso, "person": person, "reason": reason}
    )
    now = lottery.applied(assigned.now, changes)
    current, moves = dict(assigned.current), dict(assigned.moves)
    package_of = {s.id: s.package for s in sealed.packed.seats}
    seats = dict(assigned.now.holders)
    for change in changes:
        package = package_of[change.seat]
        old = current[package]
        if change.taken:
            seats[change.seat] = change.taken
            moves[package] = moves.get(package, 0) + 1
            current[package] = digest(
                "people",
                salt(sealed.blind, f"people/{package}/{moves[package]}"),
                canonical(people_entry(sealed, seats, package)),
            )
        log = log.append(_substituted(change, at, old, current[package]))
    return replace(
        assigned,
        now=now,
        current=MappingProxyType(current),
        moves=MappingProxyType(moves),
        absences=(*assigned.absences, Absence(iso, person, changes)),
        log=log,
    )


def _substituted(change: Substitution, at: str, old: bytes, new: bytes) -> Any:
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


def publish(assigned: Assigned, result: Result) -> Assigned:
    """Append a reviewed result: one leaf per purpose, then the result's own.

    Raises CeremonyError for an unplaced visit, a second result, or a date before the
    visit's day.
    """
    packed = assigned.sealed.packed
    days = {s.visit: p.day for p in packed.packing.packages for s in p.stops}
    if result.visit not in days:
        raise CeremonyError("result.unknown", visit=result.visit)
    if any(r.visit == result.visit for r in assigned.results):
        raise CeremonyError("result.twice", visit=result.visit)
    if result.date < days[result.visit]:
        raise CeremonyError("result.early", visit=result.visit)
    visit = next(v for v in packed.drawn.visits if v.id == result.visit)
    usc18 = _usc18(assigned.frozen)[visit.compound]
    body = result_entry(assigned.sealed, result)
    events = [
        documents.inspected_event(visit.compound, usc18, result.date, kind.value)
        for kind in visit.kinds
        if result.score_bp >= 0
    ]
    event = {
        "event": "result",
        "at": result.published_at,
        "visit": result.visit,
        "digest": digest("result", canonical(body)).hex(),
    }
    return replace(
        assigned,
        results=(*assigned.results, result),
        log=assigned.log.append(*events, event),
    )


def _usc18(frozen: Frozen) -> dict[str, str]:
    return {c.id: c.usc18 for c in frozen.registry.compounds}


def result_entry(sealed: Sealed, result: Result) -> documents.Doc:
    """The published result with the proof that its visit was sealed."""
    visit = next(v for v in sealed.packed.drawn.visits if v.id == result.visit)
    index, proof = sealed.leaves.proof(result.visit)
    return {
        **documents.entry(result),
        "compound": visit.compound,
        "usc18": _usc18(sealed.frozen)[visit.compound],
        "index": index,
        "proof": hexes(proof),
    }


def due(frozen: Frozen, day: date) -> date:
    """公示期限: the 20th working day (policy) after the visit's day."""
    later = [d for d in frozen.publish_days if d > day]
    return later[frozen.policy.publish_workdays - 1]


def close(assigned: Assigned, at: str, carried: Mapping[str, str]) -> Closed:
    """Open the month. `carried`: visits that were not made, with a reason code.

    Raises CeremonyError while a placed visit has neither a result nor a reason.
    """
    sealed, frozen = assigned.sealed, assigned.frozen
    packing = sealed.packed.packing
    done = {r.visit for r in assigned.results}
    placed = {s.visit for p in packing.packages for s in p.stops}
    void = dict(carried) | {u.visit: u.code for u in packing.unplaced}
    pending = sorted(placed - done - set(void))
    if pending:
        raise CeremonyError(
            "close.pending", count=len(pending), visits=" ".join(pending[:10])
        )
    log = assigned.log.append(
        *(
            {"event": "carried", "at": at, "visit": v, "reason": void[v]}
            for v in sorted(set(void) - done)
        )
    )
    late = [
        {"visit": r.visit, "due": due(frozen, r.date).isoformat()}
        for r in assigned.results
        if r.published_at[:10] > due(frozen, r.date).isoformat()
    ]
    opened = {
        **sealed.files,
        "assigned.json": assigned.file,
        "results.json": canonical(
            {
                "schema": "inspector/results/v1",
                "results": [result_entry(sealed, r) for r in assigned.results],
                "overdue": late,
            }
        ),
    }
    log = log.append(
        {
            "event": "closed",
            "at": at,
            "blinds": [frozen.blind.hex(), sealed.blind.hex()],
            "files": {
                name: hashlib.sha256(data).hexdigest() for name, data in opened.items()
            },
        }
    )
    files = {
        "freeze.json": frozen.file,
        "seal.json": sealed.file,
        **log.files(),
        **opened,
    }
    auditor = {**files, "private.json": private_file(sealed)}
    return Closed(assigned, MappingProxyType(files), MappingProxyType(auditor), log)


def sealed_bundle(assigned: Assigned) -> dict[str, bytes]:
    """What is public between the lottery and the close."""
    return {
        "freeze.json": assigned.frozen.file,
        "seal.json": assigned.sealed.file,
        **assigned.log.files(),
    }


def private_file(sealed: Sealed) -> bytes:
    """private.json: what only the auditor reads."""
    frozen = sealed.frozen
    return canonical(
        {
            "schema": "inspector/private/v1",
            "private": dict(frozen.private),
            "changes": [
                {
                    "at": c.at,
                    "reason": c.reason,
                    "approver": c.approver,
                    **change_body(c),
                    "salt": change_salt(frozen, c).hex(),
                }
                for c in sealed.packed.changes
            ],
        }
    )
