"""README is true: its commands run, and print what it shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import table

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def block(name: str) -> list[str]:
    """The lines shown under `<!-- output: name -->`."""
    found = re.search(rf"<!-- output: {name} -->\n```\n(.*?)```", README, re.S)
    assert found, name
    return found[1].splitlines()


def same(shown: list[str], printed: list[str]) -> None:
    """Line by line; a line `…` stands for any number of lines."""
    at = 0
    skip = False
    for line in shown:
        if line.strip() == "…":
            skip = True
            continue
        if skip:
            assert line in printed[at:], line
            at = printed.index(line, at)
            skip = False
        assert at < len(printed), line
        assert printed[at] == line
        at += 1
    assert skip or at == len(printed)


def run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_two_commands_of_the_first_screen_are_there() -> None:
    first = README.split("\n## ")[0]
    for command in (
        "python3 -m venv .venv && .venv/bin/pip install -q "
        "-c tests/constraints.txt . && .venv/bin/inspector demo",
        "python3 -m venv .venv && .venv/bin/pip install -q "
        "-c tests/constraints.txt '.[test]' && .venv/bin/pytest -q",
    ):
        assert command in first


def test_the_demo_and_the_verifier_print_what_readme_shows(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    printed = run("-m", "inspector", "demo", "--no-serve", "--out", str(out))
    lines = printed.replace(str(out), "out/demo").splitlines()
    if 'reproducible": false' in (out / "report.json").read_text("utf-8"):
        pytest.skip("the wall fuse blew on this busy machine; no fixed output")
    same(block("demo"), lines)
    verified = run("-S", "inspector/verify.py", str(out / "bundle"))
    same(block("verify"), verified.splitlines())


def test_the_table_of_settings_is_the_one_of_the_program() -> None:
    shown = re.search(r"<!-- table: settings -->\n(.*?)\n\n", README, re.S)
    assert shown
    rows = [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.help} |"
        for s in table()
    ]
    assert shown[1].splitlines()[2:] == rows


def test_every_relative_path_in_readme_exists() -> None:
    for path in re.findall(r"`((?:inspector|scenarios|tests)/[\w./]+)`", README):
        assert (ROOT / path).exists(), path


def test_the_glossary_has_one_word_per_thing() -> None:
    rows = [r for r in README.splitlines() if r.startswith("| ") and "；" in r]
    words = [w.strip() for r in rows for w in r.split("|")[1].split(";")]
    assert len(words) == len(set(words))
