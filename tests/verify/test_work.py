"""Forgeries about the work itself: numbers that talk, and not doing it.

Every hash is rebuilt, as a bureau could; the claim about the thing must fail.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import forger
import pytest
import test_amendments as amendments
from amended_month import Amended, amended
from forger import Docs
from month_stages import Month

from inspector import verify

Change = Callable[[Docs], None]
FORGERIES: list[tuple[str, Change, bool]] = []  # claim, change, an amended month?


@pytest.fixture(scope="module")
def after(month: Month) -> Amended:
    return amended(month)


def forgery(claim: str, changed: bool = False) -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        FORGERIES.append((claim, change, changed))
        return change

    return add


# ---------------------------------------------------------------- numbers that talk


def renamed(value: Any, names: dict[str, str]) -> Any:
    """A document in which these ids, and seats named after them, are others."""
    if isinstance(value, list):
        return [renamed(x, names) for x in value]
    if isinstance(value, dict):
        return {k: renamed(x, names) for k, x in value.items()}
    if isinstance(value, str):
        head, slash, rest = value.partition("/")
        return names.get(head, head) + slash + rest
    return value


def renumber(docs: Docs, names: dict[str, str]) -> None:
    for name in ("drawn", "plan", "table", "assigned", "results", "log"):
        docs[name] = renamed(docs[name], names)
    for rows in (docs["drawn"]["visits"], docs["plan"]["packages"]):
        rows.sort(key=lambda row: row["id"])


@forgery("plan.numbers")
def packages_are_numbered_by_day(docs: Docs) -> None:
    rows = sorted(docs["plan"]["packages"], key=lambda p: (p["day"], p["office"]))
    renumber(docs, {p["id"]: f"P{n:03d}" for n, p in enumerate(rows, 1)})


@forgery("plan.numbers")
def packages_are_listed_by_day(docs: Docs) -> None:
    docs["plan"]["packages"].sort(key=lambda p: (p["day"], p["office"]))


@forgery("draw.visits")
def visits_are_numbered_by_compound(docs: Docs) -> None:
    rows = sorted(docs["drawn"]["visits"], key=lambda v: (v["compound"], v["step"]))
    renumber(docs, {v["id"]: f"V{n:04d}" for n, v in enumerate(rows, 1)})


@forgery("plan.numbers", changed=True)
def an_added_visit_skips_a_number(docs: Docs) -> None:
    call = docs["amended"]["calls"][0]
    names = {call["visit"]["id"]: "V0999"}
    for name in ("amended", "results", "log"):
        docs[name] = renamed(docs[name], names)


@forgery("amendments.plan", changed=True)
def new_packages_are_numbered_by_day(docs: Docs) -> None:
    own = docs["amended"]["amendments"][0]
    old = {p["id"] for p in docs["plan"]["packages"]}
    new = [p for p in own["plan"]["packages"] if p["id"] not in old]
    rows = [p for p in new if not p["id"].startswith("S-")]
    names = {p["id"]: f"P{n:03d}" for n, p in enumerate(reversed(rows), 900)}
    for name in ("amended", "log"):
        docs[name] = renamed(docs[name], names)


# ------------------------------------------------------------------- not doing it


def inspected(docs: Docs, outcome: str) -> Docs:
    return next(r for r in docs["results"]["results"] if r["outcome"] == outcome)


def relog_results(docs: Docs) -> None:
    """The log holds the results as they are now."""
    suite = verify.Suite(docs["freeze"]["policy"]["hash"])
    for r in docs["results"]["results"]:
        event = next(
            e
            for e in docs["log"]["events"]
            if e["event"] == "result" and e["visit"] == r["visit"]
        )
        hashed = verify.digest(suite, "result", verify.canonical(r))
        event["digest"] = hashed.hex()


@forgery("bundle.shape")
def an_outcome_is_invented(docs: Docs) -> None:
    inspected(docs, "ordered")["outcome"] = "fine"
    relog_results(docs)


@forgery("bundle.shape")
def a_visit_is_carried_for_a_reason_of_ones_own(docs: Docs) -> None:
    log = docs["log"]["events"]
    row = {"event": "carried", "at": log[-1]["at"], "visit": "V0001"}
    log.insert(-1, row | {"reason": "busy"})


@forgery("results.scores")
def a_finding_is_not_on_the_list(docs: Docs) -> None:
    inspected(docs, "ordered")["findings"].append("Z9-99")
    relog_results(docs)


@forgery("results.scores")
def a_finding_counts_twice(docs: Docs) -> None:
    row = inspected(docs, "ordered")
    row["findings"].append(row["findings"][-1])
    relog_results(docs)


@forgery("results.scores")
def a_score_is_one_too_high(docs: Docs) -> None:
    inspected(docs, "ordered")["score_bp"] += 1
    relog_results(docs)


@forgery("results.scores")
def a_problem_is_hidden_as_not_checked(docs: Docs) -> None:
    row = inspected(docs, "ordered")
    row["unchecked"], row["findings"] = row["findings"], []
    row["score_bp"] = 10_000
    relog_results(docs)


@forgery("results.scores")
def an_inspection_gives_no_score(docs: Docs) -> None:
    inspected(docs, "ordered")["score_bp"] = -1
    relog_results(docs)


@forgery("plan.cars")
def a_car_is_out_that_nobody_has(docs: Docs) -> None:
    day = docs["freeze"]["working_days"][0]
    row = {"car": "K999", "from": day, "to": day}
    docs["plan"]["cars_out"].append(row)


@forgery("plan.cars")
def all_cars_are_out_on_a_day_with_packages(docs: Docs) -> None:
    package = docs["plan"]["packages"][0]
    day = package["day"]
    own = [c for c in docs["freeze"]["cars"] if c["office"] == package["office"]]
    rows = [{"car": c["id"], "from": day, "to": day} for c in own]
    docs["plan"]["cars_out"] = rows


@pytest.mark.parametrize(
    ("claim", "change", "changed"), FORGERIES, ids=lambda x: getattr(x, "__name__", "")
)
def test_a_forgery_is_caught(
    claim: str,
    change: Change,
    changed: bool,
    month: Month,
    after: Amended,
    tmp_path: Path,
) -> None:
    docs = forger.load((after if changed else month).closed.auditor)
    change(docs)
    (amendments.reseal if changed else forger.rehash)(docs)
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    assert claim in forger.failing(found)
