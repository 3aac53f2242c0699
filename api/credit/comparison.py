"""Facts, registries and two versions of the rules → what the newer one would change.

Besides: the ranking, the surveys and the risk classes of today, and the days on which
grades are published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from api.answers import DayText, grown
from api.credit import files
from api.credit import rules as credit_rules
from api.errors import Problem
from api.registry import entries
from api.site import Desk
from api.store import fresh_id
from api.store.models import Entry
from api.store.oversight import CreditGrading
from inspector.credit.evaluation import (
    Comparison,
    RankMove,
    Standings,
    Unranked,
    by_company,
    by_street,
    compare,
    evaluate,
)
from inspector.credit.file import Subject
from inspector.credit.rules import RuleSet, SubjectKind
from inspector.credit.satisfaction import Survey, surveys
from inspector.credit.score import Score, Scorer
from inspector.domain import Registry
from inspector.errors import messages

messages(
    {
        "credit.graded": (
            "{day} 已公示过信用等级",
            "grades were published on {day} already",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class GradingDay:
    """A day on which grades were published, and how many of each."""

    day: DayText
    rules_id: str | None
    grades: dict[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class ScoreMove:
    """A company that another version of the rules would score otherwise."""

    subject: str
    old_points: int = field(metadata=files.POINTS)
    new_points: int = field(metadata=files.POINTS)
    old_grade: str
    new_grade: str
    old_risk: str
    new_risk: str


@dataclass(frozen=True, slots=True)
class Rescored:
    """重新评分: grades by count under both versions, and who would move."""

    on: DayText
    old: str
    new: str
    companies: int
    old_grades: dict[str, int]
    new_grades: dict[str, int]
    moves: list[ScoreMove]


@dataclass(frozen=True, slots=True)
class RiskChange:
    """A compound whose class in the registry is not its company's today."""

    compound: str
    company: str
    old_risk: str
    new_risk: str


