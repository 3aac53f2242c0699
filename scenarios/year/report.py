"""report-year.json and the table on the terminal: a year of months in figures.

The closed months → figures per month and of the year, as JSON and as a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from inspector.docket.escalation import EXIT
from inspector.docket.tallies import Tally, tally
from inspector.domain import CaseState, Registry
from inspector.selection.network import WHOLE
from inspector.verify import FAILS, OPEN, Report
from inspector.workdays import load_calendar
from inspector.year.coverage import Published, Rest, cap_use, coverage, rest_of_year
from inspector.year.plan import Batch, Cell, YearPlan, standing
from inspector.year.room import MONTHS, Quota
from scenarios.year.docket import Docket
from scenarios.year.office import Month
from scenarios.year.world import Moved

SHOWN = 20  # rows of a list that the report shows at most


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What the report keeps of a month."""

    month: str
    batches: tuple[Batch, ...]
    drawn: int
    visits: int
    unplaced: int
    packages: int
    travel_minutes: int
    bound_minutes: int
    claims: int
    failed: int
    not_checkable: int
    chances: tuple[int, int]  # smallest and largest of a person on a package
    listed: int
    docket_visits: int
    moves: Mapping[str, int]
    states: Mapping[str, int]
    problems: Tally
    moved: tuple[Moved, ...]
    assumed: int  # docket visits that running months sealed when it was frozen
    owed: int  # visits of earlier months that it made up for
    again: int  # results of compounds drawn while an earlier visit was sealed
    carried: int


def figures(one: Month, outcome: Report | None, docket: Docket) -> MonthFigures:
    """The figures of a month that has just closed."""
    run, registry = one.run, one.run.frozen.registry
    if run.packed is None or run.drawn is None:
        raise AssertionError("a demonstration month is always packed")
    packing, table = run.packed.packing, run.packed.table
    month = run.frozen.policy.month
    return MonthFigures(
        month,
        one.due,
        len(run.drawn.compounds),
        len(run.drawn.visits),
        len(packing.unplaced),
        len(packing.packages),
        packing.travel_minutes,
        packing.bound_minutes,
        len(outcome.findings) if outcome else 0,
        outcome.count(FAILS) if outcome else 0,
        outcome.count(OPEN) if outcome else 0,
        (table.min_chance, table.max_chance),
        run.frozen.ranking.listed,
        len(run.frozen.intake.visits),
        dict(sorted(docket.moves(month).items())),
        dict(sorted(Counter(c.state.value for c in docket.files.values()).items())),
        tally(docket.files.values(), "city").get("", Tally()),
        tuple(one.moved),
        len(registry.assumed),
        sum(not o.gone for o in registry.owed),
        one.again,
        sum(e["event"] == "carried" for e in run.log.events),
    )


def year_report(
    scenario: str,
    plan: YearPlan,
    seed: str,
    quotas: Sequence[Quota],
    cells: Sequence[Cell],
    published: Sequence[Published],
    months: Sequence[MonthFigures],
    registry: Registry,
    docket: Docket,
) -> dict[str, Any]:
    """Everything of the year; fractions are `[numerator, denominator]`."""
    classes = {c.id: c.risk_class for c in registry.compounds}
    rows = coverage(quotas, published, registry.history, classes, plan.year)
    used = cap_use(plan, quotas, registry.history, registry.compounds)
    return {
        "schema": "inspector/report-year/v1",
        "demonstration": True,
        "seed": seed,
        "scenario": scenario,
        "year": plan.year,
        "plan": plan.number,
        "cap_unit": plan.cap_unit,
        "exclude_recent_months": plan.exclude_recent_months,
        "months": [_month(plan, m) for m in months],
        "classes": [
            {
                "risk_class": r.risk_class.value,
                "base": q.base,
                "number": r.number,
                "cap": q.cap,
                "due": r.due,
                "expected": _pair(r.expected),
                "drawn": r.drawn,
                "visits": r.visits,
                "compounds": r.compounds,
                "repeats": r.repeats,
                "over": r.over,
                "most": r.most,
            }
            for q, r in zip(quotas, rows, strict=True)
        ],
        "strata": _strata(cells, published, len(months)),
        "published": [
            {
                "month": p.month,
                "stratum": p.stratum,
                "size": p.size,
                "chance": _pair(p.chance),
                "expected": _pair(p.expected),
                "drawn": p.drawn,
            }
            for p in published
        ],
        "off_floor_and_ceiling": sum(not p.at_floor_or_ceiling for p in published),
        "caps": {
            "units": len(used),
            "at_cap": sum(u.used == u.cap for u in used),
            "over_cap": sum(u.used > u.cap for u in used),
            "over": [[u.unit, u.used, u.cap] for u in used if u.used > u.cap][:SHOWN],
        },
        "docket": _docket(docket),
        "moved": _moved(months),
        "rest": _rest(rest(quotas, months, registry, plan)),
    }


