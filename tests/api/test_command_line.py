"""`inspector init | serve | worker | backup | restore`, as people type them."""

from __future__ import annotations

import getpass
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from service_server import ROOT, free_port

from inspector.__main__ import SERVICE, main

PASSWORD = "correct horse 电池 staple"
CODE = re.compile(r"^inspector: ([a-z]+\.[a-z_]+): .*/ .*", re.M)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, cheap hashes, and no other setting."""
    for name in [n for n in os.environ if n.startswith("SUNLOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SUNLOT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SUNLOT_HASH_MEMORY_KIB", "64")
    return tmp_path


@pytest.fixture
def ready(home: Path) -> Path:
    """The same after `inspector init`."""
    (home / "password").write_text(PASSWORD + "\n", "utf-8")
    arguments = ["init", "wuzhou", "--name", "梧州"]
    assert main([*arguments, "--password-file", str(home / "password")]) == 0
    return home


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The code of the one message; exit 2, no traceback."""
    capsys.readouterr()
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    found = CODE.findall(said.err)
    assert len(found) == 1, said.err
    return str(found[0])


def test_init_makes_everything_and_says_where_the_key_is(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(home / "password")
    (home / "password").write_text(PASSWORD + "\n", "utf-8")
    assert main(["init", "wuzhou", "--name", "梧州", "--password-file", file]) == 0
    key = home / "data" / "sunlot.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (home / "data" / "sunlot.db").is_file()
    told = capsys.readouterr().out
    assert str(key) in told
    assert "bureau wuzhou" in told
    assert PASSWORD not in told
    assert refused(capsys, "init", "wuzhou", "--password-file", file) == "bureau.taken"


def test_init_asks_for_the_password_twice(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    answers = iter([PASSWORD, "another", PASSWORD, PASSWORD])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    assert refused(capsys, "init", "wuzhou") == "service.password"
    assert not (home / "data").exists()
    assert main(["init", "wuzhou"]) == 0


def test_init_reads_the_password_from_standard_input(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    weak = refused(capsys, "init", "wuzhou", "--password-file", "-")
    assert weak == "service.weak"
    assert not (home / "data").exists()
    assert refused(capsys, "init", "wuzhou") == "service.password"
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["init", "wuzhou", "--password-file", "-"]) == 0


def test_a_password_is_never_an_argument(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["init", "wuzhou", "--password", PASSWORD])
    assert refusal.value.code == 2
    assert not (home / "data").exists()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("command", list(SERVICE))
def test_the_help_of_each_command_shows_the_settings_in_both_languages(
    home: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0
    told = capsys.readouterr().out
    for word in SERVICE[command].split(" / "):
        assert word.split()[0] in told
    assert "SUNLOT_DATABASE=" in told
    assert "数据库地址" in told
    assert "settings (environment variables)" in told


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SUNLOT_PROT", "8000", "service.setting"),
        ("SUNLOT_PORT", "eight", "service.setting"),
        ("SUNLOT_DATABASE", "rubbish", "service.database"),
        ("SUNLOT_DATABASE", "nosuch://x/y", "service.driver"),
        ("SUNLOT_DATABASE", "sqlite:////no/such/folder/x.db", "service.database"),
        ("SUNLOT_DATABASE", "postgresql+psycopg://x@127.0.0.1:1/y", "service.database"),
        ("SUNLOT_KEY", "rubbish", "vault.key"),
    ],
)
def test_what_cannot_work_is_one_message_with_a_code(
    home: Path,
    name: str,
    value: str,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)
    assert refused(capsys, "serve") == code


def test_nothing_runs_before_init(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "worker") == "vault.key"
    assert refused(capsys, "backup", str(home / "b.zip")) == "vault.key"
    assert refused(capsys, "serve") == "service.empty"


def test_a_lost_key_is_never_replaced_by_a_new_one(
    ready: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ready / "data" / "sunlot.key"
    key.rename(ready / "kept")
    for arguments in (["serve"], ["worker"], ["init", "zibo", "--password-file", "x"]):
        if arguments[0] == "init":
            arguments[-1] = str(ready / "password")
        assert refused(capsys, *arguments) == "vault.key"
        assert not key.exists()


def test_a_backup_is_restored_with_the_key_and_checked(
    ready: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = ready / "b.zip"
    assert main(["backup", str(saved)]) == 0
    assert "events" in capsys.readouterr().out
    assert saved.stat().st_mode & 0o077 == 0
    assert refused(capsys, "restore", str(saved)) == "backup.not_empty"
    assert refused(capsys, "backup", str(ready / "no" / "b.zip")) == "service.system"
    monkeypatch.setenv("SUNLOT_DATA", str(ready / "other"))
    assert refused(capsys, "restore", str(saved)) == "vault.key"
    monkeypatch.setenv("SUNLOT_KEY_FILE", str(ready / "data" / "sunlot.key"))
    assert refused(capsys, "restore", str(ready / "none.zip")) == "backup.damaged"
    assert main(["restore", str(saved)]) == 0
    assert "事件链" in capsys.readouterr().out
    assert refused(capsys, "init", "wuzhou", "--password-file", str(ready / "password"))


def test_serve_answers_until_it_is_told_to_stop(ready: Path) -> None:
    port = free_port()
    own = {"SUNLOT_PORT": str(port), "SUNLOT_WORKERS": "1", "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "inspector"]
    with (ready / "said").open("wb") as said:
        process = subprocess.Popen(
            [*program, "serve"],
            env=os.environ | own,
            stdout=subprocess.PIPE,
            stderr=said,
        )
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200
        told(ready / "said", "worker started", process)
        again = subprocess.run(
            [*program, "serve"],
            env=os.environ | own,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert again.returncode == 2
        assert "service.system" in again.stderr
        assert "Traceback" not in again.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=120)
    assert process.returncode == 0, (ready / "said").read_text("utf-8")
    assert rest == b""
    said_calmly((ready / "said").read_text("utf-8"))
    with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.1", port)):
        pass


def told(said: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a running program has said these words."""
    until = time.monotonic() + 120
    while words not in said.read_text("utf-8"):
        assert process.poll() is None, said.read_text("utf-8")
        assert time.monotonic() < until
        time.sleep(0.1)


def said_calmly(text: str) -> None:
    """Nothing died on the way out, neither the program nor a worker beside it."""
    for word in ("Fatal Python error", "Traceback", "Exception"):
        assert word not in text, text


@pytest.mark.parametrize("words", ["serving", "worker started"])
def test_ctrl_c_at_a_terminal_ends_serve_at_any_moment(ready: Path, words: str) -> None:
    said = ready / "said"
    own = {"SUNLOT_PORT": str(free_port()), "PYTHONPATH": str(ROOT)}
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "inspector", "serve"],
            env=os.environ | own,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            # where tests run in the background, SIGINT comes ignored
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    told(said, words, process)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does: the whole group
    assert process.wait(60) in (0, 130)
    said_calmly(said.read_text("utf-8"))


def test_the_day_of_every_bureau_is_begun_by_a_timer_as_often_as_it_likes(
    ready: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    for _ in range(2):
        assert main(["daily"]) == 0
        assert (
            "到期自动登记 entered by the calendar: 0 项 moves"
            in capsys.readouterr().out
        )


def test_a_worker_stops_when_it_is_told(ready: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "inspector", "worker"]
    said = ready / "said"
    with said.open("wb") as log:
        process = subprocess.Popen(program, env=env, stderr=log)
    told(said, "worker started", process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert "worker stopped" in said.read_text("utf-8")
    said_calmly(said.read_text("utf-8"))


def test_a_month_is_moved_by_a_steps_file(
    ready: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can go wrong; `test_handover` moves real months."""
    file = ready / "month.json"
    assert refused(capsys, "export-month", "none", str(file)) == "http.not_found"
    assert not file.exists()
    assert refused(capsys, "import-month", "wuzhou", str(file)) == "service.system"
    file.write_text("{}", "utf-8")
    assert refused(capsys, "import-month", "wuzhou", str(file)) == "input.faults"
    assert refused(capsys, "import-month", "nowhere", str(file)) == "http.not_found"
    file.write_text('{"schema": "inspector/steps/v2", "steps": []}', "utf-8")
    assert refused(capsys, "import-month", "wuzhou", str(file)) == "steps.begin"
