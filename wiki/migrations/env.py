"""Run the migrations on the engine, or in the transaction of the connection, that `wiki.core.schema` gives.

SQLite changes a table by making it anew: foreign keys are off meanwhile, or children would be
deleted with the old table, and all of them are checked before the commit.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, Connection, Engine

from wiki.app import create_app  # noqa: F401 - brings every model into the metadata
from wiki.core.db import Base, UtcDateTime

bind = context.config.attributes["bind"]


def check_foreign_keys(connection: Connection) -> None:
    """Raise RuntimeError when a row points to one that is not there."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"foreign keys broken by a migration: {broken[:5]}")


def plain_types(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our types as SQLAlchemy's own, so that an old migration needs none of today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def migrate(connection: Connection, *, batch: bool) -> None:
    """Run what is to be run in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=batch,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()
        if batch:
            check_foreign_keys(connection)


def migrate_engine(engine: Engine) -> None:
    """Run them in a transaction of their own."""
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.driver_connection
        if sqlite:
            # Outside of a transaction, or SQLite ignores it.
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            migrate(connection, batch=sqlite)
            connection.commit()
        finally:
            if sqlite:
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


if isinstance(bind, Connection):
    migrate(bind, batch=bind.dialect.name == "sqlite")
else:
    migrate_engine(bind)
