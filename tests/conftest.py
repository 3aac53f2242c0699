"""Fixtures of all tests."""

from __future__ import annotations

import pytest
from month_stages import Month, read_city, run_month


@pytest.fixture(scope="session")
def month() -> Month:
    """The 梧州 month, demonstration data, run once per session."""
    return run_month(*read_city("wuzhou"))
