"""The docket's rules as data: every default reads back, every fault is named."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.docket.recorded import encode
from inspector.docket.terms import DocketRules, Party, Term
from inspector.docket.terms_file import read_rules
from inspector.errors import Faults
from inspector.results.checklist import RectifyDays


def test_the_default_rules_are_the_same_after_writing_and_reading() -> None:
    assert read_rules(encode(DocketRules())) == DocketRules()
    assert read_rules({}) == DocketRules()


def test_a_bureau_overrides_a_part_and_keeps_the_rest() -> None:
    rules = read_rules({"parties": ["housing", "street"], "recheck_days": 20})
    assert rules.parties == (Party.HOUSING, Party.STREET)
    assert rules.recheck_days == 20
    assert dict(rules.deadlines.days)[Term.WORKS] == 90


WHOLE = encode(DocketRules())


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("nothing", 1),
        ("recheck_days", 0),
        ("recheck_days", "15"),
        ("parties", []),
        ("parties", ["housing", "housing"]),
        ("parties", ["press"]),
        ("veto_rung", "pillory"),
        ("rungs", WHOLE["rungs"][:-1]),
        ("rungs", [{**WHOLE["rungs"][0], "after": 1}, *WHOLE["rungs"][1:]]),
        ("vetoes", [*WHOLE["vetoes"], WHOLE["vetoes"][0]]),
        ("change_open", "forget"),
        ("deadlines", {**WHOLE["deadlines"], "longest_days": 60}),
        ("deadlines", {**WHOLE["deadlines"], "days": [["at_once", 0]]}),
        ("deadlines", {**WHOLE["deadlines"], "by_severity": []}),
        ("look_back", {**WHOLE["look_back"], "share": [3, 2]}),
        ("look_back", {**WHOLE["look_back"], "first_days": 90}),
        ("peaks", {**WHOLE["peaks"], "by": "mood"}),
        ("peaks", {**WHOLE["peaks"], "households": 0}),
        ("peaks", 5),
    ],
)
def test_a_part_that_is_wrong_is_named(part: str, value: Any) -> None:
    with pytest.raises(Faults) as found:
        read_rules({part: value})
    (fault,) = found.value.faults
    assert (fault.column or "").split(".")[0].split("[")[0] == part
    assert fault.code in ("docket.rule", "data.kind", "data.unknown")
    assert all(fault.sentences())


def test_every_wrong_part_is_named_at_once() -> None:
    with pytest.raises(Faults) as found:
        read_rules({"peaks": 1, "parties": 2, "x": 3})
    assert [f.column for f in found.value.faults] == ["parties", "peaks", "x"]


def test_the_docket_and_the_checklist_know_the_same_time_limits() -> None:
    docket, checklist = DocketRules().deadlines, RectifyDays()
    days = dict(docket.days)
    for severity in ("redline", "minor", "major"):
        assert days[dict(docket.by_severity)[severity]] == checklist.of(severity)
    assert days[Term.WORKS] == docket.longest_days == checklist.most
