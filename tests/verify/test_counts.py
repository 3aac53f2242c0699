"""The page of counts that a report opens with, and which policy values are weaker."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import forger
from amended_month import amended
from cancelled_months import finished
from month_stages import Month, assigned_with, quick, reasoned

from inspector import ceremony, verify
from inspector.domain import Leave, Recusal, VisitKind
from inspector.month.field import sealed_bundle
from inspector.month.pack import PeopleChange, schedule
from inspector.month.people import changed
from inspector.month.seal import seal
from inspector.policy import Policy, public

PAGE = Path(ceremony.__file__).with_name("PROTOCOL.md")
# Fields of the policy without a weaker direction.
NEUTRAL = {
    "bureau",
    "month",
    "hash",
    "authority",
    "task.category",
    "task.document",
    "campaigns",
    "scope.method",
    "draw.by_type",
    "draw.reserves",
    "travel.lon_metres",
    "travel.lat_metres",
    "travel.taxi_minutes",
    "seats.seats",
}
# Those whose weaker values verify names one by one.
SPECIAL = {
    "gives_way",
    *("draw.cap_by", "draw.cap_unit", "draw.counts", "task.source"),
    "draw_entropy",
    "lottery_entropy",
    *(f"scope.{key}" for key in ("types", "districts", "streets", "classes")),
}


def rows() -> list[tuple[str, str, str]]:
    parts = verify.WEAKER.strip().replace("\n", "; ").split("; ")
    found = [part.split(" ") for part in parts]
    return [(name, sign, default) for name, sign, default in found]


def names(value: Any, prefix: str = "") -> set[str]:
    """Every field of the policy with its dots; a table of classes counts as one."""
    out = set()
    for f in fields(value):
        inside = getattr(value, f.name)
        own = prefix + f.name
        out |= names(inside, own + ".") if is_dataclass(inside) else {own}
    return out


def report(path: Path, files: Any) -> verify.Report:
    return verify.verify_bundle(forger.write(path, files))


def test_every_field_of_the_policy_has_a_direction_or_none() -> None:
    listed = {name for name, _, _ in rows()}
    tables = {"draw.rates", "draw.caps", "bottom.weights_bp"}
    whole = {name.rpartition(".")[0] for name in listed} & tables
    known = {name for name in listed if name.rpartition(".")[0] not in tables} | whole
    assert known | NEUTRAL | SPECIAL == names(Policy())
    assert not known & NEUTRAL


def test_the_defaults_are_those_of_the_policy() -> None:
    policy = public(Policy())
    for name, sign, default in rows():
        value: Any = policy
        for key in name.split("."):
            value = value[key]
        assert sign in ("<", ">")
        if "," in default:
            assert value == [int(n) for n in default.split(",")]
        else:
            own = Fraction(*value) if isinstance(value, list) else Fraction(value)
            assert own == Fraction(default), name
    assert [*verify.weaker(verify.parse(verify.canonical(policy)))] == []


def test_page_and_program_have_the_same_table() -> None:
    text = PAGE.read_text("utf-8")
    found = re.search(r"```\n(draw\.rates.*?)```", text, re.DOTALL)
    assert found and found[1].strip() == verify.WEAKER.strip()


def test_each_weaker_value_is_named_and_no_stronger_one() -> None:
    for name, sign, default in rows():
        for worse in (True, False):
            policy = verify.parse(verify.canonical(public(Policy())))
            place: Any = policy
            *way, last = name.split(".")
            for key in way:
                place = place[key]
            up = (sign == ">") == worse
            if "," in default:
                place[last] = [n + (1 if up else -1) for n in place[last]]
            elif isinstance(place[last], list):
                n, d = place[last]
                place[last] = [2 * n + (1 if up else -1), 2 * d]
            else:
                place[last] += 1 if up else -1
            found = [row[0] for row in verify.weaker(policy)]
            both = len([row for row in rows() if row[0] == name]) > 1  # caps
            assert found == ([name] if worse or both else []), name
    policy = verify.parse(verify.canonical(public(Policy())))
    policy["visits"]["series_minutes"] = [90, 60]
    policy["draw"].update(cap_by="all", cap_unit="compound", counts=["random"])
    policy["task"]["source"] = "superior"
    policy["scope"]["districts"] = ["X"]
    dice = verify.Row(kind="dice")
    policy["draw_entropy"] = [dice]
    policy["lottery_entropy"] = [verify.Row(kind="reveal")]
    assert [row[0] for row in verify.weaker(policy)] == [
        "visits.series_minutes",
        "scope.districts",
        *("draw.cap_by", "draw.cap_unit", "draw.counts", "task.source"),
        "draw_entropy",
    ]
    policy["lottery_entropy"] *= 2
    assert [row[0] for row in verify.weaker(policy)][-1] == "lottery_entropy"


def test_an_opened_month_is_counted(month: Month, tmp_path: Path) -> None:
    found = report(tmp_path, month.closed.files)
    counts, results = found.counts, month.closed.assigned.results
    assert [*counts] == [*verify.WORDS]
    assert counts["unplaced"] == {}
    assert counts["drawn"] == len(month.drawn.compounds)
    assert counts["visits"] == counts["results"] == len(results)
    assert counts["inspected"] == sum(r.score_bp >= 0 for r in results)
    assert counts["inspected"] + counts["not_inspected"] == len(results)
    assert counts["attempts"] == {"draw": 1, "lottery": 1}
    gone = month.closed.assigned.absences
    assert sum(counts["absences"].values()) == len(gone) == 1
    assert counts["absences"] == {gone[0].person: 1}
    moved = [c.taken for a in gone for c in a.changes]
    assert sum(counts["substitutes"].values()) == len([x for x in moved if x])
    assert sum(counts["companies"].values()) >= len(moved)
    assert (counts["late_results"], counts["closed_late"]) == (0, 0)
    assert ["seats.rotation_months", 1, "3"] in counts["weaker"]
    lines = found.text().splitlines()
    assert lines[1] == f"  抽中小区 compounds drawn: {counts['drawn']}"
    assert "    seats.rotation_months · 1 · 3" in lines


def test_a_sealed_month_is_counted_as_far_as_it_is_known(
    month: Month, tmp_path: Path
) -> None:
    counts = report(tmp_path, sealed_bundle(month.assigned)).counts
    assert counts["drawn"] == len(month.drawn.compounds)
    assert counts["attempts"] == {"draw": 1, "lottery": 1}
    unknown = {name for name, value in counts.items() if value is None}
    assert unknown == {
        "visits",
        "inspected",
        "not_inspected",
        "companies",
        "cars_out",
        "late_results",
        "closed_late",
        "carried_late",
        "drawn_again",
        "excess",
        "unreasoned",
        "fallen",
        "listed",
    }


def test_people_changes_and_thin_seats_are_named_with_who_approved(
    month: Month, tmp_path: Path
) -> None:
    """All but a few are recused from the first compound visited."""
    first = month.drawn.visits[0].compound
    who = [i.id for i in month.registry.inspectors if not i.expert]
    away = Leave(who[0], month.frozen.working_days[0], month.frozen.working_days[1], "")
    many = tuple(Recusal(n, first, "近亲属", None, None) for n in who[6:])
    change = PeopleChange("2026-11-23T16:00:00Z", "回避", "分管局长", (away,), many)
    packed = reasoned(schedule(changed(month.drawn, change), quick, (change,)))
    sealed = seal(packed, blind=b"\7" * 32, at=month.record.sealed_at)
    assigned = assigned_with(sealed, month.record.lottery, month.record.assigned_at)
    closed = finished(month, assigned)
    for files, more in ((closed.files, 0), (closed.auditor, 2)):
        found = report(tmp_path / f"{more}", files)
        (row,) = found.counts["people_changed"]
        assert row[:3] == [change.at, change.reason, change.approver]
        assert len(row) == 3 + more
        if more:
            assert row[3] == 1 + len(many)
            assert 0 < row[4] <= len(packed.seats)
        listed = found.counts["listed"]
        text = found.text()
        for name in listed:
            assert f"few people: {name}" in text
        assert ("people change: " in text) == bool(listed)


def test_closed_late_and_late_results_are_counted(month: Month, tmp_path: Path) -> None:
    late = finished(month, month.assigned, "2027-02-28T08:00:00Z")
    assert report(tmp_path, late.files).counts["closed_late"] == 10
    assert replace(month.policy).close_days == 10


def test_what_a_forger_writes_never_stops_the_report(
    month: Month, tmp_path: Path
) -> None:
    """Counts are made of what is not checked yet."""
    odd: list[Any] = [5, "\x1b[31m", None, [[1]], {"a": []}, [{"b": 1}]]
    for n, value in enumerate(odd):
        docs = forger.load(month.closed.files)
        docs["table"]["listed"] = value
        docs["seal"]["unplaced"] = value
        docs["results"]["overdue"] = value
        docs["freeze"]["policy"]["draw"]["rates"] = value
        for kind, key in (("drawn", "total"), ("absent", "person")):
            forger.event(docs, kind)[key] = value
        found = report(tmp_path / f"{n}", forger.dump(docs))
        assert found.head["verdict"] == "fails"
        assert "\x1b" not in found.text()


def test_random_visits_that_an_amendment_dropped_are_counted(
    month: Month, tmp_path: Path
) -> None:
    """Nobody owes them: they are named, else a compound could be let off unseen."""
    after = amended(month)
    counts = report(tmp_path, dict(after.closed.files)).counts
    kept = {v.id for v in after.again.sealed.packed.drawn.visits}
    gone = (v for v in month.drawn.visits if v.id not in kept)
    fell = [f"{v.id} {v.compound}" for v in gone if VisitKind.RANDOM in v.kinds]
    assert counts["fallen"] == sorted(fell) != []
