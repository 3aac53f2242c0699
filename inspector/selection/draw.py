"""The draw of compounds: exclusions, strata, counts, tickets (PROTOCOL.md §5).

Chances are fractions that exist before the seed. How many of a stratum are drawn is
rounded exactly (FAIRNESS §3); who they are is decided by the lowest tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from inspector.ceremony.canon import Key, canonical
from inspector.ceremony.log import leaf_hash
from inspector.ceremony.seed import in_ticket_order
from inspector.domain import Compound, PastVisit, RiskClass, Street, VisitKind
from inspector.errors import Fault, Faults, messages
from inspector.months import month_span, months_between
from inspector.policy import Policy, Scope
from inspector.selection.rounding import Arc, round_network

RECENT = "recent"
CAP = "cap"
OTHER = "other"  # at the cap by inspections for a cause; only where `cap_by` is "all"

messages(
    {
        "draw.rate": (
            "风险类别 {risk_class} 的抽查比例无效：{value}",
            "the rate of risk class {risk_class} is not valid: {value}",
        ),
        "draw.street": (
            "小区所在镇办未知：{value}",
            "the street of a compound is unknown: {value}",
        ),
        "draw.minimum": (
            "镇办 {street} 本月最少抽取 {value} 个，可抽取的只有 {size} 个",
            "street {street} must draw at least {value} this month but only {size} can "
            "be drawn",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A compound out of the draw. `cites`: hex log leaves of the visits that say so."""

    compound: str
    reason: str  # RECENT, CAP or OTHER
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """分层: compounds of equal chance, sorted by id. `type` is "" unless by_type."""

    id: str
    street: str
    risk_class: RiskClass
    type: str
    compounds: tuple[str, ...]
    chance: Fraction

    @property
    def size(self) -> int:
        return len(self.compounds)

    @property
    def expected(self) -> Fraction:
        """Expected number drawn: size · chance."""
        return self.size * self.chance


@dataclass(frozen=True, slots=True)
class StratumDraw:
    """What was drawn in a stratum and its 候补, both in ticket order."""

    id: str
    drawn: tuple[str, ...]
    reserves: tuple[str, ...]


def history_leaf(row: PastVisit) -> str:
    """Hex leaf under which an earlier inspection stands in the public log."""
    event = {
        "event": "inspected",
        "compound": row.compound,
        "usc18": row.usc18,
        "date": row.date.isoformat(),
        "kind": row.kind.value,
    }
    return leaf_hash(canonical(event)).hex()


def exclusions(
    history: Iterable[PastVisit],
    compounds: Iterable[Compound],
    policy: Policy,
    day: date,
) -> tuple[Exclusion, ...]:
    """Who is out because of earlier inspections, by compound id (PROTOCOL.md §5).

    `day`: that of the freeze. A row that counts does so when its deadline is over: no
    steering by early publication. `recent`: random ones (个案 never buys safety), back
    from the deadline; `cap` (国办发〔2024〕54号): random ones of the year before the
    month, those of one unit on one day being one (综合查一次); `other`: those for a
    cause with them, where the bureau reads the cap so (`cap_by`).
    """
    rules = policy.draw
    caps, by_company = dict(rules.caps), rules.cap_unit == "company"
    first = month_span(policy.month)[0]
    recent: dict[str, list[PastVisit]] = {}
    counted: dict[tuple[str, str], list[PastVisit]] = {}
    for row in sorted(history, key=lambda r: (r.date, r.compound, r.kind)):
        if not row.counts_for_cap or row.deadline >= day:
            continue
        random = row.kind is VisitKind.RANDOM
        near = months_between(row.deadline, first) <= rules.exclude_recent_months
        if random and near:
            recent.setdefault(row.compound, []).append(row)
        if row.date.year == first.year and row.date < first:
            unit = row.usc18 if by_company else row.compound
            for reason in (CAP, OTHER) if random else (OTHER,):
                counted.setdefault((unit, reason), []).append(row)
    reasons = (CAP, OTHER) if rules.cap_by == "all" else (CAP,)
    out = []
    for c in sorted(compounds, key=lambda c: c.id):
        found = [(RECENT, recent[c.id])] if c.id in recent else []
        unit = c.usc18 if by_company else c.id
        for reason in reasons if unit and c.risk_class in caps else ():
            rows = counted.get((unit, reason), [])
            if len({row.date for row in rows}) >= caps[c.risk_class]:
                found.append((reason, rows))
        if found:
            reason, rows = found[0]
            out.append(Exclusion(c.id, reason, tuple(map(history_leaf, rows))))
    return tuple(out)


