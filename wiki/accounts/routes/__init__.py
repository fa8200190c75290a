"""Routes of accounts, one module per screen: sign-in, sign-up, reset, profile, tokens, language."""

from flask import Flask

from wiki.accounts import mails, sessions
from wiki.accounts.routes import language, profile, reset, sign_in, sign_up, tokens  # noqa: F401
from wiki.accounts.routes.blueprint import blueprint
from wiki.core.registry import registries


def init_app(app: Flask) -> None:
    """Register authentication, the routes and the mail job of accounts."""
    registries(app).add_job(mails.JOB, mails.deliver)
    sessions.init_app(app)
    app.register_blueprint(blueprint)
