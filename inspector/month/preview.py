"""试算: what a month could carry, before anything is frozen or drawn.

A scenario before its freeze → `Preview`. Beside the route: nothing is kept.

Months are drawn with TEST seeds (`trial`) and planned as a real one; of what is left
out the causes are named, people among them: for the bureau alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from inspector.ceremony.canon import Key, digest
from inspector.ceremony.seed import in_ticket_order
from inspector.docket.visits import visits_of_month
from inspector.domain import Registry, Visit
from inspector.errors import messages
from inspector.month.ahead import DocketAhead, docket_ahead
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import people_of, workload
from inspector.month.possible import Asked, asked_of, impossible
from inspector.month.short_of import LeftOut, SaidRemedy, said
from inspector.month.trial import (
    TEST,
    Begin,
    SharedCause,
    drawn_by_test,
    shared,
    trial_freeze,
    tried,
)
from inspector.policy import Policy
from inspector.schedule.workload import Workload
from inspector.selection.yearly import CLOSING
from inspector.why.capacity import Need, fill, needs, package_limit, visit_limit
from inspector.workdays import Calendar

messages(
    {
        "preview.fits": (
            "{where}：预计 {expected} 次检查，约可安排 {fits} 次（上限 {limit} 次）",
            "{where}: {expected} visits are expected, about {fits} fit ({limit} at"
            " most)",
        ),
        "preview.short": (
            "{where}：预计 {expected} 次检查，约只能安排 {fits} 次",
            "{where}: {expected} visits are expected but only about {fits} fit",
        ),
        "preview.impossible": (
            "{where}：预计 {expected} 次检查，任何计划至多安排 {limit} 次",
            "{where}: {expected} visits are expected but no plan holds more than"
            " {limit}",
        ),
        "preview.excess": (
            "{name}（{unit}）：本年已查 {made} 次，本月台账检查后达 {most} 次"
            "（同日合并至少 {least} 次），超过上限 {limit} 次"
            "（= {cap} + 台账 {cases} 件 × {each}）；检查照做，须由负责人说明理由",
            "{name} ({unit}): inspected {made} times this year, {most} with the month's"
            " docket visits ({least} at least, on shared days), above the limit of"
            " {limit} (= {cap} + {cases} cases × {each}); the visits are made, the head"
            " gives his reasons",
        ),
        "preview.exhausted": (
            "{class} 类：{out} 个小区已达本年上限（{cap} 次），本月没有可抽的",
            "class {class}: {out} compounds are at their yearly limit of {cap}; none"
            " is left to draw",
        ),
        "preview.capped": (
            "{class} 类：{out} 个小区已达本年上限（{cap} 次），只剩 {left} 个可抽",
            "class {class}: {out} compounds are at their yearly limit of {cap}; only"
            " {left} can be drawn",
        ),
        "preview.left": (
            "{where}：试抽 {visits} 次检查，快速编排有 {left} 次未排",
            "{where}: of {visits} visits of the trial draw a quick plan leaves out"
            " {left}",
        ),
    }
)

# Trial months when nobody says how many: enough for shares while it is quick.
SEEDS, SEEDS_LARGE, LARGE = 20, 5, 100


@dataclass(frozen=True, slots=True)
class Line:
    """Capacity of a district, a skill or the city ("").

    `expected`: visits the rates and the docket ask for, exactly, the `docket` having
    its part in it. `fits`: visits that
    some plan was found to hold, `all_fit` when that is every visit there could be;
    `limit`: no plan holds more. `drawn`, `left`: visits of the trial draw, and those a
    first plan left out.
    """

    where: str
    expected: Fraction
    docket: Fraction
    fits: int
    all_fit: bool
    limit: int
    car_days: int
    duty_days: int
    drawn: int
    left: int


@dataclass(frozen=True, slots=True)
class PreviewNote:
    """A sentence: what fits or what is short."""

    code: str
    params: tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the month could carry. `test`: always true, the draws were test ones.

    `out`: how many compounds the draw leaves out, by reason; those who are out by
    inspections for a cause (`other`) by themselves. `seeds`: trial months; `causes`:
    what they are short of and how many of them, the most frequent first; `left_out`,
    `remedies`: of the first. `capped`: classes of which yearly caps leave few.
    """

    month: str
    working_days: int
    city: Line
    districts: tuple[Line, ...]
    skills: tuple[Line, ...]
    notes: tuple[PreviewNote, ...]
    unplaced: tuple[tuple[str, str], ...]  # visit of the test draw, reason code
    seeds: int
    causes: tuple[SharedCause, ...]
    left_out: tuple[LeftOut, ...]
    remedies: tuple[SaidRemedy, ...]
    capped: tuple[PreviewNote, ...]
    out: tuple[tuple[str, int], ...] = ()
    excess: tuple[PreviewNote, ...] = ()  # firms that the docket alone takes over
    test: bool = True


