"""What a demonstration publishes: pages, answers and tables, read for the forbidden.

In: how to get an address as anybody. Out: what is wrong, by address. A page says what
language each of its pieces is in; an answer's sentences are those that hold Chinese;
files of the bundle are what machines check and are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from forbidden import HAN, Page, in_rows, mixed, pieces, table, wrong, wrong_words

STAFF = {  # what the bureau's own people read by program: role, addresses
    "planner": (
        *("bureau/months", "bureau/docket", "bureau/docket/counters", "bureau/jobs"),
        *("bureau/signals", "bureau/matters", "bureau/rolls", "bureau/registries"),
    ),
    "inspector": ("my/duties", "my/packages", "my/visits", "my/results"),
}
Get = Callable[[str], tuple[str, bytes]]  # address -> media type, bytes
PUBLIC = "/api/v1/public/wuzhou"
# Documents that verify.py and the bureau's own programs read, and their proofs.
MACHINE = re.compile(
    r"/documents|/bundle|/records|/anchor|/verifier|/api/v1/docs|static"
)
NAMED = r"[\u4e00-\u9fff\d]+(委员会|办事处|公司|街道|社区)"
SAME = (
    (r"(?<=/months/)\w{20,}|(?<=/results/)\w{20,}", "month"),
    (
        r"(?<=/)(?:C\d{4}|V\d{4}|9[0-9A-Z]{17}|\d{4}-\d\d-\d\d\w*|[^/?]*-C\d{4}[^/?]*)",
        "x",
    ),
    (r"(?<==)[^&]+", ""),
)


def kind(path: str) -> str:
    """Addresses that differ in an id or a value only are one kind."""
    for pattern, to in SAME:
        path = re.sub(pattern, to, path)
    return path


def crawl(get: Get, *, every: bool) -> Iterator[tuple[str, str, bytes]]:
    """Address, media type and bytes of all that links lead to: of each, or of one of
    each kind, and of the pages of results and compounds of each sort."""
    seen: set[str] = set()
    todo = ["/", *([] if every else sorts(get))]
    chosen = set(todo)
    while todo:
        path = todo.pop(0)
        name = path if every or path in chosen else kind(path)
        if name in seen or MACHINE.search(path):
            continue
        seen.add(name)
        media, data = get(path)
        yield path, media, data
        if "html" in media:
            links = Page(data.decode("utf-8")).links
            todo += [x for x in links if x.startswith("/")]


def rows(get: Get, name: str) -> list[dict[str, Any]]:
    """All rows of a public list."""
    out: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = json.loads(get(f"{PUBLIC}/{name}?limit=500{cursor}")[1])
        out += answer["items"]
        if not answer.get("next"):
            return out
        cursor = f"&cursor={answer['next']}"


def sorts(get: Get) -> list[str]:
    """One result of each sort (drawn, a firm, outcome), compounds of each mode."""
    found: dict[Any, str] = {}
    for r in rows(get, "results"):
        sort = (
            "random" in r["kinds"],
            bool(r["usc18"]),
            r["outcome"],
            bool(r["excess"]),
        )
        found.setdefault(sort, f"/wuzhou/results/{r['month_id']}/{r['visit']}")
        found.setdefault(sort[:2], f"/wuzhou/compounds/{r['compound']}")
    for c in rows(get, "compounds"):
        found.setdefault(c["mode"], f"/wuzhou/compounds/{c['id']}")
    return list(found.values())


def published(get: Get, *, every: bool) -> Iterator[str]:
    """What is wrong in what everybody may read; how much was read goes to `print`."""
    results = {f"/{r['month_id']}/{r['visit']}": r for r in rows(get, "results")}
    plain = {c["id"] for c in rows(get, "compounds") if not c["usc18"]}
    count = [0, 0, 0]
    for path, media, data in crawl(get, every=every):
        if "html" in media:
            count[0] += 1
            page = Page(data.decode("utf-8"))
            yield from wrong(path, page.zh)
            yield from english(path, page.en)
            yield from about(path, page, results, plain)
        elif "csv" in media:
            count[1] += 1
            yield from wrong(path, pieces("csv", data))
            yield from in_rows(path, table(data))
        elif "json" in media:
            count[2] += 1
            yield from answer(path, json.loads(data))
    print(f"{count[0]} pages, {count[1]} tables and {count[2]} answers read")
    assert min(count) > 5


def english(path: str, said: list[str]) -> Iterator[str]:
    """What English pieces may not say."""
    for piece in said:
        name = re.fullmatch(NAMED, piece)  # stands as it is in any language
        if (mixed(piece) and not name) or wrong_words("", piece):
            yield f"{path}: {piece}"


def about(
    path: str, page: Page, results: dict[str, dict[str, Any]], plain: set[str]
) -> Iterator[str]:
    """What a page may not say of its own visit or compound."""
    if row := results.get(path.removeprefix("/wuzhou/results")):
        docket, firm = "random" not in row["kinds"], bool(row["usc18"])
        yield from wrong(path, page.main, docket=docket, firm=firm)
        ordered = any("责令改正" in piece for piece in page.main)
        dated = any("整改期限" in piece for piece in page.main)
        if ordered and not dated:
            yield f"{path}: ordered, without a deadline"
    elif path.rpartition("/")[2] in plain and "/compounds/" in path:
        yield from wrong(path, page.main, firm=False)


def answer(path: str, found: Any, at: str = "") -> Iterator[str]:
    """What the sentences of an answer may not say."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in ("content", "text") and "/rules" in path:
                continue  # the file of the rules, as a program reads it
            yield from answer(path, value, f"{at}/{name}")
    elif isinstance(found, list):
        for value in found:
            yield from answer(path, value, at)
    elif isinstance(found, str) and HAN.search(found):
        if at.endswith("/en"):
            yield from english(f"{path}{at}", [found])
        else:
            yield from wrong(f"{path}{at}", [found])
