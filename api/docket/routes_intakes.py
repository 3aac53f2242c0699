"""What enters the docket from outside, as a table; and what a selection would take."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.docket import intake, visited
from api.docket.answers import DocketIntake, LookBackSample, SelectionTrial
from api.months import steps
from api.web.forms import Text, many
from api.web.kinds import Kind
from api.web.work import desk, reading

MONTH = validate.Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z")
PLANNER = ("planner",)


class ReasonSchema(Schema):
    reason = Text(300, required=True)


class NominationSchema(Schema):
    compound = Text(64, required=True)
    street = Text(64, required=True)
    number = Text(80, required=True)
    date = fields.Date(required=True)


class VetoSchema(Schema):
    compound = Text(64, required=True)
    code = Text(40, required=True)
    number = Text(80, required=True)
    date = fields.Date(required=True)


class ComplaintsSchema(Schema):
    compound = Text(64, required=True)
    count = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, 1_000_000)
    )


class SelectionSchema(ReasonSchema):
    month = fields.String(required=True, validate=MONTH)
    nominations = many(NominationSchema, 2000)
    vetoes = many(VetoSchema, 2000)
    complaints = many(
        ComplaintsSchema, 20_000, says="counts from elsewhere, beside accepted signals"
    )


class OfMonthSchema(ReasonSchema):
    month_id = Text(64, required=True)


def _select(values: dict[str, Any]) -> DocketIntake:
    return intake.run(desk(), values)


def _adopt(values: dict[str, Any]) -> DocketIntake:
    return intake.adopt_all(desk(), values["reason"])


def _visits(values: dict[str, Any]) -> DocketIntake:
    month = steps.find(desk(), values["month_id"])
    return visited.take_visits(desk(), month, values["reason"])


def _look_back(values: dict[str, Any]) -> LookBackSample:
    month = steps.find(desk(), values["month_id"])
    return intake.draw(desk(), month, values["reason"])


def _try(values: dict[str, Any]) -> SelectionTrial:
    with reading() as seen:
        return intake.tried(seen, values)


INTAKES = (
    Kind("selection", PLANNER, SelectionSchema, _select,
         "列入台账 Take the selection of a month into the docket."),
    Kind("adoption", PLANNER, ReasonSchema, _adopt,
         "转入旧台账 Take over the cases of the registries' docket sheet."),
    Kind("visits", PLANNER, OfMonthSchema, _visits,
         "登记检查 Turn the published results of a month's docket visits into moves."),
    Kind("look_back", PLANNER, OfMonthSchema, _look_back,
         "回头看抽取 Let the month's draw seed choose which closed cases to see again.",
         gives=LookBackSample),
)  # fmt: skip

# Rows of /api/v1/bureau/trials.
TRIALS = (
    Kind("docket_selection", PLANNER, SelectionSchema, _try,
         "列入试算 Who would enter the docket, and why; nothing changes.",
         gives=SelectionTrial, status=200),
)  # fmt: skip
