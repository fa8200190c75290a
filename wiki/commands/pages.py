"""`gare move`, `unmove`, `review`, `garden`, `takeback`: pages, as the screens do."""

from __future__ import annotations

from collections.abc import Iterator

import click

from wiki.admin.rollback import job as taking_back
from wiki.commands.base import Refused, context, main, progress
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.transfer import page_actions

WAYS = {0: "trash", None: "left"}
"""What is done to a page that no version is brought back to."""


@main.command()
@click.argument("page")
@click.option("--name", help="Its new address.")
@click.option("--title", help="Its new title.")
@click.option("--under", help="The page above it; empty: the root of the wiki.")
@click.option("--no-links", is_flag=True, help="Leave the links of other pages as they are.")
def move(page: str, name: str | None, title: str | None, under: str | None, no_links: bool) -> None:
    """Rename or move a page; the old address is kept, and links to it are rewritten."""
    with context():
        click.echo(f"move {page_actions.move(page, name, title, under, links=not no_links)}")


@main.command()
@click.argument("number", type=int)
def unmove(number: int) -> None:
    """Undo a move by its number, its links included."""
    with context():
        page_actions.unmove(number)


@main.command()
@click.argument("page")
@click.option("--until", help="Good until this date (2026-12-31); empty: for ever.")
@click.option("--by", help="Sign-in name of who is to read it.")
@click.option("--read", is_flag=True, help="It has just been read.")
def review(page: str, until: str | None, by: str | None, read: bool) -> None:
    """Say until when a page is good, and who reads it again."""
    with context():
        page_actions.review(page, until, by, read=read)


@main.command()
@click.argument("bed", required=False)
def garden(bed: str | None) -> None:
    """Count what needs a hand, or list one kind of it: stale, wanted, orphans…"""
    with context():
        for line in page_actions.garden_lines(bed):
            click.echo(line)


@main.command()
@click.option(
    "--by", help="Sign-in name or address of who changed them; without it, those without account."
)
@click.option("--since", required=True, help="Since when, in the wiki's time: 2026-11-26T14:00.")
@click.option("--yes", is_flag=True, help="Do it; else it is only said.")
def takeback(by: str | None, since: str, yes: bool) -> None:
    """Bring pages back to their last version by someone else; what nobody else wrote goes, files and comments too."""
    with context():
        try:
            user, moment = taking_back.parse_request(by or "", since)
        except Invalid as invalid:
            raise Refused(" ".join(invalid.errors.values())) from invalid
        plan = taking_back.make_plan(user, moment, actor=SYSTEM)
        for line in _lines(plan):
            click.echo(line)
        if yes:
            told = progress("pages, files and comments")
            report = taking_back.roll_back(
                user,
                moment,
                actor=SYSTEM,
                progress=lambda counted, total: told(sum(counted.values()), total),
            )
            click.echo(", ".join(f"{count} {name}" for name, count in report.items()), err=True)


def _lines(plan: taking_back.Plan) -> Iterator[str]:
    """Say what would be taken back, a thing a line."""
    for step in plan.steps:
        yield f"{step.page.name}\t{WAYS.get(step.to, step.to)}"
    for laid in plan.laid:
        yield f"{laid.page.name}\tfile {laid.file.name}\t{'back to the one before' if laid.before else 'off'}"
    for said in plan.said:
        yield f"{said.page.name}\tcomment {said.comment.id}\t{' '.join(said.comment.text.split())[:60]}"
    if plan.signs:
        yield f"-\tsigns\t{plan.signs}"
