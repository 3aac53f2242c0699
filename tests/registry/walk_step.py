"""One step of the random walk: a town with oddities → what is wrong with its import."""

from __future__ import annotations

from dataclasses import dataclass

from oddities import plant
from towns import CITIES, Planted, Town, clean_registry, written

from inspector.errors import Fault
from inspector.registry import understand


@dataclass(frozen=True)
class Step:
    """`outcome`: read or refused; `why`: what the walk must not find, "" when all is
    well."""

    outcome: str
    why: str
    planted: tuple[Planted, ...]


def step(number: int) -> Step:
    """The step of a number: city and oddities follow from it."""
    town = Town(CITIES[number % len(CITIES)], number)
    plant(town, wrong=number % 3 != 0)
    found = understand(town.files(), upload=False)
    planted = tuple(town.planted)
    if not town.faults:
        if found.scenario is None:
            return Step("read", f"refused: {found.faults[0]}", planted)
        if written(found.scenario) != clean_registry(town.city):
            return Step("read", "another registry", planted)
        rules = {r.rule for r in found.readings}
        silent = [str(p) for p in planted if p.codes and not rules & {*p.codes}]
        return Step("read", f"silent: {silent}" if silent else "", planted)
    if found.scenario is not None:
        return Step("refused", "a wrong registry", planted)
    masked = {id(one) for one in town.masked}
    seen = [one for one in town.faults if id(one) not in masked]
    return Step("refused", refused(seen, found.faults), planted)


def refused(planted: list[Planted], faults: tuple[Fault, ...]) -> str:
    """What is wrong with the order of faults."""
    causes = [any(p.told_by(f) for p in planted) for f in faults]
    if not planted:  # all of it waits for a file that nobody can open
        return ""
    if not causes[0]:
        return f"first: {faults[0]}"
    count = causes.index(False) if False in causes else len(causes)
    for one in planted:
        if not any(one.told_by(f) for f in faults[:count]):
            late = any(one.told_by(f) for f in faults)
            after = faults[count] if count < len(faults) else ""
            return f"{'late' if late else 'not told'}: {one} after {after}"
    return ""
