"""The job table: who works on what, for how long, and what came of it.

A job is queued in the transaction of the change that wants it. A worker claims it with
a lease and an attempt number; every later write of that worker names the attempt, so
one that lost its lease can change nothing. An expired lease may be claimed again, at
most `max_attempts` times. Of one `lock_key` one job runs at a time (partial unique
index). Times are the database's, because workers sit on many hosts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.clock import utc_now
from api.errors import Problem
from api.site import Desk, Site
from api.store import ALL, BureauSession, fresh_id
from api.store.models import Job
from inspector.errors import messages

QUEUED, RUNNING = "queued", "running"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
ACTIVE = (QUEUED, RUNNING)

messages(
    {
        "job.active": (
            "已有同类作业在排队或运行：{job}",
            "such a job is queued or running already: {job}",
        ),
        "job.over": ("作业已结束", "the job is over"),
        "job.lost": ("作业已由另一进程接手", "another worker took the job over"),
        "job.crashed": ("作业进程意外结束", "the job's process ended unexpectedly"),
        "job.memory": ("作业内存不足", "the job ran out of memory"),
        "job.time": ("作业超过时限", "the job took longer than allowed"),
        "job.attempts": ("作业多次失败", "the job failed too often"),
        "job.error": ("作业内部错误，已记录", "an internal error; it was recorded"),
    }
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a job. `attempt` is the fencing token."""

    id: str
    bureau: str
    kind: str
    month_id: str | None
    payload: dict[str, Any]
    attempt: int
    worker: str
    requested_by: str


class Lost(Exception):
    """The attempt is no longer ours: whatever it did must not be written."""


def enqueue(
    desk: Desk,
    kind: str,
    payload: dict[str, Any],
    *,
    month_id: str | None = None,
    lock_key: str = "",
    priority: int = 0,
    max_attempts: int = 3,
) -> Job:
    """Queue a job in the desk's transaction.

    Raises Problem job.active when one with the same `lock_key` is queued or running.
    """
    job_id = fresh_id()
    lock = lock_key or f"job:{job_id}"
    active = desk.db.scalar(
        select(Job.id).where(Job.lock_key == lock, Job.state.in_(ACTIVE))
    )
    if active is not None:
        raise Problem("job.active", job=active)
    row = Job(
        id=job_id,
        kind=kind,
        month_id=month_id,
        sealed_payload=_sealed(desk, job_id, "payload", payload),
        state=QUEUED,
        lock_key=lock,
        priority=priority,
        max_attempts=max_attempts,
        created=desk.now,
        requested_by=desk.actor.id,
    )
    desk.db.add(row)
    desk.event("job_queued", f"job:{job_id}", kind=kind)
    return row


def _sealed(desk: Desk, job_id: str, part: str, body: dict[str, Any]) -> bytes:
    data = json.dumps(body, ensure_ascii=False).encode()
    return desk.seal(f"job:{job_id}/{part}", data)


def find(desk: Desk, job_id: str) -> Job:
    """The job with this id, in this bureau. Raises Problem 404."""
    return desk.row(Job, job_id)


def result_of(desk: Desk, job: Job) -> dict[str, Any] | None:
    """What the job gave or why it failed; None while it runs."""
    if job.sealed_result is None:
        return None
    data = desk.open(f"job:{job.id}/result", job.sealed_result)
    return dict(json.loads(data))


def database_time(db: BureauSession) -> datetime:
    """The clock all workers share."""
    if db.get_bind().dialect.name == "sqlite":
        return utc_now()
    now: datetime = db.execute(select(func.clock_timestamp())).scalar_one()
    return now


def claim(site: Site, worker: str) -> Claim | None:
    """Take the next job, or None. At most one worker gets an attempt."""
    for _ in range(20):
        try:
            with site.store.writing(ALL, turn=False) as db:
                return _claim(site, db, worker)
        except IntegrityError:
            continue  # another worker began a job of the same lock in this moment
    return None


