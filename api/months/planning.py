"""From the drawn month to the approved plan: people changes, plan, why, approval."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from api.answers import DayText
from api.errors import Problem
from api.months import basis, overview, standing, steps
from api.months.excess import PlannedExcess, planned
from api.months.overview import PlanFigures
from api.site import Desk
from api.store.models import ApiToken, Job, Month
from inspector.command.sheets import plan_file
from inspector.docket.visits import Intake, intake
from inspector.domain import Registry
from inspector.errors import Faults, messages, text
from inspector.month.pack import Packed, people_of, workload
from inspector.month.people import change_faults
from inspector.month.short_of import LeftOut, Said, said
from inspector.month.stages import Route
from inspector.selection.ranking import Ranking, rank

EXPLAINED = 20  # unplaced visits whose relaxations come with the plan

messages(
    {
        "month.four_eyes": (
            "编排计划的人不得审批自己的计划",
            "whoever made the plan may not approve it",
        ),
        "month.nobody_changed": (
            "请至少填写一项请假或回避",
            "name at least one leave or recusal",
        ),
    }
)


def ranking(desk: Desk, month: Month) -> tuple[Registry, Ranking, Intake]:
    """倒排名单 and docket: of the freeze, or as the freeze would take them now.

    Raises Faults when the present registries could not be frozen.
    """
    route = steps.load(desk, month)
    if route.frozen is not None:
        return route.frozen.registry, route.frozen.ranking, route.frozen.intake
    desk.disclosed(f"month:{month.id}", sheet="evaluations")
    found = basis.scenario(desk, month)
    registry, policy = found.registry, found.policy
    order = rank(registry.compounds, registry.evaluations, policy.bottom)
    return registry, order, intake(registry, order, policy)


@dataclass(frozen=True, slots=True)
class RankedCompound:
    """A compound in the ranking; `listed`: on the bottom list."""

    rank: int
    compound: str
    name: str
    score: list[int]
    listed: bool


@dataclass(frozen=True, slots=True)
class BottomList:
    """The bottom list, and how many docket cases and visits the month has."""

    ranked: int
    listed: int
    cases: int
    visits: int
    bottom: list[RankedCompound]


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A visit of a package; times in minutes of the day."""

    visit: str
    arrive: int
    start: int
    end: int
    compound: str
    name: str
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """Who sits in a seat; name and number empty while it is vacant."""

    role: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class PlannedPackage:
    """A package of a day; no `team` before the lottery."""

    id: str
    day: DayText
    office: str
    skill: str
    depart: int
    back: int
    lunch: int | None
    travel_minutes: int
    stops: list[PlannedStop]
    car: str
    team: list[PlannedSeat]


@dataclass(frozen=True, slots=True)
class PlannedStandby:
    """A stand-by pair of a day."""

    id: str
    day: DayText
    team: list[PlannedSeat]


@dataclass(frozen=True, slots=True)
class EasedRule:
    """One rule eased by one amount that would place a visit, and what it costs."""

    rule: str
    price: int
    extra: int
    code: str
    params: dict[str, Any]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PlanCause:
    """One cause by name: what kind, and the compound, office, skill or seat."""

    kind: str
    subject: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class UnplacedVisit:
    """A visit that is left out: why, the causes by name (without them it fits), and
    the cheapest rules to ease."""

    visit: str
    reason: str
    zh: str
    en: str
    reasons: list[PlanCause]
    relaxations: list[EasedRule]


@dataclass(frozen=True, slots=True)
class MissingPair:
    """A stand-by pair that nobody can take, and why by name."""

    id: str
    day: DayText
    reasons: list[PlanCause]


@dataclass(frozen=True, slots=True)
class PlanRemedy:
    """What would bring back so many visits and stand-by pairs, with names and dates."""

    visits: int
    pairs: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """The whole plan: packages, stand-by pairs, what could not be placed and what would
    help, and what goes over a yearly limit (made all the same, with the head's reason).
    """

    month: str
    figures: PlanFigures | None
    packages: list[PlannedPackage]
    standby: list[PlannedStandby]
    unplaced: list[UnplacedVisit]
    unmanned: list[MissingPair]
    remedies: list[PlanRemedy]
    excess: list[PlannedExcess]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why something is as it is, an answer per draw, visit, day or person."""

    answers: list[dict[str, Any]]


def ranked_rows(registry: Registry, order: Ranking) -> list[RankedCompound]:
    """The ranking, worst first."""
    names = {c.id: c.name for c in registry.compounds}
    return [
        RankedCompound(
            n,
            r.compound,
            names[r.compound],
            [r.score.numerator, r.score.denominator],
            n <= order.listed,
        )
        for n, r in enumerate(order.order, 1)
    ]


def bottom(desk: Desk, month: Month) -> BottomList:
    """The bottom list of a month."""
    registry, order, docket = ranking(desk, month)
    rows = ranked_rows(registry, order)
    return BottomList(
        ranked=len(rows),
        listed=order.listed,
        cases=len(docket.cases),
        visits=len(docket.visits),
        bottom=rows[: order.listed],
    )


def change_people(desk: Desk, month: Month, values: dict[str, Any]) -> Route:
    """Leave and recusals that became known after the freeze, with reason and approver.

    Raises Faults for people and subjects that the freeze does not know. A plan made
    before the seal has to be made again; after the lottery who may no longer go is
    absent. Refused between the two.
    """
    route = steps.load(desk, month)
    registry = route.need("frozen", "people").registry
    if wrong := change_faults(registry, values):
        raise Faults(wrong)
    if not values["leave"] and not values["recusals"]:
        raise Problem("month.nobody_changed")
    body = {
        "at": desk.stamp,
        "reason": values["reason"],
        "approver": values["approver"],
        "leave": [_dated(row) for row in values["leave"]],
        "recusals": [_dated(row) for row in values["recusals"]],
    }
    count = {name: len(values[name]) for name in ("leave", "recusals")}
    return steps.advance(desk, month, "people", body, **count)


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its days as text, "" for an open end."""
    return {
        k: v.isoformat() if isinstance(v, date) else (v or "") for k, v in row.items()
    }


