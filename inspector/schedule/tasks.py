"""What is done for one district at a time, here or in another process: prices, search,
and a bound on what is placed. Every task carries its own part of the budget.

A task that can be sent to another process → its prices, bound or improved plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from inspector.schedule.column_generation import Prices, price
from inspector.schedule.district import District
from inspector.schedule.labelling import Columns, Net, joined
from inspector.schedule.neighbourhood_search import (
    NS_PER_WORK,
    Search,
    SearchCounts,
    State,
)
from inspector.schedule.resources import Dice, Room
from inspector.schedule.workload import Clock, Stop

ROUNDS = 4  # how often the room is dealt out anew
POLL_SECONDS = 0.2  # how often the shell is asked while other processes work
GRACE_SECONDS = 2.0  # what a task in another process gets to end after the fuse

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")


@dataclass(slots=True)
class Halt:
    """When to give up: by the clock of the shell, or when it asks to stop."""

    now: Clock
    until: float
    stop: Stop | None
    cut: bool = False

    def __call__(self) -> bool:
        if not self.cut:
            told = self.stop is not None and self.stop()
            self.cut = told or self.now() >= self.until
        return self.cut


@dataclass(frozen=True, slots=True)
class PriceTask:
    """Prices of all visits of a district."""

    district: District
    work: int
    halt: Halt


@dataclass(frozen=True, slots=True)
class BoundTask:
    """Prices of the visits that a plan places, when it does not place all."""

    district: District
    state: State
    work: int
    halt: Halt


@dataclass(frozen=True, slots=True)
class SearchTask:
    """A better plan, beginning with `state`; `turn` of ROUNDS."""

    district: District
    prices: Prices
    room: Room
    state: State
    seed: int
    label: str
    turn: int
    work: int
    halt: Halt


def price_all(task: PriceTask) -> Prices:
    """Prices and bound of a district."""
    net = Net(task.district, task.halt)
    slots = sum(task.district.cars)
    return price(net, slots, joined([], max(1, net.width)), task.work * NS_PER_WORK)


def price_placed(task: BoundTask) -> Prices:
    """Prices and bound of what is placed, the packages of the plan known."""
    district, trips = task.district, task.state.trips
    placed = sorted(i for trip in trips for i in trip.order)
    number = {visit: n for n, visit in enumerate(placed)}
    net = Net(district, task.halt)
    part = net.part(np.array(placed), net.days[placed])
    known = [
        Columns(
            np.array([[number[i] for i in trip.order]], np.int16),
            np.array([trip.travel]),
            np.array([1 << trip.day]),
        )
        for trip in trips
    ]
    columns = joined(known, max(1, part.width, *(len(t.order) for t in trips)))
    return price(part, sum(district.cars), columns, task.work * NS_PER_WORK)


def improve(task: SearchTask) -> tuple[State, SearchCounts]:
    """The best plan found, and what was done for it."""
    dice = Dice(task.seed, task.label)
    search = Search(task.district, task.prices, task.room, task.state, dice, task.halt)
    search.run(task.work, task.turn * task.work, ROUNDS * task.work)
    return search.best, search.tally


def each(
    executor: Executor | None,
    call: Callable[[_Task], _Done],
    tasks: Iterable[_Task],
    halt: Halt,
) -> Iterator[_Done]:
    """The results in the order of the tasks; fewer when `halt` ends the wait.

    Tasks in another process do not hear `stop`, only the fuse: they are left behind.
    """
    if executor is None:
        yield from map(call, tasks)
        return
    waiting = [executor.submit(call, task) for task in tasks]
    for future in waiting:
        while not future.done() and not halt():
            wait((future,), POLL_SECONDS)
        if not future.done():
            # A task that heard the fuse is about to end.
            wait(waiting, GRACE_SECONDS if halt.stop is None else 0)
        if not future.done():
            break
        yield future.result()
    for future in waiting:
        future.cancel()
