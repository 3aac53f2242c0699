"""A month with a logged change passes the public's verifier."""

from __future__ import annotations

from pathlib import Path

from month_stages import Month, assigned_with, field_work, quick

from inspector.domain import Leave, Recusal
from inspector.month.field import ClosedMonth, close
from inspector.month.pack import PeopleChange, schedule
from inspector.month.people import changed
from inspector.month.seal import seal
from inspector.verify import FAILS, HOLDS, Report, verify_bundle


def verified(closed: ClosedMonth, folder: Path, *, auditor: bool = True) -> Report:
    for name, data in (closed.auditor if auditor else closed.files).items():
        (folder / name).write_bytes(data)
    report = verify_bundle(folder)
    wrong = [f for f in report.findings if f["verdict"] == FAILS]
    assert wrong == []
    return report


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
    done = assigned_with(sealed, month.record.lottery, month.record.assigned_at)
    closed = close(
        field_work(done),
        month.record.closed_at,
        {},
    )
    report = verified(closed, tmp_path)
    verdicts = {f["id"]: f["verdict"] for f in report.findings}
    assert verdicts["auditor.eligibility"] == HOLDS
    assert [e["event"] for e in closed.log.events].count("people_changed") == 1
