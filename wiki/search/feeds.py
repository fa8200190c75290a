"""Searches as Atom feeds: any search as everyone sees it, and a person's own by a secret address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Response, abort, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.core.access import Actor
from wiki.core.http import absolute_url, audience, render
from wiki.search import filter_names, index, saved_searches, subtree
from wiki.search.blueprint import blueprint
from wiki.search.request import Asked, asked, narrowed, of_args

IN_FEED = 30
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/-/search/feed.atom")
@audience("anyone")
def feed() -> BaseResponse:
    """Give what a search finds, the last changed first, as a reader without account sees it."""
    question = asked()
    return _atom(
        question, people.anonymous_actor(), url_for(".feed", **question.args()), _words(question)
    )


@blueprint.get("/-/search/saved/<int:saved_id>/<token>.atom")
@audience("anyone")
def saved_feed(saved_id: int, token: str) -> BaseResponse:
    """Give what a saved search finds to its owner, to whoever has its secret address."""
    row, owner = saved_searches.owner_or_404(saved_id, token)
    here = url_for(".saved_feed", saved_id=row.id, token=token)
    answer = _atom(of_args(row.asked, actor=owner), owner, here, row.name)
    answer.cache_control.no_store = True
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _atom(question: Asked, actor: Actor, here: str, title: str) -> Response:
    ids = subtree.tree_under(question.within, actor=actor).ids if question.within else None
    answer = index.search(
        question.parsed,
        actor=actor,
        filters=narrowed(question, ids),
        limit=IN_FEED,
        sort="date",
        exact=question.exact,
    )
    host = urlsplit(absolute_url("/")).netloc or abort(400)
    made = render(
        "search/feed.xml",
        asked=question,
        answer=answer,
        places=filter_names.places([hit.page for hit in answer.hits], actor),
        here=here,
        title=title,
        host=host,
        xml=lambda text: NOT_XML.sub("", str(text)),
        absolute=absolute_url,
    )
    made.content_type = "application/atom+xml; charset=utf-8"
    made.add_etag()
    return made.make_conditional(request)  # type: ignore[return-value]


def _words(question: Asked) -> str:
    filters = question.filters
    parts = [question.words, filters.form, filters.project, filters.author, question.within]
    return " · ".join([*(part for part in parts if part), *(f"#{tag}" for tag in filters.tags)])