def in_scope(compound: Compound, district: str, scope: Scope) -> bool:
    """定向 (国发〔2019〕5号): every non-empty list contains the compound's value."""
    return (
        (not scope.types or compound.type in scope.types)
        and (not scope.classes or compound.risk_class in scope.classes)
        and _street_in_scope(compound.street, district, scope)
    )


def _street_in_scope(street: str, district: str, scope: Scope) -> bool:
    return (not scope.streets or street in scope.streets) and (
        not scope.districts or district in scope.districts
    )


def base_rates(policy: Policy) -> dict[RiskClass, Fraction]:
    """A class's chance in this month, before any street is raised to its minimum.

    `rates` are of a year, which `batches` months share; never above 1 a month.
    """
    one, batches = Fraction(1), policy.draw.batches
    rates = policy.draw.rates
    return {c: min(one, Fraction(over, under * batches)) for c, (over, under) in rates}


def _wrong_rates(policy: Policy) -> list[Fault]:
    """Rates below 0 or over 0 are faults; those above 1 (twice a year) are none."""
    faults = []
    for risk_class, (over, under) in policy.draw.rates:
        if under < 1 or over < 0:
            rate, where = f"{over}/{under}", {"risk_class": risk_class.value}
            faults.append(Fault("draw.rate", "policy", None, "rates", rate, where))
    return faults


def least_of(street: Street, policy: Policy) -> Fraction:
    """A street's minimum in this month: its year's `min_draw` over the batches."""
    return Fraction(street.min_draw, policy.draw.batches)


def _raised(
    sizes: Sequence[tuple[int, Fraction]], least: Fraction
) -> tuple[Fraction, ...] | None:
    """Chances of a street's strata (size, rate) for an expected count >= `least`.

    min(1, f·rate) with the smallest f >= 1 that gives it, or None (浙江 art. 21).
    Strata reach 1 in the order of falling rates, so the fixed set is a prefix.
    """
    expected = sum((n * rate for n, rate in sizes), Fraction(0))
    if expected >= least:
        return tuple(rate for _, rate in sizes)
    sure, rest = 0, expected
    for n, rate in sorted(sizes, key=lambda x: x[1], reverse=True):
        if not rate:
            break
        factor = (least - sure) / rest
        if factor * rate <= 1:
            return tuple(min(Fraction(1), factor * r) for _, r in sizes)
        sure, rest = sure + n, rest - n * rate
    return None


