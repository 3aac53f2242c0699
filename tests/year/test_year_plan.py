"""The yearly plan: batches that add up, chances that compose, caps, capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.codec import Reading
from inspector.domain import Compound, PastVisit, Place, RiskClass, VisitKind, Window
from inspector.errors import Faults
from inspector.policy import Method, Scope
from inspector.year.coverage import (
    CapUse,
    Published,
    Rest,
    cap_use,
    coverage,
    rest_of_year,
)
from inspector.year.plan import (
    Batch,
    ItemClass,
    PlanStanding,
    Ratio,
    YearPlan,
    batches,
    cells,
    least_eligible,
    month_batches,
    month_rates,
    quotas,
    refuse_small_streets,
    standing,
)
from inspector.year.plan_file import parse_year, plan_document, read_year
from inspector.year.room import MOST_OUT_BP, Quota, causes, shares_out

A, B, C, D = RiskClass


def kept(plan: YearPlan, base: Sequence[Compound]) -> tuple[Quota, ...]:
    """Its classes, however many its caps may put out of the draw."""
    return quotas(plan, base, most_out_bp=10_000)


def a_plan(*ratios: Ratio, recent: int = 5, unit: str = "compound") -> YearPlan:
    return YearPlan(
        year=2026,
        number="合成〔2026〕1号",
        name="合成年度计划",
        office="合成局",
        subject="合成对象",
        scope=Scope(),
        items=((ItemClass.GENERAL, ("G1-01",)),),
        ratios=ratios or (Ratio(ItemClass.GENERAL, A, 12, 1),),
        exclude_recent_months=recent,
        cap_unit=unit,
        made_on=date(2025, 12, 25),
        published_on=date(2026, 3, 20),
    )


def compounds(count: int, risk: RiskClass = A, street: str = "S1") -> list[Compound]:
    return [
        Compound(
            id=f"{street}{risk}{n:03d}",
            name="合成小区",
            street=street,
            community="",
            usc18=f"U{n % 3}",
            type="new",
            households=100,
            risk_class=risk,
            has_lift=False,
            skill="",
            service_minutes=60,
            window=Window.ALL_DAY,
            place=Place(0, 0),
            status="active",
        )
        for n in range(count)
    ]


def a_visit(compound: str, day: date, usc18: str = "U0") -> PastVisit:
    return PastVisit(compound, usc18, day, VisitKind.RANDOM, True, "I1", "I2")


def codes(refused: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [f.code for f in refused.value.faults]


# ------------------------------------------------------------------ when it is public


@pytest.mark.parametrize(
    ("published", "day", "expected"),
    [
        (date(2026, 3, 20), date(2026, 3, 19), PlanStanding.PROVISIONAL),
        (date(2026, 3, 20), date(2026, 3, 20), PlanStanding.PUBLISHED),
        (None, date(2026, 3, 31), PlanStanding.PROVISIONAL),
        (None, date(2026, 4, 1), PlanStanding.OVERDUE),
        (date(2026, 4, 9), date(2026, 4, 8), PlanStanding.OVERDUE),
        (date(2026, 4, 9), date(2026, 4, 9), PlanStanding.PUBLISHED),
    ],
)
def test_a_provisional_plan_holds_until_the_end_of_march(
    published: date | None, day: date, expected: PlanStanding
) -> None:
    assert standing(replace(a_plan(), published_on=published), day) is expected


# ---------------------------------------------------------------------------- batches


@given(st.integers(0, 5000), st.integers(1, 24))
def test_batches_are_whole_add_up_and_differ_by_one_at_most(
    n: int, months: int
) -> None:
    parts = batches(n, months)
    assert len(parts) == months
    assert sum(parts) == n
    assert max(parts) - min(parts) <= 1


def test_every_stratum_has_its_exact_part_of_each_batch_and_of_the_year() -> None:
    base = [*compounds(5), *compounds(8, street="S2"), *compounds(3, B, "S2")]
    plan = a_plan(Ratio(ItemClass.GENERAL, A, 7, 1), Ratio(ItemClass.GENERAL, B, 2, 2))
    found = kept(plan, base)
    table = cells(found, base)
    assert [(c.street, c.risk_class, c.size) for c in table] == [
        ("S1", A, 5),
        ("S2", A, 8),
        ("S2", B, 3),
    ]
    assert [c.total for c in table] == [Fraction(35, 13), Fraction(56, 13), 2]
    for q in found:
        mine = [c for c in table if c.risk_class is q.risk_class]
        for month, batch in enumerate(q.batches):
            assert sum(c.expected[month] for c in mine) == batch
        assert sum(c.total for c in mine) == q.number


def test_a_month_publishes_its_batch_over_those_who_may_be_drawn() -> None:
    found = kept(a_plan(Ratio(ItemClass.GENERAL, A, 24, 1)), compounds(40))
    (due,) = month_batches(found, 0, {A: 35})
    assert (due.number, due.chance, due.short) == (2, Fraction(2, 35), 0)
    rates = dict(month_rates([due]))
    assert rates == {A: (24, 35), B: (0, 1), C: (0, 1), D: (0, 1)}  # of a year
    assert 35 * Fraction(*rates[A]) / 12 == due.number


def test_who_cannot_be_drawn_any_more_is_counted_as_short() -> None:
    assert Batch(A, 5, 3).chance == 1
    assert Batch(A, 5, 3).short == 2
    assert Batch(A, 5, 0).chance == 0
    assert Batch(A, 5, 5).short == 0


# --------------------------------------------------------------- plans that are refused


@pytest.mark.parametrize(
    ("ratios", "code"),
    [
        ([Ratio(ItemClass.GENERAL, B, 0, 1)], "year.class"),
        ([Ratio(ItemClass.GENERAL, A, 1, 1)] * 2, "year.class"),
        (
            [Ratio(ItemClass.GENERAL, A, 12, 1), Ratio(ItemClass.KEY, A, 24, 2)],
            "year.merged",
        ),
        ([Ratio(ItemClass.GENERAL, A, 25, 1)], "year.number"),
        ([Ratio(ItemClass.GENERAL, A, 48, 3)], "year.room"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(ratios: list[Ratio], code: str) -> None:
    with pytest.raises(Faults) as refused:
        quotas(a_plan(*ratios), compounds(20))
    assert codes(refused) == [code]


def test_caps_that_would_empty_a_class_by_december_are_refused() -> None:
    """A company's visits put all its compounds out: large companies first."""
    base = [replace(c, usc18=f"U{n // 4}") for n, c in enumerate(compounds(40))]
    plan = a_plan(Ratio(ItemClass.GENERAL, A, 24, 2), unit="company")
    with pytest.raises(Faults) as refused:
        quotas(plan, base)
    assert codes(refused) == ["year.caps"]
    (fault,) = refused.value.faults
    assert (fault.params["risk_class"], fault.params["most"]) == ("A", 15)
    (quota,) = kept(plan, base)
    share = shares_out([quota], base)[A]
    assert fault.params["percent"] == f"{share // 100}.{share % 100:02}"
    # each of a company's 4 x 10 draws that count in December has chance 2/40
    none = Fraction(19, 20) ** 40 + 40 * Fraction(1, 20) * Fraction(19, 20) ** 39
    assert share == int(10_000 * (1 - none)) == 6009
    assert shares_out([quota], base, month=1)[A] == 0  # no deadline has passed yet
    # per compound, and with room for one more, it holds
    alone = replace(plan, cap_unit="compound")
    assert quotas(alone, base) == (replace(quota, unit="compound"),)
    (roomy,) = quotas(a_plan(Ratio(ItemClass.GENERAL, A, 24, 5), unit="company"), base)
    assert 0 < shares_out([roomy], base)[A] <= MOST_OUT_BP
    # compounds that no company manages have no unit there
    free = [replace(c, usc18="") for c in base]
    assert quotas(plan, free) == (quota,)


