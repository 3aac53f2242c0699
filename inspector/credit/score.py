"""信用记分: the score that anyone can add up again, under a versioned rule set.

A subject's facts, a `RuleSet` and a day → its terms, points and grade.

score = base + good - bad, each within its cap, in hundredths of a point. An event
counts once it is accepted and within its term, so the score of any past day can be made
again to the point. "Explain the score" is the list of its terms: they add up to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from inspector.credit.evaluation import rounded
from inspector.credit.file import CreditEvent, EventState, Subject
from inspector.credit.rule_checks import VISIT_CODES
from inspector.credit.rules import (
    CatalogueEntry,
    Points,
    Polarity,
    RuleSet,
    ScoreLevel,
    ScoreRules,
    TermKind,
)
from inspector.domain import RiskClass
from inspector.months import months_after


@dataclass(frozen=True, slots=True)
class ScoreTerm:
    """One addend of a score. `event` is "" for what the rules themselves add or cut.

    `part`: start, base, good, bad, cap.base, cap.good, cap.bad, floor, ceiling.
    """

    part: str
    points: int
    event: str = ""
    code: str = ""
    source: str = ""
    document: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class LevelScore:
    """What one scoring body gives; `points` is the sum of the terms."""

    level: str
    share_bp: int
    points: int
    terms: tuple[ScoreTerm, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A subject's score on a day. `points`: weighted by the levels' shares.

    `grade` may differ from what the points give: `label` says why (缺失, 一票否决).
    """

    subject: Subject
    day: date
    rules: str
    points: int
    grade: str
    label: str
    risk: RiskClass
    stars: int
    bad_record: bool
    vetoes: tuple[str, ...]
    levels: tuple[LevelScore, ...]


_ALL = ScoreLevel("", "", 10_000, ())
_PART = {Polarity.BASE: "base", Polarity.PRAISE: "good", Polarity.CRITICISM: "bad"}


