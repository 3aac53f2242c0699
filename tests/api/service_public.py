"""A wuzhou month with published results, and closed: what the public pages show."""

from __future__ import annotations

import csv
import io
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from month_stages import field_work
from service_city import (
    City,
    Server,
    SetClock,
    _populate,
    _sqlite,
    open_city,
    prepare,
    settings_for,
)
from service_month import _pack, assigned_of, begin, bodies, step, the_record

from api.months import steps
from api.operations.server import make_server
from api.site import open_site
from inspector.month.documents import entry

PUBLIC = "/api/v1/public/wuzhou"


def plan(city: City, month: str) -> None:
    """Make the month's plan, as the job does."""
    _pack(city, month)


STEPS = ("draw", "pack", "approve", "seal", "assign")


def go_on(city: City, month: str, kind: str) -> None:
    """One of `STEPS` more, with the made-up record; "" for none."""
    if kind == "pack":
        plan(city, month)
    elif kind:
        step(city, month, kind, bodies(the_record())[kind])


def made_results(city: City, month: str) -> list[dict[str, Any]]:
    """Made-up results of every placed visit, in order of publication."""
    return [entry(r) for r in field_work(assigned_of(city, month)).results]


def publish(city: City, month: str, *bodies: dict[str, Any]) -> None:
    """Publish results."""
    for body in bodies:
        with city.desk(write=True) as desk:
            steps.advance(desk, steps.find(desk, month), "publish", body)


def running(city: City, count: int) -> tuple[str, list[dict[str, Any]]]:
    """A month under way with its first `count` results; and all results."""
    month = begin(city, "assign")
    made = made_results(city, month)
    publish(city, month, *made[:count])
    return month, made


def closed(city: City, carried: int = 1) -> tuple[str, list[dict[str, Any]]]:
    """An opened month; its last `carried` visits were not made."""
    month, made = running(city, 0)
    kept = made[: len(made) - carried]
    publish(city, month, *kept)
    left = {b["visit"]: "car" for b in made[len(kept) :]}
    with city.desk(write=True) as desk:
        body = {"at": "2027-02-01T08:00:00Z", "carried": left}
        steps.advance(desk, steps.find(desk, month), "close", body)
    return month, made


def dangerous(files: dict[str, str]) -> dict[str, str]:
    """The scenario with names that a spreadsheet or a browser would run."""
    names = iter(
        ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "\uff20x"]
    )
    text = b64decode(files["compounds.csv"]).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text, newline="")))
    column = table[0].index("name")
    for row, name in zip(table[1:], names, strict=False):
        row[column] = name
    table[7][column] = "<script>alert(1)</script>"
    table[8][column] = '"><img src=x onerror=alert(1)>'
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return files | {"compounds.csv": b64encode(out.getvalue().encode()).decode()}


def frozen_with(city: City, change: Any) -> str:
    """A month frozen over changed registries."""
    body = bodies(the_record())["freeze"]
    body["files"] = change(body["files"])
    with city.desk(write=True) as desk:
        month = steps.create(desk, "2026-12", "<b>十二月</b>")
        steps.advance(desk, month, "freeze", body)
    return month.id


@contextmanager
def a_city(folder: Path, server: Server | None = None, **more: Any) -> Iterator[City]:
    """A populated city outside the fixtures, on SQLite unless a server is given."""
    url = (server or _sqlite(folder)).fresh()
    made = prepare(settings_for(url, folder), SetClock())
    _populate(made)
    made.store.dispose()
    clock = SetClock()
    site = open_site(settings_for(url, folder, **more), clock)
    yield open_city(site, clock)
    site.store.dispose()


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """An app on waitress in this process; its port."""
    server = make_server(app, replace(settings_for("", Path()), port=0, threads=4))

    def run() -> None:
        with suppress(OSError):  # its sockets are closed while it waits for them
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        # Handlers first: their last act touches what `close` takes away.
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(10)
        # Connections that a client keeps alive outlive the server's own socket.
        for channel in [*server.active_channels.values()]:
            channel.close()
