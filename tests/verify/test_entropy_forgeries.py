"""What an insider could do with entropy, times and anchors: all hashes rebuilt, caught.

The month has dice and a witness beside each lottery, so that every kind of value is
there. Each forgery names the claim that must fail; the forger has every key.
"""

from __future__ import annotations

import copy
import functools
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import forger
import pytest
from cancelled_months import resealed
from forger import Docs
from month_stages import Month, read_city, run_month

from inspector import verify
from inspector.ceremony.canon import Suite, canonical, digest
from inspector.ceremony.seed import Entropy
from inspector.month.field import sealed_bundle
from inspector.month.record import anchor_text, stage_anchors
from inspector.month.seal import cancel_seal
from inspector.policy import Source

DICE = "13255664412246634624"
WORD = "5a" * 16
DRAND = "0c" * 48


@functools.cache
def mixed_month() -> Month:
    """梧州 with dice, a witness, a drand round and the lottery in both stages."""
    registry, policy, calendar, record = read_city("wuzhou")
    suite = Suite(policy.hash)
    commit = digest(suite, "reveal", bytes.fromhex(WORD)).hex()

    def inside(day: str, n: int) -> tuple[Source, ...]:
        return (
            Source(f"dice-{n}", "dice", "掷骰", f"d-{n}", f"{day}T08:00:00Z"),
            Source(f"drand-{n}", "drand", "quicknet", f"10{n}", f"{day}T09:00:00Z"),
        )

    witness = Source(
        "witness-2", "reveal", "监督员", "w-2", "2026-11-25T08:30:00Z", commit
    )
    policy = replace(
        policy,
        draw_entropy=(*inside("2026-11-23", 1), *policy.draw_entropy),
        lottery_entropy=(*inside("2026-11-25", 2), witness, *policy.lottery_entropy),
    )

    def given(day: str, n: int) -> tuple[Entropy, ...]:
        return (
            Entropy(f"dice-{n}", "", DICE, f"{day}T08:00:00Z"),
            Entropy(f"drand-{n}", "", DRAND, f"{day}T08:10:00Z"),
        )

    told = Entropy(witness.id, "", WORD, witness.at)
    record = replace(
        record,
        draw=(*given("2026-11-23", 1), *record.draw),
        lottery=(*given("2026-11-25", 2), told, *record.lottery),
    )
    return run_month(registry, policy, calendar, record)


FORGERIES: list[tuple[str, Callable[[Docs], None], Callable[[Docs], None]]] = []


def forgery(catches: str, repair: Callable[[Docs], None] = forger.relog) -> Any:
    def add(change: Callable[[Docs], None]) -> Callable[[Docs], None]:
        FORGERIES.append((catches, change, repair))
        return change

    return add


def leaf(docs: Docs, source: str) -> Docs:
    return next(e for e in docs["log"]["events"] if e.get("source") == source)  # type: ignore[no-any-return]


def row(docs: Docs, source: str) -> Docs:
    for stage in ("draw", "lottery"):
        for r in forger.event(docs, "entropy", stage)["record"]:
            if r["source"] == source:
                return r  # type: ignore[no-any-return]
    raise AssertionError(source)


def entered(docs: Docs, name: str, **changes: Any) -> None:
    one, other = leaf(docs, name), row(docs, name)
    one.update(changes)
    other.update(changes)


def announced(docs: Docs, source: str, **changes: Any) -> None:
    """The policy's plan, the draw's sources and the seal say so."""
    policy = docs["freeze"]["policy"]
    every = (*policy["draw_entropy"], *policy["lottery_entropy"])
    for s in (*every, *docs["seal"]["entropy"]):
        if s["id"] == source:
            s.update(changes)


def again(docs: Docs) -> None:
    forger.refreeze(docs)


# ---------------------------------------------------------- spelling (A2)


@forgery("log.sources")
def a_reveal_in_capitals(docs: Docs) -> None:
    entered(docs, "witness-2", value=WORD.upper())


@forgery("log.sources")
def a_blank_behind_the_numbers(docs: Docs) -> None:
    entered(docs, "dlt-2026135", value="02 07 11 24 32|02 05 ")


@forgery("log.sources")
def two_blanks_between_the_numbers(docs: Docs) -> None:
    entered(docs, "dlt-2026135", value="02  07 11 24 32|02 05")


@forgery("log.sources")
def numbers_in_other_digits(docs: Docs) -> None:
    entered(docs, "dlt-2026135", value="02 07 11 24 32|02 0\uff15")


