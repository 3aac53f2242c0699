"""A server process for tests, that can be killed and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from service_city import City

from api.access import accounts
from api.settings import Settings, environment

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Running:
    """A server process over a database; its clock goes `ahead` seconds."""

    def __init__(self, settings: Settings, ahead: float = 0) -> None:
        self.settings = replace(settings, port=free_port())
        self.ahead = ahead
        self.base = f"http://127.0.0.1:{self.settings.port}"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        given = {k: v for k, v in os.environ.items() if not k.startswith("SUNLOT_")}
        env = given | environment(self.settings) | {"PYTHONPATH": str(ROOT)}
        program = (
            "import os; from datetime import timedelta;"
            "from api.clock import shifted; from api.settings import load;"
            "from api.operations.serve import serve;"
            "from api.operations.setup import prepare;"
            "settings = load(os.environ);"
            f"clock = shifted(timedelta(seconds={self.ahead}));"
            "serve(settings, site=prepare(settings, clock))"
        )
        return subprocess.Popen(
            [sys.executable, "-c", program],
            env=env,
            stderr=subprocess.PIPE,
        )

    def wait(self) -> float:
        """Until it answers; seconds it took."""
        began = time.monotonic()
        while time.monotonic() < began + 60:
            try:
                self.get("/readyz")
                return time.monotonic() - began
            except (OSError, urllib.error.URLError):
                assert self.process.poll() is None, self.process.stderr
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
        given = {k.replace("_", "-"): v for k, v in headers.items()}
        url = self.base + path
        request = urllib.request.Request(url, data, given, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def restart(self) -> None:
        self.process = self._start()
        self.wait()

    def end(self) -> str:
        """Ask it to stop; what it logged."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=60)
        return said.decode()


def a_token(city: City, role: str = "planner") -> str:
    """A token of the account with this role that may write."""
    actor = city.actor(role)
    token = {"label": "t", "scopes": [role], "may_write": True, "days": 90}
    with city.site.desk(city.bureau, actor, write=True) as desk:
        _, secret = accounts.issue_token(desk, token)
    return secret
