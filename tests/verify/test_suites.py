"""国密: a month hashed with SM3, checked with hashlib's and with our own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import forger
import pytest
from forger import Docs
from hypothesis import given, settings
from hypothesis import strategies as st
from month_stages import Month, freeze_city, read_city, run_month

from inspector import verify
from inspector.ceremony import canon, sm3
from inspector.ceremony.canon import SM3, digest
from inspector.ceremony.seed import Entropy
from inspector.policy import Source

FILE = Path(verify.__file__)
HIDE = """
import hashlib, hmac, runpy, sys
real = hmac.digest
def hidden(key, data, name):
    if name == "sm3":
        raise ValueError("unsupported hash type sm3")
    return real(key, data, name)
hmac.digest = hidden
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def promised(
    sources: Sequence[Source], values: Sequence[Entropy]
) -> tuple[Source, ...]:
    """The sources; what is revealed is promised by its SM3."""
    value = {v.source: v.value for v in values}
    return tuple(
        replace(s, commit=digest(SM3, "reveal", bytes.fromhex(value[s.id])).hex())
        if s.kind == "reveal"
        else s
        for s in sources
    )


@pytest.fixture(scope="module")
def guomi() -> Month:
    registry, policy, calendar, record = read_city("wuzhou")
    policy = replace(
        policy,
        hash="sm3",
        draw_entropy=promised(policy.draw_entropy, record.draw),
        lottery_entropy=promised(policy.lottery_entropy, record.lottery),
    )
    return run_month(registry, policy, calendar, record)


def report(path: Path) -> verify.Report:
    return verify.verify_bundle(path)


def test_the_verifiers_own_sm3_gives_the_published_examples() -> None:
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert verify.sm3(b"abc").hex() == known
    known = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert verify.sm3(b"abcd" * 16).hex() == known


@given(st.binary(min_size=1, max_size=140), st.binary(max_size=300))
@settings(deadline=None)
def test_the_verifiers_own_sm3_agrees_with_the_programs(
    key: bytes, data: bytes
) -> None:
    """Two programs written apart from each other, also over HMAC."""
    assert verify.sm3(data) == sm3.own_sm3(data)
    suite, was = verify.Suite.SM3, verify.OWN_SM3
    verify.OWN_SM3 = True
    try:
        found = verify.mac(verify.Key(suite, key), "demo", data)
    finally:
        verify.OWN_SM3 = was
    assert found == sm3.own_hmac(key, canon.framed("demo", data))


def test_a_month_of_sm3_holds_in_both_bundles(guomi: Month, tmp_path: Path) -> None:
    for name, files in (("public", guomi.closed.files), ("own", guomi.closed.auditor)):
        found = report(forger.write(tmp_path / name, files))
        assert found.count(verify.FAILS) == 0
        assert found.head["hash"] == "sm3"
        assert "· sm3" in found.text().split("\n")[0]


@pytest.mark.skipif(verify.OWN_SM3, reason="hashlib has no SM3")
def test_our_own_sm3_gives_the_same_report_and_says_that_it_is_slower(
    guomi: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = forger.write(tmp_path, guomi.closed.auditor)
    monkeypatch.setattr(verify, "OWN_SM3", False)
    fast = report(path)
    monkeypatch.setattr(verify, "OWN_SM3", True)
    slow = report(path)
    assert slow.findings == fast.findings
    assert verify.SLOWER in slow.text()
    monkeypatch.setattr(verify, "OWN_SM3", False)
    assert verify.SLOWER not in fast.text()


def test_a_python_without_sm3_reads_the_bundle(guomi: Month, tmp_path: Path) -> None:
    path = forger.write(tmp_path, guomi.closed.files)
    done = subprocess.run(
        [sys.executable, "-S", "-c", HIDE, str(FILE), str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert verify.SLOWER in done.stdout


def test_the_program_makes_the_same_month_without_hashlibs_sm3(
    guomi: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(canon.FUNCTIONS, "sm3", (sm3.own_sm3, sm3.own_hmac))
    again = freeze_city(guomi.registry, guomi.policy, guomi.calendar, guomi.record)
    assert again.commitment == guomi.frozen.commitment
    assert again.names == guomi.frozen.names


def test_nothing_but_trees_and_file_hashes_is_sha_256(guomi: Month) -> None:
    events = guomi.closed.log.events
    freeze = guomi.closed.files["freeze.json"]
    assert events[0]["commitment"] == digest(SM3, "freeze", freeze).hex()
    for name, hashed in events[-1]["files"].items():
        assert hashed == hashlib.sha256(guomi.closed.files[name]).hexdigest()
    leaves = [canon.canonical(e) for e in events]
    log = json.loads(guomi.closed.files["log.json"])
    assert forger.root(leaves) == log["root"]


@pytest.mark.parametrize("name", ["sha256", "md5", "SM3", "", 3, None])
def test_another_name_of_the_hash_is_caught(
    guomi: Month, tmp_path: Path, name: object
) -> None:
    """The same files with another hash named: no digest fits any more."""
    docs = forger.load(guomi.closed.files)
    docs["freeze"]["policy"]["hash"] = name
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    assert {"freeze.commitment", "draw.seed"} <= forger.failing(found)


def mixed(docs: Docs) -> None:
    """One digest of a month of SM3 made with SHA-256, everything else fitting."""
    seal, key = docs["seal"], forger.blind(docs, 2)
    salt = verify.mac(key, "salt", "plan")
    data = verify.canonical(docs["plan"])
    seal["plan_hash"] = verify.digest(verify.Suite.SHA256, "plan", salt, data).hex()
    forger.reseal(docs)


def test_two_hashes_in_one_month_are_caught(guomi: Month, tmp_path: Path) -> None:
    docs = forger.load(guomi.closed.files)
    mixed(docs)
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    assert "seal.hashes" in forger.failing(found)
