"""Registration of the routes, jobs and kind of text pages."""

from __future__ import annotations

from flask import Flask

from wiki.core.registry import registries
from wiki.pages import (
    actions,
    external_links,
    rights_routes,  # noqa: F401
    show_routes,  # noqa: F401
)
from wiki.pages.blueprint import blueprint
from wiki.pages.booklet import routes as booklet_routes  # noqa: F401
from wiki.pages.editing import completion, drafts, preview, visual_mode  # noqa: F401
from wiki.pages.editing import routes as editing_routes  # noqa: F401
from wiki.pages.files import (
    attachments,  # noqa: F401
    pending_routes,  # noqa: F401
    text_extraction,
)
from wiki.pages.history import authors, blame, changes, purge  # noqa: F401
from wiki.pages.history import routes as history_routes  # noqa: F401
from wiki.pages.images import thumbnails
from wiki.pages.kinds import Kind
from wiki.pages.live import (
    cleanup,
    presence,  # noqa: F401
)
from wiki.pages.live import routes as live_routes  # noqa: F401
from wiki.pages.maintenance import favourites, lists, reviews  # noqa: F401
from wiki.pages.sharing import crawlers, shared_page  # noqa: F401
from wiki.pages.sharing import routes as sharing_routes  # noqa: F401
from wiki.pages.structure import (
    backlinks,  # noqa: F401
    link_rewriting,
    move_routes,  # noqa: F401
    moves,
    tags,  # noqa: F401
    templates,  # noqa: F401
    trash,  # noqa: F401
    tree_routes,  # noqa: F401
)


def init_app(app: Flask) -> None:
    """Register the kind and the jobs of pages, and their routes."""
    registry = registries(app)
    page = Kind()
    registry.kinds[page.name] = page
    registry.add_job(text_extraction.JOB, text_extraction.read_one, slow=True)
    registry.add_job(external_links.JOB, external_links.check_next)
    registry.add_job(moves.JOB, link_rewriting.run)
    app.jinja_env.globals.update(page_actions=actions.page_actions, page_menu=actions.page_menu)
    authors.init_app(app)
    blame.init_app(app)
    cleanup.init_app(app)
    thumbnails.init_app(app)
    app.register_blueprint(blueprint)
