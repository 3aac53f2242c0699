"""扫码入企: arrivals of a month → the table that the province's platform takes.

Officers scan the company's own code when they arrive; the visit is registered with it.
Times are Beijing time; a code of another company stands as a note, it stops nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from api.field import duties, visits
from api.field.duties import Field, Work
from api.field.visits import ArrivalLine
from api.months import platform
from api.papers.named import CSV, XLSX, File, Named
from api.papers.tables import Table, Value, csv_file, xlsx_file
from api.site import Desk
from api.store.models import Month
from inspector.beijing import local_time
from inspector.words import several

COLUMNS = (
    *("任务编号", "检查编号", "检查类型", "小区编号", "小区名称"),
    *("统一社会信用代码", "企业名称", "检查人员", "执法证号", "检查码"),
    *("到达时间（北京时间）", "手机时间（北京时间）"),
    *("所扫企业码", "核对代码", "核对结果"),
)
WRITE = {"csv": (csv_file, CSV), "xlsx": (xlsx_file, XLSX)}


def arrivals(desk: Desk, month: Month, _wanted: object, *, ending: str) -> File:
    """到达登记 of a month, by time; taking it out is recorded."""
    field = duties.field_of(desk, month.id)
    desk.disclosed(f"month:{month.id}", what="arrivals")
    rows = sorted(_rows(desk, field), key=lambda r: (r[10], r[1]))
    write, media = WRITE[ending]
    name = f"{month.month}-arrivals.{ending}"
    return File(name, media, write(Table("到达登记", COLUMNS, rows)))


def _rows(desk: Desk, field: Field) -> Iterator[tuple[Value, ...]]:
    frozen = field.assigned.frozen
    companies = {c.usc18: c.name for c in frozen.registry.companies}
    people = {i.id: i for i in frozen.registry.inspectors}
    for package in field.packages.values():
        for stop in package.stops:
            work = duties.visit_in(desk, field, stop.visit)
            for came in visits.arrivals(desk, work.mark):
                who = people.get(came.officer)
                yield (
                    *_visit(work, companies),
                    *((who.name, who.cert_no) if who else (came.officer, "")),
                    *_came(came),
                )


def _visit(work: Work, companies: dict[str, str]) -> tuple[str, ...]:
    compound = work.compound
    kinds = several("kind", work.visit.kinds).zh
    _, task = platform.task_of(work.field.assigned.frozen, work.visit)
    about = (task, work.visit.id, kinds, compound.id, compound.name)
    return (*about, compound.usc18, companies.get(compound.usc18, ""))


def _came(came: ArrivalLine) -> tuple[str, ...]:
    times = (local_time(came.recorded), local_time(came.phone))
    return (came.code, *times, came.company, came.match.code, came.match.zh)


NAMED = tuple(
    Named(
        f"arrivals.{ending}",
        ("planner",),
        partial(arrivals, ending=ending),
        "assigned",
    )
    for ending in WRITE
)
