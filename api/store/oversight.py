"""Tables of oversight: credit, lists, docket, objections, documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.models import AppendOnly, Base, Edited, OfBureau, key
from api.store.types import Json

# --- docket ---


class DocketCase(OfBureau, Edited, Base):
    """台账事项: what lists and the public show of a case; its truth are its moves.

    `number` is the case number of the freeze; days are `YYYY-MM-DD` or "". `urgency`
    is the place in lists (`api.docket.cases.urgency`). `sort`: "case", or "order" for a
    result's order that is followed beside the docket. `step`, `step_by`, `step_who`:
    what is next, by when and who does it. Nothing here tells whether a look-back was
    drawn.
    """

    __tablename__ = "docket_case"
    __table_args__ = (
        UniqueConstraint("bureau_id", "number"),
        Index("ix_docket_case_urgency", "bureau_id", "urgency", "number"),
    )
    id: Mapped[str] = key()
    number: Mapped[str] = mapped_column(String(80))
    compound: Mapped[str] = mapped_column(String(64), index=True)
    company: Mapped[str] = mapped_column(String(18), index=True)
    street: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(12))
    opened: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list[list[str]]] = mapped_column(Json)  # [code, zh, en]
    measure: Mapped[str] = mapped_column(String(12), default="")
    level: Mapped[str] = mapped_column(String(12), default="")
    deadline: Mapped[str] = mapped_column(String(10), default="")
    found: Mapped[int] = mapped_column(default=0)
    solved: Mapped[int] = mapped_column(default=0)
    closed: Mapped[str] = mapped_column(String(10), default="")
    count: Mapped[int] = mapped_column(default=0)  # moves so far
    urgency: Mapped[int] = mapped_column(default=0)
    sort: Mapped[str] = mapped_column(String(8), default="case", server_default="case")
    step: Mapped[str] = mapped_column(String(16), default="", server_default="")
    step_by: Mapped[str] = mapped_column(String(10), default="", server_default="")
    step_who: Mapped[str] = mapped_column(String(12), default="", server_default="")


# --- credit and lists ---


class CreditFact(OfBureau, AppendOnly, Base):
    """信用信息: one fact of a credit file as it was reported; never changed.

    What a signal says in words may name people: it is `sealed`. Its state is told by
    its decisions. Days are `YYYY-MM-DD`, `last` "" when the rules decide.
    """

    __tablename__ = "credit_fact"
    __table_args__ = (Index("ix_credit_fact_subject", "bureau_id", "kind", "subject"),)
    id: Mapped[str] = key()
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(12))
    polarity: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(64))
    points: Mapped[int]
    stated: Mapped[bool]
    level: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(String(200))
    recorded: Mapped[str] = mapped_column(String(10))
    first: Mapped[str] = mapped_column(String(10))
    last: Mapped[str] = mapped_column(String(10))
    rules: Mapped[str] = mapped_column(String(130))
    month_id: Mapped[str | None] = mapped_column(ForeignKey("month.id"), index=True)
    visit: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes | None]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class CreditGrading(OfBureau, AppendOnly, Base):
    """A day on which all companies' grades were published, and how many of each."""

    __tablename__ = "credit_grading"
    __table_args__ = (UniqueConstraint("bureau_id", "day"),)
    id: Mapped[str] = key()
    day: Mapped[str] = mapped_column(String(10))
    rules_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"), index=True)
    grades: Mapped[dict[str, int]] = mapped_column(Json)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class RollProposal(OfBureau, AppendOnly, Base):
    """信用名单: an entry as it was proposed; where it stands is told by its steps."""

    __tablename__ = "roll_proposal"
    id: Mapped[str] = key()
    roll: Mapped[str] = mapped_column(String(5), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str]
    document: Mapped[str] = mapped_column(String(200))
    proposed: Mapped[str] = mapped_column(String(10))
    rules: Mapped[str] = mapped_column(String(130))
    hearing_days: Mapped[int]
    months: Mapped[int]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
