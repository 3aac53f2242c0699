"""What may change in a month whose plan is already sealed, without any name.

A workload and changes → the changed workload, and a note for each visit that it
concerns. First step of a replan.

Each kind of change is one past-tense value; `changed` applies several of them to the
workload at once. Somebody who falls ill is a group that has one person fewer, a closed
compound is a visit that falls away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inspector.domain import Visit, VisitKind
from inspector.errors import InspectorError, messages
from inspector.schedule.workload import PeopleGroup, Workload
from inspector.words import word

messages(
    {
        "change.group": (
            "{day} 没有 {count} 名这类人员（可主办：{lead}；专长：{skills}）",
            "{count} people of the group (may lead: {lead}; skills: {skills}) are not"
            " there on {day}",
        ),
        "change.office": ("没有办公室 {office}", "there is no office {office}"),
        "change.cars": (
            "{office} 在 {day} 没有 {count} 辆车可减",
            "{office} does not have {count} cars to lose on {day}",
        ),
        "change.compound": (
            "本月没有小区 {compound} 的检查",
            "no visit of the month is at compound {compound}",
        ),
        "change.twice": ("检查编号 {visit} 已存在", "visit {visit} exists already"),
        "change.kind": (
            "{visit} 不是{kind}类检查",
            "{visit} is no visit of the kind {kind}",
        ),
        "replan.closed": (
            "{visit}：小区 {compound} 已关停，取消",
            "{visit}: compound {compound} has closed; the visit falls away",
        ),
        "replan.unreachable": (
            "{visit}：小区 {compound} 失联，取消",
            "{visit}: compound {compound} cannot be reached; the visit falls away",
        ),
        "replan.company_closed": (
            "{visit}：小区 {compound} 更换物业企业，原台账事项终止，取消",
            "{visit}: the case of {compound} ended with its company; the visit falls"
            " away",
        ),
        "replan.unreachable_drawn": (
            "{visit}：小区 {compound} 失联；因属随机抽中，照旧，未进行的登记顺延",
            "{visit}: compound {compound} cannot be reached, but it was drawn; the"
            " visit stays, to be carried when it is not made",
        ),
        "replan.company_kept": (
            "{visit}：小区 {compound} 更换物业企业，台账事项转给新企业，检查照旧",
            "{visit}: {compound} has a new company that takes over the case; the"
            " visit stays",
        ),
        "replan.company_drawn": (
            "{visit}：小区 {compound} 更换物业企业，台账事项终止；因属随机抽中，照旧",
            "{visit}: the case of {compound} ended with its company, but the compound"
            " was drawn; the visit stays",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PeopleAway:
    """`count` people of the group (may_lead, skills) are away on whole `days`.

    `month_days`: duty days the group loses in the month, Σ over the people of the fall
    in min(max_days, days present); all of `days` when not given.
    """

    may_lead: bool
    skills: tuple[str, ...]
    days: tuple[date, ...]
    count: int = 1
    month_days: int | None = None


@dataclass(frozen=True, slots=True)
class CarsGone:
    """`count` cars of an office are out of service on `days`."""

    office: str
    days: tuple[date, ...]
    count: int = 1


class Shut(StrEnum):
    """Why a compound cannot be visited any more."""

    CLOSED = "closed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class CompoundShut:
    """A compound closed or became unreachable: its visits fall away, but of one that
    is only unreachable those that were drawn stay."""

    compound: str
    why: Shut


@dataclass(frozen=True, slots=True)
class WhistleCalled:
    """吹哨报到: an urgent visit (个案) within its own window, today included."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class RecheckFailed:
    """整改复查 failed: `visit` is the re-check to be made in addition."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class StudyPlanned:
    """蹲点调研: `visit` is one of the two halves of a day on site."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class CompanyReplaced:
    """Another company runs the compound. `closes`: the docket case ends with the old
    one and its visits fall away; otherwise the new one takes it over and they stay."""

    compound: str
    closes: bool


Change = (
    PeopleAway
    | CarsGone
    | CompoundShut
    | WhistleCalled
    | RecheckFailed
    | StudyPlanned
    | CompanyReplaced
)
# Changes that add a visit.
ADDING = (WhistleCalled, RecheckFailed, StudyPlanned)


@dataclass(frozen=True, slots=True)
class VisitNote:
    """A sentence about one visit: a message code and what fills it."""

    visit: str
    code: str
    params: tuple[tuple[str, str | int], ...]


def note(code: str, visit: str, **params: str | int) -> VisitNote:
    """A note whose sentence may also name the visit."""
    named = {"visit": visit, **params}
    return VisitNote(visit, code, tuple(sorted(named.items())))


@dataclass(frozen=True, slots=True)
class Changed:
    """The workload after the changes: `work` still holds the visits that fall away.

    `falls`: visits that fall away and why; `kept`: visits that stay although their
    company changed or nobody is reached; `added`: ids of new visits, urgent ones also
    in `urgent`.
    """

    work: Workload
    falls: tuple[VisitNote, ...]
    kept: tuple[VisitNote, ...]
    added: tuple[str, ...]
    urgent: frozenset[str]


