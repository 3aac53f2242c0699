"""plan.xlsx and the route sheets: the whole plan, and no officer before the lottery."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from month_stages import assigned_with, drawn_with, freeze_city, read_city
from openpyxl import load_workbook

from inspector.command.plan_book import plan_book
from inspector.command.sheets import month_sheets
from inspector.month.ahead import planned
from inspector.month.assigned import Assigned
from inspector.month.pack import Packed, pairs_of, schedule
from inspector.month.seal import seal
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Unplaced

NAMES = ["总表", "任务明细", "人员日程", "车辆", "台账", "未排及原因", "说明"]


@pytest.fixture(scope="module")
def month() -> tuple[Packed, Assigned]:
    registry, policy, calendar, record = read_city("wuzhou")
    frozen = freeze_city(registry, policy, calendar, record)
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    packed = schedule(
        drawn,
        lambda work, seed: plan(
            work, seed=seed, budget=Budget(1, 1e9), executor=None, now=lambda: 0.0
        ),
    )
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    return packed, assigned_with(sealed, record.lottery, record.assigned_at)


def book(packed: Packed, assigned: Assigned | None, *, english: bool = False) -> Any:
    at = datetime.fromisoformat(packed.frozen.at)
    data = plan_book(packed, assigned, "某局", at, english=english)
    assert data == plan_book(packed, assigned, "某局", at, english=english)
    return load_workbook(io.BytesIO(data))


def texts(made: Any) -> str:
    rows = (row for sheet in made for row in sheet.iter_rows(values_only=True))
    return "\n".join(str(v) for row in rows for v in row if v is not None)


def test_the_workbook_holds_the_plan_whole(month: tuple[Packed, Assigned]) -> None:
    packed, assigned = month
    made = book(packed, assigned)
    assert made.sheetnames == NAMES
    stops = [(p, s) for p in packed.packing.packages for s in p.stops]
    tasks = [r for r in made["任务明细"].iter_rows(3, values_only=True) if r[3]]
    assert len(tasks) == len(stops)
    found = {r[3]: r for r in tasks}
    compounds = {c.id: c for c in packed.frozen.registry.compounds}
    visits = {v.id: v for v in packed.drawn.visits}
    counted = {a.visit: f"{a.count} / {a.limit.total}" for a in planned(packed)}
    assert counted
    for p, s in stops:
        row = found[s.visit]
        assert (row[9] or "") == counted.get(s.visit, "")
        where = compounds[visits[s.visit].compound]
        assert row[0].date() == p.day and row[4] == f"{where.name}（{where.id}）"
        assert (row[5] or "") == where.address and row[12] == p.id
    pages = made["任务明细"].row_breaks.brk
    assert len(pages) == len({p.day for p in packed.packing.packages}) - 1
    assert all(sheet.print_area and sheet.freeze_panes for sheet in made)
    assert "编制：" in texts(made) and "批准：" in texts(made)


def test_officers_stand_with_their_certificates_after_the_lottery_only(
    month: tuple[Packed, Assigned],
) -> None:
    packed, assigned = month
    people = packed.frozen.registry.inspectors
    drawn = {name for name in dict(assigned.now.holders).values() if name}
    sitting = [i for i in people if packed.frozen.names[i.id] in drawn]
    after = texts(book(packed, assigned))
    assert sitting and all(i.name in after and i.cert_no in after for i in sitting)
    before = texts(book(packed, None))
    for i in people:
        assert i.name not in before
        assert not i.cert_no or i.cert_no not in before
    assert "尚未摇号" in before and "人员日程" not in before


def test_english_is_complete_and_holds_no_chinese_label(
    month: tuple[Packed, Assigned],
) -> None:
    packed, assigned = month
    made = book(packed, assigned, english=True)
    names = ["Overview", "Visits", "People", "Cars", "Docket", "Not placed", "About"]
    assert made.sheetnames == names
    for sheet in made:
        for cell in (*sheet[1], *sheet[2]):
            assert cell.value is None or str(cell.value).isascii()


def test_a_route_sheet_tells_distance_and_opens_the_map(
    month: tuple[Packed, Assigned],
) -> None:
    packed, assigned = month
    sheets = month_sheets(packed, assigned)
    package = packed.packing.packages[0]
    page = sheets[f"routes/{package.id}.html"].decode()
    assert page.count("<svg") == len(package.stops)
    assert "公里" in page and "Route" not in page
    other = month_sheets(packed, assigned, english=True)
    assert "Route sheet" in other[f"routes/{package.id}.html"].decode()
    cars = [p.decode() for n, p in sheets.items() if "/car-" in n]
    assert cars and not any("<svg" in p for p in cars)


@pytest.mark.parametrize("english", [False, True])
def test_what_is_left_out_stands_with_its_causes_and_what_would_help(
    month: tuple[Packed, Assigned], *, english: bool
) -> None:
    """A month whose certificates have all ended, in the reader's language."""
    packed, _ = month
    frozen = packed.frozen
    ended = tuple(
        replace(i, cert_valid_to=date(2026, 11, 30)) for i in frozen.registry.inspectors
    )
    registry = replace(frozen.registry, inspectors=ended)
    drawn = replace(packed.drawn, frozen=replace(frozen, registry=registry))
    out = tuple(Unplaced(v.id, "plan.no_people", ()) for v in drawn.visits)
    packing = replace(packed.packing, packages=(), unplaced=out)
    pairs = {"standby": (), "unmanned": pairs_of(frozen)}
    bare = replace(packed, drawn=drawn, packing=packing, **pairs)
    sheet = book(bare, None, english=english).worksheets[-2]
    rows = [r for r in sheet.iter_rows(3, values_only=True) if r[0]]
    found = {str(r[0]): str(r[5]) for r in rows}
    first = next(v.id for v in drawn.visits if not v.step)
    why = ("没有有效执法证", "no valid certificate")[english]
    assert why in found[first] and "2026-11-30" in found[first]
    assert "2026-12-01" in found["S-2026-12-01-1"] or why in found["S-2026-12-01-1"]
    whole = texts([sheet])
    assert ("续期", "renew")[english] in whole and f"{len(out)}" in whole
