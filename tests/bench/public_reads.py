"""Public reads against a bare Flask route on the same server in the same run.

    python tests/bench/public_reads.py [ROUNDS] [REQUESTS]

Two apps on waitress in this process, one kept connection per reader. All readers take
turns in short rounds, so that load from outside falls on all alike: a bare Flask route
that dumps the same JSON; the service's JSON (a kept answer, one revalidated with its
ETag, and one never asked before, so that nothing is kept); a page. Prints the median
time of a request, on the wall (as a rate) and of CPU, client included, each with its
ratio to the bare route; the goal is 0.5 (DESIGN §7). Both databases; PostgreSQL if
there is one.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve()
sys.path += [str(HERE.parents[2]), str(HERE.parents[1] / "api")]

from flask import Flask, jsonify  # noqa: E402
from service_city import Server, postgresql_server, postgresql_url  # noqa: E402
from service_city import _sqlite as sqlite_server  # noqa: E402
from service_public import a_city, running, serving  # noqa: E402

from api import logs  # noqa: E402

GOAL = 0.5
LIST = "/api/v1/public/wuzhou/results?limit=20"


class Reader:
    """One kept connection, read by hand: a client's parsing is no matter here."""

    def __init__(self, port: int, path: Callable[[int], str], tag: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.path, self.count = path, 0
        self.more = f"If-None-Match: {tag}\r\n" if tag else ""
        self.begins = b"HTTP/1.1 304" if tag else b"HTTP/1.1 200"

    def ask(self) -> bytes:
        """One answer, whole."""
        self.count += 1
        line = f"GET {self.path(self.count)} HTTP/1.1\r\nHost: x\r\n{self.more}\r\n"
        self.socket.sendall(line.encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        at = head.find(b"Content-Length: ")
        size = int(head[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        while len(body) < size:
            body += self.socket.recv(65536)
        return head

    def read(self, requests: int) -> list[tuple[float, float]]:
        """Seconds on the wall and seconds of CPU of each request."""
        spent = []
        for _ in range(requests):
            began, busy = time.perf_counter(), time.process_time()
            head = self.ask()
            spent.append((time.perf_counter() - began, time.process_time() - busy))
            assert head.startswith(self.begins), head
        return spent


def tag_of(port: int, path: str) -> str:
    """The present ETag."""
    reader = Reader(port, lambda _: path)
    head = reader.ask()
    reader.socket.close()
    at = head.lower().find(b"etag: ")
    return head[at + 6 :].split(b"\r\n", 1)[0].decode()


def measure(
    server: Server, rounds: int, requests: int
) -> dict[str, tuple[float, float]]:
    """Median seconds of a request of each reader: wall and CPU."""
    folder = Path(tempfile.mkdtemp(prefix="public-reads-"))
    # The setting people run with: a version is looked up once a second.
    with a_city(folder, server, cache_seconds=1) as city:
        running(city, 40)
        body = city.client().get(LIST).json
        bare = Flask("bare")
        bare.add_url_rule("/x", view_func=lambda: jsonify(body))
        with serving(bare) as plain, serving(city.app) as port:
            return compare(readers(plain, port), rounds, requests)


def readers(plain: int, port: int) -> dict[str, Reader]:
    """Who reads what."""
    return {
        "bare Flask route": Reader(plain, lambda _: "/x"),
        "JSON, kept": Reader(port, lambda _: LIST),
        "JSON, 304": Reader(port, lambda _: LIST, tag_of(port, LIST)),
        "JSON, never asked before": Reader(port, lambda n: f"{LIST}&x={n}"),
        "page, kept": Reader(port, lambda _: "/wuzhou"),
        "page, 304": Reader(port, lambda _: "/wuzhou", tag_of(port, "/wuzhou")),
    }


def compare(
    found: dict[str, Reader], rounds: int, requests: int
) -> dict[str, tuple[float, float]]:
    """Medians over all requests; each round asks all readers in turn."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, reader in found.items():
            few = max(1, requests // 10) if "never" in name else requests
            spent[name] += reader.read(few)
    for reader in found.values():
        reader.socket.close()
    return {
        name: (median(w for w, _ in each), median(c for _, c in each))
        for name, each in spent.items()
    }


def servers() -> Iterator[Server]:
    """SQLite, and PostgreSQL if there is one."""
    yield sqlite_server(Path(tempfile.mkdtemp(prefix="public-reads-db-")))
    found = postgresql_url.__wrapped__()  # type: ignore[attr-defined]
    url = next(found)
    if url is not None:
        yield postgresql_server(url)
    next(found, None)


def main() -> int:
    """Print a table per database; 1 when a kept answer misses the goal."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    logs.configure("WARNING")
    warnings.simplefilter("ignore")
    missed = 0
    for server in servers():
        medians = measure(server, rounds, requests)
        bare_wall, bare_cpu = medians["bare Flask route"]
        print(f"{server.name}: medians of {rounds} rounds of {requests} requests")
        for name, (wall, cpu) in medians.items():
            ratio = bare_wall / wall
            told = f"{1 / wall:7.0f} /s {ratio:5.2f}"
            told += f"   CPU {1000 * cpu:6.3f} ms {bare_cpu / cpu:5.2f}"
            print(f"  {name:26} {told}")
            missed += ("kept" in name or "304" in name) and ratio < GOAL
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
