"""Field work: results and carried visits, in the order of the log."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from amended_month import (
    AT,
    BLIND,
    LATER_AT,
    SOURCES,
    TODAY,
    amend,
    changes,
    still_to_come,
    whistle,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from month_stages import Month, field_work

from inspector.ceremony.canon import parse
from inspector.ceremony.log import leaf_hash, node_hash
from inspector.domain import Item, VisitKind
from inspector.errors import InspectorError
from inspector.month import demonstration
from inspector.month.amendment_call import call
from inspector.month.amendment_draw import cancel_amendment
from inspector.month.amendment_plan import AmendedPlan
from inspector.month.amendment_proposal import propose
from inspector.month.amendment_seal import amend_with
from inspector.month.assigned import BOTH, Assigned, Carried, Result
from inspector.month.checklist import visit_items
from inspector.month.documents import entry
from inspector.month.field import carry, carry_by, close, publish, results_file
from inspector.month.route import apply
from inspector.month.stages import Route
from inspector.month.steps_file import read_steps, steps_file
from inspector.months import month_span
from inspector.replan.changes import CompoundShut, Shut
from inspector.results.checklist import grade
from inspector.results.outcomes import UNINSPECTED, Unmade
from inspector.schedule.workload import Unplaced
from inspector.workdays import local_day

OVER = "2027-01-04T09:00:00Z"  # the first working day after the month
Doc = dict[str, object]


def refused(code: str) -> pytest.RaisesExc[InspectorError]:
    return pytest.RaisesExc(InspectorError, check=lambda e: e.code == code)


def day_of(assigned: Assigned, visit: str) -> date:
    packages = assigned.sealed.packed.packing.packages
    return next(p.day for p in packages for s in p.stops if s.visit == visit)


def noon(day: date) -> str:
    return f"{day.isoformat()}T04:00:00Z"


def squeezed(assigned: Assigned) -> Assigned:
    """The same month, but for its first package no place was found."""
    packed = assigned.sealed.packed
    first, *rest = packed.packing.packages
    out = tuple(Unplaced(s.visit, "plan.none", ()) for s in first.stops)
    packing = replace(packed.packing, packages=tuple(rest), unplaced=out)
    packed = replace(packed, packing=packing)
    return replace(assigned, sealed=replace(assigned.sealed, packed=packed))


def for_both(assigned: Assigned, *before: VisitKind) -> tuple[Assigned, str]:
    """The same month, but its first visit made is for re-check and acceptance."""
    packed = assigned.sealed.packed
    name = inspected(assigned)
    visits = tuple(
        replace(v, kinds=(*before, *BOTH)) if v.id == name else v
        for v in packed.drawn.visits
    )
    packed = replace(packed, drawn=replace(packed.drawn, visits=visits))
    return replace(assigned, sealed=replace(assigned.sealed, packed=packed)), name


def result_of(assigned: Assigned, visit: str) -> Result:
    return next(r for r in demonstration.results(assigned) if r.visit == visit)


def inspected(assigned: Assigned) -> str:
    """The first visit at which the demonstration finds somebody."""
    return next(r for r in demonstration.results(assigned) if r.score_bp >= 0).visit


def nobody(result: Result) -> Result:
    """Nobody was there to be inspected."""
    return replace(
        result, outcome="unreachable", follow_up="daily", score_bp=-1, findings=()
    )


def rebuilt(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf and its path give (RFC 9162 §2.1.3.2)."""
    node, last = leaf_hash(leaf), size - 1
    for step in path:
        if index & 1 or index == last:
            node = node_hash(step, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, step)
        index, last = index >> 1, last >> 1
    return node


# ------------------------------------------------------------------------ one visit


def test_a_carried_visit_is_named_with_its_compound_and_its_leaf_proven(
    month: Month,
) -> None:
    visit = month.packed.packing.packages[0].stops[0].visit
    at = noon(day_of(month.assigned, visit))
    done = carry(month.assigned, Carried(visit, "weather", at))
    about = next(v for v in month.drawn.visits if v.id == visit)
    assert done.log.events[-1] == {
        "event": "carried",
        "at": at,
        "visit": visit,
        "reason": "weather",
        "compound": about.compound,
        "kinds": [k.value for k in about.kinds],
    }
    (row,) = parse(results_file(done))["carried"]
    assert set(row) == {"visit", "index", "proof"}
    leaves = month.sealed.leaves
    path = [bytes.fromhex(x) for x in row["proof"]]
    size = len(leaves.leaves)
    assert rebuilt(leaves.of[visit], row["index"], size, path) == leaves.root
    assert done.carried == (Carried(visit, "weather", at),)
    assert done.pending == month.assigned.pending - {visit}


