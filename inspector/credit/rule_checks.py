"""What a rule set must satisfy beyond its types, one function per rule.

A `RuleSet` → what is wrong with it, by key.

Each rule yields (key, code, value, parameters); `inspector.credit.rule_file` turns
them into faults with the line of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from inspector.credit.rules import (
    EVENT_SOURCES,
    SOURCES,
    TIE_KEYS,
    Missing,
    Polarity,
    RuleSet,
)
from inspector.errors import messages
from inspector.policy import MIN_BOTTOM_SHARE, light_streets
from inspector.registry.cells import is_ident
from inspector.results.outcomes import Outcome

Wrong = tuple[str, str, object, dict[str, Any]]
# Codes of events that a visit gives by the severity of its findings.
VISIT_CODES = tuple(
    f"visit.{name}" for name in ("minor", "major", "redline", "unset", "clean")
)
_FULL = 10_000

messages(
    {
        "rules.ident": (
            "“{value}”只能含半角字母、数字和 _ . -",
            '"{value}" may hold ASCII letters, digits, _ . - only',
        ),
        "rules.range": (
            "{value} 应在 {low} 与 {high} 之间",
            "{value} must lie between {low} and {high}",
        ),
        "rules.twice": ("“{value}”重复", '"{value}" is repeated'),
        "rules.sum": ("合计 {value}，应为 10000", "the sum is {value}, not 10000"),
        "rules.share": (
            "倒排比例 {value} 低于10%或超过100%",
            "the bottom share {value} is below 10 % or above 100 %",
        ),
        "rules.order": (
            "等级须由高到低，只有最低一级不写最低分：“{value}”",
            'grades run from high to low and only the lowest has no least: "{value}"',
        ),
        "rules.base": (
            "基础起始分 {value} 超过上限 {cap}",
            "the base starts at {value}, above its cap {cap}",
        ),
        "rules.ceiling": (
            "最高分 {value} 不高于最低分 {floor}",
            "the ceiling {value} is not above the floor {floor}",
        ),
        "rules.no_grade": ("没有等级“{value}”", 'there is no grade "{value}"'),
        "rules.no_source": (
            "“{value}”不是来源：{words}",
            '"{value}" is no source: {words}',
        ),
        "rules.no_entry": (
            "“{value}”不在记分标准或一票否决中",
            '"{value}" is neither an entry nor a veto',
        ),
        "rules.no_outcome": (
            "“{value}”不是检查结果：{words}",
            '"{value}" is no result category: {words}',
        ),
        "rules.reserved": (
            "“{value}”为检查结果专用编号",
            'the code "{value}" is kept for inspection results',
        ),
        "rules.veto": (
            "一票否决“{value}”须为不良信息",
            'the veto "{value}" must be criticism',
        ),
        "rules.list_basis": (
            "“{value}”须有地方性法规作依据（[black] basis；国办发〔2020〕49号），"
            "否则请改用其他名称，如“重点关注名单”",
            '"{value}" needs a local regulation ([black] basis); without one give it '
            "another name",
        ),
        "rules.unsourced": (
            "[sources] 未写明此项的来源",
            "[sources] does not say where this comes from",
        ),
        "rules.source_of": (
            "[sources] 所写的“{value}”不是本文件的键",
            '[sources] names "{value}", which this file does not set',
        ),
        "rules.ties": (
            "“{value}”不是并列排序依据：{words}",
            '"{value}" is no tie-break: {words}',
        ),
    }
)


def idents(r: RuleSet) -> Iterator[Wrong]:
    """Ids and codes are ASCII, so that they can stand in addresses and hashes."""
    named = [("id", r.id), ("version", r.version)]
    named += [(f"levels[{k}].id", x.id) for k, x in enumerate(r.levels)]
    named += [(f"entries[{k}].code", x.code) for k, x in enumerate(r.entries)]
    named += [(f"vetoes[{k}].code", x.code) for k, x in enumerate(r.vetoes)]
    for path, value in named:
        if not is_ident(value):
            yield path, "rules.ident", value, {}


def no_repeats(r: RuleSet) -> Iterator[Wrong]:
    """A grade, level, code, star, source or subject stands once."""
    lists: dict[str, list[object]] = {
        "grades": [g.name for g in r.grades],
        "levels": [x.id for x in r.levels],
        "stars": [s.stars for s in r.stars],
        "entries": [e.code for e in (*r.entries, *r.vetoes)],
        "signals": [s.source for s in r.signals],
        "subjects": list(r.subjects),
        "visit.subjects": list(r.visit.subjects),
        "evaluation.weights": [w.source for w in r.evaluation.weights],
        "evaluation.ties": list(r.evaluation.ties),
    }
    for path, values in lists.items():
        for value, count in Counter(values).items():
            if count > 1:
                yield path, "rules.twice", value, {}


def grades_in_order(r: RuleSet) -> Iterator[Wrong]:
    """From high to low; the lowest alone has no least. One `without_bad` at most."""
    if not r.grades:
        yield "grades", "rules.order", "", {}
        return
    before = None
    for k, grade in enumerate(r.grades[:-1]):
        if grade.least is None or (before is not None and grade.least >= before):
            yield f"grades[{k}]", "rules.order", grade.name, {}
        before = grade.least if grade.least is not None else before
    if r.grades[-1].least is not None:
        yield f"grades[{len(r.grades) - 1}]", "rules.order", r.grades[-1].name, {}
    if sum(g.without_bad for g in r.grades) > 1:
        yield "grades", "rules.twice", "without_bad", {}


def stars_in_order(r: RuleSet) -> Iterator[Wrong]:
    """More stars need more points."""
    ordered = sorted(r.stars, key=lambda s: -s.stars)
    for k, (more, fewer) in enumerate(pairwise(ordered)):
        if more.least <= fewer.least:
            yield f"stars[{k}]", "rules.order", more.stars, {}
    for k, star in enumerate(r.stars):
        if not 1 <= star.stars <= 5:
            low_high = {"low": 1, "high": 5}
            yield f"stars[{k}].stars", "rules.range", star.stars, low_high


def caps_make_sense(r: RuleSet) -> Iterator[Wrong]:
    """The start lies within the base's cap, the ceiling above the floor."""
    s = r.score
    if s.base_cap is not None and s.base_start > s.base_cap:
        cap = _shown(s.base_cap)
        yield "score.base_start", "rules.base", _shown(s.base_start), {"cap": cap}
    if s.ceiling is not None and s.ceiling <= s.floor:
        yield "score.ceiling", "rules.ceiling", _shown(s.ceiling), {"floor": s.floor}


