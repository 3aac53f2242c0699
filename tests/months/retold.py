"""One log of a told bureau once more: told by an insider, or up to its freeze.

All others stand as they were told; what he changes is the registry that his freeze
stands on, or what he says when he publishes. He has every key and the source code, so
nothing of the program refuses him.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest.mock import patch

from bureau import Line

from inspector.domain import Registry, Visit, VisitKind
from inspector.policy import Policy

Tamper = Callable[[Registry], Registry]
Lie = Callable[[str], str]  # what the truth says -> what he says


def honest(registry: Registry) -> Registry:
    return registry


def true(text: str) -> str:
    return text


@dataclass(frozen=True)
class Insider:
    """What he changes. `policy`: of the month; `again`, `purpose` and `elsewhere`: at
    publication."""

    registry: Tamper = honest
    policy: Callable[[Policy], Policy] = lambda policy: policy
    again: Lie = true
    purpose: Lie = true
    elsewhere: Callable[[list[str]], list[str]] = list


class Frozen(Exception):
    """He stops here."""


class Retold(Line):
    """The line of a bureau again, by an insider."""

    def __init__(self, line: Line, insider: Insider, whole: bool) -> None:
        super().__init__(
            line.bureau,
            line.number,
            insider.policy(line.asked),
            next(b["at"] for kind, b in line.steps if kind == "freeze"),
        )
        self.insider, self.whole, self.rest = insider, whole, list(line.folds)

    def folded(self, policy: Policy) -> Registry:
        return self.insider.registry(self.rest.pop(0))

    def noted(self, kind: str, body: Mapping[str, Any], known: int) -> None:
        pass

    def judged(self, stage: str) -> None:
        if not (self.whole or self.rest):
            raise Frozen

    def again(self, visit: Visit, at: str) -> str:
        found = super().again(visit, at)
        return self.insider.again(found) if VisitKind.RANDOM in visit.kinds else found

    def purpose(self, visit: Visit, day: date) -> str:
        found = super().purpose(visit, day)
        return self.insider.purpose(found) if found else ""

    def elsewhere(self, visit: Visit, day: date, at: str) -> list[str]:
        return self.insider.elsewhere(super().elsewhere(visit, day, at))


def unguarded() -> ExitStack:
    """The program without what would refuse him."""
    stack = ExitStack()
    for name in ("refuse_earlier", "refuse_collisions"):
        stack.enter_context(patch(f"inspector.month.freeze.{name}", _nothing))
    return stack


def _nothing(*_: Any, **__: Any) -> None:
    pass


def retold(line: Line, insider: Insider, *, whole: bool = False) -> Line:
    """The line up to its last freeze, or to its close."""
    again = Retold(line, insider, whole)
    with unguarded(), suppress(Frozen):
        for _ in again.tell():
            pass
    return again
