"""Changes after the lottery: honest months hold, every forgery of one is caught.

As in `test_mutants`: the forger knows all blinds and repairs what a bureau could repair
afterwards; the claim about the thing he changed must fail, and no unrelated one.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forger
import pytest
from amended_month import (
    AT,
    TODAY,
    Amended,
    amend,
    amended,
    quiet_day,
    still_to_come,
    whistle,
)
from forger import Docs
from month_stages import Month

from inspector.domain import VisitKind
from inspector.month import demonstration
from inspector.month.amendment_call import call
from inspector.month.amendment_proposal import propose
from inspector.month.field import close, publish, sealed_bundle
from inspector.replan.changes import CompoundShut, Shut
from inspector.verify import OPEN, canonical, mac

# An edited document has another commitment, so another seed and another lottery.
LOTTERY = {"amendments.lottery"}
# Whatever changes the log before an amendment shows in the root that it names.
LOGGED = {"amendments.commitment"}


@pytest.fixture(scope="module")
def after(month: Month) -> Amended:
    return amended(month)


def events(docs: Docs, kind: str) -> list[Docs]:
    return [e for e in docs["log"]["events"] if e["event"] == kind]


def relog(docs: Docs) -> None:
    """The log's file hashes and root fit the documents again."""
    files = forger.event(docs, "closed")["files"]
    if "amended" in docs:
        hashed = hashlib.sha256(canonical(docs["amended"])).hexdigest()
        files["amended.json"] = hashed
    forger.relog(docs)


def rebind(docs: Docs) -> None:
    """Every amendment names the log before it; the log holds its commitment."""
    log = docs["log"]["events"]
    for doc in docs["amendments"]["amendments"]:
        index = next(
            k
            for k, e in enumerate(log)
            if e["event"] == "amended" and e["attempt"] == doc["attempt"]
        )
        doc["log"] = forger.root([canonical(e) for e in log[:index]])
        log[index]["commitment"] = forger.digest(
            docs, "amendment", canonical(doc)
        ).hex()
    relog(docs)


def reseal(docs: Docs) -> None:
    """Hashes and leaves of every amendment fit its documents again."""
    for n, doc in enumerate(docs["amendments"]["amendments"]):
        own, key = docs["amended"]["amendments"][n], forger.blind(docs, 3 + n)
        for name in ("drawn", "plan", "table"):
            salt = mac(key, "salt", name)
            doc[f"{name}_hash"] = forger.digest(
                docs, name, salt, canonical(own[name])
            ).hex()
        where = {
            s["visit"]: (p, s) for p in own["plan"]["packages"] for s in p["stops"]
        }
        leaves = []
        for v in own["drawn"]["visits"]:
            p, s = where.get(v["id"], ({"day": "", "id": ""}, {"start": -1}))
            entry = v | {"day": p["day"], "package": p["id"], "start": s["start"]}
            salt = mac(key, "salt", "visit/" + v["id"])
            leaves.append(forger.digest(docs, "leaf", salt, canonical(entry)))
        for i in range(-len(leaves) % 64):
            salt = mac(key, "salt", f"dummy/{i}")
            leaves.append(forger.digest(docs, "leaf", salt, canonical({"dummy": i})))
        doc["visit_root"] = forger.root(sorted(leaves))
        doc["visit_leaves"] = len(leaves)
    rebind(docs)


@dataclass(frozen=True)
class Mutant:
    name: str
    catches: str
    change: Callable[[Docs], None]
    repair: Callable[[Docs], None]
    also: frozenset[str]


MUTANTS: list[Mutant] = []


def mutant(
    catches: str,
    repair: Callable[[Docs], None] = relog,
    also: Iterable[str] = (),
) -> Any:
    def add(change: Callable[[Docs], None]) -> Callable[[Docs], None]:
        MUTANTS.append(
            Mutant(change.__name__, catches, change, repair, frozenset(also))
        )
        return change

    return add


