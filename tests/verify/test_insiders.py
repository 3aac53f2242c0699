"""Every hole once as a scripted insider; what the verifier answers now.

Where the status is 0 the report names it: a claim left open ("insider –") or a line of
counts. README says which of these are shown and not prevented.
"""

from __future__ import annotations

from pathlib import Path

import forger
import pytest
from attacked import public, status
from insiders import INSIDERS
from month_stages import Month

from inspector import verify


@pytest.mark.parametrize("name", INSIDERS)
def test_an_insider_is_caught_or_named(name: str, month: Month, tmp_path: Path) -> None:
    insider, wanted, claim = INSIDERS[name]
    case = insider(month)
    options = [x for line in case.anchors for x in ("--anchor", line)]
    options += case.options
    assert status(case.files, *options) == wanted
    by_auditor = claim.startswith("auditor.") or claim == "changes.followed"
    assert status(public(case.files), *options) == (0 if by_auditor else wanted)
    if "--today" in options:
        return
    path = forger.write(tmp_path, case.files)
    report = verify.verify_bundle(path, case.anchors)
    found = {f["id"]: f["verdict"] for f in report.findings}
    if wanted == 1:
        assert found[claim] == verify.FAILS
    elif claim.endswith("–"):
        assert found[claim.rstrip(" –")] == verify.OPEN
    elif claim:
        assert claim in report.text()
