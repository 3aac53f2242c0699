"""Tables of oversight (`api.store.oversight`)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _docket()
    _credit()
    _rolls()


# --- docket ---


def _docket() -> None:
    op.create_table(
        "docket_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("compound", sa.String(length=64), nullable=False),
        sa.Column("company", sa.String(length=18), nullable=False),
        sa.Column("street", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("closed", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_of_bureau("docket_case"),
        sa.UniqueConstraint(
            "bureau_id", "number", name=op.f("uq_docket_case_bureau_id_number")
        ),
    )
    for column in ("bureau_id", "compound", "company", "street"):
        op.create_index(op.f(f"ix_docket_case_{column}"), "docket_case", [column])
    op.create_table(
        "docket_move",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *_of_bureau("docket_move"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["docket_case.id"],
            name=op.f("fk_docket_move_case_id_docket_case"),
        ),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_docket_move_case_id_seq")),
    )
    for column in ("bureau_id", "case_id"):
        op.create_index(op.f(f"ix_docket_move_{column}"), "docket_move", [column])
    op.create_table(
        "docket_rules",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_of_bureau("docket_rules"),
        sa.UniqueConstraint(
            "bureau_id", "number", name=op.f("uq_docket_rules_bureau_id_number")
        ),
    )
    op.create_index(op.f("ix_docket_rules_bureau_id"), "docket_rules", ["bureau_id"])


def _of_bureau(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Bureau and primary key of a table."""
    return (
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f(f"fk_{table}_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


# --- credit and lists ---


def _credit() -> None:
    op.create_table(
        "credit_rules",
        _text("id", 32),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("rules", 130),
        _text("first", 10),
        _text("text"),
        _text("digest", 64),
        _text("reason"),
        *_made(),
        *_of_bureau("credit_rules"),
        sa.UniqueConstraint(
            "bureau_id", "number", name=op.f("uq_credit_rules_bureau_id_number")
        ),
    )
    op.create_table(
        "credit_fact",
        _text("id", 32),
        _text("kind", 10),
        _text("subject", 64),
        _text("source", 12),
        _text("polarity", 10),
        _text("code", 64),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stated", sa.Boolean(), nullable=False),
        _text("level", 64),
        _text("document", 200),
        _text("recorded", 10),
        _text("first", 10),
        _text("last", 10),
        _text("rules", 130),
        sa.Column("month_id", sa.String(length=32), nullable=True),
        _text("visit", 64),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *_made(),
        *_of_bureau("credit_fact"),
        _refers("credit_fact", "month_id", "month"),
    )
    op.create_index(
        "ix_credit_fact_subject", "credit_fact", ["bureau_id", "kind", "subject"]
    )
    op.create_table(
        "credit_decision",
        _text("id", 32),
        _text("fact_id", 32),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("state", 10),
        _text("day", 10),
        _text("reason"),
        *_made(),
        *_of_bureau("credit_decision"),
        _refers("credit_decision", "fact_id", "credit_fact"),
        sa.UniqueConstraint(
            "fact_id", "seq", name=op.f("uq_credit_decision_fact_id_seq")
        ),
    )
    op.create_table(
        "credit_grading",
        _text("id", 32),
        _text("day", 10),
        sa.Column("rules_id", sa.String(length=32), nullable=True),
        sa.Column("grades", sa.JSON(), nullable=False),
        *_made(),
        *_of_bureau("credit_grading"),
        _refers("credit_grading", "rules_id", "credit_rules"),
        sa.UniqueConstraint(
            "bureau_id", "day", name=op.f("uq_credit_grading_bureau_id_day")
        ),
    )
    _finish("credit_rules")
    _finish("credit_fact", "month_id")
    _finish("credit_decision", "fact_id")
    _finish("credit_grading", "rules_id")


def _rolls() -> None:
    op.create_table(
        "roll_proposal",
        _text("id", 32),
        _text("roll", 5),
        _text("kind", 10),
        _text("subject", 64),
        _text("reason"),
        _text("document", 200),
        _text("proposed", 10),
        _text("rules", 130),
        sa.Column("hearing_days", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        *_made(),
        *_of_bureau("roll_proposal"),
    )
    op.create_table(
        "roll_step",
        _text("id", 32),
        _text("entry_id", 32),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("kind", 16),
        _text("day", 10),
        _text("document", 200),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *_made(),
        *_of_bureau("roll_step"),
        _refers("roll_step", "entry_id", "roll_proposal"),
        sa.UniqueConstraint("entry_id", "seq", name=op.f("uq_roll_step_entry_id_seq")),
    )
    _finish("roll_proposal", "roll", "subject")
    _finish("roll_step", "entry_id")


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length=length)
    return sa.Column(name, kind, nullable=False)


def _made() -> tuple[sa.Column[str], sa.Column[datetime]]:
    """Who made a row, and when."""
    at = sa.Column("at", sa.DateTime(timezone=True), nullable=False)
    return _text("by", 80), at


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _finish(table: str, *indexed: str) -> None:
    """Indexes, and the database's own refusal to change facts."""
    for column in ("bureau_id", *indexed):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
