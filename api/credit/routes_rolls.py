"""/api/v1/bureau/rolls: both credit lists, step by step (信用名单).

In: a proposal with fact and document, then its steps by kind. Out: entries of the
lists. Who belongs there under other rules is asked at /api/v1/bureau/trials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.credit import roll_views, rolls
from api.credit import routes_roll_schemas as r
from api.credit.roll_views import RollLine, RollView
from api.site import READERS
from api.store.oversight import RollProposal
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import page_of
from api.web.kinds import Kind, collection
from api.web.work import desk
from inspector.credit.lists import StepKind

blp = Blueprint("rolls", "/api/v1/bureau/rolls", "信用名单 credit lists")


@blp.get("")
@audience(*READERS)
@blp.takes(r.RollArgs, "query")
@blp.gives(page_of(RollLine))
def list_entries(args: dict[str, Any]) -> pages.Page:
    """名单事项 Every entry and where it stands."""
    keys = (RollProposal.proposed, RollProposal.id)
    page = pages.paged(rolls.query(args), keys, desk().db, args)
    found = rolls.entries(desk(), page.items)
    return pages.Page(roll_views.lines(desk(), found), page.next)


@blp.post("")
@audience("planner", "head")
@blp.takes(r.NewRollEntrySchema)
@blp.gives(RollLine, 201)
def propose_entry(values: dict[str, str]) -> RollLine:
    """拟列入 Propose a subject for a list, with fact and document."""
    return roll_views.line_of(desk(), rolls.propose(desk(), values))


@blp.get("/<entry_id>")
@audience(*READERS)
@blp.gives(RollView)
def show_entry(entry_id: str) -> RollView:
    """一个事项 One entry with its steps and what may come next.

    For head and auditor with what was noted at hearings; that reading is recorded.
    """
    return roll_views.view(desk(), rolls.find(desk(), entry_id))


def _stepped(kind: StepKind) -> Callable[..., RollLine]:
    def does(values: dict[str, str], entry_id: str) -> RollLine:
        row = rolls.step(desk(), rolls.find(desk(), entry_id), kind, values)
        return roll_views.line_of(desk(), row)

    return does


STEPS = {
    StepKind.NOTIFIED: (r.GroundedStep, "告知 Tell the subject what is proposed."),
    StepKind.HEARD: (
        r.RollStep,
        "听取申辩（含放弃） It was heard, or did not want to be.",
    ),
    StepKind.LISTED: (r.GroundedStep, "列入 Put on the list."),
    StepKind.DROPPED: (r.GroundedStep, "不予列入 The hearing changed our mind."),
    StepKind.REPAIR_APPLIED: (r.RollStep, "申请信用修复 Repair was applied for."),
    StepKind.REPAIR_GRANTED: (r.GroundedStep, "准予修复 Off the list by repair."),
    StepKind.REPAIR_REFUSED: (r.GroundedStep, "不予修复 It stays on the list."),
    StepKind.EXPIRED: (r.RollStep, "期满移出 Off the list with its term."),
    StepKind.LAPSED: (r.RollStep, "不再符合条件 Conditions no longer met."),
    StepKind.REVOKED: (r.GroundedStep, "复议、诉讼撤销 Off the list by a court."),
}

collection(
    blp,
    "/<entry_id>/steps",
    [
        Kind(kind.value, ("head",), takes, _stepped(kind), says)
        for kind, (takes, says) in STEPS.items()
    ],
    name="make_step",
    says="办理 One step of an entry, today.",
    gives=RollLine,
)
