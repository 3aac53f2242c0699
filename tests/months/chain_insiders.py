"""Insiders of a chain: what a bureau might hide from, or invent for, the next freeze.

Each changes what one month stands on, or says; everything else is done honestly, so
that no hash, no seed and no other claim can show it. `INSIDERS` says which claim does,
once the bundles of the other logs are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bureau import Bureau, Line
from retold import Insider

from inspector.domain import (
    AssumedVisit,
    CaseState,
    PastVisit,
    Registry,
    VisitKind,
)
from inspector.month.following import following
from inspector.month.standing import stood
from inspector.months import months_after
from inspector.policy import Method, Policy, Scope


@dataclass(frozen=True)
class Setting:
    """A told bureau; `line` is the month that an insider tells again."""

    bureau: Bureau
    line: Line

    @property
    def at(self) -> str:
        return Bureau.after_freeze(self.line)


Make = Callable[[Setting], Insider]
INSIDERS: dict[str, tuple[Make, str, bool]] = {}


def insider(claim: str, *, whole: bool = False) -> Callable[[Make], Make]:
    """Registers one: the claim that refuses him; `whole`: after the month's close."""

    def add(make: Make) -> Make:
        INSIDERS[make.__name__] = make, claim, whole
        return make

    return add


def without(registry: Registry, table: str, row: Any) -> Registry:
    rows = getattr(registry, table)
    return replace(registry, **{table: tuple(r for r in rows if r is not row)})


def swapped(registry: Registry, table: str, old: Any, **new: Any) -> Registry:
    rows = (replace(r, **new) if r is old else r for r in getattr(registry, table))
    return replace(registry, **{table: tuple(rows)})


def logged(rows: Iterable[PastVisit]) -> PastVisit:
    """A random visit that a log holds."""
    return next(r for r in rows if r.log and r.kind is VisitKind.RANDOM)


@insider("history.chain")
def a_visit_of_a_friend_is_invented(_: Setting) -> Insider:
    def invent(registry: Registry) -> Registry:
        old = logged(registry.history)
        seen = {h.compound for h in registry.history}
        friend = next(c for c in registry.compounds if c.id not in seen)
        row = replace(old, compound=friend.id, usc18=friend.usc18)
        return replace(registry, history=(*registry.history, row))

    return Insider(invent)


@insider("history.chain")
def the_bureau_s_word_grows_by_a_visit(_: Setting) -> Insider:
    def invent(registry: Registry) -> Registry:
        old = next(h for h in registry.history if not h.log)
        seen = {h.compound for h in registry.history}
        friend = next(c for c in registry.compounds if c.id not in seen)
        row = replace(old, compound=friend.id, kind=VisitKind.RANDOM)
        row = replace(row, counts_for_cap=True, date=old.date - timedelta(1))
        return replace(registry, history=(*registry.history, row))

    return Insider(invent)


@insider("history.chain")
def a_visit_is_left_out(_: Setting) -> Insider:
    return Insider(lambda r: without(r, "history", logged(r.history)))


@insider("history.chain")
def the_deadline_of_a_visit_is_put_off(_: Setting) -> Insider:
    def later(registry: Registry) -> Registry:
        row = logged(registry.history)
        return swapped(registry, "history", row, due=months_after(row.deadline, 1))

    return Insider(later)


@insider("history.chain")
def a_visit_does_not_count_for_its_firm(_: Setting) -> Insider:
    """The year has room for one more, and the compound is drawn again at once."""

    def uncounted(registry: Registry) -> Registry:
        row = logged(registry.history)
        return swapped(registry, "history", row, counts_for_cap=not row.counts_for_cap)

    return Insider(uncounted)


@insider("history.chain")
def a_visit_counts_as_published_later(_: Setting) -> Insider:
    def later(registry: Registry) -> Registry:
        row = logged(registry.history)
        return swapped(registry, "history", row, at=row.at[:-2] + "9Z")

    return Insider(later)


@insider("history.chain")
def a_case_is_dropped_from_the_docket(_: Setting) -> Insider:
    def drop(registry: Registry) -> Registry:
        assumed = {a.case for a in registry.assumed}
        case = next(
            c
            for c in registry.docket
            if c.state is not CaseState.CLOSED and c.id not in assumed
        )
        return without(registry, "docket", case)

    return Insider(drop)


@insider("history.chain")
def a_case_goes_on_under_another_number(_: Setting) -> Insider:
    def rename(registry: Registry) -> Registry:
        assumed = {a.case for a in registry.assumed}
        case = next(
            c
            for c in registry.docket
            if c.state is not CaseState.CLOSED and c.id not in assumed
        )
        return swapped(registry, "docket", case, id="2025-01-new")

    return Insider(rename)


@insider("history.chain")
def an_owed_visit_is_forgotten(_: Setting) -> Insider:
    return Insider(lambda r: without(r, "owed", r.owed[0]))


