"""How clerks write: `inspector/data/spreadsheet.toml` as one table, read once.

A stranger adds a unit, a word or a date format there, in one line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "spreadsheet.toml"


@cache
def spreadsheet() -> Mapping[str, Any]:
    """The whole file, by its tables."""
    return tomllib.loads(files("inspector").joinpath("data", FILE).read_text("utf-8"))
