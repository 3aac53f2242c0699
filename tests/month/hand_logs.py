"""Logs made by hand: a freeze of a small registry, and what is published in its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from month_stages import read_city

from inspector.ceremony.bundle import Log
from inspector.ceremony.canon import canonical
from inspector.ceremony.log import leaf_hash
from inspector.domain import Case, CaseState, Registry, VisitKind
from inspector.month.docket import folded
from inspector.month.following import following
from inspector.month.freeze import Frozen, cancel_draw, freeze
from inspector.month.stages import Route
from inspector.month.standing import LoggedCarry, LoggedResult, Stood, stood
from inspector.months import month_span
from inspector.policy import Policy, Scope, Source
from inspector.sources import later, next_drawing
from inspector.workdays import load_calendar

RANDOM, SERIES = VisitKind.RANDOM, VisitKind.REMEDIATION
RECHECK, ACCEPTANCE = VisitKind.RECHECK, VisitKind.ACCEPTANCE
LOOKBACK = VisitKind.LOOKBACK
CALENDAR = load_calendar()
DEC, JAN, FEB = "2026-12", "2027-01", "2027-02"
AT = {
    DEC: "2026-11-20T08:00:00Z",
    JAN: "2026-12-20T08:00:00Z",
    FEB: "2027-01-20T08:00:00Z",
}


@cache
def small() -> tuple[Registry, Policy]:
    """Twelve compounds of 梧州 without a past; nobody is on leave, none has a score."""
    whole, policy, _, _ = read_city("wuzhou")
    empty = ("recusals", "leave", "evaluations", "signals", "history", "docket")
    return (
        replace(
            whole,
            compounds=whole.compounds[::14][:12],
            streets=tuple(replace(s, min_draw=0) for s in whole.streets),
            inspectors=tuple(replace(i, carry_minutes=0) for i in whole.inspectors),
            assistants=(),
            **dict.fromkeys(empty, ()),
        ),
        policy,
    )


def compound(number: int) -> str:
    """The id of one of the twelve."""
    return small()[0].compounds[number].id


def rules(month: str, at: str, scope: Scope | None = None) -> Policy:
    """The policy of a month whose sources come after a freeze at `at`."""
    _, policy = small()
    drawing = next_drawing("双色球", later(at, policy.wait_hours))
    after = next_drawing("双色球", later(drawing, 24))

    def at_issue(name: str, when: str) -> Source:
        issue = str(2_026_000 + date.fromisoformat(when[:10]).timetuple().tm_yday)
        return Source(name, "lottery", "双色球", issue, when)

    return replace(
        policy,
        month=month,
        scope=scope or policy.scope,
        draw_entropy=(at_issue("draw", drawing),),
        lottery_entropy=(at_issue("lottery", after),),
    )


def frozen(
    registry: Registry, policy: Policy, at: str, log: Log | None = None
) -> Frozen:
    """The freeze of a registry."""
    return freeze(
        registry, policy, CALENDAR, blind=b"\1" * 32, secret=b"\2" * 32, at=at, log=log
    )


def froze(
    logs: Sequence[Stood],
    month: str,
    at: str,
    *,
    scope: Scope | None = None,
    base: Registry | None = None,
    log: Stood | None = None,
) -> Stood:
    """The log after a freeze that stands on `logs`; `log`: that which it goes on."""
    policy, base = rules(month, at, scope), base or small()[0]
    made = following(logs, base, policy, at, own=log.origin if log else "")
    before = log.steps()[0][1]["log"] if log is not None else None
    return began(frozen(made, policy, at, before))


def began(done: Frozen) -> Stood:
    """The log right after a freeze."""
    found = stood(Route(frozen=done))
    assert found is not None
    return found


def cancelled(log: Stood, at: str) -> Stood:
    """The log after its freeze was cancelled; the next one goes on with it."""
    assert log.frozen is not None
    gone = cancel_draw(log.frozen, log.frozen.log, at, "录入有误")
    found = stood(Route(carried_log=gone), lambda: [("", {"log": gone})])
    assert found is not None
    return found


def published(
    log: Stood,
    at: str,
    number: int,
    *kinds: VisitKind,
    day: date,
    good: bool = True,
    officers: tuple[str, str] = ("I001", "I002"),
) -> Stood:
    """The log with the result of a visit to compound `number`."""
    name, visit = compound(number), f"V{len(log.events):04d}"
    rows = [
        {"event": "inspected", "compound": name, "kind": k.value, "date": str(day)}
        for k in kinds
    ]
    result = {"event": "result", "at": at, "visit": visit}
    told = LoggedResult(
        len(log.events) + len(rows), at, visit, name, "", day, kinds, good, *officers
    )
    return replace(
        log, events=(*log.events, *rows, result), results=(*log.results, told)
    )


def carries(log: Stood, at: str, number: int, *kinds: VisitKind) -> Stood:
    """The log with a visit to compound `number` carried."""
    name, visit = compound(number), f"V{len(log.events):04d}"
    event = {"event": "carried", "at": at, "visit": visit, "compound": name}
    leaf = leaf_hash(canonical(event)).hex()
    return replace(
        log,
        events=(*log.events, event),
        carried=(*log.carried, LoggedCarry(visit, name, kinds, leaf)),
    )


def closes(log: Stood, at: str) -> Stood:
    """The log when it is closed."""
    return replace(
        log, events=(*log.events, {"event": "closed", "at": at}), closed=True
    )


def a_case(
    number: int,
    state: CaseState,
    last: date,
    days: tuple[int, int] = (1, 15),
    name: str = "",
) -> Case:
    """A case of compound `number` whose next visit is due days after its last one."""
    window = (last + timedelta(days[0]), last + timedelta(days[1]))
    name = name or f"2026-10-{compound(number)}"
    return Case(name, compound(number), state, date(2026, 10, 1), last, *window)


def with_cases(*cases: Case) -> Registry:
    """The small registry with these cases."""
    return replace(small()[0], docket=tuple(sorted(cases, key=lambda c: c.id)))


def docket_of(logs: Sequence[Stood], month: str) -> dict[str, Case]:
    """The docket with which a month would freeze, by id."""
    policy = rules(month, f"{month_span(month)[0]}T02:00:00Z")
    return {c.id: c for c in folded(logs, small()[0], policy)}


def day(text: str) -> date:
    return date.fromisoformat(text)


def stands(logs: list[Stood], month: str, at: str = "", **more: object) -> Registry:
    """The registry with which a month would freeze."""
    at = at or AT[month]
    base, policy = small()[0], rules(month, at)
    return following(logs, base, policy, at, **more)  # type: ignore[arg-type]


def next_log(logs: Sequence[Stood], month: str) -> Stood:
    """The log of a month that is frozen as usual, on `logs`."""
    return froze(logs, month, AT[month])


def december(*cases: Case) -> Stood:
    """The first log: December with these cases."""
    return froze([], DEC, AT[DEC], base=with_cases(*cases))
