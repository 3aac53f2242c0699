"""Entropy sources as people write them → as announced, with what was filled in.

The raw tables `[[draw_entropy]]`, `[[lottery_entropy]]` of policy.toml → the same with
id, kind, issue and time (UTC), and what was not written by hand. An issue gives its day
and a day its issue through `inspector.lottery_calendar`; a year that nobody has
confirmed gives neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from inspector import lottery_calendar as drawn
from inspector.beijing import CHINA, local_time
from inspector.errors import Fault, Faults, messages
from inspector.policy import Source
from inspector.registry import written
from inspector.sources import (
    DRAWINGS,
    ISSUES,
    LOTTERIES,
    SOURCE_ID,
    instant,
    is_drawing,
)

LISTS = ("draw_entropy", "lottery_entropy")
BY_CALENDAR = "calendar"  # filled in from the draw calendar
BY_NAME = "name"  # an id or kind made from name and issue
_ISSUE = re.compile(r"第?((?:20)?\d{5})期?", re.ASCII)
_NOT_ID = re.compile(r"[^a-z0-9]+")

# Adds a fault: code, path, value, parameters.
Add = Callable[..., None]

messages(
    {
        "entropy.calendar": (
            "{name} 第 {issue} 期开奖为 {right}，所写为 {value}；"
            "{value} 开的是 {other}",
            "issue {issue} of {name} is drawn {right}, written is {value}; at {value}"
            " there is {other}",
        ),
        "entropy.closed": (
            "{name} 在 {value} 休市，不开奖（{source}）",
            "{name} is not drawn on {value}, the market is closed ({source})",
        ),
        "entropy.no_issue": (
            "{name} 没有第 {value} 期：{year} 年共 {count} 期",
            "{name} has no issue {value}: {year} has {count}",
        ),
        "entropy.unconfirmed": (
            "{year} 年休市安排未经核实，不推算{name}“{value}”的日期；"
            '请同时写期号和开奖时间，如 issue = "2026134"、at = "2026-11-23 21:25"',
            "the closing days of {year} are not confirmed, no date is reckoned for"
            ' {name} "{value}"; write issue and draw time, as issue = "2026134",'
            ' at = "2026-11-23 21:25"',
        ),
        "entropy.neither": (
            '{name} 须写期号（issue = "2026134"）或开奖日期（at = "2026-11-23"）',
            '{name} needs an issue (issue = "2026134") or a day (at = "2026-11-23")',
        ),
        "entropy.no_drawing": (
            "{name} 在 {value} 不开奖：{days} {time}",
            "{name} is not drawn on {value}: {days} {time}",
        ),
    }
)


def completed(
    found: dict[str, Any], add: Add
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The policy's data with whole sources; path of what was filled in → how, value.

    Tables of another shape are left to the codec.
    """
    out, made = dict(found), dict[str, tuple[str, str]]()
    for name in LISTS:
        rows = found.get(name)
        if not isinstance(rows, list):
            continue
        out[name] = [
            _whole(row, f"{name}[{n}]", add, made) if isinstance(row, dict) else row
            for n, row in enumerate(rows)
        ]
    return out, made


