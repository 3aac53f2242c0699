"""`inspector demo` serves three made-up months, and README's examples run there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import demo_pages
import demo_walk
import pytest
from forbidden import in_folder, pieces, wrong

from api.operations.demo import PASSWORD, ROLES
from api.operations.demo_ceremony import value_of
from inspector.ceremony.seed import valid_value
from inspector.policy import Source

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "api" / "README.md").read_text("utf-8")
OFFICERS = ("inspector", "inspector2")
START = 240  # seconds a busy machine may take


class Demo:
    """`inspector demo` on a free port; what it prints and says goes to files."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "month"
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = int(s.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary)}
        env = {k: v for k, v in os.environ.items() if not k.startswith("SUNLOT_")}
        program = ("-m", "inspector", "demo", "--port", str(self.port))
        self._printed, self._said = folder / "printed", folder / "said"
        with self._printed.open("wb") as printed, self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, *program, "--out", str(self.out), "--time-limit", "2"],
                env=env | own,
                stdout=printed,
                stderr=said,
            )

    @property
    def printed(self) -> str:
        return self._printed.read_text("utf-8")

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def wait(self) -> None:
        until = time.monotonic() + START
        while "curl" not in self.printed:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.1)

    def get(self, path: str, browser: Any = urllib.request) -> Any:
        opened = browser.open if browser is not urllib.request else browser.urlopen
        with opened(self.base + path, timeout=60) as answer:
            return json.loads(answer.read())

    def signed_in(self, name: str) -> Any:
        """A browser with this account's cookie, and its token to send something."""
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        browser = urllib.request.build_opener(jar)
        body = {"bureau": "wuzhou", "name": name, "password": PASSWORD}
        request = urllib.request.Request(
            f"{self.base}/api/v1/auth/session",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with browser.open(request, timeout=60) as answer:
            assert answer.status == 200
            csrf = json.loads(answer.read())["csrf"]
        browser.addheaders = [("X-CSRFToken", csrf)]
        return browser

    def post(self, path: str, browser: Any, body: dict[str, Any]) -> Any:
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, headers)
        with browser.open(request, timeout=60) as answer:
            return json.loads(answer.read())

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("demo"))
    try:
        made.wait()
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def test_the_start_says_what_it_is_and_tells_every_account_once(demo: Demo) -> None:
    told = demo.printed
    assert "演示服务 demonstration" in told
    assert "均为合成" in told
    assert told.count(f"password of all is: {PASSWORD}") == 1
    for name in (*ROLES, *OFFICERS):
        assert re.search(rf"^  {name} ", told, re.M), name
    assert demo.base in told


def test_the_closed_month_is_published_byte_for_byte_as_it_was_run(demo: Demo) -> None:
    months = demo.get("/api/v1/public/wuzhou/months")["items"]
    assert [(m["month"], m["stage"]) for m in months] == [
        ("2027-02", "assigned"),
        ("2027-01", "assigned"),
        ("2026-12", "closed"),
    ]
    assert all(m["demonstration"] for m in months)
    base = f"/api/v1/public/wuzhou/months/{months[-1]['id']}/documents?limit=500"
    newest = {d["name"]: d["sha256"] for d in demo.get(base)["items"]}
    made = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in (demo.out / "bundle").iterdir()
    }
    assert newest == made


@pytest.mark.parametrize("name", [*ROLES, *OFFICERS])
def test_every_sample_account_signs_in(demo: Demo, name: str) -> None:
    shown = demo.get("/api/v1/auth/session", demo.signed_in(name))
    role = "inspector" if name in OFFICERS else name
    assert shown["roles"] == [role]
    assert bool(shown["inspector"]) == (name in OFFICERS)


@pytest.mark.parametrize("name", OFFICERS)
def test_an_officer_finds_his_package_of_the_day(demo: Demo, name: str) -> None:
    packages = demo.get("/api/v1/my/packages", demo.signed_in(name))
    assert len(packages["items"] if isinstance(packages, dict) else packages) >= 1


def test_leader_planner_and_auditor_have_something_to_see(demo: Demo) -> None:
    months = demo.get("/api/v1/bureau/months", demo.signed_in("planner"))["items"]
    opened = next(m["id"] for m in months if m["month"] == "2027-02")
    path = f"/api/v1/bureau/months/{opened}/results"
    states = {r["state"] for r in demo.get(path, demo.signed_in("leader"))["items"]}
    assert states >= {"signed", "passed"}
    shown = demo.get(f"/api/v1/bureau/months/{opened}", demo.signed_in("head"))
    assert [e["value"] for e in shown["entropy"]].count("") == 0
    assert demo.get("/api/v1/public/wuzhou/docket")["items"]
    events = demo.get("/api/v1/audit/events?limit=500", demo.signed_in("auditor"))
    kinds = {e["kind"] for e in events["items"]}
    assert kinds >= {"registry_frozen", "plan_sealed", "people_assigned"}
    jobs = demo.get("/api/v1/bureau/jobs", demo.signed_in("planner"))["items"]
    assert [j["state"] for j in jobs] == ["done"] * 2


