"""Text of a TOML or JSON file → the line of each key in it (the parsers give none)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|#[^\n]*|\n|[\[\]{},=:.]|[^\s\[\]{},=:.\"'#]+",
    re.DOTALL,
)


def line_at(lines: Mapping[str, int], path: str) -> int | None:
    """The line of a key path, or of the nearest table around it.

    A key may hold any letter, so that a part is cut at whatever ends one.

    >>> line_at({"a": 3}, "a.[x"), line_at({"a": 3}, "[[")
    (3, None)
    """
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path) if path else None


def lines_of(text: str) -> dict[str, int]:
    """Key path → line, of a text that its parser takes.

    >>> lines_of("id = 1\\n[[stars]]\\nleast = [\\n  { a.b = 2 },\\n]\\n[[stars]]")
    {'id': 1, 'stars': 2, 'stars[0]': 2, 'stars[0].least': 3, 'stars[0].least[0]': 4, \
'stars[0].least[0].a': 4, 'stars[0].least[0].a.b': 4, 'stars[1]': 6}
    >>> lines_of('{"kind": "x",\\n "days": [1,\\n 2]}')
    {'kind': 1, 'days': 2, 'days[0]': 2, 'days[1]': 3}
    """
    walk = _Walk()
    line = 1
    for match in _TOKEN.finditer(text):
        walk.take(match[0], line)
        line += match[0].count("\n")
    walk.take("\n", line)
    return walk.found


class _Walk:
    """One pass over the tokens.

    `inside`: the brackets open around a value, as [bracket, path, index]; `key`: parts
    of the key that is being written; `header`: brackets of a TOML header, 0 in none.
    """

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.inside: list[tuple[str, str, int]] = []
        self.table = ""
        self.key: list[str] = []
        self.keyed = True  # a key comes next, not a value
        self.header = 0
        self.at = ""  # the path of the value that comes next

    def take(self, token: str, line: int) -> None:
        if token[0] == "#":
            return
        if token == "\n":
            if not self.inside:
                self.ended(line)
        elif self.header:
            self.headed(token)
        elif self.keyed:
            self.named(token, line)
        else:
            self.valued(token, line)

    def ended(self, line: int) -> None:
        """A line's end outside brackets ends a header or a statement."""
        if self.header:
            self.table = self.resolved(line)
        self.key, self.keyed, self.header = [], True, 0

    def headed(self, token: str) -> None:
        if token == "[" and not self.key:
            self.header += 1
        elif token not in "[].":
            self.key.append(_bare(token))

    def resolved(self, line: int) -> str:
        """The path of a header: arrays of tables are counted."""
        path = ""
        for k, part in enumerate(self.key):
            path = _under(path, part)
            self.found.setdefault(path, line)
            if self.header == 2 and k == len(self.key) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = f"{path}[{self.counts[path]}]"
                self.found.setdefault(path, line)
        return path

    def named(self, token: str, line: int) -> None:
        if token in "=:":
            around = self.inside[-1][1] if self.inside else self.table
            for part in self.key:
                around = _under(around, part)
                self.found.setdefault(around, line)
            self.at, self.keyed = around, False
        elif token == "[" and not self.inside and not self.key:
            self.header = 1
        elif token == "{" and not self.inside:  # JSON: the whole text is one table
            self.inside.append(("{", "", 0))
        elif token == "}":
            self.closed()
        elif token not in ".,":
            self.key.append(_bare(token))

    def valued(self, token: str, line: int) -> None:
        if token in "]}":
            self.closed()
            return
        if token == ",":
            bracket, path, index = self.inside[-1]
            self.inside[-1] = (bracket, path, index + 1)
            self.key, self.keyed = [], bracket == "{"
            return
        if self.inside and self.inside[-1][0] == "[":
            _, path, index = self.inside[-1]
            self.at = f"{path}[{index}]"
            self.found.setdefault(self.at, line)
        if token in "[{":
            self.inside.append((token, self.at, 0))
            self.key, self.keyed = [], token == "{"

    def closed(self) -> None:
        self.inside.pop()
        self.keyed = False  # a comma or the end of the line comes next


def _bare(token: str) -> str:
    return token[1:-1] if token[0] in "\"'" else token


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
