"""Who enters the docket, and why: tail, complaint peak, street, veto.

Ranking, signals, nominations, vetoes → who enters the docket.

斩尾 takes the bottom of the ranking (`inspector.selection.ranking`), 削峰 the complaint
peaks; a street may nominate (淄博), a veto lists at once. One compound gives one entry
with every reason stated. All arithmetic is exact, all ties are declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from inspector.docket.terms import DocketRules, PeakRules
from inspector.domain import CaseState, Complaint, Compound, Registry, Signal
from inspector.errors import Fault, Faults, messages, text
from inspector.months import month_span, months_before
from inspector.selection.ranking import Ranking

messages(
    {
        "docket.reason_tail": (
            "考评倒排第 {place} 名（列入后 {listed} 名，共 {ranked} 个小区）",
            "place {place} from the bottom of {ranked} ranked ({listed} are listed)",
        ),
        "docket.reason_peak": (
            "投诉高峰：{months} 个月 {complaints} 件，{households} 户",
            "complaint peak: {complaints} in {months} months, {households} households",
        ),
        "docket.reason_street": (
            "街道提名（{number}，{date}）",
            "nominated by the street ({number}, {date})",
        ),
        "docket.reason_veto": (
            "一票否决：{zh}（{number}，{date}）",
            "veto: {en} ({number}, {date})",
        ),
        "docket.reason_earlier": (
            "此前台账转入",
            "carried over from the earlier docket",
        ),
        "docket.reason_result": (
            "{date} 检查结果责令整改",
            "ordered to rectify after the inspection of {date}",
        ),
        "docket.unknown_compound": (
            "名录中没有在管小区 {value}",
            "no active compound {value} in the registry",
        ),
        "docket.other_street": (
            "小区不属于街道 {value}",
            "the compound does not lie in street {value}",
        ),
        "docket.unknown_veto": ("没有此否决事项：{value}", "no such veto: {value}"),
        "docket.peak_rule": (
            "投诉高峰规则无效：{value}",
            "the complaint-peak rule is not valid: {value}",
        ),
    }
)


class Why(StrEnum):
    """列入缘由."""

    TAIL = "tail"  # 斩尾
    PEAK = "peak"  # 削峰
    STREET = "street"  # 街道提名
    VETO = "veto"  # 一票否决
    EARLIER = "earlier"  # a case of the docket before this one
    RESULT = "result"  # a result's order, followed beside the docket


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a compound is on the docket; `facts` fill the sentence."""

    why: Why
    facts: tuple[tuple[str, int | str], ...] = ()

    def sentences(self) -> tuple[str, str]:
        """The reason in Chinese and English."""
        return text(f"docket.reason_{self.why.value}", dict(self.facts))


@dataclass(frozen=True, slots=True)
class Nomination:
    """A street nominates a compound of its own, by a numbered letter."""

    compound: str
    street: str
    number: str
    date: date


@dataclass(frozen=True, slots=True)
class Veto:
    """A fact of `DocketRules.vetoes`, by a numbered document."""

    compound: str
    code: str
    number: str
    date: date


@dataclass(frozen=True, slots=True)
class DocketEntry:
    """One compound to enter the docket, or with new reasons for its open case."""

    compound: str
    reasons: tuple[Reason, ...]

    def case(self, month: str) -> str:
        """Case number, as the month's freeze would give it (PROTOCOL.md §6)."""
        return f"{month}-{self.compound}"


@dataclass(frozen=True, slots=True)
class Selection:
    """`fresh` get a case; `known` have one that is open. Both by compound."""

    month: str
    opened: date
    fresh: tuple[DocketEntry, ...]
    known: tuple[DocketEntry, ...]


def complaints(
    signals: Iterable[Signal],
    month: str,
    rules: PeakRules,
    more: Mapping[str, int] | None = None,
    calls: Iterable[Complaint] = (),
) -> dict[str, int]:
    """Criticism per subject in the months before; `more`: counts from elsewhere;
    `calls`: the list of 12345, of the source `complaints`."""
    first, last = months_before(month, rules.months)
    out = dict(more or {})
    for s in signals:
        wanted = not rules.sources or s.source in rules.sources
        if s.polarity != "criticism" or s.state not in rules.states or not wanted:
            continue
        if first <= s.date <= last:
            out[s.subject] = out.get(s.subject, 0) + 1
    for call in calls if not rules.sources or "complaints" in rules.sources else ():
        if first <= call.date <= last:
            out[call.compound] = out.get(call.compound, 0) + 1
    return out


