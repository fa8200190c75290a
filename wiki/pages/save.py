"""The single save path of pages: the editor, the API, importers and forms all end in `save()`.

The order of a save: lock, merge, revision, derived rows, log, index queue, commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.core import access, db, jobs, markup, settings
from wiki.core.access import WIKI_RULES, Actor
from wiki.core.http import Invalid
from wiki.core.names import fold, is_page_name, link_key
from wiki.core.registry import registries
from wiki.core.search.index.queue import enqueue
from wiki.pages import external_links, find, rendering, three_way_merge
from wiki.pages.content import Content
from wiki.pages.kinds import Kind, kind_of
from wiki.pages.live import revision_authors
from wiki.pages.models import Alias, Draft, Event, Link, Page, Revision, Tag

LONGEST_TITLE = 500
MOST_TAGS = 50


class Conflict(Exception):
    """Both sides changed the same part: nothing was saved; `head` is the current revision."""

    def __init__(
        self, page: Page, *, mine: Content, base: Revision, head: Revision, both: tuple[str, ...]
    ) -> None:
        super().__init__(page.name)
        self.page, self.mine, self.base, self.head, self.both = page, mine, base, head, both


class Gone(Exception):
    """The page was trashed, or the author lost access to it, since it was opened."""


@dataclass(frozen=True)
class NewPage:
    """The attributes of a page to create, besides its content."""

    name: str
    kind: str = "text"
    form_id: int | None = None
    project_id: int | None = None
    membrane_id: int | None = None
    parent_id: int | None = None
    rules_id: int = WIKI_RULES
    owner_id: int | None = None
    lang: str = ""


@dataclass(frozen=True)
class Stamp:
    """The signature of a save: only importers and the demo set `at` and `author_name`.

    `is_signed`: someone else wrote the content, `signed_by` (None: no account), and the actor accepts it.
    `live` is the form token of a live document (`pages/live`); with `all_sign`, its authors all sign.
    """

    summary: str = ""
    minor: bool = False
    at: datetime | None = None
    author_name: str = ""
    signed_by: int | None = None
    is_signed: bool = False
    live: str = ""
    all_sign: bool = False


def create(new: NewPage, content: Content, *, author: Actor, stamp: Stamp = Stamp()) -> Page:
    """Create a page and its first revision. Raises Invalid if the name is invalid or taken."""
    content = clean(content)
    if not is_page_name(new.name):
        raise Invalid(name=_("A page cannot be named like this."))
    document = rendering.document_of(content.text, new.lang)
    try:
        with db.write() as session:
            page = _add_page(session, new, content, author, stamp)
            content = kind_of(page).complete(page, content, actor=author)
            return _record(session, page, content, document, author, stamp, event="created")
    except IntegrityError as error:
        raise Invalid(name=_("This name is taken.")) from error


def save(
    page: Page, content: Content, *, base: int | None, author: Actor, stamp: Stamp = Stamp()
) -> Page:
    """Save a page edited from revision `base` (None: the current one), merging the revisions since.

    Raises Conflict if both sides changed the same part, Gone if the page is gone. Saving the current
    content again adds no revision.
    """
    content = clean(content)
    document = rendering.document_of(content.text, page.lang)
    with db.write() as session:
        current = find.reload(page, actor=author)
        if current is None or "write" not in current.allowed:
            raise Gone(page.name)
        kind = kind_of(current)
        data = kind.keep_hidden(current.head, content.data, actor=author)
        mine = Content(content.title, content.text, data, content.tags)
        merged = _merged(session, kind, current, mine, base)
        merged = kind.complete(current, merged, actor=author)
        if _same(merged, current.head):
            _drop_draft(session, current, author)
            return current
        if merged.text != content.text:
            merged = clean(merged)
            document = rendering.document_of(merged.text, page.lang)
        return _record(session, current, merged, document, author, stamp, event="saved")


def clean(content: Content) -> Content:
    """Return the content to store: normalised text, a title, unique tags. Raises Invalid."""
    title = " ".join(markup.normalise(content.title).split())
    text = markup.without_upload_marks(markup.normalise(content.text))
    limit = min(current_app.config["GARE"].max_page_kb, markup.MAX_SIZE // 1024)
    if not title:
        raise Invalid(title=_("Give it a title."))
    if len(title) > LONGEST_TITLE:
        raise Invalid(title=_("A title has at most %(count)s characters.", count=LONGEST_TITLE))
    if len(text.encode()) > limit * 1024:
        raise Invalid(
            text=_("This text is too long: a page holds at most %(count)s kB.", count=limit)
        )
    return Content(title, text, content.data, _clean_tags(content.tags))


def rederive(session: Session, page: Page) -> None:
    """Rebuild the rows derived from a page's current revision."""
    content = page.head.content
    _derive(session, page, content, rendering.document_of(content.text, page.lang))


