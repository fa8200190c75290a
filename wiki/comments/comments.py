"""Add, edit, remove, resolve and react to comments; each action checks permissions under the lock.

`threads.py` reads comments; `mentions.py` and `subscriptions/digest.py` send notifications.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.comments import comment_markup, mentions
from wiki.comments.anchors import Text
from wiki.comments.models import Reaction
from wiki.core import db, markup
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find, rendering
from wiki.pages.comments import Comment
from wiki.pages.models import Page
from wiki.pages.save import Gone

MAX_LENGTH = 10_000
REACTIONS = {"agree": "plus", "thanks": "star", "idea": "sprout", "doubt": "circle-help"}
"""The reactions to a comment, each with its icon."""
SWITCHES = ("open", "closed", "none")


class Refused(Exception):
    """The actor may read the comment but not perform this action."""


@dataclass(frozen=True)
class About:
    """The subject of a comment: another comment, a passage, a section, or the page if all are empty."""

    reply_to: int | None = None
    quote: str = ""
    before: str = ""
    after: str = ""
    section: str = ""


def may_comment(page: Page) -> bool:
    """Return whether the actor for whom a page was loaded may comment on it."""
    return page.talk == "open" and "comment" in page.allowed


def comment_or_none(
    comment_id: int, *, actor: Actor, empty_too: bool = False
) -> tuple[Comment, Page] | None:
    """Return a comment and its page if this actor may read it; `empty_too` includes removed ones."""
    comment = db.session().get(Comment, comment_id)
    if comment is None or (comment.removed_at is not None and not empty_too):
        return None
    page = find.page_by_id(comment.page_id, actor=actor)
    return (comment, page) if page is not None and page.talk != "none" else None


def add(page: Page, text: str, *, about: About = About(), actor: Actor) -> Comment:
    """Add a comment. Raises Invalid, Refused, Gone."""
    text = _clean(text)
    with db.write() as session:
        current = _reload(page, actor)
        if not may_comment(current):
            raise Refused
        comment = Comment(
            page_id=current.id,
            author_id=actor.id,
            author_name=actor.display_name,
            revision_no=current.revision_no,
            created_at=db.utcnow(),
        )
        _set_anchor(session, comment, current, about)
        session.add(comment)
        session.flush()
        people = comment_markup.write(comment, text, lang=current.lang)
        enqueue(session, [current.id])
        mentions.notify(session, comment, people if actor.id else [], but=actor)
    return comment


def edit(comment: Comment, text: str, *, actor: Actor) -> Comment:
    """Edit one's own comment. Raises Invalid, Refused, Gone."""
    text = _clean(text)
    with db.write() as session:
        current, page = _reload_comment(comment, actor)
        if not is_own(current, actor) or not may_comment(page):
            raise Refused
        if text != current.text:
            earlier_names = set(mentions.names_in(current.text))
            people = comment_markup.write(current, text, lang=page.lang)
            current.edited_at = db.utcnow()
            enqueue(session, [page.id])
            mentions.notify(
                session,
                current,
                [person for person in people if person.name_key not in earlier_names],
                but=actor,
            )
    return current


def remove(comment: Comment, *, actor: Actor) -> None:
    """Remove one's own comment, or anyone's as owner of the page or admin. Raises Refused, Gone.

    A comment with replies leaves a placeholder.
    """
    with db.write() as session:
        current, page = _reload_comment(comment, actor)
        if not (is_own(current, actor) or "own" in page.allowed):
            raise Refused
        session.execute(delete(Reaction).where(Reaction.comment_id == current.id))
        _remove_from_search(session, current)
        if _replies(session, current.id):
            current.text = current.html = current.quote = current.before = current.after = ""
            current.removed_at, current.removed_by = db.utcnow(), actor.display_name
            return
        thread = current.thread_id
        session.delete(current)
        session.flush()
        _drop_empty_thread(session, thread)


def resolve(comment: Comment, *, resolved: bool, actor: Actor) -> Comment:
    """Resolve a thread or reopen it. Raises Refused, Gone."""
    with db.write() as session:
        current, page = _reload_comment(comment, actor, empty_too=True)
        if actor.is_anonymous or not may_comment(page):
            raise Refused
        if current.thread_id is not None:
            current = session.get_one(Comment, current.thread_id)
        current.resolved_at = db.utcnow() if resolved else None
        current.resolved_by = actor.display_name if resolved else ""
    return current


