"""A month at its stage → tables in the columns of the platforms it is reported to.

The provincial inspection platform (抽查计划, 任务, 结果: DOMAIN §2) and the national
credit publicity system (国家企业信用信息公示系统: results of random inspections of
firms). Times are Beijing time; codes stand beside their words. Column names follow what
such platforms publish; where a platform issues a template of its own, that one holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.figures import score_text
from api.papers.tables import Table, Value
from inspector.beijing import local_time
from inspector.domain import Compound, Inspector, Item, Visit, VisitKind
from inspector.month.assigned import Assigned, Result
from inspector.month.freeze import Frozen
from inspector.month.record import origin_of
from inspector.month.stages import Route
from inspector.months import month_span
from inspector.results.outcomes import FollowUp, Outcome
from inspector.selection.draw import base_rates
from inspector.words import result_word, several, word

PLAN = (
    *("计划编号", "计划名称", "检查机关", "计划期限", "检查对象范围", "抽查比例"),
    *("任务来源", "检查类别"),
)
TASK = (
    *("任务编号", "任务名称", "计划编号", "检查机关", "抽查方式", "抽查事项"),
    *("抽取数量", "抽取时间", "审批文号"),
)
RESULT = (
    *("计划编号", "任务编号", "检查编号", "检查对象", "统一社会信用代码"),
    *("物业服务企业", "检查机关", "检查日期", "检查类型", "检查方式"),
    *("检查人员", "执法证号", "结果代码", "检查结果", "处理代码", "后续处理"),
    "公示时间",
)
PUBLICITY = (
    *("统一社会信用代码", "企业名称", "抽查计划编号", "抽查计划名称"),
    *("抽查任务编号", "抽查任务名称", "抽查类型", "抽查机关"),
    *("抽查完成日期", "结果代码", "抽查结果", "公示时间"),
)


def numbers(frozen: Frozen) -> tuple[str, str]:
    """Numbers of plan and task: bureau, month, scope if it is a part of the registry,
    and the attempt that holds."""
    scope = frozen.policy.scope
    part = scope.districts or scope.streets or scope.types or scope.classes
    plan = f"{frozen.policy.bureau}-{frozen.policy.month}"
    plan += f"-{origin_of(frozen.policy)[-16:-8]}" if part else ""
    return plan, f"{plan}-{frozen.attempt}"


def task_of(frozen: Frozen, visit: Visit) -> tuple[str, str]:
    """Numbers of plan and task that a visit was made under: those of the draw if it was
    drawn, else no plan, and its docket case as the task."""
    if VisitKind.RANDOM in visit.kinds:
        return numbers(frozen)
    cases = {v.compound: v.case for v in frozen.intake.visits}
    return "", cases.get(visit.compound, "")


def _title(frozen: Frozen) -> str:
    return f"{frozen.policy.month} 住宅小区物业服务双随机抽查"


def _scope(frozen: Frozen) -> str:
    scope = frozen.policy.scope
    words = (*scope.districts, *scope.streets, *scope.types, *scope.classes)
    count = sum(s.size for s in frozen.strata)
    where = "、".join(words) if words else "全部在管住宅小区"
    return f"{where}（{count} 个）"


def rates(frozen: Frozen) -> str:
    """The share of each class that is drawn this month, as percent.

    Not that of a year: a month of a yearly plan freezes its own batch, and twelve of
    one month are no year.
    """
    each = (
        f"{k} {score_text(n * 10_000)}%" for k, n in base_rates(frozen.policy).items()
    )
    return f"{'；'.join(each)}（本月，全年分{frozen.policy.draw.batches}批）"


def plan_table(route: Route, office: str) -> Table:
    """抽查计划: one row."""
    frozen: Frozen = route.need("frozen", "export")
    first, last = month_span(frozen.policy.month)
    period = f"{first.isoformat()}至{last.isoformat()}"
    number, _ = numbers(frozen)
    task = frozen.policy.task
    row = (
        *(number, _title(frozen), office, period, _scope(frozen), rates(frozen)),
        *(word("task_source", task.source).zh, word("category", task.category).zh),
    )
    return Table("抽查计划", PLAN, [row])


def groups(items: Sequence[Item]) -> str:
    """The groups of these items by name, and how many items they are."""
    names = dict.fromkeys(i.group for i in items)
    return f"{'、'.join(names)}（{len(items)} 项）"


def task_table(route: Route, office: str) -> Table:
    """抽查任务: one row, the draw that holds."""
    frozen: Frozen = route.need("frozen", "export")
    method = word("method", frozen.policy.scope.method.value).zh
    number, task = numbers(frozen)
    drawn = next(e for e in reversed(route.log.events) if e["event"] == "drawn")
    row = (
        *(task, _title(frozen), number, office, method),
        groups(frozen.registry.items),
        *(int(drawn["total"]), local_time(str(drawn["at"]))),
        route.approval.number if route.approval is not None else "",
    )
    return Table("抽查任务", TASK, [row])


def result_table(route: Route, office: str) -> Table:
    """抽查结果: every published result with who made it."""
    assigned: Assigned = route.need("assigned", "export")
    frozen: Frozen = assigned.frozen
    method = word("check_method", "onsite").zh
    rows: list[tuple[Value, ...]] = []
    for r, visit, c, company in results_of(assigned):
        people = _team(assigned, r.visit)
        rows.append(
            (
                *(*task_of(frozen, visit), r.visit, c.name, c.usc18, company),
                *(office, r.date.isoformat(), several("kind", visit.kinds).zh, method),
                "、".join(who.name for who in people),
                "、".join(who.cert_no for who in people),
                *_said(r, c.usc18),
            )
        )
    return Table("抽查结果", RESULT, rows)


def publicity_table(route: Route, office: str) -> Table:
    """国家企业信用信息公示系统: results of random inspections, firms only."""
    assigned: Assigned = route.need("assigned", "export")
    frozen: Frozen = assigned.frozen
    plan, task = numbers(frozen)
    method = word("method", frozen.policy.scope.method.value).zh
    rows: list[tuple[Value, ...]] = []
    for r, visit, c, company in results_of(assigned):
        if not c.usc18 or VisitKind.RANDOM not in visit.kinds:
            continue
        outcome, said, _, _, published = _said(r, c.usc18)
        rows.append(
            (
                *(c.usc18, company, plan, _title(frozen)),
                *(task, _title(frozen), method, office),
                *(r.date.isoformat(), outcome, said, published),
            )
        )
    return Table("公示系统", PUBLICITY, rows)


def _said(r: Result, usc18: str) -> tuple[Value, ...]:
    """Codes and words of a result and its follow-up, and when it became public."""
    return (
        *(Outcome(r.outcome).number, result_word("outcome", r.outcome, usc18).zh),
        *(
            FollowUp(r.follow_up).number,
            result_word("follow_up", r.follow_up, usc18).zh,
        ),
        local_time(r.published_at),
    )


def results_of(
    assigned: Assigned,
) -> Iterator[tuple[Result, Visit, Compound, str]]:
    """Published results with visit, compound, and the company as frozen."""
    registry = assigned.frozen.registry
    compounds = {c.id: c for c in registry.compounds}
    companies = {c.usc18: c.name for c in registry.companies}
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    for r in assigned.results:
        c = compounds[visits[r.visit].compound]
        yield r, visits[r.visit], c, companies.get(c.usc18, "")


def _team(assigned: Assigned, visit: str) -> list[Inspector]:
    """The officers who made a visit."""
    packages = assigned.sealed.packed.packing.packages
    mine = {p.id for p in packages if any(s.visit == visit for s in p.stops)}
    seats = [who for seat, who in assigned.seated(visit) if seat.package in mine]
    return [who for who in seats if who is not None and not who.expert]
