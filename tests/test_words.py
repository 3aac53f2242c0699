"""Each code has one word per language, in one place, for every reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from inspector.credit.file import EventState
from inspector.credit.lists import Roll, RollState, StepKind
from inspector.credit.rules import Polarity, SubjectKind
from inspector.docket import moves
from inspector.docket.entry import Why
from inspector.docket.next_steps import Doer, Next
from inspector.docket.terms import ListedLevel, Measure, Party, Responsible
from inspector.domain import CaseState, Role, VisitKind, Window
from inspector.law import Category, TaskSource
from inspector.month.absence import REASONS
from inspector.policy import Method
from inspector.registry import words as cells
from inspector.results import outcomes
from inspector.results.objections import Ruling
from inspector.words import VOCABULARY, codes, spellings, word
from inspector.year.plan import ItemClass, PlanStanding

ROOT = Path(__file__).resolve().parent.parent
HOME = [ROOT / "inspector" / f"{name}.py" for name in ("words", "month_words")]
VERIFY = ROOT / "inspector" / "verify.py"
TEMPLATES = ROOT / "api" / "templates"
CHINESE = re.compile("[\u4e00-\u9fff]")
CODE = [
    path
    for room in ("inspector", "api")
    for path in sorted((ROOT / room).rglob("*.py"))
    if path not in (*HOME, VERIFY)
]
# kind -> the type whose members are its codes, and the codes beyond them.
TYPES: dict[str, tuple[type[StrEnum], set[str]]] = {
    "outcome": (outcomes.Outcome, {"withdrawn"}),
    "carried": (outcomes.Unmade, set()),
    "follow_up": (outcomes.FollowUp, set()),
    "check_method": (outcomes.CheckMethod, set()),
    "severity": (outcomes.Severity, {""}),
    "handling": (outcomes.Handling, set()),
    "opinion": (outcomes.Opinion, set()),
    "role": (Role, set()),
    "visit_source": (TaskSource, set()),
    "category": (Category, set()),
    "kind": (VisitKind, set()),
    "case": (CaseState, set()),
    "window": (Window, set()),
    "method": (Method, set()),
    "measure": (Measure, {""}),
    "level": (ListedLevel, {""}),
    "reason": (Why, set()),
    "next": (Next, {""}),
    "doer": (Doer, {""}),
    "ruling": (Ruling, set()),
    "standing": (PlanStanding, set()),
    "item_class": (ItemClass, set()),
    "office": (Responsible, {""}),
    "polarity": (Polarity, set()),
    "signal": (EventState, set()),
    "subject": (SubjectKind, set()),
    "roll": (Roll, set()),
    "roll_state": (RollState, set()),
    "roll_step": (StepKind, set()),
}


@pytest.mark.parametrize("kind", TYPES)
def test_every_code_of_a_type_has_its_word(kind: str) -> None:
    type_, more = TYPES[kind]
    assert set(codes(kind)) == {str(code) for code in type_} | more


def test_every_reason_of_an_absence_has_its_word() -> None:
    assert set(codes("absence")) == set(REASONS)


def test_moves_and_parties_have_their_words() -> None:
    assert set(codes("move")) == {
        re.sub(r"(?<!^)([A-Z])", r"_\1", made.__name__).lower()
        for made in get_args(moves.Move)
    }
    assert {party.value for party in Party} <= set(codes("party"))


def test_every_word_is_said_in_both_languages() -> None:
    for kind, words in VOCABULARY.items():
        for code, found in words.items():
            assert found.code == code
            assert bool(found.zh) == bool(found.en) == (bool(code) or bool(found.zh))
            assert found.en.isascii(), (kind, code)
            assert CHINESE.search(found.zh) or found.zh in ("", code), (kind, code)


def test_two_codes_of_a_kind_never_share_a_word() -> None:
    for kind, words in VOCABULARY.items():
        for language in ("zh", "en"):
            said = [getattr(w, language) for w in words.values()]
            assert len(said) == len(set(said)), (kind, language)
        every = [s for code in codes(kind) if code for s in spellings(kind, [code])]
        assert len(every) == len(set(every)), kind


# --- the words stand nowhere else ------------------------------------------------

# Sentences about two lists, not their names.
NOT_NAMES = {"api/operations/demo_oversight.py"}
Found = tuple[int, str, dict[str, str]]


def key(node: ast.expr | None) -> str:
    """The code that a key of a dict stands for: text, or a member of an enumeration."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.attr.lower() if isinstance(node, ast.Attribute) else "?"


def chinese(node: ast.expr) -> str:
    """The first Chinese text of a value; a sentence that ends is no name."""
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    named = (t for t in texts if isinstance(t, str) and not t.endswith("."))
    return next((t for t in named if CHINESE.search(t)), "")


