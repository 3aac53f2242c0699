"""A city's own list comes as a document instead of a sheet."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from inspector.command.folders import read_inputs
from inspector.errors import Faults, InspectorError
from inspector.registry import read_scenario
from inspector.results.checklist import document, from_items

WUZHOU = Path(__file__).resolve().parents[2] / "scenarios" / "wuzhou"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A city whose items stand in a document."""
    city = tmp_path / "city"
    shutil.copytree(WUZHOU, city)
    items = read_scenario(read_inputs(city)).registry.items
    listed = document(from_items(items, "示例清单"))
    (city / "items.csv").unlink()
    (city / "checklist.json").write_text(json.dumps(listed), "utf-8")
    return city


def test_a_document_gives_the_same_registry(folder: Path) -> None:
    assert read_scenario(read_inputs(folder)) == read_scenario(read_inputs(WUZHOU))


def test_two_lists_are_one_too_many(folder: Path) -> None:
    shutil.copy(WUZHOU / "items.csv", folder)
    with pytest.raises(InspectorError) as refused:
        read_inputs(folder)
    assert refused.value.code == "folder.two_lists"


def test_what_is_wrong_in_it_is_named(folder: Path) -> None:
    file = folder / "checklist.json"
    listed = json.loads(file.read_text("utf-8"))
    listed["items"][0] |= {"weight": 0, "default_days": 91}
    file.write_text(json.dumps(listed), "utf-8")
    with pytest.raises(Faults) as wrong:
        read_inputs(folder)
    assert {f.code for f in wrong.value.faults} >= {"checklist.days"}
    listed["items"][0] |= {"weight": 225, "default_days": 15, "defect": 100}
    file.write_text(json.dumps(listed), "utf-8")
    with pytest.raises(InspectorError) as refused:
        read_inputs(folder)
    assert refused.value.code == "checklist.per_defect"
    file.write_text("{", "utf-8")
    with pytest.raises(InspectorError) as refused:
        read_inputs(folder)
    assert refused.value.code == "checklist.json"
