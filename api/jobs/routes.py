"""/api/v1/bureau/jobs: long operations, their progress, stop and cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema
from sqlalchemy import select

from api.answers import grown
from api.jobs import table
from api.store.models import Job
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, page_of
from api.web.kinds import Kind, collection
from api.web.tags import tag_text
from api.web.work import desk

blp = Blueprint("jobs", "/api/v1/bureau/jobs", "作业 long operations")


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in lists."""

    id: str
    kind: str
    month_id: str | None
    state: str
    attempt: int
    progress: dict[str, Any]
    error: str
    created: datetime
    started: datetime | None
    finished: datetime | None


@dataclass(frozen=True, slots=True)
class JobView(JobLine):
    """A job with what it made."""

    result: dict[str, Any] | None


@blp.get("")
@audience("planner", "head", "auditor")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(JobLine))
def list_jobs(args: dict[str, Any]) -> pages.Page:
    """作业列表 Jobs of the bureau, newest first."""
    keys = (Job.created, Job.id)
    return pages.paged(select(Job), keys, desk().db, args, descending=True)


@blp.get("/<job_id>")
@audience("planner", "head", "auditor")
@blp.gives(JobView)
def show_job(job_id: str) -> JobView:
    """一项作业 One job with progress and result; poll it with If-None-Match."""
    job = table.find(desk(), job_id)
    tag_text(f"{job.id}.{job.attempt}.{job.heartbeat}.{job.state}.{job.stop}")
    return grown(JobView, job, result=table.result_of(desk(), job))


def _asked(what: str, job_id: str) -> JobLine:
    return grown(JobLine, table.ask(desk(), table.find(desk(), job_id), what))


collection(
    blp,
    "/<job_id>/signals",
    (
        Kind("stop", ("planner",), Schema,
             lambda _values, job_id: _asked("stop", job_id),
             "提前结束 Come to an end with the best found so far."),
        Kind("cancel", ("planner",), Schema,
             lambda _values, job_id: _asked("cancel", job_id),
             "取消作业 Cancel a job; what it has is thrown away."),
    ),
    name="signal_job",
    says="作业指令 Tell a running job something.",
    gives=JobLine,
)  # fmt: skip
