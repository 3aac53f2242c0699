"""Months frozen in an odd order or far apart: still one chain, and no way around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import bundles
import forger
import pytest
from bureau import Bureau, Line
from retold import Insider, retold

from inspector import verify
from inspector.domain import PastVisit, Registry, VisitKind
from inspector.months import month_span
from inspector.registry import sorted_registry
from inspector.verify import Row

APART = ("2025-07", "2025-11", "2026-10")  # the last lists no log of the first
NEAR = ("2025-07", "2025-08", "2025-09")


class AnyOrder(Bureau):
    """A later month may be frozen before an earlier one."""

    def may_freeze(self, month: str) -> bool:
        return True

    def _announce(self, month: str) -> None:
        known = len(self.lines)
        super()._announce(month)
        for line in self.lines[known:]:
            ahead = self.random.choice((3, 10, 30, 60, 90, 120))
            day = month_span(month)[0] - timedelta(ahead)
            if day < date(2025, 6, 10):
                day = date(2025, 6, 10) + timedelta(self.random.randint(0, 9))
            hour, minute = self.random.randint(0, 9), self.random.randint(31, 59)
            line.now = f"{day}T{hour:02}:{minute}:{line.number % 60:02}Z"


class These(Bureau):
    """A bureau of these months, of the whole city each."""

    def __init__(self, seed: int, months: tuple[str, ...]) -> None:
        self.waiting = [*months]
        super().__init__(seed, len(months), 14)

    def _announce(self, month: str) -> None:
        known = len(self.lines)
        super()._announce(self.waiting.pop(0))
        del self.lines[known + 1 :]


@pytest.fixture(autouse=True)
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger knows months in order and near each other."""
    monkeypatch.setattr(Line, "judged", lambda *_: None)


@pytest.mark.parametrize(("seed", "months", "most"), [(4, 4, 20), (29, 5, 16)])
def test_months_are_frozen_in_any_order(
    seed: int, months: int, most: int, tmp_path: Path
) -> None:
    bureau = AnyOrder(seed, months, most).run()
    paths = bundles.written(bureau, tmp_path)
    frozen = [bureau.after_freeze(x) for x in bureau.lines if x.stands]
    assert frozen != sorted(frozen)
    for path in paths.values():
        found = bundles.told(path, [p for p in paths.values() if p != path])
        assert {k: d for k, (v, d) in found.items() if v == verify.FAILS} == {}
        assert found["history.chain"][0] == verify.HOLDS


def last_of(months: tuple[str, ...], folder: Path) -> tuple[Line, list[Path]]:
    """The last month, and the bundles of those before."""
    told = (These(n, months).run() for n in range(9))
    bureau = next(b for b in told if all(x.route.frozen for x in b.lines))
    paths = bundles.written(bureau, folder)
    return bureau.lines[-1], [paths[n] for n in range(len(months) - 1)]


def test_a_log_that_is_not_listed_any_more_gives_no_new_row(tmp_path: Path) -> None:
    """Its rows are the bureau's word then; one is invented, with a late deadline."""
    line, paths = last_of(APART, tmp_path)
    registry = line.folds[-1]
    assert {x.origin.split("/")[1] for x in registry.logs} == {APART[1]}
    assert not line.bureau.lines[1].folds[-1].logs[0].open
    first = month_span(APART[0])[0]

    def invent(registry: Registry) -> Registry:
        friend = next(c for c in registry.compounds if c.status == "active")
        late = month_span(APART[2])[0] - timedelta(40)
        row = PastVisit(
            friend.id, friend.usc18, first, VisitKind.RANDOM, True, "", "", due=late
        )
        return sorted_registry(replace(registry, history=(*registry.history, row)))

    def forget(registry: Registry) -> Registry:
        kept = (h for h in registry.history if h.log or h.date < first)
        return replace(registry, history=tuple(kept))

    for n, change in enumerate((lambda r: r, invent, forget)):
        told = retold(line, Insider(change)).route
        own = forger.write(tmp_path / f"own{n}", bundles.files_of(told))
        alone, found = bundles.told(own, []), bundles.told(own, paths[1:])
        assert verify.FAILS not in {v for v, _ in alone.values()}
        failing = {k for k, (v, _) in found.items() if v == verify.FAILS}
        assert failing == ({"history.chain"} if n else set()), found["history.chain"]
        if not n:  # who has every bundle of the bureau may give them all
            assert bundles.told(own, paths)["history.chain"][0] == verify.HOLDS


def test_a_log_is_left_out_and_its_bundle_not_given(tmp_path: Path) -> None:
    """The freeze of another log names it."""
    line, paths = last_of(NEAR, tmp_path)
    lost = line.folds[-1].logs[0].origin

    def omit(registry: Registry) -> Registry:
        rows = {
            name: tuple(x for x in getattr(registry, name) if x.log != lost)
            for name in ("history", "assumed", "owed", "running")
        }
        logs = tuple(x for x in registry.logs if x.origin != lost)
        return replace(registry, logs=logs, **rows)

    told = retold(line, Insider(omit)).route
    own = forger.write(tmp_path / "own", bundles.files_of(told))
    assert bundles.told(own, [])["history.chain"][0] == verify.OPEN
    found = bundles.told(own, paths[1:])["history.chain"]
    assert found[0] == verify.FAILS
    assert lost in found[1]


class Carrying:
    """A log that carried one visit, as a freeze stands on it."""

    def __init__(self, name: str) -> None:
        self.name, self.freeze = name, Row()

    def carried(self) -> dict[tuple[str, str], list[str]]:
        return {(self.name, "5c" * 32): ["V0001", "C1"]}


def test_two_logs_that_carry_a_visit_in_the_same_second_owe_both() -> None:
    """The events are equal, and so are their leaves."""
    scope = Row.fromkeys(("types", "districts", "streets", "classes"), [])
    place = {"id": "C1", "status": "active", "type": "", "street": "s"}
    freeze: Any = {
        "compounds": [Row(place, risk_class="A")],
        "streets": [Row(code="s", district="d")],
        "policy": Row(scope=scope),
    }
    owed = [
        Row(log=log, visit="V0001", compound="C1", leaf="5c" * 32, gone=False)
        for log in ("a", "b")
    ]
    logs: Any = [Carrying("a"), Carrying("b")]
    verify.chained_owed(Row(freeze, owed=owed), logs, True)
    for one in owed:
        with pytest.raises(verify.Wrong, match="missing"):
            verify.chained_owed(Row(freeze, owed=[one]), logs, True)
