"""waitress, with one thing changed: an answer without a body keeps its connection.

A 204 or 304 ends with its headers (RFC 9112 §6.3), but waitress 3 takes the missing
Content-Length for an unknown length and closes. A reader who revalidates pages would
need a new connection for each.
"""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from api.settings import Settings

_CLOSE = b"Connection: close\r\n"


class _Task(WSGITask):  # type: ignore[misc]
    """One answer."""

    def build_response_header(self) -> bytes:
        """The head of the answer; bodiless ones do not ask to close."""
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        head: bytes = super().build_response_header()
        if self.has_body or asked or self.version != "1.1":
            return head
        self.close_on_finish = False
        return head.replace(_CLOSE, b"", 1)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    task_class = _Task


def make_server(app: Any, settings: Settings) -> Any:
    """A waitress server, bound and ready for `run`."""
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        max_request_body_size=(settings.upload_mib + 1) * 2**20,
        ident="",
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    server.channel_class = _Channel
    return server
