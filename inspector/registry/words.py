"""Cells of the import format that hold a code: spellings of the vocabulary → codes.

Closed vocabularies refuse anything else; the open ones (skills, sources, kinds of
assistants) also take any identifier, for a bureau's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inspector.domain import CaseState, RiskClass, VisitKind, Window
from inspector.registry.cells import Kind, open_word, word
from inspector.words import codes, spellings


def _closed(
    kind: str,
    type_: Callable[[str], str] = str,
    only: Iterable[str] | None = None,
    empty: str = "",
) -> Kind:
    """Only these words, read as members of `type_`; an empty cell is `empty`."""
    words = spellings(kind, only).items()
    return word({said: type_(code) for said, code in words}, empty)


def _open(kind: str, only: Iterable[str] | None = None) -> Kind:
    """These words in Chinese, and any identifier."""
    known = spellings(kind, only).items()
    return open_word({said: code for said, code in known if not said.isascii()})


COMPANY_STATUS = _closed("company_status")
COMPOUND_STATUS = _closed("compound_status")
TYPE = _closed("type")
RISK = word({risk.value: risk for risk in RiskClass})
WINDOW = _closed("window", Window)
MODE = _closed("mode")
ITEM_OBJECT = _closed("object", empty="compound")
HALF = _closed("half")
SEVERITY = _closed("severity")
# A signal praises or criticises; it is repaired in a credit file only.
POLARITY = _closed("polarity", only=("praise", "criticism"))
SIGNAL_STATE = _closed("signal", only=("pending", "accepted", "rejected"))
VISIT_KIND = _closed("kind", VisitKind)
CASE_STATE = _closed("case", CaseState)
CRS = _closed("crs")
# Whose centre stands for the place of a compound.
PRECISION = _closed("precision")
SKILL = _open("skill")
# Our own visits evaluate nobody.
SOURCE = _open("party", [code for code in codes("party") if code != "inspection"])
ASSISTANT = _open("assistant")
