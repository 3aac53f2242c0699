"""Field work (外勤), publication and close: from the people drawn to the opened month.

`Assigned`, its results and visits carried; at last → `ClosedMonth`. Every result is a
leaf of the log, and so is every visit that was not made (顺延). PROTOCOL.md §6, §12.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from inspector.ceremony.bundle import Log, hexes
from inspector.ceremony.canon import canonical, digest
from inspector.domain import Package, Role, Visit, VisitKind, by_number
from inspector.errors import CeremonyError, messages
from inspector.month import documents
from inspector.month.amendment import amended_file, amendments_file
from inspector.month.assigned import BOTH, Assigned, Carried, Result
from inspector.month.cancelled import refuse_unrecorded
from inspector.month.checklist import managed, visit_items
from inspector.month.excess import yearly
from inspector.month.freeze import Frozen
from inspector.month.people import private_file
from inspector.months import month_span
from inspector.results.checklist import refuse_unfit
from inspector.results.outcomes import UNINSPECTED, refuse_reasons
from inspector.workdays import counted, local_day, publish_by, release

messages(
    {
        "close.pending": (
            "仍有 {count} 份密封未公示，不能归档：{visits}",
            "{count} sealed leaves are still pending, the month cannot close: {visits}",
        ),
        "result.unknown": (
            "结果对应的检查不存在或未排：{visit}",
            "the result names a visit that does not exist or was not placed: {visit}",
        ),
        "result.twice": ("检查 {visit} 已有结果", "visit {visit} has a result already"),
        "result.carried": (
            "检查 {visit} 已公示顺延，不能再有结果",
            "visit {visit} was carried; it can have no result any more",
        ),
        "result.early": (
            "检查 {visit} 的结果早于检查日",
            "the result of visit {visit} is dated before its day",
        ),
        "result.day": (
            "检查 {visit} 只能在 {day} 进行，未进行的请登记顺延",
            "visit {visit} is made on {day}; if it was not, carry it",
        ),
        "result.people": (
            "检查 {visit} 的主办或协办席位空缺，不能有结果，请登记顺延",
            "a lead or second seat of visit {visit} is vacant: no result; carry it",
        ),
        "result.undrawn": (
            "检查 {visit} 的人员在 {day} 放行之后才摇号，不能有结果，请登记顺延",
            "the people of visit {visit} were drawn after the release of {day}: no "
            "result; carry it",
        ),
        "result.ahead": (
            "检查 {visit} 的结果早于检查日公示",
            "the result of visit {visit} is published before its day",
        ),
        "result.again": (
            "检查 {visit} 不是双随机抽查，不会再次抽中",
            "visit {visit} is no random one: it cannot have been drawn again",
        ),
        "result.purpose": (
            "检查 {visit} 不是复查与验收合一，不能另定其用途",
            "visit {visit} is not for both re-check and acceptance: its purpose stands",
        ),
        "carry.unknown": (
            "没有可顺延的检查 {visit}",
            "there is no visit {visit} to carry",
        ),
        "carry.twice": ("检查 {visit} 已顺延", "visit {visit} was carried already"),
        "carry.result": (
            "检查 {visit} 已有结果，不能顺延",
            "visit {visit} has a result; it cannot be carried",
        ),
        "carry.early": (
            "检查 {visit} 定于 {day}，当日起方可顺延",
            "visit {visit} is due on {day}: it can be carried from that day on",
        ),
        "carry.unplaced": (
            "检查 {visit} 未排，{day} 过后方可顺延",
            "visit {visit} found no place: it is carried when {day} is over",
        ),
        "carry.cause": (
            "检查 {visit} 未排的原因是“{cause}”，不能另定",
            'visit {visit} found no place because of "{cause}", for no other reason',
        ),
        "carry.inspected": (
            "检查 {visit}：未检查的顺延随结果公示，不能单独登记",
            "visit {visit}: what was found uninspected is carried with its result",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """The opened month: public bundle and auditor's bundle."""

    assigned: Assigned
    files: Mapping[str, bytes]
    auditor: Mapping[str, bytes]
    log: Log


# ---------------------------------------------------------------------------- results


