"""Rules of the draw: each with a draw that keeps it and one that breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from small_plan import east

from inspector.ceremony.canon import SHA256, Key
from inspector.check import DRAW_RULES, DrawView, Violation, check_draw
from inspector.check import draw as rules
from inspector.docket.visits import intake, visits_of_month
from inspector.domain import (
    Case,
    CaseState,
    Compound,
    Evaluation,
    Item,
    PastVisit,
    Registry,
    RiskClass,
    Street,
    VisitKind,
    Window,
)
from inspector.policy import BottomRules, DrawRules, Policy, Scope
from inspector.selection import draw as selection
from inspector.selection.draw import Exclusion
from inspector.selection.ranking import rank

SEED = Key(SHA256, bytes(range(32)))
RATES = (
    (RiskClass.A, (1, 4)),
    (RiskClass.B, (1, 3)),
    (RiskClass.C, (1, 2)),
    (RiskClass.D, (1, 1)),
)
# One batch a year: a month's chance is the rate itself.
CAPS = tuple(zip(RiskClass, (1, 2, 3, 5), strict=True))
RULES = DrawRules(rates=RATES, batches=1, caps=CAPS, cap_unit="compound", reserves=2)
POLICY = Policy(month="2026-12", draw=RULES)
CLASSES = tuple(RiskClass)
DAY = date(2026, 11, 20)  # of the freeze


def a_compound(n: int) -> Compound:
    """Compound n of two streets; every third in class A, B, C, one in D."""
    return Compound(
        f"C{n:02d}", f"小区{n}", f"T{n % 2 + 1}", "", f"U{n % 3}", "commercial", 100,
        CLASSES[n % 3] if n != 20 else RiskClass.D, True, "", 60, Window.ALL_DAY,
        east(n % 4), "active" if n != 19 else "closed",
    )  # fmt: skip


def past(n: int, day: date, kind: VisitKind = VisitKind.RANDOM) -> PastVisit:
    counts = kind is VisitKind.RANDOM
    return PastVisit(f"C{n:02d}", f"U{n % 3}", day, kind, counts, "L1", "S1")


def a_registry() -> Registry:
    """21 compounds; C00 was drawn in November, C01 twice this year, C03 once."""
    compounds = tuple(a_compound(n) for n in range(21))
    evaluations = tuple(
        Evaluation(c.id, source, 9_000 - 37 * n - k, 10)
        for n, c in enumerate(compounds)
        for k, source in enumerate(("housing", "street"))
    )
    history = (
        past(0, date(2026, 11, 3)),
        past(1, date(2026, 3, 3)),
        past(1, date(2026, 6, 3)),
        past(3, date(2025, 12, 3)),
        past(6, date(2026, 11, 3), VisitKind.RECHECK),
    )
    docket = (
        Case("K1", "C05", CaseState.WAITING, date(2026, 11, 1), None, None, None),
    )
    streets = (Street("T1", "一街", "d1", 5), Street("T2", "二街", "d2"))
    item = Item("I1", "G1", "", "条例第45条", "", 100, "", "", 15)
    return Registry(
        streets=streets,
        offices=(),
        cars=(),
        companies=(),
        compounds=compounds,
        inspectors=(),
        leave=(),
        recusals=(),
        items=(item,),
        evaluations=evaluations,
        signals=(),
        history=history,
        docket=docket,
        assistants=(),
    )


def a_draw(
    policy: Policy = POLICY, registry: Registry | None = None, seed: Key = SEED
) -> DrawView:
    """The draw that the selection room makes."""
    known = registry or a_registry()
    out = selection.exclusions(known.history, known.compounds, policy, DAY)
    cells = selection.strata(known.compounds, known.streets, out, policy)
    drawn = selection.draw(cells, seed, policy)
    ranking = rank(known.compounds, known.evaluations, policy.bottom)
    docket = intake(known, ranking, policy).visits
    won = [c for d in drawn for c in d.drawn]
    visits = visits_of_month(known, policy, docket, won, seed)
    return DrawView(known, policy, ranking, out, cells, drawn, visits, DAY, seed)


def codes(view: DrawView) -> set[str]:
    return {v.rule.removeprefix("check.") for v in check_draw(view)}


def subjects(found: tuple[Violation, ...]) -> list[str]:
    return [v.subject for v in found]


def result(view: DrawView, name: str, **changes: Any) -> DrawView:
    """The view with one stratum's result changed."""
    drawn = tuple(replace(d, **changes) if d.id == name else d for d in view.drawn)
    return replace(view, drawn=drawn)


