"""The words of the import format: each English word with its Chinese spellings.

Closed vocabularies refuse anything else; the open ones (skills, sources, kinds of
assistants) also take any identifier, for a bureau's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inspector.domain import CaseState, RiskClass, VisitKind, Window
from inspector.places import CGCS2000, GCJ02, WGS84
from inspector.registry.cells import Kind, open_word, word


def _both(table: Mapping[str, str]) -> dict[str, str]:
    """English word -> spellings behind `|`, turned to spelling -> English word."""
    out = {english: english for english in table}
    for english, chinese in table.items():
        out |= dict.fromkeys(chinese.split("|"), english)
    return out


def _closed(table: Mapping[str, str], type_: Callable[[str], str] = str) -> Kind:
    """Only these words, read as members of `type_`."""
    return word({spelling: type_(value) for spelling, value in _both(table).items()})


def _open(table: Mapping[str, str]) -> Kind:
    """These words in Chinese, and any identifier."""
    return open_word({zh: en for zh, en in _both(table).items() if not zh.isascii()})


TYPES = {
    "commercial": "商品房",
    "old": "老旧|老旧小区",
    "unit": "单位型",
    "new": "新建",
    "affordable": "保障房",
}
SOURCES = {
    "housing": "住建|住建检查",
    "street": "街道|镇街",
    "community": "社区",
    "owners": "业主|业主满意度",
    "complaints": "投诉|投诉办理",
    "observers": "观察员|业委会/观察员",
    "association": "协会",
    "media": "媒体",
    "authority": "部门|监管单位",
}
_SKILLS = {
    "lift": "电梯",
    "fire": "消防",
    "finance": "财务",
    "law": "法制",
    "engineering": "工程",
}
_ASSISTANTS = {
    "expert": "专家",
    "lawyer": "律师",
    "observer": "物业观察员|观察员",
    "association": "协会",
    "integrity": "廉洁监督员",
}

COMPANY_STATUS = _closed(
    {
        "active": "存续|在营",
        "revoked": "吊销",
        "moved": "迁出",
        "suspended": "停业",
        "cancelled": "注销",
    }
)
COMPOUND_STATUS = _closed(
    {
        "active": "正常|在管",
        "closed": "关闭",
        "moved": "迁出",
        "unreachable": "无法联系",
    }
)
TYPE = _closed(TYPES)
RISK = word({risk.value: risk for risk in RiskClass})
WINDOW = _closed({"all_day": "全天", "morning": "上午", "afternoon": "下午"}, Window)
HALF = _closed({"am": "上午", "pm": "下午"})
SEVERITY = _closed({"minor": "一般", "major": "较重", "redline": "红线"})
POLARITY = _closed({"praise": "褒|表扬", "criticism": "贬|批评"})
SIGNAL_STATE = _closed({"pending": "待核实", "accepted": "采信", "rejected": "不采信"})
VISIT_KIND = _closed(
    {
        "random": "双随机抽查|双随机",
        "remediation": "执法进小区|整改回访",
        "recheck": "整改复查|复查",
        "acceptance": "验收",
        "lookback": "回头看",
        "whistle": "吹哨报到",
        "study": "蹲点调研",
    },
    VisitKind,
)
CASE_STATE = _closed(
    {
        "waiting": "待启动|已列入",
        "listed": "挂牌督办|挂牌",
        "rectifying": "责令整改|整改中",
        "accepting": "待验收",
        "closed": "销号|已销号",
    },
    CaseState,
)
CRS = _closed(
    {WGS84: "WGS84", GCJ02: "GCJ02|火星坐标", CGCS2000: "国家2000|2000国家大地坐标系"}
)
SKILL = _open(_SKILLS)
SOURCE = _open(SOURCES)
ASSISTANT = _open(_ASSISTANTS)
