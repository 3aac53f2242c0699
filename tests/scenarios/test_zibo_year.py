"""Twelve months of zibo: batches that add up, chances kept, caps, the whole ladder.

The default run draws a few years without planning them, and plans two months of a small
city from end to end; `full` plans all twelve months of zibo.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import comb, sqrt
from pathlib import Path
from typing import Any

import pytest
from committed import HERE
from docket_watched import Watched
from forbidden import in_folder
from month_stages import Month as MonthStages

from inspector.__main__ import main
from inspector.ceremony.canon import Key, Suite
from inspector.command.commands import finish
from inspector.command.folders import read_inputs
from inspector.command.plan import run_plan
from inspector.command.walk import Options
from inspector.domain import PastVisit, RiskClass, VisitKind
from inspector.month.assigned import table_of
from inspector.month.freeze import Drawn, Frozen
from inspector.month.seal import Sealed
from inspector.policy import PUBLISH_WORKDAYS
from inspector.registry import read_scenario
from inspector.selection import lottery
from inspector.selection.draw import (
    Exclusion,
    Stratum,
    StratumDraw,
    draw,
    exclusions,
    strata,
)
from inspector.workdays import load_calendar, local_day
from inspector.year import month_policy
from inspector.year.plan import (
    least_eligible,
    most_of,
    refuse_small_streets,
    standing,
)
from inspector.year.room import MOST_OUT_BP, WAITING, shares_out
from scenarios.year.months import YearOptions, begin, finish_year, year_months
from scenarios.year.record import ceremony

SEEDS = 200
FEW = 20
SIGMAS = 4.5
MONTHS = ("2026-01", "2026-02")
TAIL = 3.4e-6  # one side of 4.5 standard deviations
SMALL = """
year = 2026
number = "合成〔2026〕2号"
name = "年度计划（合成数据）"
office = "合成局"
subject = "物业服务项目"
made_on = 2025-12-25
published_on = 2026-02-10
exclude_recent_months = 4
ratios = [
  { item_class = "general", risk_class = "A", number = 48, cap = 5 },
  { item_class = "general", risk_class = "B", number = 36, cap = 6 },
  { item_class = "general", risk_class = "C", number = 12, cap = 7 },
  { item_class = "general", risk_class = "D", number = 3, cap = 8 },
]
[demonstration]
seed = "a test"
"""


def zibo(out: Path, months: int = 12) -> YearOptions:
    return YearOptions(HERE / "zibo", out, months, time_limit=5, fuse_seconds=900)


def seed_of(*parts: object) -> bytes:
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()


# -------------------------------------------------------------------------- frequencies


@cache
def tail(n: int, hits: int, p: Fraction) -> float:
    """Chance that a binomial count lies at least as far on its side as `hits`."""
    counts = range(hits, n + 1) if hits > n * p else range(hits + 1)
    f = float(p)
    return sum(comb(n, k) * f**k * (1 - f) ** (n - k) for k in counts)


def outside(rows: Iterable[tuple[str, int, Fraction]], n: int) -> list[str]:
    """Whose count of `n` is not within 4.5 standard deviations of its chance.

    A rare event is skewed; for it the tail of the same probability is taken.
    """
    bad = []
    for name, hits, p in rows:
        off = abs(hits - n * float(p))
        wide = off > SIGMAS * sqrt(n * float(p * (1 - p))) + 1e-9
        if wide and (p in (0, 1) or tail(n, hits, p) < TAIL):
            bad.append(f"{name}: {hits} of {n}, chance {p}")
    return bad


def test_a_wrong_chance_is_outside() -> None:
    assert outside([("a", 20, Fraction(1, 10))], 200) == []
    assert outside([("a", 45, Fraction(1, 10))], 200) != []
    assert outside([("a", 1, Fraction(1, 1000)), ("b", 2, Fraction(1, 100))], 200) == []
    assert outside([("a", 1, Fraction(0)), ("b", 199, Fraction(1))], 200) != []


def check_draws(frozen: Frozen, seeds: int) -> int:
    """Draw the frozen month again and again; how many chances were compared."""
    hits: Counter[str] = Counter()
    for k in range(seeds):
        picks = draw(
            frozen.strata, Key(frozen.suite, seed_of("draw", k)), frozen.policy
        )
        for s, d in zip(frozen.strata, picks, strict=True):
            assert abs(len(d.drawn) - s.expected) < 1, s.id
            hits.update(d.drawn)
    rows = [(c, hits[c], s.chance) for s in frozen.strata for c in s.compounds]
    assert outside(rows, seeds) == []
    return len(rows)


def check_lottery(sealed: Sealed, seeds: int) -> int:
    """The same for the lottery of people, with the one packing that was sealed."""
    table = table_of(sealed.packed)
    unit = 2**40
    people = table.people
    hits: Counter[tuple[str, str]] = Counter()
    for k in range(seeds):
        seed = Key(sealed.frozen.suite, seed_of("lottery", k))
        hits.update(lottery.assign(table, seed).holders)
    rows = []
    for seat, person, units in table.elements:
        name, who = table.seats[seat][0], people[person]
        rows.append((f"{name} {who}", hits[name, who], Fraction(units, unit)))
    assert outside(rows, seeds) == []
    assert sum(hits.values()) == seeds * len(table.seats)
    return len(rows)


# ----------------------------------------------------------------- the plan of the year


def test_the_plan_of_zibo_composes_whatever_is_drawn(tmp_path: Path) -> None:
    year = begin(zibo(tmp_path))
    plan = year.file.plan
    assert [(q.base, q.number, q.cap) for q in year.quotas] == [
        (902, 324, 5),
        (347, 204, 6),
        (118, 108, 7),
        (21, 36, 8),
    ]
    assert [q.batches for q in year.quotas] == [(n,) * 12 for n in BATCHES]
    recent = plan.exclude_recent_months
    # before the caps, which put at most this much of each class out by December
    least = [least_eligible(q, recent, 11) for q in year.quotas]
    assert least == [767, 262, 73, 6]
    base = month_policy.base(year.registry, plan)
    assert list(shares_out(year.quotas, base).values()) == [1050, 669, 346, 210]
    assert [most_of(q, recent) for q in year.quotas] == [6, 6, 6, 6]
    alone = [
        replace(q, cap=c, unit="compound")
        for q, c in zip(year.quotas, ALONE, strict=True)
    ]
    least = [least_eligible(q, recent, 11) for q in alone]
    assert least == [632, 220, 58, 6]
    assert [most_of(q, recent) for q in alone] == [3, 4, 5, 6]
    codes = {code for _, codes in plan.items for code in codes}
    assert codes == {i.code for i in year.registry.items}


def test_the_twelve_expected_counts_of_every_stratum_sum_to_the_years(
    tmp_path: Path,
) -> None:
    year = begin(zibo(tmp_path))
    assert len(year.cells) == len({(c.street, c.risk_class) for c in year.cells})
    by_class = {q.risk_class: q for q in year.quotas}
    for cell in year.cells:
        q = by_class[cell.risk_class]
        assert len(cell.expected) == 12
        assert sum(cell.expected) == Fraction(cell.size * q.number, q.base)
    for q in year.quotas:
        mine = [c for c in year.cells if c.risk_class is q.risk_class]
        for month in range(12):
            assert sum(c.expected[month] for c in mine) == q.batches[month]
    assert sum(c.total for c in year.cells) == 324 + 204 + 108 + 36
    # the street minimum of one holds for the year
    refuse_small_streets(year.cells, {c.street: 1 for c in year.cells})


def test_the_plan_is_provisional_until_the_twentieth_of_march(tmp_path: Path) -> None:
    plan = begin(zibo(tmp_path)).file.plan
    days = [load_calendar().working_days(m)[0] for m in plan.months]
    words = [standing(plan, day).value for day in days]
    assert words == ["provisional"] * 3 + ["published"] * 9


# ------------------------------------------------------------------- years only drawn

Month = tuple[str, tuple[Stratum, ...], tuple[StratumDraw, ...], tuple[Exclusion, ...]]
BATCHES, ALONE = (27, 17, 9, 3), (1, 2, 3, 5)


def drawn_year(out: Path, name: object, *, own: bool = False) -> Iterator[Month]:
    """The year's draws with everybody drawn inspected and nobody changing class, on
    days that do not depend on whom; deadlines and freezes as they are. The caps are
    the plan's own, or narrow ones of each compound: then one is like another."""
    year = begin(zibo(out))
    registry, plan, classes = year.registry, year.file.plan, year.quotas
    if not own:
        plan = replace(plan, cap_unit="compound")
        pairs = zip(classes, ALONE, strict=True)
        classes = tuple(replace(q, cap=c, unit="compound") for q, c in pairs)
    firms = {c.id: c.usc18 for c in registry.compounds}
    calendar = load_calendar()
    for month in plan.months:
        frozen = local_day(ceremony(year.file.seed, month).frozen_at)
        policy, due = month_policy.month_policy(
            registry, year.policy, plan, classes, month, frozen
        )
        assert not any(b.short for b in due)
        gone = exclusions(registry.history, registry.compounds, policy, frozen)
        found = strata(registry.compounds, registry.streets, gone, policy)
        seed = Key(Suite(policy.hash), seed_of(name, month))
        picks = draw(found, seed, policy)
        days = [
            (day, calendar.after(day, PUBLISH_WORKDAYS).date)
            for day in calendar.working_days(month)
        ]
        made = []
        for c in (c for p in picks for c in p.drawn):
            dice = int.from_bytes(seed_of(name, month, c)[:8], "big")
            day, due_on = days[dice % len(days)]
            row = PastVisit(c, firms[c], day, VisitKind.RANDOM, True, "I001", "I002")
            made.append(replace(row, due=due_on))
        registry = replace(registry, history=(*registry.history, *made))
        yield month, found, picks, gone