def _pair(value: Fraction) -> list[int]:
    return [value.numerator, value.denominator]


def _month(plan: YearPlan, m: MonthFigures) -> dict[str, Any]:
    first = load_calendar().working_days(m.month)[0]
    return {
        "month": m.month,
        "plan": standing(plan, first).value,
        "batches": [
            {
                "risk_class": b.risk_class.value,
                "number": b.number,
                "eligible": b.eligible,
                "chance": _pair(b.chance),
                "short": b.short,
            }
            for b in m.batches
        ],
        "drawn": m.drawn,
        "visits": m.visits,
        "docket_visits": m.docket_visits,
        "unplaced": m.unplaced,
        "packages": m.packages,
        "travel_minutes": m.travel_minutes,
        "bound_minutes": m.bound_minutes,
        "person_chances": [[c, WHOLE] for c in m.chances],
        "verify": {
            "claims": m.claims,
            "failed": m.failed,
            "not_checkable": m.not_checkable,
        },
        "assumed": m.assumed,
        "owed": m.owed,
        "again": m.again,
        "carried": m.carried,
        "listed": m.listed,
        "moves": dict(m.moves),
        "cases": dict(m.states),
        "problems": {"found": m.problems.found, "solved": m.problems.solved},
        "class_moves": {
            "worse": sum(x.new > x.old for x in m.moved),
            "better": sum(x.new < x.old for x in m.moved),
        },
    }


def _strata(
    cells: Iterable[Cell], published: Iterable[Published], months: int
) -> list[dict[str, Any]]:
    """Per stratum: the plan's number so far, what the months published, what came."""
    expected: dict[str, Fraction] = {}
    drawn: Counter[str] = Counter()
    for p in published:
        expected[p.stratum] = expected.get(p.stratum, Fraction(0)) + p.expected
        drawn[p.stratum] += p.drawn
    out = []
    for c in cells:
        name = f"{c.street}/{c.risk_class.value}"
        out.append(
            {
                "stratum": name,
                "size": c.size,
                "year": _pair(c.total),
                "due": _pair(sum(c.expected[:months], Fraction(0))),
                "expected": round(float(expected.get(name, Fraction(0))), 4),
                "drawn": drawn[name],
            }
        )
    return out


def _docket(docket: Docket) -> dict[str, Any]:
    files = list(docket.files.values())
    kinds = Counter(type(m).__name__ for c in files for m in c.moves)
    problems = tally(files, "city").get("", Tally())
    return {
        "cases": len(files),
        "closed": sum(c.state is CaseState.CLOSED for c in files),
        "moves": dict(sorted(kinds.items())),
        "reopened": sum(c.reopened > 0 for c in files),
        "exits": sum(
            any(getattr(m, "rung", "") == EXIT for m in c.moves) for c in files
        ),
        "whole_ladder": sum(_whole(c.moves) for c in files),
        "misfits": len(docket.misfits),
        "problems": {
            "found": problems.found,
            "solved": problems.solved,
            "percent": problems.percent,
        },
    }


def _whole(moves: Iterable[object]) -> bool:
    """Opened, ordered, re-checked, accepted, closed and looked at again."""
    kinds = {type(m).__name__ for m in moves}
    visits = {getattr(m, "kind", None) for m in moves}
    wanted = {"CaseOpened", "Ordered", "VerdictGiven", "Closed", "LookBackDrawn"}
    return wanted <= kinds and {"recheck", "acceptance", "lookback"} <= visits


def _moved(months: Iterable[MonthFigures]) -> dict[str, int]:
    """`A>B`: how many compounds went from class A to class B in the year."""
    found = Counter(f"{x.old}>{x.new}" for m in months for x in m.moved)
    return dict(sorted(found.items()))


