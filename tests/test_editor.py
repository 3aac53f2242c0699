"""The editor's pass, kept: one language in a sentence, Beijing time, our own words.

Walks every message, every word of a code, every page template, every head of a table
and every label of the interface. What is wrong once is wrong everywhere.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from forbidden import HAN, foreign, mixed, wrong_words

import api
import inspector
import scenarios
from inspector.errors import MESSAGES, text
from inspector.words import VOCABULARY

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "api" / "templates").rglob("*.html"))
LABELS = tomllib.loads((ROOT / "api" / "web" / "labels.toml").read_text("utf-8"))

STAMP = "2026-11-30T22:05:00Z"


def loaded() -> None:
    """Every module of core and service, so that each has registered its messages."""
    for package in (inspector, api, scenarios):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            apart = ("__main__", "migrations", "inspector.verify")
            if not any(name in module.name for name in apart):
                importlib.import_module(module.name)


loaded()
SENTENCES = {code: pair for code, pair in MESSAGES.items() if pair[0] != pair[1]}
WORDS = [(k, w) for k, words in VOCABULARY.items() for w in words.values()]


# --- messages and words -----------------------------------------------------------


def test_a_message_is_in_one_language_at_a_time() -> None:
    assert len(SENTENCES) > 400
    found = {c: foreign(zh) for c, (zh, _) in SENTENCES.items() if foreign(zh)}
    assert found == {}
    assert {c: en for c, (_, en) in SENTENCES.items() if mixed(en)} == {}


def test_no_message_and_no_word_uses_a_forbidden_word() -> None:
    said = [(code, *pair) for code, pair in SENTENCES.items()]
    said += [(f"{kind}/{w.code}", w.zh, w.en) for kind, w in WORDS]
    found = {c: wrong_words(zh, en) for c, zh, en in said if wrong_words(zh, en)}
    assert found == {}


def test_a_word_is_in_its_own_language() -> None:
    assert {w.zh for _, w in WORDS if foreign(w.zh)} == set()
    assert {w.en for _, w in WORDS if mixed(w.en)} == set()


def test_a_stamp_in_any_message_is_told_in_beijing_time() -> None:
    for code, (zh, en) in MESSAGES.items():
        names = {n for t in (zh, en) for _, n, _, _ in Formatter().parse(t) if n}
        for said in text(code, dict.fromkeys(names, STAMP)):
            assert STAMP not in said, code
            assert "2026-12-01 06:05" in said or not names, code


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("日期在将来 the day lies in the future", ["the", "day", "lies"]),
        ("不是有效的 CSV", []),
        ("现为“{state}”", []),
        ("没有名单 roll", ["roll"]),
    ],
)
def test_english_in_chinese_is_found(sentence: str, words: list[str]) -> None:
    assert foreign(sentence)[:3] == words


def test_forbidden_words_are_found() -> None:
    assert wrong_words("列入黑名单，口令，依据（待核）", "the last rung") == [
        *("口令", "黑名单", "待核", "rung")
    ]
    assert wrong_words("待核实", "enrolled, blindly") == []
    assert mixed("the 小区 is gone") == ["小", "区"]


# --- pages ------------------------------------------------------------------------

EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
ENGLISH = re.compile(r'<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', re.DOTALL)
CODE = re.compile(r"<(code|pre|style|script)\b.*?</\1>", re.DOTALL)
QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


def shown(page: str) -> Iterator[str]:
    """Chinese texts of a template: between tags, in attributes, in expressions."""
    page = re.sub(r"\{#.*?#\}", "", page, flags=re.DOTALL)
    for expression in EXPRESSION.findall(page):
        yield from ("".join(pair) for pair in QUOTED.findall(expression))
    bare = EXPRESSION.sub("", CODE.sub("", ENGLISH.sub("", page)))
    yield from re.split(r"<[^>]*>", bare)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_a_page_says_chinese_in_chinese(path: Path) -> None:
    page = path.read_text("utf-8")
    texts = [t for t in shown(page) if HAN.search(t)]
    assert [t for t in texts if foreign(t)] == []
    assert [t for t in texts if wrong_words(t, "")] == []
    english = ["".join(EXPRESSION.sub("", m[0])) for m in ENGLISH.finditer(page)]
    assert [t for t in english if wrong_words("", re.sub(r"<[^>]*>", "", t))] == []


# --- tables and labels ------------------------------------------------------------


def heads() -> Iterator[tuple[str, str]]:
    """Texts of the module-level tables of columns: file, head."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            named = isinstance(node, ast.Assign | ast.AnnAssign) and node.value
            if not named or not isinstance(named, ast.Tuple | ast.BinOp):
                continue
            for n in ast.walk(named):
                if isinstance(n, ast.Constant) and isinstance(n.value, str):
                    yield path.relative_to(ROOT).as_posix(), n.value


