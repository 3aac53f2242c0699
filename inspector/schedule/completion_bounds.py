"""What a partial route may still gain at best: routes that may repeat visits.

Prices and legs of a district → per last stop and minutes left the best that may follow.
Prunes `labelling`.

Dynamic programming over [last visit, minutes left], without A-B-A (q-routes with
two-cycles removed: Christofides, Mingozzi, Toth 1981). Values are reduced costs in
1/SCALE minute: travel minus the prices of the visits joined.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SCALE = 1024  # prices are integers in 1/1024 minute
FAR = np.int64(1) << 50

# Best value, its next stop, and the best value with another next stop.
Layer = tuple[Ints, Ints, Ints]


def completions(
    legs: Ints,
    service: Ints,
    after: Flags,
    price: Ints,
    span: int,
    stops: int,
    step: int,
) -> list[Layer]:
    """One layer per number of further stops at most, 0..`stops`, each by [visit,
    remaining time in `step` minutes]. Next stop n is the office.

    `legs`: with the office last; `after[i, j]`: j may follow i at some time.
    """
    n = len(service)
    slots = -(-span // step) + 1
    home = legs[:n, n]
    best = np.where(
        np.arange(slots)[None, :] >= (home // step)[:, None],
        (home * SCALE)[:, None],
        FAR,
    )
    following = np.full((n, slots), n, np.int64)
    second = np.full((n, slots), FAR)
    layers = [(best, following, second)]
    gain = legs[:n, :n] * SCALE - price[None, :]
    gain = np.where(after, gain, FAR)
    spend = (legs[:n, :n] + service[None, :]) // step
    column = np.arange(slots)
    # Behind each row as many times too late as any stop may take, so that looking up
    # an earlier time is one look-up in a flat array.
    late = min(int(spend.max(initial=0)), slots)
    begin = late + (late + slots) * np.arange(n)
    at = begin[None, :] - np.minimum(spend, late)
    padded = np.full((n, late + slots), FAR)
    inner = padded[:, late:]
    base = layers[0][0]
    for _ in range(stops):
        best, following, second = layers[-1]
        nxt = np.empty_like(best)
        who = np.empty_like(following)
        alt = np.empty_like(second)
        for i in range(n):
            inner[:] = best
            np.copyto(inner, second, where=following == i)
            cand = padded.ravel().take(at[i][:, None] + column)
            cand += gain[i][:, None]
            pick = cand.argmin(axis=0)
            least = cand[pick, column]
            cand[pick, column] = FAR
            other = cand.min(axis=0)
            closed = base[i]
            ends = closed < least
            nxt[i] = np.where(ends, closed, least)
            who[i] = np.where(ends, n, pick)
            alt[i] = np.where(ends, least, np.minimum(other, closed))
        layers.append((nxt, who, alt))
    return layers
