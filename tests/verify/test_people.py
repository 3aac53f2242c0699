"""People after the draw: scripted insiders, each with the program changed.

Every one of them has the blinds and an honest log; what he does with changes,
absences and results fails the claim about it, and the honest way of doing it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import forger
import pytest
from month_stages import Month, assigned_with, drawn_with, issued, reasoned

from inspector import verify
from inspector.domain import Leave, Package, Recusal, Role
from inspector.errors import CeremonyError
from inspector.month import absence, demonstration, field, pack
from inspector.month.absence import absent, people_changed
from inspector.month.assigned import Assigned
from inspector.month.audit import assigned_violations, packed_violations
from inspector.month.field import close, publish
from inspector.month.pack import Packed, PeopleChange, schedule
from inspector.month.people import changed
from inspector.month.record import anchor_text
from inspector.month.seal import listed, seal
from inspector.selection import lottery

LATE = "2026-11-24T02:00:00Z"  # after T of the draw, before the seal


def closed(assigned: Assigned, carried: dict[str, str] | None = None) -> Any:
    """Results of all visits not carried, and the close."""
    carried = carried or {}
    for result in demonstration.results(assigned):
        if result.visit not in carried:
            last = max(e["at"] for e in assigned.log.events if "at" in e)
            at = max(result.published_at, last)
            assigned = publish(assigned, replace(result, published_at=at))
    return close(assigned, "2027-02-21T08:00:00Z", carried)


def verified(done: Any, folder: Path, *, auditor: bool = True) -> verify.Report:
    files = done.auditor if auditor else done.files
    return verify.verify_bundle(forger.write(folder, files))


def fails(report: verify.Report) -> set[str]:
    return {f["id"] for f in report.findings if f["verdict"] == verify.FAILS}


def note(report: verify.Report, claim: str) -> str:
    return next(f["detail"] for f in report.findings if f["id"] == claim)


def refused(code: str, step: Callable[..., Any], *args: Any) -> None:
    with pytest.raises(CeremonyError) as error:
        step(*args)
    assert error.value.code == code


def long_one(month: Month) -> Package:
    """A package with several visits on a day with another package or none."""
    packages = month.packed.packing.packages
    return max(packages, key=lambda p: (len(p.stops), p.id))


def lead(month: Month, package: str) -> str:
    return dict(month.assigned.now.holders)[f"{package}/lead"]


def everybody_away(month: Month, day: date) -> Assigned:
    assigned, at = month.assigned, f"{day.isoformat()}T00:10:00Z"
    for person in month.packed.persons:
        assigned = absent(assigned, person.id, day, "illness", at)
    return assigned


def with_any_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that publishes whatever it is given."""

    def day_of(assigned: Assigned, visit: str) -> date:
        plan = assigned.sealed.packed.packing.packages
        return next(p.day for p in plan for s in p.stops if s.visit == visit)

    monkeypatch.setattr(field, "refuse_unmade", day_of)


# -- nobody inspected --------------------------------------------------------------