def peaks(
    compounds: Iterable[Compound], counts: Mapping[str, int], rules: PeakRules
) -> tuple[str, ...]:
    """The compounds with a complaint peak, worst first.

    Order: complaints per household descending, then complaints, then id. A compound
    without households has no rate and never peaks. Raises Faults for an unknown rule.
    """
    if rules.by not in ("rate", "share") or rules.households < 1 or rules.rate[1] < 1:
        raise Faults([Fault("docket.peak_rule", "rules", None, "by", rules.by)])
    rated = [c for c in compounds if c.status == "active" and c.households > 0]
    order = sorted(
        (c for c in rated if counts.get(c.id, 0) >= max(1, rules.least)),
        key=lambda c: (-Fraction(counts[c.id], c.households), -counts[c.id], c.id),
    )
    if rules.by == "share":
        return tuple(c.id for c in order[: ceil(len(rated) * Fraction(*rules.share))])
    limit = Fraction(*rules.rate) / rules.households
    return tuple(c.id for c in order if Fraction(counts[c.id], c.households) >= limit)


def select(
    registry: Registry,
    ranking: Ranking,
    rules: DocketRules,
    month: str,
    *,
    counts: Mapping[str, int],
    nominations: Sequence[Nomination] = (),
    vetoes: Sequence[Veto] = (),
    open_now: Iterable[str] | None = None,
) -> Selection:
    """Run all four rules. `open_now`: compounds with an open case.

    `None` reads them from the registry's docket. Raises Faults with every nomination
    or veto that names something unknown.
    """
    compounds = {c.id: c for c in registry.compounds if c.status == "active"}
    _refuse_unknown(compounds, rules, nominations, vetoes)
    if open_now is None:
        open_now = (
            c.compound for c in registry.docket if c.state is not CaseState.CLOSED
        )
    has_case = set(open_now)
    found: dict[str, list[Reason]] = {}
    for place, row in enumerate(ranking.bottom, 1):
        found.setdefault(row.compound, []).append(_tail(place, ranking))
    for name in peaks(compounds.values(), counts, rules.peaks):
        found.setdefault(name, []).append(_peak(compounds[name], counts, rules.peaks))
    for n in nominations:
        facts = (("number", n.number), ("date", n.date.isoformat()))
        found.setdefault(n.compound, []).append(Reason(Why.STREET, facts))
    for v in vetoes:
        found.setdefault(v.compound, []).append(_veto(v, rules))
    entries = [DocketEntry(c, tuple(found[c])) for c in sorted(found)]
    return Selection(
        month,
        month_span(month)[0],
        tuple(e for e in entries if e.compound not in has_case),
        tuple(e for e in entries if e.compound in has_case),
    )


def _tail(place: int, ranking: Ranking) -> Reason:
    ranked = len(ranking.order)
    facts = (("place", place), ("listed", ranking.listed), ("ranked", ranked))
    return Reason(Why.TAIL, facts)


def _peak(compound: Compound, counts: Mapping[str, int], rules: PeakRules) -> Reason:
    return Reason(
        Why.PEAK,
        (
            ("complaints", counts[compound.id]),
            ("households", compound.households),
            ("months", rules.months),
        ),
    )


def _veto(veto: Veto, rules: DocketRules) -> Reason:
    zh, en = next((zh, en) for code, zh, en in rules.vetoes if code == veto.code)
    return Reason(
        Why.VETO,
        (
            ("code", veto.code),
            ("zh", zh),
            ("en", en),
            ("number", veto.number),
            ("date", veto.date.isoformat()),
        ),
    )


def _refuse_unknown(
    compounds: Mapping[str, Compound],
    rules: DocketRules,
    nominations: Sequence[Nomination],
    vetoes: Sequence[Veto],
) -> None:
    faults = []
    codes = {code for code, _, _ in rules.vetoes}
    for row, n in enumerate(nominations, 1):
        if n.compound not in compounds:
            name = "docket.unknown_compound"
            faults.append(Fault(name, "nominations", row, "compound", n.compound))
        elif compounds[n.compound].street != n.street:
            name = "docket.other_street"
            faults.append(Fault(name, "nominations", row, "street", n.street))
    for row, v in enumerate(vetoes, 1):
        if v.compound not in compounds:
            name = "docket.unknown_compound"
            faults.append(Fault(name, "vetoes", row, "compound", v.compound))
        if v.code not in codes:
            faults.append(Fault("docket.unknown_veto", "vetoes", row, "code", v.code))
    if faults:
        raise Faults(faults)
