"""Entropy as it is recorded: in time, twice, once only; the seal's own sources."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import pytest
from month_stages import Month, freeze_city

from inspector.errors import CeremonyError
from inspector.month.freeze import (
    Frozen,
    cancel_draw,
    draw,
    freeze,
    record_draw,
)
from inspector.month.overlap import Live, admitted
from inspector.month.record import record_cancelled
from inspector.month.seal import Sealed, cancel_seal, seal
from inspector.policy import Policy, Scope, Source


def refused(code: str) -> pytest.RaisesExc[CeremonyError]:
    return pytest.RaisesExc(CeremonyError, check=lambda e: e.code == code)


def test_the_drawing_comes_a_day_after_the_freeze(month: Month) -> None:
    """T is 13:25: at 13:25 of the day before a freeze is just early enough."""
    for at, code in (("13:25:01", "entropy.wait"), ("13:25:00", "")):
        record = replace(month.record, frozen_at=f"2026-11-22T{at}Z")
        with refused(code) if code else nullcontext():
            freeze_city(month.registry, month.policy, month.calendar, record)


def test_entropy_of_another_issue_is_refused_unless_it_is_a_flagged_fallback(
    month: Month,
) -> None:
    witness, lottery = month.record.draw
    frozen = record_draw(month.frozen, witness)
    with refused("entropy.other_issue"):
        record_draw(frozen, replace(lottery, issue="2026999"))
    late = replace(lottery, issue="2026136", fallback=True, at="2026-11-25T13:25:00Z")
    with refused("entropy.other_issue"):
        record_draw(frozen, late)
    late = replace(late, issue="2026135")
    with refused("entropy.early"):
        record_draw(frozen, replace(late, at="2026-11-25T13:24:59Z"))
    again = draw(record_draw(frozen, late), [late], "2026-11-25T14:00:00Z")
    assert again.log.events[3]["record"][1]["fallback"] is True
    assert again.seed != month.drawn.seed


def test_the_outside_value_is_entered_twice_and_corrected_by_a_leaf(
    month: Month,
) -> None:
    witness, lottery = month.record.draw
    at = month.record.drawn_at
    wrong = replace(lottery, value="03 10 15 18 30|09 12")
    frozen = record_draw(record_draw(month.frozen, witness), wrong)
    with refused("entropy.second"):
        draw(frozen, [], at)
    with refused("entropy.differs"):
        draw(frozen, [lottery], at)
    with refused("entropy.same_value"):
        record_draw(frozen, wrong)
    mended = record_draw(frozen, lottery)
    with refused("entropy.differs"):
        draw(mended, [wrong], at)
    drawn = draw(mended, [lottery], at)
    assert drawn.seed == month.drawn.seed
    assert [e["event"] for e in drawn.log.events].count("source_recorded") == 3


def test_inside_values_count_only_between_commitment_and_drawing(
    month: Month,
) -> None:
    witness, lottery = month.record.draw
    for at, code in (
        (month.frozen.at, "entropy.early"),
        (lottery.at, "entropy.late"),
        ("2026-11-23T14:00:00Z", "entropy.late"),
    ):
        with refused(code):
            record_draw(month.frozen, replace(witness, at=at))
    with refused("entropy.value"):
        record_draw(month.frozen, replace(witness, value=witness.value.upper()))


def test_nobody_stops_a_draw_by_silence_or_by_a_reveal_that_does_not_fit(
    month: Month,
) -> None:
    witness, lottery = month.record.draw
    silent = record_draw(month.frozen, lottery)
    odd = record_draw(month.frozen, replace(witness, value="00" * 16))
    one = draw(silent, [lottery], month.record.drawn_at)
    two = draw(record_draw(odd, lottery), [lottery], month.record.drawn_at)
    assert one.seed == two.seed != month.drawn.seed
    for drawn in (one, two):
        event = next(e for e in drawn.log.events if e["event"] == "entropy")
        assert (event["record"][0]["value"], event["record"][0]["at"]) == ("", "")


def test_a_scope_of_a_live_freeze_is_refused_and_its_issues_are_not(
    month: Month,
) -> None:
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
    again(Live("ab", "2026-11", admitted(month.registry, Scope())))
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


def test_after_a_cancelled_draw_nothing_serves_again(month: Month) -> None:
    log = cancel_draw(month.frozen, month.drawn.log, "2026-11-25T09:00:00Z", "有误")

    def again(policy: Policy) -> Frozen:
        return freeze(
            month.registry,
            policy,
            month.calendar,
            blind=b"\3" * 32,
            secret=month.frozen.secret.value,
            at="2026-11-26T09:00:00Z",
            log=log,
        )

    witness, plan = month.policy.draw_entropy
    first = replace(plan, issue="2026136", at="2026-11-28T13:25:00Z")
    second = replace(plan, id="x", issue="2026137", at="2026-11-30T13:25:00Z")
    later = replace(month.policy, draw_entropy=(first,), lottery_entropy=(second,))
    assert again(later).attempt == 2
    promised = replace(witness, issue="again", at="2026-11-27T08:00:00Z")
    for odd in ((replace(first, issue="2026134"),), (promised, first)):
        with refused("entropy.used"):
            again(replace(later, draw_entropy=odd))


def test_after_a_cancelled_seal_the_next_names_later_sources(month: Month) -> None:
    at = "2026-11-27T09:00:00Z"
    log = cancel_seal(month.sealed, month.assigned.log, at, "开奖结果录入有误")
    (plan,) = month.policy.lottery_entropy
    later = replace(plan, issue="2026137", at="2026-11-30T13:25:00Z")

    def again(*entropy: Source) -> Sealed:
        return seal(
            month.packed,
            blind=b"\4" * 32,
            at="2026-11-28T00:00:00Z",
            entropy=entropy or None,
            log=log,
        )

    with refused("seal.plan"):
        again()
    with refused("seal.sources"):
        again(replace(later, id="other"))
    with refused("seal.sources"):
        again(replace(later, issue="2026136", at=plan.at))
    assert b'"entropy_reason":"cancelled"' in again(later).file


def test_a_late_signature_names_the_next_drawing(month: Month) -> None:
    """Sealed at 19:30 for 21:25: the plan is nearer than two hours."""
    (plan,) = month.policy.lottery_entropy
    late = "2026-11-25T11:30:00Z"
    named = {"blind": b"\4" * 32}
    with refused("seal.plan"):
        seal(month.packed, at=late, **named)
    later = replace(plan, issue="2026136", at="2026-11-28T13:25:00Z")
    with refused("seal.no_cause"):
        seal(month.packed, at=month.sealed.at, entropy=(later,), **named)
    sealed = seal(month.packed, at=late, entropy=(later,), **named)
    assert b'"entropy_reason":"wait"' in sealed.file
    assert sealed.entropy == (later,)


def test_an_issue_used_up_by_a_fallback_is_not_in_the_plan_any_more(
    month: Month,
) -> None:
    """Issue 134 was not published: the draw took 135, which the plan had named."""
    witness, lottery = month.record.draw
    late = replace(lottery, issue="2026135", fallback=True, at="2026-11-25T13:25:00Z")
    frozen = record_draw(record_draw(month.frozen, witness), late)
    drawn = draw(frozen, [late], "2026-11-25T13:40:00Z")
    packed = replace(month.packed, drawn=drawn)
    (plan,) = month.policy.lottery_entropy
    at = "2026-11-26T08:00:00Z"
    with refused("seal.plan"):
        seal(packed, blind=b"\4" * 32, at=at)
    later = replace(plan, issue="2026136", at="2026-11-28T13:25:00Z")
    sealed = seal(packed, blind=b"\4" * 32, at=at, entropy=(later,))
    assert b'"entropy_reason":"used"' in sealed.file


def test_the_value_of_a_cancelled_attempt_is_entered_when_it_is_known(
    month: Month,
) -> None:
    witness, lottery = month.record.draw
    log = cancel_draw(month.frozen, month.frozen.log, "2026-11-22T08:00:00Z", "有误")
    with refused("entropy.unknown"):
        record_cancelled(log, "draw", 1, witness)  # inside: nothing to see
    with refused("entropy.early"):
        record_cancelled(log, "draw", 1, replace(lottery, at="2026-11-23T00:00:00Z"))
    with refused("entropy.unknown"):
        record_cancelled(log, "lottery", 1, lottery)
    told = record_cancelled(log, "draw", 1, lottery)
    assert told.events[-1]["value"] == lottery.value
