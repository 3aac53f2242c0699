"""For 纪检 and 审计: the auditor's bundle of a closed month, and what verify says."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from api.months import steps
from api.papers.named import ZIP, File
from api.papers.tables import zip_file
from api.site import Desk
from api.store.models import Month
from inspector.month.route import public_files
from inspector.verify import FAILS, HOLDS, OPEN, verify_bundle


@dataclass(frozen=True, slots=True)
class VerifyClaim:
    """One claim and what the verifier says of it."""

    id: str
    zh: str
    en: str
    verdict: str
    detail: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `inspector/verify.py` says of a bundle."""

    bundle: str
    bureau: str
    month: str
    attempt: int
    demonstration: bool
    verdict: str = field(metadata={"says": "holds, fails, sealed, cancelled"})
    counts: dict[str, Any]
    holds: int
    failed: int
    not_checkable: int
    claims: list[VerifyClaim]


def bundle(desk: Desk, month: Month) -> File:
    """The opened month with names and reasons; the download is recorded.

    Raises CeremonyError step.order before the close.
    """
    closed = steps.load(desk, month).need("closed", "audit")
    desk.disclosed(f"month:{month.id}", what="auditor_bundle")
    name = steps.apart(desk, month, f"{month.month}-auditor.zip")
    return File(name, ZIP, zip_file(closed.auditor))


def verified(desk: Desk, month: Month, auditor: bool) -> VerifyReport:
    """The claims of the published documents, or of the auditor's bundle, judged.

    Raises CeremonyError step.order before the freeze, or before the close for the
    auditor's.
    """
    route = steps.load(desk, month)
    if auditor:
        files: Mapping[str, bytes] = route.need("closed", "audit").auditor
    else:
        now, rows = public_files(route), steps.documents(desk, month)
        if not now:
            route.need("frozen", "verify")
        files = {name: row.data for name, row in rows.items() if name in now}
    return _report(files)


def _report(files: Mapping[str, bytes]) -> VerifyReport:
    """What the public's own verifier says, from a folder as it would read it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        report = verify_bundle(folder)
    head = {
        f.name: report.head[f.name]
        for f in fields(VerifyReport)
        if f.name in report.head
    }
    return VerifyReport(
        **head,
        counts=report.counts,
        holds=report.count(HOLDS),
        failed=report.count(FAILS),
        not_checkable=report.count(OPEN),
        claims=[VerifyClaim(**f) for f in report.findings],
    )
