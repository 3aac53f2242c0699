"""Which cases of a compound take a result, and where what it found stands.

The files of a compound and what a visit found → its cases, each with its share; used
by the service and by a year that is only simulated. A compound is never brought into
order twice at once: beside an open case a closed one is not opened again, what was
found there goes into the open one (`inspector.month.docket` says so from logs alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from inspector.docket.cases import CaseFile
from inspector.docket.from_results import Report
from inspector.docket.moves import Problem, Visited
from inspector.domain import CaseState, VisitKind


def shares(
    files: Iterable[CaseFile], compound: str, own: str, report: Report
) -> list[tuple[str, Report]]:
    """Which cases take a report, and as what; "" for a new one (`apart`).

    A docket visit goes to its `own` case; where that is closed while another case of
    the docket is open, what was found goes into the open one (`Report.beside`). What a
    random inspection orders goes into the compound's open case, a result's order is
    followed by itself where there is none; an open one learns from every visit which
    of its problems are gone.
    """
    mine = sorted((c for c in files if c.compound == compound), key=_place)
    open_ = [c for c in mine if c.state is not CaseState.CLOSED]
    orders_ = report.ordered is not None and report.findings
    main = own or (open_[0].id if open_ and orders_ else "")
    out = [(main, report)] if own or orders_ else []
    beside = _beside(mine, own, report)
    if beside:
        plain = replace(report, findings=(), ordered=None, beside=beside)
        out = [(own, plain), (beside, replace(report, kind=VisitKind.RANDOM))]
    for case in open_:
        if case.apart and case.id != main and (report.good or report.findings):
            known = {p.item for p in case.unsolved}
            told = tuple(f for f in report.findings if f[0] in known)
            seen = replace(report, findings=told, ordered=None)
            seen = replace(seen, kind=VisitKind.RANDOM, good=not told)
            out.append((case.id, seen))
    return out


def _place(case: CaseFile) -> tuple[bool, str]:
    return case.apart, case.id


def _beside(mine: Sequence[CaseFile], own: str, report: Report) -> str:
    """The open case that takes what was found at a closed one, or has taken it."""
    closed = {c.id for c in mine if c.state is CaseState.CLOSED}
    if report.good or own not in closed:
        return ""
    others = [c for c in mine if c.id != own and not c.apart]
    took = [c.id for c in others if any(p.source == report.name for p in c.problems)]
    return next(iter((*took, *(c.id for c in others if c.id not in closed))), "")


def reported(case: CaseFile, report: Report) -> bool:
    """Whether this visit is in the case already: two logs of a month may have visits of
    one name; a move that names no log is told by its day. A result's order beside the
    docket has been there since it was made."""
    if case.apart and any(p.source == report.name for p in case.problems):
        return True
    return any(
        isinstance(m, Visited)
        and m.visit == report.name
        and (m.log == report.log or (not m.log and m.day == report.day))
        for m in case.moves
    )


def ordered_in(
    files: Iterable[CaseFile], report: Report
) -> list[tuple[CaseFile, Problem]]:
    """Where the findings of a result stand with a deadline, [] when one does not."""
    found = []
    mine = list(files)
    for item, _ in report.findings:
        fits = [(f, p) for f in mine for p in f.problems if _holds(p, item, report)]
        if not fits:
            return []
        found.append(min(fits, key=lambda x: _far(x[1], report)))
    return found


def _holds(p: Problem, item: str, report: Report) -> bool:
    """Whether it can be the problem that the visit met: not gone before its day."""
    there = p.solved is None or p.solved > report.day or p.source == report.name
    return p.item == item and p.deadline is not None and there


def _far(p: Problem, report: Report) -> tuple[bool, bool, int]:
    """Its own first, then what was there on its day; then what a later visit found."""
    days = abs((p.found - report.day).days)
    return p.source != report.name, p.found > report.day, days
