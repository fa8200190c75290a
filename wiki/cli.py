"""`gare …`: short commands that call the same functions as the routes, without ever asking back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click
from flask import Flask

from wiki import instances, page_commands, project_commands, serving
from wiki import worker as background
from wiki.accounts import people, sessions
from wiki.accounts.models import ADMINS
from wiki.app import close_app, create_app
from wiki.bazar import catalogue, forms, nomenclature_files, nomenclatures, ready_made
from wiki.bazar.builder import form_files
from wiki.bazar.intake import command as intake_run
from wiki.config import BadSetting
from wiki.core import db, jobs, schema, settings
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid
from wiki.core.search import indexer
from wiki.pages import file_texts, find
from wiki.pages import rebuild as derived
from wiki.search import index, pins, wording
from wiki.search.documents import Pages
from wiki.talk import digest
from wiki.talk.follows import RHYTHMS
from wiki.transfer import backup as archive
from wiki.transfer import demo as network
from wiki.transfer import keeping
from wiki.transfer.diagnosis import diagnose
from wiki.transfer.formats import jsonl, markdown

Command = TypeVar("Command", bound=Callable[..., Any])


class Refused(click.ClickException):
    """What could not be done, in one line."""


@click.group()
@click.version_option(package_name="gare")
def main() -> None:
    """Gare: a wiki for networks that cooperate. GARE_INSTANCE names the folder (default: ./instance)."""


def opened() -> Flask:
    """Return the application of the instance at hand. Raises Refused when there is none."""
    folder = instances.instance_of_environment()
    if not folder.is_dir():
        raise Refused(f"no wiki in {folder}: run `gare init` first, or set GARE_INSTANCE")
    try:
        app = create_app(folder)
    except BadSetting as error:
        raise Refused(str(error)) from error
    with app.app_context():
        made = schema.is_made()
    if not made:
        close_app(app)
        raise Refused(f"no wiki in {folder}: run `gare init` first, or set GARE_INSTANCE")
    return app


@contextmanager
def context() -> Iterator[None]:
    """Work on the instance at hand; its connections and files are closed at the end."""
    app = opened()
    try:
        with app.app_context():
            yield
    except keeping.Unknown as error:
        raise Refused(str(error)) from error
    finally:
        close_app(app)


def progress(label: str) -> Callable[[int, int], None]:
    """Return a function that shows how far a long work is, on the error stream."""

    def show(done: int, total: int) -> None:
        click.echo(f"\r{label} {done}/{total}", nl=done >= total, err=True)

    return show


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
    """Bring entries into a form from a table (CSV, XLSX, ODS, JSON); a second run changes nothing."""
    asked = dict(pair.rpartition("=")[::2] for pair in column)
    try:
        with context():
            report = intake_run.bring_file(
                form,
                file,
                actor=_actor(person),
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
    with context():
        found = intake_run.take_back(number, progress=progress("rows"))
    if found is None:
        raise Refused(f"there is no import {number} to take back")
    _report(found)


@main.group()
def form() -> None:
    """Forms, as files that another wiki takes."""


@form.command(name="export")
@click.argument("key")
def form_export(key: str) -> None:
    """Print a form as JSON, without its entries."""
    with context():
        found = forms.form_named(key)
        if found is None:
            raise Refused(f"there is no form called {key}")
        written = form_files.as_json(found)
    click.echo(written)


@form.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def form_import(file: Path) -> None:
    """Make a form of such a file, and print its address."""
    try:
        with context():
            made = form_files.make_from(file.read_bytes())
    except Invalid as error:
        raise Refused(str(error)) from error
    click.echo(made.key)


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
            made = ready_made.make(
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
            found, rows = nomenclatures.named(key), nomenclature_files.read(file.read_bytes())
            held = [] if replace or found is None else found.values
            title = title or (found.title if found else key)
            nomenclatures.store(
                session, key, title=title, values=nomenclature_files.merged(held, rows)
            )
            forms.list_changed(session, key)
    except Invalid as error:
        raise Refused(str(error)) from error


@list_.command(name="export")
@click.argument("key")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of JSON.")
def list_export(key: str, as_csv: bool) -> None:
    """Print a list."""
    with context():
        found = nomenclatures.named(key)
        if found is None:
            raise Refused(f"there is no list called {key}")
        written = nomenclature_files.as_csv(found) if as_csv else nomenclature_files.as_json(found)
    click.echo(written)


@main.command()
def reindex() -> None:
    """Make the search index again."""
    with context():
        indexer.rebuild(index.engine(), Pages(), progress("index"))


@main.group()
def synonyms() -> None:
    """The words that mean the same in this network, beside those every wiki knows."""


@synonyms.command(name="list")
def synonyms_list() -> None:
    """Print the groups, one a line."""
    with context():
        click.echo(wording.own())


@synonyms.command(name="set")
@click.argument("file", type=click.File(encoding="utf-8"))
def synonyms_set(file: TextIO) -> None:
    """Replace the groups by those of a file (- for what is typed), all or none."""
    with context():
        faults = wording.save(file.read())
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


@main.command()
def rebuild() -> None:
    """Make again all that is derived from pages: HTML, links, tags, values."""
    with context():
        derived.rebuild(everything=True, progress=progress("pages"))


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
def files() -> None:
    """The text of files, by which search finds them."""


@files.command(name="list")
def files_list() -> None:
    """List the files whose text is not known, or not whole, and why."""
    with context():
        for row, page, text in db.session().execute(file_texts.troubles()):
            click.echo(f"{row.sha256}\t{text.state}\t{text.reason or '-'}\t{page.name}/{row.name}")


@files.command(name="again")
@click.argument("sums", nargs=-1)
def files_again(sums: tuple[str, ...]) -> None:
    """Have files read again, by the SHA-256 that `gare files list` shows; without any, all of those."""
    with context():
        listed = (row.sha256 for row in db.session().scalars(file_texts.troubles()))
        missing = file_texts.want_missing()
        click.echo(f"{file_texts.again(sums or list(listed)) + missing} to read", err=True)


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


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole wiki (database, files, settings) into one archive, while it runs."""
    with context():
        archive.backup(file, progress=progress("files"))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup back into the instance folder, which must hold no wiki."""
    try:
        archive.restore(file, instances.instance_of_environment(), progress=progress("files"))
    except (FileExistsError, ValueError) as error:
        raise Refused(str(error)) from error


@main.command()
def upgrade() -> None:
    """Bring the database to this version, after a backup beside it."""
    with context():
        click.echo(f"backup: {archive.backup_before_upgrade()}", err=True)
        schema.upgrade()
        derived.rebuild(progress=progress("pages"))


@main.command()
def check() -> None:
    """Look whether the wiki is well, and say what is not."""
    with context():
        findings = diagnose()
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'} {finding.about}: {finding.says}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


def _actor(person: str | None) -> Actor:
    """Return who acts: a person by name, else the wiki itself. Raises Refused."""
    if person is None:
        return SYSTEM
    user = people.find_user(person)
    if user is None:
        raise Refused(f"nobody is called {person}")
    return people.actor_of(user)


main.add_command(project_commands.commands(context))
for command in page_commands.commands(context):
    main.add_command(command)


def _report(report: Any) -> None:
    for line in report.problems:
        click.echo(line, err=True)
    click.echo(
        f"{report.created} created, {report.changed} changed, {report.same} unchanged", err=True
    )
    if report.problems:
        raise Refused(f"{len(report.problems)} could not be brought in")


if __name__ == "__main__":
    main()