def first(docs: Docs) -> Docs:
    """The opened part of the first amendment."""
    return docs["amended"]["amendments"][0]  # type: ignore[no-any-return]


def doc(docs: Docs) -> Docs:
    """Its public document."""
    return docs["amendments"]["amendments"][0]  # type: ignore[no-any-return]


def new_packages(docs: Docs) -> list[Docs]:
    old = {p["id"] for p in docs["plan"]["packages"]}
    found = first(docs)["plan"]["packages"]
    return [p for p in found if p["id"] not in old and p["id"][:2] != "S-"]


# ---------------------------------------------------------------- commitment, seal


@mutant("amendments.commitment", also=LOTTERY | {"amendments.sealed"})
def the_document_is_edited_and_nothing_else(docs: Docs) -> None:
    doc(docs)["reason"] = "other"


@mutant("amendments.commitment", rebind, LOTTERY)
def an_amendment_has_no_reason(docs: Docs) -> None:
    doc(docs)["reason"] = " "


@mutant("amendments.commitment", also={"amendments.sealed"})
def the_log_holds_another_commitment(docs: Docs) -> None:
    events(docs, "amended")[0]["commitment"] = "00" * 32


@mutant("amendments.commitment", also=LOTTERY | {"amendments.sealed"})
def it_names_another_log(docs: Docs) -> None:
    doc(docs)["log"] = "11" * 32


@mutant("amendments.commitment", rebind, LOTTERY)
def it_belongs_to_another_seal(docs: Docs) -> None:
    doc(docs)["seal"] = "22" * 32


@mutant("amendments.sealed", rebind, LOTTERY)
def the_travel_is_understated(docs: Docs) -> None:
    doc(docs)["travel_minutes"] -= 1


@mutant("amendments.sealed", rebind, LOTTERY)
def the_largest_chance_is_understated(docs: Docs) -> None:
    doc(docs)["max_chance"] -= 1


@mutant("amendments.sealed", rebind, LOTTERY | {"amendments.changes", "results.leaves"})
def the_visit_root_is_of_another_plan(docs: Docs) -> None:
    doc(docs)["visit_root"] = "33" * 32


@mutant(
    "amendments.sealed",
    also={
        *("amendments.lottery", "amendments.changes", "results.leaves"),
        *("changes.substitutions", "amendments.plan"),
    },
)
def another_blind_is_opened(docs: Docs) -> None:
    forger.event(docs, "closed")["blinds"][2] = "44" * 32


@mutant("amendments.sealed", also={"amendments.changes", "amendments.kept"})
def the_opened_plan_is_not_the_sealed_one(docs: Docs) -> None:
    first(docs)["plan"]["solver"]["runs"] = 9


# ------------------------------------------------------------------------- entropy


@mutant("log.sources", rebind, LOTTERY | {"amendments.entropy"})
def its_entropy_is_the_lotterys(docs: Docs) -> None:
    used = docs["seal"]["entropy"][-1]
    source = doc(docs)["entropy"][0]
    source.update({k: used[k] for k in ("kind", "name", "issue")})
    record = next(e for e in events(docs, "entropy") if e["stage"] == "amendment")
    record["record"][0]["issue"] = used["issue"]


@mutant("log.sources", rebind, LOTTERY)
def its_entropy_is_older_than_the_seal(docs: Docs) -> None:
    doc(docs)["entropy"][0]["at"] = "2026-11-30T13:25:00Z"


@mutant("amendments.lottery", also={"amendments.entropy", "log.sources"})
def another_value_was_recorded(docs: Docs) -> None:
    found = [e for e in events(docs, "entropy") if e["stage"] == "amendment"]
    found[0]["record"][0]["value"] = "01 02 03 04 06|01 02"


@mutant(
    "amendments.entropy",
    rebind,
    LOTTERY
    | {"log.sources", "amendments.before_entropy", "amendments.inside"}
    | {"amendments.outside"},
)
def it_names_no_entropy(docs: Docs) -> None:
    doc(docs)["entropy"] = []