def _claim(site: Site, db: BureauSession, worker: str) -> Claim | None:
    now = database_time(db)
    held = select(Job.lock_key).where(Job.state == RUNNING)
    job = db.scalar(
        select(Job)
        .where(
            or_(
                and_(Job.state == QUEUED, Job.lock_key.not_in(held)),
                and_(Job.state == RUNNING, Job.lease_until < now),
            )
        )
        .order_by(Job.priority.desc(), Job.created, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    if job.cancel or job.attempt >= job.max_attempts:
        job.state = CANCELLED if job.cancel else FAILED
        job.error = "" if job.cancel else "job.attempts"
        job.finished, job.lease_until = site.clock(), None
        db.flush()
        return _claim(site, db, worker)
    job.state, job.worker, job.attempt = RUNNING, worker, job.attempt + 1
    job.lease_until = now + timedelta(seconds=site.settings.job_lease_seconds)
    job.started = job.started or site.clock()
    db.flush()
    label = f"{job.bureau_id}/job:{job.id}/payload"
    payload = json.loads(site.vault.open(label, job.sealed_payload))
    return Claim(
        job.id,
        job.bureau_id,
        job.kind,
        job.month_id,
        payload,
        job.attempt,
        worker,
        job.requested_by,
    )


def beat(site: Site, mine: Claim, progress: dict[str, Any] | None) -> str:
    """Renew the lease: "go", "stop" (finish with what there is) or "cancel".

    Raises Lost when the attempt is not ours any more.
    """
    with site.store.writing(ALL, turn=False) as db:
        lease = timedelta(seconds=site.settings.job_lease_seconds)
        values: dict[str, Any] = {
            "lease_until": database_time(db) + lease,
            "heartbeat": Job.heartbeat + 1,
        }
        if progress is not None:
            values["progress"] = progress
        _fenced(db, mine, values)
        job = db.get(Job, mine.id)
    if job is not None and job.cancel:
        return "cancel"
    return "stop" if job is not None and job.stop else "go"


def _fenced(db: BureauSession, mine: Claim, values: dict[str, Any]) -> None:
    """Write only while the attempt is ours. Raises Lost."""
    done = db.execute(
        update(Job)
        .where(
            Job.id == mine.id,
            Job.attempt == mine.attempt,
            Job.worker == mine.worker,
            Job.state == RUNNING,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Lost(mine.id)


def finish(desk: Desk, mine: Claim, effects: Callable[[], dict[str, Any]]) -> None:
    """Mark done and work the effects, in the desk's one transaction. Raises Lost.

    The mark comes first: it proves the attempt is ours and holds the row until the
    commit. What `effects` returns is kept for people to read.
    """
    _fenced(desk.db, mine, {"heartbeat": Job.heartbeat + 1})
    values = {
        "state": DONE,
        "finished": desk.now,
        "lease_until": None,
        "sealed_result": _sealed(desk, mine.id, "result", effects()),
    }
    _fenced(desk.db, mine, values)
    desk.event("job_finished", f"job:{mine.id}", attempt=mine.attempt)


def fail(desk: Desk, mine: Claim, code: str, params: dict[str, Any]) -> None:
    """Mark failed; the code is public inside the bureau, parameters are sealed."""
    body = {"code": code, "params": params}
    values = {
        "state": FAILED,
        "finished": desk.now,
        "lease_until": None,
        "error": code,
        "sealed_result": _sealed(desk, mine.id, "result", body),
    }
    _fenced(desk.db, mine, values)
    desk.event("job_failed", f"job:{mine.id}", attempt=mine.attempt, code=code)


def give_back(site: Site, mine: Claim, *, counts: bool) -> None:
    """Queue the job again: after a crash (`counts`), or because the worker stops."""
    values: dict[str, Any] = {"state": QUEUED, "lease_until": None}
    if not counts:
        values["max_attempts"] = Job.max_attempts + 1
    with site.store.writing(ALL, turn=False) as db:
        _fenced(db, mine, values)


def drop(desk: Desk, mine: Claim) -> None:
    """Mark a running job cancelled, because somebody asked for it."""
    values = {"state": CANCELLED, "finished": desk.now, "lease_until": None}
    _fenced(desk.db, mine, values)
    desk.event("job_cancelled", f"job:{mine.id}", attempt=mine.attempt)


def ask(desk: Desk, job: Job, what: str) -> Job:
    """Ask a job to "stop" (keep what it has) or "cancel". Raises Problem job.over."""
    if job.state not in ACTIVE:
        raise Problem("job.over")
    if job.state == QUEUED and what == "cancel":
        job.state, job.finished = CANCELLED, desk.now
    if what == "cancel":
        job.cancel = True
    else:
        job.stop = True
    desk.event(f"job_{what}_asked", f"job:{job.id}")
    return job