def registry(view: DrawView, **changes: Any) -> DrawView:
    return replace(view, registry=replace(view.registry, **changes))


def policy(view: DrawView, **changes: Any) -> DrawView:
    """The view under other rules of the draw."""
    return replace(
        view, policy=replace(view.policy, draw=replace(view.policy.draw, **changes))
    )


def test_a_draw_by_the_rules_keeps_every_rule() -> None:
    for first in range(20):
        assert check_draw(a_draw(seed=Key(SHA256, bytes([first]) * 32))) == ()
    assert check_draw(replace(a_draw(), seed=None)) == ()
    assert [rule(a_draw()) for rule in DRAW_RULES] == [()] * 19


# -- before the seed -----------------------------------------------------------


@pytest.mark.parametrize("basis", ["", "  "])
def test_an_item_without_legal_basis_is_a_violation(basis: str) -> None:
    view = a_draw()
    item = replace(view.registry.items[0], legal_basis=basis)
    assert check_draw(registry(view, items=(item,))) == (
        Violation("check.legal_basis", "I1"),
    )


@pytest.mark.parametrize(
    ("weights", "holds"),
    [
        ((("housing", 7000), ("street", 2000), ("community", 1000)), True),
        ((("housing", 7001), ("street", 1999), ("community", 1000)), False),
        ((("housing", 7), ("community", 3)), True),
        ((), False),
    ],
)
def test_street_and_community_weigh_three_tenths_at_least(
    weights: tuple[tuple[str, int], ...], holds: bool
) -> None:
    view = a_draw()
    bottom = replace(view.policy.bottom, weights_bp=weights)
    view = replace(view, policy=replace(view.policy, bottom=bottom))
    assert bool(rules.street_weight(view)) is not holds


def test_a_ranking_in_another_order_is_a_violation() -> None:
    view = a_draw()
    order = view.ranking.order
    assert [r.compound for r in order[:2]] == ["C20", "C18"]
    turned = replace(view.ranking, order=(order[1], order[0], *order[2:]))
    found = rules.ranking_right(replace(view, ranking=turned))
    assert [dict(v.detail)["place"] for v in found] == [1]
    shorter = replace(view.ranking, order=order[:-1])
    found = rules.ranking_right(replace(view, ranking=shorter))
    assert [dict(v.detail) for v in found] == [
        {"place": 20, "due": f"C00 {order[-1].score}", "found": "-"}
    ]


def test_a_bottom_list_below_its_share_is_a_violation() -> None:
    """20 of 21 compounds are active and ranked; a tenth is two."""
    view = a_draw()
    assert (len(view.ranking.order), view.ranking.listed) == (20, 2)
    short = replace(view.ranking, listed=1)
    assert rules.bottom_share(replace(view, ranking=short)) == (
        Violation(
            "check.bottom_share",
            "bottom",
            (("least", 2), ("listed", 1), ("ranked", 20)),
        ),
    )
    longer = replace(view.ranking, listed=3)
    assert rules.bottom_share(replace(view, ranking=longer)) == ()


def test_a_policy_cannot_lower_the_bottom_share_below_a_tenth() -> None:
    fifth = replace(POLICY, bottom=BottomRules(share=(1, 5)))
    assert rules.bottom_share(a_draw(fifth)) == ()
    less = replace(POLICY, bottom=BottomRules(share=(1, 20)))
    assert subjects(rules.bottom_share(a_draw(less))) == ["bottom"]


