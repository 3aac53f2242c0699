"""Fixtures of all tests."""

from __future__ import annotations

import gc

import pytest
from month_stages import Month, read_city, run_month


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What passed tests say in one line: the counts of the long ones."""
    passed = terminalreporter.stats.get("passed", [])
    said = sorted((r.nodeid, r.capstdout.strip()) for r in passed if r.when == "call")
    lines = [(name, text) for name, text in said if text and "\n" not in text]
    if lines:
        terminalreporter.section("counts")
    for name, text in lines:
        terminalreporter.write_line(f"{name.rpartition('::')[2]}: {text}")


@pytest.fixture(scope="session")
def month() -> Month:
    """The 梧州 month, demonstration data, run once per session."""
    return run_month(*read_city("wuzhou"))


def pytest_collection_finish() -> None:
    """What collecting made stays to the end; no round of the garbage collector need
    walk it again."""
    gc.collect()
    gc.freeze()
