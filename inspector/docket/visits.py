"""整改台账: which docket cases are visited this month, and what stays for the next.

Cases of a freeze → visits of the month, and the cases after it.

A case gives a re-check, an acceptance, a look-back, or the steps of its 执法进小区
series (diagnosis, guidance, progress). The exact rule is PROTOCOL.md §6
"docket_visits"; DOMAIN §7 names the purposes and durations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from inspector.ceremony.canon import Key
from inspector.ceremony.seed import ticket
from inspector.domain import (
    AssumedVisit,
    Case,
    CaseState,
    Compound,
    PastVisit,
    Registry,
    Visit,
    VisitKind,
)
from inspector.months import month_span
from inspector.policy import LOOK_BACK_DAYS, ORDINARY_DAYS, Policy, VisitRules
from inspector.selection.ranking import Ranking

# What a case of the docket asks for.
DOCKET_KINDS = (
    VisitKind.REMEDIATION,
    VisitKind.RECHECK,
    VisitKind.ACCEPTANCE,
    VisitKind.LOOKBACK,
)


@dataclass(frozen=True, slots=True)
class DocketVisit:
    """A visit that a case demands this month, before the draw is known.

    `also`: "acceptance" for a re-check that is the acceptance when the re-check before
    it, still sealed at the freeze, found no problem; else "".
    """

    case: str
    compound: str
    kind: VisitKind
    step: int
    steps_from: int
    first: date
    last: date
    minutes: int
    skilled: bool
    gap_min: int
    gap_max: int
    also: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """The month's docket: every case (old and newly listed) and the visits due."""

    cases: tuple[Case, ...]
    visits: tuple[DocketVisit, ...]


def _single(kind: VisitKind, rules: VisitRules) -> tuple[int, bool]:
    """On-site minutes of a one-off visit, and whether it needs the special skill."""
    return {
        VisitKind.RECHECK: (rules.recheck_minutes, True),
        VisitKind.ACCEPTANCE: (rules.acceptance_minutes, True),
        VisitKind.LOOKBACK: (rules.lookback_minutes, False),
    }[kind]


_ONE_OFF = {
    CaseState.RECTIFYING: VisitKind.RECHECK,
    CaseState.ACCEPTING: VisitKind.ACCEPTANCE,
    CaseState.CLOSED: VisitKind.LOOKBACK,
}


def _window(case: Case, span: tuple[date, date]) -> tuple[date, date] | None:
    """The case's next window cut to the month; an overdue one becomes the month."""
    if case.next_first is None or case.next_last is None:
        return None
    if case.next_last < span[0]:
        return span
    first, last = max(case.next_first, span[0]), min(case.next_last, span[1])
    return (first, last) if first <= last else None


def _due(
    case: Case, done: int, rules: VisitRules, span: tuple[date, date]
) -> list[DocketVisit]:
    """What a case that has begun demands this month."""
    window = _window(case, span)
    if window is None:
        return []
    first, last = window
    if case.state in _ONE_OFF:
        kind = _ONE_OFF[case.state]
        minutes, skilled = _single(kind, rules)
        return [
            DocketVisit(
                case.id, case.compound, kind, 0, 0, first, last, minutes, skilled, 0, 0
            )
        ]
    if case.state is not CaseState.LISTED or case.last_visit is None:
        return []
    out: list[DocketVisit] = []
    for step in range(done, len(rules.series_minutes)):
        if out:
            first = first + timedelta(days=rules.gap_min)
            last = last + timedelta(days=rules.gap_max)
            if last > span[1]:
                break
        out.append(_series_visit(case, step, done, first, last, rules))
    return out


def _series_visit(
    case: Case, step: int, done: int, first: date, last: date, rules: VisitRules
) -> DocketVisit:
    return DocketVisit(
        case.id,
        case.compound,
        VisitKind.REMEDIATION,
        step,
        done,
        first,
        last,
        rules.series_minutes[step],
        False,
        rules.gap_min,
        rules.gap_max,
    )


