"""检查主体, scope and the list of a visit (PROTOCOL §13), and who may sit for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from selection_cases import a_compound

import inspector.month.officer  # noqa: F401
from inspector.domain import Inspector, Item, RiskClass, Role
from inspector.errors import MESSAGES
from inspector.policy import Campaign, Policy, SeatRule, authorities
from inspector.selection.lists import visit_list
from inspector.selection.seats import People, Work, group_of

DAY = date(2026, 12, 1)
FIRM = a_compound("C1", usc18="91310000MA1F0000XX")
NONE = a_compound("C2")
LEAD, SECOND = SeatRule(Role.LEAD), SeatRule(Role.SECOND)
FIRE = SeatRule(Role.JOINT, authority="消防")


def item(code: str, **more: Any) -> Item:
    return Item(code, code[0], code, "", "onsite", 100, "", "", 15, **more)


ITEMS = (
    item("A1", tags=("公示",)),
    item("A2", object="company"),
    item("A3", object="fallback"),
    item("B1", authority="消防"),
    item("B2", valid_from=date(2026, 12, 2)),
    item("B3", valid_to=date(2026, 11, 30)),
    item("C1", lists=("冬季",)),
    item("C2", authority="住建"),
)


def codes(policy: Policy, compound: Any = FIRM, *rules: SeatRule) -> list[str]:
    held = authorities(policy, (LEAD, SECOND, *rules))
    return [i.code for i in visit_list(ITEMS, policy, compound, DAY, held)]


def person(name: str = "P", **more: Any) -> Inspector:
    row = Inspector(name, name, "u", "O1", "1", date(2027, 1, 1), True, False, (), 9, 0)
    return replace(row, **more)


def out(who: Inspector, rule: SeatRule, *at: Any, policy: Policy) -> list[str]:
    people = People([who], (), (), (), policy, items=ITEMS)
    return people.reasons_out(who, rule, Work(DAY, "", at))


OWN = Policy(authority="住建")


def test_a_visit_checks_what_its_authorities_objects_and_days_admit() -> None:
    assert codes(OWN) == ["A1", "A2", "C2"]
    assert codes(OWN, NONE) == ["A1", "A3", "C2"]
    assert codes(OWN, FIRM, FIRE) == ["A1", "A2", "B1", "C2"]
    assert codes(Policy()) == ["A1", "A2"]  # whose own has no name


@pytest.mark.parametrize(
    ("campaign", "there"),
    [
        (Campaign("冬季", "冬季安全"), True),
        (Campaign("夏季", "夏季安全"), False),
        (Campaign("冬季", "", types=("commercial",)), True),
        (Campaign("冬季", "", types=("old",)), False),
        (Campaign("冬季", "", streets=("S01",), classes=(RiskClass.A,)), True),
        (Campaign("冬季", "", streets=("S01",), classes=(RiskClass.B,)), False),
        (Campaign("冬季", "", streets=("S02",)), False),
    ],
)
def test_a_list_is_in_force_where_a_campaign_admits_the_compound(
    campaign: Campaign, there: bool
) -> None:
    assert ("C1" in codes(replace(OWN, campaigns=(campaign,)))) == there


@pytest.mark.parametrize(
    ("acts_for", "lead", "joint"),
    [
        ((), True, False),
        (("",), True, False),
        (("住建",), True, False),
        (("消防",), False, True),
        (("住建", "消防"), True, True),
    ],
)
def test_a_seat_takes_those_who_act_for_its_authority(
    acts_for: tuple[str, ...], lead: bool, joint: bool
) -> None:
    who = person(authorities=acts_for)
    for rule, may in ((LEAD, lead), (SECOND, lead), (FIRE, joint)):
        found = out(who, rule, FIRM, policy=OWN)
        assert found == ([] if may else ["authority"])
    expert = replace(who, expert=True, cert_no="", cert_valid_to=None)
    assert out(expert, SeatRule(Role.EXPERT), FIRM, policy=OWN) == []


@pytest.mark.parametrize(
    ("scope", "lead", "second", "joint"),
    [
        ((), True, True, True),
        (("A", "C2"), True, True, False),
        (("公示",), False, True, False),
        (("A2",), False, True, False),
        (("B1",), False, False, True),
    ],
)
def test_scope_is_all_for_a_lead_or_another_office_and_one_for_a_second(
    scope: tuple[str, ...], lead: bool, second: bool, joint: bool
) -> None:
    who = person(authorities=("住建", "消防"), scope=scope)
    for rule, may in ((LEAD, lead), (SECOND, second), (FIRE, joint)):
        found = out(who, rule, FIRM, policy=OWN)
        assert found == ([] if may else ["scope"]), rule
        # nothing is checked while one waits
        assert out(who, rule, policy=OWN) == []


def test_a_second_covers_an_item_of_each_visit() -> None:
    who = person(authorities=("住建",), scope=("A2",))
    assert out(who, SECOND, FIRM, policy=OWN) == []
    assert out(who, SECOND, FIRM, NONE, policy=OWN) == ["scope"]


def test_a_group_names_what_decides_who_sits_where() -> None:
    who = person(skills=("lift", "fire"), authorities=("消防", "住建"), scope=("G2",))
    assert group_of(who) == "lead+fire+lift@住建@消防#G2"
    assert group_of(person()) == "lead"
    assert group_of(replace(who, expert=True)) == "expert"


def test_a_bureau_with_one_authority_notices_nothing() -> None:
    plain = [replace(i, authority="", lists=(), object="compound") for i in ITEMS]
    held = authorities(Policy(), (LEAD, SECOND))
    always = [i.code for i in plain if not (i.valid_from or i.valid_to)]
    for at in (FIRM, NONE):
        found = visit_list(plain, Policy(), at, DAY, held)
        assert [i.code for i in found] == always
    assert out(person(), LEAD, FIRM, NONE, policy=Policy()) == []


def test_each_reason_has_words() -> None:
    for reason in ("authority", "scope", "unit", "skill", "rotation"):
        zh, en = MESSAGES[f"out.{reason}"]
        assert zh and en
