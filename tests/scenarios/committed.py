"""The committed folder of a synthetic city, as its tests look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import scenarios
from inspector.domain import Inspector, Registry
from inspector.policy import Policy
from inspector.registry import read_scenario

HERE = Path(scenarios.__path__[0])
CITIES = ("zibo", "wuzhou")
# Cities made for their own mechanisms; each has a test file of its own.
MORE = ("gaomi", "kunming", "weifang")
UNTIL = dict.fromkeys(("wuzhou", *MORE), date(2026, 11, 20)) | {
    "zibo": date(2026, 11, 23)
}


@dataclass(frozen=True, slots=True)
class Committed:
    """`until`: the last day on record, which is the day of the freeze."""

    name: str
    files: dict[str, bytes]
    registry: Registry
    policy: Policy
    entropy: dict[str, Any]
    until: date

    @property
    def officers(self) -> list[Inspector]:
        """The certified inspectors, without the experts."""
        return [p for p in self.registry.inspectors if not p.expert]


@cache
def read_city(name: str) -> Committed:
    """Reads with the program's own reader: one fault and every test fails."""
    files = {p.name: p.read_bytes() for p in (HERE / name).iterdir()}
    found = read_scenario(files)
    entropy = json.loads(files["entropy.json"])
    return Committed(name, files, found.registry, found.policy, entropy, UNTIL[name])
