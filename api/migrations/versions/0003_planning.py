"""Tables of planning (`api.store.planning`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("before_id", sa.String(length=32), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        *_belongs("opening"),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["policy_version.id"],
            name=op.f("fk_opening_policy_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["month.id"], name=op.f("fk_opening_before_id_month")
        ),
        sa.PrimaryKeyConstraint("month_id", name=op.f("pk_opening")),
        sa.UniqueConstraint("before_id", name=op.f("uq_opening_before_id")),
    )
    op.create_index(op.f("ix_opening_bureau_id"), "opening", ["bureau_id"])
    op.create_table(
        "entropy_record",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("issue", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        *_belongs("entropy_record"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entropy_record")),
        sa.UniqueConstraint(
            "month_id",
            "commitment",
            "source",
            name=op.f("uq_entropy_record_month_id_commitment_source"),
        ),
    )
    op.create_index(
        op.f("ix_entropy_record_bureau_id"), "entropy_record", ["bureau_id"]
    )


def _belongs(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    """A row of `table` belongs to a bureau and to one of its months."""
    return (
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f(f"fk_{table}_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f(f"fk_{table}_month_id_month")
        ),
    )