def test_a_placed_visit_is_carried_from_its_day_on_and_once(month: Month) -> None:
    visit = month.packed.packing.packages[0].stops[0].visit
    day = day_of(month.assigned, visit)
    # Before midnight at UTC+8 it is still the day before.
    eve = f"{(day - timedelta(1)).isoformat()}T15:59:59Z"
    with refused("carry.early"):
        carry(month.assigned, Carried(visit, "time", eve))
    at = eve.replace("15:59:59", "16:00:00")
    done = carry(month.assigned, Carried(visit, "time", at))
    with refused("carry.twice"):
        carry(done, Carried(visit, "time", at))
    with refused("result.carried"):
        publish(done, result_of(done, visit))
    # Late is not refused: it is counted by name.
    late = noon(carry_by(month.assigned, visit) + timedelta(20))
    assert carry(month.assigned, Carried(visit, "time", late)).carried


def test_a_visit_with_a_result_is_not_carried(month: Month) -> None:
    visit = inspected(month.assigned)
    result = result_of(month.assigned, visit)
    done = publish(month.assigned, result)
    with refused("carry.result"):
        carry(done, Carried(visit, "time", result.published_at))
    empty = publish(month.assigned, nobody(result))
    with refused("carry.twice"):
        carry(empty, Carried(visit, "time", result.published_at))


@pytest.mark.parametrize(
    ("visit", "reason", "code"),
    [
        ("V9999", "time", "carry.unknown"),
        ("", "tired", "close.reason"),
        ("", UNINSPECTED, "carry.inspected"),
    ],
)
def test_what_cannot_be_carried(
    month: Month, visit: str, reason: str, code: str
) -> None:
    first = month.packed.packing.packages[0]
    name = visit or first.stops[0].visit
    with refused(code):
        carry(month.assigned, Carried(name, reason, noon(first.day)))


def test_a_result_without_inspection_carries_its_visit_at_once(month: Month) -> None:
    visit = inspected(month.assigned)
    empty = nobody(result_of(month.assigned, visit))
    done = publish(month.assigned, empty)
    result, carried = done.log.events[-2:]
    assert (result["event"], result["visit"]) == ("result", visit)
    assert (carried["event"], carried["visit"]) == ("carried", visit)
    assert (carried["at"], carried["reason"]) == (empty.published_at, UNINSPECTED)
    with refused("result.twice"):
        publish(done, empty)
    made = publish(month.assigned, result_of(month.assigned, visit))
    assert (made.log.events[-1]["event"], made.carried) == ("result", ())


def test_a_result_is_not_published_before_its_day(month: Month) -> None:
    visit = month.packed.packing.packages[-1].stops[0].visit
    result = result_of(month.assigned, visit)
    eve = noon(result.date - timedelta(1))
    with refused("result.ahead"):
        publish(month.assigned, replace(result, published_at=eve))
    at = noon(result.date)
    assert publish(month.assigned, replace(result, published_at=at)).results


# ------------------------------------------------------------------- without a place


def test_what_found_no_place_is_carried_when_the_month_is_over(month: Month) -> None:
    assigned = squeezed(month.assigned)
    name = assigned.sealed.packed.packing.unplaced[0].visit
    last = month_span(month.policy.month)[1]
    with refused("carry.unplaced"):
        carry(assigned, Carried(name, "car", noon(last)))
    with refused("carry.cause"):
        carry(assigned, Carried(name, "people", OVER))
    with refused("result.unknown"):
        publish(assigned, result_of(month.assigned, name))
    done = carry(assigned, Carried(name, "car", OVER))
    assert local_day(OVER) == carry_by(assigned, name)
    assert done.log.events[-1]["reason"] == "car"


def test_a_close_before_the_month_is_over_carries_nothing(month: Month) -> None:
    assigned = squeezed(month.assigned)
    placed = dict.fromkeys(assigned.outstanding, "weather")
    last = month_span(month.policy.month)[1]
    with refused("carry.unplaced"):
        close(assigned, noon(last), placed)
    assert close(assigned, OVER, placed).assigned.pending == set()


