"""年度抽查工作计划: a plan and its publication → followed month by month.

The plan is public by law, so it needs no table: `year_planned` holds the document with
its base, `year_published` the day. A later one of the same year replaces the earlier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from sqlalchemy import select

from api.answers import grown
from api.errors import Problem, field_fault, invalid
from api.months.standing import present
from api.public import index as pub
from api.public.index import PublicMonth
from api.registry import entries
from api.site import Desk
from api.store.models import Event
from api.year.answers import (
    PublicYear,
    YearBatch,
    YearChance,
    YearClass,
    YearCoverage,
    YearFiling,
    YearMonth,
    YearRatio,
    YearRest,
    YearScope,
    YearStratum,
    YearView,
)
from inspector.domain import Registry, RiskClass
from inspector.errors import Faults, messages
from inspector.months import month_of
from inspector.printable import iso
from inspector.workdays import load_calendar, local_day
from inspector.year.coverage import Rest, cap_use, rest_of_year
from inspector.year.month_policy import base
from inspector.year.plan import (
    ItemClass,
    PlanStanding,
    YearPlan,
    cells,
    quotas,
    refuse_small_streets,
    share,
    standing,
)
from inspector.year.plan_file import plan_document, read_year
from inspector.year.room import Quota, causes, shares_out

PLANNED, PUBLISHED, FILED = "year_planned", "year_published", "year_filed"
# 榆阳区 5-6 compounds a pair and day (R36): until the year's own months are known.
VISITS_PER_PACKAGE = Fraction(5)
OFFICERS = 2
Chances: TypeAlias = Mapping[RiskClass, tuple[YearChance, ...]]
FULLEST = 50  # units shown of those nearest to their cap

messages(
    {
        "year.published": (
            "年度计划已于 {day} 公布，调整须另行公布",
            "the yearly plan was published on {day}; publish the change as well",
        ),
        "year.not_published": (
            "年度计划尚未公布，公布后方可登记备案",
            "the yearly plan is not public yet; it is filed after that",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest plan of a year: `document` as it was made, `versions` so far."""

    plan: YearPlan
    quotas: tuple[Quota, ...]
    document: dict[str, Any]
    versions: int

    def standing(self, day: date) -> PlanStanding:
        return standing(self.plan, day)


