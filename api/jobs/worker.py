"""The worker: claim, run in a child, beat, finish; for ever or until nothing is left.

Any number of workers may run, on any host that reaches a PostgreSQL database. A worker
that is killed loses its lease; a worker that is asked to stop gives its job back.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from datetime import date
from typing import Any

from api.errors import status_of
from api.jobs import daily
from api.jobs.child import Child
from api.jobs.kinds import KINDS, Kind
from api.jobs.table import Claim, Lost, beat, claim, drop, fail, finish, give_back
from api.jobs.uploads import forget_uploads
from api.site import Site, system
from api.web.work import forget_answers
from inspector.errors import InspectorError

log = logging.getLogger("sunlot.worker")
BEATS = 6  # per lease
GRACE = 10.0  # seconds between asking a child to stop and ending it
POLL = 0.5  # seconds between looks at an empty queue
CLEAN = 3600.0  # seconds between clean-ups
WORKER = system("worker")


class Worker:
    """One worker process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        host = socket.gethostname()[:60]
        self.name = f"{host}:{os.getpid()}:{secrets.token_hex(3)}"
        self.stopping = threading.Event()
        self.days: dict[str, date] = {}

    def run(self) -> None:
        """Work until `stopping` is set."""
        log.info("worker started", extra={"worker": self.name})
        cleaned = 0.0
        while not self.stopping.is_set():
            try:
                if time.monotonic() - cleaned > CLEAN:
                    forget_answers(self.site)
                    forget_uploads(self.site)
                    self.day()
                    cleaned = time.monotonic()
                busy = self.step()
            except Exception:
                log.exception("worker stumbled", extra={"worker": self.name})
                busy = False
            if not busy:
                self.stopping.wait(POLL)
        log.info("worker stopped", extra={"worker": self.name})

    def day(self) -> None:
        """What the calendar does by itself, once per bureau and day."""
        for bureau, (day, _) in daily.run(self.site, self.days).items():
            self.days[bureau] = day

    def step(self) -> bool:
        """Do one job, if there is one; whether there was."""
        mine = claim(self.site, self.name)
        if mine is None:
            return False
        extra = {"job": mine.id, "kind": mine.kind, "attempt": mine.attempt}
        log.info("job claimed", extra=extra)
        try:
            self._attempt(mine)
        except Lost:
            log.warning("job lost", extra=extra)
        except InspectorError as e:
            with contextlib.suppress(Lost):
                refuse(self.site, mine, e)
        return True

    def _attempt(self, mine: Claim) -> None:
        kind = KINDS[mine.kind]
        data = self._prepared(kind, mine)
        child = Child(kind.run, data, self.site.settings.job_memory_mib)
        try:
            what, value = _Watch(self, mine, child).wait()
        finally:
            child.kill()
        if what == "done":
            conclude(self.site, mine, kind, value)
        elif what == "cancelled":
            with self.site.desk(mine.bureau, WORKER, write=True) as desk:
                drop(desk, mine)
        elif what == "returned":
            give_back(self.site, mine, counts=False)
        elif what == "ended":
            log.warning("job crashed", extra={"job": mine.id, "state": str(value)})
            give_back(self.site, mine, counts=True)
        else:
            self._refused(mine, what, value)

    def _prepared(self, kind: Kind, mine: Claim) -> dict[str, Any]:
        with self.site.desk(mine.bureau, WORKER) as desk:
            return kind.prepare(desk, mine)

    def _refused(self, mine: Claim, what: str, value: Any) -> None:
        if what == "failed":
            log.error(f"job failed: {value}", extra={"job": mine.id})
            value = ("job.error", {})
        with self.site.desk(mine.bureau, WORKER, write=True) as desk:
            fail(desk, mine, *value)


class _Watch:
    """Waits for a child: beats, passes progress on, ends what takes too long."""

    def __init__(self, worker: Worker, mine: Claim, child: Child) -> None:
        self.worker, self.mine, self.child = worker, mine, child
        self.settings = worker.site.settings
        self.progress: dict[str, Any] | None = None
        self.asked = ""  # why the child was told to stop: stop, cancel, time
        self.until = 0.0

    def wait(self) -> tuple[str, Any]:
        """(what, value) of the child's end. Raises Lost."""
        pause = max(0.05, self.settings.job_lease_seconds / BEATS)
        started = beaten = time.monotonic()
        while True:
            news = self.child.poll(min(pause, 0.2))
            now = time.monotonic()
            if news is not None and news[0] == "progress":
                self.progress = news[1]
            elif news is not None:
                return ("cancelled", None) if self.asked == "cancel" else news
            if self.worker.stopping.is_set():
                return ("returned", None)
            if self.asked and now > self.until:
                return self._overdue()
            if now - started > self.settings.job_seconds:
                self._ask("time", now)
            if now - beaten >= pause or (self.progress and now - beaten > 1.0):
                beaten = now
                order = beat(self.worker.site, self.mine, self.progress)
                self.progress = None
                if order != "go":
                    self._ask(order, now)

    def _ask(self, why: str, now: float) -> None:
        if not self.asked or (why == "cancel" and self.asked != "cancel"):
            self.asked, self.until = why, now + GRACE
            self.child.stop()

    def _overdue(self) -> tuple[str, Any]:
        if self.asked == "cancel":
            return ("cancelled", None)
        return ("refused", ("job.time", {}))


def conclude(site: Site, mine: Claim, kind: Kind, value: dict[str, Any]) -> None:
    """The job's effects and its end, in one transaction. Raises Lost."""
    with site.desk(mine.bureau, WORKER, write=True) as desk:
        finish(desk, mine, lambda: kind.finish(desk, mine, value))


def refuse(site: Site, mine: Claim, error: InspectorError) -> None:
    """The job ends with a refusal of the core or of a service. Raises Lost."""
    internal = status_of(error.code) >= 500
    code = "job.error" if internal else error.code
    params = {} if internal else {k: str(v) for k, v in error.params.items()}
    with site.desk(mine.bureau, WORKER, write=True) as desk:
        fail(desk, mine, code, params)


def drain(site: Site) -> int:
    """Do every queued job here and now, without a child; how many. For tests."""
    name, count = f"inline:{os.getpid()}", 0
    while (mine := claim(site, name)) is not None:
        count += 1
        try:
            _inline(site, mine)
        except InspectorError as e:
            refuse(site, mine, e)
    return count


def _inline(site: Site, mine: Claim) -> None:
    kind = KINDS[mine.kind]
    with site.desk(mine.bureau, WORKER) as desk:
        data = kind.prepare(desk, mine)

    def tell(now: dict[str, Any]) -> None:
        beat(site, mine, now)

    conclude(site, mine, kind, kind.run(data, tell, lambda: False))
