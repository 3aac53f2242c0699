"""抽查事项清单 as versioned data: groups with weights, items, deadlines, scores.

Items of a registry → `Checklist`; what was found → a score.

A list is canonical data; its version is the hash of that data, and a result keeps the
version it was made with. Weights are hundredths of a point; those of `daily` items add
up to 100 points. What else a visit checks (专项, 兜底) comes on top of them, and a
score is a share of what its visit checked.
`defect` is what one defect costs (青岛: one point), 0 where a problem costs the whole
item. Default: the `items` of a scenario. Rules: DOMAIN §4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any
from unicodedata import is_normalized

from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.codec import JSON, KINDS, WRONG, Reading, dump
from inspector.domain import Item
from inspector.errors import InspectorError, messages
from inspector.policy import COMPLEX_DAYS, LONGEST_DAYS, ORDINARY_DAYS
from inspector.results.outcomes import (
    NO_SCORE,
    NOT_INSPECTED,
    FollowUp,
    Outcome,
    Severity,
    codes,
)

SCHEMA = "inspector/checklist/v1"
FULL_WEIGHT = 10_000
FULL_SCORE_BP = 10_000
MAY_BE_EMPTY = ("severity", "evidence", "breach", "authority")

messages(
    {
        "checklist.group": (
            "事项的分组“{value}”不在清单中",
            'the group "{value}" is not in the list',
        ),
        "checklist.empty": ("分组“{value}”没有事项", 'the group "{value}" has no item'),
        "checklist.group_weight": (
            "分组“{value}”的事项分值合计 {total}，应为 {weight}（百分之一分）",
            'the items of "{value}" sum to {total}, not {weight} (hundredths)',
        ),
        "checklist.weights": (
            "日常事项（不属专项、不限无物业小区）分值合计 {value}，"
            "应为 10000（百分之一分）",
            "the daily items (of no campaign, not only for compounds without a company)"
            " sum to {value}, not 10000 (hundredths of a point)",
        ),
        "checklist.defect": (
            "每处扣分 {value} 超过该事项分值 {weight}",
            "one defect costs {value}, more than the item's weight {weight}",
        ),
        "result.unfit": (
            "检查 {visit} 的结果不合规：{what}",
            "the result of visit {visit} breaks the rules: {what}",
        ),
        "result.no_firm": (
            "该小区没有物业服务企业，不作“责令改正”；请记为“待后续处理”并抄告责任主体",
            "no company manages this compound: there is nobody to order; record it as"
            " pending and notify who is responsible",
        ),
        "checklist.days": (
            "整改期限 {value} 天超过上限 {most} 天",
            "{value} days to rectify are more than the limit of {most}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """One group (大项); `weight` in hundredths of a point."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class RectifyDays:
    """Default days to rectify per severity, and the most anybody may give.

    DOMAIN §7: red lines at once, the rest within the days of `policy`.
    """

    redline: int = 0
    minor: int = ORDINARY_DAYS
    major: int = COMPLEX_DAYS
    most: int = LONGEST_DAYS

    def of(self, severity: str) -> int:
        """Days for a severity.

        >>> RectifyDays().of("major")
        30
        """
        return {"redline": self.redline, "minor": self.minor, "major": self.major}[
            severity
        ]


@dataclass(frozen=True)
class Checklist:
    """One version of the list. `defects`: item code -> hundredths per defect."""

    title: str
    groups: tuple[ItemGroup, ...]
    items: tuple[Item, ...]
    defects: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    deadlines: RectifyDays = RectifyDays()

    @cached_property
    def by_code(self) -> Mapping[str, Item]:
        """Items by their code."""
        return MappingProxyType({i.code: i for i in self.items})

    @cached_property
    def version(self) -> str:
        """Hex SHA-256 of the canonical list: what a result cites."""
        return digest(SHA256, "checklist", canonical(document(self))).hex()

    def days(self, code: str, severity: str) -> int:
        """Default days to rectify a finding.

        The item's own limit where the finding is as severe as the item says, else the
        limit of the severity.
        """
        item = self.by_code[code]
        if severity == item.severity:
            return min(item.default_days, self.deadlines.most)
        return self.deadlines.of(severity)

    def lost(self, code: str, defects: int) -> int:
        """Hundredths of a point that `defects` defects of an item cost."""
        weight = self.by_code[code].weight
        each = self.defects.get(code, 0)
        if defects == 0:
            return 0
        return min(weight, each * defects) if each else weight