def rest(
    quotas: Sequence[Quota],
    months: Sequence[MonthFigures],
    registry: Registry,
    plan: YearPlan,
) -> Rest:
    """Capacity of the months left, by what the months so far have shown."""
    done = len(months)
    calendar = load_calendar()
    people_days, cars = [], []
    for month in plan.months[done:]:
        days = calendar.working_days(month)
        people_days.append(
            sum(min(i.max_days, len(days)) for i in registry.inspectors if not i.expert)
        )
        cars.append(
            sum(
                (c.first is None or c.first <= d) and (c.last is None or d <= c.last)
                for c in registry.cars
                for d in days
            )
        )
    packages = sum(m.packages for m in months)
    visits = sum(m.visits - m.unplaced for m in months)
    docket = sum(m.docket_visits for m in months)
    return rest_of_year(
        quotas,
        range(done, MONTHS),
        people_days,
        cars,
        2,
        Fraction(visits, packages) if packages else Fraction(0),
        [-(-docket // done) if done else 0] * (MONTHS - done),
    )


def _rest(left: Rest) -> dict[str, Any]:
    return {
        "months": left.months,
        "people_days": left.people_days,
        "packages": left.packages,
        "visits": left.visits,
        "expected": left.expected,
        "enough": left.enough,
    }


def year_table(body: Mapping[str, Any]) -> str:
    """The year on one screen."""
    lines = [
        f"{body['scenario']} {body['year']} 年度抽查 year  {body['plan']}"
        "  〔演示数据 demonstration data〕",
        "  月 month  计划 due  抽取 drawn  检查 visits  工作包 pack  未排 out"
        "  列入 opened  销号 closed  重启 reopened  降/升级 worse/better  复核 verify",
    ]
    for m in body["months"]:
        due = sum(b["number"] for b in m["batches"])
        moves, shifts = m["moves"], m["class_moves"]
        lines.append(
            f"  {m['month']}  {due:>8}  {m['drawn']:>10}  {m['visits']:>11}"
            f"  {m['packages']:>11}  {m['unplaced']:>8}"
            f"  {moves.get('CaseOpened', 0):>11}  {moves.get('Closed', 0):>11}"
            f"  {moves.get('Reopened', 0):>13}"
            f"  {shifts['worse']:>12}/{shifts['better']:<7}"
            f"  {m['verify']['failed']}/{m['verify']['claims']}"
            + ("  暂定计划 provisional plan" if m["plan"] != "published" else "")
        )
    lines.append(
        "  类别 class  基数 N  年度数 year  期望 expected  抽中 drawn"
        "  重复 repeats  最多 most / 上限 cap"
    )
    for r in body["classes"]:
        top, bottom = r["expected"]
        lines.append(
            f"  {r['risk_class']:>10}  {r['base']:>6}  {r['number']:>11}"
            f"  {_number(top, bottom):>13}  {r['drawn']:>10}  {r['repeats']:>12}"
            f"  {r['most']:>9} / {r['cap']}"
        )
    d, caps = body["docket"], body["caps"]
    p = d["problems"]
    lines += [
        f"  台账 docket       {d['cases']} 件 cases, 销号 closed {d['closed']}, "
        f"走完全程 whole ladder {d['whole_ladder']}, 重启 re-opened {d['reopened']}, "
        f"清退建议 exit proposals {d['exits']}",
        f"  问题 problems     发现 found {p['found']}, 解决 solved {p['solved']} "
        f"({p['percent']} %)",
        f"  上限 caps         超出 over {caps['over_cap']}, 用满 at the cap "
        f"{caps['at_cap']} / {caps['units']}",
        f"  相接 in a row     视为已查 assumed {_sum(body, 'assumed')}, "
        f"再次抽中 drawn again {_sum(body, 'again')}, 顺延 carried "
        f"{_sum(body, 'carried')}, 应补 owed {_sum(body, 'owed')}, "
        f"与台账不合 misfits {d['misfits']}",
        f"  逐层 strata       {len(body['published'])} 个月分层 strata of months, "
        f"不在上下取整 off floor and ceiling {body['off_floor_and_ceiling']}",
    ]
    return "\n".join(lines)


def _sum(body: Mapping[str, Any], name: str) -> int:
    return sum(m[name] for m in body["months"])


def _number(top: int, bottom: int) -> str:
    return str(top) if bottom == 1 else f"{top / bottom:.2f}"
