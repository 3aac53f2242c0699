"""Parsed published things, kept in this process by a version that names their content.

A version is a SHA-256, a digest of steps or a counter that never repeats, so nothing
here is ever wrong; what was not asked for longest is dropped. Two requests may make the
same value at once; they make the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Shelf:
    """At most `kept` values, one per key: that of the newest `version` asked for."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self._values: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """The value of `key` in this version, made now if it is not here.

        >>> shelf = Shelf(1)
        >>> [shelf.get("a", v, lambda: m) for v, m in ((1, "x"), (1, "y"), (2, "z"))]
        ['x', 'x', 'z']
        """
        with self._lock:
            found = self._values.get(key)
            if found is not None and found[0] == version:
                self._values.move_to_end(key)
                kept: T = found[1]
                return kept
        value = make()
        with self._lock:
            self._values[key] = (version, value)
            self._values.move_to_end(key)
            while len(self._values) > self.kept:
                self._values.popitem(last=False)
        return value


class Shelves:
    """What the public pages of one installation keep."""

    def __init__(self) -> None:
        self.registers = Shelf(8)  # the large ones: a city's registries
        self.months = Shelf(400)  # a month's results and summary
        self.bureaus = Shelf(50)  # the lists of a bureau at one publication
        self.logs = Shelf(16)  # of the months of a year, as a freeze reads them
        self.standing = Shelf(8)  # registries with what the logs hold
        self.tallies = Shelf(200)  # its docket's problems by one key at one publication