def _others(frozen: Frozen, visits: Sequence[Visit]) -> list[Visit]:
    """Random visits of the compounds in the draw that have none among `visits`, in the
    order of their test tickets."""
    taken = {v.compound for v in visits}
    names = [c for s in frozen.strata for c in s.compounds if c not in taken]
    suite, month = frozen.suite, frozen.policy.month
    seed = Key(suite, digest(suite, TEST, "order", month))
    plain = visits_of_month(frozen.registry, frozen.policy, (), names, seed)
    by_compound = {v.compound: v for v in plain}
    order = in_ticket_order(seed, "compound", names)
    return [replace(by_compound[c], id=f"X-{c}") for c in order]


def preview(
    registry: Registry,
    policy: Policy,
    calendar: Calendar,
    begin: Begin,
    at: str = "",
    seeds: int = 0,
    quick: Begin | None = None,
) -> Preview:
    """Capacity against what the rates expect, with trial draws; `begin` makes the plan
    of the first of them, `quick` of the others. `at`: when the month will be frozen,
    UTC; by then some results of before count, `begin_of` when not told. `seeds`: how
    many trial months; 0: `SEEDS`, fewer of a large month.

    Raises what a freeze would: impossible strata, a year without working days.
    """
    frozen = trial_freeze(registry, policy, calendar, at)
    first = tried(drawn_by_test(frozen), begin, remedies=True)
    drawn = first.packed.drawn
    count = seeds or (SEEDS_LARGE if len(drawn.visits) > LARGE else SEEDS)
    others_tried = [
        tried(drawn_by_test(frozen, n), quick or begin) for n in range(1, count)
    ]
    short = said(first.packed, first.short)
    work = workload(drawn, people_of(frozen))
    packing = first.packed.packing
    others = _others(frozen, drawn.visits)
    filled = fill(work, packing.packages, others)
    more = frozenset(s.visit for p in filled for s in p.stops)
    asked, everything, chances = asked_of(frozen)
    month = _TrialMonth(
        drawn,
        work,
        frozenset(u.visit for u in packing.unplaced),
        tuple(others),
        more,
        tuple(asked),
        {
            (n.visit.id, n.visit.skill): n
            for n in needs(work, [replace(a.visit, id=a.id) for a in asked])
        },
    )
    names = sorted({a.visit.skill for a in month.asked} - {""})
    districts = tuple(month.district(n) for n in range(len(work.offices)))
    skills = tuple(month.skill(s) for s in names)
    city = month.city(sum(d.limit for d in districts))
    return Preview(
        policy.month,
        len(work.days),
        city,
        districts,
        skills,
        tuple(_note(line) for line in (city, *districts, *skills)),
        tuple((u.visit, u.code) for u in packing.unplaced),
        count,
        shared([first, *others_tried], impossible(first.packed, everything), chances),
        short.rows,
        short.remedies,
        _capped(frozen),
        tuple(sorted(Counter(e.reason for e in frozen.exclusions).items())),
        tuple(_over(frozen, a) for a in docket_ahead(frozen)),
    )


def _capped(frozen: Frozen) -> tuple[PreviewNote, ...]:
    """Classes of which the caps leave less than half of what could be drawn."""
    compounds = frozen.registry.compounds
    classes = {c.id: c.risk_class for c in compounds if c.status == "active"}
    inside = Counter(classes[c] for s in frozen.strata for c in s.compounds)
    out = Counter(
        classes[e.compound]
        for e in frozen.exclusions
        if e.reason in ("cap", "other") and e.compound in classes
    )
    caps = dict(frozen.policy.draw.caps)
    found = []
    for name, number in sorted(out.items()):
        left = inside[name]
        if number > left:
            code = "preview.capped" if left else "preview.exhausted"
            params = {"class": name.value, "cap": caps[name], "out": number}
            found.append(
                PreviewNote(code, tuple(sorted({**params, "left": left}.items())))
            )
    return tuple(found)


