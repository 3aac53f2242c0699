"""吹哨: a call of a street or community, and what became of it (转办、调处、办结).

A call and its steps → where it stands and by when the next step is due.

A call about a dispute (矛盾纠纷) climbs the three levels of mediation, community,
street, district, and then goes to the joint meeting (联席会议). Every other call is
referred to departments (转办) or answered at once by a visit (吹哨报到); departments
answer by a visit or in writing. It is settled with a document. Source article 昆明:
吹哨 includes disputes; mediation at 3 levels; joint meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inspector.errors import InspectorError, messages
from inspector.words import word

messages(
    {
        "whistle.move": (
            "吹哨事项现为“{state}”，不能转为“{step}”",
            'the call is "{state}": "{step}" is not possible now',
        ),
        "whistle.before": (
            "日期 {day} 早于上一步 {last}",
            "the step of {day} is dated before the last one, {last}",
        ),
        "whistle.document": (
            "“{step}”须写明文号",
            '"{step}" needs a document number',
        ),
        "whistle.units": (
            "“{step}”须写明承办部门",
            '"{step}" needs the departments that are to act',
        ),
        "whistle.due": (
            "办理期限 {due} 早于 {day}",
            "the deadline {due} is before {day}",
        ),
        "whistle.visit": (
            "“{step}”须写明哪一次检查",
            '"{step}" needs the visit that is made',
        ),
    }
)


class Topic(StrEnum):
    """What the call is about."""

    SERVICE = "service"  # 物业服务
    SAFETY = "safety"  # 安全隐患
    FEES = "fees"  # 收费
    DISPUTE = "dispute"  # 矛盾纠纷


class Referral(StrEnum):
    """Where a call stands."""

    RECEIVED = "received"  # 已受理
    DEPARTMENTS = "departments"  # 转办部门
    COMMUNITY = "community"  # 社区调解
    STREET = "street"  # 街道调解
    DISTRICT = "district"  # 区级调解
    JOINT = "joint"  # 联席会议
    VISIT = "visit"  # 部门报到
    ANSWERED = "answered"  # 书面答复
    SETTLED = "settled"  # 办结


# The way up of a dispute; whoever settles it ends it.
LEVELS = (
    Referral.RECEIVED,
    Referral.COMMUNITY,
    Referral.STREET,
    Referral.DISTRICT,
    Referral.JOINT,
)
# Where any other call may go next.
_WAYS = {
    Referral.RECEIVED: (Referral.DEPARTMENTS, Referral.VISIT),
    Referral.DEPARTMENTS: (Referral.VISIT, Referral.ANSWERED),
    Referral.VISIT: (Referral.ANSWERED, Referral.SETTLED),
    Referral.ANSWERED: (Referral.SETTLED,),
    Referral.SETTLED: (),
}


@dataclass(frozen=True, slots=True)
class WhistleStep:
    """One step of a call.

    `document`: number of the referral, minutes or answer; `units`: departments that are
    to act; `due`: by when the next step has to come; `visit`: the visit made.
    """

    to: Referral
    on: date
    document: str
    units: tuple[str, ...] = ()
    due: date | None = None
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Whistle:
    """A call. `caller`: the street or community that calls, never a person; `due`: by
    when the first step has to come."""

    compound: str
    caller: str
    topic: Topic
    on: date
    due: date | None = None
    steps: tuple[WhistleStep, ...] = ()

    @property
    def referral(self) -> Referral:
        """Its status today."""
        return self.steps[-1].to if self.steps else Referral.RECEIVED

    @property
    def possible(self) -> tuple[Referral, ...]:
        """Where it may go next."""
        now = self.referral
        if self.topic is not Topic.DISPUTE or now is Referral.SETTLED:
            return _WAYS[now]
        at = LEVELS.index(now)
        return (*LEVELS[at + 1 : at + 2], *([Referral.SETTLED] if at else []))

    @property
    def deadline(self) -> date | None:
        """By when the next step has to come; none once it is settled."""
        if self.referral is Referral.SETTLED:
            return None
        return self.steps[-1].due if self.steps else self.due

    def late(self, today: date) -> bool:
        """Whether the next step is overdue."""
        return self.deadline is not None and self.deadline < today


def refer(whistle: Whistle, step: WhistleStep) -> Whistle:
    """The call one step further.

    Raises InspectorError: whistle.move, whistle.before, whistle.document,
    whistle.units, whistle.visit, whistle.due.
    """
    to = word("referral", step.to.value)
    if step.to not in whistle.possible:
        state = word("referral", whistle.referral.value)
        raise InspectorError("whistle.move", state=state, step=to)
    last = whistle.steps[-1].on if whistle.steps else whistle.on
    if step.on < last:
        raise InspectorError("whistle.before", day=step.on, last=last)
    if not step.document:
        raise InspectorError("whistle.document", step=to)
    if step.to is Referral.DEPARTMENTS and not step.units:
        raise InspectorError("whistle.units", step=to)
    if step.to is Referral.VISIT and not step.visit:
        raise InspectorError("whistle.visit", step=to)
    if step.due is not None and step.due < step.on:
        raise InspectorError("whistle.due", due=step.due, day=step.on)
    return replace(whistle, steps=(*whistle.steps, step))


@dataclass(frozen=True, slots=True)
class WhistleTally:
    """How calls stand: received in all, settled, late; of them visited, disputes, and
    disputes settled at each level of mediation."""

    received: int
    settled: int
    late: int
    visited: int
    disputes: int
    mediated: tuple[tuple[Referral, int], ...]


def tally(whistles: Sequence[Whistle], today: date) -> WhistleTally:
    """The figures of some calls; nothing in them tells whose they are."""
    ended = [w for w in whistles if w.referral is Referral.SETTLED]
    climbed = [w.steps[-2].to for w in ended if w.topic is Topic.DISPUTE]
    return WhistleTally(
        len(whistles),
        len(ended),
        sum(w.late(today) for w in whistles),
        sum(any(s.to is Referral.VISIT for s in w.steps) for w in whistles),
        sum(w.topic is Topic.DISPUTE for w in whistles),
        tuple((level, climbed.count(level)) for level in LEVELS[1:]),
    )
