"""What a demonstration has on record for its papers, all of it marked 演示.

Confirmations of the list's articles that nobody has read, made-up texts for every slot,
a delegation for the days on which a month is approved: in a real bureau each of them is
the work of people who have the official text before them.
"""

from __future__ import annotations

from datetime import date, timedelta

from api.registry import registers
from api.registry.sheets import live_rows
from api.site import Desk

READ = "演示：未核对正式文本，真实使用前须由本机关核对"
REASON = "演示"
SPARE = timedelta(days=2)


def on_record(desk: Desk, deputy: str, approved: date) -> None:
    """Confirmations, texts, and who signs for the head around the day `approved`."""
    codes = [r.cells["code"] for r in live_rows(desk, "items")]
    rows = [{"item": code, "basis": "", "text": READ} for code in codes]
    registers.confirm(desk, {"items": rows, "reason": REASON})
    names = {slot: zh.partition("（")[0] for slot, (zh, _) in registers.SLOTS.items()}
    filled = [
        {"slot": slot, "text": f"（演示文本，代替{name}）", "source": READ}
        for slot, name in names.items()
    ]
    registers.fill(desk, {"texts": filled, "reason": REASON})
    told = {
        "account": deputy,
        "title": "演示副局长",
        "first": approved,
        "last": approved + SPARE,
        "document": "演示委〔2026〕1号",
        "reason": REASON,
    }
    registers.delegate(desk, told)
