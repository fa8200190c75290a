"""The `gare` command, the wiki at hand, and how a command says no or how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask import Flask

from wiki import instances
from wiki.accounts import people
from wiki.app import close_app, create_app
from wiki.config import BadSetting
from wiki.core import files, schema
from wiki.core.access import SYSTEM, Actor
from wiki.transfer import page_actions


class Refused(click.ClickException):
    """What could not be done, in one line."""


FORGET_MISSING = click.option(
    "--forget-missing",
    is_flag=True,
    help="Count files that are not in the folder as gone, however many.",
)


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
    except files.StoreIncomplete as error:
        raise Refused(f"{error} To forget them all the same: --forget-missing") from error
    except page_actions.Unknown as error:
        raise Refused(str(error)) from error
    finally:
        close_app(app)


def progress(label: str) -> Callable[[int, int], None]:
    """Return a function that shows how far a long work is, on the error stream."""

    def show(done: int, total: int) -> None:
        click.echo(f"\r{label} {done}/{total}", nl=done >= total, err=True)

    return show


def actor_named(person: str | None) -> Actor:
    """Return who acts: a person by name, else the wiki itself. Raises Refused."""
    if person is None:
        return SYSTEM
    user = people.find_user(person)
    if user is None:
        raise Refused(f"nobody is called {person}")
    return people.actor_of(user)
