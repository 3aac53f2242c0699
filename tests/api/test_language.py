"""Time zone and language at the edge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import render_template_string
from service_city import City

from api.web.language import chosen

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("query", "wish", "language"),
    [
        ("", "", "zh_Hans_CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr-FR,zh-CN;q=0.5", "zh_Hans_CN"),
        ("", "fr", "zh_Hans_CN"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=xx", "", "zh_Hans_CN"),
    ],
)
def test_the_language_is_asked_for_or_chinese(
    city: City, query: str, wish: str, language: str
) -> None:
    headers = {"Accept-Language": wish} if wish else {}
    with city.app.test_request_context(f"/{query}", headers=headers):
        assert chosen() == language


def test_a_moment_is_shown_on_the_wall_clock_of_the_bureau(city: City) -> None:
    late = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
    with city.app.test_request_context("/"):
        shown = render_template_string("{{ at | moment }}", at=late)
    assert shown == "2026-12-02 06:30"
    city.clock.moment = late
    with city.desk() as desk:
        assert desk.today.isoformat() == "2026-12-02"
        assert desk.stamp == "2026-12-01T22:30:00Z"
