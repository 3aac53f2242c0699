"""A file to keep as an answer."""

from __future__ import annotations

from flask import Response

from api.papers.named import File


def sent(file: File) -> Response:
    """A file to keep; never shown inside the browser."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, content_type=file.media, headers=headers)


def saved(data: bytes, name: str, media: str) -> Response:
    """The same of plain bytes; text is UTF-8."""
    kind = f"{media}; charset=utf-8" if media.startswith("text/") else media
    return sent(File(name, kind, data))