def named_grades(r: RuleSet) -> Iterator[Wrong]:
    """A grade that a rule names exists."""
    known = {g.name for g in r.grades} | {""}
    named = {"veto": r.veto.grade, "unfiled": r.unfiled.grade, "red": r.red.grade}
    for table, name in named.items():
        if name not in known:
            yield f"{table}.grade", "rules.no_grade", name, {}


def known_sources(r: RuleSet) -> Iterator[Wrong]:
    """Events come from the seven sources of DOMAIN §9; a level has its own ones."""
    words = {"words": "、".join(EVENT_SOURCES)}
    named = [(f"signals[{k}].source", s.source) for k, s in enumerate(r.signals)]
    for table, rows in (("entries", r.entries), ("vetoes", r.vetoes)):
        for k, e in enumerate(rows):
            named += [(f"{table}[{k}].sources", s) for s in e.sources]
    for k, level in enumerate(r.levels):
        named += [(f"levels[{k}].sources", s) for s in level.sources]
    for path, source in named:
        if source not in EVENT_SOURCES:
            yield path, "rules.no_source", source, words
    counted = Counter(s for level in r.levels for s in level.sources)
    for source, count in counted.items():
        if count > 1:
            yield "levels", "rules.twice", source, {}


def shares_sum(r: RuleSet) -> Iterator[Wrong]:
    """The levels' shares, and the weights of the sources, add up to 100 %."""
    total = sum(x.share_bp for x in r.levels)
    if r.levels and total != _FULL:
        yield "levels", "rules.sum", total, {}
    total = sum(w.weight_bp for w in r.evaluation.weights)
    if total != _FULL:
        yield "evaluation.weights", "rules.sum", total, {}


def street_weight(r: RuleSet) -> Iterator[Wrong]:
    """What street and community weigh is enough (`policy.light_streets`)."""
    light = light_streets((w.source, w.weight_bp) for w in r.evaluation.weights)
    if light:
        value = light.pop("value")
        yield "evaluation.weights", "rules.street_weight", value, light


def bottom_share(r: RuleSet) -> Iterator[Wrong]:
    """后进小区: at least a tenth of the compounds (source article 淄博)."""
    if not MIN_BOTTOM_SHARE <= Fraction(*r.evaluation.share) <= 1:
        share = f"{float(100 * Fraction(*r.evaluation.share)):g} %"
        yield "evaluation.share", "rules.share", share, {}


