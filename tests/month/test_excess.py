"""How often a firm is inspected in a year, and the head's reason where it is too often.

One month of wuzhou under caps of one a year, in which some firms go over.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from month_stages import (
    Month,
    assigned_with,
    drawn_with,
    field_work,
    freeze_city,
    read_city,
)

from inspector.check import check_yearly
from inspector.domain import Compound, RiskClass, VisitKind
from inspector.errors import CeremonyError
from inspector.month.ahead import Ahead, ahead, docket_ahead, made_up_reasons
from inspector.month.audit import closed_violations, unexplained, yearly_view
from inspector.month.excess import Reasoned, ordered, yearly
from inspector.month.field import ClosedMonth, close
from inspector.month.following import elsewhere_of
from inspector.month.pack import Packed, schedule
from inspector.month.route import Route, apply
from inspector.month.saved import packing_file
from inspector.month.seal import figures, seal
from inspector.month.standing import stood
from inspector.policy import DrawRules, Policy, Task
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Packing, Workload
from inspector.selection.yearly import Limit, counts, limits, said, unit_of
from inspector.verify import FAILS, HOLDS, verify_bundle

CAPS = tuple((c, 1) for c in RiskClass)
WHY = "群众投诉集中，须当面核实"


def start(work: Workload, seed: int) -> Packing:
    """The solver's first plan."""
    budget = Budget.seconds(1)
    return plan(
        work,
        seed=seed,
        budget=budget,
        executor=None,
        now=lambda: 0.0,
        stop=lambda: True,
    )


@pytest.fixture(scope="module")
def packed() -> Packed:
    registry, policy, calendar, record = read_city("wuzhou")
    policy = replace(policy, draw=replace(policy.draw, caps=CAPS))
    frozen = freeze_city(registry, policy, calendar, record)
    return schedule(drawn_with(frozen, record.draw, record.drawn_at), start)


@pytest.fixture(scope="module")
def over(packed: Packed) -> list[Ahead]:
    found = ahead(packed)
    assert found
    return found


def closed_with(packed: Packed, *reasons: Reasoned) -> ClosedMonth:
    *_, record = read_city("wuzhou")
    packed = replace(packed, excess=ordered(reasons, [r.visit for r in reasons]))
    blind = bytes.fromhex(record.seal_blind)
    sealed = seal(packed, blind=blind, at=record.sealed_at)
    done = assigned_with(sealed, record.lottery, record.assigned_at)
    return close(field_work(done), record.closed_at, {})


def verdicts(closed: ClosedMonth, folder: Path) -> dict[str, dict[str, Any]]:
    for name, data in closed.auditor.items():
        (folder / name).write_bytes(data)
    found = {f["id"]: f for f in verify_bundle(folder).findings}
    failed = {name for name, f in found.items() if f["verdict"] == FAILS}
    assert failed <= {"auditor.excess"}
    return found


def results(closed: ClosedMonth) -> dict[str, dict[str, Any]]:
    doc = json.loads(closed.files["results.json"])
    return {r["visit"]: r for r in doc["results"]}


def test_a_firm_goes_over_with_its_reason(
    packed: Packed, over: list[Ahead], tmp_path: Path
) -> None:
    closed = closed_with(packed, *(Reasoned(a.visit, WHY) for a in over))
    assert closed_violations(closed) == ()
    assert unexplained(closed) == ()
    rows = results(closed)
    excess = {v: r for v, r in rows.items() if r["count"] > r["limit"]}
    assert excess.keys() <= {a.visit for a in over}
    assert {r["excess"] for r in excess.values()} == {WHY}
    assert not any("excess" in r for v, r in rows.items() if v not in excess)
    found = verdicts(closed, tmp_path)
    assert found["results.excess"]["verdict"] == HOLDS
    assert found["auditor.excess"]["verdict"] == HOLDS


