"""The tables of the first release. Never changed: what comes later is a migration.

Rows of the tables in `APPEND_ONLY` nobody changes or throws away: the database refuses.
"""

from __future__ import annotations

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
    _attempt()
    _bureau()
    _account()
    _answer()
    _blob()
    _docket_case()
    _entry()
    _event()
    _month()
    _move()
    _registry_head()
    _roll_proposal()
    _upload()
    _version()
    _api_token()
    _credit_fact()
    _credit_grading()
    _document()
    _field_result()
    _job()
    _opening()
    _photo()
    _public_result()
    _sign_in()
    _source_entry()
    _step()
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


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_account"), "attempt", ["account"], unique=False)
    op.create_index(op.f("ix_attempt_address"), "attempt", ["address"], unique=False)
    op.create_index(op.f("ix_attempt_at"), "attempt", ["at"], unique=False)


def _bureau() -> None:
    op.create_table(
        "bureau",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau")),
        sa.UniqueConstraint("code", name=op.f("uq_bureau_code")),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("inspector", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_account_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "bureau_id", "name", name=op.f("uq_account_bureau_id_name")
        ),
    )
    op.create_index(
        op.f("ix_account_bureau_id"), "account", ["bureau_id"], unique=False
    )


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_answer_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "bureau_id", "actor", "key", name=op.f("uq_answer_bureau_id_actor_key")
        ),
    )
    op.create_index(op.f("ix_answer_at"), "answer", ["at"], unique=False)
    op.create_index(op.f("ix_answer_bureau_id"), "answer", ["bureau_id"], unique=False)


def _blob() -> None:
    op.create_table(
        "blob",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_blob_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blob")),
        sa.UniqueConstraint(
            "bureau_id", "sha256", name=op.f("uq_blob_bureau_id_sha256")
        ),
    )
    op.create_index(op.f("ix_blob_bureau_id"), "blob", ["bureau_id"], unique=False)