def check_year(months: Iterable[Month]) -> tuple[Counter[str], Counter[str]]:
    """Numbers, caps and pauses of a drawn year; draws by month and compound."""
    batch = dict(zip(RiskClass, BATCHES, strict=True))
    caps = dict(zip(RiskClass, ALONE, strict=True))
    at: Counter[str] = Counter()
    count: Counter[str] = Counter()
    at_month: dict[str, list[int]] = {}
    published: Counter[RiskClass] = Counter()
    for number, (month, found, picks, _) in enumerate(months):
        expected: dict[RiskClass, Fraction] = {}
        drawn: Counter[RiskClass] = Counter()
        for s, p in zip(found, picks, strict=True):
            risk = s.risk_class
            expected[risk] = expected.get(risk, Fraction(0)) + s.expected
            drawn[risk] += len(p.drawn)
            assert abs(len(p.drawn) - s.expected) < 1
            for c in p.drawn:
                # again while the first result waits, and not in the two months after
                before = at_month.setdefault(c, [])
                assert not {number - n for n in before} & {WAITING + 1, WAITING + 2}
                before.append(number)
                count[c] += 1
                at[f"{month} {c}"] += 1
                assert count[c] <= caps[risk] + WAITING
        assert expected == batch == drawn
        published.update(expected)
    assert published == {r: 12 * n for r, n in batch.items()}
    return at, count


