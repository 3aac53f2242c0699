"""Every error code of core and service has an HTTP status."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

import api
import inspector
from api.errors import HTTP, STATUS, status_of
from inspector.errors import MESSAGES


def _import_all(package: ModuleType) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "__main__" not in found.name and ".migrations" not in found.name:
            importlib.import_module(found.name)


_import_all(inspector)
_import_all(api)


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_code_has_an_error_status(code: str) -> None:
    assert 400 <= status_of(code) <= 507


def test_a_code_of_an_unknown_family_has_none() -> None:
    with pytest.raises(KeyError):
        status_of("nowhere.at_all")


def test_the_table_names_no_code_and_no_family_that_does_not_exist() -> None:
    families = {code.split(".", 1)[0] for code in MESSAGES}
    for entry in STATUS:
        assert entry in MESSAGES or entry in families, entry


def test_every_status_of_the_web_layer_has_a_code_of_its_own() -> None:
    assert len(set(HTTP.values())) == len(HTTP)
    assert all(STATUS[code] == status for status, code in HTTP.items())
