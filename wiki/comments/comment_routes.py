"""Routes of comments: the comments screen of a page, and the actions on a comment.

Each action is a plain form; htmx sends the same form and receives the block `talk`.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.comments import comments, threads
from wiki.comments.comments import About
from wiki.comments.threads import comments_of
from wiki.core import antispam
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.numbers import is_whole
from wiki.pages import find
from wiki.pages.comments import Comment
from wiki.pages.models import Page
from wiki.pages.save import Gone

blueprint = Blueprint("comments", __name__)


@blueprint.get("/<name>/comments", endpoint="comments")
@audience("page")
def show_comments(name: str) -> Response:
    """Show all comments of a page, or with `resolved`, the resolved threads."""
    page = find.page_or_404(name, actor=current_actor())
    if page.talk == "none" and "own" not in page.allowed:
        abort(404)
    return _screen(page)


@blueprint.post("/<name>/comments", endpoint="add")
@audience("page")
def add_comment(name: str) -> BaseResponse:
    """Add a comment; after an error, show the form again with the submitted text."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if not comments.may_comment(page):
        return _refused(page)
    if antispam.is_trapped():
        return _redirect_back(page)
    try:
        antispam.check()
        comment = comments.add(
            page, request.form.get("text", ""), about=_submitted_anchor(), actor=actor
        )
    except Invalid as error:
        return _screen(page, errors=error.errors, status=422)
    except comments.Refused:
        return _refused(page)
    except Gone:
        return _screen(
            page, errors={"text": _("What you answered is not here any more.")}, status=409
        )
    return _redirect_back(page, comment)


@blueprint.get("/-/comments/<int:comment_id>", endpoint="comment")
@audience("page")
def show_comment(comment_id: int) -> BaseResponse:
    """Redirect to a comment, under its page or on the comments screen."""
    comment, page = _comment_or_404(comment_id)
    return see_other(threads.url_of(comment, page))


@blueprint.get("/-/comments/<int:comment_id>/edit", endpoint="ask_edit")
@audience("page")
def ask_edit(comment_id: int) -> Response:
    """Show the form that edits one's own comment."""
    comment, page = _comment_or_404(comment_id)
    if not comments.is_own(comment, current_actor()) or not comments.may_comment(page):
        abort(403)
    return render("comments/edit.html", page=page, comment=comment, text=comment.text, errors={})


@blueprint.post("/-/comments/<int:comment_id>", endpoint="edit")
@audience("page")
def save_edit(comment_id: int) -> BaseResponse:
    """Change one's own comment."""
    comment, page = _comment_or_404(comment_id)
    text = request.form.get("text", "")
    try:
        comments.edit(comment, text, actor=current_actor())
    except comments.Refused:
        abort(403)
    except Gone:
        abort(404)
    except Invalid as error:
        errors = error.errors
        return render(
            "comments/edit.html", status=422, page=page, comment=comment, text=text, errors=errors
        )
    return _redirect_back(page, comment)


@blueprint.post("/-/comments/<int:comment_id>/removal", endpoint="remove")
@audience("page")
def remove(comment_id: int) -> BaseResponse:
    """Remove one's own comment, or any as owner of the page or admin."""
    comment, page = _comment_or_404(comment_id)
    _run_action(lambda: comments.remove(comment, actor=current_actor()))
    return _redirect_back(page)


@blueprint.post("/-/comments/<int:comment_id>/resolution", endpoint="resolve")
@audience("page")
def resolve(comment_id: int) -> BaseResponse:
    """Resolve a thread, or reopen it with `open`."""
    comment, page = _comment_or_404(comment_id, empty_too=True)
    reopens = "open" in request.form
    _run_action(lambda: comments.resolve(comment, resolved=not reopens, actor=current_actor()))
    return _redirect_back(page, comment if reopens else None)


@blueprint.post("/-/comments/<int:comment_id>/reaction", endpoint="react")
@audience("page")
def react(comment_id: int) -> BaseResponse:
    """Add or remove one's reaction to a comment."""
    comment, page = _comment_or_404(comment_id)
    kind = request.form.get("kind", "")
    _run_action(lambda: comments.react(comment, kind, actor=current_actor()))
    return _redirect_back(page, comment)


@blueprint.post("/<name>/talk", endpoint="set_talk")
@audience("page")
def set_talk(name: str) -> BaseResponse:
    """Open, close or hide the comments of a page, as its owner or admin."""
    page = find.page_or_404(name, actor=current_actor(), need="own")
    _run_action(
        lambda: comments.set_talk(page, request.form.get("talk", ""), actor=current_actor())
    )
    flash(_("The comments are set."), "success")
    return see_other(url_for("comments.comments", name=page.name))


def _submitted_anchor() -> About:
    form = request.form
    raw = form.get("reply_to", "")
    if raw and not is_whole(raw):
        abort(400)
    return About(
        reply_to=int(raw) if raw else None,
        quote=form.get("quote", "")[:2000],
        before=form.get("before", "")[-200:],
        after=form.get("after", "")[:200],
        section=form.get("section", "")[:200],
    )


def _comment_or_404(comment_id: int, *, empty_too: bool = False) -> tuple[Comment, Page]:
    comment_and_page = comments.comment_or_none(
        comment_id, actor=current_actor(), empty_too=empty_too
    )
    return comment_and_page or abort(404)


def _run_action(action: Callable[[], object]) -> None:
    try:
        action()
    except comments.Refused:
        abort(403)
    except Gone:
        abort(404)
    except Invalid:
        abort(422)


def _redirect_back(page: Page, comment: Comment | None = None) -> BaseResponse:
    talk = comments_of(page, inline=page.kind != "station" and not _from_screen())
    anchor = f"comment-{comment.id}" if comment else "talk"
    where = "pages.show" if talk.inline else "comments.comments"
    return see_other(url_for(where, name=page.name, _anchor=anchor))


def _from_screen() -> bool:
    """Return whether the form was sent from the comments screen."""
    return "screen" in request.form


def _refused(page: Page) -> Response:
    """Answer 403 to a reader who may not comment, with their text."""
    message = (
        _("Sign in, then send it: your text is below.")
        if current_actor().is_anonymous
        else _("You may not comment this page. Your text is below: copy it.")
    )
    return _screen(page, errors={"text": message}, status=403)


def _screen(page: Page, *, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    talk = comments_of(page, resolved="resolved" in request.args, inline=False)
    return render(
        "comments/comments.html",
        status=status,
        page=page,
        talk=talk,
        errors=errors or {},
        typed=request.form if request.method == "POST" else {},
    )
