"""/api/v1/bureau/trials: 测算 what something would do, before anybody does it.

In: a kind of trial and what it tries (other rules, a selection, a change of a plan).
Out: its answer. Nothing changes; one that takes long answers with a job. Each kind is a
row of its own module; they meet here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from api.credit import comparison, roll_trials, rules
from api.credit import routes_schemas as s
from api.credit.comparison import Reranked, Rescored
from api.credit.roll_trials import RollTrial
from api.credit.rules import RulesContent
from api.docket import routes_intakes
from api.months import routes_amendments, routes_planning
from api.registry import policies
from api.rules import versions
from api.rules.routes import MOST
from api.rules.versions import PolicyDifference
from api.site import READERS, Desk
from api.web.blueprint import Blueprint
from api.web.forms import Text
from api.web.kinds import Kind, collection
from api.web.work import reading

blp = Blueprint("trials", "/api/v1/bureau/trials", "测算 trials")


class RulesTextArgs(Schema):
    text = fields.String(required=True, validate=validate.Length(1, MOST))


class TwoPoliciesArgs(Schema):
    old = Text(40, required=True, says="原版本 a version's id")
    new = Text(40, required=True, says="新版本 a version's id")


def on_a_snapshot(
    asked: Callable[[Desk, dict[str, Any]], Any],
) -> Callable[[dict[str, Any]], Any]:
    """What answers a trial from one snapshot, without the bureau's write turn."""

    def does(values: dict[str, Any]) -> Any:
        with reading() as desk:
            return asked(desk, values)

    return does


def _rescoring(desk: Desk, values: dict[str, Any]) -> Rescored:
    old, on = values.get("old", ""), values.get("on")
    return comparison.rescored(desk, old, values["new"], on)


def _reranking(desk: Desk, values: dict[str, Any]) -> Reranked:
    old, by = values.get("old", ""), values["by"]
    return comparison.reranked(desk, old, values["new"], by)


def _policies(desk: Desk, values: dict[str, Any]) -> list[PolicyDifference]:
    old, new = (policies.find(desk, values[k]) for k in ("old", "new"))
    return versions.differences(old, new)


def _rolls(desk: Desk, values: dict[str, Any]) -> RollTrial:
    return roll_trials.recomputed(desk, values.get("rules", ""))


RULES = (
    Kind("credit_rules", ("planner", "head"), RulesTextArgs,
         lambda values: rules.described(rules.parsed(values["text"])),
         "规则校验 Read a rule file without keeping it; every fault with its line.",
         RulesContent, 200),
    Kind("rescoring", READERS, s.CompareArgs, on_a_snapshot(_rescoring),
         "重新评分 What another version of the rules would change, company by company.",
         Rescored, 200),
    Kind("reranking", READERS, s.RerankArgs, on_a_snapshot(_reranking),
         "新规影响 Old rank, new rank, who enters and who leaves the bottom list.",
         Reranked, 200),
    Kind("rolls", READERS, s.RulesOnlyArgs, on_a_snapshot(_rolls),
         "名单测算 Who belongs on each list under a version; nobody is listed by it.",
         RollTrial, 200),
    Kind("policy_differences", ("planner", "head", "auditor"), TwoPoliciesArgs,
         on_a_snapshot(_policies),
         "比较细则 What another version of the policy sets differently, key by key.",
         list[PolicyDifference], 200),
)  # fmt: skip

collection(
    blp,
    "",
    (
        *RULES,
        *routes_intakes.TRIALS,
        *routes_amendments.TRIALS,
        *routes_planning.TRIALS,
    ),
    name="make_trial",
    says="测算 Try something; nothing changes by it.",
    without_key="nothing changes; the same job is not queued twice at a time",
)
