"""`inspector serve` and `inspector worker`: waitress, workers, a calm stop."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import FrameType

from api import logs
from api.app import create_app
from api.clock import Clock, shifted, utc_now
from api.jobs.worker import Worker
from api.operations.server import make_server
from api.operations.setup import prepare
from api.settings import Settings, environment, load
from api.site import Site, open_site

log = logging.getLogger("sunlot.serve")
CALM = 20.0  # seconds a worker gets to give its job back


def serve(
    settings: Settings,
    *,
    site: Site | None = None,
    shift: timedelta = timedelta(),
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; finish what is being answered, then return.

    `site`: one that is open already. `shift`: how far the workers' clocks go ahead of
    the time, for a demonstration. `ready` is called once the port is bound.
    """
    logs.configure(settings.log_level)
    site = site or prepare(settings)
    app = create_app(settings, site=site)
    server = make_server(app, settings)
    with _workers(settings, shift), ending():
        extra = {"host": settings.host, "port": settings.port}
        log.info("serving", extra=extra)
        ready()
        # waitress answers what it has begun when SystemExit comes up
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            server.run()
    server.close()
    site.store.dispose()
    log.info("stopped")


def work(settings: Settings, clock: Clock = utc_now) -> None:
    """Run one worker until SIGTERM, SIGINT, or the end of its parent's pipe."""
    logs.configure(settings.log_level)
    worker = Worker(open_site(settings, clock))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not sys.stdin.isatty() and os.environ.get(_BESIDE):
        threading.Thread(target=_until_orphaned, args=(worker,), daemon=True).start()
    worker.run()


# Between the server and the workers beside it; nobody sets these by hand.
_BESIDE = "SUNLOT_WORKER_BESIDE"
_SHIFT = "SUNLOT_WORKER_SHIFT"


def _until_orphaned(worker: Worker) -> None:
    """Stop when the server that started this worker is gone, however it went."""
    # Not `sys.stdin`: a thread that waits inside it holds its lock, and a Python that
    # ends meanwhile dies of that lock with a fatal error.
    while os.read(0, 4096):
        pass
    worker.stopping.set()


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """SIGTERM ends what runs inside like Ctrl-C does: everything is closed."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _workers(settings: Settings, shift: timedelta) -> Iterator[None]:
    """Workers beside the server, started again when one ends by itself."""
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    keepers = [
        threading.Thread(target=_keep, args=(settings, shift, stopping, running))
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
    shift: timedelta,
    stopping: threading.Event,
    running: list[subprocess.Popen[bytes]],
) -> None:
    while not stopping.is_set():
        process = start_worker(settings, shift)
        running.append(process)
        if stopping.is_set():
            process.terminate()
        process.wait()
        running.remove(process)
        if process.stdin is not None:
            process.stdin.close()
        stopping.wait(1.0)


def start_worker(
    settings: Settings, shift: timedelta = timedelta()
) -> subprocess.Popen[bytes]:
    """A worker process that ends when this process does.

    It has a session of its own: Ctrl-C at a terminal goes to the server, which tells
    its workers; one that has only begun to start would die of it with a traceback.
    """
    given = {k: v for k, v in os.environ.items() if not k.startswith("SUNLOT_")}
    mine = {_BESIDE: "1", _SHIFT: str(int(shift.total_seconds()))}
    return subprocess.Popen(
        [sys.executable, "-m", "api.operations"],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env=given | environment(settings) | mine,
    )


def beside() -> None:
    """A worker beside the server: what `python -m api.operations` is."""
    own = (_BESIDE, _SHIFT)
    ahead = timedelta(seconds=int(os.environ.get(_SHIFT, "0")))
    work(
        load({k: v for k, v in os.environ.items() if k not in own}),
        shifted(ahead) if ahead else utc_now,
    )
