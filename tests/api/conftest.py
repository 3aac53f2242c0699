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
    config.addinivalue_line(
        "markers", "both_databases: what it tests may differ from database to database"
    )
    config.addinivalue_line(
        "markers", "one_database: the same whatever the database; SQLite only"
    )
    for plugin in config.pluginmanager.get_plugins():
        if getattr(plugin, "__file__", None) == str(ROOT):
            sys.modules["conftest"] = plugin


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """On PostgreSQL run what may differ there: queries and their order, locks, types,
    triggers, crashes, whole months. Everything else does so with `-m full`."""
    twice = []
    for item in items:
        if "[postgresql" not in item.name:
            continue
        if item.get_closest_marker("one_database"):
            twice.append(item)
        elif not item.get_closest_marker("both_databases"):
            item.add_marker(pytest.mark.full)
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in twice]
