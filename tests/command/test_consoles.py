"""Commands print on any console, also one that lacks Chinese or ≤."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["preview", "scenarios/wuzhou", "--seeds", "1"],
        ["import", "scenarios/wuzhou/leave.csv", "--out", "scenarios/wuzhou"],
    ],
)
def test_a_command_prints_on_any_console(encoding: str, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inspector", *words],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout
