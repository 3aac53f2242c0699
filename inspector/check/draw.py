"""Rules of the draw of compounds and of the bottom list. `DRAW_RULES` lists all.

Registry, policy, seed and what was drawn → violations.

Chances are fractions, counts integers, tickets bytes; PROTOCOL.md §5 and §6 are the
source where a rule names no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import zip_longest
from math import ceil, floor

from inspector.ceremony.canon import SHA256, Key
from inspector.ceremony.seed import in_ticket_order
from inspector.check.earlier import (
    caps_kept,
    exclusions_right,
    history_known,
    owed_first,
    owed_visited,
    sealed_docket_kept,
)
from inspector.check.violation import Findings, Rule, Violation, rule, run
from inspector.docket.visits import intake, visits_of_month
from inspector.domain import Registry, Visit
from inspector.errors import Faults
from inspector.policy import (
    MIN_BOTTOM_SHARE,
    MIN_STREET_WEIGHT_BP,
    STREET_SOURCES,
    Policy,
)
from inspector.selection import draw as selection
from inspector.selection.draw import Exclusion, Stratum, StratumDraw
from inspector.selection.ranking import Ranking, rank


@dataclass(frozen=True, slots=True)
class DrawView:
    """What was drawn beside what it was drawn from, and the visits that follow.

    `seed`: the draw's seed, None while it is sealed: then what only the seed decides
    (counts, tickets) is not compared with it. `day`: that of the freeze.
    """

    registry: Registry
    policy: Policy
    ranking: Ranking
    exclusions: tuple[Exclusion, ...]
    strata: tuple[Stratum, ...]
    drawn: tuple[StratumDraw, ...]
    visits: tuple[Visit, ...]
    day: date
    seed: Key | None = None


@rule(
    "分层 {subject} 写作 {found}，应为 {due}",
    "stratum {subject} is {found} instead of {due}",
)
def strata_right(view: DrawView) -> Findings:
    """Strata hold the compounds in the draw, at their exact chances (PROTOCOL §5).

    Policy rates raised to a street's minimum; 浙江省综合行政执法条例 art. 21.
    """
    registry = view.registry
    try:
        due = selection.strata(
            registry.compounds, registry.streets, view.exclusions, view.policy
        )
    except Faults as refused:
        for fault in refused.faults:
            yield fault.code, {"found": len(view.strata), "due": fault.value or "-"}
        return
    wanted = {s.id: s for s in due}
    times = Counter(s.id for s in view.strata)
    found = {s.id: s for s in view.strata}
    for name in sorted({*wanted, *found}):
        a, b = found.get(name), wanted.get(name)
        if a != b or times[name] > 1:
            yield name, {"found": _sized(a), "due": _sized(b)}


def _sized(stratum: Stratum | None) -> str:
    return "-" if stratum is None else f"{stratum.size} × {stratum.chance}"


def _drawn(view: DrawView) -> Iterator[tuple[Stratum, StratumDraw]]:
    """Each stratum with its result, as far as both are known."""
    results = {d.id: d for d in view.drawn}
    for stratum in view.strata:
        if stratum.id in results:
            yield stratum, results[stratum.id]


@rule(
    "分层 {subject} 有 {results} 个抽取结果，应为 {due} 个",
    "stratum {subject} has {results} results instead of {due}",
)
def strata_drawn_once(view: DrawView) -> Findings:
    """Every stratum is drawn once, and nothing else is (PROTOCOL §5)."""
    due = {s.id for s in view.strata}
    results = Counter(d.id for d in view.drawn)
    for name in sorted({*due, *results}):
        if results[name] != (name in due):
            yield name, {"results": results[name], "due": int(name in due)}


@rule(
    "分层 {subject} 抽中或候补了不属于该层或重复的小区：{compounds}",
    "stratum {subject} draws or reserves compounds not its own, or twice: {compounds}",
)
def drawn_from_stratum(view: DrawView) -> Findings:
    """Drawn and reserves belong to their stratum, each named once (PROTOCOL §5)."""
    for stratum, result in _drawn(view):
        named = Counter((*result.drawn, *result.reserves))
        own = set(stratum.compounds)
        odd = sorted(c for c, times in named.items() if times > 1 or c not in own)
        if odd:
            yield stratum.id, {"compounds": " ".join(odd)}


@rule(
    "小区 {subject} 被抽中，但其状态（{status}）或抽查范围不允许",
    "compound {subject} is drawn although its status ({status}) or the scope forbids",
)
def drawn_admitted(view: DrawView) -> Findings:
    """Drawn are active compounds inside the published scope (国发〔2019〕5号: 定向)."""
    compounds = {c.id: c for c in view.registry.compounds}
    district = {s.code: s.district for s in view.registry.streets}
    for name in _compounds(view):
        c = compounds.get(name)
        where = district.get(c.street) if c is not None else None
        if (
            c is None
            or where is None
            or c.status != "active"
            or not selection.in_scope(c, where, view.policy.scope)
        ):
            yield name, {"status": c.status if c is not None else "-"}


def _compounds(view: DrawView) -> list[str]:
    """All drawn compounds, sorted."""
    return sorted({c for d in view.drawn for c in d.drawn})


@rule(
    "{subject} 抽取 {drawn} 个，期望 {expected}，应为其下取整或上取整",
    "{subject} draws {drawn}; its expected count {expected} allows floor or ceiling",
)
def counts_rounded(view: DrawView) -> Findings:
    """Strata, streets, classes, total: floor or ceiling of expected (FAIRNESS §3)."""
    expected: dict[str, Fraction] = {}
    drawn: dict[str, int] = {}
    for stratum, result in _drawn(view):
        for name in (
            f"stratum/{stratum.id}",
            f"street/{stratum.street}",
            f"class/{stratum.risk_class.value}",
            "total",
        ):
            expected[name] = expected.get(name, Fraction(0)) + stratum.expected
            drawn[name] = drawn.get(name, 0) + len(result.drawn)
    for name, wanted in expected.items():
        if not floor(wanted) <= drawn[name] <= ceil(wanted):
            yield name, {"drawn": drawn[name], "expected": str(wanted)}


@rule(
    "分层 {subject} 抽取 {drawn} 个，种子给出 {due} 个",
    "stratum {subject} draws {drawn}; the seed gives {due}",
)
def counts_from_seed(view: DrawView) -> Findings:
    """How many a stratum gets is what the seed decides, nobody else (PROTOCOL §5)."""
    if view.seed is None:
        return
    results = selection.draw(view.strata, view.seed, view.policy)
    due = {d.id: len(d.drawn) for d in results}
    for stratum, result in _drawn(view):
        if len(result.drawn) != due[stratum.id]:
            yield stratum.id, {"drawn": len(result.drawn), "due": due[stratum.id]}


def _first_difference(
    subject: str, due: Iterable[str], found: Iterable[str]
) -> Findings:
    pairs = zip_longest(due, found, fillvalue="-")
    for place, (wanted, name) in enumerate(pairs, 1):
        if wanted != name:
            yield subject, {"place": place, "due": wanted, "found": name}
            return


@rule(
    "分层 {subject} 第 {place} 签应为 {due}，实为 {found}",
    "stratum {subject}: ticket {place} is {due}, not {found}",
)
def lowest_tickets(view: DrawView) -> Findings:
    """The lowest tickets are drawn, the next are the reserves (PROTOCOL §5)."""
    if view.seed is None:
        return
    for stratum, result in _drawn(view):
        n = len(result.drawn)
        order = in_ticket_order(view.seed, "compound", stratum.compounds)
        due = order[: n + view.policy.draw.reserves]
        yield from _first_difference(stratum.id, due, [*result.drawn, *result.reserves])


@rule(
    "镇办 {subject} 抽取 {drawn} 个，期望 {expected}，本月最少 {least} 个",
    "street {subject} draws {drawn}, expected {expected}; its minimum is {least}",
)
def street_minimum(view: DrawView) -> Findings:
    """A street in scope expects its part of the year's minimum (DESIGN §3: Draw).

    What is drawn is that rounded, down at most.
    """
    drawn = Counter({s.code: 0 for s in view.registry.streets})
    expected: dict[str, Fraction] = {}
    for stratum, result in _drawn(view):
        drawn[stratum.street] += len(result.drawn)
        more = expected.get(stratum.street, 0) + stratum.expected
        expected[stratum.street] = Fraction(more)
    scope, batches = view.policy.scope, view.policy.draw.batches
    for street in view.registry.streets:
        inside = (not scope.streets or street.code in scope.streets) and (
            not scope.districts or street.district in scope.districts
        )
        n, due = drawn[street.code], expected.get(street.code, Fraction(0))
        short = due * batches < street.min_draw or n < street.min_draw // batches
        if inside and short:
            least = f"{street.min_draw}/{batches}"
            yield street.code, {"drawn": n, "expected": str(due), "least": least}


@rule(
    "{subject} 没有检查依据",
    "item {subject} has no legal basis",
)
def legal_basis(view: DrawView) -> Findings:
    """No legal basis, no inspection (国办发〔2015〕58号)."""
    for item in view.registry.items:
        if not item.legal_basis.strip():
            yield item.code, {}


@rule(
    "街道社区评价权重 {street} / {total}，低于 30 %",
    "street and community weigh {street} of {total}, less than 30 %",
)
def street_weight(view: DrawView) -> Findings:
    """街道 and 社区 weigh at least 30 % of the evaluation (source article 淄博)."""
    weights = dict(view.policy.bottom.weights_bp)
    total = sum(weights.values())
    street = sum(weights.get(source, 0) for source in STREET_SOURCES)
    if street * 10_000 < total * MIN_STREET_WEIGHT_BP or total <= 0:
        yield "bottom", {"street": street, "total": total}


@rule(
    "倒排名单列 {listed} 个，{ranked} 个参评至少应列 {least} 个",
    "the bottom list has {listed} of {ranked} ranked compounds; it needs {least}",
)
def bottom_share(view: DrawView) -> Findings:
    """The bottom list is the share of the ranked, a tenth at least (source 淄博)."""
    share = max(Fraction(*view.policy.bottom.share), MIN_BOTTOM_SHARE)
    ranked = len(view.ranking.order)
    least = ceil(ranked * share)
    if view.ranking.listed < least:
        yield (
            "bottom",
            {"listed": view.ranking.listed, "ranked": ranked, "least": least},
        )


@rule(
    "倒排名单第 {place} 位应为 {due}，实为 {found}",
    "place {place} of the ranking is {due}, not {found}",
)
def ranking_right(view: DrawView) -> Findings:
    """The ranking follows from evaluations, worst first, ties declared (DOMAIN §7)."""
    registry = view.registry
    due = rank(registry.compounds, registry.evaluations, view.policy.bottom)
    wanted = [f"{r.compound} {r.score}" for r in due.order]
    found = [f"{r.compound} {r.score}" for r in view.ranking.order]
    yield from _first_difference("bottom", wanted, found)


@rule(
    "检查 {subject} 不是由抽取结果和整改台账得出的",
    "visit {subject} is not the one that the draw and the docket lead to",
)
def visits_follow(view: DrawView) -> Findings:
    """The visits are those of the docket and the drawn, joined (PROTOCOL §6)."""
    registry = view.registry
    known = {c.id for c in registry.compounds}
    docket = intake(registry, view.ranking, view.policy).visits
    drawn = [c for c in _compounds(view) if c in known]
    due = visits_of_month(registry, view.policy, docket, drawn, view.seed or UNKNOWN)
    found = view.visits
    if view.seed is None:  # numbers are the seed's
        due, found = _unnumbered(due), _unnumbered(found)
    for a, b in zip_longest(due, found):
        if a != b:
            first = b or a
            yield first.id if first else "-", {}


UNKNOWN = Key(SHA256, bytes(32))  # numbers nobody compares


def _unnumbered(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    order = sorted(visits, key=lambda v: (v.compound, v.step))
    return tuple(replace(v, id="") for v in order)


DRAW_RULES: tuple[Rule[DrawView], ...] = (
    # before the seed
    legal_basis,
    street_weight,
    ranking_right,
    bottom_share,
    history_known,
    exclusions_right,
    strata_right,
    # the draw
    strata_drawn_once,
    drawn_from_stratum,
    drawn_admitted,
    caps_kept,
    street_minimum,
    counts_rounded,
    counts_from_seed,
    lowest_tickets,
    # what follows
    owed_visited,
    owed_first,
    sealed_docket_kept,
    visits_follow,
)


def check_draw(view: DrawView) -> tuple[Violation, ...]:
    """Every violation of every rule of the draw and the bottom list, sorted."""
    return run(DRAW_RULES, view)
