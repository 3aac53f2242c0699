"""A changed plan as data: what a proposal hands to its amendment, and as JSON.

`AmendedPlan` <-> JSON data.

Nobody is seated yet and nothing is solved again: whoever replays a month keeps the
revision, and seats, chances and people follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspector.codec import dump
from inspector.domain import Package, Visit
from inspector.month import documents
from inspector.month.excess import Reasoned
from inspector.replan.changes import CarsGone
from inspector.schedule.workload import Unplaced


@dataclass(frozen=True, slots=True)
class AmendedPlan:
    """A changed plan, nobody seated. `packages`: all of it, routes of called stand-by
    pairs included; `added`, `removed`: visits that come and fall away; `reasons`: visit
    and message code; `cars`: all that are gone so far; `excess`: the head's reasons for
    visits that it adds or moves (PROTOCOL.md §13)."""

    packages: tuple[Package, ...]
    unplaced: tuple[Unplaced, ...]
    added: tuple[Visit, ...] = ()
    removed: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    cars: tuple[CarsGone, ...] = ()
    excess: tuple[Reasoned, ...] = ()


def amended_plan_body(amended_plan: AmendedPlan) -> documents.Doc:
    """The revision as JSON data; the step `amend` reads it back."""
    return dict(dump(amended_plan, documents.PLACED))