@dataclass(frozen=True, slots=True)
class RankedSubject:
    """A place in the ranking; rank 1 is the worst."""

    rank: int
    subject: str
    score_bp: int
    compounds: int
    households: int
    missing: tuple[str, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class CreditRanking:
    """考评排名: from the worst up; the first `listed` are the bottom list."""

    rules: str
    by: str
    listed: int
    order: list[RankedSubject]
    unranked: tuple[Unranked, ...]


@dataclass(frozen=True, slots=True)
class Reranked:
    """新规影响: ranks under both versions, who enters and leaves the bottom list."""

    old: str
    new: str
    by: str
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    moves: tuple[RankMove, ...]


def scores(desk: Desk, rules: RuleSet, day: date) -> dict[str, Score]:
    """Every company's score under these rules."""
    scorer, kind = Scorer(rules), SubjectKind.COMPANY
    facts = files.grouped(desk, kind)
    names = [e.name for e in desk.db.scalars(files.companies(kind))]
    return {
        name: files.score_of(scorer, Subject(kind, name), facts.get(name, []), day)
        for name in sorted(names)
    }


def rescored(desk: Desk, old: str, new: str, on: date | None) -> Rescored:
    """重新评分: every company whose points or grade would differ, and how many."""
    day = files.day_of(desk, on, "body")
    a, b = (credit_rules.named(desk, name, day) for name in (old, new))
    before, after = scores(desk, a, day), scores(desk, b, day)
    moves = [_move(before[n], after[n]) for n in before if _differ(before[n], after[n])]
    return Rescored(
        on=day.isoformat(),
        old=a.key,
        new=b.key,
        companies=len(before),
        old_grades=counted(before),
        new_grades=counted(after),
        moves=moves,
    )


def _differ(old: Score, new: Score) -> bool:
    return (old.points, old.label) != (new.points, new.label)


def _move(old: Score, new: Score) -> ScoreMove:
    return ScoreMove(
        subject=old.subject.id,
        old_points=old.points,
        new_points=new.points,
        old_grade=old.label,
        new_grade=new.label,
        old_risk=old.risk.value,
        new_risk=new.risk.value,
    )


def counted(found: dict[str, Score]) -> dict[str, int]:
    """How many of each grade, by what is printed for it."""
    return dict(sorted(Counter(s.label for s in found.values()).items()))


def risk_classes(desk: Desk) -> list[RiskChange]:
    """风险分类: compounds whose class in the registry is not their company's today.

    Compounds that nobody manages keep theirs. Nothing changes here: the planner edits
    the registry, and the next freeze takes that.
    """
    rules = credit_rules.in_force(desk, desk.today)
    found = scores(desk, rules, desk.today)
    rows = files.companies(SubjectKind.COMPOUND).order_by(Entry.name)
    out = []
    for cells in (e.cells or {} for e in desk.db.scalars(rows)):
        company = cells.get("usc18", "")
        if company in found and cells["risk_class"] != found[company].risk:
            new = found[company].risk.value
            old = cells["risk_class"]
            out.append(RiskChange(cells["id"], company, old, new))
    return out


# --- evaluation ------------------------------------------------------------------


def ranked(registry: Registry, rules: RuleSet, by: str) -> Standings:
    """Compounds, companies or streets from the worst up."""
    found = evaluate(registry.compounds, registry.evaluations, rules.evaluation)
    if by == "company":
        return by_company(found, registry.compounds, rules.evaluation)
    if by == "street":
        return by_street(found, registry.compounds, rules.evaluation)
    return found


def ranking(desk: Desk, rules: str, by: str) -> CreditRanking:
    """考评排名 under a version of the rules. Raises Faults of the registries."""
    value = credit_rules.named(desk, rules, desk.today)
    found = ranked(entries.scenario(desk).registry, value, by)
    desk.disclosed("registry:evaluations", rows=len(found.order))
    return CreditRanking(
        rules=value.key,
        by=by,
        listed=found.listed,
        order=[
            grown(RankedSubject, s, rank=k, listed=k <= found.listed)
            for k, s in enumerate(found.order, 1)
        ],
        unranked=found.unranked,
    )


def reranked(desk: Desk, old: str, new: str, by: str) -> Reranked:
    """新规影响: old and new rank, who enters and who leaves the bottom list."""
    a, b = (credit_rules.named(desk, name, desk.today) for name in (old, new))
    registry = entries.scenario(desk).registry
    desk.disclosed("registry:evaluations", rows=len(registry.evaluations))
    found: Comparison = compare(ranked(registry, a, by), ranked(registry, b, by))
    return Reranked(a.key, b.key, by, found.enters, found.leaves, found.moves)


def survey(desk: Desk, rules: str) -> Sequence[Survey]:
    """满意度: the owners' scores with sample and interval. Raises Faults."""
    value = credit_rules.named(desk, rules, desk.today)
    found = surveys(entries.scenario(desk).registry.evaluations, value.evaluation)
    desk.disclosed("registry:evaluations", rows=len(found))
    return found


# --- days of publication ---------------------------------------------------------


def grade(desk: Desk) -> GradingDay:
    """公示信用等级: today's grades stand; "grade C twice" counts these days."""
    day = desk.today
    if any(r.day == day.isoformat() for r in gradings(desk)):
        raise Problem("credit.graded", day=day)
    found = scores(desk, credit_rules.settled(desk), day)
    rules = credit_rules.row_on(desk, day)
    row = CreditGrading(
        id=fresh_id(),
        day=day.isoformat(),
        rules_id=rules.id if rules is not None else None,
        grades=counted(found),
        by=desk.actor.id,
        at=desk.now,
    )
    desk.db.add(row)
    desk.published()
    pairs = [[label, count] for label, count in row.grades.items()]
    desk.event("grades_published", f"credit_grading:{row.id}", grades=pairs)
    return grown(GradingDay, row)


def gradings(desk: Desk) -> list[CreditGrading]:
    """The days so far, oldest first."""
    return list(desk.db.scalars(select(CreditGrading).order_by(CreditGrading.day)))
