"""`gare import …`: pages and entries from files, and an import taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from wiki.bazar.imports import command as intake_run
from wiki.commands.base import Refused, actor_named, context, main, progress
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.core.search.index import indexer
from wiki.search import index
from wiki.search.indexing.documents import Pages
from wiki.transfer.formats import jsonl, markdown


@main.group(name="import")
def import_() -> None:
    """Bring content in."""


@import_.command(name="markdown")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_markdown(folder: Path) -> None:
    """Bring in a folder of Markdown files."""
    with context():
        report = markdown.bring_in(folder, author=SYSTEM, progress=progress("pages"))
    _report(report)


@import_.command(name="jsonl")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_jsonl(file: Path) -> None:
    """Bring in pages, one JSON object a line (name, title, tags, body), plain or gzip."""
    with context():
        report = jsonl.bring_in(file, author=SYSTEM, progress=progress("pages"))
    _report(report)


@import_.command(name="csv")
@click.argument("form")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", multiple=True, metavar="HEAD=KEY", help="What a column answers.")
@click.option("--match", help="What entries are recognised by: a field's key, or @address.")
@click.option("--always-add", is_flag=True, help="Add every row, whatever is there.")
@click.option("--clear", is_flag=True, help="An empty cell takes the answer away.")
@click.option(
    "--sheet", default="", help="The sheet of a spreadsheet (default: the first with rows)."
)
@click.option("--by", "person", help="Who brings it in (default: the wiki itself).")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_csv(
    form: str,
    file: Path,
    column: tuple[str, ...],
    match: str | None,
    always_add: bool,
    clear: bool,
    sheet: str,
    person: str | None,
    dry_run: bool,
) -> None:
    """Bring entries in from a table (CSV, XLSX, ODS, JSON); a second run ends what was killed or changes nothing."""
    asked = dict(pair.rpartition("=")[::2] for pair in column)
    try:
        with context():
            report = intake_run.bring_file(
                form,
                file,
                actor=actor_named(person),
                columns=asked,
                match="" if always_add else match,
                clear=clear,
                dry_run=dry_run,
                sheet=sheet,
                progress=progress("rows"),
            )
            indexer.catch_up(index.engine(), Pages())
    except Invalid as error:
        raise Refused(str(error)) from error
    if report.number:
        click.echo(
            f"import {report.number}: `gare import undo {report.number}` takes it back", err=True
        )
    _report(report)


@import_.command(name="undo")
@click.argument("number", type=int)
def import_undo(number: int) -> None:
    """Take back a whole import of entries, by the number it was given."""
    try:
        with context():
            found = intake_run.take_back(number, progress=progress("rows"))
    except Invalid as error:
        raise Refused(str(error)) from error
    if found is None:
        raise Refused(f"there is no import {number} to take back")
    _report(found)


def _report(report: Any) -> None:
    for line in report.problems:
        click.echo(line, err=True)
    click.echo(
        f"{report.created} created, {report.changed} changed, {report.same} unchanged", err=True
    )
    if report.problems:
        raise Refused(f"{len(report.problems)} could not be brought in")
