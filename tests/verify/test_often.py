"""Who inspects what, and how often: each rule of section 13 and a forgery of it.

Forged by somebody with every key: results and their digests, the plan and its seal, the
freeze and its commitment fit again. The claims named must fail, and no others but those
that a new commitment breaks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import forger
import pytest
from forger import Docs
from month_stages import Month, read_city, run_month
from two_offices import HOUSING, MARKET, two_offices

from inspector import verify
from inspector.month import demonstration, excess
from inspector.month.amendment_call import call
from inspector.month.amendment_facts import standby_call
from inspector.month.field import close, publish
from inspector.selection import seats
from inspector.verify import canonical

LEAVES = {"results.leaves"}  # a new seal: proofs and leaves do not fit
Change = Callable[[Docs], Any]


@functools.cache
def offices() -> Month:
    """A month of two offices, once."""
    registry, policy, calendar, record = read_city("wuzhou")
    return run_month(*two_offices(registry, policy), calendar, record)


def told(docs: Docs) -> None:
    """Each result as the log has it."""
    rows = {r["visit"]: canonical(r) for r in docs["results"]["results"]}
    for e in docs["log"]["events"]:
        if e["event"] == "result":
            e["digest"] = forger.digest(docs, "result", rows[e["visit"]]).hex()
    forger.relog(docs)


def sealed(docs: Docs) -> None:
    forger.rehash(docs)
    told(docs)


def frozen(docs: Docs) -> None:
    forger.refreeze(docs)
    told(docs)


# Claims that these forgeries could break; the others judge what they leave alone.
NEAR = ("bundle", "freeze", "plan.comp", "seal", "results", "log", "auditor", "history")


def failing(docs: Docs, folder: Path) -> set[str]:
    b = verify.Bundle(forger.write(folder, forger.dump(docs)), [], 64)
    for claim in verify.CLAIMS:
        if claim.id.startswith(NEAR):
            b.judge(claim)
    return {f["id"] for f in b.findings if f["verdict"] == verify.FAILS}


def over(docs: Docs) -> Iterator[Docs]:
    return (r for r in docs["results"]["results"] if r["count"] > r["limit"])


def counted(docs: Docs) -> Iterator[Docs]:
    return (r for r in docs["results"]["results"] if r["count"])


def drop_reason(docs: Docs) -> None:
    """The head never gave it."""
    row = next(over(docs))
    del row["excess"]
    plan = docs["plan"]
    plan["excess"] = [r for r in plan["excess"] if r["visit"] != row["visit"]]


# ----------------------------------------------------- results: count, limit, reason


def a_count_below_what_the_bundle_holds(docs: Docs) -> None:
    next(r for r in counted(docs) if r["count"] <= r["limit"])["count"] -= 1


def an_excess_counted_away(docs: Docs) -> None:
    row = next(over(docs))
    row["count"] = row["limit"]
    del row["excess"]


def a_limit_with_a_case_too_many(docs: Docs) -> None:
    next(counted(docs))["limit"] += 6


def a_limit_raised_over_an_excess(docs: Docs) -> None:
    row = next(over(docs))
    row["limit"] = row["count"]
    del row["excess"]


def a_count_where_nobody_counts(docs: Docs) -> None:
    next(r for r in docs["results"]["results"] if not r["usc18"])["count"] = 1


def a_reason_kept_back(docs: Docs) -> None:
    del next(over(docs))["excess"]


def a_reason_told_otherwise(docs: Docs) -> None:
    next(over(docs))["excess"] += "。"


def an_empty_reason(docs: Docs) -> None:
    """An excess without a reason says so by a key that is not there."""
    drop_reason(docs)
    next(over(docs))["excess"] = ""


def a_reason_where_nothing_is_over(docs: Docs) -> None:
    row = next(r for r in counted(docs) if r["count"] <= r["limit"])
    row["excess"] = "例行"


def a_reason_made_up_afterwards(docs: Docs) -> None:
    why = next(over(docs))["excess"]
    drop_reason(docs)
    next(r for r in over(docs) if "excess" not in r)["excess"] = why


RESULTS: list[tuple[Change, Change]] = [
    (a_count_below_what_the_bundle_holds, told),
    (an_excess_counted_away, told),
    (a_limit_with_a_case_too_many, told),
    (a_limit_raised_over_an_excess, told),
    (a_count_where_nobody_counts, told),
    (a_reason_kept_back, told),
    (a_reason_told_otherwise, told),
    (an_empty_reason, sealed),
    (a_reason_where_nothing_is_over, told),
    (a_reason_made_up_afterwards, sealed),
]


@pytest.mark.parametrize(("change", "repair"), RESULTS, ids=lambda x: x.__name__)
def test_counts_limits_and_reasons_are_recomputed(
    change: Change, repair: Change, tmp_path: Path
) -> None:
    docs = forger.load(offices().closed.files)
    change(docs)
    repair(docs)
    natural = LEAVES if repair is sealed else set[str]()
    found = failing(docs, tmp_path)
    assert "results.excess" in found
    assert found <= {"results.excess", "history.chain"} | natural


def test_an_excess_without_a_reason_is_counted_and_the_auditor_refuses_it(
    tmp_path: Path,
) -> None:
    docs = forger.load(offices().closed.auditor)
    many = len([*over(docs)])
    honest = forger.write(tmp_path / "honest", forger.dump(docs))
    counts = verify.verify_bundle(honest).counts
    assert (len(counts["excess"]), counts["unreasoned"]) == (many, [])
    assert many > 1  # else the month has nothing to tell
    drop_reason(docs)
    sealed(docs)
    assert failing(docs, tmp_path / "a") - LEAVES == {"auditor.excess"}
    public = {k: v for k, v in docs.items() if k != "private"}
    assert failing(public, tmp_path / "b") <= LEAVES
    report = verify.verify_bundle(tmp_path / "b")
    assert (len(report.counts["excess"]), len(report.counts["unreasoned"])) == (many, 1)
    assert "其中无理由 of them without a reason: 1" in report.text()


# ------------------------------------------------------------ the plan's own reasons


def a_reason_for_no_visit(docs: Docs) -> None:
    docs["plan"]["excess"].append({"visit": "V9999", "reason": "x"})


def a_reason_without_words(docs: Docs) -> None:
    docs["plan"]["excess"][0]["reason"] = ""


def a_reason_of_blanks(docs: Docs) -> None:
    """Nothing, where the auditor looks for something; in the result, too."""
    row = docs["plan"]["excess"][0]
    row["reason"] = "\u3000"
    for r in docs["results"]["results"]:
        if r["visit"] == row["visit"] and "excess" in r:
            r["excess"] = row["reason"]


def reasons_out_of_order(docs: Docs) -> None:
    docs["plan"]["excess"].reverse()


def a_visit_with_two_reasons(docs: Docs) -> None:
    rows = docs["plan"]["excess"]
    rows.insert(0, dict(rows[0], reason="x"))


@pytest.mark.parametrize(
    "change",
    [
        a_reason_for_no_visit,
        a_reason_without_words,
        a_reason_of_blanks,
        reasons_out_of_order,
        a_visit_with_two_reasons,
    ],
)
def test_reasons_stand_in_order_for_visits_of_the_plan(
    change: Change, tmp_path: Path
) -> None:
    docs = forger.load(offices().closed.files)
    assert len(docs["plan"]["excess"]) > 1
    change(docs)
    sealed(docs)
    assert failing(docs, tmp_path) - LEAVES == {"plan.complete", "results.excess"}


# --------------------------------------------------------------- caps, units, rates


def policy(docs: Docs) -> Any:
    return docs["freeze"]["policy"]


def rates_of_fewer_months(docs: Docs) -> None:
    policy(docs)["draw"]["batches"] += 1


def no_months_at_all(docs: Docs) -> None:
    policy(docs)["draw"]["batches"] = 0


def a_minimum_of_another_year(docs: Docs) -> None:
    docs["freeze"]["streets"][0]["min_draw"] += 40


def a_bad_record_buys_safety(docs: Docs) -> None:
    """Caps by all kinds: who was re-checked is out; nobody is said to be."""
    draw = policy(docs)["draw"]
    draw["cap_by"], draw["caps"] = "all", dict.fromkeys("ABCD", 1)
    for h in docs["freeze"]["history"]:
        h["counts_for_cap"] = True


def a_reason_of_other_kinds(docs: Docs) -> None:
    row = docs["freeze"]["exclusions"][0]
    row["reason"] = "other"


def caps_by_compound(docs: Docs) -> None:
    draw = policy(docs)["draw"]
    draw["cap_unit"], draw["caps"] = "compound", dict.fromkeys("ABCD", 1)


def superiors_order(docs: Docs) -> None:
    policy(docs)["task"]["source"] = "superior"


def only_random_counts(docs: Docs) -> None:
    policy(docs)["draw"]["counts"] = ["random"]


def random_counts_no_more(docs: Docs) -> None:
    """Whoever was drawn is in the draw again, and nobody is ever over."""
    policy(docs)["draw"]["counts"] = ["lookback"]


def a_case_in_the_docket(docs: Docs) -> None:
    """Six more inspections for a firm: a case that is closed, and opened this year."""
    docket, rows = docs["freeze"]["docket"], docs["results"]["results"]
    firm = next(r for r in rows if r["count"])["compound"]
    case = {"id": "0", "compound": firm, "state": "closed", "opened": "2026-01-01"}
    docket.insert(
        0, case | dict.fromkeys(("last_visit", "next_first", "next_last"), "")
    )


YEARLY = {"results.excess", "history.chain"}


@pytest.mark.parametrize(
    ("change", "claim", "also"),
    [
        (rates_of_fewer_months, "freeze.strata", set()),
        (no_months_at_all, "freeze.policy", {"freeze.strata"}),
        (a_minimum_of_another_year, "freeze.strata", set()),
        (a_bad_record_buys_safety, "freeze.exclusions", YEARLY),
        (a_reason_of_other_kinds, "freeze.exclusions", set()),
        (caps_by_compound, "freeze.exclusions", YEARLY),
        (superiors_order, "results.excess", set()),
        (only_random_counts, "results.excess", set()),
        (random_counts_no_more, "freeze.policy", {"results.excess"}),
        (a_case_in_the_docket, "results.excess", set()),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_the_rules_of_a_year_decide(
    change: Change, claim: str, also: set[str], tmp_path: Path
) -> None:
    docs = forger.load(offices().closed.files)
    change(docs)
    frozen(docs)
    found = failing(docs, tmp_path)
    assert claim in found
    assert found <= {claim, *also}


def test_one_firms_compounds_on_one_day_are_one_inspection() -> None:
    """Rates and caps by hand: two rows of a day do not reach a cap of two."""
    rules = verify.Row(cap_unit="company", cap_by="random", exclude_recent_months=0)
    rules |= {"caps": dict.fromkeys("ABCD", 2)}

    def out(*rows: tuple[str, str, str], by: str = "random") -> list[list[Any]]:
        past = [
            verify.Row(compound=c, usc18="F", date=d, kind=k, due=d, counts_for_cap=1)
            for c, d, k in rows
        ]
        homes = [verify.Row(id=c, usc18="F", risk_class="A") for c in ("C1", "C2")]
        homes.append(verify.Row(id="C3", usc18="", risk_class="A"))
        found: list[list[Any]] = []

        def same(_: str, __: Any, wanted: Any) -> None:
            found.extend([w["compound"], w["reason"], len(w["cites"])] for w in wanted)

        f = verify.Row(policy=verify.Row(draw=verify.Row(rules, cap_by=by)))
        f |= {"history": past, "compounds": homes, "month": "2026-12"}
        f |= {"frozen_at": "2026-12-01T00:00:00Z"}
        f |= {"exclusions": [verify.Row(cites=["x"] * 9)] * 9}
        with patch.object(verify, "same", same):
            verify.freeze_exclusions(verify.Row(freeze=f))  # type: ignore[arg-type]
        return found

    one, two = ("C1", "2026-03-01", "random"), ("C2", "2026-03-01", "random")
    later, check = ("C2", "2026-03-02", "random"), ("C2", "2026-03-02", "recheck")
    assert out(one, two) == []
    assert out(one, two, later) == [["C1", "cap", 3], ["C2", "cap", 3]]
    assert out(one, check) == []
    assert out(one, check, by="all") == [["C1", "other", 2], ["C2", "other", 2]]
    assert out(one, later, check, by="all") == [["C1", "cap", 2], ["C2", "cap", 2]]
    assert out(("C1", "2025-03-01", "random"), one) == []


# --------------------------------------------------- offices, lists, scopes of people


def test_a_month_of_two_offices_holds(tmp_path: Path) -> None:
    done = offices().closed
    docs = forger.load(done.auditor)
    assert failing(docs, tmp_path) == set()
    groups = {p["group"] for p in docs["table"]["people"]}
    assert any("@" + MARKET in g for g in groups) and any("#" in g for g in groups)
    assert "joint" in {s["role"] for s in docs["table"]["seats"]}
    b = verify.Bundle(tmp_path, [], 64)
    rows = [r for r in b.results.results if r.score_bp >= 0]
    found = {tuple(i.code for i in verify.list_at(b, r)) for r in rows}
    assert len(found) >= 4  # by office, drive, firm and day


ITEM_CHANGES: list[dict[str, Any]] = [
    {"authority": "消防救援"},
    {"valid_to": "2026-11-30"},
    {"valid_from": "2027-01-01"},
    {"object": "fallback"},
    {"lists": ["防汛专项"]},
]


@pytest.mark.parametrize("change", ITEM_CHANGES, ids=lambda c: next(iter(c)))
def test_what_is_not_on_the_list_of_a_visit_is_no_finding(
    change: dict[str, Any], tmp_path: Path
) -> None:
    docs = forger.load(offices().closed.files)
    rows = [r for r in docs["results"]["results"] if r["findings"] and r["usc18"]]
    code = rows[0]["findings"][0]
    next(i for i in docs["freeze"]["items"] if i["code"] == code).update(change)
    frozen(docs)
    found = failing(docs, tmp_path)
    assert "results.scores" in found
    assert found <= {"results.scores"}


def test_a_drive_that_is_called_off_takes_its_items_along(tmp_path: Path) -> None:
    docs = forger.load(offices().closed.files)
    policy(docs)["campaigns"] = []
    frozen(docs)
    found = failing(docs, tmp_path)
    assert "results.scores" in found
    assert found <= {"results.scores"}


@pytest.mark.parametrize("outcome", ["ordered", "not_disclosed"])
def test_nobody_is_ordered_where_there_is_no_firm(outcome: str, tmp_path: Path) -> None:
    docs = forger.load(offices().closed.files)
    rows = [r for r in docs["results"]["results"] if not r["usc18"] and r["findings"]]
    rows[0].update(outcome=outcome, follow_up="rectify")
    told(docs)
    assert failing(docs, tmp_path) == {"results.scores"}


def the_other_office_leads(docs: Docs) -> None:
    policy(docs)["authority"] = MARKET


def a_joint_seat_of_a_third_office(docs: Docs) -> None:
    policy(docs)["seats"]["seats"][2]["authority"] = HOUSING


def a_joint_seat_of_one_unit(docs: Docs) -> None:
    policy(docs)["seats"]["seats"][2]["unit"] = "市物业管理协会"


def an_item_of_ours_that_no_narrow_scope_has(docs: Docs) -> None:
    """Who assists by a tag has nothing left there."""
    for item in docs["freeze"]["items"]:
        item["tags"], item["group"] = [], "G9"


@pytest.mark.parametrize(
    ("change", "also"),
    [
        (the_other_office_leads, {"results.scores"}),
        (a_joint_seat_of_a_third_office, {"results.scores"}),
        (a_joint_seat_of_one_unit, set()),
        (an_item_of_ours_that_no_narrow_scope_has, set()),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_offices_and_scopes_decide_who_is_eligible(
    change: Change, also: set[str], tmp_path: Path
) -> None:
    docs = forger.load(offices().closed.auditor)
    change(docs)
    frozen(docs)
    found = failing(docs, tmp_path)
    assert "auditor.eligibility" in found
    assert found <= {"auditor.eligibility", "auditor.hardest", *also}


@pytest.mark.parametrize("key", ["authorities", "scope"])
def test_offices_and_scopes_of_people_are_bound_before_the_draw(
    key: str, tmp_path: Path
) -> None:
    docs = forger.load(offices().closed.auditor)
    for one in docs["private"]["private"]["inspectors"]:
        one[key] = []
    found = failing(docs, tmp_path)
    assert {"auditor.private", "auditor.rows", "auditor.eligibility"} <= found


# ------------------------------------------------------------- the program changed


def run(*changes: Any) -> Docs:
    registry, rules, calendar, record = read_city("wuzhou")
    registry, rules = two_offices(registry, rules)
    for change in changes:
        change.start()
    try:
        done = run_month(registry, rules, calendar, record).closed
    finally:
        for change in changes:
            change.stop()
    return forger.load(done.auditor)


def no_reasons(*_: Any) -> list[str]:
    return []


def never(*_: Any) -> bool:
    return False


def whole(items: Any, *_: Any) -> Any:
    return tuple(items)


def higher(real: Any) -> Any:
    """Nobody is ever over."""

    def limit_in(*given: Any) -> Any:
        found = real(*given)
        return replace(found, cap=found.cap + 100)

    return limit_in


def once(real: Any) -> Any:
    """Everybody was here for the first time this year."""

    def yearly(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        return replace(found, count=min(found.count, 1))

    return yearly


@pytest.mark.full
@pytest.mark.parametrize(
    ("change", "claim"),
    [
        (patch.object(seats, "authority_reasons", no_reasons), "auditor.eligibility"),
        (patch.object(seats.People, "scoped_out", never), "auditor.eligibility"),
        (patch("inspector.month.checklist.visit_list", whole), "results.scores"),
        (patch("inspector.month.field.yearly", once(excess.yearly)), "results.excess"),
        (patch.object(excess, "limit_in", higher(excess.limit_in)), "results.excess"),
        (patch("month_stages.reasoned", lambda packed: packed), "auditor.excess"),
    ],
    ids=["offices", "scopes", "lists", "counts", "limits", "reasons"],
)
def test_a_program_without_a_rule_is_caught(
    change: Any, claim: str, tmp_path: Path
) -> None:
    assert claim in failing(run(change), tmp_path)


def test_a_called_pair_by_taxi_takes_no_car_and_each_leg_its_wait(
    tmp_path: Path,
) -> None:
    registry, rules, calendar, record = read_city("wuzhou")
    rules = replace(rules, travel=replace(rules.travel, taxi_minutes=15))
    done = run_month(registry, rules, calendar, record)
    day = done.frozen.working_days[-1]
    street = registry.streets[0].code
    compound = next(c.id for c in registry.compounds if c.street == street)
    facts = {"kind": "whistle_called", "compound": compound, "minutes": 60}
    facts |= {"window": "all_day", "skilled": False, "first": day, "last": day}
    none = dict.fromkeys((o.id for o in registry.offices), 0)
    with patch("inspector.month.call_transport.free_cars", lambda *_: none):
        visit, route, taxi = standby_call(done.assigned, facts, day)
    assert taxi
    at = f"{day}T00:30:00Z"
    called = call(done.assigned, visit, route, at=at, reason="热线", taxi=True)
    for result in demonstration.results(called):
        result = replace(result, published_at=max(result.published_at, at))
        called = publish(called, result)
    docs = forger.load(close(called, record.closed_at, {}).auditor)
    path = forger.write(tmp_path / "a", forger.dump(docs))
    assert forger.failing(forger.verdicts(path)) == set()
    docs["amended"]["calls"][0]["taxi"] = False
    path = forger.write(tmp_path / "b", forger.dump(docs))
    assert "amendments.plan" in forger.failing(forger.verdicts(path))
    docs["amended"]["calls"][0].update(taxi=True, excess="事后补写")
    forger.relog(docs)
    path = forger.write(tmp_path / "c", forger.dump(docs))
    assert "amendments.changes" in forger.failing(forger.verdicts(path))