def strata(
    compounds: Iterable[Compound],
    streets: Iterable[Street],
    excluded: Iterable[Exclusion],
    policy: Policy,
) -> tuple[Stratum, ...]:
    """The strata with their exact chances, sorted by id (PROTOCOL.md §5).

    Raises Faults, all at once: draw.rate, draw.street (unknown street), draw.minimum
    (a street's minimum is more than what can be drawn there).
    """
    faults = _wrong_rates(policy)
    known = {s.code: s for s in streets}
    out = {e.compound for e in excluded}
    cells: dict[str, dict[tuple[str, RiskClass, str], list[str]]] = {}
    for c in compounds:
        if c.street not in known:
            faults.append(Fault("draw.street", "compounds", None, "street", c.street))
        elif (
            c.status == "active"
            and c.id not in out
            and in_scope(c, known[c.street].district, policy.scope)
        ):
            kind = c.type if policy.draw.by_type else ""
            name = f"{c.street}/{c.risk_class.value}" + (f"/{kind}" if kind else "")
            cell = cells.setdefault(c.street, {})
            cell.setdefault((name, c.risk_class, kind), []).append(c.id)
    used = {key[1] for cell in cells.values() for key in cell}
    faults += [
        Fault("draw.rate", "policy", None, "rates", "", {"risk_class": r.value})
        for r in sorted(used - {r for r, _ in policy.draw.rates})
    ]
    if faults:
        raise Faults(faults)
    found, rates = [], base_rates(policy)
    for code, street in sorted(known.items()):
        cell = cells.get(code, {})
        sizes = [(len(ids), rates[key[1]]) for key, ids in cell.items()]
        admitted = _street_in_scope(code, street.district, policy.scope)
        least = least_of(street, policy) if admitted else Fraction(0)
        chances = _raised(sizes, least)
        if chances is None:
            where = {"street": code, "size": sum(n for n, rate in sizes if rate)}
            shown = f"{float(least):.4g}"
            faults.append(
                Fault("draw.minimum", "streets", None, "min_draw", shown, where)
            )
            continue
        for ((name, risk_class, kind), ids), chance in zip(
            cell.items(), chances, strict=True
        ):
            found.append(
                Stratum(name, code, risk_class, kind, tuple(sorted(ids)), chance)
            )
    if faults:
        raise Faults(faults)
    return tuple(sorted(found, key=lambda s: s.id))


def network(found: Sequence[Stratum]) -> tuple[list[Arc], int]:
    """The circulation of expected counts and its unit D (PROTOCOL.md §5 "Counts")."""
    unit = lcm(*(s.expected.denominator for s in found))
    by_street: dict[str, int] = {}
    by_class: dict[str, int] = {}
    arcs = []
    for s in found:
        flow = s.expected.numerator * (unit // s.expected.denominator)
        street, risk_class = f"street/{s.street}", f"class/{s.risk_class.value}"
        arcs.append(Arc(f"stratum/{s.id}", street, risk_class, flow))
        by_street[street] = by_street.get(street, 0) + flow
        by_class[risk_class] = by_class.get(risk_class, 0) + flow
    arcs += [Arc(name, "root", name, flow) for name, flow in by_street.items()]
    arcs += [Arc(name, name, "sink", flow) for name, flow in by_class.items()]
    arcs.append(Arc("total", "sink", "root", sum(by_street.values())))
    return arcs, unit


def draw(
    found: Sequence[Stratum], seed: Key, policy: Policy
) -> tuple[StratumDraw, ...]:
    """Draw every stratum with the draw's seed; the same order as `found`.

    Each stratum, street, class and the total gets the floor or the ceiling of its
    expected count; inside a stratum the lowest tickets win.
    """
    arcs, unit = network(found)
    counts = round_network(arcs, unit, seed)
    out = []
    for s in found:
        n = counts[f"stratum/{s.id}"]
        order = in_ticket_order(seed, "compound", s.compounds)
        reserves = order[n : n + policy.draw.reserves]
        out.append(StratumDraw(s.id, tuple(order[:n]), tuple(reserves)))
    return tuple(out)


def totals(
    found: Iterable[Stratum], drawn: Iterable[StratumDraw]
) -> tuple[int, dict[str, int]]:
    """How many were drawn, in all and per risk class that has a stratum."""
    risk_class = {s.id: s.risk_class.value for s in found}
    classes = dict.fromkeys(sorted(risk_class.values()), 0)
    for d in drawn:
        classes[risk_class[d.id]] += len(d.drawn)
    return sum(classes.values()), classes


def place(stratum: Stratum, seed: Key, compound: str) -> int:
    """The compound's place by ticket in its stratum, from 1: the first n are drawn."""
    return in_ticket_order(seed, "compound", stratum.compounds).index(compound) + 1
