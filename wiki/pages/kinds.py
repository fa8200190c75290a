"""The base class of page kinds, which is the kind of text pages; other features register their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from markupsafe import Markup

from wiki.core.access import WIKI_RULES, Actor
from wiki.core.registry import registries
from wiki.pages import rendering, three_way_merge
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision
from wiki.pages.renaming import Renaming


class Kind:
    """Text pages, and the base class of other kinds, which override these methods."""

    name: ClassVar[str] = "text"
    template: ClassVar[str] = "pages/show.html"
    """The template of this kind; those of other kinds extend its blocks."""

    shows_body: ClassVar[bool] = True
    """Whether the template shows `body` (False: only parts of its own)."""

    def label(self, page: Page) -> str:
        """Return the name of this kind for readers."""
        return str(_("Page"))

    def edit_url(self, page: Page) -> str | None:
        """Return the URL of this kind's own editor, None for the text editor."""
        return None

    def view_url(self, page: Page) -> str | None:
        """Return the URL of this kind's own view, None for the usual one."""
        return None

    def default_rules(self, page: Page) -> int:
        """Return the id of the rule set that applies to a page without rules of its own."""
        return WIKI_RULES

    def may_rule(self, page: Page) -> bool:
        """Return whether the owner may change the page's access rules now."""
        return True

    def pointed_at(self, page: Page, *, actor: Actor) -> list[tuple[str, Sequence[Page]]]:
        """Return the readable pages whose data refer to this one, as (label of the reference, pages)."""
        return []

    def says_rules(self, page: Page) -> Mapping[str, str]:
        """Return the privileges whose rule comes from the page's content, each with a label of its source."""
        return {}

    def may_lend(self, page: Page) -> bool:
        """Return whether share links may open it: only if `body` and the page's attachments are all it shows."""
        return page.kind == "text"

    def body(self, page: Page, revision: Revision, *, actor: Actor) -> Markup:
        """Return the HTML of the page's body for this reader."""
        return rendering.body(page, revision, actor=actor)

    def context(self, page: Page, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        """Return the template context that this kind adds to that of every page."""
        return {}

    def source(self, revision: Revision, *, actor: Actor) -> str:
        """Return the text of a revision for comparison and `raw`, limited to what this reader may see."""
        return revision.text

    def data_for(self, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        """Return the data of a revision without the values hidden from this reader."""
        return dict(revision.data)

    def keep_hidden(self, head: Revision, data: dict[str, Any], *, actor: Actor) -> dict[str, Any]:
        """Return the data to save, with the values the actor may not change taken from `head`."""
        return data

    def complete(self, page: Page, content: Content, *, actor: Actor) -> Content:
        """Return the content to save with computed values filled in; called under the write lock."""
        return content

    def merge(
        self, base: Revision, mine: Content, theirs: Revision
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the data merged from three versions, and the names of the parts both sides changed."""
        return three_way_merge.merge_data(base.data, mine.data, theirs.data)

    def derive(self, page: Page, content: Content) -> None:
        """Write the derived rows of a save, in its transaction."""

    def links(self, page: Page, content: Content) -> tuple[str, ...]:
        """Return the page names that the data link to; those of the text are collected separately."""
        return ()

    def relinked(self, page: Page, content: Content, renaming: Renaming) -> Content:
        """Return the content with its references to a renamed page updated."""
        return replace(content, text=renaming.text(content.text, page.lang))

    def search_text(self, page: Page, revision: Revision) -> str:
        """Return the text of the data to index for search: only what every reader of the page may see."""
        return ""


def kind_of(page: Page) -> Kind:
    """Return the kind of a page."""
    kind: Kind = registries().kinds[page.kind]
    return kind
