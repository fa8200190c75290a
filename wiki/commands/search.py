"""`gare synonyms …`, `gare pin …`, `gare files …`: what helps search find, and the room of files."""

from __future__ import annotations

from typing import TextIO

import click

from wiki.admin import storage_cleanup
from wiki.commands.base import FORGET_MISSING, Refused, context, main
from wiki.core import db
from wiki.core import files as store
from wiki.core.access import SYSTEM
from wiki.pages import find
from wiki.pages.files import text_extraction
from wiki.search import pins
from wiki.search import synonyms as search_synonyms


@main.group()
def synonyms() -> None:
    """The words that mean the same in this network, beside those every wiki knows."""


@synonyms.command(name="list")
def synonyms_list() -> None:
    """Print the groups, one a line."""
    with context():
        click.echo(search_synonyms.own())


@synonyms.command(name="set")
@click.argument("file", type=click.File(encoding="utf-8"))
def synonyms_set(file: TextIO) -> None:
    """Replace the groups by those of a file (- for what is typed), all or none."""
    with context():
        faults = search_synonyms.save(file.read())
    for fault in faults:
        click.echo(f"line {fault.number}: {fault.wrong.value} {fault.word}".rstrip(), err=True)
    if faults:
        raise Refused("nothing was changed")


@main.group()
def pin() -> None:
    """The pages chosen to come first for some words."""


@pin.command(name="list")
def pin_list() -> None:
    """Print the number, words and page of each."""
    with context():
        for each in pins.listing():
            click.echo(f"{each.id}\t{each.words}\t{each.page.name}")


@pin.command(name="add")
@click.argument("words")
@click.argument("page")
def pin_add(words: str, page: str) -> None:
    """Choose a page, by its name, for some words."""
    with context():
        found = find.page_or_none(page, actor=SYSTEM)
        if found is None:
            raise Refused(f"no page is called {page}")
        if pins.add(words, found) is None:
            raise Refused("these words say nothing")


@pin.command(name="remove")
@click.argument("number", type=int)
def pin_remove(number: int) -> None:
    """Choose a page no longer, by the number of `pin list`."""
    with context():
        if not pins.remove(number):
            raise Refused(f"no answer has the number {number}")


@main.group()
def files() -> None:
    """The text of files, by which search finds them, and the room they take."""


@files.command(name="list")
def files_list() -> None:
    """List the files whose text is not known, or not whole, and why."""
    with context():
        for row, page, text in db.session().execute(text_extraction.troubles()):
            click.echo(f"{row.sha256}\t{text.state}\t{text.reason or '-'}\t{page.name}/{row.name}")


@files.command(name="again")
@click.argument("sums", nargs=-1)
def files_again(sums: tuple[str, ...]) -> None:
    """Have files read again, by the SHA-256 that `gare files list` shows; without any, all of those."""
    with context():
        listed = (row.sha256 for row in db.session().scalars(text_extraction.troubles()))
        missing = text_extraction.want_missing()
        click.echo(f"{text_extraction.again(sums or list(listed)) + missing} to read", err=True)


@files.command(name="room")
@FORGET_MISSING
def files_room(forget_missing: bool) -> None:
    """Count the store again, and say in bytes what it holds, may hold, and what could be freed."""
    with context():
        store.recount(forget_missing=forget_missing)
        room, to_go = store.room(), storage_cleanup.unused_contents()
        click.echo(f"used\t{store.used()}\nallowed\t{room.allowed if room else '-'}")
        click.echo(f"to free\t{sum(one.size for one in to_go)}\t{len(to_go)} files")


@files.command(name="free")
@click.option("--days", type=click.IntRange(min=1), default=storage_cleanup.DAYS, show_default=True)
@click.option("--yes", is_flag=True, help="Do it; else only say what would be deleted.")
def files_free(days: int, yes: bool) -> None:
    """Delete for good the contents that no page has shown for so many days; former versions lose them."""
    with context():
        for one in storage_cleanup.unused_contents(days):
            click.echo(f"{one.sha256}\t{one.size}")
        if yes:
            count, size = storage_cleanup.delete_unused(days)
            click.echo(f"{count} deleted, {size} bytes free again", err=True)
