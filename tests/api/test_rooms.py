"""How the shell is built: what imports what, and how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "api"
FILES = sorted(ROOT.rglob("*.py"))
# What the shell sees of the core (DESIGN §4, and the words everybody uses).
CORE = {
    *("__version__", "errors", "domain", "policy", "sources", "workdays", "places"),
    *("codec", "words", "months"),
    *("registry", "ceremony", "oversight", "check", "month"),
    # the solver's words for its budget and progress, and the solver itself in a job
    "schedule",
    # the month that `inspector demo` has run
    "command.walk",
    # a plan on paper, explained, previewed: the same words as on the command line
    *("command.sheets", "command.explain", "command.preview"),
    # whom the scope of a draw admits: one rule for the draw and for its public page
    "selection.draw",
    # what the public's own program says of a bundle
    "verify",
}
# Rooms that know no web: services, the month, jobs and operations work without Flask.
WEBLESS = ("services", "months", "jobs", "store", "documents")
WEB = {"flask", "flask_smorest", "flask_wtf", "werkzeug", "marshmallow"}


def imports(path: Path) -> list[str]:
    out = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            out += [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            out += [f"{node.module}.{a.name}" for a in node.names]
    return out


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_room_of_the_shell_keeps_its_place(path: Path) -> None:
    inside = path.relative_to(ROOT).as_posix()
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "inspector":
            assert rest[0] in CORE or ".".join(rest[:2]) in CORE, (inside, name)
        if top in WEB:
            assert not inside.startswith(WEBLESS), (inside, name)
        assert top != "scenarios" or inside.startswith("operations/"), (inside, name)
    limit = 1200 if inside.startswith("migrations/") else 420
    assert path.read_text("utf-8").count("\n") <= limit, inside


def test_papers_take_values_and_know_no_desk() -> None:
    for path in sorted((ROOT / "documents").glob("*.py")):
        own = [n for n in imports(path) if n.startswith("api.")]
        wrong = [n for n in own if not n.startswith(("api.documents.", "api.errors."))]
        assert not wrong, (path.name, wrong)


def test_services_are_short() -> None:
    """Load, one core call, append the event, commit: at most 20 lines."""
    for path in sorted((ROOT / "services").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                lines = (node.end_lineno or 0) - body[0].lineno + 1
                assert lines <= 20, f"{path.name}:{node.name} has {lines} lines"
