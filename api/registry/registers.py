"""What a bureau has on record for its papers, in versions: who entered what, and when.

`basis`: legal bases that the bureau has checked against a text; `paper_texts`: the
texts that only the bureau can give (they stand in no source this project holds, so a
slot that nobody filled is printed empty); `delegation`: who signs while the head is
away. In: rows a person sends. Out: a new version; what papers ask of it. A version is
JSON `{"rows": [...]}`; each row keeps who entered it and when.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from api.errors import Problem, field_fault, invalid
from api.registry.sheets import live_rows
from api.site import Desk
from api.store import delegations, versions
from api.store.models import Account
from api.store.versions import Version
from inspector import law
from inspector.errors import messages
from inspector.words import Word

BASIS, TEXTS, DELEGATION = "basis", "paper_texts", delegations.SUBJECT
SUBJECTS = (BASIS, TEXTS, DELEGATION)
EMPTY = json.dumps({"rows": []})
# Slot -> what it is for. Texts of law are never written by the program; on a private
# firm's notice a bureau may cite 民营经济促进法, once it has read it.
SLOTS: Mapping[str, tuple[str, str]] = {
    "five_prohibitions": ("“五个严禁”", "the five prohibitions, as published"),
    "eight_prohibitions": ("“八个不得”", "the eight prohibitions, as published"),
    "contact": ("联系人及电话", "contact of the bureau"),
    "complaint": ("投诉举报渠道", "where to complain"),
    "remedy": ("救济途径", "review: with whom, within what time"),
    "private_firms": (
        "致民营企业（引用民营经济促进法的，先核对原文）",
        "to private firms; the law to be read first",
    ),
}

messages(
    {
        "paper.basis": (
            "{count} 个检查事项的法律依据尚未经本机关核对确认，不能印制此文书："
            "{items}；请由负责人登记依据确认",
            "{count} items have no legal basis that the bureau has confirmed, so this "
            "paper is not made: {items}; the head records the confirmations",
        ),
    }
)


def rows(desk: Desk, subject: str) -> list[dict[str, Any]]:
    """The rows of a register as it stands."""
    found = versions.in_force(desk, subject)
    return list(json.loads(found.text)["rows"]) if found is not None else []


def _keep(
    desk: Desk, subject: str, key: Sequence[str], new: Iterable[Any], values: Any
) -> Version:
    """A version with `new` rows in place of those with the same key."""
    kept = {tuple(r[k] for k in key): r for r in rows(desk, subject)}
    stamped = {"by": desk.actor.id, "at": desk.stamp}
    for row in new:
        kept[tuple(row[k] for k in key)] = {**row, **stamped}
    for gone in values.get("withdrawn", ()):
        kept = {k: r for k, r in kept.items() if k[0] != gone}
    text = json.dumps({"rows": list(kept.values())}, ensure_ascii=False)
    reason = values["reason"]
    row = versions.add(desk, subject, text, reason=reason, name=str(len(kept)))
    desk.event("paper_register_changed", f"{subject}:{row.number}", reason=reason)
    desk.published()  # a list that is filed prints confirmed articles only
    return row


# --- legal bases -----------------------------------------------------------------


def confirm(desk: Desk, values: Mapping[str, Any]) -> Version:
    """依据确认: the bureau has read these articles in the text it names, and they carry
    the item's duty. Raises Faults for an item or an article that the list has not."""
    known = {
        r.cells["code"]: law.parts(r.cells["legal_basis"])
        for r in live_rows(desk, "items")
    }
    new = []
    for row in values["items"]:
        code, basis = row["item"], row["basis"]
        if code not in known or (basis and basis not in known[code]):
            raise invalid(field_fault("items", _no_such(code, basis)))
        each = (basis,) if basis else known[code]
        new += [{"item": code, "basis": b, "text": row["text"]} for b in each]
    return _keep(desk, BASIS, ("item", "basis"), new, values)


def _no_such(code: str, basis: str) -> Word:
    which = f"{code} {basis}".strip()
    return Word("", f"清单中没有：{which}", f"the list has no {which}")


def confirmed(desk: Desk) -> frozenset[tuple[str, str]]:
    """Item and article that the bureau has confirmed."""
    return frozenset((r["item"], r["basis"]) for r in rows(desk, BASIS))


def bases(desk: Desk, items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What may be printed as the basis of each of these (code, legal_basis): confirmed
    articles only. Raises Problem paper.basis with the items that have none."""
    known = confirmed(desk)
    found = {
        code: [p for p in law.parts(text) if (code, p) in known or law.known(p)]
        for code, text in items
    }
    lacking = [code for code, held in found.items() if not held]
    if lacking:
        raise Problem("paper.basis", items="、".join(lacking), count=len(lacking))
    return {code: "；".join(held) for code, held in found.items()}


def basis_of(desk: Desk, items: Iterable[tuple[str, str]]) -> str:
    """The basis of all of them together, each law once with its articles. Raises like
    `bases`."""
    found = bases(desk, items).values()
    return law.together(p for said in found for p in said.split("；"))


# --- texts of papers -------------------------------------------------------------


def fill(desk: Desk, values: Mapping[str, Any]) -> Version:
    """文书用语: texts of slots, each with the source it was taken from."""
    return _keep(desk, TEXTS, ("slot",), values["texts"], values)


def texts(desk: Desk) -> dict[str, str]:
    """Slot -> its text; "" for one that nobody has filled."""
    filled = {r["slot"]: str(r["text"]) for r in rows(desk, TEXTS)}
    return {slot: filled.get(slot, "") for slot in SLOTS}


# --- delegations -----------------------------------------------------------------


def delegate(desk: Desk, values: Mapping[str, Any]) -> Version:
    """委托: who signs for the head, from a day to a day, by a document. The same
    account and first day again with another last day ends it earlier, or later. Raises
    Faults for an account that is not there, days in the wrong order, and an end before
    today of one that has begun: what was signed under it stays so."""
    names = select(Account.name).where(Account.active.is_(True))
    if values["account"] not in set(desk.db.scalars(names)):
        raise invalid(field_fault("account", "没有此账号 no such account"))
    if values["last"] < values["first"]:
        raise invalid(field_fault("last", "早于起始日期 before the first day"))
    begun = values["first"] <= desk.today and any(
        r["account"] == values["account"] and r["first"] == values["first"].isoformat()
        for r in rows(desk, DELEGATION)
    )
    if begun and values["last"] < desk.today:
        raise invalid(field_fault("last", "已生效的委托不能倒签终止 it has begun"))
    row = {
        **{k: values[k] for k in ("account", "title", "document")},
        **{k: values[k].isoformat() for k in ("first", "last")},
    }
    return _keep(desk, DELEGATION, ("account", "first"), [row], values)