def composed(out: Path, years: int) -> int:
    """Each compound's chance in each month, seen from January, over drawn years."""
    year = begin(zibo(out))
    hits: Counter[str] = Counter()
    for k in range(years):
        hits.update(check_year(drawn_year(out, k))[0])
    base = {q.risk_class: Fraction(q.batches[0], q.base) for q in year.quotas}
    rows = [
        (f"{month} {c.id}", hits[f"{month} {c.id}"], base[c.risk_class])
        for month in year.file.plan.months
        for c in year.registry.compounds
    ]
    assert outside(rows, years) == []
    return len(rows)


def test_a_drawn_year_keeps_numbers_caps_and_pauses(tmp_path: Path) -> None:
    """A few years; the listed count is a test of `full`."""
    count = composed(tmp_path, 2)
    print(f"{count} chances of compounds and months over 2 of {SEEDS} years")


def test_the_caps_of_the_plan_leave_the_draw_its_classes(tmp_path: Path) -> None:
    """Random inspections alone, in every month: 15 % of a class at most, as estimated;
    the class's batch is drawn in full all the same."""
    year = begin(zibo(tmp_path))
    base = month_policy.base(year.registry, year.file.plan)
    classes = {c.id: c.risk_class for c in base}
    sizes, whole = Counter(classes.values()), dict(zip(RiskClass, BATCHES, strict=True))
    seen = list[str]()
    for number, (month, found, picks, gone) in enumerate(
        drawn_year(tmp_path, "own", own=True)
    ):
        out = Counter(classes[e.compound] for e in gone if e.reason == "cap")
        shares = {r: 10_000 * out[r] // sizes[r] for r in RiskClass}
        assert max(shares.values()) <= MOST_OUT_BP
        estimate = shares_out(year.quotas, base, number)
        # the estimate leaves the pauses aside: it is on the safe side
        assert all(shares[r] <= estimate[r] + 100 for r in RiskClass), month
        drawn = Counter[RiskClass]()
        for s, p in zip(found, picks, strict=True):
            drawn[s.risk_class] += len(p.drawn)
        assert drawn == whole
        seen.append(
            f"{month[5:]} {' '.join(f'{n / 100:.2f}' for n in shares.values())}"
        )
    print("out by the caps, percent of A B C D: " + "; ".join(seen))


@pytest.mark.full
def test_chances_seen_from_january_are_the_published_ones(tmp_path: Path) -> None:
    count = composed(tmp_path, SEEDS)
    print(f"{count} chances of compounds and months over {SEEDS} years")


# ---------------------------------------------------------------- years run to the end


def check_sealed(drawn: Drawn, sealed: Sealed, seeds: int) -> tuple[int, int]:
    return check_draws(drawn.frozen, seeds), check_lottery(sealed, seeds)


def test_chances_of_a_month_are_its_frequencies(month: MonthStages) -> None:
    """A small city and few seeds; the listed count is a test of `full`."""
    counts = check_sealed(month.drawn, month.sealed, FEW)
    print(f"{counts} chances over {FEW} of {SEEDS} seeds")


def grouped(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events, each `inspected` with the time of its result (PROTOCOL.md §12)."""
    out, at = list[dict[str, Any]](), ""
    for e in reversed(events):
        at = e.get("at", at)
        out.append({**e, "at": at})
    return out


def test_two_months_of_a_small_city_run_one_after_another(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched = Watched(monkeypatch)
    plan = tmp_path / "plan.toml"
    plan.write_text(SMALL, "utf-8")
    out = tmp_path / "out"
    arguments = ["plan", str(HERE / "wuzhou"), "--out", str(out), "--time-limit", "1"]
    assert main([*arguments, "--months", "2", "--year", str(plan)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "演示数据 demonstration data" in lines[0]
    (shown,) = (line for line in lines if line.lstrip().startswith("2026-01"))
    assert "provisional plan" in shown
    assert any("超出 over 0" in line for line in lines)
    body = json.loads((out / "report-year.json").read_text("utf-8"))
    assert [m["month"] for m in body["months"]] == [*MONTHS]
    assert [m["plan"] for m in body["months"]] == ["provisional", "provisional"]
    assert [m["verify"]["failed"] for m in body["months"]] == [0, 0]
    assert [r["drawn"] for r in body["classes"]] == [8, 6, 2, 0]
    assert [r["expected"] for r in body["classes"]] == [[8, 1], [6, 1], [2, 1], [0, 1]]
    assert body["off_floor_and_ceiling"] == body["caps"]["over_cap"] == 0
    assert body["rest"]["months"] == 10
    assert body["docket"]["moves"]["Visited"] > 0
    assert watched.faults == []
    assert watched.seen["days"] > 30
    assert watched.seen["ordered"] > 5
    # February is frozen while January is in the field: it knows what is published
    first, second = (out / m / "bundle" for m in ("2026-01", "2026-02"))
    one, two = (read_scenario(read_inputs(out / "scenarios" / m)) for m in MONTHS)
    assert not one.registry.logs
    (january,) = two.registry.logs
    log = json.loads((first / "log.json").read_text("utf-8"))["events"]
    frozen = json.loads((second / "freeze.json").read_text("utf-8"))["frozen_at"]
    assert january.open
    assert january.size == sum(e.get("at", "") <= frozen for e in grouped(log))
    assert frozen < next(e["at"] for e in log if e["event"] == "closed")
    known = {(h.compound, h.date) for h in two.registry.history if h.log}
    running = {(r.compound, r.day) for r in two.registry.running}
    assert known
    assert running
    assert not known & running
    assert max(day for _, day in known) < local_day(frozen) < max(d for _, d in running)
    assert {a.log for a in two.registry.assumed} == {january.origin}
    # each bundle alone, after the other, and both as a year
    assert main(["verify", str(second), "--before", str(first)]) == 0
    auditors = [str(out / m / "auditor") for m in MONTHS]
    assert main(["verify", auditors[1], "--before", auditors[0]]) == 0
    told = capsys.readouterr().out
    assert "✓ history.chain" in told
    assert "✓ auditor.chain" in told
    assert main(["verify", "--year", str(first), str(second)]) == 0
    written = json.loads((out / "plan-year.json").read_text("utf-8"))
    assert written["standing"] == "published"


def test_a_year_is_refused_without_a_plan_or_in_a_foreign_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine"
    arguments = ["plan", str(HERE / "wuzhou"), "--months", "12", "--out", str(out)]
    assert main(arguments) == 2
    assert "year.missing" in capsys.readouterr().err
    out.mkdir()
    (out / "letter.txt").write_text("keep", "utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(SMALL, "utf-8")
    assert main([*arguments, "--year", str(plan)]) == 2
    assert "year.foreign" in capsys.readouterr().err
    assert [p.name for p in out.iterdir()] == ["letter.txt"]
    plan.write_text(SMALL.replace("seed =", "other ="), "utf-8")
    assert main([*arguments, "--year", str(plan)]) == 2
    assert "year.seed" in capsys.readouterr().err


@pytest.mark.full
def test_twelve_months_of_zibo_keep_every_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    options = zibo(tmp_path / "year")
    year = begin(options)
    draws = lots = 0
    for done in year_months(options, year):
        run = done.run
        assert done.outcome is not None
        assert done.outcome.count("fails") == 0
        assert run.drawn and run.sealed and run.packed
        # whoever was drawn is visited; a step of a docket series may wait a month
        kinds = {v.id: v.kinds for v in run.drawn.visits}
        out = [kinds[u.visit] for u in run.packed.packing.unplaced]
        assert not any(VisitKind.RANDOM in k for k in out)
        assert 100 * len(out) <= 2 * len(kinds)
        assert not any(b.short for b in done.due)
        one, two = check_sealed(run.drawn, run.sealed, SEEDS)
        draws, lots = draws + one, lots + two
    bundles = [str(options.out / m / "bundle") for m in year.file.plan.months]
    assert main(["verify", "--year", *bundles]) == 0
    body = finish_year(options, year)
    assert watched.faults == []
    assert watched.seen["days"] > 365
    print(dict(watched.seen))
    print(f"{draws} chances of compounds, {lots} of people, {SEEDS} seeds each")
    for row in body["classes"]:
        assert row["expected"] == [row["number"], 1]
        assert row["drawn"] == row["number"]
        assert row["most"] <= row["cap"] + WAITING
    assert body["off_floor_and_ceiling"] == 0
    docket = body["docket"]
    assert docket["whole_ladder"] > 0
    assert docket["reopened"] > 0
    assert docket["exits"] > 0
    assert docket["problems"]["percent"] > 80
    assert {"A>B", "B>A", "C>D", "D>C"} & set(body["moved"])


@pytest.mark.full
def test_the_papers_of_a_month_of_zibo_say_nothing_forbidden(tmp_path: Path) -> None:
    """The other cities' are read whenever their month is run (`golden_city`)."""
    run = run_plan(Options(HERE / "zibo", tmp_path / "zibo", 1, fuse_seconds=300))
    assert finish(run) is not None
    assert in_folder(tmp_path / "zibo") == []
