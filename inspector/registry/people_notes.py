"""Notes of people and of days: who may sit nowhere, who is away, years that are off.

The rows of all sheets → notes, one function each; `notes` holds them all in one list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from inspector.errors import Fault, messages
from inspector.months import is_month, month_span
from inspector.registry.noting import folded, good
from inspector.registry.row_values import Rows
from inspector.registry.rules import RegistryDraft

_YEAR_OFF = 300  # days: not about this month, and not about the ones beside it
_LATEST = 2060
_CARRY = 20_000

messages(
    {
        "note.same_person": (
            "可能是同一人登记了两次：{shown}（姓名、单位相同）",
            "possibly one person entered twice: {shown} (same name, same unit)",
        ),
        "note.no_certificate": (
            "{of} 名执法人员中有 {count} 名没有执法证号，不能任主办、协办：{shown}",
            "{count} of {of} officers have no certificate number and may sit nowhere:"
            " {shown}",
        ),
        "note.no_days": (
            "{count} 名执法人员最多天数为 0，本月不排：{shown}",
            "{count} officers have 0 days at most and are in no duty: {shown}",
        ),
        "note.certificate_over": (
            "{of} 名执法人员中有 {count} 名的执法证在本月之前到期：{shown}",
            "the certificates of {count} of {of} officers end before the month:"
            " {shown}",
        ),
        "note.certificates_end": (
            "全部 {count} 名执法人员的执法证在本月内到期，最晚 {last}",
            "the certificates of all {count} officers end within the month, the last"
            " on {last}",
        ),
        "note.nobody_leads": (
            "没有一名执法人员可任主办",
            "no officer may lead",
        ),
        "note.certificate_year": (
            "{count} 名人员的执法证有效期年份可能有误：{shown}",
            "the certificates of {count} people end in a strange year: {shown}",
        ),
        "note.leave_year": (
            "{count} 条请假离本月一年左右或更远，年份可能写错：{shown}",
            "{count} leaves are about a year or more from the month; the wrong year?"
            " {shown}",
        ),
        "note.leave_long": (
            "{count} 条请假长于一个月：{shown}",
            "{count} leaves are longer than a month: {shown}",
        ),
        "note.everybody_away": (
            "{count} 天全体执法人员都请假：{shown}",
            "on {count} days all officers are on leave: {shown}",
        ),
        "note.everybody_recused": (
            "全体执法人员都回避 {shown}，没有人能检查",
            "all officers are recused from {shown}: nobody can inspect",
        ),
        "note.future": (
            "{count} 个日期在 {month} 之后，却是已经发生的事：{shown}",
            "{count} dates lie after {month} though they have happened: {shown}",
        ),
        "note.next_year": (
            "{count} 条台账的下次上门离本月一年左右或更远，年份可能写错：{shown}",
            "the next visits of {count} cases are about a year or more from the month;"
            " the wrong year? {shown}",
        ),
        "note.one_pair": (
            "{count} 次历史检查的主办与协办是同一人：{shown}",
            "{count} past visits have one person in both seats: {shown}",
        ),
        "note.carry": (
            "{count} 人的结转分钟超过 {most}：{shown}",
            "{count} people carry more than {most} minutes: {shown}",
        ),
    }
)


def _officers(draft: RegistryDraft) -> list[tuple[int, dict[str, Any]]]:
    rows = draft.sheets.get("inspectors")
    return [(n, c) for n, c in good(rows) if not c.get("expert")]


def _who(cells: dict[str, Any]) -> str:
    return f"{cells.get('id', '')} {cells.get('name', '')}".strip()


def _month(draft: RegistryDraft) -> tuple[date, date] | None:
    month = draft.policy.month if draft.policy else ""
    sure = "month" not in draft.unsure and is_month(month)
    return month_span(month) if sure else None


def same_people(draft: RegistryDraft) -> Iterator[Fault]:
    """Two rows of one name in one unit."""
    rows = draft.sheets.get("inspectors")
    names: dict[object, list[tuple[int, object]]] = defaultdict(list)
    certificates: set[object] = set()
    for number, cells in good(rows):
        # one certificate in two rows has its fault
        if (cert := cells.get("cert_no") or number) not in certificates:
            names[cells.get("name"), cells.get("unit")].append((number, _who(cells)))
        certificates.add(cert)
    for found in names.values():
        if rows is not None and len(found) > 1:
            yield from folded(rows, "note.same_person", found, "name")


def seats(draft: RegistryDraft) -> Iterator[Fault]:
    """Officers who may sit nowhere: by certificate, by days, by its end."""
    rows, officers = draft.sheets.get("inspectors"), _officers(draft)
    if rows is None or not officers:
        return
    span, of = _month(draft), len(officers)
    bare = [(n, _who(c)) for n, c in officers if not c.get("cert_no")]
    none = [(n, _who(c)) for n, c in officers if c.get("max_days") == 0]
    yield from folded(rows, "note.no_certificate", bare, "cert_no", of=of)
    yield from folded(rows, "note.no_days", none, "max_days")
    if not any(c.get("may_lead") for _, c in officers):
        yield rows.fault("note.nobody_leads", officers[0][0], "may_lead", "")
    ends = [(n, c, c.get("cert_valid_to")) for n, c in officers]
    odd = [
        (n, f"{_who(c)} {end}")
        for n, c, end in ends
        if end is not None and not 2000 <= end.year <= _LATEST
    ]
    yield from folded(rows, "note.certificate_year", odd, "cert_valid_to")
    if span is None:
        return
    over = [(n, f"{_who(c)} {e}") for n, c, e in ends if e is not None and e < span[0]]
    yield from folded(rows, "note.certificate_over", over, "cert_valid_to", of=of)
    last = [e for _, _, e in ends if e is not None]
    if len(last) == of and span[0] <= max(last) < span[1]:
        found = [(n, _who(c)) for n, c, _ in ends]
        yield from folded(
            rows, "note.certificates_end", found, "cert_valid_to", last=max(last)
        )


def leaves(draft: RegistryDraft) -> Iterator[Fault]:
    """Leave of another year, longer than a month, of everybody on one day."""
    rows, span = draft.sheets.get("leave"), _month(draft)
    if rows is None or span is None:
        return
    off, long = [], []
    away: dict[date, set[object]] = defaultdict(set)
    year = timedelta(days=_YEAR_OFF)
    for number, cells in good(rows):
        first, last = cells["from"], cells["to"]
        shown = (number, f"{cells.get('inspector', '')} {first}—{last}")
        if last < span[0] - year or first > span[1] + year:
            off.append(shown)
        elif (last - first).days > 31:
            long.append(shown)
        day = max(first, span[0])
        while day <= min(last, span[1]):
            away[day].add(cells.get("inspector"))
            day += timedelta(days=1)
    yield from folded(rows, "note.leave_year", off, "from")
    yield from folded(rows, "note.leave_long", long, "to")
    officers = {c.get("id") for _, c in _officers(draft)}
    days = sorted(d for d, who in away.items() if officers and officers <= who)
    yield from folded(
        rows, "note.everybody_away", [(1, day) for day in days], "inspector"
    )


def recusals(draft: RegistryDraft) -> Iterator[Fault]:
    """A compound from which every officer is recused, by itself or by its company."""
    rows, span = draft.sheets.get("recusals"), _month(draft)
    compounds = draft.sheets.get("compounds")
    officers = {c.get("id") for _, c in _officers(draft)}
    if rows is None or compounds is None or span is None or not officers:
        return
    out: dict[object, set[object]] = defaultdict(set)
    where: dict[object, int] = {}
    for number, cells in good(rows):
        first, last = cells.get("from"), cells.get("to")
        if (first is None or first <= span[0]) and (last is None or last >= span[1]):
            out[cells.get("subject")].add(cells.get("inspector"))
            where[cells.get("subject")] = number
    found: list[tuple[int, object]] = []
    for _, cells in good(compounds):
        one, firm = cells.get("id"), cells.get("usc18")
        who = out.get(one, set()) | (out.get(firm, set()) if firm else set())
        if cells.get("status") == "active" and officers <= who:
            found.append((where.get(one) or where.get(firm) or 1, one))
    yield from folded(rows, "note.everybody_recused", found, "subject")


# Past visits after the month are a fault (`rules.past_visits`).
_HAPPENED = {"signals": "date", "complaints": "date", "docket": "opened"}


def futures(draft: RegistryDraft) -> Iterator[Fault]:
    """What has happened lies before the end of the month."""
    span = _month(draft)
    for sheet, column in _HAPPENED.items():
        rows = draft.sheets.get(sheet)
        if rows is None or span is None:
            continue
        yield from _after(rows, column, span[1])
        if sheet == "docket":
            yield from _after(rows, "last_visit", span[1])
            yield from _next(rows, span)


def _after(rows: Rows, column: str, last: date) -> Iterator[Fault]:
    key = rows.table.sheet.key[0]
    found = [
        (n, f"{c.get(key, '')} {c[column]}")
        for n, c in good(rows)
        if c.get(column) is not None and c[column] > last
    ]
    yield from folded(rows, "note.future", found, column, month=f"{last:%Y-%m}")


def _next(rows: Rows, span: tuple[date, date]) -> Iterator[Fault]:
    year = timedelta(days=_YEAR_OFF)
    found = [
        (n, f"{c.get('case', '')} {c['next_from']}")
        for n, c in good(rows)
        if c.get("next_from") is not None
        and c.get("state") != "closed"
        and (c["next_from"] > span[1] + year or c["next_from"] < span[0] - year)
    ]
    yield from folded(rows, "note.next_year", found, "next_from")


def pairs(draft: RegistryDraft) -> Iterator[Fault]:
    """One person in both seats of a past visit."""
    rows = draft.sheets.get("history")
    if rows is not None:
        found = [
            (n, f"{c.get('compound', '')} {c.get('date')}")
            for n, c in good(rows)
            if c.get("lead") and c.get("lead") == c.get("second")
        ]
        yield from folded(rows, "note.one_pair", found, "second")


def carried(draft: RegistryDraft) -> Iterator[Fault]:
    """More minutes carried over than a person works in months."""
    rows = draft.sheets.get("inspectors")
    if rows is not None:
        found = [
            (n, _who(c))
            for n, c in good(rows)
            if abs(c.get("carry_minutes") or 0) > _CARRY
        ]
        yield from folded(rows, "note.carry", found, "carry_minutes", most=_CARRY)


PEOPLE_NOTES: tuple[Callable[[RegistryDraft], Iterable[Fault]], ...] = (
    same_people,
    seats,
    leaves,
    recusals,
    futures,
    pairs,
    carried,
)
