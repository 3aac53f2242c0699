"""No false alarm: honest bundles of every phase hold, and say which phase they are."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import forger
import pytest
from month_stages import (
    Month,
    assigned_with,
    drawn_with,
    field_work,
    freeze_city,
    quick,
    read_city,
    reasoned,
    run_month,
)

from inspector import verify
from inspector.ceremony.seed import Entropy
from inspector.domain import Leave, Registry, RiskClass, Role
from inspector.month.field import close, publish, sealed_bundle
from inspector.month.pack import PeopleChange, schedule
from inspector.month.people import changed
from inspector.month.seal import seal
from inspector.policy import Method, Policy, Scope, SeatRule

FILE = Path(verify.__file__)
ROOT = FILE.parent.parent
# Claims that no bundle can settle by itself.
ELSEWHERE = {
    "freeze.before_entropy",
    "freeze.calendar",
    "draw.inside",
    "draw.outside",
    "plan.bound",
    "seal.before_entropy",
    "lottery.outside",
}
AUDITOR = {
    "auditor.private",
    "auditor.changes",
    "auditor.pseudonyms",
    "auditor.eligibility",
    "auditor.excess",
    "auditor.hardest",
    "auditor.rows",
    "auditor.weights",
    "changes.followed",
}


def check(tmp_path: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    return forger.verdicts(forger.write(tmp_path, files))


def open_claims(found: Mapping[str, str]) -> set[str]:
    return {claim for claim, verdict in found.items() if verdict == verify.OPEN}


City = tuple[Registry, Policy]
LEAD, SECOND = SeatRule(Role.LEAD), SeatRule(Role.SECOND)


def seated(policy: Policy, *seats: SeatRule, standby: int = 1) -> Policy:
    rules = replace(policy.seats, seats=(LEAD, SECOND, *seats), standby_pairs=standby)
    return replace(policy, seats=rules)


def as_it_is(registry: Registry, policy: Policy) -> City:
    return registry, policy


def other_rules(registry: Registry, policy: Policy) -> City:
    """Strata by type, caps by company, an expert on docket visits."""
    draw = replace(
        policy.draw, by_type=True, cap_unit="company", exclude_recent_months=2
    )
    policy = replace(policy, draw=draw)
    return registry, seated(policy, SeatRule(Role.EXPERT, "docket"))


def many_seats(registry: Registry, policy: Policy) -> City:
    """A third officer and another department; few levels."""
    unit = max(i.unit for i in registry.inspectors)
    rules = replace(policy.lottery, max_levels=2, cap_factor=(3, 2))
    policy = replace(policy, lottery=rules)
    return registry, seated(policy, SECOND, SeatRule(Role.JOINT, "always", unit))


def all_levels(registry: Registry, policy: Policy) -> City:
    """As many levels as there are, so that the spare table is needed."""
    return registry, replace(policy, lottery=replace(policy.lottery, max_levels=40))


def street_minimums(registry: Registry, policy: Policy) -> City:
    streets = tuple(
        replace(s, min_draw=2 + k % 3) for k, s in enumerate(registry.streets)
    )
    return replace(registry, streets=streets), policy


def a_filter(registry: Registry, policy: Policy) -> City:
    """A targeted draw among two types and three classes."""
    streets = tuple(replace(s, min_draw=0) for s in registry.streets)
    scope = Scope(
        Method.TARGETED,
        types=("old", "commercial"),
        classes=(RiskClass.B, RiskClass.C, RiskClass.D),
    )
    return replace(registry, streets=streets), replace(policy, scope=scope)


def scarce_skill(registry: Registry, policy: Policy) -> City:
    """Half of the compounds need what three people know: pairs drop out."""
    people = tuple(
        replace(i, skills=("fire", "lift") if k in (4, 6, 9) else ())
        for k, i in enumerate(registry.inspectors)
    )
    compounds = tuple(
        replace(c, skill="fire" if k % 2 else "")
        for k, c in enumerate(registry.compounds)
    )
    return replace(registry, inspectors=people, compounds=compounds), policy


VARIANTS = (
    as_it_is,
    other_rules,
    many_seats,
    all_levels,
    street_minimums,
    a_filter,
    scarce_skill,
)


@functools.cache
def other_month(n: int) -> Month:
    """The 梧州 month with other blinds, dice, lottery numbers and rules."""
    registry, policy, calendar, record = read_city("wuzhou")
    dice = "".join(str(1 + (n * k + k // 3) % 6) for k in range(20 + n))

    def thrown(e: Entropy) -> Entropy:
        if e.source.startswith("dice"):
            return replace(e, value=dice)
        if e.source.startswith("dlt"):
            return replace(e, value=f"0{1 + n % 8} 10 15 18 29|0{1 + n % 9} 12")
        return e

    registry, policy = VARIANTS[n % len(VARIANTS)](registry, policy)
    record = replace(
        record,
        draw_blind=f"{n:064x}",
        seal_blind=f"{n + 1000:064x}",
        draw=tuple(map(thrown, record.draw)),
        lottery=tuple(map(thrown, record.lottery)),
    )
    return run_month(registry, policy, calendar, record)


def test_an_opened_bundle_holds_and_leaves_open_what_lies_outside(
    month: Month, tmp_path: Path
) -> None:
    found = check(tmp_path, month.closed.files)
    assert forger.failing(found) == set()
    assert open_claims(found) == ELSEWHERE | AUDITOR
    report = verify.verify_bundle(tmp_path)
    assert report.head["bundle"] == "public opened"


def test_the_auditors_bundle_holds_every_claim_about_people(
    month: Month, tmp_path: Path
) -> None:
    found = check(tmp_path, month.closed.auditor)
    assert forger.failing(found) == set()
    assert open_claims(found) == ELSEWHERE
    report = verify.verify_bundle(tmp_path)
    assert report.head["bundle"] == "auditor's opened"


def test_a_sealed_bundle_holds_nothing_that_is_not_opened(
    month: Month, tmp_path: Path
) -> None:
    found = check(tmp_path, sealed_bundle(month.assigned))
    assert forger.failing(found) == set()
    holds = {claim for claim, verdict in found.items() if verdict == verify.HOLDS}
    assert holds == {
        "bundle.files",
        "bundle.canonical",
        "bundle.shape",
        "freeze.commitment",
        "freeze.registry",
        "freeze.policy",
        "freeze.history",
        "freeze.exclusions",
        "freeze.strata",
        "freeze.ranking",
        "freeze.docket_visits",
        "draw.entropy",
        "changes.early",
        "seal.commitment",
        "lottery.entropy",
        "log.root",
        "log.order",
        "log.sources",
        "seal.entropy",
        "lottery.inside",
        "log.attempts",
        "log.cancelled",
        "history.chain",  # there is no log before
        "auditor.chain",
        "privacy.public",
    }
    assert verify.verify_bundle(tmp_path).head["bundle"] == "public sealed"


def test_a_freeze_can_be_checked_on_the_day_it_is_published(
    month: Month, tmp_path: Path
) -> None:
    frozen = month.frozen
    found = check(tmp_path, {"freeze.json": frozen.file, **frozen.log.files()})
    assert forger.failing(found) == set()
    assert found["freeze.commitment"] == verify.HOLDS
    assert found["seal.commitment"] == verify.OPEN


def test_other_numbers_and_rules_give_another_honest_month(
    month: Month, tmp_path: Path
) -> None:
    other = other_month(1)
    assert other.closed.files["drawn.json"] != month.closed.files["drawn.json"]
    assert forger.failing(check(tmp_path, other.closed.auditor)) == set()


@pytest.mark.full
def test_twenty_honest_months_give_no_false_alarm(tmp_path: Path) -> None:
    for n in range(1, 21):
        found = check(tmp_path / f"{n}", other_month(n).closed.auditor)
        assert forger.failing(found) == set(), n


def test_a_logged_change_of_people_is_counted_and_honoured(tmp_path: Path) -> None:
    registry, policy, calendar, record = read_city("wuzhou")
    frozen = freeze_city(registry, policy, calendar, record)
    drawn = drawn_with(frozen, record.draw, record.drawn_at)
    who = next(i.id for i in registry.inspectors if not i.expert)
    first, last = frozen.working_days[2], frozen.working_days[6]
    change = PeopleChange(
        "2026-11-23T16:00:00Z", "病假", "分管局长", (Leave(who, first, last, ""),)
    )
    packed = reasoned(schedule(changed(drawn, change), quick, (change,)))
    sealed = seal(packed, blind=bytes.fromhex(record.seal_blind), at=record.sealed_at)
    assigned = assigned_with(sealed, record.lottery, record.assigned_at)
    done = close(field_work(assigned), record.closed_at, {})
    found = check(tmp_path / "honest", done.auditor)
    assert forger.failing(found) == set()

    docs = forger.load(done.auditor)
    docs["private"]["changes"][0]["leave"].clear()
    found = check(tmp_path / "broken", forger.dump(docs))
    assert {"auditor.changes", "auditor.weights"} <= forger.failing(found)


def test_late_results_and_carried_visits_hold_when_they_are_told(
    month: Month, tmp_path: Path
) -> None:
    results = field_work(month.assigned).results
    assigned = month.assigned
    for r in results[1:-1]:
        assigned = publish(assigned, r)
    assigned = publish(
        assigned, replace(results[-1], published_at="2027-02-20T09:00:00Z")
    )
    done = close(assigned, "2027-02-21T08:00:00Z", {results[0].visit: "weather"})
    found = check(tmp_path, done.files)
    assert forger.failing(found) == set()
    docs = forger.load(done.files)
    assert [o["visit"] for o in docs["results"]["overdue"]] == [results[-1].visit]

    docs["results"]["overdue"].clear()
    forger.relog(docs)
    found = check(tmp_path, forger.dump(docs))
    assert forger.failing(found) == {"results.deadline"}


# ------------------------------------------------------- folders, zips, command line


def test_a_zip_and_the_folder_of_a_run_are_read_like_the_bundle(
    month: Month, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    forger.write(run / "bundle", month.closed.files)
    forger.write(run, {"plan.json": b"private", "report.json": b"{}"})
    flat, whole = tmp_path / "flat.zip", tmp_path / "whole.zip"
    flat.write_bytes(forger.zipped(month.closed.files))
    both = {f"out/bundle/{n}": d for n, d in month.closed.files.items()}
    both |= {f"out/auditor/{n}": d for n, d in month.closed.auditor.items()}
    both |= {"out/plan.json": b"private"}
    whole.write_bytes(forger.zipped(both))
    wanted = forger.verdicts(run / "bundle")
    assert forger.failing(wanted) == set()
    for path in (run, flat, whole):
        assert forger.verdicts(path) == wanted


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", *argv],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )


NO_NETWORK = """
import runpy, socket, sys
def refused(*a, **k): raise SystemExit(99)
socket.socket = socket.create_connection = socket.getaddrinfo = refused
sys.argv[:] = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_it_runs_without_site_packages_and_without_a_network(
    month: Month, tmp_path: Path
) -> None:
    path = str(forger.write(tmp_path, month.closed.files))
    done = run("-c", NO_NETWORK, str(FILE), path)
    assert (done.returncode, done.stderr) == (0, "")
    head, *rest = done.stdout.splitlines()
    assert head.startswith("公示包（启封） / public · opened · 演示数据 demo · wuzhou")
    assert "2026-12" in head
    assert rest[-3].startswith("成立 hold ")
    assert "verdict: holds (exit 0)" in rest[-2]
    assert "0 means" in rest[-1]
    assert sum(line[:2] in ("✓ ", "✗ ", "– ") for line in rest) == len(
        verify.verify_bundle(path).findings
    )


