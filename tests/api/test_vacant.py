"""A seat that nobody took over: no reader of seats shows who left it as going."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from month_logs import officers
from service_field import Crew, officer
from test_field_changes import change
from test_my import ask_recusal, decide

import api
from api.field.duties import Field
from inspector.domain import Inspector, Role

ROOT = Path(api.__file__).parent
MONTHS = "/api/v1/bureau/months"


def absent(team: Crew, who: str) -> None:
    day = str(team.package.day)
    change(team, "absence", {"inspector": who, "day": day, "reason": "illness"})


def emptied(team: Crew, role: Role = Role.LEAD) -> tuple[Inspector, Field]:
    """Everybody who comes into the seat is absent until nobody is left: the last one,
    and the month then."""
    who = None
    while True:
        field = team.field()
        comes = dict(field.seated(team.package.id))[role]
        if comes is None:
            assert who is not None
            return who, field
        who = comes
        absent(team, who.id)


def recused(team: Crew) -> tuple[Inspector, Field]:
    """All reserves of the first officer are absent, and then he is recused."""
    field = team.field()
    seat = f"{team.package.id}/lead"
    for name in dict(field.assigned.now.reserves)[seat]:
        absent(team, field.names[name])
    who = dict(field.seated(team.package.id))[Role.LEAD]
    assert who is not None
    assert decide(team, ask_recusal(team).json["id"], True).status_code == 200
    assert seat in team.field().assigned.vacant
    return who, team.field()


def told(answer: Any) -> str:
    """What an answer says, whatever its format."""
    assert answer.status_code == 200, answer.text
    if answer.mimetype.endswith("json"):
        return json.dumps(answer.json, ensure_ascii=False)
    if answer.mimetype.startswith("text/"):
        return str(answer.text)
    if "wordprocessing" in answer.mimetype:
        return docx_text(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = [(n, archive.read(n)) for n in archive.namelist()]
    return "\n".join(
        docx_text(data) if n.endswith(".docx") else data.decode() for n, data in files
    )


def docx_text(data: bytes) -> str:
    doc = Document(io.BytesIO(data))
    cells = [c.text for t in doc.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in doc.paragraphs), *cells])


def phone(team: Crew) -> str:
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    return told(team.client(1).get(path))


def door(team: Crew) -> str:
    path = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    code = team.client(1).get(path).json["door"]
    told(team.city.client().get(f"/wuzhou/door/{code}"))
    seen = team.city.client().get(f"/api/v1/public/wuzhou/packages/{code}").json
    return json.dumps(seen["seats"], ensure_ascii=False)


def printed(name: str) -> Callable[[Crew], str]:
    def read(team: Crew) -> str:
        base = f"{MONTHS}/{team.month}/visits/{team.visit}/documents"
        return told(team.city.client("planner").get(f"{base}/{name}"))

    return read


def notices(team: Crew) -> str:
    path = f"{MONTHS}/{team.month}/documents/notices.zip?day={team.package.day}"
    return told(team.city.client("planner").get(path))


def sheet(team: Crew) -> str:
    path = f"{MONTHS}/{team.month}/documents/routes/{team.package.id}.html"
    return told(team.city.client("planner").get(path))


def plan(team: Crew) -> str:
    path = f"{MONTHS}/{team.month}/documents/plan.json"
    body = team.city.client("planner").get(path).json
    return json.dumps(
        [p["team"] for p in body["packages"] if p["id"] == team.package.id],
        ensure_ascii=False,
    )


READERS: dict[str, Callable[[Crew], str]] = {
    "phone": phone,
    "door": door,
    "notice": printed("notice.docx"),
    "record": printed("record.docx"),
    "notices": notices,
    "route sheet": sheet,
    "plan.json": plan,
}


def test_no_reader_shows_who_left_a_seat_vacant(team: Crew) -> None:
    before = {name: read(team) for name, read in READERS.items()}
    (lead, _) = (who for _, who in team.field().team(team.package.id)[:2])
    assert all(shows(text, lead) for text in before.values()), before
    gone, field = emptied(team)
    names = field.assigned.frozen.names
    assert names[gone.id] == dict(field.assigned.now.holders)[f"{team.package.id}/lead"]
    for name, read in READERS.items():
        text = read(team)
        assert not shows(text, gone), name
        assert not shows(text, lead), name
        assert "空缺" in text or "vacant" in text or name == "plan.json", name
    assert officers(field.assigned)[team.package.id] == ("", team.officers[1])


def shows(text: str, who: Inspector) -> bool:
    return any(x in text for x in (who.name, who.cert_no, f'"{who.cert_no[-4:]}"'))


@pytest.mark.one_database
@pytest.mark.parametrize("left", [emptied, recused])
def test_who_left_a_seat_vacant_does_not_see_its_package(
    team: Crew, left: Callable[[Crew], tuple[Inspector, Field]]
) -> None:
    gone, _ = left(team)
    client = officer(team.city, gone.id)
    here = f"/api/v1/my/months/{team.month}/packages/{team.package.id}"
    assert client.get(here).status_code == 404
    assert client.get(f"{team.path}/draft").status_code == 404
    for what in ("duties", "packages", "visits"):
        rows = client.get(f"/api/v1/my/{what}").json["items"]
        assert str(team.package.day) not in {r["day"] for r in rows}, what
    calendar = client.get("/api/v1/my/documents/duty.ics").text
    assert team.package.day.strftime("%Y%m%d") not in calendar
    found = team.city.client("planner").get(
        f"{MONTHS}/{team.month}/explain?what={gone.id}"
    )
    (answer,) = found.json["answers"]
    assert team.package.id not in {d["package"] for d in answer["duties"]}
    assert team.package.id in {c["package"] for c in answer["chances"]}


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.LEAD, Role.SECOND])
def test_the_leader_sees_that_a_visit_lacks_an_officer(team: Crew, role: Role) -> None:
    leader = team.city.client("leader")
    month = f"{MONTHS}/{team.month}"

    def missing() -> dict[str, Any]:
        rows = leader.get(month).json["missing"]
        return {r["code"]: r["params"] for r in rows}

    assert "month.vacant" not in missing()
    emptied(team, role)
    stops = {s.visit for s in team.package.stops}
    assert missing()["month.vacant"] == {"count": len(stops)}
    rows = leader.get(f"{month}/results?view=deadlines&limit=500").json["items"]
    lacks = {r["visit"]: r["vacant"] for r in rows if r["vacant"]}
    assert lacks == {visit: [role.value] for visit in stops}


def test_the_service_asks_one_function_who_goes() -> None:
    """Names in `Assigned.now` may be of people who left: `going` tells who goes. The
    people leaf alone, which the door opens, keeps them."""
    found = []
    for folder in (ROOT, ROOT.parent / "inspector" / "command"):
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr == "holders":
                    found.append(path.name)
    # And a calendar tells a date cancelled to whom it once was drawn.
    assert sorted(found) == ["door.py", "duties.py", "duties.py"]
