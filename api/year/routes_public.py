"""The yearly plan for everybody: one row of the public table, as JSON and as a page.

The bureau's side is `api.year.routes`; the page of the newest year is told with the
other pages (`api.pages.routes`).
"""

from __future__ import annotations

from api.public.routes_resource import Resource, Shown
from api.web.cache import cached_today
from api.year import page as shown
from api.year import plan as service
from api.year.answers import PublicYear

ROWS = (
    Resource(
        "year",
        "/year/<year>",
        PublicYear,
        lambda desk, _, year: service.show(desk, service.year_of(year)),
        "年度计划 The plan anybody may hold the months against.",
        page=Shown("year.html", shown.beside_year),
        kept=cached_today,
    ),
)