# ------------------------------------------------------------ table, lottery, people


@mutant("amendments.table", reseal, LOTTERY | {"amendments.sealed"})
def a_chance_is_moved_between_two_people(docs: Docs) -> None:
    table = first(docs)["table"]
    a, b = [e for e in table["elements"] if e[0] == 0 and e[2] > 2][:2]
    a[2], b[2] = 1, a[2] + b[2] - 1


@mutant("amendments.table", reseal, LOTTERY | {"amendments.sealed"})
def t_star_is_understated(docs: Docs) -> None:
    first(docs)["table"]["t_star"] -= 1


@mutant("amendments.table", reseal, LOTTERY | {"auditor.amendments"})
def a_carry_is_chosen_for_the_new_seats(docs: Docs) -> None:
    first(docs)["table"]["people"][0]["carry"] += 240


@mutant("amendments.table", reseal, LOTTERY | {"auditor.amendments"})
def a_group_is_chosen_for_the_new_seats(docs: Docs) -> None:
    people = first(docs)["table"]["people"]
    people[0]["group"] = people[1]["group"] = "officer+all"


@mutant("amendments.table", reseal, LOTTERY)
def a_new_seats_multiplier_is_another(docs: Docs) -> None:
    pulls = first(docs)["table"]["multipliers"]["seats"]
    pulls[0] = f"{int(pulls[0], 16) + (1 << 34):x}"


@mutant(
    "amendments.table",
    reseal,
    LOTTERY | {"amendments.sealed", "auditor.amendments", "results.people"},
)
def a_seat_is_left_out(docs: Docs) -> None:
    table = first(docs)["table"]
    last = len(table["seats"]) - 1
    del table["seats"][last]
    table["elements"] = [e for e in table["elements"] if e[0] != last]


@mutant("amendments.lottery", also={"auditor.amendments"})
def somebody_else_sits_in_a_new_seat(docs: Docs) -> None:
    own = first(docs)
    seat, who = own["seats"][0]
    names = own["reserves"][0][1]
    own["seats"][0] = [seat, names[0]]
    names[0] = who


@mutant("amendments.lottery")
def the_reserves_are_in_another_order(docs: Docs) -> None:
    names = first(docs)["reserves"][0][1]
    names[0], names[1] = names[1], names[0]


@mutant("amendments.lottery")
def the_people_root_is_another(docs: Docs) -> None:
    found = [e for e in events(docs, "assigned") if e.get("stage")]
    found[0]["people_root"] = "55" * 32


@mutant(
    "amendments.kept",
    reseal,
    LOTTERY | {"amendments.table", "amendments.sealed", "auditor.amendments"},
)
def somebody_busy_is_eligible(docs: Docs) -> None:
    """He has a seat that day in a package that stays."""
    table = first(docs)["table"]
    people = [p["id"] for p in table["people"]]
    now = dict(docs["assigned"]["seats"])
    for k, seat in enumerate(table["seats"]):
        day = table["packages"][seat["package"]]["day"]
        busy = {
            people.index(who)
            for name, who in now.items()
            if name.startswith(f"S-{day}")
        }
        for i in sorted(busy):
            if not int(seat["eligible"], 16) >> i & 1:
                seat["eligible"] = f"{int(seat['eligible'], 16) | 1 << i:x}"
                table["elements"].append([k, i, 0])
                table["elements"].sort()
                return
    raise AssertionError("nobody is busy")


@mutant("auditor.amendments", reseal, LOTTERY | {"amendments.table"})
def somebody_eligible_is_left_out(docs: Docs) -> None:
    table = first(docs)["table"]
    seat = table["seats"][0]
    mask = int(seat["eligible"], 16)
    seat["eligible"] = f"{mask & (mask - 1):x}"


@mutant("auditor.amendments", reseal, LOTTERY | {"amendments.table"})
def somebodys_days_are_understated(docs: Docs) -> None:
    row = next(p for p in first(docs)["table"]["people"] if p["days"] > 1)
    row["days"] -= 1


