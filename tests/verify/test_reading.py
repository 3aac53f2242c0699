"""Reading a bundle: no trick gets through, costs much or ends in a traceback."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import forger
import pytest
from forger import Docs
from month_stages import Month
from tricks import BYTES, LEFT_BEHIND, ZIPS, every, packed

from inspector import verify
from inspector.month.field import sealed_bundle

FILE = Path(verify.__file__)
MB = 1 << 20


def status_of(path: Path | str, capsys: pytest.CaptureFixture[str]) -> int:
    status = verify.main([str(path)])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert said.out or said.err
    return status


def put(place: Path, trick: dict[str, bytes] | bytes) -> Path:
    if isinstance(trick, dict):
        return forger.write(place, trick)
    place = place.with_suffix(".zip")
    place.write_bytes(trick)
    return place


def test_no_trick_is_let_through(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sealed_bundle(month.assigned)
    assert status_of(put(tmp_path / "good", files), capsys) == 3
    assert status_of(put(tmp_path / "good", packed(files)), capsys) == 3
    assert len(BYTES) + len(ZIPS) >= 100
    count, passed, slow = 0, [], []
    for name, trick in every(files):
        count += 1
        path, start = put(tmp_path / f"t{count}", trick), time.process_time()
        if status_of(path, capsys) not in (1, 2):
            passed.append(name)
        if time.process_time() - start > 5:
            slow.append(name)
    assert (passed, slow) == ([], [])
    assert count >= 300
    print(f"{count} byte and zip tricks, 0 let through")


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_what_file_managers_leave_is_read_as_if_not_there(
    month: Month, tmp_path: Path, name: str
) -> None:
    files = month.closed.files
    wanted = forger.verdicts(forger.write(tmp_path / "plain", files))
    folder = forger.write(tmp_path / "folder", files)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"\0\1")
    assert forger.verdicts(folder) == wanted
    zipped = tmp_path / "zipped.zip"
    zipped.write_bytes(packed({**files, name: b"\0\1"}))
    assert forger.verdicts(zipped) == wanted
    inside = {f"2026-12/{n}": d for n, d in files.items()}
    zipped.write_bytes(packed({**inside, name: b"\0\1"}))
    assert forger.verdicts(zipped) == wanted


@pytest.mark.parametrize("name", ["freeze.json", "log.json", "seal.json"])
def test_a_bundle_beside_a_bundle_is_named_and_not_chosen(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    files = month.closed.files
    forger.write(tmp_path / "bundle", files)
    forger.write(tmp_path, {name: files[name]})
    assert verify.main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert ".、bundle" in said
    zipped = tmp_path / "two.zip"
    both = {f"{home}{n}": d for home in ("", "bundle/") for n, d in files.items()}
    zipped.write_bytes(packed(both))
    assert verify.main([str(zipped)]) == 2


def test_the_output_folder_of_a_run_is_still_read(month: Month, tmp_path: Path) -> None:
    files, private = month.closed.files, {"freeze.json": b"x", "ceremony.json": b"x"}
    parts = {"bundle": files, "auditor": month.closed.auditor, "private": private}
    for name, own in parts.items():
        forger.write(tmp_path / "out" / name, own)
    forger.write(tmp_path / "out", {"plan.json": b"[]", "report.json": b"{}"})
    assert not forger.failing(forger.verdicts(tmp_path / "out"))
    shutil.make_archive(str(tmp_path / "out"), "zip", tmp_path, "out")
    assert not forger.failing(forger.verdicts(tmp_path / "out.zip"))


# ------------------------------------------------------------------ bounds


def test_too_much_is_refused_by_name_and_max_mb_lifts_it(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = dict(month.closed.files)
    files["plan.json"] = files["plan.json"] + b" " * 65 * MB
    for path in (put(tmp_path / "big", files), put(tmp_path / "big", packed(files))):
        assert verify.main([str(path)]) == 2
        assert "plan.json: > " in capsys.readouterr().err
        assert verify.main([str(path), "--max-mb", "80"]) == 1


def test_a_log_has_a_bound_of_its_own(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = dict(month.closed.files)
    files["log.json"] = files["log.json"] + b" " * 8 * MB
    path = put(tmp_path / "big", files)
    assert verify.main([str(path)]) == 2
    assert "log.json: > 8388608 " in capsys.readouterr().err
    assert verify.main([str(path), "--max-mb", "80"]) == 1


def test_the_bound_is_of_all_files_together(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {n: d + b" " * 7 * MB for n, d in month.closed.files.items()}
    path = put(tmp_path / "big", files)
    assert verify.main([str(path), "--max-mb", "40"]) == 2
    assert "过大" in capsys.readouterr().err
    assert verify.main([str(path), "--max-mb", "400"]) == 1


def emoji(size: int) -> bytes:
    return b'{"a":"' + "\U0001f600".encode() + b"a" * size + b'"}'


# name → documents that pack into a small zip; the bound of a run's memory is 1 GB.
BOMBS: dict[str, Callable[[], dict[str, bytes]]] = {
    "blanks": lambda: {"freeze.json": b" " * 65 * MB},
    "blanks in the log": lambda: {"log.json": b" " * 9 * MB},
    "empty objects": lambda: {"freeze.json": b'{"a":[' + b"{}," * 20 * MB + b"{}]}"},
    "empty lists": lambda: {"log.json": b'{"events":[' + b"[]," * 2 * MB + b"[]]}"},
    "objects": lambda: {"freeze.json": b'{"a":[' + b'{"a":1},' * 7 * MB + b"1]}"},
    "numbers": lambda: {"table.json": b'{"a":[' + b"1," * 31 * MB + b"1]}"},
    "texts": lambda: {"plan.json": b'{"a":[' + b'"",' * 20 * MB + b"1]}"},
    "just below": lambda: {"plan.json": b'{"a":[' + b"{}," * 2_090_000 + b"1]}"},
    "quotes": lambda: {"plan.json": b'{"a":"' + b'\\"' * 31 * MB + b'"}'},
    "one long text": lambda: {"freeze.json": emoji(60 * MB)},
    "one long number": lambda: {"freeze.json": b'{"a":' + b"1" * 60 * MB + b"}"},
    "deep": lambda: {"freeze.json": b"[" * 2_000_000},
    "open objects": lambda: {"freeze.json": b'{"a":' * 400_000},
    "combining marks": lambda: {
        "freeze.json": ('{"a":"' + "\u0301\u0316" * 3_000_000 + '"}').encode()
    },
    "combining marks in order": lambda: {
        "freeze.json": ('{"a":"' + "a\u0316\u0301" * 3_000_000 + '"}').encode()
    },
    "many files": lambda: {f"{i}.json": b"" for i in range(60_000)},
}
LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits")
@pytest.mark.parametrize("name", BOMBS)
def test_a_small_zip_costs_little(month: Month, tmp_path: Path, name: str) -> None:
    """Within 1 GB of address space and 30 s on a busy computer; no claim is needed."""
    path = tmp_path / "bomb.zip"
    path.write_bytes(packed({**sealed_bundle(month.assigned), **BOMBS[name]()}))
    done = subprocess.run(
        [sys.executable, "-S", "-c", LIMITED, str(FILE), str(path)],
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode()
    assert done.returncode in (1, 2), said[-300:]
    assert "Traceback" not in said and "Memory" not in said + done.stdout.decode()


def test_a_packed_file_that_hardly_packs_is_read_in_linear_time(
    month: Month, tmp_path: Path
) -> None:
    files = sealed_bundle(month.assigned)
    noise = os.urandom(20 * MB).hex().encode()
    path = tmp_path / "noise.zip"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        for name, data in {**files, "plan.json": noise}.items():
            box.writestr(name, data)
    path.write_bytes(out.getvalue())
    start = time.process_time()
    data, refused = verify.read_files(path)
    assert (refused, len(data["plan"])) == ({}, 40 * MB)
    assert time.process_time() - start < 5


def nested(docs: Docs, *path: Any) -> Any:
    for key in path:
        docs = docs[key]
    return docs


def huge(path: tuple[Any, ...], value: Any) -> Callable[[Docs], None]:
    def change(docs: Docs) -> None:
        nested(docs, *path[:-1])[path[-1]] = value

    return change


def many_amendments(docs: Docs) -> None:
    schema = "inspector/amendments/v2"
    docs["amendments"] = {"schema": schema, "amendments": [{}] * 100}


POLICY = ("freeze", "policy")
# A small document that would ask for much: the numbers of a policy are bounded.
ASKING = {
    "stand-by pairs": huge((*POLICY, "seats", "standby_pairs"), 2**50),
    "levels": huge((*POLICY, "lottery", "max_levels"), 2**50),
    "steps": huge((*POLICY, "visits", "series_minutes"), [60] * 65),
    "seat rules": huge(
        (*POLICY, "seats", "seats"),
        [{"role": "lead", "when": "always", "unit": ""}] * 65,
    ),
    "a long policy": huge(
        (*POLICY, "draw", "rates"), {f"A{k}": [1, 2] for k in range(5000)}
    ),
    "amendments": many_amendments,
}


@pytest.mark.parametrize("name", ASKING)
def test_a_document_that_asks_for_much_is_refused(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    docs = forger.load(month.closed.files)
    ASKING[name](docs)
    assert verify.main([str(forger.write(tmp_path, forger.dump(docs)))]) == 2
    assert "> " in capsys.readouterr().err


N = 20_000


def fresh(row: Any, n: int) -> Any:
    """A copy of a row under a key of its own."""
    if isinstance(row, list):
        return [fresh(row[0], n), *row[1:]] if row and isinstance(row[0], str) else row
    if isinstance(row, str):
        return f"p{n:020x}" if len(row) == 21 else row
    keys = [k for k in ("id", "code", "usc18", "visit", "compound") if k in row]
    return row | {k: fresh(row[k], n) or f"{row[k]}~{n}" for k in keys[:1]}


# Long lists, also two that meet: nothing may cost much more than it is long.
LONG = (
    (("freeze", "compounds"),),
    (("freeze", "history"),),
    (("freeze", "docket"), ("freeze", "history")),
    (("freeze", "streets"), ("freeze", "strata")),
    (("log", "events"),),
    (("drawn", "visits"),),
    (("plan", "packages", 0, "stops"),),
    (("table", "packages"), ("table", "seats")),
    (("table", "people"), ("table", "packages")),
    (("table", "elements"), ("table", "pairs")),
    (("private", "private", "inspectors"), ("private", "private", "leave")),
)


@pytest.mark.parametrize("lists", LONG, ids=lambda x: "+".join(p[-1] for p in x))
def test_long_lists_cost_what_they_are_long(
    month: Month, tmp_path: Path, lists: tuple[tuple[Any, ...], ...]
) -> None:
    docs = forger.load(month.closed.auditor)
    for path in lists:
        rows = nested(docs, *path)
        more = N // len(lists)
        rows += [fresh(rows[k % len(rows)], k) for k in range(more)]
    path = forger.write(tmp_path, forger.dump(docs))
    start = time.process_time()
    with suppress(verify.NotABundle):
        assert verify.verify_bundle(path).count(verify.FAILS)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN])
def test_what_takes_too_long_ends_by_itself(
    month: Month,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    handler: Any,
) -> None:
    """Also in the background, where a shell lets the interrupt be ignored."""

    def endless(*_: Any) -> Any:
        while True:
            pass

    monkeypatch.setattr(verify, "verify_bundle", endless)
    path = forger.write(tmp_path, month.closed.files)
    before = signal.signal(signal.SIGINT, handler)
    try:
        assert verify.main([str(path), "--max-seconds", "1"]) == 2
    finally:
        signal.signal(signal.SIGINT, before)
    assert "--max-seconds 1" in capsys.readouterr().err


# ------------------------------------------------------------------ the console


@pytest.mark.parametrize("flags", [[], ["--json"]])
@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1", "cp1252", "utf-8"])
def test_any_console_shows_the_report(
    month: Month, tmp_path: Path, encoding: str, flags: list[str]
) -> None:
    good = forger.write(tmp_path / "good", month.closed.files)
    bad = forger.write(tmp_path / "bad", {**month.closed.files, "seal.json": b"{}"})
    for path, status in ((good, 0), (bad, 1), (tmp_path / "none", 2)):
        done = subprocess.run(
            [sys.executable, "-S", str(FILE), str(path), *flags],
            capture_output=True,
            env={"PYTHONIOENCODING": encoding},
            check=False,
        )
        assert done.returncode == status, done.stderr
        text = (done.stdout or done.stderr).decode(encoding)
        assert "Traceback" not in text
        assert "cannot be checked" in text if status == 2 else "freeze.strata" in text
        if not flags and status < 2:
            mark = {"gbk": "√", "utf-8": "✓"}.get(encoding, "[ok]")
            assert f"{mark} bundle.canonical" in text or status
            assert ("公示包" in text) == (encoding in ("gbk", "utf-8"))


def test_help_is_readable_on_any_console() -> None:
    for encoding in ("gbk", "ascii"):
        done = subprocess.run(
            [sys.executable, "-S", str(FILE), "--help"],
            capture_output=True,
            env={"PYTHONIOENCODING": encoding},
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")


# ------------------------------------------------------------------ a double click


@pytest.mark.parametrize(
    ("argv", "system", "outer", "tty", "own"),
    [
        ([], "nt", {}, True, True),
        (["D:\\公示包"], "nt", {}, True, True),
        (["D:\\公示包"], "nt", {"PROMPT": "$P$G"}, True, False),
        (["D:\\公示包"], "nt", {}, False, False),
        (["--json"], "nt", {}, True, False),
        (["a", "--json"], "nt", {}, True, False),
        ([], "posix", {}, True, False),
        (["a"], "posix", {}, True, False),
    ],
)
def test_a_double_click_is_told_from_a_command(
    argv: list[str], system: str, outer: dict[str, str], tty: bool, own: bool
) -> None:
    assert verify.clicked(argv, system, outer, tty) is own


def test_a_double_click_asks_for_the_bundle_and_waits_at_the_end(
    month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = forger.write(tmp_path / "a folder", month.closed.files)
    questions: list[str] = []

    def ask(text: str) -> str:
        questions.append(text)
        return f'"{good}" ' if len(questions) == 1 else ""

    assert verify.opened_by_click([], ask) == 0
    assert len(questions) == 2 and "exit 0" in questions[1]
    assert "freeze.strata" in capsys.readouterr().out
    questions.append("")
    assert verify.opened_by_click([str(tmp_path / "none")], ask) == 2
    assert "exit 2" in questions[-1]


def test_a_window_closed_while_asked_ends_quietly() -> None:
    def closed(text: str) -> str:
        raise EOFError

    assert verify.opened_by_click([], closed) == 2


def test_a_reader_that_stops_early_sees_no_traceback(
    month: Month, tmp_path: Path
) -> None:
    forger.write(tmp_path, month.closed.files)
    program = [sys.executable, "-S", verify.__file__, str(tmp_path)]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.close()
        assert run.stderr.read() == b""
        assert run.wait() == 0
