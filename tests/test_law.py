"""Each rule of law has one home: a function that names its source, a number once.

`inspector/check/` and `inspector/verify.py` stay apart on purpose: they decide again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APART = ("inspector/check/", "inspector/verify.py")
FILES = [
    path
    for room in ("inspector", "api")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(APART)
]
Definition = ast.FunctionDef | ast.ClassDef

# What a docstring cites when it names the source of a rule.
CITED = re.compile(
    r"[国工市办发信监鲁政]+〔\d{4}〕\d+号|art\. \d+|第\d+条|source article 淄博"
)
# The rule, the function that is its home, and the source its docstring names.
RULES = {
    "results are public within 20 working days": ("publish_by", "国发〔2019〕5号"),
    "street and community weigh 30 %": ("light_streets", "source article 淄博"),
    "the bottom list is a tenth": ("bottom_share", "source article 淄博"),
    "two officers inspect": ("two_officers", "art. 42"),
    "an expert is no officer": ("expert_never_leads", "art. 42"),
    "an officer has a valid certificate": ("certified", "art. 42"),
    "one certificate is one person": ("certificates_once", "art. 42"),
    "nobody inspects what he is recused from": ("_recused", "art. 43"),
    "a targeted draw filters by what is published": ("in_scope", "国发〔2019〕5号"),
    "nobody is inspected beyond the yearly cap": ("exclusions", "国办发〔2024〕54号"),
    "a street is drawn from at least so often": ("_raised", "art. 21"),
    "the plan of a year is public by March": ("due", "art. 67"),
    "the plan of a year is filed on the platform": ("file", "鲁政办发〔2025〕3号"),
    "serious distrust has a list by local regulation": (
        "unfounded",
        "国办发〔2020〕49号",
    ),
    "a term of months ends on the same day": ("months_after", "第202条"),
}
# Kinds of things that a law names; no rule.
KINDS = {"RiskClass", "ItemClass", "Item", "Measure"}


def definitions(text: str) -> Iterator[Definition]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Definition):
            yield node


def cited(text: str) -> dict[str, set[str]]:
    """Function or class -> the sources its docstring names."""
    out: dict[str, set[str]] = {}
    for node in definitions(text):
        found = CITED.findall(ast.get_docstring(node) or "")
        if found and node.name not in KINDS:
            out.setdefault(node.name, set()).update(found)
    return out


def test_the_source_of_each_rule_stands_in_exactly_one_function() -> None:
    found = [
        (name, source)
        for path in FILES
        for name, sources in cited(path.read_text("utf-8")).items()
        for source in sorted(sources)
    ]
    assert sorted(found) == sorted(RULES.values())


def test_a_second_home_is_caught() -> None:
    text = 'def again(day):\n    """公示期限 (国发〔2019〕5号)."""'
    assert cited(text) == {"again": {"国发〔2019〕5号"}}


# --- numbers ----------------------------------------------------------------------

# Where the numbers stand, by name.
HOME = "policy.py"
# Number -> the words of a name beside which it can only be the number of that rule.
NUMBERS: dict[float, tuple[set[str], ...]] = {
    20: ({"publish"}, {"due"}),
    3000: ({"street"}, {"weight"}),
    0.3: ({"street"}, {"weight"}),
    15: ({"recheck"}, {"rectify"}, {"minor"}, {"ordinary"}, {"gap", "max"}, {"soon"}),
    30: ({"recheck"}, {"rectify"}, {"major"}, {"complex"}, {"back", "days"}),
    60: ({"back", "days"}, {"look", "last"}),
    90: ({"recheck"}, {"rectify"}, {"works"}, {"longest"}, {"deadline"}),
    2: ({"min", "officers"}, {"least", "officers"}),
}
# Bounds of what a file may say, and words that only look like it.
ELSE = {"_BOUNDS"}
Place = tuple[int, float]


def named(node: ast.AST) -> set[str]:
    """The words of all names and short texts in a piece of code."""
    out: set[str] = set()
    for n in ast.walk(node):
        said = ""
        if isinstance(n, ast.Name):
            said = n.id
        elif isinstance(n, ast.Attribute):
            said = n.attr
        elif isinstance(n, ast.arg | ast.keyword):
            said = n.arg or ""
        elif isinstance(n, ast.Constant) and isinstance(n.value, str):
            said = n.value if len(n.value) < 40 else ""
        out |= set(re.split(r"[^a-z]+", said.lower()))
    return out


def pieces(tree: ast.Module) -> Iterator[ast.AST]:
    """The smallest pieces of code that put a name beside a value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id in ELSE for t in targets):
                continue
            if isinstance(node.value, ast.Constant | ast.Tuple | ast.Call):
                yield node
        elif isinstance(node, ast.Compare | ast.keyword) or (
            isinstance(node, ast.Call) and len(node.args) + len(node.keywords) < 4
        ):
            yield node
        elif isinstance(node, ast.arguments):
            given = [*node.posonlyargs, *node.args][-len(node.defaults) or 999 :]
            for arg, value in zip(given, node.defaults, strict=True):
                yield ast.Tuple([ast.Name(arg.arg), value])
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and isinstance(value, ast.Constant | ast.Tuple):
                    yield ast.Tuple([key, value])


def numbers(text: str) -> list[Place]:
    out = []
    for piece in pieces(ast.parse(text)):
        values = {
            n.value: getattr(n, "lineno", 0)
            for n in ast.walk(piece)
            if isinstance(n, ast.Constant) and type(n.value) in (int, float)
        }
        if not values.keys() & NUMBERS.keys():
            continue
        words = named(piece)
        for value in values.keys() & NUMBERS.keys():
            if any(wanted <= words for wanted in NUMBERS[value]):
                out.append((values[value], value))
    return out


def test_the_number_of_a_rule_stands_once() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {value}"
        for path in FILES
        if path.name != HOME
        for line, value in numbers(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "PUBLISH_WORKDAYS = 20",
        "publish_workdays: int = 20",
        "due = calendar.after(day, 20)",
        "late = later(due_day, 20)",
        "if street_weight < 3000: pass",
        "x = light(street_bp=0.3)",
        "def soon(day, soon_days=15): pass",
        '_BOUND = {"publish_workdays": (1, 20)}',
        "ok = recheck_days <= 90",
    ],
)
def test_a_number_beside_the_name_of_its_rule_is_caught(text: str) -> None:
    assert numbers(text)
