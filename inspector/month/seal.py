"""Seal (密封): plan, seats and chance table bound to the second commitment.

`Packed` and a blind → `Sealed`. Next: `inspector.month.assigned`.

What is opened at close is hashed with salts of the second blind; the figures that are
public at once stand in seal.json itself (PROTOCOL.md §6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from inspector.ceremony.bundle import LeafSet, Log, Void, seal_leaves, sealed_hash
from inspector.ceremony.canon import Key, canonical, digest
from inspector.ceremony.seed import Entropy, blind_hash
from inspector.errors import CeremonyError, messages
from inspector.month import cars, documents
from inspector.month.cancelled import refuse_late
from inspector.month.freeze import Frozen, next_attempt
from inspector.month.pack import Packed, solver_seed
from inspector.month.people import change_event
from inspector.month.record import record_source, refuse_sources, used_up
from inspector.policy import Source
from inspector.schedule.workload import Unplaced
from inspector.selection.matching import Cut
from inspector.selection.network import UNIT, WHOLE, rate, weight
from inspector.sources import later, outside_time, uses
from inspector.workdays import release

SOLVER = "inspector.schedule"
# Why a seal may name other sources than the policy's plan; {zh}, {en} of the refusals.
CAUSES = {
    "cancelled": ("前一次密封已取消", "an earlier seal was cancelled"),
    "used": ("计划中的期号已用过", "an issue of the plan is used up"),
    "wait": ("距计划的开奖不足等待时间", "the planned drawing is nearer than the wait"),
}

messages(
    {
        "seal.plan": (
            "{zh}：密封须另报更晚的同类随机源",
            "{en}: the seal must name later sources of the same kinds",
        ),
        "seal.no_cause": (
            "细则公布的派员随机源仍可用，不得更换",
            "the policy's lottery sources still serve; no others may be named",
        ),
        "seal.sources": (
            "密封的随机源须与细则同编号、同类、同名、同序，且更晚：{source}",
            "the seal's sources keep ids, kinds, names and order of the policy's and "
            "come later: {source}",
        ),
        "people.unlogged": (
            "{at} 的人员变动未在作出时登记入日志",
            "the change of people of {at} was not logged when it was made",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The plan and its chance table bound to `commitment`; nobody assigned yet."""

    packed: Packed
    attempt: int
    at: str
    blind: Key
    entropy: tuple[Source, ...]
    files: Mapping[str, bytes]  # drawn, plan, table: opened at close
    file: bytes  # seal.json
    commitment: bytes
    leaves: LeafSet
    log: Log

    @property
    def frozen(self) -> Frozen:
        return self.packed.frozen


def seal(
    packed: Packed,
    *,
    blind: bytes,
    at: str,
    entropy: tuple[Source, ...] | None = None,
    log: Log | None = None,
    budget: str = "",
    version: str = "",
) -> Sealed:
    """Bind packages, seats and chance table to the second commitment.

    `entropy`: later sources when those of the policy cannot serve any more. Raises
    CeremonyError seal.plan, seal.no_cause, seal.sources, and as `refuse_sources` does.
    """
    frozen = packed.frozen
    log = packed.drawn.log if log is None else log
    sources, reason = _sources(frozen, log, at, entropy)
    files = opened_files(packed, budget, version)
    key = Key(frozen.suite, blind)
    leaves = visit_leaves(packed, key)
    attempt = next_attempt(log, "lottery")
    doc: dict[str, Any] = {
        "schema": "inspector/seal/v2",
        "month": frozen.policy.month,
        "attempt": attempt,
        "sealed_at": at,
        "freeze": frozen.commitment.hex(),
        "blind_hash": blind_hash(key).hex(),
        "entropy": [documents.entry(s) for s in sources],
        "entropy_reason": reason,
        **hashes(files, key),
        "visit_root": leaves.root.hex(),
        "visit_leaves": len(leaves.leaves),
        **figures(packed),
    }
    file = canonical(doc)
    commitment = digest(frozen.suite, "seal", file)
    unlogged = [c for c in packed.changes if change_event(frozen, c) not in log.events]
    if unlogged:
        raise CeremonyError("people.unlogged", at=unlogged[0].at)
    event = {
        "event": "sealed",
        "at": at,
        "attempt": attempt,
        "commitment": commitment.hex(),
    }
    return Sealed(
        packed,
        attempt,
        at,
        key,
        sources,
        MappingProxyType(files),
        file,
        commitment,
        leaves,
        log.append(event),
    )


