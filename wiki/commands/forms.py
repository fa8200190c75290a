"""`gare form …` and `gare list …`: forms and lists of the wiki as files, and ready-made forms."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from wiki.accounts import people
from wiki.bazar.builder import form_files
from wiki.bazar.entries import moderation, notifications, suggestions
from wiki.bazar.federation import definitions
from wiki.bazar.forms import catalogue, changes, forms
from wiki.bazar.forms.submission_terms import terms_of
from wiki.bazar.models import Form
from wiki.bazar.remote import cache
from wiki.bazar.setup import install, vocabulary_files
from wiki.bazar.values import vocabularies
from wiki.commands.base import Refused, context, main
from wiki.core import db, settings
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.core.search.index import indexer
from wiki.pages.save import Conflict, Gone
from wiki.search import index
from wiki.search.indexing.documents import Pages


@main.group()
def form() -> None:
    """Forms, as files that another wiki takes."""


@form.command(name="export")
@click.argument("key")
def form_export(key: str) -> None:
    """Print a form as JSON, without its entries."""
    with context():
        found = _form(key)
        written = form_files.as_json(found)
    click.echo(written)


@form.command(name="import")
@click.argument("file")
def form_import(file: str) -> None:
    """Make a form of such a FILE, or of the address of a form of another wiki, and print its address."""
    try:
        with context():
            if file.startswith(("http://", "https://")):
                found = definitions.fetch(file)
                for label in found.left:
                    click.echo(f"left aside: {label}", err=True)
                made = form_files.make(found.definition)
            elif Path(file).is_file():
                made = form_files.make_from(Path(file).read_bytes())
            else:
                raise Refused(f"there is no file {file}")
    except Invalid as error:
        raise Refused(str(error)) from error
    click.echo(made.key)


@form.command(name="elsewhere")
@click.argument("key")
@click.option("--add", default="", help="Address of a form of another wiki to show beside it.")
@click.option("--remove", type=int, help="Number of one to show no more.")
def form_elsewhere(key: str, add: str, remove: int | None) -> None:
    """Print the forms of other wikis whose entries are shown beside a form's: number, address, entries, trouble."""
    try:
        with context():
            found = _form(key)
            if add:
                cache.add(found, add)
            if remove is not None and not cache.remove(found, remove):
                raise Refused(f"it shows nothing of the number {remove}")
            for source, where, count in cache.standing_of(found):
                click.echo(f"{source.id}\t{where.page}\t{count}\t{source.problem}")
    except Invalid as error:
        raise Refused(str(error)) from error


@form.command(name="suggestions")
@click.argument("key")
@click.option("--accept", type=int, help="Number of one to save.")
@click.option("--refuse", type=int, help="Number of one to throw away.")
@click.option("--reason", default="", help="A word to its author, with --refuse.")
def form_suggestions(key: str, accept: int | None, refuse: int | None, reason: str) -> None:
    """Print the changes suggested to the entries of a form: number, entry, author, fields."""
    # What is decided is told by mail, with addresses.
    with context(), current_app.test_request_context():
        found = _form(key)
        for number in (accept, refuse):
            if number is None:
                continue
            waiting = suggestions.one(found, number, actor=SYSTEM)
            if waiting is None:
                raise Refused(f"no suggestion has the number {number}")
            try:
                if number == accept:
                    suggestions.accept(waiting, actor=SYSTEM)
                else:
                    suggestions.refuse(waiting, reason=reason)
            except (Conflict, Gone, Invalid) as error:
                raise Refused(
                    f"{number}: {error or 'the same answers changed meanwhile'}"
                ) from error
        for one in suggestions.queue(found, actor=SYSTEM):
            fields = ", ".join(spec.key for spec in one.specs)
            click.echo(f"{one.row.id}\t{one.page.name}\t{one.row.author_name}\t{fields}")


