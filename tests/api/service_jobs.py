"""Kinds of jobs for tests; `run` functions are imported by name in the child."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from api.jobs.kinds import Kind
from api.jobs.table import Claim
from api.site import Desk
from api.store.models import Event
from inspector.errors import NoPlan

Data = dict[str, Any]


def prepare(_desk: Desk, claim: Claim) -> Data:
    return {**claim.payload, "attempt": claim.attempt}


def finish(desk: Desk, claim: Claim, result: Data) -> Data:
    """The effect: one event per finished job."""
    desk.event("work_done", f"job:{claim.id}", attempt=claim.attempt)
    return result


def add(data: Data, tell: Callable[[Data], None], stop: Callable[[], bool]) -> Data:
    tell({"done": 1, "total": 2})
    time.sleep(data.get("seconds", 0))
    return {"sum": data.get("a", 0) + 1, "pid": os.getpid()}


def until_stopped(
    _data: Data, tell: Callable[[Data], None], stop: Callable[[], bool]
) -> Data:
    """Works until it is asked to come to an end, then tells what it has."""
    count = 0
    while not stop():
        count += 1
        tell({"count": count})
        time.sleep(0.05)
    return {"count": count}


def deaf(_data: Data, _tell: Callable[[Data], None], _stop: Callable[[], bool]) -> Data:
    """Never listens."""
    while True:
        time.sleep(0.1)


def hungry(
    _data: Data, _tell: Callable[[Data], None], _stop: Callable[[], bool]
) -> Data:
    return {"size": len(bytearray(4 * 2**30))}


def crash(data: Data, _tell: Callable[[Data], None], _stop: Callable[[], bool]) -> Data:
    """Dies like a native library does, as often as `crashes` says."""
    if data["attempt"] <= data["crashes"]:
        os.kill(os.getpid(), signal.SIGSEGV)
    return {"attempt": data["attempt"]}


def refuse(
    _data: Data, _tell: Callable[[Data], None], _stop: Callable[[], bool]
) -> Data:
    import inspector.schedule.workload  # noqa: F401  says the refusal in words

    raise NoPlan("plan.no_office", visit="V1", district="某区")


def broken(
    _data: Data, _tell: Callable[[Data], None], _stop: Callable[[], bool]
) -> Data:
    raise ZeroDivisionError("the secret plan")


KINDS = {
    f.__name__: Kind(prepare, f, finish)
    for f in (add, until_stopped, deaf, hungry, crash, refuse, broken)
}


def done_events(desk: Desk) -> list[Event]:
    """One for each effect of a job."""
    query = select(Event).where(Event.kind == "work_done").order_by(Event.seq)
    return list(desk.db.scalars(query))
