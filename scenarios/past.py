"""What happened before: docket cases of earlier months and the year's visits.

Visits of a company keep the yearly caps, those of one day counting once, and random
ones never meet a compound twice in following months; the steps of a series lie 7 to 15
days apart. Every visit was made on a working day by two officers who were entitled to
it, and its result had to be published by its deadline: the month ahead leaves out of
its draw what was due before its freeze.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from inspector.domain import (
    Case,
    CaseState,
    Compound,
    PastVisit,
    VisitKind,
)
from inspector.errors import InspectorError
from inspector.months import month_of, month_span
from inspector.policy import Policy
from inspector.selection.draw import base_rates
from inspector.workdays import Calendar
from scenarios.city import City
from scenarios.people import Staff, acts_for_the_bureau
from scenarios.spec import Spec
from scenarios.stream import Stream

EDGE = 13  # a running series was visited at most that long before the month
PER_CREW = 4  # visits that one pair makes on one day in one district
GRADED = (15, 15, 30)  # days to rectify: ordinary twice as often as complex
# What remediation has added to the quality of a compound, by the state of its case.
GAINS = {
    CaseState.WAITING: (0, 0),
    CaseState.LISTED: (0, 60),
    CaseState.RECTIFYING: (20, 140),
    CaseState.ACCEPTING: (80, 260),
    CaseState.CLOSED: (150, 350),
}


@dataclass(frozen=True, slots=True)
class PastMonths:
    """`better`: see `opinions.make_evaluations`."""

    docket: tuple[Case, ...]
    history: tuple[PastVisit, ...]
    better: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Done:
    """A visit of the past before anybody is named for it."""

    compound: str
    day: date
    kind: VisitKind


def make_past(
    spec: Spec, city: City, staff: Staff, policy: Policy, calendar: Calendar
) -> PastMonths:
    """Docket and history. Raises InspectorError spec.people."""
    cases, done = _cases(spec, city, calendar)
    taken = {(d.compound, d.day) for d in done}
    random = _random(spec, city, policy, calendar, taken)
    taken |= {(d.compound, d.day) for d in random}
    done += random
    done += _whistles(spec, city, policy, calendar, done)
    gains = Stream(spec.name, spec.seed, "gains")
    return PastMonths(
        tuple(sorted(cases, key=lambda c: c.id)),
        tuple(_crewed(spec, city, staff, policy, calendar, done)),
        {c.compound: gains.between(*GAINS[c.state]) for c in cases},
    )


def _workdays(calendar: Calendar, day: date, near: int, far: int) -> list[date]:
    """The working days `near`..`far` calendar days before `day`, latest first."""
    days = (day - timedelta(n) for n in range(near, far + 1))
    return [d for d in days if calendar.is_workday(d)]


def _cases(
    spec: Spec, city: City, calendar: Calendar
) -> tuple[list[Case], list[_Done]]:
    counts = spec.docket
    stream = Stream(spec.name, spec.seed, "docket")
    noisy = {c.id: city.quality[c.id] + stream.between(-60, 60) for c in city.compounds}
    worst = iter(sorted(noisy, key=lambda i: (noisy[i], i)))
    until = spec.past.until
    cases: list[Case] = []
    done: list[_Done] = []

    def add(
        state: CaseState, days: list[date], kinds: Sequence[VisitKind], due: int
    ) -> None:
        """A case visited on `days`; its next visit is due up to `due` days later."""
        compound = next(worst)
        opened = (days[0] if days else until).replace(day=1)
        done.extend(_Done(compound, d, k) for d, k in zip(days, kinds, strict=True))
        last = days[-1] if days else None
        gap = {CaseState.LISTED: 7, CaseState.CLOSED: 30}.get(state, 1)
        window = (
            (last + timedelta(gap), last + timedelta(due))
            if last and due
            else (None, None)
        )
        name = f"{month_of(opened)}-{compound}"
        cases.append(Case(name, compound, state, opened, last, *window))

    def before(day: date, steps: int) -> list[date]:
        """`steps` working days, 7 to 15 calendar days apart, ending with `day`."""
        days = [day]
        while len(days) < steps:
            days.insert(0, stream.pick(_workdays(calendar, days[0], 7, 15)))
        return days

    def ending(near: int, far: int, steps: int) -> list[date]:
        """As `before`; the last day `near`..`far` days before the record ends."""
        return before(stream.pick(_workdays(calendar, until, near, far)), steps)

    # A running series: the next step, at most 15 days later, reaches into the month.
    month = month_span(spec.month)[0]
    late = [d for d in _workdays(calendar, month, 1, EDGE) if d <= until]
    if not late:
        raise InspectorError("spec.counts", what="past.until, docket.running")
    series = [VisitKind.REMEDIATION] * 3
    recheck, accept = VisitKind.RECHECK, VisitKind.ACCEPTANCE
    for _ in range(counts.waiting):
        add(CaseState.WAITING, [], [], 0)
    for _ in range(counts.running_one):
        add(CaseState.LISTED, before(stream.pick(late), 1), series[:1], 15)
    for _ in range(counts.running_two):
        add(CaseState.LISTED, before(stream.pick(late), 2), series[:2], 15)
    for _ in range(counts.overdue):
        add(CaseState.RECTIFYING, ending(10, 20, 3), series, 15)
    for n in range(counts.rectifying - counts.overdue):
        failed = [recheck] if n % 4 == 3 else []
        add(
            CaseState.RECTIFYING,
            ending(0, 5, 3 + len(failed)),
            series + failed,
            stream.pick(GRADED),
        )
    for _ in range(counts.accepting):
        days = ending(0, 5, 4)
        add(CaseState.ACCEPTING, days, [*series, recheck], stream.pick(GRADED))
    for _ in range(counts.closed):
        days = ending(0, 45, 5)
        add(CaseState.CLOSED, days, [*series, recheck, accept], 60)
    for _ in range(counts.finished):
        days = ending(70, 170, 6)
        kinds = [*series, recheck, accept, VisitKind.LOOKBACK]
        add(CaseState.CLOSED, days, kinds, 0)
    return cases, done


def _months(spec: Spec, calendar: Calendar) -> Iterator[tuple[str, list[date]]]:
    """The months of the year before the spec's, with their working days on record."""
    year, this = spec.month.split("-")
    for number in range(1, int(this)):
        month = f"{year}-{number:02d}"
        yield (
            month,
            [d for d in calendar.working_days(month) if d <= spec.past.until],
        )


