"""名单测算: rules and credit files → who belongs on each list; nobody is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from api.answers import DayText, OwnWord, grown
from api.credit import comparison, rolls
from api.credit import files as credit_files
from api.credit import rules as credit_rules
from api.registry import entries
from api.site import Desk
from api.store.oversight import DocketCase
from inspector.credit.evaluation import rounded
from inspector.credit.file import CreditEvent, Subject
from inspector.credit.grounds import Circumstances, ListCandidate, Recomputed, recompute
from inspector.credit.lists import list_name
from inspector.credit.rules import RuleSet, SubjectKind
from inspector.credit.satisfaction import OWNERS
from inspector.credit.score import Scorer
from inspector.domain import CaseState, Registry
from inspector.words import Word, word


@dataclass(frozen=True, slots=True)
class RollGround(Word):
    """One reason to be on a list, or not, and the facts or days it rests on."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollCandidate:
    """Who should be proposed for a list, or whose `entry` no longer belongs there."""

    roll: OwnWord
    subject: str
    entry: str
    grounds: list[RollGround]


@dataclass(frozen=True, slots=True)
class RollTrial:
    """Who belongs on each list, whom to propose, whose entry should lapse."""

    rules: str
    on: DayText
    red: list[str]
    black: list[str]
    propose: list[RollCandidate]
    lapse: list[RollCandidate]


def recomputed(desk: Desk, rules: str) -> RollTrial:
    """名单测算: who belongs on each list under a version; nobody is listed by it.

    Raises Faults when the registries are not sound.
    """
    value = credit_rules.named(desk, rules, desk.today)
    scorer, registry = Scorer(value), entries.scenario(desk).registry
    facts = credit_files.grouped(desk, SubjectKind.COMPANY)
    files = {
        Subject(SubjectKind.COMPANY, c.usc18): [e for _, e in facts.get(c.usc18, ())]
        for c in registry.companies
    }
    about = circumstances(desk, registry, scorer, files)
    known = rolls.entries(desk, list(desk.db.scalars(rolls.query({}))))
    return _told(value, recompute(scorer, desk.today, files, about, known))


def _told(rules: RuleSet, found: Recomputed) -> RollTrial:
    return RollTrial(
        rules=found.rules,
        on=found.day.isoformat(),
        red=[s.id for s in found.red],
        black=[s.id for s in found.black],
        propose=[_candidate(rules, c) for c in found.propose],
        lapse=[_candidate(rules, c) for c in found.lapse],
    )


def circumstances(
    desk: Desk,
    registry: Registry,
    scorer: Scorer,
    files: Mapping[Subject, Sequence[CreditEvent]],
) -> dict[Subject, Circumstances]:
    """What lists need to know of every company besides its credit file."""
    days = [date.fromisoformat(g.day) for g in comparison.gradings(desk)]
    owners, opened = surveyed(registry, scorer.rules), open_cases(desk)
    return {
        subject: Circumstances(
            scorer.filed(events, desk.today),
            owners.get(subject.id),
            opened[subject.id],
            tuple(days),
        )
        for subject, events in files.items()
    }


def surveyed(registry: Registry, rules: RuleSet) -> dict[str, tuple[int, int]]:
    """Satisfaction of every company: score in basis points, and the answers."""
    company = {c.id: c.usc18 for c in registry.compounds}
    samples: Counter[str] = Counter()
    for e in registry.evaluations:
        if e.source == OWNERS:
            samples[company.get(e.compound, "")] += e.sample
    rows = comparison.ranked(registry, rules, "company").order
    return {
        s.subject: (rounded(s.owners), samples[s.subject])
        for s in rows
        if s.owners is not None
    }


def open_cases(desk: Desk) -> Counter[str]:
    """Open docket cases by company."""
    fits = DocketCase.state != CaseState.CLOSED.value, DocketCase.sort == "case"
    rows = desk.db.execute(select(DocketCase.company, DocketCase.id).where(*fits))
    return Counter(company for company, _ in rows)


def _candidate(rules: RuleSet, found: ListCandidate) -> RollCandidate:
    return RollCandidate(
        roll=list_name(rules, found.roll),
        subject=found.subject.id,
        entry=found.entry,
        grounds=[
            grown(RollGround, word("ground", g.code), facts=g.facts)
            for g in found.grounds
        ],
    )
