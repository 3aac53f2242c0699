"""The process that does one job: alone, limited, gone when its worker is gone.

Two pipes: news come out (progress, result, refusal), orders go in. The end of the
orders pipe means the worker died, then the child ends at once; so no orphan ever works
on a job that somebody else has claimed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from inspector.errors import InspectorError

Data = dict[str, Any]
Run = Callable[[Data, Callable[[Data], None], Callable[[], bool]], Data]
_SPAWN = multiprocessing.get_context("spawn")


class Child:
    """A started job process. `poll` waits for news, `stop` and `kill` end it."""

    def __init__(self, run: Run, data: dict[str, Any], memory_mib: int) -> None:
        self._news, news = _SPAWN.Pipe(duplex=False)
        orders, self._orders = _SPAWN.Pipe(duplex=False)
        self._process = _SPAWN.Process(
            target=_main, args=(run, data, memory_mib, news, orders), daemon=True
        )
        self._process.start()
        news.close()
        orders.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid or 0

    def poll(self, seconds: float) -> tuple[str, Any] | None:
        """The next news within `seconds`; ("ended", exit code) when it is gone."""
        try:
            if self._news.poll(seconds):
                news: tuple[str, Any] = self._news.recv()
                return news
        except (EOFError, OSError):
            self._process.join(5)
            return ("ended", self._process.exitcode)
        return None

    def stop(self) -> None:
        """Ask it to come to an end with what it has."""
        with contextlib.suppress(OSError):
            self._orders.send("stop")

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.join(5)
        self._news.close()
        self._orders.close()


def _main(
    run: Run,
    data: dict[str, Any],
    memory_mib: int,
    news: Connection,
    orders: Connection,
) -> None:
    if memory_mib:
        limit = memory_mib * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    stop = threading.Event()
    threading.Thread(target=_obey, args=(orders, stop), daemon=True).start()
    try:
        result = run(data, lambda now: news.send(("progress", now)), stop.is_set)
        news.send(("done", result))
    except InspectorError as e:
        params = {k: str(v) for k, v in e.params.items()}
        news.send(("refused", (e.code, params)))
    except MemoryError:
        news.send(("refused", ("job.memory", {})))
    except BaseException as e:
        # Only kind and place leave the process: the text might quote data.
        where = e.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else ""
        news.send(("failed", f"{type(e).__name__} {line}"))


def _obey(orders: Connection, stop: threading.Event) -> None:
    """Take orders; end the process when nobody is left to give any."""
    try:
        while True:
            orders.recv()
            stop.set()
    except (EOFError, OSError):
        os._exit(3)
