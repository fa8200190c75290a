"""`gare share …` and `gare booklet`: pages lent and bound from the command line, as the screens do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import current_app, g, url_for

from wiki.accounts import people
from wiki.commands.base import context, main
from wiki.core.access import Actor
from wiki.core.http import Invalid, absolute_url
from wiki.pages import find
from wiki.pages.booklet import booklet as booklet_booklet
from wiki.pages.booklet import pdf, selection
from wiki.pages.booklet.chapters import pages_of
from wiki.pages.booklet.epub import epub
from wiki.pages.models import Page
from wiki.pages.sharing import links


@main.group()
def share() -> None:
    """Secret links by which a page is read without any right."""


@share.command("list")
@click.argument("page")
@click.option("--person", required=True, help="Sign-in name of the owner, or of an admin.")
def share_list(page: str, person: str) -> None:
    """Print the links that open a page: number, last day, for whom, by whom."""
    with _as(person) as actor:
        for link, author in links.links_of(_page(page, actor)):
            click.echo("\t".join([str(link.id), str(link.last_day or "-"), link.label, author]))


@share.command("make")
@click.argument("page")
@click.option("--person", required=True, help="Sign-in name of the owner, or of an admin.")
@click.option("--label", default="", help="For whom.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day it opens.")
def share_make(page: str, person: str, label: str, until: datetime | None) -> None:
    """Make a secret link and print it, this once."""
    with _as(person) as actor:
        day = until.date() if until else None
        token = links.make(_page(page, actor), label=label, until=day, actor=actor)
        click.echo(absolute_url(url_for("pages.lent", token=token)))


@share.command("end")
@click.argument("page")
@click.argument("number", type=int)
@click.option("--person", required=True, help="Sign-in name of the owner, or of an admin.")
def share_end(page: str, number: int, person: str) -> None:
    """Take a link back."""
    with _as(person) as actor:
        if not links.revoke(_page(page, actor), number, actor=actor):
            raise click.ClickException("this page has no such link")


@main.command("booklet")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("pages", nargs=-1)
@click.option("--of", "tree", help="A page and all those under it, or a central station.")
@click.option("--title", default="", help="By default that of the first page.")
@click.option("--person", default="", help="Whose rights; by default everyone's.")
def booklet(target: Path, pages: tuple[str, ...], tree: str, title: str, person: str) -> None:
    """Bind PAGES, in this order, into TARGET: an .epub, or a .pdf where WeasyPrint is installed."""
    with _as(person) as actor:
        chosen = selection.tree_of(_page(tree, actor), actor=actor) if tree else []
        chosen += [_page(name, actor) for name in pages]
        found = pages_of([page.id for page in chosen], actor=actor)
        if not found:
            raise click.ClickException("no page to bind")
        bound = booklet_booklet.bound(found, title=title or found[0].title, actor=actor)
        target.write_bytes(_file(target.suffix, booklet_booklet.with_pictures(bound)))


def _file(ending: str, book: booklet_booklet.Booklet) -> bytes:
    if ending == ".epub":
        return epub(book)
    if ending != ".pdf":
        raise click.ClickException("the file ends with .epub or .pdf")
    if not pdf.is_possible():
        raise click.ClickException("WeasyPrint is not installed: pip install 'gare[pdf]'")
    try:
        return pdf.pdf(book)
    except pdf.NotPrinted as error:
        raise click.ClickException(f"no PDF: {error}") from error


@contextmanager
def _as(person: str) -> Iterator[Actor]:
    """Work as a person, or as anyone when none is named."""
    with context(), current_app.test_request_context():
        user = people.find_user(person) if person else None
        if person and user is None:
            raise click.ClickException(f"nobody is called {person}")
        g.actor = people.actor_of(user) if user else people.anonymous_actor()
        try:
            yield g.actor
        except Invalid as error:
            raise click.ClickException(str(error)) from error
        except PermissionError as error:
            raise click.ClickException("only its owner and admins lend a page") from error


def _page(name: str, actor: Actor) -> Page:
    found = find.page_or_none(name, actor=actor)
    if found is None:
        raise click.ClickException(f"no page called {name}")
    return found
