"""Whatever the bytes, the verifier reports and never raises (T15, acceptance §4)."""

from __future__ import annotations

import copy
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import forger
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from month_stages import Month

from inspector import verify

NAMES = ("freeze", "seal", "log", *forger.OPENED, "private")
ODD = (
    None,
    True,
    -1,
    0,
    2**53 - 1,
    10**30,
    1.5,
    "",
    "\x00\x1b[2J",
    "\ud800",
    "2026-02-31",
    "9" * 50,
    "ff" * 40,
    [],
    {},
    [[[[]]]],
    {"event": "closed"},
    {"items": {"items": []}, "keys": 1, "get": 2},
)


def verdict_of(files: Mapping[str, bytes]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        return forger.verdicts(forger.write(Path(folder), files))


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a document."""
    found = [at]
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, item in items:
        found += paths(item, (*at, key))
    return found


def replaced(doc: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    doc = copy.deepcopy(doc)
    inner = doc
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return doc


def spoiled(files: Mapping[str, bytes], name: str, dice: Random) -> dict[str, bytes]:
    """One document with an odd value at a random place, encoded as JSON allows."""
    docs = forger.load(files)
    path = dice.choice(paths(docs[name])[1:])
    doc = replaced(docs[name], path, dice.choice(ODD))
    data = json.dumps(doc, sort_keys=True, separators=(",", ":")).encode()
    return {**files, f"{name}.json": data}


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_value_anywhere_is_a_failing_claim(name: str, month: Month) -> None:
    dice = Random(name)
    for _ in range(3):
        files = spoiled(month.closed.auditor, name, dice)
        found = verdict_of(files)
        same = files[f"{name}.json"] == month.closed.auditor[f"{name}.json"]
        assert same or forger.failing(found)


@pytest.mark.full
def test_a_thousand_odd_values_are_failing_claims(month: Month) -> None:
    dice = Random(1)
    for n in range(1000):
        name = NAMES[n % len(NAMES)]
        files = spoiled(month.closed.auditor, name, dice)
        same = files[f"{name}.json"] == month.closed.auditor[f"{name}.json"]
        assert same or forger.failing(verdict_of(files))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", [b"{}", b"null", b"\xff\xfe"])
def test_a_damaged_file_is_a_failing_claim(
    name: str, data: bytes, month: Month
) -> None:
    found = verdict_of({**month.closed.auditor, f"{name}.json": data})
    assert "bundle.canonical" in forger.failing(found)


@pytest.mark.parametrize("name", (*forger.OPENED, "freeze", "seal", "log"))
def test_a_dropped_file_is_named(name: str, month: Month) -> None:
    files = dict(month.closed.files)
    del files[f"{name}.json"]
    found = verdict_of(files)
    assert "bundle.files" in forger.failing(found)
    if name in forger.OPENED:
        assert "log.files" in forger.failing(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: b" " + data,
        lambda data: data.replace(b'"schema"', b'"Schema"'),
        lambda data: data.replace(b"/v2", b"/v3"),
        lambda data: data[:-1] + b',"schema":"x"}',
        lambda data: data.replace(b'"seats"', b'"se\\u0061ts"'),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(change: Any, month: Month) -> None:
    files = {**month.closed.files}
    files["assigned.json"] = change(files["assigned.json"])
    found = forger.failing(verdict_of(files))
    assert {"log.files"} <= found
    assert found & {"bundle.canonical", "bundle.files"}


def test_a_field_that_does_not_belong_breaks_the_hash(month: Month) -> None:
    data = month.closed.files["assigned.json"]
    files = {**month.closed.files, "assigned.json": b'{"a":1,' + data[1:]}
    assert forger.failing(verdict_of(files)) == {"log.files", "bundle.shape"}


@pytest.mark.parametrize("name", ["notes.txt", "private.json.bak", "entropy.json"])
def test_a_file_that_does_not_belong_is_named(name: str, month: Month) -> None:
    found = verdict_of({**month.closed.files, name: b"{}"})
    assert forger.failing(found) == {"bundle.files"}


def test_hidden_files_of_the_system_are_passed_over(month: Month) -> None:
    found = verdict_of({**month.closed.files, ".DS_Store": b"x"})
    assert forger.failing(found) == set()


def test_a_file_opened_before_the_close_is_named(month: Month) -> None:
    sealed = {n: month.closed.files[n] for n in ("freeze.json", "seal.json")}
    sealed |= month.assigned.log.files()
    assert forger.failing(verdict_of(sealed)) == set()
    found = verdict_of({**sealed, "plan.json": month.closed.files["plan.json"]})
    assert "bundle.files" in forger.failing(found)


def zip_verdicts(tmp_path: Path, data: bytes) -> dict[str, str]:
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    return forger.verdicts(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_in_a_zip_is_refused(month: Month, tmp_path: Path) -> None:
    out = io.BytesIO(forger.zipped(month.closed.files))
    with zipfile.ZipFile(out, "a") as box:
        box.writestr("seal.json", b"{}")
    assert "bundle.files" in forger.failing(zip_verdicts(tmp_path, out.getvalue()))


def test_a_damaged_zip_is_not_a_bundle(month: Month, tmp_path: Path) -> None:
    data = forger.zipped(month.closed.files)
    path = tmp_path / "cut.zip"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(verify.NotABundle):
        verify.verify_bundle(path)
    flipped = bytearray(data)
    at = data.index(b"plan.json") + 60
    flipped[at] ^= 0xFF
    assert forger.failing(zip_verdicts(tmp_path, bytes(flipped)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(
    month: Month, tmp_path: Path
) -> None:
    files = dict(month.closed.files)
    del files["results.json"]
    os.mkfifo(tmp_path / "results.json")
    found = forger.verdicts(forger.write(tmp_path, files))
    assert "bundle.files" in forger.failing(found)


@pytest.mark.parametrize("name", ["no such folder", "\0", "x" * 5000])
def test_a_path_that_cannot_be_read_is_not_a_bundle(name: str) -> None:
    with pytest.raises(verify.NotABundle):
        verify.verify_bundle(name)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(ODD),
    lambda x: (
        st.lists(x, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["events", "event", "policy", "seats", "people", "id", "at", "x"]
            ),
            x,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, min_size=1))
def test_any_json_in_any_file_is_reported(docs: dict[str, Any]) -> None:
    files = {f"{n}.json": json.dumps(doc).encode() for n, doc in docs.items()}
    assert forger.failing(verdict_of(files))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=40), min_size=1))
def test_any_bytes_in_any_file_are_reported(docs: dict[str, bytes]) -> None:
    assert forger.failing(verdict_of({f"{n}.json": d for n, d in docs.items()}))
