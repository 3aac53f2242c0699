"""A stay-on-site study: its pool, its day, its report; and its place in a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from month_stages import Month

from inspector.docket.study import (
    Study,
    StudyFinding,
    StudyState,
    place,
    refuse_members,
    report,
    study_visits,
)
from inspector.domain import Assistant, Place, VisitKind, Window
from inspector.errors import InspectorError
from inspector.month.amendment_facts import changes_of
from inspector.month.amendment_proposal import propose

DAY = date(2026, 12, 22)
POOL = (
    Assistant("A1", "expert", ()),
    Assistant("A2", "lawyer", ("C1",)),
    Assistant("A3", "observer", ()),
)
STUDY = Study("C1", DAY, "收费争议", ("A1", "A2"))


def test_experts_and_lawyers_of_the_pool_may_be_asked_along_and_nobody_else() -> None:
    refuse_members(POOL, "C1", ("A1", "A2"))
    for compound, member in (("C1", "A3"), ("C2", "A2"), ("C1", "A9")):
        with pytest.raises(InspectorError, match=r"study\.member"):
            refuse_members(POOL, compound, (member,))


def test_a_study_is_planned_placed_and_reported(month: Month) -> None:
    row = {"kind": "study_planned", "compound": compound(month), "first": DAY}
    halves = [c.visit for c in changes_of(month.assigned, row)]
    assert [v.window for v in halves] == [Window.MORNING, Window.AFTERNOON]
    placed = place(STUDY, halves, [DAY, DAY])
    assert placed.state is StudyState.PLACED
    said = (StudyFinding("合同未约定", "补充协议"),)
    done = report(placed, DAY, "调研〔2026〕1号", said)
    assert (done.state, done.findings) == (StudyState.REPORTED, said)
    early = date(2026, 12, 1)
    for code, make in {
        "study.visits": lambda: place(STUDY, halves[:1], [DAY]),
        "study.move": lambda: report(STUDY, DAY, "调研1号", said),
        "study.before": lambda: report(placed, early, "调研1号", said),
        "study.document": lambda: report(placed, DAY, "", said),
    }.items():
        with pytest.raises(InspectorError) as error:
            make()
        assert error.value.code == code
    with pytest.raises(InspectorError, match=r"study\.move"):
        place(placed, halves, [DAY, DAY])


def compound(month: Month) -> str:
    return month.drawn.visits[0].compound


def test_both_halves_come_into_one_new_package_of_the_day(month: Month) -> None:
    row = {"kind": "study_planned", "compound": compound(month), "first": DAY}
    changes = changes_of(month.assigned, row)
    found = propose(month.assigned, changes, today=date(2026, 12, 1))
    ids = {v.id for v in found.amended_plan.added}
    (package,) = (
        p for p in found.amended_plan.packages if ids & {s.visit for s in p.stops}
    )
    assert {s.visit for s in package.stops} == ids
    assert package.day == DAY
    assert package.lunch is not None
    assert set(dict(found.amended_plan.reasons).values()) >= {"replan.study"}
    assert {v.kinds for v in found.amended_plan.added} == {(VisitKind.STUDY,)}


def test_a_compound_too_far_for_half_a_day_on_site_is_refused(month: Month) -> None:
    office = month.registry.offices[0]
    there = Place(office.place.lon_udeg + 3_000_000, office.place.lat_udeg)
    far = replace(month.registry.compounds[0], place=there)
    with pytest.raises(InspectorError, match=r"study\.far"):
        study_visits("", far, office, DAY, month.policy.day, month.policy.travel)
