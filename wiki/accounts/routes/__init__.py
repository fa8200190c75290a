"""The routes of accounts: sign-in, sign-up, reset, profile, language. One module for each."""

from flask import Flask

from wiki.accounts import mails, sessions
from wiki.accounts.routes import language, profile, reset, sign_in, sign_up, tokens  # noqa: F401
from wiki.accounts.routes.blueprint import blueprint
from wiki.core.registry import registries


def init_app(app: Flask) -> None:
    """Recognise who sends a request, and let the worker send the mails of accounts."""
    registries(app).add_job(mails.JOB, mails.deliver)
    sessions.init_app(app)
    app.register_blueprint(blueprint)
