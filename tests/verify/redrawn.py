"""A month run by the program with one document edited before it is bound.

Everything after the edit is honest: the draw, the plan, the chances, the lottery, the
field work and all hashes follow from the edited bytes. So no hash and no seed can show
the edit, only a claim about what it says.
"""

from __future__ import annotations

import copy
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from forger import Docs
from month_stages import (
    Month,
    assigned_with,
    drawn_with,
    field_work,
    freeze_city,
    reasoned,
)

import inspector.month
from inspector.month.field import close
from inspector.month.pack import Packed, schedule
from inspector.month.seal import seal
from inspector.schedule.plan import plan as solve
from inspector.schedule.workload import Budget, Packing, Workload

Edit = Callable[[Docs], Any]
FROM_FREEZE = ("freeze",)
FROM_SEAL = ("seal", "drawn", "plan", "table")


@contextmanager
def edited(name: str, edit: Edit) -> Iterator[None]:
    """While it lasts the program binds an edited document `name`.json."""

    def wrapped(before: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
        def canonical(value: Any) -> bytes:
            schema = value.get("schema", "") if isinstance(value, dict) else ""
            if str(schema).startswith(f"inspector/{name}/"):
                docs = {name: copy.deepcopy(value)}
                edit(docs)
                value = docs[name]
            return before(value)

        return canonical

    with ExitStack() as stack:
        for info in pkgutil.iter_modules(inspector.month.__path__):
            module = import_module(f"inspector.month.{info.name}")
            if hasattr(module, "canonical"):
                own = wrapped(module.canonical)
                stack.enter_context(patch.object(module, "canonical", own))
        yield


def redraw(month: Month, name: str, edit: Edit) -> Mapping[str, bytes]:
    """The auditor's bundle of the month with `name`.json edited."""
    record = month.record
    with edited(name, edit):
        packed = planned(month) if name in FROM_FREEZE else month.packed
        sealed = seal(
            packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at
        )
        assigned = assigned_with(sealed, record.lottery, record.assigned_at)
        return close(field_work(assigned), record.closed_at, {}).auditor


def planned(month: Month) -> Packed:
    """The first half of the month again."""
    record = month.record
    frozen = freeze_city(month.registry, month.policy, month.calendar, record)
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    return reasoned(schedule(drawn, rough))


def rough(work: Workload, seed: int) -> Packing:
    """A first plan: any will do here."""
    budget = Budget(1, 600.0)
    return solve(work, seed=seed, budget=budget, executor=None, now=lambda: 0.0)