@forgery("log.sources")
def a_fallback_issue_in_other_digits(docs: Docs) -> None:
    new = {"issue": "202613\u0666", "fallback": True, "at": "2026-11-28T13:25:00Z"}
    entered(docs, "dlt-2026135", **new)


@forgery("log.sources")
def dice_with_a_line_feed(docs: Docs) -> None:
    entered(docs, "dice-2", value=DICE + "\n")


@forgery("log.sources")
def dice_too_few(docs: Docs) -> None:
    entered(docs, "dice-2", value=DICE[:19])


@forgery("log.sources")
def dice_of_a_seventh_side(docs: Docs) -> None:
    entered(docs, "dice-1", value=DICE[:-1] + "7")


@forgery("log.sources")
def a_drand_value_of_the_old_length(docs: Docs) -> None:
    entered(docs, "drand-1", value="0c" * 32)


@forgery("freeze.policy", again)
def a_source_id_in_capitals(docs: Docs) -> None:
    announced(docs, "dice-1", id="Dice-1")
    entered(docs, "dice-1", source="Dice-1")


@forgery("freeze.policy", again)
def a_dice_issue_with_a_blank(docs: Docs) -> None:
    announced(docs, "dice-1", issue="d-1 ")
    entered(docs, "dice-1", issue="d-1 ")


@forgery("freeze.policy", again)
def a_drand_round_with_a_zero_in_front(docs: Docs) -> None:
    announced(docs, "drand-1", issue="0101")
    entered(docs, "drand-1", issue="0101")


# ---------------------------------------------------------- the last mover (B5)


@forgery("log.sources")
def dice_thrown_when_the_numbers_are_known(docs: Docs) -> None:
    """The planner's loop: dice tried on paper after 21:25, logged with that time."""
    events = docs["log"]["events"]
    one, other = leaf(docs, "dice-2"), leaf(docs, "dlt-2026135")
    events.remove(one)
    events.insert(events.index(other) + 1, one)
    entered(docs, "dice-2", at="2026-11-25T13:30:00Z", value="6" * 20)


@forgery("log.order")
def the_same_dice_with_an_earlier_time(docs: Docs) -> None:
    events = docs["log"]["events"]
    one, other = leaf(docs, "dice-2"), leaf(docs, "dlt-2026135")
    events.remove(one)
    events.insert(events.index(other) + 1, one)
    entered(docs, "dice-2", value="6" * 20)


@forgery("log.sources")
def dice_at_t_itself(docs: Docs) -> None:
    entered(docs, "dice-2", at="2026-11-25T13:25:00Z")


@forgery("log.sources")
def dice_before_the_seal(docs: Docs) -> None:
    entered(docs, "dice-2", at=docs["seal"]["sealed_at"])


@forgery("lottery.entropy")
def a_hidden_inside_value(docs: Docs) -> None:
    """The dice are not in the log: what was thrown counts all the same."""
    docs["log"]["events"].remove(leaf(docs, "dice-2"))


@forgery("lottery.entropy")
def a_value_that_the_record_drops(docs: Docs) -> None:
    row(docs, "dice-2").update(value="", at="")


@forgery("lottery.entropy")
def the_first_of_two_throws_counts(docs: Docs) -> None:
    events = docs["log"]["events"]
    one = leaf(docs, "dice-2")
    later = {**one, "value": "6" * 20, "at": "2026-11-25T08:05:00Z"}
    events.insert(events.index(one) + 1, later)


@forgery("lottery.entropy")
def a_reveal_that_does_not_fit_counts(docs: Docs) -> None:
    entered(docs, "witness-2", value="ff" * 16)


@forgery("lottery.entropy")
def an_inside_source_is_left_out(docs: Docs) -> None:
    docs["log"]["events"].remove(leaf(docs, "dice-2"))
    record = forger.event(docs, "entropy", "lottery")["record"]
    record.remove(row(docs, "dice-2"))


@forgery("lottery.entropy")
def the_outside_value_is_not_recorded(docs: Docs) -> None:
    docs["log"]["events"].remove(leaf(docs, "dlt-2026135"))


@forgery("lottery.entropy")
def something_lies_between_entropy_and_lottery(docs: Docs) -> None:
    forger.event(docs, "entropy", "lottery")["at"] = "2026-11-25T13:59:00Z"


@forgery("log.sources")
def a_value_recorded_after_the_draw(docs: Docs) -> None:
    events = docs["log"]["events"]
    drawn = forger.event(docs, "drawn")
    late = {**leaf(docs, "dlt-2026134"), "at": drawn["at"]}
    events.insert(events.index(drawn) + 1, late)


