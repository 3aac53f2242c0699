"""Credit files as people read them: facts and rules → score, its terms, what counts.

What everybody may read of a subject, and what the bureau reads besides; one subject or
a page of them. Papers, pages and both sides of the API show these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.answers import DayText, OwnWord, grown
from api.credit import facts as credit
from api.credit import rules as credit_rules
from api.errors import Problem, field_fault, invalid
from api.registry.sheets import breaches
from api.site import Desk
from api.store.models import Entry
from api.store.oversight import CreditFact
from inspector.credit.file import CreditEvent, Subject, points_text
from inspector.credit.rule_checks import VISIT_CODES
from inspector.credit.rules import SubjectKind, digest
from inspector.credit.score import LevelScore, Score, Scorer, ScoreTerm
from inspector.printable import iso
from inspector.words import Word, word

Breaches = Mapping[str, str]  # of items, by code
Facts = Sequence[tuple[CreditFact, CreditEvent]]
POINTS = {"says": "百分之一分 hundredths of a point"}


@dataclass(frozen=True, slots=True)
class CreditFactLine:
    """A fact as it stood on a day; who reported it in which words stays inside."""

    id: str
    kind: str
    subject: str
    source: Word
    polarity: Word
    what: OwnWord
    points: int = field(metadata=POINTS)
    stated: bool
    document: str
    recorded: DayText
    first: DayText
    last: DayText = field(metadata={"says": '"" until repaired'})
    state: Word
    month_id: str
    visit: str
    rules: str = field(metadata={"says": "recorded under"})


@dataclass(frozen=True, slots=True)
class CreditTerm:
    """One term of a score; `fact`: the fact it comes from."""

    part: Word
    points: int = field(metadata=POINTS)
    points_text: str
    fact: str
    what: OwnWord
    source: Word
    document: str
    first: DayText
    last: DayText


@dataclass(frozen=True, slots=True)
class CreditLevel:
    """What one level of authority scores, and its share of the whole."""

    level: str
    name: str
    share_bp: int
    points: int = field(metadata=POINTS)
    terms: list[CreditTerm]


@dataclass(frozen=True, slots=True)
class CreditLine:
    """Score and grade of a subject on a day."""

    kind: str
    subject: str
    name: str
    on: DayText
    rules: str
    points: int = field(metadata=POINTS)
    points_text: str
    grade: str
    label: str
    risk: str
    stars: int
    bad_record: bool
    vetoes: list[OwnWord]


@dataclass(frozen=True, slots=True)
class CreditFile(CreditLine):
    """A score with every term it is made of, and the facts."""

    rules_digest: str
    levels: list[CreditLevel]
    facts: list[CreditFactLine]


def kind_of(kind: str) -> SubjectKind:
    """A kind of subject in an address. Raises Problem 404."""
    if kind not in list(SubjectKind):
        raise Problem("http.not_found")
    return SubjectKind(kind)


def day_of(desk: Desk, day: date | None, where: str = "query") -> date:
    """The day asked for, today by default; the future is not known. Raises Faults."""
    if day is not None and day > desk.today:
        raise invalid(field_fault("on", "晚于今天 after today", where))
    return day or desk.today


def score_of(scorer: Scorer, subject: Subject, facts: Facts, day: date) -> Score:
    """The score of one subject; only a company has to file."""
    events = [e for _, e in facts]
    company = subject.kind is SubjectKind.COMPANY
    filed = not company or scorer.filed(events, day)
    return scorer.score(subject, events, day, filed=filed)


def file(
    desk: Desk,
    subject: Subject,
    on: date | None,
    rules: str = "",
    *,
    public: bool = True,
) -> CreditFile:
    """A credit file on a day. `public`: only the facts that count.

    Raises Problem 404 for a subject that has no file here.
    """
    day, name = day_of(desk, on), name_of(desk, subject)
    scorer = Scorer(credit_rules.named(desk, rules, day))
    facts = sorted(credit.of_subject(desk, subject.kind, subject.id), key=_place)
    known = subject.kind in scorer.rules.subjects
    if not known or (name is None and not facts):
        raise Problem("http.not_found")
    score, items = score_of(scorer, subject, facts, day), breaches(desk)
    counted = [f for f in facts if not public or scorer.counted([f[1]], day)]
    return grown(
        CreditFile,
        _line(scorer, score, name or ""),
        rules_digest=digest(scorer.rules),
        levels=[_level(scorer, level, items) for level in score.levels],
        facts=[fact_line(scorer, row, event, day, items) for row, event in counted],
    )


def _place(fact: tuple[CreditFact, CreditEvent]) -> tuple[str, str, str]:
    """Where a fact stands in its file: by day and document."""
    row, _ = fact
    return row.recorded, row.document, row.id


def name_of(desk: Desk, subject: Subject) -> str | None:
    """The registry's name of a company or compound; None when it has none."""
    if subject.kind is SubjectKind.MANAGER:
        return None
    entry = credit.entry_of(desk, subject)
    return entry.label if entry is not None else None


