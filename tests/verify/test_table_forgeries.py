"""Chosen chances: whoever knows the blinds and rebuilds every hash is still refused.

Each forgery changes what decides the chance table, or the table itself inside all of
its bounds; the claims named must fail, and no others but those a new commitment breaks.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import forger
import pytest
from forger import Docs
from month_stages import Month

from inspector import verify
from inspector.selection.network import FINE, WHOLE, cap_of
from inspector.verify import canonical

# A new commitment gives a new seed: all that is drawn with it differs.
LOTTERY = {"lottery.rounding", "lottery.reserves", "results.leaves"}
DRAW = {"draw.counts", "draw.tickets"}
CANONICAL, ROWS = {"table.canonical"}, {"table.rows"}


def _rows(docs: Docs) -> None:
    """The freeze binds the rows of the table as they are now."""
    rows = canonical(
        [[p["id"], p["carry"], p["group"]] for p in docs["table"]["people"]]
    )
    salt = verify.mac(forger.blind(docs, 1), "salt", "rows")
    docs["freeze"]["rows_hash"] = forger.digest(docs, "rows", salt, rows).hex()
    forger.rehash(docs)
    forger.refreeze(docs)


def _carry(docs: Docs) -> None:
    docs["table"]["people"][0]["carry"] += 240


def _group(docs: Docs) -> None:
    one = docs["table"]["people"][0]
    one["group"] = next(
        p["group"] for p in docs["table"]["people"] if p["group"] != one["group"]
    )


def _weight(value: list[int]) -> Callable[[Docs], None]:
    def change(docs: Docs) -> None:
        docs["freeze"]["policy"]["lottery"]["duty_weight"] = value

    return change


def _moved(name: str, index: int, by: int) -> Callable[[Docs], None]:
    def change(docs: Docs) -> None:
        row = docs["table"]["multipliers"][name]
        row[index] = f"{int(row[index], 16) + by:x}"

    return change


def _two_duties(docs: Docs) -> None:
    """0 in sum still, but two people of a group change places by a minute's worth."""
    people, duty = docs["table"]["people"], docs["table"]["multipliers"]["duty"]
    group = Counter(p["group"] for p in people).most_common(1)[0][0]
    one, two = [i for i, p in enumerate(people) if p["group"] == group][:2]
    duty[one] = f"{int(duty[one], 16) + WHOLE:x}"
    duty[two] = f"{int(duty[two], 16) - WHOLE:x}"


def _inner_load(docs: Docs) -> None:
    """A multiplier on a load that lies inside its bounds, to pull a person in."""
    table, loads = docs["table"], Counter[int]()
    for _, i, n in table["elements"]:
        loads[i] += n
    inner = next(
        i
        for i, p in enumerate(table["people"])
        if p["load_min"] * WHOLE < loads[i] < p["load_max"] * WHOLE
    )
    table["multipliers"]["loads"][inner] = f"{WHOLE >> 6:x}"


def _free_day(docs: Docs) -> None:
    table = docs["table"]
    day = table["packages"][table["seats"][0]["package"]]["day"]
    table["multipliers"]["days"].insert(0, [0, day, f"{-WHOLE >> 6:x}"])


