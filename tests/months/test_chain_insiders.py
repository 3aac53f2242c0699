"""Every insider of a chain is refused with the bundles of the other logs, and only with
them: without, his claim says that it needs them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import bundles
import chain_insiders
import forger
import pytest
from bureau import Bureau, Line
from chain_insiders import INSIDERS, Setting, swapped
from retold import Insider, retold

from inspector import verify
from inspector.domain import Registry
from inspector.month.following import following
from inspector.month.standing import stood

TRIED = (242, *range(300))  # the first of these whose month has everything is taken


def suited(bureau: Bureau) -> Setting | None:
    """A month in which every insider finds what he needs."""
    for line in bureau.lines:
        if line.route.closed is None or not {"again", "both: acceptance"} <= {
            *line.told
        }:
            continue
        registry = line.folds[-1]
        assumed = {a.case for a in registry.assumed}
        free = [c for c in registry.docket if c.id not in assumed]
        ready = registry.running and registry.assumed and registry.owed
        random = [h for h in registry.history if h.log and h.kind == "random"]
        if ready and random and any(c.state != "closed" for c in free):
            return Setting(bureau, line)
    return None


@pytest.fixture(scope="module")
def setting() -> Setting:
    return next(s for n in TRIED if (s := suited(Bureau(n, 3, 16).run())) is not None)


@pytest.fixture(scope="module")
def every(
    setting: Setting, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Path]:
    """The bundles of all logs, as they are in the end, by number of their line."""
    return bundles.written(setting.bureau, tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="module")
def paths(setting: Setting, every: dict[int, Path]) -> list[Path]:
    """Those of all other logs."""
    return others_of(setting.line, every)


@pytest.mark.parametrize("name", ["frozen", "closed", *INSIDERS])
def test_an_insider_of_a_chain(
    name: str, setting: Setting, paths: list[Path], tmp_path: Path
) -> None:
    honest = name not in INSIDERS
    make, claim, whole = INSIDERS.get(
        name, (lambda _: Insider(), "history.chain", name == "closed")
    )
    line = retold(setting.line, make(setting), whole=whole)
    own = forger.write(tmp_path, bundles.files_of(line.route))
    given = [*paths, *second_scope(name, setting, tmp_path)]
    alone, chained = bundles.told(own, []), bundles.told(own, given)
    assert {k for k, (v, _) in alone.items() if v == verify.FAILS} == set()
    first = alone[claim][1].startswith("0 份日志")  # a month without any before it
    assert alone[claim][0] == verify.OPEN or (first and "left_out" in name)
    failing = {k for k, (v, _) in chained.items() if v == verify.FAILS}
    assert failing == (set() if honest else {claim}), chained[claim]
    if honest:
        assert chained[claim][0] == verify.HOLDS
        assert not whole or chained["auditor.chain"][0] == verify.HOLDS


def second_scope(name: str, setting: Setting, folder: Path) -> list[Path]:
    """The honest log of the month itself, when the insider has another."""
    if name != "the_month_has_a_second_scope":
        return []
    files = bundles.files_of(setting.line.route)
    return [forger.write(folder / "first", files)]


OWED = 0  # a bureau in which an owed visit is followed by another month


def test_a_compound_that_was_said_to_be_gone_comes_back(tmp_path: Path) -> None:
    """The owed visit is dropped, for its compound no longer exists; next month it is in
    the draw again."""
    bureau = Bureau(OWED, 3, 16).run()
    every = bundles.written(bureau, tmp_path / "logs")
    told = pairwise(bureau.lines)
    line, later = next((x, y) for x, y in told if x.folds[-1].owed)
    setting, paths = Setting(bureau, line), others_of(line, every)
    at = Bureau.after_freeze(later)
    lost = setting.line.folds[-1].owed[0].compound

    def gone(registry: Registry) -> Registry:
        (one,) = [c for c in registry.compounds if c.id == lost]
        (owed,) = [o for o in registry.owed if o.compound == lost]
        registry = swapped(registry, "compounds", one, status="closed")
        return swapped(registry, "owed", owed, gone=True)

    def next_freeze(before: Line, folder: Path) -> dict[str, tuple[str, str]]:
        others = [x for x in setting.bureau.lines if x not in (setting.line, later)]
        logs = [s for x in others if (s := x.stood(at)) is not None]
        base = later.folds[-1]
        (one,) = [c for c in base.compounds if c.id == lost]
        base = swapped(base, "compounds", one, status="active")
        logs += [s for s in [stood(before.route)] if s is not None]
        registry = following(logs, base, later.asked, at)
        line = retold(later, Insider(lambda _: registry))
        own = forger.write(folder / "own", bundles.files_of(line.route))
        old = forger.write(folder / "old", bundles.files_of(before.route))
        given = [p for p in paths if p != every[later.number]] + [old]
        alone = bundles.told(own, [])
        assert alone["history.chain"][0] == verify.OPEN
        assert verify.FAILS not in {v for v, _ in alone.values()}
        assert verify.FAILS not in {v for v, _ in bundles.told(old, paths[:1]).values()}
        return bundles.told(own, given)

    found = next_freeze(retold(setting.line, Insider()), tmp_path / "honest")
    assert found["history.chain"][0] == verify.HOLDS
    found = next_freeze(retold(setting.line, Insider(gone)), tmp_path / "gone")
    assert found["history.chain"][0] == verify.FAILS
    assert f"{{'{lost}'}} 作罢 gone" in found["history.chain"][1]


def others_of(line: Line, every: dict[int, Path]) -> list[Path]:
    return [p for n, p in every.items() if n != line.number]


def test_an_older_log_is_written_anew(
    setting: Setting, paths: list[Path], tmp_path: Path
) -> None:
    """Whoever shows another log of an older month than this one stood on."""
    docs = forger.load({f.name: f.read_bytes() for f in paths[0].iterdir()})
    event = next(e for e in docs["log"]["events"] if e["event"] == "source_recorded")
    event["value"] = event["value"][::-1]
    forger.relog(docs)
    old = forger.write(tmp_path / "old", forger.dump(docs))
    own = forger.write(tmp_path / "own", bundles.files_of(setting.line.route))
    assert bundles.told(own, paths)["history.chain"][0] == verify.HOLDS
    found = bundles.told(own, [old, *paths[1:]])
    assert {k for k, (v, _) in found.items() if v == verify.FAILS} >= {"history.chain"}
    assert "root" in found["history.chain"][1]


def test_what_a_first_month_says_is_its_word_and_counted(
    setting: Setting, tmp_path: Path
) -> None:
    """Nothing came before: an invented visit is counted, and named as a word."""
    line = setting.bureau.lines[0]
    honest = retold(line, Insider())
    own = forger.write(tmp_path / "honest", bundles.files_of(honest.route))
    before = verify.verify_bundle(own)
    invented = chain_insiders.the_bureau_s_word_grows_by_a_visit(setting)
    own = forger.write(tmp_path, bundles.files_of(retold(line, invented).route))
    report = verify.verify_bundle(own)
    assert verify.FAILS not in {f["verdict"] for f in report.findings}
    assert report.counts["word"] == before.counts["word"] + 1
