"""A file to keep as an answer."""

from __future__ import annotations

from flask import Response

from api.papers.named import File


def sent(file: File) -> Response:
    """A file to keep; never shown inside the browser, never cached."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, content_type=file.media, headers=headers)
