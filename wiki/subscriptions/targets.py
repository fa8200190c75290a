"""What can be followed, one class per kind: each finds its target and filters pages by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from wiki.bazar.forms.forms import forms_visible
from wiki.bazar.models import Form
from wiki.core import db, markup
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.models import Page, Tag
from wiki.pages.structure.tags import pages_tagged
from wiki.projects.find import project_or_none
from wiki.projects.models import Project
from wiki.search import index

PageQuery = Select[*tuple[Any, ...]]
"""A statement whose first column is Page, with any further columns."""
MAX_DEPTH = 12
"""Maximum depth of a followed tree."""
MAX_HITS = 200
"""Maximum number of pages in a followed search, the best matches."""
MAX_QUERY_LENGTH = 200


@dataclass(frozen=True)
class Target:
    """Something to follow, as one reader sees it: `stored` is the database key, `name` the URL key."""

    kind: str
    stored: str
    name: str
    title: str
    url: str
    label: str


class Kind:
    """Base class of the kinds of targets."""

    name: ClassVar[str]
    has_feed: ClassVar[bool] = True

    def find(self, name: str, *, actor: Actor) -> Target | None:
        """Return the target with this name, if the actor may know of it."""
        raise NotImplementedError

    def load(self, stored: str, *, actor: Actor) -> Target | None:
        """Return the target with this database key, if the actor may still know of it."""
        raise NotImplementedError

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        """Filter a query of pages by the target."""
        raise NotImplementedError


class OnePage(Kind):
    """A page: its text, files and comments."""

    name = "page"

    def find(self, name: str, *, actor: Actor) -> Target | None:
        return self._target(find.page_or_none(name, actor=actor))

    def load(self, stored: str, *, actor: Actor) -> Target | None:
        return self._target(find.page_by_id(int(stored), actor=actor))

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        return query.where(Page.id == int(stored))

    def label(self) -> str:
        return str(_("This page"))

    def _target(self, page: Page | None) -> Target | None:
        if page is None:
            return None
        url = url_for("pages.show", name=page.name)
        return Target(self.name, str(page.id), page.name, page.title, url, self.label())


class Tree(OnePage):
    """A page and all pages below it."""

    name = "tree"

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        return query.where(Page.id.in_(tree_ids(int(stored))))

    def label(self) -> str:
        return str(_("This page and those below it"))


class OneTag(Kind):
    """The pages with a tag."""

    name = "tag"

    def find(self, name: str, *, actor: Actor) -> Target | None:
        key = fold(markup.normalise(name))
        ids = pages_tagged(find.visible_pages(actor), key).with_only_columns(Page.id)
        tag = db.session().scalar(select(Tag.tag).where(Tag.tag_key == key, Tag.page_id.in_(ids)))
        if tag is None:
            return None
        return Target("tag", key, key, tag, url_for("pages.tagged", tag=key), str(_("Tag")))

    def load(self, stored: str, *, actor: Actor) -> Target | None:
        return self.find(stored, actor=actor)

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        return pages_tagged(query, stored)


class OneForm(Kind):
    """The entries of a form."""

    name = "form"

    def find(self, name: str, *, actor: Actor) -> Target | None:
        key = fold(name)
        return self._target([form for form in forms_visible(actor) if form.key_folded == key])

    def load(self, stored: str, *, actor: Actor) -> Target | None:
        return self._target([form for form in forms_visible(actor) if str(form.id) == stored])

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        return query.where(Page.form_id == int(stored))

    def _target(self, forms: list[Form]) -> Target | None:
        for form in forms:
            url = url_for("bazar.lists.show", form_key=form.key)
            return Target("form", str(form.id), form.key, form.title, url, str(_("Form")))
        return None


class OneProject(Kind):
    """The pages and entries of a project."""

    name = "project"

    def find(self, name: str, *, actor: Actor) -> Target | None:
        return self._target(project_or_none(name, actor=actor))

    def load(self, stored: str, *, actor: Actor) -> Target | None:
        project = db.session().get(Project, int(stored))
        return self._target(project_or_none(project.key, actor=actor)) if project else None

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        return query.where(Page.project_id == int(stored))

    def _target(self, project_and_page: tuple[Project, Page] | None) -> Target | None:
        if project_and_page is None:
            return None
        project, page = project_and_page
        url = url_for("pages.show", name=page.name)
        label = str(_("Project"))
        return Target("project", str(project.id), project.key, project.title, url, label)


class OneSearch(Kind):
    """The results of a search, for the reader who follows it."""

    name = "search"
    has_feed = False

    def find(self, name: str, *, actor: Actor) -> Target | None:
        query = " ".join(markup.normalise(name).split())[:MAX_QUERY_LENGTH]
        if len(query) < 2:
            return None
        url = url_for("search.index", q=query)
        return Target("search", query, query, _("“%(words)s”", words=query), url, str(_("Search")))

    def load(self, stored: str, *, actor: Actor) -> Target | None:
        return self.find(stored, actor=actor)

    def narrow(self, query: PageQuery, stored: str, *, actor: Actor) -> PageQuery:
        results = index.search(stored, actor=actor, limit=MAX_HITS)
        return query.where(Page.id.in_([hit.page.id for hit in results.hits]))


KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (OnePage(), Tree(), OneTag(), OneForm(), OneProject(), OneSearch())
}


def find_target(kind: str, name: str, *, actor: Actor) -> Target | None:
    """Return a target by kind and name, if the actor may know of it."""
    name = name.replace("\0", "")
    return KINDS[kind].find(name, actor=actor) if kind in KINDS and name else None


def tree_ids(page_id: int) -> Select[int]:
    """Return the query for the ids of a page and all pages below it."""
    tree = select(Page.id, (Page.id * 0).label("depth")).where(Page.id == page_id)
    walk = tree.cte("below", recursive=True)
    walk = walk.union_all(
        select(Page.id, walk.c.depth + 1).where(
            Page.parent_id == walk.c.id, walk.c.depth < MAX_DEPTH
        )
    )
    return select(walk.c.id)


def of_page(page: Page, *, actor: Actor) -> list[Target]:
    """Return all targets of a page: itself, its tree, form, project and tags."""
    tags = db.session().scalars(select(Tag.tag_key).where(Tag.page_id == page.id)).all()
    keys = [("page", str(page.id)), ("tree", str(page.id))]
    keys += [("form", str(page.form_id))] if page.form_id else []
    keys += [("project", str(page.project_id))] if page.project_id else []
    keys += [("tag", tag) for tag in sorted(tags)]
    targets = (KINDS[kind].load(stored, actor=actor) for kind, stored in keys)
    return [target for target in targets if target is not None]
