"""/api/v1/bureau/months/<id>/steps: the way of a month, from freeze to close.

In: a step by its kind, and the month as its sender read it (If-Match). Out: the month
after it; for a schedule the job that makes the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from api.jobs.routes import JobLine
from api.months import carries, ceremony, closing, job_schedule, planning, sources
from api.months.overview import BureauMonth
from api.months.routes import Id, blp, edited, shown
from api.site import Desk
from api.store.models import Job, Month
from api.web.forms import Text, many, one_of, utc_stamp
from api.web.kinds import Kind, collection
from api.web.work import desk
from inspector.registry.written import moment
from inspector.results.outcomes import Unmade

PLANNER, HEAD = ("planner",), ("head",)
ENTERS = ("planner", "head", "leader")  # who may enter what a source gave
LEAST, MOST = 1, 600  # seconds of a schedule's work budget


class EntropySourceSchema(Schema):
    id = Text(64, required=True)
    kind = one_of(("lottery", "dice", "reveal", "drand"), required=True)
    name = Text(100, least=0, load_default="")
    issue = Text(100, least=0, load_default="")
    at = Text(40, required=True, says="UTC, or Beijing time without offset")
    commit = Text(64, least=0, load_default="")

    @post_load
    def at_utc(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Beijing time as the stamp that is announced."""
        return data | {"at": utc_stamp(data["at"]) or moment(data["at"])}


class FreezeMonthSchema(Schema):
    demonstration = fields.Boolean(load_default=False)


class EntropyValueSchema(Schema):
    """What a source gave, entered now. `stage` and `attempt` only for an attempt that
    was cancelled; `reason` for a correction."""

    source = Text(64, required=True)
    issue = Text(100, least=0, load_default="")
    value = Text(2000, required=True)
    fallback = fields.Boolean(load_default=False)
    reason = Text(300, least=0, load_default="")
    stage = one_of(("", "draw", "lottery", "amendment"), load_default="")
    attempt = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))


class AskScheduleSchema(Schema):
    seconds = fields.Integer(validate=validate.Range(LEAST, MOST))


class ExcessReasonSchema(Schema):
    """The head's reason for a visit that goes over its firm's yearly limit; sealed with
    the plan, it opens with the visit's result."""

    visit = Id(required=True)
    reason = Text(300, required=True)


class ApprovePlanSchema(Schema):
    number = Text(80, required=True, says="审批文号")
    excess = many(ExcessReasonSchema, 5000, says="超限理由 reasons, by visit")


class SealPlanSchema(Schema):
    entropy = many(
        EntropySourceSchema,
        20,
        least=1,
        load_default=None,
        allow_none=True,
        says="later sources, when the policy's serve no more",
    )


class MonthReasonSchema(Schema):
    reason = Text(300, required=True)


class CarryVisitSchema(Schema):
    visit = Id(required=True)
    reason = one_of(
        [u.value for u in Unmade if u is not Unmade.UNINSPECTED],
        required=True,
        says="顺延原因 why it was not made",
    )


class CloseMonthSchema(Schema):
    carried = fields.Dict(
        keys=Id(),
        values=Text(200),
        load_default=dict,
        validate=validate.Length(0, 5000),
        metadata={"description": "visit -> why it was not made"},
    )


Step = Callable[[Desk, Month, dict[str, Any]], Any]


def step(
    name: str, who: tuple[str, ...], takes: type[Schema], do: Step, says: str
) -> Kind:
    """A step as a kind: it is made, and the month shown as it stands then."""

    def does(values: dict[str, Any], month_id: str) -> BureauMonth:
        row = edited(month_id)
        do(desk(), row, values)
        return shown(row)

    return Kind(name, who, takes, does, says)


def _schedule(values: dict[str, int], month_id: str) -> Job:
    seconds = values.get("seconds", desk().site.settings.solve_seconds)
    return job_schedule.ask(desk(), edited(month_id), seconds)


STEPS = (
    step("freeze", PLANNER, FreezeMonthSchema,
         lambda d, m, v: ceremony.freeze(d, m, v["demonstration"]),
         "名录冻结 Freeze registries and policy; every fault is named at once."),
    step("entropy", ENTERS, EntropyValueSchema, sources.record,
         "录入随机源 What a source gave: a leaf of the public log at once; the outside "
         "value is drawn with once a second person has entered the same."),
    step("draw", PLANNER, Schema, lambda d, m, _: ceremony.draw(d, m),
         "随机抽取 Draw the compounds with the recorded entropy."),
    Kind("schedule", PLANNER, AskScheduleSchema, _schedule,
         "编排日程 Make the plan: a job with progress; stop it for the best so far.",
         JobLine, 202),
    step("approve", HEAD, ApprovePlanSchema,
         lambda d, m, v: planning.approve(d, m, v["number"], v["excess"]),
         "审批 The head approves the plan; not whoever made it."),
    step("seal", PLANNER, SealPlanSchema,
         lambda d, m, v: ceremony.seal(d, m, v["entropy"]),
         "密封 Seal the approved plan and its chance table."),
    step("lottery", PLANNER, Schema, lambda d, m, _: ceremony.lottery(d, m),
         "摇号派员 Draw the people with the second entropy."),
    step("carry", ("leader",), CarryVisitSchema,
         lambda d, m, v: carries.carry(d, m, v["visit"], v["reason"]),
         "顺延 A visit that was not made: in public at once; a random one is owed."),
    step("carry_unplaced", ("leader", "planner"), Schema,
         lambda d, m, _: carries.carry_unplaced(d, m),
         "未排顺延 All visits that found no place, each with its cause, after the "
         "month."),
    step("close", PLANNER, CloseMonthSchema,
         lambda d, m, v: closing.close(d, m, v["carried"]),
         "归档 Open the month for everybody; visits not made carry a reason."),
    step("cancel_draw", PLANNER, MonthReasonSchema,
         lambda d, m, v: ceremony.cancel(d, m, "cancel_draw", v["reason"]),
         "作废抽取 Void freeze and draw, in public; freeze again with later entropy."),
    step("cancel_seal", PLANNER, MonthReasonSchema,
         lambda d, m, v: ceremony.cancel(d, m, "cancel_seal", v["reason"]),
         "作废密封 Void seal and lottery, in public; seal again with later entropy."),
)  # fmt: skip

collection(
    blp,
    "/<month_id>/steps",
    STEPS,
    name="make_month_step",
    says="推进 One step of a month.",
    gives=BureauMonth,
    edits=True,
)
