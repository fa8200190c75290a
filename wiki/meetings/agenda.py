"""The points of an agenda, changed one at a time, each by the one save."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.field import BadValue
from wiki.bazar.fields.points import Points
from wiki.bazar.models import FieldSpec
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.meetings.meeting import Meeting
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.models import Revision

Listed = list[dict[str, Any]]
TYPE = Points()


def add(meeting: Meeting, point: Mapping[str, Any], *, actor: Actor) -> None:
    """Add a point at the end: title, minutes, kind, who. Raises Invalid."""
    if not str(point.get("title") or "").strip():
        raise Invalid(title=_("What is it about?"))

    def added(points: Listed) -> Listed:
        return [*points, dict(point)]

    _change(meeting, added, _("A point on the agenda: %(title)s", title=point["title"]), actor)


def remove(meeting: Meeting, key: str, *, actor: Actor) -> None:
    """Take a point out; the history keeps what was noted under it."""
    _change(
        meeting,
        lambda points: [one for one in points if one["id"] != key],
        _("A point taken off the agenda"),
        actor,
    )


def move(meeting: Meeting, key: str, by: int, *, actor: Actor) -> None:
    """Move a point up (-1) or down (1); at the end nothing changes."""

    def moved(points: Listed) -> Listed:
        at = next((index for index, one in enumerate(points) if one["id"] == key), None)
        if at is None or not 0 <= at + by < len(points):
            return points
        points[at], points[at + by] = points[at + by], points[at]
        return points

    _change(meeting, moved, _("Order of the agenda"), actor)


def put_in_order(meeting: Meeting, keys: Sequence[str], *, actor: Actor) -> None:
    """Put the points in an order; those it does not name come last."""

    def ordered(points: Listed) -> Listed:
        place = {key: at for at, key in enumerate(keys)}
        return sorted(points, key=lambda one: place.get(one["id"], len(place)))

    _change(meeting, ordered, _("Order of the agenda"), actor)


def checked(points: Sequence[Mapping[str, Any]]) -> Listed:
    """Return points as they are stored. Raises Invalid (`points`)."""
    try:
        return TYPE.clean(FieldSpec("", "points", ""), [dict(one) for one in points]) or []
    except BadValue as error:
        raise Invalid(points=str(error)) from error


def with_points(revision: Revision, spec: FieldSpec, points: Listed) -> Content:
    """Return the content of a version with other points."""
    data = {key: value for key, value in revision.data.items() if key != spec.key}
    if points:
        data[spec.key] = points
    return replace(revision.content, data=data)


def stored(revision: Revision, spec: FieldSpec) -> Listed:
    """Return the points of a version, to be changed."""
    held = revision.data.get(spec.key)
    return [dict(one) for one in held] if held and TYPE.holds(spec, held) else []


def _change(
    meeting: Meeting, change: Callable[[Listed], Listed], summary: str, actor: Actor
) -> None:
    spec, page = meeting.points_spec, meeting.page
    if spec is None or not meeting.may_arrange:
        raise PermissionError
    content = with_points(page.head, spec, checked(change(stored(page.head, spec))))
    stamp = save.Stamp(summary=summary[:250], minor=True)
    save.save(page, content, base=page.revision_no, author=actor, stamp=stamp)
