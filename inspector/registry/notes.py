"""What is possible by form and absurd beside the rest, one function per note.

The rows of all sheets → notes by sheet, row and column: facts with "可能", refusing
nothing. A planner accepts each by its name (`understood.name_of`) with a reason. More
of them stand in `people_notes`; what a policy makes impossible in `policy_notes`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any

from inspector.domain import Place
from inspector.errors import Fault, messages
from inspector.registry.noting import certain, folded, good, km
from inspector.registry.people_notes import PEOPLE_NOTES
from inspector.registry.rules import RegistryDraft

# Kilometres from the office of a district, and from the middle of a street, beyond
# which a digit is more likely wrong than the place is far.
_FAR_OFFICE = 80
_FAR_STREET = 15
_TIMES = 6
_MANY_HOUSEHOLDS = 20_000
_MINUTES = (10, 480)
_HEAVY = 2_500  # hundredths: a quarter of all points
_LONG_NAME = 60
_SAME_KM = 2
_GONE = ("cancelled", "revoked")

messages(
    {
        "note.far_office": (
            "{value} 距所属区县办公点 {km} 公里，坐标可能有误（某一位填错）",
            "{value} lies {km} km from the office of its district: a mistyped digit?",
        ),
        "note.far_street": (
            "{value} 距同街道其他小区的中心 {km} 公里，坐标或街道可能填错",
            "{value} lies {km} km from the middle of its street: a mistyped digit, or"
            " another street?",
        ),
        "note.office_far": (
            "办公点 {value} 距本区县多数小区 {km} 公里以上，坐标可能有误",
            "the office {value} lies {km} km and more from most compounds of its"
            " district: a mistyped digit?",
        ),
        "note.same_compound": (
            "可能是同一小区登记了两次：{shown}（街道相同、名称相同）",
            "possibly one compound entered twice: {shown} (same street, same name)",
        ),
        "note.same_place": (
            "{count} 个小区坐标完全相同：{shown}，可能是复制或取了街道中心",
            "{count} compounds have exactly the same place: {shown}; copied, or the"
            " centre of a street?",
        ),
        "note.same_company": (
            "可能是同一企业登记了两次：{shown}",
            "possibly one company entered twice: {shown}",
        ),
        "note.gone_company": (
            "企业 {value} 已注销或吊销，仍有 {active} 个正常小区：{compounds}",
            "the company {value} is cancelled or revoked and still has {active} active"
            " compounds: {compounds}",
        ),
        "note.idle_company": (
            "{count} 家企业没有小区：{shown}",
            "{count} companies have no compound: {shown}",
        ),
        "note.empty_street": (
            "{count} 个街道没有小区：{shown}",
            "{count} streets have no compound: {shown}",
        ),
        "note.households_none": (
            "{count} 个正常小区户数为 0：{shown}",
            "{count} active compounds have 0 households: {shown}",
        ),
        "note.households_many": (
            "{count} 个小区户数超过 {most}：{shown}",
            "{count} compounds have more than {most} households: {shown}",
        ),
        "note.minutes": (
            "{count} 个小区的现场分钟不在 {low} 与 {high} 之间：{shown}",
            "{count} compounds have a visit outside {low} to {high} minutes: {shown}",
        ),
        "note.item_weight": (
            "事项 {value} 占 {points} 分，可能有误",
            "the item {value} weighs {points} points of 100",
        ),
        "note.scale": (
            "全部得分都不超过 100（万分之一百）：可能应按百分制，请核对表头",
            "no score exceeds 100 of 10,000: of 100, perhaps? Look at the header",
        ),
        "note.share_scale": (
            "全部比例都不超过 100（万分之一百，即 1%）：可能应为百分数",
            "no share exceeds 100 of 10,000, one percent: percent, perhaps?",
        ),
        "note.sample_none": (
            "{count} 条得分的样本数为 0：{shown}",
            "{count} scores are of 0 answers: {shown}",
        ),
        "note.long_name": (
            "名称“{value}”超过 {most} 字，可能粘入了别的内容",
            'the name "{value}" has more than {most} characters',
        ),
        "note.digits_name": (
            "{count} 个名称只有数字：{shown}",
            "{count} names are digits only: {shown}",
        ),
        "note.zero_rate": (
            "{classes} 类的抽取比例为 0，{count} 个正常小区永远抽不到",
            "the rate of class {classes} is 0: {count} active compounds are never"
            " drawn",
        ),
        "note.approximate": (
            "{count} 个小区没有坐标，位置为社区、街道中心或办公点，未核实：{shown}",
            "{count} compounds have no coordinates and stand at the centre of their"
            " community or street or at the office, not verified: {shown}",
        ),
        "note.no_active": ("没有一个正常的小区", "no compound is active"),
    }
)


def _active(draft: RegistryDraft) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, cells in good(draft.sheets.get("compounds")):
        if cells.get("status") == "active":
            yield number, cells


def far_points(draft: RegistryDraft) -> Iterator[Fault]:
    """A point far from its street's others or from the office; once where most are."""
    rows, offices = draft.sheets.get("compounds"), draft.sheets.get("offices")
    if rows is None or offices is None:
        return
    district = {
        c.get("code"): c.get("district") for _, c in good(draft.sheets.get("streets"))
    }
    stands: dict[object, list[Place]] = defaultdict(list)
    for _, cells in good(offices):
        stands[cells.get("district")].append(cells["place"])
    near: dict[object, int] = defaultdict(int)
    far: dict[object, list[tuple[int, str, int]]] = defaultdict(list)
    streets: dict[object, list[tuple[int, str, Place]]] = defaultdict(list)
    for number, cells in good(rows):
        place, one = cells.get("place"), cells.get("id", "")
        if place is None or cells.get("approximate"):
            continue
        where = district.get(cells.get("street"))
        away = min((round(km(place, o)) for o in stands.get(where, ())), default=0)
        if away > _FAR_OFFICE:
            far[where].append((number, one, away))
            continue
        near[where] += 1
        streets[cells.get("street")].append((number, one, place))
    for where, found in far.items():
        if len(found) > near[where] and len(stands[where]) == 1:
            yield from _office(draft, where, min(away for _, _, away in found))
            continue
        for number, one, away in found:
            yield rows.fault("note.far_office", number, _column(draft), one, km=away)
    for points in streets.values():
        for number, one, away in _outliers(points):
            yield rows.fault("note.far_street", number, _column(draft), one, km=away)