def publish(assigned: Assigned, result: Result) -> Assigned:
    """Append a reviewed result: one leaf per purpose, then the result's own, and that
    of the visit carried when nobody was inspected.

    Raises CeremonyError for an unplaced visit, a second result, a date that is not the
    visit's day, and a visit that can only be carried (`refuse_unmade`).
    """
    if result.visit in {r.visit for r in assigned.results}:
        raise CeremonyError("result.twice", visit=result.visit)
    if result.visit in {c.visit for c in assigned.carried}:
        raise CeremonyError("result.carried", visit=result.visit)
    day = refuse_unmade(assigned, result.visit)
    items, firm = visit_items(assigned, result.visit), managed(assigned, result.visit)
    refuse_unfit(items, documents.entry(result), firm=firm)
    if result.date < day:
        raise CeremonyError("result.early", visit=result.visit)
    if result.date > day and result.score_bp >= 0:
        raise CeremonyError("result.day", visit=result.visit, day=day.isoformat())
    if local_day(result.published_at) < result.date:
        raise CeremonyError("result.ahead", visit=result.visit)
    _refuse_moving(assigned, result.visit)
    visit = _visit(assigned, result.visit)
    if result.again and VisitKind.RANDOM not in visit.kinds:
        raise CeremonyError("result.again", visit=visit.id)
    if result.purpose and not set(BOTH) <= set(visit.kinds):
        raise CeremonyError("result.purpose", visit=visit.id)
    usc18 = _usc18(assigned.frozen)[visit.compound]
    body = result_entry(assigned, result)
    events = [
        documents.inspected_event(visit.compound, usc18, result.date, kind.value)
        for kind in result.made_as(visit.kinds)
    ]
    event = {
        "event": "result",
        "at": result.published_at,
        "visit": result.visit,
        "digest": digest(assigned.frozen.suite, "result", canonical(body)).hex(),
    }
    done = replace(
        assigned,
        results=(*assigned.results, result),
        entries=(*assigned.entries, body),
        log=assigned.log.append(*events, event),
    )
    if result.score_bp >= 0:
        return done
    return _logged(done, visit, Carried(visit.id, UNINSPECTED, result.published_at))


def refuse_unmade(assigned: Assigned, visit: str) -> date:
    """The day of a visit; refuses one that nobody can have made.

    Raises CeremonyError result.unknown, result.people (no lead or no second),
    result.undrawn (its people were drawn after its day's release).
    """
    packed = assigned.sealed.packed
    package = _package(assigned, visit)
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


def result_entry(assigned: Assigned, result: Result) -> documents.Doc:
    """The published result with the proof that its visit was sealed."""
    visit = _visit(assigned, result.visit)
    unsaid = ("purpose", "elsewhere", *(() if result.again else ("again",)))
    return {
        **documents.entry(result, *unsaid),
        "compound": visit.compound,
        "usc18": _usc18(assigned.frozen)[visit.compound],
        **_counted(assigned, visit, result),
        **_sealed(assigned, visit.id),
    }


def _counted(assigned: Assigned, visit: Visit, result: Result) -> documents.Doc:
    """本年次数 and 上限 as of the result, and the head's reason where it is above."""
    kinds, events = result.made_as(visit.kinds), assigned.log.events
    found = yearly(assigned.frozen, events, visit, result.date, kinds, result.elsewhere)
    out: documents.Doc = {"count": found.count, "limit": found.most}
    reasons = {row.visit: row.reason for row in assigned.sealed.packed.excess}
    said = reasons.get(visit.id, "")
    return out | ({"excess": said} if found.excess and said else {})


def _sealed(assigned: Assigned, visit: str) -> documents.Doc:
    """The proof that a visit was sealed; one called since then has its leaf in the log
    instead (index -1)."""
    leaves = assigned.sealed.leaves
    number = assigned.amendments[-1].attempt if assigned.amendments else 0
    index, proof = leaves.proof(visit) if visit in leaves.of else (-1, ())
    more = {"amendment": number} if number else {}
    return {"index": index, "proof": hexes(proof), **more}


def _refuse_moving(assigned: Assigned, visit: str) -> None:
    waiting = assigned.waiting
    if waiting is not None and waiting.moves(assigned.sealed.packed, visit):
        raise CeremonyError("change.waiting_visit", visit=visit)


def _visit(assigned: Assigned, name: str) -> Visit:
    return next(v for v in assigned.sealed.packed.drawn.visits if v.id == name)


def _package(assigned: Assigned, visit: str) -> Package | None:
    packages = assigned.sealed.packed.packing.packages
    return next((p for p in packages for s in p.stops if s.visit == visit), None)


def _usc18(frozen: Frozen) -> dict[str, str]:
    return {c.id: c.usc18 for c in frozen.registry.compounds}


def due(frozen: Frozen, day: date) -> date:
    """公示期限 of a visit on `day`."""
    return publish_by(frozen.publish_days, day, frozen.policy.publish_workdays)


# ----------------------------------------------------------------------------- carries