@forgery("log.sources")
def a_value_of_a_source_nobody_announced(docs: Docs) -> None:
    events = docs["log"]["events"]
    one = leaf(docs, "dice-2")
    events.insert(events.index(one) + 1, {**one, "source": "dice-3"})


@forgery("log.sources")
def a_value_of_an_attempt_that_is_not(docs: Docs) -> None:
    events = docs["log"]["events"]
    one = leaf(docs, "dice-2")
    events.insert(events.index(one) + 1, {**one, "attempt": 2})


# ---------------------------------------------------------- waits and plan (B6)


@forgery("freeze.policy", again)
def frozen_twenty_hours_before_the_drawing(docs: Docs) -> None:
    for at in ("2026-11-22T17:25:00Z",):
        docs["freeze"]["frozen_at"] = at
        forger.event(docs, "frozen")["at"] = at


@forgery("log.sources", forger.reseal)
def sealed_an_hour_before_the_drawing(docs: Docs) -> None:
    """At 20:25 for 21:25; the values of the day are entered after it."""
    at = "2026-11-25T12:25:00Z"
    docs["seal"]["sealed_at"] = forger.event(docs, "sealed")["at"] = at
    for n, name in enumerate(("dice-2", "drand-2", "witness-2")):
        entered(docs, name, at=f"2026-11-25T12:3{n}:00Z")


@forgery("freeze.policy", again)
def no_wait_at_all(docs: Docs) -> None:
    docs["freeze"]["policy"]["seal_wait_hours"] = 0


@forgery("seal.entropy", forger.reseal)
def a_reason_without_a_cause(docs: Docs) -> None:
    docs["seal"]["entropy_reason"] = "wait"


@forgery("seal.entropy", forger.reseal)
def other_sources_without_a_reason(docs: Docs) -> None:
    """The planner waits for numbers that suit him."""
    docs["seal"]["entropy"][-1].update(issue="2026136", at="2026-11-28T13:25:00Z")
    entered(docs, "dlt-2026135", issue="2026136", at="2026-11-28T13:25:00Z")


@forgery("seal.entropy", forger.reseal)
def other_sources_for_a_cancellation_that_never_was(docs: Docs) -> None:
    docs["seal"]["entropy_reason"] = "cancelled"
    docs["seal"]["entropy"][-1].update(issue="2026136", at="2026-11-28T13:25:00Z")
    entered(docs, "dlt-2026135", issue="2026136", at="2026-11-28T13:25:00Z")


@forgery("seal.entropy", forger.reseal)
def an_inside_source_falls_out_of_the_plan(docs: Docs) -> None:
    docs["seal"]["entropy_reason"] = "wait"
    del docs["seal"]["entropy"][0]


# ---------------------------------------------------------- outside time (B8)


@forgery("freeze.policy", again)
def drawn_at_nine_announced_as_midnight(docs: Docs) -> None:
    """Sealed while the numbers are on television, announced as 23:59."""
    announced(docs, "dlt-2026134", at="2026-11-23T15:59:00Z")


@forgery("freeze.policy", again)
def a_game_on_a_day_without_drawing(docs: Docs) -> None:
    announced(docs, "dlt-2026134", at="2026-11-24T13:25:00Z")


@forgery("freeze.policy", again)
def the_other_games_time(docs: Docs) -> None:
    announced(docs, "dlt-2026134", at="2026-11-23T13:15:00Z")


@forgery("freeze.policy", again)
def drand_alone_is_not_outside(docs: Docs) -> None:
    sources = docs["freeze"]["policy"]["draw_entropy"]
    sources[:] = [s for s in sources if s["kind"] == "drand"]


@forgery("log.sources")
def a_drand_value_after_the_lottery(docs: Docs) -> None:
    events = docs["log"]["events"]
    one, other = leaf(docs, "drand-2"), leaf(docs, "dlt-2026135")
    events.remove(one)
    events.insert(events.index(other) + 1, one)
    entered(docs, "drand-2", at="2026-11-25T13:30:00Z", value="0d" * 48)


@forgery("freeze.policy", again)
def a_drand_round_after_the_lottery(docs: Docs) -> None:
    announced(docs, "drand-2", at="2026-11-25T14:00:00Z")


@forgery("log.sources", again)
def an_old_issue_serves_both_stages(docs: Docs) -> None:
    announced(docs, "dlt-2026135", issue="2026134")
    entered(docs, "dlt-2026135", issue="2026134")


@forgery("log.sources", again)
def one_throw_serves_both_stages(docs: Docs) -> None:
    announced(docs, "dice-2", issue="d-1")
    entered(docs, "dice-2", issue="d-1")


