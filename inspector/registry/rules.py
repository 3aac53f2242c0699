"""What the sheets of a registry must satisfy together, one function per rule.

The rows of all sheets → faults by sheet, row and column.

A rule looks at cells rather than at built values where a row with another fault
would otherwise make it cry wolf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from inspector.errors import Fault, InspectorError, messages
from inspector.months import is_month, month_span
from inspector.policy import Policy, authorities, named
from inspector.registry.rows import Rows
from inspector.registry.sheets import known_in
from inspector.workdays import load_calendar

# Item weights in hundredths of a point: together 100 points (DOMAIN §4).
_FULL_WEIGHT = 10_000

messages(
    {
        "row.unknown": (
            "“{value}”不在名录“{zh}”中",
            '"{value}" is not found in {sheets}',
        ),
        "items.weights": (
            "日常事项（不属专项、不限无物业小区）分值合计 {value}，应为 100",
            "the weights of the daily items (of no campaign, not only for compounds"
            " without a company) sum to {value}, not 100",
        ),
        "items.list_weight": (
            "清单“{value}”的事项分值全为 0，无法评分",
            'the items of the list "{value}" weigh nothing: it cannot be scored',
        ),
        "items.authority": (
            "没有席位代表检查主体“{value}”，该事项永远查不到",
            'no seat acts for the authority "{value}": nobody could check this item',
        ),
        "inspectors.scope": (
            "清单中没有编号、分组或标签“{value}”",
            'the list has no code, group or tag "{value}"',
        ),
        "compounds.mode": (
            "管理模式“{value}”与企业不符：专业服务须填企业，兜底或自管不填",
            'the mode "{value}" does not fit: a company manages where service is'
            " professional, and nowhere else",
        ),
        "streets.min_draw": (
            "最少抽取 {value} 个，但该街道只有 {active} 个在管小区",
            "at least {value} to draw, but the street has {active} active compounds",
        ),
        "streets.no_office": (
            "“{value}”有小区但没有办公点",
            '"{value}" has compounds but no office',
        ),
        "streets.no_car": (
            "“{value}”有小区但本月没有可用车辆",
            '"{value}" has compounds but no car in service this month',
        ),
        "inspectors.expert_leads": (
            "专家不得任主办（不计入两名执法人员）",
            "an expert never leads and never counts as an officer",
        ),
        "docket.next_half": (
            "下次上门的起止日期应同时填写或同时为空",
            "the next visit needs both dates or none",
        ),
        "history.future": (
            "历史检查的日期 {value} 晚于 {month}：还没有发生的检查不是历史",
            "the past visit of {value} lies after {month}: it has not happened",
        ),
        "evaluations.source": (
            "评价来源“{value}”在细则中没有权重",
            'the source "{value}" has no weight in policy.toml',
        ),
    }
)


@dataclass(frozen=True, slots=True)
class RegistryDraft:
    """Everything read so far. `policy`: None when there is none to be read.

    `unsure`: policy keys that have a fault, so that their value is only a default.
    """

    sheets: Mapping[str, Rows]
    policy: Policy | None
    unsure: frozenset[str] = frozenset()

    def whole(self, sheet: str) -> bool:
        """Whether a sheet has every column that it must have."""
        table = self.sheets[sheet].table
        return all(c.name in table.columns or not c.asked for c in table.sheet.columns)

    def names(self, sheet: str) -> frozenset[object] | None:
        """The keys of a sheet, good rows and bad; None when the sheet is missing."""
        source, column = (
            ("streets", "district") if sheet == "districts" else (sheet, "")
        )
        if source not in self.sheets or not self.sheets[source].keyed:
            return None
        rows = self.sheets[source]
        column = column or rows.table.sheet.key[0]
        return frozenset(cells[column] for _, cells in rows.cells if column in cells)


def known_references(draft: RegistryDraft) -> Iterator[Fault]:
    """Every cell that names a row of another sheet names one that exists."""
    for rows in draft.sheets.values():
        for column in rows.table.sheet.columns:
            found = [draft.names(sheet) for sheet in column.refers]
            known = [names for names in found if names is not None]
            if not column.refers or len(known) < len(found):
                continue
            names = frozenset().union(*known)
            for number, cells in rows.cells:
                value = cells.get(column.name, "")
                for one in value if isinstance(value, tuple) else (value,):
                    if one and one not in names:
                        yield rows.fault(
                            "row.unknown",
                            number,
                            column.name,
                            one,
                            **known_in(column.refers),
                        )


def item_weights(draft: RegistryDraft) -> Iterator[Fault]:
    """The daily weights sum to 100 points (DOMAIN §4). Each other list, and the items
    for compounds without a company, weigh something, or nobody could be scored."""
    rows = draft.sheets.get("items")
    if rows is None or any("weight" not in cells for _, cells in rows.cells):
        return
    if len(rows.cells) > len({cells.get("code", n) for n, cells in rows.cells}):
        return  # an item that is there twice breaks the sum, and has its fault
    total = 0
    more: dict[str, tuple[int, int]] = {}  # first row and weight of each other list
    for number, cells in rows.cells:
        lists = cells.get("lists") or ()
        if not lists and cells.get("object") != "fallback":
            total += cells["weight"]
        for name in lists or (
            ["fallback"] if cells.get("object") == "fallback" else ()
        ):
            row, sum_ = more.get(name, (number, 0))
            more[name] = row, sum_ + cells["weight"]
    for name, (number, weight) in more.items():
        if not weight:
            yield rows.fault("items.list_weight", number, "weight", name)
    if total != _FULL_WEIGHT:
        shown = f"{total // 100}.{total % 100:02}"
        yield rows.fault("items.weights", 1, "weight", shown)


def item_authorities(draft: RegistryDraft) -> Iterator[Fault]:
    """Each item belongs to an authority that some seat brings, or nobody could ever
    check it (PROTOCOL.md §13)."""
    rows, policy = draft.sheets.get("items"), draft.policy
    if rows is None or policy is None or {"authority", "seats.seats"} & draft.unsure:
        return
    there = authorities(policy, policy.seats.seats)
    for number, cells in rows.cells:
        if named(policy, cells.get("authority", "")) not in there:
            value = cells["authority"]
            yield rows.fault("items.authority", number, "authority", value)


def known_scope(draft: RegistryDraft) -> Iterator[Fault]:
    """A person's scope names items, groups or tags that the list has."""
    rows, items = draft.sheets.get("inspectors"), draft.sheets.get("items")
    if rows is None or items is None:
        return
    known: set[object] = set()
    for _, cells in items.cells:
        known |= {cells.get("code"), cells.get("group"), *(cells.get("tags") or ())}
    for number, cells in rows.cells:
        for one in cells.get("scope") or ():
            if one not in known:
                yield rows.fault("inspectors.scope", number, "scope", one)


