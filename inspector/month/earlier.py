"""What a freeze says of the months before it holds together (PROTOCOL.md §12).

Registries with `logs`, `history`, `assumed`, `owed`, `running`, and the time of the
freeze → nothing, or a refusal.

Only what one freeze shows by itself is judged here: whether the logs say the same is
told by their bundles (`verify --before`). `inspector.month.standing` makes the rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from inspector.docket.visits import DOCKET_KINDS, steps_done
from inspector.domain import PastVisit, Registry, VisitKind
from inspector.errors import CeremonyError, messages
from inspector.months import is_month, month_of, month_span, months_between
from inspector.policy import Policy
from inspector.registry.logs_file import KEYS, in_order
from inspector.selection.draw import in_scope
from inspector.workdays import local_day

MONTHS = 12  # a freeze names the logs of so many months before its own
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SCOPE = re.compile(r"[0-9a-f]{16}", re.ASCII)

messages(
    {
        "freeze.order": (
            "{table} 未按次序排列或有重复：{value}",
            "{table} is out of order or has a row twice: {value}",
        ),
        "freeze.logs": (
            "以往日志“{value}”不成立：须为本机关、本月或前 12 个月的另一日志，"
            "至少有一个事件",
            'the earlier log "{value}" does not stand: it has to be another log of the '
            "bureau, of this month or the 12 before, with an event at least",
        ),
        "freeze.future": (
            "历史检查 {value} 的日期晚于冻结时刻 {at}",
            "the earlier visit {value} lies after the freeze at {at}",
        ),
        "freeze.word": (
            "历史检查 {value} 无日志可据：日期须早于 {month}，到期日不早于检查日，"
            "且无公示时刻",
            "the earlier visit {value} stands in no log: its date has to be before "
            "{month}, its deadline no earlier, and nothing published it",
        ),
        "freeze.history": (
            "历史检查 {value} 与日志“{log}”不符",
            'the earlier visit {value} does not fit the log "{log}"',
        ),
        "freeze.assumed": (
            "视为已查的检查 {value} 与未归档的日志或台账不符",
            "the visit assumed as made ({value}) does not fit an open log or the "
            "docket",
        ),
        "freeze.owed": (
            "应补的检查 {value} 与日志、名录或抽查范围不符",
            "the visit owed ({value}) does not fit the logs, the registry or the scope",
        ),
        "freeze.running": (
            "在途检查 {value} 与未归档的日志不符",
            "the running visit {value} does not fit an open log",
        ),
    }
)


def refuse_earlier(registry: Registry, policy: Policy, own: str, at: str) -> None:
    """Refuse a freeze that could not stand, whatever the logs hold. `own`: the origin
    of the log that it will stand in.

    Raises CeremonyError freeze.order, freeze.logs, freeze.future, freeze.word,
    freeze.history, freeze.assumed, freeze.owed, freeze.running.
    """
    _refuse_order(registry)
    months = {x.origin: _month(x.origin, policy, own) for x in registry.logs}
    for log in registry.logs:
        if months[log.origin] is None or log.size < 1 or not _HASH.fullmatch(log.root):
            raise CeremonyError("freeze.logs", value=log.origin)
    known = {name: month for name, month in months.items() if month is not None}
    _refuse_history(registry, known, at)
    running = {x.origin: known[x.origin] for x in registry.logs if x.open}
    _refuse_assumed(registry, running)
    _refuse_owed(registry, policy, known)
    for v in registry.running:
        two = v.lead != v.second or not v.lead
        if running.get(v.log) != month_of(v.day) or not two:
            raise CeremonyError("freeze.running", value=f"{v.compound} {v.day}")


def _refuse_order(registry: Registry) -> None:
    for table, key in KEYS.items():
        rows = getattr(registry, table)
        keys = Counter(tuple(getattr(row, name) for name in key) for row in rows)
        twice = table in ("logs", "assumed", "owed") and len(keys) < len(rows)
        if twice or in_order(table, rows) != rows:
            shown = next((k for k, n in keys.items() if n > 1), next(iter(keys)))
            raise CeremonyError(
                "freeze.order", table=table, value=" ".join(map(str, shown))
            )


def _month(origin: str, policy: Policy, own: str) -> str | None:
    """The month of another log of the bureau that a freeze may list, else None."""
    bureau, month, scope = ["", "", "", *origin.rsplit("/", 2)][-3:]
    if bureau != policy.bureau or not is_month(month) or not _SCOPE.fullmatch(scope):
        return None
    ago = months_between(month_span(month)[0], month_span(policy.month)[0])
    return month if 0 <= ago <= MONTHS and origin != own else None


def _shown(row: PastVisit) -> str:
    return f"{row.compound} {row.date} {row.kind.value}"


def _refuse_history(registry: Registry, months: Mapping[str, str], at: str) -> None:
    """`months`: that of each listed log."""
    today = local_day(at)
    first = min(months.values(), default=month_of(date.max))
    for row in registry.history:
        if row.date > today:
            raise CeremonyError("freeze.future", value=_shown(row), at=at)
        if not row.log:
            early = month_of(row.date) < first and row.deadline >= row.date
            if row.at or not early:
                raise CeremonyError("freeze.word", value=_shown(row), month=first)
            continue
        fits = (
            months.get(row.log) == month_of(row.date)
            and row.due is not None
            and row.due > row.date
            and "" < row.at <= at
            and row.date <= local_day(row.at)
        )
        if not fits:
            raise CeremonyError("freeze.history", value=_shown(row), log=row.log)
    _refuse_more_than_logged(registry)


def _refuse_more_than_logged(registry: Registry) -> None:
    """A visit stands in history once, and a log holds no more of them than events."""
    size = {x.origin: x.size for x in registry.logs}
    seen: set[tuple[date, str, str]] = set()
    rows: Counter[str] = Counter()
    for row in registry.history:
        rows[row.log] += 1
        key = (row.date, row.compound, row.kind.value)
        if row.log and (key in seen or rows[row.log] > size[row.log]):
            raise CeremonyError("freeze.history", value=_shown(row), log=row.log)
        seen.add(key)


def _refuse_assumed(registry: Registry, running: Mapping[str, str]) -> None:
    """`running`: the month of each open log."""
    cases = {c.id: c for c in registry.docket}
    next_step: dict[str, int] = {}
    rows = sorted(registry.assumed, key=lambda v: (running.get(v.log, ""), v.log))
    days: dict[str, set[date]] = {}
    for v in rows:
        case = cases.get(v.case)
        series = v.kind is VisitKind.REMEDIATION
        step = next_step.get(v.case)
        if series and step is None and case is not None:
            step = steps_done(case, registry.history)
        day = days.setdefault(v.log, {v.day})
        if (
            case is None
            or case.compound != v.compound
            or v.kind not in DOCKET_KINDS
            or running.get(v.log) != month_of(v.day)
            or v.day not in day
            or v.step != (step if series else 0)
        ):
            value = f"{v.case} {v.kind.value} {v.step}"
            raise CeremonyError("freeze.assumed", value=value)
        if series:
            next_step[v.case] = v.step + 1


def _refuse_owed(registry: Registry, policy: Policy, months: Mapping[str, str]) -> None:
    district = {s.code: s.district for s in registry.streets}
    active = {c.id: c for c in registry.compounds if c.status == "active"}
    leaves = Counter((o.log, o.leaf) for o in registry.owed)
    for o in registry.owed:
        c = active.get(o.compound)
        inside = c is not None and in_scope(c, district[c.street], policy.scope)
        if (
            o.log not in months
            or not o.visit
            or not _HASH.fullmatch(o.leaf)
            or leaves[o.log, o.leaf] > 1
            or (c is not None if o.gone else not inside)
        ):
            raise CeremonyError("freeze.owed", value=f"{o.log} {o.visit}")
