"""How the shell is built: what imports what, and how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "api"
FILES = sorted(ROOT.rglob("*.py"))
# What the shell sees of the core (DESIGN §4, and the words everybody uses).
CORE = {
    *("__version__", "errors", "domain", "policy", "sources", "workdays", "places"),
    "beijing",
    *("codec", "words", "months", "law", "printable"),
    *("registry", "ceremony", "check", "month"),
    # the solver's words for its budget and progress, and the solver itself in a job
    *("schedule", "replan", "why"),
    *("docket", "credit", "results", "year", "selection.ranking"),
    # the month that `inspector demo` has run
    "command.walk",
    # a plan on paper, explained, previewed: the same words as on the command line
    *("command.sheets", "command.explain", "command.preview"),
    *("command.workbook", "command.plan_book"),
    # a clerk's workbook that comes back, and one to fill in
    *("command.returned_book", "command.template"),
    # results of a lottery as they are printed; when an issue is drawn
    *("balls", "lottery_calendar"),
    # whom the scope of a draw admits: one rule for the draw and for its public page
    "selection.draw",
    # how many times a street's minimum raises its chances
    "selection.stands",
    # how often a firm was inspected: one count for results, papers and pages
    "selection.yearly",
    # what the public's own program says of a bundle
    "verify",
}
# Floors of the shell, highest first. A room sees only what lies below it, and rooms of
# one floor do not see each other. A room is a folder or a file at the top.
FLOORS = (
    {"operations", "migrations"},  # what starts, fills, saves and upgrades a service
    {"__init__"},
    {"app"},
    {"blueprints"},
    {"pages"},
    {"year"},
    {"public"},
    {"field", "rules"},
    {"docket", "credit"},
    {"months"},
    {"registry"},
    {"access"},
    {"jobs"},
    {"web"},
    {"papers", "site"},
    {"passwords", "replayed", "settings", "shelf", "store", "vault"},
    {"answers", "clock", "errors", "figures", "logs"},
)
FLOOR = {room: k for k, rooms in enumerate(reversed(FLOORS)) for room in rooms}
WEB = {"flask", "flask_smorest", "flask_wtf", "werkzeug", "marshmallow"}
# Who knows the web, besides web/ and each subject's `routes*.py`. All others take a
# desk or values: the command line, the worker and tests call them without Flask.
WEBBED = ("app.py", "logs.py")
# Who names the routes of all subjects, to put the service together.
GATHERS = ("blueprints.py",)


def imports(text: str) -> list[str]:
    out = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            out += [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, node.lineno
            out += [f"{node.module}.{a.name}" for a in node.names]
    return out


def inside_shell(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(inside: str) -> str:
    return inside.split("/")[0].removesuffix(".py")


def told_by_routes(inside: str) -> bool:
    """The files of a subject that parse requests and shape answers."""
    return inside.rpartition("/")[2].startswith("routes")


def webbed(inside: str) -> bool:
    return told_by_routes(inside) or inside.startswith("web/") or inside in WEBBED


def allowed(inside: str, name: str) -> bool:
    """Whether a file of the shell may import this."""
    here, (top, *rest) = room(inside), name.split(".")
    if top == "inspector":
        return bool({rest[0], ".".join(rest[:2])} & CORE)
    if top == "api":
        there = rest[0] if rest[0] in FLOOR else "__init__"
        views = len(rest) > 1 and told_by_routes(rest[1])
        if views and not told_by_routes(inside) and inside not in GATHERS:
            return False
        return there == here or FLOOR[there] < FLOOR[here]
    if top == "scenarios":
        return here == "operations"
    return top not in WEB or webbed(inside)


def faults(inside: str, text: str) -> list[str]:
    """What a file imports that its place forbids."""
    return [name for name in imports(text) if not allowed(inside, name)]


@pytest.mark.parametrize("path", FILES, ids=inside_shell)
def test_a_room_of_the_shell_keeps_its_place(path: Path) -> None:
    inside, text = inside_shell(path), path.read_text("utf-8")
    assert faults(inside, text) == []
    limit = 1200 if inside.startswith("migrations/") else 420
    assert text.count("\n") <= limit, inside


def test_every_room_of_the_shell_has_its_floor() -> None:
    rooms = [name for floor in FLOORS for name in floor]
    assert len(rooms) == len(FLOOR)
    assert {room(inside_shell(path)) for path in FILES} == set(FLOOR)


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("public/index.py", "from api.year import plan"),
        ("months/anchors.py", "from api.public import index"),
        ("docket/cases.py", "from api.credit.facts import report"),
        ("credit/files.py", "import api.docket.views"),
        ("jobs/worker.py", "from api.months import job_schedule"),
        ("access/accounts.py", "from api.registry import entries"),
        ("store/moves.py", "from api.site import Desk"),
        ("site.py", "from api.web.work import desk"),
        ("web/work.py", "from api.months import steps"),
        ("docket/cases.py", "from api import create_app"),
        ("field/visits.py", "import flask"),
        ("year/plan.py", "from marshmallow import Schema"),
        ("months/closing.py", "from api.months.routes import blp"),
        ("months/basis.py", "from inspector.command import files"),
        ("year/plan.py", "from scenarios import year"),
    ],
)
def test_a_forbidden_import_of_the_shell_is_caught(inside: str, line: str) -> None:
    assert ROOT / inside in FILES
    assert len(faults(inside, line)) == 1


def test_no_files_of_the_shell_see_each_other_in_a_circle() -> None:
    """Within a room too, and also by imports that are made only when needed."""
    named = {
        ("api." + inside_shell(p).removesuffix(".py").replace("/", ".")): p
        for p in FILES
    }
    named = {name.removesuffix(".__init__"): path for name, path in named.items()}
    sees: dict[str, set[str]] = {}
    for name, path in named.items():
        found = imports(path.read_text("utf-8"))
        found = [n if n in named else n.rpartition(".")[0] for n in found]
        sees[name] = {n for n in found if n in named and n != name}
    # What sees nothing that is left is taken away; what remains goes round.
    while done := {n for n, others in sees.items() if not others & sees.keys()}:
        sees = {n: others for n, others in sees.items() if n not in done}
    assert sorted(sees) == []


def test_papers_take_values_and_know_no_desk() -> None:
    for path in sorted((ROOT / "papers").glob("*.py")):
        own = [n for n in imports(path.read_text("utf-8")) if n.startswith("api.")]
        wrong = [n for n in own if not n.startswith(("api.papers.", "api.errors."))]
        assert not wrong, (path.name, wrong)


# What is no service: forms on paper, the queue and its worker, the store, the replay of
# a month, the factory, a demonstration and a backup.
LONGER = (
    *("papers/forms.py", "papers/lists.py", "papers/ics.py"),
    *("papers/approvals.py", "papers/records.py"),
    *("jobs/", "months/job_schedule.py", "months/steps.py", "store/", "migrations/"),
    *("app.py", "operations/backup.py"),
    *("operations/demo.py", "operations/demo_matters.py"),
)


def test_services_are_short() -> None:
    """Load, one core call, append the event, commit: at most 20 lines."""
    for path in FILES:
        inside = inside_shell(path)
        if told_by_routes(inside) or inside.startswith(("web/", *LONGER)):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                lines = (node.end_lineno or 0) - body[0].lineno + 1
                assert lines <= 20, f"{inside}:{node.name} has {lines} lines"