def _assumed(
    case: Case, made: Sequence[AssumedVisit], done: int, rules: VisitRules
) -> Case:
    """The case as if the visits that are still sealed had been made, no window when
    nothing is due then. A re-check or an acceptance leaves it open which comes next."""
    last = max(made, key=lambda v: (v.day, v.step))
    series = last.kind is VisitKind.REMEDIATION
    whole = series and done >= len(rules.series_minutes)
    if whole or last.kind is VisitKind.LOOKBACK:
        closed = CaseState.CLOSED
        return Case(case.id, case.compound, closed, case.opened, last.day, None, None)
    return after_visit(case, last.kind, last.day, rules, done - series, passed=False)


def _for_both(visit: DocketVisit, rules: VisitRules) -> DocketVisit:
    """A re-check that is the acceptance when the sealed one before it found nothing."""
    minutes = max(rules.recheck_minutes, rules.acceptance_minutes)
    return replace(visit, minutes=minutes, also=VisitKind.ACCEPTANCE.value)


def steps_done(case: Case, history: Iterable[PastVisit]) -> int:
    """Remediation visits of the case so far."""
    return sum(
        h.compound == case.compound
        and h.kind is VisitKind.REMEDIATION
        and h.date >= case.opened
        for h in history
    )


def intake(registry: Registry, ranking: Ranking, policy: Policy) -> Intake:
    """Open cases for the bottom list and say what is visited this month.

    A case of which an open log still seals visits is judged as if these were made.
    """
    span, rules = month_span(policy.month), policy.visits
    sealed: dict[str, list[AssumedVisit]] = {}
    for v in registry.assumed:
        sealed.setdefault(v.case, []).append(v)
    active = {c.id for c in registry.compounds if c.status == "active"}
    done = {c.id: steps_done(c, registry.history) for c in registry.docket}
    visits: list[DocketVisit] = []
    busy: set[str] = set()  # compounds whose case yields visits
    ordered = sorted(registry.docket, key=lambda c: (c.state is CaseState.CLOSED, c.id))
    for case in ordered:
        if case.compound not in active or case.compound in busy:
            continue
        made = sealed.get(case.id, [])
        steps = done[case.id] + sum(v.kind is VisitKind.REMEDIATION for v in made)
        seen = _assumed(case, made, steps, rules) if made else case
        due = _due(seen, steps, rules, span)
        if made:
            due = [
                _for_both(v, rules) if v.kind is VisitKind.RECHECK else v for v in due
            ]
        if due:
            busy.add(case.compound)
            visits += due
    open_now = {c.compound for c in registry.docket if c.state is not CaseState.CLOSED}
    fresh = tuple(
        Case(
            f"{policy.month}-{r.compound}",
            r.compound,
            CaseState.WAITING,
            span[0],
            None,
            None,
            None,
        )
        for r in ranking.bottom
        if r.compound not in open_now
    )
    waiting = sorted(
        (
            c
            for c in registry.docket
            if c.state is CaseState.WAITING and c.id not in sealed
        ),
        key=lambda c: (c.opened, c.id),
    )
    starters: dict[str, Case] = {}  # a compound with two cases begins one series
    for c in (*waiting, *fresh):
        if c.compound in active and c.compound not in busy:
            starters.setdefault(c.compound, c)
    for case in list(starters.values())[: policy.bottom.start_per_month]:
        visits += [
            _series_visit(case, step, 0, *span, policy.visits)
            for step in range(len(policy.visits.series_minutes))
        ]
    visits.sort(key=lambda v: (v.compound, v.step))
    return Intake((*registry.docket, *fresh), tuple(visits))


