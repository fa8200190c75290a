"""Following: what can be followed from where one stands, and the list of all one follows."""

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

FEW = 6
"""Of what one follows, shown on one's own station."""
NAMED = ("tag", "form", "project", "search")
"""Arguments of the address that name a thing of their kind; `page` names all that a page leads to."""


@blueprint.get("/-/follow", endpoint="follow")
@audience("page")
def ask_follow() -> Response:
    """Show what can be followed from a page, or of a tag, a form, a project or a search."""
    return screen(asked(request.args) or abort(404))


@blueprint.post("/-/follow", endpoint="start")
@audience("signed-in")
def start() -> BaseResponse:
    """Follow something, change how often one is told, or stop."""
    actor, form = current_actor(), request.form
    target = targets.find_target(form.get("kind", ""), form.get("name", ""), actor=actor)
    if target is None:
        abort(404)
    if _stops():
        _stop(target, actor)
        flash(_("You do not follow “%(title)s” any more.", title=target.title), "success")
    else:
        try:
            follows.follow(target, form.get("rhythm", ""), actor=actor)
        except Invalid as error:
            return screen([target], errors=error.errors, status=422)
        flash(_("You follow “%(title)s”.", title=target.title), "success")
    return safe_redirect(form.get("next"), default=url_for("subscriptions.follows"))


@blueprint.get("/-/follows", endpoint="follows")
@audience("signed-in")
def my_follows() -> Response:
    """List what one follows."""
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
    """Change how often one is told of something, or stop."""
    actor, rhythm = current_actor(), request.form.get("rhythm", "")
    if _stops():
        if not follows.unfollow(follow_id, actor=actor):
            abort(404)
        flash(_("You do not follow it any more."), "success")
        return see_other(url_for("subscriptions.follows"))
    found = [one for one in follows.of_actor(actor) if one.row.id == follow_id and one.target]
    if not found or found[0].target is None:
        abort(404)
    try:
        follows.follow(found[0].target, rhythm, actor=actor)
    except Invalid:
        abort(422)
    flash(_("Kept."), "success")
    return see_other(url_for("subscriptions.follows"))


@blueprint.post("/-/follows/mails", endpoint="mails")
@audience("signed-in")
def mails() -> BaseResponse:
    """Say which mails one gets without having asked."""
    wanted = request.form.getlist("wanted")
    with db.write(quiet=True):
        for switch in follows.SWITCHES:
            follows.want(switch, switch in wanted, user_id=current_actor().id or 0)
    flash(_("Kept."), "success")
    return see_other(url_for("subscriptions.follows"))


def asked(args: object) -> list[Target]:
    """Return the things that an address names, those this reader may know of."""
    actor = current_actor()
    if name := _word(args, "page"):
        page = find.page_or_none(name, actor=actor)
        return targets.of_page(page, actor=actor) if page else []
    found = (targets.find_target(kind, _word(args, kind), actor=actor) for kind in NAMED)
    return [target for target in found if target is not None]


def screen(
    found: list[Target], *, errors: dict[str, str] | None = None, status: int = 200, **more: object
) -> Response:
    """Answer with the ways to follow some things."""
    actor = current_actor()
    return render(
        "subscriptions/follow.html",
        status=status,
        found=found,
        kinds=targets.KINDS,
        rhythms={target: follows.rhythm_of(target, actor=actor) for target in found},
        errors=errors or {},
        trap=antispam.TRAP,
        **more,
    )


def follow_state(page_id: int) -> str:
    """Return how often who asks is told of a page, or "" (for the bar under it)."""
    actor = current_actor()
    if actor.id is None:
        return ""
    target = Target("page", str(page_id), "", "", "", "")
    return db.once(("follow", page_id), lambda: follows.rhythm_of(target, actor=actor))


def last_followed() -> list[targets.Target]:
    """Return the last things who asks follows and still sees, a few (for their own station)."""
    found = follows.of_actor(current_actor(), limit=FEW)
    return [one.target for one in found if one.target is not None]


def _stops() -> bool:
    # Beside a choice of rhythms the way to stop is a button of another name: a form sends both.
    return "stop" in request.form or request.form.get("rhythm") == "never"


def _stop(target: Target, actor: Actor) -> None:
    for one in follows.of_actor(actor):
        if (one.row.kind, one.row.target) == (target.kind, target.stored):
            follows.unfollow(one.row.id, actor=actor)


def _word(args: object, name: str) -> str:
    return str(args.get(name, "")).replace("\0", "")[:300]  # type: ignore[attr-defined]
