"""The screen of the site's look: colours, corners, density, face, logo. Trying changes nothing."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.admin import appearance as admin_appearance
from wiki.admin import contrast, logo
from wiki.admin.appearance import Look
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, settings
from wiki.core.http import Invalid, audience, render, see_other


@blueprint.get("/admin/appearance")
@audience("admin")
def appearance() -> Response:
    """Show the look of the site and what may be changed."""
    return _form(admin_appearance.current())


@blueprint.post("/admin/appearance")
@audience("admin")
def save_appearance() -> BaseResponse:
    """Keep the look, show it (`do=try`), or go back to ours (`do=reset`)."""
    wanted, do = admin_appearance.from_form(request.form), request.form.get("do")
    if do == "try":
        errors = admin_appearance.errors(wanted)
        return _form(wanted, status=422 if errors else 200, errors=errors)
    try:
        with db.write() as session:
            admin_appearance.put(session, Look() if do == "reset" else wanted)
            _change_logo(do == "reset")
    except Invalid as invalid:
        return _form(wanted, status=invalid.status, errors=invalid.errors)
    flash(_("The look of the site is saved."), "success")
    return see_other(url_for("admin.appearance"))


def _change_logo(is_reset: bool) -> None:
    sent = request.files.get("logo")
    if is_reset or "no_logo" in request.form:
        settings.put(db.session(), logo="")
    elif sent and sent.filename:
        settings.put(db.session(), logo=logo.keep(sent.stream))


def _form(wanted: Look, *, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    accent, second = (
        wanted.accent or admin_appearance.ACCENT,
        wanted.second or admin_appearance.SECOND,
    )
    can_count = contrast.is_colour(accent) and contrast.is_colour(second)
    return render(
        "admin/appearance.html",
        status=status,
        look=wanted,
        accent=accent,
        second=second,
        samples=admin_appearance.samples(wanted) if can_count else {},
        dark=admin_appearance.dark_accent(accent) if can_count else "",
        dark_second=admin_appearance.dark_second(second) if can_count else "",
        radii=admin_appearance.RADII,
        errors=errors or {},
    )
