"""Builders of credit events, rules and evaluations."""

from __future__ import annotations

from datetime import date
from typing import Any

from inspector.credit.file import CreditEvent, Decision, EventState, Subject
from inspector.credit.rule_file import read_rules
from inspector.credit.rules import Polarity, RuleSet, SubjectKind
from inspector.domain import Compound, Evaluation, Place, RiskClass, Window

DAY = date(2026, 11, 20)
COMPANY = Subject(SubjectKind.COMPANY, "91450499HC0000665N")
MINIMAL = """
id = "x"
version = "1"
name = "测试"
grades = [{ name = "A", least = 60, risk = "A" }, { name = "C", risk = "C" }]
[sources]
grades = "test"
"""


def rules(more: str = "", base: str = MINIMAL) -> RuleSet:
    """A rule set of a few lines."""
    return read_rules((base + more).encode(), "x.toml")


def an_event(number: int = 1, **given: Any) -> CreditEvent:
    """An accepted criticism of 1 point by a street, from 1 November 2026."""
    first = given.pop("first", date(2026, 11, 1))
    state = given.pop("state", EventState.ACCEPTED)
    decided = given.pop("decided", first)
    decisions = () if state is EventState.PENDING else (Decision(decided, state),)
    values: dict[str, Any] = {
        "id": f"e{number}",
        "subject": COMPANY,
        "source": "street",
        "polarity": Polarity.CRITICISM,
        "code": "",
        "points": 100,
        "document": f"文〔2026〕{number}号",
        "recorded": first,
        "first": first,
        "stated": True,
        "decisions": decisions,
    }
    return CreditEvent(**(values | given))


def praise(number: int, points: int, **given: Any) -> CreditEvent:
    return an_event(number, polarity=Polarity.PRAISE, points=points, **given)


def base(number: int, points: int, **given: Any) -> CreditEvent:
    return an_event(number, polarity=Polarity.BASE, points=points, **given)


def bad(number: int, points: int, **given: Any) -> CreditEvent:
    return an_event(number, points=points, **given)


def a_compound(id: str, **given: Any) -> Compound:
    values: dict[str, Any] = {
        "id": id,
        "name": f"合成小区{id}",
        "street": "S01",
        "community": "",
        "usc18": "",
        "type": "commercial",
        "households": 100,
        "risk_class": RiskClass.B,
        "has_lift": False,
        "skill": "",
        "service_minutes": 60,
        "window": Window.ALL_DAY,
        "place": Place(118_000_000, 36_700_000),
        "status": "active",
    }
    return Compound(**(values | given))


def judged(compound: str, sample: int = 50, **scores: int) -> list[Evaluation]:
    """Evaluations of a compound by source."""
    return [Evaluation(compound, s, bp, sample) for s, bp in scores.items()]
