"""The appearance screen: colours, corners, density, typeface, logo, with a preview."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.admin import appearance as admin_appearance
from wiki.admin import contrast, logo
from wiki.admin.appearance import Appearance
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, settings
from wiki.core.http import Invalid, audience, render, see_other


@blueprint.get("/admin/appearance")
@audience("admin")
def appearance() -> Response:
    """Show the appearance settings."""
    return _form(admin_appearance.current())


@blueprint.post("/admin/appearance")
@audience("admin")
def save_appearance() -> BaseResponse:
    """Save the appearance, preview it (`do=try`) or restore the default one (`do=reset`)."""
    submitted, do = admin_appearance.parse_form(request.form), request.form.get("do")
    if do == "try":
        errors = admin_appearance.errors(submitted)
        return _form(submitted, status=422 if errors else 200, errors=errors)
    try:
        with db.write() as session:
            admin_appearance.save(session, Appearance() if do == "reset" else submitted)
            _change_logo(do == "reset")
    except Invalid as invalid:
        return _form(submitted, status=invalid.status, errors=invalid.errors)
    flash(_("The look of the site is saved."), "success")
    return see_other(url_for("admin.appearance"))


def _change_logo(is_reset: bool) -> None:
    upload = request.files.get("logo")
    if is_reset or "no_logo" in request.form:
        settings.put(db.session(), logo="")
    elif upload and upload.filename:
        settings.put(db.session(), logo=logo.store(upload.stream))


def _form(
    submitted: Appearance, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    accent, second = (
        submitted.accent or admin_appearance.ACCENT,
        submitted.second or admin_appearance.SECOND,
    )
    are_colours = contrast.is_colour(accent) and contrast.is_colour(second)
    return render(
        "admin/appearance.html",
        status=status,
        look=submitted,
        accent=accent,
        second=second,
        samples=admin_appearance.samples(submitted) if are_colours else {},
        dark=admin_appearance.dark_accent(accent) if are_colours else "",
        dark_second=admin_appearance.dark_second(second) if are_colours else "",
        radii=admin_appearance.RADII,
        errors=errors or {},
    )