def _column(draft: RegistryDraft) -> str:
    columns = draft.sheets["compounds"].table.columns
    return next((n for n in ("lon", "lonlat") if n in columns), "name")


def _office(draft: RegistryDraft, where: object, away: int) -> Iterator[Fault]:
    rows = draft.sheets["offices"]
    for number, cells in good(rows):
        if cells.get("district") == where:
            yield rows.fault(
                "note.office_far", number, "lon", cells.get("id", ""), km=away
            )


def _outliers(
    points: list[tuple[int, str, Place]],
) -> Iterator[tuple[int, str, int]]:
    """Points of a street far beyond where half of them lie."""
    if len(points) < 4:
        return
    middle = Place(
        int(median(p.lon_udeg for _, _, p in points)),
        int(median(p.lat_udeg for _, _, p in points)),
    )
    away = [km(middle, p) for _, _, p in points]
    limit = max(_FAR_STREET, _TIMES * median(away))
    for (number, one, _), far in zip(points, away, strict=True):
        if far > limit:
            yield number, one, round(far)


def same_compounds(draft: RegistryDraft) -> Iterator[Fault]:
    """Two compounds of one name in one street; several on exactly one spot."""
    rows = draft.sheets.get("compounds")
    if rows is None:
        return
    names: dict[object, list[tuple[int, object]]] = defaultdict(list)
    spots: dict[object, list[tuple[int, object]]] = defaultdict(list)
    for number, cells in good(rows):
        shown = (number, f"{cells.get('id')} {cells.get('name')}")
        names[cells.get("street"), cells.get("name")].append(shown)
        if cells.get("place") is not None and not cells.get("approximate"):
            spots[cells["place"]].append(shown)
    told: set[int] = set()
    for found in names.values():
        if len(found) > 1:
            told |= {number for number, _ in found}
            yield from folded(rows, "note.same_compound", found, "name")
    for found in spots.values():
        if len(found) > 1 and not {number for number, _ in found} <= told:
            yield from folded(rows, "note.same_place", found, _column(draft))


def companies(draft: RegistryDraft) -> Iterator[Fault]:
    """Two of one name; gone ones with active compounds; some without any."""
    rows = draft.sheets.get("companies")
    if rows is None or not certain(draft, "compounds"):
        return
    active: dict[object, list[str]] = defaultdict(list)
    managed: set[object] = set()
    for _, cells in draft.sheets["compounds"].cells:
        managed.add(cells.get("usc18"))
        if cells.get("status") == "active":
            active[cells.get("usc18")].append(str(cells.get("id", "")))
    names: dict[object, list[tuple[int, object]]] = defaultdict(list)
    idle: list[tuple[int, object]] = []
    for number, cells in good(rows):
        usc18, name = cells.get("usc18"), cells.get("name")
        names[name].append((number, f"{usc18} {name}"))
        if cells.get("status") in _GONE and active[usc18]:
            mine = active[usc18]
            yield rows.fault(
                *("note.gone_company", number, "status", f"{name}"),
                active=len(mine),
                compounds="、".join(mine),
            )
        if usc18 not in managed and cells.get("status") == "active":
            idle.append((number, name))
    for found in names.values():
        if len(found) > 1:
            yield from folded(rows, "note.same_company", found, "name")
    yield from folded(rows, "note.idle_company", idle, "name")


