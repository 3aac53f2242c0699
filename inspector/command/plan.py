"""`inspector plan`: a scenario, or a steps file, → the month as far as it can come.

Four beginnings. A folder with `entropy.json` is a demonstration: the whole month is
run, field work simulated. A folder with `steps.json` is walked as it is told. A folder
alone is a real month: it stops where the next entropy is still to come, says what to
do, and goes on from DIR/private/steps.json when it is given; registries may not change
in between. A steps file (of DIR, or exported by the service) goes on in the same way
with the registries it holds, so that either continues what the other began.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inspector.balls import canonical
from inspector.ceremony.seed import Entropy
from inspector.command import people
from inspector.command import record as records
from inspector.command.folders import read_inputs
from inspector.command.record import Record
from inspector.command.steps import FIELD, solve, walk
from inspector.command.walk import KEPT, STEPS, Options, Run
from inspector.errors import CeremonyError, InspectorError, messages
from inspector.month.bodies import files_of
from inspector.month.record import checked, last_leaf
from inspector.month.seal import plan_causes
from inspector.month.steps_file import Told, read_steps, steps_file
from inspector.month.waited import DRAWN_BY, Stage, due
from inspector.policy import Source
from inspector.registry import read_scenario
from inspector.registry.policy_sources import announced
from inspector.sources import is_outside

DEMONSTRATION = "entropy.json"

messages(
    {
        "plan.changed": (
            "名录或细则在冻结后被修改，与已公布的承诺不符",
            "registry or policy changed since the freeze; the commitment is another",
        ),
        "plan.early": (
            "冻结尚未写下，不能录入随机源 {source}",
            "entropy source {source} cannot be entered before the freeze is written",
        ),
        "plan.assigned": (
            "已摇号，不能再录入随机源",
            "people are drawn already; no entropy can be entered",
        ),
        "plan.source": (
            "密封之时方可另报随机源",
            "sources of its own are named by a seal when it is made",
        ),
        "plan.told": (
            "各步已写在 {path} 中，{flag} 在此不起作用",
            "the steps are told in {path}; {flag} does nothing here",
        ),
        "plan.other": (
            "{path} 中已有的步骤与此不同，未改动",
            "{path} holds other steps than these begin with; nothing was changed",
        ),
    }
)


def now() -> str:
    """The clock, UTC, in the form of all timestamps."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_plan(options: Options) -> Run:
    """Run the month as far as possible. Raises InspectorError; writes nothing."""
    options.people.refuse()
    at, kept = options.scenario, begun(options.out)
    if at.is_file():
        told = read_steps(at.name, at.read_bytes())
        run = Run(options, {})
        walk(run, at.name, kept if _same(kept[: len(told)], told) else told)
        _go_on(run)
    elif (at / DEMONSTRATION).is_file():
        _refuse_flags(options, DEMONSTRATION)
        made = (at / DEMONSTRATION).read_bytes()
        record = records.load(DEMONSTRATION, made, demonstration=True)
        run = Run(options, read_inputs(at))
        read_scenario(run.files)  # judged as a real month is
        walk(run, DEMONSTRATION, demonstrated(record))
        return run
    elif (at / STEPS).is_file():
        _refuse_flags(options, STEPS)
        run = Run(options, read_inputs(at))
        walk(run, STEPS, read_steps(STEPS, (at / STEPS).read_bytes()))
    else:
        run = Run(options, read_inputs(at))
        if kept:
            walk(run, KEPT, kept)
        _go_on(run)
    anew = run.demonstration and bool(run.files)
    if not anew and not _same(run.steps[: len(kept)], kept):
        raise InspectorError("plan.other", path=options.out)
    return run


def _refuse_flags(options: Options, name: str) -> None:
    """Raise CeremonyError plan.told for a value that a file of steps would not take."""
    for flag, given in (
        ("--entropy", options.entropy),
        ("--source", options.sources),
        ("--people", options.people.files),
    ):
        if given:
            raise CeremonyError("plan.told", path=options.scenario / name, flag=flag)


def begun(out: Path) -> list[Told]:
    """The steps that an output folder keeps, none if it keeps none."""
    path = out / KEPT
    return read_steps(KEPT, path.read_bytes()) if path.is_file() else []


def _same(some: Sequence[Told], other: Sequence[Told]) -> bool:
    some, other = (read_steps(KEPT, steps_file(steps)) for steps in (some, other))
    return some == other


def demonstrated(record: Record) -> list[Told]:
    """The steps of a made-up record: the whole month."""
    seal: dict[str, Any] = {"blind": record.seal_blind, "at": record.sealed_at}
    if record.lottery_sources:
        seal["entropy"] = [asdict(s) for s in record.lottery_sources]
    return [
        (
            "freeze",
            {
                "blind": record.draw_blind,
                "secret": record.secret,
                "at": record.frozen_at,
                "demonstration": record.demonstration,
            },
        ),
        *_seed("draw", record.draw, record.drawn_at),
        ("pack", {}),
        ("approve", {"at": record.sealed_at}),
        ("seal", seal),
        *_seed("lottery", record.lottery, record.assigned_at),
        (FIELD, {}),
        ("close", {"at": record.closed_at}),
    ]


