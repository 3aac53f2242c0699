"""The yearly plan and the year's counts for everybody: rows of the public table.

The bureau's side is `api.year.routes`; the page of the newest year is told with the
other pages (`api.pages.routes`).
"""

from __future__ import annotations

from api.public.routes_resource import CSV, Form, Resource, Shown
from api.web.cache import cached_today
from api.year import counted, filing
from api.year import page as shown
from api.year import plan as service
from api.year.answers import PublicYear
from inspector.year.counts import YearCounts

ROWS = (
    Resource(
        "year",
        "/year/<year>",
        PublicYear,
        lambda desk, _, year: service.show(desk, service.year_of(year)),
        "年度计划 The plan anybody may hold the months against; CSV: as it is filed.",
        page=Shown("year.html", shown.beside_year),
        kept=cached_today,
        forms={"csv": Form(CSV, filing.by_item)},
    ),
    Resource(
        "year_counts",
        "/year/<year>/counts",
        YearCounts,
        lambda desk, _, year: counted.counts(desk, service.year_of(year)),
        "年度统计 A year counted from its logs and freezes alone; CSV: by company.",
        forms={"csv": Form(CSV, counted.by_company)},
    ),
)
