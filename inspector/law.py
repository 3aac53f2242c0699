"""What a paper must say of the law: task source, category, confirmed articles.

The kinds of a visit and the month's policy → its task sources (任务来源) and categories
(检查类别); an item's `legal_basis` → its parts, and which of them a public text
confirms; the sources of law as data (`data/sources.toml`). Asked by whoever prints.

司法部 forms 2025: a paper names where its task comes from; a part of a basis that
nobody has confirmed is never printed (the bureau's record: `api.registry.registers`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from inspector.domain import VisitKind
from inspector.policy import Task

UNCHECKED = "（待核）"  # how earlier registries marked an article nobody had read
_FILE = files("inspector") / "data" / "sources.toml"
_ARTICLE = re.compile("第([一二三四五六七八九十百]+)条")
_LAW = re.compile("《([^》]+)》([^《；]*)")
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}


class TaskSource(StrEnum):
    """任务来源 of a visit."""

    RANDOM = "random"  # 双随机抽查
    DOCKET = "docket"  # 整改台账
    CASE = "case"  # 个案
    SUPERIOR = "superior"  # 上级部署


class Category(StrEnum):
    """检查类别 of a visit."""

    DAILY = "daily"
    SPECIAL = "special"
    CASE = "case"


_DOCKET = frozenset(
    {
        *(VisitKind.REMEDIATION, VisitKind.RECHECK),
        *(VisitKind.ACCEPTANCE, VisitKind.LOOKBACK),
    }
)


@dataclass(frozen=True, slots=True)
class LegalSource:
    """One source of law. `used`: file and words that stand for it, `unsupported`: what
    is not done of it, "" when it is used."""

    id: str
    title: str
    about: str
    status: str  # confirmed, second, unconfirmed
    used: tuple[str, ...]
    unsupported: str


def task_sources(kinds: Sequence[VisitKind], task: Task) -> tuple[TaskSource, ...]:
    """Where a visit of these kinds comes from, each once, in the order of its kinds.

    >>> [s.value for s in task_sources([VisitKind.RANDOM, VisitKind.RECHECK], Task())]
    ['random', 'docket']
    """
    return tuple(dict.fromkeys(_source(k, task) for k in kinds))


def _source(kind: VisitKind, task: Task) -> TaskSource:
    if kind in _DOCKET:
        return TaskSource.DOCKET
    if kind is not VisitKind.RANDOM:
        return TaskSource.CASE
    return TaskSource.SUPERIOR if task.source == "superior" else TaskSource.RANDOM


def categories(kinds: Sequence[VisitKind], task: Task) -> tuple[Category, ...]:
    """检查类别 of a visit, each once: the policy's for what was drawn, else 个案.

    >>> [c.value for c in categories([VisitKind.RECHECK], Task())]
    ['case']
    """
    drawn = Category(task.category)
    each = (drawn if k is VisitKind.RANDOM else Category.CASE for k in kinds)
    return tuple(dict.fromkeys(each))


def parts(legal_basis: str) -> tuple[str, ...]:
    """The sources that a `legal_basis` names, without marks of ours.

    >>> parts("《甲条例》第三条（待核）；《乙法》")
    ('《甲条例》第三条', '《乙法》')
    """
    said = (p.replace(UNCHECKED, "").strip() for p in legal_basis.split("；"))
    return tuple(dict.fromkeys(p for p in said if p))


def together(each: Iterable[str]) -> str:
    """Parts as one sentence names them: every law once, its articles in order; a law
    that nobody named an article of stands alone.

    >>> together(["《乙法》", "《甲条例》第四十条", "《甲条例》第三条、第四十条"])
    '《乙法》；《甲条例》第三条、第四十条'
    """
    found: dict[str, list[str]] = {}
    for part in each:
        for law, articles in _LAW.findall(part):
            found.setdefault(law, []).extend(a for a in articles.split("、") if a)
    return "；".join(f"《{law}》{_sorted(articles)}" for law, articles in found.items())


def _sorted(articles: Iterable[str]) -> str:
    def first(article: str) -> int:
        number = _ARTICLE.search(article)
        return _number(number[1]) if number else 0

    return "、".join(sorted(dict.fromkeys(articles), key=first))


def known(part: str) -> str:
    """The public text in which every article of this part was read, "" for none.

    >>> known("《淄博市物业管理条例》第四十五条第一项、第八十条") != ""
    True
    >>> known("《淄博市物业管理条例》第五十六条")
    ''
    """
    named = [_number(n) for n in _ARTICLE.findall(part)]
    for law, numbers, source in confirmed_parts():
        if f"《{law}》" in part and part.count("《") == 1 and named:
            return source if set(named) <= numbers else ""
    return ""


def _number(text: str) -> int:
    """A number up to 999 in Chinese.

    >>> [_number(t) for t in ("十", "四十五", "一百零二".replace("零", ""))]
    [10, 45, 102]
    """
    total, digit = 0, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total, digit = total + (digit or 1) * (100 if c == "百" else 10), 0
    return total + digit


def text() -> str:
    """The file of sources as it is."""
    return _FILE.read_text("utf-8")


@cache
def _data() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(text())


@cache
def confirmed_parts() -> tuple[tuple[str, frozenset[int], str], ...]:
    """Law, articles and the text in which they were read."""
    rows = _data()["articles"]
    numbers = (frozenset(int(str(n)) for n in _list(a["numbers"])) for a in rows)
    each = zip(rows, numbers, strict=True)
    return tuple((str(a["law"]), found, str(a["source"])) for a, found in each)


@cache
def sources() -> tuple[LegalSource, ...]:
    """All sources of law, in the order of the file."""
    return tuple(map(_source_of, _data()["sources"]))


def _source_of(row: dict[str, object]) -> LegalSource:
    name, title, about, status = (
        str(row[k]) for k in ("id", "title", "about", "status")
    )
    used = tuple(str(u) for u in _list(row["used"]))
    unsupported = str(row.get("unsupported", ""))
    return LegalSource(name, title, about, status, used, unsupported)


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
