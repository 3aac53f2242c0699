"""Shapes of the docket's requests and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas import Moment, Text
from inspector.oversight.selection import DocketEntry
from inspector.oversight.terms import ListedLevel, Measure, Party, Responsible

MONTH = validate.Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z")
VISITS = ("remediation", "recheck", "acceptance", "lookback")


class DocketWordSchema(Schema):
    code = fields.String()
    zh = fields.String()
    en = fields.String()


class PublicCaseSchema(Schema):
    """A case as everybody sees it: no person, no visit that lies ahead."""

    number = fields.String()
    compound = fields.String()
    compound_name = fields.String()
    street = fields.String()
    street_name = fields.String()
    state = fields.Nested(DocketWordSchema)
    opened = fields.String()
    reasons = fields.List(fields.Nested(DocketWordSchema))
    measure = fields.Nested(DocketWordSchema)
    level = fields.Nested(DocketWordSchema)
    deadline = fields.String()
    found = fields.Integer()
    solved = fields.Integer()
    closed = fields.String()


class PublicToldSchema(Schema):
    zh = fields.String()
    en = fields.String()


class PublicMoveSchema(Schema):
    """What everybody learns of a move; `number`: of its document."""

    day = fields.String()
    move = fields.Nested(DocketWordSchema)
    number = fields.String()
    told = fields.List(fields.Nested(PublicToldSchema))


class PublicCaseFileSchema(PublicCaseSchema):
    """A case with what happened in it, in the order of the record."""

    timeline = fields.List(fields.Nested(PublicMoveSchema))


class DocketLineSchema(PublicCaseSchema):
    company = fields.String()
    company_name = fields.String()
    count = fields.Integer(metadata={"description": "moves so far"})
    version = fields.Integer()


class DocketMeasureSchema(Schema):
    day = fields.Date()
    measure = fields.Nested(DocketWordSchema)
    level = fields.Nested(DocketWordSchema)
    unit = fields.String()
    number = fields.String()


class DocketProblemSchema(Schema):
    number = fields.Integer()
    item = fields.String()
    text = fields.String()
    severity = fields.Nested(DocketWordSchema)
    found = fields.Date()
    deadline = fields.Date(allow_none=True)
    solved = fields.Date(allow_none=True)
    company = fields.String()
    source = fields.String()


class DocketVerdictSchema(Schema):
    party = fields.Nested(DocketWordSchema)
    day = fields.Date()
    passed = fields.Boolean()
    number = fields.String()


class DocketFailureSchema(Schema):
    what = fields.String()
    day = fields.Date()


class DocketCaseSchema(DocketLineSchema):
    steps = fields.Integer()
    last_visit = fields.Date(allow_none=True)
    next = fields.List(fields.Date())
    unit = fields.String()
    office = fields.Nested(DocketWordSchema)
    measures = fields.List(fields.Nested(DocketMeasureSchema))
    problems = fields.List(fields.Nested(DocketProblemSchema))
    orders = fields.List(fields.String())
    verdicts = fields.List(fields.Nested(DocketVerdictSchema))
    failures = fields.List(fields.Nested(DocketFailureSchema))
    rungs = fields.List(fields.String())
    open_rungs = fields.List(fields.String())
    look_back = fields.String()
    reopened = fields.Integer()


class DocketMoveSchema(Schema):
    seq = fields.Integer()
    position = fields.Integer(
        metadata={"description": "number of the event in the bureau's record"}
    )
    move = fields.Nested(DocketWordSchema)
    day = fields.Date()
    by = fields.String()
    at = Moment()
    reason = fields.String()
    body = fields.Dict()


class EvidenceFactSchema(Schema):
    day = fields.Date()
    zh = fields.String()
    en = fields.String()
    number = fields.String()
    position = fields.Integer()


class ExitProposalSchema(Schema):
    case = fields.String()
    compound = fields.String()
    company = fields.String()
    day = fields.Date()
    number = fields.String()
    facts = fields.List(fields.Nested(EvidenceFactSchema))


class ProblemCounterSchema(Schema):
    key = fields.String()
    name = fields.String()
    found = fields.Integer()
    solved = fields.Integer()
    percent = fields.Integer(allow_none=True)


class DocketReasonSchema(Schema):
    reason = Text(300, required=True)


# --- selection -------------------------------------------------------------------


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


class SelectionSchema(Schema):
    month = fields.String(required=True, validate=MONTH)
    reason = Text(300, required=True)
    nominations = fields.List(
        fields.Nested(NominationSchema),
        load_default=list,
        validate=validate.Length(0, 2000),
    )
    vetoes = fields.List(
        fields.Nested(VetoSchema), load_default=list, validate=validate.Length(0, 2000)
    )
    complaints = fields.List(
        fields.Nested(ComplaintsSchema),
        load_default=list,
        validate=validate.Length(0, 20_000),
        metadata={"description": "counts from elsewhere, beside accepted signals"},
    )


class SelectedEntrySchema(Schema):
    compound = fields.String()
    reasons = fields.List(fields.Nested(DocketWordSchema))


class SelectedSchema(Schema):
    month = fields.String()
    opened = fields.Date()
    fresh = fields.List(fields.Nested(SelectedEntrySchema))
    known = fields.List(
        fields.Nested(SelectedEntrySchema),
        metadata={"description": "compounds that have an open case already"},
    )


def entry_body(entry: DocketEntry) -> dict[str, Any]:
    """A selected compound with its reasons in words."""
    said = [(r.why.value, *r.sentences()) for r in entry.reasons]
    reasons = [{"code": c, "zh": zh, "en": en} for c, zh, en in said]
    return {"compound": entry.compound, "reasons": reasons}


class RefusedVisitSchema(Schema):
    case = fields.String()
    visit = fields.String()
    why = fields.String()


class DocketIntakeSchema(Schema):
    opened = fields.List(fields.String())
    changed = fields.List(fields.String())
    refused = fields.List(fields.Nested(RefusedVisitSchema))


class LookBackSchema(Schema):
    cases = fields.List(
        fields.String(), metadata={"description": "the cases that took part"}
    )


# --- moves -----------------------------------------------------------------------


class DocketPlainMove(Schema):
    """Every move has a reason and a day (today if left out)."""

    reason = Text(300, required=True)
    day = fields.Date()


class DocketNumberedMove(DocketPlainMove):
    number = Text(80, required=True, metadata={"description": "文号"})


class FoundProblemSchema(Schema):
    item = Text(40, required=True)
    severity = fields.String(
        load_default="", validate=validate.OneOf(("", "minor", "major", "redline"))
    )


class DocketProblemsMove(DocketNumberedMove):
    problems = fields.List(
        fields.Nested(FoundProblemSchema),
        required=True,
        validate=validate.Length(1, 100),
    )


class DocketMeasureMove(DocketNumberedMove):
    measure = fields.String(
        required=True, validate=validate.OneOf([m.value for m in Measure])
    )
    level = fields.String(
        load_default="", validate=validate.OneOf([v.value for v in ListedLevel])
    )
    unit = Text(120, required=True)


class DocketResponsibleMove(DocketPlainMove):
    unit = Text(120, required=True)
    office = fields.String(
        required=True,
        validate=validate.OneOf([o.value for o in Responsible]),
        metadata={"description": "the person by role; names are not kept"},
    )


def _numbers(**kwargs: Any) -> fields.List[int]:
    return fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 100_000)),
        validate=validate.Length(0, 1000),
        **kwargs,
    )


class DocketOrderMove(DocketNumberedMove):
    works = _numbers(load_default=list)
    straight = fields.Boolean(
        load_default=False,
        metadata={"description": "no series of visits: on to the re-check"},
    )


class DocketExtensionMove(DocketNumberedMove):
    problems = _numbers(required=True)
    until = fields.Date(required=True)


class DocketNumbersMove(DocketPlainMove):
    problems = _numbers(required=True)
    number = Text(80, least=0, load_default="")


class DocketVisitMove(DocketNumberedMove):
    kind = fields.String(required=True, validate=validate.OneOf(VISITS))
    passed = fields.Boolean(load_default=True)
    problems = _numbers(load_default=list)


class DocketVerdictMove(DocketNumberedMove):
    party = fields.String(
        required=True, validate=validate.OneOf([p.value for p in Party])
    )
    passed = fields.Boolean(required=True)


class DocketRungMove(DocketNumberedMove):
    rung = fields.String(
        required=True,
        validate=[validate.Length(1, 40), validate.NoneOf(["exit"])],
        metadata={"description": "talk, yellow, red, notice (exit: by the head)"},
    )


class DocketCompanyMove(DocketNumberedMove):
    company = fields.String(
        required=True,
        validate=validate.Length(0, 18),
        metadata={"description": "usc18 of the new company, empty for none"},
    )
