"""Versions of the rules of evaluation, credit and lists (`inspector.oversight.rules`).

Before the first version of its own a bureau works by the file of its city that comes
with the project, or by the default one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from api.errors import Problem
from api.site import Desk
from api.store import fresh_id
from api.store.models import Bureau
from api.store.oversight import CreditRules
from inspector.codec import dump
from inspector.errors import messages
from inspector.oversight import cities
from inspector.oversight.rule_file import read_rules
from inspector.oversight.rules import RuleSet, digest

FILE = "rules.toml"
CITY = "city:"

messages(
    {
        "rules.past": (
            "施行日期 {first} 早于今天，已公示的评分不得追溯修改",
            "the rules would begin on {first}, before today: published scores stay",
        ),
        "rules.same": (
            "与现行版本 {rules} 的编号和版本号相同而内容不同",
            "the file is named {rules} like an earlier version, but says otherwise",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class RulesContent:
    """What a version of the rules says; `content` as JSON, with its sources."""

    rules: str
    digest: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CityRules(RulesContent):
    """A rule file that comes with the project, with its text."""

    name: str
    text: str


@lru_cache(maxsize=32)
def parsed(text: str, file: str = FILE) -> RuleSet:
    """The rule set of a file's text. Raises Faults."""
    return read_rules(text.encode(), file)


def city(desk: Desk) -> str:
    """The file that comes with the project for this bureau."""
    row = desk.db.get(Bureau, desk.bureau)
    code = row.code if row is not None else ""
    return code if code in cities.names() else cities.DEFAULT


def row_on(desk: Desk, day: date) -> CreditRules | None:
    """The bureau's own version in force on `day`, None before the first."""
    query = select(CreditRules).where(CreditRules.first <= day.isoformat())
    return desk.db.scalar(query.order_by(CreditRules.number.desc()).limit(1))


def in_force(desk: Desk, day: date) -> RuleSet:
    """The rules of `day`."""
    row = row_on(desk, day)
    return parsed(row.text) if row is not None else cities_rules(city(desk))


def settled(desk: Desk) -> RuleSet:
    """The rules of today, kept from now on: for whoever records something by them.

    Before a bureau's first own version its city's file becomes one, for all days, so
    that a newer release of this program changes no score of the past.
    """
    if desk.db.scalar(select(CreditRules.id).limit(1)) is None:
        name = city(desk)
        _add(desk, cities.text(name).decode(), date.min, f"{CITY}{name}")
        desk.db.flush()
    return in_force(desk, desk.today)


@lru_cache(maxsize=32)
def cities_rules(name: str) -> RuleSet:
    """The rules of a file that comes with the project. Raises Problem 404."""
    if name not in cities.names():
        raise Problem("http.not_found")
    return cities.rules_of(name)


def find(desk: Desk, rules_id: str) -> CreditRules:
    """A version by its id. Raises Problem 404."""
    return desk.row(CreditRules, rules_id)


def named(desk: Desk, name: str, day: date) -> RuleSet:
    """Those in force for "", a version by its id, or `city:zibo`. Raises 404."""
    if not name:
        return in_force(desk, day)
    if name.startswith(CITY):
        return cities_rules(name.removeprefix(CITY))
    return parsed(find(desk, name).text)


def upload(desk: Desk, text: str, first: date | None, reason: str) -> CreditRules:
    """A new version, in force from `first` (today). Raises Faults, Problem.

    A version in force is never changed backwards, and a name means one content.
    """
    rules, begins = parsed(text), first or desk.today
    if begins < desk.today:
        raise Problem("rules.past", first=begins)
    settled(desk)
    same = CreditRules.rules == rules.key, CreditRules.digest != digest(rules)
    if desk.db.scalar(select(CreditRules.id).where(*same).limit(1)) is not None:
        raise Problem("rules.same", rules=rules.key)
    return _add(desk, text, begins, reason)


def _add(desk: Desk, text: str, first: date, reason: str) -> CreditRules:
    """Keep a version, the highest number so far."""
    rules = parsed(text)
    last = desk.db.scalar(select(func.max(CreditRules.number))) or 0
    row = CreditRules(
        id=fresh_id(),
        number=last + 1,
        rules=rules.key,
        first=first.isoformat(),
        digest=digest(rules),
        **_made(desk, text, reason),
    )
    desk.db.add(row)
    desk.published()
    about = {"rules": row.rules, "digest": row.digest, "first": row.first}
    desk.event("credit_rules_changed", f"credit_rules:{row.number}", **about)
    return row


def _made(desk: Desk, text: str, reason: str) -> dict[str, Any]:
    by, at = desk.actor.id, desk.now
    return {"text": text, "reason": reason, "by": by, "at": at}


def content_of(rules: RuleSet) -> dict[str, Any]:
    """A rule set as JSON, with where its values come from."""
    data: dict[str, Any] = dump(rules)
    return data | {"sources": dict(rules.sources)}


def described(rules: RuleSet) -> RulesContent:
    """What a rule set says."""
    return RulesContent(rules.key, digest(rules), content_of(rules))


def show_city(name: str) -> CityRules:
    """A file that comes with the project, with its text. Raises Problem 404."""
    rules, text = cities_rules(name), cities.text(name).decode()
    return CityRules(rules.key, digest(rules), content_of(rules), name, text)
