"""The schema of the database: where it stands, what this code wants, and how it gets there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from wiki.core import db

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def is_made() -> bool:
    """Answer whether the database at work holds a wiki."""
    return inspect(db.database().writer).has_table("setting")


def upgrade() -> None:
    """Bring the schema to what this code wants, in one transaction."""
    command.upgrade(config(), "head")


def build(bind: Engine | Connection, revision: str) -> None:
    """Make the tables of one revision in an empty database; in the transaction at work, on a Connection."""
    command.upgrade(config(bind), revision)


def is_known(revision: str) -> bool:
    """Answer whether this code has that revision: it has none of a newer version."""
    return revision in {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def current() -> str | None:
    """Return the revision the database is at."""
    with db.database().reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def wanted() -> str | None:
    """Return the revision this code wants."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def config(bind: Engine | Connection | None = None) -> Config:
    """Return Alembic's configuration for a database, else the one at work."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["bind"] = bind or db.database().writer
    return made
