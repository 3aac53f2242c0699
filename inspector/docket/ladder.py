"""The moves of a docket case, judged: 责令整改 → 复查 → 验收 → 销号 → 回头看.

Each function takes the case and what somebody wants and returns the move, or refuses:
`docket.move` names the state and the move that does not fit it, the other codes say
which rule stands against it. Windows follow `inspector.docket.visits.after_visit`,
except that a re-check waits for a deadline that lies further ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from inspector.docket.cases import CaseFile
from inspector.docket.moves import (
    AcceptanceLapsed,
    Closed,
    DeadlineMissed,
    Extended,
    MeasureTaken,
    Ordered,
    Problem,
    ProblemsFound,
    ProblemsSolved,
    Reopened,
    Supervised,
    VerdictGiven,
    Visited,
    Window,
)
from inspector.docket.terms import (
    Deadlines,
    DocketRules,
    ListedLevel,
    Measure,
    Party,
    Term,
)
from inspector.docket.visits import soon
from inspector.domain import CaseState, VisitKind
from inspector.errors import InspectorError, messages
from inspector.policy import VisitRules
from inspector.words import codes, joined, word

messages(
    {
        "docket.move": (
            "台账事项处于“{state}”，不能进行“{move}”",
            'the case is "{state}": "{move}" is not possible now',
        ),
        "docket.straight": (
            "只有待启动的事项可以不经系列检查直接责令整改",
            "only a waiting case goes to the re-check without a series of visits",
        ),
        "docket.early": (
            "日期 {day} 早于所依据的 {last}",
            "{day} lies before {last}, which this move rests on",
        ),
        "docket.level": (
            "挂牌督办须注明区级或市级，其他措施不设级别",
            "listed supervision needs a level (district or city), other measures none",
        ),
        "docket.problem": (
            "没有未整改的问题 {numbers}",
            "no such unsolved problem: {numbers}",
        ),
        "docket.no_problem": ("没有未整改的问题", "there is no unsolved problem"),
        "docket.no_order": (
            "问题 {numbers} 尚未责令整改",
            "no order names a deadline for problem {numbers} yet",
        ),
        "docket.extension": (
            "延期须晚于原期限 {deadline}，且不超过责令后 {most} 日",
            "an extension ends after {deadline}, at most {most} days after the order",
        ),
        "docket.due": (
            "问题 {numbers} 的期限尚未届满",
            "the deadline of problem {numbers} has not passed",
        ),
        "docket.unsolved": (
            "仍有未整改问题 {numbers}，不能通过",
            "problems {numbers} are unsolved: this cannot be passed",
        ),
        "docket.verdict_twice": (
            "{party} 已验收",
            "{party} has given its verdict already",
        ),
        "docket.parties": (
            "验收意见不全，缺：{parties}",
            "verdicts are missing: {parties}",
        ),
    }
)

_OPEN = frozenset(CaseState) - {CaseState.CLOSED}
# Which state a docket visit of a kind belongs to.
_VISITS: dict[VisitKind, frozenset[CaseState]] = {
    VisitKind.REMEDIATION: frozenset({CaseState.WAITING, CaseState.LISTED}),
    VisitKind.RECHECK: frozenset({CaseState.RECTIFYING}),
    VisitKind.ACCEPTANCE: frozenset({CaseState.ACCEPTING}),
    VisitKind.LOOKBACK: frozenset({CaseState.CLOSED}),
}


def admit(
    case: CaseFile,
    move: str,
    day: date,
    states: frozenset[CaseState] = _OPEN,
    after: date | None = None,
) -> None:
    """Raise docket.move in another state, docket.early before the day it follows.

    Results are published weeks after their visits, so moves may arrive out of order;
    only what a move rests on must lie before it.
    """
    if case.state not in states:
        raise _misfit(case, move)
    if after is not None and day < after:
        raise InspectorError("docket.early", day=day, last=after)


def _misfit(case: CaseFile, move: str) -> InspectorError:
    """docket.move in the words of both languages; a visit is said by its kind."""
    said = word("kind", move) if move in codes("kind") else word("move", move)
    state = word("case", case.state.value)
    return InspectorError("docket.move", state=state, move=said)


def _named(case: CaseFile, numbers: Sequence[int]) -> list[Problem]:
    """The unsolved problems of these numbers. Raises docket.problem."""
    unsolved = {p.number: p for p in case.unsolved}
    missing = sorted(set(numbers) - set(unsolved))
    if missing or not numbers:
        raise InspectorError("docket.problem", numbers=_list(missing))
    return [unsolved[n] for n in sorted(set(numbers))]


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "-"


def recheck_window(
    day: date, deadlines: Sequence[date | None], rules: DocketRules
) -> Window:
    """When the re-check after `day` is due.

    Within `recheck_days`; where a deadline lies further ahead, as long after that.
    """
    first, last = soon(day, rules.recheck_days)
    latest = max((d for d in deadlines if d), default=day)
    return (first, last) if latest <= last else soon(latest, rules.recheck_days)


def find_problems(
    case: CaseFile, day: date, found: Sequence[tuple[str, str]], source: str
) -> ProblemsFound:
    """Findings (item code, severity); an item unsolved already is no new one. A closed
    case is opened again before anything is found in it (`reopen`)."""
    admit(case, "problems_found", day)
    known = {p.item for p in case.unsolved}
    count = len(case.problems)
    fresh = [(i, s) for i, s in dict.fromkeys(found) if i not in known]
    if not fresh:
        raise InspectorError("docket.no_problem")
    problems = tuple(
        Problem(count + k, item, severity, day, case.company, source)
        for k, (item, severity) in enumerate(fresh, 1)
    )
    return ProblemsFound(day, problems)


def take_measure(
    case: CaseFile,
    day: date,
    measure: Measure,
    level: ListedLevel,
    unit: str,
    number: str,
) -> MeasureTaken:
    """党建联建, 挂牌督办, 执法进小区. Raises docket.level."""
    admit(case, "measure_taken", day)
    if (measure is Measure.LISTED) != (level is not ListedLevel.NONE):
        raise InspectorError("docket.level")
    return MeasureTaken(day, measure, level, unit, number)


def deadline(
    day: date, severity: str, works: bool, law: Deadlines
) -> tuple[Term, date]:
    """The term and deadline an order of `day` gives to a problem of this severity.

    `works`: the problem needs a building project (项目工程); a red line never waits.
    """
    long = works and severity != "redline"
    term = Term.WORKS if long else dict(law.by_severity)[severity]
    return term, day + timedelta(days=dict(law.days)[term])


def order(
    case: CaseFile,
    day: date,
    number: str,
    rules: DocketRules,
    *,
    works: Sequence[int] = (),
    straight: bool = False,
    party: str = "",
) -> Ordered:
    """责令整改 for every unsolved problem that has no deadline yet; without a company
    a letter to the responsible `party`.

    `works`: numbers of problems that need a building project. `straight`: a waiting
    case goes to the re-check without a series of remediation visits.
    """
    admit(case, "ordered", day)
    fresh = case.unordered
    if not fresh:
        raise InspectorError("docket.no_problem")
    if works:
        _named(case, works)
    given = tuple(
        (p.number, *deadline(day, p.severity, p.number in works, rules.deadlines))
        for p in fresh
    )
    if straight and case.state is not CaseState.WAITING:
        raise InspectorError("docket.straight")
    state, window = case.state, case.next
    if straight or case.state is CaseState.RECTIFYING:
        state = CaseState.RECTIFYING
        dates = [*(d for _, _, d in given), *(p.deadline for p in case.unsolved)]
        base = day if straight or case.last_visit is None else case.last_visit
        window = recheck_window(base, dates, rules)
    if not case.company:
        return Supervised(day, number, given, state, window, party)
    return Ordered(day, number, given, state, window)


def extend(
    case: CaseFile,
    day: date,
    numbers: Sequence[int],
    until: date,
    rules: DocketRules,
    *,
    number: str,
    approver: str,
    reason: str,
) -> Extended:
    """延期 with approval. Raises docket.extension beyond what the law allows."""
    admit(case, "extended", day)
    named = _named(case, numbers)
    missing = [p.number for p in named if p.deadline is None]
    if missing:
        raise InspectorError("docket.no_order", numbers=_list(missing))
    most = rules.deadlines.longest_days
    for p in named:
        ordered = _ordered_on(case, p.number)
        if p.deadline is None or not (
            p.deadline < until <= ordered + timedelta(days=most)
        ):
            raise InspectorError("docket.extension", deadline=p.deadline, most=most)
    window = case.next
    if case.state is CaseState.RECTIFYING:
        window = recheck_window(case.last_visit or day, [until], rules)
    given = tuple((p.number, until) for p in named)
    return Extended(day, number, approver, reason, given, window)


def _ordered_on(case: CaseFile, number: int) -> date:
    return next(
        m.day
        for m in case.moves
        if isinstance(m, Ordered) and any(n == number for n, _, _ in m.deadlines)
    )


def solve(
    case: CaseFile, day: date, numbers: Sequence[int], document: str
) -> ProblemsSolved:
    """Problems are gone, on the spot or by proof."""
    admit(case, "problems_solved", day)
    named = _named(case, numbers)
    return ProblemsSolved(day, tuple(p.number for p in named), document)


def miss(case: CaseFile, day: date, numbers: Sequence[int]) -> DeadlineMissed:
    """逾期未改. Raises docket.due while a deadline has not passed."""
    admit(case, "deadline_missed", day)
    due = [
        p.number
        for p in _named(case, numbers)
        if p.deadline is None or day <= p.deadline
    ]
    if due:
        raise InspectorError("docket.due", numbers=_list(due))
    return DeadlineMissed(day, tuple(sorted(set(numbers))))


def visit(
    case: CaseFile,
    day: date,
    kind: VisitKind,
    name: str,
    visits: VisitRules,
    rules: DocketRules,
    *,
    passed: bool = True,
    solved: Sequence[int] = (),
) -> Visited:
    """A docket visit was made. `passed` says what a re-check or look-back found.

    Raises docket.unsolved for a re-check that passes over an unsolved problem.
    """
    admit(case, kind.value, day, _VISITS.get(kind, frozenset()), case.last_visit)
    if solved:
        _named(case, solved)
    left = [p for p in case.unsolved if p.number not in solved]
    if kind is VisitKind.RECHECK and passed and left:
        raise InspectorError("docket.unsolved", numbers=_list([p.number for p in left]))
    state, window = _after(case, day, kind, passed, visits, rules, left)
    judged = kind in (VisitKind.RECHECK, VisitKind.LOOKBACK)
    done = tuple(sorted(set(solved)))
    return Visited(day, kind, name, done, judged and not passed, state, window)


def _after(
    case: CaseFile,
    day: date,
    kind: VisitKind,
    passed: bool,
    visits: VisitRules,
    rules: DocketRules,
    left: Sequence[Problem],
) -> tuple[CaseState, Window | None]:
    """State and next window after a visit (`after_visit` says the same)."""
    recheck = recheck_window(day, [p.deadline for p in left], rules)
    if kind is VisitKind.REMEDIATION:
        if case.steps + 1 >= len(visits.series_minutes):
            return CaseState.RECTIFYING, recheck
        gap = (timedelta(days=visits.gap_min), timedelta(days=visits.gap_max))
        return CaseState.LISTED, (day + gap[0], day + gap[1])
    if kind is VisitKind.RECHECK:
        if passed and case.apart:
            return CaseState.CLOSED, None
        if passed:
            return CaseState.ACCEPTING, soon(day, rules.recheck_days)
        return CaseState.RECTIFYING, recheck
    if kind is VisitKind.ACCEPTANCE:
        return CaseState.ACCEPTING, None
    return CaseState.CLOSED, None


def judge(
    case: CaseFile,
    day: date,
    party: Party,
    passed: bool,
    number: str,
    rules: DocketRules,
) -> VerdictGiven:
    """One party's verdict after the acceptance visit; one refusal sends it back."""
    accepting = frozenset({CaseState.ACCEPTING})
    admit(case, "verdict_given", day, accepting, case.accepted_on)
    if case.accepted_on is None:
        raise _misfit(case, "verdict_given")
    if any(v.party is party for v in case.verdicts):
        raise InspectorError("docket.verdict_twice", party=word("party", party.value))
    window = None if passed else soon(case.accepted_on, rules.recheck_days)
    return VerdictGiven(day, party, passed, number, window)


