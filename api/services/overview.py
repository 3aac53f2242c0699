"""What a planner sees of a month at a glance: stage, what is next, what is missing.

Counts and public figures only; nothing here tells a compound, a day or a name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from api.months import steps
from api.services import months
from api.site import Desk
from api.store.models import Month
from api.store.planning import EntropyRecord
from inspector.errors import messages, text
from inspector.month.route import Route
from inspector.policy import Source

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
        "month.approval_missing": (
            "缺负责人审批",
            "the head's approval is missing",
        ),
        "month.results_missing": (
            "{count} 次检查尚无结果",
            "{count} visits have no result yet",
        ),
        **{
            f"month.next.{action}": words
            for action, words in {
                "freeze": ("冻结名录", "freeze the registries"),
                "record_entropy": ("录入随机源", "record the entropy"),
                "draw": ("随机抽取检查对象", "draw the compounds"),
                "schedule": ("编排日程", "make the plan"),
                "wait": ("编排进行中", "the plan is being made"),
                "approve": ("负责人审批", "approve the plan"),
                "seal": ("密封计划", "seal the plan"),
                "assign": ("摇号派员", "draw the people"),
                "publish": ("检查并公示结果", "inspect and publish the results"),
                "close": ("关账", "close the month"),
                "next": ("开始下月", "start the next month"),
            }.items()
        },
    }
)

_ROLES = {"approve": "head", "publish": "inspector"}


@dataclass(frozen=True, slots=True)
class Item:
    """Something missing: a code, its parameters and both sentences."""

    code: str
    params: dict[str, Any]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Next:
    """The next action, whose it is, and from when on it is possible."""

    action: str
    role: str
    after: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """An announced entropy source, and what it gave if that is recorded."""

    stage: str
    source: Source
    value: str = ""
    issue: str = ""
    at: str = ""
    fallback: bool = False

    @property
    def recorded(self) -> bool:
        """Whether its value is known."""
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Overview:
    """A month with everything a page about it shows first."""

    month: Month
    route: Route
    policy: str
    policy_number: int
    entropy: tuple[SourceLine, ...]
    missing: tuple[Item, ...]
    next: Next | None
    counts: dict[str, int]
    job: str | None
    before: str | None
    after: str | None
    plan: dict[str, Any] | None = field(default=None)


def shown(desk: Desk, month: Month) -> Overview:
    """The overview of a month."""
    route = steps.load(desk, month)
    policy = months.policy_of(desk, month)
    entropy = sources(desk, month, route)
    job, after = months.active_job(desk, month), months.after(desk, month)
    missing = _missing(desk, month, route, entropy)
    return Overview(
        month=month,
        route=route,
        policy=policy.id,
        policy_number=policy.number,
        entropy=entropy,
        missing=missing,
        next=_next(route, entropy, job, after),
        counts=counts(route),
        job=job,
        before=months.before(desk, month),
        after=after,
        plan=figures(route),
    )


def sources(desk: Desk, month: Month, route: Route) -> tuple[SourceLine, ...]:
    """The sources of both seeds, as far as they are announced."""
    if route.frozen is None:
        return ()
    rows = select(EntropyRecord).where(EntropyRecord.month_id == month.id)
    known = {(r.commitment, r.source): r for r in desk.db.scalars(rows)}
    frozen, sealed = route.frozen, route.sealed
    stages = [("draw", frozen.policy.draw_entropy, frozen.commitment.hex())]
    lottery = frozen.policy.lottery_entropy if sealed is None else sealed.entropy
    stages.append(("lottery", lottery, sealed.commitment.hex() if sealed else ""))
    return tuple(
        _line(stage, s, known.get((commitment, s.id)))
        for stage, announced, commitment in stages
        for s in announced
    )


def _line(stage: str, source: Source, row: EntropyRecord | None) -> SourceLine:
    if row is None:
        return SourceLine(stage, source)
    return SourceLine(stage, source, row.value, row.issue, row.at, row.fallback)


def _missing(
    desk: Desk, month: Month, route: Route, entropy: tuple[SourceLine, ...]
) -> tuple[Item, ...]:
    if route.frozen is None:
        found = months.faults(desk, month)
        return (_item("month.faults", count=len(found)),) if found else ()
    stage = _seed_due(route)
    out = [
        _item("month.entropy_missing", source=e.source.id, at=e.source.at)
        for e in entropy
        if e.stage == stage and not e.recorded
    ]
    if route.stage == "packed":
        out.append(_item("month.approval_missing"))
    if route.stage == "assigned" and (pending := counts(route)["pending"]):
        out.append(_item("month.results_missing", count=pending))
    return tuple(out)


def _seed_due(route: Route) -> str:
    """Which seed the month waits for: "draw", "lottery" or none."""
    return {"frozen": "draw", "sealed": "lottery"}.get(route.stage, "")


def _item(code: str, **params: Any) -> Item:
    return Item(code, params, *text(code, params))


def _next(
    route: Route, entropy: tuple[SourceLine, ...], job: str | None, after: str | None
) -> Next | None:
    action = _action(route, entropy, job)
    if route.closed is not None and after is not None:
        return None
    stage = _seed_due(route)
    due = [e.source.at for e in entropy if e.stage == stage and not e.recorded]
    role = _ROLES.get(action, "planner")
    words = text(f"month.next.{action}", {})
    return Next(action, role, min(due, default=""), *words)


def _action(route: Route, entropy: tuple[SourceLine, ...], job: str | None) -> str:
    stage = _seed_due(route)
    if any(e.stage == stage and not e.recorded for e in entropy):
        return "record_entropy"
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
        "closed": "next",
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
        open_ = out["placed"] - out["results"]
        out["pending"] = 0 if route.closed is not None else open_
    if route.closed is not None:
        events = route.closed.log.events
        out["carried"] = sum(e["event"] == "carried" for e in events)
    return out


def figures(route: Route) -> dict[str, Any] | None:
    """The plan in figures: travel, proven bound, gap as a fraction, runs."""
    if route.packed is None:
        return None
    packing, table = route.packed.packing, route.packed.table
    travel, bound = packing.travel_minutes, packing.bound_minutes
    return {
        "packages": len(packing.packages),
        "unplaced": len(packing.unplaced),
        "travel_minutes": travel,
        "bound_minutes": bound,
        "gap": [travel - bound, bound] if bound else None,
        "runs": route.packed.runs,
        "reproducible": packing.reproducible,
        "seats": len(route.packed.seats),
        "min_chance": [table.min_chance, table.unit],
        "max_chance": [table.max_chance, table.unit],
    }