def _add_page(
    session: Session, new: NewPage, content: Content, author: Actor, stamp: Stamp
) -> Page:
    now = stamp.at or db.utcnow()
    if session.get(Alias, fold(new.name)) is not None:
        raise Invalid(name=_("This name is taken."))
    if not access.may_enter(author, "write", new.membrane_id):
        raise Invalid(project=_("This project takes nothing new from you: ask its referents."))
    page = Page(
        name=new.name,
        name_key=fold(new.name),
        title=content.title,
        kind=new.kind,
        lang=new.lang or settings.get("lang"),
        form_id=new.form_id,
        project_id=new.project_id,
        membrane_id=new.membrane_id,
        parent_id=new.parent_id,
        owner_id=new.owner_id or author.id,
        rules_id=new.rules_id,
        created_at=now,
        updated_at=now,
    )
    session.add(page)
    session.flush()
    # A restricted page changes the set of readable pages: invalidate the caches of rights.
    if new.rules_id != WIKI_RULES or new.membrane_id:
        db.bump(session, "rights")
    page.allowed = frozenset({"read", "write", "comment", "own"})
    return page


def _merged(session: Session, kind: Kind, page: Page, mine: Content, base: int | None) -> Content:
    head = page.head
    if base is None or base == head.number:
        return mine
    base_revision = session.scalar(
        select(Revision).where(Revision.page_id == page.id, Revision.number == base)
    )
    if base_revision is None:
        raise Invalid(base=_("This version does not exist."))
    if base_revision.purged_at is not None:
        raise Conflict(page, mine=mine, base=head, head=head, both=("text",))
    outcome = three_way_merge.merge(kind.merge, base=base_revision, mine=mine, theirs=head)
    if outcome.conflicts:
        raise Conflict(page, mine=mine, base=base_revision, head=head, both=outcome.conflicts)
    return outcome.content


def _same(content: Content, head: Revision) -> bool:
    return (content.title, content.text, content.data, list(content.tags)) == (
        head.title,
        head.text,
        head.data,
        head.tags,
    )


def _record(
    session: Session,
    page: Page,
    content: Content,
    document: markup.Document,
    author: Actor,
    stamp: Stamp,
    *,
    event: str,
) -> Page:
    now = stamp.at or db.utcnow()
    author_name = stamp.author_name or author.display_name
    revision = Revision(
        page_id=page.id,
        number=page.revision_no + 1,
        title=content.title,
        text=content.text,
        data=content.data,
        tags=list(content.tags),
        author_id=stamp.signed_by if stamp.is_signed else author.id,
        author_name=stamp.author_name if stamp.is_signed else author_name,
        summary=" ".join(markup.normalise(stamp.summary).split())[:250],
        minor=stamp.minor,
        created_at=now,
    )
    session.add(revision)
    page.title, page.revision_no, page.updated_at = content.title, revision.number, now
    session.flush()
    if stamp.live:
        revision_authors.note(session, revision, stamp.live, all_sign=stamp.all_sign)
    session.expire(page, ["head"])
    _derive(session, page, content, document)
    _log(session, page, revision, event)
    _drop_draft(session, page, author)
    return page


def _derive(session: Session, page: Page, content: Content, document: markup.Document) -> None:
    page.html, page.html_version = document.to_json(), rendering.VERSION
    session.execute(delete(Link).where(Link.page_id == page.id))
    calls = rendering.calls_of(document)
    included_names = tuple(name for macro, params in calls for name in macro.pages_shown(params))
    targets = {
        link_key(name): name
        for name in (
            *rendering.names_in(document),
            *kind_of(page).links(page, content),
            *included_names,
        )
    }
    included_keys = {link_key(name) for name in included_names}
    session.add_all(
        Link(
            page_id=page.id, target_key=key[:250], target=name[:250], included=key in included_keys
        )
        for key, name in targets.items()
        if key
    )
    external_links.note(session, page.id, external_links.addresses_in(document))
    for macro in {id(one): one for one in registries().macros.values()}.values():
        macro.derive(page, [params for call_macro, params in calls if call_macro is macro])
    session.execute(delete(Tag).where(Tag.page_id == page.id))
    tags = {fold(tag): tag for tag in content.tags}
    session.add_all(Tag(page_id=page.id, tag_key=key, tag=tag) for key, tag in tags.items())
    kind_of(page).derive(page, content)
    session.flush()
    enqueue(session, [page.id])
    db.after_commit(jobs.wake)


def _log(session: Session, page: Page, revision: Revision, event: str) -> None:
    session.add(
        Event(
            kind=event,
            page_id=page.id,
            revision_no=revision.number,
            actor_id=revision.author_id,
            actor_name=", ".join(name for name in revision.signers if name),
            summary=revision.summary,
            created_at=revision.created_at,
        )
    )
    session.flush()


def _drop_draft(session: Session, page: Page, author: Actor) -> None:
    if author.id is not None:
        session.execute(
            delete(Draft).where(Draft.user_id == author.id, Draft.name_key == page.name_key)
        )


def _clean_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = (_clean_tag(tag) for tag in tags)
    by_key = {fold(tag): tag for tag in cleaned if fold(tag)}
    return tuple(by_key.values())[:MOST_TAGS]


def _clean_tag(tag: str) -> str:
    """Return a tag with normalised spaces; `/` nests tags, as in `Tools/Mail`."""
    words = (" ".join(part.split()) for part in markup.normalise(tag).replace(",", " ").split("/"))
    return "/".join(word for word in words if word)[:60].rstrip(" /")
