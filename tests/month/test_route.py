"""The route of a month: order, refusals, attempts, substitutions, close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from month_stages import Month, freeze_city, issued, quick

from inspector.ceremony.bundle import Log
from inspector.ceremony.canon import canonical, digest
from inspector.ceremony.seed import Seed
from inspector.domain import VisitKind
from inspector.errors import CeremonyError
from inspector.month import demonstration
from inspector.month.absence import absent
from inspector.month.field import assign, assign_with, close, publish
from inspector.month.following import carried, following, next_month
from inspector.month.freeze import cancel_draw, draw, draw_with, freeze
from inspector.month.overlap import Live, admitted
from inspector.month.pack import schedule
from inspector.month.seal import cancel_seal, seal
from inspector.policy import Scope
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
    values = issued(month.record.draw, month.policy.draw_entropy)
    sources = month.policy.draw_entropy
    outside = next(i for i, s in enumerate(sources) if s.kind == "lottery")
    wrong = [*values]
    wrong[outside] = replace(values[outside], issue="9999999")
    with refused("entropy.other_issue"):
        draw(month.frozen, wrong, month.record.drawn_at)
    wrong[outside] = replace(wrong[outside], fallback=True)
    with refused("entropy.other_issue"):
        draw(month.frozen, wrong, month.record.drawn_at)
    following_issue = str(int(sources[outside].issue) + 1)
    wrong[outside] = replace(wrong[outside], issue=following_issue)
    again = draw(month.frozen, wrong, month.record.drawn_at)
    assert again.log.events[1]["record"][outside]["fallback"] is True
    assert again.seed != month.drawn.seed


def test_a_scope_or_source_of_a_live_freeze_is_refused(month: Month) -> None:
    def again(live: Live) -> None:
        freeze(
            month.registry,
            month.policy,
            month.calendar,
            blind=b"\1" * 32,
            secret=b"\2" * 32,
            at=month.record.frozen_at,
            live=(live,),
        )

    with refused("freeze.overlap"):
        again(Live("ab", month.policy.month, admitted(month.registry, Scope())))
    with refused("freeze.claimed"):
        again(Live("ab", "2026-11", frozenset(), month.policy.draw_entropy))
    elsewhere = admitted(month.registry, Scope(districts=("长洲",)))
    assert elsewhere
    narrowed = replace(month.policy, scope=Scope(districts=("万秀",)))
    freeze(
        month.registry,
        narrowed,
        month.calendar,
        blind=b"\1" * 32,
        secret=b"\2" * 32,
        at=month.record.frozen_at,
        live=(Live("ab", month.policy.month, elsewhere),),
    )


def test_a_cancelled_draw_opens_its_blind_and_the_next_names_later_entropy(
    month: Month,
) -> None:
    at = "2026-11-25T09:00:00Z"
    log = cancel_draw(month.frozen, month.drawn.log, at, "公证员缺席")
    assert log.events[-1]["blinds"] == [month.frozen.blind.hex()]
    assert log.voided[0].attempt == 1

    def again(policy_at: str) -> Log:
        return freeze(
            month.registry,
            month.policy,
            month.calendar,
            blind=b"\3" * 32,
            secret=month.frozen.secret.value,
            at=policy_at,
            log=log,
        ).log

    with refused("freeze.entropy"):
        again(at)
    later = tuple(
        replace(s, issue=f"{s.issue}9", at="2026-12-01T13:15:00Z")
        for s in month.policy.draw_entropy
    )
    frozen = freeze(
        month.registry,
        replace(month.policy, draw_entropy=later, lottery_entropy=later),
        month.calendar,
        blind=b"\3" * 32,
        secret=month.frozen.secret.value,
        at="2026-11-26T09:00:00Z",
        log=log,
    )
    assert frozen.attempt == 2
    assert frozen.commitment != month.frozen.commitment


def test_a_cancelled_seal_is_sealed_again_under_a_new_blind(month: Month) -> None:
    at = "2026-11-27T09:00:00Z"
    log = cancel_seal(month.sealed, month.assigned.log, at, "开奖结果录入有误")
    later = tuple(
        replace(s, issue=f"{s.issue}8", at="2026-11-30T13:15:00Z")
        for s in month.policy.lottery_entropy
    )
    again = seal(
        month.packed,
        blind=b"\4" * 32,
        at="2026-11-28T00:00:00Z",
        entropy=later,
        log=log,
    )
    assert again.attempt == 2
    assert again.commitment != month.sealed.commitment
    values = issued(month.record.lottery, month.policy.lottery_entropy)
    moved = [
        replace(v, issue=s.issue, at="2026-11-30T13:20:00Z")
        for v, s in zip(values, later, strict=True)
    ]
    redone = assign(again, moved, "2026-11-30T14:00:00Z")
    assert [e["event"] for e in redone.log.events].count("assigned") == 2


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
    closed = close(done, month.record.closed_at, {visit: "car_broken"})
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
    registry, policy = following(done, demonstration.passed(done))
    assert policy.month == "2027-01" == next_month("2026-12")
    made = [h for h in registry.history if h.date >= date(2026, 12, 1)]
    inspected = [e for e in month.closed.log.events if e["event"] == "inspected"]
    assert len(made) == len(inspected)
    assert all(h.counts_for_cap == (h.kind is VisitKind.RANDOM) for h in made)
    listed = {c.compound for c in registry.docket}
    assert {r.compound for r in month.frozen.ranking.bottom} <= listed
    # Written and read back it is the same, but for the entropy still to be named.
    files = write_scenario(registry, policy)
    assert b"2027-01" in files["policy.toml"]
    named = write_scenario(registry, replace(month.policy, month="2027-01"))
    assert read_scenario(named).registry == registry


def test_carried_duty_adds_up_to_nothing_new_within_a_class(month: Month) -> None:
    carry = carried(month.assigned)
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
