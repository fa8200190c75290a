"""What the platform of meetings lets one do without leaving the station: say that one comes."""

from __future__ import annotations

from flask import request, url_for
from markupsafe import Markup

from wiki.bazar.models import Form
from wiki.core.access import Actor
from wiki.core.http import template_markup
from wiki.meetings import attendance, participant, polls
from wiki.pages.models import Page


def sign_up(page: Page, form: Form, *, actor: Actor) -> Markup:
    """Return the button of one click, how many come, and the calendar."""
    asking = participant.asking(actor) if actor.id is not None else None
    return template_markup(
        "meetings/platform.html",
        page=page,
        mine=attendance.answer_of(page, asking) if asking else None,
        answers=attendance.ANSWERS,
        may_answer=participant.may_answer(page, actor),
        coming=attendance.coming([page.id]).get(page.id, 0),
        calendar=url_for("bazar.feeds.one_ics", form_key=form.key, name=page.name),
        back=request.path if request else "",
    )


def polls_of(page: Page) -> Markup:
    """Return the way to each poll still open on a station."""
    found = polls.open_on([page.id])
    return template_markup("meetings/polls_of.html", polls=found) if found else Markup()
