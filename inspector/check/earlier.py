"""Rules of what earlier months put into a draw: who is out, what is owed or sealed.

A draw with its registries → violations. Part of `inspector.check.draw`.

Months are counted here as integers and every rule goes from the rows to the outcome,
the other way round than `inspector.selection` and `inspector.docket` make it. Sources:
PROTOCOL.md §5 and §12.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Protocol

from inspector.ceremony.canon import canonical
from inspector.ceremony.log import leaf_hash
from inspector.check.violation import Findings, rule
from inspector.domain import (
    AssumedVisit,
    CaseState,
    PastVisit,
    Registry,
    Visit,
    VisitKind,
    by_number,
)
from inspector.policy import ORDINARY_DAYS, Policy
from inspector.selection.draw import Exclusion, StratumDraw


class EarlierView(Protocol):
    """A draw as far as it stands on earlier months; `day`: that of its freeze."""

    @property
    def registry(self) -> Registry: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def exclusions(self) -> tuple[Exclusion, ...]: ...
    @property
    def drawn(self) -> tuple[StratumDraw, ...]: ...
    @property
    def visits(self) -> tuple[Visit, ...]: ...
    @property
    def day(self) -> date: ...


def _number(day: date) -> int:
    """Months since year 0: a difference of two is a number of calendar months."""
    return day.year * 12 + day.month - 1


def _month(text: str) -> int:
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


def _due(row: PastVisit) -> date:
    return row.date if row.due is None else row.due


def _counting(view: EarlierView) -> Iterator[PastVisit]:
    """Rows that take a compound out: their deadline is before the day of the freeze."""
    for row in view.registry.history:
        if row.counts_for_cap and _due(row) < view.day:
            yield row


def _unit(view: EarlierView, usc18: str, compound: str) -> str:
    """What the cap is counted for: the compound, or its company, "" for none."""
    return usc18 if view.policy.draw.cap_unit == "company" else compound


def _in_year(view: EarlierView, *, everything: bool) -> dict[str, list[PastVisit]]:
    """Unit → its rows that count in the year before the month: random ones, or all."""
    this = _month(view.policy.month)
    found: dict[str, list[PastVisit]] = {}
    for row in _counting(view):
        wanted = everything or row.kind is VisitKind.RANDOM
        if wanted and this // 12 * 12 <= _number(row.date) < this:
            unit = _unit(view, row.usc18, row.compound)
            found.setdefault(unit, []).append(row)
    return found


def _days(rows: Iterable[PastVisit]) -> int:
    """Inspections of a unit: those of one day are one (综合查一次)."""
    return len({row.date for row in rows})


def _leaf(row: PastVisit) -> str:
    event = {"event": "inspected", "compound": row.compound, "usc18": row.usc18}
    event |= {"date": row.date.isoformat(), "kind": row.kind.value}
    return leaf_hash(canonical(event)).hex()


def _cited(rows: Iterable[PastVisit]) -> tuple[str, ...]:
    order = sorted(rows, key=lambda r: (r.date.isoformat(), r.compound, r.kind.value))
    return tuple(map(_leaf, order))


@rule(
    "小区 {subject} 的排除写作 {found}，应为 {due}",
    "the exclusion of compound {subject} is {found} instead of {due}",
)
def exclusions_right(view: EarlierView) -> Findings:
    """Out are those whose results of before put them out, leaves cited (PROTOCOL §5).

    A result counts from the first freeze after its deadline, however early it was
    published: nobody steers by the day of publication.
    """
    rules, this = view.policy.draw, _month(view.policy.month)
    caps = dict(rules.caps)
    lately: dict[str, list[PastVisit]] = {}
    for row in _counting(view):
        ago = this - _number(_due(row))
        if row.kind is VisitKind.RANDOM and ago <= rules.exclude_recent_months:
            lately.setdefault(row.compound, []).append(row)
    at_random, every = _in_year(view, everything=False), _in_year(view, everything=True)
    due = {}
    for c in view.registry.compounds:
        unit = _unit(view, c.usc18, c.id)
        random, all_rows = at_random.get(unit, []), every.get(unit, [])
        cap = caps.get(c.risk_class) if unit else None
        if c.id in lately:
            due[c.id] = Exclusion(c.id, "recent", _cited(lately[c.id]))
        elif cap is not None and _days(random) >= cap:
            due[c.id] = Exclusion(c.id, "cap", _cited(random))
        elif cap is not None and rules.cap_by == "all" and _days(all_rows) >= cap:
            due[c.id] = Exclusion(c.id, "other", _cited(all_rows))
    found: dict[str, list[Exclusion]] = {}
    for e in view.exclusions:
        found.setdefault(e.compound, []).append(e)
    for name in sorted({*due, *found}):
        wanted = [due[name]] if name in due else []
        if found.get(name, []) != wanted:
            yield (
                name,
                {"found": _stated(found.get(name, ())), "due": _stated(wanted)},
            )


def _stated(rows: Iterable[Exclusion]) -> str:
    return "; ".join(f"{e.reason}({len(e.cites)})" for e in rows) or "-"


@rule(
    "小区 {subject} 被抽中，但本年已计 {visits} 次检查，上限 {cap} 次",
    "compound {subject} is drawn with {visits} counted inspections this year; the cap "
    "is {cap}",
)
def caps_kept(view: EarlierView) -> Findings:
    """Nobody at the yearly cap of his class is drawn (国办发〔2024〕54号)."""
    counted = _in_year(view, everything=view.policy.draw.cap_by == "all")
    caps = dict(view.policy.draw.caps)
    drawn = {name for d in view.drawn for name in d.drawn}
    for c in view.registry.compounds:
        unit, cap = _unit(view, c.usc18, c.id), caps.get(c.risk_class)
        days = _days(counted.get(unit, ()))
        if c.id in drawn and unit and cap is not None and days >= cap:
            yield c.id, {"visits": days, "cap": cap}


@rule(
    "历史检查 {subject}（日志“{log}”）在冻结时尚无依据",
    'the earlier visit {subject} (log "{log}") has nothing to stand on at the freeze',
)
def history_known(view: EarlierView) -> Findings:
    """No row of history lies in the future or stands on nothing (PROTOCOL §12).

    It stands in a listed log, or is older than the first of them: the bureau's word.
    """
    months = {x.origin: _month(x.origin.split("/")[-2]) for x in view.registry.logs}
    first = min(months.values(), default=_number(date.max) + 1)
    for row in view.registry.history:
        number = _number(row.date)
        mine = months.get(row.log) == number if row.log else number < first
        if not mine or row.date > view.day or _due(row) < row.date:
            name = f"{row.compound} {row.date.isoformat()} {row.kind.value}"
            yield name, {"log": row.log}


@rule(
    "应补的小区 {subject} 本月应随机检查 {due} 次，实为 {visits} 次",
    "the compound {subject} is owed: {due} random visits this month, not {visits}",
)
def owed_visited(view: EarlierView) -> Findings:
    """What an earlier month carried is made, and once (PROTOCOL §12).

    It is dropped only when the compound is not active any more.
    """
    visits = Counter(v.compound for v in view.visits if VisitKind.RANDOM in v.kinds)
    active = {c.id for c in view.registry.compounds if c.status == "active"}
    for name in sorted({o.compound for o in view.registry.owed}):
        gone = {o.gone for o in view.registry.owed if o.compound == name}
        due = int(name in active)
        if visits[name] != due or gone != {not due}:
            yield name, {"visits": visits[name], "due": due}


@rule(
    "检查 {subject} 排在应补的检查之前",
    "visit {subject} stands before visits that are owed",
)
def owed_first(view: EarlierView) -> Findings:
    """Random visits of owed compounds have the first numbers (PROTOCOL §6)."""
    owed = {o.compound for o in view.registry.owed if not o.gone}
    order = sorted(view.visits, key=lambda v: by_number(v.id))
    mine = [VisitKind.RANDOM in v.kinds and v.compound in owed for v in order]
    for k, visit in enumerate(order):
        if not mine[k] and any(mine[k + 1 :]):
            yield visit.id, {}
            return


@rule(
    "台账小区 {subject} 有尚未公示的检查，本月应为 {due}，实为 {found}",
    "compound {subject} of the docket has visits still sealed: due are {due}, not "
    "{found}",
)
def sealed_docket_kept(view: EarlierView) -> Findings:
    """Visits that a running month still seals count as made (PROTOCOL §6, §12).

    The next ones are due; after a re-check or an acceptance one visit for both.
    """
    sealed: dict[str, list[AssumedVisit]] = {}
    for v in view.registry.assumed:
        sealed.setdefault(v.compound, []).append(v)
    cases = Counter(c.compound for c in view.registry.docket)
    closed = {c.compound for c in view.registry.docket if c.state is CaseState.CLOSED}
    active = {c.id for c in view.registry.compounds if c.status == "active"}
    for compound, rows in sorted(sealed.items()):
        if cases[compound] != 1 or rows[0].kind is VisitKind.LOOKBACK:
            continue
        found = sorted(
            _visit_text(v.kinds, v.first, v.last)
            for v in view.visits
            if v.compound == compound and {*v.kinds} != {VisitKind.RANDOM}
        )
        due = sorted(_next(view, rows)) if compound in active else []
        if compound in closed and not due:
            continue  # listed again, it begins a series of a new case
        if found != due:
            shown = ("; ".join(x) or "-" for x in (due, found))
            yield compound, dict(zip(("due", "found"), shown, strict=True))


def _visit_text(kinds: Sequence[VisitKind], first: date, last: date) -> str:
    names = "+".join(k.value for k in kinds if k is not VisitKind.RANDOM)
    return f"{names} {first.isoformat()}…{last.isoformat()}"


def _next(view: EarlierView, rows: Sequence[AssumedVisit]) -> Iterator[str]:
    """What is due after these visits of one case, as `_visit_text`."""
    begin = date.fromisoformat(f"{view.policy.month}-01")
    end = (begin + timedelta(31)).replace(day=1) - timedelta(1)
    rules, day = view.policy.visits, max(v.day for v in rows)
    kinds: tuple[VisitKind, ...] = (VisitKind.RECHECK, VisitKind.ACCEPTANCE)
    near, far, left = 1, ORDINARY_DAYS, 1
    if rows[0].kind is VisitKind.REMEDIATION:
        kinds, near, far = (VisitKind.REMEDIATION,), rules.gap_min, rules.gap_max
        left = len(rules.series_minutes) - 1 - max(v.step for v in rows)
    first, last = day + timedelta(near), day + timedelta(far)
    first, last = max(first, begin), min(last, end) if last >= begin else end
    for _ in range(left):
        if first > last or last > end:
            return
        yield _visit_text(kinds, first, last)
        first, last = first + timedelta(near), last + timedelta(far)
