"""The tables of the first release; what is append-only is guarded by triggers."""

from __future__ import annotations

from alembic import op

from api.store.tables import Base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FUNCTION = (
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
)


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())
    lite = op.get_bind().dialect.name == "sqlite"
    if not lite:
        op.execute(_FUNCTION)
    for mapper in Base.registry.mappers:
        if getattr(mapper.class_, "append_only", False):
            for sql in _guards(mapper.class_.__tablename__, lite):
                op.execute(sql)


def _guards(table: str, lite: bool) -> list[str]:
    if not lite:
        return [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
