"""`verify --year`: bundles as one chain, and their counts; what --before takes."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import bundles
import forger
import pytest
from bureau import Bureau

from inspector import verify
from inspector.ceremony.bundle import Event

EARLY = "2025-07-20"


@pytest.fixture(scope="module")
def bureau() -> Bureau:
    """One in which visits are carried, owed and drawn again."""
    return next(b for b in (Bureau(n, 4, 18).run() for n in range(20)) if full(b))


def full(bureau: Bureau) -> bool:
    owed = any(x.folds and x.folds[-1].owed for x in bureau.lines)
    return owed and {"again", "carried"} <= bureau.seen.keys()


@pytest.fixture(scope="module")
def paths(bureau: Bureau, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [*bundles.written(bureau, tmp_path_factory.mktemp("year")).values()]


def frozen_at(path: Path) -> str:
    return str(json.loads((path / "freeze.json").read_bytes())["frozen_at"])


def logs(bureau: Bureau) -> list[tuple[Event, ...]]:
    routes = (x.route for x in bureau.lines if x.route.frozen is not None)
    return [r.log.events for r in routes]


def test_a_year_holds_in_any_order(paths: list[Path]) -> None:
    one, two = verify.verify_year(paths), verify.verify_year(paths[::-1])
    assert one.head["verdict"] == "holds"
    assert one.text() == two.text()
    chains = [f for r in one.reports for f in r.findings if f["id"] == "history.chain"]
    assert len(chains) == len(paths)
    assert {f["verdict"] for f in chains} == {verify.HOLDS}


def test_each_report_is_that_of_its_bundle_alone_with_the_others(
    paths: list[Path],
) -> None:
    """In the order in which their months were frozen."""
    paths = sorted(paths, key=frozen_at)
    for path, report in zip(paths, verify.verify_year(paths).reports, strict=True):
        others = [p for p in paths if p != path]
        assert verify.verify_bundle(path, before=others).findings == report.findings


def test_what_is_counted(bureau: Bureau, paths: list[Path]) -> None:
    counts = verify.verify_year(paths).counts
    events = [e for log in logs(bureau) for e in log]
    made = [e for e in events if e["event"] == "inspected" and e["kind"] == "random"]
    carried = [e for e in events if e["event"] == "carried" and "random" in e["kinds"]]
    last = bureau.lines[-1].route.frozen
    assert last is not None
    active = {c.id for c in last.registry.compounds if c.status == "active"}
    seen = active & {e["compound"] for e in made}
    assert counts["inspected"] == len(seen)
    assert counts["not_inspected"] == len(active - seen)
    assert counts["carried"] == len(carried)
    assert sum(counts["companies"].values()) == len(made)
    frozen = [x.route.frozen for x in bureau.lines if x.route.frozen is not None]
    owed = [o for f in frozen for o in f.registry.owed]
    assert counts["owed"] == sum(not o.gone for o in owed)
    assert counts["gone"] == sum(o.gone for o in owed)
    assert 0 < counts["made"] + counts["again"] <= counts["owed"]
    docs = [json.loads((p / "freeze.json").read_bytes()) for p in paths]
    expected = sum(Fraction(*s["expected"]) for d in docs for s in d["strata"])
    assert sum(row[1] for row in counts["classes"]) == pytest.approx(float(expected))
    drawn = sum(row[2] for row in counts["classes"])
    assert drawn == sum(e["total"] for e in last_drawn(bureau))
    assert counts["twice"]


def last_drawn(bureau: Bureau) -> list[dict[str, Any]]:
    return [[e for e in log if e["event"] == "drawn"][-1] for log in logs(bureau)]


def test_it_is_told_in_words_and_as_json(
    paths: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--year", *map(str, paths)]
    assert verify.main(given) == 0
    text = capsys.readouterr().out
    year = verify.verify_year(paths)
    assert all(words in text for words in verify.YEAR.values())
    assert text.count("history.chain") == len(paths)
    assert verify.main([*given, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "inspector/verify-year/v2"
    assert (body["verdict"], body["counts"]) == ("holds", year.counts)
    assert [b["claims"] for b in body["bundles"]] == [r.findings for r in year.reports]


def test_the_worst_verdict_is_that_of_the_year(
    bureau: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = bundles.written(bureau, tmp_path / "early", EARLY)
    assert verify.verify_year(running.values()).head["verdict"] == "sealed"
    whole = [*bundles.written(bureau, tmp_path / "end").values()]
    docs = forger.load({f.name: f.read_bytes() for f in whole[0].iterdir()})
    docs["results"]["results"][0]["score_bp"] += 1
    forger.write(whole[0], forger.dump(docs))
    assert verify.main(["--year", *map(str, whole)]) == 1
    assert "✗" in capsys.readouterr().out


def test_a_log_is_given_once(paths: list[Path]) -> None:
    year = verify.verify_year([*paths, paths[0]])
    assert year.head["verdict"] == "fails"
    found = [f for r in year.reports for f in r.findings if f["id"] == "history.chain"]
    assert all("twice" in f["detail"] for f in found if f["verdict"] == verify.FAILS)


def test_an_earlier_state_of_a_log_is_not_enough(
    bureau: Bureau, paths: list[Path], tmp_path: Path
) -> None:
    """A bundle fetched before the freeze cannot tell what the log held then."""
    before = bundles.written(bureau, tmp_path, EARLY)
    [line] = [x for x in bureau.lines[-1:] if x.number not in before]
    by = {int(p.name): p for p in paths}
    newer = [p for k, p in by.items() if k not in (*before, line.number)]
    found = bundles.told(by[line.number], [*before.values(), *newer])
    verdict, detail = found["history.chain"]
    assert verdict == verify.OPEN, detail
    assert " < " in detail


def test_a_bundle_and_a_year_are_two_questions(
    paths: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    one = str(paths[0])
    for given in ([], [one, "--year", one], ["--year", one, "--before", one]):
        with pytest.raises(SystemExit):
            verify.main(given)
    assert "--year DIR" in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["nowhere", "empty", "odd"])
def test_what_is_no_bundle_is_refused(
    bad: str, paths: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / bad
    if bad != "nowhere":
        path.mkdir()
    if bad == "odd":
        (path / "freeze.json").write_text("[]")
        (path / "log.json").write_text('{"events":[]}')
        assert verify.verify_year([paths[0], path]).head["verdict"] == "fails"
    else:
        with pytest.raises(verify.NotABundle):
            verify.verify_year([paths[0], path])
