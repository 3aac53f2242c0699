"""Who is left out: honest short months hold, and nobody is left out for no cause."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import forger
import month_stages
import pytest
from amended_month import amended
from forger import Docs
from month_stages import Month, read_city, run_month, short_of_cars, short_of_people

from inspector import verify
from inspector.domain import Leave, Package, VisitKind, Window, by_number
from inspector.month import documents
from inspector.month.audit import assigned_violations, packed_violations
from inspector.month.pack import StandBy, schedule
from inspector.month.route import packed_of
from inspector.month.seal import plan_document
from inspector.schedule.packages import numbered, package, timetable
from inspector.schedule.workload import Packing, Unplaced

CLAIMS = ("plan.unplaced", "plan.order")


def found_of(files: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    return forger.verdicts(forger.write(folder, dict(files)))


@pytest.fixture(scope="module")
def few_cars() -> Month:
    """One car in all of the city."""
    registry, policy, calendar, record = read_city("wuzhou")
    car = replace(registry.cars[0], first=None, last=None)
    return run_month(replace(registry, cars=(car,)), policy, calendar, record)


@pytest.fixture(scope="module")
def few_days() -> Month:
    """One car per office, on a day or two; a year's draw in three months."""
    return short_of_cars()


@pytest.fixture(scope="module")
def few_people() -> Month:
    """Nobody goes on more than one day."""
    return short_of_people(1)


def test_without_cars_each_is_out_for_want_of_one(
    few_cars: Month, tmp_path: Path
) -> None:
    causes = {u.cause for u in few_cars.packed.packing.unplaced}
    assert causes == {"car", "before"}
    found = found_of(few_cars.closed.files, tmp_path)
    assert forger.failing(found) == set()
    assert [found[name] for name in CLAIMS] == ["holds", "holds"]


def test_without_people_cuts_prove_it_to_the_auditor(
    few_people: Month, tmp_path: Path
) -> None:
    assert "people" in {u.cause for u in few_people.packed.packing.unplaced}
    assert 0 < len(few_people.packed.cuts) <= 256
    assert few_people.packed.unmanned
    assert packed_violations(few_people.packed) == ()
    public = found_of(few_people.closed.files, tmp_path / "public")
    assert forger.failing(public) == set()
    assert public["plan.unplaced"] == verify.OPEN
    own = found_of(few_people.closed.auditor, tmp_path / "own")
    assert forger.failing(own) == set()
    assert own["plan.unplaced"] == "holds"


def test_a_plan_read_back_is_the_same(few_people: Month, few_cars: Month) -> None:
    for month in (few_people, few_cars):
        packed = month.packed
        again = packed_of(month.drawn, packed.packing, packed.changes, packed.runs)
        again = replace(again, excess=packed.excess)
        assert plan_document(again, "", "") == plan_document(packed, "", "")


# ------------------------------------------------------------------------- forgeries


def test_a_pair_nobody_can_man_is_missing_in_every_amendment_too(
    tmp_path: Path,
) -> None:
    registry, policy, calendar, record = read_city("wuzhou")
    day = date(2026, 12, 16)
    training = [Leave(i.id, day, day) for i in registry.inspectors]
    registry = replace(registry, leave=(*registry.leave, *training))
    after = amended(run_month(registry, policy, calendar, record))
    pairs = (StandBy("S-2026-12-16-1", day),)
    assert not after.again.as_sealed.packing.unplaced
    assert [a.packed.unmanned for a in after.again.made()] == [pairs, pairs]
    assert assigned_violations(after.again) == ()
    assert forger.failing(found_of(after.closed.auditor, tmp_path)) == set()


def insider(month: Month, packing: Packing, monkeypatch: pytest.MonkeyPatch) -> Month:
    """The same month by a bureau that uses this plan."""
    monkeypatch.setattr(
        month_stages,
        "schedule",
        lambda drawn, _: schedule(drawn, lambda *_: packing, made=True),
    )
    return run_month(month.registry, month.policy, month.calendar, month.record)


def planned(month: Month, packages: list[Package], out: list[str]) -> Packing:
    packing = month.packed.packing
    names = sorted(out, key=by_number)
    return replace(
        packing,
        packages=numbered(packages),
        unplaced=tuple(Unplaced(n, "plan.full", (("visit", n),)) for n in names),
        travel_minutes=sum(p.travel_minutes for p in packages),
        bound_minutes=0,
    )


def rebuilt(month: Month, old: Package, names: list[str]) -> Package:
    visits = {v.id: v for v in month.drawn.visits}
    office = next(o for o in month.registry.offices if o.id == old.office)
    order = [visits[n] for n in names]
    rules = month.policy
    made = package(old.id, old.day, office, order, rules.day, rules.travel)
    assert made is not None
    return made


