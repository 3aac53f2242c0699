"""What gives way first where a month does not hold everything (PROTOCOL.md §14).

A frozen month and its visits → the rank of each, and of the stand-by pairs. Asked by
`places`, `pack` and the causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inspector.domain import Package, Visit, VisitKind, by_number
from inspector.month.freeze import Frozen

_NAMED = {VisitKind.RANDOM: "random", VisitKind.LOOKBACK: "lookback"}


class GivesWay:
    """Ranks by `policy.gives_way`; what gives way earlier has less.

    `pairs`: the rank of the stand-by pairs.
    """

    def __init__(self, frozen: Frozen, visits: Iterable[Visit]) -> None:
        self.order: Sequence[str] = frozen.policy.gives_way
        self.owed = {o.compound for o in frozen.registry.owed if not o.gone}
        self.pairs = self.order.index("standby")
        self.visits = {v.id: v for v in visits}
        self.ranks = {name: self._rank(v) for name, v in self.visits.items()}

    def _rank(self, visit: Visit) -> int:
        """Of the ranks of its purposes, the one that gives way last."""
        names = {self._name(visit, kind) for kind in visit.kinds}
        return max(self.order.index(name) for name in names)

    def _name(self, visit: Visit, kind: VisitKind) -> str:
        if kind == VisitKind.RANDOM and visit.compound in self.owed:
            return "owed"
        if kind == VisitKind.REMEDIATION:
            return "later" if visit.step else "first"
        return _NAMED.get(kind, "recheck")

    def last(self, visit: str) -> tuple[int, tuple[int, str]]:
        """Sorts visits so that the one which gives way last comes first."""
        return -self.ranks[visit], by_number(visit)

    def of_package(self, package: Package) -> int:
        """The rank of its visit that gives way last."""
        return max(self.ranks[s.visit] for s in package.stops)

    def last_first(self, packages: Iterable[Package]) -> list[Package]:
        """Packages, what gives way last first."""
        return sorted(packages, key=lambda p: min(self.last(s.visit) for s in p.stops))
