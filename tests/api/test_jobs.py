"""Jobs: claimed once, finished once, stoppable, limited, recovered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from service_city import City
from service_jobs import KINDS, done_events
from sqlalchemy import text

from api.errors import Problem
from api.jobs import table, worker
from api.jobs.table import Lost
from api.jobs.worker import Worker, drain
from api.settings import environment
from api.site import Site
from api.store.models import Job

pytestmark = pytest.mark.both_databases

STOP, CANCEL = {"kind": "stop"}, {"kind": "cancel"}
JOBS = "/api/v1/bureau/jobs"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "KINDS", KINDS)


def queue(city: City, kind: str, **more: Any) -> str:
    payload = more.pop("payload", {})
    with city.desk(write=True) as desk:
        return table.enqueue(desk, kind, payload, **more).id


def row(city: City, job: str) -> Job:
    with city.desk() as desk:
        return table.find(desk, job)


def result(city: City, job: str) -> dict[str, Any] | None:
    with city.desk() as desk:
        return table.result_of(desk, table.find(desk, job))


def limits(city: City, **changed: Any) -> Site:
    """The city's site under other settings."""
    city.site.settings = replace(city.site.settings, **changed)
    return city.site


class Beside:
    """A worker in a thread of its own, until the end of the block."""

    def __init__(self, site: Site) -> None:
        self.worker = Worker(site)
        self.thread = threading.Thread(target=self.worker.run)

    def __enter__(self) -> Worker:
        self.thread.start()
        return self.worker

    def __exit__(self, *_: object) -> None:
        self.worker.stopping.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def test_a_job_runs_in_a_process_of_its_own_and_its_effect_is_there_once(
    city: City,
) -> None:
    job = queue(city, "add", payload={"a": 1})
    assert Worker(city.site).step()
    assert not Worker(city.site).step()
    found = row(city, job)
    assert (found.state, found.attempt) == ("done", 1)
    told = result(city, job)
    assert told is not None
    assert told["sum"] == 2
    assert told["pid"] != os.getpid()
    with city.desk() as desk:
        assert len(done_events(desk)) == 1


def test_a_job_is_queued_with_the_change_that_wants_it_or_not_at_all(
    city: City,
) -> None:
    with pytest.raises(RuntimeError), city.desk(write=True) as desk:
        table.enqueue(desk, "add", {})
        raise RuntimeError
    assert table.claim(city.site, "w") is None


def test_of_one_lock_one_job_is_taken_at_a_time(city: City) -> None:
    queue(city, "add", lock_key="month:1")
    with pytest.raises(Problem) as refused:
        queue(city, "add", lock_key="month:1")
    assert refused.value.code == "job.active"
    with city.desk(write=True) as desk:
        # as an older program might have left it: two of one lock in the queue
        other = table.enqueue(desk, "add", {})
        other.lock_key = "month:1"
    first = table.claim(city.site, "w1")
    assert first is not None
    assert table.claim(city.site, "w2") is None
    with city.desk(write=True) as desk:
        table.finish(desk, first, dict)
    assert table.claim(city.site, "w2") is not None


def test_four_claimers_take_forty_jobs_once_each(city: City) -> None:
    wanted = {queue(city, "add") for _ in range(40)}

    def take(name: int) -> list[str]:
        out = []
        while (mine := table.claim(city.site, f"w{name}")) is not None:
            out.append(mine.id)
        return out

    with ThreadPoolExecutor(4) as pool:
        taken = [job for jobs in pool.map(take, range(4)) for job in jobs]
    assert len(taken) == 40
    assert set(taken) == wanted


def test_jobs_of_higher_priority_and_older_ones_come_first(city: City) -> None:
    first = queue(city, "add")
    city.clock.forward(seconds=1)
    second = queue(city, "add")
    urgent = queue(city, "add", priority=5)
    order = []
    while (mine := table.claim(city.site, "w")) is not None:
        order.append(mine.id)
    assert order == [urgent, first, second]


