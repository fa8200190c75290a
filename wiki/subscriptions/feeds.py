"""Atom feeds of everything that can be followed: changes and comments, for the current reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import absolute_url, audience, render
from wiki.pages import find
from wiki.pages.comments import Comment
from wiki.pages.history.changes import readable_xml, recent, say
from wiki.pages.models import Page
from wiki.subscriptions.blueprint import blueprint
from wiki.subscriptions.targets import KINDS, Target, find_target
from wiki.subscriptions.updates import excerpt

MAX_ITEMS = 40


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    key: str
    title: str
    url: str
    related: str
    at: datetime
    author: str
    summary: str


@blueprint.get("/-/feeds/<kind>/<path:name>.atom", endpoint="feed")
@audience("page")
def feed(kind: str, name: str) -> BaseResponse:
    """Serve the Atom feed of a page, a tree, a tag, a form or a project."""
    actor = current_actor()
    target = find_target(kind, name, actor=actor)
    if target is None or not KINDS[kind].has_feed:
        abort(404)
    items = [*_changes(target, actor), *_comments(target, actor)]
    newest = sorted(items, key=lambda item: item.at, reverse=True)[:MAX_ITEMS]
    response = render(
        "subscriptions/feed.xml",
        target=target,
        items=newest,
        host=urlsplit(absolute_url("/")).netloc or abort(400),
        xml=readable_xml,
        absolute=absolute_url,
    )
    response.content_type = "application/atom+xml; charset=utf-8"
    response.add_etag()
    return response.make_conditional(request)


def _changes(target: Target, actor: Actor) -> list[Item]:
    query = KINDS[target.kind].narrow(recent(actor), target.stored, actor=actor)
    items = []
    for page, event, _minor in db.session().execute(query.limit(MAX_ITEMS)):
        number = event.revision_no or 0
        ends: dict[str, Any] = {"from": number - 1, "to": number}
        related = url_for("pages.diff", name=page.name, **ends) if number > 1 else ""
        url = url_for("pages.show", name=page.name)
        items.append(
            Item(
                f"events/{event.id}",
                page.title,
                url,
                related,
                event.created_at,
                event.actor_name,
                say(event),
            )
        )
    return items


def _comments(target: Target, actor: Actor) -> list[Item]:
    pages = find.visible_pages(actor).where(Page.talk != "none")
    query = KINDS[target.kind].narrow(pages, target.stored, actor=actor)
    query = query.join(Comment, Comment.page_id == Page.id).add_columns(Comment)
    query = query.where(Comment.removed_at.is_(None)).options(joinedload(Page.head))
    rows = db.session().execute(query.order_by(Comment.id.desc()).limit(MAX_ITEMS))
    return [
        Item(
            f"comments/{comment.id}",
            _("Comment: %(title)s", title=page.title),
            url_for("comments.comments", name=page.name, _anchor=f"comment-{comment.id}"),
            "",
            comment.created_at,
            comment.author_name,
            excerpt(comment.text),
        )
        for page, comment in rows
    ]
