"""The routes of transfer: projects exported to another wiki and imported from one."""

from __future__ import annotations

from flask import Flask

from wiki.core.registry import registries
from wiki.transfer.projects import jobs
from wiki.transfer.projects.routes import blueprint


def init_app(app: Flask) -> None:
    """Let the worker export and import projects, and add the screens."""
    registries(app).add_job(jobs.JOB, jobs.work, slow=True)
    jobs.init_app(app)
    app.register_blueprint(blueprint)
