"""`city`: each committed city in turn, or the one a test names."""

from __future__ import annotations

import pytest
from committed import CITIES, Committed, read_city


@pytest.fixture(params=CITIES)
def city(request: pytest.FixtureRequest) -> Committed:
    return read_city(request.param)