def dropped(month: Month) -> tuple[list[Package], str]:
    """The packages without one random visit, and that visit."""
    visits = {v.id: v for v in month.drawn.visits}
    packages = list(month.packed.packing.packages)
    for k, p in enumerate(packages):
        names = [s.visit for s in p.stops]
        mine = [n for n in names if visits[n].kinds == (VisitKind.RANDOM,)]
        if mine and len(names) > 1:
            rest = [n for n in names if n != mine[0]]
            packages[k] = rebuilt(month, p, rest)
            return packages, mine[0]
    raise AssertionError("no such visit")


def test_a_friend_dropped_while_a_car_is_free_is_seen(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, friend = dropped(month)
    made = insider(month, planned(month, packages, [friend]), monkeypatch)
    assert made.packed.packing.unplaced[0].cause == "people"
    own = found_of(made.closed.auditor, tmp_path / "own")
    assert "plan.unplaced" in forger.failing(own)
    docs = forger.load(made.closed.files)  # and he may not say that cars are lacking
    docs["plan"]["unplaced"][0]["reason"] = "car"
    forger.rehash(docs)
    public = found_of(forger.dump(docs), tmp_path / "public")
    assert "plan.unplaced" in forger.failing(public)


def test_a_later_number_kept_while_an_earlier_one_is_out_is_seen(
    few_days: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = {v.id: v for v in few_days.drawn.visits}
    packages = list(few_days.packed.packing.packages)
    out = [u.visit for u in few_days.packed.packing.unplaced]
    plain = [n for n in out if visits[n].kinds == (VisitKind.RANDOM,)]
    rules = few_days.policy
    offices = {o.id: o for o in few_days.registry.offices}
    for k, p in enumerate(packages):
        for at, s in enumerate(p.stops):
            for late in plain:
                early = visits[s.visit]
                if early.kinds != (VisitKind.RANDOM,) or late < s.visit:
                    continue
                if early.district != visits[late].district:
                    continue
                order = [visits[x.visit] for x in p.stops]
                order[at] = visits[late]
                made = package(
                    p.id, p.day, offices[p.office], order, rules.day, rules.travel
                )
                if made is not None:
                    packages[k] = made
                    names = [n for n in out if n != late] + [s.visit]
                    packing = planned(few_days, packages, names)
                    forged = insider(few_days, packing, monkeypatch)
                    own = found_of(forged.closed.auditor, tmp_path)
                    assert "plan.order" in forger.failing(own)
                    return
    raise AssertionError("nobody to favour")


def without_cuts(docs: Docs) -> None:
    docs["plan"]["cuts"] = []


def a_cut_that_proves_nothing(docs: Docs) -> None:
    for cut in docs["plan"]["cuts"]:
        cut["days"] = []
        cut["people"] = [docs["table"]["people"][0]["id"]]


def a_step_said_to_wait(docs: Docs) -> None:
    row = next(u for u in docs["plan"]["unplaced"] if u["reason"] == "people")
    row["reason"] = "before"


@pytest.mark.parametrize(
    "change", [without_cuts, a_cut_that_proves_nothing, a_step_said_to_wait]
)
def test_a_cause_without_its_proof_is_seen(
    change: Callable[[Docs], None], few_people: Month, tmp_path: Path
) -> None:
    docs = forger.load(few_people.closed.auditor)
    change(docs)
    forger.rehash(docs)
    found = found_of(forger.dump(docs), tmp_path)
    assert "plan.unplaced" in forger.failing(found)


# ------------------------------------------------------------------------ the routine


def test_the_verifier_and_the_planner_drive_alike(month: Month, tmp_path: Path) -> None:
    """Random orders of visits of one district, by two routines."""
    folder = forger.write(tmp_path, dict(month.closed.files))
    bundle = verify.Bundle(folder, [], 64)
    dice, said = random.Random(5), set[bool]()
    offices, rules = month.registry.offices, month.policy
    for _ in range(1_500):
        office = dice.choice(offices)
        own = [v for v in month.drawn.visits if v.district == office.district]
        order = dice.sample(own, dice.randint(1, min(7, len(own))))
        order = [
            replace(
                v,
                window=dice.choice(list(Window)),
                service_minutes=dice.randint(20, 200),
                skill="" if dice.random() < 0.8 else v.skill,
            )
            for v in order
        ]
        rows = [verify.Row(documents.entry(v)) for v in order]
        due = timetable(order, office.place, rules.day, rules.travel) is not None
        assert verify.driven(bundle, office.id, rows) == due
        said.add(due)
    assert said == {True, False}
