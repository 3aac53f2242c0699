"""Shorthands of the HTTP tests."""

from __future__ import annotations

import secrets
from typing import Any

BASE = "/api/v1/bureau/registries"


def upload(files: dict[str, bytes]) -> dict[str, Any]:
    """Arguments of a multipart request with these files."""
    mark = secrets.token_hex(8).encode()
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n'
        b"%s\r\n" % (mark, name.encode(), data)
        for name, data in files.items()
    ]
    return {
        "data": b"".join(parts) + b"--" + mark + b"--\r\n",
        "content_type": f"multipart/form-data; boundary={mark.decode()}",
    }
