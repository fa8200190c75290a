"""The screens of macros: their help, the components dialog, slides, contact forms."""

from flask import Flask

from wiki.core.registry import load, registries
from wiki.macros.base import Macro, by_name
from wiki.macros.routes import contact, dialog, reference, slides  # noqa: F401
from wiki.macros.routes.blueprint import blueprint
from wiki.macros.support import feeds


def init_app(app: Flask) -> None:
    """Load every macro, let the worker refresh feeds, and add the screens."""
    known = registries(app)
    known.macros.update(by_name(load("wiki.macros", Macro).values()))
    known.add_job(feeds.JOB, feeds.refresh)
    app.register_blueprint(blueprint)