def visits_of_month(
    registry: Registry,
    policy: Policy,
    docket: Sequence[DocketVisit],
    drawn: Iterable[str],
    seed: Key,
) -> tuple[Visit, ...]:
    """Docket visits, drawn and owed compounds joined: one trip does both jobs.

    Numbered by tickets of the draw's seed, so that a number tells neither place nor
    day; those owed from an earlier log come first, the last to give way. PROTOCOL.md §6
    "Visits"; source 进一次门、查多项事.
    """
    owed = {o.compound for o in registry.owed if not o.gone}
    span = month_span(policy.month)
    compounds = {c.id: c for c in registry.compounds}
    districts = {s.code: s.district for s in registry.streets}
    left = {*drawn, *owed}
    out: list[Visit] = []
    for d in docket:
        c = compounds[d.compound]
        joined = d.compound in left and d.step == d.steps_from
        visit = _visit(c, districts[c.street], span)
        series = d.case if d.kind is VisitKind.REMEDIATION else ""
        kinds = (d.kind, VisitKind(d.also)) if d.also else (d.kind,)
        out.append(
            replace(
                visit,
                kinds=(VisitKind.RANDOM, *kinds) if joined else kinds,
                service_minutes=max(c.service_minutes, d.minutes)
                + policy.visits.extra_minutes
                if joined
                else d.minutes,
                skill=c.skill if joined or d.skilled else "",
                first=d.first,
                last=d.last,
                series=series,
                step=d.step if series else 0,
                gap_min=d.gap_min,
                gap_max=d.gap_max,
            )
        )
    left -= {d.compound for d in docket}
    out += [
        _visit(compounds[c], districts[compounds[c].street], span) for c in sorted(left)
    ]
    out.sort(
        key=lambda v: (
            VisitKind.RANDOM not in v.kinds or v.compound not in owed,
            ticket(seed, "visit", f"{v.compound}/{v.step}"),
        )
    )
    return tuple(replace(v, id=f"V{i:04d}") for i, v in enumerate(out, 1))


def _visit(c: Compound, district: str, span: tuple[date, date]) -> Visit:
    """The plain random visit of a compound."""
    return Visit(
        "",
        c.id,
        (VisitKind.RANDOM,),
        district,
        c.place,
        c.service_minutes,
        c.window,
        c.skill,
        span[0],
        span[1],
    )


def soon(day: date, days: int = ORDINARY_DAYS) -> tuple[date, date]:
    """The window of a re-check: the day after `day` up to `days` days after it.

    >>> soon(date(2026, 12, 1))
    (datetime.date(2026, 12, 2), datetime.date(2026, 12, 16))
    """
    return day + timedelta(days=1), day + timedelta(days=days)


def after_visit(
    case: Case,
    kind: VisitKind,
    day: date,
    rules: VisitRules,
    done: int,
    *,
    passed: bool,
) -> Case:
    """A case after a docket visit with its result, as the next freeze has it.

    `passed`: outcome of a re-check or an acceptance; `done`: remediation visits before.
    A finished series leads to rectification (re-check `soon`), a passed re-check to
    acceptance, a passed acceptance to closing with a look-back one to two months later;
    a failed one is due again. A look-back ends the case, or opens it again.
    """
    if kind is VisitKind.LOOKBACK and passed:
        return replace(case, last_visit=day, next_first=None, next_last=None)
    state, window = CaseState.RECTIFYING, soon(day)
    if kind is VisitKind.REMEDIATION:
        if done + 1 < len(rules.series_minutes):
            state = CaseState.LISTED
            window = day + timedelta(rules.gap_min), day + timedelta(rules.gap_max)
    elif passed and kind is VisitKind.RECHECK:
        state = CaseState.ACCEPTING
    elif passed and kind is VisitKind.ACCEPTANCE:
        first, last = LOOK_BACK_DAYS
        state, window = (
            CaseState.CLOSED,
            (day + timedelta(first), day + timedelta(last)),
        )
    return Case(case.id, case.compound, state, case.opened, day, *window)