def _whole(
    row: Mapping[str, Any], path: str, add: Add, made: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    """One source, completed as far as it can be."""
    out = dict(row)
    name = out.get("name")
    name = written.half(name) if isinstance(name, str) else ""
    if name in LOTTERIES:
        out["name"] = name
    if "kind" not in out and name in LOTTERIES:
        _fill(out, "kind", "lottery", path, BY_NAME, made)
    if out.get("at"):
        out["at"] = _at(out["at"])
    if out.get("kind") == "lottery" and name in LOTTERIES:
        _lottery(out, name, path, add, made)
    elif "issue" in out:
        out["issue"] = written.half(str(out["issue"]))
    if not out.get("id") and isinstance(out.get("issue"), str):
        _fill(out, "id", _id(out), path, BY_NAME, made)
    if isinstance(out.get("at"), date):  # of a kind without a calendar
        out["at"] = str(out["at"])
    return out


def _fill(
    out: dict[str, Any],
    key: str,
    value: str,
    path: str,
    how: str,
    made: dict[str, tuple[str, str]],
) -> None:
    out[key] = value
    made[f"{path}.{key}"] = how, value


def _at(value: Any) -> Any:
    """A UTC stamp, a day, or the value as it is."""
    return written.day(value) or written.moment(value)


def _id(row: Mapping[str, Any]) -> str:
    """Made from name and issue: dlt-2026134."""
    game = drawn.games().get(str(row.get("name")))
    head = game.short if game is not None else str(row.get("kind", ""))
    made = _NOT_ID.sub("-", f"{head}-{row['issue']}".lower()).strip("-")[:32]
    return made if SOURCE_ID.fullmatch(made) else head


def _lottery(
    out: dict[str, Any],
    name: str,
    path: str,
    add: Add,
    made: dict[str, tuple[str, str]],
) -> None:
    """Issue and time of a lottery, each from the other where one is not written."""
    if "issue" in out:
        out["issue"] = _issue(out["issue"])
    # Empty ones stand in a policy that was carried on from the month before.
    issue, at = out.get("issue") or None, out.get("at") or None
    if issue is None and at is None:
        if not {"issue", "at"} & out.keys():
            add("entropy.neither", path, name, name=name)
        out["issue"] = out["at"] = ""
    elif at is None:
        moment = _moment_of(name, issue, f"{path}.issue", add)
        _fill(out, "at", moment, path, BY_CALENDAR, made)
    elif isinstance(at, date):
        day, out["at"] = at, drawn.moment(name, at)
        right = _drawn_on(name, day, f"{path}.at", add)
        if issue is None:
            given = _issue_on(name, day, f"{path}.at", add) if right else ""
            _fill(out, "issue", given, path, BY_CALENDAR, made)
    elif issue is None:
        on = _local(at)
        given = _issue_on(name, on, f"{path}.at", add) if on is not None else ""
        _fill(out, "issue", given, path, BY_CALENDAR, made)


def _issue(value: Any) -> Any:
    """2026134, 第26134期 and 26134 alike."""
    found = _ISSUE.fullmatch(written.half(str(value)))
    if not found:
        return value if isinstance(value, str) else str(value)
    return found[1] if len(found[1]) == 7 else f"20{found[1]}"


def _local(at: Any) -> date | None:
    moment = instant(at) if isinstance(at, str) else None
    try:
        return moment.astimezone(CHINA).date() if moment is not None else None
    except OverflowError:  # the last evening of the year 9999
        return None


def _moment_of(name: str, issue: Any, path: str, add: Add) -> str:
    """When an issue is drawn, "" with a fault when that is not known."""
    if not isinstance(issue, str) or not ISSUES["lottery"].fullmatch(issue):
        add("entropy.issue", path, issue)
        return ""
    year, day = int(issue[:4]), drawn.day_of(name, issue)
    if drawn.known(year) is None:
        add("entropy.unconfirmed", path, issue, name=name, year=year)
    elif day is None:
        count = len(drawn.drawings(name, year))
        add("entropy.no_issue", path, issue, name=name, year=year, count=count)
    else:
        return drawn.moment(name, day)
    return ""


def _drawn_on(name: str, day: date, path: str, add: Add) -> bool:
    """Whether the game may be drawn on a weekday like this; else a fault."""
    if day.weekday() in DRAWINGS[name][1]:
        return True
    game = drawn.games()[name]
    days = "、".join(game.days)
    add("entropy.no_drawing", path, day, name=name, days=days, time=game.time)
    return False


def _issue_on(name: str, day: date, path: str, add: Add) -> str:
    """The issue of a day, "" with a fault when that is not known."""
    year, issue = drawn.known(day.year), drawn.issue_on(name, day)
    if year is None:
        add("entropy.unconfirmed", path, day, name=name, year=day.year)
    elif year.rests(day):
        add("entropy.closed", path, day, name=name, source=year.source)
    elif issue is None:
        _drawn_on(name, day, path, add)
    return issue or ""


def beside_calendar(source: Source) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """What a whole lottery source says against a confirmed year of the calendar: code,
    field, value, parameters."""
    day = _local(source.at)
    if source.kind != "lottery" or source.name not in LOTTERIES or day is None:
        return
    if not is_drawing(source.name, source.at):
        return  # no draw time at all, which `sources.wrong` says
    name, issue = source.name, source.issue
    year = drawn.known(day.year)
    if year is not None and year.rests(day):
        said = {"name": name, "source": year.source}
        yield "entropy.closed", "at", str(day), said
        return
    if not ISSUES["lottery"].fullmatch(issue):
        return
    own = drawn.known(int(issue[:4]))
    right = drawn.day_of(name, issue)
    if own is None or right == day:
        return
    if right is None:
        count = str(len(drawn.drawings(name, own.year)))
        said = {"name": name, "year": str(own.year), "count": count}
        yield "entropy.no_issue", "issue", issue, said
        return
    other = drawn.issue_on(name, day) or "—"
    yield (
        "entropy.calendar",
        "at",
        local_time(source.at),
        {
            "name": name,
            "issue": issue,
            "right": local_time(drawn.moment(name, right)),
            "other": other,
        },
    )


def announced(source: Source) -> Source:
    """A source typed on its own, its time from the calendar where it has none.

    Raises Faults entropy.* for what the calendar does not know or contradicts.
    """
    faults: list[Fault] = []

    def add(code: str, path: str, value: object, **params: object) -> None:
        faults.append(Fault(code, source.id, None, path or None, str(value), params))

    row = _whole({**asdict(source), "at": source.at or None}, "", add, {})
    found = replace(source, issue=row["issue"], at=row["at"] or "")
    for code, field, value, params in () if faults else beside_calendar(found):
        add(code, field, value, **params)
    if faults:
        raise Faults(faults)
    return found


def unconfirmed(source: Source) -> int | None:
    """The year of a typed date that no confirmed calendar covers; None otherwise."""
    day = _local(source.at)
    if source.kind != "lottery" or source.name not in LOTTERIES or day is None:
        return None
    return None if drawn.known(day.year) is not None else day.year
