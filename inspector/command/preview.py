"""`inspector preview SCENARIO`: what the month could carry, before anything is frozen.

A scenario → what the month could carry, as sentences or JSON.

Uses a test seed only, and says so on every output.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict

from inspector.command.explain import data
from inspector.command.folders import read_inputs
from inspector.errors import Faults, text
from inspector.month import preview as trial
from inspector.month.preview import Line, Preview
from inspector.month.trial import SharedCause
from inspector.registry import Scenario, understand
from inspector.registry.told import heard
from inspector.schedule.plan import plan
from inspector.schedule.workload import Budget, Packing, Workload
from inspector.words import word
from inspector.workdays import load_calendar

LABEL = (
    "试算（测试种子，与正式抽取无关） Trial run with a TEST seed; it says nothing of"
    " the real draw"
)
HOW = (
    "“约可安排”：在试抽的快速编排之后逐个加入其余小区，直到排不下为止（确有一份计划能排下）；"
    "“上限”：按车辆、人员、工时证明的上限\n"
    "'about': further compounds added one by one to a quick plan of the trial draw"
    " until none fits (some plan holds so many); 'at most': proven from cars, people,"
    " hours"
)

SHOWN = 12  # visits without a place that are printed
STARTS = 3  # first plans tried
SECONDS = 5  # of search when none of them places everything
BRIEF = 50_000  # units of work of that search in the further trial months


def begin(work: Workload, seed: int) -> Packing:
    """A quick plan: the engine's start from a few seeds, and a short search when each
    of them leaves something out."""
    return _begun(work, seed, Budget.seconds(SECONDS))


def quick(work: Workload, seed: int) -> Packing:
    """The same with a shorter search, for many trial months."""
    units = BRIEF if len(work.visits) <= trial.LARGE else 10 * BRIEF
    return _begun(work, seed, Budget(units, 2.0 * SECONDS))


def _begun(work: Workload, seed: int, budget: Budget) -> Packing:
    def run(seed: int, search: bool) -> Packing:
        return plan(
            work,
            seed=seed,
            budget=budget,
            executor=None,
            now=time.perf_counter,
            stop=None if search else lambda: True,
        )

    for number in range(STARTS):
        found = run(seed + number, search=False)
        if not found.unplaced:
            return found
    return run(seed, search=True)


def previewed(scenario: Scenario, seeds: int = 0) -> Preview:
    """The preview of a scenario."""
    calendar = load_calendar(scenario.calendar)
    return trial.preview(
        scenario.registry, scenario.policy, calendar, begin, seeds=seeds, quick=quick
    )


def preview(args: argparse.Namespace) -> int:
    """`inspector preview`. Raises InspectorError for a bad scenario."""
    told = understand(read_inputs(args.scenario))
    if told.scenario is None:
        raise Faults(told.faults)
    scenario, readings = told.scenario, heard(told.readings)
    found = previewed(scenario, args.seeds)
    if args.json:
        more = {"defaults": data(scenario.defaults), "warnings": _warnings(scenario)}
        body = {"schema": "inspector/preview/v2", "label": LABEL, **data(found), **more}
        body["readings"] = [asdict(r) for r in readings]
        json.dump(body, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        said = [f"  {r.file} {r.column}：{r.zh}\n    {r.en}" for r in readings]
        title = ["按此理解 Understood as"] if said else []
        print("\n".join([*lines(found), *title, *said, *beside(scenario)]))
    return 0


def _line(line: Line) -> str:
    name = line.where or "全市 city"
    more = "+" if line.all_fit else " "
    expected, docket = float(line.expected), float(line.docket)
    return (
        f"  {name:<10} 预计 expected {expected:7.1f}（台账 docket {docket:5.1f}）  "
        f"约可安排 about {line.fits:5d}{more} 上限 at most {line.limit:5d}  "
        f"车日 car-days {line.car_days:4d}  人日 duty days {line.duty_days:4d}"
    )


def lines(found: Preview) -> list[str]:
    """The preview as text: first what is short and what would help."""
    out = [
        LABEL,
        f"{found.month}  {found.working_days} 个工作日 working days",
        *_short(found),
        _line(found.city),
        "按区 by district（人员全市统筹 people are pooled city-wide）",
        *(_line(line) for line in found.districts),
    ]
    if found.skills:
        out += ["按专长 by skill", *(_line(line) for line in found.skills)]
    out += HOW.split("\n")
    out += [
        f"  不参加抽取 out of the draw：{said.zh} {said.en} {number}"
        for reason, number in found.out
        for said in [word("excluded", reason)]
    ]
    if found.excess:
        out.append("超过本年上限 Above the yearly limit")
    for each in found.excess:
        out += _said(each.code, dict(each.params))
    return out


def _warnings(scenario: Scenario) -> list[dict[str, str]]:
    """What somebody should look at, in Chinese and English."""
    pairs = (note.sentences() for note in scenario.notes)
    return [{"zh": zh, "en": en} for zh, en in pairs]


def beside(scenario: Scenario) -> list[str]:
    """What somebody should look at, and what the policy leaves out, as text."""
    out = [f"  注意 note  {w['zh']} {w['en']}" for w in _warnings(scenario)]
    if scenario.defaults:
        out.append("细则未填，按默认 Not in the policy, by default")
    return out + [f"  {d.key} = {d.value}  （{d.source}）" for d in scenario.defaults]


def _short(found: Preview) -> list[str]:
    """What is short, with names and dates; who would not fit, and what would help."""
    notes = [n for n in found.notes if n.code != "preview.fits"]
    if not (notes or found.causes or found.capped or found.left_out):
        return ["没有不足 nothing is short"]
    out = ["不足 What is short"]
    for cause in found.causes:
        zh, en = _share(cause, found.seeds)
        out += [f"  {cause.zh}〔{zh}〕", f"    {cause.en} [{en}]"]
    for each in (*found.capped, *notes):
        out += _said(each.code, dict(each.params))
    if found.left_out:
        out.append("首个试算月未能安排 Without a place in the first trial month")
    for row in found.left_out[:SHOWN]:
        out += [f"  {row.name(0)}：{row.of(0)}", f"    {row.of(1)}"]
    if len(found.left_out) > SHOWN:
        out.append(f"  … {len(found.left_out) - SHOWN}")
    if found.remedies:
        out.append("补救 What would help")
    for remedy in found.remedies:
        out += [f"  {remedy.zh}", f"    {remedy.en}"]
    return out


def _share(cause: SharedCause, seeds: int) -> tuple[str, str]:
    if cause.months:
        share = f"{cause.months}/{seeds}"
        return f"{share} 个试算月", f"{share} trial months"
    chance = f"{float(cause.share):.0%}"
    return f"抽中时，可能性 {chance}", f"if it is drawn, chance {chance}"


def _said(code: str, params: Mapping[str, object]) -> list[str]:
    zh, en = text(code, params)
    return [f"  {zh}", f"    {en}"]
