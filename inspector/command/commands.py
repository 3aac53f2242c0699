"""The commands themselves: run, write the folder, say what happened.

Parsed arguments → an exit status, with a folder written. Below `inspector.__main__`,
above the route.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from inspector.balls import form_of, in_groups
from inspector.beijing import local_time
from inspector.command.beside import at_close, refuse_stale
from inspector.command.folders import read_inputs, replace_folder
from inspector.command.next_month import next_files
from inspector.command.people import PeopleAsked
from inspector.command.plan import run_plan
from inspector.command.plan_book import plan_book
from inspector.command.report import report, report_file
from inspector.command.sheets import month_sheets, plan_file
from inspector.command.walk import KEPT, Options, Run
from inspector.errors import InspectorError, messages
from inspector.month.assigned import Assigned
from inspector.month.audit import unexplained
from inspector.month.pack import Packed
from inspector.month.record import anchor_text, last_leaf, stage_anchors
from inspector.month.route import public_files
from inspector.month.seal import CAUSES
from inspector.month.short_of import said
from inspector.month.standing import Stood
from inspector.month.waited import due
from inspector.policy import Source
from inspector.schedule.workload import Progress
from inspector.verify import FAILS, OPEN, Report, verify_bundle

messages(
    {
        "generate.spec": (
            "城市说明 {path} 无法读取：{why}",
            "the city spec {path} cannot be read: {why}",
        ),
    }
)


SHOWN = 20  # visits without a place that are printed
# README shows what the demonstration prints: a slow or busy machine prints it, too.
DEMO_FUSE = 12  # times its time limit


def plan(args: argparse.Namespace) -> int:
    """`inspector plan`."""
    run = run_plan(
        Options(
            args.scenario,
            args.out,
            args.time_limit,
            args.workers,
            tuple(args.entropy),
            tuple(args.source),
            watcher(),
            before=tuple(args.before),
            people=PeopleAsked(tuple(args.people), args.reason, args.approver),
        )
    )
    refuse_stale(run)
    outcome = finish(run, at_close(run))
    if args.json:
        sys.stdout.write((args.out / "report.json").read_text("utf-8"))
    else:
        print(summary(run, outcome))
    return 1 if outcome is not None and outcome.count(FAILS) else 0


def demo_month(args: argparse.Namespace) -> tuple[Run, Mapping[str, bytes], int]:
    """`inspector demo` before it serves: the whole month of 梧州, all made up.

    Gives the run, its scenario files, and the exit status.
    """
    with as_file(files("scenarios") / "wuzhou") as folder:
        fuse = DEMO_FUSE * args.time_limit
        run = run_plan(
            Options(
                folder, args.out, args.time_limit, watch=watcher(), fuse_seconds=fuse
            )
        )
        outcome = finish(run)
        inputs = read_inputs(folder)
    print(summary(run, outcome), flush=True)
    return run, inputs, 1 if outcome is None or outcome.count(FAILS) else 0


def generate(args: argparse.Namespace) -> int:
    """`inspector generate`: a synthetic city from a seeded spec."""
    from scenarios.generate import generate as make

    try:
        spec = tomllib.loads(args.spec.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise InspectorError("generate.spec", path=args.spec, why=e) from e
    made = make(spec)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (args.out / name).write_bytes(data)
    print(f"{args.out}: {len(made)} 个文件 files")
    return 0


def finish(run: Run, others: Sequence[Stood] = ()) -> Report | None:
    """Write the output folder in one move; verify the bundle it holds.

    `others`: the bureau's other logs. What the next month starts from is written if
    they are all that this one names.
    """
    out = {KEPT: run.kept()}
    outcome: Report | None = None
    if run.packed is not None:
        out["plan.json"] = plan_file(run.packed, run.assigned)
        out["plan.xlsx"] = _workbook(run.packed, run.assigned)
        out |= month_sheets(run.packed, run.assigned)
    bundle = public_files(run.route)
    if run.assigned is not None:
        outcome = run.timed("verify", lambda: _verified(bundle))
    out |= {f"bundle/{name}": data for name, data in bundle.items()}
    if run.closed is not None:
        out |= {f"auditor/{n}": data for n, data in run.closed.auditor.items()}
        out |= {f"next/{n}": data for n, data in next_files(run, others).items()}
    anchors = stage_anchors(run.log, run.frozen.file, *run.attempts())
    out["anchor.txt"] = "".join(anchors or [anchor_text(run.log, b"")]).encode()
    out["report.json"] = report_file(report(run, outcome))
    replace_folder(run.options.out, out)
    return outcome


def _workbook(packed: Packed, assigned: Assigned | None) -> bytes:
    """plan.xlsx, dated as the freeze: the same month gives the same bytes."""
    policy, at = packed.frozen.policy, datetime.fromisoformat(packed.frozen.at)
    return plan_book(packed, assigned, policy.authority or policy.bureau, at)


def _verified(bundle: Mapping[str, bytes]) -> Report:
    """What the public's verifier says of the bundle, read from a folder as it would."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in bundle.items():
            (Path(folder) / name).write_bytes(data)
        return verify_bundle(folder)