def test_the_exclusions_are_those_of_the_history() -> None:
    view = a_draw()
    assert [(e.compound, e.reason, len(e.cites)) for e in view.exclusions] == [
        ("C00", "recent", 1),
        ("C01", "cap", 2),
    ]


@pytest.mark.parametrize(
    ("exclusions", "subject", "detail"),
    [
        ((), "C00", {"found": "-", "due": "recent(1)"}),
        (("C02",), "C02", {"found": "cap(0)", "due": "-"}),
    ],
)
def test_an_exclusion_missing_or_invented_is_a_violation(
    exclusions: tuple[str, ...], subject: str, detail: dict[str, str]
) -> None:
    view = a_draw()
    made = tuple(Exclusion(name, "cap", ()) for name in exclusions)
    changed = (*view.exclusions, *made) if made else view.exclusions[1:]
    found = rules.exclusions_right(replace(view, exclusions=changed))
    assert [(v.subject, dict(v.detail)) for v in found] == [(subject, detail)]


def test_an_exclusion_that_cites_another_leaf_is_a_violation() -> None:
    view = a_draw()
    wrong = replace(view.exclusions[0], cites=("00" * 32,))
    found = rules.exclusions_right(
        replace(view, exclusions=(wrong, *view.exclusions[1:]))
    )
    assert subjects(found) == ["C00"]


def test_strata_at_other_chances_or_with_other_compounds_are_a_violation() -> None:
    view = a_draw()
    first, *rest = view.strata
    for wrong in (
        replace(first, chance=first.chance + Fraction(1, 1000)),
        replace(first, compounds=first.compounds[1:]),
    ):
        found = rules.strata_right(replace(view, strata=(wrong, *rest)))
        assert subjects(found) == [first.id]
    missing = rules.strata_right(replace(view, strata=tuple(rest)))
    assert missing == (
        Violation(
            "check.strata_right",
            first.id,
            (("due", f"{first.size} × {first.chance}"), ("found", "-")),
        ),
    )
    twice = replace(view, strata=(first, *view.strata))
    assert subjects(rules.strata_right(twice)) == [first.id]


def test_a_street_minimum_raises_the_chances_of_its_street() -> None:
    """T1 must draw 5; its plain expectation is 17/4."""
    view = a_draw()
    raised = sum(s.expected for s in view.strata if s.street == "T1")
    plain = dict(RATES)
    expected = sum(
        Fraction(*plain[s.risk_class]) * s.size for s in view.strata if s.street == "T1"
    )
    assert (raised, expected) == (5, Fraction(17, 4))
    streets = (replace(view.registry.streets[0], min_draw=0), view.registry.streets[1])
    found = rules.strata_right(registry(view, streets=streets))
    assert {s.split("/")[0] for s in subjects(found)} == {"T1"}


def test_strata_that_no_rule_allows_are_a_violation() -> None:
    view = a_draw()
    streets = (
        replace(view.registry.streets[0], min_draw=99),
        view.registry.streets[1],
    )
    found = rules.strata_right(registry(view, streets=streets))
    detail = (("due", "99"), ("found", len(view.strata)))
    assert found == (Violation("check.strata_right", "draw.minimum", detail),)


# -- the draw ------------------------------------------------------------------


def test_a_stratum_drawn_twice_or_not_at_all_is_a_violation() -> None:
    view = a_draw()
    first, *rest = view.drawn
    assert rules.strata_drawn_once(replace(view, drawn=tuple(rest))) == (
        Violation("check.strata_drawn_once", first.id, (("due", 1), ("results", 0))),
    )
    found = rules.strata_drawn_once(replace(view, drawn=(first, *view.drawn)))
    assert [dict(v.detail)["results"] for v in found] == [2]
    odd = replace(view, drawn=(*view.drawn, replace(first, id="T9/A")))
    assert subjects(rules.strata_drawn_once(odd)) == ["T9/A"]


