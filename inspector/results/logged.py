"""Published results as a log holds them.

Events of a log, as published → each `result` with the `inspected` events before it: one
for each purpose of its visit, none when nobody was inspected (PROTOCOL.md §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Event = Mapping[str, Any]


def logged_results(events: Iterable[Event]) -> Iterator[tuple[int, Event, list[Event]]]:
    """Place in the log, the `result` event, and its `inspected` events.

    >>> events = [{"event": "inspected", "kind": "random"}, {"event": "result"}]
    >>> [(n, len(made)) for n, _, made in logged_results(events)]
    [(1, 1)]
    """
    made: list[Event] = []
    for index, e in enumerate(events):
        if e["event"] == "inspected":
            made.append(e)
        elif e["event"] == "result":
            yield index, e, made
            made = []
