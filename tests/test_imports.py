"""Dependencies point one way, and heavy libraries stay in their rooms (DESIGN §4)."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "inspector"

# Lower floors never see higher ones; rooms of one floor do not see each other unless
# they are the same room.
FLOORS = (
    {"month_words", "beijing"},
    {"errors", "lines", "loading", "months", "printable", "words"},
    {"codec"},
    {"domain"},
    {"policy"},
    {"workdays", "places", "sources", "law"},
    {"lottery_calendar", "balls"},
    {"ceremony"},
    {"selection", "registry"},
    {"results"},
    {"docket", "credit", "year"},
    {"check"},
    {"schedule"},
    {"replan", "why"},
    {"month"},
    {"command"},
    {"__main__"},
)
FLOOR = {room: k for k, rooms in enumerate(FLOORS) for room in rooms}
# Library → the rooms (or files) that may import it.
LIBRARIES = {
    "ortools": ("schedule/", "replan/", "why/", "selection/flows.py"),
    "python_calamine": ("registry/book.py",),
    "numpy": (
        "schedule/",
        "replan/",
        "why/",
        "selection/chances.py",
        "selection/flows.py",
        "selection/levels.py",
        "selection/problem.py",
        "selection/gauss.py",
        "selection/newton.py",
        "selection/interior.py",
        "selection/nearest.py",
    ),
    "stdnum": ("registry/",),
    "segno": ("command/",),
    "xlsxwriter": (
        "command/workbook.py",
        "command/returned_book.py",
        "command/template.py",
    ),
}
# The public's copy and the entry point may be named from above only.
STANDALONE = "verify"
# The command line alone knows what lies outside the package.
OUTSIDE = {"scenarios": ("command/", "__main__.py"), "api": ("__main__.py",)}
FILES = sorted(p for p in CORE.rglob("*.py"))


def imports(text: str) -> list[tuple[str, int]]:
    out = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            out += [(a.name, node.lineno) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            assert node.module is not None
            base = node.module
            out += [(f"{base}.{a.name}", node.lineno) for a in node.names]
    return out


def read(path: Path) -> str:
    return path.read_text("utf-8")


def room(inside: str) -> str:
    return inside.split("/")[0].removesuffix(".py")


def inside_core(path: Path) -> str:
    return path.relative_to(CORE).as_posix()


def faults(inside: str, text: str) -> list[str]:
    here = room(inside)
    out = []
    for name, line in imports(text):
        top, *rest = name.split(".")
        where = f"{inside}:{line} imports {name}"
        if top == "inspector":
            target = rest[0] if rest else ""
            if here == STANDALONE:
                out.append(where)
            elif target in ("__version__", STANDALONE):
                if here not in ("command", "__main__"):
                    out.append(where)
            elif target != here and FLOOR[target] >= FLOOR[here]:
                out.append(where)
        elif top in LIBRARIES:
            if not inside.startswith(LIBRARIES[top]):
                out.append(where)
        elif top in OUTSIDE:
            if not inside.startswith(OUTSIDE[top]):
                out.append(where)
        elif top not in sys.stdlib_module_names:
            out.append(where)
    return out


@pytest.mark.parametrize("path", FILES, ids=inside_core)
def test_a_room_imports_only_what_lies_below_it(path: Path) -> None:
    if path == CORE / "__init__.py":
        assert imports(read(path)) == []
        return
    assert faults(inside_core(path), read(path)) == []


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("selection/draw.py", "from inspector.schedule import model"),
        ("check/plan.py", "import numpy"),
        ("verify.py", "from inspector.ceremony import canon"),
        ("domain.py", "from inspector import month"),
        ("month/freeze.py", "import flask"),
    ],
)
def test_a_forbidden_import_is_caught(inside: str, line: str) -> None:
    assert len(faults(inside, line)) == 1


def test_the_core_reads_no_clock_environment_or_secrets() -> None:
    forbidden = {"os", "time", "secrets", "random", "logging", "subprocess", "socket"}
    for path in FILES:
        if room(inside_core(path)) in ("command", "__main__", STANDALONE):
            continue
        named = {n.split(".")[0] for n, _ in imports(read(path))}
        assert not named & forbidden, path


def test_no_file_grows_beyond_what_one_reads_in_a_sitting() -> None:
    for path in FILES:
        inside = inside_core(path)
        lines = read(path).count("\n")
        assert inside == f"{STANDALONE}.py" or lines <= 500, f"{inside}: {lines} lines"


# What one must read to trust a month: the page and the verifier, which proves the rest.
TRUSTED = (CORE / "ceremony" / "PROTOCOL.md", CORE / "verify.py")
MOST_LINES = 4_406
# And how months follow each other: section 12 of the page, a marked part of the other.
MOST_CHAIN = 616
CHAIN = (
    (TRUSTED[0], "## 12. Months in a row", "## "),
    (TRUSTED[1], "# --- months in a row (PROTOCOL 12)", "# ------"),
)
# And who inspects what, how often: section 13, another part.
MOST_OFTEN = 189
OFTEN = (
    (TRUSTED[0], "## 13. Who inspects what, and how often", "## "),
    (TRUSTED[1], "# --- who inspects what, how often (PROTOCOL 13)", "# ------"),
)
# And what gives way first in a month that does not hold everything: section 14 and its
# part. 103 lines of the two went there from the rest, which grew by 9.
MOST_GIVES = 166
GIVES = (
    (TRUSTED[0], "## 14. What gives way", "## "),
    (TRUSTED[1], "# --- what gives way (PROTOCOL 14)", "# ------"),
)
# With what the program itself draws by, which must not grow unnoticed.
DRAWING = (
    *TRUSTED,
    *sorted((CORE / "ceremony").glob("*.py")),
    *(CORE / "selection" / f"{name}.py" for name in ("draw", "rounding", "lottery")),
)
MOST_DRAWING = 5_878


def crowded(text: str) -> list[int]:
    """Lines with more than one statement, or that keep the formatter away."""
    starts = [n.lineno for n in ast.walk(ast.parse(text)) if isinstance(n, ast.stmt)]
    bodies = [
        (n.lineno, n.body[0].lineno)
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.If | ast.For | ast.While | ast.With | ast.FunctionDef)
    ]
    found = {n for n in starts if starts.count(n) > 1}
    found |= {line for line, body in bodies if line == body}
    off = re.compile(r"#\s*(fmt:\s*(off|skip)|yapf:\s*disable)")
    lines = text.split("\n")
    return sorted(found | {k for k, row in enumerate(lines, 1) if off.search(row)})


def part_lines(path: Path, first: str, after: str) -> int:
    """Lines of the one part that begins with `first`, up to a line like `after`."""
    before, own = f"\n{read(path)}".split(f"\n{first}\n")
    assert not any(line.startswith(first) for line in before.split("\n"))
    return 1 + own.partition(f"\n{after}")[0].count("\n")


def test_what_one_must_read_to_trust_a_month_is_short() -> None:
    sizes = {p: read(p).count("\n") for p in DRAWING}
    parts = ((CHAIN, MOST_CHAIN), (OFTEN, MOST_OFTEN), (GIVES, MOST_GIVES))
    for part, most in parts:
        own = {path: part_lines(path, *ends) for path, *ends in part}
        assert sum(own.values()) <= most, own
        sizes |= {path: sizes[path] - n for path, n in own.items()}
    assert sum(sizes[p] for p in TRUSTED) <= MOST_LINES, sizes
    assert sum(sizes.values()) <= MOST_DRAWING, sizes
    for path in DRAWING:
        if path.suffix == ".py":
            assert crowded(read(path)) == [], path
            assert max(map(len, read(path).split("\n"))) <= 88, path


MOST_BRANCHES = 15
BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.match_case)


def branches(function: ast.FunctionDef) -> int:
    """McCabe's number, functions inside it counted with it."""
    return 1 + sum(
        isinstance(n, (*BRANCHES, ast.FunctionDef))
        for n in ast.walk(function)
        if n is not function
    )


