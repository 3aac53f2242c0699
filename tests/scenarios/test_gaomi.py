"""高密: six speakers push praise and criticism; a small county-level city."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from committed import read_city
from golden_city import (
    assistants,
    check_folder,
    check_month,
    check_plan,
    mix,
    sizes,
    types,
)

from inspector.credit.city_rules import rules_of

CITY = read_city("gaomi")


def test_the_tables_have_their_exact_sizes() -> None:
    assert sizes(CITY) == {
        "streets": 7,
        "offices": 2,
        "cars": 3,
        "companies": 48,
        "compounds": 120,
        "items": 34,
        "signals": 140,
    }
    assert mix(CITY) == [78, 30, 10, 2]
    assert sum(bool(c.usc18) for c in CITY.registry.compounds) == 110
    assert types(CITY)["old"] == 20
    assert len(CITY.officers) == 12
    assert assistants(CITY) == {
        "association": 4,
        "expert": 2,
        "lawyer": 1,
        "observer": 20,
    }


def test_every_speaker_praises_and_criticises_and_not_all_is_verified() -> None:
    signals = CITY.registry.signals
    said = Counter((s.source, s.polarity) for s in signals)
    speakers = {s.source for s in rules_of("gaomi").signals} - {"inspection"}
    assert said.keys() == {(s, p) for s in speakers for p in ("praise", "criticism")}
    assert {s.state for s in signals} == {"pending", "accepted", "rejected"}


def test_the_folder_is_what_its_spec_makes() -> None:
    check_folder(CITY)


def test_the_month_can_be_held() -> None:
    check_month(CITY, 36.38)


def test_the_month_runs_to_its_close(tmp_path: Path) -> None:
    run, kinds = check_plan(CITY, tmp_path)
    assert run.frozen.ranking.listed == 12
    assert kinds.keys() >= {"random", "remediation", "recheck", "acceptance"}
