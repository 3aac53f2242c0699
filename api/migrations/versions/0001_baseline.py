"""The tables of the first release. Never changed: what comes later is a migration.

Rows of the tables in `APPEND_ONLY` nobody changes or throws away: the database refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "credit_fact",
    "credit_grading",
    "document",
    "event",
    "move",
    "photo",
    "public_result",
    "roll_proposal",
    "step",
    "version",
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
)


def upgrade() -> None:
    _table(
        "attempt",
        "id:number at:moment account:64 address:64",
        indexed="account address at",
    )
    _table(
        "bureau",
        "id:32 code:40 name:text created:moment published:large demo:yes_no",
        unique=("code",),
    )
    _table(
        "account",
        "id:32 name:64 display:text password:text roles:data inspector:text "
        "subject:text active:yes_no created:moment bureau_id:32 version:integer",
        unique=("bureau_id name",),
    )
    _table(
        "answer",
        "id:32 actor:80 key:200 fingerprint:64 claim:32 until:moment status:integer "
        "sealed:bytes? at:moment bureau_id:32",
        unique=("bureau_id actor key",),
        indexed="at",
    )
    _table(
        "blob",
        "id:32 sha256:64 media:80 size:integer sealed:bytes by:80 at:moment "
        "bureau_id:32",
        unique=("bureau_id sha256",),
    )
    _table(
        "docket_case",
        "id:32 number:80 compound:64 company:18 street:64 state:12 opened:10 "
        "reasons:data measure:12 level:12 deadline:10 found:integer solved:integer "
        "closed:10 count:integer urgency:integer bureau_id:32 version:integer",
        unique=("bureau_id number",),
        indexed="company compound street",
    )
    op.create_index(
        "ix_docket_case_urgency", "docket_case", ["bureau_id", "urgency", "number"]
    )
    _table(
        "entry",
        "id:32 sheet:20 name:200 version:integer live:yes_no gone:yes_no label:text "
        "parent:text cells:data? sealed:bytes? by:80 at:moment bureau_id:32",
        unique=("bureau_id sheet name version",),
    )
    _unique_where("uq_entry_live", "entry", ["bureau_id", "sheet", "name"], "live")
    _table(
        "event",
        "id:number seq:large at:moment kind:64 actor:80 subject:120 body:data "
        "digest:64 bureau_id:32",
        unique=("bureau_id seq",),
        indexed="kind subject",
    )
    _table(
        "month",
        "id:32 month:7 title:text stage:20 seq:integer head:64 commitment:64 "
        "seal_commitment:64 demonstration:yes_no live:yes_no away:yes_no "
        "created:moment bureau_id:32 version:integer",
        indexed="month",
    )
    _table(
        "move",
        "id:32 thing:16 thing_id:32 seq:integer position:integer kind:40 body:data "
        "sealed:bytes? by:80 at:moment bureau_id:32",
        unique=("bureau_id thing thing_id seq",),
        indexed="thing_id",
    )
    _table(
        "registry_head",
        "id:32 count:integer changed:moment by:80 bureau_id:32 version:integer",
    )
    _table(
        "roll_proposal",
        "id:32 roll:5 kind:10 subject:64 reason:text document:200 proposed:10 "
        "rules:130 hearing_days:integer months:integer by:80 at:moment bureau_id:32",
        indexed="roll subject",
    )
    _table(
        "upload",
        "id:32 base:integer sealed:bytes changes:data by:80 at:moment "
        "committed:moment? bureau_id:32",
    )
    _table(
        "version",
        "id:32 subject:24 number:integer name:130 first:10 text:text digest:64 "
        "reason:text by:80 at:moment bureau_id:32",
        unique=("bureau_id subject number",),
    )
    _table(
        "api_token",
        "id:32 account_id:32 token_hash:64 prefix:16 label:text scopes:data "
        "may_write:yes_no created:moment ends:moment revoked:moment? bureau_id:32",
        refers={"account_id": "account"},
        unique=("token_hash",),
        indexed="account_id",
    )
    _table(
        "credit_fact",
        "id:32 kind:10 subject:64 source:12 polarity:10 code:64 points:integer "
        "stated:yes_no level:64 document:200 recorded:10 first:10 last:10 rules:130 "
        "month_id:32? visit:64 sealed:bytes? by:80 at:moment bureau_id:32",
        refers={"month_id": "month"},
        indexed="month_id",
    )
    op.create_index(
        "ix_credit_fact_subject", "credit_fact", ["bureau_id", "kind", "subject"]
    )
    _table(
        "credit_grading",
        "id:32 day:10 rules_id:32? grades:data by:80 at:moment bureau_id:32",
        refers={"rules_id": "version"},
        unique=("bureau_id day",),
        indexed="rules_id",
    )
    _table(
        "document",
        "id:32 month_id:32 name:60 version:integer sha256:64 body:bytes at:moment "
        "bureau_id:32",
        refers={"month_id": "month"},
        unique=("month_id name version",),
        indexed="month_id",
    )
    _table(
        "field_result",
        "id:32 month_id:32 visit:64 number:integer state:12 sealed:bytes "
        "changed:moment bureau_id:32 version:integer",
        refers={"month_id": "month"},
        unique=("month_id visit number",),
        indexed="month_id state",
    )
    _table(
        "job",
        "id:32 kind:40 month_id:32? sealed_payload:bytes state:12 lock_key:120 "
        "priority:integer attempt:integer max_attempts:integer worker:120 "
        "lease_until:moment? heartbeat:integer cancel:yes_no stop:yes_no "
        "progress:data sealed_result:bytes? error:80 created:moment started:moment? "
        "finished:moment? requested_by:80 bureau_id:32",
        refers={"month_id": "month"},
        indexed="month_id",
    )
    op.create_index("ix_job_queue", "job", ["state", "priority", "created"])
    _unique_where("uq_job_running", "job", ["lock_key"], "state = 'running'")
    _table(
        "opening",
        "month_id:32 policy_id:32 before_id:32? bureau_id:32",
        key="month_id",
        refers={"before_id": "month", "month_id": "month", "policy_id": "version"},
        unique=("before_id",),
    )
    _table(
        "photo",
        "id:32 month_id:32 visit:64 sha256:64 copy:64 by:80 at:moment bureau_id:32",
        refers={"month_id": "month"},
        unique=("month_id visit sha256",),
        indexed="month_id",
    )
    _table(
        "public_result",
        "id:32 month_id:32 visit:40 number:integer kind:12 digest:64 record:data "
        "at:moment bureau_id:32",
        refers={"month_id": "month"},
        unique=("month_id visit number",),
        indexed="month_id",
    )
    _table(
        "sign_in",
        "id:32 account_id:32 token_hash:64 created:moment seen:moment ends:moment "
        "revoked:moment? bureau_id:32",
        refers={"account_id": "account"},
        unique=("token_hash",),
        indexed="account_id",
    )
    _table(
        "source_entry",
        "id:32 month_id:32 leaf:integer by:80 at:moment confirmed_by:80 "
        "confirmed:moment? bureau_id:32",
        refers={"month_id": "month"},
        unique=("month_id leaf",),
    )
    _table(
        "step",
        "id:32 month_id:32 seq:integer kind:20 at:moment by:80 digest:64 "
        "sealed:bytes bureau_id:32",
        refers={"month_id": "month"},
        unique=("month_id seq",),
        indexed="month_id",
    )
    lite = op.get_bind().dialect.name == "sqlite"
    if not lite:
        op.execute(_FUNCTION)
    for table in APPEND_ONLY:
        for sql in _guards(table, lite):
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


def downgrade() -> None:
    raise NotImplementedError("facts are not thrown away; restore a backup instead")


# What a column is: a word, or the number of characters of a short text.
_KINDS: Mapping[str, Any] = {
    "bytes": sa.LargeBinary(),
    "data": sa.JSON(none_as_null=True),
    "integer": sa.Integer(),
    "large": sa.BigInteger(),
    "moment": sa.DateTime(timezone=True),
    "number": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "text": sa.Text(),
    "yes_no": sa.Boolean(),
}


def _table(
    name: str,
    columns: str,
    *,
    key: str = "id",
    refers: Mapping[str, str] | None = None,
    unique: tuple[str, ...] = (),
    indexed: str = "",
) -> None:
    """A table. `columns`: `name:kind`, with `?` where it may be null.

    `refers`: column -> the table whose id it holds; a bureau that has rows stays.
    """
    to, keep = dict(refers or {}), {}
    alone = set(indexed.split())
    if " bureau_id:" in columns:
        to["bureau_id"], keep["bureau_id"] = "bureau", "RESTRICT"
        alone.add("bureau_id")
    op.create_table(
        name,
        *map(_column, columns.split()),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_{name}_{column}_{table}"),
                ondelete=keep.get(column),
            )
            for column, table in sorted(to.items())
        ),
        sa.PrimaryKeyConstraint(*key.split(), name=op.f(f"pk_{name}")),
        *(
            sa.UniqueConstraint(
                *some.split(), name=op.f("_".join(["uq", name, *some.split()]))
            )
            for some in unique
        ),
    )
    for column in sorted(alone):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _column(told: str) -> sa.Column[Any]:
    name, kind = told.rstrip("?").split(":")
    made = _KINDS.get(kind) or sa.String(length=int(kind))
    return sa.Column(name, made, nullable=told.endswith("?"))


def _unique_where(name: str, table: str, columns: list[str], only: str) -> None:
    where = sa.text(only)
    op.create_index(
        *(name, table, columns),
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
