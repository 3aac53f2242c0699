"""What the plain pages of oversight show: credit, lists, objections.

Everything comes from the services of the JSON routes; here it is only put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from api.answers import grown
from api.credit import files, roll_views
from api.credit import rules as credit_rules
from api.credit.files import CreditFactLine, CreditFile
from api.credit.roll_views import CreditFilePage
from api.credit.rules import PublicRules, RulesContent
from api.errors import Problem
from api.field.objections import ObjectionCounts, PublicObjection
from api.public import index as pub
from api.public import records as public_records
from api.public.compounds import yearly_of
from api.public.results import ResultRow
from api.public.yearly import YearlyCount
from api.site import Desk
from api.store.fieldwork import PublicResult
from api.store.oversight import CreditGrading
from inspector.credit.file import Subject, points_text
from inspector.credit.lists import Roll, list_basis, list_name
from inspector.credit.rules import RuleSet, SubjectKind
from inspector.printable import iso
from inspector.words import word

Doc = dict[str, Any]
Asked = Mapping[str, Any]
MANY = 100  # rows of a list without pages
GRADINGS = 12  # the last of them
LISTED = (SubjectKind.COMPANY, SubjectKind.COMPOUND)


@dataclass(frozen=True, slots=True)
class CreditRulesPage:
    """Versions of the credit rules, newest first, and what those of a day say."""

    items: tuple[PublicRules, ...]
    next: str | None
    in_force: RulesContent


@dataclass(frozen=True, slots=True)
class PublicCreditFile(CreditFilePage):
    """The same with how often the subject's firm was inspected this year and how often
    at most; nothing for a past day."""

    yearly: tuple[YearlyCount, ...]


@dataclass(frozen=True, slots=True)
class ObjectionsPage:
    """Objections, newest first, and the counts of all."""

    items: tuple[PublicObjection, ...]
    next: str | None
    counts: ObjectionCounts


@dataclass(frozen=True, slots=True)
class Known:
    """Which companies and compounds have a page of their own."""

    companies: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()


def known(desk: Desk) -> Known:
    """Companies and compounds of the newest freeze; compounds with results too."""
    found = pub.index(desk)
    compounds = frozenset(found.of_compound)
    if found.newest is None:
        return Known(compounds=compounds)
    register = pub.register(desk, found.newest)
    return Known(frozenset(register.companies), compounds | set(register.compounds))


# --- credit ----------------------------------------------------------------------


def has_file(desk: Desk, kind: SubjectKind, name: str) -> bool:
    """Whether a company or compound has a credit page today."""
    rules = credit_rules.in_force(desk, desk.today)
    subject = Subject(kind, name)
    return kind in rules.subjects and files.name_of(desk, subject) is not None


def scored(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """What the list of credit files says besides its rows. Raises Problem 404."""
    kind, on = SubjectKind(asked["kind"]), asked.get("on")
    day = files.day_of(desk, on)
    rules = credit_rules.in_force(desk, day)
    if kind not in rules.subjects:
        raise Problem("http.not_found")
    kinds = [k for k in LISTED if k in rules.subjects]
    return {
        "kind": kind.value,
        "kinds": [word("subject", k.value) for k in kinds],
        "day": day.isoformat(),
        "on": iso(on),
        "rules": rules.key,
        "stars": bool(rules.stars),
        "gradings": gradings(desk),
    }


def gradings(desk: Desk) -> list[CreditGrading]:
    """The last days on which grades were published, newest first."""
    rows = select(CreditGrading).order_by(CreditGrading.day.desc()).limit(GRADINGS)
    return list(desk.db.scalars(rows))


def credit_file(
    desk: Desk, kind: SubjectKind, subject: str, on: date | None
) -> PublicCreditFile:
    """A public credit file. Raises Problem 404, Faults for a day to come."""
    page = roll_views.page(desk, kind, subject, on)
    now = on is None or on == desk.today
    counts = yearly_of(desk, kind, subject) if now else ()
    return grown(PublicCreditFile, page, yearly=counts)


def credit(desk: Desk, asked: Asked, found: CreditFile) -> Doc:
    """What a subject's credit page says besides its file."""
    on = asked.get("on")
    row = credit_rules.row_on(desk, date.fromisoformat(found.on))
    return {
        "stars": bool(_rules_of(desk, found).stars),
        "made_by": _made_by(desk, found.facts),
        "points": points_text,
        "rules_first": row.first if row is not None else "",
        "on": iso(on),
        "known": known(desk),
    }


def _rules_of(desk: Desk, found: CreditFile) -> RuleSet:
    return credit_rules.in_force(desk, date.fromisoformat(found.on))


def _made_by(desk: Desk, facts: Iterable[CreditFactLine]) -> dict[str, ResultRow]:
    """Fact id -> the published result it was made from."""
    results = {(r.month_id, r.visit): r for r in pub.index(desk).results}
    made = {f.id: (f.month_id, f.visit) for f in facts}
    return {fact: results[at] for fact, at in made.items() if at in results}


def rules(desk: Desk, asked: Asked, _found: Any) -> Doc:
    """The rules of a day in words."""
    day = files.day_of(desk, asked.get("on"))
    found = credit_rules.in_force(desk, day)
    return {
        "r": found,
        "lists": [(list_name(found, x), list_basis(found, x)) for x in Roll],
        "day": day.isoformat(),
        "points": points_text,
    }


# --- lists -----------------------------------------------------------------------


def both_rolls(desk: Desk, on: date | None) -> Doc:
    """Both lists as they stood on a day. Raises Faults for a day to come."""
    day = files.day_of(desk, on)
    rules = credit_rules.in_force(desk, day)
    return {
        "rolls": [
            (
                list_name(rules, roll),
                list_basis(rules, roll),
                roll_views.public(desk, roll.value, on),
            )
            for roll in Roll
        ],
        "day": day.isoformat(),
        "on": iso(on),
        "known": known(desk),
    }


# --- objections, corrections -----------------------------------------------------


def objected(desk: Desk, _asked: Asked, page: ObjectionsPage) -> Doc:
    """Results that objections are about; corrections and withdrawals, newest first."""
    found = [r for r in pub.index(desk).results if r.state != "published"]
    found.sort(key=lambda r: (r.changed_at, r.position), reverse=True)
    last = public_records.newest(desk)
    return {
        "about": about(desk, page.items),
        "changed": [
            (r, last[r.month_id, r.visit]["reason"])
            for r in found[:MANY]
            if (r.month_id, r.visit) in last
        ],
        "changed_total": len(found),
        "today": desk.today.isoformat(),
    }


def about(desk: Desk, rows: Sequence[PublicObjection]) -> dict[str, ResultRow]:
    """Record id -> the published result that an objection of these is about."""
    ids = {r.result_id for r in rows}
    records = select(PublicResult).where(PublicResult.id.in_(ids))
    named = {r.id: (r.month_id, r.visit) for r in desk.db.scalars(records)}
    results = {(r.month_id, r.visit): r for r in pub.index(desk).results}
    return {k: results[at] for k, at in named.items() if at in results}
