"""`inspector serve` and `inspector worker`: waitress, workers, a calm stop."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from api import logs
from api.app import create_app
from api.jobs.worker import Worker
from api.operations.server import make_server
from api.operations.setup import prepare
from api.settings import Settings, environment, load
from api.site import open_site

log = logging.getLogger("sunlot.serve")
CALM = 20.0  # seconds a worker gets to give its job back


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; finish what is being answered, then return."""
    logs.configure(settings.log_level)
    site = prepare(settings)
    app = create_app(settings, site=site)
    server = make_server(app, settings)
    with _workers(settings), _ending():
        extra = {"host": settings.host, "port": settings.port}
        log.info("serving", extra=extra)
        # waitress answers what it has begun when SystemExit comes up
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            server.run()
    server.close()
    site.store.dispose()
    log.info("stopped")


def work(settings: Settings) -> None:
    """Run one worker until SIGTERM, SIGINT, or the end of its parent's pipe."""
    logs.configure(settings.log_level)
    worker = Worker(open_site(settings))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not sys.stdin.isatty() and os.environ.get(_BESIDE):
        threading.Thread(target=_until_orphaned, args=(worker,), daemon=True).start()
    worker.run()


_BESIDE = "SUNLOT_WORKER_BESIDE"


def _until_orphaned(worker: Worker) -> None:
    """Stop when the server that started this worker is gone, however it went."""
    sys.stdin.buffer.read()
    worker.stopping.set()


@contextlib.contextmanager
def _ending() -> Iterator[None]:
    """SIGTERM ends the serving loop like Ctrl-C does."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _workers(settings: Settings) -> Iterator[None]:
    """Workers beside the server, started again when one ends by itself."""
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    keepers = [
        threading.Thread(target=_keep, args=(settings, stopping, running))
        for _ in range(settings.workers)
    ]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for process in list(running):
            process.terminate()
        for keeper in keepers:
            keeper.join(CALM + 5)


def _keep(
    settings: Settings,
    stopping: threading.Event,
    running: list[subprocess.Popen[bytes]],
) -> None:
    while not stopping.is_set():
        process = start_worker(settings)
        running.append(process)
        if stopping.is_set():
            process.terminate()
        process.wait()
        running.remove(process)
        if process.stdin is not None:
            process.stdin.close()
        stopping.wait(1.0)


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """A worker process that ends when this process does."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("SUNLOT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "api.operations.serve"],
        stdin=subprocess.PIPE,
        env=given | environment(settings) | {_BESIDE: "1"},
    )


if __name__ == "__main__":
    # Only to be started by `start_worker`; people use `inspector worker`.
    work(load({k: v for k, v in os.environ.items() if k != _BESIDE}))
