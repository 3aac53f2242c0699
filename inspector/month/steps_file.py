"""The steps of a month as one file: `inspector/steps/v2` ↔ kinds and bodies, in order.

    {"schema": "inspector/steps/v2", "steps": [{"kind": "freeze", …}, …]}

`inspector plan` and the service write and read the same file, so that a month begun by
one is continued by the other. It holds the registries, the blinds and the secret of the
pseudonyms: whoever has it before the close knows what is sealed. It is written for its
owner alone (0600) and leaves the service only by a command on the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

from inspector.codec import WRONG, Reading, hints_of, opened
from inspector.errors import Faults, InspectorError, messages
from inspector.month.bodies import BODIES
from inspector.month.documents import FORM

SCHEMA = "inspector/steps/v2"
Told = tuple[str, dict[str, Any]]  # kind and body of a step

# Kinds that are no steps of a route, and members that people tell instead of a body's.
OTHER = ("simulate", "field")
ANYTHING = "*"
TOLD: Mapping[str, tuple[str, ...]] = {
    "freeze": ("policy",),
    "absent": ("inspector",),
    "amend": ("changes",),
    "call": (ANYTHING,),
    "close": ("carried",),
}


@dataclass(frozen=True, slots=True)
class _StepsFile:
    schema: Annotated[str, (SCHEMA,)]
    steps: tuple[Mapping[str, Any], ...]


messages(
    {
        "steps.file": (
            "{name} 无法读取：{why}",
            "{name} cannot be read: {why}",
        ),
        "steps.body": (
            "{name} 第 {number} 步（{kind}）：缺少或写错 {why}",
            "{name} step {number} ({kind}): missing or wrong: {why}",
        ),
        "steps.begin": (
            "{name} 须以名录冻结开始",
            "{name} must begin with a freeze",
        ),
    }
)


def steps_file(steps: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """The file of these steps."""
    rows = [{"kind": kind, **body} for kind, body in steps]
    body = {"schema": SCHEMA, "steps": rows}
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def read_steps(name: str, data: bytes) -> list[Told]:
    """The steps of a file. Raises Faults: every member of another type than its step's
    body has, and what belongs to no step; what is missing is told when it is taken.
    """
    body, reading = opened(data, name)
    found = reading.load(_StepsFile, body)
    if found is not WRONG:
        for number, row in enumerate(found.steps):
            _judge(reading, f"steps[{number}]", row)
    reading.refuse()
    return [(row["kind"], _rest(row)) for row in found.steps]


def _rest(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != "kind"}


def _judge(reading: Reading, path: str, row: Mapping[str, Any]) -> None:
    """What stands in one step, as far as it is not told in another way."""
    kind = row.get("kind")
    if "kind" not in row:
        reading.bad(f"{path}.kind", "missing", "")
    elif not isinstance(kind, str) or kind not in {*BODIES, *OTHER}:
        reading.bad(f"{path}.kind", "kind", kind, "、".join([*BODIES, *OTHER]))
    elif kind in BODIES:
        hints, told = hints_of(BODIES[kind]), TOLD.get(kind, ())
        for name, value in _rest(row).items():
            if name in told or ANYTHING in told:
                continue
            if name in hints:
                reading.load(hints[name], value, f"{path}.{name}", FORM)
            else:
                reading.bad(f"{path}.{name}", "unknown", name)


def refuse_headless(name: str, steps: Sequence[Told]) -> None:
    """Raise InspectorError steps.begin unless the first step is a freeze."""
    if not steps or steps[0][0] != "freeze":
        raise InspectorError("steps.begin", name=name)


@contextmanager
def at_step(name: str, number: int, kind: str) -> Iterator[None]:
    """Whatever a step's body lacks or has wrong is told at its place in the file: as
    Faults where the codec read it, else as steps.body."""
    try:
        yield
    except Faults as e:
        if {f.file for f in e.faults} != {kind}:
            raise  # what is wrong in a file that the step brings stands in that file
        raise _placed(name, number, e) from e
    except (KeyError, ValueError, TypeError, AttributeError) as e:
        why = f"{type(e).__name__} {e}"
        raise InspectorError(
            "steps.body", name=name, number=number, kind=kind, why=why
        ) from e


def _placed(name: str, number: int, faults: Faults) -> Faults:
    """What was wrong with the body of a step, at its place in the file."""
    where = f"steps[{number - 1}]"
    return Faults(
        replace(f, file=name, column=f"{where}.{f.column}" if f.column else where)
        for f in faults.faults
    )