PUBLIC = "/api/v1/public/wuzhou"


def test_the_sheets_of_the_month_that_was_run_say_nothing_forbidden(demo: Demo) -> None:
    assert in_folder(demo.out) == []


def test_the_yearly_plan_is_public_and_the_open_months_follow_it(demo: Demo) -> None:
    plan = demo.get(f"{PUBLIC}/year/2027")
    assert (plan["standing"], plan["published_on"]) == ("published", "2027-01-18")
    (filed,) = plan["filings"]
    assert (filed["number"], filed["day"]) == ("演示备案〔2027〕1号", "2027-01-18")
    assert [(m["month"], m["plan"]) for m in plan["months"]] == [
        ("2027-01", "provisional"),
        ("2027-02", "published"),
    ]
    batches = [[c["batch"] for c in m["classes"]] for m in plan["months"]]
    assert batches == [[6, 3, 2, 0], [6, 4, 2, 1]]
    for c in (c for m in plan["months"] for c in m["classes"]):
        expected = Fraction(*c["expected"])
        assert abs(expected - c["batch"]) < 1
        assert abs(c["drawn"] - expected) < 2


def files_of(demo: Demo, month: dict[str, Any], folder: Path) -> Path:
    """The month's public bundle, fetched."""
    base = f"{PUBLIC}/months/{month['id']}/bundle?as=zip"
    path = folder / f"{month['month']}.zip"
    with urllib.request.urlopen(demo.base + base, timeout=60) as answer:
        path.write_bytes(answer.read())
    return path


