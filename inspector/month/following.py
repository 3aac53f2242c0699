"""What a freeze stands on: what the bureau's logs hold at its time (PROTOCOL.md §12).

Logs of several months, open or closed, as they stand (`Stood`) → the registry of the
freeze that follows: earlier logs, history, docket, visits assumed and owed, who is on
the way, carried duty. Command line, service and demonstrations ask here, in whatever
order they know the logs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.docket.visits import DocketVisit, steps_done
from inspector.domain import (
    AssumedVisit,
    Case,
    OwedVisit,
    PastVisit,
    Registry,
    Visit,
    VisitKind,
)
from inspector.errors import CeremonyError, messages
from inspector.month.assigned import BOTH
from inspector.month.docket import folded, in_order
from inspector.month.excess import unit_in
from inspector.month.freeze import Frozen
from inspector.month.overlap import admitted
from inspector.month.record import log_name, origin_of
from inspector.month.standing import (
    Stood,
    bureau_of,
    first_named,
    freezes,
    history_of,
    left,
    left_at,
    month_of_log,
    running_of,
)
from inspector.months import month_span, next_month
from inspector.policy import Policy, Source
from inspector.registry import sorted_registry
from inspector.selection.yearly import counts, days_in, unit_of
from inspector.workdays import local_day

messages(
    {
        "next.later": (
            "{log} 的日志已有 {last} 的记录，晚于 {at}",
            "the log {log} has an event of {last}, later than {at}",
        ),
        "next.twice": (
            "同一日志 {log} 给出两次",
            "the log {log} was given twice",
        ),
        "next.word": (
            "以往检查有 {count} 行在首次冻结之后补录，不能计入，请删除：{rows}",
            "{count} rows of history were added after the first freeze and cannot "
            "count; remove them: {rows}",
        ),
        "next.missing": (
            "缺少以往日志：{logs}",
            "earlier logs are missing: {logs}",
        ),
    }
)


Key = tuple[str, date, VisitKind]  # of a row of history


@dataclass(frozen=True, slots=True)
class _Before:
    """The logs before a freeze: `known`, of its month or earlier; `listed`, those of
    them that it names; both by month and origin."""

    known: tuple[Stood, ...]
    listed: tuple[Stood, ...]
    first: str  # month of the oldest log that may be named


def following(
    logs: Iterable[Stood],
    base: Registry,
    policy: Policy,
    at: str,
    *,
    docket: Sequence[Case] | None = None,
    own: str = "",
) -> Registry:
    """The registry with which the policy's month freezes at `at`.

    `base` gives all that no log tells: the two registries, evaluations, rules, the rows
    of history that are the bureau's word and carried duty of people whom no freeze
    names. `docket`: the cases as the bureau keeps them; else they are folded from the
    logs. `own`: origin of the log that goes on with this freeze, else that of its own
    scope. Raises CeremonyError next.later, next.twice, next.missing, next.word (rows
    of history that the newest freeze does not know).
    """
    before = _before(logs, base, policy, own or origin_of(policy), at)
    start = month_span(policy.month)[0]
    history = _history(before, base)
    cases = tuple(folded(before.known, base, policy) if docket is None else docket)
    carry = _carry(before, base)
    return sorted_registry(
        replace(
            base,
            logs=tuple(s.entry for s in before.listed),
            history=history,
            docket=cases,
            assumed=_assumed(before.listed, history, cases),
            owed=_owed(before.listed, base, policy),
            running=tuple(r for s in before.listed for r in running_of(s)),
            inspectors=tuple(
                replace(i, carry_minutes=carry[i.id]) for i in base.inspectors
            ),
            leave=tuple(x for x in base.leave if x.last >= start),
            recusals=tuple(
                r for r in base.recusals if r.last is None or r.last >= start
            ),
        )
    )


def next_policy(policy: Policy) -> Policy:
    """The policy of the month after. The entropy sources keep kind and name; issue and
    time are left empty for the bureau to announce, and the freeze is refused until it
    does."""
    return replace(
        policy,
        month=next_month(policy.month),
        draw_entropy=_unnamed(policy.draw_entropy),
        lottery_entropy=_unnamed(policy.lottery_entropy),
    )


def _unnamed(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(replace(s, issue="", at="", commit="") for s in sources)


def unknown(
    logs: Iterable[Stood], base: Registry, policy: Policy, own: str
) -> list[str]:
    """Logs that the policy's month must name and that are not among these although
    their freezes, or `base`, name them: nobody can say what they hold now."""
    first, known = first_named(policy.month), {own}
    wanted = {e.origin for e in base.logs} | {h.log for h in base.history if h.log}
    for s in logs:
        known.add(s.origin)
        wanted |= {e.origin for e in s.frozen.registry.logs} if s.frozen else set()
    return sorted(o for o in wanted - known if first <= month_of_log(o) <= policy.month)


def _before(
    logs: Iterable[Stood], base: Registry, policy: Policy, own: str, at: str
) -> _Before:
    first, known = first_named(policy.month), dict[str, Stood]()
    for s in logs:
        if s.origin == own or bureau_of(s.origin) != policy.bureau:
            continue
        if s.origin in known:
            raise CeremonyError("next.twice", log=s.origin)
        if s.last > at:
            raise CeremonyError("next.later", log=s.origin, last=s.last, at=at)
        if s.month <= policy.month:
            known[s.origin] = s
    every = tuple(sorted(known.values(), key=lambda s: (s.month, s.origin)))
    if missing := unknown(every, base, policy, own):
        raise CeremonyError("next.missing", logs=" ".join(missing))
    return _Before(every, tuple(s for s in every if s.month >= first), first)


# ----------------------------------------------------------------------------- history


def _history(before: _Before, base: Registry) -> tuple[PastVisit, ...]:
    """The rows of the logs that are named, and the bureau's word: what was imported and
    what stands in older logs."""
    listed = {s.origin for s in before.listed}
    rows = [h for s in before.listed for h in history_of(s)]
    older = [h for s in before.known if s.origin not in listed for h in history_of(s)]
    older += [h for h in base.history if h.log and month_of_log(h.log) < before.first]
    aged, told = {_key(h): h for h in map(as_word, older)}, set(map(_key, rows))
    word = {**aged, **_word(before, base, told | aged.keys())}
    return (*(h for key, h in word.items() if key not in told), *rows)


def _word(before: _Before, base: Registry, logged: Set[Key]) -> Mapping[Key, PastVisit]:
    """The imported rows: what the bureau says before its first freeze. Later they stay
    as the newest freeze has them; a row invented then could keep anybody out of a draw.
    """
    given = {_key(h): h for h in base.history if not h.log}
    frozen = freezes(before.known)
    if not frozen:
        return given
    then = {_key(h): h for h in frozen[-1][1].registry.history if not h.log}
    if late := sorted(given.keys() - then.keys() - logged):
        rows = [f"{compound} {day} {kind}" for compound, day, kind in late[:10]]
        raise CeremonyError("next.word", count=len(late), rows="; ".join(rows))
    return then


def _key(row: PastVisit) -> Key:
    return row.compound, row.date, row.kind


def as_word(row: PastVisit) -> PastVisit:
    """The row of a log that is not named any more."""
    return replace(row, due=row.deadline, log="", at="")


# -------------------------------------------------------------------- what is sealed


def _assumed(
    listed: Iterable[Stood], history: Sequence[PastVisit], cases: Iterable[Case]
) -> tuple[AssumedVisit, ...]:
    """Docket visits that open logs still seal, as if made at the end of their months;
    told from what is public alone."""
    current, step = {c.id: c for c in cases}, dict[str, int]()
    out: list[AssumedVisit] = []
    for s in listed:
        if s.frozen is None or not s.open:
            continue
        known = {c.id: c for c in s.frozen.intake.cases} | current
        for visit in _unseen(s, s.frozen.intake.visits):
            number = 0
            if visit.kind is VisitKind.REMEDIATION:
                number = step.get(visit.case, -1)
                if number < 0:
                    number = steps_done(known[visit.case], history)
                step[visit.case] = number + 1
            day = s.frozen.working_days[-1]
            out.append(
                AssumedVisit(
                    s.origin, visit.case, visit.compound, visit.kind, number, day
                )
            )
    return tuple(out)


def _unseen(log: Stood, visits: Iterable[DocketVisit]) -> list[DocketVisit]:
    """As many of a compound's docket visits as neither a result nor a carry tells of.
    One for both purposes is told of by either."""
    told = Counter[tuple[str, VisitKind]]()
    for p in log.results:
        told.update((p.compound, k) for k in p.kinds)
    for c in log.carried:
        both = VisitKind.RECHECK in c.kinds
        once = (k for k in c.kinds if not (both and k is VisitKind.ACCEPTANCE))
        told.update((c.compound, k) for k in once)
    out = []
    for visit in visits:
        kinds = [visit.kind, *([VisitKind(visit.also)] if visit.also else [])]
        keys = [(visit.compound, k) for k in kinds]
        seen = next((key for key in keys if told[key]), None)
        if seen is None:
            out.append(visit)
        else:
            told[seen] -= 1
    return out


def _owed(
    listed: Sequence[Stood], base: Registry, policy: Policy
) -> tuple[OwedVisit, ...]:
    """Carried random visits that no freeze in force has taken up, as far as the scope
    admits their compounds; those of compounds that are gone are dropped."""
    named = {
        (owed.log, owed.leaf)
        for s in listed
        if s.frozen is not None
        for owed in s.frozen.registry.owed
    }
    active = {c.id for c in base.compounds if c.status == "active"}
    wanted = admitted(base, policy.scope)
    return tuple(
        OwedVisit(s.origin, c.visit, c.compound, c.leaf, c.compound not in active)
        for s in listed
        for c in s.carried
        if VisitKind.RANDOM in c.kinds
        and (s.origin, c.leaf) not in named
        and (c.compound in wanted or c.compound not in active)
    )


def _carry(before: _Before, base: Registry) -> dict[str, int]:
    """Carried duty per staff number: that of the newest freeze that names the person,
    and what the logs have left since."""
    now = {s.origin: left(s.assigned) for s in before.listed}
    out: dict[str, int] = {}
    for log, frozen in reversed(freezes(before.known)):
        fresh = [i for i in frozen.registry.inspectors if i.id not in out]
        sizes = {e.origin: e.size for e in frozen.registry.logs}
        then = {
            s.origin: left_at(s, sizes[s.origin])
            for s in before.listed
            if fresh and s.origin != log.origin and s.origin in sizes
        }
        for i in fresh:
            more = sum(
                found.get(i.id, 0) - then.get(origin, {}).get(i.id, 0)
                for origin, found in now.items()
            )
            out[i.id] = i.carry_minutes + more
    return {i.id: out.get(i.id, i.carry_minutes) for i in base.inspectors}


# ------------------------------------------------------------------- for a publication


def again_of(logs: Iterable[Stood], frozen: Frozen, compound: str, at: str) -> str:
    """`again` of a random visit's result: the first other log by origin that published
    another random visit of the compound after this freeze, "" if none did."""
    own = log_name(frozen.log, frozen.file)
    return min(
        (
            s.origin
            for s in logs
            if s.origin != own
            for p in s.results
            if p.compound == compound
            and VisitKind.RANDOM in p.kinds
            and frozen.at < p.at <= at
        ),
        default="",
    )


def purpose_of(
    logs: Iterable[Stood], frozen: Frozen, compound: str, day: date
) -> VisitKind:
    """Which visit one for both purposes is: the acceptance when the last of such visits
    that was made, and published before its day, is a re-check that was passed, else the
    re-check."""
    earlier = {e.origin for e in frozen.registry.logs}
    checks = [
        p
        for s, p in in_order(s for s in logs if s.origin in earlier)
        if p.compound == compound and set(BOTH) & set(p.kinds) and local_day(p.at) < day
    ]
    passed = bool(checks) and VisitKind.RECHECK in checks[-1].kinds and checks[-1].good
    return VisitKind.ACCEPTANCE if passed else VisitKind.RECHECK


def rests_on(
    logs: Sequence[Stood],
    frozen: Frozen,
    visit: Visit,
    day: date,
    at: str,
    *,
    inspected: bool,
) -> dict[str, Any]:
    """What a result of `day`, published at `at`, says of the bureau's other logs:
    `again` of a random visit, `purpose` of one for both that was made, and `elsewhere`
    of one that was made. Only what says something."""
    out = dict[str, Any]()
    if VisitKind.RANDOM in visit.kinds:
        out["again"] = again_of(logs, frozen, visit.compound, at)
    if inspected and set(BOTH) <= set(visit.kinds):
        out["purpose"] = purpose_of(logs, frozen, visit.compound, day).value
    if inspected:
        days = elsewhere_of(logs, frozen, visit.compound, day, at)
        out["elsewhere"] = [d.isoformat() for d in days]
    return {name: said for name, said in out.items() if said}


def elsewhere_of(
    logs: Iterable[Stood], frozen: Frozen, compound: str, day: date, at: str
) -> tuple[date, ...]:
    """`elsewhere` of a result: days in the year of its own on which the unit of its
    compound was inspected, as other logs had published by then, and the freeze's
    history does not tell (PROTOCOL.md §13)."""
    policy, own = frozen.policy, log_name(frozen.log, frozen.file)
    unit = unit_in(frozen, compound)
    if not unit:
        return ()
    found = {
        p.day
        for s in logs
        if s.origin != own and s.frozen is not None
        for p in s.results
        if p.at <= at
        and p.day.year == day.year
        and unit_of(p.compound, p.usc18, policy) == unit
        and any(counts(s.frozen.policy, kind) for kind in p.kinds)
    }
    known = days_in(frozen.registry.history, policy, unit, day.year)
    return tuple(sorted(found - known))