def plan_causes(frozen: Frozen, log: Log, at: str) -> list[str]:
    """Why the policy's lottery sources cannot serve a seal of this time (`CAUSES`)."""
    plan, policy = frozen.policy.lottery_entropy, frozen.policy
    used = used_up(log, ("draw", frozen.attempt, policy.draw_entropy))
    before = (v.document for v in log.voided if v.stage == "lottery")
    found = {
        "cancelled": any(d["freeze"] == frozen.commitment.hex() for d in before),
        "used": any(use in used for s in plan for use in uses(s)),
        "wait": outside_time(plan) < later(at, policy.seal_wait_hours),
    }
    return [cause for cause in CAUSES if found[cause]]


def _sources(
    frozen: Frozen, log: Log, at: str, entropy: tuple[Source, ...] | None
) -> tuple[tuple[Source, ...], str]:
    """The seal's own sources, and why they are not the policy's ("": they are)."""
    plan, causes = frozen.policy.lottery_entropy, plan_causes(frozen, log, at)
    sources = plan if entropy is None else entropy
    if sources == plan and causes:
        zh, en = CAUSES[causes[0]]
        raise CeremonyError("seal.plan", zh=zh, en=en)
    if sources != plan and not causes:
        raise CeremonyError("seal.no_cause")
    if sources != plan:
        same = [(s.id, s.kind, s.name) for s in sources]
        late = all(s.at > p.at for s, p in zip(sources, plan, strict=False))
        if same != [(p.id, p.kind, p.name) for p in plan] or not late:
            shown = " ".join(s.id for s in sources)
            raise CeremonyError("seal.sources", source=shown)
    used = used_up(log, ("draw", frozen.attempt, frozen.policy.draw_entropy))
    refuse_sources("lottery", sources, at, frozen.policy.seal_wait_hours, used, log)
    return sources, causes[0] if causes else ""


def record_lottery(sealed: Sealed, entry: Entropy) -> Sealed:
    """A value of the lottery's entropy, entered at `entry.at`. Raises CeremonyError."""
    log = record_source(
        sealed.log, "lottery", sealed.attempt, sealed.entropy, sealed.at, entry
    )
    return replace(sealed, log=log)


def opened_files(packed: Packed, budget: str, version: str) -> dict[str, bytes]:
    """Documents that are opened at close: the visits, the plan, the chance table."""
    return {
        "drawn.json": packed.drawn.file,
        "plan.json": canonical(plan_document(packed, budget, version)),
        "table.json": canonical(table_document(packed)),
    }


def hashes(files: Mapping[str, bytes], blind: Key) -> documents.Doc:
    """What binds documents before they are opened: `<name>_hash`."""
    return {
        f"{name[:-5]}_hash": sealed_hash(blind, name[:-5], data).hex()
        for name, data in files.items()
    }


def figures(packed: Packed) -> documents.Doc:
    """The figures of a plan that are public at once."""
    packing, table = packed.packing, packed.table
    return {
        "packages": len(packing.packages),
        "seats": len(packed.seats),
        "unplaced": dict(sorted(_left_out(packed).items())),
        "travel_minutes": packing.travel_minutes,
        "bound_minutes": packing.bound_minutes,
        "q_star": table.levels[0].value if table.levels else 0,
        "t_star": table.t_star,
        "min_chance": table.min_chance,
        "max_chance": table.max_chance,
        "levels": len(table.levels),
        "exceptions": len(exceptions(packed)),
        "listed": len(listed(packed)),
        "load_slack": table.slack,
        "changes": len(packed.changes),
    }


def _left_out(packed: Packed) -> Counter[str]:
    """Visits that are out by reason, and the missing stand-by pairs."""
    rows = [u.cause for u in packed.packing.unplaced]
    return Counter(rows + ["standby"] * len(packed.unmanned))


def cancel_seal(sealed: Sealed, log: Log, at: str, reason: str) -> Log:
    """Void a seal and its lottery; seal again with the returned log, later entropy.

    Raises CeremonyError cancel.field, cancel.late once people act on its lottery.
    """
    days = {s.day for s in sealed.packed.seats}
    refuse_late(
        log, at, [release(d, sealed.frozen.policy.release_minute) for d in days]
    )
    void = Void("lottery", sealed.attempt, sealed.file, sealed.blind, sealed.files)
    return log.cancel(at, reason, void)


def visit_leaves(packed: Packed, blind: Key) -> LeafSet:
    """One salted leaf per visit, placed or not."""
    where = {s.visit: p for p in packed.packing.packages for s in p.stops}
    objects = {
        v.id: documents.sealed_visit(v, where.get(v.id)) for v in packed.drawn.visits
    }
    return seal_leaves(blind, "leaf", "visit/", "dummy/", objects)