@forgery("log.sources", again)
def one_promise_serves_both_stages(docs: Docs) -> None:
    sources = docs["freeze"]["policy"]["draw_entropy"]
    commit = next(s["commit"] for s in sources if s["kind"] == "reveal")
    announced(docs, "witness-2", commit=commit)


@forgery("log.sources")
def a_fallback_at_the_announced_time(docs: Docs) -> None:
    entered(docs, "dlt-2026135", issue="2026136", fallback=True)


@forgery("log.sources")
def a_fallback_to_the_next_year_within_the_year(docs: Docs) -> None:
    changes = {"issue": "2027001", "fallback": True, "at": "2026-11-28T13:25:00Z"}
    entered(docs, "dlt-2026135", **changes)


@forgery("log.sources")
def a_fallback_of_the_dice(docs: Docs) -> None:
    entered(docs, "dice-2", fallback=True)


def test_the_mixed_month_holds(tmp_path: Path) -> None:
    month = mixed_month()
    found = forger.verdicts(forger.write(tmp_path, dict(month.closed.auditor)))
    assert forger.failing(found) == set()
    assert found["draw.inside"] == found["lottery.inside"] == verify.OPEN


def test_there_are_enough_forgeries_and_no_two_share_a_name() -> None:
    names = {change.__name__ for _, change, _ in FORGERIES}
    assert len(names) == len(FORGERIES) >= 40


@pytest.mark.parametrize("one", FORGERIES, ids=lambda one: one[1].__name__)
def test_a_forgery_is_caught(one: Any, tmp_path: Path) -> None:
    catches, change, repair = one
    docs = copy.deepcopy(forger.load(mixed_month().closed.files))
    before = canonical(docs)
    change(docs)
    repair(docs)
    assert canonical(docs) != before
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    assert catches in forger.failing(found)
    assert found["log.root"] == verify.HOLDS


# ---------------------------------------------------------- anchors (B7)


def anchors(month: Month) -> list[str]:
    return stage_anchors(
        month.closed.log,
        month.frozen.file,
        ("draw", 1, month.policy.draw_entropy),
        ("lottery", 1, month.sealed.entropy),
    )


TIMED = {
    *("freeze.before_entropy", "draw.inside"),
    *("seal.before_entropy", "lottery.inside"),
}


def verdicts(month: Month, path: Path, given: list[str]) -> dict[str, str]:
    found = forger.verdicts(forger.write(path, dict(month.closed.files)), given)
    return {name: found[name] for name in TIMED}


def test_an_anchor_per_stage_settles_every_claim_about_time(tmp_path: Path) -> None:
    month = mixed_month()
    found = verdicts(month, tmp_path, anchors(month))
    assert set(found.values()) == {verify.HOLDS}
    (tmp_path / "anchor.txt").write_text("".join(anchors(month)), "utf-8")
    found = verdicts(month, tmp_path / "b", [str(tmp_path / "anchor.txt")])
    assert set(found.values()) == {verify.HOLDS}


def test_an_anchor_of_the_freeze_alone_covers_no_inside_value(tmp_path: Path) -> None:
    month = mixed_month()
    found = verdicts(
        month, tmp_path, [anchor_text(month.frozen.log, month.frozen.file)]
    )
    assert found.pop("freeze.before_entropy") == verify.HOLDS
    assert set(found.values()) == {verify.OPEN}


def sized(month: Month, size: int) -> str:
    log = replace(month.closed.log, events=month.closed.log.events[:size])
    return anchor_text(log, month.frozen.file)


def test_every_anchor_speaks_for_what_its_prefix_allows_and_no_more(
    tmp_path: Path,
) -> None:
    month = mixed_month()
    events = month.closed.log.events
    where = {e.get("source") or e["event"]: k for k, e in enumerate(events)}
    out = {
        name: {
            size
            for size in range(1, where["assigned"] + 3)
            if verdicts(month, tmp_path, [sized(month, size)])[name] == verify.HOLDS
        }
        for name in sorted(TIMED)
    }
    first = where["frozen"] + 1, where["dlt-2026134"] + 1
    second = where["sealed"] + 1, where["dlt-2026135"] + 1
    assert out["freeze.before_entropy"] == set(range(*first))
    assert out["draw.inside"] == set(range(where["witness-draw"] + 1, first[1]))
    assert out["seal.before_entropy"] == set(range(*second))
    assert out["lottery.inside"] == set(range(where["witness-2"] + 1, second[1]))


