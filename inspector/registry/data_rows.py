"""The rows below a header that are data; the others are set aside and named.

A page, its columns → numbered rows of raw cells: blank, total and note rows and
repeated headers skipped, merged cells filled down. Used by `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from inspector.errors import messages
from inspector.registry.header_cells import is_there, shown_or, whole
from inspector.registry.spreadsheet import spreadsheet
from inspector.registry.understood import Broken, Findings, Header, Page, Raw, address

messages(
    {
        "row.width": (
            "表头之外还有单元格内容“{value}”",
            'the cell "{value}" lies outside the header',
        ),
        "read.merged": (
            "合并单元格向下填充，{count} 处（如 {cell}：{after}）",
            "merged cells filled down, {count} (as {cell}: {after})",
        ),
        "read.row_total": (
            "{count} 个合计行跳过（如 {cell}）",
            "{count} rows of totals skipped (as {cell})",
        ),
        "read.row_note": (
            "{count} 个说明行跳过（如 {cell}：{before}）",
            "{count} rows of remarks skipped (as {cell}: {before})",
        ),
        "read.row_header": (
            "{count} 个重复的表头行跳过（如 {cell}）",
            "{count} repeated headers skipped (as {cell})",
        ),
        "read.row_example": (
            "模板的示例行（{cell}）未作为数据",
            "the example of the template ({cell}) is no data",
        ),
        "read.cell_aside": (
            "表格之外的 {count} 个单元格未读取（如 {cell}：{before}）",
            "{count} cells beside the table not read (as {cell}: {before})",
        ),
    }
)

_REMARK = re.compile(
    r"(注|备注|说明|填表|填报|制表|审核|审批|复核|负责人|联系|单位|打印|日期|以上)"
    r"[^:：]{0,8}[:：]|注\d?[.、]|以上|此表|本表|填表说明"
)
EXAMPLE = "（示例，导入时不读取）"


class DataRows:
    """The rows below a header that are data."""

    def __init__(
        self,
        findings: Findings,
        fault: Callable[..., None],
        page: Page,
        columns: Mapping[str, Header],
        at: int,
        width: int,
    ) -> None:
        self.findings, self.fault, self.page = findings, fault, page
        self.columns, self.at, self.width = columns, at, width
        self.example = False  # whether the example of a template is among the rows
        self.totals = frozenset(spreadsheet()["rows"]["totals"])
        self.across = {
            area[0]: area[3] - area[1] + 1
            for area in page.merged or ()
            if area[0] == area[2] and area[3] - area[1] >= 2
        }
        self.down: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in page.merged or ():
            for row in range(max(top, at + 1) + 1, bottom + 1):
                self.down.setdefault(row, []).append((left, top))

    def kept(self) -> Iterator[tuple[int, Sequence[Raw | None]]]:
        """Their numbers and cells."""
        titles = {h.position: whole(h.shown) for h in self.columns.values()}
        for number in range(self.at + 1, len(self.page.rows)):
            row = self.page.rows[number]
            there = [k for k, cell in enumerate(row) if is_there(cell)]
            if not there:
                continue
            rule = self.no_data(number, row, there, titles)
            if rule:
                self.say(rule, number, there[0], shown_or(row[there[0]]))
            else:
                yield number + 1, self.cells(number, row)

    def say(
        self, rule: str, row: int, column: int, before: str, after: str = ""
    ) -> None:
        cell = address(row + 1, column)
        self.findings.reading(rule, self.page.where, "", cell, before, after)

    def no_data(
        self, number: int, row: Sequence[Raw], there: list[int], titles: dict[int, str]
    ) -> str:
        """The reading by which a row is skipped, "" for data."""
        texts = [row[k] for k in there[:3]]
        first = texts[0]
        if any(isinstance(t, str) and whole(t) in self.totals for t in texts):
            return "read.row_total"
        if isinstance(first, str):
            if EXAMPLE in first:
                self.example = True
                return "read.row_example"
            lonely = len(there) <= 2 and len(self.columns) > 3
            if lonely and _REMARK.match(first.strip()):
                return "read.row_note"
            if len(there) == 1 and self.across.get(number, 0) * 2 >= len(self.columns):
                return "read.row_note"
        known = [k for k in there if k in titles]
        if not known or whole(shown_or(row[known[0]])) != titles[known[0]]:
            return ""
        same = [k for k in known if whole(shown_or(row[k])) == titles[k]]
        if len(same) > 1 and len(same) * 2 > len(there):
            return "read.row_header"
        return ""

    def cells(self, number: int, row: Sequence[Raw]) -> Sequence[Raw | None]:
        """The cells of a row: merged ones filled down, broken ones told."""
        wrong = [k for k, cell in enumerate(row) if isinstance(cell, Broken)]
        for left, top in self.down.get(number, ()):
            if left >= len(row) or not is_there(row[left]):
                value = self.page.rows[top][left]
                row = [*row, *[""] * (left + 1 - len(row))]
                row[left] = value
                self.say("read.merged", number, left, "", shown_or(value))
        beyond = [k for k in range(self.width, len(row)) if is_there(row[k])]
        for k in beyond:
            said = shown_or(row[k])
            if self.page.title:
                self.say("read.cell_aside", number, k, said)
            else:
                self.fault(
                    "row.width",
                    self.page,
                    row=number + 1,
                    value=said,
                    cell=address(number + 1, k),
                )
        if not wrong:
            return row
        out: list[Raw | None] = [*row]
        named = {h.position: h for h in self.columns.values()}
        for k in wrong:
            broken = row[k]
            if k in named and isinstance(broken, Broken):
                self.fault(
                    broken.code,
                    self.page,
                    row=number + 1,
                    column=named[k].shown,
                    value=broken.value,
                    cell=address(number + 1, k),
                )
            out[k] = None
        return out
