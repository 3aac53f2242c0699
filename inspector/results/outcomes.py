"""Codes of a result: category, follow-up, method, severity, handling.

DOMAIN §2: ten result categories and six follow-ups as provincial platforms use them.
Codes go into hashes and exports, their words (`inspector.words`) on paper; a code never
changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from inspector.errors import InspectorError, messages


class Outcome(StrEnum):
    """检查结果: the ten standard categories, in their order."""

    NO_PROBLEM = "no_problem"
    NOT_DISCLOSED = "not_disclosed"
    FALSE_DISCLOSURE = "false_disclosure"
    UNREACHABLE = "unreachable"
    ORDERED = "ordered"
    UNCOOPERATIVE = "uncooperative"
    NO_ACTIVITY = "no_activity"
    PENDING = "pending"
    CEASED = "ceased"
    DEREGISTERED = "deregistered"

    @property
    def number(self) -> int:
        """The number of the category, 1..10.

        >>> Outcome.ORDERED.number
        5
        """
        return list(Outcome).index(self) + 1

    @property
    def inspected(self) -> bool:
        """Whether anything could be graded; otherwise the score is -1."""
        return self not in NOT_INSPECTED


# Nobody was there to be inspected: an outcome of its own, never a grade.
NOT_INSPECTED = frozenset(
    {
        Outcome.UNREACHABLE,
        Outcome.NO_ACTIVITY,
        Outcome.CEASED,
        Outcome.DEREGISTERED,
    }
)
NO_SCORE = -1
# A visit that was not made at all: no result, a log event with its reason instead.
CARRIED = "carried"
# Why a visit is carried whose result says that nobody was there to be inspected.
UNINSPECTED = "uninspected"


class FollowUp(StrEnum):
    """后续处理."""

    NONE = "none"
    DAILY = "daily"
    RECTIFY = "rectify"
    TRANSFER = "transfer"
    NOTIFY = "notify"
    OTHER = "other"

    @property
    def number(self) -> int:
        """The number of the follow-up, 1..6 (DOMAIN §2, in its order)."""
        return list(FollowUp).index(self) + 1


class Unmade(StrEnum):
    """顺延: why a visit was not made; the first three also why it found no place."""

    BEFORE = "before"
    CAR = "car"
    PEOPLE = "people"
    LATE = "late"
    TIME = "time"
    WEATHER = "weather"
    SAFETY = "safety"
    UNINSPECTED = UNINSPECTED


class CheckMethod(StrEnum):
    """检查方式."""

    ONSITE = "onsite"
    WRITTEN = "written"
    OTHER_DEPARTMENT = "other_department"
    TESTING = "testing"
    ONLINE = "online"
    ASSISTED = "assisted"


class Severity(StrEnum):
    """严重程度 of a finding."""

    MINOR = "minor"
    MAJOR = "major"
    REDLINE = "redline"


class Handling(StrEnum):
    """处理 of one finding; NONE where nothing was found."""

    NONE = "none"
    ON_SPOT = "on_spot"
    ORDERED = "ordered"
    TRANSFERRED = "transferred"
    LATER = "later"


class Opinion(StrEnum):
    """被检查单位意见."""

    AGREED = "agreed"
    DISAGREED = "disagreed"
    REFUSED = "refused"
    NOBODY = "nobody"


messages(
    {
        "close.reason": (
            "{visit} 的顺延原因“{reason}”不在规定之列",
            '"{reason}" is no known reason why {visit} was not made',
        ),
    }
)


def refuse_reasons(void: Mapping[str, str]) -> None:
    """Refuse a reason why a visit was not made that is none of `Unmade`."""
    for visit, reason in void.items():
        if reason not in list(Unmade):
            raise InspectorError("close.reason", visit=visit, reason=reason)


def codes(kind: type[StrEnum]) -> tuple[str, ...]:
    """The codes of one list, in order.

    >>> codes(Severity)
    ('minor', 'major', 'redline')
    """
    return tuple(member.value for member in kind)