def _seed(stage: str, values: Sequence[Entropy], at: str) -> list[Told]:
    """What the sources gave, and the step that draws with it."""
    rows = [asdict(e) for e in values]
    made = [("record", {"stage": stage, **row}) for row in rows]
    return [*made, (DRAWN_BY[stage], {"entropy": rows, "at": at})]


def _go_on(run: Run) -> None:
    """What can be done now: enter the values given, draw, plan, seal, draw people."""
    options = run.options
    if run.route.frozen is None:
        if options.entropy:
            # A value that is known before the freeze is written down proves nothing.
            raise CeremonyError("plan.early", source=options.entropy[0])
        if options.people.files:
            raise CeremonyError("change.people_late")
        if run.files:
            _freeze(run)
    else:
        _change_people(run)
        if run.files:
            _refuse_changed(run)
    stage = due(run.route)
    if options.entropy and stage is None:
        raise CeremonyError("plan.assigned")
    if stage is not None:
        second = _entered(run, stage)
        run.missing = _awaited(stage.sources, second)
        if run.missing and options.sources:
            raise CeremonyError("plan.source")
        if run.missing:
            return
        rows = [asdict(e) for e in second]
        run.take(DRAWN_BY[stage.name], {"entropy": rows, "at": now()})
    if run.drawn is not None and run.sealed is None:
        _seal(run)
    elif options.sources:
        raise CeremonyError("plan.source")
    if run.assigned is None and run.sealed is not None:
        run.missing = _awaited(run.sealed.entropy, ())


def _freeze(run: Run) -> None:
    blind, secret = secrets.token_hex(32), secrets.token_hex(32)
    walk(run, STEPS, [("freeze", {"blind": blind, "secret": secret, "at": now()})])


def _change_people(run: Run) -> None:
    """Log what `--people` adds."""
    asked, route = run.options.people, run.route
    if asked.files and route.frozen is not None:
        if route.assigned is None:
            route.refuse("sealed", "people")
        body = people.change_of(route.frozen, route.changes, asked, now())
        run.take("people", body)


def _refuse_changed(run: Run) -> None:
    """Registries and rules of the folder must be those of the freeze in force, leave
    and recusals with what was logged since."""
    body = next(b for kind, b in reversed(run.steps) if kind == "freeze")
    files = files_of(body["files"])
    if files == run.files:
        return
    frozen, present = read_scenario(files, settled=True), read_scenario(run.files)
    if frozen == present:
        return
    more = people.unlogged(frozen, present, run.route.changes)
    if more is None:
        raise CeremonyError("plan.changed")
    if any(more):
        leave, recusals = map(len, more)
        path = run.options.scenario / f"{'leave' if leave else 'recusals'}.csv"
        told = {"leave": leave, "recusals": recusals, "path": path}
        raise CeremonyError("change.people_unlogged", **told)


def _entered(run: Run, stage: Stage) -> list[Entropy]:
    """Enter `--entropy` for the stage that waits: a new value is a leaf; one that a run
    before has entered is its second entry, which is given back."""
    before, second, new = run.log, list[Entropy](), list[Entropy]()
    for text in run.options.entropy:
        source, issue, value = records.parse_entropy(text)
        value = canonical(stage.source(source), value, issue)
        entry = Entropy(source, issue, value, now(), bool(issue))
        entry = checked(stage.sources, stage.committed, entry)
        first = last_leaf(before, stage.name, stage.attempt, source)
        same = first is not None and replace(first, at=entry.at) == entry
        (second if same else new).append(entry)
    for entry in new:
        run.take("record", {"stage": stage.name, **asdict(entry)})
    return second


def _awaited(
    sources: Sequence[Source], second: Sequence[Entropy]
) -> tuple[Source, ...]:
    """Outside sources that nobody has entered a second time."""
    have = {e.source for e in second}
    return tuple(s for s in sources if is_outside(s) and s.id not in have)


def _seal(run: Run) -> None:
    """The plan, and its seal unless that must name sources that nobody has named."""
    if run.packed is None:
        solve(run)
    at, named = now(), _named(run)
    if named is None:
        run.causes = tuple(plan_causes(run.frozen, run.log, at))
        if run.causes:
            return
    if run.route.approval is None:
        run.take("approve", {"number": "", "by": "", "at": at})
    blind = secrets.token_hex(32)
    run.take("seal", {"blind": blind, "at": at, "entropy": named})


def _named(run: Run) -> list[Mapping[str, Any]] | None:
    """The seal's own sources of `--source`: the plan's with other issues and times."""
    if not run.options.sources:
        return None
    sources = {s.id: s for s in run.frozen.policy.lottery_entropy}
    for text in run.options.sources:
        name, issue, at = records.parse_source(text)
        if name not in sources:
            raise CeremonyError("entropy.unknown", source=name)
        sources[name] = announced(replace(sources[name], issue=issue, at=at))
    return [asdict(s) for s in sources.values()]
