"""What a kind of page must say of itself. Plain text pages are the first kind; features add theirs."""

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
    """Text pages, and the base of other kinds: what they override is the whole contract."""

    name: ClassVar[str] = "text"
    template: ClassVar[str] = "pages/show.html"
    """What shows a page of this kind; another one extends this one's blocks."""

    shows_body: ClassVar[bool] = True
    """Whether its template puts `body` on the page, rather than parts of its own."""

    def label(self, page: Page) -> str:
        """Return what people call this kind of page."""
        return str(_("Page"))

    def edit_url(self, page: Page) -> str | None:
        """Return where this kind is edited when it is not with the text editor."""
        return None

    def view_url(self, page: Page) -> str | None:
        """Return where this kind is shown when it has a route of its own."""
        return None

    def default_rules(self, page: Page) -> int:
        """Return the rule set that a page of this kind falls back on when it has no rule of its own."""
        return WIKI_RULES

    def may_rule(self, page: Page) -> bool:
        """Answer whether its owner may change who reads and writes it now."""
        return True

    def pointed_at(self, page: Page, *, actor: Actor) -> list[tuple[str, Sequence[Page]]]:
        """Return the pages whose own answers name this one, of those the reader may see, by what they say."""
        return []

    def says_rules(self, page: Page) -> Mapping[str, str]:
        """Return the privileges whose rule the page's own content says, with what says it."""
        return {}

    def may_lend(self, page: Page) -> bool:
        """Answer whether a secret link may open it: its body is all there is to read, its files are the page's."""
        return page.kind == "text"

    def body(self, page: Page, revision: Revision, *, actor: Actor) -> Markup:
        """Return the HTML of the page's body for this reader."""
        return rendering.body(page, revision, actor=actor)

    def context(self, page: Page, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        """Return what the kind's own template needs beyond what every page shows."""
        return {}

    def source(self, revision: Revision, *, actor: Actor) -> str:
        """Return the text of a revision as history compares it and `raw` gives it, for this reader."""
        return revision.text

    def data_for(self, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        """Return the data of a revision without what this reader may not see."""
        return dict(revision.data)

    def keep_hidden(self, head: Revision, data: dict[str, Any], *, actor: Actor) -> dict[str, Any]:
        """Return the data to save: what the actor may not change comes from the current revision."""
        return data

    def complete(self, page: Page, content: Content, *, actor: Actor) -> Content:
        """Return the content to save with what the wiki itself fills in; called under the lock."""
        return content

    def merge(
        self, base: Revision, mine: Content, theirs: Revision
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Merge the data of three versions: return it with the names of what both sides changed."""
        return three_way_merge.merge_data(base.data, mine.data, theirs.data)

    def derive(self, page: Page, content: Content) -> None:
        """Write the rows derived from a save, in its transaction."""

    def links(self, page: Page, content: Content) -> tuple[str, ...]:
        """Return the page names that the data links to; those of the text are found without this."""
        return ()

    def relinked(self, page: Page, content: Content, renaming: Renaming) -> Content:
        """Return the content with the other name wherever it leads to the page that has changed its own."""
        return replace(content, text=renaming.text(content.text, page.lang))

    def search_text(self, page: Page, revision: Revision) -> str:
        """Return what of the data everyone who reads the page may find it by."""
        return ""


def kind_of(page: Page) -> Kind:
    """Return the kind of a page."""
    found: Kind = registries().kinds[page.kind]
    return found