class Scorer:
    """A rule set made ready: scores any number of subjects."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.entries: Mapping[str, CatalogueEntry] = {
            e.code: e for e in (*rules.entries, *rules.vetoes)
        }
        self.vetoes = frozenset(e.code for e in rules.vetoes)
        self.levels = rules.levels or (_ALL,)
        self._points: Mapping[tuple[str, Polarity], int] = {
            (s.source, Polarity.PRAISE): s.praise for s in rules.signals
        } | {(s.source, Polarity.CRITICISM): s.criticism for s in rules.signals}
        visit = rules.visit
        self._visit: Mapping[str, int] = dict(
            zip(
                VISIT_CODES,
                (visit.minor, visit.major, visit.redline, visit.unset, visit.clean),
                strict=True,
            )
        )
        self._level_of = {s: x.id for x in rules.levels for s in x.sources}
        self._level_ids = frozenset(x.id for x in self.levels)

    def points(self, event: CreditEvent) -> int:
        """What the event is worth under these rules, without sign.

        Stated points stay; then the catalogue, the visit's table, the signal's table;
        what these rules do not know keeps the points it was recorded with.
        """
        if event.stated:
            return event.points
        if entry := self.entries.get(event.code):
            return entry.points
        if event.code in self._visit:
            return self._visit[event.code]
        if not event.code:
            return self._points.get((event.source, event.polarity), event.points)
        return event.points

    def recorded(self, event: CreditEvent) -> CreditEvent:
        """The event with the points it is worth today under these rules."""
        return replace(event, points=self.points(event), rules=self.rules.key)

    def last(self, event: CreditEvent) -> date | None:
        """The last day it counts; None: until repaired."""
        if event.last is not None:
            return event.last
        entry = self.entries.get(event.code)
        if entry is not None and entry.months is not None:
            return months_after(event.first, entry.months) if entry.months else None
        if event.polarity is Polarity.BASE:
            return None  # 基础信息 holds until it changes
        if self.rules.term.kind is TermKind.CALENDAR_YEAR:
            return date(event.first.year, 12, 31)
        return months_after(event.first, self.rules.term.months)

    def counted(
        self, events: Iterable[CreditEvent], day: date
    ) -> list[tuple[CreditEvent, date | None]]:
        """Events that count on `day`, each with its last day."""
        out = []
        for event in events:
            if event.first > day or event.recorded > day:
                continue
            last = self.last(event)
            in_term = last is None or day <= last
            if in_term and event.state_on(day) is EventState.ACCEPTED:
                out.append((event, last))
        return out

    def level(self, event: CreditEvent) -> str:
        """Who scores it: as recorded, else by its source, else the last level."""
        if event.level in self._level_ids:
            return event.level
        return self._level_of.get(event.source, self.levels[-1].id)

    def filed(self, events: Iterable[CreditEvent], day: date) -> bool:
        """Whether a company handed in its credit file: some base information counts.

        Where the catalogue has no base information nobody has to.
        """
        if not any(e.polarity is Polarity.BASE for e in self.rules.entries):
            return True
        counted = self.counted(events, day)
        return any(e.polarity is Polarity.BASE for e, _ in counted)

    def score(
        self,
        subject: Subject,
        events: Iterable[CreditEvent],
        day: date,
        *,
        filed: bool = True,
    ) -> Score:
        """The subject's score on `day`. `filed`: it has handed in its credit file."""
        counted = self.counted(events, day)
        terms: dict[str, list[ScoreTerm]] = {x.id: [] for x in self.levels}
        for event, last in counted:
            terms[self.level(event)].append(self._term(event, last))
        levels = tuple(
            _level_score(x, terms[x.id], self.rules.score) for x in self.levels
        )
        points = sum(x.share_bp * x.points for x in levels)
        total = rounded(Fraction(points, 10_000))
        bad = any(e.polarity is Polarity.CRITICISM for e, _ in counted)
        vetoes = tuple(sorted({e.code for e, _ in counted} & self.vetoes))
        grade, label, risk = self.grade(total, bad, bool(vetoes), filed)
        return Score(
            subject,
            day,
            self.rules.key,
            total,
            grade,
            label,
            risk,
            self.stars(total),
            bad,
            vetoes,
            levels,
        )

    def _term(self, event: CreditEvent, last: date | None) -> ScoreTerm:
        points = self.points(event)
        return ScoreTerm(
            _PART[event.polarity],
            -points if event.polarity is Polarity.CRITICISM else points,
            event.id,
            event.code,
            event.source,
            event.document,
            event.first,
            last,
        )

    def grade(
        self, points: int, bad: bool, vetoed: bool, filed: bool
    ) -> tuple[str, str, RiskClass]:
        """Grade, what to print for it, and the class in the next draw."""
        grades = self.rules.grades
        for so, fixed, word in (
            (not filed, self.rules.unfiled, "缺失"),
            (vetoed, self.rules.veto, "一票否决"),
        ):
            if so:
                name = fixed.grade or grades[-1].name
                return name, fixed.label or f"{name}（{word}）", fixed.risk
        found = grades[-1]
        for grade in grades:
            enough = grade.least is None or points >= grade.least
            if enough or (grade.without_bad and not bad):
                found = grade
                break
        return found.name, found.name, found.risk

    def stars(self, points: int) -> int:
        """星级; 0 below the lowest or where the city gives none."""
        return max((s.stars for s in self.rules.stars if points >= s.least), default=0)


_ORDER = {"base": 0, "good": 1, "bad": 2}


def _level_score(
    level: ScoreLevel, found: list[ScoreTerm], rules: ScoreRules
) -> LevelScore:
    found.sort(key=lambda t: (_ORDER[t.part], t.first, t.event))
    terms = [ScoreTerm("start", rules.base_start)] if rules.base_start else []
    terms += found
    sums = {"base": int(rules.base_start), "good": 0, "bad": 0}
    for term in found:
        sums[term.part] += term.points
    caps: tuple[tuple[str, Points | None, int], ...] = (
        ("base", rules.base_cap, 1),
        ("good", rules.good_cap, 1),
        ("bad", rules.bad_cap, -1),
    )
    for part, cap, sign in caps:
        if cap is not None and abs(sums[part]) > cap:
            terms.append(ScoreTerm(f"cap.{part}", sign * cap - sums[part]))
    total = sum(t.points for t in terms)
    if total < rules.floor:
        terms.append(ScoreTerm("floor", rules.floor - total))
    elif rules.ceiling is not None and total > rules.ceiling:
        terms.append(ScoreTerm("ceiling", rules.ceiling - total))
    total = sum(t.points for t in terms)
    return LevelScore(level.id, level.share_bp, total, tuple(terms))
