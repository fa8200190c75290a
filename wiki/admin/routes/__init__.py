"""Routes of the administration, one module per screen, and of the generated style sheet."""

from flask import Flask

from wiki.admin.rollback import job as rollback_job
from wiki.admin.routes import (
    appearance,  # noqa: F401
    dashboard,  # noqa: F401
    files,  # noqa: F401
    groups,  # noqa: F401
    menu,  # noqa: F401
    people,  # noqa: F401
    rollback,  # noqa: F401
    search,  # noqa: F401
    site,  # noqa: F401
    theme,  # noqa: F401
)
from wiki.admin.routes.blueprint import blueprint
from wiki.admin.tabs import admin_tabs
from wiki.core.registry import registries


def init_app(app: Flask) -> None:
    """Register the rollback job and the routes of the administration."""
    registries(app).add_job(rollback_job.JOB, rollback_job.work, slow=True)
    app.jinja_env.globals["admin_tabs"] = admin_tabs
    app.register_blueprint(blueprint)
