"""Honest months of every kind, walked from a steps file: each of them verifies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import steps_cases as cases
from steps_cases import Step

from inspector import verify
from inspector.command.folders import read_inputs
from inspector.command.plan import run_plan
from inspector.command.steps import walk
from inspector.command.walk import Options, Run
from inspector.month.assigned import Assigned

Tale = Callable[[], list[Step]]
TALES: dict[str, Tale] = {}
WITNESS, DLT = "witness-draw", "dlt-2026134"
NUMBERS = "01 02 03 04 05|01 02"


def tale(told: Tale) -> Tale:
    TALES[told.__name__] = told
    return told


def walked(*steps: Step) -> Run:
    run = Run(Options(cases.CITY, Path("out"), 1), read_inputs(cases.CITY))
    told = [
        (str(s["kind"]), {k: v for k, v in s.items() if k != "kind"}) for s in steps
    ]
    walk(run, "steps.json", told)
    return run


@cache
def assigned() -> Assigned:
    """The normal month after its lottery."""
    run = walked(*begin(), cases.seal(), *cases.lottery())
    assert run.assigned is not None
    return run.assigned


@cache
def packing() -> Mapping[str, Any]:
    """The plan of the normal draw, solved once."""
    return walked(cases.freeze(), *cases.draw(), {"kind": "pack"}).steps[-1][1]


def plan() -> list[Step]:
    return [{"kind": "pack", **packing()}, cases.plan()[1]]


def begin() -> list[Step]:
    return [cases.freeze(), *cases.draw(), *plan()]


def drawn() -> list[Step]:
    return [*begin(), cases.seal(), *cases.lottery()]


def source(name: str, issue: str, at: str) -> Step:
    kind = {"kind": "lottery", "name": "大乐透", "commit": ""}
    return {"id": name, "issue": issue, "at": at, **kind}


def entered(stage: str, name: str, issue: str, at: str, **more: Any) -> Step:
    row = {"source": name, "issue": issue, "value": NUMBERS, "at": at}
    return cases.record(stage, row, **more)


def lot(stage: str, name: str, issue: str, at: str, kind: str = "assign") -> list[Step]:
    """One outside value recorded at `at` (…:30:00Z), drawn with half an hour later."""
    value = {"source": name, "issue": issue, "value": NUMBERS, "at": at}
    later = at.replace(":30:00Z", ":59:00Z")
    draw = {"kind": kind, "entropy": [{**value, "fallback": False}], "at": later}
    return [entered(stage, name, issue, at), draw]


def seat_of(day_index: int) -> tuple[str, str, list[str]]:
    """Day, leader and visits of a package."""
    month = assigned()
    packages = month.sealed.packed.packing.packages
    package = packages[day_index]
    holders = dict(month.now.holders)
    seat = holders[f"{package.id}/lead"]
    return package.day.isoformat(), seat, [s.visit for s in package.stops]


@tale
def a_normal_month() -> list[Step]:
    return [*drawn(), *cases.close()]


@tale
def a_silent_observer() -> list[Step]:
    steps = [s for s in cases.draw() if s.get("source") != WITNESS]
    end = [cases.seal(), *cases.lottery(), *cases.close()]
    return [cases.freeze(), *steps, *cases.plan(), *end]


@tale
def a_value_mistyped_and_corrected() -> list[Step]:
    first, *rest = cases.draw()
    wrong = {**rest[0], "value": "03 10 15 18 30|09 12"}
    end = [cases.seal(), *cases.lottery(), *cases.close()]
    return [cases.freeze(), first, wrong, *rest, *plan(), *end]


@tale
def a_late_signature() -> list[Step]:
    own = [source("dlt-2026135", "2026136", "2026-11-28T13:25:00Z")]
    seal = {**cases.seal(), "at": "2026-11-25T12:00:00Z", "entropy": own}
    lottery = lot("lottery", "dlt-2026135", "2026136", "2026-11-28T13:30:00Z")
    return [*begin(), seal, *lottery, *cases.close()]


@tale
def sealed_on_the_last_day_of_the_old_month() -> list[Step]:
    own = [source("dlt-2026135", "2026138", "2026-12-02T13:25:00Z")]
    seal = {**cases.seal(), "at": "2026-11-30T09:00:00Z", "entropy": own}
    lottery = lot("lottery", "dlt-2026135", "2026138", "2026-12-02T13:30:00Z")
    close = {**cases.close()[1], "carried": "late"}
    return [*begin(), seal, *lottery, {"kind": "simulate"}, close]


def again() -> list[Step]:
    """A second freeze, which names later entropy."""
    freeze = {**cases.freeze(), "blind": "77" * 32, "at": "2026-11-24T02:00:00Z"}
    draw = lot("draw", DLT, "2026136", "2026-11-28T13:30:00Z", "draw")
    seal = {**cases.seal(), "at": "2026-11-29T08:00:00Z"}
    lottery = lot("lottery", "dlt-2026135", "2026137", "2026-11-30T13:30:00Z")
    return [
        {**freeze, "policy": "again/policy.toml"},
        *draw,
        *cases.plan(),
        seal,
        *lottery,
        {"kind": "simulate"},
        {**cases.close()[1], "carried": "late"},
    ]


@tale
def a_draw_cancelled_before_its_values() -> list[Step]:
    cancel = {"kind": "cancel_draw", "at": "2026-11-21T08:00:00Z", "reason": "名录有误"}
    freeze, *rest = again()
    late = entered("draw", DLT, "2026134", "2026-11-24T03:00:00Z", attempt=1)
    return [cases.freeze(), cancel, freeze, late, *rest]


@tale
def a_draw_cancelled_after_its_values() -> list[Step]:
    cancel = {"kind": "cancel_draw", "at": "2026-11-23T15:00:00Z", "reason": "名录有误"}
    return [cases.freeze(), *cases.draw(), cancel, *again()]


def sealed_again() -> list[Step]:
    own = [source("dlt-2026135", "2026136", "2026-11-28T13:25:00Z")]
    seal = {**cases.seal(), "blind": "55" * 32, "at": "2026-11-26T02:00:00Z"}
    lottery = lot("lottery", "dlt-2026135", "2026136", "2026-11-28T13:30:00Z")
    return [cases.plan()[1], {**seal, "entropy": own}, *lottery]


@tale
def a_lottery_cancelled_before_its_values() -> list[Step]:
    cancel = {"kind": "cancel_seal", "at": "2026-11-25T08:00:00Z", "reason": "笔误"}
    name, at = "dlt-2026135", "2026-11-25T13:30:00Z"
    late = entered("lottery", name, "2026135", at, attempt=1)
    return [*begin(), cases.seal(), cancel, late, *sealed_again(), *cases.close()]


@tale
def a_lottery_cancelled_after_its_values() -> list[Step]:
    cancel = {"kind": "cancel_seal", "at": "2026-11-25T15:00:00Z", "reason": "笔误"}
    return [*drawn(), cancel, *sealed_again(), *cases.close()]


def changed(**more: Any) -> Step:
    """All cars are gone on the last day of a package; a compound cannot be reached."""
    month = assigned()
    packages = month.sealed.packed.packing.packages
    last = max(packages, key=lambda p: p.day)
    visits = {v.id: v.compound for v in month.sealed.packed.drawn.visits}
    count = sum(c.office == last.office for c in month.frozen.registry.cars)
    car = {"kind": "cars_gone", "office": last.office, "days": [str(last.day)]}
    stops = sorted((p.day, visits[s.visit]) for p in packages for s in p.stops)
    first = {c: day for day, c in reversed(stops)}
    # No day before its drawing loses a package.
    shut = {
        "kind": "compound_shut",
        "compound": max(first, key=lambda c: (first[c], c)),
    }
    return {
        "kind": "amend",
        "at": "2026-12-01T01:00:00Z",
        "blind": "44" * 32,
        "reason": "修车、失联",
        "changes": [{**car, "count": count}, {**shut, "why": "unreachable"}],
        "entropy": [source("amend-1", "2026138", "2026-12-02T13:25:00Z")],
        **more,
    }


@tale
def a_broken_car() -> list[Step]:
    at = "2026-12-02T13:30:00Z"
    draw = lot("amendment", "amend-1", "2026138", at, "assign_amendment")
    return [*drawn(), changed(), *draw, *cases.close()]


@tale
def an_amendment_is_cancelled() -> list[Step]:
    cancel = {
        "kind": "cancel_amendment",
        "at": "2026-12-02T01:00:00Z",
        "reason": "不改",
    }
    name, at = "amend-1", "2026-12-02T13:30:00Z"
    late = entered("amendment", name, "2026138", at, attempt=1)
    return [*drawn(), changed(), cancel, late, *cases.close()]


@tale
def a_whistle() -> list[Step]:
    month = assigned()
    busy = {p.day for p in month.sealed.packed.packing.packages}
    day = next(d for d in month.frozen.working_days[2:] if d not in busy)
    compounds = {c.id: c for c in month.frozen.registry.compounds}
    at = next(
        v.compound
        for v in month.sealed.packed.drawn.visits
        if not compounds[v.compound].skill and v.window == "all_day"
    )
    call = {"kind": "call", "at": f"{day}T00:30:00Z", "reason": "12345 热线"}
    before = {"kind": "simulate", "until": str(day)}
    return [*drawn(), before, {**call, "compound": at, "day": str(day)}, *cases.close()]


def called_without(day: date, *cars: str) -> list[Step]:
    """What is said of a day without these cars: they are out, a pair is called."""
    out = [{"car": c, "from": str(day), "to": str(day)} for c in cars]
    call = {"kind": "call", "at": f"{day}T00:30:00Z", "reason": "12345 热线"}
    before = {"kind": "simulate", "until": str(day)}
    return [{"cars_out": out}, before, {**call, "day": str(day)}]


@tale
def a_whistle_where_the_only_car_of_the_district_is_out() -> list[Step]:
    month = assigned()
    registry = month.frozen.registry
    busy = {p.day for p in month.sealed.packed.packing.packages}
    day = next(d for d in month.frozen.working_days[2:] if d not in busy)
    only = next(c for c in registry.cars if c.office == "O2")
    home = next(o for o in registry.offices if o.id == "O2")
    streets = {s.code for s in registry.streets if s.district == home.district}
    at = next(c.id for c in registry.compounds if c.street in streets and not c.skill)
    out, before, call = called_without(day, only.id)
    pack, approve = plan()
    people = [cases.seal(), *cases.lottery()]
    ahead = [cases.freeze(), *cases.draw(), {**pack, **out}, approve, *people]
    return [*ahead, before, {**call, "compound": at}, *cases.close()]


@tale
def a_whistle_by_taxi_when_no_car_is_left() -> list[Step]:
    registry = assigned().frozen.registry
    day = assigned().frozen.working_days[-1]
    at = next(c.id for c in registry.compounds if not c.skill)
    out, before, call = called_without(day, *(c.id for c in registry.cars))
    ahead = [{**cases.freeze(), "policy": "again/taxis.toml"}, *cases.draw()]
    ahead += [{"kind": "pack", **out}, cases.plan()[1], cases.seal()]
    ahead += cases.lottery()
    return [*ahead, before, {**call, "compound": at}, *cases.close()]


def taxis() -> str:
    """The city's policy with taxis for called pairs."""
    policy = (cases.CITY / "policy.toml").read_text("utf-8")
    assert "taxi_minutes" not in policy
    return policy.replace("[travel]\n", "[travel]\ntaxi_minutes = 15\n")


