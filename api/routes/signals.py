"""/api/v1/bureau/signals: praise and criticism reported, then verified (褒贬信息)."""

from __future__ import annotations

from typing import Any

from api.routes import credit_schemas as s
from api.schemas import PageArgs
from api.services import credit, credit_signals
from api.store.oversight import CreditFact
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk
from inspector.oversight.credit import EventState

blp = Blueprint("signals", "/api/v1/bureau/signals", "褒贬信息 signals")
READERS = ("planner", "head", "leader", "auditor")
KEYS = (CreditFact.at, CreditFact.id)


@blp.get("")
@audience(*READERS)
@blp.takes(s.SignalArgs, "query")
@blp.gives(s.FactPage)
def list_signals(args: dict[str, Any]) -> pages.Page:
    """信用信息 The facts of the credit files, newest first."""
    page = pages.paged(
        credit_signals.query(args), KEYS, desk().db, args, descending=True
    )
    return pages.Page(credit_signals.bodies(desk(), page.items), page.next)


@blp.get("/pending")
@audience(*READERS)
@blp.takes(PageArgs, "query")
@blp.gives(s.FactPage)
def list_pending(args: dict[str, Any]) -> pages.Page:
    """待核实 The signals that nobody has decided on, oldest first."""
    page = pages.paged(credit_signals.pending(), KEYS, desk().db, args)
    return pages.Page(credit_signals.bodies(desk(), page.items), page.next)


@blp.post("")
@audience("planner", "leader")
@blp.takes(s.NewSignalSchema)
@blp.gives(s.CreditFactSchema, 201)
def report_signal(values: dict[str, Any]) -> dict[str, Any]:
    """推送信息 Report praise or criticism; it counts once it is accepted."""
    row = credit.report(desk(), values)
    return credit_signals.bodies(desk(), [row])[0]


@blp.post("/adoptions")
@audience("planner")
@blp.gives(s.CreditAdoptedSchema, 201)
def adopt_signals() -> dict[str, int]:
    """转入名录信息 Make facts of the registry's signals, once each."""
    return credit_signals.adopt(desk())


@blp.get("/<fact_id>")
@audience(*READERS)
@blp.gives(s.CreditFullFactSchema)
def show_signal(fact_id: str) -> dict[str, Any]:
    """一条信息 One fact with what was written and decided; the reading is recorded."""
    return credit_signals.full(desk(), credit.find(desk(), fact_id))


@blp.post("/<fact_id>/decisions")
@audience("head", "leader")
@blp.takes(s.CreditDecisionSchema)
@blp.gives(s.CreditFactSchema, 201)
def decide_signal(values: dict[str, str], fact_id: str) -> dict[str, Any]:
    """核实 Accept it, reject it, or end its effect (信用修复)."""
    row = credit.find(desk(), fact_id)
    credit.decide(desk(), row, EventState(values["state"]), values["reason"])
    return credit_signals.bodies(desk(), [row])[0]
