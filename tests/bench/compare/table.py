"""Results as Markdown: medians per family and method, and ratios within each seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from tests.bench.compare.runner import Result

PYVRP = ("pyvrp", "pyvrp-whole")


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _span(values: Sequence[int]) -> str:
    """Median, and the range when there is one."""
    middle = f"{median(values):,.0f}"
    low, high = min(values), max(values)
    return middle if low == high else f"{middle} ({low:,}–{high:,})"


def _groups(results: Iterable[Result]) -> dict[str, dict[str, dict[int, Result]]]:
    found: dict[str, dict[str, dict[int, Result]]] = {}
    for r in results:
        if not r.error:
            found.setdefault(r.family, {}).setdefault(r.method, {})[r.seed] = r
    return found


def best_pyvrp(methods: dict[str, dict[int, Result]]) -> dict[int, Result]:
    """Per seed the better of PyVRP office by office and in one piece."""
    found: dict[int, Result] = {}
    for name in PYVRP:
        for seed, r in methods.get(name, {}).items():
            known = found.get(seed)
            if known is None or _worth(r) < _worth(known):
                found[seed] = r
    return found


def _worth(r: Result) -> tuple[int, int, int]:
    return r.broken, r.unplaced, r.travel


def ratio(ours: dict[int, Result], other: dict[int, Result]) -> str:
    """Median over seeds of our travel by theirs, where both place equally many.

    Where they do not, the count of seeds in which we place more, fewer.
    """
    both = sorted(set(ours) & set(other))
    same = [s for s in both if ours[s].unplaced == other[s].unplaced]
    parts = []
    if same:
        middle = median(ours[s].travel / other[s].travel for s in same)
        parts.append(f"{middle:.3f} ({len(same)})")
    more = sum(ours[s].unplaced < other[s].unplaced for s in both)
    fewer = sum(ours[s].unplaced > other[s].unplaced for s in both)
    if more:
        parts.append(f"places more in {more}")
    if fewer:
        parts.append(f"places fewer in {fewer}")
    return "; ".join(parts) or "–"


def _gap(some: Sequence[Result]) -> str:
    """Median (travel - bound) / bound of plans with a bound."""
    gaps = [(r.travel - r.bound) / r.bound for r in some if r.bound]
    return f"{100 * median(gaps):.1f} %" if gaps else "–"


def by_method(results: Sequence[Result]) -> str:
    """One row per family and method."""
    header = (
        "family",
        "method",
        "seeds",
        "travel, min",
        "bound",
        "proven gap",
        "unplaced",
        "violations",
        "first plan, CPU s",
        "CPU s",
        "wall s",
        "peak MB",
    )
    rows = []
    for family, methods in _groups(results).items():
        for method, runs in methods.items():
            some = list(runs.values())
            bounds = [r.bound for r in some if r.bound]
            rows.append(
                (
                    f"{family} ({some[0].visits})",
                    method,
                    str(len(some)),
                    _span([r.travel for r in some]),
                    _span(bounds) if bounds else "–",
                    _gap(some),
                    _span([r.unplaced for r in some]),
                    str(sum(r.broken for r in some)),
                    f"{median(r.first_seconds for r in some):.2f}",
                    f"{median(r.cpu_seconds for r in some):.1f}",
                    f"{median(r.seconds for r in some):.1f}",
                    str(max(r.peak_mb for r in some)),
                )
            )
    return _rows(header, rows)


def by_family(results: Sequence[Result]) -> str:
    """Travel of ours by that of each peer, or of PyVRP when we did not run."""
    rows = []
    for family, methods in _groups(results).items():
        strongest = best_pyvrp(methods)
        base = methods.get("ours") or strongest
        row = [family, "ours" if "ours" in methods else "pyvrp (better)"]
        row.append(ratio(base, strongest) if "ours" in methods else "1")
        row += [
            ratio(base, methods.get(name, {}))
            for name in ("pyvrp", "pyvrp-whole", "routing", "greedy")
        ]
        rows.append(row)
    header = (
        "family",
        "travel of",
        "/ pyvrp (better of two)",
        "/ pyvrp",
        "/ pyvrp-whole",
        "/ routing",
        "/ greedy",
    )
    return _rows(header, rows)


def gap_rows(results: Sequence[Result]) -> str:
    """Proven gap with series and without their gaps, families run both ways."""
    groups = _groups(results)
    rows = []
    for family, methods in groups.items():
        free = groups.get(f"{family}-free", {})
        if "ours" in methods and "ours" in free:
            rows.append(
                (
                    family,
                    _gap(list(methods["ours"].values())),
                    _gap(list(free["ours"].values())),
                )
            )
    if not rows:
        return ""
    return _rows(("family", "gap with series", "gap without"), rows)


def scale_rows(results: Sequence[Result]) -> str:
    """Families of one kind by size: seconds, travel per visit, gap, memory."""
    kinds: dict[str, list[tuple[int, dict[str, dict[int, Result]]]]] = {}
    for family, methods in _groups(results).items():
        number, _, kind = family.partition("-")
        if number.isdigit():
            kinds.setdefault(kind, []).append((int(number), methods))
    rows = []
    for kind, sizes in kinds.items():
        if len(sizes) < 2:
            continue
        sizes.sort(key=lambda s: s[0])
        for method in ("ours", *PYVRP, "routing", "greedy"):
            for size, methods in sizes:
                runs = list(methods.get(method, {}).values())
                if runs:
                    rows.append(
                        (
                            f"{size}-{kind}",
                            f"{size / sizes[0][0]:.1f}x",
                            method,
                            f"{median(r.cpu_seconds for r in runs):.1f}",
                            f"{median(r.a_visit for r in runs):.2f}",
                            _gap(runs),
                            _span([r.unplaced for r in runs]),
                            str(max(r.peak_mb for r in runs)),
                        )
                    )
    if not rows:
        return ""
    header = ("family", "size", "method", "CPU s", "travel a visit", "gap")
    return _rows((*header, "unplaced", "peak MB"), rows)


def report(results: Sequence[Result]) -> str:
    """The whole report."""
    parts = ["## Ratios of travel, median over seeds (number of seeds)\n"]
    parts.append(by_family(results))
    parts.append("## Medians (range) over seeds\n")
    parts.append(by_method(results))
    for title, text in (
        ("## Proven gap with and without series\n", gap_rows(results)),
        ("## Scaling\n", scale_rows(results)),
    ):
        if text:
            parts += [title, text]
    errors = [r for r in results if r.error]
    if errors:
        parts.append("## Runs that failed\n")
        parts += [f"- {r.family} {r.method} seed {r.seed}: {r.error}" for r in errors]
    rules = sorted({(r.method, rule) for r in results for rule in r.violations})
    if rules:
        parts.append("## Rules broken\n")
        parts += [f"- {method}: {rule}" for method, rule in rules]
    return "\n".join(parts)
