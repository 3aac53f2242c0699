"""/api/v1/bureau/signals: facts reported, then verified (良好、不良信息).

In: a report, the registry's sheet, a decision. Out: facts of credit files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from api.credit import base_points, facts, signals
from api.credit import routes_schemas as s
from api.credit.base_points import BaseAdopted
from api.credit.files import CreditFactLine
from api.credit.signals import CreditFactView, SignalsAdopted
from api.site import READERS
from api.store.oversight import CreditFact
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import page_of
from api.web.kinds import Kind, collection
from api.web.work import desk
from inspector.credit.file import EventState
from inspector.credit.rules import SubjectKind

blp = Blueprint("signals", "/api/v1/bureau/signals", "信用信息 signals")
KEYS = (CreditFact.at, CreditFact.id)


@blp.get("")
@audience(*READERS)
@blp.takes(s.SignalArgs, "query")
@blp.gives(page_of(CreditFactLine))
def list_signals(args: dict[str, Any]) -> pages.Page:
    """信用信息 The facts of the credit files, newest first.

    Those that nobody has decided on (`pending`) come oldest first.
    """
    newest_first = not args.get("pending")
    found = signals.query(args)
    page = pages.paged(found, KEYS, desk().db, args, descending=newest_first)
    return pages.Page(signals.lines(desk(), page.items), page.next)


def _reported(kind: SubjectKind) -> Callable[[dict[str, Any]], CreditFactLine]:
    def does(values: dict[str, Any]) -> CreditFactLine:
        row = facts.report(desk(), values | {"kind": kind.value})
        return signals.lines(desk(), [row])[0]

    return does


REPORTS = {
    SubjectKind.COMPANY: "企业良好、不良信息 Praise or criticism of a company.",
    SubjectKind.MANAGER: "项目负责人良好、不良信息 … of a manager, by his role id.",
    SubjectKind.COMPOUND: "小区良好、不良信息 … of a compound.",
}

collection(
    blp,
    "",
    [
        Kind(
            kind.value,
            ("planner", "leader"),
            s.NewSignalSchema,
            _reported(kind),
            f"{says} It counts once it is accepted.",
            CreditFactLine,
        )
        for kind, says in REPORTS.items()
    ]
    + [
        Kind(
            "adopt",
            ("planner",),
            Schema,
            lambda _values: signals.adopt(desk()),
            "转入名录信息 Make facts of the registry's signals, once each.",
            SignalsAdopted,
        ),
        Kind(
            "base",
            ("head", "leader"),
            Schema,
            lambda _values: base_points.adopt(desk()),
            "转入基础信息 Make facts of the sheet `credit_base`, once each; not by "
            "whoever imported it.",
            BaseAdopted,
        ),
    ],
    name="add_signals",
    says="推送信息 New facts of credit files: reported, or taken from the registry.",
)


@blp.get("/<fact_id>")
@audience(*READERS)
@blp.gives(CreditFactView)
def show_signal(fact_id: str) -> CreditFactView:
    """一条信息 One fact with what was written and decided; the reading is recorded."""
    return signals.view(desk(), facts.find(desk(), fact_id))


@blp.post("/<fact_id>/decisions")
@audience("head", "leader")
@blp.takes(s.CreditDecisionSchema)
@blp.gives(CreditFactLine, 201)
def decide_signal(values: dict[str, str], fact_id: str) -> CreditFactLine:
    """核实 Accept it, reject it, or end its effect (信用修复)."""
    row = facts.find(desk(), fact_id)
    facts.decide(desk(), row, EventState(values["state"]), values["reason"])
    return signals.lines(desk(), [row])[0]
