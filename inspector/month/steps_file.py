"""The steps of a month as one file: `inspector/steps/v2` ↔ kinds and bodies, in order.

    {"schema": "inspector/steps/v2", "steps": [{"kind": "freeze", …}, …]}

`inspector plan` and the service write and read the same file, so that a month begun by
one is continued by the other. It holds the registries, the blinds and the secret of the
pseudonyms: whoever has it before the close knows what is sealed. It is written for its
owner alone (0600) and leaves the service only by a command on the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from inspector.errors import InspectorError, messages

SCHEMA = "inspector/steps/v2"
Told = tuple[str, dict[str, Any]]  # kind and body of a step

messages(
    {
        "steps.file": (
            "{name} 无法读取：{why}",
            "{name} cannot be read: {why}",
        ),
    }
)


def steps_file(steps: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """The file of these steps."""
    rows = [{"kind": kind, **body} for kind, body in steps]
    body = {"schema": SCHEMA, "steps": rows}
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def read_steps(name: str, data: bytes) -> list[Told]:
    """The steps of a file; what each says is judged when it is taken.

    Raises InspectorError steps.file.
    """
    try:
        body = json.loads(data)
        if body["schema"] != SCHEMA:
            raise ValueError(SCHEMA)
        return [(str(row.pop("kind", "")), row) for row in map(dict, body["steps"])]
    except (ValueError, KeyError, TypeError) as e:
        why = f"{type(e).__name__} {e}"
        raise InspectorError("steps.file", name=name, why=why) from e
