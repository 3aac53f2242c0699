"""What jobs there are. A room that has one registers it: prepare, run, finish.

    prepare(desk, claim)          in the worker, reading: plain data for `run`
    run(data, tell, stop)         in a child process without the database: the work;
                                  `tell({...})` numbers for people to see, `stop()`
                                  whether to come to an end with what there is
    finish(desk, claim, result)   in the worker, writing: the effects, in the same
                                  transaction that marks the job done

`run` must be a function of a module (it is imported by name in the child). Whoever has
the app has its jobs: the routes that queue them import the rooms that register them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.jobs.table import Claim
from api.site import Desk

Data = dict[str, Any]
Tell = Callable[[Data], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job."""

    prepare: Callable[[Desk, Claim], Data]
    run: Callable[[Data, Tell, Stop], Data]
    finish: Callable[[Desk, Claim, Data], Data]


KINDS: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Let the workers know a kind of job. Raises ValueError for a name taken."""
    if KINDS.setdefault(name, kind) != kind:
        raise ValueError(name)
