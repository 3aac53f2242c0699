"""A lottery's result as it is printed → the one text that is kept and hashed.

`05 12 19 27 33|04 11`: each group ascending, two digits, of the grammar in PROTOCOL.md
§2. People type what a ticket, a web page or a message shows: any separators, full-width
digits, no leading zeros, names of the groups, brackets of JSON. What can be grouped in
two ways is refused, and each slip has its own sentence with an example.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from inspector.errors import CeremonyError, messages, text
from inspector.policy import Source
from inspector.sources import INSIDE, LOTTERIES
from inspector.words import Word

# What the two groups of a game are called where results are printed.
GROUPS = {"双色球": ("红球", "蓝球"), "大乐透": ("前区", "后区")}
EXAMPLES = {"双色球": "03 08 15 22 27 31|09", "大乐透": "05 12 19 27 33|04 11"}
_FIRST = ("前区", "红球", "红", "front", "reds", "red")
_SECOND = ("后区", "蓝球", "蓝", "back", "blues", "blue")
_MARK = re.compile("|".join((*_FIRST, *_SECOND)))
# Words that stand beside a result and say nothing of its numbers.
_IDLE = re.compile(
    "中国福利彩票|中国体育彩票|超级大乐透|大乐透|双色球|开奖结果|开奖号码|中奖号码|号码|"
    "balls|ball|numbers|number"
)
_ISSUE = re.compile(r"第(\d{5}|\d{7})期|(?<!\d)(20\d{5})期?(?!\d)", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
# Between two numbers of one group; anything else that may stand there parts groups.
_WEAK = re.compile(r"[\s,、，.。·'\"]*")
_STRONG = re.compile(r"[\s,、，.。·'\"|+;；:：/\\_\-–—*#=()\[\]{}<>]*")

messages(
    {
        "entropy.value": (
            "随机源 {source} 的取值无效：{why}",
            "the value of entropy source {source} is not valid: {why}",
        ),
        # What is wrong with a result; an example follows.
        "balls.form": (
            "“{value}”看不懂，请照{name}开奖公告录入",
            '"{value}" is not read as a result of {name}; type it as it is printed',
        ),
        "balls.count": (
            "{name}应有{first} {a} 个、{second} {b} 个号码，这里是 {found} 个",
            "a result of {name} has {a} + {b} numbers, here are {found}",
        ),
        "balls.range": (
            "{group}的号码 {ball} 不在 01–{top} 之间",
            "the number {ball} of the group {group} is not one of 01–{top}",
        ),
        "balls.repeated": (
            "{group}的号码 {ball} 重复",
            "the number {ball} of the group {group} is repeated",
        ),
        "balls.groups": (
            "“{value}”分组不明，{first} {a} 个、{second} {b} 个，中间用 | 分开",
            'it is unclear how "{value}" is grouped: {a} and {b} numbers, | between',
        ),
        "balls.issue": (
            "所录为第 {told} 期，应为第 {issue} 期",
            "what was typed is of issue {told}, wanted is {issue}",
        ),
        # The same for what is no lottery.
        "balls.dice": (
            "“{value}”应为 20 至 64 个骰子点数（1–6），如 35162 41263 51426 34152",
            '"{value}" must be 20 to 64 points of dice, as 35162 41263 51426 34152',
        ),
        "balls.reveal": (
            "“{value}”应为 32 至 128 个十六进制数字（成对）",
            '"{value}" must be 32 to 128 hexadecimal digits, in pairs',
        ),
        "balls.drand": (
            "“{value}”应为 96 个十六进制数字",
            '"{value}" must be 96 hexadecimal digits',
        ),
    }
)
_DICE = re.compile(r"[1-6\s,、，;+-]+")
_HEX = re.compile(r"[0-9a-f\s]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The source, and its game's groups."""

    source: Source
    typed: str

    @property
    def counts(self) -> tuple[int, int]:
        a, _, b, _ = LOTTERIES[self.source.name]
        return a, b

    def refused(self, slip: str, **params: object) -> CeremonyError:
        """The refusal, with what is wrong and an example."""
        name = self.source.name
        first, second = GROUPS[name]
        a, b = self.counts
        said = {"name": name, "value": self.typed[:60], "first": first, "a": a}
        said |= {"second": second, "b": b} | params
        zh, en = text(f"balls.{slip}", said)
        example = EXAMPLES[name]
        why = Word(slip, f"{zh}；如 {example}", f"{en}; for instance {example}")
        return _refused(self.source, self.typed, why)


