"""Answers while a person types: pages, people and what they can do; and what browsers ask of a search engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, json, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import or_, select

from wiki.accounts.models import User
from wiki.bazar.forms.forms import forms_addable
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import absolute_url, audience, render
from wiki.core.names import fold
from wiki.core.search.pipeline import analysis
from wiki.core.template_globals import typeset
from wiki.pages import rights
from wiki.search import filter_names, index, results
from wiki.search.blueprint import blueprint
from wiki.search.hits import Hit
from wiki.search.request import LONGEST

SHORTEST = 2
MOST_PEOPLE = 3
MOST_FORMS = 3
ICONS = {
    "text": "file-text",
    "entry": "layout-grid",
    "station": "train-front",
    "file": "paperclip",
    "comment": "message-square",
}
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Option:
    """One line of the dialog: where it leads, its words (marked), and where that stands."""

    url: str
    label: str
    icon: str
    meta: str = ""


@dataclass(frozen=True)
class Group:
    """Options of one kind, under their name."""

    kind: str
    label: str
    options: list[Option]


@blueprint.get("/-/search/instant")
@audience("anyone")
def instant() -> Response:
    """Answer while a person types."""
    actor, query = current_actor(), request.args.get("q", "")[:LONGEST].strip()
    asks = len(query) >= SHORTEST
    hits = index.suggest(query, actor=actor) if asks else []
    groups = [_people(query, actor), *_by_kind(hits, query, actor)] if asks else []
    groups = [group for group in groups if group.options]
    actions = _actions(query, actor) if asks else []
    counts = {group.kind: len(group.options) for group in groups}
    return render(
        "search/instant.html",
        query=query,
        groups=groups,
        actions=actions,
        said=results.said(counts) or _("Nothing found"),
    )


@blueprint.get("/-/search/suggestions")
@audience("anyone")
def suggestions() -> Response:
    """Complete what is typed in a browser's own search box, as OpenSearch says."""
    actor, query = current_actor(), request.args.get("q", "")[:LONGEST].strip()
    hits = index.suggest(query, actor=actor) if len(query) >= SHORTEST else []
    found = filter_names.places([hit.page for hit in hits], actor)
    urls = [absolute_url(hit.url) for hit in hits]
    rows = [query, [hit.label for hit in hits], [found[hit.page.id] for hit in hits], urls]
    # What was typed comes back: as JSON, and no tag whatever a browser takes it for.
    text = json.dumps(rows).replace("<", "\\u003c")
    return Response(text, content_type="application/x-suggestions+json; charset=utf-8")


@blueprint.get("/-/opensearch.xml")
@audience("anyone")
def opensearch() -> Response:
    """Describe the wiki's search to browsers, which then offer it in their own box."""
    xml = render_template("search/opensearch.xml", absolute=absolute_url)
    return Response(xml, content_type="application/opensearchdescription+xml; charset=utf-8")


def marked(title: str, typed: str) -> Markup:
    """Return a title where the beginnings that were typed are marked."""
    title = typeset(title)
    begun = sorted((word.folded for word in analysis.words(typed[:200])), key=len, reverse=True)
    made, end = Markup(), 0
    for word in WORD.finditer(title):
        start = next((one for one in begun if one and fold(word[0]).startswith(one)), "")
        cut = word.start() + _as_long(word[0], start)
        if start:
            made += escape(title[end : word.start()]) + Markup("<mark>{}</mark>").format(
                title[word.start() : cut]
            )
            end = cut
    return made + escape(title[end:])


def _as_long(word: str, folded: str) -> int:
    """Return how many letters of a word make this folded beginning: œ makes two."""
    return next((n for n in range(len(word) + 1) if len(fold(word[:n])) >= len(folded)), len(word))