def _cycle(docs: Docs, size: int = WHOLE // 50_000) -> None:
    """Four elements, two people on two packages: all sums but the pairs' stay, and
    every pair keeps its bounds."""
    table, rules = docs["table"], docs["freeze"]["policy"]["lottery"]
    package = [s["package"] for s in table["seats"]]
    units = {(s, i): e for e in table["elements"] for s, i in [e[:2]]}
    chance = Counter[tuple[int, int]]()
    for (s, i), e in units.items():
        chance[i, package[s]] += e[2]
    up, down = rules["cap_factor"]
    caps = {
        (i, p): 0 if out else -(-table["levels"][k]["value"] * up // down) << 20
        for i, p, k, out in table["pairs"]
    }
    low = table["floor"] << 20

    def room(i: int, p: int, by: int) -> bool:
        return low <= chance[i, p] + by <= caps[i, p]

    everyone = range(len(table["people"]))
    for s, t in itertools.combinations(range(len(package)), 2):
        days = [table["packages"][package[k]]["day"] for k in (s, t)]
        # Duty stays, too: only the multipliers of seats and elements can tell.
        if package[s] == package[t] or days[0] == days[1]:
            continue
        if len({table["packages"][package[k]]["minutes"] for k in (s, t)}) > 1:
            continue
        for i, j in itertools.combinations(everyone, 2):
            four = [(s, i, size), (s, j, -size), (t, j, size), (t, i, -size)]
            if all((k, who) in units for k, who, _ in four) and all(
                units[k, who][2] + by > 0 and room(who, package[k], by)
                for k, who, by in four
            ):
                for k, who, by in four:
                    units[k, who][2] += by
                return
    raise AssertionError("no room for a cycle")


def _written(text: str) -> Callable[[Docs], None]:
    def change(docs: Docs) -> None:
        docs["table"]["multipliers"]["seats"][0] = text

    return change


FORGERIES: dict[str, tuple[Callable[[Docs], Any], Callable[[Docs], None], set[str]]] = {
    "carry chosen after the draw": (_carry, forger.rehash, ROWS | CANONICAL),
    "group chosen after the draw": (_group, forger.rehash, ROWS | CANONICAL),
    "carry bound, the table as it was": (_carry, _rows, CANONICAL),
    "group bound, the table as it was": (_group, _rows, CANONICAL),
    "another rows_hash": (
        lambda docs: docs["freeze"].update(rows_hash="00" * 32),
        forger.refreeze,
        ROWS,
    ),
    "duty weighs more": (_weight([1, 2]), forger.refreeze, CANONICAL),
    "duty weighs nothing": (_weight([0, 1]), forger.refreeze, CANONICAL),
    "a seat's multiplier": (_moved("seats", 0, 1 << 26), forger.rehash, CANONICAL),
    "a load's multiplier": (_inner_load, forger.rehash, CANONICAL),
    "a person-day's multiplier": (_free_day, forger.rehash, CANONICAL),
    "a duty's multiplier": (_moved("duty", 0, 1), forger.rehash, CANONICAL),
    "two duties' multipliers": (_two_duties, forger.rehash, CANONICAL),
    "a multiplier too many": (
        lambda docs: docs["table"]["multipliers"]["loads"].append("0"),
        forger.rehash,
        CANONICAL,
    ),
    "chances moved round four elements": (_cycle, forger.rehash, CANONICAL),
    "a multiplier in capitals": (_written("-1F"), forger.rehash, {"bundle.shape"}),
    "a multiplier with a blank": (_written("1 "), forger.rehash, {"bundle.shape"}),
    "a multiplier below nothing": (_written("-0"), forger.rehash, {"bundle.shape"}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_chosen_chances_are_refused(name: str, month: Month, tmp_path: Path) -> None:
    change, repair, wanted = FORGERIES[name]
    docs = forger.load(month.closed.files)
    change(docs)
    repair(docs)
    found = forger.failing(forger.verdicts(forger.write(tmp_path, forger.dump(docs))))
    assert wanted <= found
    allowed = wanted | LOTTERY | CANONICAL | {"seal.figures"}
    assert found <= allowed | (DRAW if repair is not forger.rehash else set())


def test_a_month_whose_chances_differ_by_less_than_a_millionth_tells_how_close_it_is(
    month: Month, tmp_path: Path
) -> None:
    docs = forger.load(month.closed.files)
    report = verify.verify_bundle(forger.write(tmp_path, forger.dump(docs)))
    (note,) = [f["detail"] for f in report.findings if f["id"] == "table.canonical"]
    assert note.startswith("R = ")
    assert float(note[4:]) < 1e-7


@pytest.mark.parametrize("field", ["carry", "group"])
def test_the_auditor_sees_rows_that_are_not_the_registrys(
    field: str, month: Month, tmp_path: Path
) -> None:
    docs = forger.load(month.closed.auditor)
    {"carry": _carry, "group": _group}[field](docs)
    _rows(docs)
    found = forger.failing(forger.verdicts(forger.write(tmp_path, forger.dump(docs))))
    assert "auditor.rows" in found


def test_the_program_checks_what_the_verifier_checks(month: Month) -> None:
    """Caps and floor of both, in 2^-40."""
    docs = forger.load(month.closed.files)
    table, rules = docs["table"], month.closed.assigned.frozen.policy.lottery
    net = verify.Net(verify.parse(canonical(table)), verify.Row(cap_factor=[5, 4]))
    caps = [cap_of(table["levels"][p[2]]["value"], rules) for p in table["pairs"]]
    assert net.cap == caps
    assert table["unit"] == WHOLE == FINE << 20 == verify.V
