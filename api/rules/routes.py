"""/api/v1/bureau/rules: versions of policy, credit and docket rules, of registers.

In: a new text (or JSON for the docket), a version's id or a day. Out: versions with
what they say. What another version would change is asked at /api/v1/bureau/trials.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.credit import drops, files
from api.credit.routes_schemas import OnArgs
from api.registry import registers
from api.rules import versions as rule_versions
from api.rules.versions import IN_FORCE, SUBJECTS, RulesLine, RulesVersion
from api.site import READERS
from api.store import versions
from api.store.versions import Version
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.declare import audience
from api.web.forms import PageArgs, Text, many, one_of, page_of
from api.web.kinds import Kind, collection
from api.web.work import desk

blp = Blueprint("rules", "/api/v1/bureau/rules", "规则 rules in versions")
MOST = 2**20  # characters of a file


class RulesArgs(PageArgs):
    subject = one_of(SUBJECTS, required=True)


class PolicyTextArgs(Schema):
    text = fields.String(
        required=True,
        validate=validate.Length(1, MOST),
        metadata={"description": "policy.toml"},
    )
    reason = Text(300, required=True)


class CreditTextArgs(Schema):
    text = fields.String(
        required=True,
        validate=validate.Length(1, MOST),
        metadata={"description": "信用规则 TOML"},
    )
    first = fields.Date(metadata={"description": "施行日期 in force from; today"})
    confirm = Text(
        64, says="确认码：降级企业名单所附的 what a refusal for dropped grades gave"
    )
    reason = Text(300, required=True)


class DocketRulesArgs(Schema):
    rules = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)),
        required=True,
        metadata={"description": "与默认不同的部分 what differs from the defaults"},
    )
    reason = Text(300, required=True)


class ConfirmedSchema(Schema):
    item = Text(40, required=True, says="事项编号 code of the item")
    basis = Text(300, least=0, load_default="", says="哪一条依据 one, or all")
    text = Text(
        300, required=True, says="核对所用文本 the text that was read: version, where"
    )


class RegisterArgs(Schema):
    """What every register takes besides its rows."""

    withdrawn = many(Text(40), 500, says="撤回 rows withdrawn, by their first member")
    reason = Text(300, required=True)


class BasisArgs(RegisterArgs):
    items = many(ConfirmedSchema, 500, says="依据确认 confirmations")


class PaperTextSchema(Schema):
    slot = one_of(registers.SLOTS, required=True)
    text = Text(4000, required=True, metadata={"lines": True})
    source = Text(300, required=True, says="所据正式文本 the text it was taken from")


class PaperTextsArgs(RegisterArgs):
    texts = many(PaperTextSchema, 20, says="文书用语 texts of slots")


class DelegationArgs(Schema):
    reason = Text(300, required=True)
    account = Text(80, required=True, says="受委托人账号 account by name")
    title = Text(80, required=True, says="职务 office as papers say it")
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    document = Text(120, required=True, says="委托书文号")


@blp.get("")
@audience(*READERS)
@blp.takes(RulesArgs, "query")
@blp.gives(page_of(RulesLine))
def list_rules(args: dict[str, Any]) -> pages.Page:
    """规则版本 The bureau's own versions of a subject, newest first."""
    rows, keys = versions.query(args["subject"]), (Version.number,)
    page = pages.paged(rows, keys, desk().db, args, descending=True)
    return pages.Page([rule_versions.line(r) for r in page.items], page.next)


@blp.get("/<version_id>")
@audience(*READERS)
@blp.takes(OnArgs, "query")
@blp.gives(RulesVersion)
def show_rules(args: dict[str, Any], version_id: str) -> RulesVersion:
    """一个版本 A version with its text and what it says.

    By its id, or by `in-force:` and a subject: what holds today or (credit) on a day,
    also before the first version of its own.
    """
    if not version_id.startswith(IN_FORCE):
        return rule_versions.find(desk(), version_id)
    subject, on = version_id.removeprefix(IN_FORCE), args.get("on")
    day = files.day_of(desk(), on) if on else None
    return rule_versions.in_force(desk(), subject, day)


def _policy(values: dict[str, Any]) -> RulesVersion:
    return rule_versions.keep_policy(desk(), values["text"], values["reason"])


def _credit(values: dict[str, Any]) -> RulesVersion:
    first, confirm = values.get("first"), values.get("confirm", "")
    row = drops.commit(desk(), values["text"], first, values["reason"], confirm)
    return rule_versions.whole(row)


def _docket(values: dict[str, Any]) -> RulesVersion:
    return rule_versions.keep_docket(desk(), values["rules"], values["reason"])


def _basis(values: dict[str, Any]) -> RulesVersion:
    return rule_versions.whole(registers.confirm(desk(), values))


def _texts(values: dict[str, Any]) -> RulesVersion:
    return rule_versions.whole(registers.fill(desk(), values))


def _delegation(values: dict[str, Any]) -> RulesVersion:
    return rule_versions.whole(registers.delegate(desk(), values))


collection(
    blp,
    "",
    (
        Kind("policy", ("planner",), PolicyTextArgs, _policy,
             "导入细则 A new policy.toml; every fault is named at once."),
        Kind("credit", ("head",), CreditTextArgs, _credit,
             "导入信用规则 A new version (TOML); every fault with line and key."),
        Kind("docket", ("head",), DocketRulesArgs, _docket,
             "修改台账规则 A new version; what was decided before stays."),
        Kind("basis", ("head",), BasisArgs, _basis,
             "确认依据 Articles that the bureau has read and found to carry the item."),
        Kind("paper_texts", ("head",), PaperTextsArgs, _texts,
             "文书用语 Texts that only the bureau can give; an empty one stays so."),
        Kind("delegation", ("head", "admin"), DelegationArgs, _delegation,
             "委托签批 Who signs while the head is away, from, to, by which document."),
    ),
    name="keep_rules",
    says="新版本 A new version of rules.",
    gives=RulesVersion,
)  # fmt: skip