def ill(k: int, since: int | None = None, reason: str = "illness") -> list[Step]:
    day, person, visits = seat_of(k)
    hour = "23:00" if since is None else "04:30"
    at = f"{_before(day)}T{hour}:00Z" if since is None else f"{day}T{hour}:00Z"
    row = {"kind": "absent", "person": person, "day": day, "reason": reason, "at": at}
    before = {"kind": "simulate", "until": day}
    return [before, {**row, "from": "" if since is None else visits[since]}]


def _before(day: str) -> str:
    return str(date.fromisoformat(day) - timedelta(1))


def weather() -> list[Step]:
    simulate, close = cases.close()
    return [simulate, {**close, "carried": "weather"}]


@tale
def ill_at_seven() -> list[Step]:
    return [*drawn(), *ill(0), *weather()]


@tale
def ill_at_noon() -> list[Step]:
    k = next(k for k in range(9) if len(seat_of(k)[2]) > 2)
    return [*drawn(), *ill(k, since=1), *weather()]


@tale
def a_late_recusal() -> list[Step]:
    month = assigned()
    day, person, visits = seat_of(6)
    number = {p: i for i, p in month.frozen.names.items()}[person]
    compounds = {v.id: v.compound for v in month.sealed.packed.drawn.visits}
    at = f"{_before(day)}T02:00:00Z"
    recusal = {"inspector": number, "subject": compounds[visits[0]], "reason": "亲属"}
    people = {"kind": "people", "at": at, "reason": "申请回避", "approver": "局长"}
    before = {"kind": "simulate", "until": at[:10]}
    return [*drawn(), before, {**people, "recusals": [recusal]}, *weather()]


