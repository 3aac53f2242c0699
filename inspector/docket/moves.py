"""What can happen to a docket case (台账事项): facts in the past tense.

What `ladder` and `escalation` give back and `cases` folds.

A move carries everything it decided (deadlines, state, next window), so that a case
never changes when rules do. Who may do what when is `inspector.docket.ladder`; what
the moves add up to is `inspector.docket.cases`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from inspector.docket.entry import Reason
from inspector.docket.terms import ListedLevel, Measure, Party, Responsible, Term
from inspector.domain import CaseState, VisitKind

Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a case. `company`: who ran the compound when it was found."""

    number: int
    item: str
    severity: str
    found: date
    company: str
    source: str  # visit or document it was found by
    deadline: date | None = None  # None until an order names it
    solved: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one party said at the acceptance."""

    party: Party
    day: date
    passed: bool
    number: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What the company failed: recheck, acceptance, lookback or deadline."""

    what: str
    day: date


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """列入: the selection took the compound into the docket."""

    day: date
    case: str
    compound: str
    company: str
    street: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class CaseAdopted:
    """转入: a case of an earlier docket goes on here as it stands."""

    day: date
    case: str
    compound: str
    company: str
    street: str
    reasons: tuple[Reason, ...]
    state: CaseState
    opened: date
    steps: int
    last_visit: date | None
    next: Window | None


@dataclass(frozen=True, slots=True)
class ReasonAdded:
    """The compound was selected again while its case is open."""

    day: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ResponsibleNamed:
    """责任单位 and 责任人, by role."""

    day: date
    unit: str
    office: Responsible


@dataclass(frozen=True, slots=True)
class MeasureTaken:
    """党建联建, 挂牌督办 (区/市) or 执法进小区."""

    day: date
    measure: Measure
    level: ListedLevel
    unit: str
    number: str


@dataclass(frozen=True, slots=True)
class ProblemsFound:
    """Findings of a visit, or of a document, enter the case."""

    day: date
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """责令整改: each named problem with its deadline. `state`, `next`: from now on."""

    day: date
    number: str
    deadlines: tuple[tuple[int, Term, date], ...]
    state: CaseState
    next: Window | None


@dataclass(frozen=True, slots=True)
class Supervised(Ordered):
    """督办: no company runs the compound, so there is no firm to order; a letter names
    the deadlines to the responsible `party` ("" where the registry has none)."""

    party: str


@dataclass(frozen=True, slots=True)
class Extended:
    """延期, approved: new deadlines."""

    day: date
    number: str
    approver: str
    reason: str
    deadlines: tuple[tuple[int, date], ...]
    next: Window | None


@dataclass(frozen=True, slots=True)
class ProblemsSolved:
    """Problems are gone, on the spot or by proof."""

    day: date
    numbers: tuple[int, ...]
    number: str


@dataclass(frozen=True, slots=True)
class DeadlineMissed:
    """逾期未改."""

    day: date
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Visited:
    """A docket visit was made; what it does to the case stands beside it.

    `log`: origin of the log that holds its result; "" if somebody told it by hand.
    """

    day: date
    kind: VisitKind
    visit: str
    solved: tuple[int, ...]
    failed: bool
    state: CaseState
    next: Window | None
    log: str = ""


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """One party accepted or refused; a refusal sends the case back."""

    day: date
    party: Party
    passed: bool
    number: str
    next: Window | None


@dataclass(frozen=True, slots=True)
class AcceptanceLapsed:
    """Not all parties spoke: the case goes back to rectification."""

    day: date
    next: Window


@dataclass(frozen=True, slots=True)
class Closed:
    """销号; with 挂牌督办 in force also 摘牌."""

    day: date
    number: str
    delisted: bool
    next: Window | None


@dataclass(frozen=True, slots=True)
class LookBackDrawn:
    """The month's seed chose whether this closed case is looked at again."""

    day: date
    month: str
    commitment: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LookBackLapsed:
    """The window of a look-back is over, and nobody went."""

    day: date


@dataclass(frozen=True, slots=True)
class Reopened:
    """A closed case goes on."""

    day: date
    reason: str
    next: Window


@dataclass(frozen=True, slots=True)
class Escalated:
    """约谈, 黄牌, 红牌/挂牌, 通报 or 清退建议."""

    day: date
    rung: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class CompanyChanged:
    """换物业: the case goes to the new company, or ends (`closed`)."""

    day: date
    old: str
    new: str
    number: str
    closed: bool


Move = (
    CaseOpened
    | CaseAdopted
    | ReasonAdded
    | ResponsibleNamed
    | MeasureTaken
    | ProblemsFound
    | Ordered
    | Supervised
    | Extended
    | ProblemsSolved
    | DeadlineMissed
    | Visited
    | VerdictGiven
    | AcceptanceLapsed
    | Closed
    | LookBackDrawn
    | LookBackLapsed
    | Reopened
    | Escalated
    | CompanyChanged
)


def name_of(move: Move) -> str:
    """What a move is called in events and timelines: `problems_found`.

    >>> name_of(ProblemsSolved(date(2026, 12, 1), (1,), ""))
    'problems_solved'
    """
    return re.sub(r"(?<!^)([A-Z])", r"_\1", type(move).__name__).lower()
