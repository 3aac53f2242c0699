"""/api/v1/bureau/months/<id>/…: lists, plan, why, what is still to be published."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema
from werkzeug.exceptions import NotFound

from api.jobs.routes import JobLine
from api.months import closing, job_preview, planning, steps
from api.months.closing import PendingVisits
from api.months.planning import BottomList, Explained, PlanView, RankedCompound
from api.months.routes import Id, blp
from api.site import READERS
from api.store.models import Job
from api.web import pages
from api.web.declare import audience
from api.web.forms import PageArgs, Text, page_of
from api.web.kinds import Kind
from api.web.work import desk


class WhatArgs(Schema):
    what = Text(64, required=True, says="visit, compound, day or staff number")


class CapacityArgs(Schema):
    month = Id(required=True)


@blp.get("/<month_id>/lists/<name>")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives_one_of(bottom=BottomList, ranking=page_of(RankedCompound))
def show_month_list(args: dict[str, Any], month_id: str, name: str) -> tuple[str, Any]:
    """倒排名单、考评排名 The bottom list (`bottom`) or the whole ranking (`ranking`).

    As the freeze takes it, worst first; with the docket that the bottom list leads to.
    """
    row = steps.find(desk(), month_id)
    if name == "bottom":
        return name, planning.bottom(desk(), row)
    if name != "ranking":
        raise NotFound
    registry, order, _ = planning.ranking(desk(), row)
    found = planning.ranked_rows(registry, order)
    return name, pages.cut(found, lambda r: f"{r.rank:07d}", args)


@blp.get("/<month_id>/plan")
@audience("planner", "head")
@blp.gives(PlanView)
def show_plan(month_id: str) -> PlanView:
    """计划 The plan with places, unplaced visits and what would place them."""
    return planning.plan(desk(), steps.find(desk(), month_id))


@blp.get("/<month_id>/explain")
@audience("planner")
@blp.takes(WhatArgs, "query")
@blp.gives(Explained)
def explain(args: dict[str, str], month_id: str) -> Explained:
    """说明原因 Why a visit, a day or a person is as it is."""
    return planning.explain(desk(), steps.find(desk(), month_id), args["what"])


@blp.get("/<month_id>/pending")
@audience("planner", "head", "leader")
@blp.gives(PendingVisits)
def list_pending(month_id: str) -> PendingVisits:
    """未公示 Placed visits that have no result yet."""
    return closing.open_visits(desk(), steps.find(desk(), month_id))


def _capacity(values: dict[str, str]) -> Job:
    return job_preview.ask(desk(), steps.find(desk(), values["month"]))


TRIALS = (
    Kind(
        "month_capacity",
        ("planner",),
        CapacityArgs,
        _capacity,
        "试算 What the month could carry, by a test seed; a job with a result.",
        JobLine,
        202,
    ),
)
