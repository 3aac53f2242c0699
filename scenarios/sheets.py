"""Domain values -> the CSV files of a scenario, with Chinese words.

Columns are those of the import format; only the words differ from what the program
itself writes, so that the synthetic cities exercise them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from inspector.domain import Place
from inspector.registry.rows import written
from inspector.registry.sheets import SHEETS, Column, Sheet

_YES = {"1": "是", "0": "否"}
# (sheet, column) -> the Chinese word for each English one; the rest stays as it is.
WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("companies", "status"): {
        "active": "存续",
        "moved": "迁出",
        "suspended": "停业",
        "cancelled": "注销",
    },
    ("compounds", "type"): {
        "commercial": "商品房",
        "old": "老旧",
        "unit": "单位型",
        "new": "新建",
        "affordable": "保障房",
    },
    ("compounds", "has_lift"): _YES,
    ("compounds", "window"): {
        "all_day": "全天",
        "morning": "上午",
        "afternoon": "下午",
    },
    ("compounds", "status"): {"active": "正常"},
    ("compounds", "mode"): {
        "professional": "专业服务",
        "fallback": "兜底服务",
        "self": "业主自管",
    },
    ("inspectors", "may_lead"): _YES,
    ("inspectors", "expert"): _YES,
    ("leave", "half"): {"": "", "am": "上午", "pm": "下午"},
    ("items", "severity"): {"minor": "一般", "major": "较重", "redline": "红线"},
    ("items", "object"): {
        "compound": "各类小区",
        "company": "物业服务企业",
        "fallback": "兜底小区",
    },
    ("items", "key"): _YES,
    ("signals", "source"): {
        "street": "镇街",
        "community": "社区",
        "owners": "业主",
        "association": "协会",
        "media": "媒体",
        "authority": "监管单位",
    },
    ("signals", "polarity"): {"praise": "褒", "criticism": "贬"},
    ("signals", "state"): {
        "pending": "待核实",
        "accepted": "采信",
        "rejected": "不采信",
    },
    ("history", "kind"): {
        "random": "双随机抽查",
        "remediation": "执法进小区",
        "recheck": "整改复查",
        "acceptance": "验收",
        "lookback": "回头看",
        "whistle": "吹哨报到",
    },
    ("history", "counts_for_cap"): _YES,
    ("assistants", "kind"): {
        "expert": "专家",
        "lawyer": "律师",
        "association": "协会",
        "integrity": "廉洁监督员",
        "observer": "物业观察员",
    },
}


def degrees(udeg: int) -> str:
    """Micro-degrees as decimal degrees with six digits.

    >>> degrees(118_018_000)
    '118.018000'
    """
    whole, rest = divmod(udeg, 10**6)
    return f"{whole}.{rest:06d}"


def csv_files(tables: Mapping[str, Iterable[Any]], crs: str) -> dict[str, bytes]:
    """One UTF-8 file per table; `crs`: the system of the compounds' places."""
    sheets = {sheet.name: sheet for sheet in SHEETS}
    out = {}
    for name, rows in tables.items():
        sheet, rows = sheets[name], tuple(rows)
        columns = written(sheet, rows)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        system = crs if name == "compounds" else "WGS-84"
        for row in rows:
            writer.writerow([_cell(sheet, c, row, system) for c in columns])
        out[f"{name}.csv"] = text.getvalue().encode("utf-8")
    return out


def _cell(sheet: Sheet, column: Column, row: Any, crs: str) -> str:
    if column.name in ("lon", "lat", "crs"):
        place: Place = row.place
        return {
            "lon": degrees(place.lon_udeg),
            "lat": degrees(place.lat_udeg),
            "crs": crs,
        }[column.name]
    shown = column.kind.show(getattr(row, column.target))
    words = WORDS.get((sheet.name, column.name))
    return words[shown] if words else shown