def management(draft: RegistryDraft) -> Iterator[Fault]:
    """A company manages where management is professional, and nowhere else."""
    rows = draft.sheets.get("compounds")
    for number, cells in rows.cells if rows else ():
        mode, firm = cells.get("mode", ""), cells.get("usc18")
        known = firm is not None and mode
        if rows and known and (mode == "professional") != bool(firm):
            yield rows.fault("compounds.mode", number, "mode", mode)


def _active(draft: RegistryDraft) -> Counter[str]:
    """Active compounds per street; a compound whose status is unreadable counts."""
    rows = draft.sheets.get("compounds")
    return Counter(
        cells["street"]
        for _, cells in (rows.cells if rows else ())
        if "street" in cells and cells.get("status", "active") == "active"
    )


def street_minimum(draft: RegistryDraft) -> Iterator[Fault]:
    """A street's minimum is no larger than the street (DESIGN §3)."""
    rows = draft.sheets.get("streets")
    if rows is None or "compounds" not in draft.sheets:
        return
    active = _active(draft)
    # A compound whose street is unreadable may lie in any.
    unsure = sum("street" not in cells for _, cells in draft.sheets["compounds"].cells)
    for number, cells in rows.cells:
        least, code = cells.get("min_draw", 0), cells.get("code")
        if code is not None and least > active[code] + unsure:
            yield rows.fault(
                "streets.min_draw", number, "min_draw", least, active=active[code]
            )


def _served(draft: RegistryDraft) -> frozenset[object]:
    """Districts with a car in service on some day of the month."""
    month = draft.policy.month if draft.policy else ""
    span = month_span(month) if is_month(month) else None
    offices: dict[object, object] = {
        cells["id"]: cells.get("district")
        for _, cells in draft.sheets["offices"].cells
        if "id" in cells
    }
    out = set()
    for _, cells in draft.sheets["cars"].cells:
        first, last = cells.get("from"), cells.get("to")
        late = span and first is not None and first > span[1]
        gone = span and last is not None and last < span[0]
        if not late and not gone:
            out.add(offices.get(cells.get("office")))
    return frozenset(out)


