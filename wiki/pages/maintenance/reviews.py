"""When a page was read again, by whom, and until when that holds: "read again on…, good until…"."""

from __future__ import annotations

from datetime import date, datetime

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db, i18n, markup
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page
from wiki.pages.save import Gone
from wiki.pages.throttle import count_change
from wiki.pages.toast import tell


class Review(db.Base):
    """The last reading of a page, and until when it is good (ISO date, "" for ever).

    `reviewer_id` is who is to read it next.
    """

    __tablename__ = "review"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    until: Mapped[str] = mapped_column(default="", index=True)
    read_at: Mapped[datetime | None]
    read_by: Mapped[str] = mapped_column(default="")

    @property
    def until_day(self) -> date | None:
        return date.fromisoformat(self.until) if self.until else None


@blueprint.get("/<name>/review")
@audience("page")
def ask_review(name: str) -> Response:
    """Show when a page was read again, and until when it is good."""
    page = find.page_or_404(name, actor=current_actor(), need="write")
    held = review_of(page)
    who = reviewer_of(held)
    return _screen(page, held.until if held else "", who.name if who else "")


@blueprint.post("/<name>/review")
@audience("page")
def set_review(name: str) -> BaseResponse:
    """Keep until when a page is good and who is to read it; `read` says that one has just done so."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    count_change()
    until, who = request.form.get("until", ""), request.form.get("reviewer", "")
    try:
        review(page, until=until, reviewer=who, read="read" in request.form, actor=actor)
    except Invalid as error:
        return _screen(page, until[:40], who[:200], errors=error.errors)
    tell(_("The dates of “%(title)s” are kept.", title=page.title))
    return see_other(url_for("pages.show", name=page.name))


def review(
    page: Page,
    *,
    actor: Actor,
    until: str | None = None,
    reviewer: str | None = None,
    read: bool = False,
) -> Review:
    """Keep what is given of a page's review; `until` is an ISO date or "". Raises Invalid, Gone."""
    with db.write() as session:
        current = find.reload(page, actor=actor)
        if current is None or "write" not in current.allowed:
            raise Gone(page.name)
        held = session.get(Review, page.id) or Review(page_id=page.id, until="", read_by="")
        session.add(held)
        if until is not None:
            held.until = _day(until)
        if reviewer is not None:
            held.reviewer_id = _person(reviewer)
        if read:
            held.read_at, held.read_by = db.utcnow(), actor.display_name
        session.flush()
        return held


def review_of(page: Page) -> Review | None:
    """Return what is known of the review of a page."""
    return db.session().get(Review, page.id)


def reviewer_of(held: Review | None) -> User | None:
    """Return who is to read a page again."""
    return db.session().get(User, held.reviewer_id) if held and held.reviewer_id else None


def is_over(held: Review | None) -> bool:
    """Return whether a page is to be read again."""
    return held is not None and bool(held.until) and held.until < i18n.today().isoformat()


def _day(raw: str) -> str:
    if not raw.strip():
        return ""
    try:
        return date.fromisoformat(raw.strip()).isoformat()
    except ValueError:
        raise Invalid(until=_("A date is written 2026-12-31.")) from None


def _person(raw: str) -> int | None:
    name = markup.normalise(raw).strip()
    user = people.find_user(name) if name else None
    if name and user is None:
        raise Invalid(reviewer=_("Nobody is called %(name)s here.", name=name[:80]))
    return user.id if user else None


def _screen(
    page: Page, until: str, reviewer: str, *, errors: dict[str, str] | None = None
) -> Response:
    return render(
        "pages/review.html",
        status=422 if errors else 200,
        page=page,
        held=review_of(page),
        until=until,
        reviewer=reviewer,
        errors=errors or {},
    )
