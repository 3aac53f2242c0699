"""A file to keep as an answer."""

from __future__ import annotations

from typing import Protocol

from flask import Response


class ToKeep(Protocol):
    """What can be sent: `api.services.papers.File`."""

    @property
    def name(self) -> str: ...

    @property
    def media(self) -> str: ...

    @property
    def data(self) -> bytes: ...


def sent(file: ToKeep) -> Response:
    """A file to keep; never shown inside the browser, never cached."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, content_type=file.media, headers=headers)
