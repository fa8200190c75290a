"""`gare token …`, `gare user …`, `gare digests`: people, their tokens and their mails."""

from __future__ import annotations

from pathlib import Path

import click

from wiki.accounts import people, sessions
from wiki.accounts.models import ADMINS
from wiki.commands.base import Refused, context, main
from wiki.core import db, jobs
from wiki.core.http import Invalid
from wiki.subscriptions import digest
from wiki.subscriptions.follows import RHYTHMS


@main.command()
@click.option(
    "--rhythm",
    type=click.Choice(RHYTHMS),
    multiple=True,
    help="Only these mails; without it, all of them.",
)
def digests(rhythm: tuple[str, ...]) -> None:
    """Send what followers have not been told yet now, whatever the hour."""
    with context():
        queued = sum(digest.queue(one, until=db.utcnow()) for one in rhythm or RHYTHMS)
        jobs.run_due()
    click.echo(f"{queued} followers", err=True)


@main.group()
def token() -> None:
    """Tokens of the API."""


@token.command(name="create")
@click.argument("person")
@click.option("--label", default="cli")
def token_create(person: str, label: str) -> None:
    """Print a new API token of a person (sign-in name or e-mail)."""
    with context(), db.write(quiet=True) as session:
        user = people.find_user(person)
        if user is None:
            raise Refused(f"nobody is called {person}")
        made = sessions.make_token(session, user, "api", label=label)
    click.echo(made)


@main.group()
def user() -> None:
    """People with an account."""


@user.command(name="add")
@click.argument("name")
@click.option("--email", required=True)
@click.option(
    "--password-file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--admin", is_flag=True)
def user_add(name: str, email: str, password_file: Path, admin: bool) -> None:
    """Add a person."""
    password = password_file.read_text().rstrip("\r\n")
    try:
        with context(), db.write() as session:
            groups = (ADMINS,) if admin else ()
            people.add_user(session, name=name, email=email, password=password, groups=groups)
    except Invalid as error:
        raise Refused(str(error)) from error
