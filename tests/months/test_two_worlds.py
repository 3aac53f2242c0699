"""Nothing that is sealed leaks into the next freeze.

Two worlds differ only in what is still sealed when a month is frozen: on which days the
visits of an open month are, who goes there, and which found no place. Their freezes say
the same but for what is salted: the roots of open logs, the private part, its rows.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from bureau import Bureau, Line
from other_world import days_of, other_world
from retold import Insider, retold

from inspector.domain import Registry
from inspector.month.following import following
from inspector.month.stages import Route
from inspector.month.standing import stood

SALTED = ("private_root", "rows_hash")


def folded(line: Line, other: Line, route: Route) -> Registry:
    """What a line's last freeze stands on when another log stands like this."""
    at = Bureau.after_freeze(line)
    logs = [
        s
        for x in line.bureau.others(line, at)
        if (s := stood(route) if x is other else x.stood(at)) is not None
    ]
    base = line.folds[-1]
    return following(logs, base, line.asked, at, own=line.origin)


def public(doc: dict[str, Any]) -> dict[str, Any]:
    """A freeze without what is salted."""
    logs = [x | {"root": ""} if x["open"] else x for x in doc["logs"]]
    return {k: v for k, v in doc.items() if k not in SALTED} | {"logs": logs}


def compared(line: Line, other: Line, seen: Counter[str]) -> None:
    """The freeze of a line in this world and in one where `other` seals otherwise."""
    at = Bureau.after_freeze(line)
    here, there = other.at(at), other_world(other, at)
    if here is None or there is None:
        return
    assert here.packed is not None and there.packed is not None
    docs = []
    for route in (here, there):
        registry = folded(line, other, route)
        again = retold(line, Insider(lambda _, r=registry: r))  # type: ignore[misc]
        assert again.route.frozen is not None
        docs.append(json.loads(again.route.frozen.file))
    first, second = docs
    assert public(first) == public(second)
    a, b = days_of(here), days_of(there)
    seen["days"] += any(a[v] != b[v] for v in a.keys() & b.keys())
    seen["unplaced"] += a.keys() != b.keys()
    if here.assigned is not None and there.assigned is not None:
        seen["results"] += bool(here.assigned.results)
        seen["people"] += here.assigned.now.holders != there.assigned.now.holders
    seen["private"] += first["private_root"] != second["private_root"]
    seen["worlds"] += 1


def worlds(seeds: range, months: int, most: int) -> Counter[str]:
    seen = Counter[str]()
    for seed in seeds:
        bureau = Bureau(seed, months, most).run()
        for line in bureau.lines:
            for other in bureau.others(line, Bureau.after_freeze(line)):
                if other.policy.month <= line.policy.month:
                    compared(line, other, seen)
    print(dict(seen))
    return seen


def test_what_is_sealed_does_not_show_in_the_next_freeze() -> None:
    assert {"days", "people", "private", "worlds"} <= worlds(range(2), 3, 16).keys()


@pytest.mark.full
def test_nothing_sealed_shows_in_many_freezes() -> None:
    seen = worlds(range(1000, 1060), 6, 40)
    assert {"days", "people", "private", "results", "unplaced"} <= seen.keys()
