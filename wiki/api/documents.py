"""JSON documents of pages, revisions and comments for one reader; strings are never null."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wiki.core import db
from wiki.core.access import PRIVILEGES, Actor, RuleSet, effective
from wiki.pages.comments import Comment
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page, Revision

Document = dict[str, Any]


def of_page(page: Page, *, actor: Actor) -> Document:
    """Return the document of a page loaded for this actor, with its effective rules."""
    head = page.head
    return {
        "name": page.name,
        "title": head.title,
        "kind": page.kind,
        "text": head.text,
        "data": kind_of(page).data_for(head, actor=actor),
        "tags": list(head.tags),
        "revision": head.number,
        "author": head.author_name,
        "updated_at": moment(page.updated_at),
        "rules": _rules(page),
    }


def of_listed(page: Page) -> Document:
    """Return a page as a list item."""
    return {
        "name": page.name,
        "title": page.title,
        "kind": page.kind,
        "tags": list(page.head.tags),
        "revision": page.revision_no,
        "updated_at": moment(page.updated_at),
    }


def of_stamp(revision: Revision) -> Document:
    """Return a revision as a list item."""
    return {
        "number": revision.number,
        "title": revision.title,
        "author": revision.author_name,
        "authors": revision.signers,
        "summary": revision.summary,
        "minor": revision.minor,
        "label": revision.label,
        "purged": revision.purged_at is not None,
        "created_at": moment(revision.created_at),
    }


def of_revision(page: Page, revision: Revision, *, actor: Actor) -> Document:
    """Return a complete revision, with the data this actor may read."""
    data = kind_of(page).data_for(revision, actor=actor)
    return of_stamp(revision) | {"text": revision.text, "data": data, "tags": list(revision.tags)}


def of_comment(comment: Comment) -> Document:
    """Return a comment; `reply_to` is 0 for the first comment of a thread."""
    return {
        "id": comment.id,
        "reply_to": comment.thread_id or 0,
        "author": comment.author_name,
        "text": comment.text,
        "quote": comment.quote,
        "section": comment.section_title,
        "resolved": comment.resolved_at is not None,
        "created_at": moment(comment.created_at),
    }


def moment(value: datetime) -> str:
    """Format a moment as RFC 3339, in UTC."""
    return value.isoformat().replace("+00:00", "Z")


def _rules(page: Page) -> dict[str, str]:
    session = db.session()
    rules = session.get_one(RuleSet, page.rules_id)
    return {privilege: effective(session, rules, privilege) for privilege in PRIVILEGES}