@tale
def all_reserves_are_used() -> list[Step]:
    """Everybody is ill on one day: reserves, then the stand-by pair, then nobody."""
    month = assigned()
    day = seat_of(3)[0]
    at = f"{_before(day)}T23:00:00Z"
    people = sorted(month.frozen.names.values())
    rows = [
        {"kind": "absent", "person": p, "day": day, "reason": "illness", "at": at}
        for p in people
    ]
    return [*drawn(), {"kind": "simulate", "until": day}, *rows, *weather()]


@tale
def some_are_carried() -> list[Step]:
    return [
        *drawn(),
        {"kind": "simulate", "until": "2026-12-20"},
        {**cases.close()[1], "carried": "weather"},
    ]


@tale
def closed_late() -> list[Step]:
    simulate, close = cases.close()
    return [*drawn(), simulate, {**close, "at": "2027-04-15T08:00:00Z"}]


def prepared(path: Path, steps: list[Step]) -> Path:
    """A scenario folder with these steps and the policy of a second attempt."""
    folder = cases.folder(path / "city", steps)
    (folder / "again").mkdir()
    (folder / "again" / "policy.toml").write_text(cases.later_policy(), "utf-8")
    (folder / "again" / "taxis.toml").write_text(taxis(), "utf-8")
    return folder


