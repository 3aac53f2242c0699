"""Migrations: bring a database to the newest revision."""

from __future__ import annotations

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.store import Store


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def upgrade(store: Store) -> None:
    """Apply what is missing, in one transaction."""
    with as_file(files("api") / "migrations") as folder:
        config = _config(str(folder))
        with store.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def head() -> str:
    """The newest revision this program knows."""
    with as_file(files("api") / "migrations") as folder:
        found = ScriptDirectory.from_config(_config(str(folder))).get_current_head()
    return found or ""


def current(store: Store) -> str:
    """The revision of the database, "" when it is empty."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
