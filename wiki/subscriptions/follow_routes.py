"""Routes of subscriptions: follow something, list and change what one follows."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import antispam, db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, safe_redirect, see_other
from wiki.pages import find
from wiki.subscriptions import follows, targets
from wiki.subscriptions.blueprint import blueprint
from wiki.subscriptions.targets import Target

MAX_ON_STATION = 6
"""Maximum number of follows on one's own station."""
TARGET_ARGUMENTS = ("tag", "form", "project", "search")
"""Query arguments that name one target; `page` names all targets of a page."""


@blueprint.get("/-/follow", endpoint="follow")
@audience("page")
def ask_follow() -> Response:
    """Show what can be followed from a page, or a tag, form, project or search to follow."""
    return follow_screen(requested_targets(request.args) or abort(404))


@blueprint.post("/-/follow", endpoint="start")
@audience("signed-in")
def start() -> BaseResponse:
    """Follow something, change its rhythm, or unfollow it."""
    actor, form = current_actor(), request.form
    target = targets.find_target(form.get("kind", ""), form.get("name", ""), actor=actor)
    if target is None:
        abort(404)
    if _is_stop():
        _stop(target, actor)
        flash(_("You do not follow “%(title)s” any more.", title=target.title), "success")
    else:
        try:
            follows.follow(target, form.get("rhythm", ""), actor=actor)
        except Invalid as error:
            return follow_screen([target], errors=error.errors, status=422)
        flash(_("You follow “%(title)s”.", title=target.title), "success")
    return safe_redirect(form.get("next"), default=url_for("subscriptions.follows"))


@blueprint.get("/-/follows", endpoint="follows")
@audience("signed-in")
def my_follows() -> Response:
    """List the follows of the signed-in person."""
    actor = current_actor()
    return render(
        "subscriptions/follows.html",
        followed=follows.of_actor(actor),
        switches=[
            (key, words, follows.wants(key, actor.id or 0))
            for key, words in follows.SWITCHES.items()
        ],
    )


@blueprint.post("/-/follows/<int:follow_id>", endpoint="change")
@audience("signed-in")
def change(follow_id: int) -> BaseResponse:
    """Change the rhythm of a follow, or end it."""
    actor, rhythm = current_actor(), request.form.get("rhythm", "")
    if _is_stop():
        if not follows.unfollow(follow_id, actor=actor):
            abort(404)
        flash(_("You do not follow it any more."), "success")
        return see_other(url_for("subscriptions.follows"))
    matches = [one for one in follows.of_actor(actor) if one.row.id == follow_id and one.target]
    if not matches or matches[0].target is None:
        abort(404)
    try:
        follows.follow(matches[0].target, rhythm, actor=actor)
    except Invalid:
        abort(422)
    flash(_("Kept."), "success")
    return see_other(url_for("subscriptions.follows"))


@blueprint.post("/-/follows/mails", endpoint="mails")
@audience("signed-in")
def mails() -> BaseResponse:
    """Save which automatic mails the person wants."""
    wanted_switches = request.form.getlist("wanted")
    with db.write(quiet=True):
        for switch in follows.SWITCHES:
            follows.set_switch(switch, switch in wanted_switches, user_id=current_actor().id or 0)
    flash(_("Kept."), "success")
    return see_other(url_for("subscriptions.follows"))


def requested_targets(args: object) -> list[Target]:
    """Return the targets named in the query arguments that the reader may know of."""
    actor = current_actor()
    if name := _argument(args, "page"):
        page = find.page_or_none(name, actor=actor)
        return targets.of_page(page, actor=actor) if page else []
    found_targets = (
        targets.find_target(kind, _argument(args, kind), actor=actor) for kind in TARGET_ARGUMENTS
    )
    return [target for target in found_targets if target is not None]


def follow_screen(
    found_targets: list[Target],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **more: object,
) -> Response:
    """Render the screen that follows some targets."""
    actor = current_actor()
    return render(
        "subscriptions/follow.html",
        status=status,
        targets=found_targets,
        kinds=targets.KINDS,
        rhythms={target: follows.rhythm_of(target, actor=actor) for target in found_targets},
        errors=errors or {},
        trap=antispam.TRAP,
        **more,
    )


def follow_state(page_id: int) -> str:
    """Return the rhythm at which the current actor follows a page, "" if they do not."""
    actor = current_actor()
    if actor.id is None:
        return ""
    target = Target("page", str(page_id), "", "", "", "")
    return db.once(("follow", page_id), lambda: follows.rhythm_of(target, actor=actor))


def last_followed() -> list[targets.Target]:
    """Return the newest targets the current actor follows and can see (for their own station)."""
    newest = follows.of_actor(current_actor(), limit=MAX_ON_STATION)
    return [one.target for one in newest if one.target is not None]


def _is_stop() -> bool:
    # The form with a choice of rhythms sends that choice along with its stop button.
    return "stop" in request.form or request.form.get("rhythm") == "never"


def _stop(target: Target, actor: Actor) -> None:
    for one in follows.of_actor(actor):
        if (one.row.kind, one.row.target) == (target.kind, target.stored):
            follows.unfollow(one.row.id, actor=actor)


def _argument(args: object, name: str) -> str:
    return str(args.get(name, "")).replace("\0", "")[:300]  # type: ignore[attr-defined]