def _over(frozen: Frozen, found: DocketAhead) -> PreviewNote:
    """A firm that goes over its yearly limit by the docket alone, with the terms."""
    named = {c.usc18: c.name for c in frozen.registry.companies}
    named |= {c.id: c.name for c in frozen.registry.compounds}
    limit = found.limit
    params: dict[str, str | int] = {
        "unit": found.unit,
        "name": named.get(found.unit, found.unit),
        "made": found.made,
        "least": found.least,
        "most": found.most,
        "limit": limit.total,
        "cap": limit.cap,
        "cases": limit.cases,
        "each": limit.steps + CLOSING,
    }
    return PreviewNote("preview.excess", tuple(sorted(params.items())))


@dataclass(frozen=True, slots=True)
class _TrialMonth:
    """The trial month: `left` visits found no place in the first plan, `more` of the
    `others` fitted besides."""

    drawn: Drawn
    work: Workload
    left: frozenset[str]
    others: tuple[Visit, ...]
    more: frozenset[str]
    asked: tuple[Asked, ...]
    needs: Mapping[tuple[str, str], Need]

    def city(self, most: int) -> Line:
        """All districts; `most`: the sum of their limits."""
        crew = sum(g.month for g in self.work.crew.groups)
        cars = sum(map(sum, self.work.cars))
        packages = package_limit(self.work)
        line = self._line("", lambda v: True, packages, cars, crew)
        return replace(line, limit=min(line.limit, most))

    def district(self, number: int) -> Line:
        """One office and its cars; people are pooled city-wide."""
        name = self.work.offices[number].district
        crew = sum(g.month for g in self.work.crew.groups)
        return self._line(
            name,
            lambda v: v.district == name,
            package_limit(self.work, office=number),
            sum(self.work.cars[number]),
            crew,
        )

    def skill(self, name: str) -> Line:
        """Visits that need a special skill, and those who have it."""
        return self._line(
            name,
            lambda v: v.skill == name,
            package_limit(self.work, name),
            sum(map(sum, self.work.cars)),
            sum(g.month for g in self.work.crew.groups if name in g.skills),
        )

    def _line(
        self,
        where: str,
        mine: Callable[[Visit], bool],
        packages: int,
        car_days: int,
        duty_days: int,
    ) -> Line:
        """One line for the visits that `mine` admits, in so many packages at most."""
        asked = [a for a in self.asked if mine(a.visit)]
        least: dict[str, Need] = {}
        for a in asked:
            need = self.needs.get((a.id, a.visit.skill))
            if need is not None and (
                a.id not in least or need.minutes < least[a.id].minutes
            ):
                least[a.id] = need
        drawn = [v for v in self.drawn.visits if mine(v)]
        others = [v for v in self.others if mine(v)]
        left = sum(v.id in self.left for v in drawn)
        more = sum(v.id in self.more for v in others)
        return Line(
            where,
            sum((a.chance for a in asked), Fraction(0)),
            sum((a.chance for a in asked if a.docket), Fraction(0)),
            len(drawn) - left + more,
            not left and more == len(others),
            visit_limit(self.work, tuple(least.values()), packages),
            car_days,
            duty_days,
            len(drawn),
            left,
        )


def _note(line: Line) -> PreviewNote:
    params: dict[str, str | int] = {
        "where": line.where or "全市 city",
        "expected": f"{float(line.expected):.1f}",
        "fits": f"{line.fits}" + ("+" if line.all_fit else ""),
        "limit": line.limit,
        "visits": line.drawn,
        "left": line.left,
    }
    code = "preview.fits"
    if line.expected > line.limit:
        code = "preview.impossible"
    elif line.expected > line.fits:
        code = "preview.short"
    elif line.left:
        code = "preview.left"
    return PreviewNote(code, tuple(sorted(params.items())))
