"""`inspector next DIR… --at TIME --out SCENARIO`: what the next freeze stands on.

Output folders of `plan`, or steps files, one for each log of the bureau → the scenario
of the month after, by what the logs held at TIME: `inspector.month.following`.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from inspector.beijing import local_time
from inspector.command.beside import read_log
from inspector.command.folders import read_inputs, replace_folder
from inspector.command.plan import now
from inspector.command.walk import Run
from inspector.errors import CeremonyError, InspectorError, messages
from inspector.month.bodies import files_of
from inspector.month.following import following, next_policy
from inspector.month.standing import Stood, bureau_of, stood
from inspector.policy import Policy
from inspector.registry import Scenario, read_scenario, write_scenario
from inspector.registry.logs_file import FILE as LOGS
from inspector.registry.policy_file import FILE as POLICY

SOURCES = "draw_entropy", "lottery_entropy"  # of policy.toml

messages(
    {
        "next.others": (
            "{path} 中另有 {names}，未改动；请另选输出文件夹",
            "{path} holds {names}, too; nothing was changed, choose another folder",
        ),
        "next.edited": (
            "{path} 的 policy.toml 已填写随机源，未改动；"
            "加 --base {path} 可保留其名录与细则",
            "policy.toml in {path} names its sources already; nothing was changed, "
            "--base {path} keeps its registries and policy",
        ),
        "next.empty": (
            "至 {at} 没有生效的名录冻结",
            "no freeze is in force at {at}",
        ),
        "next.bureau": (
            "各日志须属同一机构：{bureaus}",
            "all logs must be those of one bureau: {bureaus}",
        ),
    }
)


def next_month(args: argparse.Namespace) -> int:
    """`inspector next`."""
    at = args.at or now()
    logs = [log for path in args.folders if (log := read_log(path, at)) is not None]
    base = read_scenario(read_inputs(args.base)) if args.base is not None else None
    scenario = next_scenario(logs, at, base)
    files = write_scenario(
        scenario.registry,
        scenario.policy,
        scenario.calendar,
        scenario.credit_base,
        scenario.complaints,
    )
    _refuse_loss(args.out, files, kept=base is not None)
    replace_folder(args.out, files, (LOGS,))
    print(_summary(scenario, at))
    print(f"  → {args.out}")
    return 0


def _refuse_loss(out: Path, files: Mapping[str, bytes], *, kept: bool) -> None:
    """Raise InspectorError next.* when a folder made before holds what somebody put
    there since: other files, or sources that were named and are not `kept`."""
    if not (out / LOGS).is_file():
        return  # none of ours: replace_folder says so
    if more := sorted({path.name for path in out.iterdir()} - files.keys()):
        raise InspectorError("next.others", path=out, names=" ".join(more))
    if not kept and _edited(out / POLICY):
        raise InspectorError("next.edited", path=out)


def _edited(policy: Path) -> bool:
    """Whether somebody wrote into a policy whose sources `next` had left unnamed."""
    try:
        told = tomllib.loads(policy.read_text("utf-8"))
        rows = [row for name in SOURCES for row in told.get(name, ())]
        return any(bool(row.get("issue") or row.get("at")) for row in rows)
    except (OSError, ValueError, AttributeError):
        return policy.exists()  # half written: not ours any more


def next_scenario(
    logs: Sequence[Stood], at: str, base: Scenario | None = None
) -> Scenario:
    """The scenario of the month after the newest freeze in force, or with the
    registries and the policy of `base`, by what the logs hold at `at`.

    Raises InspectorError next.*: no freeze, logs of two bureaus, a log twice, an event
    after `at`, a log that another one names is missing.
    """
    bureaus = {bureau_of(s.origin) for s in logs}
    if base is not None:
        bureaus.add(base.policy.bureau)
    if len(bureaus) > 1:
        raise CeremonyError("next.bureau", bureaus=" ".join(sorted(bureaus)))
    if base is None:
        base = _newest(logs, at)
    registry = following(logs, base.registry, base.policy, at)
    return replace(base, registry=registry)


def _newest(logs: Sequence[Stood], at: str) -> Scenario:
    """Registries of the newest freeze in force, and the policy of the month after."""
    found = [(f.policy.month, f.at, s.origin, s) for s in logs if (f := s.frozen)]
    if not found:
        raise CeremonyError("next.empty", at=at)
    log = max(found, key=lambda row: row[:3])[3]
    assert log.frozen is not None
    freezes = [body for kind, body in log.steps() if kind == "freeze"]
    began = [b for b in freezes if b["at"] == log.frozen.at]
    files = files_of(began[-1]["files"]) if began else {}
    calendar = read_scenario(files, settled=True).calendar if began else ()
    return Scenario(log.frozen.registry, next_policy(log.frozen.policy), calendar)


def next_files(run: Run, others: Sequence[Stood]) -> dict[str, bytes]:
    """The same for a month just closed: nothing when it names a log that is not among
    `others`, for nobody can say here what that holds now."""
    own = stood(run.route, lambda: run.steps)
    logs = [*([own] if own is not None else []), *others]
    try:
        made = next_scenario(logs, max(s.last for s in logs))
    except CeremonyError as e:
        if e.code != "next.missing":
            raise
        return {}
    return write_scenario(made.registry, made.policy, made.calendar)


def _summary(scenario: Scenario, at: str) -> str:
    """What it stands on, in figures."""
    r, month = scenario.registry, scenario.policy.month
    opened = sum(log.open for log in r.logs)
    published = sum(bool(h.log) for h in r.history)
    return (
        f"{scenario.policy.bureau} {month} 承接 stands on {local_time(at)}\n"
        f"  日志 logs          {len(r.logs)}，其中未归档 open {opened}\n"
        f"  以往检查 history   {published} 次已公示 published, "
        f"{len(r.history) - published} 次机构自报 the bureau's word\n"
        f"  台账 docket        {len(r.docket)} 件 cases, "
        f"{len(r.assumed)} 次视为已查 visits assumed\n"
        f"  应补 owed          {sum(not o.gone for o in r.owed)} 次 visits, "
        f"{sum(o.gone for o in r.owed)} 次随小区作罢 gone" + _unnamed(scenario.policy)
    )


def _unnamed(policy: Policy) -> str:
    """What the bureau still has to write into the new month's policy."""
    sources = (*policy.draw_entropy, *policy.lottery_entropy)
    ids = " ".join(s.id for s in sources if not s.issue)
    return (
        f"\n  下一步 Next: 在 policy.toml 填写随机源的期号与时刻，随即冻结 name issue "
        f"and time of the sources in policy.toml, then freeze at once\n    {ids}"
        if ids
        else ""
    )
