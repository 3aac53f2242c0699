"""Photos: what is taken, how it is stored, what the copy leaves out."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from service_field import Crew, a_picture, one_file

from api.field import pictures
from api.store.models import Blob


def send(team: Crew, data: bytes, which: int = 0) -> Any:
    return team.client(which).post(f"{team.path}/photos", **one_file(data))


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_stored_by_its_hash_and_its_copy_tells_no_place(
    team: Crew, kind: str
) -> None:
    data = a_picture(kind)
    assert b"SECRET-PLACE" in data
    done = send(team, data)
    assert done.status_code == 201, done.json
    sha256 = hashlib.sha256(data).hexdigest()
    assert done.json["sha256"] == sha256
    own = team.client(1).get(f"{team.path}/photos/{sha256}")
    assert (own.data, own.mimetype) == (data, pictures.MEDIA[kind])
    raw = team.signed()
    path = f"{team.results}/{raw['id']}/photos/{sha256}?copy=true"
    copy = team.city.client("planner").get(path)
    assert hashlib.sha256(copy.data).hexdigest() == done.json["copy"]
    assert b"SECRET" not in copy.data
    with Image.open(io.BytesIO(copy.data)) as picture:
        assert (picture.format, picture.size) == (kind, (24, 32))  # upright
        assert dict(picture.getexif()) == {}
        assert not {"icc_profile", "comment", "xmp", "Comment"} & set(picture.info)


def test_the_same_photo_twice_is_one_photo(team: Crew) -> None:
    one = send(team, a_picture())
    two = send(team, a_picture(), 1)
    assert one.json == two.json
    with team.city.desk() as desk:
        assert desk.db.query(Blob).count() == 2  # the file and its copy


def test_what_is_no_photo_is_refused_by_the_service(team: Crew) -> None:
    refused = send(team, b"%PDF-1.7")
    assert (refused.status_code, refused.json["code"]) == (415, "photo.media")


def test_a_result_cites_uploaded_photos_only(team: Crew) -> None:
    team.noon()
    client = team.client()
    team.arrive(client)
    sha256 = send(team, a_picture()).json["sha256"]
    for photo, status in (("0" * 64, 422), (sha256, 201)):
        digest = team.write(client, team.problem(photos=[photo]))["digest"]
        done = team.move(client, "submission", digest=digest)
        assert done.status_code == status
    assert done.json["state"] == "submitted"


@pytest.mark.one_database
def test_a_photo_of_another_visit_is_not_there(team: Crew) -> None:
    sha256 = send(team, a_picture()).json["sha256"]
    other = team.package.stops[1].visit
    path = team.path.replace(team.visit, other)
    assert team.client().get(f"{path}/photos/{sha256}").status_code == 404
    assert team.client().get(f"{team.path}/photos/{sha256}").status_code == 200
