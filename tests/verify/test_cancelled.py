"""Cancelling is no free look: what it opens, until when it may be, what is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import forger
import pytest
from cancelled_months import (
    WHY,
    both_cancelled,
    draw_cancelled,
    finished,
    later,
    lottery_cancelled,
    recorded,
    resealed,
    values,
)
from forger import Docs
from month_stages import Month, assigned_with

from inspector import verify
from inspector.__main__ import main
from inspector.errors import CeremonyError
from inspector.month.absence import absent
from inspector.month.field import ClosedMonth, close, sealed_bundle
from inspector.month.freeze import cancel_draw
from inspector.month.seal import cancel_seal, seal


def report(
    tmp_path: Path, files: Mapping[str, bytes], today: str = ""
) -> verify.Report:
    path = forger.write(tmp_path, files)
    return verify.verify_bundle(path, today=today)


def failing(found: verify.Report) -> dict[str, str]:
    return {
        f["id"]: f["detail"] for f in found.findings if f["verdict"] == verify.FAILS
    }


def detail(found: verify.Report, claim: str) -> str:
    return next(f["detail"] for f in found.findings if f["id"] == claim)


def refused(code: str) -> pytest.RaisesExc[CeremonyError]:
    return pytest.RaisesExc(CeremonyError, check=lambda e: e.code == code)


# ------------------------------------------------------------------ honest months


@pytest.mark.parametrize("drawn", [False, True])
def test_a_cancelled_lottery_opens_at_the_close_and_says_whom_it_would_have_sent(
    month: Month, tmp_path: Path, drawn: bool
) -> None:
    done = lottery_cancelled(month, drawn=drawn)
    found = report(tmp_path, done.auditor)
    assert failing(found) == {}
    assert found.head["verdict"] == "holds"
    event = next(e for e in done.log.events if e["event"] == "cancelled")
    assert set(event) == {"event", "at", "stage", "attempt", "reason"}
    assert done.log.events[-1]["blinds"] == [
        month.frozen.blind.hex(),
        month.sealed.blind.hex(),
        (b"\4" * 32).hex(),
    ]
    text = detail(found, "log.cancelled")
    assert f"lottery 1: {len(month.packed.seats)} 个席位 seats" in text
    if drawn:  # the same values, so exactly the assignment that was cancelled
        row = json.loads(done.files["cancelled.json"])["attempts"][0]
        assert {"drawn", "plan", "table"} <= row.keys()
        before, after = (dict(a.drawn.holders) for a in (month.assigned, done.assigned))
        other = sum(after[seat] != who for seat, who in before.items())
        assert text.endswith(f"other people or none in the final one {other}")
    assert found.counts["cancelled"] == [["lottery", 1, event["at"], WHY]]
    assert found.counts["attempts"] == {"draw": 1, "lottery": 2}


def test_a_cancelled_draw_opens_at_once_and_says_what_it_had_drawn(
    month: Month, tmp_path: Path
) -> None:
    done = draw_cancelled(month)
    found = report(tmp_path, done.auditor)
    assert failing(found) == {}
    old, new = set(month.drawn.compounds), json.loads(done.files["drawn.json"])
    both = old & {c for s in new["strata"] for c in s["drawn"]}
    assert f"; draw 1: {len(old)} " in detail(found, "log.cancelled")
    assert detail(found, "log.cancelled").endswith(f"final draw {len(both)}")


def test_a_cancelled_draw_opens_the_seals_cancelled_under_it(
    month: Month, tmp_path: Path
) -> None:
    log, done = both_cancelled(month)
    blinds = [month.frozen.blind.hex(), month.sealed.blind.hex()]
    assert log.events[-1]["blinds"] == blinds
    found = report(tmp_path, done.auditor)
    assert failing(found) == {}
    assert len(done.log.events[-1]["blinds"]) == 2
    assert "lottery 1: " in detail(found, "log.cancelled")


def test_a_month_that_ends_cancelled_has_a_verdict_of_its_own(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, _ = both_cancelled(month)
    found = report(tmp_path, log.files(), today="2028-01-01")
    assert failing(found) == {}
    assert (found.head["verdict"], found.head["month"]) == ("cancelled", "2026-12")
    assert verify.main([str(tmp_path)]) == 0
    assert "verdict: cancelled" in capsys.readouterr().out


def test_a_sealed_month_between_attempts_holds(month: Month, tmp_path: Path) -> None:
    """After a cancelled seal there is no seal; after a new freeze not the old draw."""
    log = cancel_seal(month.sealed, month.sealed.log, "2026-11-24T09:00:00Z", WHY)
    files = {"freeze.json": month.frozen.file, **log.files()}
    found = report(tmp_path / "seal", files)
    assert (failing(found), found.head["verdict"]) == ({}, "sealed")
    stale = {**files, "seal.json": month.sealed.file}
    assert "bundle.files" in failing(report(tmp_path / "stale", stale))


def test_closed_late_is_counted_and_holds(month: Month, tmp_path: Path) -> None:
    due = json.loads(month.frozen.file)["close_by"]
    assert due == "2027-02-18"
    last = report(
        tmp_path / "1", finished(month, month.assigned, f"{due}T15:59:59Z").files
    )
    assert (failing(last), last.counts["closed_late"]) == ({}, 0)
    late = report(
        tmp_path / "2", finished(month, month.assigned, f"{due}T16:00:00Z").files
    )
    assert (failing(late), late.counts["closed_late"]) == ({}, 1)
    assert late.head["verdict"] == "holds"


# -------------------------------------------------------------- the insider's scripts


def test_never_closing_fails_once_the_day_is_over(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(forger.write(tmp_path, sealed_bundle(month.assigned)))
    assert verify.main([path]) == 3
    assert verify.main([path, "--today", "2027-02-18"]) == 3
    assert verify.main([path, "--today", "2027-02-19"]) == 1
    assert main(["verify", path]) == 3
    assert main(["verify", path, "--today", "2027-02-19"]) == 1
    with pytest.raises(SystemExit):
        verify.main([path, "--today", "soon"])
    capsys.readouterr()
    assert failing(report(tmp_path, {}, "2027-02-19")).keys() == {"close.in_time"}


def test_a_cancelled_lottery_gives_no_key_to_guess_a_sealed_compound_with(
    month: Month,
) -> None:
    """Its blind was public: with it a leaf of the next seal could be hashed through."""
    log = cancel_seal(month.sealed, month.assigned.log, "2026-11-25T15:00:00Z", WHY)
    assigned = resealed(month, month.packed, log, "2026-11-26T08:00:00Z")
    public = b"".join(sealed_bundle(assigned).values()).decode()
    assert month.sealed.blind.hex() not in public
    assert month.frozen.blind.hex() not in public
    rows = json.loads(log.files()["cancelled.json"])["attempts"]
    assert [set(r) for r in rows] == [{"stage", "attempt", "document"}]


def test_a_lottery_cannot_be_cancelled_once_people_act_on_it(month: Month) -> None:
    first = month.frozen.working_days[0]
    assert first.isoformat() == "2026-12-01"
    for at in ("2026-11-30T23:30:00Z", "2026-12-05T00:00:00Z"):
        with refused("cancel.late"):
            cancel_seal(month.sealed, month.assigned.log, at, WHY)
    cancel_seal(month.sealed, month.assigned.log, "2026-11-30T23:29:59Z", WHY)
    who = month.assigned.now.holders[0][1]
    ill = absent(month.assigned, who, first, "illness", "2026-11-26T00:00:00Z")
    with refused("cancel.field"):
        cancel_seal(ill.sealed, ill.log, "2026-11-26T01:00:00Z", WHY)


def test_a_seal_that_was_never_drawn_can_be_cancelled_at_any_time(
    month: Month, tmp_path: Path
) -> None:
    """Nobody has seen a package; its value must still be told."""
    log = cancel_seal(month.sealed, month.sealed.log, "2026-12-02T09:00:00Z", WHY)
    sources = later(month.policy.lottery_entropy, "2026-12-05", "2026139")
    again = seal(
        month.packed,
        blind=b"\4" * 32,
        at="2026-12-02T10:00:00Z",
        entropy=sources,
        log=log,
    )
    assigned = assigned_with(again, values(month, sources), "2026-12-05T14:00:00Z")
    at, void = month.record.closed_at, {v.id: "weather" for v in month.drawn.visits}
    with refused("close.unrecorded"):
        close(assigned, at, void)
    outside = values(month, month.sealed.entropy)[-1:]
    told = recorded(assigned.log, "lottery", 1, outside, at)
    done = close(replace(assigned, log=told), at, void)
    assert failing(report(tmp_path, done.auditor)) == {}


def test_the_close_is_refused_while_a_cancelled_value_is_not_told(
    month: Month,
) -> None:
    log = cancel_seal(month.sealed, month.sealed.log, "2026-11-24T09:00:00Z", WHY)
    assigned = resealed(month, month.packed, log, "2026-11-24T10:00:00Z")
    with refused("close.unrecorded"):
        finished(month, assigned)
    outside = values(month, month.sealed.entropy)[-1:]
    told = recorded(assigned.log, "lottery", 1, outside, "2026-11-28T15:00:00Z")
    finished(month, replace(assigned, log=told))


# ------------------------------------------------------------------------ mutants

Change = Callable[[Docs], object]


def event(docs: Docs, kind: str) -> Docs:
    return forger.event(docs, "cancelled", kind)


def retold(value: str) -> Change:
    def change(docs: Docs) -> None:
        rows = docs["log"]["events"]
        next(
            e
            for e in rows
            if (e["event"], e.get("stage")) == ("source_recorded", "lottery")
        )["value"] = value

    return change


def untold(docs: Docs) -> None:
    rows = docs["log"]["events"]
    rows[:] = [e for e in rows if e["event"] != "source_recorded"]


def policy_of(field: str, value: str) -> Change:
    """The freeze of the cancelled draw names something else."""

    def change(docs: Docs) -> None:
        docs["cancelled"]["attempts"][0]["document"]["policy"][field] = value

    return change


def cancelled_in_the_field(docs: Docs) -> None:
    """The cancellation and all that follows it until the close is dated later."""
    for e in docs["log"]["events"]:
        if e["event"] == "assigned":
            e["at"] = "2026-11-25T14:00:00Z"
    k = docs["log"]["events"].index(event(docs, "lottery"))
    for e in docs["log"]["events"][k:]:
        if "at" in e:
            e["at"] = max(e["at"], "2026-11-30T23:30:00Z")


LOTTERY: dict[str, tuple[str, Change]] = {
    "cancelled.json is missing": ("bundle.files", lambda d: d.pop("cancelled")),
    "no attempt is shown": (
        "log.attempts",
        lambda d: d["cancelled"]["attempts"].clear(),
    ),
    "another document": (
        "log.attempts",
        lambda d: d["cancelled"]["attempts"][0]["document"].update(seats=1),
    ),
    "no reason": ("log.attempts", lambda d: event(d, "lottery").update(reason="")),
    "another blind": (
        "log.attempts",
        lambda d: forger.event(d, "closed")["blinds"].__setitem__(1, "00" * 32),
    ),
    "its blind is missing": (
        "log.attempts",
        lambda d: forger.event(d, "closed")["blinds"].pop(1),
    ),
    "a blind too many": (
        "log.attempts",
        lambda d: forger.event(d, "closed")["blinds"].append("00" * 32),
    ),
    "opened at once": (
        "bundle.shape",
        lambda d: event(d, "lottery").update(blinds=["00" * 32]),
    ),
    "its table is not opened": (
        "log.cancelled",
        lambda d: d["cancelled"]["attempts"][0].pop("table"),
    ),
    "another table": (
        "log.cancelled",
        lambda d: d["cancelled"]["attempts"][0]["table"].update(floor=1),
    ),
    "another plan": (
        "log.cancelled",
        lambda d: d["cancelled"]["attempts"][0]["plan"].update(travel_minutes=1),
    ),
}
BEFORE_T: dict[str, tuple[str, Change]] = {
    "its value is not told": ("log.cancelled", untold),
    "its value is no value": ("log.sources", retold("01 02 03 04 05|01 13")),
}
AFTER_T: dict[str, tuple[str, Change]] = {
    "cancelled when packages were released": ("log.cancelled", cancelled_in_the_field),
}
DRAW: dict[str, tuple[str, Change]] = {
    "its blind is not opened": (
        "log.attempts",
        lambda d: event(d, "draw").update(blinds=[]),
    ),
    "another blind": (
        "log.attempts",
        lambda d: event(d, "draw").update(blinds=["00" * 32]),
    ),
    "its value is not told": ("log.cancelled", untold),
    "another bureau's": ("log.sources", policy_of("bureau", "elsewhere")),
    "another hash": ("log.sources", policy_of("hash", "sm3")),
}


def check_all(
    done: ClosedMonth, rows: Mapping[str, tuple[str, Change]], path: Path
) -> None:
    docs = forger.load(done.files)
    for name, (catches, change) in rows.items():
        broken = copy.deepcopy(docs)
        change(broken)
        forger.relog(broken)
        found = forger.verdicts(forger.write(path / name, forger.dump(broken)))
        assert catches in forger.failing(found), (name, forger.failing(found))


def test_every_change_of_what_was_cancelled_is_caught(
    month: Month, tmp_path: Path
) -> None:
    before, after = (lottery_cancelled(month, drawn=x) for x in (False, True))
    check_all(before, LOTTERY | BEFORE_T, tmp_path / "before")
    check_all(after, LOTTERY | AFTER_T, tmp_path / "after")
    check_all(draw_cancelled(month), DRAW, tmp_path / "draw")


def test_the_deadline_of_the_close_is_that_of_the_calendar(
    month: Month, tmp_path: Path
) -> None:
    for k, day in enumerate(("2027-02-17", "2027-03-31")):
        docs = forger.load(month.closed.files)
        docs["freeze"]["close_by"] = day
        forger.refreeze(docs)
        found = forger.verdicts(forger.write(tmp_path / f"{k}", forger.dump(docs)))
        assert "freeze.calendar" in forger.failing(found)


def test_only_a_plain_calendar_needs_no_notice(month: Month, tmp_path: Path) -> None:
    found = report(tmp_path, month.closed.files)
    text = detail(found, "freeze.calendar")
    assert "weekdays off: 2027-01-01 " in text
    assert "weekend days on: –" in text
    assert "State Council" in text
    f = verify.parse(month.frozen.file)
    assert cancel_draw(month.frozen, month.frozen.log, "2026-11-20T09:00:00Z", WHY)
    plain = [d for d in (verify.shift("2026-12-01", n) for n in range(120))]
    plain = [d for d in plain if date.fromisoformat(d).weekday() < 5]
    f["working_days"] = [d for d in plain if d < "2027"]
    f["publish_days"] = plain[1:62]
    rest = [d for d in plain if d > "2026-12-31"]
    f["close_by"] = rest[29]
    docs = forger.load({"freeze.json": month.frozen.file, **month.frozen.log.files()})
    docs["freeze"] = f
    forger.refreeze(docs)
    verdicts = forger.verdicts(forger.write(tmp_path / "p", forger.dump(docs)))
    assert verdicts["freeze.calendar"] == verify.HOLDS