def test_the_months_overlap_as_in_an_office(demo: Demo, tmp_path: Path) -> None:
    """Each is frozen while the one before is in the field, and says what it holds."""
    months = demo.get(f"{PUBLIC}/months")["items"]
    february, january, december = (files_of(demo, m, tmp_path) for m in months)
    frozen, open_, events = {}, {}, {}
    for path in (december, january, february):
        with zipfile.ZipFile(path) as bundle:
            inside = {Path(n).name: n for n in bundle.namelist()}
            doc = json.loads(bundle.read(inside["freeze.json"]))
            log = json.loads(bundle.read(inside["log.json"]))["events"]
        frozen[path] = doc["frozen_at"]
        open_[path] = [(e["origin"].split("/")[1], e["open"]) for e in doc["logs"]]
        events[path] = [(e["event"], e.get("at", "")) for e in log]
    assert open_ == {
        december: [],
        january: [("2026-12", True)],
        february: [("2026-12", False), ("2027-01", True)],
    }
    for earlier, later in ((december, january), (january, february)):
        results = [at for event, at in events[earlier] if event == "result"]
        assert results
        assert max(results) > frozen[later]
    assert not [at for event, at in events[january] if event == "closed"]
    assert {"assigned", "result"} <= {event for event, _ in events[february]}
    # exit 3: nothing fails, the month is not opened yet
    before = ["--before", str(december), "--before", str(january)]
    told = subprocess.run(
        [sys.executable, "-S", ROOT / "inspector/verify.py", february, *before],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 3, told.stdout
    assert "✓ history.chain" in told.stdout


def test_one_company_is_on_each_list_and_belongs_there(demo: Demo) -> None:
    planner = demo.signed_in("planner")
    told = demo.post("/api/v1/bureau/trials", planner, {"kind": "rolls"})
    steps = {"red": ["notified", "listed"], "black": ["notified", "heard", "listed"]}
    for roll, kinds in steps.items():
        (entry,) = demo.get(f"{PUBLIC}/rolls/{roll}")["items"]
        assert [s["step"] for s in entry["steps"]] == kinds
        assert "演示" in entry["reason"]
        assert entry["subject"] in told[roll]


def test_signals_were_verified_by_another_than_reported_them(demo: Demo) -> None:
    planner = demo.signed_in("planner")
    facts = demo.get("/api/v1/bureau/signals?limit=500", planner)["items"]
    told = [f for f in facts if f["document"].startswith("演示")]
    states = Counter((f["polarity"], f["state"]) for f in told)
    assert states == {
        ("praise", "accepted"): 3,
        ("criticism", "accepted"): 3,
        ("criticism", "rejected"): 1,
        ("criticism", "pending"): 1,
    }
    (waiting,) = demo.get("/api/v1/bureau/signals?pending=true", planner)["items"]
    assert waiting["state"] == "pending"
    days = demo.get(f"{PUBLIC}/credit/gradings")["items"]
    assert {d["day"] for d in days} == {"2027-01-15", "2027-01-22"}


def test_the_docket_has_problems_measures_and_deadlines(demo: Demo) -> None:
    rows = demo.get(f"{PUBLIC}/docket?limit=500")["items"]
    measures = [r for r in rows if r["measure"]]
    assert len(measures) >= 2
    assert any(r["deadline"] for r in measures)
    (total,) = demo.get(f"{PUBLIC}/docket/counters")["items"]
    assert total["found"] > total["solved"] > 0
    auditor = demo.signed_in("auditor")
    for kind in ("docket_problems_solved", "docket_day"):
        assert demo.get(f"/api/v1/audit/events?kind={kind}", auditor)["items"], kind
    assert any(r["number"].startswith("2026-12-") for r in rows)


def test_no_result_and_no_case_of_the_demonstration_contradicts_another(
    demo: Demo,
) -> None:
    """An ordered result has its order with a deadline; closed is solved; an open case
    says what is next."""
    results = demo.get(f"{PUBLIC}/results?limit=500")["items"]
    ordered = [r for r in results if r["outcome"] == "ordered"]
    assert len(ordered) > 5
    for r in results:
        where = f"{PUBLIC}/months/{r['month_id']}/results/{r['visit']}"
        order = demo.get(where)["rectify_order"]
        if r["outcome"] == "ordered":
            assert order["day"] <= order["first"] <= order["last"]
            assert order["found"] == len(r["findings"])
            assert order["number"].startswith("责改")
        if not r["usc18"]:
            assert order is None or order["number"].startswith("督办")
    rows = demo.get(f"{PUBLIC}/docket?limit=500")["items"]
    rows += demo.get(f"{PUBLIC}/docket?sort=order&limit=500")["items"]
    assert {r["sort"] for r in rows} == {"case", "order"}
    for r in rows:
        if r["state"] == "closed":
            assert (r["found"], r["deadline"]) == (r["solved"], None)
            assert not r["next_step"]
        else:
            assert r["next_step"]
            assert r["next_who"]


def test_a_companys_page_links_its_problems_on_the_docket(demo: Demo) -> None:
    rows = demo.get(f"{PUBLIC}/docket/counters?by=company")["items"]
    (counted, *_) = [r for r in rows if r["key"] and r["solved"]]
    with urllib.request.urlopen(
        f"{demo.base}/wuzhou/companies/{counted['key']}", timeout=60
    ) as answer:
        text = answer.read().decode()
    told = text.split("docket/counters?by=company", 1)[1].split("</a>", 1)[0]
    numbers = [int(n) for n in re.findall(r"<strong>(\d+)", told)]
    assert numbers == [counted["found"], counted["solved"], counted["percent"]]


def test_an_objection_was_answered(demo: Demo) -> None:
    told = demo.get(f"{PUBLIC}/objections")
    counts, (row,) = told["counts"], told["items"]
    assert (counts["received"], counts["dismissed"], counts["open"]) == (1, 1, 0)
    assert row["received"] <= row["replied"] <= row["due"]


def test_calls_mediation_a_joint_meeting_and_a_study_are_there(demo: Demo) -> None:
    browser = demo.signed_in("planner")
    rows = demo.get("/api/v1/bureau/matters", browser)["items"]
    states = {(r["matter"], r["state"]) for r in rows}
    assert states == {
        ("whistle", "settled"),  # fees, and a dispute settled by the street
        ("whistle", "joint"),
        ("whistle", "visit"),  # the stand-by pair of today
        ("meeting", "held"),
        ("study", "planned"),
    }
    told = demo.get("/api/v1/public/wuzhou/matters")
    assert told["whistles"] == 4
    assert (told["decisions"], told["decisions_followed"]) == (3, 1)
    assert told["decisions_late"] == 1
    by_level = {m["level"]: m["settled"] for m in told["mediated"]}
    assert by_level["street"] == 1
    months = demo.get("/api/v1/bureau/months", browser)["items"]
    calls = [
        call["reason"]
        for month in months
        if month["stage"] == "assigned"
        for call in demo.get(f"/api/v1/bureau/months/{month['id']}/changes", browser)[
            "calls"
        ]
    ]
    assert calls == ["演示吹哨〔2027〕1号"]


def test_pages_say_that_everything_is_made_up(demo: Demo) -> None:
    names = ("results", "credit", "rolls", "docket", "docket/counters", "year")
    pages = [f"/wuzhou/{name}" for name in (*names, "objections")]
    for path in ("/", "/wuzhou", *pages, "/api/v1/docs"):
        with urllib.request.urlopen(demo.base + path, timeout=60) as answer:
            text = answer.read().decode()
        assert "演示" in text, path


def test_the_curl_examples_of_readme_run(demo: Demo, tmp_path: Path) -> None:
    found = re.search(r"<!-- run: curl -->\n```bash\n(.*?)```", README, re.S)
    assert found
    script = found[1].replace("http://127.0.0.1:8000", demo.base)
    script = script.replace("scenarios/", f"{ROOT}/scenarios/")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "不成立 fail 0" in done.stdout
    assert '"compound_name"' in done.stdout
    assert '"changes"' in done.stdout
    assert '"package"' in done.stdout
    assert "http.internal" not in done.stdout


def _papers(demo: Demo, *, every: bool) -> list[str]:
    """What papers and exports of the demonstration say and may not."""
    browser = demo.signed_in("planner")

    def get(path: str) -> bytes | None:
        try:
            with browser.open(demo.base + path, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as e:
            # no such paper of this one; an exit that nobody proposed
            if e.code == 404 or b"docket.no_exit" in e.read():
                return None
            raise

    rows = demo.get("/api/v1/bureau/months", browser)["items"]
    ids = {m["month"]: m["id"] for m in rows}
    if not every:
        ids = dict(sorted(ids.items())[1:])  # the months that are still in the field
    read = ids if every else dict([*ids.items()][:1])
    found = [*demo_walk.months(get, read, every=every)]
    found += demo_walk.cases(get, every=every)
    seen: set[tuple[bool, bool, bool]] = set()
    for month_id in ids.values():
        found += demo_walk.visits(get, month_id, seen, every=every)
    assert {firm for *_, firm in seen} == {True, False}
    return found


def test_no_paper_contradicts_what_it_is_about(demo: Demo) -> None:
    assert _papers(demo, every=False) == []


@pytest.mark.full
def test_no_paper_of_any_visit_contradicts_what_it_is_about(demo: Demo) -> None:
    assert _papers(demo, every=True) == []


def _published(demo: Demo, *, every: bool) -> list[str]:
    def get(path: str) -> tuple[str, bytes]:
        with urllib.request.urlopen(demo.base + path, timeout=60) as answer:
            return str(answer.headers["Content-Type"]), bytes(answer.read())

    return [*demo_pages.published(get, every=every)]


def test_no_page_answer_or_table_says_what_nobody_may_read(demo: Demo) -> None:
    assert _published(demo, every=False) == []


@pytest.mark.full
def test_none_of_all_pages_says_what_nobody_may_read(demo: Demo) -> None:
    assert _published(demo, every=True) == []


@pytest.mark.parametrize("name", demo_pages.STAFF)
def test_no_answer_to_staff_says_what_nobody_may_read(demo: Demo, name: str) -> None:
    for path in demo_pages.STAFF[name]:
        found = demo.get(f"/api/v1/{path}", demo.signed_in(name))
        assert [*demo_pages.answer(path, found)] == []


@pytest.mark.parametrize("name", OFFICERS)
def test_an_officers_calendar_has_days_and_one_language(demo: Demo, name: str) -> None:
    path = f"{demo.base}/api/v1/my/calendar.ics"
    with demo.signed_in(name).open(path, timeout=60) as answer:
        said = pieces("duty.ics", answer.read())
    assert wrong("duty.ics", said) == []
    assert "VEVENT" in said


def test_it_ends_calmly_and_leaves_nothing(tmp_path: Path, demo: Demo) -> None:
    """The last test of this file: it stops the demonstration."""
    assert any(demo.temporary.iterdir())
    assert demo.end() == 0
    assert list(demo.temporary.iterdir()) == []
    assert PASSWORD not in demo.said
    assert "Traceback" not in demo.said
    assert "Fatal Python error" not in demo.said
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        demo.get("/healthz")


@pytest.mark.parametrize(
    "source",
    [
        Source("d", "dice", "公开掷骰二十次", "1", "2027-01-20T08:00:00Z"),
        Source("l", "lottery", "大乐透", "2027007", "2027-01-20T13:25:00Z"),
        Source("s", "lottery", "双色球", "2027007", "2027-01-20T13:25:00Z"),
    ],
)
def test_made_up_entropy_has_the_form_of_its_source(source: Source) -> None:
    assert valid_value(source, value_of(source))
    assert value_of(source) == value_of(source)
    assert value_of(source) != value_of(replace(source, issue="2"))