# ----------------------------------------------------------------------- the change


@mutant("amendments.changes", rebind, LOTTERY | {"amendments.sealed"})
def a_change_is_not_logged(docs: Docs) -> None:
    log = docs["log"]["events"]
    log.remove(next(e for e in log if e["event"] == "changed"))


@mutant("amendments.changes")
def a_change_has_another_reason(docs: Docs) -> None:
    row = next(e for e in events(docs, "changed") if e["reason"] == "replan.car")
    row["reason"] = "replan.room"


@mutant("amendments.changes", rebind, LOTTERY)
def a_drawn_visit_falls_away_because_nobody_is_reached(docs: Docs) -> None:
    """Its count in the document is told alike."""
    visits = {v["id"]: v for v in first(docs)["drawn"]["visits"]}
    last = docs["amended"]["amendments"][-1]["drawn"]["visits"]
    (gone,) = visits.keys() - {v["id"] for v in last}
    assert "random" in visits[gone]["kinds"]
    row = [e for e in events(docs, "changed") if not e["new_leaf"]][-1]
    assert row["reason"] == "replan.closed"
    row["reason"] = "replan.unreachable"
    told = docs["amendments"]["amendments"][-1]["changed"]
    told["replan.unreachable"] = 1
    told["replan.closed"] -= 1
    if not told["replan.closed"]:
        del told["replan.closed"]


@mutant("amendments.changes")
def an_old_leaf_is_another(docs: Docs) -> None:
    row = next(e for e in events(docs, "changed") if e["old_leaf"])
    row["old_leaf"] = "66" * 32


@mutant("amendments.changes")
def a_dissolved_package_had_other_people(docs: Docs) -> None:
    events(docs, "dissolved")[0]["old_leaf"] = "77" * 32


def drop(docs: Docs, visit: str) -> None:
    """A visit is gone from both amendments."""
    for own in docs["amended"]["amendments"]:
        own["drawn"]["visits"] = [v for v in own["drawn"]["visits"] if v["id"] != visit]
        for p in own["plan"]["packages"]:
            p["stops"] = [s for s in p["stops"] if s["visit"] != visit]


@mutant(
    "amendments.changes",
    reseal,
    LOTTERY
    | {
        *("amendments.plan", "amendments.sealed", "amendments.table"),
        *("results.complete", "results.leaves", "results.log", "results.people"),
        *("results.scores", "history.chain"),
        *("changes.substitutions", "auditor.amendments", "amendments.kept"),
    },
)
def a_visit_is_lost(docs: Docs) -> None:
    old = {p["id"] for p in docs["plan"]["packages"]}
    last = docs["amended"]["amendments"][-1]["plan"]["packages"]
    kept = [p for p in last if p["id"] in old and len(p["stops"]) > 1]
    drop(docs, kept[-1]["stops"][0]["visit"])


@mutant("amendments.plan", reseal, LOTTERY | {"amendments.table", "results.leaves"})
def a_package_leaves_before_the_shift(docs: Docs) -> None:
    for own in docs["amended"]["amendments"]:
        for p in own["plan"]["packages"]:
            if p["id"] == new_packages(docs)[0]["id"]:
                p["depart"] = 60


@mutant("amendments.changes", reseal, LOTTERY | {"amendments.plan", "results.leaves"})
def a_visit_is_edited(docs: Docs) -> None:
    for own in docs["amended"]["amendments"]:
        own["drawn"]["visits"][0]["service_minutes"] -= 1


