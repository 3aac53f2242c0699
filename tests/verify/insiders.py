"""Insiders: planners with the source code, the blinds and every key.

Each runs a month with changed code or edits it as a bureau could, has every hash made
to fit, and shows honest anchors of the log that he published. What he wants is in his
name; `INSIDERS` says what the verifier answers.
"""

from __future__ import annotations

import copy
import itertools
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import forger
from attacked import source, value
from forger import Docs
from month_stages import (
    Month,
    assigned_with,
    drawn_with,
    field_work,
    freeze_city,
    reasoned,
    run_month,
)
from rebuilt import rebuild
from redrawn import edited, rough

from inspector.ceremony.seed import Entropy
from inspector.domain import Recusal
from inspector.month import demonstration
from inspector.month.field import close, sealed_bundle
from inspector.month.pack import PeopleChange, schedule
from inspector.month.seal import seal
from inspector.policy import Source
from inspector.verify import canonical

UNIT = 1 << 20  # of certificates; chances are in its square
NUMBERS = "01 02 03 04 05|01 02"


@dataclass(frozen=True)
class Case:
    """What the public gets, and the anchors that it saw in time."""

    files: Mapping[str, bytes]
    anchors: list[str] = field(default_factory=list)
    options: tuple[str, ...] = ()


Insider = Callable[[Month], Case]
INSIDERS: dict[str, tuple[Insider, int, str]] = {}


def insider(status: int, claim: str = "") -> Callable[[Insider], Insider]:
    """Registers one: the exit status it meets and the claim that says why."""

    def add(own: Insider) -> Insider:
        INSIDERS[own.__name__] = own, status, claim
        return own

    return add


def anchor(docs: Docs, size: int) -> str:
    """The anchor that was published when the log had so many leaves."""
    first = [r["document"] for r in docs.get("cancelled", {}).get("attempts", [])]
    freeze = next((d for d in first if "policy" in d), docs["freeze"])
    scope = canonical(freeze["policy"]["scope"])
    name = forger.digest(docs, "scope", scope).hex()[:16]
    leaves = [canonical(e) for e in docs["log"]["events"][:size]]
    root = b64encode(bytes.fromhex(forger.root(leaves))).decode()
    return f"{freeze['bureau']}/{freeze['month']}/{name} {size} {root}"


def place(docs: Docs, kind: str, stage: str = "") -> int:
    """Where the last event of a kind stands."""
    e = forger.event(docs, kind, stage)
    return next(k for k, x in enumerate(docs["log"]["events"]) if x is e)


def honest(docs: Docs) -> list[str]:
    """Anchors published after the freeze, each inside value, and the seal."""
    events = docs["log"]["events"]
    sizes = [k + 1 for k, e in enumerate(events) if e["event"] in ("frozen", "sealed")]
    return [anchor(docs, size) for size in sizes]


def closed(docs: Docs) -> Case:
    """The month as edited, every hash rebuilt."""
    rebuild(docs)
    return Case(forger.dump(docs), honest(docs))


def as_run(month: Month, *changes: Any) -> Case:
    """The month run with changed code."""
    with ExitStack() as stack:
        stack.enter_context(patch("month_stages.quick", rough))
        for change in changes:
            stack.enter_context(change)
        files = run_month(
            month.registry, month.policy, month.calendar, month.record
        ).closed.auditor
    docs = forger.load(files)
    return Case(files, honest(docs))


def own(month: Month) -> Docs:
    return copy.deepcopy(forger.load(month.closed.auditor))


# ------------------------------------------------------------------- A: what is written


@insider(1, "bundle.shape")
def people_by_hand_behind_a_hidden_event(month: Month) -> Case:
    docs = own(month)
    forger.event(docs, "entropy", "lottery").update(stage="lottery ", attempt=0)
    row = docs["assigned"]["seats"][0]
    names = dict(docs["assigned"]["reserves"])[row[0]]
    row[1], names[0] = names[0], row[1]
    return closed(docs)


