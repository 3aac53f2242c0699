"""Shorthands of the tests of credit and lists."""

from __future__ import annotations

from typing import Any

from service_city import City, Client

SIGNALS = "/api/v1/bureau/signals"
CREDIT = "/api/v1/bureau/credit"
ROLLS = "/api/v1/bureau/rolls"
RULES = "/api/v1/bureau/rules"
TRIALS = "/api/v1/bureau/trials"
PUBLIC = "/api/v1/public/wuzhou"
FIRM = "91450499HC0000665N"
OTHER = "91450499HC0000016J"


def signal(**changes: Any) -> dict[str, Any]:
    """A street's criticism of a company."""
    return {
        "kind": "company",
        "subject": FIRM,
        "source": "street",
        "polarity": "criticism",
        "document": "万街函〔2026〕7号",
        "text": "业主张某（合成）反映电梯停运",
    } | changes


def reported(city: City, **changes: Any) -> str:
    """The id of a signal that a planner reported."""
    done = city.client("planner").post(SIGNALS, json=signal(**changes))
    assert done.status_code == 201, done.json
    assert done.json["state"] == "pending"
    fact: str = done.json["id"]
    return fact


def decided(city: City, fact: str, state: str = "accepted") -> Any:
    body = {"state": state, "reason": "经街道核实"}
    return city.client("leader").post(f"{SIGNALS}/{fact}/decisions", json=body)


def accepted(city: City, **changes: Any) -> str:
    """The id of a signal that counts."""
    fact = reported(city, **changes)
    done = decided(city, fact)
    assert done.status_code == 201, done.json
    return fact


def tried(client: Client, kind: str, **values: str) -> Any:
    """What a trial answers."""
    done = client.post(TRIALS, json={"kind": kind, **values})
    assert done.status_code == 200, done.json
    return done.json


def credit_of(city: City, subject: str = FIRM, query: str = "") -> dict[str, Any]:
    """A company's public credit file."""
    shown = city.client().get(f"{PUBLIC}/credit/companies/{subject}{query}")
    assert shown.status_code == 200, shown.json
    body: dict[str, Any] = shown.json
    return body
