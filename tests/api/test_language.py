"""Languages are addresses; the clock at the edge is China's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from service_city import City

pytestmark = pytest.mark.one_database

BROWSERS = ("zh-CN,zh;q=0.9", "en-GB,en;q=0.8", "fr-FR,fr;q=0.9,en;q=0.5", "*")


@pytest.mark.parametrize(
    "path", ["/wuzhou/results", "/wuzhou", "/", "/api/v1/public/wuzhou/results"]
)
def test_every_browser_gets_the_same_answer(city: City, path: str) -> None:
    """What a browser would rather read splits no cache."""
    client = city.client()
    answers = [client.get(path, headers={"Accept-Language": b}) for b in BROWSERS]
    answers.append(client.get(path))
    assert {a.status_code for a in answers} == {200}
    assert len({a.data for a in answers}) == 1
    assert len({a.headers["ETag"] for a in answers}) == 1
    assert "Accept-Language" not in str(answers[0].vary)


def test_pages_say_in_which_language_they_are(city: City) -> None:
    assert '<html lang="zh-CN">' in city.client().get("/wuzhou").text


def test_the_day_is_that_of_the_bureau(city: City) -> None:
    city.clock.moment = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
    with city.desk() as desk:
        assert desk.today.isoformat() == "2026-12-02"
        assert desk.stamp == "2026-12-01T22:30:00Z"