def expire(city: City) -> None:
    """Let every lease run out."""
    with city.site.store.engine.begin() as c:
        c.execute(
            text("UPDATE job SET lease_until = :t"), {"t": "2000-01-01 00:00:00.000000"}
        )


def test_an_expired_lease_is_taken_over_and_the_first_worker_writes_nothing(
    city: City,
) -> None:
    job = queue(city, "add")
    first = table.claim(city.site, "w1")
    assert first is not None
    assert table.claim(city.site, "w2") is None
    expire(city)
    second = table.claim(city.site, "w2")
    assert second is not None
    assert (second.id, second.attempt) == (job, 2)
    with pytest.raises(Lost):
        table.beat(city.site, first, {"late": 1})
    with pytest.raises(Lost), city.desk(write=True) as desk:
        table.finish(desk, first, lambda: {"late": desk.event("work_done", "x").seq})
    with city.desk(write=True) as desk:
        table.finish(desk, second, lambda: {"good": 1})
    assert result(city, job) == {"good": 1}
    with city.desk() as desk:
        assert done_events(desk) == []


@pytest.mark.one_database
def test_a_job_that_always_crashes_is_given_up_after_three_attempts(
    city: City,
) -> None:
    job = queue(city, "crash", payload={"crashes": 99})
    w = Worker(city.site)
    assert [w.step() for _ in range(4)] == [True, True, True, False]
    found = row(city, job)
    assert (found.state, found.error, found.attempt) == ("failed", "job.attempts", 3)


@pytest.mark.one_database
def test_a_job_that_crashes_once_is_done_the_second_time(city: City) -> None:
    job = queue(city, "crash", payload={"crashes": 1})
    w = Worker(city.site)
    assert w.step()
    assert w.step()
    assert (row(city, job).state, result(city, job)) == ("done", {"attempt": 2})


@pytest.mark.one_database
def test_a_refusal_ends_the_job_with_its_code_and_no_second_attempt(
    city: City,
) -> None:
    job = queue(city, "refuse")
    assert Worker(city.site).step()
    found = row(city, job)
    assert (found.state, found.error, found.attempt) == ("failed", "plan.no_office", 1)
    assert result(city, job) == {
        "code": "plan.no_office",
        "params": {"visit": "V1", "district": "某区"},
    }


@pytest.mark.one_database
def test_an_unexpected_error_ends_the_job_without_telling_its_text(
    city: City, caplog: pytest.LogCaptureFixture
) -> None:
    job = queue(city, "broken")
    assert Worker(city.site).step()
    assert row(city, job).error == "job.error"
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.one_database
def test_a_job_that_eats_too_much_memory_harms_only_itself(city: City) -> None:
    site = limits(city, job_memory_mib=2048)
    job = queue(city, "hungry")
    assert Worker(site).step()
    assert (row(city, job).state, row(city, job).error) == ("failed", "job.memory")


@pytest.mark.full  # the child needs its second of processor time to itself
@pytest.mark.one_database
def test_a_job_over_its_time_is_asked_to_end_and_may_keep_what_it_has(
    city: City,
) -> None:
    site = limits(city, job_seconds=1)
    job = queue(city, "until_stopped")
    assert Worker(site).step()
    told = result(city, job)
    assert row(city, job).state == "done"
    assert told is not None
    assert told["count"] >= 1


@pytest.mark.one_database
def test_a_job_that_does_not_listen_is_ended(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.3)
    site = limits(city, job_seconds=1)
    job = queue(city, "deaf")
    assert Worker(site).step()
    assert (row(city, job).state, row(city, job).error) == ("failed", "job.time")


def test_progress_is_seen_while_it_runs_and_a_reader_who_has_it_gets_304(
    city: City,
) -> None:
    job = queue(city, "until_stopped")
    planner = city.client("planner")
    path = f"{JOBS}/{job}"
    with Beside(limits(city, job_lease_seconds=1)):
        wait_for(lambda: planner.get(path).json["progress"].get("count", 0) > 1)
        assert planner.post(f"{path}/signals", json=STOP).status_code == 201
        wait_for(lambda: bool(planner.get(path).json["state"] == "done"))
    shown = planner.get(path)
    assert shown.json["result"]["count"] > 1
    tag = {"If-None-Match": shown.headers["ETag"]}
    assert planner.get(path, headers=tag).status_code == 304


