"""Simulated bureaus are made of the random months of `tests/verify`."""

from __future__ import annotations

import sys
from pathlib import Path

for name in ("verify", "check"):
    sys.path.append(str(Path(__file__).resolve().parents[1] / name))
