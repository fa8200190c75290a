"""The 3C weather of a project: aggregated lights by month, and the actor's answer."""

from __future__ import annotations

from flask import Response, abort, jsonify

from wiki.api import body
from wiki.api.contract import operation
from wiki.api.problems import Refused
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.pages import throttle
from wiki.projects import find
from wiki.projects.models import Project
from wiki.upkeep import pulse


@blueprint.get("/projects/<key>/weather", merge_slashes=False)
@operation("Read the weather of the 3C of a project, by groups of five answers", {200: "Weather"})
@audience("page")
def read_weather(key: str) -> Response:
    """Return the nine lights by month; 0 where too few people answered."""
    return jsonify(_weather(_project(key)))


@blueprint.post("/projects/<key>/weather", merge_slashes=False)
@operation(
    "Say one's weather of this month, once",
    {200: "Weather"},
    takes="WeatherAnswer",
    problems=(409,),
)
@audience("signed-in")
def answer_weather(key: str) -> Response:
    """Add the answer of the token's owner to the sums, anonymously."""
    payload, project = body.read("WeatherAnswer"), _project(key)
    throttle.count_save()
    answers = {light: str(value) for light, value in payload["lights"].items()}
    try:
        pulse.answer(project, answers, actor=current_actor())
    except PermissionError:
        abort(403)
    except pulse.Answered as error:
        raise Refused(409) from error
    return jsonify(_weather(project))


def _project(key: str) -> Project:
    return find.project_or_404(key, actor=current_actor())[0]


def _weather(project: Project) -> dict[str, object]:
    lights = [(group.key, light) for group in pulse.weather(project) for light in group.lights]
    return {
        "answered": pulse.has_answered(project, current_actor()),
        "lights": [
            {
                "key": light.key,
                "group": group,
                "words": light.words,
                "now": light.now or 0,
                "months": {month: value or 0 for month, value in light.months.items()},
            }
            for group, light in lights
        ],
    }
