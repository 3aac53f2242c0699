"""What happens when rectification fails: the ladder of measures up to 清退建议.

A case and a day → the next measure as a move, or a refusal.

Also the two moves that come from outside a case: the look-back sample, which the
month's seed draws, and a change of the property company (换物业).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from inspector.ceremony.seed import Seed, in_ticket_order
from inspector.docket.cases import CaseFile
from inspector.docket.ladder import admit
from inspector.docket.moves import (
    CompanyChanged,
    DeadlineMissed,
    Escalated,
    LookBackDrawn,
    Move,
    Ordered,
    ProblemsFound,
    VerdictGiven,
    Visited,
)
from inspector.docket.recorded import Recorded
from inspector.docket.terms import DocketRules, LookBack, Rung
from inspector.domain import CaseState
from inspector.errors import InspectorError, messages
from inspector.words import word

messages(
    {
        "docket.rung": (
            "尚不能采取“{zh}”：须先完成上一级 {after} 次，且未整改 {failures} 次",
            "{en} is not open yet: the step before {after} times, {failures} failures",
        ),
        "docket.no_rung": ("没有此级措施：{rung}", "no such step: {rung}"),
        "docket.company": (
            "新旧物业企业不能相同",
            "the new company is the present one",
        ),
        "docket.no_exit": (
            "尚未提出清退建议",
            "no exit was proposed for this case",
        ),
        "docket.not_due": (
            "该事项没有待抽取的回头看",
            "no look-back of this case waits for a draw",
        ),
    }
)

EXIT = "exit"


def open_rungs(case: CaseFile, rules: DocketRules) -> tuple[Rung, ...]:
    """The rungs that may be taken now, lowest first."""
    taken = [*case.rungs]
    if case.vetoed:  # a veto enters the ladder at its own rung
        codes = [r.code for r in rules.rungs]
        taken += codes[: codes.index(rules.veto_rung)]
    out = []
    for below, rung in zip((None, *rules.rungs), rules.rungs, strict=False):
        at_veto = case.vetoed and rung.code == rules.veto_rung
        climbed = below is None or taken.count(below.code) >= rung.after
        if at_veto or (climbed and len(case.failures) >= rung.failures):
            out.append(rung)
    return tuple(out)


def escalate(
    case: CaseFile, day: date, rung: str, number: str, reason: str, rules: DocketRules
) -> Escalated:
    """Take a rung. Raises docket.rung while it is not open, docket.no_rung."""
    admit(case, "escalated", day, frozenset(CaseState))
    found = next((r for r in rules.rungs if r.code == rung), None)
    if found is None:
        raise InspectorError("docket.no_rung", rung=rung)
    if found not in open_rungs(case, rules):
        raise InspectorError(
            "docket.rung",
            zh=found.zh,
            en=found.en,
            after=found.after,
            failures=found.failures,
        )
    return Escalated(day, rung, number, reason)


def change_company(
    case: CaseFile, day: date, new: str, number: str, rules: DocketRules
) -> CompanyChanged:
    """换物业: by rule the case goes to the new company, or ends; never over a problem
    that nobody has solved."""
    admit(case, "company_changed", day)
    if new == case.company:
        raise InspectorError("docket.company")
    ends = rules.change_solved == "close" and not case.unsolved
    return CompanyChanged(day, case.company, new, number, ends)


def look_back_number(cases: int, rules: LookBack) -> int:
    """How many of `cases` closed cases are looked at again: ceil(share x cases).

    >>> look_back_number(10, LookBack())
    3
    """
    return ceil(cases * Fraction(*rules.share))


def draw_look_back(
    cases: Iterable[CaseFile],
    seed: Seed,
    commitment: bytes,
    month: str,
    day: date,
    rules: LookBack,
) -> dict[str, LookBackDrawn]:
    """回头看 by lot: the lowest tickets of the month's draw seed are looked at again.

    Every case whose look-back is due takes part with the same chance; the label is
    `lookback/<month>`. Raises CeremonyError for a seed of another commitment.
    """
    value = seed.bound_to("draw", commitment)
    due = [c.id for c in cases if c.state is CaseState.CLOSED and c.look_back == "due"]
    order = in_ticket_order(value, f"lookback/{month}", due)
    chosen = set(order[: look_back_number(len(due), rules)])
    return {
        case: LookBackDrawn(day, month, commitment.hex(), case in chosen)
        for case in sorted(due)
    }


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """One line of an evidence pack. `position`: where the record holds it."""

    day: date
    zh: str
    en: str
    number: str
    position: int


@dataclass(frozen=True, slots=True)
class ExitProposal:
    """清退建议: against whom, for which compound, and everything it rests on."""

    case: str
    compound: str
    company: str
    day: date
    number: str
    facts: tuple[EvidenceFact, ...]


def propose_exit(
    case: CaseFile, record: Sequence[Recorded], rules: DocketRules
) -> ExitProposal:
    """The evidence pack of an exit proposal. Raises docket.no_exit before that rung.

    Facts are those since the present company took over: what was found, ordered,
    missed, refused and escalated, by day and position.
    """
    if EXIT not in case.rungs:
        raise InspectorError("docket.no_exit")
    since = max(
        (k for k, r in enumerate(record) if isinstance(r.move, CompanyChanged)),
        default=-1,
    )
    names = {r.code: (r.zh, r.en) for r in rules.rungs}
    facts = [
        EvidenceFact(r.move.day, *said[:2], said[2], r.position)
        for r in record[since + 1 :]
        if (said := _fact(r.move, names)) is not None
    ]
    last = max(k for k, m in enumerate(case.moves) if _exits(m))
    proposed = case.moves[last]
    number = proposed.number if isinstance(proposed, Escalated) else ""
    facts.sort(key=lambda f: (f.day, f.position))
    return ExitProposal(
        case.id, case.compound, case.company, proposed.day, number, tuple(facts)
    )


def _exits(move: Move) -> bool:
    return isinstance(move, Escalated) and move.rung == EXIT


def _fact(move: Move, names: dict[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    """The move in both languages with its document number; None: proves nothing."""
    match move:
        case ProblemsFound(problems=found):
            items = ", ".join(p.item for p in found)
            source = found[0].source
            return f"发现问题：{items}", f"problems found: {items}", source
        case Ordered(number=number, deadlines=given):
            last = max(d for _, _, d in given).isoformat()
            return f"责令整改，期限至 {last}", f"ordered to rectify by {last}", number
        case DeadlineMissed(numbers=missed):
            which = ", ".join(map(str, missed))
            return f"逾期未改：问题 {which}", f"deadline missed: problem {which}", ""
        case Visited(kind=kind, failed=True, visit=name):
            said = word("kind", kind.value)
            return f"{said.zh}未通过", f"failed: {said.en}", name
        case VerdictGiven(party=party, passed=False, number=number):
            said = word("party", party.value)
            return f"验收未通过（{said.zh}）", f"refused by {said.en}", number
        case Escalated(rung=rung, number=number, reason=reason):
            zh, en = names.get(rung, (rung, rung))
            return f"{zh}：{reason}", f"{en}: {reason}", number
    return None
