"""Amendment (变更), second half: entropy recorded, then new packages drawn, or none.

A sealed amendment that waits, and its entropy → the month in which its plan is in
force; or the month without it, when it is cancelled. `inspector.month.amendment_seal`
seals it. PROTOCOL.md §8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inspector.ceremony.seed import Entropy, blind_hash, make_seed
from inspector.errors import CeremonyError, messages
from inspector.month.absence import settled
from inspector.month.amendment_force import take_effect, turned
from inspector.month.assigned import Assigned, people_leaves, table_of
from inspector.month.record import record_source, taken
from inspector.policy import Source
from inspector.selection import lottery
from inspector.sources import is_outside
from inspector.workdays import release

messages(
    {
        "change.late": (
            "{day} 的工作包须在该日放行之前摇号；已过则只能取消变更",
            "the packages of {day} must be drawn before its release; after it the "
            "amendment can only be cancelled",
        ),
        "change.none_waiting": (
            "没有待摇号的变更",
            "no amendment waits for its entropy",
        ),
    }
)


def record_amendment(
    assigned: Assigned, entry: Entropy, attempt: int | None = None
) -> Assigned:
    """A value of the waiting amendment's entropy, entered at `entry.at`; or the outside
    one of a cancelled amendment.

    Raises CeremonyError: nothing waits, or as `record_source` does.
    """
    known = {a.attempt: a for a in (*assigned.voided, assigned.waiting) if a}
    waiting = assigned.waiting if attempt is None else known.get(attempt)
    if waiting is None:
        raise CeremonyError("change.none_waiting")
    sources: Sequence[Source] = waiting.entropy
    if waiting is not assigned.waiting:
        sources = [s for s in sources if is_outside(s)]
    log = record_source(
        assigned.log, "amendment", waiting.attempt, sources, waiting.at, entry
    )
    return replace(assigned, log=log)


def assign_amendment(
    assigned: Assigned, second: Sequence[Entropy], at: str
) -> Assigned:
    """Draw the new packages of the waiting amendment with its recorded entropy.

    `second`: the outside values as a second person entered them. Raises CeremonyError:
    nothing waits, a value missing or entered otherwise, or too late for the packages.
    """
    waiting = assigned.waiting
    if waiting is None:
        raise CeremonyError("change.none_waiting")
    first = min(waiting.days)
    if at >= release(first, assigned.frozen.policy.release_minute):
        raise CeremonyError("change.late", day=first.isoformat())
    random, log = taken(
        assigned.frozen.suite,
        assigned.log,
        "amendment",
        waiting.attempt,
        waiting.entropy,
        second,
        at,
    )
    seed = make_seed(
        waiting.blind,
        blind_hash(waiting.blind),
        "amendment",
        waiting.commitment,
        random,
    )
    value = seed.bound_to("amendment", waiting.commitment)
    outcome = lottery.assign(table_of(waiting.packed), value)
    people = people_leaves(waiting.packed, outcome, waiting.blind)
    event = {
        "event": "assigned",
        "at": at,
        "stage": "amendment",
        "attempt": waiting.attempt,
        "people_root": people.root.hex(),
        "people_leaves": len(people.leaves),
    }
    log = log.append(event)
    done = replace(waiting, seed=seed, drawn=outcome, people=people)
    return settled(take_effect(replace(assigned, waiting=None, log=log), done), at)


def cancel_amendment(assigned: Assigned, at: str, reason: str) -> Assigned:
    """Void the waiting amendment: its number stays used, its blind sealed until the
    close, the plan in force goes on.

    Raises CeremonyError change.none_waiting, change.no_reason.
    """
    waiting = assigned.waiting
    if waiting is None:
        raise CeremonyError("change.none_waiting")
    if not reason:
        raise CeremonyError("change.no_reason")
    event = {
        "event": "cancelled",
        "at": at,
        "stage": "amendment",
        "attempt": waiting.attempt,
        "reason": reason,
    }
    done = replace(
        assigned,
        waiting=None,
        voided=(*assigned.voided, waiting),
        log=assigned.log.append(event),
    )
    return settled(turned(done, done.sealed.packed, done.now), at)
