"""What this program writes and no registry is: a page → which output it is.

inspector/data/outputs.toml tells them by their headers. Used by `layout`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from inspector.errors import messages
from inspector.registry.header_cells import header_row, whole
from inspector.registry.sheets import SHEET_NAMES, Sheet
from inspector.registry.understood import Page

_WITHIN = 3  # rows in which an output has its header: below a title at most

messages(
    {
        "sheet.output": (
            "这是本系统输出的“{what}”，不是名录；要导入“{zh}”，请用导入模板，"
            "或从名录下载的“{zh}”表",
            "this is our own output ({what_en}), no registry; for {sheet} take the "
            "template, or the sheet {sheet} as the registries give it out",
        ),
        "sheet.output_only": (
            "这是本系统输出的“{what}”，其中没有要导入的内容",
            "this is our own output ({what_en}); nothing of it is to be imported",
        ),
        "read.sheet_output": (
            "工作表“{before}”是本系统的输出，不是名录，未读取",
            'the sheet "{before}" is our own output, no registry; left aside',
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Output:
    """An output: what it is called, the sheet to use instead, what it is known by.

    `in_part`: it is one only while it lacks columns that the sheet needs.
    """

    zh: str
    en: str
    sheet: Sheet | None
    marks: frozenset[str]
    in_part: bool = False

    @property
    def code(self) -> str:
        """The fault of a file that is nothing else."""
        return "sheet.output" if self.sheet is not None else "sheet.output_only"

    @property
    def params(self) -> Mapping[str, object]:
        """What the fault says."""
        said = {"what": self.zh, "what_en": self.en}
        if self.sheet is None:
            return said
        return {
            **said,
            "zh": self.sheet.title,
            "sheet": self.sheet.name,
        }


@cache
def outputs() -> Sequence[Output]:
    """Every output that is no registry."""
    text = (files("inspector") / "data" / "outputs.toml").read_text("utf-8")
    return [
        Output(
            row["said"][0],
            row["said"][1],
            SHEET_NAMES[row["sheet"]] if row["sheet"] else None,
            frozenset(map(whole, row["marks"])),
            row.get("in_part", False),
        )
        for row in tomllib.loads(text)["output"]
    ]


def output_of(page: Page) -> Output | None:
    """The output that a page is, None for any other."""
    for row in page.rows[:_WITHIN]:
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        said = {whole(text) for text in texts}
        # Headers in two languages: the first line is Chinese.
        said |= {whole(text.partition("\n")[0]) for text in texts}
        for one in outputs():
            if one.marks <= said:
                return None if one.in_part and _whole(page, one.sheet) else one
    return None


def _whole(page: Page, sheet: Sheet | None) -> bool:
    """Whether a page has every column that a sheet needs."""
    if sheet is None:
        return False
    names = {c.name for c in header_row(page, sheet)[1].values()}
    return all(c.name in names or not c.asked for c in sheet.columns)
