"""A freeze refuses earlier months that do not hold together, each part by its code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from month_stages import freeze_city, read_city, run_month

from inspector.ceremony.canon import parse
from inspector.docket.visits import steps_done
from inspector.domain import (
    AssumedVisit,
    CaseState,
    EarlierLog,
    OwedVisit,
    PastVisit,
    Registry,
    RunningVisit,
    VisitKind,
)
from inspector.errors import CeremonyError, text
from inspector.month.audit import (
    assigned_violations,
    drawn_violations,
    packed_violations,
)
from inspector.month.freeze import Frozen, freeze
from inspector.month.record import log_name
from inspector.month.reopen import reopen
from inspector.policy import Method, Scope
from inspector.registry import sorted_registry
from inspector.verify import FAILS, HOLDS, verify_bundle

AT, SEP = "2026-11-20T08:00:00Z", date(2026, 9, 30)
Change = Callable[[Registry], dict[str, Any]]


@cache
def ahead() -> tuple[Registry, str, str]:
    """Wuzhou's December with the logs of October, closed, and of November, open.

    Rows since October stand in October's log; one running case, one visit owed.
    """
    registry, policy, *_ = read_city("wuzhou")
    october, november = (f"{policy.bureau}/2026-{m}/{'0f' * 8}" for m in (10, 11))
    history = tuple(
        replace(h, log=october, at="2026-11-05T02:00:00Z", due=h.date + timedelta(28))
        if h.date.month == 10
        else h
        for h in registry.history
        if h.date.month < 11
    )
    case = next(c for c in registry.docket if c.state is CaseState.LISTED)
    step = steps_done(case, history)
    made = AssumedVisit(
        *(november, case.id, case.compound, VisitKind.REMEDIATION, step),
        date(2026, 11, 30),
    )
    owed = OwedVisit(october, "V0007", registry.compounds[3].id, "ab" * 32, False)
    out = replace(
        registry,
        history=history,
        logs=(
            EarlierLog(october, 400, "ab" * 32, False),
            EarlierLog(november, 40, "cd" * 32, True),
        ),
        assumed=(made,),
        owed=(owed,),
        running=(
            RunningVisit(november, case.compound, date(2026, 11, 26), "I001", ""),
        ),
    )
    return sorted_registry(out), october, november


def frozen(registry: Registry, scope: Scope | None = None) -> Frozen:
    _, policy, calendar, record = read_city("wuzhou")
    if scope is not None:
        policy = replace(policy, scope=scope)
        streets = tuple(replace(s, min_draw=0) for s in registry.streets)
        registry = replace(registry, streets=streets)
    return freeze_city(registry, policy, calendar, record)


def refused(code: str) -> pytest.RaisesExc[CeremonyError]:
    return pytest.RaisesExc(CeremonyError, check=lambda e: e.code == code)


def test_a_freeze_says_what_the_logs_before_it_hold() -> None:
    registry, october, november = ahead()
    one = frozen(registry)
    doc, private = parse(one.file), one.private
    assert [x["origin"] for x in doc["logs"]] == [october, november]
    assert [x["open"] for x in doc["logs"]] == [False, True]
    assert doc["owed"] == [
        {
            "log": october,
            "visit": "V0007",
            "compound": registry.compounds[3].id,
            "leaf": "ab" * 32,
            "gone": False,
        }
    ]
    (made,) = doc["assumed"]
    assert (made["log"], made["kind"], made["day"]) == (
        november,
        "remediation",
        "2026-11-30",
    )
    assert {(h["log"], h["at"]) for h in doc["history"]} == {
        ("", ""),
        (october, "2026-11-05T02:00:00Z"),
    }
    assert all(h["due"] >= h["date"] for h in doc["history"])
    (runs,) = private["running"]
    assert (runs["lead"], runs["second"], runs["day"]) == ("I001", "", "2026-11-26")
    assert "running" not in doc
    for row in private["history"]:
        assert sorted(row) == ["compound", "date", "kind", "lead", "second"]


def test_a_month_on_others_holds_for_both_programs(tmp_path: Path) -> None:
    """Without the bundles before, only what rests on them cannot be said."""
    registry, *_ = ahead()
    _, policy, calendar, record = read_city("wuzhou")
    month = run_month(registry, policy, calendar, record)
    (owed,) = registry.owed
    first = month.drawn.visits[0]
    assert (first.id, first.compound) == ("V0001", owed.compound)
    assert VisitKind.RANDOM in first.kinds
    assert drawn_violations(month.drawn) == packed_violations(month.packed) == ()
    assert assigned_violations(month.assigned) == ()
    for name, data in month.closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify_bundle(tmp_path)
    assert report.count(FAILS) == 0
    verdicts = {f["id"]: f["verdict"] for f in report.findings}
    unsaid = {c for c, v in verdicts.items() if v != HOLDS}
    assert {"history.chain", "auditor.chain"} <= unsaid
    for claim in ("freeze.history", "freeze.exclusions", "freeze.docket_visits"):
        assert verdicts[claim] == HOLDS
    assert verdicts["draw.visits"] == verdicts["auditor.eligibility"] == HOLDS
    again = reopen(month.closed.auditor).drawn.frozen
    for table in ("logs", "assumed", "owed", "running"):
        assert getattr(again.registry, table) == getattr(registry, table)
    assert {*again.registry.history} == {*registry.history}
    assert again.intake == month.frozen.intake
    assert again.exclusions == month.frozen.exclusions


def row(registry: Registry, **changes: Any) -> dict[str, Any]:
    """The last row of October changed."""
    *rows, last = sorted(registry.history, key=lambda h: (h.date, h.compound))
    return {"history": (*rows, replace(last, **changes))}


def log(registry: Registry, **changes: Any) -> dict[str, Any]:
    first, *rest = registry.logs
    return {"logs": (replace(first, **changes), *rest)}


def one(table: str, **changes: Any) -> Change:
    """The first row of a table changed."""

    def changed(registry: Registry) -> dict[str, Any]:
        first, *rest = getattr(registry, table)
        return {table: (replace(first, **changes), *rest)}

    return changed


def again(table: str) -> Change:
    return lambda r: {table: (*getattr(r, table), *getattr(r, table))}


def word(row: PastVisit, **changes: Any) -> PastVisit:
    return replace(row, log="", at="", **changes)


REFUSED: list[tuple[str, Change]] = [
    ("freeze.order", lambda r: {"logs": r.logs[::-1]}),
    ("freeze.order", again("logs")),
    ("freeze.order", again("assumed")),
    ("freeze.order", again("owed")),
    ("freeze.logs", lambda r: log(r, size=0)),
    ("freeze.logs", lambda r: log(r, root="AB" * 32)),
    ("freeze.logs", lambda r: log(r, origin="A" + r.logs[0].origin)),
    ("freeze.logs", lambda r: log(r, origin=r.logs[0].origin[:-1])),
    ("freeze.logs", lambda r: log(r, origin="2026-10/" + "0f" * 8)),
    ("freeze.logs", lambda r: log(r, origin=moved(r, "2025-11"))),
    ("freeze.logs", lambda r: log(r, origin=moved(r, "2026-10-01"))),
    ("freeze.logs", lambda r: {"logs": (later(r),)}),
    ("freeze.future", lambda r: row(r, date=date(2026, 11, 21), log="", at="")),
    ("freeze.word", lambda r: row(r, log="", at="")),
    ("freeze.word", lambda r: row(r, log="", at="", date=date(2026, 11, 19))),
    ("freeze.word", lambda r: row(r, log="", date=date(2026, 9, 1))),
    ("freeze.word", lambda r: row(r, log="", at="", date=SEP, due=date(2026, 9, 29))),
    ("freeze.history", lambda r: row(r, at="")),
    ("freeze.history", lambda r: row(r, at="2026-11-20T08:00:01Z")),
    ("freeze.history", lambda r: row(r, log=r.logs[1].origin)),
    ("freeze.history", lambda r: row(r, log="elsewhere")),
    ("freeze.history", lambda r: row(r, due=None)),
    ("freeze.history", lambda r: row(r, due=date(2026, 10, 1))),
    ("freeze.history", lambda r: row(r, at="2026-10-01T02:00:00Z")),
    ("freeze.history", lambda r: row(r, date=date(2026, 9, 30))),
    ("freeze.history", lambda r: {"history": r.history * 2}),
    ("freeze.history", lambda r: log(r, size=1)),
    ("freeze.assumed", one("assumed", case="2026-10-C9999")),
    ("freeze.assumed", one("assumed", compound="C9999")),
    ("freeze.assumed", one("assumed", kind=VisitKind.RANDOM)),
    ("freeze.assumed", one("assumed", step=7)),
    ("freeze.assumed", one("assumed", day=date(2026, 12, 1))),
    ("freeze.assumed", lambda r: one("assumed", log=r.logs[0].origin)(r)),
    ("freeze.owed", one("owed", log="elsewhere")),
    ("freeze.owed", one("owed", visit="")),
    ("freeze.owed", one("owed", leaf="ab")),
    ("freeze.owed", one("owed", gone=True)),
    ("freeze.owed", one("owed", compound="C9999")),
    ("freeze.owed", lambda r: {"owed": (*r.owed, replace(r.owed[0], visit="V0008"))}),
    ("freeze.running", one("running", day=date(2026, 12, 1))),
    ("freeze.running", lambda r: one("running", log=r.logs[0].origin)(r)),
    ("freeze.running", one("running", second="I001")),
    ("freeze.assumed", lambda r: {"logs": r.logs[:1], "running": ()}),
]


def moved(registry: Registry, month: str) -> str:
    return registry.logs[0].origin.replace("2026-10", month)


def later(registry: Registry) -> EarlierLog:
    return replace(registry.logs[1], origin=moved(registry, "2027-01"))


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_what_could_not_stand_is_refused(code: str, change: Change) -> None:
    registry, _, _ = ahead()
    with pytest.raises(CeremonyError) as told:
        frozen(replace(registry, **change(registry)))
    assert told.value.code == code
    zh, en = text(told.value.code, told.value.params)
    assert "{" not in zh + en
    assert en.isascii() or "苍" in en or "梧" in en


def test_a_result_published_at_the_moment_of_the_freeze_may_be_in_it() -> None:
    registry, _, _ = ahead()
    assert frozen(replace(registry, **row(registry, at=AT))).at == AT


def test_a_visit_owed_is_dropped_only_when_its_compound_is_gone() -> None:
    registry, _, _ = ahead()
    gone = one("owed", gone=True)(registry)["owed"]
    name = gone[0].compound
    closed = tuple(
        replace(c, status="closed") if c.id == name else c for c in registry.compounds
    )
    frozen(replace(registry, owed=gone, compounds=closed))
    unknown = (replace(gone[0], compound="C9999"),)
    frozen(replace(registry, owed=unknown))
    with refused("freeze.owed"):
        frozen(replace(registry, compounds=closed))


def test_what_the_scope_does_not_admit_is_not_owed_here() -> None:
    registry, _, _ = ahead()
    district = {s.code: s.district for s in registry.streets}
    own = district[registry.compounds[3].street]
    (other, *_) = sorted({*district.values()} - {own})
    frozen(registry, Scope(Method.TARGETED, districts=(own,)))
    with refused("freeze.owed"):
        frozen(registry, Scope(Method.TARGETED, districts=(other,)))


def test_a_log_does_not_stand_on_itself() -> None:
    registry, _, november = ahead()
    first = frozen(registry)
    own = EarlierLog(log_name(first.log, first.file), 1, "ab" * 32, True)
    both = sorted_registry(replace(registry, logs=(*registry.logs, own)))
    with refused("freeze.logs"):
        frozen(both)
    # Another scope of the same month is another log.
    aside = replace(own, origin=november.replace("2026-11", "2026-12"))
    frozen(sorted_registry(replace(registry, logs=(*registry.logs, aside))))


def test_steps_that_running_months_seal_count_on() -> None:
    registry, october, _ = ahead()
    (made,) = registry.assumed
    logs = (replace(registry.logs[0], open=True), registry.logs[1])
    in_october = replace(made, log=october, day=date(2026, 10, 30))
    in_november = replace(made, step=made.step + 1)
    good = (in_october, in_november)
    frozen(replace(registry, logs=logs, assumed=good))
    with refused("freeze.assumed"):
        frozen(replace(registry, logs=logs, assumed=(in_october, made)))


def test_a_first_month_stands_on_nothing() -> None:
    registry, policy, calendar, record = read_city("wuzhou")
    assert registry.logs == registry.assumed == registry.owed == registry.running == ()
    doc = parse(freeze_city(registry, policy, calendar, record).file)
    assert [doc[key] for key in ("logs", "assumed", "owed")] == [[], [], []]
    last = registry.history[0]
    wrong = replace(registry, history=(replace(last, date=date(2026, 12, 1)),))
    with refused("freeze.future"):
        freeze(
            wrong,
            policy,
            calendar,
            blind=b"\1" * 32,
            secret=b"\2" * 32,
            at=record.frozen_at,
        )