def _random(
    spec: Spec,
    city: City,
    policy: Policy,
    calendar: Calendar,
    taken: set[tuple[str, date]],
) -> list[_Done]:
    """The year's random inspections, at the published chances, within the caps."""
    rates, caps = base_rates(policy), dict(policy.draw.caps)
    made = _Days(city, policy)
    before: set[str] = set()
    out = []
    for month, days in _months(spec, calendar):
        stream = Stream(spec.name, spec.seed, "random", month)
        met = set()
        for c in city.compounds:
            rate = rates[c.risk_class]
            permille = (
                1000
                if month >= spec.past.full_from
                else spec.past.pilot[c.risk_class.value]
            )
            chosen = stream.hit(rate.numerator * permille, rate.denominator * 1000)
            day = stream.pick(days)
            if not chosen or c.id in before or (c.id, day) in taken:
                continue
            if made.of(c.id) < caps[c.risk_class]:
                made.add(c.id, day)
                met.add(c.id)
                out.append(_Done(c.id, day, VisitKind.RANDOM))
        before = met
    return out


class _Days:
    """Days of the year on which a company, or a compound without one, was visited."""

    def __init__(self, city: City, policy: Policy) -> None:
        by_company = policy.draw.cap_unit == "company"
        self._unit = {c.id: (by_company and c.usc18) or c.id for c in city.compounds}
        self._days: dict[str, set[date]] = defaultdict(set)

    def add(self, compound: str, day: date) -> None:
        self._days[self._unit[compound]].add(day)

    def of(self, compound: str) -> int:
        return len(self._days[self._unit[compound]])


