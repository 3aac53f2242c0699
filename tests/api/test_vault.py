"""Encryption at rest: labels bind, keys can be changed, the file is private."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.vault import (
    Vault,
    create_key_file,
    new_key,
    open_vault,
    parse_keys,
)
from inspector.errors import InspectorError

OLD, NEW = (parse_keys(new_key(), "test")[0] for _ in range(2))


def test_what_was_sealed_opens_under_its_own_label_only() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("step:1", "小区 C001".encode() * 50)
    assert vault.open("step:1", sealed) == "小区 C001".encode() * 50
    with pytest.raises(InspectorError) as refused:
        vault.open("step:2", sealed)
    assert refused.value.code == "vault.damaged"


def test_equal_texts_are_sealed_to_different_bytes() -> None:
    vault = Vault([OLD])
    assert vault.seal("a", b"x") != vault.seal("a", b"x")


@pytest.mark.parametrize("place", [0, 1, 5, 17, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    vault = Vault([OLD])
    sealed = bytearray(vault.seal("a", b"text"))
    sealed[place] ^= 1
    with pytest.raises(InspectorError):
        vault.open("a", bytes(sealed))


def test_a_new_key_in_front_opens_what_the_old_one_sealed() -> None:
    before, after = Vault([OLD]), Vault([NEW, OLD])
    assert after.open("a", before.seal("a", b"x")) == b"x"
    assert after.derive("cookie") == before.derive("cookie")
    with pytest.raises(InspectorError):
        before.open("a", after.seal("a", b"x"))


def test_a_mark_shows_equality_and_depends_on_key_and_purpose() -> None:
    vault = Vault([OLD])
    assert vault.mark("entry", "I01") == vault.mark("entry", "I01")
    assert vault.mark("entry", "I01") != vault.mark("row", "I01")
    assert vault.mark("entry", "I01") != Vault([NEW]).mark("entry", "I01")


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "sunlot.key"
    create_key_file(path)
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    create_key_file(path)
    assert path.read_text() == text
    assert open_vault("", path).mark("a", "b") == open_vault(text, path).mark("a", "b")


@pytest.mark.parametrize("text", ["", "short", "AAAA", "ä" * 44])
def test_a_key_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "k"
    path.write_text(text)
    with pytest.raises(InspectorError) as refused:
        open_vault("", path)
    assert refused.value.code == "vault.key"