def _refused(source: Source, typed: str, why: Word) -> CeremonyError:
    shown = typed[:40]
    return CeremonyError("entropy.value", source=source.id, value=shown, why=why)


def not_valid(source: Source, value: str) -> CeremonyError:
    """The refusal of a value that is not of its kind, with what it has to be."""
    if is_printed(source):
        return _Wanted(source, value).refused("form")
    kind = source.kind if source.kind in INSIDE else "form"
    zh, en = text(f"balls.{kind}", {"value": value[:40], "name": source.name})
    return _refused(source, value, Word(source.kind, zh, en))


def form_of(source: Source) -> str:
    """An example of a source's value, "" for one that has none to show."""
    return EXAMPLES.get(source.name, "") if is_printed(source) else ""


def is_printed(source: Source) -> bool:
    """Whether the source's value is one of a lottery."""
    return source.kind == "lottery" and source.name in LOTTERIES


def canonical(source: Source, typed: str, issue: str = "") -> str:
    """The kept text of a source's value as somebody typed it. `issue`: the one that a
    lottery's result is of, else the source's own.

    Points of dice may stand in groups, hexadecimal digits in capitals. Raises
    CeremonyError entropy.value with what is wrong with a result and an example; what
    is out of form otherwise is given back as it is, `record.checked` refuses it.

    >>> source = Source("d", "lottery", "大乐透", "2026134", "2026-11-23T13:25:00Z")
    >>> canonical(source, "前区 5、12、19、27、33 后区 4、11")
    '05 12 19 27 33|04 11'
    """
    text = unicodedata.normalize("NFKC", typed).lower()
    if not is_printed(source):
        kept = _DICE if source.kind == "dice" else _HEX
        return re.sub(r"[^0-9a-f]", "", text) if kept.fullmatch(text) else typed
    wanted = _Wanted(source, typed)
    text = _without_issue(wanted, text, issue or source.issue)
    groups = _named(wanted, text) if _MARK.search(text) else _split(wanted, text)
    return "|".join(_checked(wanted, k, group) for k, group in enumerate(groups))


def in_groups(source: Source, value: str) -> str:
    """A kept value as people read it back, in its two groups.

    >>> in_groups(Source("d", "lottery", "双色球", "", ""), "01 02 03 04 05 06|07")
    '红球 01 02 03 04 05 06　蓝球 07'
    """
    parts = value.split("|")
    if not is_printed(source) or len(parts) != 2:
        return value
    first, second = GROUPS[source.name]
    return f"{first} {parts[0]}　{second} {parts[1]}"


def _without_issue(wanted: _Wanted, text: str, issue: str) -> str:
    """The text without an issue and idle words beside the numbers."""
    for found in _ISSUE.finditer(text):
        told = found[1] or found[2]
        told = told if len(told) == 7 else f"20{told}"
        if told != issue:
            raise wanted.refused("issue", told=told, issue=issue)
    return _IDLE.sub(" ", _ISSUE.sub(" ", text))


def _named(wanted: _Wanted, text: str) -> tuple[list[str], list[str]]:
    """The groups by their names; each once, no number outside them."""
    marks = list(_MARK.finditer(text))
    sides = [found[0] in _FIRST for found in marks]
    before = text[: marks[0].start()]
    if sorted(sides) != [False, True] or _NUMBER.search(before):
        raise wanted.refused("groups")
    if not _STRONG.fullmatch(before):
        raise wanted.refused("form")
    ends = [marks[1].start(), len(text)]
    parts = [text[m.end() : end] for m, end in zip(marks, ends, strict=True)]
    sizes = wanted.counts if sides[0] else wanted.counts[::-1]
    found = [
        _numbers(wanted, part, (size,)) for part, size in zip(parts, sizes, strict=True)
    ]
    first, second = found if sides[0] else found[::-1]
    if (len(first), len(second)) != wanted.counts:
        raise wanted.refused("count", found=f"{len(first)} + {len(second)}")
    return first, second


