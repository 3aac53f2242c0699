"""What a freeze stands on, from a whole month of 梧州 as it stood at any time."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from cancelled_months import later, values
from hand_logs import AT, FEB, JAN, began, frozen, rules
from month_stages import SCENARIOS, Month, assigned_with, quick, read_city

from inspector.command.plan import run_plan
from inspector.command.walk import Options, Run
from inspector.domain import Registry
from inspector.month.demonstration import fillable, ill
from inspector.month.following import following
from inspector.month.pack import schedule
from inspector.month.route import apply
from inspector.month.route import at as route_at
from inspector.month.seal import seal
from inspector.month.stages import Route
from inspector.month.standing import Stood, left, left_at, stood
from inspector.month.steps_file import Told

RUNNING = "2026-12-18T03:00:00Z"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """December of 梧州, its field work simulated, to its close."""
    out = tmp_path_factory.mktemp("months")
    return run_plan(Options(SCENARIOS / "wuzhou", out / "december", 1))


def at(run: Run, time: str) -> Stood:
    """Its log as it stood."""
    log = stood(route_at(run.steps, time), lambda: run.steps)
    assert log is not None
    return log


def following_of(logs: list[Stood], month: str, when: str) -> Registry:
    frozen_ = next(s.frozen for s in logs if s.frozen is not None)
    return following(logs, frozen_.registry, rules(month, when), when)


def test_at_any_time_the_log_is_what_was_logged_by_then(run: Run) -> None:
    events = run.log.events
    times, last = [], ""
    for e in reversed(events):  # an inspection has the time of its result
        last = e.get("at", last)
        times.insert(0, last)
    some = ["2026-11-20T07:59:59Z", *sorted(set(times))[::9], "2027-01-15T08:00:00Z"]
    for time in some:
        upto = tuple(e for e, t in zip(events, times, strict=True) if t <= time)
        assert route_at(run.steps, time).log.events == upto
    assert stood(route_at(run.steps, some[0])) is None


def test_each_inspection_published_by_then_is_a_row_and_the_rest_is_running(
    run: Run,
) -> None:
    log = at(run, RUNNING)
    made = following_of([log], JAN, RUNNING)
    events = [e for e in log.events if e["event"] == "inspected"]
    rows = [h for h in made.history if h.log]
    told = Counter((h.compound, h.date.isoformat(), h.kind.value) for h in rows)
    assert told == Counter((e["compound"], e["date"], e["kind"]) for e in events)
    assert 10 < len(rows) < 100 and {h.log for h in rows} == {log.origin}
    assert all(h.at <= RUNNING and h.deadline > h.date for h in rows)
    assigned = log.assigned
    assert assigned is not None
    pending = assigned.pending
    compounds = [v.compound for v in assigned.sealed.packed.drawn.visits]
    gone = [v for v in assigned.sealed.packed.drawn.visits if v.id in pending]
    assert len(made.running) == len(gone) < len(compounds)
    assert {r.compound for r in made.running} == {v.compound for v in gone}
    people = {i.id for i in made.inspectors}
    assert {r.lead for r in made.running} | {r.second for r in made.running} <= people
    done = at(run, run.log.events[-1]["at"])
    whole = following_of([done], FEB, "2027-01-20T08:00:00Z")
    assert (whole.running, whole.assumed, done.open) == ((), (), False)


def test_who_made_a_visit_is_who_sat_there_then(run: Run) -> None:
    """The absent one is in no row of his day, unless before he left."""
    log = at(run, "2027-01-14T00:00:00Z")
    gone = next(e for e in log.events if e["event"] == "absent")
    assert log.assigned is not None
    real = {name: i for i, name in log.assigned.frozen.names.items()}
    rows = [r for r in log.results if r.day.isoformat() == gone["day"]]
    assert rows
    assert all(real[gone["person"]] not in (r.lead, r.second) for r in rows)


def test_nothing_that_is_sealed_moves_more_than_roots_people_and_carry(
    month: Month,
) -> None:
    """Other days, other people, other visits left out: the same registry but for the
    roots of open logs, who is on the way, and carried duty."""

    def other(work: Any, seed: int) -> Any:
        return quick(work, seed + 1)

    packed = schedule(month.drawn, other)
    sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
    values_ = [replace(v, value="03 07 11 19 30|02 09") for v in month.record.lottery]
    elsewhere = assigned_with(sealed, values_, month.record.assigned_at)
    worlds = []
    for assigned in (month.assigned, elsewhere):
        route = Route(frozen=month.frozen, assigned=assigned)
        log = stood(route)
        assert log is not None
        worlds.append(following_of([log], JAN, AT[JAN]))
    one, two = worlds
    assert one.running != two.running
    assert one.logs[0].root != two.logs[0].root

    def bare(made: Registry) -> Registry:
        return replace(
            made,
            running=(),
            logs=tuple(replace(e, root="") for e in made.logs),
            inspectors=tuple(replace(i, carry_minutes=0) for i in made.inspectors),
        )

    assert bare(one) == bare(two)
    assert one.assumed


def test_a_cancelled_month_leaves_the_registry_as_it_was(month: Month) -> None:
    """Nothing of a freeze that is in force no more."""
    route = apply(
        Route(frozen=month.frozen),
        "cancel_draw",
        {"at": "2026-11-21T08:00:00Z", "reason": "录入有误"},
    )
    log = stood(route)
    assert log is not None
    made = following([log], month.registry, rules(JAN, AT[JAN]), AT[JAN])
    old, first = month.registry, date(2027, 1, 1)
    leave = tuple(x for x in old.leave if x.last >= first)
    recusals = tuple(r for r in old.recusals if r.last is None or r.last >= first)
    docket = made.docket
    assert made == replace(
        old, logs=made.logs, leave=leave, recusals=recusals, docket=docket
    )
    assert [c.id for c in docket] == [c.id for c in old.docket]


# -- carried duty ------------------------------------------------------------------


def drawn_again(run: Run) -> list[Told]:
    """The month's steps with a lottery that is cancelled and drawn anew."""
    number = next(k for k, (kind, _) in enumerate(run.steps) if kind == "assign")
    _, policy, _, record = read_city("wuzhou")
    month: Any = SimpleNamespace(record=record, policy=policy)
    sources = later(policy.lottery_entropy, "2026-11-28", "2026136")
    rows = [asdict(v) for v in values(month, sources)]
    rows = [{**row, "at": "2026-11-28T13:30:00Z"} for row in rows]
    return [
        *run.steps[: number + 1],
        ("cancel_seal", {"at": "2026-11-26T02:00:00Z", "reason": "录入有误"}),
        ("approve", {"number": "", "by": "", "at": "2026-11-26T08:00:00Z"}),
        (
            "seal",
            {
                "blind": "04" * 32,
                "at": "2026-11-26T08:00:00Z",
                "entropy": [asdict(s) for s in sources],
            },
        ),
        *(("record", {"stage": "lottery", **row}) for row in rows),
        ("assign", {"entropy": rows, "at": "2026-11-28T14:00:00Z"}),
    ]


