"""The bundles of a simulated bureau on disk, verified with those of its other logs."""

from __future__ import annotations

from pathlib import Path

import forger
from bureau import Bureau, Line

from inspector import verify
from inspector.month.route import public_files
from inspector.month.stages import Route
from inspector.months import month_span, months_after

CHAINS = ("history.chain", "auditor.chain")
Found = dict[str, tuple[str, str]]


def files_of(route: Route) -> dict[str, bytes]:
    """The auditor's bundle of a month that is closed, else what is public."""
    return (
        dict(route.closed.auditor) if route.closed is not None else public_files(route)
    )


def written(bureau: Bureau, folder: Path, at: str = "9") -> dict[int, Path]:
    """The bundle of every log as it stood, by number of its line."""
    out = {}
    for line in bureau.lines:
        route = line.at(at)
        if route is not None:
            out[line.number] = forger.write(
                folder / f"{line.number:02}", files_of(route)
            )
    return out


def told(path: Path, before: list[Path]) -> dict[str, tuple[str, str]]:
    """Verdict and detail by claim."""
    report = verify.verify_bundle(path, before=before)
    return {f["id"]: (f["verdict"], f["detail"]) for f in report.findings}


def opened_after_another(line: Line, paths: dict[int, Path]) -> bool:
    """Whether the auditor has this month and one that was frozen earlier; without one
    nobody can say what its people brought along."""
    opened = {n for n, path in paths.items() if (path / "private.json").exists()}
    at = {x.number: x.bureau.after_freeze(x) for x in line.bureau.lines if x.stands}
    earlier = {n for n in opened if at[n] < at[line.number]}
    return line.number in opened and bool(earlier)


def _near(line: Line, other: Line) -> bool:
    """Another log, of the 12 months before or later."""
    months = (
        months_after(month_span(x.policy.month)[0], n)
        for x, n in ((other, 12), (line, 0))
    )
    oldest, month = months
    return other is not line and oldest >= month


def judge(line: Line, paths: dict[int, Path]) -> None:
    """A bundle with those of the other logs."""
    near = {x.number for x in line.bureau.lines if _near(line, x)}
    found = told(paths[line.number], [p for n, p in paths.items() if n in near])
    _hold(line, paths, found)


def judge_year(bureau: Bureau, paths: dict[int, Path]) -> verify.Year:
    """All bundles as one chain, in the order of their freezes."""
    lines = [x for x in bureau.lines if x.number in paths]
    lines.sort(key=Bureau.after_freeze)
    year = verify.verify_year(paths.values())
    for line, report in zip(lines, year.reports, strict=True):
        found = {f["id"]: (f["verdict"], f["detail"]) for f in report.findings}
        assert report.head["month"] == line.policy.month
        _hold(line, paths, found)
    return year


def _hold(line: Line, paths: dict[int, Path], found: Found) -> None:
    """No claim fails, and with every other log given none of the chain stays open that
    the bundle can answer."""
    failing = {k: d for k, (v, d) in found.items() if v == verify.FAILS}
    assert not failing, (line.bureau.seed, line.origin, line.told, failing)
    answered = CHAINS if opened_after_another(line, paths) else CHAINS[:1]
    left = {k: found[k] for k in answered if found[k][0] != verify.HOLDS}
    assert not left or line.route.frozen is None, (line.bureau.seed, line.origin, left)