def test_the_caps_of_before_put_a_quarter_of_class_a_out_by_december() -> None:
    quota = Quota(A, 902, 324, 1, batches(324))
    share = shares_out([quota], compounds(902))[A]
    assert share == int(10_000 * (1 - (1 - Fraction(27, 902)) ** 10)) == 2620


def test_what_the_caps_count_for_a_cause_is_days_of_the_year_before() -> None:
    made = date(2025, 12, 25)
    rows = [
        replace(a_visit("S1A000", day, "U0"), kind=kind)
        for day, kind in (
            (date(2025, 3, 3), VisitKind.RECHECK),
            (date(2025, 3, 3), VisitKind.WHISTLE),
            (date(2025, 3, 4), VisitKind.RANDOM),
            (date(2024, 12, 24), VisitKind.RECHECK),
            (date(2025, 12, 25), VisitKind.RECHECK),
        )
    ]
    assert causes(rows, "company", made) == {"U0": 1}
    assert causes(rows, "compound", made) == {"S1A000": 1}
    off = [replace(r, counts_for_cap=False) for r in rows]
    assert causes(off, "company", made) == {}


def test_inspections_for_a_cause_add_to_the_share_where_all_count() -> None:
    base = [replace(c, usc18=f"U{n // 4}") for n, c in enumerate(compounds(40))]
    (quota,) = kept(a_plan(Ratio(ItemClass.GENERAL, A, 24, 5), unit="company"), base)
    alone = shares_out([quota], base)[A]
    some = shares_out([quota], base, already={"U0": 5})[A]
    assert some == alone - alone // 10 + 1000