def year_of(text: str) -> int:
    """A year as addresses have it, in one spelling. Raises Problem 404."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Problem("http.not_found")
    return int(text)


def keep(desk: Desk, year: int, text: str) -> YearView:
    """A new version, on the base of the present registries; provisional until public.

    Raises Faults: of the registries, and what the plan cannot keep.
    """
    plan = replace(read_year(str(year), text.encode()), published_on=None)
    if plan.year != year:
        raise invalid(field_fault("text", "年度不符 the plan is of another year"))
    scenario = entries.scenario(desk)
    registry, found = scenario.registry, base(scenario.registry, plan)
    of_class = quotas(plan, found)
    strata = cells(of_class, found)
    refuse_small_streets(strata, {s.code: s.min_draw for s in registry.streets})
    with_causes = None
    if scenario.policy.draw.cap_by == "all":
        done = causes(registry.history, plan.cap_unit, plan.made_on)
        with_causes = shares_out(of_class, found, already=done)
    stands, out = standing(plan, desk.today), shares_out(of_class, found)
    document = plan_document(plan, stands, of_class, strata, out, with_causes)
    desk.event(PLANNED, _subject(year), text=text, document=document)
    desk.published()
    return view(desk, year)


def publish(desk: Desk, year: int, approval: str) -> YearView:
    """公布: from today on the plan holds. Raises Problem 404, year.published."""
    kept = find(desk, year)
    if kept.plan.published_on is not None:
        raise Problem("year.published", day=kept.plan.published_on)
    day = desk.today.isoformat()
    version = kept.versions
    desk.event(PUBLISHED, _subject(year), day=day, version=version, approval=approval)
    desk.published()
    return view(desk, year)


def file(desk: Desk, year: int, values: Mapping[str, Any]) -> YearView:
    """备案: the version in force was filed (鲁政办发〔2025〕3号, read in copies).

    Raises Problem 404; year.not_published: what is filed is public.
    """
    kept = find(desk, year)
    if kept.plan.published_on is None:
        raise Problem("year.not_published")
    day = values["day"].isoformat()
    told = {k: values[k] for k in ("platform", "number")}
    desk.event(FILED, _subject(year), version=kept.versions, day=day, **told)
    desk.published()
    return view(desk, year)


def find(desk: Desk, year: int) -> Kept:
    """The newest plan of the year. Raises Problem 404."""
    planned = _events(desk, PLANNED, year)
    if not planned:
        raise Problem("http.not_found")
    body = planned[-1].body
    plan = read_year(str(year), body["text"].encode())
    days = {e.body["version"]: e.body["day"] for e in _events(desk, PUBLISHED, year)}
    day = days.get(len(planned))
    public = replace(plan, published_on=date.fromisoformat(day) if day else None)
    of_class = _quotas(body["document"], plan.cap_unit)
    return Kept(public, of_class, body["document"], len(planned))


def show(desk: Desk, year: int) -> PublicYear:
    """The plan as it stands today, with what the months did under it. Raises 404."""
    return _shown(desk, find(desk, year))


def view(desk: Desk, year: int) -> YearView:
    """The same with its coverage, for the bureau. Raises Problem 404."""
    kept = find(desk, year)
    shown = _shown(desk, kept)
    try:
        registry = present(desk).registry
    except Faults:  # they are told at /bureau/registries/faults
        return grown(YearView, shown, coverage=None)
    return grown(YearView, shown, coverage=_coverage(desk, kept, shown, registry))


def _shown(desk: Desk, kept: Kept) -> PublicYear:
    doc: dict[str, Any] = {k: v for k, v in kept.document.items() if k != "schema"}
    doc["standing"] = kept.standing(desk.today).value
    doc["published_on"] = iso(kept.plan.published_on)
    doc["scope"] = YearScope(**doc["scope"])
    chances = {q.risk_class: _chances(kept.plan, q) for q in kept.quotas}
    doc["ratios"] = tuple(_ratio(r, chances) for r in doc["ratios"])
    doc["strata"] = tuple(YearStratum(**s) for s in doc["strata"])
    months = tuple(_month(desk, kept, m) for m in _months(desk, kept.plan))
    filed = _events(desk, FILED, kept.plan.year)
    filings = tuple(YearFiling(**e.body) for e in filed)
    return PublicYear(**doc, versions=kept.versions, filings=filings, months=months)


def _ratio(row: Mapping[str, Any], chances: Chances) -> YearRatio:
    """A plan made before `most` was said promised its cap."""
    said = {"most": row["cap"], **row, "item_class": ItemClass(row["item_class"])}
    return YearRatio(**said, chances=chances[RiskClass(row["risk_class"])])


def _chances(plan: YearPlan, quota: Quota) -> tuple[YearChance, ...]:
    """A class's chances of each month, as they stand before anything is drawn."""
    out = []
    for at, month in enumerate(plan.months):
        each = share(quota, plan.exclude_recent_months, at)
        out.append(YearChance(month, *(c.as_integer_ratio() for c in each)))
    return tuple(out)


def _coverage(
    desk: Desk, kept: Kept, shown: PublicYear, registry: Registry
) -> YearCoverage:
    """Published against drawn so far, caps used, what the rest of the year takes."""
    used = cap_use(kept.plan, kept.quotas, registry.history, registry.compounds)
    months = shown.months
    return YearCoverage(
        classes=tuple(_class(q, months, registry, shown.year) for q in kept.quotas),
        cap_unit=kept.plan.cap_unit,
        over_cap=sum(u.used > u.cap for u in used),
        at_cap=sum(u.used == u.cap for u in used),
        fullest=tuple(used[:FULLEST]),
        rest=_rest(desk, kept, registry),
    )


def _subject(year: int) -> str:
    return f"year:{year:04d}"


def _events(desk: Desk, kind: str, year: int) -> Sequence[Event]:
    rows = select(Event).where(Event.kind == kind, Event.subject == _subject(year))
    return desk.db.scalars(rows.order_by(Event.seq)).all()


def _quotas(document: Mapping[str, Any], unit: str) -> tuple[Quota, ...]:
    """The classes of a kept document; the smallest cap of the item classes holds."""
    rows: dict[RiskClass, Quota] = {}
    for r in document["ratios"]:
        risk, parts = RiskClass(r["risk_class"]), tuple(r["batches"])
        cap = min(r["cap"], rows[risk].cap) if risk in rows else r["cap"]
        rows[risk] = Quota(risk, r["base"], r["number"], cap, parts, unit)
    return tuple(rows[risk] for risk in RiskClass if risk in rows)


