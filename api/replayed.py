"""Routes already replayed, kept in this process by the digest of their steps.

The digest names every step so far, so an entry is never wrong: a step that was rolled
back simply has a digest nobody asks for.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from inspector.errors import Fault
from inspector.month.stages import Route

KEPT = 12  # routes; one of a large city holds some tens of megabytes
JUDGED = 200  # of these faults are remembered
# Bureau, registry version, policy, and what its logs hold.
Judged = tuple[str, int, str, str]


class Stages:
    """A small cache of routes."""

    def __init__(self) -> None:
        self._routes: OrderedDict[str, Route] = OrderedDict()
        self._faults: OrderedDict[Judged, tuple[Fault, ...]]
        self._faults = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Route | None:
        """The route after the steps with this digest, if it is still known."""
        with self._lock:
            found = self._routes.get(digest)
            if found is not None:
                self._routes.move_to_end(digest)
            return found

    def put(self, digest: str, route: Route) -> None:
        """Remember a route; the one not asked for longest is dropped."""
        with self._lock:
            self._routes[digest] = route
            self._routes.move_to_end(digest)
            while len(self._routes) > KEPT:
                self._routes.popitem(last=False)

    def judged(self, key: Judged) -> tuple[Fault, ...] | None:
        """Faults of what a month would freeze, if they are known."""
        with self._lock:
            return self._faults.get(key)

    def judge(self, key: Judged, faults: tuple[Fault, ...]) -> None:
        """Remember the faults of what is committed."""
        with self._lock:
            self._faults[key] = faults
            while len(self._faults) > JUDGED:
                self._faults.popitem(last=False)
