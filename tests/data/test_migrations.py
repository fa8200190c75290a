"""Migrations lead to the schema of the code, and a table made anew loses no child row."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Engine,
    MetaData,
    String,
    create_engine,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from tests.world import World
from wiki.accounts import people
from wiki.bazar.forms import changes, forms
from wiki.core import db, schema
from wiki.pages.models import Page, Revision

pytestmark = pytest.mark.data


def test_migrations_make_what_the_code_wants(app: Flask) -> None:
    with app.app_context(), db.database().reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, db.Base.metadata) == []
        assert schema.current() == schema.wanted()


def test_upgrade_of_what_is_up_to_date_changes_nothing(app: Flask) -> None:
    with app.app_context():
        schema.upgrade()
        assert schema.current() == schema.wanted()


def test_rows_of_the_first_release_are_kept(app: Flask) -> None:
    """Every table of the first release, with a row in it, comes to the present schema."""
    with app.app_context():
        made_anew(db.database().writer)
        command.upgrade(schema.config(), "0001")
        kept = filled(db.database().writer)
        schema.upgrade()
        with db.database().reader.connect() as connection:
            counts = {
                name: connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in kept
            }
            assert counts == dict.fromkeys(kept, 1)
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, db.Base.metadata) == []


def made_anew(engine: Engine) -> None:
    """Leave nothing of a database but its address."""
    every = MetaData()
    every.reflect(engine)
    every.drop_all(engine)


def filled(engine: Engine) -> list[str]:
    """Put one row in each table, whose values are all one, "x" or nothing in particular; name the tables."""
    every = MetaData()
    every.reflect(engine)
    tables = [table for name, table in every.tables.items() if name != "alembic_version"]
    # A plain engine: on SQLite it minds no foreign key.
    plain = create_engine(engine.url)
    with plain.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        for table in tables:
            connection.execute(table.insert(), {c.name: sample(c.type) for c in table.columns})
    plain.dispose()
    return [table.name for table in tables]


def sample(kind: TypeEngine[object]) -> object:
    """Give a value of a type."""
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 1)
    if isinstance(kind, Boolean):
        return True
    return "x" if isinstance(kind, String) else 1


def test_killed_migration_leaves_all_as_it_was_and_is_done_the_next_time(
    app: Flask, world: World, tmp_path: Path
) -> None:
    """A whole migration is one transaction: no half of it stays, wherever the process ends."""
    world.page("Parent", "one")
    with app.app_context():
        before = schema.current()
        killed = KILLED % before
        config = later(tmp_path, killed)
        db.session().rollback()
        db.database().dispose()
        child = os.fork()
        if child == 0:
            command.upgrade(config, "later")
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        assert schema.current() == before
        columns = {column["name"] for column in inspect(db.database().writer).get_columns("page")}
        assert "mood" not in columns
        assert not inspect(db.database().writer).has_table("later")
        assert world.text("Parent") == "one"
        db.session().rollback()
        (tmp_path / "later.py").write_text(killed.replace("os.kill", "print"))
        command.upgrade(config, "later")
        assert db.session().scalar(text("SELECT count(*) FROM page WHERE mood = 'calm'")) > 1


def later(folder: Path, migration: str) -> Config:
    """Return a configuration with one migration more."""
    config = schema.config()
    config.set_main_option("version_locations", f"{schema.MIGRATIONS / 'versions'} {folder}")
    config.set_main_option("path_separator", "space")
    (folder / "later.py").write_text(migration)
    return config


def test_remade_table_keeps_its_children(app: Flask, world: World, tmp_path) -> None:
    """SQLite makes a table anew to change it: with foreign keys on, that would delete the revisions."""
    world.page("Parent", "one")
    with app.app_context():
        if not db.database().is_sqlite:
            pytest.skip("only SQLite makes tables anew")
        before = db.session().scalar(select(func.count()).select_from(Revision))
        config = later(tmp_path, LATER)
        db.session().rollback()
        command.upgrade(config, "later")
        assert db.session().scalar(select(func.count()).select_from(Revision)) == before
        assert db.session().scalar(
            text("SELECT count(*) FROM page WHERE mood = 'calm'")
        ) == db.session().scalar(select(func.count()).select_from(Page))
        assert db.session().execute(text("PRAGMA foreign_key_check")).all() == []


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("page", recreate="always") as batch:
        batch.add_column(sa.Column("mood", sa.String(), nullable=False, server_default="calm"))
"""

KILLED = """
import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "%s"


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("page") as batch:
        batch.add_column(sa.Column("mood", sa.String(), nullable=False, server_default="calm"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("there", [False, True], ids=["none", "one of its own"])
def test_wiki_of_before_gets_its_facilitators_and_forms_without_owner(
    app: Flask, world: World, there: bool
) -> None:
    with app.app_context():
        with db.write() as session:
            changes.make_form(session, title="Old", key="old", fields=TITLE_ONLY)
        db.session().rollback()
        command.downgrade(schema.config(), "0022")
        with db.database().writer.begin() as connection:
            if not there:
                connection.execute(text("DELETE FROM group_account WHERE name = 'facilitators'"))
        schema.upgrade()
        group = people.find_group("facilitators")
        assert group is not None and group.title == "Facilitators"
        form = forms.form_named("old")
        assert (form.title, form.owner_id, len(form.fields)) == ("Old", None, 1)


TITLE_ONLY = [{"key": "title", "type": "text", "label": "Name"}]
