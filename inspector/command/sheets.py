"""Paper: one route sheet per package, one per car and day without compound names.

An assigned month → HTML files by name.

Plain HTML that opens and prints anywhere. A package sheet is for the two officers on
the morning; a car sheet tells the driver the half-hours of leaving and coming back,
nothing from which a place or a number of stops could be guessed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from inspector.domain import Package
from inspector.month import documents
from inspector.month.assigned import Assigned
from inspector.month.call_transport import taxis_of
from inspector.month.cars import in_use
from inspector.month.pack import Packed, duty_minutes
from inspector.places import map_link, metres
from inspector.printable import clock
from inspector.words import several, word

VACANT = ("空缺", "vacant")  # a seat in which nobody goes
STYLE = (
    "body{font:11pt/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:15mm;"
    "color:#111}h1{font-size:16pt;margin:0 0 2mm}p{margin:1mm 0}"
    "table{border-collapse:collapse;width:100%;margin:4mm 0}"
    "th,td{border:1px solid #666;padding:1.5mm 2mm;text-align:left;vertical-align:top}"
    "th{background:#eee}td:nth-child(-n+2){white-space:nowrap}.s{height:12mm}@page{size:A4;margin:12mm}"
)


def _page(title: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{body}</html>\n"
    ).encode()


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f"<th scope=col>{escape(h)}</th>" for h in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{_cell(c)}</td>" for c in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"


def _cell(text: str) -> str:
    """A text, or the code of an address."""
    if not text.startswith("https://"):
        return escape(text)
    # drawn only where sheets are printed
    import segno

    return str(segno.make(text, error="m").svg_inline(scale=2))


def cars_of(packed: Packed, assigned: Assigned | None = None) -> dict[str, str]:
    """Package → car: the cars in service of its office that day, in id order; "" for
    a called pair by taxi."""
    taxis = taxis_of(assigned) if assigned is not None else frozenset()
    cars = packed.frozen.registry.cars
    out: dict[str, str] = {}
    used: dict[tuple[str, str], int] = {}
    for p in packed.packing.packages:
        if p.id in taxis:
            out[p.id] = ""
            continue
        free = sorted(
            c.id
            for c in cars
            if c.office == p.office and in_use(c, p.day, packed.cars_out)
        )
        key = (p.office, p.day.isoformat())
        out[p.id] = free[used.get(key, 0)]
        used[key] = used.get(key, 0) + 1
    return out


def _package_sheet(
    packed: Packed, package: Package, car: str, team: str, lang: int
) -> bytes:
    """路线单: the day of one package, with distances and a code to navigate by."""
    frozen = packed.frozen
    visits = {v.id: v for v in packed.drawn.visits}
    compounds = {c.id: c for c in frozen.registry.compounds}
    here = next(o.place for o in frozen.registry.offices if o.id == package.office)
    rows, total = [], 0
    for k, s in enumerate(package.stops, 1):
        visit = visits[s.visit]
        c = compounds[visit.compound]
        leg = metres(frozen.policy.travel, here, visit.place)
        here, total = visit.place, total + leg
        kinds = several("kind", visit.kinds).of(lang)
        skill = word("skill", visit.skill).of(lang) if visit.skill else "–"
        where = c.address or c.community
        if c.approximate:
            where += f"（{word('precision', c.approximate).of(lang)}）"
        rows.append(
            (
                *(str(k), f"{clock(s.start)}–{clock(s.end)}", f"{leg / 1000:.1f}"),
                f"{c.name}（{c.id}）{where}",
                *(kinds, skill, s.visit, map_link(visit.place, c.name)),
            )
        )
    office = next(o.place for o in frozen.registry.offices if o.id == package.office)
    total += metres(frozen.policy.travel, here, office)
    lunch = ("无", "none")[lang]
    if package.lunch is not None:
        until = package.lunch + frozen.policy.day.lunch_minutes
        lunch = f"{clock(package.lunch)}–{clock(until)}"
    line = HEAD[lang].format(
        car=escape(car),
        depart=clock(package.depart),
        back=clock(package.back),
        lunch=lunch,
        travel=package.travel_minutes,
        km=f"{total / 1000:.1f}",
        duty=duty_minutes(package, frozen.policy),
    )
    title = ("检查路线单", "Route sheet")[lang]
    head = (
        f"<h1>{package.day.isoformat()} {title} {package.id}</h1>"
        f"<p>{line}</p><p>{escape(team)}</p>"
    )
    table = _table(tuple(label[lang] for label in ROUTE), rows)
    sign = (
        "<table><tr>"
        + "".join(f"<th>{label[lang]}</th>" for label in SIGNED)
        + "</tr><tr>"
        + "<td class=s></td>" * len(SIGNED)
        + "</tr></table>"
    )
    return _page(f"{package.id} {package.day.isoformat()}", head + table + sign)


# The last column is a code that opens the place on the phone.
ROUTE = (
    *(("序号", "No."), ("时间", "Time"), ("公里", "km"), ("小区、地址", "Compound")),
    *(("检查类型", "Kind"), ("专长", "Skill"), ("编号", "Visit"), ("导航", "Map")),
)
SIGNED = (("主办签名", "Lead"), ("协办签名", "Second"), ("日期", "Date"))
HEAD = (
    "车辆 {car} · 出发 {depart} · 返回 {back} · 午餐 {lunch} · 行车 {travel} 分钟，"
    "约 {km} 公里 · 在岗 {duty} 分钟",
    "Car {car} · leave {depart} · back {back} · lunch {lunch} · travel {travel} "
    "minutes, about {km} km · duty {duty} minutes",
)
CAR = (("日期", "Day"), ("车辆", "Car"), ("出发", "Leave"), ("返回", "Back"))
CAR_TEXT = (
    ("车辆用车单", "时间放宽到半小时，不载去处与停留；目的地当日早上由带队人告知。"),
    (
        "Car sheet",
        "Half-hours, no places, no stops: the lead names the place on the morning.",
    ),
)
NOT_DRAWN = ("待摇号", "not drawn yet")
TAXI = ("打车", "taxi")
HALF_HOUR = 30  # minutes: a car sheet is no finer


def _car_sheet(packed: Packed, car: str, mine: list[Package], lang: int) -> bytes:
    rows = [
        (
            p.day.isoformat(),
            car,
            clock(p.depart // HALF_HOUR * HALF_HOUR),
            clock(-(-p.back // HALF_HOUR) * HALF_HOUR),
        )
        for p in sorted(mine, key=lambda p: p.day)
    ]
    title, said = CAR_TEXT[lang]
    body = (
        f"<h1>{escape(packed.frozen.policy.month)} {title} {escape(car)}</h1>"
        f"<p>{said}</p>" + _table(tuple(label[lang] for label in CAR), rows)
    )
    return _page(f"{car}", body)


def month_sheets(
    packed: Packed, assigned: Assigned | None, *, english: bool = False
) -> dict[str, bytes]:
    """All sheets by file name under routes/."""
    lang = int(english)
    cars = cars_of(packed, assigned)
    team = _teams(assigned) if assigned is not None else {}
    out = {}
    by_car: dict[str, list[Package]] = {}
    for p in packed.packing.packages:
        if cars[p.id]:
            by_car.setdefault(cars[p.id], []).append(p)
        names = " · ".join(
            f"{word('role', role).of(lang)} {name}（{number}）"
            if number
            else f"{word('role', role).of(lang)} {VACANT[lang]}"
            for role, name, number in team.get(p.id, ())
        )
        out[f"routes/{p.id}.html"] = _package_sheet(
            packed, p, cars[p.id] or TAXI[lang], names or NOT_DRAWN[lang], lang
        )
    for car, mine in sorted(by_car.items()):
        out[f"routes/car-{car}.html"] = _car_sheet(packed, car, mine, lang)
    return out


def _teams(assigned: Assigned) -> dict[str, list[tuple[str, str, str]]]:
    """Package → (role, name, staff number) of who goes; "", "" for a vacant seat."""
    out: dict[str, list[tuple[str, str, str]]] = {}
    for seat, who in assigned.seated():
        name = (who.name, who.id) if who is not None else ("", "")
        out.setdefault(seat.package, []).append((seat.role.value, *name))
    return out


def plan_file(packed: Packed, assigned: Assigned | None) -> bytes:
    """plan.json of the output folder: the whole plan with names, for the bureau."""
    cars = cars_of(packed, assigned)
    team = _teams(assigned) if assigned is not None else {}
    visits = {v.id: v for v in packed.drawn.visits}
    names = {c.id: c.name for c in packed.frozen.registry.compounds}
    packages: list[dict[str, Any]] = []
    for p in packed.packing.packages:
        row = documents.package(p)
        row["car"] = cars[p.id]
        row["team"] = [list(t) for t in team.get(p.id, ())]
        for stop in row["stops"]:
            visit = visits[stop["visit"]]
            stop["compound"] = visit.compound
            stop["name"] = names[visit.compound]
            stop["kinds"] = [k.value for k in visit.kinds]
        packages.append(row)
    body = {
        "schema": "inspector/month/v1",
        "bureau": packed.frozen.policy.bureau,
        "month": packed.frozen.policy.month,
        "packages": packages,
        "standby": [
            {**documents.entry(s), "team": [list(t) for t in team.get(s.id, ())]}
            for s in packed.standby
        ],
        "unplaced": [
            {"visit": u.visit, "reason": u.code, "params": dict(u.params)}
            for u in packed.packing.unplaced
        ],
        "travel_minutes": packed.packing.travel_minutes,
        "bound_minutes": packed.packing.bound_minutes,
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
