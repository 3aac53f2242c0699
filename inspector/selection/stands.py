"""What people ask of a draw before its seed: why one is in or out, what lifts it.

A compound, exclusions and strata → its chance or the reason why it has none; strata →
the factor of each street's minimum. Nothing here draws (PROTOCOL.md §5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from inspector.domain import Compound, Street
from inspector.policy import Policy
from inspector.selection.draw import Exclusion, Stratum, in_scope


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a compound stands before the seed: why in or out, and its exact chance.

    `reason`: "" in the draw, else status, scope, recent, cap or other.
    """

    compound: str
    reason: str
    cites: tuple[str, ...]
    stratum: str
    chance: Fraction


def factors(
    found: Iterable[tuple[str, str, Fraction]], rates: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """How many times each street's chances are raised for its minimum; 1: not at all.

    `found`: street, class and chance of each stratum; `rates`: of a class, unraised.
    Strata that reach 1 are raised less, so the street's factor is the largest.
    """
    out: dict[str, Fraction] = {}
    for street, risk, chance in found:
        if rates[risk]:
            times = chance / rates[risk]
            out[street] = max(times, out.get(street, Fraction(1)))
    return out


def standing(
    compound: Compound,
    street: Street,
    excluded: Iterable[Exclusion],
    found: Iterable[Stratum],
    policy: Policy,
) -> Standing:
    """Why a compound of `street` is in the draw or not; its chance is 0 when not.

    When several reasons hold, the first of status, scope and the exclusion is named.
    """
    if compound.status != "active":
        return Standing(compound.id, "status", (), "", Fraction(0))
    if not in_scope(compound, street.district, policy.scope):
        return Standing(compound.id, "scope", (), "", Fraction(0))
    for e in excluded:
        if e.compound == compound.id:
            return Standing(compound.id, e.reason, e.cites, "", Fraction(0))
    mine = next(s for s in found if compound.id in s.compounds)
    return Standing(compound.id, "", (), mine.id, mine.chance)
