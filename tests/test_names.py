"""A class name that is read twice in the core means one thing each time."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

CORE = Path(__file__).resolve().parent.parent / "inspector"
# A copy that stands alone: the public reads and runs it without the package, so that
# it names a suite, a key or a street network as the page does.
STANDALONE = "verify.py"


def classes(text: str) -> list[str]:
    """Names of all classes, nested ones too."""
    return [n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef)]


def named_twice(texts: dict[str, str]) -> dict[str, list[str]]:
    """Class name → where it is defined, of names defined more than once."""
    where = defaultdict(list)
    for inside, text in texts.items():
        for name in classes(text):
            where[name].append(inside)
    return {name: found for name, found in where.items() if len(found) > 1}


def test_a_class_name_of_the_core_means_one_thing() -> None:
    files = {p.relative_to(CORE).as_posix(): p for p in sorted(CORE.rglob("*.py"))}
    del files[STANDALONE]
    assert named_twice({k: p.read_text("utf-8") for k, p in files.items()}) == {}


def test_a_name_with_two_meanings_is_caught() -> None:
    two = {"a.py": "class X: ...\n", "b.py": "def f():\n    class X: ...\n"}
    assert named_twice(two) == {"X": ["a.py", "b.py"]}
    assert named_twice({"a.py": "class X: ...\n", "b.py": "class Y: ...\n"}) == {}
