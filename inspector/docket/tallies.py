"""Problem counters: found, solved, closure rate per compound, company, street, city.

Cases → found, solved and closure rate.

淄博 published 13,913 found and 11,956 solved, 86 % (source article).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from inspector.docket.cases import CaseFile
from inspector.docket.moves import Problem


@dataclass(frozen=True, slots=True)
class Tally:
    """Problems found and solved."""

    found: int = 0
    solved: int = 0

    @property
    def percent(self) -> int | None:
        """Closure rate in whole percent, halves up; None when nothing was found.

        >>> Tally(13_913, 11_956).percent
        86
        """
        if not self.found:
            return None
        return (200 * self.solved + self.found) // (2 * self.found)


Key = Callable[[CaseFile, Problem], str]
BY: Mapping[str, Key] = {
    "compound": lambda case, _: case.compound,
    # who ran the compound when the problem was found answers for it
    "company": lambda _, problem: problem.company,
    "street": lambda case, _: case.street,
    "city": lambda _case, _problem: "",
}


def tally(cases: Iterable[CaseFile], by: str) -> dict[str, Tally]:
    """Counters per key of `BY`, sorted by key; without problems there is none."""
    key = BY[by]
    out: dict[str, Tally] = {}
    for case in cases:
        for problem in case.problems:
            name = key(case, problem)
            old = out.get(name, Tally())
            solved = old.solved + (problem.solved is not None)
            out[name] = Tally(old.found + 1, solved)
    return dict(sorted(out.items()))
