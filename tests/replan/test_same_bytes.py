"""The same workload, seed and budget give the same bytes, however they are computed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from amended_month import amended
from month_stages import drawn_with, freeze_city, read_city, run_month
from test_replan_room import a_tight_month, replanned
from zibo_month import a_month

from inspector.month.pack import people_of, solver_seed, workload
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Workload

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FUSE = 1e9
# What a run is: the month, and how much work.
RUNS = {"small": 80_000, "zibo": 3_000_000}


def still() -> float:
    """A clock that stands."""
    return 0.0


def zibo() -> tuple[Workload, int]:
    """The drawn month of the 淄博 scenario, as the solver sees it."""
    registry, policy, calendar, record = read_city("zibo")
    frozen = freeze_city(registry, policy, calendar, record)
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    return workload(drawn, people_of(frozen)), solver_seed(drawn)


def month(name: str) -> tuple[Workload, int]:
    if name == "zibo":
        return zibo()
    return a_month(4, 14, 3, districts=3), 1


def digest(
    name: str,
    work: Workload,
    seed: int,
    executor: ProcessPoolExecutor | None = None,
) -> str:
    """A hash of everything that a plan says, its log of work included."""
    budget = Budget(RUNS[name], FUSE)
    found = plan(work, seed=seed, budget=budget, executor=executor, now=still)
    assert found.reproducible
    assert len(found.packages) > 5
    return hashlib.sha256(repr(found).encode()).hexdigest()


def salted(what: str, salt: str) -> str:
    """What an expression gives in a fresh interpreter with another hash seed."""
    paths = os.pathsep.join(map(str, (ROOT, HERE.parent, HERE)))
    done = subprocess.run(
        [sys.executable, "-c", f"from test_same_bytes import *; print({what})"],
        env={**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def replan_digest() -> str:
    """A hash of a replan with visits left out, turns and a plan made anew."""
    work, before = a_tight_month(1)
    done = replanned(work, before, 0, effort=0.3)
    assert done.unplaced
    assert done.new
    return hashlib.sha256(repr(done).encode()).hexdigest()


def amended_digest() -> str:
    """A hash of all files of a month with changes after its lottery."""
    done = amended(run_month(*read_city("wuzhou"))).closed
    files = sorted(done.auditor.items())
    return hashlib.sha256(repr(files).encode()).hexdigest()


def turned(work: Workload) -> Workload:
    """The same rows in another order."""
    return replace(work, visits=work.visits[1::2] + work.visits[::-2])


def compare(name: str, reruns: int) -> None:
    work, seed = month(name)
    first = digest(name, work, seed)
    seen = {f"rerun {n}": digest(name, work, seed) for n in range(2, reruns + 1)}
    assert sorted(v.id for v in turned(work).visits) == sorted(
        v.id for v in work.visits
    )
    seen["other row order"] = digest(name, turned(work), seed)
    with ProcessPoolExecutor(2) as executor:
        seen["2 processes"] = digest(name, work, seed, executor)
    for salt in ("1", "77"):
        seen[f"hash seed {salt}"] = salted(f"digest({name!r}, *month({name!r}))", salt)
    print(f"{name}: {1 + len(seen)} plans, digest {first[:16]}")
    assert {how for how, value in seen.items() if value != first} == set()
    assert digest(name, work, seed + 1) != first


def test_a_small_month_gives_the_same_bytes_however_it_is_planned() -> None:
    compare("small", 2)


CHANGES = ("replan_digest()", "amended_digest()")


@pytest.mark.parametrize("what", CHANGES)
def test_changes_give_the_same_bytes_whatever_the_hash_seed(what: str) -> None:
    """Sets of names have another order in every interpreter."""
    assert salted(what, "1") == salted(what, "2")


@pytest.mark.full
@pytest.mark.parametrize("what", CHANGES)
def test_changes_give_the_same_bytes_for_eight_hash_seeds(what: str) -> None:
    assert len({salted(what, str(salt)) for salt in range(8)}) == 1


@pytest.mark.full
def test_ten_plans_of_the_zibo_month_are_the_same_bytes() -> None:
    compare("zibo", 10)