def test_one_without_a_reason_is_counted_and_fails_the_auditor(
    packed: Packed, over: list[Ahead], tmp_path: Path
) -> None:
    closed = closed_with(packed)
    assert closed_violations(closed) == ()
    found = verdicts(closed, tmp_path)
    assert found["results.excess"]["verdict"] == HOLDS
    assert "?" in found["results.excess"]["detail"]
    assert found["auditor.excess"]["verdict"] == FAILS
    assert {v.subject for v in unexplained(closed)} <= {a.visit for a in over} != set()


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("count", 0, "check.results_counted"),
        ("limit", 99, "check.results_limited"),
        ("excess", "另一理由", "check.reasons_opened"),
    ],
)
def test_a_figure_that_is_not_so_is_found(
    packed: Packed, over: list[Ahead], key: str, value: object, rule: str
) -> None:
    closed = closed_with(packed, *(Reasoned(a.visit, WHY) for a in over))
    view = yearly_view(closed.assigned)
    rows = [dict(r) for r in view.results]
    row = next(r for r in rows if r["count"] > r["limit"])
    row[key] = value
    assert rule in {v.rule for v in check_yearly(replace(view, results=rows))}


def test_nothing_of_the_reasons_is_seen_before_the_close(
    packed: Packed, over: list[Ahead]
) -> None:
    """Neither their number nor their length: seal and log are as long without them."""
    *_, record = read_city("wuzhou")
    blind, at = bytes.fromhex(record.seal_blind), record.sealed_at
    told = replace(packed, excess=tuple(Reasoned(a.visit, WHY * 9) for a in over))
    one, other = (seal(p, blind=blind, at=at) for p in (packed, told))
    assert figures(packed) == figures(told)
    assert len(one.file) == len(other.file)
    assert one.leaves.root == other.leaves.root
    assert [e["event"] for e in one.log.events] == [
        e["event"] for e in other.log.events
    ]
    assert WHY not in (other.file + str(other.log.events).encode()).decode()


def test_the_approval_brings_the_reasons(packed: Packed, over: list[Ahead]) -> None:
    route = Route(frozen=packed.frozen, drawn=packed.drawn)
    body = {"packing": packing_file(packed.packing).decode(), "runs": 1}
    route = apply(route, "pack", {**body, "budget": "", "version": ""})
    told = {"number": "1", "by": "局长", "at": "2026-11-25T00:00:00Z"}
    rows = [{"visit": over[0].visit, "reason": WHY}]
    done = apply(route, "approve", {**told, "excess": rows})
    assert done.packed is not None
    assert done.packed.excess == (Reasoned(over[0].visit, WHY),)
    for wrong, code in (
        ([{"visit": "V9999", "reason": WHY}], "excess.visit"),
        ([*rows, *rows], "excess.twice"),
        ([{"visit": over[0].visit, "reason": " "}], "excess.reason"),
    ):
        with pytest.raises(CeremonyError) as refused:
            apply(route, "approve", {**told, "excess": wrong})
        assert refused.value.code == code
    assert all("演示" in r.reason for r in made_up_reasons(packed))


def test_another_log_counts(packed: Packed, over: list[Ahead], month: Month) -> None:
    """A day that another log of the bureau has published is one more inspection."""
    frozen, row = packed.frozen, over[0]
    visit = next(v for v in packed.drawn.visits if v.id == row.visit)
    kinds, events = visit.kinds, packed.drawn.log.events
    alone = yearly(frozen, events, visit, row.day, kinds)
    other = row.day - timedelta(1)
    both = yearly(frozen, events, visit, row.day, kinds, [other])
    last_year = yearly(frozen, events, visit, row.day, kinds, [date(2025, 3, 3)])
    assert (alone.count + 1, alone.count) == (both.count, last_year.count)
    log = stood(Route(frozen=month.frozen, closed=month.closed))
    assert log is not None
    of_log = {p.usc18: p.day for p in log.results if p.kinds and p.usc18}
    firms = {c.usc18: c.id for c in frozen.registry.compounds if c.usc18 in of_log}
    mine, at = replace(log, origin="wuzhou/2026-12/0"), "2027-12-01T00:00:00Z"
    found = {
        firm: elsewhere_of([mine], frozen, c, row.day, at) for firm, c in firms.items()
    }
    assert all(of_log[firm] in days for firm, days in found.items())
    assert not any(elsewhere_of([log], frozen, c, row.day, at) for c in firms.values())
    early = (
        elsewhere_of([mine], frozen, firms[row.unit], row.day, "2026-01-01T00:00:00Z")
        if row.unit in firms
        else ()
    )
    assert early == ()


