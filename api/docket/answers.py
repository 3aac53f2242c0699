"""What the docket answers: lines of the list, one case, its moves, counters, intakes.

Rows of `docket_case` and folded cases → these values; the JSON of the bureau and of the
public, the pages and the papers all show them. What everybody may see of a case is
`PublicCaseLine`; nothing in it names a person or a visit that lies ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.answers import DayText, OwnWord
from inspector.docket.escalation import ExitProposal
from inspector.docket.moves import Failure
from inspector.words import Word


@dataclass(frozen=True, slots=True)
class PublicCaseLine:
    """A case as everybody sees it: no person, no visit that lies ahead."""

    number: str
    compound: str
    compound_name: str
    street: str
    street_name: str
    state: Word
    opened: DayText
    reasons: tuple[OwnWord, ...]
    measure: Word
    level: Word
    deadline: DayText
    found: int = field(metadata={"says": "台账问题 problems on the docket"})
    solved: int
    closed: DayText
    sort: str = field(
        metadata={"says": "case, or order: of a result, followed beside the docket"}
    )
    next_step: Word = field(metadata={"says": "what is next; of a closed case nothing"})
    next_who: Word = field(metadata={"says": "who has to do it"})
    next_by: DayText = field(metadata={"says": "by which day; not of a visit"})


@dataclass(frozen=True, slots=True)
class ToldText:
    """One thing that everybody learns of a move."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PublicCaseMove:
    """What everybody learns of a move; `number`: of its document."""

    day: DayText
    move: Word
    number: str
    told: tuple[ToldText, ...]


@dataclass(frozen=True, slots=True)
class PublicCaseView(PublicCaseLine):
    """A case with what happened in it, in the order of the record."""

    timeline: tuple[PublicCaseMove, ...]


@dataclass(frozen=True, slots=True)
class CaseLine(PublicCaseLine):
    """A case in the bureau's list; its `next_by` is told of visits, too."""

    company: str
    company_name: str
    count: int = field(metadata={"says": "moves so far"})
    version: int


@dataclass(frozen=True, slots=True)
class CaseMeasure:
    """A measure that was taken."""

    day: date
    measure: Word
    level: Word
    unit: str
    number: str


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """A problem of a case; `text`: of its item."""

    number: int
    item: str
    text: str
    severity: Word
    found: date
    deadline: date | None
    solved: date | None
    company: str
    source: str


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What one party said at the acceptance."""

    party: Word
    day: date
    passed: bool
    number: str


@dataclass(frozen=True, slots=True)
class CaseStep:
    """下一步: what is to be done, by when, by whom."""

    next_step: Word
    next_by: date
    next_who: Word
    overdue: bool


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A move of the timeline with its place in the record."""

    seq: int
    position: int = field(
        metadata={"says": "number of the event in the bureau's record"}
    )
    move: Word
    day: date
    by: str
    at: datetime
    reason: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AssumedStep:
    """视为已查: a visit that a month in the field still seals, which the next freeze
    counts as made on `day`, the last working day of that month, whenever it is."""

    month: str
    kind: Word
    step: int
    day: date


@dataclass(frozen=True, slots=True)
class CaseView(CaseLine):
    """One case with everything the docket knows of it."""

    assumed: tuple[AssumedStep, ...]

    next_steps: tuple[CaseStep, ...]
    steps: int
    last_visit: date | None
    next: tuple[date, ...] = field(metadata={"says": "window of the next visit"})
    unit: str
    office: Word
    measures: tuple[CaseMeasure, ...]
    problems: tuple[CaseProblem, ...]
    orders: tuple[str, ...]
    verdicts: tuple[CaseVerdict, ...]
    failures: tuple[Failure, ...]
    rungs: tuple[str, ...]
    open_rungs: tuple[str, ...]
    look_back: str
    reopened: int
    timeline: tuple[CaseMove, ...]
    exit: ExitProposal | None = field(metadata={"says": "清退建议 once proposed"})


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """台账问题 on the docket by one key: found, solved, the closure rate."""

    key: str
    name: str
    found: int
    solved: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class RefusedVisit:
    """A visit that does not fit its case any more, and why."""

    case: str
    visit: str
    why: str


@dataclass(frozen=True, slots=True)
class DocketIntake:
    """What an intake did: case numbers, and what it left out."""

    opened: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    refused: tuple[RefusedVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class LookBackSample:
    """回头看抽取: which cases took part; not which were chosen."""

    cases: tuple[str, ...] = field(metadata={"says": "the cases that took part"})


@dataclass(frozen=True, slots=True)
class SelectedCompound:
    """A compound that a selection found, with the reasons in words."""

    compound: str
    reasons: tuple[OwnWord, ...]


@dataclass(frozen=True, slots=True)
class SelectionTrial:
    """Who would enter the docket."""

    month: str
    opened: date
    fresh: tuple[SelectedCompound, ...]
    known: tuple[SelectedCompound, ...] = field(
        metadata={"says": "compounds that have an open case already"}
    )
