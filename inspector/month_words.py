"""The words of a month and of its results, one half of `inspector.words`: data only."""

from __future__ import annotations

from collections.abc import Mapping

# code -> Chinese, English and, behind `|`, what an import accepts besides.
Names = Mapping[str, tuple[str, ...]]

RESULTS: Mapping[str, Names] = {
    # What is said where there is no firm that could be ordered (`words.result_word`).
    "no_firm": {
        "outcome": (
            "发现问题已告知责任主体",
            "problems found, who is responsible was told",
        ),
        "follow_up": ("已告知责任主体", "who is responsible was told"),
    },
    "outcome": {
        "no_problem": ("未发现问题", "no problem found"),
        "not_disclosed": (
            "未按规定公示应当公示的信息",
            "information that must be public was not",
        ),
        "false_disclosure": (
            "公示信息隐瞒真实情况、弄虚作假",
            "published information hides or falsifies facts",
        ),
        "unreachable": (
            "通过登记的住所（经营场所）无法联系",
            "cannot be reached at the registered place",
        ),
        "ordered": ("发现问题已责令改正", "problems found, ordered to rectify"),
        "uncooperative": ("不配合检查情节严重", "seriously refused to cooperate"),
        "no_activity": (
            "未发现开展本次抽查涉及的经营活动",
            "the business in question is not carried on",
        ),
        "pending": ("发现问题待后续处理", "problems found, to be dealt with later"),
        "ceased": ("已关闭停业或正在组织清算", "closed or being wound up"),
        "deregistered": (
            "注销/被吊销/被撤销/迁出",
            "cancelled, revoked, withdrawn or moved away",
        ),
        "withdrawn": ("已撤回", "withdrawn"),
    },
    "carried": {
        "before": ("前一次检查未成", "the step before it was not made"),
        "car": ("车辆、路线或工时不足", "no car, route or hours for it"),
        "people": ("人员不足", "too few people for it"),
        "late": ("派员晚于公布路线", "people drawn too late for its day"),
        "time": ("当日来不及", "no time left on its day"),
        "weather": ("天气", "weather"),
        "safety": ("安全原因", "it was not safe"),
        "uninspected": ("未检查", "nobody was inspected"),
    },
    "owed": {
        "open": ("应补，尚待列入", "owed, no freeze has taken it up yet"),
        "taken": ("应补，已列入", "taken up by a later freeze"),
        "gone": ("小区已不在名录，作罢", "dropped: the compound is gone"),
    },
    "follow_up": {
        "none": ("无需后续处置", "nothing further"),
        "daily": ("停止检查转日常监管", "inspection stopped, daily supervision"),
        "rectify": ("责令改正", "order to rectify"),
        "transfer": ("固定证据移送", "evidence secured and transferred"),
        "notify": ("抄告其他部门", "other departments notified"),
        "other": ("其他", "other"),
    },
    "check_method": {
        "onsite": ("实地检查", "on site"),
        "written": ("书面检查", "in writing"),
        "other_department": (
            "其他部门结果或专业意见",
            "result of another department or expert opinion",
        ),
        "testing": ("检验检测", "testing"),
        "online": ("网络监测", "online monitoring"),
        "assisted": ("委托专业机构辅助", "assisted by a professional body"),
    },
    "severity": {
        "": ("未定", "not set"),
        "minor": ("一般", "ordinary"),
        "major": ("较重", "serious"),
        "redline": ("红线", "red line"),
    },
    "handling": {
        "none": ("无", "none"),
        "on_spot": ("当场改正", "put right on the spot"),
        "ordered": ("责令限期改正", "ordered to rectify by a date"),
        "transferred": ("移送", "transferred"),
        "later": ("后续处理", "to be dealt with later"),
    },
    "opinion": {
        "agreed": ("无异议", "no objection"),
        "disagreed": ("有异议", "objects"),
        "refused": ("拒绝签字", "refused to sign"),
        "nobody": ("无人在场", "nobody present"),
    },
    "state": {
        "published": ("已公示", "published"),
        "corrected": ("已更正", "corrected"),
        "withdrawn": ("已撤回", "withdrawn"),
    },
    # What the company's code that officers scan on arrival says of the visit.
    "arrival_match": {
        "": ("未登记", "not recorded"),
        "same": ("与受检企业一致", "the inspected company"),
        "other": (
            "与受检企业不一致，请核对",
            "another company than the inspected one; check it",
        ),
        "unread": ("未扫企业码", "no company code was scanned"),
        "nobody": ("无物业服务企业", "no company manages here"),
    },
    # What a raw result is before it is published.
    "raw": {
        "drafted": ("草稿", "a draft"),
        "submitted": ("已提交，待签名", "submitted, to be signed"),
        "signed": ("已签名，待审核", "signed, to be reviewed"),
        "returned": ("已退回", "returned"),
        "passed": ("审核通过", "passed"),
    },
    # What is done to it.
    "raw_move": {
        "edited": ("修改", "edited"),
        "submitted": ("提交", "submitted"),
        "signed": ("签名", "signed"),
        "returned": ("退回", "returned"),
        "passed": ("通过", "passed"),
    },
    "record": {
        "result": ("公示", "published"),
        "correction": ("更正", "correction"),
        "withdrawal": ("撤回", "withdrawal"),
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
MONTH: Mapping[str, Names] = {
    # Where a visit comes from, as its papers say.
    "visit_source": {
        "random": ("双随机抽查", "random inspection"),
        "docket": ("整改台账", "docket"),
        "case": ("个案", "a case"),
        "superior": ("上级部署", "ordered from above"),
    },
    "role": {
        "lead": ("主办", "lead"),
        "second": ("协办", "second"),
        "expert": ("专家", "expert"),
        "joint": ("其他部门", "other department"),
    },
    "kind": {
        "random": ("双随机抽查", "random inspection", "双随机"),
        "remediation": ("执法进小区", "remediation visit", "整改回访"),
        "recheck": ("整改复查", "re-check", "复查"),
        "acceptance": ("验收", "acceptance"),
        "lookback": ("回头看", "look-back"),
        "whistle": ("吹哨报到", "complaint call"),
        "study": ("蹲点调研", "stay-on-site study"),
    },
    "stage": {
        "cancelled": ("已撤销，待重新冻结", "cancelled, to be frozen again"),
        "frozen": ("已冻结，待抽取", "frozen, not drawn yet"),
        "drawn": ("已抽取，编排中", "drawn, being planned"),
        "packed": ("已编排，待密封", "planned, not sealed yet"),
        "sealed": ("已密封，待摇号", "sealed, people not drawn yet"),
        "assigned": ("检查中", "inspections under way"),
        "closed": ("已启封", "opened"),
        "new": ("未冻结", "not frozen yet"),
        "approved": ("已审批，待密封", "approved, not sealed yet"),
    },
    "step": {
        "freeze": ("冻结名录", "freeze the registries"),
        "record_entropy": ("录入随机源", "record the entropy"),
        "confirm_entropy": (
            "第二人录入外部随机源",
            "a second person records the outside entropy",
        ),
        "draw": ("随机抽取检查对象", "draw the compounds"),
        "people": ("登记请假、回避", "log leave and recusals"),
        "schedule": ("编排日程", "make the plan"),
        "wait": ("编排进行中", "the plan is being made"),
        "approve": ("负责人审批", "approve the plan"),
        "seal": ("密封计划", "seal the plan"),
        "assign": ("摇号派员", "draw the people"),
        "publish": ("检查并公示结果", "inspect and publish the results"),
        "carry": ("登记顺延", "carry a visit"),
        "close": ("归档", "close the month"),
        "next": ("开始下月", "start the next month"),
    },
    "attempt": {
        "draw": ("抽取", "draw"),
        "lottery": ("派员摇号", "lottery"),
        "amendment": ("变更摇号", "amendment"),
    },
    "excluded": {
        "recent": ("近期已随机抽查", "randomly inspected recently"),
        "cap": ("已达年度检查次数上限", "yearly cap reached"),
        "other": ("个案检查已达年度上限", "yearly cap reached by other inspections"),
    },
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
    # Why an officer did not come (`inspector.month.absence.REASONS`).
    "absence": {
        "illness": ("因病", "illness"),
        "leave": ("休假", "leave"),
        "other_duty": ("另有公务", "another duty"),
        "family": ("家庭原因", "family reasons"),
        "recusal": ("回避", "recusal"),
        "other": ("其他原因", "another reason"),
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
    # Why a month's visits are made, and of which kind a check is (司法部 forms, 2025).
    "task_source": {
        "plan": ("年度抽查计划", "yearly plan"),
        "superior": ("上级部署", "ordered from above"),
    },
    "category": {
        "daily": ("日常检查", "regular check"),
        "special": ("专项检查", "special check"),
        "case": ("个案检查", "check for a cause"),
    },
    "cap_unit": {
        "compound": ("小区", "compound"),
        "company": ("企业", "company"),
    },
    "item_class": {
        "key": ("重点检查事项", "key items"),
        "general": ("一般检查事项", "general items"),
    },
}