@mutant(
    "amendments.kept",
    reseal,
    LOTTERY
    | {
        *("amendments.changes", "amendments.table", "results.leaves"),
        *("amendments.plan", "results.complete", "auditor.amendments"),
        "results.people",
    },
)
def a_package_that_stays_goes_to_another_day(docs: Docs) -> None:
    days, amended = docs["freeze"]["working_days"], docs["amended"]["amendments"]
    ids = [{p["id"] for p in own["plan"]["packages"]} for own in amended]
    kept = next(p["id"] for p in docs["plan"]["packages"] if p["id"] in ids[-1])
    for own in amended:
        for p in own["plan"]["packages"]:
            if p["id"] == kept:
                p["day"] = days[days.index(p["day"]) + 1]


@mutant(
    "amendments.kept",
    reseal,
    LOTTERY
    | {
        *("amendments.changes", "amendments.table", "results.leaves"),
        *("amendments.plan", "results.complete", "auditor.amendments"),
        "results.people",
        *("changes.substitutions", "amendments.sealed"),
    },
)
def a_new_package_is_on_a_published_day(docs: Docs) -> None:
    name = new_packages(docs)[0]["id"]
    for own in docs["amended"]["amendments"]:
        for p in own["plan"]["packages"]:
            if p["id"] == name:
                p["day"] = docs["freeze"]["working_days"][3]
    for p in first(docs)["table"]["packages"]:
        if p["id"] == name:
            p["day"] = docs["freeze"]["working_days"][3]


@mutant(
    "amendments.kept",
    also={"log.order", "results.people", "amendments.entropy", "amendments.lottery"},
)
def the_draw_came_after_the_day(docs: Docs) -> None:
    found = [e for e in events(docs, "assigned") if e.get("stage")]
    found[0]["at"] = "2026-12-31T14:00:00Z"


# ---------------------------------------------------------------------- calls, field


@mutant("amendments.changes")
def a_call_has_another_leaf(docs: Docs) -> None:
    events(docs, "called")[0]["leaf"] = "88" * 32


@mutant("amendments.changes")
def a_call_takes_a_taxi_that_the_policy_has_not(docs: Docs) -> None:
    docs["amended"]["calls"][0]["taxi"] = True


@mutant("amendments.changes", reseal, also={"amendments.lottery"})
def a_reason_comes_to_a_visit_that_stays(docs: Docs) -> None:
    """Who sees in the field that a firm goes over writes the reason afterwards."""
    own = docs["amended"]["amendments"][-1]
    known = {r["visit"] for r in own["plan"]["excess"]}
    before = {v["id"] for v in docs["drawn"]["visits"]} - known
    stays = (v["id"] for v in own["drawn"]["visits"] if v["id"] in before)
    own["plan"]["excess"].append({"visit": next(stays), "reason": "x"})
    own["plan"]["excess"].sort(key=lambda r: r["visit"])


@mutant("amendments.changes", also={"amendments.plan", "results.log"})
def a_call_is_drawn_at_random(docs: Docs) -> None:
    docs["amended"]["calls"][0]["visit"]["kinds"] = ["random"]


@mutant("changes.substitutions", also={"amendments.kept", "auditor.amendments"})
def a_standby_person_is_replaced_without_a_reason_of_his_own(docs: Docs) -> None:
    """After the call the second reserve goes although the first one could."""
    log = docs["log"]["events"]
    k = next(k for k, e in enumerate(log) if e["event"] == "called")
    name = docs["amended"]["calls"][0]["package"]["id"]
    seat, out = next(x for x in docs["assigned"]["seats"] if x[0] == f"{name}/lead")
    names = dict(docs["assigned"]["reserves"])[seat]
    row = {
        **{"event": "substituted", "at": log[k]["at"], "seat": seat, "out": out},
        **{"in": names[1], "skipped": [[names[0], "busy"]]},
        **{"old_leaf": "99" * 32, "new_leaf": "aa" * 32},
    }
    log.insert(k + 1, row)


@mutant("results.leaves", also={"results.log"})
def a_result_claims_the_tree_of_another_plan(docs: Docs) -> None:
    row = docs["results"]["results"][0]
    row["amendment"] = 3 - row["amendment"]


