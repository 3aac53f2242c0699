"""The yearly plan for everybody: one row of the public table, as JSON and as a page.

The bureau's side is `api.routes.year`; the page of the newest year is told with the
other pages (`api.routes.pages`).
"""

from __future__ import annotations

from api.routes.public_resource import Resource, Shown
from api.services import public_year as shown
from api.services import year as service
from api.services.year_answers import PublicYear
from api.web.cache import cached_today

ROWS = (
    Resource(
        "year",
        "/year/<int:year>",
        PublicYear,
        lambda desk, _, year: service.show(desk, year),
        "年度计划 The plan anybody may hold the months against.",
        page=Shown("year.html", shown.beside_year),
        kept=cached_today,
    ),
)