def tables(text: str) -> Iterator[Found]:
    """Dicts that name two codes of a kind or more: line, kind, code -> Chinese."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Dict):
            continue
        said = {key(k): chinese(v) for k, v in zip(node.keys, node.values, strict=True)}
        for kind in VOCABULARY:
            named = {c: zh for c, zh in said.items() if zh and c in codes(kind)}
            if len(named) >= 2 and len(named) * 2 >= len(said):
                yield node.lineno, kind, named


def test_no_other_table_gives_words_to_codes() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {kind}"
        for path in CODE
        if path.relative_to(ROOT).as_posix() not in NOT_NAMES
        for line, kind, _ in tables(path.read_text("utf-8"))
    ]
    assert found == []


def test_a_second_table_is_caught() -> None:
    text = 'ROLES = {"lead": ("主办", "lead"), Role.JOINT: ("部门", "department")}'
    assert {kind for _, kind, _ in tables(text)} == {"role"}


def test_the_verifier_says_the_same_where_it_names_a_code() -> None:
    """It imports nothing and keeps its own words.

    Its verdicts on a bundle are no stages of a month, though two are spelled alike.
    """
    for line, kind, named in tables(VERIFY.read_text("utf-8")):
        if kind == "stage":
            continue
        for code, zh in named.items():
            assert word(kind, code).zh in zh, f"verify.py:{line} {kind} {code}"


# Kinds whose words are never the heading of a column or the title of a page.
SAID = [
    *("outcome", "carried", "follow_up", "state", "ruling", "role", "kind", "stage"),
    *("case", "severity", "opinion", "signal", "roll", "roll_state", "standing"),
]


def test_no_page_writes_the_word_of_a_code_by_hand() -> None:
    known = {
        (w.zh, w.en): f"{kind}.{w.code}"
        for kind in SAID
        for w in VOCABULARY[kind].values()
    }
    pair = re.compile(r"\('([^']*)', '([^']*)'\)")
    found = [
        f"{path.name}: {known[said]}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for said in pair.findall(path.read_text("utf-8"))
        if said in known
    ]
    assert found == []


# --- what an import accepts ------------------------------------------------------

# Every spelling that some file may hold since the first release of the format.
ACCEPTED = {
    "TYPE": "商品房 老旧 老旧小区 单位型 新建 保障房",
    "COMPANY_STATUS": "存续 在营 吊销 迁出 停业 注销",
    "COMPOUND_STATUS": "正常 在管 关闭 迁出 无法联系",
    "WINDOW": "全天 上午 下午",
    "HALF": "上午 下午",
    "SEVERITY": "一般 较重 红线",
    "POLARITY": "褒 表扬 贬 批评",
    "SIGNAL_STATE": "待核实 采信 不采信",
    "VISIT_KIND": "双随机抽查 双随机 执法进小区 整改回访 整改复查 复查 验收 回头看 "
    "吹哨报到 蹲点调研",
    "CASE_STATE": "待启动 已列入 挂牌督办 挂牌 责令整改 整改中 待验收 销号 已销号",
    "CRS": "WGS84 GCJ02 火星坐标 国家2000 2000国家大地坐标系 WGS-84 GCJ-02 CGCS2000",
    "SKILL": "电梯 消防 财务 法制 工程",
    "SOURCE": "住建 住建检查 街道 镇街 社区 业主 业主满意度 投诉 投诉办理 观察员 "
    "业委会/观察员 协会 媒体 部门 监管单位",
    "ASSISTANT": "专家 律师 物业观察员 观察员 协会 廉洁监督员",
}
CODES = {
    "TYPE": "commercial old old unit new affordable",
    "COMPANY_STATUS": "active active revoked moved suspended cancelled",
    "COMPOUND_STATUS": "active active closed moved unreachable",
    "WINDOW": "all_day morning afternoon",
    "HALF": "am pm",
    "SEVERITY": "minor major redline",
    "POLARITY": "praise praise criticism criticism",
    "SIGNAL_STATE": "pending accepted rejected",
    "VISIT_KIND": "random random remediation remediation recheck recheck acceptance "
    "lookback whistle study",
    "CASE_STATE": "waiting waiting listed listed rectifying rectifying accepting "
    "closed closed",
    "CRS": "WGS-84 GCJ-02 GCJ-02 CGCS2000 CGCS2000 WGS-84 GCJ-02 CGCS2000",
    "SKILL": "lift fire finance law engineering",
    "SOURCE": "housing housing street street community owners owners complaints "
    "complaints observers observers association media authority authority",
    "ASSISTANT": "expert lawyer observer observer association integrity",
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_spelling_ever_accepted_is_read(name: str) -> None:
    kind = getattr(cells, name)
    for said, code in zip(ACCEPTED[name].split(), CODES[name].split(), strict=True):
        assert kind.parse(said) == code
        assert kind.parse(code) == code


def test_our_own_word_is_read_again() -> None:
    for name, kind in (
        ("CASE_STATE", "case"),
        ("VISIT_KIND", "kind"),
        ("TYPE", "type"),
    ):
        for code in codes(kind):
            assert getattr(cells, name).parse(word(kind, code).zh) == code
