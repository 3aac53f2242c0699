"""One month from visits to packages: start, prices, search, days, names.

`Workload`, seed and budget → `Packing`. The room's entry.

The work is cut into tasks, one per district, each with its own seed and its own part
of the budget counted in work, not time; between two rounds of tasks the people of the
city are dealt out anew. So the plan depends on the workload, the seed and the budget
only: not on the executor, the number of its workers, or the order of the rows.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

from inspector.domain import Package, Visit
from inspector.schedule.column_generation import Prices
from inspector.schedule.district import divide
from inspector.schedule.neighbourhood_search import NS_PER_WORK, State
from inspector.schedule.packages import numbered, package
from inspector.schedule.regret_insertion import begin
from inspector.schedule.resources import Dice, Ledger
from inspector.schedule.tasks import (
    ROUNDS,
    BoundTask,
    Halt,
    PriceTask,
    SearchTask,
    each,
    improve,
    price_all,
    price_placed,
)
from inspector.schedule.workload import (
    Budget,
    Clock,
    CountedTask,
    Packing,
    Progress,
    Stop,
    Unplaced,
    Watch,
    Workload,
)

PRICE_SHARE = 50  # percent of the work that prices may take at most
PRICE_LEAST = 600  # prices take work by visits squared, and so much more
BOUND_SHARE = 15  # percent kept for a bound on what is placed, when not all is
OUT_WEIGHT = 30  # minutes that a visit left out counts when work is shared out
WORK_PER_PAIR = 40  # of visits of a district, for the first plan


class _PlanRun:
    """The state of one planning run."""

    def __init__(
        self,
        work: Workload,
        seed: int,
        budget: Budget,
        executor: Executor | None,
        progress: Watch | None,
        stop: Stop | None,
        now: Clock,
    ) -> None:
        self.work, self.seed, self.budget = work, seed, budget
        self.executor, self.progress = executor, progress
        self.halt = Halt(now, now() + budget.fuse_seconds, stop)
        # Functions of the shell stay in its process.
        self.far = self.halt if executor is None else replace(self.halt, stop=None)
        self.districts, self.never = divide(work)
        self.states: list[State] = []
        self.prices: list[Prices] = []
        self.floors: dict[int, int] = {}
        self.runs: list[CountedTask] = []
        self.spent = 0

    def tell(self, stage: str) -> None:
        """Report where the search stands."""
        if self.progress is not None:
            self.progress(
                Progress(
                    stage,
                    sum(s.travel for s in self.states) + self.pinned_travel(),
                    self.bound(),
                    len(self.never) + sum(len(s.out) for s in self.states),
                    # The last task and the bounds may cost more than was left.
                    min(self.spent, self.budget.work),
                    self.budget.work,
                )
            )

    def pinned_travel(self) -> int:
        """Minutes of the packages that stay as they are."""
        return sum(p.travel_minutes for p in self.work.pinned)

    def bound(self) -> int:
        """Valid lower bound on the travel of the visits placed."""
        if not self.prices:
            return 0
        total = self.pinned_travel()
        for n, state in enumerate(self.states):
            placed = [i for trip in state.trips for i in trip.order]
            if len(placed) == self.districts[n].size:
                total += self.prices[n].minutes()
            else:
                floor = self.prices[n].minutes(placed)
                total += max(floor, self.floors.get(n, 0))
        return total

    def gap(self, n: int) -> int:
        """Minutes that district `n` may still gain, at least 1."""
        state = self.states[n]
        placed = [i for trip in state.trips for i in trip.order]
        gap = state.travel - self.prices[n].minutes(placed)
        return max(1, gap) + OUT_WEIGHT * len(state.out)

    def ledger(self) -> Ledger:
        """Everything placed so far, pinned packages first."""
        ledger = Ledger(self.work)
        for district, state in zip(self.districts, self.states, strict=False):
            for trip in state.trips:
                skill = district.skill_of(trip.mask)
                ledger.add(district.office, trip.day, skill)
        return ledger

    def first(self) -> None:
        """A feasible plan; districts with the fullest cars choose first."""
        ledger = self.ledger()
        states: dict[int, State] = {}
        load = [
            (-sum(d.service) // max(1, sum(d.cars)), n)
            for n, d in enumerate(self.districts)
        ]
        for _, number in sorted(load):
            district = self.districts[number]
            trips, out = begin(
                district, ledger, Dice(self.seed, f"start/{district.name}")
            )
            states[number] = State(trips, out)
            self.spent += district.size * district.size * WORK_PER_PAIR
        self.states = [states[n] for n in range(len(self.districts))]

    def price(self) -> None:
        """Prices and bound of each district."""
        sizes = [d.size * d.size + PRICE_LEAST for d in self.districts]
        share = self.budget.work * PRICE_SHARE // 100
        tasks = [
            PriceTask(district, share * size // sum(sizes), self.far)
            for district, size in zip(self.districts, sizes, strict=True)
        ]
        found = [
            Prices((0,) * d.size, 0, sum(d.cars), False, 0, 0, (0,) * (d.size + 1))
            for d in self.districts
        ]
        done = each(self.executor, price_all, tasks, self.halt)
        for n, prices in enumerate(done):
            found[n] = prices
            work = prices.work // NS_PER_WORK
            self.count("price", n, prices.calls, prices.calls, work)
        self.prices = found
        self.tell("price")

    def count(self, task: str, n: int, calls: int, closed: int, work: int) -> None:
        """Log one task of district `n`."""
        number, name = len(self.runs) + 1, self.districts[n].name
        self.runs.append(CountedTask(number, task, name, calls, closed, work))
        self.spent += work

    def search(self) -> None:
        """Rounds of searches, the room dealt out anew before each."""
        for turn in range(ROUNDS):
            if self.halt():
                return
            rooms = self.ledger().split(turn)
            gaps = [
                self.gap(n) * (d.size + 20) if d.size else 0
                for n, d in enumerate(self.districts)
            ]
            left = max(0, self.budget.work - self.reserve() - self.spent)
            left //= ROUNDS - turn
            tasks = [
                SearchTask(
                    district,
                    self.prices[n],
                    rooms[n],
                    self.states[n],
                    self.seed,
                    f"search/{district.name}/{turn}",
                    turn,
                    left * gaps[n] // max(1, sum(gaps)),
                    self.far,
                )
                for n, district in enumerate(self.districts)
            ]
            done = each(self.executor, improve, tasks, self.halt)
            for n, (state, tally) in enumerate(done):
                self.states[n] = state
                self.count("search", n, tally.calls, tally.closed, tally.work)
                self.tell("search")
            self.halt()

    def reserve(self) -> int:
        """Work kept for a bound on what is placed."""
        over = any(state.out for state in self.states)
        return self.budget.work * BOUND_SHARE // 100 if over else 0

    def bound_placed(self) -> None:
        """Where visits are out: a bound on the travel of the others alone. The prices
        of all visits say little about them, most of it being charges for those out."""
        over = [n for n, state in enumerate(self.states) if state.out and state.trips]
        left = self.reserve()
        for _ in range(2):  # what the quick ones leave goes to the others
            if not over or left <= 0 or self.halt():
                break
            sizes = [self.districts[n].size ** 2 for n in over]
            tasks = [
                BoundTask(
                    self.districts[n],
                    self.states[n],
                    left * size // sum(sizes),
                    self.far,
                )
                for n, size in zip(over, sizes, strict=True)
            ]
            open_ = []
            done = each(self.executor, price_placed, tasks, self.halt)
            for n, prices in zip(over, done, strict=False):
                work = prices.work // NS_PER_WORK
                self.floors[n] = max(prices.minutes(), self.floors.get(n, 0))
                self.count("bound", n, prices.calls, prices.calls, work)
                left -= work
                if not prices.converged:
                    open_.append(n)
            over = open_
            self.tell("bound")

    def packing(self, first: float, seconds: float) -> Packing:
        """The plan with names and times."""
        visits = {visit.id: visit for visit in self.work.visits}
        rows: list[Package] = list(self.work.pinned)
        for district, state in zip(self.districts, self.states, strict=True):
            office = self.work.offices[district.office]
            for trip in state.trips:
                order = [visits[district.ids[i]] for i in trip.order]
                on = self.work.days[trip.day]
                made = package("", on, office, order, self.work.day, self.work.travel)
                if made is None:
                    raise RuntimeError(f"infeasible route: {order}")
                rows.append(made)
        packages = numbered(rows)
        return Packing(
            packages,
            self.unplaced(visits),
            sum(p.travel_minutes for p in packages),
            self.bound(),
            tuple(self.runs),
            first,
            seconds,
            not self.halt.cut,
        )

    def unplaced(self, visits: dict[str, Visit]) -> tuple[Unplaced, ...]:
        """Every visit left out, with its reason."""
        found = list(self.never.values())
        for district, state in zip(self.districts, self.states, strict=True):
            out = set(state.out)
            before = {i.after: i.before for i in district.links if i.before in out}
            for visit in state.out:
                name = district.ids[visit]
                if visit in before:
                    params = (("before", district.ids[before[visit]]), ("visit", name))
                    found.append(Unplaced(name, "plan.series_before", params))
                else:
                    found.append(Unplaced(name, "plan.full", (("visit", name),)))
        return tuple(sorted(found, key=lambda gone: gone.visit))


def plan(
    work: Workload,
    *,
    seed: int,
    budget: Budget,
    executor: Executor | None,
    now: Clock,
    progress: Watch | None = None,
    stop: Stop | None = None,
) -> Packing:
    """A month's packages. Never fails on an over-full month: it names what is left.

    `now` is the shell's clock in seconds. With an executor of processes it must be
    picklable and agree between them (`time.monotonic`).
    """
    began = now()
    work = replace(work, visits=tuple(sorted(work.visits, key=lambda v: v.id)))
    month = _PlanRun(work, seed, budget, executor, progress, stop, now)
    month.first()
    first = now() - began
    month.tell("start")
    if not month.halt():
        month.price()
        month.search()
        month.bound_placed()
    return month.packing(first, now() - began)
