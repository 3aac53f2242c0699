"""What a freeze stands on: the bureau's registries, and what its logs hold.

    scenario(desk, text, own)    registries and a policy as they would be frozen now
    present(desk)                the same for the policy in force, for who only looks

Every month of the bureau is a log, open, closed or cancelled alike. What they hold is
folded by `inspector.month.following` (PROTOCOL.md §12), as by `inspector next`; of the
sheets, history and carried duty count only as far as no log tells them. The docket is
what its cases say (`api.docket.cases`); of those that have no move here, what the logs
say.

Preview, ranking, faults, year and freeze all ask here, so that they see one history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from api.errors import Problem
from api.months import steps
from api.registry import entries
from api.site import Desk
from api.store.models import Bureau, Month
from inspector.domain import Case, Registry, Visit, VisitKind
from inspector.errors import CeremonyError, Fault, Faults, InspectorError, messages
from inspector.month.docket import folded
from inspector.month.earlier import refuse_earlier
from inspector.month.excess import unit_in
from inspector.month.following import following
from inspector.month.freeze import Frozen
from inspector.month.record import log_name, origin_of
from inspector.month.standing import Stood, stood
from inspector.month.steps_file import Told
from inspector.months import month_span
from inspector.policy import Policy
from inspector.registry import Scenario, read_scenario
from inspector.registry.logs_file import FILE as LOGS
from inspector.registry.policy_file import FILE as POLICY
from inspector.selection.yearly import unit_of

HISTORY = "history.csv"

# What replaying steps that are not as they were recorded may raise.
UNREADABLE = (InspectorError, ValueError, LookupError)

messages(
    {
        "logs.awaited": (
            "此小区或其企业在 {month} 月度计划（{id}）中另有检查尚未公示，"
            "而该月已导出，导入后方可公示",
            "another visit of the compound or its company waits in the month {month} "
            "({id}), which was exported; import it before this result is published",
        ),
        "logs.away": (
            "{month} 月度计划（{id}）已导出，其日志在别处继续；导入后方可冻结",
            "the month {month} ({id}) was exported and its log goes on elsewhere; "
            "import it before another freeze",
        ),
        "logs.damaged": (
            "{month} 月度计划（{id}）的步骤无法重放：{why}",
            "the steps of the month {month} ({id}) cannot be replayed: {why}",
        ),
    }
)


# Who keeps docket cases; given the day before the month that takes them over.
KEPT: list[Callable[[Desk, date], Iterable[Case]]] = []


def scenario(desk: Desk, text: bytes, own: Month | None = None) -> Scenario:
    """Registries and the policy of `text` as the month `own` would freeze them now.

    Raises Faults: of the sheets, of months whose logs nobody can read here, of what
    the sheets say beside the logs.
    """
    base = read_scenario(entries.files(desk) | {POLICY: text})
    return _kept(desk, base, text, own, judged=True)


def present(desk: Desk) -> Scenario:
    """Registries and the policy in force as they stand, whatever month it speaks of.

    Raises Faults as `scenario` does, but not for what only a freeze refuses.
    """
    files = entries.files(desk)
    base = read_scenario(files)
    month = max((base.policy.month, *(m.month for m in _months(desk))))
    # Seen from the newest month, so that every log is among those before.
    seen = replace(base, policy=replace(base.policy, month=month))
    return replace(_kept(desk, seen, files[POLICY]), policy=base.policy)


def _kept(
    desk: Desk,
    base: Scenario,
    text: bytes,
    own: Month | None = None,
    *,
    judged: bool = False,
) -> Scenario:
    """`base` with what the logs hold; made once for all who look, anew for a freeze."""

    def make() -> Registry:
        return _folded(desk, base, own, judged=judged)

    if desk.write:  # as of this very second; what is not committed nobody else sees
        return replace(base, registry=make())
    key = desk.bureau, own.id if own is not None else "", judged
    published = desk.row(Bureau, desk.bureau).published
    policy = hashlib.sha256(text).hexdigest()
    asked = policy, base.policy.month, desk.today
    version = entries.head(desk).version, published, mark(desk), *asked
    registry: Registry = desk.site.shelves.standing.get(key, version, make)
    return replace(base, registry=registry)


def mark(desk: Desk) -> str:
    """What changes when any log does."""
    heads = (f"{m.head}{'/away' * m.away}" for m in _months(desk))
    return hashlib.sha256("\n".join(heads).encode()).hexdigest()


def logs(desk: Desk, but: str = "") -> list[Stood]:
    """The bureau's logs as they stand, without that of the month `but`.

    Raises Faults logs.away, logs.damaged, naming each month.
    """
    found: list[Stood] = []
    wrong: list[Fault] = []
    for month in _months(desk):
        if month.id == but:
            continue
        named = {"month": month.month, "id": month.id}
        if month.away:
            wrong.append(Fault("logs.away", LOGS, params=named))
            continue
        try:
            log = _stood(desk, month)
        except UNREADABLE as e:
            why = e.code if isinstance(e, InspectorError) else type(e).__name__
            wrong.append(Fault("logs.damaged", LOGS, params={**named, "why": why}))
            continue
        found += [log] if log is not None else []
    if wrong:
        raise Faults(wrong)
    return found


def beside(desk: Desk, month: Month, frozen: Frozen, visit: Visit) -> list[Stood]:
    """The other logs of the bureau, for who publishes the result of this visit.

    One that cannot be replayed stops no publication. Raises Problem logs.awaited when a
    visit that this one would have to tell of, or that counts with it in the year, is
    still sealed in a month that goes on elsewhere: its result may be out there.
    """
    found = list(_known(desk, month))
    for row, log in found:
        if row.away and _awaits(log, frozen, visit):
            raise Problem("logs.awaited", month=row.month, id=row.id)
    return [log for _, log in found]


def known(desk: Desk, but: Month | None = None) -> list[Stood]:
    """The logs of the bureau that can be replayed, without that of a month."""
    return [log for _, log in _known(desk, but)]


def _known(desk: Desk, but: Month | None) -> Iterator[tuple[Month, Stood]]:
    for row in _months(desk):
        if but is not None and row.id == but.id:
            continue
        with suppress(*UNREADABLE):
            log = _stood(desk, row)
            if log is not None:
                yield row, log


def _awaits(log: Stood, frozen: Frozen, visit: Visit) -> bool:
    """Whether such a visit has neither result nor carry there: another random one of
    the compound, or one of the same year of the same unit."""
    if log.assigned is None:
        return log.frozen is not None
    there = {v.id: v for v in log.assigned.sealed.packed.drawn.visits}
    pending = [there[v] for v in log.assigned.pending]
    if VisitKind.RANDOM in visit.kinds and any(
        v.compound == visit.compound and VisitKind.RANDOM in v.kinds for v in pending
    ):
        return True
    usc18 = {c.id: c.usc18 for c in log.assigned.frozen.registry.compounds}
    unit, policy = unit_in(frozen, visit.compound), frozen.policy
    same_year = log.month[:4] == policy.month[:4]
    return bool(unit and same_year) and any(
        unit_of(v.compound, usc18[v.compound], policy) == unit for v in pending
    )


def _months(desk: Desk) -> Sequence[Month]:
    rows = select(Month).where(Month.head != "").order_by(Month.month, Month.id)
    return desk.db.scalars(rows).all()


def _stood(desk: Desk, month: Month) -> Stood | None:
    """The log of a month, kept by its head: a year of them must not push the months at
    work out of `stages`."""
    shelf = desk.site.shelves.logs
    made: Stood | None = shelf.get(
        ("log", month.id), month.head, lambda: stood(steps.look(desk, month))
    )
    return None if made is None else replace(made, steps=_told(desk, month))


def _told(desk: Desk, month: Month) -> Callable[[], Sequence[Told]]:
    return lambda: [(s.kind, steps.opened(desk, s)) for s in steps.made(desk, month)]


def _folded(desk: Desk, base: Scenario, own: Month | None, *, judged: bool) -> Registry:
    policy = base.policy
    others = logs(desk, own.id if own is not None else "")
    try:
        name = _own(desk, own, policy)
        cases = _docket(desk, others, base.registry, policy)
        registry = following(
            others, base.registry, policy, desk.stamp, docket=cases, own=name
        )
        if judged:
            refuse_earlier(registry, policy, name, desk.stamp)
    except CeremonyError as e:
        # Rows typed in too late are no matter of the logs but of the sheet.
        file = HISTORY if e.code == "next.word" else LOGS
        raise Faults([Fault(e.code, file, params=e.params)]) from e
    return registry


def _own(desk: Desk, own: Month | None, policy: Policy) -> str:
    """The origin of the log in which a freeze of `own` stands."""
    route = steps.load(desk, own) if own is not None else None
    if route is None or not route.log.events:
        return origin_of(policy)
    return log_name(route.log, route.frozen.file if route.frozen is not None else b"")


def _docket(
    desk: Desk, others: Sequence[Stood], base: Registry, policy: Policy
) -> list[Case]:
    """The cases that the month would take over.

    A case with moves here is what they say; another one what the logs say, unless its
    row was edited since the freezes that know it.
    """
    cases = {c.id: c for c in folded(others, base, policy)}
    frozen = [s.frozen.registry.docket for s in others if s.frozen is not None]
    known = {c.id for rows in frozen for c in rows}
    same = {(c.id, c) for rows in frozen for c in rows}
    edited = (c for c in base.docket if c.id in known and (c.id, c) not in same)
    cases |= {c.id: c for c in edited}
    ended = month_span(policy.month)[0] - timedelta(1)
    for kept in KEPT:
        cases |= {c.id: c for c in kept(desk, ended)}
    return list(cases.values())
