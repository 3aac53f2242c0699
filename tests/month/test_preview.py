"""试算 before the draw: test seed only, exact expectations, shortages named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from inspector.command.preview import lines
from inspector.domain import EarlierLog, OwedVisit, VisitKind
from inspector.errors import text
from inspector.month.preview import Preview, preview
from inspector.month.trial import drawn_by_test, trial_freeze
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Packing, Workload

AT = "2026-11-20T08:00:00Z"


def trial_draw(*args, **more):  # type: ignore[no-untyped-def]
    """A draw with the first test seed."""
    return drawn_by_test(trial_freeze(*args, **more))


def begin(work: Workload, seed: int) -> Packing:
    return plan(
        work, seed=seed, budget=Budget(1, 600.0), executor=None, now=lambda: 0.0,
        stop=lambda: True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def ahead(month) -> Preview:
    assert month.record.frozen_at == AT
    return preview(month.registry, month.policy, month.calendar, begin, AT, 2)


def test_the_trial_draw_is_never_a_live_one(month) -> None:
    drawn = trial_draw(month.registry, month.policy, month.calendar)
    again = trial_draw(month.registry, month.policy, month.calendar)
    assert drawn.seed == again.seed
    assert drawn.seed.commitment != month.frozen.commitment
    assert drawn.seed.value != month.drawn.seed.value
    assert drawn.frozen.blind != month.frozen.blind
    assert set(drawn.frozen.names.values()).isdisjoint(month.frozen.names.values())


def test_no_entropy_need_be_announced_yet(month) -> None:
    policy = replace(month.policy, draw_entropy=(), lottery_entropy=())
    assert preview(month.registry, policy, month.calendar, begin, AT).test


def test_the_expected_visits_are_the_rates_and_the_docket(month, ahead) -> None:
    """Random visits by their chances, plus docket visits; a joined one counts once."""
    docket = {v.compound for v in month.frozen.intake.visits}
    alone = sum(
        (s.chance for s in month.frozen.strata for c in s.compounds if c not in docket),
        Fraction(0),
    )
    assert ahead.city.docket == len(month.frozen.intake.visits)
    assert ahead.city.expected == alone + ahead.city.docket
    assert sum(d.expected for d in ahead.districts) == ahead.city.expected
    assert sum(s.expected for s in ahead.skills) < ahead.city.expected


def test_what_is_owed_is_expected_whatever_its_chance(month) -> None:
    """One that is out of the draw, one in it, one that has a docket visit anyway."""
    log = f"{month.policy.bureau}/2026-11/{'0f' * 8}"
    plain = replace(
        month.registry,
        history=tuple(h for h in month.registry.history if h.date.month < 11),
        logs=(EarlierLog(log, 9, "ab" * 32, False),),
    )
    args = (month.policy, month.calendar)
    frozen = trial_draw(plain, *args, at=AT).frozen
    docket = [v.compound for v in frozen.intake.visits]
    chances = {c: s.chance for s in frozen.strata for c in s.compounds}
    out = next(e.compound for e in frozen.exclusions if e.compound not in docket)
    inside = next(c for c, p in chances.items() if c not in docket and p < 1)
    owed = tuple(
        OwedVisit(log, f"V{n:04}", c, f"{n:064x}", False)
        for n, c in enumerate((out, inside, docket[0]))
    )
    more, less = (
        preview(r, *args, begin, AT, 1).city for r in (replace(plain, owed=owed), plain)
    )
    assert more.docket == less.docket
    assert more.expected == less.expected + 2 - chances[inside]


def test_what_fits_lies_within_the_limit(ahead) -> None:
    for line in (ahead.city, *ahead.districts, *ahead.skills):
        assert line.fits <= line.limit
        assert 0 <= line.left <= line.drawn
    assert sum(d.fits for d in ahead.districts) == ahead.city.fits
    assert {n.code for n in ahead.notes} == {"preview.fits"}
    for each in ahead.notes:
        assert all(text(each.code, dict(each.params)))


def test_without_cars_the_limit_itself_is_too_low(month) -> None:
    few = tuple(
        replace(c, first=None, last=month.frozen.working_days[0])
        for c in month.registry.cars
    )
    registry = replace(month.registry, cars=few)
    found = preview(registry, month.policy, month.calendar, begin, AT, 1)
    assert found.city.limit < found.city.expected
    assert found.notes[0].code == "preview.impossible"
    assert found.unplaced
    assert {c.kind for c in found.causes} >= {"car"}
    remedy = next(r for r in found.remedies if r.kinds == ("car",))
    assert remedy.visits == len(found.unplaced)


def test_a_skill_nobody_has_is_short(month) -> None:
    registry = replace(
        month.registry,
        inspectors=tuple(
            replace(i, skills=tuple(s for s in i.skills if s != "fire"))
            for i in month.registry.inspectors
        ),
    )
    found = preview(registry, month.policy, month.calendar, begin, AT, 1)
    fire = next(s for s in found.skills if s.where == "fire")
    assert (fire.limit, fire.fits, fire.duty_days) == (0, 0, 0)
    note = next(n for n in found.notes if dict(n.params)["where"] == "fire")
    assert note.code == "preview.impossible"


def test_more_cars_never_lower_the_limit(month, ahead) -> None:
    more = tuple(replace(c, id=c.id + "x") for c in month.registry.cars)
    registry = replace(month.registry, cars=(*month.registry.cars, *more))
    found = preview(registry, month.policy, month.calendar, begin, AT, 1)
    for before, after in zip(ahead.districts, found.districts, strict=True):
        assert after.limit >= before.limit
        assert after.car_days == 2 * before.car_days


def test_a_firm_that_the_docket_alone_takes_over_its_limit_is_named(
    month, ahead
) -> None:
    """With the terms of the limit, before anything is frozen."""
    assert ahead.excess == ()
    caps = tuple((risk_class, 1) for risk_class, _ in month.policy.draw.caps)
    policy = replace(month.policy, draw=replace(month.policy.draw, caps=caps))
    due = {v.compound for v in month.frozen.intake.visits}
    home = next(c for c in month.registry.compounds if c.usc18 and c.id in due)
    row = month.registry.history[0]
    made = tuple(
        replace(
            row,
            compound=home.id,
            usc18=home.usc18,
            date=date(2026, 1, 5) + timedelta(k),
            due=None,
            kind=VisitKind.LOOKBACK,
            counts_for_cap=True,
        )
        for k in range(60)
    )
    registry = replace(month.registry, history=made)
    found = preview(registry, policy, month.calendar, begin, AT)
    (note,) = [n for n in found.excess if dict(n.params)["unit"] == home.usc18]
    said = dict(note.params)
    assert said["made"] == 60 and int(said["most"]) > int(said["limit"])
    assert said["limit"] == int(said["cap"]) + int(said["cases"]) * int(said["each"])
    zh, _ = text(note.code, said)
    assert f"上限 {said['limit']} 次" in zh and "台账" in zh
    shown = "\n".join(lines(found))
    assert zh in shown and zh not in "\n".join(lines(ahead))


def test_caps_that_leave_nobody_of_a_class_are_named(month) -> None:
    """Every compound of class D was inspected as often as the cap allows."""
    caps = tuple((c, 1 if c == "D" else n) for c, n in month.policy.draw.caps)
    draw = replace(month.policy.draw, caps=caps, cap_unit="compound")
    policy = replace(month.policy, draw=draw)
    row = month.registry.history[0]
    rows = tuple(
        replace(
            row, compound=c.id, usc18=c.usc18, date=date(2026, 1, 5 + k % 20),
            kind=VisitKind.RANDOM, counts_for_cap=True, lead="", second="", due=None,
        )
        for k, c in enumerate(month.registry.compounds)
        if c.risk_class == "D"
    )  # fmt: skip
    history = sorted(
        {(h.date, h.compound, h.kind): h for h in (*month.registry.history, *rows)}
        .values(),
        key=lambda h: (h.date, h.compound, h.kind),
    )  # fmt: skip
    registry = replace(month.registry, history=tuple(history))
    found = preview(registry, policy, month.calendar, begin, AT, 1)
    (note,) = [n for n in found.capped if dict(n.params)["class"] == "D"]
    assert note.code == "preview.exhausted"
    assert "class D" in text(note.code, dict(note.params))[1]
    whole = "\n".join(lines(found))
    assert "D 类" in whole and "不足 What is short" in whole