def test_a_cancelled_job_ends_soon_and_leaves_nothing(city: City) -> None:
    queued, running = queue(city, "add"), queue(city, "until_stopped", priority=1)
    planner = city.client("planner")
    assert (
        planner.post(f"{JOBS}/{queued}/signals", json=CANCEL).json["state"]
        == "cancelled"
    )
    with Beside(limits(city, job_lease_seconds=1)):
        wait_for(lambda: row(city, running).state == "running")
        planner.post(f"{JOBS}/{running}/signals", json=CANCEL)
        wait_for(lambda: row(city, running).state == "cancelled")
    assert result(city, running) is None
    over = planner.post(f"{JOBS}/{running}/signals", json=CANCEL)
    assert (over.status_code, over.json["code"]) == (409, "job.over")
    with city.desk() as desk:
        assert done_events(desk) == []


def test_a_worker_that_stops_gives_its_job_back(city: City) -> None:
    job = queue(city, "until_stopped")
    with Beside(city.site):
        wait_for(lambda: row(city, job).state == "running")
    found = row(city, job)
    assert (found.state, found.attempt, found.max_attempts) == ("queued", 1, 4)


def test_jobs_of_another_bureau_do_not_exist(city: City) -> None:
    job = queue(city, "add")
    other = city.client("planner", "other")
    assert other.get(JOBS).json["items"] == []
    assert other.get(f"{JOBS}/{job}").status_code == 404
    assert other.post(f"{JOBS}/{job}/signals", json=CANCEL).status_code == 404


def test_inline_work_does_the_same_without_a_process(city: City) -> None:
    good, bad = queue(city, "add", payload={"a": 4}), queue(city, "refuse")
    assert drain(city.site) == 2
    assert row(city, good).state == "done"
    assert row(city, bad).error == "plan.no_office"


@pytest.fixture
def workers(city: City) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes with the tests' kinds of jobs."""
    here = Path(__file__).parent
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(here), str(here.parents[1])])
        given = {k: v for k, v in os.environ.items() if not k.startswith("SUNLOT_")}
        env = given | environment(city.site.settings) | {"PYTHONPATH": path}
        program = [sys.executable, str(here / "service_worker.py")]
        process = subprocess.Popen(program, env=env, stderr=subprocess.DEVNULL)
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.mark.one_database
def test_killed_workers_lose_no_job_and_none_is_done_twice(
    city: City, workers: Callable[[], subprocess.Popen[bytes]]
) -> None:
    """SIGKILL 1 of 2 workers during 4 jobs (full: 2 of 4 during 40)."""
    killing(city, workers, 2, 1, 4)


@pytest.mark.full
def test_two_of_four_workers_killed_during_forty_jobs(
    city: City, workers: Callable[[], subprocess.Popen[bytes]]
) -> None:
    killing(city, workers, 4, 2, 40)


def killing(
    city: City,
    workers: Callable[[], subprocess.Popen[bytes]],
    count: int,
    killed: int,
    jobs: int,
) -> None:
    wanted = {queue(city, "add", payload={"seconds": 0.2}) for _ in range(jobs)}
    started = [workers() for _ in range(count)]

    def over() -> list[Job]:
        with city.desk() as desk:
            return [j for j in desk.db.query(Job) if j.state == "done"]

    for victim in started[:killed]:
        known = len(over())
        wait_for(lambda known=known: len(over()) > known, 120)  # type: ignore[misc]
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    wait_for(lambda: len(over()) == jobs, 60 + 20 * jobs)
    with city.desk() as desk:
        effects = [e.subject.removeprefix("job:") for e in done_events(desk)]
    assert sorted(effects) == sorted(wanted)
    again = sum(j.attempt > 1 for j in over())
    print(f"{jobs} jobs, {killed} of {count} workers killed, {again} done again")