def absence(docs: Docs, k: int, person: str, day: str, first: str = "") -> Docs:
    """An absence logged before event k, opened in results.json."""
    log = docs["log"]["events"]
    n = sum(e["event"] == "absent" for e in log[:k])
    row = {"reason": "illness", "from": first}
    docs["results"]["absences"].insert(n, row)
    e = {"event": "absent", "at": log[k]["at"], "day": day, "person": person}
    log.insert(k, e | {"sealed": ""})
    found = (e for e in log if e["event"] == "absent")
    for i, (e, row) in enumerate(zip(found, docs["results"]["absences"], strict=True)):
        salt = mac(forger.blind(docs, 2), "salt", f"absence/{i + 1}")
        e["sealed"] = forger.digest(docs, "absence", salt, canonical(row)).hex()
    return log[k]  # type: ignore[no-any-return]


@mutant("changes.substitutions", rebind, also=LOTTERY)
def somebody_absent_while_a_lottery_waits_is_not_replaced_after_it(docs: Docs) -> None:
    log = docs["log"]["events"]
    k = next(k for k, e in enumerate(log) if e["event"] == "called")
    package, own = new_packages(docs)[0], first(docs)
    seat = next(s for s in own["seats"] if s[0].startswith(package["id"] + "/"))
    absence(docs, k, seat[1], package["day"])


@mutant(
    "changes.absences",
    rebind,
    LOTTERY | {"changes.substitutions", "auditor.amendments", "changes.followed"},
)
def an_absence_of_a_day_that_waits_begins_at_noon(docs: Docs) -> None:
    log = docs["log"]["events"]
    k = next(k for k, e in enumerate(log) if e["event"] == "called")
    package = new_packages(docs)[0]
    person = docs["freeze"]["people"][0]
    absence(docs, k, person, package["day"], package["stops"][-1]["visit"])


# Without its document no view of an amendment can be made: all that needs one fails.
WITHOUT = {
    *("changes.absences", "changes.ineligible", "changes.followed", "results.people"),
    "privacy.public",
    *("amendments.commitment", "amendments.changes", "amendments.kept"),
    *("amendments.plan", "amendments.sealed", "changes.substitutions"),
    *("plan.numbers",),
    *("results.complete", "results.leaves", "results.log", "auditor.amendments"),
    *("log.sources", "seal.entropy", "log.cancelled"),
    *("results.scores", "results.excess", "history.chain"),
}


@mutant("bundle.files", also=WITHOUT)
def an_amendment_is_not_shown(docs: Docs) -> None:
    del docs["amendments"]


@mutant("log.attempts", also=WITHOUT)
def an_amendment_is_numbered_wrongly(docs: Docs) -> None:
    events(docs, "amended")[1]["attempt"] = 3


@mutant("amendments.commitment", also=WITHOUT)
def the_entropy_was_recorded_twice(docs: Docs) -> None:
    log = docs["log"]["events"]
    k = next(
        k
        for k, e in enumerate(log)
        if (e["event"], e.get("stage")) == ("entropy", "amendment")
    )
    log.insert(k, copy.deepcopy(log[k]))
    log[k]["record"][0]["value"] = "01 02 03 04 06|01 02"


@mutant("results.complete", also=WITHOUT)
def a_drawn_amendment_is_cancelled_afterwards(docs: Docs) -> None:
    """So that nobody would look at its lottery."""
    log = docs["log"]["events"]
    k = next(
        k for k, e in enumerate(log) if e["event"] == "assigned" and e.get("stage")
    )
    row = {"event": "cancelled", "at": log[k]["at"], "stage": "amendment"}
    log.insert(k + 1, {**row, "attempt": 1, "reason": "x"})


@mutant("log.files", forger.relog)
def the_opened_part_is_not_hashed(docs: Docs) -> None:
    forger.event(docs, "closed")["files"]["amended.json"] = "00" * 32


# ------------------------------------------------------------------------- the tests


