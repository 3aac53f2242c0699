"""Tables of fieldwork (`api.store.fieldwork`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
APPEND_ONLY = ("arrival", "photo", "absence_report", "public_result")


def upgrade() -> None:
    _table(
        "field_result",
        _visit(64),
        _number(),
        _state(),
        _sealed(),
        _at("changed"),
        _version(),
    )
    _index("field_result", "state")
    _table("arrival", _visit(64), _sealed(), _at())
    _index("arrival", "visit")
    _table("photo", _visit(64), _hash("sha256"), _hash("copy"), _by(), _at())
    _table(
        "recusal_request", _state(), _sealed(), _at(), _at("decided", True), _version()
    )
    _table("absence_report", _sealed(), _at())
    _table(
        "public_result",
        _visit(40),
        _number(),
        _text("kind", 12),
        _hash("digest"),
        sa.Column("record", JSON, nullable=False),
        sa.Column("leaf", JSON, nullable=False),
        _at(),
    )
    _table(
        "result_objection",
        _text("result_id", 32),
        _text("number", 80),
        _text("received", 10),
        _text("due", 10),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        _text("replied", 10),
        _text("ruling", 12),
        _sealed(),
        _at(),
        _version(),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["public_result.id"],
            name=op.f("fk_result_objection_result_id_public_result"),
        ),
        sa.UniqueConstraint(
            "bureau_id", "number", name=op.f("uq_result_objection_bureau_id_number")
        ),
    )
    _index("result_objection", "result_id")
    for table in APPEND_ONLY:
        _guard(table)


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A table of months and bureaus, with its own columns and constraints."""
    unique = {
        "field_result": ("visit", "number"),
        "photo": ("visit", "sha256"),
        "public_result": ("visit", "number"),
    }.get(name, ())
    limits = [
        sa.UniqueConstraint(
            "month_id", *unique, name=op.f(f"uq_{name}_month_id_{'_'.join(unique)}")
        )
    ]
    op.create_table(
        name,
        sa.Column("id", sa.String(length=32), nullable=False),
        _text("month_id", 32),
        _text("bureau_id", 32),
        *parts,
        *(limits if unique else ()),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f(f"fk_{name}_month_id_month")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f(f"fk_{name}_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    _index(name, "month_id")
    _index(name, "bureau_id")


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _visit(length: int) -> sa.Column[str]:
    return _text("visit", length)


def _hash(name: str) -> sa.Column[str]:
    return _text(name, 64)


def _by() -> sa.Column[str]:
    return _text("by", 80)


def _state() -> sa.Column[str]:
    return _text("state", 12)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer(), nullable=False)


def _sealed() -> sa.Column[bytes]:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def _at(name: str = "at", nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), nullable=False)


def _index(table: str, column: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(op.f(f"ix_{table}_{column}"), [column], unique=False)


def _guard(table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE) on `table` in the database itself."""
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
