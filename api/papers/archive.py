"""Office files are ZIP archives: the same parts written again as the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def fixed(
    data: bytes, at: datetime, replaced: Mapping[str, bytes] | None = None
) -> bytes:
    """The archive with every time set to `at`; `replaced`: parts with other contents.

    `at` is aware; ZIP knows no year before 1980 and counts in steps of two seconds.
    """
    utc = at.astimezone(UTC)
    stamp = (max(1980, utc.year), utc.month, utc.day, utc.hour, utc.minute, 0)
    said = utc.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = (replaced or {}).get(name, old.read(name))
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + said + rb"\g<2>", part)
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return out.getvalue()
