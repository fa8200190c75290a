"""Comments: written, changed, removed, resolved, answered by a sign; each checks its right under the lock.

How they are read is `threads.py`'s; who is told is `mentions.py`'s and `digest.py`'s.
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

LONGEST = 10_000
REACTIONS = {"agree": "plus", "thanks": "star", "idea": "sprout", "doubt": "circle-help"}
"""The signs one may put on a comment, each with its icon."""
SWITCHES = ("open", "closed", "none")


class Refused(Exception):
    """The actor may read this comment, and not do that to it."""


@dataclass(frozen=True)
class About:
    """What a comment is about: another one, a passage, a section, or the page when all are empty."""

    reply_to: int | None = None
    quote: str = ""
    before: str = ""
    after: str = ""
    section: str = ""


def may_comment(page: Page) -> bool:
    """Return whether the actor a page was loaded for may comment it."""
    return page.talk == "open" and "comment" in page.allowed


def comment_or_none(
    comment_id: int, *, actor: Actor, empty_too: bool = False
) -> tuple[Comment, Page] | None:
    """Return a comment that still stands, with its page, if this actor may read it."""
    comment = db.session().get(Comment, comment_id)
    if comment is None or (comment.removed_at is not None and not empty_too):
        return None
    page = find.page_by_id(comment.page_id, actor=actor)
    return (comment, page) if page is not None and page.talk != "none" else None


def add(page: Page, text: str, *, about: About = About(), actor: Actor) -> Comment:
    """Write a comment. Raises Invalid, Refused, Gone."""
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
        _place(session, comment, current, about)
        session.add(comment)
        session.flush()
        people = comment_markup.write(comment, text, lang=current.lang)
        enqueue(session, [current.id])
        mentions.tell(session, comment, people if actor.id else [], but=actor)
    return comment


def edit(comment: Comment, text: str, *, actor: Actor) -> Comment:
    """Change one's own comment. Raises Invalid, Refused, Gone."""
    text = _clean(text)
    with db.write() as session:
        current, page = _standing(comment, actor)
        if not is_own(current, actor) or not may_comment(page):
            raise Refused
        if text != current.text:
            known = set(mentions.names_in(current.text))
            people = comment_markup.write(current, text, lang=page.lang)
            current.edited_at = db.utcnow()
            enqueue(session, [page.id])
            mentions.tell(
                session, current, [one for one in people if one.name_key not in known], but=actor
            )
    return current


def remove(comment: Comment, *, actor: Actor) -> None:
    """Remove one's own comment, or anyone's as the page's owner or an admin. Raises Refused, Gone.

    One that was answered leaves an empty place.
    """
    with db.write() as session:
        current, page = _standing(comment, actor)
        if not (is_own(current, actor) or "own" in page.allowed):
            raise Refused
        session.execute(delete(Reaction).where(Reaction.comment_id == current.id))
        _forget(session, current)
        if _replies(session, current.id):
            current.text = current.html = current.quote = current.before = current.after = ""
            current.removed_at, current.removed_by = db.utcnow(), actor.display_name
            return
        thread = current.thread_id
        session.delete(current)
        session.flush()
        _drop_empty_thread(session, thread)


def resolve(comment: Comment, *, resolved: bool, actor: Actor) -> Comment:
    """Close a thread, or open it again. Raises Refused, Gone."""
    with db.write() as session:
        current, page = _standing(comment, actor, empty_too=True)
        if actor.is_anonymous or not may_comment(page):
            raise Refused
        if current.thread_id is not None:
            current = session.get_one(Comment, current.thread_id)
        current.resolved_at = db.utcnow() if resolved else None
        current.resolved_by = actor.display_name if resolved else ""
    return current


def react(comment: Comment, kind: str, *, actor: Actor) -> None:
    """Put one's sign on a comment; the same again, or "", takes it back. Raises Invalid, Refused, Gone."""
    if kind and kind not in REACTIONS:
        raise Invalid(kind=_("Choose among what is proposed."))
    with db.write() as session:
        current, page = _standing(comment, actor)
        if actor.id is None or not may_comment(page):
            raise Refused
        mine = session.get(Reaction, (current.id, actor.id))
        if mine is not None and kind in ("", mine.kind):
            session.delete(mine)
        elif mine is not None:
            mine.kind, mine.made_at = kind, db.utcnow()
        elif kind:
            made = Reaction(comment_id=current.id, user_id=actor.id, kind=kind, made_at=db.utcnow())
            session.add(made)


def set_talk(page: Page, switch: str, *, actor: Actor) -> None:
    """Open, close or hide the comments of a page. Raises Invalid, Refused, Gone."""
    if switch not in SWITCHES:
        raise Invalid(talk=_("Choose among what is proposed."))
    with db.write() as session:
        current = _reload(page, actor)
        if "own" not in current.allowed:
            raise Refused
        current.talk = page.talk = switch
        # Comments that are hidden, or shown again, are so in searches at once.
        db.bump(session, "rights")
        enqueue(session, [current.id])
        events.log(session, current, "talk", actor=actor, summary=switch)


def is_own(comment: Comment, actor: Actor) -> bool:
    """Return whether this actor wrote a comment: nobody owns what was written without account."""
    return actor.id is not None and comment.author_id == actor.id


def _clean(raw: str) -> str:
    text = markup.normalise(raw).strip()
    if not text:
        raise Invalid(text=_("Write something first."))
    if len(text) > LONGEST:
        raise Invalid(text=_("A comment has at most %(count)s characters.", count=LONGEST))
    return text


def _place(session: Session, comment: Comment, page: Page, about: About) -> None:
    """Say what a comment is about, in the page's own words: never in those a browser sent."""
    if about.reply_to is not None:
        found = session.get(Comment, about.reply_to)
        if found is None or found.page_id != page.id:
            raise Gone(page.name)
        comment.thread_id = found.thread_id or found.id
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


def _standing(comment: Comment, actor: Actor, *, empty_too: bool = False) -> tuple[Comment, Page]:
    """Return a comment and its page as they are now, under the lock. Raises Gone."""
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


def _forget(session: Session, comment: Comment) -> None:
    """Have no search count a comment any more, and the index drop it."""
    db.bump(session, "rights")
    enqueue(session, (), comments=[comment.id])


def _drop_empty_thread(session: Session, thread_id: int | None) -> None:
    """Drop the empty place of a removed comment once its last answer is gone."""
    root = session.get(Comment, thread_id) if thread_id else None
    if root is not None and root.removed_at is not None and not _replies(session, root.id):
        session.delete(root)
