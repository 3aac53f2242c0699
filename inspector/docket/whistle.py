"""吹哨: a call of a street or community, and what became of it (转办、调处、办结).

A call about a dispute (矛盾纠纷) climbs the three levels of mediation, community,
street, district, and then goes to the joint meeting (联席会议); every other call ends
in a visit (吹哨报到). It is settled with a document. Source article 昆明: 吹哨 includes
disputes; mediation at 3 levels; joint meeting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inspector.domain import Compound, Visit, VisitKind
from inspector.errors import InspectorError, messages

messages(
    {
        "whistle.move": (
            "吹哨 {whistle} 现为“{state}”，不能“{step}”",
            "whistle {whistle} is {state}: {step} is not possible",
        ),
        "whistle.before": (
            "日期 {day} 早于上一步 {last}",
            "the step of {day} is dated before the last one, {last}",
        ),
        "whistle.document": (
            "“{step}”须写明文号",
            "{step} needs a document number",
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
    COMMUNITY = "community"  # 社区调解
    STREET = "street"  # 街道调解
    DISTRICT = "district"  # 区级调解
    JOINT = "joint"  # 联席会议
    VISIT = "visit"  # 部门报到
    SETTLED = "settled"  # 办结


# The way up of a dispute; whoever settles it ends it.
LEVELS = (
    Referral.RECEIVED,
    Referral.COMMUNITY,
    Referral.STREET,
    Referral.DISTRICT,
    Referral.JOINT,
)


@dataclass(frozen=True, slots=True)
class WhistleStep:
    """One step of a call; `document`: number of the referral, minutes or answer."""

    to: Referral
    on: date
    document: str


@dataclass(frozen=True, slots=True)
class Whistle:
    """A call. `caller`: code of the street or name of the community that calls."""

    id: str
    compound: str
    caller: str
    topic: Topic
    on: date
    steps: tuple[WhistleStep, ...] = ()

    @property
    def referral(self) -> Referral:
        """Its status today."""
        return self.steps[-1].to if self.steps else Referral.RECEIVED

    @property
    def possible(self) -> tuple[Referral, ...]:
        """Where it may go next."""
        now = self.referral
        if now is Referral.SETTLED:
            return ()
        if self.topic is not Topic.DISPUTE:
            visited = now is Referral.VISIT
            return (Referral.SETTLED,) if visited else (Referral.VISIT,)
        at = LEVELS.index(now)
        return (*LEVELS[at + 1 : at + 2], *([Referral.SETTLED] if at else []))


def refer(whistle: Whistle, to: Referral, on: date, document: str) -> Whistle:
    """The call one step further.

    Raises InspectorError: whistle.move, whistle.before, whistle.document.
    """
    if to not in whistle.possible:
        raise InspectorError(
            "whistle.move",
            whistle=whistle.id,
            state=whistle.referral.value,
            step=to.value,
        )
    last = whistle.steps[-1].on if whistle.steps else whistle.on
    if on < last:
        raise InspectorError("whistle.before", day=on, last=last)
    if not document:
        raise InspectorError("whistle.document", step=to.value)
    return replace(whistle, steps=(*whistle.steps, WhistleStep(to, on, document)))


def visit_of(
    whistle: Whistle, compound: Compound, district: str, minutes: int, last: date
) -> Visit:
    """The 吹哨报到 visit (个案, never counted against a cap), due by `last`.

    Raises InspectorError whistle.move for a call that was not referred to a visit.
    """
    if whistle.referral is not Referral.VISIT:
        raise InspectorError(
            "whistle.move",
            whistle=whistle.id,
            state=whistle.referral.value,
            step=Referral.VISIT.value,
        )
    return Visit(
        whistle.id,
        compound.id,
        (VisitKind.WHISTLE,),
        district,
        compound.place,
        minutes,
        compound.window,
        "",
        whistle.steps[-1].on,
        last,
    )
