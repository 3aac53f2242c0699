"""What papers say of one visit, from its own record: a `Work` → `Origin`, party, team,
 items, frequency, the day it was approved.

Nothing here is the day of a download: a paper is dated by what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.errors import Problem
from api.field.duties import Work
from api.months import standing, steps
from api.papers.forms import Object, Officer, Origin
from api.registry.letterhead import head, signed_under
from api.site import Desk
from inspector.command.sheets import VACANT
from inspector.domain import Compound, Item, Registry, VisitKind
from inspector.law import TaskSource, categories, task_sources
from inspector.month.excess import unit_in, yearly
from inspector.month.field import drawn_at
from inspector.month.following import elsewhere_of
from inspector.month.freeze import Frozen
from inspector.policy import Policy, named
from inspector.selection.yearly import said
from inspector.words import several, word
from inspector.workdays import local_day

_OUTSIDE = "上级部署的专项，不计入年度检查频次"
_NO_FIRM = "未聘物业服务企业，不计入企业年度检查频次"


def object_of(registry: Registry, compound: Compound) -> Object:
    """The party as the freeze has it; where no company is, who answers."""
    c = compound
    names = {x.usc18: x.name for x in registry.companies}
    streets = {s.code: s.name for s in registry.streets}
    mode = c.mode or ("professional" if c.usc18 else "fallback")
    return Object(
        *(c.id, c.name, c.community, names.get(c.usc18, ""), c.usc18, c.address),
        c.responsible or c.community or streets.get(c.street, ""),
        word("mode", mode).zh,
    )


def team_of(work: Work) -> list[Officer]:
    """Who goes to the visit, or made it, seats in order."""
    return [
        Officer(who.name, who.cert_no, who.unit, word("role", role.value))
        if who is not None
        else Officer(VACANT[0], "", "", word("role", role.value))
        for role, who in work.field.seated(work.package.id, work.visit.id)
    ]


def methods(items: Sequence[Item]) -> str:
    """The methods of these items, each once."""
    return several("check_method", dict.fromkeys(i.method for i in items)).zh


def case_of(work: Work) -> str:
    """The docket case that the visit is for, "" for none."""
    frozen = work.field.assigned.frozen
    found = {v.compound: v.case for v in frozen.intake.visits}
    return found.get(work.visit.compound, "")


def origin(desk: Desk, work: Work) -> Origin:
    """Task source, category, frequency, approval of the visit, in words."""
    policy, kinds = work.field.assigned.frozen.policy, work.visit.kinds
    sources = task_sources(kinds, policy.task)
    number, by, issued = approved(desk, work)
    return Origin(
        "；".join(_source(s, work, policy) for s in sources),
        several("category", categories(kinds, policy.task)).zh,
        several("kind", kinds).zh,
        frequency(desk, work),
        "并".join(_opening(s, work, policy) for s in sources),
        number,
        issued,
        signed_under(desk, issued, by),
        "\n".join(_authorities(desk, work, policy)),
        _seated(desk, work, issued),
    )


def _authorities(desk: Desk, work: Work, policy: Policy) -> list[str]:
    """检查主体 of the visit's list: the bureau, and whoever sits for others."""
    own = policy.authority or head(desk).bureau
    found = (named(policy, i.authority) or own for i in work.checklist.items)
    return list(dict.fromkeys([own, *found]))


def _source(source: TaskSource, work: Work, policy: Policy) -> str:
    name, more = word("visit_source", source.value).zh, ""
    if source is TaskSource.DOCKET:
        more = case_of(work)
    elif source is TaskSource.CASE:
        called = VisitKind.WHISTLE in work.visit.kinds
        more = "吹哨报到" if called else "蹲点调研"
    elif source is TaskSource.SUPERIOR:
        more = policy.task.document
    return f"{name}（{more}）" if more else name


def _opening(source: TaskSource, work: Work, policy: Policy) -> str:
    """Why the bureau comes, as the first words of a notice."""
    if source is TaskSource.RANDOM:
        return "根据“双随机、一公开”抽查工作计划，经随机抽取，"
    if source is TaskSource.SUPERIOR:
        document = f"（{policy.task.document}）" if policy.task.document else ""
        return f"根据上级部署的专项检查{document}，经抽取，"
    if source is TaskSource.DOCKET:
        return f"根据后进小区整改台账{case_of(work)}的整改安排，"
    called = VisitKind.WHISTLE in work.visit.kinds
    return f"根据{'街道、社区吹哨报到' if called else '蹲点调研安排'}，"


def approved(desk: Desk, work: Work) -> tuple[str, str, date | None]:
    """Number, who, and day of the approval that the visit stands on: that of the plan
    it was sealed in. What an amendment or a call brought was approved on paper: nothing
    of it is on record, so nothing is printed."""
    given = steps.load(desk, work.field.month).approval
    sealed = work.field.assigned.as_sealed.drawn.visits
    if given is None or all(v.id != work.visit.id for v in sealed):
        return "", "", None
    return given.number, given.by, _day(given.at)


def _seated(desk: Desk, work: Work, approval: date | None) -> date:
    """The day from which on it is known who goes: the lottery of the package, the call,
    or the last substitution in it. No notice that names them is older."""
    assigned, package, visit = work.field.assigned, work.package.id, work.visit.id
    found = [drawn_at(assigned, package)]
    events = (e for e in assigned.log.events if e["event"] == "substituted")
    found += [str(e["at"]) for e in events if e["seat"].startswith(f"{package}/")]
    for step in steps.made(desk, work.field.month):
        if step.kind == "call":
            body = steps.opened(desk, step)
            if body["visit"]["id"] == visit:
                found.append(str(body["at"]))
    days = [local_day(at) for at in found]
    return max([*days, approval] if approval else days)


def _day(at: str) -> date | None:
    return local_day(at) if at else None


def frequency(desk: Desk, work: Work) -> str:
    """本年第几次 / 上限, with the terms of the limit (PROTOCOL.md §13): the count that
    its result would have now."""
    frozen, visit = work.field.assigned.frozen, work.visit
    if frozen.policy.task.source == "superior":
        return _OUTSIDE
    if not unit_in(frozen, visit.compound):
        return _NO_FIRM
    events, day = work.field.assigned.log.events, work.package.day
    found = yearly(
        frozen, events, visit, day, visit.kinds, _elsewhere(desk, work, frozen)
    )
    if found.limit is None:
        return "此类检查不计入年度检查频次"
    n, limit = found.count, found.limit
    most = said(n, limit).zh.removeprefix(f"本年已查 {n} 次 / ")
    return f"本年第 {n} 次（含本次），{most}"


def _elsewhere(desk: Desk, work: Work, frozen: Frozen) -> tuple[date, ...]:
    """Days of the year that other logs published; what the result said, once it is."""
    for result in work.field.assigned.results:
        if result.visit == work.visit.id:
            return tuple(result.elsewhere)
    try:
        logs = standing.beside(desk, work.field.month, frozen, work.visit)
    except Problem:  # a month that was handed out may hold more: its result will tell
        logs = []
    at, day = desk.stamp, work.package.day
    return elsewhere_of(logs, frozen, work.visit.compound, day, at)