@pytest.mark.parametrize(
    "path", [p for p in DRAWING if p.suffix == ".py"], ids=inside_core
)
def test_what_one_must_read_to_trust_a_month_is_simple(path: Path) -> None:
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.FunctionDef):
            assert branches(node) <= MOST_BRANCHES, node.name


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("def f():\n    pass\n", 1),
        ("def f(x):\n    if x:\n        y = 1\n    elif not x:\n        y = 2\n", 3),
        ("def f(x):\n    for y in x:\n        while y:\n            y -= 1\n", 3),
        ("def f(x):\n    def g():\n        if x:\n            pass\n    return g\n", 3),
    ],
)
def test_branches_are_counted(text: str, number: int) -> None:
    [function] = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert branches(function) == number


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = 1\ny = 2\n", []),
        ("x = 1; y = 2\n", [1]),
        ("if x: y = 2\n", [1]),
        ("for x in y: pass\n", [1]),
        ("x = 1  # fmt: skip\n", [1]),
        ("# fmt: off\nx  = 1\n# fmt: on\n", [1]),
        ("f = [lambda a: a, lambda b: b]\n", []),
    ],
)
def test_two_statements_on_a_line_and_fmt_off_are_caught(
    text: str, lines: list[int]
) -> None:
    assert crowded(text) == lines
