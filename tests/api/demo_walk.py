"""Every paper and export of a demonstration, and what none of them may say.

In: how to get bytes of a path, as the planner. Out: what is wrong, by paper. Files of
the public bundle are what machines check and are not read here. What may not be said
stands in `forbidden`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from forbidden import in_rows, pieces, table, wrong

Get = Callable[[str], bytes | None]  # None: there is no such paper
PAPERS = ("notice", "record", "questioning", "survey", "case-approval", "result")
BLANK = ("questioning", "survey")  # they say what the others say
CASE = ("case", "order", "recheck", "exit")


def months(get: Get, ids: dict[str, str], *, every: bool) -> Iterator[str]:
    """All files of each month; `ids`: month -> id. A table comes as a sheet and as CSV
    with the same cells: both are read for `every`."""
    for month, month_id in ids.items():
        path = f"/api/v1/bureau/months/{month_id}/documents"
        names = json.loads(get(path) or b"{}")["names"]
        for name in names:
            twice = name.endswith(".xlsx") and name.replace(".xlsx", ".csv") in names
            english = "-en." in name  # an edition of its own
            if name.endswith((".json", ".html")) or english or name == "notices.zip":
                continue
            if twice and not every:
                continue
            data = get(f"{path}/{name}")
            assert data is not None, name
            yield from wrong(f"{month} {name}", pieces(name, data))
            if name.endswith(".csv"):
                yield from in_rows(f"{month} {name}", table(data))


def visits(get: Get, month_id: str, seen: set[Any], *, every: bool) -> Iterator[str]:
    """The papers of a month's visits: of each, or of one of each sort not yet `seen`.

    A sort: whether it was drawn, has one purpose, and whether a company is there.
    """
    path = f"/api/v1/bureau/months/{month_id}"
    plan = json.loads(get(f"{path}/documents/plan.json") or b"{}")
    for stop in (s for p in plan["packages"] for s in p["stops"]):
        kinds, where = tuple(stop["kinds"]), f"{path}/visits/{stop['visit']}/documents"
        sort = ("random" in kinds, len(kinds) > 1)
        if not every and {(*sort, True), (*sort, False)} <= seen:
            continue
        firm = "行政检查通知书" in pieces("docx", get(f"{where}/notice.docx") or b"")
        if (*sort, firm) in seen and not every:
            continue
        seen.add((*sort, firm))
        for name in PAPERS:
            if name in BLANK and len(seen) > 1 and not every:
                continue
            data = get(f"{where}/{name}.docx")
            if data is None:
                assert name in ("case-approval", "result"), name
                continue
            said, docket = pieces("docx", data), "random" not in kinds
            yield from wrong(f"{stop['visit']} {name}", said, docket=docket, firm=firm)


def cases(get: Get, *, every: bool) -> Iterator[str]:
    """The docket, and the papers of every case, or of one of each sort: its state,
    whether a company and an order are there."""
    seen: set[Any] = set()
    path = "/api/v1/bureau/docket"
    for name in ("docket.docx", "docket.xlsx"):
        yield from wrong(name, pieces(name, get(f"{path}/documents/{name}") or b""))
    rows = json.loads(get(f"{path}?limit=500") or b"{}")["items"]
    for row in rows:
        sort = (str(row["state"]), bool(row["company"]), bool(row["deadline"]))
        if sort in seen and not every:
            continue
        seen.add(sort)
        for name in CASE:
            data = get(f"{path}/{row['number']}/documents/{name}.docx")
            if data is None:
                assert name in ("order", "exit"), name
                continue
            said = pieces("docx", data)
            where = f"{row['number']} {name}"
            yield from wrong(where, said, firm=bool(row["company"]))
            if name == "order":
                assert ("责令整改通知书" in said) is bool(row["company"]), where
