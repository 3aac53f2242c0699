"""Months as steps files: 梧州's own ceremony, and what may happen on the way."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "scenarios" / "wuzhou"

Step = dict[str, Any]


def record(stage: str, row: Step, **more: Any) -> Step:
    return {
        "kind": "record",
        "stage": stage,
        "source": row["source"],
        "issue": row.get("issue", ""),
        "value": row["value"],
        "fallback": row.get("fallback", False),
        "at": row["at"],
        **more,
    }


def ceremony() -> Step:
    """entropy.json of the city."""
    body: Step = json.loads((CITY / "entropy.json").read_text("utf-8"))
    return body


def announced(stage: str) -> dict[str, str]:
    """Source → issue, from policy.toml."""
    policy = tomllib.loads((CITY / "policy.toml").read_text("utf-8"))
    return {s["id"]: s["issue"] for s in policy[f"{stage}_entropy"]}


def values(stage: str) -> list[Step]:
    """What the sources of a stage gave, with the announced issues."""
    issues = announced(stage)
    return [
        {"issue": issues[row["source"]], "fallback": False, **row}
        for row in ceremony()[stage]
    ]


def freeze() -> Step:
    told = ceremony()
    return {
        "kind": "freeze",
        "blind": told["blinds"]["draw"],
        "secret": told["secret"],
        "at": told["frozen_at"],
        "demonstration": True,
    }


def draw() -> list[Step]:
    told = ceremony()
    given = values("draw")
    return [
        *(record("draw", row) for row in given),
        {"kind": "draw", "entropy": given, "at": told["drawn_at"]},
    ]


def plan() -> list[Step]:
    return [{"kind": "pack"}, {"kind": "approve", "at": ceremony()["sealed_at"]}]


def seal() -> Step:
    told = ceremony()
    return {"kind": "seal", "blind": told["blinds"]["seal"], "at": told["sealed_at"]}


def lottery() -> list[Step]:
    told = ceremony()
    given = values("lottery")
    return [
        *(record("lottery", row) for row in given),
        {"kind": "assign", "entropy": given, "at": told["assigned_at"]},
    ]


def close() -> list[Step]:
    return [{"kind": "simulate"}, {"kind": "close", "at": ceremony()["closed_at"]}]


def normal() -> list[Step]:
    return [freeze(), *draw(), *plan(), seal(), *lottery(), *close()]


def folder(path: Path, steps: list[Step]) -> Path:
    """A scenario folder that holds the city and these steps."""
    shutil.copytree(CITY, path)
    (path / "entropy.json").unlink()
    body = {"schema": "inspector/steps/v2", "steps": steps}
    (path / "steps.json").write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    return path


def later_policy() -> str:
    """The policy of a second attempt: later drawings, and no witness."""
    policy = (CITY / "policy.toml").read_text("utf-8")
    head, witness, rest = policy.partition('[[draw_entropy]]\nid = "witness-draw"')
    assert witness
    policy = head + rest[rest.index("[[draw_entropy]]") :]
    for issue, at, new, then in (
        ("2026134", "2026-11-23", "2026136", "2026-11-28"),
        ("2026135", "2026-11-25", "2026137", "2026-11-30"),
    ):
        policy = policy.replace(f'issue = "{issue}"', f'issue = "{new}"')
        policy = policy.replace(f'at = "{at}', f'at = "{then}')
    return policy