@insider("history.chain")
def an_owed_visit_is_named_after_another_leaf(_: Setting) -> Insider:
    return Insider(lambda r: swapped(r, "owed", r.owed[0], leaf="00" * 32))


@insider("history.chain")
def the_root_of_an_older_month_is_another(_: Setting) -> Insider:
    return Insider(lambda r: swapped(r, "logs", r.logs[0], root="11" * 32))


@insider("history.chain")
def a_whole_month_is_left_out(_: Setting) -> Insider:
    """With all that its log held; the docket goes on as if it were remembered."""

    def forget(registry: Registry) -> Registry:
        name = logged(registry.history).log
        tables = ("history", "assumed", "owed", "running")
        rest = {
            t: tuple(r for r in getattr(registry, t) if r.log != name) for t in tables
        }
        logs = tuple(x for x in registry.logs if x.origin != name)
        return replace(registry, logs=logs, **rest)

    return Insider(forget)


@insider("history.chain")
def an_open_month_is_said_to_be_closed(_: Setting) -> Insider:
    def shut(registry: Registry) -> Registry:
        running = {a.log for a in registry.assumed} | {a.log for a in registry.running}
        log = next(x for x in registry.logs if x.origin in running)
        registry = swapped(registry, "logs", log, open=False)
        assumed = tuple(a for a in registry.assumed if a.log != log.origin)
        return replace(registry, assumed=assumed)

    return Insider(shut)


@insider("history.chain")
def the_logs_are_older_than_the_freeze(setting: Setting) -> Insider:
    """He freezes as if a result that was published meanwhile were not yet."""
    rows = [h.at for h in setting.line.folds[-1].history if h.log]
    return Insider(lambda r: folded(setting, r, before=max(rows)))


def folded(setting: Setting, base: Registry, before: str = "9") -> Registry:
    """What the program folds from what the logs held a second before."""
    logs = [
        found
        for line in setting.bureau.others(setting.line, setting.at)
        for route in [x for at, x in line.stands if at < min(before, setting.at)][-1:]
        if (found := stood(route)) is not None
    ]
    return following(logs, base, setting.line.policy, setting.at)


@insider("history.chain")
def a_visit_is_assumed_that_nobody_planned(_: Setting) -> Insider:
    """The case is judged as if it had been visited: no re-check this month."""

    def assume(registry: Registry) -> Registry:
        known = registry.assumed[0]
        taken = {a.case for a in registry.assumed}
        case = next(c for c in registry.docket if c.id not in taken)
        row = AssumedVisit(
            known.log, case.id, case.compound, VisitKind.LOOKBACK, 0, known.day
        )
        return replace(registry, assumed=(*registry.assumed, row))

    return Insider(assume)


@insider("history.chain")
def a_visit_that_is_sealed_is_not_assumed(_: Setting) -> Insider:
    return Insider(lambda r: without(r, "assumed", r.assumed[-1]))


@insider("history.chain")
def the_month_has_a_second_scope(_: Setting) -> Insider:
    """All districts by name are the whole city: another log, another chance."""

    def scope(policy: Policy) -> Policy:
        names = ("万秀", "龙圩", "长洲")
        return replace(policy, scope=Scope(method=Method.TARGETED, districts=names))

    return Insider(policy=scope)


@insider("auditor.chain", whole=True)
def somebody_brings_a_minute_more(_: Setting) -> Insider:
    def more(registry: Registry) -> Registry:
        one = registry.inspectors[0]
        minutes = one.carry_minutes + 1
        return swapped(registry, "inspectors", one, carry_minutes=minutes)

    return Insider(more)


@insider("auditor.chain", whole=True)
def who_goes_there_now_is_hidden(_: Setting) -> Insider:
    return Insider(lambda r: without(r, "running", r.running[0]))


@insider("auditor.chain", whole=True)
def another_is_said_to_have_been_there(_: Setting) -> Insider:
    def other(registry: Registry) -> Registry:
        row = logged(registry.history)
        pair = (row.lead, row.second)
        new = next(i.id for i in registry.inspectors if i.id not in pair)
        return swapped(registry, "history", row, lead=new)

    return Insider(other)


@insider("history.chain", whole=True)
def a_second_visit_does_not_say_so(_: Setting) -> Insider:
    return Insider(again=lambda _: "")


@insider("history.chain", whole=True)
def a_visit_says_it_was_the_second(setting: Setting) -> Insider:
    name = setting.line.folds[-1].logs[0].origin
    return Insider(again=lambda found: found or name)


@insider("history.chain", whole=True)
def a_re_check_passes_for_the_acceptance(_: Setting) -> Insider:
    other = {"recheck": "acceptance", "acceptance": "recheck"}
    return Insider(purpose=lambda found: other[found])


@insider("history.chain", whole=True)
def what_other_logs_held_is_not_counted(_: Setting) -> Insider:
    """So that a firm is below its limit."""
    return Insider(elsewhere=lambda _: [])
