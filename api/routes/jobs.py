"""/api/v1/bureau/jobs: long operations, their progress, stop and cancel."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import select

from api.jobs import table
from api.schemas import Moment, PageArgs, page_of
from api.store.models import Job
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.tags import tag_text
from api.web.work import desk

blp = Blueprint("jobs", "/api/v1/bureau/jobs", "作业 long operations")


class JobSchema(Schema):
    id = fields.String()
    kind = fields.String()
    month_id = fields.String(allow_none=True)
    state = fields.String()
    attempt = fields.Integer()
    progress = fields.Dict()
    error = fields.String()
    created = Moment()
    started = Moment(allow_none=True)
    finished = Moment(allow_none=True)


class JobResultSchema(JobSchema):
    result = fields.Dict(allow_none=True)


@blp.get("")
@audience("planner", "head", "auditor")
@blp.takes(PageArgs, "query")
@blp.gives(page_of(JobSchema))
def list_jobs(args: dict[str, Any]) -> pages.Page:
    """作业列表 Jobs of the bureau, newest first."""
    keys = (Job.created, Job.id)
    return pages.paged(select(Job), keys, desk().db, args, descending=True)


@blp.get("/<job_id>")
@audience("planner", "head", "auditor")
@blp.gives(JobResultSchema)
def show_job(job_id: str) -> dict[str, Any]:
    """一项作业 One job with progress and result; poll it with If-None-Match."""
    job = table.find(desk(), job_id)
    tag_text(f"{job.id}.{job.attempt}.{job.heartbeat}.{job.state}.{job.stop}")
    shown = {name: getattr(job, name) for name in JobSchema().fields}
    return shown | {"result": table.result_of(desk(), job)}


@blp.post("/<job_id>/stop")
@audience("planner")
@blp.gives(JobSchema)
def stop_job(job_id: str) -> Job:
    """提前结束 Come to an end with the best found so far."""
    return table.ask(desk(), table.find(desk(), job_id), "stop")


@blp.post("/<job_id>/cancel")
@audience("planner")
@blp.gives(JobSchema)
def cancel_job(job_id: str) -> Job:
    """取消作业 Cancel a job; what it has is thrown away."""
    return table.ask(desk(), table.find(desk(), job_id), "cancel")
