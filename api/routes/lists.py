"""/api/v1/bureau/rolls: the red and the black list, step by step (红黑名单)."""

from __future__ import annotations

from typing import Any

from api.routes import roll_schemas as r
from api.services import rolls
from api.store.oversight import RollProposal
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.work import desk

blp = Blueprint("rolls", "/api/v1/bureau/rolls", "红黑名单 red and black list")
READERS = ("planner", "head", "leader", "auditor")


@blp.get("")
@audience(*READERS)
@blp.takes(r.RollArgs, "query")
@blp.gives(r.RollEntryPage)
def list_entries(args: dict[str, Any]) -> pages.Page:
    """名单事项 Every entry and where it stands."""
    keys = (RollProposal.proposed, RollProposal.id)
    page = pages.paged(rolls.query(args), keys, desk().db, args)
    found = rolls.entries(desk(), page.items)
    return pages.Page([rolls.body(desk(), e) for e in found], page.next)


@blp.post("")
@audience("planner", "head")
@blp.takes(r.NewRollEntrySchema)
@blp.gives(r.RollEntrySchema, 201)
def propose_entry(values: dict[str, str]) -> dict[str, Any]:
    """拟列入 Propose a subject for a list, with fact and document."""
    row = rolls.propose(desk(), values)
    return rolls.body(desk(), rolls.entry(desk(), row))


@blp.get("/<entry_id>")
@audience(*READERS)
@blp.gives(r.RollEntrySchema)
def show_entry(entry_id: str) -> dict[str, Any]:
    """一个事项 One entry with its steps and what may come next."""
    row = rolls.find(desk(), entry_id)
    return rolls.body(desk(), rolls.entry(desk(), row))


@blp.post("/<entry_id>/steps")
@audience("head")
@blp.takes(r.NewRollStepSchema)
@blp.gives(r.RollEntrySchema, 201)
def make_step(values: dict[str, str], entry_id: str) -> dict[str, Any]:
    """告知、申辩、列入、修复、移出 One step more, today."""
    row = rolls.step(desk(), rolls.find(desk(), entry_id), values)
    return rolls.body(desk(), rolls.entry(desk(), row))


@blp.get("/<entry_id>/notes")
@audience("head", "auditor")
@blp.gives(r.CreditNoteSchema(many=True))
def list_notes(entry_id: str) -> list[dict[str, Any]]:
    """申辩记录 What was noted at each step; the reading is recorded."""
    return rolls.notes(desk(), rolls.find(desk(), entry_id))
