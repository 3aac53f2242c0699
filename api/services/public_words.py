"""Words for codes on public pages and in downloads: Chinese first, English beside it.

`word("outcome", "ordered")` is a pair; a code that nobody named stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from inspector.oversight.outcomes import NAMES, Carried, FollowUp, Outcome

Pair = tuple[str, str]

OUTCOMES: Mapping[str, Pair] = {
    **NAMES[Outcome],
    "withdrawn": ("已撤回", "withdrawn"),
}
UNPLACED = NAMES[Carried]
WORDS: Mapping[str, Mapping[str, Pair]] = {
    "outcome": OUTCOMES,
    "follow_up": NAMES[FollowUp],
    "state": {
        "published": ("已公示", "published"),
        "corrected": ("已更正", "corrected"),
        "withdrawn": ("已撤回", "withdrawn"),
    },
    "record": {
        "result": ("公示", "published"),
        "correction": ("更正", "correction"),
        "withdrawal": ("撤回", "withdrawal"),
    },
    "role": {
        "lead": ("主办", "lead"),
        "second": ("协办", "second"),
        "expert": ("专家", "expert"),
        "joint": ("其他部门", "other department"),
    },
    "stage": {
        "cancelled": ("已撤销，待重新冻结", "cancelled, to be frozen again"),
        "frozen": ("已冻结，待抽取", "frozen, not drawn yet"),
        "drawn": ("已抽取，编排中", "drawn, being planned"),
        "packed": ("已编排，待密封", "planned, not sealed yet"),
        "sealed": ("已密封，待摇号", "sealed, people not drawn yet"),
        "assigned": ("检查中", "inspections under way"),
        "closed": ("已启封", "opened"),
    },
    "attempt": {
        "draw": ("抽取", "draw"),
        "lottery": ("派员摇号", "lottery"),
        "amendment": ("变更摇号", "amendment"),
    },
    "kind": {
        "random": ("双随机抽查", "random inspection"),
        "remediation": ("执法进小区", "remediation visit"),
        "recheck": ("整改复查", "re-check"),
        "acceptance": ("验收", "acceptance"),
        "lookback": ("回头看", "look-back"),
        "whistle": ("吹哨报到", "complaint call"),
        "study": ("蹲点调研", "study"),
    },
    "case": {
        "waiting": ("已列入，待启动", "waiting"),
        "listed": ("挂牌督办", "listed"),
        "rectifying": ("责令整改", "being corrected"),
        "accepting": ("待验收", "to be accepted"),
        "closed": ("已销号", "closed"),
    },
    "type": {
        "commercial": ("商品房", "commercial"),
        "old": ("老旧小区", "old"),
        "unit": ("单位型", "work unit"),
        "new": ("新建", "new"),
        "affordable": ("保障房", "affordable"),
    },
    "compound_status": {
        "active": ("正常", "active"),
        "closed": ("关闭", "closed"),
        "moved": ("迁出", "moved"),
        "unreachable": ("无法联系", "unreachable"),
    },
    "company_status": {
        "active": ("存续", "active"),
        "revoked": ("吊销", "revoked"),
        "moved": ("迁出", "moved"),
        "suspended": ("停业", "suspended"),
        "cancelled": ("注销", "cancelled"),
    },
    "window": {
        "all_day": ("全天", "all day"),
        "morning": ("上午", "morning"),
        "afternoon": ("下午", "afternoon"),
    },
    "excluded": {
        "recent": ("近期已随机抽查", "randomly inspected recently"),
        "cap": ("已达年度检查次数上限", "yearly cap reached"),
    },
    "unplaced": UNPLACED,
    "carried": UNPLACED,
    "source": {
        "lottery": ("福彩、体彩开奖", "public lottery"),
        "drand": ("drand 公共随机信标", "drand beacon"),
        "dice": ("公开掷骰", "public dice"),
        "reveal": ("见证人揭示值", "value revealed by a witness"),
    },
    "file": {
        "freeze.json": ("名录与细则（冻结）", "registries and rules, frozen"),
        "seal.json": ("密封承诺", "the sealed plan's commitment"),
        "log.json": ("公示日志", "public log"),
        "cancelled.json": ("已撤销的批次", "cancelled attempts"),
        "amendments.json": ("摇号后的变更", "changes after the lottery"),
        "amended.json": ("变更后的日程与派员", "the changed plans"),
        "drawn.json": ("抽取结果", "compounds drawn"),
        "plan.json": ("日程", "plan"),
        "table.json": ("派员概率表", "chance table"),
        "assigned.json": ("摇号派员结果", "people drawn"),
        "results.json": ("抽查结果", "results"),
    },
    "standing": {
        "provisional": ("暂定，尚未公布", "provisional, not published yet"),
        "overdue": ("逾期未公布", "overdue, not published yet"),
        "published": ("已公布", "published"),
    },
    "method": {
        "open": ("不定向抽查", "whole registry"),
        "targeted": ("定向抽查", "a published part of it"),
    },
    "cap_unit": {
        "compound": ("小区", "compound"),
        "company": ("企业", "company"),
    },
    "item_class": {
        "key": ("重点检查事项", "key items"),
        "general": ("一般检查事项", "general items"),
    },
    "ruling": {
        "upheld": ("成立", "upheld"),
        "partly": ("部分成立", "partly upheld"),
        "dismissed": ("不成立", "dismissed"),
    },
    "overdue": {
        "late": ("逾期公示", "published late"),
        "open": ("逾期未公示", "overdue, not published yet"),
    },
}


def word(kind: str, code: str) -> Pair:
    """The two words of a code.

    >>> word("stage", "closed"), word("outcome", "made up")
    (('已启封', 'opened'), ('made up', 'made up'))
    """
    return WORDS[kind].get(code, (code, code))
