"""The committed cities: exact sizes, places in reach, nothing real, 30 items."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from math import cos, radians

import pytest
from committed import Committed, read_city
from stdnum.cn import uscc

from inspector.domain import RiskClass, Window
from inspector.places import minutes
from inspector.selection.lists import visit_list
from scenarios.generate import fits_alone, longest_minutes
from scenarios.people import ENFORCEMENT, HOUSING

LOCAL = (2, 3, 17, 29, 30)  # items that only a city's own ordinance carries


@pytest.mark.parametrize(
    ("city", "sizes"),
    [
        (
            "zibo",
            {
                "streets": 31,
                "offices": 8,
                "cars": 12,
                "companies": 360,
                "compounds": 1388,
                "items": 34,
                "signals": 320,
            },
        ),
        (
            "wuzhou",
            {
                "streets": 10,
                "offices": 3,
                "cars": 4,
                "companies": 105,
                "compounds": 173,
                "items": 31,
                "signals": 60,
            },
        ),
    ],
    indirect=["city"],
)
def test_the_tables_have_their_exact_sizes(
    city: Committed, sizes: dict[str, int]
) -> None:
    registry = city.registry
    assert {name: len(getattr(registry, name)) for name in sizes} == sizes


@pytest.mark.parametrize(
    ("city", "managed", "old", "old_managed"),
    [("zibo", 1217, 209, 38), ("wuzhou", 160, 26, 13)],
    indirect=["city"],
)
def test_compounds_without_a_company_are_all_old(
    city: Committed, managed: int, old: int, old_managed: int
) -> None:
    compounds = city.registry.compounds
    assert sum(bool(c.usc18) for c in compounds) == managed
    assert sum(c.type == "old" for c in compounds) == old
    assert sum(c.type == "old" and bool(c.usc18) for c in compounds) == old_managed
    assert all(c.type == "old" for c in compounds if not c.usc18)
    assert all(c.status == "active" for c in compounds)


@pytest.mark.parametrize(
    ("city", "mix"),
    [("zibo", [902, 347, 118, 21]), ("wuzhou", [112, 44, 14, 3])],
    indirect=["city"],
)
def test_the_risk_classes_have_their_mix(city: Committed, mix: list[int]) -> None:
    found = Counter(c.risk_class for c in city.registry.compounds)
    assert [found[risk] for risk in RiskClass] == mix


@pytest.mark.parametrize(
    ("city", "fire", "lift", "half_days"),
    [("zibo", 111, 56, 277), ("wuzhou", 14, 7, 28)],
    indirect=["city"],
)
def test_special_skills_and_half_days_are_a_minority(
    city: Committed, fire: int, lift: int, half_days: int
) -> None:
    compounds = city.registry.compounds
    skills = Counter(c.skill for c in compounds)
    assert skills == {"": len(compounds) - fire - lift, "fire": fire, "lift": lift}
    assert all(c.has_lift for c in compounds if c.skill == "lift")
    assert sum(c.window is not Window.ALL_DAY for c in compounds) == half_days
    assert {c.service_minutes for c in compounds} == set(range(60, 95, 5))


@pytest.mark.parametrize(
    ("city", "officers", "lead", "fire", "lift", "short"),
    [("zibo", 48, 28, 17, 9, 16), ("wuzhou", 12, 9, 7, 5, 4)],
    indirect=["city"],
)
def test_the_officers_are_certified_and_a_third_is_short_of_days(
    city: Committed, officers: int, lead: int, fire: int, lift: int, short: int
) -> None:
    people = city.officers
    assert len(people) == officers
    assert sum(p.may_lead for p in people) == lead
    assert sum("fire" in p.skills for p in people) == fire
    assert sum("lift" in p.skills for p in people) == lift
    assert sum(p.max_days < 7 for p in people) == short == officers // 3
    assert all(p.cert_no and p.cert_valid_to > date(2026, 12, 31) for p in people)
    assert {HOUSING, ENFORCEMENT} <= {p.unit for p in people}


def test_an_officer_acts_for_his_office_and_leads_for_the_bureau(
    city: Committed,
) -> None:
    """Where one bureau does all, nobody of another office is sent; in 淄博 those of
    others only join, and who was delegated has both."""
    own = city.policy.authority
    offices = {(p.unit, p.authorities) for p in city.officers}
    if not own:
        assert offices == {(HOUSING, ()), (ENFORCEMENT, ())}
        assert not any(i.authority for i in city.registry.items)
        return
    others = {i.authority for i in city.registry.items} - {""}
    assert own == HOUSING and len(others) == 2
    assert offices == {
        (HOUSING, ()),
        (ENFORCEMENT, (HOUSING, ENFORCEMENT)),
        *((name, (name,)) for name in others),
    }
    joined = {p.id for p in city.officers if p.unit in others}
    assert not any(p.may_lead or p.skills for p in city.officers if p.id in joined)
    history = city.registry.history
    assert not joined & {who for h in history for who in (h.lead, h.second)}
    for name in others:  # enough, so that their seats are no public exceptions
        assert sum(name in p.authorities for p in city.officers) >= 5


def test_each_compound_says_how_it_is_managed_and_who_answers(
    city: Committed,
) -> None:
    for c in city.registry.compounds:
        assert (c.mode == "professional") == bool(c.usc18)
        assert bool(c.responsible) == (not c.usc18)
        assert "合成路" in c.address
    alone = [c for c in city.registry.compounds if not c.usc18]
    assert {c.mode for c in alone} == {"fallback", "self"}
    kinds = ("居民委员会", "办事处", "物业管理委员会")
    assert {k for c in alone for k in kinds if c.responsible.endswith(k)} == {*kinds}
    managed = len(city.registry.compounds) - len(alone)
    share = managed * 10_000 // len(city.registry.compounds)
    assert share == {"zibo": 8768, "wuzhou": 9248}[city.name]


def test_experts_hold_no_certificate_and_never_lead(city: Committed) -> None:
    experts = [p for p in city.registry.inspectors if p.expert]
    assert experts
    assert not any(p.may_lead or p.cert_no or p.cert_valid_to for p in experts)


def test_wuzhou_has_two_to_four_observers_per_compound_and_17_supervisors() -> None:
    registry = read_city("wuzhou").registry
    observers = [a for a in registry.assistants if a.kind == "observer"]
    per_compound = Counter(c for a in observers for c in a.compounds)
    assert per_compound.keys() == {c.id for c in registry.compounds}
    assert set(per_compound.values()) == {2, 3, 4}
    assert 346 <= len(observers) <= 692
    assert sum(a.kind == "integrity" for a in registry.assistants) == 17


def test_each_zibo_district_has_an_office_and_cars() -> None:
    registry = read_city("zibo").registry
    district = {o.id: o.district for o in registry.offices}
    fleet = Counter(district[car.office] for car in registry.cars)
    streets = Counter(s.district for s in registry.streets)
    assert fleet.keys() == streets.keys()
    assert set(fleet.values()) <= {1, 2, 3}
    assert streets.most_common(1) == [("张店", 10)]


@pytest.mark.parametrize(
    ("city", "latitude"), [("zibo", 36.7), ("wuzhou", 23.48)], indirect=["city"]
)
def test_the_travel_model_fits_the_latitude(city: Committed, latitude: float) -> None:
    travel = city.policy.travel
    assert travel.lon_metres == round(111_195 * cos(radians(latitude)))


def test_every_visit_fits_alone_into_a_day(city: Committed) -> None:
    """Even the longest visit a compound can get, half-day windows included."""
    registry, policy = city.registry, city.policy
    district = {s.code: s.district for s in registry.streets}
    office = {o.district: o for o in registry.offices}
    misfits = [
        c.id
        for c in registry.compounds
        if not fits_alone(
            c,
            office[district[c.street]],
            longest_minutes(c, policy.visits),
            policy.day,
            policy.travel,
        )
    ]
    assert misfits == []


def test_compounds_lie_around_their_street(city: Committed) -> None:
    """No compound is more than half an hour from the middle of its street."""
    registry, travel = city.registry, city.policy.travel
    for street in registry.streets:
        own = [c.place for c in registry.compounds if c.street == street.code]
        farthest = min(max(minutes(travel, a, b) for b in own) for a in own)
        assert farthest <= 30, street.code


def test_the_two_cities_use_both_coordinate_systems() -> None:
    for name, crs in (("zibo", "WGS-84"), ("wuzhou", "GCJ-02")):
        rows = read_city(name).files["compounds.csv"].decode().splitlines()[1:]
        assert {row.split(",")[-2] for row in rows} == {crs}


def test_every_name_shows_that_it_is_synthetic(city: Committed) -> None:
    registry = city.registry
    patterns = {
        "inspectors": r"(检查员|协会专家)\d+",
        "companies": r"合成物业[甲乙丙丁戊己庚辛壬癸]\d+有限公司",
        "compounds": r"合成小区..[甲乙丙丁戊己庚辛壬癸]\d+",
        "streets": r"..[甲乙丙丁戊己庚辛壬癸]街道",
    }
    for table, pattern in patterns.items():
        names = [row.name for row in getattr(registry, table)]
        assert len(set(names)) == len(names)
        assert [n for n in names if not re.fullmatch(pattern, n)] == []
    assert all(
        p.cert_no.startswith("SYN-") for p in registry.inspectors if not p.expert
    )


def test_no_table_holds_a_phone_or_identity_number(city: Committed) -> None:
    phone = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
    identity = re.compile(r"(?<![0-9A-Z])\d{17}[0-9Xx](?![0-9A-Z])")
    for name, data in city.files.items():
        if name.endswith(".csv"):
            assert not phone.search(data.decode()), name
            assert not identity.search(data.decode()), name


@pytest.mark.parametrize(
    ("city", "division"), [("zibo", "370399"), ("wuzhou", "450499")], indirect=["city"]
)
def test_company_codes_have_valid_check_digits_of_no_real_division(
    city: Committed, division: str
) -> None:
    codes = [c.usc18 for c in city.registry.companies]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert uscc.is_valid(code)
        assert code[2:8] == division
        # GB 11714: the ninth character of the organisation code.
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(a, 36) * w for a, w in zip(code[8:16], weights, strict=True))
        assert code[16] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_the_demonstration_entropy_says_that_it_is_synthetic(city: Committed) -> None:
    assert "synthetic" in city.entropy["note"]
    assert "合成" in city.entropy["note"]


def test_the_checklist_has_its_group_weights(city: Committed) -> None:
    items = city.registry.items
    weights: Counter[str] = Counter()
    for item in items:
        weights[item.group[:2]] += item.weight
    # no ordinance of 梧州's makes an item of its group 7: the disclosures weigh more
    local = city.name == "zibo"
    assert {g: n for g, n in weights.items() if g[0] == "G"} == {
        "G1": 1200,
        "G2": 1800 if local else 2600,
        "G3": 1600,
        "G4": 1600,
        "G5": 1600,
        "G6": 1400,
    } | ({"G7": 800} if local else {})
    daily = [i for i in items if i.object != "fallback" and not i.lists]
    assert sum(i.weight for i in daily) == 10_000
    numbers = [n for n in range(1, 31) if local or n not in LOCAL]
    assert [int(i.code[3:]) for i in daily] == numbers
    redlines = {int(i.code[3:]) for i in items if i.severity == "redline"}
    assert redlines == {14, 15, 22}
    assert {i.severity for i in items} == {"minor", "major", "redline"}
    assert all(i.key for i in items if i.severity == "redline")


def test_each_item_has_words_of_its_breach_and_of_nobody_elses(
    city: Committed,
) -> None:
    items = city.registry.items
    assert all(i.breach.startswith("存在") and i.breach != i.text for i in items)
    assert len({i.breach for i in items}) == len(items)
    found = {i.code: i.breach for i in items}
    assert found["G3-14"] == "存在停水停电催费行为"


def test_a_visit_without_a_company_has_a_list_of_its_own(city: Committed) -> None:
    """兜底服务核查: nothing that only a firm owes is asked there."""
    held = {city.policy.authority}
    day = date(2026, 12, 1)
    alone = next(c for c in city.registry.compounds if not c.usc18)
    firm = next(c for c in city.registry.compounds if c.usc18)
    there, here = (
        [i.code for i in visit_list(city.registry.items, city.policy, c, day, held)]
        for c in (alone, firm)
    )
    assert [c for c in there if c[0] == "K"] == [f"K1-0{n}" for n in (1, 2, 3, 4)]
    assert not [c for c in here if c[0] == "K"]
    assert not [c for c in there if c[:2] in ("G1", "G2", "G3", "G7")]


def test_every_item_has_a_legal_basis_that_says_nothing_of_being_checked(
    city: Committed,
) -> None:
    """Whether an article was checked is the bureau's confirmation, no word of it."""
    for item in city.registry.items:
        assert item.legal_basis and "待核" not in item.legal_basis
        if item.code in (f"G{c}" for c in ("1-02", "1-03", "3-17", "7-29", "7-30")):
            assert item.legal_basis.startswith("《淄博市物业管理条例》第")
            assert "；" not in item.legal_basis  # no national text carries the duty
    ordinances = {"zibo": "淄博市", "wuzhou": "广西"}
    other = ordinances["wuzhou" if city.name == "zibo" else "zibo"]
    assert not any(other in i.legal_basis for i in city.registry.items)