def carry(assigned: Assigned, carried: Carried) -> Assigned:
    """顺延: log a visit that was not made. It is void; a random one is owed.

    Raises CeremonyError carry.*: no such visit, a second time, one with a result, one
    not placed while the month lasts or for another reason than its cause, one placed
    before its day; change.waiting_visit; InspectorError close.reason.
    """
    name = carried.visit
    if name in {c.visit for c in assigned.carried}:
        raise CeremonyError("carry.twice", visit=name)
    if name in {r.visit for r in assigned.results}:
        raise CeremonyError("carry.result", visit=name)
    if name not in assigned.pending:
        raise CeremonyError("carry.unknown", visit=name)
    refuse_reasons({name: carried.reason})
    if carried.reason == UNINSPECTED:
        raise CeremonyError("carry.inspected", visit=name)
    _refuse_moving(assigned, name)
    package, today = _package(assigned, name), local_day(carried.at)
    if package is None:
        last = month_span(assigned.frozen.policy.month)[1]
        cause = causes(assigned)[name]
        if carried.reason != cause:
            raise CeremonyError("carry.cause", visit=name, cause=cause)
        if today <= last:
            raise CeremonyError("carry.unplaced", visit=name, day=last.isoformat())
    elif today < package.day:
        day = package.day.isoformat()
        raise CeremonyError("carry.early", visit=name, day=day)
    return _logged(assigned, _visit(assigned, name), carried)


def _logged(assigned: Assigned, visit: Visit, carried: Carried) -> Assigned:
    """The visit is carried: its leaf, and its row of results.json."""
    event = {
        "event": "carried",
        "at": carried.at,
        "visit": visit.id,
        "reason": carried.reason,
        "compound": visit.compound,
        "kinds": [kind.value for kind in visit.kinds],
    }
    row = {"visit": visit.id, **_sealed(assigned, visit.id)}
    return replace(
        assigned,
        carried=(*assigned.carried, carried),
        carried_entries=(*assigned.carried_entries, row),
        log=assigned.log.append(event),
    )


def causes(assigned: Assigned) -> dict[str, str]:
    """Visits that found no place and are not carried yet, with the cause."""
    unplaced, pending = assigned.sealed.packed.packing.unplaced, assigned.pending
    return {u.visit: u.cause for u in unplaced if u.visit in pending}


def carry_by(assigned: Assigned, visit: str) -> date:
    """顺延期限: the first working day after the day of a visit, or after the month if
    it found no place; a carry of a later day is counted by name."""
    frozen, package = assigned.frozen, _package(assigned, visit)
    day = month_span(frozen.policy.month)[1] if package is None else package.day
    return counted(frozen.publish_days, day, 1)


# ------------------------------------------------------------------------------- close


def close(assigned: Assigned, at: str, carried: Mapping[str, str]) -> ClosedMonth:
    """Open the month. `carried`: visits that were not made, with a reason code; those
    that found no place are carried by themselves.

    Raises CeremonyError while a placed visit has neither a result nor a reason, and
    what `carry` raises.
    """
    if assigned.waiting is not None:
        raise CeremonyError("change.waiting")
    refuse_reasons(carried)
    pending = sorted(assigned.outstanding - carried.keys())
    if pending:
        raise CeremonyError(
            "close.pending", count=len(pending), visits=" ".join(pending[:10])
        )
    refuse_unrecorded(assigned.log, assigned.voided)
    rest = causes(assigned) | dict(carried)
    for visit in sorted(rest, key=by_number):
        assigned = carry(assigned, Carried(visit, rest[visit], at))
    return _opened(assigned, at)


def _opened(assigned: Assigned, at: str) -> ClosedMonth:
    """The blinds and hashes of all files in the log, and the files."""
    opened = {
        **assigned.sealed.files,
        "assigned.json": assigned.file,
        "results.json": results_file(assigned),
        **amended_file(assigned.made(), assigned.calls),
    }
    frozen, sealed = assigned.frozen, assigned.sealed
    log = assigned.log.append(
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
    auditor = {**files, "private.json": private_file(assigned.frozen, assigned.changes)}
    return ClosedMonth(
        assigned, MappingProxyType(files), MappingProxyType(auditor), log
    )


def results_file(assigned: Assigned) -> bytes:
    """results.json"""
    late = [
        {"visit": r.visit, "due": due(assigned.frozen, r.date).isoformat()}
        for r in assigned.results
        if local_day(r.published_at) > due(assigned.frozen, r.date)
    ]
    gone = [{"reason": a.reason, "from": a.since} for a in assigned.absences]
    return canonical(
        {
            "schema": "inspector/results/v2",
            "results": list(assigned.entries),
            "carried": list(assigned.carried_entries),
            "absences": gone,
            "overdue": late,
        }
    )


def sealed_bundle(assigned: Assigned) -> dict[str, bytes]:
    """What is public between the lottery and the close."""
    return {
        "freeze.json": assigned.frozen.file,
        "seal.json": assigned.sealed.file,
        **assigned.log.files(),
        **amendments_file(assigned.made()),
    }
