"""The small city as fixtures."""

from collections.abc import Callable

import pytest
from small_city import City, a_city


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def new_city() -> Callable[[], City]:
    return a_city