def _numbers(wanted: _Wanted, text: str, sizes: Sequence[int]) -> list[str]:
    """Numbers of one or two digits; a run of digits of just these sizes is cut."""
    if not all(_STRONG.fullmatch(part) for part in _NUMBER.split(text)):
        raise wanted.refused("form")
    out = []
    for run in _NUMBER.findall(text):
        if len(run) > 2 and len(run) in {2 * size for size in sizes}:
            out += [run[k : k + 2] for k in range(0, len(run), 2)]
        elif len(run) > 2:
            raise wanted.refused("form")
        else:
            out.append(run)
    return out


def _split(wanted: _Wanted, text: str) -> tuple[list[str], list[str]]:
    """The groups by what stands between the numbers."""
    a, b = wanted.counts
    runs = _NUMBER.findall(text)
    if [len(run) for run in runs] == [2 * (a + b)] or (
        len(runs) > 1 and any(len(run) > 2 for run in runs)
    ):
        return _cut(wanted, text, runs)
    numbers = _numbers(wanted, text, ())
    gaps = [gap.strip() for gap in _NUMBER.split(text)[1:-1]]
    strong = [k for k, gap in enumerate(gaps, 1) if not _WEAK.fullmatch(gap)]
    if not numbers:
        raise wanted.refused("form")
    even = len(set(gaps)) <= 1  # the same between all numbers parts nothing
    if strong and not even and strong != [a]:
        return _odd(wanted, numbers, gaps, strong)
    if len(numbers) != a + b:
        parts = [strong[0], len(numbers) - strong[0]] if strong == [a] else []
        found = " + ".join(map(str, parts)) or str(len(numbers))
        raise wanted.refused("count", found=found)
    return numbers[:a], numbers[a:]


def _cut(
    wanted: _Wanted, text: str, runs: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Groups written without blanks inside: 0512192733 0411, or all in one run."""
    a, b = wanted.counts
    numbers = _numbers(wanted, text, (a, b, a + b))
    sizes = [max(1, len(run) // 2) for run in runs]
    if len(numbers) != a + b:
        raise wanted.refused("count", found=" + ".join(map(str, sizes)))
    if sizes not in ([a, b], [a + b], [a, *[1] * b]):
        raise wanted.refused("groups")
    return numbers[:a], numbers[a:]


def _odd(
    wanted: _Wanted, numbers: list[str], gaps: Sequence[str], strong: Sequence[int]
) -> tuple[list[str], list[str]]:
    """Marks at other places than between the groups: a wrong count, or one mark that
    is unlike all others, which are alike (05-12-19-27-33+04-11)."""
    a, b = wanted.counts
    if len(strong) == 1:
        left = strong[0]
        found = f"{left} + {len(numbers) - left}"
        raise wanted.refused("count", found=found)
    others = {gap for k, gap in enumerate(gaps, 1) if k != a}
    if len(numbers) == a + b and len(others) == 1 and gaps[a - 1] not in others:
        return numbers[:a], numbers[a:]
    if len(numbers) != a + b:
        raise wanted.refused("count", found=str(len(numbers)))
    raise wanted.refused("groups")


def _checked(wanted: _Wanted, k: int, group: Sequence[str]) -> str:
    """One group as it is kept."""
    top = LOTTERIES[wanted.source.name][2 * k + 1]
    name = GROUPS[wanted.source.name][k]
    balls = sorted(int(one) for one in group)
    for ball in balls:
        if not 1 <= ball <= top:
            said = f"{ball:02}"
            raise wanted.refused("range", ball=said, group=name, top=top)
    for one, other in pairwise(balls):
        if one == other:
            raise wanted.refused("repeated", ball=f"{one:02}", group=name)
    return " ".join(f"{ball:02}" for ball in balls)