def empty_streets(draft: RegistryDraft) -> Iterator[Fault]:
    """Streets without a compound."""
    rows = draft.sheets.get("streets")
    if rows is None or not certain(draft, "compounds"):
        return
    used = {c.get("street") for _, c in draft.sheets["compounds"].cells}
    found = [(n, c.get("name")) for n, c in good(rows) if c.get("code") not in used]
    yield from folded(rows, "note.empty_street", found, "name")


def sizes(draft: RegistryDraft) -> Iterator[Fault]:
    """Households and minutes that no compound has."""
    rows = draft.sheets.get("compounds")
    if rows is None:
        return
    none, many, odd = [], [], []
    for number, cells in _active(draft):
        shown = (number, cells.get("id", ""))
        homes, minutes = cells.get("households"), cells.get("service_minutes")
        if homes == 0:
            none.append(shown)
        elif homes is not None and homes > _MANY_HOUSEHOLDS:
            many.append(shown)
        if minutes is not None and not _MINUTES[0] <= minutes <= _MINUTES[1]:
            odd.append(shown)
    yield from folded(rows, "note.households_none", none, "households")
    yield from folded(
        rows, "note.households_many", many, "households", most=_MANY_HOUSEHOLDS
    )
    low, high = _MINUTES
    yield from folded(rows, "note.minutes", odd, "service_minutes", low=low, high=high)


def heavy_items(draft: RegistryDraft) -> Iterator[Fault]:
    """One item that is a quarter of all points of a long list."""
    rows = draft.sheets.get("items")
    if rows is None or len(rows.cells) < 10:
        return
    for number, cells in good(rows):
        if (weight := cells.get("weight", 0)) > _HEAVY:
            one = cells.get("code", "")
            points = f"{weight / 100:g}"
            yield rows.fault("note.item_weight", number, "weight", one, points=points)


def low_scores(draft: RegistryDraft) -> Iterator[Fault]:
    """A whole column that looks like of 100; scores of nobody's answers."""
    rows = draft.sheets.get("evaluations")
    scores = [(n, c["score_bp"]) for n, c in good(rows) if "score_bp" in c]
    if rows is not None and any(s for _, s in scores):
        if max(s for _, s in scores) <= 100:
            yield rows.fault("note.scale", scores[0][0], "score_bp", scores[0][1])
        none = [
            (n, c.get("compound", "")) for n, c in good(rows) if c.get("sample") == 0
        ]
        yield from folded(rows, "note.sample_none", none, "sample")
    rows = draft.sheets.get("items")
    shares = [(n, c.get("share_bp") or 0) for n, c in good(rows)]
    some = [(n, s) for n, s in shares if s]
    if rows is not None and some and max(s for _, s in some) <= 100:
        yield rows.fault("note.share_scale", some[0][0], "share_bp", some[0][1])


def odd_names(draft: RegistryDraft) -> Iterator[Fault]:
    """Names that hold a paragraph, or digits only."""
    for sheet in ("streets", "companies", "compounds", "inspectors"):
        rows = draft.sheets.get(sheet)
        digits: list[tuple[int, object]] = []
        for number, cells in good(rows):
            name = cells.get("name", "")
            if rows is not None and len(name) > _LONG_NAME:
                shown = name[:20] + "…"
                yield rows.fault(
                    "note.long_name", number, "name", shown, most=_LONG_NAME
                )
            if name.isdigit():
                digits.append((number, name))
        if rows is not None:
            yield from folded(rows, "note.digits_name", digits, "name")


def zero_rates(draft: RegistryDraft) -> Iterator[Fault]:
    """Classes that are never drawn, with compounds in them."""
    rows, policy = draft.sheets.get("compounds"), draft.policy
    if rows is None or policy is None:
        return
    never = {risk for risk, rate in policy.draw.rates if rate[0] == 0}
    found = [
        (n, c.get("id", "")) for n, c in _active(draft) if c["risk_class"] in never
    ]
    classes = "、".join(sorted(str(risk.value) for risk in never))
    yield from folded(rows, "note.zero_rate", found, "risk_class", classes=classes)


def approximate(draft: RegistryDraft) -> Iterator[Fault]:
    """Compounds whose place nobody gave."""
    rows = draft.sheets.get("compounds")
    if rows is not None:
        found = [(n, c.get("id", "")) for n, c in good(rows) if c.get("approximate")]
        yield from folded(rows, "note.approximate", found, _column(draft))


def none_active(draft: RegistryDraft) -> Iterator[Fault]:
    """A registry without a compound that can be visited."""
    rows = draft.sheets.get("compounds")
    if rows is not None and not rows.bad and not any(True for _ in _active(draft)):
        yield rows.fault("note.no_active", 1, "status", "")


NOTES: tuple[Callable[[RegistryDraft], Iterable[Fault]], ...] = (
    far_points,
    same_compounds,
    companies,
    empty_streets,
    sizes,
    heavy_items,
    low_scores,
    odd_names,
    zero_rates,
    approximate,
    none_active,
    *PEOPLE_NOTES,
)
