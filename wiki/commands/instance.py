"""`gare init`, `serve`, `worker`, `backup`, `restore`, `upgrade`, `check`…: a wiki and its upkeep."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from wiki import instances, serving
from wiki import worker as background
from wiki.app import close_app
from wiki.commands.base import FORGET_MISSING, Refused, context, main, opened, progress
from wiki.config import BadSetting
from wiki.core import files, schema
from wiki.core.http import Invalid
from wiki.core.search.index import indexer
from wiki.pages.maintenance import rebuild as derived
from wiki.search import index
from wiki.search.indexing.documents import Pages
from wiki.transfer import backup as archive
from wiki.transfer import demo as network
from wiki.transfer import restore as restoring
from wiki.transfer.check import diagnose
from wiki.transfer.tarball import GB, MB, Limits

NAMED = 20
"""How many lost files a message names."""


@main.command()
@click.option("--admin", required=True, help="Sign-in name of the first admin.")
@click.option("--email", required=True, help="E-mail of the first admin.")
@click.option(
    "--password-file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--demo", is_flag=True, help="Fill it with the demo network.")
def init(admin: str, email: str, password_file: Path, lang: str, demo: bool) -> None:
    """Make a wiki in the instance folder."""
    folder = instances.instance_of_environment()
    password = password_file.read_text().rstrip("\r\n")
    try:
        app = instances.create(folder, admin=admin, email=email, password=password, lang=lang)
    except FileExistsError as error:
        raise Refused(f"there is a wiki in {error} already") from error
    except (Invalid, BadSetting) as error:
        raise Refused(str(error)) from error
    if demo:
        with app.app_context():
            network.fill(lang, progress=progress("demo"))
    close_app(app)
    click.echo(f"wiki made in {folder}", err=True)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--no-worker", is_flag=True, help="Leave indexing and mails to `gare worker`.")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the wiki, with its background worker."""
    app = opened()
    # What is open here must not be shared with the processes that come.
    close_app(app)
    click.echo(f"http://{host}:{port}/", err=True)
    serving.serve(
        Path(app.instance_path), host=host, port=port, workers=workers, with_worker=not no_worker
    )


@main.command()
def worker() -> None:
    """Index, send mails and do what waits, until stopped."""
    background.run([opened()])


@main.command()
def reindex() -> None:
    """Make the search index again."""
    with context():
        indexer.rebuild(index.engine(), Pages(), progress("index"))


@main.command()
def rebuild() -> None:
    """Make again all that is derived from pages: HTML, links, tags, values."""
    with context():
        derived.rebuild(everything=True, progress=progress("pages"))


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole wiki (database, files, settings) into one archive, while it runs.

    Fails when files are missing, and names them; all the rest is in the archive.
    """
    with context():
        try:
            made = archive.backup(file, progress=progress("files"))
        except (OSError, ValueError) as error:
            raise Refused(f"no backup was made: {error}") from error
    if lost := _lost(made.missing, made.damaged):
        raise Refused(f"{file} is written, but this wiki is not whole: {lost}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", default="", help="Empty PostgreSQL database for a backup of one.")
@click.option(
    "--max-gb",
    default=Limits.total / GB,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Most that it may unpack to.",
)
@click.option(
    "--max-file-mb",
    default=Limits.file / MB,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Most that one stored file may take.",
)
@click.option(
    "--max-files",
    default=Limits.members,
    show_default=True,
    type=click.IntRange(min=1),
    help="Most files that it may hold.",
)
def restore(file: Path, database: str, max_gb: float, max_file_mb: float, max_files: int) -> None:
    """Bring a backup back into the instance folder, which must hold no wiki.

    Fails when the database names files that the backup lacks, and names them; all the rest is restored.
    """
    folder = instances.instance_of_environment()
    limits = Limits(int(max_gb * GB), int(max_file_mb * MB), max_files)
    try:
        made = restoring.restore(
            file, folder, database=database, limits=limits, progress=progress("files")
        )
    except (OSError, ValueError) as error:
        raise Refused(str(error)) from error
    if os.environ.get("GARE_DATABASE_URL", database) != database:
        click.echo("GARE_DATABASE_URL names another database than the one restored", err=True)
    if made.revision != schema.wanted():
        click.echo(f"schema {made.revision}: run `gare upgrade`", err=True)
    if lost := _lost(made.missing, made.damaged):
        raise Refused(f"the wiki is restored, but its backup was not whole: {lost}")


@main.command()
@FORGET_MISSING
def upgrade(forget_missing: bool) -> None:
    """Bring the database to this version, after a backup beside it."""
    with context():
        if not forget_missing:
            # Before anything is changed: a folder of files that is not mounted is no reason to stop half way.
            files.check_whole()
        try:
            made = archive.backup_before_upgrade()
        except (OSError, ValueError) as error:
            raise Refused(f"no backup was made, so nothing was upgraded: {error}") from error
        click.echo(f"backup: {made.path}", err=True)
        if lost := _lost(made.missing, made.damaged):
            click.echo(f"this wiki is not whole: {lost}", err=True)
        schema.upgrade()
        files.recount(forget_missing=forget_missing)
        derived.rebuild(progress=progress("pages"))


@main.command()
def check() -> None:
    """Look whether the wiki is well, and say what is not."""
    with context():
        findings = diagnose()
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'} {finding.about}: {finding.says}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


def _lost(missing: list[str], damaged: list[str]) -> str:
    """Return which files are not there or not sound, the first of them by name; "" when all are."""
    lists = ((missing, "missing"), (damaged, "damaged"))
    return "; ".join(f"{_named(names)} {state}" for names, state in lists if names)


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