def watcher() -> Callable[[Progress], None]:
    """Prints a line on standard error whenever the plan got better."""
    seen: list[tuple[object, ...]] = []

    def watch(now: Progress) -> None:
        news = (now.stage, now.travel_minutes, now.bound_minutes, now.unplaced)
        if seen and seen[-1] == news:
            return
        seen.append(news)
        share = 100 * now.done // max(1, now.total)
        bound = str(now.bound_minutes) if now.bound_minutes else "–"
        print(
            f"  {now.stage:<7} {share:3d} %  行车 travel {now.travel_minutes} min  "
            f"下界 bound {bound}  未排 unplaced {now.unplaced}",
            file=sys.stderr,
        )

    return watch


def summary(run: Run, outcome: Report | None) -> str:
    """A dozen lines a planner reads after a run."""
    frozen = run.frozen
    lines = [
        f"{frozen.policy.bureau} {frozen.policy.month} 月度抽查计划 Oversight month"
        + ("  〔演示数据 demonstration data〕" if run.demonstration else ""),
        f"  名录冻结 frozen   {frozen.commitment.hex()}",
    ]
    if run.route.frozen is None:
        lines.append(
            "  抽取已作废 draw cancelled; 另报随机源重新冻结 freeze again with later "
            "entropy"
        )
    if run.options.people.files and run.route.changes:
        change = run.route.changes[-1]
        lines.append(
            f"  人员变化 people   已登记 logged：请假 leave {len(change.leave)}, "
            f"回避 recusals {len(change.recusals)}"
        )
    if run.drawn is not None:
        lines.append(
            f"  随机抽取 draw     {len(run.drawn.compounds)} 个小区 compounds, "
            f"{len(run.drawn.visits)} 次检查 visits"
        )
    if run.packed is not None:
        p = run.packed.packing
        gap = (
            f", 下界 bound {p.bound_minutes}, "
            f"差距 gap {(p.travel_minutes - p.bound_minutes) / p.bound_minutes:.1%}"
            if p.bound_minutes
            else ""
        )
        lines.append(
            f"  日程编排 schedule {len(p.packages)} 个工作包 packages, "
            f"行车 travel {p.travel_minutes} min{gap}, "
            f"未排 unplaced {len(p.unplaced)}"
        )
        lines += left_out(run.packed)
    if run.sealed is not None:
        lines.append(f"  密封 sealed       {run.sealed.commitment.hex()}")
    if run.assigned is not None:
        packed = run.assigned.sealed.packed
        t = packed.table
        lines.append(
            f"  摇号派员 lottery  {len(packed.seats)} 个席位 seats, "
            f"概率 chances {t.min_chance / t.unit:.4f}–{t.max_chance / t.unit:.4f}"
        )
    if outcome is not None:
        lines.append(
            f"  复核 verify       {len(outcome.findings)} 项 claims, "
            f"不成立 failed {outcome.count(FAILS)}, "
            f"此处无法核验 not checkable here {outcome.count(OPEN)}"
        )
    if run.closed is not None:
        lines += [f"  注意 note         {v}" for v in unexplained(run.closed)]
    if frozen.provisional:
        lines.append(
            "  注意 note         部分公示期限落在尚未公布放假安排的年份，为暂定 "
            "some publish-by dates rest on a provisional calendar"
        )
    if frozen.registry.logs and not run.options.before:
        lines.append(
            "  注意 note         未给出其他月份（--before DIR）：承接未核对，结果不写再"
            "次抽中 other months were not given (--before DIR): what it stands on is "
            "not compared, and no result says that its compound was drawn again"
        )
    lines.append(f"  → {run.options.out}")
    if run.missing or run.causes:
        lines.append(_next_step(run))
    return "\n".join(lines)