def test_the_close_carries_the_rest(month: Month) -> None:
    assigned = squeezed(month.assigned)
    out = [u.visit for u in assigned.sealed.packed.packing.unplaced]
    assigned = carry(assigned, Carried(out[0], "car", OVER))
    first, second, *_ = sorted(assigned.outstanding)
    assigned = carry(assigned, Carried(first, "safety", OVER))
    with refused("close.pending"):
        close(assigned, OVER, {second: "time"})
    rest = dict.fromkeys(assigned.outstanding, "time")
    with refused("carry.twice"):
        close(assigned, OVER, {**rest, first: "time"})
    closed = close(assigned, OVER, rest)
    told = [e["visit"] for e in closed.log.events if e["event"] == "carried"]
    assert sorted(told) == sorted(v.id for v in month.drawn.visits)
    rows = parse(closed.files["results.json"])["carried"]
    assert [r["visit"] for r in rows] == told
    assert [c.visit for c in closed.assigned.carried] == told


# ---------------------------------------------------------------- again, both purposes


def test_a_random_visit_says_that_its_compound_was_drawn_again(month: Month) -> None:
    origin = "490400/2026-11/0123456789abcdef"
    kinds = {v.id: v.kinds for v in month.drawn.visits}
    found = {
        VisitKind.RANDOM in kinds[r.visit]: r
        for r in demonstration.results(month.assigned)
    }
    done = publish(month.assigned, replace(found[True], again=origin))
    assert done.entries[-1]["again"] == origin
    assert "again" not in publish(month.assigned, found[True]).entries[-1]
    with refused("result.again"):
        publish(month.assigned, replace(found[False], again=origin))


@pytest.mark.parametrize("before", [(), (VisitKind.RANDOM,)])
@pytest.mark.parametrize("purpose", ["", "recheck", "acceptance"])
def test_a_visit_for_both_purposes_is_made_as_one(
    month: Month, purpose: str, before: tuple[VisitKind, ...]
) -> None:
    assigned, visit = for_both(month.assigned, *before)
    result = replace(result_of(month.assigned, visit), purpose=purpose)
    done = publish(assigned, result)
    kinds = [e["kind"] for e in done.log.events if e["event"] == "inspected"]
    assert kinds == [*(k.value for k in before), purpose or "recheck"]
    assert "purpose" not in done.entries[-1]
    empty = publish(assigned, replace(nobody(result), purpose=purpose))
    assert not [e for e in empty.log.events if e["event"] == "inspected"]
    assert empty.log.events[-1]["kinds"] == [k.value for k in (*before, *BOTH)]


def test_any_other_visit_keeps_its_purpose(month: Month) -> None:
    result = demonstration.results(month.assigned)[0]
    with refused("result.purpose"):
        publish(month.assigned, replace(result, purpose="acceptance"))


# ------------------------------------------------------------------------- amendments


def test_what_is_carried_after_an_amendment_is_proven_in_its_tree(
    month: Month,
) -> None:
    """A visit only called has no leaf in any tree."""
    shut = still_to_come(month.packed, date(2026, 12, 4))[-1]
    change = CompoundShut(shut, Shut.CLOSED)
    found = propose(month.assigned, [change], today=date(2026, 12, 4))
    named = {"blind": b"\x12" * 32, "at": LATER_AT, "reason": "关停"}
    done = amend(month.assigned, found, **named)
    day = max(month.frozen.working_days)
    called, route = whistle(month, day)
    done = call(done, called, route, at=LATER_AT, reason="12345 热线")
    known, urgent = sorted(done.outstanding)[0], done.calls[0].visit.id
    for visit in (known, urgent):
        done = carry(done, Carried(visit, "time", OVER))
    first, second = parse(results_file(done))["carried"]
    tree = done.amendments[-1].leaves
    assert first["amendment"] == second["amendment"] == 1
    assert tree.leaves[first["index"]] == tree.of[known]
    assert (second["index"], second["proof"]) == (-1, [])


def test_an_amendment_leaves_alone_what_was_carried(month: Month) -> None:
    packing = month.packed.packing
    visit = packing.packages[0].stops[0].visit
    at = noon(packing.packages[0].day)
    done = carry(month.assigned, Carried(visit, "time", at))
    plan = AmendedPlan(packing.packages[1:], (), removed=(visit,))
    with refused("change.done"):
        amend_with(done, plan, blind=b"\x13" * 32, at=at, reason="x")


def test_what_an_amendment_moves_is_not_carried_while_it_waits(month: Month) -> None:
    found = propose(month.assigned, changes(month), today=TODAY)
    named = {"blind": BLIND, "at": AT, "reason": "修车", "entropy": SOURCES}
    done = amend(month.assigned, found, **named)
    assert done.waiting is not None
    moving = done.waiting.moves
    names = sorted(done.outstanding, key=lambda v: moving(done.sealed.packed, v))
    with refused("change.waiting_visit"):
        carry(done, Carried(names[-1], "time", OVER))
    assert carry(done, Carried(names[0], "time", OVER)).carried
    # Cancelled, it moves nothing any more.
    back = cancel_amendment(done, OVER, "开奖延期")
    assert carry(back, Carried(names[-1], "time", OVER)).carried