def test_what_counts_and_whose() -> None:
    plain = Policy()
    above = replace(plain, task=Task("superior", "special", "上级文件"))
    some = replace(plain, draw=DrawRules(counts=(VisitKind.RANDOM,)))
    assert all(counts(plain, kind) for kind in VisitKind)
    assert not any(counts(above, kind) for kind in VisitKind)
    assert [k for k in VisitKind if counts(some, k)] == [VisitKind.RANDOM]
    each = replace(plain, draw=DrawRules(cap_unit="compound"))
    assert (unit_of("C1", "X", plain), unit_of("C1", "", plain)) == ("X", "")
    assert (unit_of("C1", "X", each), unit_of("C1", "", each)) == ("C1", "C1")


def test_a_month_ordered_from_above_and_no_firm_count_nothing(packed: Packed) -> None:
    frozen = packed.frozen
    day, events = frozen.working_days[0], packed.drawn.log.events
    above = replace(frozen.policy, task=Task("superior", "special", "上级文件"))
    none = {c.id for c in frozen.registry.compounds if not c.usc18}
    per = replace(frozen.policy, draw=replace(frozen.policy.draw, cap_unit="compound"))
    for v in packed.drawn.visits:
        found = yearly(replace(frozen, policy=above), events, v, day, v.kinds)
        assert (found.count, found.most) == (0, 0)
        found = yearly(frozen, events, v, day, v.kinds)
        assert ((found.count, found.most) == (0, 0)) == (v.compound in none)
        alone = yearly(replace(frozen, policy=per), events, v, day, v.kinds)
        assert alone.unit == v.compound and alone.count >= 1
        assert yearly(frozen, events, v, day, ()).count == 0


def with_case(packed: Packed) -> Compound:
    """A compound with a firm and docket visits."""
    due = {v.compound for v in packed.frozen.intake.visits}
    rows = packed.frozen.registry.compounds
    return next(c for c in rows if c.usc18 and c.id in due)


def test_the_limit_has_its_terms(packed: Packed) -> None:
    registry, policy = packed.frozen.registry, packed.frozen.policy
    visits = packed.frozen.intake.visits
    home = with_case(packed)
    found = limits(registry.compounds, registry.docket, visits, policy)[home.id]
    own = {c.id for c in registry.compounds if c.usc18 == home.usc18}
    cases = {v.case for v in visits if v.compound in own}
    cases |= {
        c.id
        for c in registry.docket
        if c.compound in own and (c.state != "closed" or c.opened.year == 2026)
    }
    assert found == Limit(1, len(cases), 3)
    assert found.total == 1 + 6 * len(cases)
    assert str(found.total) in said(1, found).zh and "复查" in said(1, found).zh
    assert "re-check" in said(2, found).en


def test_the_docket_alone_may_go_over(packed: Packed) -> None:
    """Told per firm before the freeze, with the terms of its limit."""
    frozen = packed.frozen
    assert docket_ahead(frozen) == []
    firm = with_case(packed).usc18
    row = frozen.registry.history[0]
    many = tuple(
        replace(row, usc18=firm, date=date(2026, 1, 1) + timedelta(k))
        for k in range(90)
    )
    busy = replace(frozen, registry=replace(frozen.registry, history=many))
    (found,) = [a for a in docket_ahead(busy) if a.unit == firm]
    assert found.made == 90 and found.most > found.least - 1 >= 90
    assert found.limit.total < found.most