def test_an_honest_amended_month_holds(after: Amended, tmp_path: Path) -> None:
    found = forger.verdicts(forger.write(tmp_path, dict(after.closed.auditor)))
    assert forger.failing(found) == set()
    public = forger.verdicts(forger.write(tmp_path / "p", dict(after.closed.files)))
    assert forger.failing(public) == set()
    assert public["auditor.amendments"] == OPEN


def test_when_nobody_is_reached_what_was_drawn_stays_and_the_rest_falls(
    month: Month, tmp_path: Path
) -> None:
    drawn = {v.compound for v in month.drawn.visits if VisitKind.RANDOM in v.kinds}
    names = still_to_come(month.packed, TODAY)
    stays = next(c for c in names if c in drawn)
    falls = next(c for c in names if c not in drawn)
    facts = [CompoundShut(c, Shut.UNREACHABLE) for c in (stays, falls)]
    found = propose(month.assigned, facts, today=TODAY)
    done = amend(month.assigned, found, blind=b"\x13" * 32, at=AT, reason="失联")
    left = {v.compound for v in done.sealed.packed.drawn.visits}
    assert stays in left
    assert falls not in left
    for result in demonstration.results(done):
        done = publish(done, result)
    closed = close(done, month.record.closed_at, {})
    verdicts = forger.verdicts(forger.write(tmp_path, dict(closed.auditor)))
    assert forger.failing(verdicts) == set()
    assert verdicts["amendments.changes"] == "holds"


def test_an_amended_month_that_is_still_sealed_holds(
    after: Amended, tmp_path: Path
) -> None:
    for n, stage in enumerate((after.waiting, after.called, after.drawn, after.again)):
        files = sealed_bundle(stage)
        found = forger.verdicts(forger.write(tmp_path / str(n), files))
        assert forger.failing(found) == set()
        assert found["amendments.commitment"] == "holds"
        assert found["amendments.entropy"] == "holds"
        assert found["amendments.outside"] == OPEN
        assert found["amendments.changes"] == OPEN


def test_a_month_without_changes_has_none_of_these_claims(
    month: Month, tmp_path: Path
) -> None:
    found = forger.verdicts(forger.write(tmp_path, dict(month.closed.auditor)))
    assert not [claim for claim in found if "amendments" in claim]
    assert "changes.substitutions" in found


def test_no_two_forgeries_share_a_name() -> None:
    assert len({m.name for m in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("one", MUTANTS, ids=lambda m: m.name)
def test_a_forgery_is_caught(one: Mutant, after: Amended, tmp_path: Path) -> None:
    docs = copy.deepcopy(forger.load(after.closed.auditor))
    before = canonical(docs)
    one.change(docs)
    one.repair(docs)
    assert canonical(docs) != before
    found = forger.verdicts(forger.write(tmp_path, forger.dump(docs)))
    failing = forger.failing(found)
    assert one.catches in failing
    assert failing <= {one.catches, *one.also, *LOGGED}


def test_a_standby_person_replaced_without_cause_is_caught_by_the_auditor(
    month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bureau claims that the pair's lead may not make the visit: all else fits."""
    visit, route = whistle(month, quiet_day(month, month.assigned))
    seat = f"{route.id}/lead"
    holder = dict(month.assigned.now.holders)[seat]
    monkeypatch.setattr(
        "inspector.month.amendment_call.barred_from",
        lambda *_: frozenset({(seat, holder)}),
    )
    done = call(month.assigned, visit, route, at=AT, reason="热线")
    assert dict(done.now.holders)[seat] != holder
    for result in demonstration.results(done):
        done = publish(done, result)
    closed = close(done, month.record.closed_at, {})
    found = forger.verdicts(forger.write(tmp_path, dict(closed.auditor)))
    failing = forger.failing(found)
    assert "auditor.amendments" in failing
    assert failing <= {"auditor.amendments", "changes.followed"}
    public = forger.verdicts(forger.write(tmp_path / "p", dict(closed.files)))
    assert forger.failing(public) == set()