@insider(1, "bundle.shape")
def compounds_by_hand_behind_a_hidden_event(month: Month) -> Case:
    from inspector.month import freeze as module

    real = module.selection.draw

    def picked(*given: Any) -> Any:
        found = list(real(*given))
        k = next(k for k, s in enumerate(found) if s.drawn and s.reserves)
        s = found[k]
        drawn = (s.reserves[0], *s.drawn[1:])
        found[k] = replace(s, drawn=drawn, reserves=(s.drawn[0], *s.reserves[1:]))
        return tuple(found)

    case = as_run(month, patch.object(module.selection, "draw", picked))
    docs = forger.load(case.files)
    forger.event(docs, "entropy", "draw").update(stage="draw\u3000", attempt=0)
    return closed(docs)


@insider(1, "log.sources")
def a_reveal_in_capitals_for_another_seed(month: Month) -> Case:
    real = month.record.draw[0]
    record = replace(
        month.record,
        draw=(replace(real, value=real.value.upper()), *month.record.draw[1:]),
    )
    again = replace(month, record=record)
    return as_run(
        again,
        patch("inspector.month.record.valid_value", lambda *_: True),
        patch("inspector.month.record.fits", lambda *_: True),
    )


@insider(1, "draw.visits")
def visits_numbered_by_compound(month: Month) -> Case:
    """So that the numbers of the results tell who was not drawn."""
    docs = own(month)
    visits = docs["drawn"]["visits"]
    order = sorted(visits, key=lambda v: (v["compound"], v["step"]))
    new = {v["id"]: f"V{k:04d}" for k, v in enumerate(order, 1)}
    for v in visits:
        v["id"] = new[v["id"]]
    visits.sort(key=lambda v: v["id"])
    stops = [s for p in docs["plan"]["packages"] for s in p["stops"]]
    events = [e for e in docs["log"]["events"] if "visit" in e]
    for row in (
        *stops,
        *docs["plan"]["unplaced"],
        *docs["results"]["results"],
        *events,
    ):
        row["visit"] = new[row["visit"]]
    return closed(docs)


# --------------------------------------------------------------- B: entropy and time


def with_dice(month: Month, dice: str) -> Month:
    """The month with dice beside the lottery, thrown when the lottery is known."""
    source = Source("dice-1", "dice", "局内", "d-1", "2026-11-23T08:00:00Z")
    policy = replace(
        month.policy, draw_entropy=(source, *month.policy.draw_entropy[1:])
    )
    thrown = Entropy("dice-1", "d-1", dice, "2026-11-23T08:00:00Z")
    record = replace(month.record, draw=(thrown, *month.record.draw[1:]))
    return replace(month, policy=policy, record=record)


