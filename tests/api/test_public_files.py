"""Files to take away: hashes that fit, a bundle that verifies, CSV that is text."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from service_city import City
from service_month import begin
from service_public import (
    PUBLIC,
    STEPS,
    closed,
    dangerous,
    frozen_with,
    go_on,
    running,
)

import inspector
from inspector.beijing import local_time

VERIFIER = Path(inspector.__file__).with_name("verify.py")


def rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_verifier_is_the_file_of_the_installed_package(city: City) -> None:
    public = city.client()
    answer = public.get("/api/v1/public/verify.py")
    assert answer.data == VERIFIER.read_bytes()
    assert answer.headers["X-Sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert 'filename="verify.py"' in answer.headers["Content-Disposition"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert public.get("/api/v1/public/verify.py", headers=tag).status_code == 304


def downloaded(
    city: City, month: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """What the verifier says about a bundle, both as the public gets them."""
    public = city.client()
    program, bundle = folder / "verify.py", folder / "bundle.zip"
    program.write_bytes(public.get("/api/v1/public/verify.py").data)
    answer = public.get(f"{PUBLIC}/months/{month}/bundle?as=zip")
    assert answer.mimetype == "application/zip"
    bundle.write_bytes(answer.data)
    anchor = folder / "anchor.txt"
    anchor.write_bytes(public.get(f"{PUBLIC}/months/{month}/anchor?as=txt").data)
    return subprocess.run(
        [sys.executable, "-S", str(program), str(bundle), "--anchor", str(anchor)],
        capture_output=True,
        text=True,
        cwd=folder,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )


@pytest.mark.one_database
def test_a_bundle_verifies_at_every_stage(city: City, tmp_path: Path) -> None:
    month = begin(city, "freeze")
    for kind in ("", *STEPS):
        go_on(city, month, kind)
        done = downloaded(city, month, tmp_path)
        assert done.returncode == 3, (kind, done.stdout + done.stderr)  # not opened
        assert "✗" not in done.stdout


def test_an_opened_bundle_verifies_with_its_anchor(city: City, tmp_path: Path) -> None:
    month, _ = closed(city)
    done = downloaded(city, month, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") > 20


def test_a_bundle_names_every_file_with_its_size_and_hash(city: City) -> None:
    month = begin(city, "assign")
    public = city.client()
    told = public.get(f"{PUBLIC}/months/{month}/bundle").json
    data = public.get(f"{PUBLIC}/months/{month}/bundle?as=zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        files = {n.removeprefix("bundle/"): box.read(n) for n in box.namelist()}
    assert {f["name"] for f in told["files"]} == set(files)
    for f in told["files"]:
        assert f["size"] == len(files[f["name"]])
        assert f["sha256"] == hashlib.sha256(files[f["name"]]).hexdigest()


def test_a_bundle_of_the_same_files_has_the_same_bytes(city: City) -> None:
    from api.web.cache import PublicCache

    month = begin(city, "draw")
    public = city.client()
    path = f"{PUBLIC}/months/{month}/bundle?as=zip"
    first = public.get(path).data
    city.app.extensions["public_cache"] = PublicCache()
    assert public.get(path).data == first


LISTS = (
    *("/results", "/compounds", "/companies", "/overdue"),
    *(f"/{n}?as=csv" for n in ("results", "compounds", "companies", "overdue")),
    *("/months/{month}", "/months/{month}/lists/ranking"),
    *("/months/{month}/lists/bottom", "/months/{month}/lists/bottom?as=csv"),
    *("/months/{month}/lists/ranking?as=csv", "/months/{month}/anchor"),
    *("/months/{month}/bundle", "/months/{month}/bundle?as=zip"),
)


def test_every_list_says_its_sha_256_and_is_not_sent_twice(city: City) -> None:
    month = begin(city, "freeze")
    public = city.client()
    paths = [PUBLIC + path.format(month=month) for path in LISTS]
    for path in (*paths, *paths):  # made, then kept
        answer = public.get(path)
        digest = hashlib.sha256(answer.data)
        assert answer.headers["X-Sha256"] == digest.hexdigest(), path
        text = base64.b64encode(digest.digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{text}:", path
        if "?as=" in path:
            assert answer.headers["Content-Disposition"].startswith("attachment")
        tag = {"If-None-Match": answer.headers["ETag"]}
        again = public.get(path, headers=tag)
        assert (again.status_code, again.data) == (304, b""), path


def test_csv_has_the_rows_of_the_json_with_words(city: City) -> None:
    running(city, 12)
    public = city.client()
    found = public.get(f"{PUBLIC}/results?limit=500").json["items"]
    head, *lines = rows(public.get(f"{PUBLIC}/results?as=csv").data)
    at = {title: k for k, title in enumerate(head)}
    assert [x[at["检查编号"]] for x in lines] == [r["visit"] for r in found]
    assert [x[at["结果代码"]] for x in lines] == [r["outcome"] for r in found]
    times = [local_time(r["published_at"]) for r in found]
    assert [
        x[at["公示时间"]] for x in lines
    ] == times  # Beijing's: who reads it lives there
    scores = [f"{r['score_bp'] / 100:.2f}" if r["score_bp"] >= 0 else "" for r in found]
    assert [x[at["得分（百分比）"]] for x in lines] == scores
    few = rows(public.get(f"{PUBLIC}/results?as=csv&outcome=no_problem").data)
    assert len(few) - 1 == sum(r["outcome"] == "no_problem" for r in found)


@pytest.mark.one_database
def test_a_name_like_a_formula_stays_text_in_csv(city: City) -> None:
    month = frozen_with(city, dangerous)
    public = city.client()
    for path in ("compounds", f"months/{month}/lists/ranking"):
        table = rows(public.get(f"{PUBLIC}/{path}?as=csv").data)
        cells = [cell for row in table for cell in row]
        assert any("HYPERLINK" in c for c in cells), path
        assert not [c for c in cells if c[:1] in "=+-@＝＠" and c], path
    names = {r["name"] for r in public.get(f"{PUBLIC}/compounds?limit=9").json["items"]}
    assert "+1+1" in names  # JSON is not changed