def test_visits_of_a_day_on_which_everybody_is_absent_have_no_result(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = long_one(month).day
    away = everybody_away(month, day)
    plan = month.packed.packing.packages
    visits = [s.visit for p in plan if p.day == day for s in p.stops]
    result = next(r for r in demonstration.results(away) if r.visit == visits[0])
    refused("result.people", publish, away, result)
    report = verified(closed(away, dict.fromkeys(visits, "people")), tmp_path / "a")
    assert fails(report) == set()
    with_any_people(monkeypatch)
    assert fails(verified(closed(away), tmp_path / "b")) == {"results.people"}


def test_visits_before_the_lottery_have_no_result(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn on 9 December; what lies on the days up to then is carried."""
    later = tuple(
        replace(s, at="2026-12-09T13:25:00Z", issue="2026141")
        for s in month.policy.lottery_entropy
    )
    again = seal(
        month.packed, blind=b"\4" * 32, at="2026-11-25T12:00:00Z", entropy=later
    )
    values = [
        replace(v, at="2026-12-09T13:40:00Z")
        for v in issued(month.record.lottery, later)
    ]
    assigned = assigned_with(again, values, "2026-12-09T14:00:00Z")
    plan = month.packed.packing.packages
    early = [s.visit for p in plan if p.day <= date(2026, 12, 9) for s in p.stops]
    result = next(r for r in demonstration.results(assigned) if r.visit in early)
    refused("result.undrawn", publish, assigned, result)
    done = closed(assigned, dict.fromkeys(early, "late"))
    assert fails(verified(done, tmp_path / "a")) == set()
    with_any_people(monkeypatch)
    report = verified(closed(assigned), tmp_path / "b")
    assert fails(report) == {"results.people"}


# -- changes of people -------------------------------------------------------------


def test_an_empty_change_makes_no_reserve_ineligible(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = month.packed.seats[0]
    who = lead(month, seat.package)
    at = f"{seat.day.isoformat()}T00:10:00Z"
    empty = PeopleChange("2026-11-26T01:00:00Z", "x", "y")
    assigned = people_changed(month.assigned, empty)
    honest = absent(assigned, who, seat.day, "illness", at)
    new = dict(honest.now.holders)[seat.id]
    assert fails(verified(closed(honest), tmp_path / "a")) == set()

    def passing(*args: Any, **named: Any) -> Any:
        named["barred"] = {(seat.id, new)}
        return lottery.substitute(*args, **named)

    monkeypatch.setattr(absence, "lottery", lottery_with(passing))
    forged = absent(assigned, who, seat.day, "illness", at)
    monkeypatch.undo()
    assert dict(forged.now.holders)[seat.id] != new
    for auditor in (False, True):
        report = verified(closed(forged), tmp_path / f"{auditor}", auditor=auditor)
        assert "changes.substitutions" in fails(report)


def lottery_with(substitute: Any) -> Any:
    return type("Room", (), {"substitute": staticmethod(substitute)} | {
        "applied": staticmethod(lottery.applied)
    })  # fmt: skip


def recused_but(month: Month, four: set[int], compound: str, day: date) -> PeopleChange:
    rows = tuple(
        Recusal(p.id, compound, "近亲属", day, day)
        for k, p in enumerate(month.packed.inspectors)
        if k not in four
    )
    return PeopleChange(LATE, "回避申请", "王局长", recusals=rows)


def pinned(month: Month, change: PeopleChange) -> Packed:
    """The month's plan made again after a change."""
    packing = month.packed.packing
    drawn = changed(month.drawn, change)
    plan = schedule(drawn, lambda _work, _seed: packing, (change,), repairs=0)
    return reasoned(plan)


def test_recusing_all_but_four_after_the_draw_is_shown(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = long_one(month)
    visits = {v.id: v.compound for v in month.drawn.visits}
    target = visits[package.stops[0].visit]
    seats = [s for s in month.packed.seats if s.package == package.id]
    four = {i for s in seats[:2] for i in (s.eligible[0], s.eligible[-1])}
    change = recused_but(month, four, target, package.day)
    packed = pinned(month, change)
    assert packed_violations(packed) == ()
    named = [s for s in listed(packed) if s.startswith(package.id)]
    assert named
    values = issued(month.record.lottery, month.policy.lottery_entropy)
    sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
    done = closed(assigned_with(sealed, values, month.record.assigned_at))
    report = verified(done, tmp_path / "a", auditor=False)
    assert fails(report) == set()
    assert named[0] in note(report, "seats.kept")
    assert "王局长" in note(report, "seats.kept")
    report = verified(done, tmp_path / "b")
    assert fails(report) == set()
    assert target in note(report, "auditor.hardest")

    monkeypatch.setattr(pack, "known_people", pack.people_of)  # counts what came later
    packed = pinned(month, change)
    assert not [s for s in listed(packed) if s.startswith(package.id)]
    sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
    done = closed(assigned_with(sealed, values, month.record.assigned_at))
    assert fails(verified(done, tmp_path / "c")) == {"auditor.hardest"}


def test_a_change_dated_before_the_draw_needs_an_anchor(
    month: Month, tmp_path: Path
) -> None:
    """Logged before T it counts for `hardest`; that it was is shown by an anchor."""
    package = long_one(month)
    visits = {v.id: v.compound for v in month.drawn.visits}
    target = visits[package.stops[0].visit]
    seats = [s for s in month.packed.seats if s.package == package.id]
    four = {i for s in seats[:2] for i in (s.eligible[0], s.eligible[-1])}
    told = recused_but(month, four, target, package.day)
    change = replace(told, at="2026-11-21T01:00:00Z")
    frozen = changed(month.frozen, change)
    values = issued(month.record.draw, month.policy.draw_entropy)
    drawn = drawn_with(frozen, values, month.record.drawn_at)
    packing = month.packed.packing
    packed = schedule(drawn, lambda _work, _seed: packing, (change,), repairs=0)
    packed = reasoned(packed)
    assert [s for s in listed(packed) if s.startswith(package.id)] == []
    sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
    values = issued(month.record.lottery, month.policy.lottery_entropy)
    done = closed(assigned_with(sealed, values, month.record.assigned_at))
    path = forger.write(tmp_path, done.auditor)
    report = verify.verify_bundle(path)
    assert fails(report) == set()
    verdict = {f["id"]: f["verdict"] for f in report.findings}
    assert verdict["changes.early"] == verify.OPEN
    for log, wanted in ((month.frozen.log, verify.OPEN), (frozen.log, verify.HOLDS)):
        line = anchor_text(log, month.frozen.file)
        report = verify.verify_bundle(path, [line])
        verdict = {f["id"]: f["verdict"] for f in report.findings}
        assert verdict["changes.early"] == wanted
        assert fails(report) == set()


def test_a_late_recusal_is_an_absence_and_skips_reserves_too(
    month: Month, tmp_path: Path
) -> None:
    package = long_one(month)
    visits = {v.id: v.compound for v in month.drawn.visits}
    target, seat = visits[package.stops[-1].visit], f"{package.id}/lead"
    order = dict(month.assigned.now.reserves)[seat]
    real = {name: i for i, name in month.frozen.names.items()}
    names = [lead(month, package.id), *order[:2]]
    rows = tuple(Recusal(real[n], target, "近亲属", None, None) for n in names)
    change = PeopleChange("2026-11-26T01:00:00Z", "回避", "科长", recusals=rows)
    assigned = people_changed(month.assigned, change)
    events = [e["event"] for e in assigned.log.events]
    assert "absent" in events[events.index("people_changed") :]
    now = dict(assigned.now.holders)[seat]
    assert now not in names
    reasons = {a.reason for a in assigned.absences}
    assert reasons == {"recusal"}
    assert assigned_violations(assigned) == ()
    done = closed(assigned)
    assert fails(verified(done, tmp_path / "a")) == set()
    public = verified(done, tmp_path / "p", auditor=False)
    assert fails(public) == set()

    first = absent(month.assigned, lead(month, package.id), package.day, "family",
                   "2026-11-26T02:00:00Z")  # fmt: skip
    assert dict(first.now.holders)[seat] in order[:3]


def test_who_is_recused_late_and_goes_all_the_same_fails(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = long_one(month)
    visits = {v.id: v.compound for v in month.drawn.visits}
    real = {name: i for i, name in month.frozen.names.items()}
    who = real[lead(month, package.id)]
    row = Recusal(who, visits[package.stops[0].visit], "近亲属", None, None)
    change = PeopleChange("2026-11-26T01:00:00Z", "回避", "科长", recusals=(row,))
    monkeypatch.setattr(absence, "_struck", lambda *_: iter(()))
    done = closed(people_changed(month.assigned, change))
    assert fails(verified(done, tmp_path / "a")) == {"changes.followed"}
    assert fails(verified(done, tmp_path / "p", auditor=False)) == set()


def test_leave_after_the_lottery_counts_from_then_on(month: Month) -> None:
    package = long_one(month)
    real = {name: i for i, name in month.frozen.names.items()}
    who = lead(month, package.id)
    rows = (Leave(real[who], package.day, package.day, ""),)
    change = PeopleChange("2026-11-26T01:00:00Z", "请假", "科长", rows)
    assigned = people_changed(month.assigned, change)
    assert [(a.person, a.reason) for a in assigned.absences] == [(who, "leave")]


# -- absences ----------------------------------------------------------------------


def test_an_absence_is_logged_on_its_day_or_before(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = long_one(month)
    who, day = lead(month, package.id), package.day
    after = f"{day.isoformat()}T16:00:00Z"  # midnight at UTC+8
    refused("absent.late", absent, month.assigned, who, day, "illness", after)
    monkeypatch.setattr(absence, "local_day", lambda _: date.min)
    assigned = absent(month.assigned, who, day, "illness", after)
    monkeypatch.undo()
    report = verified(closed(assigned), tmp_path)
    assert fails(report) == {"changes.absences"}


def test_an_absence_is_refused_twice_unknown_or_after_a_result(month: Month) -> None:
    package = long_one(month)
    who, day = lead(month, package.id), package.day
    at = f"{day.isoformat()}T04:00:00Z"
    refused("absent.reason", absent, month.assigned, who, day, "holiday", at)
    refused("absent.from", absent, month.assigned, who, day, "illness", at, "V9999")
    first, *_, last = (s.visit for s in package.stops)
    once = absent(month.assigned, who, day, "illness", at, last)
    refused("absent.again", absent, once, who, day, "illness", at)
    made = {r.visit: r for r in demonstration.results(month.assigned)}
    done = publish(month.assigned, replace(made[first], published_at=at))
    refused("absent.published", absent, done, who, day, "illness", at)
    absent(done, who, day, "illness", at, last)


def test_from_noon_the_reserve_goes_or_the_visits_are_carried(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = long_one(month)
    who, day = lead(month, package.id), package.day
    first, *_, last = (s.visit for s in package.stops)
    seat, at = f"{package.id}/lead", f"{day.isoformat()}T04:00:00Z"
    noon = absent(month.assigned, who, day, "illness", at, last)
    assert noon.who(seat, first) == who
    assert noon.who(seat, last) == dict(noon.now.holders)[seat] != who
    assert fails(verified(closed(noon), tmp_path / "a")) == set()

    # Nobody steps in: the visits before noon were made, the others are carried.
    alone = month.assigned
    for person in month.packed.persons:
        if person.id not in {n for s, n in alone.now.holders if s[:4] == seat[:4]}:
            alone = absent(alone, person.id, day, "other", at)
    alone = absent(alone, who, day, "illness", at, last)
    assert alone.who(seat, first) == who
    assert alone.who(seat, last) == ""
    plan = month.packed.packing.packages
    others = [s.visit for p in plan if p.day == day for s in p.stops]
    carried = {v: "people" for v in others if not made(alone, v)}
    assert first not in carried
    assert last in carried
    assert fails(verified(closed(alone, carried), tmp_path / "b")) == set()
    with_any_people(monkeypatch)
    del carried[last]
    assert fails(verified(closed(alone, carried), tmp_path / "c")) == {"results.people"}
    monkeypatch.setattr(absence, "_changes", lambda *_: ())
    kept = absent(month.assigned, who, day, "illness", at, last)
    report = verified(closed(kept), tmp_path / "d")
    assert fails(report) == {"changes.substitutions"}


def made(assigned: Assigned, visit: str) -> bool:
    packed = assigned.sealed.packed
    home = {s.visit: p.id for p in packed.packing.packages for s in p.stops}
    seats = [s for s in packed.seats if s.package == home[visit]]
    return all(assigned.who(s.id, visit) for s in seats if s.role in
               (Role.LEAD, Role.SECOND))  # fmt: skip


def test_when_reserves_are_used_up_the_standby_pair_steps_in(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, assigned = month.packed, month.assigned
    holders = dict(assigned.now.holders)
    pairs = {s.id for s in packed.standby}
    for package in packed.packing.packages:
        seat, day = f"{package.id}/lead", package.day
        there = [s for s in packed.seats if s.day == day]
        idle = {holders[s.id] for s in there if s.package in pairs}
        order = dict(assigned.now.reserves)[seat]
        if idle & {*order}:
            break
    at = f"{day.isoformat()}T00:10:00Z"
    sitting = {holders[s.id] for s in there}
    for person in packed.persons:
        if person.id not in sitting:
            assigned = absent(assigned, person.id, day, "other", at)
    done = absent(assigned, holders[seat], day, "illness", at)
    new = next(n for n in order if n in idle)
    assert dict(done.now.holders)[seat] == new
    assert done.spent == {s.package for s in there if s.package in pairs
                          and holders[s.id] == new}  # fmt: skip
    assert assigned_violations(done) == ()
    assert fails(verified(closed(done), tmp_path / "a")) == set()

    def nobody(*args: Any, **named: Any) -> Any:
        return lottery.substitute(*args, **{**named, "standby": ()})

    monkeypatch.setattr(absence, "lottery", lottery_with(nobody))
    lazy = absent(assigned, holders[seat], day, "illness", at)
    monkeypatch.undo()
    carried = {s.visit: "people" for s in package.stops}
    report = verified(closed(lazy, carried), tmp_path / "b")
    assert fails(report) == {"changes.substitutions"}
