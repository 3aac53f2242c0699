"""Credit files as people read them: score, its terms, facts; one subject or a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from api.errors import Problem, field_fault, invalid
from api.services import credit, credit_rules
from api.site import Desk
from api.store.models import Entry
from api.store.oversight import CreditFact
from inspector.oversight.credit import CreditEvent, Subject, points_text
from inspector.oversight.rules import SubjectKind, digest
from inspector.oversight.score import LevelScore, Score, Scorer, ScoreTerm
from inspector.words import Word, word

Doc = dict[str, Any]
Facts = Sequence[tuple[CreditFact, CreditEvent]]


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
) -> Doc:
    """A credit file on a day. `public`: only the facts that count.

    Raises Problem 404 for a subject that has no file here.
    """
    day, name = day_of(desk, on), name_of(desk, subject)
    scorer = Scorer(credit_rules.named(desk, rules, day))
    if subject.kind not in scorer.rules.subjects:
        raise Problem("http.not_found")
    facts = sorted(credit.of_subject(desk, subject.kind, subject.id), key=_place)
    if name is None and not facts:
        raise Problem("http.not_found")
    return {
        **score_body(scorer, score_of(scorer, subject, facts, day), name or ""),
        "rules_digest": digest(scorer.rules),
        "facts": [
            fact_body(scorer, row, event, day)
            for row, event in facts
            if not public or scorer.counted([event], day)
        ],
    }


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


def score_body(scorer: Scorer, score: Score, name: str) -> Doc:
    """A score with every term it is made of."""
    return {
        "kind": score.subject.kind.value,
        "subject": score.subject.id,
        "name": name,
        "on": score.day.isoformat(),
        "rules": score.rules,
        "points": score.points,
        "points_text": points_text(score.points),
        "grade": score.grade,
        "label": score.label,
        "risk": score.risk.value,
        "stars": score.stars,
        "bad_record": score.bad_record,
        "vetoes": [_named(scorer, code) for code in score.vetoes],
        "levels": [_level(scorer, level) for level in score.levels],
    }


def _named(scorer: Scorer, code: str) -> Word:
    """A line of the catalogue, or of the visit's table, in words."""
    entry = scorer.entries.get(code)
    if entry is not None:
        return Word(code, entry.text, code)
    return word("fact", code)


def _level(scorer: Scorer, level: LevelScore) -> Doc:
    names = {x.id: x.name for x in scorer.rules.levels}
    return {
        "level": level.level,
        "name": names.get(level.level, ""),
        "share_bp": level.share_bp,
        "points": level.points,
        "terms": [_term(scorer, t) for t in level.terms],
    }


def _term(scorer: Scorer, term: ScoreTerm) -> Doc:
    return {
        "part": word("part", term.part),
        "points": term.points,
        "points_text": points_text(term.points),
        "fact": term.event,
        "what": _named(scorer, term.code),
        "source": word("party", term.source),
        "document": term.document,
        "first": term.first.isoformat() if term.first else "",
        "last": term.last.isoformat() if term.last else "",
    }


def fact_body(scorer: Scorer, row: CreditFact, event: CreditEvent, day: date) -> Doc:
    """A fact as it stood on `day`; who reported it in which words stays inside."""
    last = scorer.last(event)
    return {
        "id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "source": word("party", row.source),
        "polarity": word("polarity", row.polarity),
        "what": _named(scorer, row.code),
        "points": scorer.points(event),
        "stated": row.stated,
        "document": row.document,
        "recorded": row.recorded,
        "first": row.first,
        "last": last.isoformat() if last else "",
        "state": word("signal", event.state_on(day).value),
        "month_id": row.month_id or "",
        "visit": row.visit,
        "rules": row.rules,
    }


def companies(kind: SubjectKind) -> Select[Any]:
    """The registry's rows of companies or compounds, for a page of the list."""
    return select(Entry).where(
        Entry.sheet == credit.SHEETS[kind],
        Entry.live.is_(True),
        Entry.gone.is_(False),
    )


def lines(
    desk: Desk, kind: SubjectKind, entries: Iterable[Entry], on: date | None
) -> list[Doc]:
    """Scores of a page of companies or compounds, without their terms."""
    day, rows = day_of(desk, on), list(entries)
    scorer = Scorer(credit_rules.in_force(desk, day))
    found = grouped(desk, kind, [e.name for e in rows])
    out = []
    for entry in rows:
        subject = Subject(kind, entry.name)
        score = score_of(scorer, subject, found.get(entry.name, []), day)
        body = score_body(scorer, score, entry.label)
        del body["levels"]
        out.append(body)
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
