"""A closed month read back from its auditor's bundle: registries, visits, plan.

Bundle files → `ReopenedMonth`.

The inverse of `documents`, so that a plan can be explained from its output folder,
without the scenario. Nothing is checked here; `inspector verify` does that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, get_args, get_type_hints

from inspector import codec
from inspector.ceremony.bundle import Log, read_document
from inspector.ceremony.canon import Key, Suite, canonical
from inspector.ceremony.seed import (
    Entropy,
    blind_hash,
    make_seed,
    randomness,
)
from inspector.docket.visits import intake
from inspector.domain import Evaluation, Package, Registry, Visit
from inspector.month import documents
from inspector.month.freeze import Drawn, Frozen
from inspector.month.pack import (
    Packed,
    PeopleChange,
    Seat,
    StandBy,
    known_people,
    people_of,
    staffing,
)
from inspector.month.seal import table_document
from inspector.policy import Policy
from inspector.schedule.workload import Packing, Unplaced
from inspector.selection.draw import StratumDraw, exclusions, strata
from inspector.selection.network import Person
from inspector.selection.ranking import rank
from inspector.selection.seats import People, pseudonym
from inspector.workdays import local_day

T = TypeVar("T")
Doc = Mapping[str, Any]
# As `documents.entry` and `policy.public` write it, among other things.
FORM = replace(documents.FORM, tables=True, more=True)


def read(kind: type[T], data: Any) -> T:
    """A frozen dataclass from its object in a bundle's documents. Raises Faults.

    >>> read(StandBy, {"id": "S-2026-12-01-1", "day": "2026-12-01"})
    StandBy(id='S-2026-12-01-1', day=datetime.date(2026, 12, 1))
    """
    value: T = codec.read(kind, data, kind.__name__, FORM)
    return value


@dataclass(frozen=True, slots=True)
class ReopenedMonth:
    """A month as far as explaining needs it. `table`: table.json."""

    drawn: Drawn
    people: People
    packing: Packing
    standby: tuple[StandBy, ...]
    persons: tuple[Person, ...]
    seats: tuple[Seat, ...]
    table: Doc


def _registry(frozen: Doc, private: Doc) -> Registry:
    rows: dict[str, Any] = {}
    for name, kind in get_type_hints(Registry).items():
        each = get_args(kind)[0]
        source = private if name in _PRIVATE else frozen
        if name == "history":
            # The two halves of a past visit stand in the same order.
            both = zip(frozen[name], private[name], strict=True)
            rows[name] = tuple(read(each, {**a, **b}) for a, b in both)
        elif each is Evaluation:
            rows[name] = tuple(Evaluation(*row) for row in source[name])
        else:
            rows[name] = tuple(read(each, row) for row in source[name])
    return Registry(**rows)


_PRIVATE = ("inspectors", "leave", "recusals", "running", "signals", "assistants")


def _changes(rows: Sequence[Doc]) -> tuple[PeopleChange, ...]:
    return tuple(read(PeopleChange, row) for row in rows)


def _early(
    files: Mapping[str, bytes], changes: tuple[PeopleChange, ...]
) -> tuple[PeopleChange, ...]:
    """Those logged before the seal."""
    kinds = [e["event"] for e in read_document(files, "log.json", "log")["events"]]
    first = len(kinds) - kinds[::-1].index("frozen")
    last = len(kinds) - 1 - kinds[::-1].index("sealed")
    return changes[: kinds[first:last].count("people_changed")]


def _drawn(files: Mapping[str, bytes]) -> Drawn:
    doc = read_document(files, "freeze.json", "freeze")
    private = read_document(files, "private.json", "private")["private"]
    events = read_document(files, "log.json", "log")["events"]
    made = read_document(files, "drawn.json", "drawn")
    policy = read(Policy, doc["policy"])
    registry = _registry(doc, private)
    ranking = rank(registry.compounds, registry.evaluations, policy.bottom)
    day = local_day(doc["frozen_at"])
    out = exclusions(registry.history, registry.compounds, policy, day)
    suite = Suite(policy.hash)
    secret = Key(suite, bytes.fromhex(private["secret"]))
    blind = Key(suite, bytes.fromhex(events[-1]["blinds"][0]))
    frozen_event = [e for e in events if e["event"] == "frozen"][-1]
    entropy = [e for e in events if e["event"] == "entropy" and e["stage"] == "draw"][
        -1
    ]
    commitment = bytes.fromhex(frozen_event["commitment"])
    frozen = Frozen(
        registry=registry,
        policy=policy,
        working_days=tuple(map(date.fromisoformat, doc["working_days"])),
        publish_days=tuple(map(date.fromisoformat, doc["publish_days"])),
        provisional=doc["provisional"],
        attempt=doc["attempt"],
        at=doc["frozen_at"],
        blind=blind,
        secret=secret,
        ranking=ranking,
        intake=intake(registry, ranking, policy),
        exclusions=out,
        strata=strata(registry.compounds, registry.streets, out, policy),
        names={
            i.id: pseudonym(secret, policy.month, i.id) for i in registry.inspectors
        },
        file=files["freeze.json"],
        private=private,
        commitment=commitment,
        log=Log(tuple(events)),
    )
    values = randomness(suite, [read(Entropy, row) for row in entropy["record"]])
    return Drawn(
        frozen,
        make_seed(blind, blind_hash(blind), "draw", commitment, values),
        tuple(read(StratumDraw, row) for row in made["strata"]),
        tuple(read(Visit, row) for row in made["visits"]),
        frozen.log,
    )


def reopen(files: Mapping[str, bytes]) -> ReopenedMonth:
    """The month in an auditor's bundle: file name -> bytes.

    Raises CeremonyError bundle.file when a file is missing or of another kind.
    """
    drawn = _drawn(files)
    changes = read_document(files, "private.json", "private")["changes"]
    plan = read_document(files, "plan.json", "plan")
    made = _early(files, _changes(changes))
    people = people_of(drawn.frozen, made)
    packing = Packing(
        tuple(read(Package, p) for p in plan["packages"]),
        tuple(Unplaced(u["visit"], u["reason"], ()) for u in plan["unplaced"]),
        plan["travel_minutes"],
        plan["bound_minutes"],
        (),
        0.0,
        0.0,
        plan["solver"]["reproducible"],
    )
    standby = tuple(read(StandBy, s) for s in plan["standby"])
    known = known_people(drawn.frozen, made)
    persons, seats = staffing(drawn, packing, standby, people, known)
    table = read_document(files, "table.json", "table")
    return ReopenedMonth(drawn, people, packing, standby, persons, seats, table)


def under_way(packed: Packed) -> ReopenedMonth:
    """A month that is not closed yet, from its plan: what `reopen` gives later."""
    return ReopenedMonth(
        packed.drawn,
        people_of(packed.frozen, packed.changes),
        packed.packing,
        packed.standby,
        packed.persons,
        packed.seats,
        json.loads(canonical(table_document(packed))),
    )
