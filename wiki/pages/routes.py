"""Every screen of pages: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.pages import rights, show_routes  # noqa: F401
from wiki.pages.blueprint import blueprint
from wiki.pages.booklet import routes as booklets  # noqa: F401 - they add theirs
from wiki.pages.editing import completion, drafts, presence, preview, visual_mode  # noqa: F401
from wiki.pages.editing import routes as editing_routes  # noqa: F401
from wiki.pages.files import attachments, pending_routes  # noqa: F401
from wiki.pages.history import authors, blame, changes, purge  # noqa: F401
from wiki.pages.history import routes as history_routes  # noqa: F401
from wiki.pages.live import routes as together  # noqa: F401
from wiki.pages.maintenance import favourites, lists, reviews  # noqa: F401
from wiki.pages.sharing import crawlers, shared_page  # noqa: F401
from wiki.pages.sharing import routes as sharing_routes  # noqa: F401
from wiki.pages.structure import backlinks, move_routes, tags, templates, trash, tree_routes  # noqa: F401

__all__ = ["blueprint"]
