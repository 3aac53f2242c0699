"""Alembic's entry: batch mode, so that SQLite takes every change too."""

from __future__ import annotations

from alembic import context

from api.store.tables import Base


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


run()
