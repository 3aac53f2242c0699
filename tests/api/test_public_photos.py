"""Photos in public: with their result, without EXIF, and gone when it is withdrawn."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from service_field import Crew, a_picture, one_file
from service_public import PUBLIC
from test_html_pages import Page, page, whole

from api.field import pictures


def uploaded(team: Crew, data: bytes) -> dict[str, str]:
    """The hashes of a photo and of its copy."""
    done = team.client().post(f"{team.path}/photos", **one_file(data))
    assert done.status_code == 201, done.json
    found: dict[str, str] = done.json
    return found


def fetched(team: Crew, sha256: str, bureau: str = "wuzhou") -> Any:
    return team.city.client().get(f"/api/v1/public/{bureau}/photos/{sha256}")


def told(team: Crew) -> list[dict[str, str]]:
    """The photos that the public result lists."""
    path = f"{PUBLIC}/months/{team.month}/results/{team.visit}"
    answer = team.city.client().get(path)
    assert answer.status_code == 200, answer.json
    found: list[dict[str, str]] = answer.json["photos"]
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_a_published_result_is_public_without_exif(
    team: Crew, kind: str
) -> None:
    photo = uploaded(team, a_picture(kind))
    assert fetched(team, photo["copy"]).status_code == 404
    raw = team.signed(team.problem(photos=[photo["sha256"]]))
    assert fetched(team, photo["copy"]).status_code == 404
    passed = team.review(team.city.client("leader"), raw["id"], "pass")
    assert passed.status_code == 201, passed.json
    (row,) = told(team)
    assert (row["item"], row["sha256"]) == ("G1-01", photo["copy"])
    assert row["text"] not in ("", "G1-01")
    got = fetched(team, row["sha256"])
    assert (got.status_code, got.mimetype) == (200, pictures.MEDIA[kind])
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in got.headers["Cache-Control"]
    digest = hashlib.sha256(got.data).hexdigest()
    assert digest == got.headers["X-Sha256"] == row["sha256"]
    assert b"SECRET" not in got.data
    with Image.open(io.BytesIO(got.data)) as picture:
        assert (picture.format, picture.size) == (kind, (24, 32))
        assert dict(picture.getexif()) == {}
    assert fetched(team, photo["sha256"]).status_code == 404  # the file with EXIF
    assert fetched(team, photo["copy"], "other").status_code == 404
    assert fetched(team, "0" * 64).status_code == 404


def test_the_page_of_a_result_shows_its_photos_with_a_text_for_each(
    team: Crew,
) -> None:
    first = uploaded(team, a_picture())
    second = uploaded(team, a_picture("PNG", (8, 8)))
    draft = team.problem(photos=[first["sha256"]])
    # An item in order may have a photo too; one cited twice is shown once.
    draft["findings"][1]["photos"] = [second["sha256"], second["sha256"]]
    team.published(draft)
    path = f"/wuzhou/results/{team.month}/{team.visit}"
    text = page(team.city, path)
    whole(path, text)
    shown = Page(text).all("img")
    wanted = [f"{PUBLIC}/photos/{p['copy']}" for p in (first, second)]
    assert [i["src"] for i in shown] == wanted
    rows = told(team)
    for number, (image, row) in enumerate(zip(shown, rows, strict=True), 1):
        alt = image["alt"] or ""
        assert alt.startswith(f"照片 {number}：")
        assert f"{row['item']} {row['text']}" in alt
        assert team.city.client().get(str(image["src"])).status_code == 200


@pytest.mark.one_database
def test_a_result_without_photos_has_no_room_for_them(team: Crew) -> None:
    team.published()
    assert told(team) == []
    text = page(team.city, f"/wuzhou/results/{team.month}/{team.visit}")
    assert not Page(text).all("img")
    assert 'class="photos"' not in text


def test_a_photo_that_no_finding_cites_stays_inside(team: Crew) -> None:
    cited = uploaded(team, a_picture())
    spare = uploaded(team, a_picture("PNG"))
    team.published(team.problem(photos=[cited["sha256"]]))
    assert [p["sha256"] for p in told(team)] == [cited["copy"]]
    assert fetched(team, cited["copy"]).status_code == 200
    assert fetched(team, spare["copy"]).status_code == 404


def test_a_photo_of_a_returned_result_is_not_public(team: Crew) -> None:
    photo = uploaded(team, a_picture())
    raw = team.signed(team.problem(photos=[photo["sha256"]]))
    leader = team.city.client("leader")
    back = team.review(leader, raw["id"], "return", reason="照片不清")
    assert back.status_code == 201, back.json
    assert fetched(team, photo["copy"]).status_code == 404
    team.published(team.draft())  # in the end without it
    assert told(team) == []
    assert fetched(team, photo["copy"]).status_code == 404


def test_a_withdrawn_result_takes_its_photos_along(team: Crew) -> None:
    photo = uploaded(team, a_picture())
    record = team.published(team.problem(photos=[photo["sha256"]]))
    assert fetched(team, photo["copy"]).status_code == 200
    planner = team.city.client("planner")
    done = team.record(planner, record["id"], "withdrawal", reason="对象有误")
    assert done.status_code == 201, done.json
    assert fetched(team, photo["copy"]).status_code == 404
    assert told(team) == []
    text = page(team.city, f"/wuzhou/results/{team.month}/{team.visit}")
    assert photo["copy"] not in text


def test_a_correction_shows_its_own_photos_only(team: Crew) -> None:
    old = uploaded(team, a_picture())
    new = uploaded(team, a_picture("PNG"))
    record = team.published(team.problem(photos=[old["sha256"]]))
    leader = team.city.client("leader")
    opened = team.record(leader, record["id"], "correction", reason="照片有误")
    assert opened.status_code == 201
    draft = team.problem(photos=[new["sha256"]])
    raw = team.signed(draft)
    # Until it is passed, the result stands as it was published.
    assert [p["sha256"] for p in told(team)] == [old["copy"]]
    assert fetched(team, new["copy"]).status_code == 404
    assert team.review(leader, raw["id"], "pass").status_code == 201
    assert [p["sha256"] for p in told(team)] == [new["copy"]]
    assert fetched(team, new["copy"]).status_code == 200
    assert fetched(team, old["copy"]).status_code == 404