def ties_declared(r: RuleSet) -> Iterator[Wrong]:
    """Each tie-break is one that exists."""
    for k, key in enumerate(r.evaluation.ties):
        if key not in TIE_KEYS:
            words = {"words": "、".join(TIE_KEYS)}
            yield f"evaluation.ties[{k}]", "rules.ties", key, words


def within_bounds(r: RuleSet) -> Iterator[Wrong]:
    """Numbers lie where they mean something."""
    e = r.evaluation
    bounds: list[tuple[str, int | Fraction, int, int]] = [
        ("term.months", r.term.months, 1, 120),
        ("red.clean_months", r.red.clean_months, 0, 120),
        ("red.satisfaction_bp", r.red.satisfaction_bp, 0, _FULL),
        ("red.notice_days", r.red.notice_days, 0, 366),
        ("red.months", r.red.months, 1, 120),
        ("black.times", r.black.times, 1, 100),
        ("black.within_months", r.black.within_months, 1, 120),
        # 告知、申辩: nobody is listed without a chance to be heard
        ("black.hearing_days", r.black.hearing_days, 1, 366),
        ("black.months", r.black.months, 1, 120),
        ("evaluation.z", Fraction(*e.z), 1, 5),
    ]
    for k, w in enumerate(e.weights):
        bounds.append((f"evaluation.weights[{k}].weight_bp", w.weight_bp, 1, _FULL))
        if w.missing is Missing.VALUE:
            bounds.append((f"evaluation.weights[{k}].value_bp", w.value_bp, 0, _FULL))
    for name, rows in (("entries", r.entries), ("vetoes", r.vetoes)):
        bounds += [
            (f"{name}[{k}].months", x.months or 0, 0, 1200) for k, x in enumerate(rows)
        ]
    for path, value, low, high in bounds:
        if not low <= value <= high:
            yield path, "rules.range", value, {"low": low, "high": high}


def entries_exist(r: RuleSet) -> Iterator[Wrong]:
    """Vetoes are criticism; what a visit points at is an entry or a veto."""
    for k, e in enumerate(r.vetoes):
        if e.polarity is not Polarity.CRITICISM:
            yield f"vetoes[{k}].polarity", "rules.veto", e.code, {}
    codes = {e.code for e in (*r.entries, *r.vetoes)}
    for reserved in sorted(codes & set(VISIT_CODES)):
        yield "entries", "rules.reserved", reserved, {}
    for table in ("redlines", "outcomes"):
        for key, code in getattr(r.visit, table):
            if table == "outcomes" and key not in list(Outcome):
                params = {"words": "、".join(Outcome)}
                yield f"visit.{table}.{key}", "rules.no_outcome", key, params
            if code not in codes:
                yield f"visit.{table}.{key}", "rules.no_entry", code, {}


# What only a list with a regulation of its own may be called.
_DISTRUST = ("黑名单", "黑榜", "失信主体名单", "失信名单")


def unfounded(r: RuleSet) -> Iterator[Wrong]:
    """A name of serious distrust without a local regulation, in a new rule file.

    国办发〔2020〕49号 (DOMAIN §0): a region has such a list by a 地方性法规 only. A
    version kept earlier stays what it is; its list goes by the default name.
    """
    named = {"red.name": r.red.name, "black.name": r.black.name}
    named |= {"veto.label": r.veto.label, "unfiled.label": r.unfiled.label}
    named |= {f"grades[{k}].name": g.name for k, g in enumerate(r.grades)}
    for path, name in named.items():
        if not r.black.basis and any(said in name for said in _DISTRUST):
            yield path, "rules.list_basis", name, {}


RULES: tuple[Callable[[RuleSet], Iterable[Wrong]], ...] = (
    idents,
    no_repeats,
    grades_in_order,
    stars_in_order,
    caps_make_sense,
    named_grades,
    known_sources,
    shares_sum,
    street_weight,
    bottom_share,
    ties_declared,
    within_bounds,
    entries_exist,
)


def check(rules: RuleSet, given: Collection[str] | None = None) -> Iterator[Wrong]:
    """Everything wrong with a rule set, and tables of a file without a source.

    `given`: the keys that the file sets; each table among them is named in `[sources]`.
    """
    for rule in RULES:
        yield from rule(rules)
    if given is None:
        return
    told = dict(rules.sources)
    for key in sorted((set(given) & (set(SOURCES) | {"grades"})) - told.keys()):
        yield key, "rules.unsourced", "", {}
    for key in sorted(told.keys() - set(given)):
        yield f"sources.{key}", "rules.source_of", key, {}


def _shown(points: int) -> str:
    return f"{points // 100}.{points % 100:02}"