def _docket_case() -> None:
    op.create_table(
        "docket_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("compound", sa.String(length=64), nullable=False),
        sa.Column("company", sa.String(length=18), nullable=False),
        sa.Column("street", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("closed", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_docket_case_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docket_case")),
        sa.UniqueConstraint(
            "bureau_id", "number", name=op.f("uq_docket_case_bureau_id_number")
        ),
    )
    op.create_index(
        op.f("ix_docket_case_bureau_id"), "docket_case", ["bureau_id"], unique=False
    )
    op.create_index(
        op.f("ix_docket_case_company"), "docket_case", ["company"], unique=False
    )
    op.create_index(
        op.f("ix_docket_case_compound"), "docket_case", ["compound"], unique=False
    )
    op.create_index(
        op.f("ix_docket_case_street"), "docket_case", ["street"], unique=False
    )
    op.create_index(
        "ix_docket_case_urgency",
        "docket_case",
        ["bureau_id", "urgency", "number"],
        unique=False,
    )


def _entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sheet", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_entry_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "bureau_id",
            "sheet",
            "name",
            "version",
            name=op.f("uq_entry_bureau_id_sheet_name_version"),
        ),
    )
    op.create_index(op.f("ix_entry_bureau_id"), "entry", ["bureau_id"], unique=False)
    op.create_index(
        "uq_entry_live",
        "entry",
        ["bureau_id", "sheet", "name"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )


def _event() -> None:
    op.create_table(
        "event",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_event_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("bureau_id", "seq", name=op.f("uq_event_bureau_id_seq")),
    )
    op.create_index(op.f("ix_event_bureau_id"), "event", ["bureau_id"], unique=False)
    op.create_index(op.f("ix_event_kind"), "event", ["kind"], unique=False)
    op.create_index(op.f("ix_event_subject"), "event", ["subject"], unique=False)


def _month() -> None:
    op.create_table(
        "month",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("seal_commitment", sa.String(length=64), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_month_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month")),
    )
    op.create_index(op.f("ix_month_bureau_id"), "month", ["bureau_id"], unique=False)
    op.create_index(op.f("ix_month_month"), "month", ["month"], unique=False)


def _move() -> None:
    op.create_table(
        "move",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("thing_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_move_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
        sa.UniqueConstraint(
            "bureau_id",
            "thing",
            "thing_id",
            "seq",
            name=op.f("uq_move_bureau_id_thing_thing_id_seq"),
        ),
    )
    op.create_index(op.f("ix_move_bureau_id"), "move", ["bureau_id"], unique=False)
    op.create_index(op.f("ix_move_thing_id"), "move", ["thing_id"], unique=False)


def _registry_head() -> None:
    op.create_table(
        "registry_head",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_registry_head_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_head")),
    )
    op.create_index(
        op.f("ix_registry_head_bureau_id"), "registry_head", ["bureau_id"], unique=False
    )


def _roll_proposal() -> None:
    op.create_table(
        "roll_proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("roll", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("proposed", sa.String(length=10), nullable=False),
        sa.Column("rules", sa.String(length=130), nullable=False),
        sa.Column("hearing_days", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_roll_proposal_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_proposal")),
    )
    op.create_index(
        op.f("ix_roll_proposal_bureau_id"), "roll_proposal", ["bureau_id"], unique=False
    )
    op.create_index(
        op.f("ix_roll_proposal_roll"), "roll_proposal", ["roll"], unique=False
    )
    op.create_index(
        op.f("ix_roll_proposal_subject"), "roll_proposal", ["subject"], unique=False
    )


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_upload_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_bureau_id"), "upload", ["bureau_id"], unique=False)


def _version() -> None:
    op.create_table(
        "version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=130), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_version_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint(
            "bureau_id",
            "subject",
            "number",
            name=op.f("uq_version_bureau_id_subject_number"),
        ),
    )
    op.create_index(
        op.f("ix_version_bureau_id"), "version", ["bureau_id"], unique=False
    )


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_api_token_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(
        op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_api_token_bureau_id"), "api_token", ["bureau_id"], unique=False
    )


def _credit_fact() -> None:
    op.create_table(
        "credit_fact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("polarity", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stated", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("recorded", sa.String(length=10), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=False),
        sa.Column("rules", sa.String(length=130), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=True),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_credit_fact_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_credit_fact_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_fact")),
    )
    op.create_index(
        op.f("ix_credit_fact_bureau_id"), "credit_fact", ["bureau_id"], unique=False
    )
    op.create_index(
        op.f("ix_credit_fact_month_id"), "credit_fact", ["month_id"], unique=False
    )
    op.create_index(
        "ix_credit_fact_subject",
        "credit_fact",
        ["bureau_id", "kind", "subject"],
        unique=False,
    )


def _credit_grading() -> None:
    op.create_table(
        "credit_grading",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("rules_id", sa.String(length=32), nullable=True),
        sa.Column("grades", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_credit_grading_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rules_id"],
            ["version.id"],
            name=op.f("fk_credit_grading_rules_id_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grading")),
        sa.UniqueConstraint(
            "bureau_id", "day", name=op.f("uq_credit_grading_bureau_id_day")
        ),
    )
    op.create_index(
        op.f("ix_credit_grading_bureau_id"),
        "credit_grading",
        ["bureau_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_credit_grading_rules_id"), "credit_grading", ["rules_id"], unique=False
    )


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_document_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_document_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "month_id",
            "name",
            "version",
            name=op.f("uq_document_month_id_name_version"),
        ),
    )
    op.create_index(
        op.f("ix_document_bureau_id"), "document", ["bureau_id"], unique=False
    )
    op.create_index(
        op.f("ix_document_month_id"), "document", ["month_id"], unique=False
    )


def _field_result() -> None:
    op.create_table(
        "field_result",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_field_result_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_field_result_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_result")),
        sa.UniqueConstraint(
            "month_id",
            "visit",
            "number",
            name=op.f("uq_field_result_month_id_visit_number"),
        ),
    )
    op.create_index(
        op.f("ix_field_result_bureau_id"), "field_result", ["bureau_id"], unique=False
    )
    op.create_index(
        op.f("ix_field_result_month_id"), "field_result", ["month_id"], unique=False
    )
    op.create_index(
        op.f("ix_field_result_state"), "field_result", ["state"], unique=False
    )


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=True),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lock_key", sa.String(length=120), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=120), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat", sa.Integer(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sealed_result", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.String(length=80), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_job_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_job_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_bureau_id"), "job", ["bureau_id"], unique=False)
    op.create_index(op.f("ix_job_month_id"), "job", ["month_id"], unique=False)
    op.create_index(
        "ix_job_queue", "job", ["state", "priority", "created"], unique=False
    )
    op.create_index(
        "uq_job_running",
        "job",
        ["lock_key"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )


def _opening() -> None:
    op.create_table(
        "opening",
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("before_id", sa.String(length=32), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["before_id"], ["month.id"], name=op.f("fk_opening_before_id_month")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_opening_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_opening_month_id_month")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["version.id"], name=op.f("fk_opening_policy_id_version")
        ),
        sa.PrimaryKeyConstraint("month_id", name=op.f("pk_opening")),
        sa.UniqueConstraint("before_id", name=op.f("uq_opening_before_id")),
    )
    op.create_index(
        op.f("ix_opening_bureau_id"), "opening", ["bureau_id"], unique=False
    )


def _photo() -> None:
    op.create_table(
        "photo",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("copy", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_photo_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_photo_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint(
            "month_id", "visit", "sha256", name=op.f("uq_photo_month_id_visit_sha256")
        ),
    )
    op.create_index(op.f("ix_photo_bureau_id"), "photo", ["bureau_id"], unique=False)
    op.create_index(op.f("ix_photo_month_id"), "photo", ["month_id"], unique=False)


def _public_result() -> None:
    op.create_table(
        "public_result",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("visit", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_public_result_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_public_result_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_result")),
        sa.UniqueConstraint(
            "month_id",
            "visit",
            "number",
            name=op.f("uq_public_result_month_id_visit_number"),
        ),
    )
    op.create_index(
        op.f("ix_public_result_bureau_id"), "public_result", ["bureau_id"], unique=False
    )
    op.create_index(
        op.f("ix_public_result_month_id"), "public_result", ["month_id"], unique=False
    )


def _sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_sign_in_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_bureau_id"), "sign_in", ["bureau_id"], unique=False
    )


def _source_entry() -> None:
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
    op.create_index(
        op.f("ix_source_entry_bureau_id"), "source_entry", ["bureau_id"], unique=False
    )


def _step() -> None:
    op.create_table(
        "step",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"],
            ["bureau.id"],
            name=op.f("fk_step_bureau_id_bureau"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["month.id"], name=op.f("fk_step_month_id_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("month_id", "seq", name=op.f("uq_step_month_id_seq")),
    )
    op.create_index(op.f("ix_step_bureau_id"), "step", ["bureau_id"], unique=False)
    op.create_index(op.f("ix_step_month_id"), "step", ["month_id"], unique=False)
