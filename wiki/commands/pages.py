"""`gare move`, `unmove`, `review`, `garden`: pages, as the screens do."""

from __future__ import annotations

import click

from wiki.commands.base import context, main
from wiki.transfer import keeping


@main.command()
@click.argument("page")
@click.option("--name", help="Its new address.")
@click.option("--title", help="Its new title.")
@click.option("--under", help="The page above it; empty: the root of the wiki.")
@click.option("--no-links", is_flag=True, help="Leave the links of other pages as they are.")
def move(page: str, name: str | None, title: str | None, under: str | None, no_links: bool) -> None:
    """Rename or move a page; the old address is kept, and links to it are rewritten."""
    with context():
        click.echo(f"move {keeping.move(page, name, title, under, links=not no_links)}")


@main.command()
@click.argument("number", type=int)
def unmove(number: int) -> None:
    """Undo a move by its number, its links included."""
    with context():
        keeping.unmove(number)


@main.command()
@click.argument("page")
@click.option("--until", help="Good until this date (2026-12-31); empty: for ever.")
@click.option("--by", help="Sign-in name of who is to read it.")
@click.option("--read", is_flag=True, help="It has just been read.")
def review(page: str, until: str | None, by: str | None, read: bool) -> None:
    """Say until when a page is good, and who reads it again."""
    with context():
        keeping.review(page, until, by, read=read)


@main.command()
@click.argument("bed", required=False)
def garden(bed: str | None) -> None:
    """Count what needs a hand, or list one kind of it: stale, wanted, orphans…"""
    with context():
        for line in keeping.garden_lines(bed):
            click.echo(line)
