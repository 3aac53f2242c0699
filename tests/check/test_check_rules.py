"""What every rule has: a code, a sentence in both languages, a source, a table."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import Any

import pytest

import inspector.check as check
from inspector.check.violation import Violation, rule, run
from inspector.errors import MESSAGES, text

TABLES = {
    "PLAN": (check.PLAN_RULES, 25),
    "SEAT": (check.SEAT_RULES, 10),
    "DRAW": (check.DRAW_RULES, 19),
    "TABLE": (check.TABLE_RULES, 6),
    "ASSIGNED": (check.ASSIGNED_RULES, 17),
    "YEARLY": (check.YEARLY_RULES, 3),
    "EXPLAINED": (check.EXPLAINED_RULES, 1),
}
RULES: list[Callable[..., Any]] = [r for rules, _ in TABLES.values() for r in rules]
# Its violations keep the codes of the chance table's proofs.
DELEGATED = "proofs_hold"
SOURCE = re.compile(
    r"(DESIGN|DOMAIN|PROTOCOL|FAIRNESS) §\d|timetable \d|art\. \d|〔\d{4}〕|淄博"
)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_rules_lists_each_once(name: str) -> None:
    rules, count = TABLES[name]
    assert len({r.__name__ for r in rules}) == len(rules) == count


def test_no_two_rules_share_a_name() -> None:
    assert len({r.__name__ for r in RULES}) == sum(n for _, n in TABLES.values()) == 81


@pytest.mark.parametrize("one", RULES, ids=lambda r: r.__name__)
def test_a_rule_says_what_it_demands_and_who_says_so(one: Callable[..., Any]) -> None:
    assert one.__doc__ is not None
    first = one.__doc__.strip().splitlines()[0]
    assert first.endswith(").")  # ... (source).
    assert SOURCE.search(first), first
    if one.__name__ != DELEGATED:
        assert f"check.{one.__name__}" in MESSAGES


@pytest.mark.parametrize("one", RULES, ids=lambda r: r.__name__)
def test_both_sentences_of_a_rule_are_filled_alike(one: Callable[..., Any]) -> None:
    """The Chinese and the English template use the same values."""
    if one.__name__ == DELEGATED:
        return
    fields: list[set[str]] = []

    class Asked(dict[str, object]):
        def __missing__(self, key: str) -> str:
            fields[-1].add(key)
            return key

    from inspector import errors

    zh, en = errors._MESSAGES[f"check.{one.__name__}"]  # noqa: SLF001
    for template in (zh, en):
        fields.append(set())
        string.Formatter().vformat(template, (), Asked())
    assert fields[0] == fields[1]
    assert any("一" <= c <= "鿿" for c in zh)
    assert en.isascii()


def test_a_violation_prints_its_code_and_both_sentences() -> None:
    found = Violation("check.visit_once", "V1", (("placed", 2), ("unplaced", 0)))
    zh, en = text("check.visit_once", {"subject": "V1", "placed": 2, "unplaced": 0})
    assert found.sentences() == (zh, en)
    assert str(found) == f"check.visit_once: {zh} / {en}"


def test_running_rules_sorts_drops_doubles_and_never_raises() -> None:
    @rule("甲 {subject} {n}", "a {subject} {n}")
    def some_test_rule(view: int) -> Any:
        """Made for this test."""
        yield "b", {"n": view}
        yield "a", {"n": view}
        yield "a", {"n": view}

    @rule("乙 {subject}", "b {subject}")
    def another_test_rule(view: int) -> Any:
        """Made for this test."""
        yield "x", {}
        raise KeyError(view)

    assert run((some_test_rule, another_test_rule), 3) == (
        Violation("check.some_test_rule", "a", (("n", 3),)),
        Violation("check.some_test_rule", "b", (("n", 3),)),
        Violation("check.unreadable", "another_test_rule", (("error", "KeyError"),)),
    )
