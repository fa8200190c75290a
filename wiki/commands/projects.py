"""`gare project …`: projects from the command line, by the same functions as the routes."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from flask import current_app

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.commands.base import context, main
from wiki.core import i18n
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.projects import closure, create, find, membership, relocation, templates
from wiki.projects.models import JOININGS, ROLES, VISIBILITIES, Project
from wiki.projects.roles import set_role
from wiki.transfer.projects import export, jobs
from wiki.transfer.projects import plan as plans
from wiki.transfer.projects.archive_reader import Archive
from wiki.transfer.static_site import archive as write_archive
from wiki.upkeep.chores import chores


@main.group(name="project")
def projects() -> None:
    """Projects and their stations."""


@projects.command("list")
def project_list() -> None:
    """Print every project, one JSON object a line."""
    with context():
        for project, _page in find.visible_projects(SYSTEM, every=True):
            click.echo(json.dumps(_said(project), ensure_ascii=False))


@projects.command("upkeep")
@click.argument("key")
def project_upkeep(key: str) -> None:
    """Print what a project's station needs, one JSON object a line, the most pressing first."""
    with context(), refused(), current_app.test_request_context():
        found = find.project_or_none(key, actor=SYSTEM)
        if found is None:
            raise click.ClickException(f"no project {key}")
        for one in chores(*found, actor=SYSTEM):
            said = {"kind": one.kind, "what": one.words, "way": one.way, "url": one.url}
            click.echo(json.dumps(said, ensure_ascii=False))


@projects.command("create")
@click.argument("title")
@click.option("--purpose", required=True)
@click.option("--template", default="association", show_default=True)
@click.option("--visibility", type=click.Choice(VISIBILITIES), default="public")
@click.option("--joining", type=click.Choice(JOININGS), default="open")
@click.option("--contact", default="", help="https://… or mailto:…")
@click.option("--referent", required=True, help="Sign-in name or e-mail.")
def project_create(title: str, template: str, referent: str, **plan: str) -> None:
    """Make a project with its station from a template, and print its key."""
    with context(), refused(), current_app.test_request_context():
        chosen = {one.key: one for one in templates.every_template(i18n.language())}.get(template)
        if chosen is None:
            raise click.ClickException(f"there is no template called {template}")
        author = people.actor_of(person(referent))
        blocks = templates.blocks_of(chosen)
        stages = list(chosen.stages)
        wanted = create.Plan(
            title=title, blocks=blocks, stages=stages, greeting=chosen.greeting, **plan
        )
        click.echo(create.make(wanted, author=author).name)


@projects.command("set")
@click.argument("key")
@click.option("--visibility", type=click.Choice(VISIBILITIES))
@click.option("--joining", type=click.Choice(JOININGS))
def project_set(key: str, visibility: str | None, joining: str | None) -> None:
    """Say who sees a project and how people come in."""
    with context(), refused():
        if visibility:
            create.change_visibility(project(key), visibility)
        if joining:
            create.change_joining(project(key), joining)


@projects.command("role")
@click.argument("key")
@click.argument("name")
@click.argument("role", type=click.Choice([*ROLES, "none"]))
def project_role(key: str, name: str, role: str) -> None:
    """Give a person a role in a project, or none."""
    with context(), refused():
        given = "" if role == "none" else role
        set_role(project(key), person(name), given, by=SYSTEM)


@projects.command("invite")
@click.argument("key")
@click.option("--role", type=click.Choice(["member", "guest"]), default="member")
@click.option("--days", default=14, show_default=True)
@click.option("--label", default="")
def project_invite(key: str, **asked: Any) -> None:
    """Print a new link of invitation (its path: put it after the wiki's address)."""
    with context(), refused():
        click.echo(f"/-/projects/invitations/{membership.invite(project(key), by=SYSTEM, **asked)}")


@projects.command("close")
@click.argument("key")
@click.option("--successor", default="", help="Page where it goes on.")
@click.option("--reopen", is_flag=True)
def project_end(key: str, successor: str, reopen: bool) -> None:
    """Close a project, which becomes read only, or open it again."""
    with context(), refused():
        if reopen:
            closure.reopen(project(key))
        else:
            closure.close(project(key), by=SYSTEM, successor=successor)


@projects.command("archive")
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reader", default="", help="Only what this person may read (default: all).")
def project_archive(key: str, file: Path, reader: str) -> None:
    """Write a project as a zip of plain HTML files."""
    with context(), refused():
        actor = people.actor_of(person(reader)) if reader else SYSTEM
        count = write_archive(project(key), file, actor=actor)
    click.echo(f"{count} pages", err=True)


@projects.command("export")
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reader", default="", help="Only what this person may read (default: all).")
@click.option("--email", multiple=True, help="Sign-in name of who agreed to be written to.")
def project_export(key: str, file: Path, reader: str, email: tuple[str, ...]) -> None:
    """Write a project as an archive that another Gare brings in."""
    with context(), refused():
        actor = people.actor_of(person(reader)) if reader else SYSTEM
        agreed = export.agreeing(project(key), email, actor=SYSTEM)
        head = export.pack(project(key), file, actor=actor, emails=agreed)
    click.echo(json.dumps(head["counts"]))


@projects.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preview", is_flag=True, help="Only say what it would make.")
@click.option("--referent", default="", help="Who answers for it here: name or e-mail.")
@click.option("--invite", is_flag=True, help="Write to those who agreed and have no account.")
@click.option("--receipt", type=click.Path(dir_okay=False, path_type=Path))
def project_import(
    file: Path, preview: bool, referent: str, invite: bool, receipt: Path | None
) -> None:
    """Make the project of an archive: all of it, or nothing. Prints what came of it as JSON."""
    with context(), refused():
        if preview:
            with Archive(file) as archive:
                archive.verify()
                said = jobs.in_words(plans.made_of(archive))
            click.echo(json.dumps(said, ensure_ascii=False))
            return
        actor = people.actor_of(person(referent)) if referent else SYSTEM
        report = dict(jobs.arrive(file, actor=actor, invite=invite))
        given = json.dumps(report.pop("receipt"), ensure_ascii=False)
    if receipt:
        receipt.write_text(given)
    click.echo(json.dumps(report, ensure_ascii=False))


@projects.command("moved")
@click.argument("key")
@click.argument("address", default="")
@click.option("--receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def project_moved(key: str, address: str, receipt: Path | None) -> None:
    """Close a project and lead its addresses to the wiki it went to; none takes that back."""
    with context(), refused():
        given = receipt.read_bytes() if receipt else b""
        relocation.move_away(project(key), address, given, by=SYSTEM)


def _said(project: Project) -> dict[str, str]:
    return {
        "key": project.key,
        "title": project.title,
        "visibility": project.visibility,
        "joining": project.joining,
        "closed_at": project.closed_at.isoformat() if project.closed_at else "",
    }


def project(key: str) -> Project:
    """Return a project by its key. Raises ClickException."""
    found = find.project_or_none(key, actor=SYSTEM)
    if found is None:
        raise click.ClickException(f"there is no project called {key}")
    return found[0]


def person(name: str) -> User:
    """Return a person by sign-in name or e-mail. Raises ClickException."""
    found = people.find_user(name)
    if found is None:
        raise click.ClickException(f"nobody is called {name}")
    return found


class refused(AbstractContextManager[None]):  # noqa: N801 - used as a word: `with refused():`
    """Say in one line what could not be done."""

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, Invalid):
            raise click.ClickException(str(error)) from error