def test_the_heads_of_tables_are_in_one_language() -> None:
    """A file for people has Chinese heads; a program reads the same rows as JSON."""
    apart = ("routes", "api/papers/", "api/web/")
    found = [
        (path, head)
        for path, head in heads()
        if HAN.search(head) and not any(a in path for a in apart)
    ]
    assert len(found) > 120
    assert [f for f in found if foreign(f[1]) or wrong_words(f[1], "")] == []


def pairs(found: object, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every pair of texts in a table of data: where it stands, Chinese and English."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from pairs(value, f"{path}/{key}")
    elif isinstance(found, list) and len(found) >= 2 and isinstance(found[0], str):
        yield path, found


def test_the_labels_of_the_interface_are_each_in_one_language() -> None:
    labels = list(pairs(LABELS))
    assert len(labels) > 300
    wrong = [
        (path, zh, en)
        for path, (zh, en, *_) in labels
        if foreign(zh) or mixed(en) or wrong_words(zh, en)
    ]
    assert wrong == []


# --- notes ------------------------------------------------------------------------

HALF = re.compile(r"[\u4e00-\u9fff）」”：] [a-z]{2,}")
# Calls and members in which a note of both halves is split, or describes a field.
SPLIT = {"field_fault", "ValidationError", "halves", "messages"} | {
    *("Kind", "Blueprint", "Resource")
}
TOLD = {"says", "description", "metadata", "why", "error"}
# What is printed to a terminal or on paper has both languages by design; routes and
# settings describe themselves in both; the rest says where a number comes from.
APART = re.compile(
    r"operations/|inspector/command|__main__|settings|api/papers|verify\.py|routes_"
    r"|policy\.py|credit/rules\.py|month/preview\.py|errors\.py"
)


def halved(text: str) -> Iterator[tuple[int, str]]:
    """Notes in both languages at once that nothing splits: line, note."""
    tree = ast.parse(text)
    above = {c: n for n in ast.walk(tree) for c in ast.iter_child_nodes(n)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        said = HALF.search(node.value) and not isinstance(above[node], ast.Expr)
        if said and not any(map(_splits, _up(node, above))):
            yield node.lineno, node.value


def _up(node: ast.AST, above: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in above:
        node = above[node]
        yield node


def _splits(node: ast.AST) -> bool:
    """Whether a note below this is a description, or is split where it is said."""
    if isinstance(node, ast.keyword):
        return node.arg in TOLD
    if isinstance(node, ast.Dict):
        return any(isinstance(k, ast.Constant) and k.value in TOLD for k in node.keys)
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id in TOLD for t in node.targets)
    name = getattr(node, "func", None)
    return getattr(name, "id", getattr(name, "attr", "")) in SPLIT


def test_a_note_of_both_languages_is_split_where_it_is_said() -> None:
    files = [*(ROOT / "api").rglob("*.py"), *(ROOT / "inspector").rglob("*.py")]
    found = [
        (path.relative_to(ROOT).as_posix(), *note)
        for path in sorted(files)
        if not APART.search(path.as_posix())
        for note in halved(path.read_text("utf-8"))
    ]
    assert found == []
    stored = 'move(reason="公示 published")\nsay(why="没有 there is none")'
    assert list(halved(stored)) == [(1, "公示 published")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_people_read_percent_and_no_fraction(path: Path) -> None:
    assert not re.search(r"\[0\] \}\}\s*/\s*\{\{", path.read_text("utf-8"))
