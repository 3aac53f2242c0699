"""A next month follows from the steps that were kept, and from no order of closing."""

from __future__ import annotations

from itertools import permutations

import pytest
from bureau import Bureau, Line

from inspector.domain import Registry
from inspector.month.following import following
from inspector.month.route import apply, at, public_files
from inspector.month.stages import Route
from inspector.month.standing import Stood, stood
from inspector.month.steps_file import read_steps, steps_file
from inspector.policy import Policy
from inspector.registry import write_scenario
from inspector.sources import later


def folded(line: Line, logs: list[Stood], when: str) -> Registry:
    """What a month after all these, with the scope of the line, would stand on."""
    policy: Policy = line.bureau.policy_after(line)
    return following(logs, line.bureau.registry, policy, when)


def others(line: Line, when: str) -> list[Stood]:
    found = (x.stood(when) for x in line.bureau.others(line, when))
    return [s for s in found if s is not None]


def restarted(line: Line, every: int) -> int:
    """The line from its file, killed after every so many steps; how often."""
    told = read_steps("steps.json", steps_file(line.steps))
    route, kills = Route(), 0
    for number, (kind, body) in enumerate(told):
        route = apply(route, kind, body)
        when, known = line.stands[number]
        assert public_files(route) == public_files(known)
        if number % every:
            continue
        kills += 1
        kept = told[: number + 1]
        files = []
        for one, steps in ((known, line.steps[: number + 1]), (route, kept)):
            log = stood(one, lambda s=steps: s)  # type: ignore[misc]
            logs = [*others(line, when), *([log] if log else [])]
            registry = folded(line, logs, when)
            files.append(write_scenario(registry, line.asked))
        assert files[0] == files[1], (line.bureau.seed, line.origin, number)
    return kills


def closed_in_any_order(bureau: Bureau, most: int) -> int:
    """Months that are closed before a moment, in every order; how many orders."""
    lines = [x for x in bureau.lines if x.route.closed is not None]
    orders = 0
    for last in lines[1:]:
        own = [x for x in lines if x.number <= last.number][-most:]
        soonest = max(x.stands[-2][0] for x in own)  # the last thing before a close
        found = []
        for order in permutations(own):
            logs = [s for x in bureau.lines if x not in own if (s := x.stood(soonest))]
            for hours, line in enumerate(order, 1):
                kind, body = line.steps[-1]
                body = {**body, "at": later(soonest, hours)}
                log = stood(apply(line.stands[-2][1], kind, body))
                assert log is not None
                logs.append(log)
            found.append(shown(folded(last, logs, later(soonest, 24))))
            orders += 1
        assert all(x == found[0] for x in found), (bureau.seed, last.origin)
    return orders


def shown(registry: Registry) -> dict[str, object]:
    """A registry without what tells the time of a close: roots, and leaves."""
    parts = {n: getattr(registry, n) for n in Registry.__dataclass_fields__}
    parts["logs"] = [(x.origin, x.size, x.open) for x in registry.logs]
    parts["owed"] = [(o.log, o.visit, o.compound, o.gone) for o in registry.owed]
    return parts


def test_a_month_is_killed_between_its_steps() -> None:
    bureau = Bureau(1, 2, 14).run()
    assert restarted(bureau.lines[-1], 3) > 5


def test_months_closed_in_any_order() -> None:
    assert closed_in_any_order(Bureau(2, 3, 14).run(), 2) >= 2


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2000, 2020))
def test_months_are_killed_between_any_two_steps(seed: int) -> None:
    bureau = Bureau(seed, 8, 40).run()
    assert closed_in_any_order(bureau, 3)
    for line in bureau.lines:
        restarted(line, 1)
        when = Bureau.after_freeze(line) if line.stands else ""
        for x in bureau.others(line, when):
            route, known = at(x.steps, when), x.at(when)
            assert known is not None and public_files(route) == public_files(known)
