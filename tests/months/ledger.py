"""What a simulated bureau's logs hold, kept in plain dicts beside the program.

Every event that a log of the bureau grows by is noted with its time; the `Ledger`
says from these alone what the next freeze has to list (PROTOCOL.md §12). Nothing here
asks the code under test; hashes are the standard library's.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from inspector.domain import Registry
from inspector.workdays import Calendar

Doc = dict[str, Any]
ONE_OFF = ("recheck", "acceptance", "lookback")


def canonical(doc: Any) -> bytes:
    """RFC 8785 of what a log holds: no floats, ASCII keys."""
    return json.dumps(
        doc, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def leaf(event: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(b"\0" + canonical(event)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, from the definition."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


def months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def plus(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def local_day(at: str) -> str:
    """The day at UTC+8."""
    return (datetime.fromisoformat(at) + timedelta(hours=8)).date().isoformat()


class Log:
    """One log: its events with their times, its freezes, its results."""

    def __init__(self, origin: str, month: str) -> None:
        self.origin, self.month = origin, month
        self.events: list[tuple[str, Doc]] = []
        self.freezes: dict[int, Doc] = {}
        self.outcomes: dict[str, str] = {}

    def until(self, at: str) -> list[Doc]:
        return [e for when, e in self.events if when <= at]

    def in_force(self, at: str) -> Doc | None:
        """The freeze that a prefix ends with."""
        found = None
        for e in self.until(at):
            if e["event"] == "frozen":
                found = self.freezes[e["attempt"]]
            elif e["event"] == "cancelled" and e["stage"] == "draw":
                found = None
        return found

    def open(self, at: str) -> bool:
        events = self.until(at)
        return self.in_force(at) is not None and events[-1]["event"] != "closed"

    def results(self, at: str) -> Iterator[tuple[str, Doc, list[Doc]]]:
        """Time, `result` event and its `inspected` events."""
        rows: list[Doc] = []
        for when, e in self.events:
            if e["event"] == "inspected":
                rows.append(e)
            elif e["event"] == "result":
                if when <= at:
                    yield when, e, rows
                rows = []


class Ledger:
    """All logs of a bureau, and what it brought with it."""

    def __init__(self, registry: Registry, calendar: Calendar) -> None:
        self.calendar = calendar
        self.logs: dict[str, Log] = {}
        self.imported = [
            {
                "compound": h.compound,
                "usc18": h.usc18,
                "date": h.date.isoformat(),
                "kind": h.kind.value,
                "counts_for_cap": h.counts_for_cap,
                "due": h.date.isoformat(),
                "log": "",
                "at": "",
            }
            for h in registry.history
        ]
        self.cases = [
            {
                "id": c.id,
                "compound": c.compound,
                "state": c.state.value,
                "opened": c.opened.isoformat(),
                **{
                    name: day.isoformat() if day else ""
                    for name, day in (
                        ("last_visit", c.last_visit),
                        ("next_first", c.next_first),
                        ("next_last", c.next_last),
                    )
                },
            }
            for c in registry.docket
        ]
        self.gone: set[str] = set()

    def note(
        self, origin: str, month: str, events: Sequence[Doc], file: bytes, body: Doc
    ) -> None:
        """A log has grown by `events`; `file`: freeze.json when it was frozen anew."""
        log = self.logs.setdefault(origin, Log(origin, month))
        for k, e in enumerate(events):
            found = [x["at"] for x in events[k:] if "at" in x]
            log.events.append((found[0], json.loads(canonical(e))))
            if e["event"] == "frozen":
                log.freezes[e["attempt"]] = json.loads(file)
                owed = log.freezes[e["attempt"]]["owed"]
                self.gone |= {o["compound"] for o in owed if o["gone"]}
            if e["event"] == "result":
                log.outcomes[e["visit"]] = body["outcome"]

    # -- what a freeze has to list -----------------------------------------------------

    def listed(self, own: str, month: str, at: str) -> list[Log]:
        """The other logs of the month and the 12 before, by origin."""
        span = range(months(month) - 12, months(month) + 1)
        return [
            log
            for _, log in sorted(self.logs.items())
            if log.origin != own and months(log.month) in span and log.until(at)
        ]

    def entry(self, log: Log, at: str) -> Doc:
        events = log.until(at)
        found = root([leaf(e) for e in events]).hex()
        row = {"origin": log.origin, "size": len(events), "root": found}
        return {**row, "open": log.open(at)}

    def again(self, own: str, since: str, compound: str, at: str) -> str:
        """The first other log that published a random visit of it since a freeze."""
        found = [
            log.origin
            for log in self.logs.values()
            for when, _, rows in log.results(at)
            if log.origin != own and since < when
            if any((r["compound"], r["kind"]) == (compound, "random") for r in rows)
        ]
        return min(found, default="")

    def purpose(self, freeze: Doc, compound: str, day: str, at: str) -> str:
        """What a visit for both purposes is, from what is published before its day."""
        made: list[tuple[str, str, str]] = []
        for log in (self.logs[x["origin"]] for x in freeze["logs"]):
            for when, e, rows in log.results(at):
                kinds = [r["kind"] for r in rows if r["compound"] == compound]
                for kind in ("recheck", "acceptance"):
                    if kind in kinds and local_day(when) < day:
                        made.append((when, kind, log.outcomes[e["visit"]]))
        _, kind, outcome = max(made, default=("", "", ""))
        return (
            "acceptance" if (kind, outcome) == ("recheck", "no_problem") else "recheck"
        )

    def yearly(self, own: str, freeze: Doc, visit: str) -> tuple[int, int]:
        """Count and limit of a result, from what every log shows by its time."""
        log, rules = self.logs[own], freeze["policy"]
        at, mine = next(
            (when, rows) for when, e, rows in log.results("9") if e["visit"] == visit
        )
        by = "usc18" if rules["draw"]["cap_unit"] == "company" else "compound"
        unit = mine[0][by] if mine else ""
        if not unit or not any(counts(freeze, r["kind"]) for r in mine):
            return 0, 0
        past = [h for h in freeze["history"] if h["counts_for_cap"]]
        days = {h["date"] for h in past if h[by] == unit}
        for other in self.logs.values():
            for _, e, rows in other.results(at):
                doc = other.in_force(at)
                assert doc is not None
                same = [r for r in rows if r[by] == unit and counts(doc, r["kind"])]
                days |= {r["date"] for r in same}
                if other is log and e["visit"] == visit:
                    break
        (home,) = [c for c in freeze["compounds"] if c["id"] == mine[0]["compound"]]
        key = "id" if by == "compound" else "usc18"
        firm = {c["id"] for c in freeze["compounds"] if c[key] == home[key]}
        year = freeze["month"][:4]
        cases = {d["case"] for d in freeze["docket_visits"] if d["compound"] in firm}
        for c in freeze["docket"]:
            this = c["state"] != "closed" or c["opened"][:4] == year
            cases |= {c["id"]} if this and c["compound"] in firm else set()
        each = len(rules["visits"]["series_minutes"]) + 3
        cap = rules["draw"]["caps"][home["risk_class"]]
        return len([d for d in days if d[:4] == year]), cap + len(cases) * each

    def rows(self, logs: Sequence[Log], at: str) -> list[Doc]:
        """History: imported rows, and of every log ever each inspection once."""
        out = [dict(row) for row in self.imported]
        for log in self.logs.values():
            chained = log in logs
            for when, _, events in log.results(at):
                freeze = log.in_force(at) or log.freezes[max(log.freezes)]
                work = freeze["policy"]["publish_workdays"]
                for e in events:
                    day = date.fromisoformat(e["date"])
                    row = {k: v for k, v in e.items() if k != "event"}
                    row["counts_for_cap"] = counts(freeze, e["kind"])
                    row["due"] = self.calendar.after(day, work).date.isoformat()
                    row["log"] = log.origin if chained else ""
                    row["at"] = when if chained else ""
                    out.append(row)
        return sorted(out, key=lambda r: (r["date"], r["compound"], r["kind"]))

    def carries(self, logs: Sequence[Log], at: str) -> list[tuple[Log, Doc]]:
        """Random visits that were carried and that no freeze in force has taken up."""
        freezes = [f for log in logs if (f := log.in_force(at))]
        taken = {o["leaf"] for f in freezes for o in f["owed"]}
        return [
            (log, e)
            for log in logs
            for e in log.until(at)
            if e["event"] == "carried"
            and "random" in e["kinds"]
            and leaf(e).hex() not in taken
        ]

    def owed(self, logs: Sequence[Log], at: str, freeze: Doc) -> list[Doc]:
        active = {c["id"]: c for c in freeze["compounds"] if c["status"] == "active"}
        admitted = {c for c in active if _admits(freeze, active[c])}
        out = []
        for log, e in self.carries(logs, at):
            gone = e["compound"] not in active
            if gone or e["compound"] in admitted:
                row = {"log": log.origin, "visit": e["visit"], "gone": gone}
                out.append({**row, "compound": e["compound"], "leaf": leaf(e).hex()})
        return sorted(out, key=lambda o: (o["log"], o["visit"]))

    def assumed(self, logs: Sequence[Log], at: str, freeze: Doc) -> list[Doc]:
        steps, out = Counter[str](), list[Doc]()
        for log in sorted(logs, key=lambda x: (x.month, x.origin)):
            doc = log.in_force(at)
            if doc is None or not log.open(at):
                continue
            due = Counter(
                (d["case"], d["compound"], d["kind"]) for d in doc["docket_visits"]
            )
            both = {d["compound"] for d in doc["docket_visits"] if d["also"]}
            for (case, compound, kind), number in sorted(due.items()):
                done = sum(
                    _did(e, compound, kind, compound in both) for e in log.until(at)
                )
                for _ in range(number - done):
                    row = {"log": log.origin, "case": case, "compound": compound}
                    step = 0
                    if kind == "remediation":
                        step = self._made(freeze, case) + steps[case]
                        steps[case] += 1
                    row |= {"kind": kind, "step": step, "day": doc["working_days"][-1]}
                    out.append(row)
        return sorted(out, key=lambda a: (a["log"], a["compound"], a["step"]))

    @staticmethod
    def _made(freeze: Doc, case: str) -> int:
        """Remediation visits in the history of a freeze since a case was opened."""
        (row,) = [c for c in freeze["docket"] if c["id"] == case]
        return sum(
            h["compound"] == row["compound"]
            and h["kind"] == "remediation"
            and h["date"] >= row["opened"]
            for h in freeze["history"]
        )

    def docket(self, logs: Sequence[Log], at: str, month: str) -> list[Doc]:
        """Each case as the newest freeze in force has it, and what was found since; a
        look-back whose window is over before the month is not due any more."""
        cases, homes = {c["id"]: dict(c) for c in self.cases}, dict[str, Doc]()
        freezes = [f for log in logs if (f := log.in_force(at))]
        for freeze in sorted(freezes, key=lambda f: str(f["frozen_at"])):
            for case in with_fresh(freeze):
                cases[case["id"]], homes[case["id"]] = dict(case), freeze
        found = [
            (when, log, e, rows)
            for log in logs
            for when, e, rows in log.results(at)
            if rows
        ]
        for when, log, e, rows in sorted(found, key=lambda x: x[0]):
            doc = log.in_force(at)
            assert doc is not None
            due = {d["compound"]: d["case"] for d in doc["docket_visits"]}
            kinds = [r["kind"] for r in rows if r["kind"] in (*ONE_OFF, "remediation")]
            name = due.get(rows[0]["compound"], "")
            if not kinds or name not in homes or _seen(homes[name], log, when):
                continue
            case, rules = cases[name], doc["policy"]["visits"]
            good = log.outcomes[e["visit"]] == "no_problem"
            good = good or (case["state"] == "closed" and _two(case, cases.values()))
            steps = self._steps(logs, case, when)
            case |= after(case, kinds[0], rows[0]["date"], good, steps, rules)
        for case in cases.values():
            if case["state"] == "closed" and case["next_last"] < f"{month}-01":
                case |= {"next_first": "", "next_last": ""}
        return sorted(cases.values(), key=lambda c: c["id"])

    def _steps(self, logs: Sequence[Log], case: Doc, at: str) -> int:
        return sum(
            r["compound"] == case["compound"]
            and r["kind"] == "remediation"
            and r["date"] >= case["opened"]
            for r in self.rows(logs, at)
        )


def counts(freeze: Doc, kind: str) -> bool:
    """Whether an inspection under this freeze counts in the year."""
    rules = freeze["policy"]
    return rules["task"]["source"] == "plan" and kind in rules["draw"]["counts"]


def _seen(home: Doc, log: Log, when: str) -> bool:
    """Whether a freeze stands on a result: it is earlier, and of no later month."""
    return when <= home["frozen_at"] and log.month <= home["month"]


def _two(case: Doc, cases: Iterable[Doc]) -> bool:
    """Whether its compound has an open case: what was found is that one's matter, a
    closed case beside it stays closed."""
    open_now = [c["compound"] for c in cases if c["state"] != "closed"]
    return case["compound"] in open_now


def _admits(freeze: Doc, compound: Doc) -> bool:
    scope = freeze["policy"]["scope"]
    (street,) = [s for s in freeze["streets"] if s["code"] == compound["street"]]
    own = {
        "types": compound["type"],
        "districts": street["district"],
        "streets": compound["street"],
        "classes": compound["risk_class"],
    }
    return all(not scope[name] or value in scope[name] for name, value in own.items())


def _did(e: Doc, compound: str, kind: str, both: bool) -> bool:
    if e["event"] not in ("inspected", "carried") or e["compound"] != compound:
        return False
    kinds = e["kinds"] if e["event"] == "carried" else [e["kind"]]
    return kind in kinds or (both and kind == "recheck" and "acceptance" in kinds)


def with_fresh(freeze: Doc) -> list[Doc]:
    """The cases of a freeze and those that it opens itself."""
    cases = list(freeze["docket"])
    known = {c["compound"] for c in cases if c["state"] != "closed"}
    for compound, *_ in freeze["ranking"]["listed"]:
        if compound not in known:
            row = {"id": f"{freeze['month']}-{compound}", "compound": compound}
            row |= {"state": "waiting", "opened": f"{freeze['month']}-01"}
            cases.append({**row, "last_visit": "", "next_first": "", "next_last": ""})
    return cases


def after(case: Doc, kind: str, day: str, good: bool, steps: int, rules: Doc) -> Doc:
    """A case after a visit (DOMAIN §7): state, last visit, next window.

    What is published after the result of a later visit only counts as a step of a
    series; a visit that is not good opens a closed case again, whatever it was for.
    """
    if case["state"] == "closed" and kind != "lookback":
        if good:
            return {}
        kind = "lookback"
    if day < case["last_visit"]:
        if kind != "remediation" or case["state"] != "listed":
            return {}
        day = case["last_visit"]
    soon = plus(day, 1), plus(day, 15)
    if kind == "remediation" and steps < len(rules["series_minutes"]):
        state, window = (
            "listed",
            (plus(day, rules["gap_min"]), plus(day, rules["gap_max"])),
        )
    elif kind == "recheck" and good:
        state, window = "accepting", soon
    elif kind == "acceptance" and good:
        state, window = "closed", (plus(day, 30), plus(day, 60))
    elif kind == "lookback" and good:
        state, window = case["state"], ("", "")
    else:
        state, window = "rectifying", soon
    return {
        "state": state,
        "last_visit": day,
        "next_first": window[0],
        "next_last": window[1],
    }