def approve(
    desk: Desk, month: Month, number: str, excess: Sequence[dict[str, str]] = ()
) -> Route:
    """审批 by the head. `excess`: his reasons, by visit; nobody is told how many.

    Raises Problem month.four_eyes for whoever made the plan, CeremonyError excess.*.
    """
    steps.load(desk, month).need("packed", "approve")
    if desk.actor.account in _makers(desk, month):
        raise Problem("month.four_eyes")
    body = {"number": number, "by": desk.actor.id, "at": desk.stamp}
    told = {**body, "excess": list(excess)}
    return steps.advance(desk, month, "approve", told, number=number)


def _makers(desk: Desk, month: Month) -> set[str]:
    """Accounts that asked for the month's plans, also through a token."""
    rows = select(Job.requested_by).where(
        Job.month_id == month.id, Job.kind == "schedule", Job.state == "done"
    )
    out = set()
    for actor in desk.db.scalars(rows):
        kind, _, name = actor.partition(":")
        token = desk.db.get(ApiToken, name) if kind == "token" else None
        out.add(token.account_id if token is not None else name)
    return out


def plan(desk: Desk, month: Month) -> PlanView:
    """The whole plan with places and, after the lottery, people; reading is recorded.

    Unplaced visits come with the reason and the cheapest relaxations.
    """
    route = steps.load(desk, month)
    packed: Packed = route.need("packed", "plan")
    desk.disclosed(f"month:{month.id}", what="plan")
    body = json.loads(plan_file(packed, route.assigned))
    short = said(packed)
    return PlanView(
        month=body["month"],
        figures=overview.figures(route),
        packages=[_package(row) for row in body["packages"]],
        standby=[PlannedStandby(**_seated(row)) for row in body["standby"]],
        unplaced=_unplaced(packed, short),
        unmanned=[
            MissingPair(p.what, p.day.isoformat() if p.day else "", _causes(p))
            for p in short.pairs
        ],
        remedies=[PlanRemedy(r.visits, r.pairs, r.zh, r.en) for r in short.remedies],
        excess=planned(packed, standing.known(desk, month)),
    )


def _package(row: dict[str, Any]) -> PlannedPackage:
    stops = [PlannedStop(**stop) for stop in row["stops"]]
    return PlannedPackage(**{**_seated(row), "stops": stops})


def _seated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "team": [PlannedSeat(*seat) for seat in row["team"]]}


def _causes(row: LeftOut) -> list[PlanCause]:
    return [PlanCause(c.kind, c.subject, c.zh, c.en) for c in row.causes]


def _unplaced(packed: Packed, short: Said) -> list[UnplacedVisit]:
    """The visits left out in order, the first of them with relaxations."""
    why, named = _reasons(packed), short.visits
    out = []
    for u in packed.packing.unplaced:
        zh, en = text(u.code, {"visit": u.visit, **dict(u.params)})
        causes = _causes(named[u.visit]) if u.visit in named else []
        rules = why.get(u.visit, [])
        out.append(UnplacedVisit(u.visit, u.code, zh, en, causes, rules))
    return out


def _reasons(packed: Packed) -> dict[str, list[EasedRule]]:
    """Relaxations of the first unplaced visits, cheapest first."""
    unplaced = packed.packing.unplaced[:EXPLAINED]
    if not unplaced:
        return {}
    # numpy and the solver's rooms are only needed for a month that does not fit.
    from inspector.command.explain import data
    from inspector.why.explain import unplaced_why

    people = people_of(packed.frozen, packed.changes)
    work = workload(packed.drawn, people, packed.cars_out)
    return {
        why.visit: [EasedRule(**data(r)) for r in why.relaxations]
        for why in unplaced_why(work, packed.packing.packages, unplaced)
    }


def explain(desk: Desk, month: Month, what: str) -> Explained:
    """Why a visit, a compound's visits, a day or a person (staff number) is as it is.

    Raises InspectorError explain.what. Reading is recorded, without what was asked.
    """
    from inspector.command.explain import Known, answers, data
    from inspector.month.reopen import under_way

    route = steps.load(desk, month)
    packed: Packed = route.need("packed", "explain")
    desk.disclosed(f"month:{month.id}", what="explain")
    known = Known(under_way(packed), _teams(route), {})
    found = answers(known, what)
    return Explained([{"kind": _KIND[type(a).__name__]} | data(a) for a in found])


_KIND = {
    "DrawWhy": "draw",
    "VisitWhy": "visit",
    "DayWhy": "day",
    "OfficerWhy": "inspector",
}


def _teams(route: Route) -> dict[str, dict[str, str]]:
    """Per package or stand-by pair: staff number -> role, empty before the lottery."""
    if route.assigned is None or route.frozen is None:
        return {}
    real = {name: number for number, name in route.frozen.names.items()}
    going = route.assigned.going()
    out: dict[str, dict[str, str]] = {}
    for seat in route.assigned.sealed.packed.seats:
        team = out.setdefault(seat.package, {})
        if going[seat.id]:
            team[real[going[seat.id]]] = seat.role.value
    return out