@form.command(name="waiting")
@click.argument("key")
@click.option("--vote", default="", help="Name of an entry to let out.")
@click.option("--as", "person", default="", help="Whose vote it is; without, it comes out at once.")
def form_waiting(key: str, vote: str, person: str) -> None:
    """Print the entries of a form that wait to come out: name, votes, votes needed."""
    # What is decided is told by mail, with addresses.
    with context(), current_app.test_request_context():
        found = _form(key)
        if vote:
            _vote(found, vote, person)
        pages = moderation.queue(found, actor=SYSTEM)
        votes = moderation.votes_of(pages, actor=SYSTEM)
        for page in pages:
            click.echo(f"{page.name}\t{votes[page.id][0]}\t{terms_of(found).approvals}")


def _vote(found: Form, name: str, person: str) -> None:
    user = people.find_user(person) if person else None
    if person and user is None:
        raise Refused(f"nobody is called {person}")
    actor = people.actor_of(user) if user else SYSTEM
    page = next((one for one in moderation.queue(found, actor=SYSTEM) if one.name == name), None)
    if page is None:
        raise Refused(f"{name} does not wait")
    if user is None:
        with db.write() as session:
            moderation.accept(page, found, actor=SYSTEM)
            notifications.tell_decision(session, page, accepted=True, reason="")
    elif not moderation.may_vote(page, found, actor):
        raise Refused(f"{person} has no vote for {name}")
    else:
        notifications.approved(page, found, actor=actor)


def _form(key: str) -> Form:
    found = forms.form_named(key)
    if found is None:
        raise Refused(f"there is no form called {key}")
    return found


@form.command(name="models")
def form_models() -> None:
    """Print the ready-made forms, one a line: name, title, how many fields."""
    with context():
        lang = str(settings.get("lang"))
        for model in catalogue.models():
            click.echo(f"{model.model}\t{model.title[lang]}\t{len(model.fields)}")


@form.command(name="make")
@click.argument("model")
@click.option("--samples", is_flag=True, help="With its sample entries.")
@click.option("--page", is_flag=True, help="With a page that shows them.")
@click.option("--alone", is_flag=True, help="Without the forms it points to.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Default: the wiki's.")
def form_make(model: str, samples: bool, page: bool, alone: bool, lang: str | None) -> None:
    """Make a ready-made form and those it points to; print their addresses, its own last."""
    try:
        with context():
            said = lang or str(settings.get("lang"))
            made = install.make(
                model, said, actor=SYSTEM, related=not alone, samples=samples, page=page
            )
            indexer.catch_up(index.engine(), Pages())
    except catalogue.UnknownModel as error:
        raise Refused(f"no ready-made form is called {error}: see `gare form models`") from error
    for one in (*made.related, made.form):
        click.echo(one.key)


@main.group(name="list")
def list_() -> None:
    """Lists of the wiki, from which fields take their choices."""


@list_.command(name="import")
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", default="", help="Its title; needed for a new one.")
@click.option("--replace", is_flag=True, help="Remove the values that the file does not have.")
def list_import(key: str, file: Path, title: str, replace: bool) -> None:
    """Make or change a list from a CSV or JSON file."""
    try:
        with context(), db.write() as session:
            found, rows = vocabularies.named(key), vocabulary_files.read(file.read_bytes())
            held = [] if replace or found is None else found.values
            title = title or (found.title if found else key)
            vocabularies.store(
                session, key, title=title, values=vocabulary_files.merged(held, rows)
            )
            changes.list_changed(session, key)
    except Invalid as error:
        raise Refused(str(error)) from error


@list_.command(name="export")
@click.argument("key")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of JSON.")
def list_export(key: str, as_csv: bool) -> None:
    """Print a list."""
    with context():
        found = vocabularies.named(key)
        if found is None:
            raise Refused(f"there is no list called {key}")
        written = vocabulary_files.as_csv(found) if as_csv else vocabulary_files.as_json(found)
    click.echo(written)
