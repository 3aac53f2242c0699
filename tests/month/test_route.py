"""The route of a month: order, refusals, attempts, substitutions, close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cancelled_months import WHY, refrozen, resealed
from month_logs import after_close, passed
from month_stages import Month, freeze_city, quick

from inspector.ceremony.canon import canonical, digest
from inspector.ceremony.seed import Seed
from inspector.domain import VisitKind
from inspector.errors import CeremonyError
from inspector.month.absence import absent
from inspector.month.assigned import assign_with
from inspector.month.field import close, publish
from inspector.month.freeze import (
    cancel_draw,
    draw,
    draw_with,
    freeze,
    record_draw,
)
from inspector.month.pack import schedule
from inspector.month.seal import cancel_seal
from inspector.month.standing import left
from inspector.months import next_month
from inspector.registry import read_scenario, write_scenario


def refused(code: str) -> pytest.RaisesExc[CeremonyError]:
    return pytest.RaisesExc(CeremonyError, check=lambda e: e.code == code)


def test_the_commitment_is_the_hash_of_what_is_published(month: Month) -> None:
    suite = month.frozen.suite
    assert digest(suite, "freeze", month.frozen.file) == month.frozen.commitment
    assert digest(suite, "seal", month.sealed.file) == month.sealed.commitment


def test_a_seed_for_another_commitment_is_refused(month: Month) -> None:
    other = Seed("draw", b"\0" * 32, month.drawn.seed.value)
    with refused("seed.mismatch"):
        draw_with(month.frozen, other, month.frozen.log, month.record.drawn_at)
    with refused("seed.mismatch"):
        assign_with(
            month.sealed, month.drawn.seed, month.sealed.log, month.record.assigned_at
        )


def test_entropy_that_existed_before_the_freeze_is_refused(month: Month) -> None:
    late = replace(month.record, frozen_at=month.policy.draw_entropy[-1].at)
    with refused("freeze.entropy"):
        freeze_city(month.registry, month.policy, month.calendar, late)


def test_entropy_of_another_issue_is_refused_unless_it_is_a_flagged_fallback(
    month: Month,
) -> None:
    frozen = month.frozen
    for value in month.record.draw[:-1]:
        frozen = record_draw(frozen, value)
    value = replace(month.record.draw[-1], issue="9999999")
    with refused("entropy.other_issue"):
        record_draw(frozen, value)
    with refused("entropy.other_issue"):
        record_draw(frozen, replace(value, fallback=True))
    following_issue = str(int(month.policy.draw_entropy[-1].issue) + 1)
    late = replace(
        value, issue=following_issue, fallback=True, at="2026-11-25T13:25:00Z"
    )
    again = draw(record_draw(frozen, late), [late], "2026-11-25T14:00:00Z")
    record = next(e for e in again.log.events if e["event"] == "entropy")["record"]
    assert record[-1]["fallback"] is True
    assert again.seed != month.drawn.seed


def test_a_cancelled_draw_opens_its_blind_and_the_next_names_later_entropy(
    month: Month,
) -> None:
    log = cancel_draw(month.frozen, month.drawn.log, "2026-11-23T15:00:00Z", WHY)
    assert log.events[-1]["blinds"] == [month.frozen.blind.hex()]
    assert log.voided[0].attempt == 1
    days = ("2026-11-25", "2026-11-28")
    again = refrozen(month, log, "2026-11-23T16:00:00Z", days)
    assert again.attempt == 2
    assert again.commitment != month.frozen.commitment
    with refused("freeze.entropy"):
        freeze(
            month.registry,
            month.policy,
            month.calendar,
            blind=b"\3" * 32,
            secret=month.frozen.secret.value,
            at="2026-11-23T16:00:00Z",
            log=log,
        )


def test_a_cancelled_seal_is_sealed_again_under_a_new_blind(month: Month) -> None:
    log = cancel_seal(month.sealed, month.assigned.log, "2026-11-25T15:00:00Z", WHY)
    again = resealed(month, month.packed, log, "2026-11-26T08:00:00Z")
    assert again.sealed.attempt == 2
    assert again.sealed.commitment != month.sealed.commitment
    assert [e["event"] for e in again.log.events].count("assigned") == 2


def test_every_seat_has_an_eligible_person_and_nobody_two_on_one_day(
    month: Month,
) -> None:
    holders = dict(month.assigned.drawn.holders)
    index = {p.id: i for i, p in enumerate(month.packed.persons)}
    days: set[tuple[str, date]] = set()
    for seat in month.packed.seats:
        who = holders[seat.id]
        assert index[who] in seat.eligible
        assert (who, seat.day) not in days
        days.add((who, seat.day))


def test_an_absence_gives_the_seats_to_the_next_reserve_in_order(month: Month) -> None:
    filled = 0
    for seat in month.packed.seats:
        who = dict(month.assigned.now.holders)[seat.id]
        at = f"{seat.day.isoformat()}T00:10:00Z"
        after = absent(month.assigned, who, seat.day, "illness", at)
        change = next(
            e
            for e in after.log.events
            if e["event"] == "substituted" and e["seat"] == seat.id
        )
        order = dict(month.assigned.drawn.reserves)[seat.id]
        skipped = [name for name, _ in change["skipped"]]
        assert dict(after.drawn.holders)[seat.id] == who
        if change["in"]:
            filled += 1
            place = order.index(change["in"])
            assert skipped[:place] == list(order[:place])
            # One after him was passed over, too: he has left his stand-by pair.
            assert bool(skipped[place:]) <= bool(after.spent)
            assert change["old_leaf"] != change["new_leaf"]
            assert dict(after.now.holders)[seat.id] == change["in"]
        else:
            assert len(skipped) == len(order)
            assert change["old_leaf"] == change["new_leaf"]
    assert filled > len(month.packed.seats) / 2
    with refused("absent.unknown"):
        day = month.packed.seats[0].day
        absent(month.assigned, "p00", day, "illness", month.record.closed_at)


def test_a_month_with_a_pending_leaf_does_not_close(month: Month) -> None:
    with refused("close.pending"):
        close(month.assigned, month.record.closed_at, {})
    visit = month.packed.packing.packages[0].stops[0].visit
    rest = [r for r in month.closed.assigned.results if r.visit != visit]
    done = month.assigned
    for r in rest:
        done = publish(done, r)
    with refused("close.pending"):
        close(done, month.record.closed_at, {})
    closed = close(done, month.record.closed_at, {visit: "car"})
    assert {"event": "carried", "visit": visit}.items() <= closed.log.events[-2].items()


def test_results_for_unknown_repeated_or_future_visits_are_refused(
    month: Month,
) -> None:
    first = month.closed.assigned.results[0]
    done = publish(month.assigned, first)
    with refused("result.twice"):
        publish(done, first)
    with refused("result.unknown"):
        publish(done, replace(first, visit="V9999"))
    with refused("result.early"):
        second = month.closed.assigned.results[1]
        publish(done, replace(second, date=date(2026, 11, 1)))


def test_the_next_month_starts_from_this_one(month: Month) -> None:
    done = month.closed.assigned
    registry, policy = after_close(done, passed(done))
    assert policy.month == "2027-01" == next_month("2026-12")
    made = [h for h in registry.history if h.date >= date(2026, 12, 1)]
    inspected = [e for e in month.closed.log.events if e["event"] == "inspected"]
    assert len(made) == len(inspected)
    assert set(policy.draw.counts) == set(VisitKind)
    assert all(h.counts_for_cap for h in made)
    listed = {c.compound for c in registry.docket}
    assert {r.compound for r in month.frozen.ranking.bottom} <= listed
    # Written and read back it is the same, but for the entropy still to be named.
    files = write_scenario(registry, policy)
    assert b"2027-01" in files["policy.toml"]
    named = write_scenario(registry, replace(month.policy, month="2027-01"))
    assert read_scenario(named).registry == registry


def test_carried_duty_adds_up_to_nothing_new_within_a_class(month: Month) -> None:
    carry = left(month.assigned)
    holders = dict(month.assigned.now.holders)
    done: dict[str, int] = {}
    for seat in month.packed.seats:
        who = holders[seat.id]
        done[who] = done.get(who, 0) + seat.minutes
    groups: dict[str, list[int]] = {}
    for person, inspector in zip(
        month.packed.persons, month.packed.inspectors, strict=True
    ):
        groups.setdefault(person.group, []).append(carry[inspector.id])
    for values in groups.values():
        assert 0 <= sum(values) <= len(values)  # shares are rounded down


def test_packages_do_not_depend_on_who_people_are(month: Month) -> None:
    """Relabelling people with equal eligibility leaves packages byte-identical."""
    renamed = {i.id: f"X{k:03d}" for k, i in enumerate(month.registry.inspectors)}
    registry = replace(
        month.registry,
        inspectors=tuple(
            replace(i, id=renamed[i.id], name=f"改名{k}")
            for k, i in enumerate(month.registry.inspectors)
        ),
        leave=tuple(
            replace(x, inspector=renamed[x.inspector]) for x in month.registry.leave
        ),
        recusals=tuple(
            replace(r, inspector=renamed[r.inspector]) for r in month.registry.recusals
        ),
        history=tuple(
            replace(
                h,
                lead=renamed.get(h.lead, h.lead),
                second=renamed.get(h.second, h.second),
            )
            for h in month.registry.history
        ),
    )
    frozen = freeze_city(registry, month.policy, month.calendar, month.record)
    assert frozen.commitment != month.frozen.commitment  # names are bound
    drawn = draw_with(
        frozen,
        replace(month.drawn.seed, commitment=frozen.commitment),
        frozen.log,
        month.record.drawn_at,
    )
    packed = schedule(drawn, quick)
    assert packed.packing.packages == month.packed.packing.packages


def test_a_closed_month_holds_nothing_outside_a_hash(month: Month) -> None:
    files = month.closed.files
    assert set(files) == {
        "freeze.json",
        "seal.json",
        "log.json",
        "drawn.json",
        "plan.json",
        "table.json",
        "assigned.json",
        "results.json",
    }
    assert set(month.closed.auditor) - set(files) == {"private.json"}
    names = [i.name for i in month.registry.inspectors]
    for data in files.values():
        assert not any(name.encode() in data for name in names)
    assert canonical(month.closed.log.document()) == files["log.json"]