def district_with_office_and_car(draft: RegistryDraft) -> Iterator[Fault]:
    """A district with compounds has an office and a car: each car starts there."""
    need = {"streets", "compounds", "offices", "cars"}
    if not need <= draft.sheets.keys() or not all(draft.whole(n) for n in need):
        return
    rows, active = draft.sheets["streets"], _active(draft)
    offices = {cells.get("district") for _, cells in draft.sheets["offices"].cells}
    served = _served(draft)
    done = set()
    for number, cells in rows.cells:
        district = cells.get("district")
        if district is None or district in done or not active[cells.get("code", "")]:
            continue
        done.add(district)
        if district not in offices:
            yield rows.fault("streets.no_office", number, "district", district)
        elif district not in served:
            yield rows.fault("streets.no_car", number, "district", district)


def expert_never_leads(draft: RegistryDraft) -> Iterator[Fault]:
    """Experts do not count as officers (行政处罚法 2021 art. 42)."""
    rows = draft.sheets.get("inspectors")
    for number, cells in rows.cells if rows else ():
        if rows and cells.get("expert") and cells.get("may_lead"):
            yield rows.fault("inspectors.expert_leads", number, "may_lead", "1")


def docket_window(draft: RegistryDraft) -> Iterator[Fault]:
    """A docket case has both ends of its next window, or none."""
    rows = draft.sheets.get("docket")
    for number, cells in rows.cells if rows else ():
        if rows and {"next_from", "next_to"} <= cells.keys():
            first, last = cells["next_from"], cells["next_to"]
            if (first is None) != (last is None):
                yield rows.fault("docket.next_half", number, "next_from", first or "")


def certificates_once(draft: RegistryDraft) -> Iterator[Fault]:
    """A certificate number is one person's: nobody can take both seats (case of one
    man with two staff numbers; 行政处罚法 2021 art. 42: two officers)."""
    rows = draft.sheets.get("inspectors")
    first: dict[str, tuple[int, object]] = {}
    for number, cells in rows.cells if rows else ():
        one, who = cells.get("cert_no"), cells.get("id", number)
        if not rows or not one:
            continue
        row, other = first.setdefault(one, (number, who))
        if row != number and other != who:
            yield rows.fault("row.twice", number, "cert_no", one, first=row)


def past_visits(draft: RegistryDraft) -> Iterator[Fault]:
    """A past visit lies before the end of the month, unless a published log says it."""
    rows, month = draft.sheets.get("history"), draft.policy and draft.policy.month
    if not month or not is_month(month) or "month" in draft.unsure:
        return
    last = month_span(month)[1]
    for number, cells in rows.cells if rows else ():
        day = cells.get("date")
        if rows and day is not None and day > last and not cells.get("log"):
            yield rows.fault("history.future", number, "date", day, month=month)


def evaluation_sources(draft: RegistryDraft) -> Iterator[Fault]:
    """Each evaluation comes from a source that the policy weighs."""
    rows = draft.sheets.get("evaluations")
    sure = not any(key.startswith("bottom.weights_bp") for key in draft.unsure)
    if rows is None or draft.policy is None or not sure:
        return
    weighed = dict(draft.policy.bottom.weights_bp)
    for number, cells in rows.cells:
        if "source" in cells and cells["source"] not in weighed:
            yield rows.fault("evaluations.source", number, "source", cells["source"])


def calendar_years(draft: RegistryDraft) -> Iterator[Fault]:
    """A calendar row lies in a year that has working-day data."""
    rows = draft.sheets.get("calendar")
    for number, override in rows.values if rows else ():
        try:
            load_calendar([override])
        except InspectorError as e:
            if rows:
                yield rows.fault(e.code, number, "date", override.day, **e.params)


RULES: tuple[Callable[[RegistryDraft], Iterable[Fault]], ...] = (
    known_references,
    item_weights,
    item_authorities,
    known_scope,
    management,
    street_minimum,
    district_with_office_and_car,
    expert_never_leads,
    docket_window,
    certificates_once,
    past_visits,
    evaluation_sources,
    calendar_years,
)