@dataclass(frozen=True, slots=True)
class _ListedItem(Item):
    defect: int = 0


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list as canonical data."""

    schema: Annotated[str, (SCHEMA,)]
    title: str
    deadlines: RectifyDays = field(default=RectifyDays(), kw_only=True)
    groups: tuple[ItemGroup, ...]
    items: tuple[_ListedItem, ...]


def document(checklist: Checklist) -> dict[str, Any]:
    """The list as canonical data, the inverse of `load`."""
    items = tuple(
        _ListedItem(**asdict(i), defect=checklist.defects.get(i.code, 0))
        for i in checklist.items
    )
    deadlines = checklist.deadlines
    listed = _Listed(
        SCHEMA, checklist.title, checklist.groups, items, deadlines=deadlines
    )
    data: dict[str, Any] = dump(listed)
    return data


def daily(item: Item) -> bool:
    """Whether an item counts for the 100 points: always in force, and not only where no
    company manages the compound."""
    return not item.lists and item.object != "fallback"


def from_items(items: Iterable[Item], title: str = "") -> Checklist:
    """The list of a scenario's `items`; groups in order, weights from their items."""
    rows = tuple(items)
    weights: dict[str, int] = {}
    for item in rows:
        weights[item.group] = weights.get(item.group, 0) + item.weight
    groups = tuple(ItemGroup(name, weight) for name, weight in weights.items())
    return Checklist(title, groups, rows)


def score_bp(
    checklist: Checklist, checked: Iterable[tuple[str, int]], *, whole: bool = False
) -> int:
    """Score in basis points, rounded down: what was not lost of what was checked.

    `checked`: item code and number of defects of each item that was checked. Items
    that were not leave the base, unless `whole`: then they count as lost (somebody who
    refuses the inspection must not gain by it).
    """
    rows = list(checked)
    there = sum(checklist.by_code[code].weight for code, _ in rows)
    base = sum(i.weight for i in checklist.items) if whole else there
    kept = there - sum(checklist.lost(code, defects) for code, defects in rows)
    return kept * FULL_SCORE_BP // base if base else 0


# Categories that say something was found; the others say that nothing was.
FOUND = frozenset(
    {
        Outcome.NOT_DISCLOSED,
        Outcome.FALSE_DISCLOSURE,
        Outcome.ORDERED,
        Outcome.PENDING,
    }
)


def grade(
    items: Iterable[Item],
    outcome: str,
    findings: Sequence[str],
    unchecked: Sequence[str] = (),
) -> int:
    """Score in basis points of a published result: PROTOCOL.md §6 "Score".

    An item found costs its whole weight. -1 when nobody could be inspected.
    """
    if outcome in NOT_INSPECTED:
        return NO_SCORE
    weight = {i.code: i.weight for i in items}
    out = {*findings, *unchecked}
    kept = sum(n for code, n in weight.items() if code not in out)
    base = sum(weight.values())
    if outcome != Outcome.UNCOOPERATIVE:
        base -= sum(weight[code] for code in unchecked)
    return kept * FULL_SCORE_BP // base if base else 0


def refuse_unfit(
    items: Sequence[Item], entry: Mapping[str, Any], *, firm: bool
) -> None:
    """Refuse a result that breaks PROTOCOL.md §6 "Score", or whose score is another.

    `items`: the list of the visit. `firm`: whether a company manages the compound.
    Raises InspectorError result.unfit, result.no_firm.
    """
    lists = entry["findings"], entry["unchecked"]
    if not firm and orders(entry["outcome"], entry["follow_up"]):
        raise InspectorError("result.no_firm")
    wrong = unfit(items, entry["outcome"], entry["follow_up"], *lists)
    if not wrong and entry["score_bp"] != grade(items, entry["outcome"], *lists):
        wrong = "score_bp"
    if wrong:
        raise InspectorError("result.unfit", visit=entry["visit"], what=wrong)


def orders(outcome: str, follow_up: str) -> bool:
    """Whether a result orders somebody to rectify (责令改正): a firm, or nobody."""
    return outcome == Outcome.ORDERED or follow_up == FollowUp.RECTIFY