def test_a_plan_of_the_whole_base_once_can_be_kept() -> None:
    (quota,) = kept(a_plan(Ratio(ItemClass.GENERAL, A, 24, 1)), compounds(24))
    assert quota.number == quota.base
    # those of November may be drawn again in December: they are not known yet
    assert least_eligible(quota, 5, 11) == quota.batches[10] + quota.batches[11] == 4


def test_item_classes_of_one_number_take_the_smaller_cap() -> None:
    plan = a_plan(Ratio(ItemClass.GENERAL, A, 12, 1), Ratio(ItemClass.KEY, A, 12, 3))
    (quota,) = kept(plan, compounds(20))
    assert quota.cap == 1


def test_the_base_holds_active_compounds_only() -> None:
    closed = [replace(c, status="closed") for c in compounds(4, street="S2")]
    (quota,) = kept(a_plan(), [*compounds(20), *closed])
    assert quota.base == 20


def test_a_street_below_its_minimum_for_the_year_is_refused() -> None:
    base = [*compounds(23), *compounds(1, street="S2")]
    table = cells(kept(a_plan(), base), base)
    refuse_small_streets(table, {"S1": 1, "S2": 0})
    with pytest.raises(Faults) as refused:
        refuse_small_streets(table, {"S1": 1, "S2": 1, "S3": 1})
    assert [f.params["street"] for f in refused.value.faults] == ["S2", "S3"]
    assert refused.value.faults[0].params["expected"] == "0.5"


# --------------------------------------------------------------- coverage and capacity


def test_coverage_counts_what_was_published_drawn_and_made() -> None:
    (quota,) = kept(a_plan(Ratio(ItemClass.GENERAL, A, 24, 2)), compounds(30))
    rows = [
        Published("2026-01", "S1/A", A, 30, Fraction(1, 15), 2),
        Published("2026-02", "S1/A", A, 28, Fraction(1, 14), 2),
    ]
    history = [
        a_visit("S1A000", date(2026, 1, 5)),
        a_visit("S1A001", date(2026, 1, 5)),
        a_visit("S1A000", date(2026, 2, 5)),
        a_visit("S1A002", date(2025, 2, 5)),
    ]
    now = {c.id: c.risk_class for c in compounds(30)}
    (row,) = coverage([quota], rows, history, now, 2026)
    assert (row.due, row.expected, row.drawn) == (4, 4, 4)
    assert (row.visits, row.compounds, row.repeats, row.most) == (3, 2, 1, 2)
    assert row.over == 0
    (tight,) = coverage([replace(quota, cap=1)], rows, history, now, 2026)
    assert tight.over == 1
    assert all(r.at_floor_or_ceiling for r in rows)
    assert not replace(rows[0], drawn=3).at_floor_or_ceiling


def test_caps_are_counted_per_compound_or_per_company() -> None:
    plan = a_plan(Ratio(ItemClass.GENERAL, A, 12, 1))
    base = compounds(20)
    found = kept(plan, base)
    owner = {"S1A000": "U0", "S1A003": "U0", "S1A004": "U0", "S1A001": "U1"}
    firms = [replace(c, usc18=owner.get(c.id, "")) for c in base]
    history = [
        a_visit("S1A000", date(2026, 1, 5), "U0"),
        a_visit("S1A003", date(2026, 1, 9), "U0"),
        a_visit("S1A001", date(2026, 1, 9), "U1"),
        a_visit("S1A001", date(2026, 3, 9), "U1"),
        replace(a_visit("S1A002", date(2026, 3, 9), "U2"), counts_for_cap=False),
    ]
    assert cap_use(plan, found, history, base) == (
        CapUse("S1A001", 2, 1),
        CapUse("S1A000", 1, 1),
        CapUse("S1A003", 1, 1),
    )
    # 综合查一次: two compounds of one company on one day are one inspection
    company = replace(plan, cap_unit="company")
    assert cap_use(company, found, history, firms) == (
        CapUse("U0", 2, 1),
        CapUse("U1", 2, 1),
    )
    again = replace(a_visit("S1A004", date(2026, 2, 2), "U0"), kind=VisitKind.RECHECK)
    assert cap_use(company, found, [*history, again], firms)[0] == CapUse("U0", 2, 1)


