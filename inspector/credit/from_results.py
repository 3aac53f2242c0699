"""A published inspection result becomes credit events by the rule file.

A published result and a `RuleSet` → credit events.

One event per finding, by its severity, and one for a result category that the rules
name; a visit without findings gives praise. The result was reviewed and published, so
its events are accepted on the day of publication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from inspector.credit.file import CreditEvent, Decision, EventState, Subject
from inspector.credit.rules import Polarity, SubjectKind
from inspector.credit.score import Scorer
from inspector.results.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Inspected:
    """A published result as credit sees it.

    `document`: what a file cites, `2026-12/V0001`. `findings`: item → its severity
    (minor, major, redline, "" when not set). `manager`: role id, "" when not known.
    """

    document: str
    compound: str
    usc18: str
    day: date
    published: date
    outcome: Outcome
    findings: Mapping[str, str]
    manager: str = ""


def events_of(result: Inspected, scorer: Scorer) -> tuple[CreditEvent, ...]:
    """The events of one result, for each subject the rules name, by id."""
    wanted = set(scorer.rules.visit.subjects) & set(scorer.rules.subjects)
    who = {
        SubjectKind.COMPANY: result.usc18,
        SubjectKind.COMPOUND: result.compound,
        SubjectKind.MANAGER: result.manager,
    }
    subjects = [Subject(kind, who[kind]) for kind in sorted(wanted) if who[kind]]
    return tuple(
        _event(result, subject, code, what, scorer)
        for subject in subjects
        for code, what in _codes(result, scorer)
    )


def _codes(result: Inspected, scorer: Scorer) -> Iterator[tuple[str, str]]:
    """Catalogue codes and what each stands for: an item, or the category itself."""
    visit = scorer.rules.visit
    redlines = dict(visit.redlines)
    for item, severity in sorted(result.findings.items()):
        yield redlines.get(item, f"visit.{severity or 'unset'}"), item
    code = dict(visit.outcomes).get(result.outcome)
    if code is not None:
        yield code, result.outcome.value
    elif not result.findings and result.outcome is Outcome.NO_PROBLEM:
        yield "visit.clean", result.outcome.value


def _event(
    result: Inspected, subject: Subject, code: str, what: str, scorer: Scorer
) -> CreditEvent:
    entry = scorer.entries.get(code)
    clean = code == "visit.clean"
    polarity = entry.polarity if entry else Polarity.CRITICISM
    event = CreditEvent(
        id=f"{result.document}/{what}/{subject.kind.value}",
        subject=subject,
        source="inspection",
        polarity=Polarity.PRAISE if clean else polarity,
        code=code,
        points=0,
        document=f"{result.document}/{what}",
        recorded=result.published,
        first=result.published,
        rules=scorer.rules.key,
        decisions=(Decision(result.published, EventState.ACCEPTED),),
    )
    return scorer.recorded(event)
