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
SERVICE = (ROOT / "api" / "README.md").read_text("utf-8")
WORDS = (ROOT / "tests" / "README.md").read_text("utf-8")
PAGES = ("README.md", "api/README.md", "tests/README.md", "tests/bench/README.md")


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
    shown = re.search(r"<!-- table: settings -->\n(.*?)\n\Z", SERVICE, re.S)
    assert shown
    rows = [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.help} |"
        for s in table()
    ]
    assert shown[1].splitlines()[2:] == rows


@pytest.mark.parametrize("page", PAGES)
def test_every_path_and_link_on_a_page_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for path in re.findall(r"`((?:inspector|scenarios|tests|api)/[\w./]+)`", text):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([\w./-]+)\)", text):
        assert ((ROOT / page).parent / link).exists(), link


def test_readme_is_read_in_one_sitting_and_in_chinese_too() -> None:
    """At most 220 lines; no paragraph of prose is in English alone."""
    assert README.count("\n") <= 220
    prose = re.sub(r"```.*?```|<!--.*?-->", "", README, flags=re.S)
    for paragraph in re.split(r"\n\s*\n|\n(?=- |\d+\. )", prose):
        words = paragraph.strip()
        if len(re.findall(r"[A-Za-z]{2,}", words)) > 6:
            assert re.search(r"[\u4e00-\u9fff]", words), words


def test_the_glossary_has_one_word_per_thing() -> None:
    rows = [r for r in WORDS.splitlines() if r.startswith("| ") and "；" in r]
    assert len(rows) > 8
    words = [w.strip() for r in rows for w in r.split("|")[1].split(";")]
    assert len(words) == len(set(words))