@pytest.mark.parametrize("names", [("C18", "C18"), ("C13",), ("?",)])
def test_compounds_of_another_stratum_or_twice_are_a_violation(
    names: tuple[str, ...],
) -> None:
    view = result(a_draw(), "T1/A", drawn=names, reserves=())
    found = rules.drawn_from_stratum(view)
    assert found == (
        Violation("check.drawn_from_stratum", "T1/A", (("compounds", names[0]),)),
    )


def test_a_reserve_that_is_drawn_too_is_a_violation() -> None:
    view = a_draw()
    full = next(d for d in view.drawn if d.drawn and d.reserves)
    made = result(view, full.id, reserves=full.drawn)
    assert subjects(rules.drawn_from_stratum(made)) == [full.id]


def test_a_compound_not_active_unknown_or_out_of_scope_is_a_violation() -> None:
    view = a_draw()
    made = result(view, "T1/A", drawn=("C19", "?"))
    assert {
        v.subject: dict(v.detail)["status"] for v in rules.drawn_admitted(made)
    } == {
        "?": "-",
        "C19": "closed",
    }
    scope = Scope(districts=("d2",))
    narrow = replace(view, policy=replace(view.policy, scope=scope))
    inside = {c.id for c in view.registry.compounds if c.street == "T2"}
    drawn = {c for d in view.drawn for c in d.drawn}
    assert set(subjects(rules.drawn_admitted(narrow))) == drawn - inside


def test_a_drawn_compound_at_its_cap_is_a_violation() -> None:
    """C01 (class B, cap 2) was inspected twice this year; C03 last year only."""
    view = result(a_draw(), "T2/B", drawn=("C01", "C03"))
    assert rules.caps_kept(view) == (
        Violation("check.caps_kept", "C01", (("cap", 2), ("visits", 2))),
    )
    assert rules.caps_kept(policy(view, caps=((RiskClass.B, 3),))) == ()


def test_caps_may_count_by_company() -> None:
    """U1 had two counted inspections, so its C07 (class B, cap 2) is out as well."""
    view = a_draw()
    for s in view.strata:
        view = result(view, s.id, drawn=("C07",) if s.id == "T2/B" else ())
    assert rules.caps_kept(view) == ()
    assert rules.caps_kept(policy(view, cap_unit="company")) == (
        Violation("check.caps_kept", "C07", (("cap", 2), ("visits", 2))),
    )
    caps = ((RiskClass.A, 2), (RiskClass.B, 2))
    by_company = policy(a_draw(), cap_unit="company", caps=caps).policy
    assert check_draw(a_draw(by_company)) == ()


def test_visits_of_this_month_or_of_another_year_do_not_fill_a_cap() -> None:
    view = result(a_draw(), "T2/B", drawn=("C01",))
    this = 2 * (past(1, date(2026, 12, 1)), past(1, date(2025, 11, 30)))
    assert rules.caps_kept(registry(view, history=this)) == ()


def test_a_street_below_its_minimum_is_a_violation() -> None:
    view = a_draw()
    for name in ("T1/A", "T1/B", "T1/C", "T1/D"):
        view = result(view, name, drawn=())
    assert rules.street_minimum(view) == (
        Violation(
            "check.street_minimum",
            "T1",
            (("drawn", 0), ("expected", "5"), ("least", "5/1")),
        ),
    )
    # a month has its part of the year's minimum, rounded down at most
    assert rules.street_minimum(policy(view, batches=6)) == ()
    (short,) = rules.street_minimum(policy(view, batches=5))
    assert short.subject == "T1"
    for scope, short in (
        (Scope(streets=("T2",)), []),
        (Scope(streets=("T1",)), ["T1"]),
        (Scope(districts=("d2",)), []),
        (Scope(districts=("d1",)), ["T1"]),
    ):
        narrow = replace(view, policy=replace(view.policy, scope=scope))
        assert subjects(rules.street_minimum(narrow)) == short