def _whistles(
    spec: Spec,
    city: City,
    policy: Policy,
    calendar: Calendar,
    done: Sequence[_Done],
) -> list[_Done]:
    """Complaint calls of the last three months (个案), where the cap leaves room."""
    stream = Stream(spec.name, spec.seed, "whistles")
    days = [day for _, some in list(_months(spec, calendar))[-3:] for day in some]
    found = {
        (stream.pick(city.compounds).id, stream.pick(days))
        for _ in range(spec.past.whistles)
    }
    made, caps = _Days(city, policy), dict(policy.draw.caps)
    classes = {c.id: c.risk_class for c in city.compounds}
    for d in done:
        made.add(d.compound, d.day)
    out = []
    for c, day in sorted(found - {(d.compound, d.day) for d in done}):
        if made.of(c) < caps[classes[c]]:
            made.add(c, day)
            out.append(_Done(c, day, VisitKind.WHISTLE))
    return out


class _Roster:
    """Who may still be sent where: recusals, rotation, one crew a day."""

    def __init__(self, staff: Staff, rotation: timedelta) -> None:
        self._officers = [p for p in staff.inspectors if acts_for_the_bureau(p)]
        self._recused = {(r.inspector, r.subject) for r in staff.recusals}
        self._rotation = rotation
        self._met: dict[tuple[str, str], date] = {}
        self._busy: set[tuple[date, str]] = set()

    def _free(self, person: str, day: date, stops: Sequence[Compound]) -> bool:
        return (day, person) not in self._busy and all(
            (person, c.id) not in self._recused
            and (person, c.usc18) not in self._recused
            and day - self._met.get((person, c.id), date.min) > self._rotation
            for c in stops
        )

    def pair(
        self, stream: Stream, day: date, stops: Sequence[Compound]
    ) -> tuple[str, str]:
        """A lead and a second with the stops' skill, entered as sent."""
        skill = stops[0].skill
        for second in stream.in_any_order(self._officers):
            able = not skill or skill in second.skills
            if not able or not self._free(second.id, day, stops):
                continue
            for lead in stream.in_any_order(self._officers):
                able = lead.may_lead and lead is not second
                if able and self._free(lead.id, day, stops):
                    for person in (lead.id, second.id):
                        self._busy.add((day, person))
                        self._met |= {(person, c.id): day for c in stops}
                    return lead.id, second.id
        raise InspectorError("spec.people", day=day, compound=stops[0].id)


def _crewed(
    spec: Spec,
    city: City,
    staff: Staff,
    policy: Policy,
    calendar: Calendar,
    done: Sequence[_Done],
) -> Iterator[PastVisit]:
    """Name a lead and a second for every visit: entitled, not recused, rotated."""
    compounds = {c.id: c for c in city.compounds}
    district = {s.code: s.district for s in city.streets}
    roster = _Roster(staff, timedelta(31 * policy.seats.rotation_months))
    groups: dict[tuple[date, str, str], list[_Done]] = defaultdict(list)
    for d in sorted(done, key=lambda d: (d.day, d.compound)):
        c = compounds[d.compound]
        groups[d.day, district[c.street], c.skill].append(d)
    for (day, _, _), group in sorted(groups.items()):
        due = calendar.after(day, policy.publish_workdays).date
        for start in range(0, len(group), PER_CREW):
            batch = group[start : start + PER_CREW]
            stops = [compounds[d.compound] for d in batch]
            label = ("crew", day.isoformat(), stops[0].id)
            stream = Stream(spec.name, spec.seed, *label)
            lead, second = roster.pair(stream, day, stops)
            for d, c in zip(batch, stops, strict=True):
                counts = d.kind in policy.draw.counts
                yield PastVisit(
                    *(c.id, c.usc18, day, d.kind, counts, lead, second), due
                )