def test_a_silent_source_stays_open_under_any_anchor(tmp_path: Path) -> None:
    """Silence is one free bit: no anchor shows that nothing was said before T."""
    registry, policy, calendar, record = read_city("wuzhou")
    silent = replace(record, draw=record.draw[1:])
    month = run_month(registry, policy, calendar, silent)
    path = forger.write(tmp_path, dict(month.closed.files))
    given = anchors(month)
    report = verify.verify_bundle(path, given)
    found = {f["id"]: f for f in report.findings}
    assert found["draw.inside"]["verdict"] == verify.OPEN
    assert "空 empty" in found["draw.inside"]["detail"]
    assert report.count(verify.FAILS) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda o, n, r: (o, n, b64encode(b"\0" * 32).decode()),
        lambda o, n, r: (o, n + 1, r),
        lambda o, n, r: (o, 9_999, r),
        lambda o, n, r: (o.replace("wuzhou", "zibo"), n, r),
        lambda o, n, r: (o.replace("2026-12", "2027-01"), n, r),
        lambda o, n, r: (o[:-1] + ("0" if o[-1] != "0" else "1"), n, r),
    ],
)
def test_an_anchor_that_contradicts_the_log_refutes_it(
    change: Any, tmp_path: Path
) -> None:
    month = mixed_month()
    origin, size, root = anchors(month)[0].split()
    told = " ".join(map(str, change(origin, int(size), root)))
    found = verdicts(month, tmp_path, [told])
    assert set(found.values()) == {verify.FAILS}
    # One that fits does not outweigh it.
    found = verdicts(month, tmp_path, [*anchors(month), told])
    assert set(found.values()) == {verify.FAILS}


def test_a_backdated_value_is_refuted_by_the_anchor_of_that_evening(
    tmp_path: Path,
) -> None:
    """After 21:25 another throw is written in front of the one that was anchored."""
    month = mixed_month()
    docs = copy.deepcopy(forger.load(month.closed.files))
    entered(docs, "dice-2", value="6" * 20)
    forger.relog(docs)
    path = forger.write(tmp_path, forger.dump(docs))
    found = forger.verdicts(path, anchors(month))
    assert found["lottery.inside"] == verify.FAILS
    assert forger.verdicts(path)["lottery.inside"] == verify.OPEN


def test_a_later_correction_is_not_covered_by_the_anchor_before_it(
    tmp_path: Path,
) -> None:
    month = mixed_month()
    docs = copy.deepcopy(forger.load(month.closed.files))
    events = docs["log"]["events"]
    one = leaf(docs, "witness-2")
    again = {**leaf(docs, "dice-2"), "value": "6" * 20, "at": one["at"]}
    events.insert(events.index(one) + 1, again)
    row(docs, "dice-2").update(value="6" * 20, at=one["at"])
    forger.relog(docs)
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)), anchors(month))
    assert found["lottery.inside"] == verify.OPEN
    assert found["seal.before_entropy"] == verify.HOLDS


@pytest.mark.parametrize(
    "text", ["", "00", "wuzhou/2026-12/0 1", "a b c", "x 1 " + "A" * 44]
)
def test_what_is_no_anchor_is_unreadable(text: str, tmp_path: Path) -> None:
    path = forger.write(tmp_path, dict(mixed_month().closed.files))
    with pytest.raises(verify.NotABundle):
        verify.verify_bundle(path, [text])


def test_the_last_line_says_what_exit_0_means(tmp_path: Path) -> None:
    month = mixed_month()
    path = forger.write(tmp_path, dict(month.closed.files))
    with_, without = (
        verify.verify_bundle(path, given).text().splitlines()[-1]
        for given in (anchors(month), [])
    )
    assert "you state to have seen before T" in with_
    assert "without an anchor" in without


def test_the_record_of_a_cancelled_attempt_is_what_its_leaves_give(
    month: Month, tmp_path: Path
) -> None:
    """A fallback invented there would excuse later sources of the next seal."""
    log = cancel_seal(month.sealed, month.assigned.log, "2026-11-25T15:00:00Z", "有误")
    done = resealed(month, month.packed, log, "2026-11-26T08:00:00Z")
    files = sealed_bundle(done)
    path = forger.write(tmp_path / "honest", files)
    assert forger.failing(forger.verdicts(path)) == set()
    docs = forger.load(files)
    first = next(
        e
        for e in docs["log"]["events"]
        if (e["event"], e.get("stage")) == ("entropy", "lottery")
    )
    first["record"][0].update(issue="2026137", fallback=True)
    forger.relog(docs)
    path = forger.write(tmp_path / "forged", forger.dump(docs))
    assert forger.failing(forger.verdicts(path)) == {"log.sources"}
