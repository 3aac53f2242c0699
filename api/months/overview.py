"""What a planner sees of a month at a glance: stage, what is next, what is missing.

Counts and public figures only; nothing here tells a compound, a day or a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.answers import Stamp, grown
from api.errors import Problem
from api.months import anchors, basis, carries, sealing, sources, steps
from api.months.anchors import Anchor
from api.months.sealing import Sealing
from api.months.sources import GIVEN, Line
from api.site import Desk
from api.store.models import Month
from inspector.balls import form_of, in_groups
from inspector.errors import messages, text
from inspector.month import waited
from inspector.month.assigned import Assigned
from inspector.month.stages import Approval, Route
from inspector.policy import Source
from inspector.words import VOCABULARY

messages(
    {
        "month.faults": (
            "名录或细则有 {count} 处错误",
            "registries or policy have {count} faults",
        ),
        "month.entropy_missing": (
            "缺随机源 {source}（{at} 之后产生）",
            "the value of entropy source {source} (after {at}) is missing",
        ),
        "month.entropy_unconfirmed": (
            "随机源 {source} 尚待第二人录入相同结果",
            "a second person has to enter the value of entropy source {source}",
        ),
        "month.inside_open": (
            "随机源 {source} 可在 {until} 之前录入，否则按空值计",
            "entropy source {source} may be entered before {until}, else it is empty",
        ),
        "month.inside_silent": (
            "随机源 {source} 逾时未录入，按空值计并公示",
            "entropy source {source} was silent: it counts as empty, and is named",
        ),
        "month.inside_misfit": (
            "随机源 {source} 的揭示值与其哈希不符，按空值计并公示",
            "entropy source {source} does not fit its hash: it counts as empty",
        ),
        "month.approval_missing": (
            "缺负责人审批",
            "the head's approval is missing",
        ),
        "month.carry_due": (
            "{placed} 次检查日期已过而无结果、{unplaced} 次未排：未进行的请于 {by} "
            "前（含）登记顺延",
            "{placed} visits are over without a result, {unplaced} found no place: "
            "carry by {by} those that were not made",
        ),
        "month.carry_late": (
            "{placed} 次检查日期已过而无结果、{unplaced} 次未排：顺延期限 {by} 已过，"
            "逾期顺延逐一公示",
            "{placed} visits are over without a result, {unplaced} found no place: "
            "they were to be carried by {by}; later ones are counted by name",
        ),
        "month.vacant": (
            "{count} 次检查的主办或协办席位空缺，无候补可接替：不能有结果，当日未进行的"
            "登记顺延",
            "{count} visits lack an officer, no reserve was left: without both there is"
            " no result; carry those that were not made",
        ),
        "month.results_missing": (
            "{count} 次检查尚无结果",
            "{count} visits have no result yet",
        ),
        **{
            f"month.next.{action.code}": (action.zh, action.en)
            for action in VOCABULARY["step"].values()
        },
    }
)

_ROLES = {"approve": "head", "publish": "inspector"}


@dataclass(frozen=True, slots=True)
class BureauMonthLine:
    """A month in lists."""

    id: str
    month: str
    title: str
    stage: str
    demonstration: bool
    commitment: str
    seal_commitment: str
    created: datetime
    version: int


@dataclass(frozen=True, slots=True)
class MissingItem:
    """Something missing: a code, its parameters and both sentences."""

    code: str
    params: dict[str, Any]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next action, whose it is, and from when on it is possible."""

    action: str
    role: str
    after: Stamp = field(metadata={"says": "not before this moment; or empty"})
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class EntropyLine:
    """A source and the leaf that counts for it. An inside value counts if it was
    entered before `until`; the outside one needs a second person (`confirmed`)."""

    stage: str
    attempt: int
    cancelled: bool
    until: Stamp
    source: Source
    outside: bool
    recorded: bool
    confirmed: bool
    fits: bool = field(
        metadata={"says": "false: not of the announced hash, counts as empty"}
    )
    corrections: int
    value: str = ""
    issue: str = ""
    at: Stamp = ""
    fallback: bool = False
    shown: str = field(default="", metadata={"says": "值，分区读出 in its groups"})
    form: str = field(default="", metadata={"says": "录入示例 an example to type"})


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The plan in figures: travel, proven bound, gap as a fraction, runs. Rates and
    chances are [numerator, denominator]."""

    packages: int
    unplaced: int
    travel_minutes: int
    bound_minutes: int
    gap: list[int] | None
    runs: int
    reproducible: bool
    seats: int
    min_chance: list[int]
    max_chance: list[int]


@dataclass(frozen=True, slots=True)
class BureauMonth(BureauMonthLine):
    """A month at a glance. Rates and chances are [numerator, denominator]."""

    policy: str
    policy_number: int
    entropy: list[EntropyLine]
    missing: list[MissingItem]
    next: NextStep | None
    counts: dict[str, int]
    approval: Approval | None
    plan: PlanFigures | None
    sealing: Sealing | None
    anchor: Anchor | None
    job: str | None


def shown(desk: Desk, month: Month) -> BureauMonth:
    """The overview of a month."""
    route, policy = steps.load(desk, month), basis.policy_of(desk, month)
    entropy = _entropy(desk, month, route)
    job = basis.active_job(desk, month)
    return grown(
        BureauMonth,
        month,
        stage=route.stage,
        policy=policy.id,
        policy_number=policy.number,
        entropy=[_line(x) for x in entropy],
        missing=_missing(desk, month, route, entropy),
        next=None if month.away else _next(route, entropy, job),
        counts=counts(route),
        approval=route.approval,
        plan=figures(route),
        sealing=sealing.sealing(route, desk.stamp),
        anchor=anchors.of_route(route),
        job=job,
    )


def _line(x: Line) -> EntropyLine:
    said = {n: x.leaf[n] for n in (*GIVEN, "at")} if x.leaf is not None else {}
    stage = x.stage
    return EntropyLine(
        stage.name,
        stage.attempt,
        stage.cancelled,
        stage.until,
        x.source,
        x.outside,
        x.recorded,
        x.confirmed,
        x.fits,
        x.corrections,
        **said,
        shown=in_groups(x.source, said.get("value", "")),
        form=form_of(x.source),
    )


def anchor(desk: Desk, month: Month) -> Anchor:
    """The anchor of a month. Raises Problem 404 while no freeze is in force."""
    found = anchors.of_route(steps.load(desk, month))
    if found is None:
        raise Problem("http.not_found")
    return found


def _entropy(desk: Desk, month: Month, route: Route) -> tuple[Line, ...]:
    """Every announced source of the month; of cancelled attempts the outside ones."""
    stages = (*waited.announced(route), *waited.cancelled(route))
    found = (x for s in stages for x in sources.lines(desk, month, route, s))
    return tuple(x for x in found if x.outside or not x.stage.cancelled)


def _missing(
    desk: Desk, month: Month, route: Route, entropy: tuple[Line, ...]
) -> list[MissingItem]:
    if month.away:
        return [_item("month.away")]
    out = [*_sources_missing(desk.stamp, route, entropy)]
    if route.frozen is None:
        found = basis.faults(desk, month)
        return [*out, _item("month.faults", count=len(found))] if found else out
    sealed = sealing.sealing(route, desk.stamp)
    if sealed is not None and sealed.reason:
        out.append(_item("seal.plan", **sealing.plan_words(sealed)))
    if route.stage == "packed":
        out.append(_item("month.approval_missing"))
    if route.stage == "assigned" and (pending := counts(route)["pending"]):
        out.append(_item("month.results_missing", count=pending))
    if route.stage == "assigned" and route.assigned is not None:
        if vacant := route.assigned.vacancies():
            out.append(_item("month.vacant", count=len(vacant)))
        out += _carries(desk, month, route.assigned)
    return out


def _carries(desk: Desk, month: Month, assigned: Assigned) -> Iterator[MissingItem]:
    """Visits that were not made and are to be said so: when, before it is late."""
    due = carries.due(desk, month, assigned)
    if due is not None:
        code = "month.carry_late" if desk.today > due.by else "month.carry_due"
        counted = {"placed": due.placed, "unplaced": due.unplaced}
        yield _item(code, **counted, by=due.by.isoformat())


def _sources_missing(
    now: str, route: Route, entropy: tuple[Line, ...]
) -> Iterator[MissingItem]:
    """What the seed that is due lacks, and what a close will ask for."""
    due = waited.due(route)
    for x in entropy:
        name = x.source.id
        if x.outside and (x.stage == due or x.stage.cancelled):
            if not x.recorded:
                yield _item("month.entropy_missing", source=name, at=x.source.at)
            elif not x.confirmed:
                yield _item("month.entropy_unconfirmed", source=name)
        elif x.stage == due and not x.recorded:
            silent = now >= x.stage.until
            code = "month.inside_silent" if silent else "month.inside_open"
            yield _item(code, source=name, until=x.stage.until)
        elif x.stage == due and not x.fits:
            yield _item("month.inside_misfit", source=name)


def _item(code: str, **params: Any) -> MissingItem:
    return MissingItem(code, params, *text(code, params))


def _next(route: Route, entropy: Sequence[Line], job: str | None) -> NextStep | None:
    if route.closed is not None:
        return None
    waiting = [x for x in entropy if x.stage == waited.due(route)]
    action = _action(route, waiting, job)
    owed = [x.source.at for x in waiting if x.outside and not x.recorded]
    role = _ROLES.get(action, "planner")
    words = text(f"month.next.{action}", {})
    return NextStep(action, role, min(owed, default=""), *words)


def _action(route: Route, waiting: Sequence[Line], job: str | None) -> str:
    if any(x.owed and not x.recorded for x in waiting):
        return "record_entropy"
    if any(x.owed for x in waiting):
        return "confirm_entropy"
    if route.stage == "drawn":
        return "wait" if job else "schedule"
    if route.stage == "assigned":
        return "publish" if counts(route)["pending"] else "close"
    return {
        "new": "freeze",
        "frozen": "draw",
        "packed": "approve",
        "approved": "seal",
        "sealed": "assign",
    }[route.stage]


def counts(route: Route) -> dict[str, int]:
    """How many of everything, as far as the month has come."""
    out: dict[str, int] = {"changes": len(route.changes)}
    if route.drawn is not None:
        out["compounds"] = len(route.drawn.compounds)
        out["visits"] = len(route.drawn.visits)
    if route.packed is not None:
        packing = route.packed.packing
        out["packages"] = len(packing.packages)
        out["seats"] = len(route.packed.seats)
        out["unplaced"] = len(packing.unplaced)
        out["placed"] = sum(len(p.stops) for p in packing.packages)
    if route.assigned is not None:
        out["absences"] = len(route.assigned.absences)
        out["results"] = len(route.assigned.results)
        out["pending"] = len(route.assigned.outstanding)
        out["carried"] = len(route.assigned.carried)
    return out


def figures(route: Route) -> PlanFigures | None:
    """The plan in figures, None before there is one."""
    if route.packed is None:
        return None
    packing, table = route.packed.packing, route.packed.table
    travel, bound = packing.travel_minutes, packing.bound_minutes
    return PlanFigures(
        packages=len(packing.packages),
        unplaced=len(packing.unplaced),
        travel_minutes=travel,
        bound_minutes=bound,
        gap=[travel - bound, bound] if bound else None,
        runs=route.packed.runs,
        reproducible=packing.reproducible,
        seats=len(route.packed.seats),
        min_chance=[table.min_chance, table.unit],
        max_chance=[table.max_chance, table.unit],
    )
