"""A client that a program made from the document does a planner's whole month."""

from __future__ import annotations

import compileall
import sys
from pathlib import Path

import pytest
from service_city import City
from test_whole_month import auditor, draw, failed, people, plan, public_bundle

pytest.importorskip(
    "openapi_python_client", reason="openapi-python-client is not installed"
)
from service_generated import Programmed, generate


@pytest.fixture
def programmed(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Programmed:
    made = generate(city, tmp_path)
    assert compileall.compile_dir(str(made), quiet=1)
    monkeypatch.syspath_prepend(str(made))
    document = city.client().get("/api/v1/openapi.json").json
    return Programmed(city, document=document)


@pytest.mark.one_database
def test_a_generated_client_does_a_whole_month(
    programmed: Programmed, city: City, tmp_path: Path
) -> None:
    try:
        draw(programmed)
        people(programmed)
        plan(programmed)
        assert programmed.get(f"{programmed.base}/plan").json["packages"]
        carried = programmed.field_work(left_out=2)
        city.clock.to("2027-01-15T08:00:00+00:00")
        reasons = {"carried": {visit: "weather" for visit in carried}}
        assert programmed.do("close", reasons)["stage"] == "closed"
        assert failed(public_bundle(programmed, tmp_path / "closed.zip")) == []
        auditor(programmed, tmp_path)
    finally:
        for name in [n for n in sys.modules if n.split(".")[0] == "sunlot_client"]:
            del sys.modules[name]
    assert {"months_make_month_step", "months_open_month", "months_show_plan"} <= (
        programmed.used
    )
