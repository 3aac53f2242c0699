"""Changes after the lottery: sealed, drawn later, and then an ordinary month again."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from amended_month import (
    AT,
    BLIND,
    DRAWN_AT,
    LATER_AT,
    SOURCES,
    TODAY,
    VALUE,
    Amended,
    amend,
    amended,
    changes,
    quiet_day,
    whistle,
)
from month_logs import after_close, officers
from month_stages import Month, assigned_with

from inspector.ceremony.canon import canonical
from inspector.check import AmendedView, check_amended
from inspector.domain import Recusal, Visit, VisitKind
from inspector.errors import CeremonyError, NoPlan
from inspector.month import amendment_seal as amend_room
from inspector.month import demonstration
from inspector.month.absence import absent
from inspector.month.amendment_call import call
from inspector.month.amendment_draw import (
    assign_amendment,
    cancel_amendment,
    record_amendment,
)
from inspector.month.amendment_proposal import propose
from inspector.month.amendment_seal import amend_with
from inspector.month.audit import assigned_violations, refuse_violations
from inspector.month.excess import Reasoned
from inspector.month.field import close, publish, sealed_bundle
from inspector.month.pack import PeopleChange, schedule
from inspector.month.people import changed
from inspector.month.seal import seal
from inspector.months import months_between
from inspector.replan.changes import CarsGone, CompoundShut, Shut
from inspector.selection.network import WHOLE
from inspector.verify import FAILS, HOLDS, verify_bundle


@pytest.fixture(scope="module")
def after(month: Month) -> Amended:
    return amended(month)


def refused(code: str, step, *args, **named) -> None:
    with pytest.raises(CeremonyError) as error:
        step(*args, **named)
    assert error.value.code == code


# -- an amendment ------------------------------------------------------------------


def test_a_new_package_waits_for_later_entropy(after: Amended) -> None:
    waiting = after.waiting.waiting
    assert waiting is not None
    assert waiting.attempt == 1
    assert {s.package for s in waiting.packed.seats} == set(
        after.proposal.replanned.new
    )
    # The plan in force and its people are still the old ones.
    assert after.waiting.now == after.ill.now
    assert after.waiting.sealed.packed.packing == after.ill.sealed.packed.packing


def test_untouched_seats_keep_their_people(after: Amended) -> None:
    before, now = dict(after.called.now.holders), dict(after.drawn.now.holders)
    stay = {p.id for p in after.drawn.sealed.packed.packing.packages}
    kept = [s for s in before if s.split("/")[0] in stay or s[:2] == "S-"]
    assert len(kept) > 40
    assert {s: before[s] for s in kept} == {s: now[s] for s in kept}


def test_new_seats_have_people_of_the_amendments_own_lottery(after: Amended) -> None:
    (first, _) = after.again.amendments
    assert first.drawn is not None
    now = dict(after.drawn.now.holders)
    assert first.drawn.holders
    assert all(now[seat] == who for seat, who in first.drawn.holders)
    units = Counter[int]()
    for e in first.packed.table.elements:
        units[e.seat] += e.units
    assert set(units.values()) == {WHOLE}


def test_dissolved_packages_free_their_people(after: Amended) -> None:
    gone = after.proposal.replanned.gone
    assert gone
    assert not any(s.split("/")[0] in gone for s, _ in after.drawn.now.holders)
    assert not set(gone) & set(after.drawn.current)


def test_every_stage_keeps_all_rules(after: Amended) -> None:
    for stage in (after.waiting, after.called, after.drawn, after.again):
        assert assigned_violations(stage) == ()
    assert assigned_violations(after.closed.assigned) == ()


def test_a_change_without_a_new_package_is_in_force_at_once(after: Amended) -> None:
    second = after.again.amendments[1]
    assert after.again.waiting is None
    assert (second.entropy, second.seed, second.packed.seats) == ((), None, ())
    assert [a.attempt for a in after.again.amendments] == [1, 2]


def test_each_change_is_a_leaf_of_the_log_with_its_reason(after: Amended) -> None:
    events = after.again.log.events
    rows = [e for e in events if e["event"] == "changed"]
    doc = json.loads(after.again.amendments[0].file)
    first = rows[: sum(doc["changed"].values())]
    assert Counter(e["reason"] for e in first) == doc["changed"]
    assert {"replan.closed", "replan.recheck", "replan.car"} <= set(doc["changed"])
    assert all(e["new_leaf"] == "" for e in first if e["reason"] == "replan.closed")
    assert all(e["old_leaf"] == "" for e in first if e["reason"] == "replan.recheck")
    assert sum(e["event"] == "dissolved" for e in events) == len(
        after.proposal.replanned.gone
    )


def test_the_public_document_shows_figures_and_no_visit(
    month: Month, after: Amended
) -> None:
    files = sealed_bundle(after.waiting)
    doc = json.loads(files["amendments.json"])["amendments"][0]
    table = after.waiting.waiting.packed.table  # type: ignore[union-attr]
    assert doc["q_star"] == table.levels[0].value
    assert (doc["t_star"], doc["min_chance"], doc["max_chance"]) == (
        table.t_star,
        table.min_chance,
        table.max_chance,
    )
    assert doc["new_packages"] == len(after.proposal.replanned.new)
    for name in ("amendments.json", "log.json"):
        text = files[name].decode()
        assert not any(f'"{v.id}"' in text for v in month.drawn.visits)
        added = after.proposal.amended_plan.added
        assert not any(f'"{v.id}"' in text for v in added)
    assert "amended.json" not in files


def test_the_month_closes_and_everybody_can_verify_it(
    after: Amended, tmp_path: Path
) -> None:
    for name, data in after.closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify_bundle(tmp_path)
    found = {f["id"]: f["verdict"] for f in report.findings}
    assert [f for f in report.findings if f["verdict"] == FAILS] == []
    claims = ("commitment", "sealed", "entropy", "plan", "table", "lottery", "changes")
    assert {found[f"amendments.{c}"] for c in (*claims, "kept")} == {HOLDS}
    assert found["auditor.amendments"] == HOLDS


def test_next_month_starts_from_what_was_really_made(
    month: Month, after: Amended
) -> None:
    assigned = after.closed.assigned
    registry, _ = after_close(assigned)
    made = len(registry.history) - len(month.registry.history)
    visits = {v.id: v for v in assigned.sealed.packed.drawn.visits}
    done = [r for r in assigned.results if r.score_bp >= 0]
    assert made == sum(len(visits[r.visit].kinds) for r in done)
    added = {v.id for v in after.proposal.amended_plan.added}
    added |= {c.visit.id for c in after.called.calls}
    assert len(added) == 2
    assert added <= {r.visit for r in assigned.results}
    pairs = officers(assigned)
    called = after.called.calls[0].package.id
    last = [h for h in registry.history if h.date >= month.frozen.working_days[0]]
    made_so = [(h.lead, h.second) for h in last if h.kind is VisitKind.WHISTLE]
    assert made_so == [pairs[called]]


def test_the_same_changes_give_the_same_bytes(month: Month, after: Amended) -> None:
    assert dict(amended(month).closed.auditor) == dict(after.closed.auditor)


# -- what is refused ---------------------------------------------------------------


def test_entropy_must_be_later_early_enough_unused_and_from_outside(
    after: Amended,
) -> None:
    (source,) = SOURCES
    used = after.ill.frozen.policy.lottery_entropy[-1]
    for code, wrong in (
        ("freeze.entropy", replace(source, at="2026-11-30T13:25:00Z")),
        ("entropy.drawing", replace(source, at="2026-12-03T13:25:00Z")),
        ("change.entropy", replace(source, at="2026-12-30T13:25:00Z")),
        ("freeze.outside", replace(source, kind="dice", name="")),
        ("entropy.used", replace(used, at=source.at)),
    ):
        refused(
            code,
            amend,
            after.ill,
            after.proposal,
            blind=BLIND,
            at=AT,
            reason="x",
            entropy=(wrong,),
        )
    refused("change.entropy", amend, after.ill, after.proposal, blind=BLIND, at=AT,
            reason="x")  # fmt: skip
    refused("entropy.wait", amend, after.ill, after.proposal, blind=BLIND,
            at="2026-12-02T11:25:01Z", reason="x", entropy=SOURCES)  # fmt: skip


def test_only_its_own_entropy_draws_it(after: Amended) -> None:
    other = replace(VALUE, issue="2026139")
    refused("entropy.missing", assign_amendment, after.waiting, [VALUE], DRAWN_AT)
    refused("entropy.other_issue", record_amendment, after.waiting, other)
    told = record_amendment(after.waiting, VALUE)
    refused("entropy.second", assign_amendment, told, [], DRAWN_AT)
    refused("entropy.differs", assign_amendment, told, [other], DRAWN_AT)
    refused("change.late", assign_amendment, after.waiting, [VALUE],
            "2026-12-31T14:00:00Z")  # fmt: skip
    refused("change.none_waiting", assign_amendment, after.drawn, [VALUE], DRAWN_AT)
    refused("change.none_waiting", record_amendment, after.drawn, VALUE)


def test_one_amendment_waits_at_a_time_and_the_month_cannot_close(
    month: Month, after: Amended
) -> None:
    named = {"blind": b"\x13" * 32, "at": AT, "reason": "x", "entropy": SOURCES}
    refused("change.waiting", amend, after.waiting, after.proposal, **named)
    refused("change.waiting", close, after.waiting, month.record.closed_at, {})


def test_a_month_has_a_bounded_number_of_amendments(
    after: Amended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amend_room, "MOST", 0)
    named = {"blind": BLIND, "at": AT, "reason": "x", "entropy": SOURCES}
    refused("change.many", amend, after.ill, after.proposal, **named)


def test_a_blind_is_used_once_and_a_reason_is_given(after: Amended) -> None:
    named = {"at": AT, "reason": "x", "entropy": SOURCES}
    used = (after.ill.sealed.blind.value, after.ill.frozen.blind.value, b"short")
    for blind in used:
        refused("change.blind", amend, after.ill, after.proposal, blind=blind, **named)
    named["reason"] = ""
    refused("change.no_reason", amend, after.ill, after.proposal, blind=BLIND, **named)


def test_nobody_is_taken_as_ill_without_a_logged_absence(month: Month) -> None:
    person = month.registry.inspectors[0].id
    days = month.frozen.working_days[8:9]
    found = propose(month.assigned, changes(month), today=TODAY, away={person: days})
    assert found.unlogged == ((days[0], person),)
    refused("change.unlogged", amend, month.assigned, found, blind=BLIND, at=AT,
            reason="x", entropy=SOURCES)  # fmt: skip


def test_an_added_visit_is_new_known_and_not_random(
    month: Month, after: Amended
) -> None:
    visit = after.proposal.amended_plan.added[0]
    for code, wrong in (
        ("change.twice", replace(visit, id=month.drawn.visits[0].id)),
        ("change.place", replace(visit, compound="C9999")),
        ("change.kind", replace(visit, kinds=(VisitKind.RANDOM,))),
    ):
        amended_plan = replace(after.proposal.amended_plan, added=(wrong,))
        refused(code, amend_with, after.ill, amended_plan, blind=BLIND, at=AT,
        reason="x",
                entropy=SOURCES)  # fmt: skip


def test_nothing_to_change_is_no_amendment(month: Month) -> None:
    found = propose(month.assigned, [], today=TODAY)
    refused("change.nothing", amend, month.assigned, found, blind=BLIND, at=AT,
            reason="x")  # fmt: skip


def test_who_is_absent_on_a_day_that_waits_is_replaced_right_after_its_lottery(
    after: Amended, month: Month, tmp_path: Path
) -> None:
    waiting, at = after.waiting, "2026-12-02T00:10:00Z"
    drawn = assign_amendment(record_amendment(waiting, VALUE), [VALUE], DRAWN_AT)
    seat = drawn.sealed.packed.seats[-1]
    assert seat.day in waiting.waiting.days  # type: ignore[union-attr]
    who = dict(drawn.now.holders)[seat.id]
    refused("absent.from", absent, waiting, who, seat.day, "illness", at, "V0001")
    ill = absent(waiting, who, seat.day, "illness", at)
    assert [e["event"] for e in ill.log.events[-2:]][-1] == "absent"
    assert ill.now == waiting.now
    ill = record_amendment(ill, VALUE)
    done = assign_amendment(ill, [VALUE], DRAWN_AT)
    last = done.log.events[-1]
    assert (last["event"], last["seat"], last["out"]) == ("substituted", seat.id, who)
    assert assigned_violations(done) == ()
    kept = cancel_amendment(ill, DRAWN_AT, "不再需要")
    assert assigned_violations(kept) == ()
    for n, end in enumerate((done, kept)):
        for result in demonstration.results(end):
            end = publish(end, result)
        folder = tmp_path / str(n)
        folder.mkdir()
        for name, data in close(end, month.record.closed_at, {}).auditor.items():
            (folder / name).write_bytes(data)
        report = verify_bundle(folder)
        assert [f for f in report.findings if f["verdict"] == FAILS] == []


def test_a_visit_that_is_being_moved_has_no_result(after: Amended) -> None:
    moved = {m.visit for m in after.proposal.replanned.moves if m.code == "replan.car"}
    result = next(r for r in demonstration.results(after.ill) if r.visit in moved)
    refused("change.waiting_visit", publish, after.waiting, result)


# -- rules of an amendment ---------------------------------------------------------


def view(month: Month, **other: object) -> AmendedView:
    packed, days = month.packed, month.frozen.working_days
    plain = AmendedView(
        packed.drawn.visits,
        packed.drawn.visits,
        packed.packing.packages,
        packed.packing.packages,
        frozenset(days[:3]),
        frozenset(days[3:6]),
        frozenset(p.id for p in packed.packing.packages),
        month.assigned.drawn.holders,
        month.assigned.drawn.holders,
    )
    return replace(plain, **other)  # type: ignore[arg-type]


def rules(found) -> set[str]:
    return {v.rule for v in found}


def test_an_unchanged_plan_keeps_the_rules_of_an_amendment(month: Month) -> None:
    assert check_amended(view(month)) == ()


def test_a_past_package_may_not_change(month: Month) -> None:
    first, *rest = month.packed.packing.packages
    past = frozenset({first.day})
    assert rules(check_amended(view(month, past=past, packages_after=tuple(rest)))) == {
        "check.past_stays"
    }


def test_a_published_day_gains_no_package(month: Month) -> None:
    *rest, last = sorted(month.packed.packing.packages, key=lambda p: p.day)
    other = replace(last, id="P900")
    found = check_amended(
        view(month, published=frozenset({last.day}), packages_after=(*rest, other))
    )
    assert rules(found) == {"check.published_gains_nothing"}


def test_a_kept_package_gains_no_stop(month: Month) -> None:
    packages = sorted(month.packed.packing.packages, key=lambda p: p.day)
    a, b = packages[-2], packages[-1]
    packages[-1] = replace(b, stops=(*b.stops, a.stops[0]))
    found = check_amended(view(month, packages_after=tuple(packages)))
    assert rules(found) == {"check.kept_packages_only_lose"}


def test_a_package_id_never_comes_back(month: Month) -> None:
    rows = sorted(month.packed.packing.packages, key=lambda p: p.day)
    *rest, last = rows
    found = check_amended(
        view(
            month,
            packages=tuple(rest),
            packages_after=(*rest, last),
        )
    )
    assert rules(found) == {"check.package_ids_new"}


def test_a_visit_is_never_edited_nor_drawn_by_hand(month: Month) -> None:
    visits = month.drawn.visits
    edited = (replace(visits[0], service_minutes=1), *visits[1:])
    assert rules(check_amended(view(month, visits_after=edited))) == {
        "check.visits_only_come_and_go"
    }
    drawn = (*visits, replace(visits[0], id="V9999", kinds=(VisitKind.RANDOM,)))
    assert rules(check_amended(view(month, visits_after=drawn))) == {
        "check.visits_only_come_and_go"
    }


def test_a_drawn_visit_falls_away_only_for_a_closed_compound(month: Month) -> None:
    visits = month.drawn.visits
    drawn = next(v for v in visits if VisitKind.RANDOM in v.kinds)
    other = next(v for v in visits if VisitKind.RANDOM not in v.kinds)

    def found(gone: Visit, why: str) -> set[str]:
        left = tuple(v for v in visits if v != gone)
        reasons = ((gone.id, why),)
        return rules(check_amended(view(month, visits_after=left, reasons=reasons)))

    assert found(drawn, "replan.closed") == set()
    assert found(other, "replan.unreachable") == set()
    for why in ("replan.unreachable", "replan.company_closed"):
        assert found(drawn, why) == {"check.drawn_fall_when_closed"}


def test_a_kept_seat_keeps_its_person(month: Month) -> None:
    (seat, _), *rest = month.assigned.drawn.holders
    found = check_amended(view(month, people_after=((seat, "p" + "0" * 20), *rest)))
    assert rules(found) == {"check.seats_keep_people"}


def test_a_plan_that_breaks_a_rule_is_refused_before_anyone_sees_it(
    after: Amended,
) -> None:
    """A new package on tomorrow, by hand: the check says so."""
    amended_plan = after.proposal.amended_plan
    name = after.proposal.replanned.new[0]
    packages = tuple(
        replace(p, day=date(2026, 12, 4)) if p.id == name else p
        for p in amended_plan.packages
    )
    soon = (replace(SOURCES[0], at="2026-12-02T13:25:00Z"),)
    bad = amend_with(
        after.ill,
        replace(amended_plan, packages=packages),
        blind=BLIND,
        at=AT,
        reason="x",
        entropy=soon,
    )
    with pytest.raises(NoPlan) as error:
        refuse_violations(assigned_violations(bad))
    assert error.value.code == "month.violations"


# -- calls -------------------------------------------------------------------------


def test_a_whistle_goes_to_the_standby_pair_of_the_day(after: Amended) -> None:
    (made,) = after.called.calls
    before, now = dict(after.waiting.now.holders), dict(after.called.now.holders)
    seats = [s for s in before if s.startswith(made.package.id)]
    assert len(seats) == 2
    events = [e for e in after.called.log.events if e["event"] == "called"]
    assert events == [
        {
            "event": "called",
            "at": "2026-12-02T01:00:00Z",
            "reason": "12345 热线",
            "leaf": made.leaf.hex(),
        }
    ]
    minutes = {s.id: s.minutes for s in after.called.sealed.packed.seats}
    assert all(minutes[s] > 0 for s in seats)
    assert set(now) == set(before)


def test_a_pair_is_called_once(month: Month, after: Amended) -> None:
    made = after.called.calls[0]
    visit, route = made.visit, made.package
    refused("change.no_call", call, after.called, visit, route, at=DRAWN_AT,
            reason="x")  # fmt: skip


def test_an_amendment_does_not_call(month: Month) -> None:
    day = quiet_day(month, month.assigned)
    visit, route = whistle(month, day)
    found = propose(month.assigned, changes(month), today=TODAY)
    amended_plan = replace(
        found.amended_plan,
        packages=(*found.amended_plan.packages, route),
        added=(*found.amended_plan.added, visit),
    )
    refused("change.call_first", amend_with, month.assigned, amended_plan, blind=BLIND,
            at=AT, reason="x", entropy=SOURCES)  # fmt: skip


def test_who_may_not_make_the_visit_is_replaced_by_the_next_reserve(
    month: Month, tmp_path: Path
) -> None:
    """Two thirds of all are recused from that compound on the day of the whistle."""
    day = quiet_day(month, month.assigned)
    visit, route = whistle(month, day)
    # Nobody else visits the compound that day, so the recusals change no other seat.
    real = {name: i for i, name in month.frozen.names.items()}
    people = [i.id for i in month.registry.inspectors if not i.expert]
    months = month.policy.seats.rotation_months
    been = [
        {h.lead, h.second}
        for h in month.registry.history
        if h.compound == visit.compound and months_between(h.date, day) <= months
    ]
    firm = {c.id: c.usc18 for c in month.registry.compounds}[visit.compound]
    about = {visit.compound, firm} - {""}
    been += [{r.inspector} for r in month.registry.recusals if r.subject in about]
    packing = month.packed.packing
    seats = [f"{route.id}/lead", f"{route.id}/second"]
    wrong: list[str] = []
    third = 0
    while not wrong:  # the lottery may give both seats to the third that may go
        out = {i for k, i in enumerate(people) if k % 3 != third}
        third += 1
        rows = tuple(
            Recusal(i, visit.compound, "近亲属", day, day) for i in sorted(out)
        )
        change = PeopleChange(month.record.drawn_at, "回避", "科长", recusals=rows)
        drawn = changed(month.drawn, change)
        packed = schedule(drawn, lambda _work, _seed: packing, (change,))
        sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
        record = month.record
        assigned = assigned_with(sealed, record.lottery, record.assigned_at)
        before, reserves = dict(assigned.now.holders), dict(assigned.now.reserves)
        wrong = [seat for seat in seats if real[before[seat]] in out]
        assert wrong or third < 3
    done = call(assigned, visit, route, at=AT, reason="热线")
    events = [e for e in done.log.events if e["event"] == "substituted"]
    assert [(e["seat"], e["out"]) for e in events] == [(s, before[s]) for s in wrong]
    for event in events:
        seat, new = event["seat"], event["in"]
        passed = [n for n, why in event["skipped"] if why == "ineligible"]
        first = reserves[seat][: reserves[seat].index(new)]
        may_not = out.union(*been)
        assert passed == [name for name in first if real[name] in may_not]
    assert not {real[dict(done.now.holders)[seat]] for seat in seats} & out
    assert assigned_violations(done) == ()
    for result in demonstration.results(done):
        done = publish(done, result)
    closed = close(done, month.record.closed_at, {})
    for name, data in closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify_bundle(tmp_path)
    assert [f for f in report.findings if f["verdict"] == FAILS] == []


def test_a_fallen_compound_of_a_published_day_only_shortens(month: Month) -> None:
    days = month.frozen.working_days
    every = month.packed.packing.packages
    packages = [p for p in every if p.day > days[0] and len(p.stops) > 1]
    first = min(packages, key=lambda p: p.day)
    today = days[days.index(first.day) - 1]
    visit = next(v for v in month.drawn.visits if v.id == first.stops[0].visit)
    found = propose(
        month.assigned, [CompoundShut(visit.compound, Shut.CLOSED)], today=today
    )
    at = f"{today.isoformat()}T01:00:00Z"
    done = amend(month.assigned, found, blind=BLIND, at=at, reason="停业")
    assert assigned_violations(done) == ()
    assert set(done.now.holders) <= set(month.assigned.now.holders)
    assert {f"{first.id}/lead", f"{first.id}/second"} <= {
        s for s, _ in done.now.holders
    }
    left = next(p for p in done.sealed.packed.packing.packages if p.id == first.id)
    assert visit.id not in {s.visit for s in left.stops}


def test_amendments_follow_each_other(
    month: Month, after: Amended, tmp_path: Path
) -> None:
    """Somebody drawn by the first is absent; the second dissolves one of its packages,
    and the car that was gone stays gone."""
    first = after.drawn.amendments[0]
    assert first.drawn is not None
    new = sorted(
        (p for p in first.packed.packing.packages if p.id in first.people.of),  # type: ignore[union-attr]
        key=lambda p: p.day,
    )
    # Not every seat has a reserve who is free: one that has.
    seat, sick = next(
        (s, sick)
        for s, who in first.drawn.holders
        if s.startswith(new[-1].id)
        for sick in [absent(after.drawn, who, new[-1].day, "illness", LATER_AT)]
        if dict(sick.now.holders)[s] not in ("", who)
    )
    other = next(p for p in reversed(new) if p.day != new[-1].day)
    event = sick.log.events[-1]
    assert event["old_leaf"] == after.drawn.current[new[-1].id].hex()
    cars = [c for c in month.registry.cars if c.office == other.office]
    there = sum((c.first or other.day) <= other.day <= (c.last or other.day)
                for c in cars)  # fmt: skip
    gone = sum(c.count for c in first.cars if other.day in c.days)
    change = CarsGone(other.office, (other.day,), there - gone)
    found = propose(sick, [change], today=date(2026, 12, 4))
    assert set(first.cars) < set(found.amended_plan.cars)
    assert other.id in found.replanned.gone
    assert min(found.replanned.new) > max(p.id for p in new)
    source = replace(SOURCES[0], issue="2026143", at="2026-12-05T13:25:00Z")
    waiting = amend(
        sick, found, blind=b"\x14" * 32, at=LATER_AT, reason="x", entropy=(source,)
    )
    value = replace(VALUE, issue="2026143", at="2026-12-05T13:30:00Z")
    waiting = record_amendment(waiting, value)
    done = assign_amendment(waiting, [value], "2026-12-05T14:00:00Z")
    assert [a.attempt for a in done.amendments] == [1, 2]
    assert dict(done.now.holders)[seat] == dict(sick.now.holders)[seat]
    assert assigned_violations(done) == ()
    for result in demonstration.results(done):
        done = publish(done, result)
    closed = close(done, month.record.closed_at, {})
    for name, data in closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify_bundle(tmp_path)
    assert [f for f in report.findings if f["verdict"] == FAILS] == []


def test_a_drawn_person_of_an_amendment_can_step_in_elsewhere_only_within_his_limit(
    after: Amended,
) -> None:
    """While it waits, the days its lottery may still give count as taken."""
    waiting = after.waiting.waiting
    assert waiting is not None
    most = waiting.most_days()
    limits = after.waiting.turns[-1].limits
    plain = {p.id: min(p.days.bit_count(), p.max_days) for p in
             after.waiting.sealed.packed.persons}  # fmt: skip
    assert any(most.values())
    assert limits == {name: plain[name] - most[name] for name in plain}


def test_a_cancelled_amendment_stays_visible_and_its_number_used(
    month: Month, after: Amended, tmp_path: Path
) -> None:
    """Its entropy came too late, say: the next one has number 2."""
    at = "2026-12-02T02:00:00Z"
    void = cancel_amendment(after.called, at, "开奖延期")
    assert (void.waiting, len(void.voided), void.now) == (None, 1, after.called.now)
    public = b"".join(sealed_bundle(void).values()).decode()
    assert BLIND.hex() not in public  # else a sealed leaf could be guessed with it
    assert assigned_violations(void) == ()
    refused("change.none_waiting", cancel_amendment, void, at, "x")
    found = propose(void, changes(month), today=date(2026, 12, 2))
    assert not set(found.replanned.new) & set(after.proposal.replanned.new)
    amended_plan = found.amended_plan
    assert amended_plan.added[0].id > after.proposal.amended_plan.added[0].id
    named = {"blind": b"\x15" * 32, "at": at, "reason": "x"}
    refused("entropy.used", amend_with, void, amended_plan, entropy=SOURCES, **named)
    source = replace(SOURCES[0], issue="2026142", at="2026-12-05T13:25:00Z")
    waiting = amend_with(void, amended_plan, entropy=(source,), **named)
    refused("entropy.early", record_amendment, waiting, replace(VALUE, at=at), 1)
    value = replace(VALUE, issue="2026142", at="2026-12-05T13:30:00Z")
    waiting = record_amendment(waiting, value)
    done = assign_amendment(waiting, [value], "2026-12-05T14:00:00Z")
    assert [a.attempt for a in done.made()] == [1, 2]
    assert assigned_violations(done) == ()
    for result in demonstration.results(done):
        done = publish(done, result)
    assert {e.get("amendment", 0) for e in done.entries} == {2}
    refused("close.unrecorded", close, done, month.record.closed_at, {})
    late = replace(VALUE, at=done.log.events[-1]["at"])
    done = record_amendment(done, late, 1)
    closed = close(done, month.record.closed_at, {})
    for name, data in closed.auditor.items():
        (tmp_path / name).write_bytes(data)
    report = verify_bundle(tmp_path)
    assert [f for f in report.findings if f["verdict"] == FAILS] == []
    told = {f["id"]: f["detail"] for f in report.findings}["log.cancelled"]
    seats = len(after.waiting.waiting.packed.seats) if after.waiting.waiting else 0
    given = f"{late.source} {late.issue} = {late.value}"
    assert told == f"{given}; amendment 1: {seats} 个席位 seats"
    for name, claim, value in (
        ("reason", "amendments.commitment", ""),
        ("blinds", "amendments.sealed", "00" * 32),
    ):
        log = json.loads(closed.files["log.json"])
        event = next(e for e in log["events"] if e["event"] == "cancelled")
        if name == "blinds":
            log["events"][-1]["blinds"][2] = value
        else:
            event[name] = value
        (tmp_path / "log.json").write_bytes(canonical(log))
        found_now = {f["id"]: f["verdict"] for f in verify_bundle(tmp_path).findings}
        assert found_now[claim] == FAILS


def test_a_visit_that_stays_gets_no_new_reason(month: Month) -> None:
    """Whatever the plan says changed it: no leaf did (PROTOCOL §13)."""
    proposal = propose(month.assigned, changes(month), today=TODAY)
    plan = proposal.amended_plan
    was = {p.id: p for p in month.packed.packing.packages}
    stays = next(s.visit for p in plan.packages if was.get(p.id) == p for s in p.stops)
    plan = replace(
        plan,
        reasons=(*plan.reasons, (stays, "people")),
        excess=(Reasoned(stays, "事后"),),
    )
    with pytest.raises(CeremonyError, match=r"excess\.visit"):
        amend_with(
            month.assigned, plan, blind=BLIND, at=AT, reason="x", entropy=SOURCES
        )
