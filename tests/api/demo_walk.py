"""Every paper and export of a demonstration, and what none of them may say.

In: how to get bytes of a path, as the planner. Out: what is wrong, by paper. Files of
the public bundle are what machines check and are not read here.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree
from openpyxl import load_workbook

Get = Callable[[str], bytes | None]  # None: there is no such paper
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?")
FRACTION = re.compile(r"(?<![\w/.])\d+/\d+(?![\w/])")
EVERYWHERE = ("待核", "UTC", " none", " open", " failed", " vacant")
PAPERS = ("notice", "record", "questioning", "survey", "case-approval", "result")
BLANK = ("questioning", "survey")  # they say what the others say
CASE = ("case", "order", "recheck", "exit")


def text_of(name: str, data: bytes) -> str:
    """What a reader sees of a file."""
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [
                n for n in archive.namelist() if re.match(r"word/[dhf]\w+\.xml", n)
            ]
            roots = [etree.fromstring(archive.read(n)) for n in sorted(parts)]
        lines = (p for root in roots for p in root.iter(f"{W}p"))
        return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in lines)
    if name.endswith(".xlsx"):
        book = load_workbook(io.BytesIO(data), read_only=True)
        rows = (r for s in book for r in s.iter_rows(values_only=True))
        return "\n".join(str(v) for row in rows for v in row if v is not None)
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(text_of(n, archive.read(n)) for n in archive.namelist())
    return data.decode("utf-8")


def wrong(
    name: str, text: str, *, docket: bool = False, firm: bool = True
) -> list[str]:
    """What the paper says and may not."""
    out = [w for w in EVERYWHERE if w in text]
    out += [m.group() for m in (STAMP.search(text), FRACTION.search(text)) if m]
    if docket:
        out += [w for w in ("随机",) if w in text]
    if not firm:
        out += [w for w in ("你单位", "责令你", "行政复议", "无物业") if w in text]
    return [f"{name}: {w}" for w in out]


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
            if (twice or name.endswith(".zip")) and not every:
                continue
            data = get(f"{path}/{name}")
            assert data is not None, name
            yield from wrong(f"{month} {name}", text_of(name, data))


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
        found = text_of("n.docx", get(f"{where}/notice.docx") or b"")
        firm = "行政检查通知书" in found
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
            said = text_of(f"{name}.docx", data)
            docket = "random" not in kinds
            yield from wrong(f"{stop['visit']} {name}", said, docket=docket, firm=firm)


def cases(get: Get, *, every: bool) -> Iterator[str]:
    """The docket, and the papers of every case, or of one of each sort: its state,
    whether a company and an order are there."""
    seen: set[Any] = set()
    path = "/api/v1/bureau/docket"
    for name in ("docket.docx", "docket.xlsx"):
        yield from wrong(name, text_of(name, get(f"{path}/documents/{name}") or b""))
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
            said = text_of(f"{name}.docx", data)
            where = f"{row['number']} {name}"
            yield from wrong(where, said, firm=bool(row["company"]))
            if name == "order":
                assert ("责令整改通知书" in said) is bool(row["company"]), where