def lapse(case: CaseFile, day: date, rules: DocketRules) -> AcceptanceLapsed:
    """The verdicts stayed incomplete: back to rectification."""
    admit(case, "acceptance_lapsed", day, frozenset({CaseState.ACCEPTING}))
    if case.accepted_on is None:
        raise _misfit(case, "acceptance_lapsed")
    return AcceptanceLapsed(day, soon(case.accepted_on, rules.recheck_days))


def close(case: CaseFile, day: date, number: str, rules: DocketRules) -> Closed:
    """销号: all parties have accepted and nothing is left; a look-back becomes due. A
    result's order beside the docket only needs its problems solved."""
    if case.apart:
        admit(case, "closed", day)
        _nothing_left(case)
        return Closed(day, number, False, None)
    said_on = max((v.day for v in case.verdicts), default=None)
    admit(case, "closed", day, frozenset({CaseState.ACCEPTING}), said_on)
    said = {v.party for v in case.verdicts if v.passed}
    missing = [word("party", p.value) for p in rules.parties if p not in said]
    if case.accepted_on is None or missing:
        raise InspectorError("docket.parties", parties=joined(missing))
    _nothing_left(case)
    back = rules.look_back
    window = (
        case.accepted_on + timedelta(days=back.first_days),
        case.accepted_on + timedelta(days=back.last_days),
    )
    listed = any(m.measure is Measure.LISTED for m in case.measures)
    return Closed(day, number, listed, window)


def _nothing_left(case: CaseFile) -> None:
    left = [p.number for p in case.unsolved]
    if left:
        raise InspectorError("docket.unsolved", numbers=_list(left))


def reopen(case: CaseFile, day: date, reason: str, rules: DocketRules) -> Reopened:
    """A closed case goes on with a re-check."""
    admit(case, "reopened", day, frozenset({CaseState.CLOSED}), case.closed_on)
    return Reopened(day, reason, soon(day, rules.recheck_days))