def chosen_dice(month: Month) -> Month:
    """Dice after which a friend is not drawn: at most 41 throws on paper."""
    first = with_dice(month, "1" * 20)
    frozen = freeze_city(first.registry, first.policy, first.calendar, first.record)
    drawn = drawn_with(frozen, first.record.draw, first.record.drawn_at)
    friend = drawn.compounds[0]
    for n in range(41):
        own = with_dice(month, "".join(str(1 + n // 6**k % 6) for k in range(20)))
        if (
            friend
            not in drawn_with(frozen, own.record.draw, own.record.drawn_at).compounds
        ):
            return own
    raise AssertionError("no throw of 41 does it")


@insider(1, "draw.inside")
def the_last_mover_changes_dice_that_an_anchor_covers(month: Month) -> Case:
    shown = forger.load(as_run(with_dice(month, "1" * 20)).files)
    case = as_run(chosen_dice(month))
    return Case(case.files, [anchor(shown, place(shown, "frozen") + 2)])


@insider(0, "draw.inside –")
def the_last_mover_throws_dice_that_no_anchor_covers(month: Month) -> Case:
    """Named: "was this public before T?"; the default policy has no dice."""
    return as_run(chosen_dice(month))


@insider(1, "draw.entropy")
def the_last_mover_has_only_a_committed_reveal(month: Month) -> Case:
    """Another value than the one committed to counts as none."""
    docs = own(month)
    for e in docs["log"]["events"]:
        for row in (e, *e.get("record", ())):
            if row.get("source") == "witness-draw":
                row["value"] = "ab" * 16
    return closed(docs)


@insider(1, "results.people")
def the_lottery_after_the_visits(month: Month) -> Case:
    day = "2026-12-09"
    source = replace(
        month.policy.lottery_entropy[0], issue="2026141", at=f"{day}T13:25:00Z"
    )
    policy = replace(month.policy, lottery_entropy=(source,))
    value = Entropy(source.id, source.issue, NUMBERS, source.at)
    record = replace(
        month.record,
        lottery=(value,),
        assigned_at=f"{day}T14:00:00Z",
    )

    def late(assigned: Any) -> Any:
        """Everything was inspected in time, by whom the boss sent."""
        found = demonstration.results(assigned)
        for r in sorted(
            found, key=lambda r: (max(r.published_at, day + "T15"), r.visit)
        ):
            at = max(r.published_at, "2026-12-09T15:00:00Z")
            assigned = publish(assigned, replace(r, published_at=at))
        return assigned

    from inspector.month.field import publish

    return as_run(
        replace(month, policy=policy, record=record),
        patch("month_stages.field_work", late),
        patch("inspector.month.field.refuse_unmade", day_of),
    )


@insider(1, "freeze.before_entropy")
def a_change_of_people_dated_before_the_draw(month: Month) -> Case:
    """Logged when the drawn compounds were known, dated before; the anchor tells."""
    docs = own(month)
    before = anchor(docs, place(docs, "source_recorded", "draw"))
    who = docs["private"]["private"]["inspectors"][0]["id"]
    change = {
        **{"at": "2026-11-21T08:00:00Z", "reason": "回避", "approver": "局长"},
        **{"leave": [], "salt": "aa" * 32},
        "recusals": [
            {
                **{"inspector": who, "subject": docs["drawn"]["visits"][0]["compound"]},
                **{"reason": "relative", "first": "", "last": ""},
            }
        ],
    }
    docs["private"]["changes"].append(change)
    event = {k: change[k] for k in ("at", "reason", "approver")}
    docs["log"]["events"].insert(1, {"event": "people_changed", **event, "digest": ""})
    rebuild(docs)
    return Case(forger.dump(docs), [before])


@insider(0, "draw 1: ")
def a_cancellation_dated_before_the_draw_made_after_it(month: Month) -> Case:
    """Not prevented: what the cancelled draw would have given is recorded and shown."""
    from inspector.month.freeze import cancel_draw, freeze, record_draw
    from inspector.month.record import record_cancelled

    record, cut = month.record, "2026-11-23T13:00:00Z"
    first = record_draw(month.frozen, record.draw[0])
    log = cancel_draw(first, first.log, cut, "印刷错误")
    policy = replace(
        month.policy,
        draw_entropy=source("draw", "2026135", "2026-11-25"),
        lottery_entropy=source("lottery", "2026136", "2026-11-28"),
    )
    frozen = freeze(
        month.registry,
        policy,
        month.calendar,
        blind=b"\5" * 32,
        secret=month.frozen.secret.value,
        at="2026-11-23T13:10:00Z",
        log=log,
        demonstration=True,
    )
    seen = replace(record.draw[1], issue="2026134")
    frozen = replace(frozen, log=record_cancelled(frozen.log, "draw", 1, seen))
    drawn = drawn_with(frozen, value(policy.draw_entropy), "2026-11-25T14:00:00Z")
    sealed = seal(
        reasoned(schedule(drawn, rough)), blind=b"\6" * 32, at="2026-11-26T08:00:00Z"
    )
    values = value(policy.lottery_entropy)
    assigned = assigned_with(sealed, values, "2026-11-28T14:00:00Z")
    done = close(field_work(assigned), record.closed_at, {})
    docs = forger.load(done.auditor)
    return Case(done.auditor, [anchor(docs, 2), *honest(docs)])


@insider(1, "log.cancelled")
def the_value_of_a_cancelled_draw_is_never_told(month: Month) -> Case:
    docs = forger.load(a_cancellation_dated_before_the_draw_made_after_it(month).files)
    events = docs["log"]["events"]
    late = [
        e
        for e in events
        if (e["event"], e.get("stage"), e.get("attempt"))
        == ("source_recorded", "draw", 1)
        and e["issue"] == "2026134"
    ]
    events.remove(late[0])
    return closed(docs)


@insider(1, "log.sources")
def the_same_issue_for_draw_and_lottery(month: Month) -> Case:
    draw = month.policy.draw_entropy[-1]
    source = replace(month.policy.lottery_entropy[0], issue=draw.issue)
    policy = replace(month.policy, lottery_entropy=(source,))
    value = Entropy(source.id, source.issue, NUMBERS, source.at)
    record = replace(month.record, lottery=(value,))
    plan = patch("inspector.month.seal._sources", lambda *_: ((source,), ""))
    return as_run(replace(month, policy=policy, record=record), plan, *no_rules())


@insider(1, "log.sources")
def a_self_made_drand_is_the_outside(month: Month) -> Case:
    source = Source("drand-1", "drand", "own", "1234", "2026-11-23T13:25:00Z")
    policy = replace(month.policy, draw_entropy=(month.policy.draw_entropy[0], source))
    value = Entropy("drand-1", "1234", "ab" * 48, "2026-11-23T13:24:00Z")
    record = replace(month.record, draw=(month.record.draw[0], value))
    return as_run(replace(month, policy=policy, record=record), *no_rules())


def no_rules() -> list[Any]:
    """The program no longer refuses sources."""
    places = [
        f"inspector.month.{m}.refuse_sources" for m in ("record", "freeze", "seal")
    ]
    last = "inspector.month.record.outside_time"
    return [
        *(patch(name, lambda *a, **k: None) for name in places),
        patch("inspector.month.freeze._refuse_entropy", lambda *a, **k: None),
        patch(last, lambda sources: max(s.at for s in sources)),
    ]


@insider(1, "log.sources")
def drawn_at_2125_announced_as_2359_sealed_at_2150(month: Month) -> Case:
    source = replace(month.policy.lottery_entropy[0], at="2026-11-25T15:59:00Z")
    policy = replace(month.policy, lottery_entropy=(source,), seal_wait_hours=1)
    value = replace(month.record.lottery[0], at=source.at, issue=source.issue)
    record = replace(
        month.record,
        **{"sealed_at": "2026-11-25T13:50:00Z", "lottery": (value,)},
        assigned_at="2026-11-25T16:00:00Z",
    )
    return as_run(replace(month, policy=policy, record=record), *no_rules())


@insider(0, "draw.outside –")
def an_old_issue_with_a_later_time(month: Month) -> Case:
    """Issue and date are printed, to compare with the organiser."""
    old = replace(month.policy.draw_entropy[-1], issue="2026100")
    policy = replace(month.policy, draw_entropy=(*month.policy.draw_entropy[:-1], old))
    draw = (*month.record.draw[:-1], replace(month.record.draw[-1], issue="2026100"))
    return as_run(
        replace(month, policy=policy, record=replace(month.record, draw=draw))
    )


@insider(0, "lottery-2026136 2026136 = 11 12 13 14 15|05 06")
def the_value_of_a_cancelled_lottery_is_invented(month: Month) -> Case:
    """Printed, to compare with the organiser."""
    from attacked import again

    docs = forger.load(again(month))
    for e in docs["log"]["events"]:
        own = e["event"] == "source_recorded" and e["stage"] == "lottery"
        if own and e["attempt"] == 1:
            e["value"] = "11 12 13 14 15|05 06"
    return closed(docs)


# ------------------------------------------------------------------------- C: people


@insider(1, "table.canonical")
def a_chance_is_moved_inside_floor_and_cap(month: Month) -> Case:
    from inspector.month import assigned as module

    real = module.table_of

    def moved(docs: Docs) -> None:
        """A hair, round a rectangle of two seats and two people, within all bounds."""
        table, sums = docs["table"], Counter[tuple[int, int]]()
        package = [s["package"] for s in table["seats"]]
        day = [table["packages"][k]["day"] for k in package]
        at = {(e[0], e[1]): e for e in table["elements"]}
        for (s, i), e in at.items():
            sums[i, package[s]] += e[2]
        num, den = month.policy.lottery.cap_factor
        cap = {
            (i, k): table["levels"][level]["value"] * num // den * UNIT
            for i, k, level, _ in table["pairs"]
        }
        n, low = UNIT * UNIT // 100_000, table["floor"] * UNIT

        def fits(s: int, i: int, by: int) -> bool:
            pair = (i, package[s])
            ok = low <= sums[pair] + by <= min(cap[pair], UNIT * UNIT)
            return ok and at[s, i][2] + by >= 0

        for (s, i), (t, j) in itertools.permutations(at, 2):
            if day[s] == day[t] or i == j or not {(s, j), (t, i)} <= at.keys():
                continue
            if all(fits(*p) for p in ((s, i, n), (t, j, n), (s, j, -n), (t, i, -n))):
                for seat, person, by in ((s, i, n), (t, j, n), (s, j, -n), (t, i, -n)):
                    at[seat, person][2] += by
                return

    def table_of(packed: Any) -> Any:
        found = real(packed)
        docs = {"table": copy.deepcopy(json.loads(sealed.files["table.json"]))}
        rows = [tuple(e) for e in docs["table"]["elements"] if e[2]]
        return replace(found, elements=tuple(rows))

    with edited("table", moved):
        sealed = seal(
            month.packed,
            blind=bytes.fromhex(month.record.seal_blind),
            at=month.record.sealed_at,
        )
    with patch.object(module, "table_of", table_of):
        assigned = assigned_with(sealed, month.record.lottery, month.record.assigned_at)
    done = close(field_work(assigned), month.record.closed_at, {})
    docs = forger.load(done.auditor)
    return Case(done.auditor, honest(docs))


# Public: how a late change is followed is the auditor's to see.
@insider(1, "changes.followed")
def a_second_change_hides_that_the_first_was_not_followed(month: Month) -> Case:
    """A recusal at 07:00 of the day, an empty change after the release."""
    docs = own(month)
    events, private = docs["log"]["events"], docs["private"]
    names = month.frozen.names
    away = {(e["person"], e["day"]) for e in events if e["event"] == "absent"}
    days = {p["id"]: p for p in docs["plan"]["packages"]}
    rows = [(days.get(s.split("/")[0]), who) for s, who in docs["assigned"]["seats"]]
    package, who = max(
        ((p, who) for p, who in rows if p and (who, p["day"]) not in away),
        key=lambda row: (row[0]["day"], row[1]),
    )
    visits = {v["id"]: v["compound"] for v in docs["drawn"]["visits"]}
    subject = visits[package["stops"][0]["visit"]]
    me = next(i for i, name in names.items() if name == who)
    row = {"inspector": me, "subject": subject, "reason": "relative"}
    row |= {"first": package["day"], "last": package["day"]}
    before = str(date.fromisoformat(package["day"]) - timedelta(1))
    for at, recusals in ((f"{before}T23:00:00Z", [row]), (f"{before}T23:31:00Z", [])):
        change = {"at": at, "reason": "回避", "approver": "局长"}
        k = next(k for k, e in enumerate(events) if e.get("at", "") > at)
        while events[k - 1]["event"] == "inspected":
            k -= 1
        events.insert(k, {"event": "people_changed", **change, "digest": ""})
        private["changes"].append(
            change | {"leave": [], "recusals": recusals, "salt": "aa" * 32}
        )
    return closed(docs)


@insider(1, "changes.substitutions")
def an_empty_late_change_lets_reserves_be_passed_over(month: Month) -> Case:
    docs = own(month)
    events = docs["log"]["events"]
    e = next(x for x in events if x["event"] == "substituted")
    names = dict(docs["assigned"]["reserves"])[e["seat"]]
    passed = len(e["skipped"])
    e["skipped"] += [[who, "ineligible"] for who in names[passed:-1]]
    e["in"] = names[-1]
    k = next(k for k, x in enumerate(events) if x["event"] == "absent")
    row = {"at": events[k]["at"], "reason": "x", "approver": "y"}
    events.insert(k, {"event": "people_changed", **row, "digest": "00" * 32})
    empty = {"leave": [], "recusals": [], "salt": "aa" * 32}
    docs["private"]["changes"].append(row | empty)
    return closed(docs)


def all_but_four_recused(month: Month) -> Any:
    """A change after the draw: only four people may visit a known target."""
    target = month.drawn.compounds[0]
    people = [i for i in month.registry.inspectors if not i.expert]
    leads = [i.id for i in people if i.may_lead][:2]
    keep = {*leads, *[i.id for i in people if i.id not in leads][:2]}
    rows = tuple(
        Recusal(i.id, target, "relative", None, None)
        for i in people
        if i.id not in keep
    )
    change = PeopleChange("2026-11-23T16:00:00Z", "回避", "局长", (), rows)
    from inspector.month.people import changed

    drawn = changed(month.drawn, change)
    return reasoned(schedule(drawn, rough, (change,)))


def staffed(month: Month, packed: Any, *changes: Any) -> Case:
    sealed = seal(
        packed, blind=bytes.fromhex(month.record.seal_blind), at=month.record.sealed_at
    )
    assigned = assigned_with(sealed, month.record.lottery, month.record.assigned_at)
    done = close(field_work(assigned), month.record.closed_at, {})
    return Case(done.auditor, honest(forger.load(done.auditor)))


@insider(0, "席位人少")
def all_but_four_are_recused_after_the_draw(month: Month) -> Case:
    """Shown, not prevented: the seat is named in the last lines."""
    return staffed(month, all_but_four_recused(month))


@insider(1, "auditor.hardest")
def all_but_four_are_recused_and_the_seat_not_listed(month: Month) -> Case:
    def quiet(docs: Docs) -> None:
        table = docs["table"]
        for s in table["seats"]:
            s["hardest"] = min(s["hardest"], int(s["eligible"], 16).bit_count())
        table["listed"] = []

    def silent(docs: Docs) -> None:
        docs["seal"]["listed"] = 0

    with edited("table", quiet), edited("seal", silent):
        case = staffed(month, all_but_four_recused(month))
    docs = forger.load(case.files)
    return Case(case.files, honest(docs))


@insider(1, "results.people")
def nobody_was_there_and_five_visits_were_inspected(month: Month) -> Case:
    from inspector.month import field as module
    from inspector.month.absence import absent

    def work(assigned: Any) -> Any:
        day = min(p.day for p in assigned.sealed.packed.packing.packages)
        for who in sorted(month.frozen.names.values()):
            assigned = absent(assigned, who, day, "illness", f"{day}T00:10:00Z")
        for r in demonstration.results(assigned):
            assigned = module.publish(assigned, r)
        return assigned

    return as_run(
        month,
        patch("month_stages.field_work", work),
        patch.object(module, "refuse_unmade", day_of),
    )


def day_of(assigned: Any, visit: str) -> date:
    packages = assigned.sealed.packed.packing.packages
    return next(p.day for p in packages for s in p.stops if s.visit == visit)


@insider(1, "seats.officers")
def minutes_of_stand_by_pairs_are_chosen_after_the_draw(month: Month) -> Case:
    """Duty that nobody has moves the one table."""
    from inspector.month import pack

    real = pack.Seat

    def heavy(*given: Any) -> Any:
        seat = real(*given)
        return replace(seat, minutes=seat.minutes or 10_000 * (seat.day.day % 2))

    return as_run(month, patch.object(pack, "Seat", heavy))


# --------------------------------------------------- D: the policy, the work itself


def with_policy(month: Month, **parts: Any) -> Case:
    return as_run(replace(month, policy=replace(month.policy, **parts)))


@insider(1, "freeze.policy")
def packages_are_released_a_month_after_their_day(month: Month) -> Case:
    """So that any lottery comes before any visit."""
    return with_policy(month, release_minute=31 * 1440)


@insider(1, "freeze.policy")
def every_seat_must_keep_twice_its_people(month: Month) -> Case:
    """So that people forbid every place, and whoever he likes is left out."""
    seats = replace(month.policy.seats, keep_share=(2, 1))
    return with_policy(month, seats=seats)


@insider(1, "freeze.policy")
def a_degree_is_two_hundred_kilometres(month: Month) -> Case:
    """So that cars get hardly anywhere."""
    return with_policy(month, travel=replace(month.policy.travel, lon_metres=200_000))


@insider(1, "freeze.registry")
def one_past_visit_told_twice_reaches_the_cap(month: Month) -> Case:
    """Each leaf cited is in the log of that month."""
    history = month.registry.history
    year = month.policy.month[:4]
    row = next(h for h in history if h.counts_for_cap and str(h.date)[:4] == year)
    rows = sorted((*history, row), key=lambda h: (h.date, h.compound, h.kind))
    registry = replace(month.registry, history=tuple(rows))
    return as_run(replace(month, registry=registry))


@insider(1, "amendments.changes")
def a_stand_by_pair_is_called_after_its_day(month: Month) -> Case:
    """The boss picks, afterwards, who is to have been there."""
    from amended_month import quiet_day, whistle

    from inspector.month.amendment_call import call
    from inspector.month.field import publish

    visit, route = whistle(month, quiet_day(month, month.assigned))
    at = "2026-12-20T08:00:00Z"
    done = call(month.assigned, visit, route, at=at, reason="12345 热线")
    rows = [
        replace(r, published_at=max(r.published_at, at))
        for r in demonstration.results(done)
    ]
    for row in sorted(rows, key=lambda r: (r.published_at, r.visit)):
        done = publish(done, row)
    files = close(done, month.record.closed_at, {}).auditor
    return Case(files, honest(forger.load(files)))


@insider(1, "plan.unplaced")
def a_visit_is_not_planned_though_a_car_is_free(month: Month) -> Case:
    """The plan lacks a package; its visit is said to have no car."""
    from inspector.month import pack

    real = pack.settled

    def settled(drawn: Any, packing: Any, *rest: Any, **named: Any) -> Any:
        found = real(drawn, packing, *rest, **named)
        from inspector.schedule.workload import Unplaced

        gone = max(found.packing.packages, key=lambda p: p.id)
        left = tuple(p for p in found.packing.packages if p is not gone)
        travel = found.packing.travel_minutes - gone.travel_minutes
        out = tuple(Unplaced(s.visit, "car", ()) for s in gone.stops)
        packing = replace(
            found.packing,
            packages=left,
            unplaced=(*found.packing.unplaced, *out),
            travel_minutes=travel,
            bound_minutes=min(found.packing.bound_minutes, travel),
        )
        return replace(found, packing=packing)

    return as_run(month, patch.object(pack, "settled", settled))


@insider(3)
def the_month_is_never_opened(month: Month) -> Case:
    files = sealed_bundle(month.assigned)
    return Case(files, honest(forger.load(files)))


@insider(1, "close.in_time")
def the_month_is_not_opened_when_it_had_to_be(month: Month) -> Case:
    files = sealed_bundle(month.assigned)
    due = forger.load(files)["freeze"]["close_by"]
    return Case(files, [], ("--today", f"{int(due[:4]) + 1}{due[4:]}"))


@insider(1, "bundle.shape")
def a_cancelled_amendment_opens_its_blind_for_a_free_look(month: Month) -> Case:
    from amended_month import AT, BLIND, SOURCES, TODAY, amend, changes, ill_for_a_week

    from inspector.month.amendment_draw import cancel_amendment
    from inspector.month.amendment_proposal import propose

    ill = ill_for_a_week(month)
    proposal = propose(ill, changes(month), today=TODAY)
    waiting = amend(ill, proposal, blind=BLIND, at=AT, reason="x", entropy=SOURCES)
    done = cancel_amendment(waiting, "2026-12-02T01:00:00Z", "x")
    docs = forger.load(sealed_bundle(done))
    forger.event(docs, "cancelled", "amendment")["blind"] = BLIND.hex()
    return closed(docs)


@insider(1, "freeze.before_entropy")
def a_second_first_attempt_in_a_log_of_its_own(month: Month) -> Case:
    """All districts by name are the whole city: another log, but another origin."""
    names = tuple(sorted({s.district for s in month.registry.streets}))
    scope = replace(month.policy.scope, districts=names)
    policy = replace(month.policy, scope=scope)
    record = replace(month.record, draw_blind="77" * 32)
    case = as_run(replace(month, policy=policy, record=record))
    return Case(case.files, honest(own(month)))