def test_what_a_log_leaves_adds_up_to_next_to_nothing_in_each_group(run: Run) -> None:
    log = at(run, RUNNING)
    found = left(log.assigned)
    assert log.assigned is not None
    first = log.assigned.as_sealed
    people = {i.id for i, p in zip(first.inspectors, first.persons, strict=True)}
    assert set(found) <= people
    assert 0 <= sum(found.values()) < len(found)
    assert left(None) == {} == left_at(log, 1)


def test_what_a_log_left_earlier_is_what_it_said_then(run: Run) -> None:
    last = at(run, run.log.events[-1]["at"])
    for time in ("2026-11-24T09:00:00Z", "2026-11-25T14:00:00Z", RUNNING):
        log = at(run, time)
        assert left_at(last, len(log.events)) == left(log.assigned)
    steps = [s for s in run.steps if s[0] != "absent"]
    before = route_at(steps, "2026-11-30T00:00:00Z")
    assert before.assigned is not None
    holders = dict(before.assigned.now.holders)
    step = next(
        ill(seat.day, holders[seat.id])
        for seat in before.assigned.sealed.packed.seats
        if seat.minutes and fillable(before.assigned, seat.day, holders[seat.id])
    )
    field = ("publish", "carry", "close")
    steps = [*(s for s in steps if s[0] not in field), ("absent", step)]
    after = stood(route_at(steps, "2026-12-31T00:00:00Z"), lambda: steps)
    assert after is not None
    size = len(before.log.events)
    assert left_at(after, size) == left(before.assigned) != left(after.assigned)


def test_what_a_cancelled_lottery_left_is_known_still(run: Run) -> None:
    steps = drawn_again(run)
    old = stood(route_at(steps, "2026-11-25T23:00:00Z"), lambda: steps)
    gap = stood(route_at(steps, "2026-11-27T00:00:00Z"), lambda: steps)
    new = stood(route_at(steps, "2026-11-29T00:00:00Z"), lambda: steps)
    assert old is not None and gap is not None and new is not None
    assert gap.assigned is None and left(old.assigned) != left(new.assigned)
    for log in (gap, new):
        assert left_at(log, len(old.events)) == left(old.assigned) != {}
        assert left_at(log, len(gap.events)) == {}


def test_carried_duty_is_the_same_from_whichever_freeze_one_counts(run: Run) -> None:
    """January freezes while December runs: February counts from it, or from the
    start, the same minutes."""
    steps = drawn_again(run)
    early = stood(route_at(steps, "2026-11-25T23:00:00Z"), lambda: steps)
    now = stood(route_at(steps, "2026-11-29T00:00:00Z"), lambda: steps)
    assert early is not None and now is not None and now.frozen is not None
    start = {i.id: i.carry_minutes for i in now.frozen.registry.inspectors}
    assert any(start.values())
    made = following_of([early], JAN, "2026-11-26T01:00:00Z")
    jan = began(
        frozen(made, rules(JAN, "2026-11-26T01:00:00Z"), "2026-11-26T01:00:00Z")
    )
    between = {i.id: i.carry_minutes for i in made.inspectors}
    assert between == {i: n + left(early.assigned).get(i, 0) for i, n in start.items()}
    one = following_of([now], FEB, "2026-11-30T01:00:00Z")
    two = following_of([jan, now], FEB, "2026-11-30T01:00:00Z")
    minutes = {i.id: i.carry_minutes for i in one.inspectors}
    assert minutes == {i.id: i.carry_minutes for i in two.inspectors}
    assert minutes == {i: n + left(now.assigned).get(i, 0) for i, n in start.items()}
    assert minutes not in (between, start)
