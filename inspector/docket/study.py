"""蹲点调研 ("解剖麻雀", 潍坊): a day on site, experts of the pool, a report.

A compound and a day → its two visits; a study and its moves → where it stands.

No visit may run through the time of lunch, so a stay-on-site study is a morning and an
afternoon visit of the same day; together they leave room for nothing else. Two officers
drawn by lot are there as on every visit; whom the bureau asks along from its pool never
counts as one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inspector.domain import Assistant, Compound, Office, Visit, VisitKind, Window
from inspector.errors import InspectorError, messages
from inspector.places import minutes
from inspector.policy import DayRules, TravelModel
from inspector.words import word

# Who may be asked along (source article 潍坊: experts, lawyers).
POOL = ("expert", "lawyer", "association")

messages(
    {
        "study.member": (
            "{member} 不在专家、律师、协会人员名录中，或不负责该小区",
            "{member} is not in the pool of experts, lawyers and association members,"
            " or not for this compound",
        ),
        "study.move": (
            "蹲点调研现为“{state}”，不能转为“{step}”",
            'the study is "{state}": "{step}" is not possible now',
        ),
        "study.before": (
            "日期 {day} 早于进驻日期 {last}",
            "{day} is before the day on site, {last}",
        ),
        "study.document": (
            "调研报告须写明文号",
            "the report needs a document number",
        ),
        "study.visits": (
            "该月计划中没有这个小区当日的上午、下午两次蹲点检查",
            "the plan has no two study visits of the compound on that day",
        ),
        "study.far": (
            "从办公室往返后，上午或下午已不足以进驻",
            "the way from the office leaves no time on site in one of the half-days",
        ),
    }
)


class StudyState(StrEnum):
    """Where a study stands."""

    PLANNED = "planned"  # 已立项
    PLACED = "placed"  # 已排期
    REPORTED = "reported"  # 已报告


@dataclass(frozen=True, slots=True)
class StudyFinding:
    """What was found to be the cause, and what is to be done about it."""

    cause: str
    measure: str


@dataclass(frozen=True, slots=True)
class Study:
    """A study of a compound on a day. `members`: ids of the pool; `visits`: its two in
    the month's plan; `report`: number of the 调研报告."""

    compound: str
    on: date
    theme: str
    members: tuple[str, ...]
    visits: tuple[str, ...] = ()
    report: str = ""
    findings: tuple[StudyFinding, ...] = ()

    @property
    def state(self) -> StudyState:
        """Whether it is in a plan, and reported."""
        if self.report:
            return StudyState.REPORTED
        return StudyState.PLACED if self.visits else StudyState.PLANNED


def refuse_members(
    pool: Sequence[Assistant], compound: str, members: Collection[str]
) -> None:
    """Raise InspectorError study.member for one who is not of the pool."""
    fits = {
        a.id
        for a in pool
        if a.kind in POOL and (not a.compounds or compound in a.compounds)
    }
    for member in members:
        if member not in fits:
            raise InspectorError("study.member", member=member)


def _refuse(study: Study, to: StudyState) -> None:
    state, step = (word("study", x.value) for x in (study.state, to))
    raise InspectorError("study.move", state=state, step=step)


def place(study: Study, visits: Sequence[Visit], days: Collection[date]) -> Study:
    """The study with its two visits in a plan, all on `days`.

    Raises InspectorError study.move, study.visits."""
    if study.state is not StudyState.PLANNED:
        _refuse(study, StudyState.PLACED)
    if len(visits) != 2 or set(days) != {study.on}:
        raise InspectorError("study.visits")
    return replace(study, visits=tuple(v.id for v in visits))


def report(
    study: Study, on: date, document: str, findings: Sequence[StudyFinding]
) -> Study:
    """The study with its report.

    Raises InspectorError study.move, study.before, study.document."""
    if study.state is not StudyState.PLACED:
        _refuse(study, StudyState.REPORTED)
    if on < study.on:
        raise InspectorError("study.before", day=on, last=study.on)
    if not document:
        raise InspectorError("study.document")
    return replace(study, report=document, findings=tuple(findings))


def study_visits(
    name: str,
    compound: Compound,
    office: Office,
    day: date,
    rules: DayRules,
    travel: TravelModel,
) -> tuple[Visit, Visit]:
    """Both halves, as long as working day, duty and the way there allow.

    They are named `name`-1 and `name`-2. Raises InspectorError study.far.
    """
    leg = minutes(travel, office.place, compound.place)
    before = rules.morning_end - rules.shift_start - leg
    # Between the halves the team stays: the car is parked once more.
    again = minutes(travel, compound.place, compound.place)
    after = min(
        rules.shift_end - rules.afternoon_start - leg,
        rules.duty_minutes - before - again - 2 * leg,
    )
    if min(before, after) < 1:
        raise InspectorError("study.far")
    morning = Visit(
        f"{name}-1",
        compound.id,
        (VisitKind.STUDY,),
        office.district,
        compound.place,
        before,
        Window.MORNING,
        "",
        day,
        day,
    )
    afternoon = replace(
        morning, id=f"{name}-2", service_minutes=after, window=Window.AFTERNOON
    )
    return morning, afternoon
