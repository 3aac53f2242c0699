"""Fixtures of the service's tests; everything they need is in `service_city`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from service_city import city, postgresql_url, server, site
from service_field import team

__all__ = ["city", "postgresql_url", "server", "site", "team"]
# Doctests would import this file once more, under that name.
collect_ignore = ["conftest.py"]
ROOT = Path(__file__).resolve().parent.parent / "conftest.py"


def pytest_configure(config: pytest.Config) -> None:
    """Leave the name `conftest` to the root's, which other folders import by it."""
    about = "one_database: what it tests is the same whatever the database; SQLite only"
    config.addinivalue_line("markers", about)
    for plugin in config.pluginmanager.get_plugins():
        if getattr(plugin, "__file__", None) == str(ROOT):
            sys.modules["conftest"] = plugin


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Tests marked `one_database` do not run a second time on PostgreSQL."""
    twice = [
        item
        for item in items
        if item.get_closest_marker("one_database") and "[postgresql" in item.name
    ]
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in twice]
