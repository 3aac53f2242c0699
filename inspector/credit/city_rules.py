"""The rule files that come with the project (`inspector/data/credit/*.toml`).

A city's name → its `RuleSet`.
"""

from __future__ import annotations

from importlib.resources import files

from inspector.credit.rule_file import read_rules
from inspector.credit.rules import RuleSet

_FOLDER = files("inspector") / "data" / "credit"
DEFAULT = "zibo"


def names() -> tuple[str, ...]:
    """The files by name, sorted: `gaomi`, `kunming` …"""
    return tuple(
        sorted(
            f.name.removesuffix(".toml")
            for f in _FOLDER.iterdir()
            if f.name.endswith(".toml")
        )
    )


def text(name: str) -> bytes:
    """One file as it is. Raises FileNotFoundError for a name not in `names`."""
    return (_FOLDER / f"{name}.toml").read_bytes()


def rules_of(name: str) -> RuleSet:
    """The rule set of a file."""
    return read_rules(text(name), f"{name}.toml")
