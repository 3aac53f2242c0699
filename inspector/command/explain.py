"""`inspector explain DIR WHAT`: why a visit, a day or a person is as it is.

A folder and the name of a visit, day or person → sentences, or JSON.

A closed month is read from its auditor's bundle, a month that is not closed yet from
the steps that the folder keeps.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from inspector.command.plan import begun
from inspector.command.steps import walk
from inspector.command.walk import KEPT, Options, Run
from inspector.errors import InspectorError, messages, text
from inspector.month.drawn_why import DrawWhy, explain_draw
from inspector.month.officer import OfficerWhy, explain_officer
from inspector.month.pack import workload
from inspector.month.reopen import ReopenedMonth, reopen, under_way
from inspector.why.explain import DayWhy, Option, VisitWhy, explain_day, explain_visit
from inspector.why.relaxation import Relaxation

AUDITOR = "auditor"
PLAN = "plan.json"

messages(
    {
        "explain.folder": (
            "{path} 不是月度计划的输出目录",
            "{path} is not the output folder of a planned month",
        ),
        "explain.what": (
            "“{what}”既不是检查编号、小区编号、日期，也不是工号",
            "{what} is no visit, no compound with a visit, no date and no staff number",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """A month as read from its folder; `teams`: per package staff number -> role."""

    month: ReopenedMonth
    teams: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]  # compound -> its name


def known(folder: Path) -> Known:
    """Read an output folder. Raises InspectorError explain.folder."""
    plan = folder / PLAN
    if not plan.is_file():
        raise InspectorError("explain.folder", path=folder)
    if (folder / AUDITOR).is_dir():
        files = sorted((folder / AUDITOR).glob("*.json"))
        month = reopen({path.name: path.read_bytes() for path in files})
    else:
        month = _replayed(folder)
    body = json.loads(plan.read_bytes())
    teams = {
        row["id"]: {number: role for role, _, number in row["team"] if number}
        for row in (*body["packages"], *body["standby"])
    }
    compounds = month.drawn.frozen.registry.compounds
    return Known(month, teams, {c.id: c.name for c in compounds})


def _replayed(folder: Path) -> ReopenedMonth:
    """A month under way, from the steps that were kept."""
    run = Run(Options(folder, folder), {})
    if steps := begun(folder):
        walk(run, KEPT, steps)
    packed = run.packed
    if packed is None:
        raise InspectorError("explain.folder", path=folder)
    return under_way(packed)


Why = DrawWhy | VisitWhy | DayWhy | OfficerWhy


def answers(found: Known, what: str) -> list[Why]:
    """What there is to say about a visit, a compound (why it was drawn or not, then all
    its visits), a day or a person.

    Raises InspectorError explain.what.
    """
    month = found.month
    work = workload(month.drawn, month.people)
    packages = month.packing.packages
    visits = [v.id for v in work.visits if what in (v.id, v.compound)]
    drawn = explain_draw(month.drawn, what)
    if visits or drawn:
        first: list[Why] = [drawn] if drawn else []
        return first + [explain_visit(work, packages, v) for v in visits]
    if what in month.drawn.frozen.names:
        officer = explain_officer(
            month.drawn,
            month.people,
            month.packing,
            month.seats,
            month.table,
            found.teams,
            what,
        )
        return [officer]
    try:
        day = date.fromisoformat(what)
    except ValueError:
        raise InspectorError("explain.what", what=what) from None
    return [explain_day(work, packages, day)]


def explain(args: argparse.Namespace) -> int:
    """`inspector explain`."""
    found = known(args.folder)
    answered = answers(found, args.what)
    if args.json:
        body = {
            "schema": "inspector/explain/v1",
            "month": found.month.drawn.frozen.policy.month,
            "answers": [data(a) for a in answered],
        }
        json.dump(body, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print("\n".join(line for a in answered for line in lines(a, found)))
    return 0


# -- as data -----------------------------------------------------------------------


def data(value: Any) -> Any:
    """An answer as JSON data: dates as text, fractions as pairs, parameters as
    objects, sentences beside their codes."""
    if isinstance(value, Relaxation):
        return {
            "rule": value.rule.value,
            "price": value.price,
            "extra": value.extra,
            **_said(value.code, value.params),
        }
    if is_dataclass(value) and not isinstance(value, type):
        raw = {f.name: getattr(value, f.name) for f in fields(value)}
        said = _said(raw["code"], raw["params"]) if "code" in raw else {}
        return {name: data(each) for name, each in raw.items()} | said
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, tuple | list):
        return [data(v) for v in value]
    return value


def _said(code: str, params: Sequence[tuple[str, str | int]]) -> dict[str, Any]:
    zh, en = text(code, dict(params))
    return {"code": code, "params": dict(params), "zh": zh, "en": en}


# -- as text -----------------------------------------------------------------------


def _both(code: str, params: Mapping[str, object]) -> list[str]:
    zh, en = text(code, params)
    return [zh, f"  {en}"]


def _rule(name: str) -> str:
    zh, en = text(f"rule.{name}", {})
    return f"{zh} {en}"


def lines(answer: Why, found: Known) -> list[str]:
    """An answer as lines of text, Chinese first."""
    if isinstance(answer, DrawWhy):
        return _both(answer.code, dict(answer.params))
    if isinstance(answer, VisitWhy):
        return _visit_lines(answer, found)
    if isinstance(answer, DayWhy):
        return _day_lines(answer)
    return _officer_lines(answer)


def _visit_lines(answer: VisitWhy, found: Known) -> list[str]:
    visit = next(v for v in found.month.drawn.visits if v.id == answer.visit)
    out = [f"{visit.id}  {visit.compound} {found.names[visit.compound]}"]
    out += _both(answer.code, dict(answer.params))
    for option in answer.options:
        out.append(f"  {option.day.isoformat()}  {_option(option)}")
    if answer.day is None:
        count = Counter(r for o in answer.options for r in o.alone)
        for rule, days in count.most_common():
            out.append(f"  单独排除 alone forbids {days:2d} 天 days: {_rule(rule)}")
        if answer.code != "explain.fits" and not answer.relaxations:
            out += _both("explain.no_single", {"visit": answer.visit})
    for each in answer.relaxations:
        zh, en = text(each.code, dict(each.params))
        out += [f"  → {zh}", f"    {en}  (+{each.extra} min)"]
    return out


def _option(option: Option) -> str:
    if option.extra is not None:
        where = option.package or "新包 a new package"
        return f"{option.extra:+4d} 分钟 min  {where}"
    if option.alone:
        return "✗ " + "；".join(_rule(r) for r in option.alone)
    if option.binds:
        names = "；".join(_rule(r) for r in option.binds)
        return f"✗ 任一放宽即可 any one of these eased would do: {names}"
    return "✗ 多项规则共同限制 several rules together"


def _day_lines(answer: DayWhy) -> list[str]:
    out = [
        f"{answer.day.isoformat()}  {len(answer.packages)} 个工作包 packages, "
        f"席位 seats {answer.seats}（值班 stand-by pairs {answer.standby_pairs}）, "
        f"在岗 present {answer.officers}（可主办 may lead {answer.leads}）"
    ]
    for p in answer.packages:
        out.append(
            f"  {p.id} {p.office} {p.skill or '–'}  行车 travel {p.travel_minutes}, "
            f"在岗 duty {p.duty_minutes} min  {' '.join(p.visits)}"
        )
    out += [
        f"  {office}: 用车 cars {used}/{there}" for office, used, there in answer.cars
    ]
    for line in answer.people:
        out.append(
            f"  {line.skill or '普通 plain'}: 在岗 present {line.present}, "
            f"工作包 packages {line.packages}, 还可 more {line.more}"
        )
    out += [
        f"  {j.unit}: 在岗 present {j.present}, 席位 seats {j.seats}"
        for j in answer.joint
    ]
    return out


def _officer_lines(answer: OfficerWhy) -> list[str]:
    about: dict[str, object] = {
        "inspector": answer.inspector,
        "days": answer.days,
        "max_days": answer.max_days,
        "share": f"{float(answer.share):.2f}",
        "load_min": answer.load_min,
        "load_max": answer.load_max,
        "expected": f"{float(answer.expected_days):.2f}",
        "total": answer.seats,
        "eligible": answer.eligible,
        "group": answer.group,
        "peers": answer.peers,
    }
    out = [f"{answer.inspector}  {answer.pseudonym}"]
    out += _both("explain.share", about) + _both("explain.seats", about)
    for reason, seats in answer.out:
        zh, en = text(f"out.{reason}", {})
        out.append(f"  不可坐 out of {seats:3d} 个 seats: {zh} {en}")
    for duty in answer.duties:
        params = {
            "day": duty.day.isoformat(),
            "package": duty.package,
            "role": duty.role,
            "chance": f"{float(duty.chance):.3f}",
        }
        zh, en = text("explain.duty", params)
        out.append(f"  {zh}  / {en}")
    return out
