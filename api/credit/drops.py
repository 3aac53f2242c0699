"""A rule file to commit → a new version, asked twice where many firms would drop.

Rules that would lower the grade of more than a tenth of all firms are refused first,
with those firms and a digest; the same file with that digest is kept. Every door that
commits rules of credit goes through `commit`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from api.credit import rules as credit_rules
from api.credit.comparison import scores
from api.credit.files import companies
from api.errors import Problem
from api.site import Desk
from api.store.versions import Version
from inspector.credit.rules import RuleSet, SubjectKind, digest
from inspector.credit.score import Score
from inspector.errors import messages

SHARE = 10  # more than one firm in so many

messages(
    {
        "rules.drops": (
            "按此规则 {companies} 家企业中有 {count} 家降级，超过十分之一；"
            "请核对名单后，连同确认码再次提交",
            "{count} of {companies} firms would drop a grade, more than a tenth; read "
            "the list, then send the file again with `confirm`",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class GradeDrop:
    """A firm that a new version of the rules puts into a lower grade."""

    subject: str
    name: str
    old: str
    new: str


def commit(
    desk: Desk, text: str, first: date | None, reason: str, confirm: str = ""
) -> Version:
    """A new version, in force from `first` (today). Raises Faults, Problem.

    rules.drops carries the firms and the digest to confirm them with.
    """
    rules, begins = credit_rules.judged(desk, text, first)
    before = credit_rules.in_force(desk, begins)
    found, total = dropped(desk, before, rules)
    mark = _mark(rules, begins, found)
    if len(found) * SHARE > total and confirm != mark:
        rows = [asdict(f) for f in found]
        told = {"companies": total, "count": len(found)}
        raise Problem("rules.drops", None, **told, confirm=mark, firms=rows)
    return credit_rules.add(desk, text, begins, reason)


def dropped(desk: Desk, old: RuleSet, new: RuleSet) -> tuple[list[GradeDrop], int]:
    """The firms whose grade of today is lower by the new rules; how many there are."""
    kind = SubjectKind.COMPANY
    if kind not in old.subjects or kind not in new.subjects or old == new:
        return [], 0
    names = {e.name: e.label for e in desk.db.scalars(companies(kind))}
    before, after = scores(desk, old, desk.today), scores(desk, new, desk.today)
    order = {g.name: place for place, g in enumerate(new.grades)}
    lower = [n for n in before if _lower(before[n], after[n], order)]
    rows = [
        GradeDrop(n, names.get(n, ""), before[n].label, after[n].label) for n in lower
    ]
    return rows, len(before)


def _lower(old: Score, new: Score, order: dict[str, int]) -> bool:
    """Whether a grade fell; by risk class where the new rules know no such grade."""
    if old.grade in order:
        return order[new.grade] > order[old.grade]
    return new.risk.value > old.risk.value


def _mark(rules: RuleSet, begins: date, found: list[GradeDrop]) -> str:
    """What confirms exactly these rules, this day and these firms."""
    said = [digest(rules), begins.isoformat(), [asdict(f) for f in found]]
    data = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(data.encode()).hexdigest()
