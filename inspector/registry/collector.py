"""Python's garbage collector rests while many rows are read.

100,000 rows are some millions of values that are all kept: walking them again and again
takes a fifth of the time and finds nothing. Used by `registry`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """No collecting within; a decorator as well. What was on before is on again."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