# ----------------------------------------------------------------------- whole months


def test_a_demonstration_carries_in_time(month: Month) -> None:
    assigned = squeezed(month.assigned)
    done = demonstration.worked(assigned, demonstration.field_steps(assigned))
    out = {u.visit for u in assigned.sealed.packed.packing.unplaced}
    assert {c.visit for c in done.carried if c.reason != UNINSPECTED} == out
    assert all(
        local_day(c.at) <= carry_by(done, c.visit)
        for c in done.carried
        if c.reason != UNINSPECTED
    )
    assert done.pending == set()
    told = [e for e in close(done, OVER.replace("01-04", "02-20"), {}).log.events]
    assert not [e for e in told if e["event"] == "carried" and e["at"] > OVER]


def test_a_carry_is_a_step_and_a_file_tells_it(month: Month) -> None:
    visit = month.packed.packing.packages[0].stops[0].visit
    row = Carried(visit, "safety", noon(day_of(month.assigned, visit)))
    ((kind, body),) = read_steps("x", steps_file([("carry", entry(row))]))
    route = apply(Route(assigned=month.assigned), kind, body)
    assert route.assigned is not None
    assert route.assigned == carry(month.assigned, row)
    with refused("step.order"):
        apply(Route(), kind, body)
    ended = replace(route, closed=month.closed)
    with refused("step.order"):
        apply(ended, kind, body)


def test_after_the_close_the_route_knows_every_carried_visit(month: Month) -> None:
    body = {"at": OVER, "carried": dict.fromkeys(month.assigned.outstanding, "late")}
    route = apply(Route(assigned=month.assigned), "close", body)
    assert route.assigned is not None and route.assigned.pending == set()


def kept(events: list[Doc], visits: dict[str, tuple[str, tuple[str, ...]]]) -> None:
    """The order of PROTOCOL.md §6 among `inspected`, `result` and `carried`."""
    seen, purposes = Counter[object](), list[object]()
    empty: object = None  # a result without inspection whose visit is to be carried
    for e in events:
        if empty is not None:
            assert (e["event"], e["visit"], e["at"]) == ("carried", *empty)
            assert e["reason"] == UNINSPECTED
        elif e["event"] == "carried":
            assert e["reason"] != UNINSPECTED
        if e["event"] == "inspected":
            purposes.append((e["compound"], e["kind"]))
            continue
        if e["event"] == "result":
            compound, kinds = visits[str(e["visit"])]
            assert purposes in ([], [(compound, k) for k in kinds])
            empty = None if purposes else (e["visit"], e["at"])
            seen[e["visit"]] += bool(purposes)
            purposes = []
            continue
        assert purposes == []
        if e["event"] == "carried":
            compound, kinds = visits[str(e["visit"])]
            assert (e["compound"], e["kinds"]) == (compound, list(kinds))
            seen[e["visit"]] += 1
            empty = None
    assert seen == Counter(dict.fromkeys(visits, 1))
    times = [str(e["at"]) for e in events if "at" in e]
    assert times == sorted(times)


Move = tuple[str, int, str]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["made", "empty", "carry"]),
        st.integers(0, 39),
        st.sampled_from(list(Unmade)),
    ),
    max_size=60,
)


@settings(max_examples=25, deadline=None)
@given(moves=MOVES, squeeze=st.booleans())
def test_whatever_happens_the_log_is_in_order(
    month: Month, moves: list[Move], squeeze: bool
) -> None:
    """Results, empty ones and carries in any order, lawful or refused; then the close:
    every visit ends once, in the log and in results.json."""
    done = squeezed(month.assigned) if squeeze else month.assigned
    begun = len(done.log.events)
    results = {r.visit: r for r in demonstration.results(month.assigned)}
    names, at = sorted(results), OVER
    for what, n, reason in moves:
        result = replace(results[names[n % len(names)]], published_at=at)
        before = done
        try:
            if what == "carry":
                done = carry(done, Carried(result.visit, reason, at))
            else:
                done = publish(done, nobody(result) if what == "empty" else result)
        except InspectorError as e:
            assert e.code.split(".")[0] in ("carry", "result")
            assert done is before
        assert len(done.results) + len(done.carried) == len(
            [e for e in done.log.events if e["event"] in ("result", "carried")]
        )
    closed = close(done, OVER, dict.fromkeys(done.outstanding, "time"))
    visits = {
        v.id: (v.compound, tuple(k.value for k in v.kinds)) for v in month.drawn.visits
    }
    events = [*closed.log.events[begun:-1]]
    kept(events, visits)
    doc = parse(closed.files["results.json"])
    for kind, rows in (("result", "results"), ("carried", "carried")):
        told = [e["visit"] for e in events if e["event"] == kind]
        assert [r["visit"] for r in doc[rows]] == told


