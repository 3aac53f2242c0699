"""A case says what is next, by when and who; a result's order is followed as a case.

The daily run fills the columns of the cases there are (`api.docket.daily`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("docket_case") as table:
        for name, size, value in (
            ("sort", 8, "case"),
            ("step", 16, ""),
            ("step_by", 10, ""),
            ("step_who", 12, ""),
        ):
            table.add_column(
                sa.Column(name, sa.String(size), nullable=False, server_default=value)
            )


def downgrade() -> None:
    raise NotImplementedError("facts are not thrown away; restore a backup instead")
