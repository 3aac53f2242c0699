"""Months with a logged change or a cancelled attempt pass the public's verifier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cancelled_months import recorded
from month_stages import Month, issued, quick

from inspector.ceremony.seed import Entropy
from inspector.domain import Leave, Recusal
from inspector.month import demonstration
from inspector.month.field import Closed, assign, close
from inspector.month.freeze import cancel_draw, draw, freeze
from inspector.month.pack import PeopleChange, schedule
from inspector.month.people import changed
from inspector.month.seal import cancel_seal, seal
from inspector.policy import Source
from inspector.verify import FAILS, HOLDS, Report, verify_bundle


def verified(closed: Closed, folder: Path, *, auditor: bool = True) -> Report:
    for name, data in (closed.auditor if auditor else closed.files).items():
        (folder / name).write_bytes(data)
    report = verify_bundle(folder)
    wrong = [f for f in report.findings if f["verdict"] == FAILS]
    assert wrong == []
    return report


def later(sources: tuple[Source, ...], at: str) -> tuple[Source, ...]:
    """The same kinds of source, three issues later."""
    return tuple(
        replace(s, issue=str(int(s.issue) + 3) if s.issue.isdigit() else s.issue, at=at)
        for s in sources
    )


def test_an_illness_before_the_seal_is_logged_counted_and_kept(
    month: Month, tmp_path: Path
) -> None:
    ill = month.registry.inspectors[0].id
    first, last = month.frozen.working_days[0], month.frozen.working_days[4]
    change = PeopleChange(
        month.record.drawn_at,
        "病假",
        "科长",
        (Leave(ill, first, last, ""),),
        (Recusal(ill, month.registry.compounds[3].id, "近亲属", None, None),),
    )
    packed = schedule(changed(month.drawn, change), quick, (change,))
    index = next(i for i, p in enumerate(packed.inspectors) if p.id == ill)
    assert not any(index in s.eligible for s in packed.seats if first <= s.day <= last)
    sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
    values = issued(month.record.lottery, month.policy.lottery_entropy)
    done = assign(sealed, values, month.record.assigned_at)
    closed = close(demonstration.field_work(done), month.record.closed_at, {})
    report = verified(closed, tmp_path)
    verdicts = {f["id"]: f["verdict"] for f in report.findings}
    assert verdicts["auditor.eligibility"] == HOLDS
    assert [e["event"] for e in closed.log.events].count("people_changed") == 1


def test_a_cancelled_draw_and_a_cancelled_seal_stay_visible_and_verify(
    month: Month, tmp_path: Path
) -> None:
    cancelled = cancel_draw(
        month.frozen, month.drawn.log, "2026-11-25T09:00:00Z", "公证员缺席"
    )
    first = later(month.policy.draw_entropy, "2026-11-27T13:25:00Z")
    second = later(month.policy.lottery_entropy, "2026-11-28T13:25:00Z")
    policy = replace(month.policy, draw_entropy=first, lottery_entropy=second)
    frozen = freeze(
        month.registry,
        policy,
        month.calendar,
        blind=b"\5" * 32,
        secret=month.frozen.secret.value,
        at="2026-11-26T09:00:00Z",
        log=cancelled,
        demonstration=True,
    )

    def values(sources: tuple[Source, ...], at: str) -> list[Entropy]:
        given = {e.source: e for e in (*month.record.draw, *month.record.lottery)}
        return [
            replace(given[s.id], issue=s.issue, at=at, source=s.id) for s in sources
        ]

    drawn = draw(frozen, values(first, "2026-11-27T13:30:00Z"), "2026-11-27T14:00:00Z")
    packed = schedule(drawn, quick)
    voided = seal(packed, blind=b"\6" * 32, at="2026-11-28T08:00:00Z")
    log = cancel_seal(voided, voided.log, "2026-11-28T09:00:00Z", "录入有误")
    third = later(second, "2026-11-30T13:25:00Z")
    sealed = seal(
        packed, blind=b"\7" * 32, at="2026-11-28T10:00:00Z", entropy=third, log=log
    )
    done = assign(sealed, values(third, "2026-11-30T13:30:00Z"), "2026-11-30T14:00:00Z")
    outside = values(second, "2026-11-28T13:30:00Z")[-1:]
    done = replace(
        done, log=recorded(done.log, "lottery", 1, outside, "2026-11-30T14:00:00Z")
    )
    closed = close(demonstration.field_work(done), month.record.closed_at, {})
    assert "cancelled.json" in closed.files
    assert frozen.attempt == 2
    assert sealed.attempt == 2
    verified(closed, tmp_path)