def test_the_demonstration_keeps_the_order(month: Month) -> None:
    visits = {
        v.id: (v.compound, tuple(k.value for k in v.kinds)) for v in month.drawn.visits
    }
    done = close(field_work(squeezed(month.assigned)), month.record.closed_at, {})
    wanted = ("inspected", "result", "carried")
    kept([e for e in done.log.events if e["event"] in wanted], visits)


# ----------------------------------------------------------------- the list of a visit


def _visit_at(assigned: Assigned, *, managed: bool) -> str:
    """A placed visit to a compound with, or without, a company."""
    usc18 = {c.id: c.usc18 for c in assigned.frozen.registry.compounds}
    at = {v.id: v.compound for v in assigned.sealed.packed.drawn.visits}
    packages = assigned.sealed.packed.packing.packages
    stops = (s.visit for p in packages for s in p.stops)
    return next(v for v in stops if bool(usc18[at[v]]) is managed)


def _with_items(assigned: Assigned, *items: Item) -> Assigned:
    """The same month with these items more, and one for firms only."""
    packed = assigned.sealed.packed
    frozen = packed.drawn.frozen
    registry = replace(frozen.registry, items=(*frozen.registry.items, *items))
    drawn = replace(packed.drawn, frozen=replace(frozen, registry=registry))
    packed = replace(packed, drawn=drawn)
    return replace(assigned, sealed=replace(assigned.sealed, packed=packed))


def _more(code: str, **more: object) -> Item:
    row = Item(code, "专项", code, "依据", "onsite", 100, "", "", 15)
    return replace(row, **more)  # type: ignore[arg-type]


def test_a_result_names_items_of_its_visits_list_only(month: Month) -> None:
    visit = _visit_at(month.assigned, managed=True)
    old = result_of(month.assigned, visit)
    old = replace(old, outcome="ordered", follow_up="rectify")
    items = (
        _more("Z1", authority="消防"),
        _more("Z2", object="fallback"),
        _more("Z3", object="company"),
        _more("Z4", lists=("冬季",)),
    )
    more = _with_items(month.assigned, *items)
    listed = visit_items(more, visit)
    assert [i.code for i in listed if i.code[0] == "Z"] == ["Z3"]
    for code, fits in ("Z1", False), ("Z2", False), ("Z3", True), ("Z4", False):
        score = grade(listed, "ordered", (code,))
        told = replace(old, findings=(code,), score_bp=score)
        if fits:
            assert publish(more, told).results[-1].findings == (code,)
        else:
            with refused("result.unfit"):
                publish(more, told)


@pytest.mark.parametrize(
    ("outcome", "follow_up", "fits"),
    [
        ("ordered", "rectify", False),
        ("pending", "rectify", False),
        ("not_disclosed", "rectify", False),
        ("pending", "notify", True),
        ("not_disclosed", "notify", True),
    ],
)
def test_nobody_is_ordered_where_no_company_manages(
    month: Month, outcome: str, follow_up: str, fits: bool
) -> None:
    visit = _visit_at(month.assigned, managed=False)
    listed = visit_items(month.assigned, visit)
    found = (listed[0].code,)
    told = replace(
        result_of(month.assigned, visit),
        outcome=outcome,
        follow_up=follow_up,
        findings=found,
        score_bp=grade(listed, outcome, found),
    )
    if fits:
        assert publish(month.assigned, told).results[-1].follow_up == "notify"
    else:
        with refused("result.no_firm"):
            publish(month.assigned, told)


def test_the_demonstration_orders_firms_only(month: Month) -> None:
    usc18 = {c.id: c.usc18 for c in month.frozen.registry.compounds}
    at = {v.id: v.compound for v in month.drawn.visits}
    orders = Counter(
        bool(usc18[at[r.visit]])
        for r in demonstration.results(month.assigned)
        if r.outcome == "ordered" or r.follow_up == "rectify"
    )
    assert orders[True] and not orders[False]