def listed(packed: Packed) -> list[str]:
    """Seats that keep less than `keep_share` of those fit for the hardest visit."""
    num, den = packed.frozen.policy.seats.keep_share
    return [s.id for s in packed.seats if len(s.eligible) * den < s.hardest * num]


def exceptions(packed: Packed) -> list[str]:
    """Public exceptions: seats with few eligible people, levels above the limit."""
    rules = packed.frozen.policy.lottery
    few = [s.id for s in packed.seats if len(s.eligible) < rules.exception_eligible]
    num, den = rules.exception_level
    high = [
        f"level/{k}"
        for k, level in enumerate(packed.table.levels)
        if level.value * den > num * UNIT
    ]
    return few + high


def unplaced_document(row: Unplaced) -> documents.Doc:
    return {"visit": row.visit, "reason": row.cause}


def cut_document(packed: Packed, cut: Cut) -> documents.Doc:
    """A cut by pseudonyms."""
    names = [p.id for p in packed.persons]
    return {
        "people": sorted(names[i] for i in cut.people),
        "days": sorted([names[i], day.isoformat()] for i, day in cut.days),
    }


def plan_document(packed: Packed, budget: str, version: str) -> documents.Doc:
    """plan.json of the bundle."""
    packing = packed.packing
    return {
        "schema": "inspector/plan/v2",
        "packages": [documents.package(p) for p in packing.packages],
        "standby": [documents.entry(s) for s in packed.standby],
        "unmanned": [documents.entry(s) for s in packed.unmanned],
        "unplaced": [unplaced_document(u) for u in packing.unplaced],
        "cars_out": [cars.document(row) for row in packed.cars_out],
        "cuts": [cut_document(packed, cut) for cut in packed.cuts],
        "excess": [documents.entry(row) for row in packed.excess],
        "travel_minutes": packing.travel_minutes,
        "bound_minutes": packing.bound_minutes,
        "solver": {
            "name": SOLVER,
            "version": version,
            "seed": solver_seed(packed.drawn),
            "runs": packed.runs,
            "reproducible": packing.reproducible,
            "budget": budget,
        },
    }


def table_document(packed: Packed) -> documents.Doc:
    """table.json of the bundle."""
    table = packed.table
    names = dict.fromkeys(s.package for s in packed.seats)
    index = {name: k for k, name in enumerate(names)}
    about = {s.package: (s.day, s.minutes) for s in packed.seats}
    return {
        "schema": "inspector/table/v2",
        "unit": WHOLE,
        "people": [
            {
                "id": p.id,
                "days": p.days.bit_count(),
                "max_days": weight(p),
                "rate": rate(p),
                "share": share,
                "load_min": low,
                "load_max": high,
                "carry": p.carry_minutes,
                "group": p.group,
            }
            for p, share, (low, high) in zip(
                packed.persons, table.fair, table.loads, strict=True
            )
        ],
        "packages": [
            {"id": name, "day": about[name][0].isoformat(), "minutes": about[name][1]}
            for name in names
        ],
        "seats": [
            {
                "id": s.id,
                "package": index[s.package],
                "role": s.role.value,
                "eligible": mask(s.eligible),
                "hardest": s.hardest,
            }
            for s in packed.seats
        ],
        "elements": [[e.seat, e.person, e.units] for e in table.elements],
        "multipliers": _multipliers(packed),
        "spare": list(table.spare),
        "pairs": [[p.person, p.package, p.level, int(p.dropped)] for p in table.pairs],
        "slack": table.slack,
        "slack_cut": nodes(table.slack_nodes),
        "levels": [{"value": x.value, "nodes": nodes(x.nodes)} for x in table.levels],
        "t_star": table.t_star,
        "t_cut": nodes(table.t_nodes),
        "floor": table.floor,
        "listed": listed(packed),
        "exceptions": exceptions(packed),
    }


def _multipliers(packed: Packed) -> documents.Doc:
    """The table's multipliers, with dates for days. They are texts: where carried duty
    cannot be evened out they are larger than a number of canonical JSON may be."""
    made, days = packed.table.multipliers, packed.frozen.working_days
    return {
        "seats": [f"{pull:x}" for pull in made.seats],
        "loads": [f"{pull:x}" for pull in made.loads],
        "days": [[i, days[day].isoformat(), f"{pull:x}"] for i, day, pull in made.days],
        "duty": [f"{pull:x}" for pull in made.duty],
    }


def mask(indexes: Sequence[int]) -> str:
    """Hex bit mask, bit i for index i."""
    return f"{sum(1 << i for i in indexes):x}"


def nodes(value: int) -> str:
    """Hex of a node set; "" for the empty one."""
    return f"{value:x}" if value else ""
