"""Files to take away: the verifier and a month's bundle, listed or as one ZIP."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from importlib.resources import files

from api.answers import grown
from api.public import index as pub
from api.public.index import PublicFile, PublicMonth
from api.site import Desk


@dataclass(frozen=True, slots=True)
class BundleFile(PublicFile):
    """A file of a bundle and how large it is."""

    size: int


@dataclass(frozen=True, slots=True)
class PublicBundle:
    """The public bundle of a month as it stands."""

    month_id: str
    month: str
    stage: str
    commitment: str
    seal_commitment: str
    files: tuple[BundleFile, ...]


def verifier() -> bytes:
    """verify.py of the installed package, the file that everybody may run."""
    return (files("inspector") / "verify.py").read_bytes()


def bundle(desk: Desk, month_id: str) -> PublicBundle:
    """The files of a month's bundle, with size and hash. Raises Problem 404."""
    month = pub.find(desk, month_id)
    found = tuple(
        grown(BundleFile, f, size=len(pub.content(desk, month, f.name)))
        for f in month.files.values()
    )
    return grown(PublicBundle, month, month_id=month.id, files=found)


def bundle_zip(desk: Desk, month: PublicMonth) -> bytes:
    """The public bundle as verify.py reads it; the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as box:
        for name in sorted(month.files):
            about = zipfile.ZipInfo(f"bundle/{name}", (1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            box.writestr(about, pub.content(desk, month, name))
    return out.getvalue()
