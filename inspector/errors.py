"""One error tree: a code, parameters, and one bilingual sentence per code.

A code and its parameters → a sentence in Chinese and English. Below everything.

The core raises these and knows no HTTP; the shell maps codes to status numbers.
A refusal carries either its own parameters or, for tables of input, every fault
at once (:class:`Fault` names file, row, column and value).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from inspector.beijing import localized

# code -> (Chinese template, English template); rooms add theirs with `messages`.
_MESSAGES: dict[str, tuple[str, str]] = {}
# Every code that a room has registered, with its two templates.
MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(_MESSAGES)


def messages(table: Mapping[str, tuple[str, str]]) -> None:
    """Register message templates of one room; a code is defined once only."""
    for code, pair in table.items():
        if _MESSAGES.get(code, pair) != pair:
            raise RuntimeError(f"error code defined twice: {code}")
        _MESSAGES[code] = pair


def text(code: str, params: Mapping[str, object]) -> tuple[str, str]:
    """The Chinese and the English sentence for `code`.

    A parameter that has a word in each language (`inspector.words.Word`) is said in the
    sentence's own; a stamp in it in Beijing time.
    """
    zh, en = _MESSAGES[code]
    return zh.format_map(_shown(params, "zh")), en.format_map(_shown(params, "en"))


def _shown(params: Mapping[str, object], language: str) -> dict[str, str]:
    return {k: localized(str(getattr(v, language, v))) for k, v in params.items()}


_CAUSES = ("file", "sheet", "column", "cell", "place", "row")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one cell, row or file of an input.

    `row` counts as a spreadsheet does: the header is row 1. `cell`: its A1 address;
    `rows`: further rows with the same fault, told once; `under`: what this one follows
    from, told beneath it.
    """

    code: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    cell: str = ""
    rows: tuple[int, ...] = ()
    under: str = ""

    @property
    def rank(self) -> int:
        """Causes before what they cause: files, sheets, columns, cells, rows, rest;
        last what follows from another."""
        part = self.code.partition(".")[0]
        if self.under:
            return len(_CAUSES) + 2
        if self.code == "row.unknown":
            return len(_CAUSES)  # the row may be lacking for another fault
        return _CAUSES.index(part) if part in _CAUSES else len(_CAUSES) + 1

    def sentences(self) -> tuple[str, str]:
        """The message in Chinese and English, without the position."""
        return text(self.code, {"value": self.value or "", **self.params})

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f" 第{self.row}行 row {self.row}"
        if self.column:
            where += f" [{self.column}]"
        zh, en = self.sentences()
        return f"{where}: {self.code}: {zh} / {en}"


class InspectorError(Exception):
    """Base of every refusal. `code` is stable; `params` fill the templates."""

    def __init__(self, code: str, **params: object) -> None:
        if code not in _MESSAGES:
            raise RuntimeError(f"unregistered error code: {code}")
        self.code = code
        self.params: Mapping[str, object] = MappingProxyType(params)
        super().__init__(code)

    def sentences(self) -> tuple[str, str]:
        """The message in Chinese and English."""
        return text(self.code, self.params)

    def __str__(self) -> str:
        zh, en = self.sentences()
        return f"{self.code}: {zh} / {en}"


class Faults(InspectorError):
    """An input with faults: all of them, causes first, in file, row, column order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = sorted(
            faults, key=lambda f: (f.rank, f.file, f.row or 0, f.column or "", f.code)
        )
        self.faults: tuple[Fault, ...] = tuple(found)
        super().__init__("input.faults", count=len(found))

    def __str__(self) -> str:
        lines = [super().__str__(), *(f"  {fault}" for fault in self.faults)]
        return "\n".join(lines)


class CeremonyError(InspectorError):
    """A step of the ceremony refused: wrong seed, order, entropy or attempt."""


class NoTable(InspectorError):
    """No feasible chance table; parameters name package, day and people."""


class NoPlan(InspectorError):
    """No plan could be made; parameters name what does not fit."""


messages(
    {
        "input.faults": (
            "输入有 {count} 处错误，未作任何改动",
            "faults in the input: {count}; nothing was changed",
        ),
    }
)
