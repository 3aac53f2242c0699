"""How many of a class a plan's caps put out of the draw by December: an estimate.

A plan's classes on its base → basis points of each class. Part of
`inspector.year.plan`, which refuses caps that put out more than `MOST_OUT_BP`.

A company's random inspections take all its compounds out of the draw when they reach
the cap (PROTOCOL.md section 5), and large companies reach it first. The estimate:

* In month m each compound of class k is drawn with chance b(k, m) / N(k): batch over
  base, as the plan publishes it; compounds and months as if independent.
* A unit (company or compound) is out for its compounds of class k when the sum of its
  compounds' draws in the months that count then is cap(k) or more.
* The class's share is the mean of that over its compounds; one without a company has no
  unit where the cap is a company's.

Visits of a company on one day (they are one inspection) and the pause after a visit
are left aside: both put out fewer, so the estimate is on the safe side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspector.domain import Compound, PastVisit, RiskClass, VisitKind

MONTHS = 12
# When a month is frozen, results of the two before may wait for their deadlines: one is
# in the field, the other's last visits were made 20 working days ago or less. What is
# said here of `recent` and `cap` holds if no deadline of the month before has passed
# when a month is frozen, and every one of the third before has. A deadline itself lies
# in the second month after its visit's at the latest.
WAITING = 2
MOST_OUT_BP = 1500  # ours: caps are to spare companies, not to end the draw
_ONE = 10**12  # chances are integers in parts of this, each product rounded down


@dataclass(frozen=True, slots=True)
class Quota:
    """One risk class of the plan on its base: `batches` add up to `number`.

    `unit`: whose inspections the cap counts, "compound" or "company".
    """

    risk_class: RiskClass
    base: int
    number: int
    cap: int
    batches: tuple[int, ...]
    unit: str = "compound"


def shares_out(
    found: Sequence[Quota],
    base: Iterable[Compound],
    month: int = MONTHS - 1,
    already: Mapping[str, int] | None = None,
) -> dict[RiskClass, int]:
    """Basis points of each class that the caps put out when `month` (0 … 11) is frozen.

    `already`: inspections for a cause per unit, which count too under `cap_by` all.
    Deterministic: integers only.
    """
    by_class = {q.risk_class: q for q in found}
    units: dict[str, Counter[RiskClass]] = {}
    sizes: Counter[RiskClass] = Counter()
    for c in base:
        quota = by_class.get(c.risk_class)
        if quota is None or c.status != "active":
            continue
        sizes[c.risk_class] += 1
        if unit := c.usc18 if quota.unit == "company" else c.id:
            units.setdefault(unit, Counter())[c.risk_class] += 1
    out: Counter[RiskClass] = Counter()
    known: dict[tuple[object, ...], list[int]] = {}
    for unit, mine in units.items():
        done = (already or {}).get(unit, 0)
        key = (done, *sorted(mine.items()))
        if key not in known:
            known[key] = _at_least(by_class, mine, month, done)
        for risk, size in mine.items():
            out[risk] += size * known[key][by_class[risk].cap]
    return {
        r: out[r] * 10_000 // (_ONE * sizes[r]) if sizes[r] else 0 for r in by_class
    }


def causes(history: Iterable[PastVisit], unit: str, day: date) -> dict[str, int]:
    """Days of the year before `day` with inspections for a cause, per unit: what
    `already` takes for the year to come."""
    days: dict[str, set[date]] = {}
    for h in history:
        year = (day - h.date).days <= 365 and h.date < day
        if year and h.counts_for_cap and h.kind is not VisitKind.RANDOM:
            mine = h.usc18 if unit == "company" else h.compound
            days.setdefault(mine, set()).add(h.date)
    return {name: len(found) for name, found in days.items() if name}


def _at_least(
    by_class: Mapping[RiskClass, Quota],
    mine: Mapping[RiskClass, int],
    month: int,
    done: int,
) -> list[int]:
    """[k]: chance, in parts of `_ONE`, of k or more inspections of one unit."""
    most = max(q.cap for q in by_class.values())
    exactly = [0] * (most + 1)  # the last: that many or more
    exactly[min(done, most)] = _ONE
    for risk, size in mine.items():
        quota = by_class[risk]
        for batch in quota.batches[: max(0, month - WAITING + 1)] * size:
            hit = _ONE * min(batch, quota.base) // quota.base
            moved = [n * hit // _ONE for n in exactly]
            moved[most] = 0
            for k in range(most, 0, -1):
                exactly[k] += moved[k - 1] - moved[k]
            exactly[0] -= moved[0]
    return [sum(exactly[k:]) for k in range(most + 1)]
