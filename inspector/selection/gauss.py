"""Linear equations by elimination in the order given: the same bits everywhere.

A matrix and a right side → the solution.
"""

from __future__ import annotations

from math import fsum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def solved(matrix: Floats, right: Floats) -> Floats:
    """z with matrix·z = right, for a symmetric quasi-definite matrix (Vanderbei 1995:
    any order of elimination works, so none is chosen by size).

    >>> solved(np.array([[4.0, 2.0], [2.0, -3.0]]), np.array([8.0, 0.0])).tolist()
    [1.5, 1.0]
    """
    m, z, rest = matrix.copy(), right.copy(), []
    for k in range(len(z)):
        below = k + 1 + np.flatnonzero(m[k, k + 1 :])
        rest.append(below)
        line = m[k, below]
        m[np.ix_(below, below)] -= (line / m[k, k])[:, None] * line
        z[below] -= line / m[k, k] * z[k]
    for k in range(len(z) - 1, -1, -1):
        z[k] = (z[k] - fsum(m[k, rest[k]] * z[rest[k]])) / m[k, k]
    return z
