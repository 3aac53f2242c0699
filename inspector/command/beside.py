"""The bureau's other logs beside a month on the command line: `plan … --before DIR`.

Output folders of `plan`, or steps files → each log as it stood at a time; whether a
freeze stands on what they held then, and what a result says of them (PROTOCOL.md §12).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from inspector.command.walk import KEPT, Run
from inspector.errors import CeremonyError, InspectorError, messages
from inspector.month import following
from inspector.month.record import log_name
from inspector.month.route import at as route_at
from inspector.month.standing import Stood, stood
from inspector.month.steps_file import read_steps

EVER = "9999-12-31T23:59:59Z"

messages(
    {
        "next.steps": (
            "{path} 中没有步骤文件（private/steps.json）",
            "{path} holds no steps (private/steps.json)",
        ),
        "plan.stale": (
            "{log} 的日志在 {at} 有 {held} 项，名录承接的是 {named} 项；请再次执行 "
            "inspector next（--base 保留名录与细则），随即冻结",
            "the log {log} held {held} events at {at}, the scenario stands on {named}; "
            "run inspector next again (--base keeps registries and policy) and freeze "
            "at once",
        ),
    }
)


def read_log(path: Path, at: str) -> Stood | None:
    """The log of an output folder or a steps file as it stood at a time, None if it had
    not begun. Raises InspectorError next.steps and whatever the steps are wrong in."""
    file = path / KEPT if path.is_dir() else path
    try:
        data = file.read_bytes()
    except OSError as e:
        raise InspectorError("next.steps", path=path) from e
    steps = read_steps(str(file), data)
    return stood(route_at(steps, at), lambda: steps)


def others(run: Run, at: str) -> tuple[Stood, ...]:
    """The logs of `--before` as they stood at a time."""
    if at not in run.beside:
        found = (read_log(path, at) for path in run.options.before)
        run.beside[at] = tuple(log for log in found if log is not None)
    return run.beside[at]


def at_close(run: Run) -> tuple[Stood, ...]:
    """The same at the closing time of the month, none before it is closed."""
    if run.closed is None or not run.options.before:
        return ()
    return others(run, max(e["at"] for e in run.log.events if "at" in e))


def refuse_stale(run: Run) -> None:
    """Raise CeremonyError plan.stale unless the freeze stands on what the other logs
    held at its time: `next` and `plan` are two moments, and a log may grow between."""
    frozen = run.frozen
    named = {e.origin: e for e in frozen.registry.logs}
    for log in others(run, frozen.at):
        own = log.origin == log_name(frozen.log, frozen.file)
        if own or log.month > frozen.policy.month:
            continue
        entry = named.get(log.origin)
        if entry != log.entry:
            size = entry.size if entry is not None else 0
            where = {"log": log.origin, "at": frozen.at}
            raise CeremonyError("plan.stale", **where, held=log.entry.size, named=size)


def rests_on(run: Run, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the result of a step `publish` says of the other logs: the one that showed
    its compound's random visit first, the purpose of a visit for both, other days on
    which its firm was inspected."""
    assigned = run.assigned
    if not run.options.before or assigned is None:
        return {}
    visits = assigned.sealed.packed.drawn.visits
    visit = next((v for v in visits if v.id == body["visit"]), None)
    if visit is None:
        return {}
    at, day = str(body["published_at"]), date.fromisoformat(str(body["date"]))
    logs, inspected = others(run, EVER), body["score_bp"] >= 0
    return following.rests_on(
        logs, assigned.frozen, visit, day, at, inspected=inspected
    )