def left_out(packed: Packed) -> list[str]:
    """What has no place and why, and what would help: for the planner alone."""
    found = said(packed)
    out = []
    for row in found.rows[:SHOWN]:
        out += [f"    {row.name(0)}：{row.of(0)}", f"      {row.of(1)}"]
    if len(found.rows) > SHOWN:
        out.append(f"    … {len(found.rows) - SHOWN}（plan.xlsx）")
    for remedy in found.remedies:
        out += [f"    → {remedy.zh}", f"      {remedy.en}"]
    return out


def _next_step(run: Run) -> str:
    """What the planner does now: publish, wait, enter the values, name others."""
    again = f"    inspector plan {run.options.scenario} --out {run.options.out}"
    if run.causes:
        zh, en = CAUSES[run.causes[0]]
        flags = " ".join(
            f"--source '{s.id}@期号 ISSUE'" for s in run.frozen.policy.lottery_entropy
        )
        return (
            f"  下一步 Next: {zh}，密封须另报更晚的同类随机源 {en}; the seal must name "
            f"later sources of the same kinds\n{again} {flags}"
        )
    stage = due(run.route)
    assert stage is not None
    waits = stage.name, stage.attempt, stage.sources
    first = {s.id for s in run.missing if last_leaf(run.log, *waits[:2], s.id)}
    flags = " ".join(f"--entropy '{s.id}=…'" for s in run.missing)
    read = "".join(f"    {line}\n" for line in _entered(run))
    if first == {s.id for s in run.missing}:
        return (
            "  下一步 Next: 已录入，须由第二人再次录入相同数值 entered; now a second "
            f"person enters the same value\n{read}{again} {flags}"
        )
    names = "\n".join(
        f"    {s.id}: {s.kind} {s.name} {s.issue}  {local_time(s.at)}{_as_printed(s)}"
        for s in stage.sources
    )
    until = local_time(stage.until)
    text = stage_anchors(run.log, run.frozen.file, waits)[0]
    return (
        f"  下一步 Next: 在北京时间 {until} 前公布锚点，待随机源产生后再运行（第二人"
        f"再录一次） publish this anchor before {until}, Beijing time, wait for\n"
        f"{names}\n"
        f"{again} {flags}\n{text}{qr(text)}"
    )


def _as_printed(source: Source) -> str:
    """An example of what to enter for a source that has a printed result."""
    form = form_of(source)
    return f"  照公告录入 as printed, e.g. '{source.id}={form}'" if form else ""


def _entered(run: Run) -> Iterator[str]:
    """The values that this run entered, as they were understood."""
    stage = due(run.route)
    if stage is None:
        return
    for source in stage.sources:
        leaf = last_leaf(run.log, stage.name, stage.attempt, source.id)
        given = any(text.startswith(source.id) for text in run.options.entropy)
        if leaf is not None and given:
            yield f"读作 read as {source.id}: {in_groups(source, leaf.value)}"


def qr(text: str) -> str:
    """The text as a QR code of terminal characters."""
    import segno

    out = io.StringIO()
    segno.make(text, micro=False).terminal(out, compact=True)
    return out.getvalue().rstrip("\n")