def unfit(
    items: Iterable[Item],
    outcome: str,
    follow_up: str,
    findings: Sequence[str],
    unchecked: Sequence[str],
) -> str:
    """What of a published result breaks PROTOCOL.md §6 "Score", "" for nothing."""
    order = [i.code for i in items]
    if outcome not in codes(Outcome):
        return "outcome"
    if follow_up not in codes(FollowUp):
        return "follow_up"
    for name, rows in (("findings", findings), ("unchecked", unchecked)):
        if list(rows) != [c for c in order if c in rows]:
            return name
    if {*findings} & {*unchecked}:
        return "unchecked"
    rectify = follow_up == FollowUp.RECTIFY
    if outcome in NOT_INSPECTED:
        return "findings" if findings or unchecked else "follow_up" * rectify
    if outcome != Outcome.UNCOOPERATIVE and bool(findings) != (outcome in FOUND):
        return "findings"
    if outcome == Outcome.NO_PROBLEM:
        return "follow_up" * (follow_up != FollowUp.NONE)
    return "follow_up" * (outcome == Outcome.ORDERED and not rectify)


def load(data: object, file: str = "checklist") -> Checklist:
    """A list out of JSON data. Raises Faults with everything wrong in it."""
    reading = Reading(file)
    found = reading.load(_Listed, data, form=FORM)
    if found is not WRONG:
        wrong = [w for w in _faults(found) if reading.judged(w[1])]
        for code, path, value, params in wrong:
            reading.add(code, path, value, **params)
    reading.refuse()
    names = [f.name for f in fields(Item)]
    return Checklist(
        found.title,
        found.groups,
        tuple(Item(*(getattr(i, name) for name in names)) for i in found.items),
        MappingProxyType({i.code: i.defect for i in found.items if i.defect}),
        found.deadlines,
    )


def _storable(text: str) -> bool:
    """Whether canonical data may hold the text."""
    whole = not any(0xD800 <= ord(c) <= 0xDFFF for c in text)
    return whole and is_normalized("NFC", text)


FORM = replace(JSON, whole=(0, FULL_WEIGHT), text=_storable)
_Wrong = tuple[str, str, object, dict[str, Any]]  # code, path, value, parameters


def _faults(listed: _Listed) -> Iterator[_Wrong]:
    """Names are unique, groups are known and not empty, weights add up."""
    yield from _texts(listed)
    totals = {g.name: 0 for g in listed.groups}
    for path, names in (
        ("groups[{}].name", [g.name for g in listed.groups]),
        ("items[{}].code", [i.code for i in listed.items]),
    ):
        for n, name in enumerate(names):
            if name in names[:n]:
                yield "data.twice", path.format(n), name, {}
    for n, item in enumerate(listed.items):
        if item.group in totals:
            totals[item.group] += item.weight
        else:
            yield "checklist.group", f"items[{n}].group", item.group, {}
        yield from _limits(item, listed.deadlines.most, f"items[{n}]")
    there = {i.group for i in listed.items}
    for n, group in enumerate(listed.groups):
        path, total = f"groups[{n}].weight", totals[group.name]
        if group.name not in there:
            yield "checklist.empty", path, group.name, {}
        elif total != group.weight:
            sums = {"total": total, "weight": group.weight}
            yield "checklist.group_weight", path, group.name, sums
    whole = sum(i.weight for i in listed.items if daily(i))
    if whole != FULL_WEIGHT:
        yield "checklist.weights", "groups", whole, {}


def _texts(listed: _Listed) -> Iterator[_Wrong]:
    """Texts that stand for something, as `registry.rows` demands them."""
    zh, en = KINDS["some_text"]
    some = {"zh": zh, "en": en}
    if not listed.title:
        yield "data.kind", "title", "", some
    for rows, name in ((listed.groups, "groups"), (listed.items, "items")):
        for n, row in enumerate(rows):
            for key, value in dump(row).items():
                if value == "" and key not in MAY_BE_EMPTY:
                    yield "data.kind", f"{name}[{n}].{key}", "", some
    known = codes(Severity)
    words = {"zh": "、".join(known), "en": ", ".join(known)}
    for n, item in enumerate(listed.items):
        if item.severity not in ("", *known):
            yield "data.kind", f"items[{n}].severity", item.severity, words


def _limits(item: _ListedItem, most: int, path: str) -> Iterator[_Wrong]:
    """A defect costs no more than its item; nobody gets more than the most days."""
    if item.defect > item.weight:
        limit: dict[str, object] = {"weight": item.weight}
        yield "checklist.defect", f"{path}.defect", item.defect, limit
    if item.default_days > most:
        yield (
            "checklist.days",
            f"{path}.default_days",
            item.default_days,
            {"most": most},
        )