def test_the_rest_of_the_year_is_people_and_cars_against_what_is_expected() -> None:
    (quota,) = kept(a_plan(Ratio(ItemClass.GENERAL, A, 24, 2)), compounds(30))
    rest = rest_of_year(
        [quota], (10, 11), [41, 40], [30, 15], 2, Fraction(9, 2), [60, 60]
    )
    assert rest == Rest(2, 81, 35, 157, 124)
    assert rest.enough
    assert not replace(rest, expected=158).enough


# ------------------------------------------------------------------------------- files


RATIO = {"item_class": "general", "risk_class": "A", "number": 12, "cap": 1}


def the_table() -> dict[str, object]:
    return {
        "year": 2026,
        "number": "合成〔2026〕1号",
        "name": "计划",
        "office": "局",
        "subject": "对象",
        "made_on": date(2025, 12, 25),
        "ratios": [RATIO],
    }


def test_a_plan_is_read_with_its_defaults() -> None:
    plan = parse_year(the_table(), Reading("x-year.toml"))
    assert plan.ratios == (Ratio(ItemClass.GENERAL, A, 12, 1),)
    assert (plan.cap_unit, plan.exclude_recent_months) == ("company", 0)
    assert plan.published_on is None
    assert plan.method is Method.OPEN
    assert plan.months[0] == "2026-01"
    assert plan.months[-1] == "2026-12"
    assert plan.due == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"colour": "red"}, "data.unknown", "colour"),
        ({"cap_unit": "street"}, "data.kind", "cap_unit"),
        ({"exclude_recent_months": -1}, "data.kind", "exclude_recent_months"),
        ({"exclude_recent_months": True}, "data.kind", "exclude_recent_months"),
        ({"year": 99_999}, "data.kind", "year"),
        ({"made_on": 20251225}, "data.kind", "made_on"),
        ({"made_on": "20251225"}, "data.kind", "made_on"),
        ({"made_on": datetime(2025, 12, 25)}, "data.kind", "made_on"),
        ({"scope": {"method": "closed"}}, "data.kind", "scope.method"),
        ({"scope": {"streets": ["S1", "S1"]}}, "data.twice", "scope.streets"),
        ({"items": {"other": ["G1-01"]}}, "data.unknown", "items.other"),
        ({"ratios": [{**RATIO, "cap": "1"}]}, "data.kind", "ratios[0].cap"),
    ],
)
def test_a_wrong_value_of_a_plan_is_named(
    change: dict[str, object], code: str, key: str
) -> None:
    reading = Reading("x-year.toml")
    parse_year({**the_table(), **change}, reading)
    assert [(f.code, f.column) for f in reading.faults] == [(code, key)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"year = ", "data.toml"),
        (b"year = 2026", "data.missing"),
        (b"\xff", "data.toml"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Faults) as refused:
        read_year("x-year.toml", data)
    assert {(f.file, f.code) for f in refused.value.faults} == {("x-year.toml", code)}


def test_the_published_document_has_the_fields_of_a_yearly_plan() -> None:
    base = [*compounds(13), *compounds(11, street="S2")]
    plan = a_plan(Ratio(ItemClass.GENERAL, A, 6, 1))
    found = kept(plan, base)
    table, out = cells(found, base), shares_out(found, base)
    doc = plan_document(plan, PlanStanding.PUBLISHED, found, table, out)
    assert doc["number"] == plan.number
    assert doc["published_on"] == "2026-03-20"
    assert doc["due"] == "2026-03-31"
    assert doc["ratios"] == [
        {
            "item_class": "general",
            "risk_class": "A",
            "base": 24,
            "number": 6,
            "cap": 1,
            "most": 3,
            "batches": [0, 1] * 6,
            "out_bp": out[A],
        }
    ]
    every = plan_document(plan, PlanStanding.PUBLISHED, found, table, out, {A: 2500})
    assert every["ratios"][0]["out_all_bp"] == 2500
    first, second = doc["strata"]
    assert (first["stratum"], first["size"], first["total"]) == ("S1/A", 13, [13, 4])
    assert [sum(Fraction(*e) for e in s["expected"]) for s in (first, second)] == [
        Fraction(13, 4),
        Fraction(11, 4),
    ]
