"""What happens around an entry that comes: mails to those who are told, a link to change it later.

The link is made by the worker and stands nowhere but in the mail; who follows it holds the entry as its
owner would, until the link is taken back.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from flask import g, request, url_for
from flask import session as cookie
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.accounts.models import User
from wiki.bazar.entries import moderation
from wiki.bazar.forms.submission_terms import terms_of
from wiki.bazar.models import Form
from wiki.core import db, i18n, jobs, mail, settings
from wiki.core.access import Actor
from wiki.core.http import absolute_url
from wiki.pages.models import Page

JOB = "bazar.entry-link"
COOKIE = "held"


class EntryLink(db.Base):
    """A mailed link by which someone without account changes an entry."""

    __tablename__ = "entry_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


def tell(session: Session, form: Form, page: Page, *, waiting: bool, email: str = "") -> None:
    """Queue the mails about an entry that was just added; `email` is where its author left one."""
    terms = terms_of(form)
    with force_locale(str(settings.get("lang"))):
        for address in terms.notify.split():
            _tell_watcher(session, address, form, page, waiting=waiting)
    if email:
        send_link(session, page, email)
    elif terms.notify_author and page.owner_id is not None:
        user = session.get(User, page.owner_id)
        if user is not None and user.email:
            with force_locale(user.lang or str(settings.get("lang"))):
                _tell_author(session, user.email, page, waiting=waiting)


def approved(page: Page, form: Form, *, actor: Actor) -> bool:
    """Count a vote to let an entry out; answer whether it is out now, its author told. Raises Gone."""
    with db.write() as session:
        out = moderation.approve(page, form, actor=actor)
        if out:
            tell_decision(session, page, accepted=True, reason="")
    return out


def tell_decision(session: Session, page: Page, *, accepted: bool, reason: str) -> None:
    """Queue the mail that says to an author what became of their entry, if an address is known."""
    user = session.get(User, page.owner_id) if page.owner_id else None
    address = user.email if user else _left_address(session, page)
    if not address:
        return
    with force_locale((user.lang if user else "") or str(settings.get("lang"))):
        subject = (
            _("“%(title)s” is published", title=page.title)
            if accepted
            else _("“%(title)s” is not published", title=page.title)
        )
        lines = [_address(page)] if accepted else []
        lines += [reason] if reason else []
        mail.send(session, to=address, subject=subject, body="\n\n".join([subject, *lines]) + "\n")


def send_link(session: Session, page: Page, email: str) -> None:
    """Queue a mail with a link by which an entry can be changed."""
    door = absolute_url(url_for("bazar.moderation.enter", token="T"))[:-1]  # noqa: S106 - a stand-in, cut off
    jobs.enqueue(session, JOB, page_id=page.id, email=email, door=door, lang=i18n.language())


def deliver_link(*, page_id: int, email: str, door: str, lang: str) -> None:
    """Make a link and send it: the job."""
    page = db.session().get(Page, page_id)
    if page is None or page.trashed_at is not None:
        return
    token = secrets.token_urlsafe(32)
    with db.write(quiet=True) as session:
        made = EntryLink(
            page_id=page_id, email=email, token_hash=_hash(token), created_at=db.utcnow()
        )
        session.add(made)
    with force_locale(lang):
        subject = _("Your entry “%(title)s”", title=page.title)
        body = _(
            "With this link you can see and change it, also before it is published. "
            "Keep it to yourself: who has it can change the entry."
        )
    mail.deliver(to=email, subject=subject, body=f"{subject}\n\n{body}\n\n{door}{token}\n")


def revoke(session: Session, page: Page) -> None:
    """Take back every link to an entry: they are worth nothing from now on."""
    query = update(EntryLink).where(EntryLink.page_id == page.id, EntryLink.revoked_at.is_(None))
    session.execute(query.values(revoked_at=db.utcnow()))


def page_of(token: str) -> Page | None:
    """Return the entry that a link opens, if it still does."""
    query = select(Page).join(EntryLink, EntryLink.page_id == Page.id)
    query = query.where(
        EntryLink.token_hash == _hash(token),
        EntryLink.revoked_at.is_(None),
        Page.trashed_at.is_(None),
    )
    found: Page | None = db.session().scalar(query)
    return found


def recognise() -> None:
    """Give who came by a link what it opens, before each request."""
    token = cookie.get(COOKIE) if request.cookies else None
    if not isinstance(token, str) or "actor" not in g:
        return
    page = page_of(token)
    if page is not None:
        g.actor = replace(g.actor, holds=frozenset({page.id}))


def _tell_watcher(session: Session, address: str, form: Form, page: Page, *, waiting: bool) -> None:
    words = {"title": page.title, "form": form.title}
    subject = (
        _("“%(title)s” waits in %(form)s", **words)
        if waiting
        else _("“%(title)s” was added to %(form)s", **words)
    )
    mail.send(session, to=address, subject=subject, body=f"{subject}\n\n{_address(page)}\n")


def _tell_author(session: Session, address: str, page: Page, *, waiting: bool) -> None:
    subject = _("Your entry “%(title)s”", title=page.title)
    said = (
        _("It is kept, and waits to be looked at.") if waiting else _("It is published. Thank you!")
    )
    mail.send(session, to=address, subject=subject, body=f"{said}\n\n{_address(page)}\n")


def _left_address(session: Session, page: Page) -> str:
    query = select(EntryLink.email).where(EntryLink.page_id == page.id)
    return session.scalar(query.order_by(EntryLink.id).limit(1)) or ""


def _address(page: Page) -> str:
    return absolute_url(url_for("pages.show", name=page.name))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
