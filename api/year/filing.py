"""备案: the published plan in the columns in which a province's platform takes it.

The plan and today's registries → CSV, a row an item. Columns: 检查主体, 事项, 对象,
方式, 依据 (鲁政办发〔2025〕3号, read in copies: where the platform issues a template,
that one holds), ratio and frequency by class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.public.tables import Columns, table
from api.registry import entries, registers
from api.site import Desk
from api.year.answers import PublicYear
from api.year.plan import show, year_of
from inspector.domain import Item
from inspector.words import word


@dataclass(frozen=True, slots=True)
class FiledItem:
    """One item of the list as it is filed."""

    plan: PublicYear
    item_class: str
    item: Item
    office: str
    basis: str  # confirmed articles only

    @property
    def ratios(self) -> str:
        """The share of each class that is drawn in the year, in percent; above the
        whole, how many times."""
        rows = [r for r in self.plan.ratios if r.item_class.value == self.item_class]
        return "；".join(
            f"{r.risk_class} {_share(r.number, r.base)}" for r in rows if r.base
        )

    @property
    def caps(self) -> str:
        """How often at most, by class."""
        rows = [r for r in self.plan.ratios if r.item_class.value == self.item_class]
        return "；".join(f"{r.risk_class} {r.cap} 次" for r in rows)


def _share(number: int, base: int) -> str:
    """
    >>> _share(36, 112), _share(28, 14)
    ('32.14%', '平均每年 2.00 次')
    """
    if number > base:
        return f"平均每年 {number / base:.2f} 次"
    return f"{100 * number / base:.2f}%"


FILING: Columns = (
    ("计划编号", lambda r: r.plan.number),
    ("计划名称", lambda r: r.plan.name),
    ("年度", lambda r: r.plan.year),
    ("检查主体", lambda r: r.office),
    ("事项编号", lambda r: r.item.code),
    ("抽查事项", lambda r: r.item.text),
    ("事项类别", lambda r: word("item_class", r.item_class).zh),
    ("检查对象", lambda r: r.plan.subject),
    ("适用小区", lambda r: word("object", r.item.object).zh),
    ("检查方式", lambda r: r.item.method),
    ("检查依据", lambda r: r.basis),
    ("抽查比例", lambda r: r.ratios),
    ("频次上限", lambda r: r.caps),
    ("抽查方式", lambda r: word("method", r.plan.scope.method).zh),
    ("标签", lambda r: "、".join(r.item.tags)),
)


def by_item(desk: Desk, _query: Any, year: str) -> tuple[str, bytes]:
    """The list as filed: end of the file's name, bytes. Raises Problem: 404, and
    paper.basis while an item of it has no basis that the bureau has confirmed."""
    plan = show(desk, year_of(year))
    scenario = entries.scenario(desk)
    items: Mapping[str, Item] = {i.code: i for i in scenario.registry.items}
    filed = [
        (kind, items[code])
        for kind, codes in plan.items.items()
        for code in codes
        if code in items
    ]
    basis = registers.bases(desk, ((i.code, i.legal_basis) for _, i in filed))
    rows = [
        FiledItem(plan, kind, i, i.authority or plan.office, basis[i.code])
        for kind, i in filed
    ]
    return f"{year}-filing.csv", table(FILING, rows)
