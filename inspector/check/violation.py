"""What a check finds, and the shape of a rule: one function, one code, one sentence.

A function over a view → a rule that can be listed, run and told in both languages.

A rule looks at one frozen view and yields what is wrong as (subject, detail). `@rule`
gives it a message code (`check.` and the function's name), registers the sentence in
both languages and turns what it yields into violations. `run` never raises: data that a
rule cannot read are a violation themselves, so nothing passes unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from inspector.errors import messages, text

V = TypeVar("V")
Detail = dict[str, str | int]
Findings = Iterator[tuple[str, Detail]]

UNREADABLE = "check.unreadable"

messages(
    {
        UNREADABLE: (
            "规则 {subject} 无法核查：数据不可读（{error}）",
            "rule {subject} cannot be checked: the data are unreadable ({error})",
        )
    }
)


@dataclass(frozen=True, slots=True)
class Violation:
    """`rule` is a message code, `detail` fills its sentence beside `subject`."""

    rule: str
    subject: str
    detail: tuple[tuple[str, str | int], ...] = ()

    def sentences(self) -> tuple[str, str]:
        """What is wrong, in Chinese and English."""
        return text(self.rule, {"subject": self.subject, **dict(self.detail)})

    def __str__(self) -> str:
        zh, en = self.sentences()
        return f"{self.rule}: {zh} / {en}"


Rule = Callable[[V], tuple[Violation, ...]]


def rule(zh: str, en: str) -> Callable[[Callable[[V], Findings]], Rule[V]]:
    """Make a rule of a function that yields what is wrong."""

    def made(find: Callable[[V], Findings]) -> Rule[V]:
        code = f"check.{find.__name__}"
        messages({code: (zh, en)})

        @wraps(find)
        def checked(view: V) -> tuple[Violation, ...]:
            return tuple(
                Violation(code, subject, tuple(sorted(detail.items())))
                for subject, detail in find(view)
            )

        return checked

    return made


def _closed(check: Rule[V], view: V) -> tuple[Violation, ...]:
    """What the rule finds; data it cannot read are a violation, never a pass."""
    try:
        return check(view)
    except Exception as error:
        name, why = getattr(check, "__name__", "?"), type(error).__name__
        return (Violation(UNREADABLE, name, (("error", why),)),)


def run(rules: Iterable[Rule[V]], view: V) -> tuple[Violation, ...]:
    """All violations of these rules, each once, sorted by rule, subject and detail.

    Never raises: a rule that cannot read the view gives one `check.unreadable`.
    """
    found = {violation for check in rules for violation in _closed(check, view)}
    return tuple(sorted(found, key=lambda v: (v.rule, v.subject, str(v.detail))))