def _by_kind(hits: Sequence[Hit], query: str, actor: Actor) -> Iterator[Group]:
    found = filter_names.places([hit.page for hit in hits], actor)
    for kind, label in results.kind_labels().items():
        options = [
            Option(
                hit.url,
                marked(hit.label, query),
                ICONS[kind],
                _meta(hit, found),
            )
            for hit in hits
            if hit.kind == kind
        ]
        yield Group(kind, label, options)


def _meta(hit: Hit, found: dict[int, str]) -> str:
    if hit.comment:
        return _(
            "in a comment by %(who)s", who=hit.comment.author_name or _("someone without account")
        )
    return hit.page.title if hit.file else found[hit.page.id]


def _people(query: str, actor: Actor) -> Group:
    """Find people by the beginning of their names, for signed-in readers alone: it leads to what they wrote."""
    key = fold(query)
    if actor.is_anonymous or not key.strip("-"):
        return Group("person", "", [])
    wanted = or_(
        User.name_key.startswith(key, autoescape=True),
        User.display_name.istartswith(query, autoescape=True),
        User.display_name.icontains(f" {query}", autoescape=True),
    )
    rows = select(User).where(User.disabled.is_(False), wanted).order_by(User.name_key)
    options = [
        Option(
            url_for("search.index", author=user.name),
            marked(user.shown_name, query),
            "user",
            _("what they wrote"),
        )
        for user in db.session().scalars(rows.limit(MOST_PEOPLE))
    ]
    return Group("person", _("People"), options)


def _actions(query: str, actor: Actor) -> list[Option]:
    """Return what this reader can do with these words, by their rights."""
    found = [
        Option(
            url_for("search.index", q=query),
            typeset(_("Search everywhere for “%(words)s”", words=query[:60])),
            "search",
        )
    ]
    if rights.may_create(actor):
        label = typeset(_("New page “%(words)s”", words=query[:60]))
        found.append(Option(url_for("pages.new", title=query), label, "plus"))
    return found + _new_entries(query, actor) + _commands(query, actor)


def _new_entries(query: str, actor: Actor) -> list[Option]:
    forms = forms_addable(actor)
    called = [form for form in forms if _is_called(f"{form.title} {form.singular}", query)]
    named = [
        Option(
            url_for("bazar.entries.new_entry", form_key=form.key),
            _("New entry in %(form)s", form=form.title),
            "plus",
        )
        for form in called[:MOST_FORMS]
    ]
    faq = next((form for form in forms if form.model == "faq" and form not in called), None)
    if faq is None:
        return named
    url = url_for("bazar.entries.new_entry", form_key=faq.key, title=query[:200])
    return [*named, Option(url, _("Ask the question"), "circle-help", faq.title)]


def _commands(query: str, actor: Actor) -> list[Option]:
    """Return the screens whose name holds what is typed."""
    every = [
        (_("Recent changes"), "pages.changes", "history", True),
        (_("Tags"), "pages.tags", "tags", True),
        (_("Ask a question"), "search.ask", "circle-help", True),
        (_("Stations"), "projects.index", "train-front", True),
        (_("Forms"), "bazar.lists.forms", "layout-grid", True),
        (_("Open a station"), "projects.new", "train-front", not actor.is_anonymous),
        (_("My profile"), "accounts.profile", "user", not actor.is_anonymous),
        (_("My saved searches"), "search.index", "star", not actor.is_anonymous),
        (_("Sign in"), "accounts.sign_in", "log-in", actor.is_anonymous),
        (_("Administration"), "admin.index", "settings", actor.is_admin),
        (_("Trash"), "pages.trash", "trash-2", actor.is_admin),
    ]
    return [
        Option(url_for(endpoint), marked(label, query), icon)
        for label, endpoint, icon, allowed in every
        if allowed and _is_called(label, query)
    ]


def _is_called(label: str, query: str) -> bool:
    """Answer whether each word typed begins a word of a label."""
    words = [fold(word) for word in WORD.findall(label)]
    typed = [fold(word) for word in WORD.findall(query)]
    return bool(typed) and all(any(word.startswith(one) for word in words) for one in typed)
