"""Chosen chances: whoever knows the blinds and rebuilds every hash is still refused.

Each forgery changes what decides the chance table, or the table itself inside all of
its bounds; the claims named must fail, and no others but those a new commitment breaks.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import forger
import pytest
from forger import Docs
from month_stages import Month

from inspector import verify
from inspector.month.pack import needs
from inspector.selection.distance import CandidateTable, misplaced, squared
from inspector.selection.network import FINE, WHOLE, Multipliers, cap_of, network
from inspector.verify import canonical

# A new commitment gives a new seed: all that is drawn with it differs.
LOTTERY = {"lottery.rounding", "lottery.reserves", "results.leaves"}
DRAW = {"draw.counts", "draw.tickets", "draw.visits"}
CANONICAL, ROWS = {"table.canonical"}, {"table.rows"}
PULLS = ("seats", "loads", "duty")


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


def _minutes(docs: Docs) -> None:
    docs["table"]["people"][0]["carry"] += 60


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
    "carry bound to the hour": (_minutes, _rows, ROWS | CANONICAL),
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


def _refused_or_squared(table: dict[str, Any], month: Month) -> Any:
    """R² as the verifier finds it, None when a multiplier is misplaced."""
    num, den = month.closed.assigned.frozen.policy.lottery.duty_weight
    rows = verify.parse(canonical(table))
    net = verify.Net(rows, verify.Row(cap_factor=[5, 4]))
    try:
        pulls = verify.Pulls(rows)
        pulls.placed(net)
        duty = verify.off_duty(net, pulls.duty, num, den)
    except verify.Wrong:
        return None
    return duty + verify.off_chances(net, pulls)


def _edited(table: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """One number of the multipliers, or two chances of one seat, a little changed."""
    made: dict[str, Any] = copy.deepcopy(table)
    pulls, by = made["multipliers"], rng.choice((1, -1)) * (1 << rng.randint(0, 45))
    kind = rng.choice(("seats", "loads", "duty", "duty pair", "elements"))
    if kind == "elements":
        seat = rng.randrange(len(made["seats"]))
        one, two = rng.sample([e for e in made["elements"] if e[0] == seat], 2)
        by = rng.randint(0, min(one[2], 1 << rng.randint(0, 30)))
        one[2], two[2] = one[2] - by, two[2] + by
        return made
    name, number = kind.split(" ")[0], 1 + (kind == "duty pair")
    for k in rng.sample(range(len(pulls[name])), number):
        pulls[name][k] = f"{int(pulls[name][k], 16) + by:x}"
        by = -by
    return made


def test_program_and_verifier_find_the_same_distance(month: Month) -> None:
    """Two readings of the page, on the month's table and on 150 edited ones."""
    docs, rng = forger.load(month.closed.files), random.Random("distance")
    packed = month.closed.assigned.sealed.packed
    rules = month.closed.assigned.frozen.policy.lottery
    seats, days = needs(packed.frozen, packed.seats), docs["freeze"]["working_days"]
    net, seen = network(packed.persons, seats), Counter[str]()
    low = packed.table.floor
    pairs = [(0, 0) if p.dropped else (low, p.cap) for p in packed.table.pairs]
    for k in range(150):
        table = _edited(docs["table"], rng) if k else docs["table"]
        m = table["multipliers"]
        one, two, duty = (tuple(int(v, 16) for v in m[name]) for name in PULLS)
        full = tuple((i, days.index(d), int(v, 16)) for i, d, v in m["days"])
        found = CandidateTable(
            net,
            packed.persons,
            seats,
            [(a * FINE, b * FINE) for a, b in pairs],
            packed.table.loads,
            [e[2] for e in table["elements"]],
            Multipliers(one, two, full, duty),
        )
        wanted = None if any(misplaced(found)) else squared(found, rules)
        assert _refused_or_squared(table, month) == wanted
        far = wanted is not None and wanted * 10**12 > 1
        seen["misplaced" if wanted is None else "far" if far else "near"] += 1
    assert min(seen.values()) > 10, seen


def test_the_program_checks_what_the_verifier_checks(month: Month) -> None:
    """Caps and floor of both, in 2^-40."""
    docs = forger.load(month.closed.files)
    table, rules = docs["table"], month.closed.assigned.frozen.policy.lottery
    net = verify.Net(verify.parse(canonical(table)), verify.Row(cap_factor=[5, 4]))
    caps = [cap_of(table["levels"][p[2]]["value"], rules) for p in table["pairs"]]
    assert net.cap == caps
    assert table["unit"] == WHOLE == FINE << 20 == verify.V
