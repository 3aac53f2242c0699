"""What gives way in a month that does not hold everything (PROTOCOL 14): each rule
broken once, by a document or by a bureau whose program breaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import forger
import pytest
from forger import Docs
from month_stages import Month, read_city, run_month, short_of_cars, short_of_people

from inspector import verify
from inspector.month import places
from inspector.month.gives_way import GivesWay
from inspector.month.places import Plan
from inspector.month.staff import Staff
from inspector.policy import GIVES_WAY, Policy, public


def failing(files: Mapping[str, bytes], folder: Path) -> set[str]:
    return forger.failing(forger.verdicts(forger.write(folder, dict(files))))


@pytest.fixture(scope="module")
def few_people() -> Month:
    return short_of_people(1)


# --- documents ---------------------------------------------------------------------


def order_of(*ranks: str) -> Callable[[Docs], None]:
    def change(docs: Docs) -> None:
        docs["freeze"]["policy"]["gives_way"] = [*ranks]

    return change


def a_place_is_guessed(docs: Docs) -> None:
    docs["freeze"]["compounds"][0]["approximate"] = "guess"


@pytest.mark.parametrize(
    ("change", "claim"),
    [
        (order_of(*GIVES_WAY[:-1]), "freeze.policy"),
        (order_of(*GIVES_WAY, "random"), "freeze.policy"),
        (order_of(*GIVES_WAY[:-1], "drawn"), "freeze.policy"),
        (a_place_is_guessed, "bundle.shape"),
    ],
)
def test_a_freeze_keeps_the_ranks_and_the_words(
    change: Callable[[Docs], None], claim: str, month: Month, tmp_path: Path
) -> None:
    docs = forger.load(month.closed.files)
    change(docs)
    assert claim in failing(forger.dump(docs), tmp_path)


def test_other_orders_and_mornings_only_are_lawful(
    month: Month, tmp_path: Path
) -> None:
    docs = forger.load(month.closed.files)
    docs["freeze"]["policy"]["gives_way"] = [*reversed(GIVES_WAY)]
    docs["freeze"]["policy"]["day"]["afternoon_start"] = 1440
    docs["freeze"]["compounds"][0]["approximate"] = "street"
    assert not {"freeze.policy", "bundle.shape"} & failing(forger.dump(docs), tmp_path)


def test_an_order_in_which_drawn_visits_do_not_stay_last_is_weaker() -> None:
    policy: Any = public(Policy(gives_way=(*GIVES_WAY[:5], "owed", "random")))
    rows = [*verify.weaker(verify.parse(verify.canonical(policy)))]
    assert [row[0] for row in rows] == ["gives_way"]


def a_pair_in_no_list(docs: Docs) -> None:
    docs["plan"]["standby"].pop()


def a_pair_in_both_lists(docs: Docs) -> None:
    docs["plan"]["unmanned"].append(docs["plan"]["standby"][0])


def pairs_in_another_order(docs: Docs) -> None:
    docs["plan"]["standby"].reverse()


def a_pair_of_another_day(docs: Docs) -> None:
    docs["plan"]["standby"][0]["day"] = "2026-12-06"


@pytest.mark.parametrize(
    "change",
    [
        a_pair_in_no_list,
        a_pair_in_both_lists,
        pairs_in_another_order,
        a_pair_of_another_day,
    ],
)
def test_each_pair_is_in_one_list(
    change: Callable[[Docs], None], month: Month, tmp_path: Path
) -> None:
    docs = forger.load(month.closed.files)
    change(docs)
    forger.rehash(docs)
    assert "plan.complete" in failing(forger.dump(docs), tmp_path)


def test_more_cuts_than_allowed_are_refused_where_nothing_is_out(
    month: Month, tmp_path: Path
) -> None:
    docs = forger.load(month.closed.files)
    assert not docs["plan"]["unplaced"]
    cut = {"people": [docs["table"]["people"][0]["id"]], "days": []}
    docs["plan"]["cuts"] = [cut] * 257
    forger.rehash(docs)
    assert "plan.unplaced" in failing(forger.dump(docs), tmp_path)


def test_the_seal_counts_the_missing_pairs(few_people: Month, tmp_path: Path) -> None:
    docs = forger.load(few_people.closed.files)
    missing = len(docs["plan"]["unmanned"])
    assert docs["seal"]["unplaced"]["standby"] == missing > 0
    for number, told in enumerate((0, missing + 1)):
        docs["seal"]["unplaced"]["standby"] = told
        forger.rehash(docs)
        found = failing(forger.dump(docs), tmp_path / str(number))
        assert "seal.figures" in found


# --- a bureau whose program breaks a rule ------------------------------------------


def test_a_pair_left_out_without_a_cause_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Staff.man

    def shy(self: Staff) -> None:
        honest(self)
        gone = self.manned.pop(3)
        self.drop(gone)

    monkeypatch.setattr(Staff, "man", shy)
    made = run_month(*read_city("wuzhou"))
    assert len(made.packed.unmanned) == 1
    found = failing(made.closed.auditor, tmp_path / "own")
    assert found == {"plan.unplaced"}
    assert failing(made.closed.files, tmp_path / "public") == set()  # people: sealed


def test_a_later_pair_does_not_hold_the_people_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def latest_first(self: Staff) -> None:
        self.dismiss()
        found = [n for n, seats in reversed(self.pairs) if self._seat(n, seats)]
        self.manned = [n for n, _ in self.pairs if n in found]

    monkeypatch.setattr(Staff, "man", latest_first)
    made = short_of_people(2)
    assert made.packed.standby and made.packed.unmanned
    assert "plan.unplaced" in failing(made.closed.auditor, tmp_path)


def test_a_visit_is_not_out_for_people_whom_a_pair_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = vars(places)["_seat"]

    def pairs_first(plan: Plan, staff: Staff) -> None:
        staff.man()
        for p in plan.ways.last_first(plan.packages.values()):
            seat(plan, staff, p)

    monkeypatch.setattr(places, "_seated", pairs_first)
    monkeypatch.setattr(Plan, "alone", lambda *_: False)
    made = short_of_people(4)
    assert {u.cause for u in made.packed.packing.unplaced} & {"people"}
    found = failing(made.closed.auditor, tmp_path)
    assert "plan.unplaced" in found  # its cuts count seats of pairs, which give way


@pytest.mark.parametrize(
    "other",
    [
        ("standby", "random", "owed", "first", "recheck", "later", "lookback"),
        pytest.param(
            ("standby", "owed", "random", "recheck", "first", "later", "lookback"),
            marks=pytest.mark.full,
        ),
    ],
)
def test_what_gives_way_first_does_not_stay(
    other: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that plans by another order than the frozen one."""
    honest = GivesWay.__init__

    def turned(self: GivesWay, frozen: Any, visits: Any) -> None:
        policy = replace(frozen.policy, gives_way=other)
        honest(self, replace(frozen, policy=policy), visits)

    assert failing(short_of_cars().closed.auditor, tmp_path / "honest") == set()
    monkeypatch.setattr(GivesWay, "__init__", turned)
    made = short_of_cars()
    assert made.packed.packing.unplaced
    assert "plan.order" in failing(made.closed.auditor, tmp_path / "other")