def test_the_exit_status_tells_holds_fails_and_unreadable_apart(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = forger.write(tmp_path / "good", month.closed.files)
    bad = forger.write(tmp_path / "bad", {**month.closed.files, "seal.json": b"{}"})
    empty = forger.write(tmp_path / "empty", {"readme.txt": b"nothing"})
    assert verify.main([str(good)]) == 0
    assert verify.main([str(bad)]) == 1
    other = f"wuzhou/2026-12/0123456789abcdef 1 {'A' * 43}="
    assert verify.main([str(good), "--anchor", other]) == 1
    assert verify.main([str(good), "--anchor", "00"]) == 2
    sealed = forger.write(tmp_path / "sealed", sealed_bundle(month.assigned))
    assert verify.main([str(sealed)]) == 3
    for path in (empty, tmp_path / "nowhere", tmp_path / "empty" / "readme.txt"):
        assert verify.main([str(path)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_json_holds_the_same_findings_as_the_text(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(forger.write(tmp_path, month.closed.files))
    assert verify.main([path, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    report = verify.verify_bundle(path)
    assert body["claims"] == report.findings
    assert (body["schema"], body["bundle"]) == ("inspector/verify/v2", "public opened")
    assert body["demonstration"] is True
    assert (body["bureau"], body["month"], body["attempt"]) == ("wuzhou", "2026-12", 1)
    counts = body["holds"], body["failed"], body["not_checkable"]
    left = len(ELSEWHERE | AUDITOR)
    assert counts == (len(report.findings) - left, 0, left)
    assert (body["verdict"], body["counts"]) == ("holds", report.counts)
    for f in report.findings:
        assert f["zh"] and f["en"]
        assert f"{verify.MARKS[f['verdict']]} {f['id']}  {f['zh']}" in report.text()


def test_claim_ids_are_dotted_and_unique(month: Month, tmp_path: Path) -> None:
    found = verify.verify_bundle(forger.write(tmp_path, month.closed.files)).findings
    names = [f["id"] for f in found]
    assert len(set(names)) == len(names)
    assert all(name.count(".") == 1 for name in names)