def changed(work: Workload, changes: Iterable[Change]) -> Changed:
    """Apply the changes in order.

    Raises InspectorError change.*: an unknown group, office or compound, more people or
    cars gone than there are, a visit id twice, a new visit of the wrong kind. Days that
    are no working days of the month are passed over.
    """
    falls: dict[str, VisitNote] = {}
    kept: dict[str, VisitNote] = {}
    added: list[str] = []
    urgent: set[str] = set()
    for change in changes:
        if isinstance(change, PeopleAway):
            work = _people_away(work, change)
        elif isinstance(change, CarsGone):
            work = _cars_gone(work, change)
        elif isinstance(change, WhistleCalled):
            work = _added(work, change.visit, VisitKind.WHISTLE)
            added.append(change.visit.id)
            urgent.add(change.visit.id)
        elif isinstance(change, RecheckFailed):
            work = _added(work, change.visit, VisitKind.RECHECK)
            added.append(change.visit.id)
        elif isinstance(change, StudyPlanned):
            work = _added(work, change.visit, VisitKind.STUDY)
            added.append(change.visit.id)
        else:
            gone, stays = _at_compound(work, change)
            falls.update(gone)
            kept.update(stays)
    return Changed(
        work,
        tuple(falls[v] for v in sorted(falls)),
        tuple(kept[v] for v in sorted(set(kept) - set(falls))),
        tuple(v for v in added if v not in falls),
        frozenset(urgent),
    )


def _indexes(work: Workload, days: Sequence[date]) -> list[int]:
    """Indexes of those of `days` that are working days of the month."""
    return [n for n, day in enumerate(work.days) if day in days]


def _people_away(work: Workload, change: PeopleAway) -> Workload:
    days = _indexes(work, change.days)
    groups = list(work.crew.groups)
    key = (change.may_lead, tuple(sorted(change.skills)))
    about = {"lead": change.may_lead, "skills": " ".join(key[1]) or "–"}
    found = [
        n for n, g in enumerate(groups) if (g.may_lead, tuple(sorted(g.skills))) == key
    ]
    if not found:
        day = change.days[0].isoformat() if change.days else "–"
        raise InspectorError("change.group", day=day, count=change.count, **about)
    group = groups[found[0]]
    present = list(group.present)
    for number in days:
        present[number] -= change.count
        if present[number] < 0:
            on = work.days[number].isoformat()
            raise InspectorError("change.group", day=on, count=change.count, **about)
    lost = change.month_days
    if lost is None:
        lost = change.count * len(days)
    groups[found[0]] = PeopleGroup(
        group.may_lead, group.skills, tuple(present), max(0, group.month - lost)
    )
    return replace(work, crew=replace(work.crew, groups=tuple(groups)))


def _cars_gone(work: Workload, change: CarsGone) -> Workload:
    names = [office.id for office in work.offices]
    if change.office not in names:
        raise InspectorError("change.office", office=change.office)
    number = names.index(change.office)
    cars = [list(row) for row in work.cars]
    for day in _indexes(work, change.days):
        cars[number][day] -= change.count
        if cars[number][day] < 0:
            raise InspectorError(
                "change.cars",
                office=change.office,
                day=work.days[day].isoformat(),
                count=change.count,
            )
    return replace(work, cars=tuple(tuple(row) for row in cars))


def _added(work: Workload, visit: Visit, kind: VisitKind) -> Workload:
    if kind not in visit.kinds:
        raise InspectorError(
            "change.kind", visit=visit.id, kind=word("kind", kind.value)
        )
    if any(v.id == visit.id for v in work.visits):
        raise InspectorError("change.twice", visit=visit.id)
    return replace(work, visits=(*work.visits, visit))


def _at_compound(
    work: Workload, change: CompoundShut | CompanyReplaced
) -> tuple[dict[str, VisitNote], dict[str, VisitNote]]:
    """Notes on the visits at the compound: those that fall away, those that stay."""
    visits = [v for v in work.visits if v.compound == change.compound]
    if not visits:
        raise InspectorError("change.compound", compound=change.compound)
    falls: dict[str, VisitNote] = {}
    stays: dict[str, VisitNote] = {}
    for v in visits:
        if (
            isinstance(change, CompoundShut)
            and change.why == Shut.UNREACHABLE
            and VisitKind.RANDOM in v.kinds
        ):
            # Only a compound that is gone is no longer owed its visit (PROTOCOL §8).
            stays[v.id] = note("replan.unreachable_drawn", v.id, compound=v.compound)
        elif isinstance(change, CompoundShut):
            falls[v.id] = note(f"replan.{change.why}", v.id, compound=v.compound)
        elif not change.closes:
            stays[v.id] = note("replan.company_kept", v.id, compound=v.compound)
        elif VisitKind.RANDOM in v.kinds:
            # A drawn compound stays drawn, whoever runs it; only its case ends.
            stays[v.id] = note("replan.company_drawn", v.id, compound=v.compound)
        else:
            falls[v.id] = note("replan.company_closed", v.id, compound=v.compound)
    return falls, stays
