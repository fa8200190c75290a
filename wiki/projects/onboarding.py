"""Someone expects you: how a station greets the person who comes, and three small steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from wiki.bazar.query.select import Pick, pick
from wiki.core.access import Actor
from wiki.projects.departures_board import Departure
from wiki.projects.find import Member
from wiki.projects.models import Project


@dataclass(frozen=True)
class Step:
    """A stop of the newcomer's line, as parts/line.html takes it."""

    label: str
    note: str = ""
    url: str = ""
    state: str = "todo"


@dataclass(frozen=True)
class Greeting:
    """The words of who answers, the people who do, and the three steps."""

    text: str
    people: Sequence[Any]
    steps: Sequence[Step]


def greet(
    project: Project,
    data: dict[str, Any],
    *,
    actor: Actor,
    role: str,
    members: Sequence[Member],
    departures: Sequence[Departure],
) -> Greeting | None:
    """Return the greeting for this reader; None once they look after the project themselves."""
    if role in {"referent", "gardener"}:
        return None
    hosts = [member.user for member in members if member.role == "referent"][:2]
    steps = [_arrive(project, data, role), _meet(departures), _act(project, actor)]
    first = next((index for index, step in enumerate(steps) if step.state != "done"), 0)
    steps[first] = Step(steps[first].label, steps[first].note, steps[first].url, "here")
    return Greeting(str(data.get("greeting") or _greeting(hosts)), hosts, steps)


def _greeting(hosts: Sequence[Any]) -> str:
    names = _(" and ").join(host.shown_name.split()[0] for host in hosts)
    return _("Hello. %(names)s will answer you.", names=names) if names else _("Hello. Come in.")


def _arrive(project: Project, data: dict[str, Any], role: str) -> Step:
    if role:
        return Step(_("You have arrived"), _("Thank you for being here."), state="done")
    contact = str(data.get("contact", ""))
    if contact:
        return Step(_("Say hello"), _("Two lines are enough."), contact)
    url = url_for("projects.members", key=project.key)
    return Step(_("Say hello"), _("See who is here."), url)


def _meet(departures: Sequence[Departure]) -> Step:
    meetings = [departure for departure in departures if departure.is_meeting]
    if not meetings:
        return Step(_("Come to a meeting"), _("The next one shows here as soon as it is planned."))
    soonest = meetings[0]
    words = _("%(title)s: %(when)s", title=soonest.title, when=soonest.within)
    return Step(_("Come and listen"), words, soonest.url)


def _act(project: Project, actor: Actor) -> Step:
    wanted = pick(Pick("actions", project.id, where={"help_wanted": "yes"}, limit=1), actor=actor)
    if not wanted.entries:
        return Step(_("Take one small action"), _("Correct a page: no permission is needed."))
    page = wanted.entries[0].page
    return Step(_("Take one small action"), page.title, url_for("pages.show", name=page.name))
