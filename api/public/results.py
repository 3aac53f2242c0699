"""Published results: rows of results.json with the names that people look for.

A result is public from its step `publish` on; what was not published is not here, and
nothing here depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from api.answers import DayText, Stamp, grown
from api.months import steps
from api.public.freeze import Register
from api.site import Desk
from inspector.results.logged import logged_results
from inspector.workdays import local_day

Doc = Mapping[str, Any]


MODE = {"says": "管理模式 how it is managed: professional, fallback or self"}
COUNT = {"says": "本年第几次 which inspection of its firm this year; 0: not counted"}
LIMIT = {"says": "本年上限 how many at most, as frozen"}
REASON = {"says": "超限理由 the head's reason, sealed with the plan"}
RESPONSIBLE = {"says": "责任主体 who is responsible where no company manages"}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit that something is published of: its month, compound and company."""

    month_id: str
    month: str
    visit: str
    compound: str
    compound_name: str
    street: str
    street_name: str
    usc18: str
    company_name: str
    mode: str = field(metadata=MODE)
    responsible: str = field(metadata=RESPONSIBLE)


@dataclass(frozen=True, slots=True)
class ResultRow(VisitRow):
    """One published result. `score_bp` is -1 when nothing could be inspected.

    `kinds`: purposes the log names for it; `due`: its publish-by date, "" unknown;
    `late`: published after it (PROTOCOL.md §6, `overdue`);
    `state`: published, corrected or withdrawn, the latter two at `changed_at`;
    `again`: the log that published another random visit of the compound, drawn while
    this one was sealed.
    """

    date: DayText
    kinds: tuple[str, ...]
    outcome: str
    follow_up: str
    score_bp: int = field(metadata={"says": "-1: 未能检查 not inspected"})
    findings: tuple[str, ...]
    finding_texts: tuple[str, ...]
    published_at: Stamp
    due: DayText
    late: bool
    state: str = "published"
    changed_at: Stamp = ""
    again: str = ""
    count: int = field(default=0, metadata=COUNT)
    limit: int = field(default=0, metadata=LIMIT)
    excess: str = field(default="", metadata=REASON)

    @property
    def over(self) -> bool:
        """Whether its firm was inspected oftener than the yearly limit."""
        return self.count > self.limit

    @property
    def position(self) -> str:
        """Unique, and later for a later publication."""
        return f"{self.published_at}/{self.month_id}/{self.visit}"

    @property
    def inspected(self) -> bool:
        """Whether somebody got in."""
        return self.score_bp >= 0


def live_entries(desk: Desk, month_id: str) -> list[Doc]:
    """Published results of a month that is not opened yet."""
    assigned = steps.load(desk, steps.find(desk, month_id)).assigned
    return list(assigned.entries) if assigned is not None else []


def changed(row: ResultRow, items: Mapping[str, Doc], record: Doc) -> ResultRow:
    """A row after its newest correction or withdrawal (`oversight.review`)."""
    at = record["at"]
    if record["kind"] == "withdrawal":
        row = replace(row, state="withdrawn", changed_at=at, outcome="withdrawn")
        return replace(row, follow_up="", score_bp=-1, findings=(), finding_texts=())
    entry = record["body"]["entry"]
    told = {k: entry[k] for k in ("date", "outcome", "follow_up", "score_bp")}
    codes = tuple(entry["findings"])
    row = replace(row, state="corrected", changed_at=at, **told)
    return replace(row, findings=codes, finding_texts=texts(items, codes))


def texts(items: Mapping[str, Doc], codes: Iterable[str]) -> tuple[str, ...]:
    """What findings of these items are called: the breach (`Item.finding`)."""
    found = ((c, items.get(c, {})) for c in codes)
    return tuple(str(i.get("breach") or i.get("text", c)) for c, i in found)


def rows(
    month_id: str, register: Register, log: Sequence[Doc], entries: Iterable[Doc]
) -> tuple[ResultRow, ...]:
    """Rows of a month's published results."""
    kinds = {
        e["visit"]: tuple(one["kind"] for one in made)
        for _, e, made in logged_results(log)
    }
    return tuple(
        _row(month_id, register, e, kinds.get(e["visit"], ())) for e in entries
    )


def _row(
    month_id: str, register: Register, e: Doc, kinds: tuple[str, ...]
) -> ResultRow:
    codes, due = tuple(e["findings"]), register.due(e["date"])
    return grown(
        ResultRow,
        e,
        month_id=month_id,
        month=register.doc["month"],
        **register.place(e["compound"]),
        kinds=kinds,
        findings=codes,
        finding_texts=texts(register.items, codes),
        due=due,
        late=bool(due) and local_day(e["published_at"]).isoformat() > due,
    )


def search(found: Iterable[ResultRow], args: Mapping[str, Any]) -> list[ResultRow]:
    """The rows that fit all of `args` (`ResultFilter`), in their order."""
    return [row for row in found if fits(row, args)]


# Query argument -> the row's attribute that must be equal to it.
EXACT = {
    "compound": "compound",
    "company": "usc18",
    "street": "street",
    "outcome": "outcome",
    "month": "month",
}


def fits(row: ResultRow, args: Mapping[str, Any]) -> bool:
    """Whether a row is what somebody searches."""
    for name, attribute in EXACT.items():
        if args.get(name) and getattr(row, attribute) != args[name]:
            return False
    first, last = args.get("first"), args.get("last")
    if isinstance(first, date) and row.date < first.isoformat():
        return False
    if isinstance(last, date) and row.date > last.isoformat():
        return False
    return contains(
        args.get("q"),
        (row.compound, row.compound_name, row.street_name, row.usc18, row.company_name),
    )


def contains(wanted: str | None, texts: Iterable[str]) -> bool:
    """Whether every word of a search text stands in one of the texts.

    >>> contains("阳光 万秀", ("阳光小区", "万秀街道")), contains("月光", ("阳光小区",))
    (True, False)
    """
    folded = [t.casefold() for t in texts]
    words = (wanted or "").casefold().split()
    return all(any(word in text for text in folded) for word in words)


def solved(found: Iterable[ResultRow]) -> tuple[int, int]:
    """Problems solved and found, of results of any compounds.

    A problem is an item found at a compound. It is solved when the compound's next
    inspection no longer finds it; one that is found again is the same problem.
    """
    open_: dict[str, set[str]] = {}
    count = [0, 0]
    for row in sorted(found, key=lambda r: (r.date, r.position)):
        if not row.inspected:
            continue
        before, now = open_.get(row.compound, set()), set(row.findings)
        count[0] += len(before - now)
        count[1] += len(now - before)
        open_[row.compound] = now
    return count[0], count[1]