def told(path: Path, steps: list[Step]) -> Run:
    return run_plan(Options(prepared(path, steps), path / "out", 1))


# Of each call: by taxi, from an office of its own district.
WENT = {
    "a_whistle_where_the_only_car_of_the_district_is_out": [(False, False)],
    "a_whistle_by_taxi_when_no_car_is_left": [(True, True)],
}


def went(run: Run) -> list[tuple[bool, bool]]:
    assert run.assigned is not None
    homes = {o.id: o.district for o in run.assigned.frozen.registry.offices}
    return [
        (c.taxi, homes[c.package.office] == c.visit.district)
        for c in run.assigned.calls
    ]


@pytest.mark.parametrize("name", TALES)
def test_an_honest_month_verifies(name: str, tmp_path: Path) -> None:
    steps = TALES[name]()
    run = told(tmp_path, steps)
    assert run.closed is not None
    assert WENT.get(name, went(run)) == went(run)
    for kind, files in (("public", run.closed.files), ("auditor", run.closed.auditor)):
        folder = tmp_path / kind
        folder.mkdir()
        for file, data in files.items():
            (folder / file).write_bytes(data)
        report = verify.verify_bundle(folder)
        wrong = [f for f in report.findings if f["verdict"] == verify.FAILS]
        assert not wrong, json.dumps(wrong, ensure_ascii=False)
