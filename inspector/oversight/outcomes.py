"""Words of a result as codes: category, follow-up, method, severity, handling.

DOMAIN §2: ten result categories and six follow-ups as provincial platforms use them.
Codes go into hashes and exports, names on paper; a code never changes its meaning.
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


class FollowUp(StrEnum):
    """后续处理."""

    NONE = "none"
    DAILY = "daily"
    RECTIFY = "rectify"
    TRANSFER = "transfer"
    NOTIFY = "notify"
    OTHER = "other"


class Carried(StrEnum):
    """顺延: why a visit was not made; the first three also why it found no place."""

    BEFORE = "before"
    CAR = "car"
    PEOPLE = "people"
    LATE = "late"
    TIME = "time"
    WEATHER = "weather"
    SAFETY = "safety"


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
    """Refuse a reason why a visit was not made that is none of `Carried`."""
    for visit, reason in void.items():
        if reason not in list(Carried):
            raise InspectorError("close.reason", visit=visit, reason=reason)


# kind of code -> code -> (Chinese, English)
NAMES: Mapping[type[StrEnum], Mapping[str, tuple[str, str]]] = {
    Outcome: {
        Outcome.NO_PROBLEM: ("未发现问题", "no problem found"),
        Outcome.NOT_DISCLOSED: (
            "未按规定公示应当公示的信息",
            "information that must be public was not",
        ),
        Outcome.FALSE_DISCLOSURE: (
            "公示信息隐瞒真实情况、弄虚作假",
            "published information hides or falsifies facts",
        ),
        Outcome.UNREACHABLE: (
            "通过登记的住所（经营场所）无法联系",
            "cannot be reached at the registered place",
        ),
        Outcome.ORDERED: ("发现问题已责令改正", "problems found, ordered to rectify"),
        Outcome.UNCOOPERATIVE: (
            "不配合检查情节严重",
            "seriously refused to cooperate",
        ),
        Outcome.NO_ACTIVITY: (
            "未发现开展本次抽查涉及的经营活动",
            "the business in question is not carried on",
        ),
        Outcome.PENDING: (
            "发现问题待后续处理",
            "problems found, to be dealt with later",
        ),
        Outcome.CEASED: ("已关闭停业或正在组织清算", "closed or being wound up"),
        Outcome.DEREGISTERED: (
            "注销/被吊销/被撤销/迁出",
            "cancelled, revoked, withdrawn or moved away",
        ),
    },
    Carried: {
        Carried.BEFORE: ("前一次检查未成", "the step before it was not made"),
        Carried.CAR: ("车辆、路线或工时不足", "no car, route or hours for it"),
        Carried.PEOPLE: ("人员不足", "too few people for it"),
        Carried.LATE: ("派员晚于公布路线", "people drawn too late for its day"),
        Carried.TIME: ("当日来不及", "no time left on its day"),
        Carried.WEATHER: ("天气", "weather"),
        Carried.SAFETY: ("安全原因", "it was not safe"),
    },
    FollowUp: {
        FollowUp.NONE: ("无需后续处置", "nothing further"),
        FollowUp.DAILY: (
            "停止检查转日常监管",
            "inspection stopped, daily supervision",
        ),
        FollowUp.RECTIFY: ("责令改正", "order to rectify"),
        FollowUp.TRANSFER: ("固定证据移送", "evidence secured and transferred"),
        FollowUp.NOTIFY: ("抄告其他部门", "other departments notified"),
        FollowUp.OTHER: ("其他", "other"),
    },
    CheckMethod: {
        CheckMethod.ONSITE: ("实地检查", "on site"),
        CheckMethod.WRITTEN: ("书面检查", "in writing"),
        CheckMethod.OTHER_DEPARTMENT: (
            "其他部门结果或专业意见",
            "result of another department or expert opinion",
        ),
        CheckMethod.TESTING: ("检验检测", "testing"),
        CheckMethod.ONLINE: ("网络监测", "online monitoring"),
        CheckMethod.ASSISTED: (
            "委托专业机构辅助",
            "assisted by a professional body",
        ),
    },
    Severity: {
        Severity.MINOR: ("一般", "ordinary"),
        Severity.MAJOR: ("较重", "serious"),
        Severity.REDLINE: ("红线", "red line"),
    },
    Handling: {
        Handling.NONE: ("无", "none"),
        Handling.ON_SPOT: ("当场改正", "put right on the spot"),
        Handling.ORDERED: ("责令限期改正", "ordered to rectify by a date"),
        Handling.TRANSFERRED: ("移送", "transferred"),
        Handling.LATER: ("后续处理", "to be dealt with later"),
    },
    Opinion: {
        Opinion.AGREED: ("无异议", "no objection"),
        Opinion.DISAGREED: ("有异议", "objects"),
        Opinion.REFUSED: ("拒绝签字", "refused to sign"),
        Opinion.NOBODY: ("无人在场", "nobody present"),
    },
}


def name_of(code: StrEnum) -> tuple[str, str]:
    """Chinese and English name of a code.

    >>> name_of(Severity.REDLINE)
    ('红线', 'red line')
    """
    return NAMES[type(code)][code]


def codes(kind: type[StrEnum]) -> tuple[str, ...]:
    """The codes of one list, in order.

    >>> codes(Severity)
    ('minor', 'major', 'redline')
    """
    return tuple(member.value for member in kind)