def _line(scorer: Scorer, score: Score, name: str) -> CreditLine:
    return grown(
        CreditLine,
        score,
        kind=score.subject.kind.value,
        subject=score.subject.id,
        name=name,
        on=score.day.isoformat(),
        points_text=points_text(score.points),
        vetoes=[_named(scorer, code) for code in score.vetoes],
    )


def _named(scorer: Scorer, code: str) -> Word:
    """A line of the catalogue, or of the visit's table, in words."""
    entry = scorer.entries.get(code)
    if entry is not None:
        return Word(code, entry.text, code)
    return word("fact", code)


def told(scorer: Scorer, code: str, document: str, items: Breaches) -> Word:
    """The same of a fact: a finding of a visit says which breach it was.

    A visit's facts cite month, visit and item (`inspector.credit.from_results`).
    """
    item = document.rpartition("/")[2]
    said, breach = _named(scorer, code), items.get(item, "")
    if code not in VISIT_CODES or not breach:
        return said
    return Word(code, f"{said.zh}：{breach}", f"{said.en}, item {item}")


def _level(scorer: Scorer, level: LevelScore, items: Breaches) -> CreditLevel:
    names = {x.id: x.name for x in scorer.rules.levels}
    terms = [_term(scorer, t, items) for t in level.terms]
    return grown(CreditLevel, level, name=names.get(level.level, ""), terms=terms)


def _term(scorer: Scorer, term: ScoreTerm, items: Breaches) -> CreditTerm:
    return grown(
        CreditTerm,
        term,
        part=word("part", term.part),
        points_text=points_text(term.points),
        fact=term.event,
        what=told(scorer, term.code, term.document, items),
        source=word("party", term.source),
    )


def fact_line(
    scorer: Scorer, row: CreditFact, event: CreditEvent, day: date, items: Breaches
) -> CreditFactLine:
    """A fact as it stood on `day`; `items`: what their findings are called."""
    last = scorer.last(event)
    return grown(
        CreditFactLine,
        row,
        source=word("party", row.source),
        polarity=word("polarity", row.polarity),
        what=told(scorer, row.code, row.document, items),
        points=scorer.points(event),
        last=iso(last),
        state=word("signal", event.state_on(day).value),
    )


def companies(kind: SubjectKind) -> Select[Any]:
    """The registry's rows of companies or compounds, for a page of the list."""
    return select(Entry).where(
        Entry.sheet == credit.SHEETS[kind],
        Entry.live.is_(True),
        Entry.gone.is_(False),
    )


def lines(
    desk: Desk, kind: SubjectKind, entries: Iterable[Entry], on: date | None
) -> list[CreditLine]:
    """Scores of a page of companies or compounds, without their terms."""
    day, rows = day_of(desk, on), list(entries)
    scorer = Scorer(credit_rules.in_force(desk, day))
    found = grouped(desk, kind, [e.name for e in rows])
    out = []
    for entry in rows:
        subject = Subject(kind, entry.name)
        score = score_of(scorer, subject, found.get(entry.name, []), day)
        out.append(_line(scorer, score, entry.label))
    return out


def grouped(
    desk: Desk, kind: SubjectKind, names: Sequence[str] | None = None
) -> dict[str, list[tuple[CreditFact, CreditEvent]]]:
    """Facts by subject, of these names or of all."""
    query = select(CreditFact).where(CreditFact.kind == kind)
    if names is not None:
        query = query.where(CreditFact.subject.in_(names))
    found: dict[str, list[tuple[CreditFact, CreditEvent]]] = {}
    for row, event in credit.events(desk, query, every=names is None):
        found.setdefault(row.subject, []).append((row, event))
    return found
