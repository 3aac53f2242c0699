"""Packages of a district as arrays, one row each.

What `labelling` finds and `set_partitioning` chooses from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.schedule.completion_bounds import Flags, Ints

Small = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Columns:
    """Packages as arrays, one row each: `order` padded with -1, travel minutes, and
    the mask of days all its visits may take."""

    order: Small
    travel: Ints
    days: Ints

    def __len__(self) -> int:
        return len(self.travel)

    def take(self, rows: Ints | Flags) -> Columns:
        """These rows only."""
        return Columns(self.order[rows], self.travel[rows], self.days[rows])

    def prices(self, price: Ints) -> Ints:
        """Sum of the prices of each package's visits."""
        padded = np.append(price, np.int64(0))
        found: Ints = padded[self.order].sum(axis=1)
        return found


def joined(parts: list[Columns], width: int) -> Columns:
    """Several lists of columns as one, padded to `width` stops."""
    if not parts:
        none = np.zeros(0, np.int64)
        return Columns(np.zeros((0, width), np.int16), none, none)
    orders = []
    for part in parts:
        order = np.full((len(part), width), -1, np.int16)
        order[:, : part.order.shape[1]] = part.order
        orders.append(order)
    return Columns(
        np.concatenate(orders),
        np.concatenate([part.travel for part in parts]),
        np.concatenate([part.days for part in parts]),
    )