def react(comment: Comment, kind: str, *, actor: Actor) -> None:
    """Add a reaction to a comment; the same kind again, or "", removes it. Raises Invalid, Refused, Gone."""
    if kind and kind not in REACTIONS:
        raise Invalid(kind=_("Choose among what is proposed."))
    with db.write() as session:
        current, page = _reload_comment(comment, actor)
        if actor.id is None or not may_comment(page):
            raise Refused
        own_reaction = session.get(Reaction, (current.id, actor.id))
        if own_reaction is not None and kind in ("", own_reaction.kind):
            session.delete(own_reaction)
        elif own_reaction is not None:
            own_reaction.kind, own_reaction.made_at = kind, db.utcnow()
        elif kind:
            reaction = Reaction(
                comment_id=current.id, user_id=actor.id, kind=kind, made_at=db.utcnow()
            )
            session.add(reaction)


def set_talk(page: Page, switch: str, *, actor: Actor) -> None:
    """Open, close or hide the comments of a page. Raises Invalid, Refused, Gone."""
    if switch not in SWITCHES:
        raise Invalid(talk=_("Choose among what is proposed."))
    with db.write() as session:
        current = _reload(page, actor)
        if "own" not in current.allowed:
            raise Refused
        current.talk = page.talk = switch
        # Invalidate search permissions, so that searches follow at once.
        db.bump(session, "rights")
        enqueue(session, [current.id])
        events.log(session, current, "talk", actor=actor, summary=switch)


def is_own(comment: Comment, actor: Actor) -> bool:
    """Return whether this actor wrote a comment; comments without account belong to nobody."""
    return actor.id is not None and comment.author_id == actor.id


def _clean(raw: str) -> str:
    text = markup.normalise(raw).strip()
    if not text:
        raise Invalid(text=_("Write something first."))
    if len(text) > MAX_LENGTH:
        raise Invalid(text=_("A comment has at most %(count)s characters.", count=MAX_LENGTH))
    return text


def _set_anchor(session: Session, comment: Comment, page: Page, about: About) -> None:
    """Set the subject of a comment from the text of the page, never from what the browser sent."""
    if about.reply_to is not None:
        parent = session.get(Comment, about.reply_to)
        if parent is None or parent.page_id != page.id:
            raise Gone(page.name)
        comment.thread_id = parent.thread_id or parent.id
        return
    if page.kind != "text":
        return
    document = rendering.stored(page)
    if about.quote:
        passage = Text(document.plain).find(about.quote, about.before, about.after)
        if passage is not None:
            comment.quote, comment.before, comment.after = (
                passage.quote,
                passage.before,
                passage.after,
            )
    for heading in document.headings:
        if about.section and heading.id == about.section:
            comment.section, comment.section_title = heading.id, heading.text


def _reload_comment(
    comment: Comment, actor: Actor, *, empty_too: bool = False
) -> tuple[Comment, Page]:
    """Return the current comment and page, under the lock. Raises Gone."""
    page = find.page_by_id(comment.page_id, actor=actor)
    if page is None or page.talk == "none":
        raise Gone
    page = _reload(page, actor)
    current = db.session().get(Comment, comment.id, populate_existing=True)
    if current is None or (current.removed_at is not None and not empty_too):
        raise Gone(page.name)
    return current, page


def _reload(page: Page, actor: Actor) -> Page:
    current = find.reload(page, actor=actor)
    if current is None or current.trashed_at is not None:
        raise Gone(page.name)
    return current


def _replies(session: Session, comment_id: int) -> int:
    return session.scalar(select(func.count()).where(Comment.thread_id == comment_id)) or 0


def _remove_from_search(session: Session, comment: Comment) -> None:
    """Remove a comment from search results at once, and from the index."""
    db.bump(session, "rights")
    enqueue(session, (), comments=[comment.id])


def _drop_empty_thread(session: Session, thread_id: int | None) -> None:
    """Delete the placeholder of a removed comment after its last reply is gone."""
    root = session.get(Comment, thread_id) if thread_id else None
    if root is not None and root.removed_at is not None and not _replies(session, root.id):
        session.delete(root)
