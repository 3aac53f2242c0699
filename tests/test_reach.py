"""No room that only tests use: what a command or a route reaches, and nothing else.

The walk is static. A module that is imported runs its own lines; a function or class
is reached when a reached line names it; a decorated route is reached with its module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Where users come in: the command line, the application, and what deployments start.
DOORS = (
    *("inspector.__main__", "api.app"),
    *("api.migrations.env", "api.operations.__main__"),
)
# The public's copy, one file for itself.
STANDALONE = "inspector.verify"
Definition = ast.FunctionDef | ast.ClassDef
Node = tuple[str, str]  # module, name at its top; "" is what runs on import
# Decorators that change a function and register it nowhere.
PLAIN = {
    *("dataclass", "cache", "lru_cache", "cached_property", "contextmanager"),
    *("wraps", "overload", "total_ordering", "final"),
}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read(room: str) -> dict[str, ast.Module]:
    return {
        dotted(path): ast.parse(path.read_text("utf-8"))
        for path in sorted((ROOT / room).rglob("*.py"))
    }


class Code:
    """All modules: what stands at their top, and what each piece of it names."""

    def __init__(self, modules: dict[str, ast.Module]) -> None:
        self.modules = modules
        self.top: dict[str, dict[str, Definition]] = {}
        self.names: dict[str, dict[str, Node]] = {}
        for name, tree in modules.items():
            self.top[name] = dict(self._defined(tree))
        for name, tree in modules.items():
            self.names[name] = {}
            for node in ast.walk(tree):
                self.names[name].update(self._imported(node))
            self.names[name] |= {own: (name, own) for own in self.top[name]}

    def _defined(self, tree: ast.Module) -> Iterator[tuple[str, Definition]]:
        for node in tree.body:
            if isinstance(node, Definition):
                yield node.name, node

    def _imported(self, node: ast.AST) -> Iterator[tuple[str, Node]]:
        if isinstance(node, ast.Import):
            for a in node.names:
                if a.name in self.modules and a.asname:
                    yield a.asname, (a.name, "")
        elif isinstance(node, ast.ImportFrom) and node.module:
            for a in node.names:
                inner = f"{node.module}.{a.name}"
                here = a.asname or a.name
                if inner in self.modules:
                    yield here, (inner, "")
                elif node.module in self.modules:
                    yield here, (node.module, a.name)

    def pieces(self, node: Node) -> Iterator[ast.AST]:
        """What runs when a node is reached."""
        module, name = node
        if name:
            yield self.top[module][name]
            return
        for part in self.modules[module].body:
            if not isinstance(part, Definition):
                yield part
            else:
                yield from part.decorator_list

    def edges(self, node: Node) -> Iterator[Node]:
        module = node[0]
        yield (module, "")
        if not node[1]:
            for name, made in self.top[module].items():
                if any(_root(d) not in PLAIN for d in made.decorator_list):
                    yield (module, name)
        for piece in self.pieces(node):
            for n in ast.walk(piece):
                if isinstance(n, ast.Name) and n.id in self.names[module]:
                    yield from self._found(self.names[module][n.id])
                elif isinstance(n, ast.Attribute):
                    yield from self._attribute(module, n)
                elif isinstance(n, ast.Import | ast.ImportFrom):
                    yield from self._run(n)
                elif isinstance(n, ast.Constant) and n.value in self.modules:
                    name = str(n.value)  # a module that is started by its name
                    yield from ((name, own) for own in ("", *self.top[name]))

    def _attribute(self, module: str, n: ast.Attribute) -> Iterator[Node]:
        """`room.function` where `room` is an imported module."""
        if isinstance(n.value, ast.Name):
            target = self.names[module].get(n.value.id)
            if target and not target[1]:
                yield from self._found((target[0], n.attr))

    def _found(self, node: Node) -> Iterator[Node]:
        """The node, followed through a module that only hands it on."""
        module, name = node
        if not name or name in self.top[module]:
            yield node
        elif name in self.names[module] and self.names[module][name] != node:
            yield (module, "")
            yield from self._found(self.names[module][name])
        elif f"{module}.{name}" in self.modules:
            yield (f"{module}.{name}", "")
        else:
            yield (module, "")

    def _run(self, n: ast.Import | ast.ImportFrom) -> Iterator[Node]:
        """Modules that an import runs."""
        named = [a.name for a in n.names]
        if isinstance(n, ast.ImportFrom):
            named = [n.module or "", *(f"{n.module}.{a}" for a in named)]
        yield from ((name, "") for name in named if name in self.modules)


def _root(node: ast.expr) -> str:
    """The name at the end of a decorator."""
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def code() -> Code:
    return Code(read("inspector") | read("api") | read("scenarios/year"))


def reached(found: Code, doors: Iterable[Node]) -> set[Node]:
    seen: set[Node] = set()
    waiting = list(doors)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += found.edges(node)
    return seen


def doors(found: Code) -> set[Node]:
    return {(door, own) for door in DOORS for own in ("", *found.top[door])}


def unreached(found: Code, doors: Iterable[Node]) -> set[Node]:
    """What stands at the top of a module that no door leads to."""
    seen = reached(found, doors)
    return {
        (module, name)
        for module, top in found.top.items()
        for name in top
        if module != STANDALONE and not module.startswith("api.migrations")
    } - seen


def test_every_room_and_function_is_reached_by_a_command_or_a_route() -> None:
    found = code()
    assert unreached(found, doors(found)) == set()


def test_a_room_that_only_tests_use_is_caught() -> None:
    rooms = {
        "inspector.__main__": "from inspector import used\n\ndef main(): used.one()",
        "inspector.used": "def one(): pass\n\ndef two(): pass",
        "inspector.unused": "def three(): pass",
    }
    found = Code({name: ast.parse(text) for name, text in rooms.items()})
    left = unreached(
        found, [("inspector.__main__", ""), ("inspector.__main__", "main")]
    )
    assert left == {("inspector.used", "two"), ("inspector.unused", "three")}


def test_every_method_of_the_core_is_named_somewhere() -> None:
    found = code()
    named = {
        n.attr
        for tree in found.modules.values()
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute)
    }
    idle = {
        f"{module}:{node.name}.{part.name}"
        for module, top in found.top.items()
        if module.startswith("inspector.") and module != STANDALONE
        for node in top.values()
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef)
        and not part.name.startswith("__")
        and part.name not in named
    }
    assert idle == set()
