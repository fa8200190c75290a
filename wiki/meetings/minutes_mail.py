"""The minutes by mail: each written when it leaves, with what its reader may see at that moment."""

from __future__ import annotations

from flask import url_for

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.bazar.entries import entries
from wiki.core import db, i18n
from wiki.core.http import absolute_url
from wiki.meetings.meeting import MODEL, Meeting, as_meeting
from wiki.pages import find
from wiki.subscriptions import follows, mails
from wiki.subscriptions.models import Follow

SWITCH = "minutes"


def deliver(*, page_id: int, user_id: int, follow_id: int, message_id: str) -> None:
    """Send the minutes of a meeting to one person, if they may read it and still want it."""
    user = db.session().get(User, user_id) if user_id else None
    row = db.session().get(Follow, follow_id) if follow_id else None
    if (user_id and (user is None or user.disabled)) or (follow_id and row is None):
        return
    if row is None and not (user_id and follows.wants(SWITCH, user_id)):
        return
    actor = people.actor_of(user) if user else people.anonymous_actor()
    page = find.page_by_id(page_id, actor=actor)
    if page is None or page.form_id is None or entries.form_of(page).model != MODEL:
        return
    with mails.in_language(user.lang if user else row.lang if row else ""):
        out = (
            mails.unsubscribe_url(follows=[row.id])
            if row
            else mails.unsubscribe_url(switch=SWITCH, person=user_id)
        )
        to = user.email if user else row.email if row else ""
        _write(as_meeting(page, actor=actor), to=to, out=out, message_id=message_id)


def _write(meeting: Meeting, *, to: str, out: str, message_id: str) -> None:
    mails.send(
        "minutes",
        to=to,
        message_id=message_id,
        out=out,
        meeting=meeting,
        when=i18n.day(meeting.starts) if meeting.starts else "",
        notes=str(meeting.entry.get("minutes") or ""),
        link=absolute_url(url_for("pages.show", name=meeting.page.name)),
    )