def test_counts_beyond_floor_and_ceiling_are_a_violation() -> None:
    view = a_draw()
    stratum = next(s for s in view.strata if s.id == "T2/C")
    assert 1 < stratum.expected < 2
    for n, holds in ((0, False), (1, True), (2, True), (3, False)):
        made = result(view, "T2/C", drawn=stratum.compounds[:n])
        found = subjects(rules.counts_rounded(made))
        assert ("stratum/T2/C" not in found) is holds


def test_totals_beyond_floor_and_ceiling_are_a_violation() -> None:
    """Every stratum at its ceiling is too many for street, class and total."""
    view = a_draw()
    for s in view.strata:
        view = result(view, s.id, drawn=s.compounds[: -(-s.expected // 1)])
    found = set(subjects(rules.counts_rounded(view)))
    assert "total" in found
    assert not any(name.startswith("stratum/") for name in found)


def test_a_count_the_seed_did_not_give_is_a_violation() -> None:
    view = a_draw()
    stratum = next(s for s in view.strata if s.id == "T2/C")
    given = next(d for d in view.drawn if d.id == "T2/C")
    other = 3 - len(given.drawn)
    made = result(view, "T2/C", drawn=stratum.compounds[:other])
    assert rules.counts_from_seed(made) == (
        Violation(
            "check.counts_from_seed",
            "T2/C",
            (("drawn", other), ("due", len(given.drawn))),
        ),
    )
    assert rules.counts_from_seed(replace(made, seed=None)) == ()


def test_a_compound_with_a_higher_ticket_is_a_violation() -> None:
    view = a_draw()
    full = next(d for d in view.drawn if d.drawn and d.reserves)
    swapped = result(
        view,
        full.id,
        drawn=(full.reserves[0], *full.drawn[1:]),
        reserves=(full.drawn[0], *full.reserves[1:]),
    )
    assert rules.lowest_tickets(swapped) == (
        Violation(
            "check.lowest_tickets",
            full.id,
            (("due", full.drawn[0]), ("found", full.reserves[0]), ("place", 1)),
        ),
    )
    assert rules.lowest_tickets(replace(swapped, seed=None)) == ()


def test_reserves_cut_short_are_a_violation() -> None:
    view = a_draw()
    full = next(d for d in view.drawn if d.reserves)
    found = rules.lowest_tickets(result(view, full.id, reserves=full.reserves[:-1]))
    assert [dict(v.detail)["found"] for v in found] == ["-"]


# -- what follows --------------------------------------------------------------


def test_a_visit_left_out_added_or_changed_is_a_violation() -> None:
    view = a_draw()
    last = view.visits[-1]
    assert rules.visits_follow(replace(view, visits=view.visits[:-1])) == (
        Violation("check.visits_follow", last.id),
    )
    more = replace(view, visits=(*view.visits, replace(last, id="V9999")))
    assert subjects(rules.visits_follow(more)) == ["V9999"]
    for change in ({"service_minutes": 1}, {"last": last.first}, {"skill": "fire"}):
        made = replace(last, **change)
        found = rules.visits_follow(replace(view, visits=(*view.visits[:-1], made)))
        assert subjects(found) == [last.id]


def test_missing_references_are_violations_and_nothing_raises() -> None:
    view = registry(a_draw(), streets=(), history=(), evaluations=())
    assert {"strata_right", "drawn_admitted", "ranking_right"} <= codes(view)
    view = registry(a_draw(), compounds=())
    assert {"drawn_admitted", "strata_right"} <= codes(view)
    for bad in (replace(a_draw(), strata=()), replace(a_draw(), drawn=())):
        assert "strata_drawn_once" in codes(bad)
        assert all(all(v.sentences()) for v in check_draw(bad))


def test_a_month_that_cannot_be_read_is_a_violation_not_a_pass() -> None:
    view = a_draw()
    torn = replace(view, policy=replace(view.policy, month="December"))
    assert Violation(
        "check.unreadable", "caps_kept", (("error", "ValueError"),)
    ) in check_draw(torn)
