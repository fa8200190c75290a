"""Upkeep on screen: what a station needs, and the weather of its people."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask import request as asked
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.projects import find
from wiki.projects.freshness import freshness
from wiki.upkeep import pulse
from wiki.upkeep.chores import chores

blueprint = Blueprint("upkeep", __name__, url_prefix="/-/projects/<key>")


@blueprint.get("/upkeep")
@audience("page")
def needs(key: str) -> Response:
    """List what a station needs, with one way on each, and who looks after it."""
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    gardeners = [one for one in find.members(project) if one.role in ("referent", "gardener")]
    return render(
        "upkeep/needs.html",
        project=project,
        page=page,
        freshness=freshness(project, page.head.data, actor=actor, departures=()),
        chores=chores(project, page, actor=actor),
        gardeners=[one.user for one in gardeners],
        may_arrange="write" in page.allowed,
    )


@blueprint.get("/weather")
@audience("page")
def weather(key: str) -> Response:
    """Show the nine lights of a project, and ask its people for theirs."""
    return _weather(key)


@blueprint.post("/weather")
@audience("signed-in")
def say(key: str) -> BaseResponse:
    """Add one person's weather of this month, and keep nothing of who."""
    actor = current_actor()
    project, _page = find.project_or_404(key, actor=actor)
    try:
        pulse.answer(project, asked.form, actor=actor)
    except PermissionError:
        abort(403)
    except Invalid as error:
        return _weather(key, error.errors, 422)
    except pulse.Answered:
        return _weather(key, {"lights": _("You have answered this month already.")}, 409)
    flash(_("Thank you. Your answer is among the others, and nothing says it is yours."), "success")
    return see_other(url_for(".weather", key=key))


def _weather(key: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    return render(
        "upkeep/weather.html",
        status=status,
        project=project,
        page=page,
        groups=pulse.weather(project),
        months=[(month, pulse.month_words(month)) for month in pulse.months_shown()],
        words=pulse.WEATHER,
        enough=pulse.ENOUGH,
        may_answer=pulse.may_answer(project, actor),
        has_answered=pulse.has_answered(project, actor),
        errors=errors or {},
        typed=asked.form if errors else {},
    )
