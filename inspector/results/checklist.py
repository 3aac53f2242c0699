"""抽查事项清单 as versioned data: groups with weights, items, deadlines, scores.

Items of a registry → `Checklist`; what was found → a score.

A list is canonical data; its version is the hash of that data, and a result keeps the
version it was made with. Weights are hundredths of a point and add up to 100 points;
`defect` is what one defect costs (青岛: one point), 0 where a problem costs the whole
item. Default: the `items` of a scenario. Rules: DOMAIN §4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any
from unicodedata import is_normalized

from inspector.ceremony.canon import SHA256, canonical, digest
from inspector.domain import Item
from inspector.errors import Fault, Faults, InspectorError, messages
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

messages(
    {
        "checklist.form": (
            "应为：{wanted}",
            "this must be: {wanted}",
        ),
        "checklist.member": ("缺少“{name}”", 'the member "{name}" is missing'),
        "checklist.extra": ("没有“{value}”这一栏", 'there is no member "{value}"'),
        "checklist.twice": ("“{value}”重复", '"{value}" occurs twice'),
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
            "各分组分值合计 {value}，应为 10000（百分之一分）",
            "the groups sum to {value}, not 10000 (hundredths of a point)",
        ),
        "checklist.defect": (
            "每处扣分 {value} 超过该事项分值 {weight}",
            "one defect costs {value}, more than the item's weight {weight}",
        ),
        "result.unfit": (
            "检查 {visit} 的结果不合规：{what}",
            "the result of visit {visit} breaks the rules: {what}",
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


def document(checklist: Checklist) -> dict[str, Any]:
    """The list as canonical data, the inverse of `load`."""
    return {
        "schema": SCHEMA,
        "title": checklist.title,
        "deadlines": _row(checklist.deadlines),
        "groups": [_row(g) for g in checklist.groups],
        "items": [
            _row(i) | {"defect": checklist.defects.get(i.code, 0)}
            for i in checklist.items
        ],
    }


def _row(value: Any) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value)}


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
    base = FULL_WEIGHT if whole else there
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


def refuse_unfit(items: Sequence[Item], entry: Mapping[str, Any]) -> None:
    """Refuse a result that breaks PROTOCOL.md §6 "Score", or whose score is another.

    Raises InspectorError result.unfit.
    """
    lists = entry["findings"], entry["unchecked"]
    wrong = unfit(items, entry["outcome"], entry["follow_up"], *lists)
    if not wrong and entry["score_bp"] != grade(items, entry["outcome"], *lists):
        wrong = "score_bp"
    if wrong:
        raise InspectorError("result.unfit", visit=entry["visit"], what=wrong)


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


_ITEM = {
    "code": str,
    "group": str,
    "text": str,
    "legal_basis": str,
    "method": str,
    "weight": int,
    "severity": str,
    "evidence": str,
    "default_days": int,
    "defect": int,
}
_GROUP = {"name": str, "weight": int}
_DEADLINES = {"redline": int, "minor": int, "major": int, "most": int}
_MAY_BE_EMPTY = ("severity", "evidence")


def load(data: object, file: str = "checklist") -> Checklist:
    """A list out of JSON data. Raises Faults with everything wrong in it.

    Rows of faults count from 1 in the list they name: `groups` or `items`.
    """
    if not isinstance(data, Mapping):
        raise Faults([Fault("checklist.form", file, None, None, None, _wanted("{}"))])
    found = [*_top(data, file)]
    groups = list(_rows(data.get("groups"), f"{file}.groups", _GROUP, found))
    items = list(_rows(data.get("items"), f"{file}.items", _ITEM, found))
    given = data.get("deadlines", {})
    limits = dict(_row(RectifyDays()))
    if isinstance(given, Mapping):
        whole = limits | dict(given)
        found += _members(whole, f"{file}.deadlines", None, _DEADLINES)
        limits = whole
    else:
        found.append(_form(f"{file}.deadlines", None, None, "{}"))
    if not found:
        found += _weights(groups, items, file)
        found += _limits(items, limits["most"], file)
    if found:
        raise Faults(found)
    return Checklist(
        str(data["title"]),
        tuple(ItemGroup(**g) for g in groups),
        tuple(Item(**{k: v for k, v in i.items() if k != "defect"}) for i in items),
        MappingProxyType({i["code"]: i["defect"] for i in items if i["defect"]}),
        RectifyDays(**limits),
    )


def _wanted(text: str) -> Mapping[str, object]:
    return MappingProxyType({"wanted": text})


def _form(file: str, row: int | None, column: str | None, wanted: str) -> Fault:
    return Fault("checklist.form", file, row, column, None, _wanted(wanted))


def _top(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    if data.get("schema") != SCHEMA:
        yield _form(file, None, "schema", SCHEMA)
    if not isinstance(data.get("title"), str) or not data["title"]:
        yield _form(file, None, "title", "text")
    known = {"schema", "title", "deadlines", "groups", "items"}
    for name in sorted(set(map(str, data)) - known):
        yield Fault("checklist.extra", file, None, name, name)


def _rows(
    value: object, file: str, kinds: Mapping[str, type], found: list[Fault]
) -> Iterator[dict[str, Any]]:
    """The good rows of a table; what is wrong goes to `found`."""
    if not isinstance(value, list) or not value:
        found.append(_form(file, None, None, "[{}, …]"))
        return
    for number, row in enumerate(value, 1):
        if not isinstance(row, Mapping):
            found.append(_form(file, number, None, "{}"))
            continue
        whole = ({"defect": 0} | dict(row)) if "defect" in kinds else dict(row)
        wrong = list(_members(whole, file, number, kinds))
        found += wrong
        if not wrong:
            yield whole


def _members(
    row: Mapping[str, Any], file: str, number: int | None, kinds: Mapping[str, type]
) -> Iterator[Fault]:
    for name in sorted(set(map(str, row)) - set(kinds)):
        yield Fault("checklist.extra", file, number, name, name)
    for name, kind in kinds.items():
        value = row.get(name)
        if name not in row:
            missing = MappingProxyType({"name": name})
            yield Fault("checklist.member", file, number, name, None, missing)
        elif type(value) is not kind:
            yield _form(file, number, name, "text" if kind is str else "integer")
        elif isinstance(value, int) and not 0 <= value <= FULL_WEIGHT:
            yield _form(file, number, name, f"0 … {FULL_WEIGHT}")
        elif name == "severity" and value and value not in codes(Severity):
            yield _form(file, number, name, " / ".join(codes(Severity)))
        elif isinstance(value, str) and not _storable(value):
            yield _form(file, number, name, "NFC text")
        elif value == "" and name not in _MAY_BE_EMPTY:
            # also the legal basis, as `registry.rows` demands it
            yield _form(file, number, name, "text")


def _storable(text: str) -> bool:
    """Whether canonical data may hold the text."""
    whole = not any(0xD800 <= ord(c) <= 0xDFFF for c in text)
    return whole and is_normalized("NFC", text)


def _weights(
    groups: list[dict[str, Any]], items: list[dict[str, Any]], file: str
) -> Iterator[Fault]:
    """Names are unique, groups are known and not empty, weights add up."""
    names = [g["name"] for g in groups]
    totals = dict.fromkeys(names, 0)
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            yield Fault("checklist.twice", f"{file}.groups", number, "name", name)
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        place = (f"{file}.items", number)
        if item["code"] in seen:
            yield Fault("checklist.twice", *place, "code", item["code"])
        seen.add(item["code"])
        if item["group"] not in totals:
            yield Fault("checklist.group", *place, "group", item["group"])
            continue
        totals[item["group"]] += item["weight"]
    for number, group in enumerate(groups, 1):
        total, name = totals[group["name"]], group["name"]
        where = (f"{file}.groups", number, "weight", name)
        if not any(i["group"] == name for i in items):
            yield Fault("checklist.empty", *where)
        elif total != group["weight"]:
            params = MappingProxyType({"total": total, "weight": group["weight"]})
            yield Fault("checklist.group_weight", *where, params)
    whole = sum(g["weight"] for g in groups)
    if whole != FULL_WEIGHT:
        yield Fault("checklist.weights", f"{file}.groups", None, "weight", str(whole))


def _limits(items: list[dict[str, Any]], most: int, file: str) -> Iterator[Fault]:
    """A defect costs no more than its item; nobody gets more than the most days."""
    for number, item in enumerate(items, 1):
        place = (f"{file}.items", number)
        if item["defect"] > item["weight"]:
            params = MappingProxyType({"weight": item["weight"]})
            value = str(item["defect"])
            yield Fault("checklist.defect", *place, "defect", value, params)
        if item["default_days"] > most:
            value, limit = str(item["default_days"]), MappingProxyType({"most": most})
            yield Fault("checklist.days", *place, "default_days", value, limit)
