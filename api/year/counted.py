"""A year's counts for everybody: published freezes and logs → figures.

Nothing else is read, so that anybody who has the bundles counts the same
(`inspector.year.counts`, `verify.py --year`).
"""

from __future__ import annotations

from typing import Any

from api.public import index as pub
from api.public.tables import Columns, table
from api.site import Desk
from api.year.plan import year_of
from inspector.year.counts import YearCounts, YearLog, year_counts

COMPANIES: Columns = (
    ("统一社会信用代码", lambda row: row.usc18),
    ("随机检查次数", lambda row: row.inspections),
)


def counts(desk: Desk, year: int) -> YearCounts:
    """Of all months of the year that have a freeze in force."""
    months = (m for m in pub.index(desk).months if m.month[:4] == f"{year:04d}")
    return year_counts(
        (
            YearLog(
                m.position,
                pub.register(desk, m).doc,
                pub.document(desk, m, "log.json")["events"],
            )
            for m in months
            if m.frozen
        ),
        year,
    )


def by_company(desk: Desk, _query: Any, year: str) -> tuple[str, bytes]:
    """Inspections by company as a file: end of its name, bytes."""
    return f"{year}-counts.csv", table(COMPANIES, counts(desk, year_of(year)).companies)
