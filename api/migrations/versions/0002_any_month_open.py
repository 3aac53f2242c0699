"""Months are opened at any time: which one a month was started from is no longer kept.

What a freeze takes over stands in the logs, not in an order of months.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("opening") as table:
        table.drop_column("before_id")


def downgrade() -> None:
    raise NotImplementedError("facts are not thrown away; restore a backup instead")
