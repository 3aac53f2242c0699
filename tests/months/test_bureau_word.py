"""What no log tells and a freeze may still say, a case or a compound that is not as it
was, is named with the bundles of the logs before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import bundles
import forger
import pytest
from bureau import Bureau, Line
from chain_insiders import swapped
from retold import Insider, retold

from inspector import verify
from inspector.domain import Case, CaseState, Registry
from inspector.registry import sorted_registry

SOME = "小区机构自报"


def rests(registry: Registry) -> list[Case]:
    """Cases of the docket that are visited in no log."""
    busy = {a.compound for a in registry.assumed}
    busy |= {h.compound for h in registry.history if h.log}
    return [c for c in registry.docket if c.next_first and c.compound not in busy]


def closed(registry: Registry) -> tuple[Registry, set[str]]:
    case = rests(registry)[0]
    none = {"next_first": None, "next_last": None}
    changed = swapped(registry, "docket", case, state=CaseState.CLOSED, **none)
    return changed, {case.id}


def put_off(registry: Registry) -> tuple[Registry, set[str]]:
    case = rests(registry)[0]
    days = {"next_first": date(2030, 1, 1), "next_last": date(2030, 2, 1)}
    return swapped(registry, "docket", case, **days), {case.id}


def invented(registry: Registry) -> tuple[Registry, set[str]]:
    known = {c.compound for c in registry.docket}
    enemy = next(c.id for c in registry.compounds if c.id not in known)
    days = (date(2025, 1, 2), date(2025, 2, 3), date(2025, 2, 4), date(2025, 2, 9))
    case = Case("2025-01-new", enemy, CaseState.RECTIFYING, *days)
    rows = (*registry.docket, case)
    return sorted_registry(replace(registry, docket=rows)), {case.id}


def exchanged(registry: Registry) -> tuple[Registry, set[str]]:
    """A friend has the number of a compound that was visited."""
    one, two = registry.compounds[:2]
    rows = {c.id: c for c in registry.compounds}
    rows |= {one.id: replace(two, id=one.id), two.id: replace(one, id=two.id)}
    return replace(registry, compounds=tuple(rows.values())), {one.id, two.id}


def handed_over(registry: Registry) -> tuple[Registry, set[str]]:
    """Another company has the compound now: nothing of this year was its own."""
    own = next(c for c in registry.compounds if c.usc18)
    other = next(c.usc18 for c in registry.companies if c.usc18 != own.usc18)
    return swapped(registry, "compounds", own, usc18=other), {own.id}


@pytest.fixture(scope="module")
def line() -> Line:
    """The second month of a bureau, with a case that rests."""
    for bureau in (Bureau(n, 2, 16).run() for n in range(20)):
        line = bureau.lines[-1]
        if line.route.frozen is not None and rests(line.folds[-1]):
            return line
    raise AssertionError


@pytest.mark.parametrize(
    "change", [None, closed, put_off, invented, exchanged, handed_over]
)
def test_what_only_the_bureau_says_is_named(
    change: Callable[[Registry], tuple[Registry, set[str]]] | None,
    line: Line,
    tmp_path: Path,
) -> None:
    one, two = (
        {c.id: c.usc18 for c in x.folds[-1].compounds} for x in line.bureau.lines
    )
    named = {name for name in two if one.get(name, two[name]) != two[name]}  # by itself
    named |= change(line.folds[-1])[1] if change else set()
    told = retold(line, Insider(lambda r: change(r)[0] if change else r)).route
    own = forger.write(tmp_path / "own", bundles.files_of(told))
    paths = bundles.written(line.bureau, tmp_path)
    given = [p for n, p in paths.items() if n != line.number]
    found = bundles.told(own, given)
    assert verify.FAILS not in {v for v, _ in found.values()}
    assert found["history.chain"][0] == verify.HOLDS
    text = found["history.chain"][1]
    assert (SOME in text) is bool(named)
    assert all(f"'{name}'" in text for name in named)
