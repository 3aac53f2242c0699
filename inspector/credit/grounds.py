"""Who belongs on the red and the black list under a rule set, and why.

Scores, facts and a `RuleSet` → who belongs on which list, with the grounds.

Red: the best grade, no bad record in the last months, satisfied owners, no open docket
case. Black: a veto in force, or a black grade often enough. Lists are computed again
under any rule version; nobody is listed or removed by that alone (`lists.propose`).
DOMAIN §6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from inspector.credit.file import CreditEvent, EventState, Subject
from inspector.credit.lists import Roll, RollEntry
from inspector.credit.rules import Polarity
from inspector.credit.score import Score, Scorer
from inspector.months import months_after


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What lists need to know besides the credit file.

    `satisfaction`: score in basis points and sample. `graded`: days on which grades
    were published.
    """

    filed: bool = True
    satisfaction: tuple[int, int] | None = None
    open_cases: int = 0
    graded: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason, for or against: a code, and the events or days it rests on."""

    code: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListVerdict:
    """Whether a subject belongs on a list. `grounds` of black say why it does, those
    of red why it does not."""

    belongs: bool
    grounds: tuple[Ground, ...]


def red(
    scorer: Scorer,
    score: Score,
    events: Iterable[CreditEvent],
    about: Circumstances,
) -> ListVerdict:
    """The red list: every condition that is not met is a ground against."""
    rules, against = scorer.rules.red, []
    if score.grade != (rules.grade or scorer.rules.grades[0].name) or not about.filed:
        against.append(Ground("grade", (score.grade,)))
    since = months_after(score.day, -rules.clean_months)
    bad = [
        e.id
        for e in events
        if e.polarity is Polarity.CRITICISM
        and since < e.first <= score.day
        and e.recorded <= score.day
        and e.state_on(score.day) in (EventState.ACCEPTED, EventState.REPAIRED)
    ]
    if bad:
        against.append(Ground("bad_record", tuple(sorted(bad))))
    if rules.satisfaction_bp:  # 0 asks for none
        score_bp, sample = about.satisfaction or (0, -1)
        if sample < rules.least_sample:
            against.append(Ground("no_satisfaction"))
        elif score_bp < rules.satisfaction_bp:
            against.append(Ground("satisfaction", (str(score_bp),)))
    if rules.no_open_case and about.open_cases:
        against.append(Ground("open_case", (str(about.open_cases),)))
    return ListVerdict(not against, tuple(against))


def black(
    scorer: Scorer,
    score: Score,
    events: Sequence[CreditEvent],
    about: Circumstances,
) -> ListVerdict:
    """The other: a veto in force, or a black grade `times` times within the months.

    Grades of past days are made again under the same rules, so the list can be
    recomputed under any version.
    """
    rules, grounds = scorer.rules.black, []
    if rules.vetoes and score.vetoes:
        grounds.append(Ground("veto", score.vetoes))
    names = {g.name for g in scorer.rules.grades if g.black}
    since = months_after(score.day, -rules.within_months)
    days = sorted({d for d in about.graded if since < d <= score.day})
    if names and len(days) >= rules.times:
        poor = [
            day.isoformat()
            for day in days
            if scorer.score(score.subject, events, day).grade in names
        ]
        if len(poor) >= rules.times:
            grounds.append(Ground("grade", tuple(poor)))
    return ListVerdict(bool(grounds), tuple(grounds))


@dataclass(frozen=True, slots=True)
class ListCandidate:
    """Somebody who should be proposed for a list, or whose red entry lapses."""

    roll: Roll
    subject: Subject
    grounds: tuple[Ground, ...]
    entry: str = ""  # the entry that lapses


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Both lists under a rule set, and what it would change."""

    rules: str
    day: date
    red: tuple[Subject, ...]
    black: tuple[Subject, ...]
    propose: tuple[ListCandidate, ...]
    lapse: tuple[ListCandidate, ...]
    scores: Mapping[Subject, Score]


def recompute(
    scorer: Scorer,
    day: date,
    files: Mapping[Subject, Sequence[CreditEvent]],
    about: Mapping[Subject, Circumstances],
    entries: Iterable[RollEntry] = (),
) -> Recomputed:
    """Both lists as they should be. Who belongs on the black list is never red.

    `files`: every subject to judge, also those without events.
    """
    known: dict[tuple[Roll, Subject], RollEntry] = {
        (e.roll, e.subject): e for e in entries if e.live or e.pending
    }
    scores, reds, blacks, propose, lapse = {}, [], [], [], []
    for subject in sorted(files):
        events, facts = files[subject], about.get(subject, Circumstances())
        score = scorer.score(subject, events, day, filed=facts.filed)
        scores[subject] = score
        bad = black(scorer, score, events, facts)
        if bad.belongs:
            blacks.append(subject)
            if (Roll.BLACK, subject) not in known:
                propose.append(ListCandidate(Roll.BLACK, subject, bad.grounds))
        good = red(scorer, score, events, facts)
        barred = bad.belongs or (Roll.BLACK, subject) in known
        entry = known.get((Roll.RED, subject))
        if good.belongs and not barred:
            reds.append(subject)
            if entry is None:
                propose.append(ListCandidate(Roll.RED, subject, (Ground("all_met"),)))
        elif entry is not None and entry.live:
            grounds = good.grounds or (Ground("black_list"),)
            lapse.append(ListCandidate(Roll.RED, subject, grounds, entry.id))
    return Recomputed(
        scorer.rules.key,
        day,
        tuple(reds),
        tuple(blacks),
        tuple(propose),
        tuple(lapse),
        MappingProxyType(scores),
    )
