"""Sources recorded by two people (`api.store.planning.SourceEntry`).

Values are leaves of the month's log now; `entropy_record` is gone with the months of
the protocol before, which nobody can continue.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("entropy_record")
    op.create_table(
        "source_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), nullable=False),
        sa.Column("confirmed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_source_entry_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_source_entry_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_entry")),
        sa.UniqueConstraint(
            "month_id", "leaf", name=op.f("uq_source_entry_month_id_leaf")
        ),
    )
    op.create_index(op.f("ix_source_entry_bureau_id"), "source_entry", ["bureau_id"])
