"""Random months that are short of something: each thing left out has causes that a
second look confirms, and the preview names them before the freeze."""

from __future__ import annotations

from collections import Counter

import pytest
from month_stages import quick as longer
from second_look import second_look
from short_months import MOST_VISITS, city, short_month, short_scenario

from inspector.errors import NoPlan
from inspector.month.audit import packed_violations
from inspector.month.causes import Short, ShortMonth, shortage
from inspector.month.freeze import Frozen
from inspector.month.pack import Solve, schedule
from inspector.month.possible import asked_of, impossible
from inspector.month.short_of import key
from inspector.month.trial import Begin, Trial, drawn_by_test, trial_freeze, tried
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Packing, Workload

FEW, MANY = 5, 1000
SEEDS = 20


def foreseen(frozen: Frozen, begin: Begin, seeds: int) -> set[tuple[str, str]]:
    """What the trial months of a freeze, or a visit that may be drawn, are short of."""
    trials = [tried(drawn_by_test(frozen, n), begin) for n in range(seeds)]
    rare = impossible(trials[0].packed, asked_of(frozen)[1])
    return set().union(
        *(t.keys for t in trials), Trial(rare[0], ShortMonth(rare[1])).keys
    )


def start(work: Workload, seed: int) -> Packing:
    """The start of the engine alone."""
    return plan(
        work, seed=seed, budget=Budget(1, 600.0), executor=None, now=lambda: 0.0,
        stop=lambda: True,
    )  # fmt: skip


def judged(number: int) -> Trial | None:
    """A random month planned; None when it has more visits than asked for."""
    drawn = short_month(number)
    return tried(drawn, start) if len(drawn.visits) <= MOST_VISITS else None


def confirmed(trial: Trial, row: Short) -> list[str]:
    """What is wrong with the causes of one row: without all of them it fits, without
    all but one it does not."""
    if row.before or row.never == "office":
        return []
    if not row.eases:
        return ["no cause"]
    found = second_look(trial.packed, row, row.eases)
    for ease in row.eases:
        fewer = [e for e in row.eases if e != ease]
        if not second_look(trial.packed, row, fewer):
            found.append(f"fits without {ease.kind}")
    return found


def walk(numbers: range) -> str:
    """Every cause of these months looked at a second time; what was found."""
    kinds, rows, months = Counter[str](), 0, 0
    for number in numbers:
        trial = judged(number)
        if trial is None:
            continue
        months += 1
        for row in trial.short.rows:
            assert confirmed(trial, row) == [], (number, row)
            rows += 1
            own = {e.kind for e in row.eases} or {row.never or "before"}
            kinds.update(own)
    named = ", ".join(f"{k} {n}" for k, n in sorted(kinds.items()))
    return f"{months} months, {rows} left out: {named}"


def test_a_second_look_confirms_every_cause() -> None:
    print(walk(range(FEW)))


@pytest.mark.full
def test_a_second_look_confirms_every_cause_in_full() -> None:
    print(walk(range(MANY)))


def checked(numbers: range) -> str:
    """Each is a plan that the check accepts with its table, or one sentence."""
    plans = out = pairs = nothing = 0
    for number in numbers:
        drawn = short_month(number)
        if len(drawn.visits) > MOST_VISITS:
            continue
        try:
            packed = schedule(drawn, start)
        except NoPlan:
            nothing += 1
            continue
        assert packed_violations(packed) == (), number
        plans += 1
        out, pairs = out + len(packed.packing.unplaced), pairs + len(packed.unmanned)
    return f"{plans} plans, {out} visits out, {pairs} pairs missing, {nothing} without"


def test_a_short_month_is_a_plan_that_the_check_accepts() -> None:
    print(checked(range(FEW)))


@pytest.mark.full
def test_a_short_month_is_a_plan_that_the_check_accepts_in_full() -> None:
    print(checked(range(MANY)))


def given(number: int) -> tuple[int, int]:
    """Causes of a month that the preview gave a share, and all of them."""
    trial = judged(number)
    if trial is None:
        return 0, 0
    name, registry, policy = short_scenario(number)
    _, _, calendar, record = city(name)
    frozen = trial_freeze(registry, policy, calendar, record.frozen_at)
    named = foreseen(frozen, start, SEEDS)
    return len(trial.keys & named), len(trial.keys)


def shares(numbers: range) -> str:
    rows = [given(n) for n in numbers]
    hit, whole = (sum(r[k] for r in rows) for k in (0, 1))
    assert hit >= whole * 95 // 100
    return f"{hit} of {whole} causes had a share over {SEEDS} test seeds"


def test_the_preview_has_given_each_cause_a_share() -> None:
    print(shares(range(3, 4)))


@pytest.mark.full
def test_the_preview_has_given_each_cause_a_share_in_full() -> None:
    print(shares(range(100)))


def own(numbers: range, search: Solve) -> str:
    """The trial goes the way of the plan: with its seed and its search it is short of
    the same things, with the start alone of all but a few."""
    hit = whole = 0
    for number in numbers:
        drawn = short_month(number)
        try:
            made = shortage(schedule(drawn, search))
        except NoPlan:
            continue  # one sentence
        assert tried(drawn, search, remedies=True).short == made
        visits = {v.id: v for v in drawn.visits}
        names = {key(e, visits) for row in made.rows for e in row.eases}
        hit, whole = hit + len(names & tried(drawn, start).keys), whole + len(names)
    assert hit >= whole * 9 // 10
    return f"{hit} of {whole} causes of plans by the start alone, too"


def test_with_the_month_s_own_seed_the_preview_names_the_same_causes() -> None:
    print(own(range(3, 4), start))


@pytest.mark.full
def test_with_the_month_s_own_seed_the_preview_names_the_same_causes_in_full() -> None:
    print(own(range(200), longer))