def _months(desk: Desk, plan: YearPlan) -> list[PublicMonth]:
    """The frozen months of the year, oldest first."""
    months = set(plan.months)
    found = [m for m in pub.index(desk).months if m.month in months and m.frozen]
    return sorted(found, key=lambda m: (m.month, m.id))


def _month(desk: Desk, kept: Kept, month: PublicMonth) -> YearMonth:
    """What one month published and drew, per class; drawn is -1 before the draw."""
    strata = pub.register(desk, month).doc["strata"]
    expected: dict[str, Fraction] = {}
    for s in strata:
        part = Fraction(*s["expected"])
        risk = s["risk_class"]
        expected[risk] = expected.get(risk, Fraction(0)) + part
    drawn = _drawn(desk, month)
    at = kept.plan.months.index(month.month)
    frozen = local_day(pub.register(desk, month).doc["frozen_at"])
    return YearMonth(
        id=month.id,
        month=month.month,
        stage=month.stage,
        plan=kept.standing(frozen).value,
        classes=tuple(
            _part(q, at, expected.get(q.risk_class.value, Fraction(0)), drawn)
            for q in kept.quotas
        ),
    )


def _drawn(desk: Desk, month: PublicMonth) -> Mapping[str, int] | None:
    """Class totals of the draw in force, None before it."""
    events = pub.document(desk, month, "log.json")["events"]
    attempt = pub.register(desk, month).doc["attempt"]
    for e in reversed(events):
        if e["event"] == "drawn" and e["attempt"] == attempt:
            return dict(e["classes"])
    return None


def _part(
    quota: Quota, at: int, expected: Fraction, drawn: Mapping[str, int] | None
) -> YearBatch:
    risk = quota.risk_class.value
    return YearBatch(
        risk_class=risk,
        batch=quota.batches[at],
        expected=expected.as_integer_ratio(),
        drawn=-1 if drawn is None else drawn.get(risk, 0),
    )


def _class(
    quota: Quota, months: Sequence[YearMonth], registry: Registry, year: int
) -> YearClass:
    """A class over the months so far, and the inspections on record."""
    risk = quota.risk_class.value
    parts = [c for m in months for c in m.classes if c.risk_class == risk]
    expected = sum((Fraction(*p.expected) for p in parts), Fraction(0))
    of_class = {c.id for c in registry.compounds if c.risk_class is quota.risk_class}
    made = _visits(registry, of_class, year)
    return YearClass(
        risk_class=risk,
        base=quota.base,
        number=quota.number,
        cap=quota.cap,
        due=sum(p.batch for p in parts),
        expected=expected.as_integer_ratio(),
        drawn=sum(max(0, p.drawn) for p in parts),
        visits=sum(made.values()),
        repeats=sum(n > 1 for n in made.values()),
    )


def _visits(registry: Registry, inside: set[str], year: int) -> Counter[str]:
    """Random inspections of the year per compound."""
    return Counter(
        h.compound
        for h in registry.history
        if h.kind.value == "random" and h.date.year == year and h.compound in inside
    )


def _rest(desk: Desk, kept: Kept, registry: Registry) -> YearRest:
    """Capacity of the months still to freeze, docket visits as in the frozen ones."""
    months = _months(desk, kept.plan)
    left = _left(desk, kept.plan, months)
    docket = [len(pub.register(desk, m).doc["docket_visits"]) for m in months]
    each = -(-sum(docket) // len(docket)) if docket else 0
    people, cars = _present(registry, [kept.plan.months[m] for m in left])
    found: Rest = rest_of_year(
        kept.quotas,
        left,
        people,
        cars,
        OFFICERS,
        VISITS_PER_PACKAGE,
        [each] * len(left),
    )
    return grown(YearRest, found)


def _left(desk: Desk, plan: YearPlan, months: Sequence[PublicMonth]) -> list[int]:
    """The months from today's on that come after the last frozen one."""
    last = max((m.month for m in months), default="")
    today = month_of(desk.today)
    return [k for k, m in enumerate(plan.months) if m >= today and m > last]


def _present(registry: Registry, left: Sequence[str]) -> tuple[list[int], list[int]]:
    """People-days and car-days of each month."""
    officers = [i for i in registry.inspectors if not i.expert]
    people, cars = [], []
    for month in left:
        days = load_calendar().working_days(month)
        people.append(sum(min(i.max_days, len(days)) for i in officers))
        cars.append(
            sum(
                (c.first is None or c.first <= d) and (c.last is None or d <= c.last)
                for c in registry.cars
                for d in days
            )
        )
    return people, cars
