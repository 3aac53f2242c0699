"""评分规则: rule files in versions → the rules of a day (`inspector.credit.rules`).

Before the first version of its own a bureau works by the file of its city that comes
with the project, or by the default one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from api.answers import DayText
from api.errors import Problem
from api.site import Desk
from api.store import versions
from api.store.models import Bureau
from api.store.versions import Version
from inspector.codec import Reading, dump
from inspector.credit import city_rules
from inspector.credit.rule_checks import unfounded
from inspector.credit.rule_file import read_rules
from inspector.credit.rules import RuleSet, digest
from inspector.errors import messages

FILE = "rules.toml"
SUBJECT = "credit"  # in the store of versions
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
class CityRules:
    """A rule file that comes with the project; text and content when it is named."""

    code: str
    zh: str
    en: str
    rules: str
    digest: str
    text: str | None = None
    content: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PublicRules:
    """A version as everybody may read it: who made it stays inside."""

    id: str
    number: int
    rules: str
    first: DayText
    digest: str
    reason: str
    at: datetime
    text: str = field(metadata={"says": "TOML"})


@lru_cache(maxsize=32)
def parsed(text: str, file: str = FILE) -> RuleSet:
    """The rule set of a file's text. Raises Faults."""
    return read_rules(text.encode(), file)


def city(desk: Desk) -> str:
    """The file that comes with the project for this bureau."""
    row = desk.db.get(Bureau, desk.bureau)
    code = row.code if row is not None else ""
    return code if code in city_rules.names() else city_rules.DEFAULT


def row_on(desk: Desk, day: date) -> Version | None:
    """The bureau's own version in force on `day`, None before the first."""
    return versions.in_force(desk, SUBJECT, day)


def in_force(desk: Desk, day: date) -> RuleSet:
    """The rules of `day`."""
    row = row_on(desk, day)
    return parsed(row.text) if row is not None else cities_rules(city(desk))


def settled(desk: Desk) -> RuleSet:
    """The rules of today, kept from now on: for whoever records something by them.

    Before a bureau's first own version its city's file becomes one, for all days, so
    that a newer release of this program changes no score of the past.
    """
    if versions.in_force(desk, SUBJECT) is None:
        name = city(desk)
        add(desk, city_rules.text(name).decode(), date.min, f"{CITY}{name}")
    return in_force(desk, desk.today)


@lru_cache(maxsize=32)
def cities_rules(name: str) -> RuleSet:
    """The rules of a file that comes with the project. Raises Problem 404."""
    if name not in city_rules.names():
        raise Problem("http.not_found")
    return city_rules.rules_of(name)


def named(desk: Desk, name: str, day: date) -> RuleSet:
    """Those in force for "", a version by its id, or `city:zibo`. Raises 404."""
    if not name:
        return in_force(desk, day)
    if name.startswith(CITY):
        return cities_rules(name.removeprefix(CITY))
    return parsed(versions.find(desk, SUBJECT, name).text)


def public(row: Version) -> PublicRules:
    """A version for everybody."""
    about = (row.id, row.number, row.name, row.first, row.digest, row.reason)
    return PublicRules(*about, row.at, row.text)


def judged(desk: Desk, text: str, first: date | None) -> tuple[RuleSet, date]:
    """A new version and the day it begins (today). Raises Faults, Problem.

    A version in force is never changed backwards, and a name means one content.
    """
    rules, begins = parsed(text), first or desk.today
    if wrong := list(unfounded(rules)):
        reading = Reading(FILE, text)
        for path, code, value, params in wrong:
            reading.add(code, path, value, **params)
        reading.refuse()
    if begins < desk.today:
        raise Problem("rules.past", first=begins)
    settled(desk)
    same = versions.query(SUBJECT).where(Version.name == rules.key)
    if any(row.digest != digest(rules) for row in desk.db.scalars(same)):
        raise Problem("rules.same", rules=rules.key)
    return rules, begins


def add(desk: Desk, text: str, first: date, reason: str) -> Version:
    """Keep a version, the highest number so far; `drops.commit` is the way there."""
    rules = parsed(text)
    about: dict[str, Any] = {"name": rules.key, "digest": digest(rules)}
    row = versions.add(desk, SUBJECT, text, reason=reason, first=first, **about)
    desk.published()
    told = {"rules": row.name, "digest": row.digest, "first": row.first}
    desk.event("credit_rules_changed", f"credit_rules:{row.number}", **told)
    return row


def content_of(rules: RuleSet) -> dict[str, Any]:
    """A rule set as JSON, with where its values come from."""
    data: dict[str, Any] = dump(rules)
    return data | {"sources": dict(rules.sources)}


def described(rules: RuleSet) -> RulesContent:
    """What a rule set says."""
    return RulesContent(rules.key, digest(rules), content_of(rules))


def city_files(name: str | None) -> list[CityRules]:
    """The files that come with the project, or one of them with its text.

    Raises Problem 404.
    """
    if name is None:
        return [_city(n, cities_rules(n)) for n in city_rules.names()]
    rules, text = cities_rules(name), city_rules.text(name).decode()
    return [replace(_city(name, rules), text=text, content=content_of(rules))]


def _city(name: str, rules: RuleSet) -> CityRules:
    return CityRules(name, rules.name, name, rules.key, digest(rules))
