"""Every change to an honest bundle makes the claim about that very thing fail.

A mutant names the claim that must fail (`catches`), how far the forger repairs the
hashes afterwards (`repair`) and which other claims may fail with it: those that a
change of the same bytes breaks by nature. Any other failing claim is a false alarm.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import forger
import pytest
from forger import Docs, Mutation
from month_stages import Month

from inspector import verify

V = 1 << 40
# What breaks whenever bytes change that a hash binds.
LOGGED = {"log.root", "log.files"}
SEALED = {"seal.commitment", "seal.hashes", "seal.leaves", "results.leaves"}
# A new commitment gives a new seed: everything drawn with it is wrong.
LOTTERY = {"lottery.rounding", "lottery.reserves"}
DRAW = {"draw.counts", "draw.tickets", "draw.visits"}
# The events of a draw belong to another attempt than the freeze.
DRAW_ALL = DRAW | {
    "draw.entropy",
    "draw.inside",
    "freeze.before_entropy",
    "log.cancelled",
    "log.sources",
    "privacy.public",
    "seal.entropy",
    "table.rows",
    "draw.outside",
    "draw.seed",
    "draw.totals",
    "lottery.seed",
}
NOTHING: frozenset[str] = frozenset()
# Where a visit goes, its result fails; without a replay of the field, all of these.
MADE = {"results.complete", "results.people", "results.scores", "history.chain"}
REPLAY = {
    *("changes.absences", "changes.substitutions", "changes.ineligible"),
    *("changes.followed", "results.people", "results.scores"),
}


def unrepaired(docs: Docs) -> None:
    """The forger leaves every hash as it was."""


# What a repair leaves broken by nature: hashes it does not touch, and proofs of leaves.
NATURAL = {
    unrepaired: LOGGED | SEALED,
    forger.relog: {"seal.hashes", "seal.leaves"},
    forger.rehash: {"results.leaves"},
    forger.reseal: set(),
    forger.refreeze: set(),
}


@dataclass(frozen=True)
class Mutant:
    name: str
    catches: str
    change: Mutation
    repair: Mutation = forger.relog
    also: Iterable[str] = field(default=NOTHING)
    auditor: bool = False


MUTANTS: list[Mutant] = []


def mutant(
    catches: str,
    repair: Mutation = forger.relog,
    also: Iterable[str] = NOTHING,
    auditor: bool = False,
) -> Any:
    def add(change: Mutation) -> Mutation:
        name = change.__name__.strip("_")
        MUTANTS.append(Mutant(name, catches, change, repair, set(also), auditor))
        return change

    return add


def first(rows: Iterable[Any], test: Any = lambda row: True) -> Any:
    return next(row for row in rows if test(row))


# ------------------------------------------------------------------------- freeze

FREEZE: Any = {"repair": forger.refreeze, "also": DRAW | LOTTERY}


@mutant(
    "freeze.commitment",
    unrepaired,
    DRAW | {"seal.commitment", "auditor.private"} | {"seal.entropy"},
)
def the_freeze_is_edited_and_nothing_else(docs: Docs) -> None:
    docs["freeze"]["compounds"][0]["households"] += 1


@mutant("freeze.commitment")
def the_log_holds_another_freeze(docs: Docs) -> None:
    forger.event(docs, "frozen")["commitment"] = "00" * 32


@mutant(
    "freeze.commitment",
    forger.refreeze,
    DRAW_ALL | LOTTERY | {"draw.entropy", "log.sources", "seal.entropy"},
)
def the_freeze_claims_another_attempt(docs: Docs) -> None:
    docs["freeze"]["attempt"] = 2


@mutant(
    "freeze.policy",
    forger.refreeze,
    DRAW | LOTTERY | {"log.sources", "log.order", "freeze.exclusions"},
)
def the_freeze_is_dated_after_its_entropy(docs: Docs) -> None:
    docs["freeze"]["frozen_at"] = "2026-11-23T13:26:00Z"
    forger.event(docs, "frozen")["at"] = "2026-11-23T13:26:00Z"


@mutant(
    "freeze.calendar", also=DRAW | LOTTERY | {"plan.complete"}, repair=forger.refreeze
)
def a_day_of_another_month_is_a_working_day(docs: Docs) -> None:
    docs["freeze"]["working_days"].append("2027-01-04")


@mutant("freeze.calendar", **FREEZE)
def a_working_day_is_no_deadline_day(docs: Docs) -> None:
    docs["freeze"]["publish_days"].remove(docs["freeze"]["working_days"][5])


@mutant("freeze.calendar", **FREEZE)
def a_deadline_day_too_many(docs: Docs) -> None:
    docs["freeze"]["publish_days"].append("2027-12-31")


@mutant("freeze.registry", **FREEZE)
def two_compounds_are_out_of_order(docs: Docs) -> None:
    rows = docs["freeze"]["compounds"]
    rows[0], rows[1] = rows[1], rows[0]


@mutant("freeze.registry", forger.refreeze, DRAW | LOTTERY | {"freeze.strata"})
def a_compound_is_listed_twice(docs: Docs) -> None:
    rows = docs["freeze"]["compounds"]
    rows.insert(1, copy.deepcopy(rows[0]))


@mutant("freeze.registry", **FREEZE)
def an_item_has_no_legal_basis(docs: Docs) -> None:
    docs["freeze"]["items"][3]["legal_basis"] = " "


@mutant(
    "freeze.policy",
    forger.refreeze,
    DRAW | LOTTERY | {"seats.officers", "results.scores"},
)
def one_officer_is_enough(docs: Docs) -> None:
    del docs["freeze"]["policy"]["seats"]["seats"][1]


@mutant("freeze.policy", forger.refreeze, DRAW | LOTTERY | {"freeze.ranking"})
def streets_and_communities_weigh_29_percent(docs: Docs) -> None:
    weights = docs["freeze"]["policy"]["bottom"]["weights_bp"]
    weights["street"] -= 100
    weights["housing"] += 100


@mutant("freeze.policy", forger.refreeze, DRAW | LOTTERY | {"freeze.ranking"})
def the_bottom_list_covers_a_twentieth(docs: Docs) -> None:
    docs["freeze"]["policy"]["bottom"]["share"] = [1, 20]


@mutant(
    "freeze.policy",
    forger.refreeze,
    DRAW
    | LOTTERY
    | {"draw.entropy", "draw.outside", "draw.inside", "log.sources"}
    | {"freeze.before_entropy"}
    | {"changes.early"},
)
def only_the_bureaus_own_witness_decides_the_draw(docs: Docs) -> None:
    del docs["freeze"]["policy"]["draw_entropy"][1:]


@mutant("freeze.policy", forger.refreeze, DRAW | LOTTERY | {"seal.entropy"})
def the_lottery_uses_entropy_from_before_the_draws(docs: Docs) -> None:
    docs["freeze"]["policy"]["lottery_entropy"][0]["at"] = "2026-11-23T01:00:00Z"


@mutant("freeze.exclusions", forger.refreeze, DRAW | LOTTERY | {"freeze.strata"})
def an_excluded_compound_is_back_in_the_draw(docs: Docs) -> None:
    del docs["freeze"]["exclusions"][0]


@mutant("freeze.exclusions", forger.refreeze, DRAW | LOTTERY | {"freeze.strata"})
def a_friend_is_excluded_without_an_inspection(docs: Docs) -> None:
    rows = docs["freeze"]["exclusions"]
    out = {e["compound"] for e in rows}
    friend = first(c["id"] for c in docs["freeze"]["compounds"] if c["id"] not in out)
    rows.append({"compound": friend, "reason": "recent", "cites": []})
    rows.sort(key=lambda e: e["compound"])


@mutant("freeze.exclusions", **FREEZE)
def an_exclusion_cites_another_leaf(docs: Docs) -> None:
    docs["freeze"]["exclusions"][0]["cites"][0] = "ab" * 32


@mutant("freeze.exclusions", **FREEZE)
def an_exclusion_gives_another_reason(docs: Docs) -> None:
    row = first(docs["freeze"]["exclusions"], lambda e: e["reason"] == "recent")
    row["reason"] = "cap"


@mutant("freeze.strata", forger.refreeze, DRAW | LOTTERY)
def a_stratum_has_a_higher_chance(docs: Docs) -> None:
    row = docs["freeze"]["strata"][0]
    row["chance"] = [1, 2] if row["chance"] != [1, 2] else [1, 3]


@mutant("freeze.strata", forger.refreeze, DRAW | LOTTERY)
def a_stratum_shows_another_size(docs: Docs) -> None:
    docs["freeze"]["strata"][2]["size"] += 1


@mutant("freeze.strata", forger.refreeze, DRAW | LOTTERY | {"draw.totals"})
def a_stratum_is_expected_to_give_one_more(docs: Docs) -> None:
    row = docs["freeze"]["strata"][1]
    num, den = row["expected"]
    row["expected"] = [num + 5 * den, den]


@mutant("freeze.strata", forger.refreeze, DRAW | LOTTERY | {"draw.totals"})
def a_stratum_is_left_out(docs: Docs) -> None:
    del docs["freeze"]["strata"][0]


@mutant("freeze.strata", **FREEZE)
def a_street_owes_more_than_its_chances_give(docs: Docs) -> None:
    docs["freeze"]["streets"][0]["min_draw"] += 40


@mutant("freeze.ranking", **FREEZE)
def the_last_two_of_the_bottom_list_change_places(docs: Docs) -> None:
    rows = docs["freeze"]["ranking"]["listed"]
    rows[-1], rows[-2] = rows[-2], rows[-1]


@mutant("freeze.ranking", forger.refreeze, DRAW | LOTTERY | {"freeze.docket_visits"})
def a_friend_leaves_the_bottom_list(docs: Docs) -> None:
    started = {v["compound"] for v in docs["freeze"]["docket_visits"] if v["step"] == 0}
    rows = docs["freeze"]["ranking"]["listed"]
    rows.remove(first(rows, lambda r: r[0] in started))


@mutant("freeze.ranking", **FREEZE)
def a_score_is_a_little_better(docs: Docs) -> None:
    docs["freeze"]["ranking"]["listed"][0][1] += 1


@mutant("freeze.ranking", **FREEZE)
def fewer_compounds_were_ranked(docs: Docs) -> None:
    docs["freeze"]["ranking"]["ranked"] -= 1


@mutant("freeze.docket_visits", forger.refreeze, DRAW | LOTTERY | {"draw.visits"})
def a_docket_visit_is_forgotten(docs: Docs) -> None:
    del docs["freeze"]["docket_visits"][-1]


@mutant("freeze.docket_visits", forger.refreeze, DRAW | LOTTERY | {"draw.visits"})
def a_docket_window_is_moved(docs: Docs) -> None:
    docs["freeze"]["docket_visits"][0]["last"] = "2026-12-02"


@mutant("freeze.docket_visits", forger.refreeze, DRAW | LOTTERY | {"draw.visits"})
def a_docket_visit_is_shorter_than_the_policy_says(docs: Docs) -> None:
    docs["freeze"]["docket_visits"][0]["minutes"] -= 15


# --------------------------------------------------------------------------- draw


def record(docs: Docs, stage: str = "draw") -> Any:
    return forger.event(docs, "entropy", stage)["record"]


def entered(docs: Docs, number: int, stage: str = "draw", **changes: Any) -> None:
    """Leaf and record tell another story."""
    row = record(docs, stage)[number]
    for e in docs["log"]["events"]:
        if e["event"] == "source_recorded" and e["source"] == row["source"]:
            e.update(changes)
    row.update(changes)


@mutant("draw.tickets", also=DRAW)
def the_draw_used_other_lottery_numbers(docs: Docs) -> None:
    entered(docs, -1, value="01 10 15 18 29|09 12")


@mutant("draw.entropy", also=DRAW | {"log.sources"})
def the_draw_used_other_numbers_than_recorded(docs: Docs) -> None:
    record(docs)[-1]["value"] = "01 10 15 18 29|09 12"


@mutant("log.sources", also=DRAW)
def lottery_numbers_are_not_ascending(docs: Docs) -> None:
    entered(docs, -1, value="10 03 15 18 29|09 12")


@mutant("log.sources", also=DRAW)
def lottery_numbers_are_out_of_range(docs: Docs) -> None:
    entered(docs, -1, value="03 10 15 18 36|09 12")


@mutant("log.sources", also=DRAW)
def another_issue_was_taken_silently(docs: Docs) -> None:
    entered(docs, -1, issue="2026135")


@mutant("log.sources", also=DRAW)
def a_fallback_skips_an_issue(docs: Docs) -> None:
    entered(docs, -1, issue="2026136", fallback=True)


@mutant("log.sources")
def a_fallback_is_claimed_for_the_announced_issue(docs: Docs) -> None:
    entered(docs, -1, fallback=True)


@mutant("log.sources")
def a_witness_spoke_before_the_freeze(docs: Docs) -> None:
    entered(docs, 0, at=docs["freeze"]["frozen_at"])


@mutant("log.sources", also={"log.order"})
def a_witness_spoke_after_the_lottery(docs: Docs) -> None:
    entered(docs, 0, at="2026-11-23T13:59:00Z")


@mutant("log.sources")
def the_lottery_was_drawn_before_its_time(docs: Docs) -> None:
    entered(docs, -1, at="2026-11-23T13:24:00Z")


@mutant("draw.entropy", also=DRAW | {"log.sources"})
def a_witness_reveals_another_value(docs: Docs) -> None:
    entered(docs, 0, value="00" * 16)


@mutant("draw.entropy", also=DRAW | {"log.sources"})
def a_witness_is_left_out(docs: Docs) -> None:
    del record(docs)[0]


@mutant("draw.seed", also=DRAW | {"table.rows", "lottery.seed", "auditor.private"})
def the_first_blind_is_another(docs: Docs) -> None:
    forger.event(docs, "closed")["blinds"][0] = "11" * 32


def drawn_stratum(docs: Docs) -> Any:
    return first(docs["drawn"]["strata"], lambda s: s["drawn"] and s["reserves"])


@mutant("draw.tickets", forger.rehash, LOTTERY | {"draw.visits"})
def a_winner_is_swapped_with_a_reserve(docs: Docs) -> None:
    row = drawn_stratum(docs)
    row["drawn"][0], row["reserves"][0] = row["reserves"][0], row["drawn"][0]


@mutant("draw.tickets", forger.rehash, LOTTERY)
def two_reserves_change_places(docs: Docs) -> None:
    row = first(docs["drawn"]["strata"], lambda s: len(s["reserves"]) > 1)
    row["reserves"].reverse()


@mutant(
    "draw.counts",
    forger.rehash,
    LOTTERY | {"draw.totals", "draw.visits", "draw.tickets"},
)
def a_winner_is_dropped(docs: Docs) -> None:
    drawn_stratum(docs)["drawn"].pop()


@mutant("draw.totals")
def the_log_counts_one_more(docs: Docs) -> None:
    forger.event(docs, "drawn")["total"] += 1


@mutant("draw.totals")
def a_class_is_called_total(docs: Docs) -> None:
    forger.event(docs, "drawn")["classes"]["total"] = 999


@mutant("draw.totals")
def the_log_moves_one_to_another_class(docs: Docs) -> None:
    classes = forger.event(docs, "drawn")["classes"]
    low, high = sorted(classes)[:2]
    classes[low] += 1
    classes[high] -= 1


@mutant("draw.visits", forger.rehash, LOTTERY | {"plan.routes"})
def a_visit_is_shorter(docs: Docs) -> None:
    docs["drawn"]["visits"][0]["service_minutes"] -= 5


@mutant("draw.visits", forger.rehash, LOTTERY)
def a_visit_has_a_longer_window(docs: Docs) -> None:
    docs["drawn"]["visits"][0]["first"] = "2026-11-30"


@mutant(
    "draw.visits",
    forger.rehash,
    LOTTERY | MADE | {"plan.routes", "plan.travel", "results.log"},
)
def a_visit_is_left_out_of_draw_and_plan(docs: Docs) -> None:
    visit = docs["drawn"]["visits"].pop()
    package = packed(docs, visit["id"])
    package["stops"] = [s for s in package["stops"] if s["visit"] != visit["id"]]


# --------------------------------------------------------------------------- plan

PLAN: Any = {"repair": forger.rehash, "also": LOTTERY | {"seal.figures"}}


def packed(docs: Docs, visit: str) -> Any:
    packages = docs["plan"]["packages"]
    return first(packages, lambda p: any(s["visit"] == visit for s in p["stops"]))


def with_stops(docs: Docs, n: int = 2) -> Any:
    return first(docs["plan"]["packages"], lambda p: len(p["stops"]) >= n)


@mutant(
    "plan.complete",
    forger.rehash,
    LOTTERY | MADE | {"plan.travel", "plan.routes", "plan.skills", "plan.numbers"},
)
def a_visit_falls_out_of_the_plan(docs: Docs) -> None:
    with_stops(docs)["stops"].pop()


@mutant(
    "plan.complete",
    forger.rehash,
    LOTTERY
    | {"plan.travel", "plan.routes", "plan.duty", "plan.skills"}
    | {"plan.gaps", "plan.windows", *MADE},
)
def a_visit_is_planned_twice(docs: Docs) -> None:
    one, two = docs["plan"]["packages"][:2]
    two["stops"].append(copy.deepcopy(one["stops"][0]))


# Who stands by that day decides whose turn it is when somebody is absent.
@mutant(
    "plan.complete",
    forger.rehash,
    LOTTERY | {"seats.officers", "changes.substitutions"},
)
def a_stand_by_pair_is_saved(docs: Docs) -> None:
    del docs["plan"]["standby"][0]


@mutant(
    "plan.windows",
    forger.rehash,
    LOTTERY | MADE | {"plan.gaps", "seats.officers"},
)
def a_package_runs_on_a_sunday(docs: Docs) -> None:
    docs["plan"]["packages"][0]["day"] = "2026-12-06"


# The day decides who shares a person-day, so table and people leaves change with it.
@mutant(
    "plan.windows",
    forger.rehash,
    LOTTERY
    | {"plan.gaps", "lottery.leaves", "changes.substitutions", *MADE}
    | {"table.levels", "table.t_star", "table.margins", "table.slack"},
)
def a_package_runs_after_the_window(docs: Docs) -> None:
    late = {v["id"]: v for v in docs["drawn"]["visits"] if v["last"] < "2026-12-31"}
    package = packed(docs, first(late))
    package["day"] = "2026-12-31"
    row = first(docs["table"]["packages"], lambda p: p["id"] == package["id"])
    row["day"] = "2026-12-31"


@mutant("plan.windows", forger.rehash, LOTTERY | {"plan.routes"})
def a_morning_visit_ends_after_noon(docs: Docs) -> None:
    visits = docs["drawn"]["visits"]
    morning = first(v["id"] for v in visits if v["window"] == "morning")
    stop = first(packed(docs, morning)["stops"], lambda s: s["visit"] == morning)
    stop["start"] += 300
    stop["end"] += 300


@mutant(
    "plan.gaps",
    forger.rehash,
    LOTTERY
    | {"plan.windows", "plan.cars", "lottery.leaves", "results.people"}
    | {"changes.substitutions"}
    | {"table.levels", "table.t_star", "table.margins", "table.slack"},
)
def two_steps_of_a_series_are_too_close(docs: Docs) -> None:
    steps = [v for v in docs["drawn"]["visits"] if v["series"]]
    known = {(v["series"], v["step"]) for v in steps}
    two = first(v for v in steps if (v["series"], v["step"] - 1) in known)
    one = first(
        v
        for v in steps
        if v["series"] == two["series"] and v["step"] == two["step"] - 1
    )
    package = packed(docs, two["id"])
    package["day"] = packed(docs, one["id"])["day"]
    row = first(docs["table"]["packages"], lambda p: p["id"] == package["id"])
    row["day"] = package["day"]


@mutant("plan.routes", **PLAN)
def a_car_arrives_before_it_can(docs: Docs) -> None:
    with_stops(docs)["stops"][1]["arrive"] -= 200


@mutant("plan.routes", **PLAN)
def a_service_ends_early(docs: Docs) -> None:
    with_stops(docs)["stops"][-1]["end"] -= 10


@mutant("plan.routes", **PLAN)
def a_service_starts_before_arrival(docs: Docs) -> None:
    stop = with_stops(docs)["stops"][0]
    stop["arrive"] = stop["start"] + 1


@mutant("plan.routes", forger.rehash, LOTTERY | {"plan.duty"})
def lunch_overlaps_a_service(docs: Docs) -> None:
    package = first(docs["plan"]["packages"], lambda p: p["lunch"] is not None)
    package["lunch"] = package["stops"][0]["start"] + 1


@mutant("plan.duty", forger.rehash, LOTTERY | {"seats.officers"})
def a_team_leaves_before_the_shift(docs: Docs) -> None:
    docs["plan"]["packages"][0]["depart"] = 400


@mutant("plan.duty", forger.rehash, LOTTERY | {"seats.officers"})
def a_team_returns_after_the_shift(docs: Docs) -> None:
    docs["plan"]["packages"][0]["back"] = 1051


@mutant("plan.duty", forger.rehash, LOTTERY | {"plan.routes"})
def lunch_is_at_ten(docs: Docs) -> None:
    package = first(docs["plan"]["packages"], lambda p: p["lunch"] is not None)
    package["lunch"] = 600


@mutant("plan.cars", **FREEZE)
def there_are_no_cars(docs: Docs) -> None:
    docs["freeze"]["cars"].clear()


@mutant("plan.skills", **PLAN)
def a_package_hides_the_skill_it_needs(docs: Docs) -> None:
    first(docs["plan"]["packages"], lambda p: p["skill"])["skill"] = ""


@mutant("plan.travel", **PLAN)
def a_route_is_shorter_than_it_is(docs: Docs) -> None:
    docs["plan"]["packages"][0]["travel_minutes"] -= 1


@mutant("plan.travel", forger.rehash, LOTTERY | {"seal.figures", "plan.bound"})
def the_plan_is_shorter_than_its_routes(docs: Docs) -> None:
    docs["plan"]["travel_minutes"] -= 10


@mutant("plan.bound", **PLAN)
def the_bound_exceeds_the_travel(docs: Docs) -> None:
    docs["plan"]["bound_minutes"] = docs["plan"]["travel_minutes"] + 1


# --------------------------------------------------------------------------- seal


@mutant("seal.hashes", also={"plan.duty", "seats.officers"})
def the_plan_is_edited_after_the_seal(docs: Docs) -> None:
    docs["plan"]["packages"][0]["back"] += 1


@mutant("seal.leaves", also={"seal.hashes", "plan.routes", "results.leaves"})
def a_visit_starts_later_than_sealed(docs: Docs) -> None:
    stop = docs["plan"]["packages"][0]["stops"][-1]
    stop["start"] += 1
    stop["end"] += 1


@mutant("seal.commitment", unrepaired, LOTTERY | {"seal.figures"})
def the_seal_is_edited(docs: Docs) -> None:
    docs["seal"]["changes"] += 1


@mutant("seal.commitment", forger.reseal, LOTTERY | {"seal.entropy"})
def the_seal_is_bound_to_another_freeze(docs: Docs) -> None:
    docs["seal"]["freeze"] = "22" * 32


@mutant(
    "seal.blind",
    also=LOTTERY
    | {"lottery.seed", "lottery.leaves", "changes.substitutions", "results.leaves"}
    | {"changes.absences"},
)
def the_second_blind_is_another(docs: Docs) -> None:
    forger.event(docs, "closed")["blinds"][1] = "33" * 32


@mutant("seal.leaves", forger.reseal, LOTTERY | {"results.leaves"})
def the_visit_root_is_another(docs: Docs) -> None:
    docs["seal"]["visit_root"] = "44" * 32


FIGURES = (
    *("packages", "seats", "travel_minutes", "bound_minutes", "q_star", "t_star"),
    *("min_chance", "max_chance", "levels", "exceptions", "listed", "load_slack"),
    "changes",
)


def another_figure(key: str) -> Mutation:
    def change(docs: Docs) -> None:
        docs["seal"][key] += 1

    return change


MUTANTS += [
    Mutant(
        f"the_seal_shows_another_{key}",
        "seal.figures",
        another_figure(key),
        forger.reseal,
        LOTTERY,
    )
    for key in FIGURES
]


# ---------------------------------------------------------------- seats and table

TABLE: Any = {"repair": forger.rehash, "also": LOTTERY | {"seal.figures"}}


@mutant(
    "seats.officers",
    forger.rehash,
    LOTTERY | {"lottery.leaves", "changes.substitutions", "results.people"},
)
def a_second_officer_becomes_an_expert(docs: Docs) -> None:
    docs["table"]["seats"][1]["role"] = "expert"


@mutant("seats.officers", forger.rehash, LOTTERY | {"table.canonical"})
def the_table_shows_other_duty_minutes(docs: Docs) -> None:
    plan = {p["id"] for p in docs["plan"]["packages"]}
    first(docs["table"]["packages"], lambda p: p["id"] in plan)["minutes"] -= 30


@mutant("seats.kept", forger.rehash, LOTTERY)
def a_seat_claims_a_harder_visit_than_possible(docs: Docs) -> None:
    docs["table"]["seats"][0]["hardest"] = len(docs["table"]["people"]) + 1


@mutant("seats.kept", forger.rehash, LOTTERY)
def a_narrow_seat_is_not_listed(docs: Docs) -> None:
    seat = max(
        docs["table"]["seats"], key=lambda s: -int(s["eligible"], 16).bit_count()
    )
    seat["hardest"] = len(docs["table"]["people"])


@mutant(
    "table.margins",
    forger.rehash,
    LOTTERY | {"table.canonical", "table.caps", "seal.figures"},
)
def a_seat_is_filled_more_than_once(docs: Docs) -> None:
    docs["table"]["elements"][0][2] += 4096


@mutant(
    "table.margins",
    forger.rehash,
    LOTTERY | {"table.canonical", "table.caps", "seal.figures"},
)
def all_of_a_seat_goes_to_one_person(docs: Docs) -> None:
    own = [e for e in docs["table"]["elements"] if e[0] == 0]
    for e in own:
        e[2] = 0
    own[0][2] = V


@mutant(
    "table.caps",
    forger.rehash,
    LOTTERY | {"table.canonical", "table.margins", "seal.figures"},
)
def one_person_gets_more_than_his_cap(docs: Docs) -> None:
    table = docs["table"]
    used = [e for e in table["elements"] if e[0] == 0]
    top = max(used, key=lambda e: e[2])
    for e in used:
        if e is not top:
            move = e[2] - (table["floor"] << 20)
            e[2] -= move
            top[2] += move


@mutant("table.shares", **TABLE)
def a_person_owes_less_than_his_share(docs: Docs) -> None:
    first(docs["table"]["people"], lambda p: p["share"])["share"] -= 1


@mutant("table.shares", forger.rehash, LOTTERY | {"table.levels", "table.t_star"})
def a_person_may_be_spared(docs: Docs) -> None:
    first(docs["table"]["people"], lambda p: p["load_min"])["load_min"] = 0


@mutant("table.shares", forger.rehash, LOTTERY | {"table.canonical", "auditor.weights"})
def a_person_has_more_days_than_he_may(docs: Docs) -> None:
    first(docs["table"]["people"], lambda p: p["rate"])["max_days"] += 1


@mutant("table.slack", forger.rehash, LOTTERY | {"table.shares", "seal.figures"})
def a_slack_without_a_proof(docs: Docs) -> None:
    docs["table"]["slack"] += 1


@mutant(
    "table.levels",
    forger.rehash,
    LOTTERY | {"table.canonical", "table.caps", "seal.figures"},
)
def a_level_is_higher_than_its_cut_proves(docs: Docs) -> None:
    docs["table"]["levels"][-1]["value"] += 1


@mutant("table.levels", **TABLE)
def a_levels_cut_proves_nothing(docs: Docs) -> None:
    docs["table"]["levels"][0]["nodes"] = "1"


@mutant(
    "table.levels",
    forger.rehash,
    LOTTERY | {"table.canonical", "table.t_star", "table.caps"},
)
def a_pair_takes_a_higher_level(docs: Docs) -> None:
    table = docs["table"]
    low = first(p for p in table["pairs"] if p[2] == len(table["levels"]) - 1)
    low[2] = 0


@mutant("table.t_star", forger.rehash, LOTTERY | {"seal.figures", "table.caps"})
def the_least_chance_is_said_to_be_less(docs: Docs) -> None:
    docs["table"]["t_star"] -= 1


@mutant("table.t_star", forger.rehash, LOTTERY | {"table.canonical"})
def the_floor_is_lower_than_the_rule(docs: Docs) -> None:
    docs["table"]["floor"] -= 1


@mutant(
    "table.dropped",
    forger.rehash,
    LOTTERY | {"table.canonical", "seal.figures", "table.t_star", "table.margins"},
)
def a_possible_pair_is_dropped(docs: Docs) -> None:
    table = docs["table"]
    seats = {k for k, s in enumerate(table["seats"]) if s["package"] == 0}
    person = table["pairs"][0][0]
    own = [e for e in table["elements"] if e[0] in seats and e[1] == person]
    for e in own:
        e[2] = 0
    table["pairs"][0][3] = 1


@mutant("table.exceptions", forger.rehash, LOTTERY | {"seal.figures"})
def an_exception_is_made_up(docs: Docs) -> None:
    docs["table"]["exceptions"].append("level/99")


@mutant(
    "table.pairs",
    forger.rehash,
    LOTTERY | {"table.canonical", "table.margins", "table.caps", "seal.figures"},
)
def an_eligible_person_is_left_out_of_a_seat(docs: Docs) -> None:
    table = docs["table"]
    unused = first(e for e in table["elements"] if e[0] == 2)
    unused[2] = 0
    table["elements"].remove(unused)


# ------------------------------------------------------------ lottery and changes


@mutant(
    "lottery.rounding",
    also={"lottery.reserves", "lottery.leaves", "changes.substitutions"},
)
def a_friend_takes_a_seat(docs: Docs) -> None:
    seats, reserves = docs["assigned"]["seats"], dict(docs["assigned"]["reserves"])
    seat = first(row for row in seats if reserves[row[0]])
    seat[1], reserves[seat[0]][0] = reserves[seat[0]][0], seat[1]


@mutant("lottery.reserves", also={"changes.substitutions"})
def two_people_of_a_reserve_list_change_places(docs: Docs) -> None:
    names = first(r for _, r in docs["assigned"]["reserves"] if len(r) > 1)
    names[0], names[1] = names[1], names[0]


@mutant("lottery.leaves")
def the_people_root_is_another(docs: Docs) -> None:
    forger.event(docs, "assigned")["people_root"] = "55" * 32


@mutant("lottery.leaves")
def fewer_people_leaves_than_a_multiple_of_64(docs: Docs) -> None:
    forger.event(docs, "assigned")["people_leaves"] -= 1


@mutant("lottery.rounding", also=LOTTERY | {"changes.substitutions"})
def the_lottery_used_other_numbers(docs: Docs) -> None:
    entered(docs, -1, "lottery", value="01 07 11 24 32|02 05")


@mutant("log.sources")
def the_second_entropy_comes_before_the_seal(docs: Docs) -> None:
    entered(docs, 0, "lottery", at=docs["seal"]["sealed_at"])


@mutant("seal.entropy", forger.reseal, LOTTERY | {"log.sources", "lottery.outside"})
def the_seal_announces_other_entropy(docs: Docs) -> None:
    docs["seal"]["entropy"][0]["name"] = "somebody's phone"


@mutant("changes.substitutions")
def the_first_reserve_is_passed_over(docs: Docs) -> None:
    e = forger.event(docs, "substituted")
    reserves = dict(docs["assigned"]["reserves"])[e["seat"]]
    at = len(e["skipped"])
    e["skipped"].append([reserves[at], "busy"])
    e["in"] = reserves[at + 1]


@mutant("changes.substitutions")
def an_absence_is_not_substituted(docs: Docs) -> None:
    docs["log"]["events"].remove(forger.event(docs, "substituted"))


@mutant("changes.substitutions", also={"changes.absences"})
def a_substitution_without_an_absence(docs: Docs) -> None:
    docs["log"]["events"].remove(forger.event(docs, "absent"))


@mutant("changes.substitutions")
def a_substitution_claims_another_leaf(docs: Docs) -> None:
    forger.event(docs, "substituted")["new_leaf"] = "66" * 32


@mutant("changes.substitutions")
def a_substitution_replaces_another_leaf(docs: Docs) -> None:
    forger.event(docs, "substituted")["old_leaf"] = "77" * 32


# ---------------------------------------------------------------- results and log


@mutant("results.log", also={"results.scores"})
def a_score_is_improved_after_publication(docs: Docs) -> None:
    docs["results"]["results"][0]["score_bp"] += 5


@mutant("results.log", also={"results.complete", "history.chain"})
def a_bad_result_is_withheld(docs: Docs) -> None:
    docs["results"]["results"].pop()


@mutant("results.complete", also={"results.deadline"})
def a_result_and_its_log_are_both_withheld(docs: Docs) -> None:
    row = docs["results"]["results"].pop()
    visit = first(v for v in docs["drawn"]["visits"] if v["id"] == row["visit"])
    events = docs["log"]["events"]
    events.remove(first(e for e in events if e.get("visit") == row["visit"]))
    for kind in visit["kinds"] if row["score_bp"] >= 0 else []:
        mark = ("inspected", row["compound"], row["date"], kind)
        keys = ("event", "compound", "date", "kind")
        events.remove(first(e for e in events if tuple(e.get(k) for k in keys) == mark))


@mutant("changes.absences")
def an_absence_is_opened_with_another_reason(docs: Docs) -> None:
    docs["results"]["absences"][0]["reason"] = "family"


@mutant("changes.absences")
def an_absence_is_not_opened(docs: Docs) -> None:
    docs["results"]["absences"].append({"reason": "family", "from": ""})


@mutant("results.people", also={"results.log"})
def a_visit_is_inspected_on_another_day(docs: Docs) -> None:
    row = first(docs["results"]["results"], lambda r: r["score_bp"] >= 0)
    row["date"] = row["published_at"][:10]


@mutant("results.log")
def a_result_was_published_before_it_was_logged(docs: Docs) -> None:
    row = docs["results"]["results"][-1]
    row["published_at"] = row["published_at"].replace("09:00:00Z", "08:00:00Z")
    forger.event(docs, "result")["digest"] = forger.digest(
        docs, "result", verify.canonical(row)
    ).hex()


@mutant("log.order", also={"auditor.changes", "seal.figures"}, auditor=True)
def a_change_of_people_between_seal_and_lottery(docs: Docs) -> None:
    log = docs["log"]["events"]
    k = log.index(forger.event(docs, "sealed"))
    row = {"at": log[k]["at"], "reason": "x", "approver": "y", "digest": "00" * 32}
    log.insert(k + 1, {"event": "people_changed", **row})


@mutant("results.log", also={"results.complete"})
def a_result_names_another_company(docs: Docs) -> None:
    docs["results"]["results"][0]["usc18"] = docs["freeze"]["companies"][0]["usc18"]


@mutant("results.complete", also={"results.log", "results.deadline", "results.people"})
def a_result_is_dated_before_the_plan(docs: Docs) -> None:
    docs["results"]["results"][-1]["date"] = "2026-12-01"


@mutant("results.leaves", also={"results.log"})
def a_result_carries_another_leafs_proof(docs: Docs) -> None:
    one, two = docs["results"]["results"][:2]
    one["proof"], two["proof"] = two["proof"], one["proof"]


@mutant("results.leaves", also={"results.log"})
def a_result_claims_another_index(docs: Docs) -> None:
    docs["results"]["results"][0]["index"] += 1


@mutant("results.deadline", also={"results.log"})
def a_late_result_is_not_listed(docs: Docs) -> None:
    docs["results"]["results"][0]["published_at"] = "2027-03-01T00:00:00Z"


@mutant("results.deadline")
def an_overdue_row_is_made_up(docs: Docs) -> None:
    visit = docs["results"]["results"][0]["visit"]
    docs["results"]["overdue"].append({"visit": visit, "due": "2026-12-31"})


@mutant("log.root", unrepaired)
def the_log_shows_another_root(docs: Docs) -> None:
    docs["log"]["root"] = "88" * 32


@mutant("log.root", unrepaired)
def an_absence_gets_another_reason(docs: Docs) -> None:
    forger.event(docs, "absent")["reason"] = "leave"


@mutant("log.order")
def the_draw_is_logged_before_its_entropy(docs: Docs) -> None:
    events = docs["log"]["events"]
    events[1], events[2] = events[2], events[1]


@mutant("log.order", also={"lottery.entropy"})
def time_runs_backwards(docs: Docs) -> None:
    forger.event(docs, "assigned")["at"] = "2026-11-24T09:00:00Z"


@mutant("log.order", also=REPLAY)
def something_happens_after_the_close(docs: Docs) -> None:
    docs["log"]["events"].append(
        {
            "event": "absent",
            "at": "2027-02-01T00:00:00Z",
            "day": "2026-12-01",
            "person": docs["freeze"]["people"][0],
            "reason": "illness",
        }
    )


@mutant(
    "log.attempts",
    also=DRAW_ALL
    | {"freeze.commitment", "draw.entropy", "log.sources", "seal.entropy"},
)
def a_first_draw_was_hidden(docs: Docs) -> None:
    for e in docs["log"]["events"]:
        if e["event"] in ("frozen", "drawn") or e.get("stage") == "draw":
            e["attempt"] = 2


@mutant("log.attempts", forger.reseal, LOTTERY | {"seal.commitment"})
def a_first_lottery_was_hidden(docs: Docs) -> None:
    docs["seal"]["attempt"] = 2
    for e in docs["log"]["events"]:
        if e["event"] in ("sealed", "assigned") or e.get("stage") == "lottery":
            e["attempt"] = 2


@mutant("log.files", unrepaired, {"log.root", "results.log", "results.scores"})
def a_published_file_is_not_the_logged_one(docs: Docs) -> None:
    docs["results"]["results"][0]["score_bp"] += 1


# ---------------------------------------------------------------- auditor's bundle


@mutant("auditor.private", auditor=True)
def a_name_is_changed_in_the_private_registry(docs: Docs) -> None:
    docs["private"]["private"]["inspectors"][0]["name"] += "二"


@mutant(
    "auditor.pseudonyms",
    auditor=True,
    also={
        "auditor.private",
        "auditor.rows",
        "auditor.eligibility",
        "auditor.hardest",
        "auditor.weights",
        "changes.followed",
    },
)
def the_pseudonyms_come_from_another_secret(docs: Docs) -> None:
    docs["private"]["private"]["secret"] = "99" * 32


@mutant(
    "auditor.weights",
    auditor=True,
    also={"auditor.private", "auditor.eligibility", "auditor.hardest"},
)
def a_leave_is_invented_afterwards(docs: Docs) -> None:
    person = first(
        p for p in docs["private"]["private"]["inspectors"] if not p["expert"]
    )
    docs["private"]["private"]["leave"].append(
        {
            "inspector": person["id"],
            "first": "2026-12-01",
            "last": "2026-12-31",
            "half": "",
        }
    )


@mutant(
    "auditor.eligibility", auditor=True, also={"auditor.private", "auditor.hardest"}
)
def a_recusal_is_forgotten_in_the_table(docs: Docs) -> None:
    package = docs["plan"]["packages"][0]["id"]
    index = first(
        k for k, p in enumerate(docs["table"]["packages"]) if p["id"] == package
    )
    seat = first(s for s in docs["table"]["seats"] if s["package"] == index)
    bit = int(seat["eligible"], 16).bit_length() - 1
    names = pseudonyms(docs)
    visit = docs["plan"]["packages"][0]["stops"][0]["visit"]
    compound = first(v["compound"] for v in docs["drawn"]["visits"] if v["id"] == visit)
    docs["private"]["private"]["recusals"].append(
        {
            "inspector": names[docs["table"]["people"][bit]["id"]],
            "subject": compound,
            "reason": "lives_there",
            "first": "",
            "last": "",
        }
    )


def pseudonyms(docs: Docs) -> dict[str, str]:
    private = docs["private"]["private"]
    month = docs["freeze"]["month"]
    secret = forger.Key(forger.suite(docs), bytes.fromhex(private["secret"]))
    return {
        "p" + forger.mac(secret, "pseudonym", month, p["id"]).hex()[:20]: p["id"]
        for p in private["inspectors"]
    }


@mutant("auditor.hardest", forger.rehash, LOTTERY | {"seats.kept"}, auditor=True)
def a_seat_hides_how_hard_its_visits_are(docs: Docs) -> None:
    seat = docs["table"]["seats"][0]
    seat["hardest"] += 1


@mutant("auditor.weights", forger.rehash, LOTTERY | {"table.shares"}, auditor=True)
def a_person_has_fewer_days_than_the_calendar(docs: Docs) -> None:
    first(docs["table"]["people"], lambda p: p["rate"])["days"] -= 1


@mutant("auditor.changes", auditor=True)
def a_people_change_is_not_in_the_log(docs: Docs) -> None:
    docs["private"]["changes"].append(
        {
            "at": "2026-11-23T15:00:00Z",
            "reason": "illness",
            "approver": "head",
            "leave": [],
            "recusals": [],
            "salt": "aa" * 16,
        }
    )


@mutant("privacy.public", auditor=True)
def a_name_is_the_reason_of_an_absence(docs: Docs) -> None:
    name = docs["private"]["private"]["inspectors"][0]["name"]
    forger.event(docs, "absent")["reason"] = name


@mutant("privacy.public", forger.refreeze, DRAW | LOTTERY, auditor=True)
def a_certificate_number_is_in_the_freeze(docs: Docs) -> None:
    private = docs["private"]["private"]["inspectors"]
    docs["freeze"]["items"][0]["evidence"] = first(
        p["cert_no"] for p in private if p["cert_no"]
    )


@mutant("privacy.public", also={"changes.substitutions", "changes.absences"})
def a_staff_number_stands_for_a_pseudonym(docs: Docs) -> None:
    forger.event(docs, "absent")["person"] = "I0007"


# ----------------------------------------------------------------------- the tests


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len({m.name for m in MUTANTS}) == len(MUTANTS) >= 60


@pytest.mark.parametrize("case", MUTANTS, ids=lambda m: m.name)
def test_a_mutant_fails_the_claim_about_what_it_changed(
    case: Mutant, month: Month, tmp_path: Path
) -> None:
    files = month.closed.auditor if case.auditor else month.closed.files
    docs = forger.load(files)
    case.change(docs)
    case.repair(docs)
    found = forger.failing(forger.verdicts(forger.write(tmp_path, forger.dump(docs))))
    assert case.catches in found
    # A field that is gone or of another type is one of the shape, too.
    allowed = {case.catches, *case.also, "bundle.shape"}
    assert found <= allowed | NATURAL[case.repair]
