"""The screens of lists: all the forms, and one form's entries by facets and in a view."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import func
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import drafts
from wiki.bazar.forms import catalogue, form_rights, forms
from wiki.bazar.lists import export, list_view, saved_views, semantic
from wiki.bazar.models import FieldSpec
from wiki.bazar.query import results
from wiki.bazar.query.results import Found, Query, usual_sort
from wiki.bazar.remote import cache
from wiki.bazar.views import request_query, views
from wiki.bazar.views.base import TEMPORAL, View, first_of
from wiki.bazar.views.support.urls import export_url, list_url
from wiki.core import db, errors
from wiki.core.access import Actor, current_actor
from wiki.core.http import BadAddress, absolute_url, audience, download, render
from wiki.core.spreadsheets.cells import TooLong
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

blueprint = Blueprint("lists", __name__)

FILES = ("csv", "xlsx", "ods", "json")
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a spreadsheet past which it waits on the disk."""


@dataclass(frozen=True)
class Standing:
    """How many entries of a form a reader may see, without filters, and when one last changed."""

    count: int = 0
    updated_at: datetime | None = None


@blueprint.get("/-/forms", endpoint="forms")
@audience("page")
def forms_page() -> Response:
    """Show the forms the reader may see, with how many entries each holds for them.

    `model` in the address names a ready-made form that a block misses.
    """
    actor, missing = current_actor(), request.args.get("model", "")
    standing = standings(actor)
    rows = [(form, standing.get(form.id, Standing())) for form in forms.forms_visible(actor)]
    return render(
        "bazar/forms.html",
        rows=rows,
        may_make=form_rights.may_make(actor),
        missing=next((model for model in catalogue.models() if model.model == missing), None),
        trashed=forms.trashed_forms() if actor.is_admin else (),
    )


@blueprint.get("/-/forms/<form_key>")
@audience("page")
def show(form_key: str) -> Response:
    """Show the entries of a form that the address asks for, in the view it asks for."""
    actor = current_actor()
    asked = forms.form_or_404(form_key, actor)
    wanted, held = request_query(asked, actor=actor), None
    if not request.args:
        held = saved_views.default_of(asked, actor=actor)
    view = list_view.suiting(asked, held.view if held else asked_view(), actor=actor)
    found = list_view.find(asked, held.query if held else wanted, view, actor=actor)
    standing = standings(actor, form_id=asked.id).get(asked.id, Standing())
    return render("bazar/list.html", **_list_context(found, view), standing=standing)


@blueprint.get("/-/forms/<form_key>.csv")
@audience("page")
def as_csv(form_key: str) -> Response:
    """Give what the list holds, with its filters, as a table for spreadsheets."""
    found = all_found(form_key)
    return download(export.as_csv(found), f"{found.form.key}.csv", "text/csv")


@blueprint.get("/-/forms/<form_key>.json")
@audience("page")
def as_json(form_key: str) -> Response:
    """Give what the list holds, with its filters, as JSON."""
    found = all_found(form_key)
    return download(export.as_json(found), f"{found.form.key}.json", "application/json")


@blueprint.get("/-/forms/<form_key>.xlsx")
@audience("page")
def as_xlsx(form_key: str) -> BaseResponse:
    """Give what the list holds, with its filters, as a spreadsheet of Excel."""
    return _spreadsheet(form_key, "xlsx")


@blueprint.get("/-/forms/<form_key>.ods")
@audience("page")
def as_ods(form_key: str) -> BaseResponse:
    """Give what the list holds, with its filters, as a spreadsheet of LibreOffice."""
    return _spreadsheet(form_key, "ods")


def _spreadsheet(form: str, kind: str) -> BaseResponse:
    """Answer with a list as a spreadsheet, numbers and dates as such."""
    actor = current_actor()
    found = forms.form_or_404(form, actor)
    wanted = replace(request_query(found, actor=actor).without_settings(), page=1)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
    try:
        export.write_spreadsheet(out, kind, found, wanted, actor=actor)
    except TooLong:
        out.close()
        longest = export.SPREADSHEETS["xlsx"].LONGEST
        text = _(
            "A text here has more than %(count)s characters, which XLSX cannot hold. Take ODS or CSV.",
            count=longest,
        )
        return errors.answer(422, text)
    out.seek(0)
    answer = send_file(
        out,
        mimetype=export.SPREADSHEETS[kind].MEDIA_TYPE,
        as_attachment=True,
        download_name=f"{found.key}.{kind}",
        max_age=0,
    )
    answer.call_on_close(out.close)
    return answer


def asked_view() -> str:
    """Return the view the address names, "" for none. Aborts 400 with the reason on any other word."""
    name = request.args.get("view", "")
    if name and name not in views():
        raise BadAddress(_("Entries cannot be shown by this."))
    return name


def standings(actor: Actor, *, form_id: int | None = None) -> dict[int, Standing]:
    """Return by form identifier how many entries the reader may see, in one statement."""
    of_form = Page.form_id.is_not(None) if form_id is None else Page.form_id == form_id
    seen = visible_pages(actor).where(Page.kind == "entry", of_form).group_by(Page.form_id)
    counted = seen.with_only_columns(Page.form_id, func.count(), func.max(Page.updated_at))
    rows: Any = db.session().execute(counted)
    return {row[0]: Standing(row[1], row[2]) for row in rows}


def all_found(key: str) -> Found:
    """Return all the entries that the address asks for. Aborts 404, 400."""
    actor = current_actor()
    form = forms.form_or_404(key, actor)
    return results.find(
        form, request_query(form, actor=actor), actor=actor, page_size=None, facets=False
    )


def _list_context(found: Found, view: View) -> dict[str, Any]:
    form, asked, actor = found.form, found.query, found.actor
    sticky = view.name if "view" in request.args else ""
    return {
        "form": form,
        "found": found,
        "view": view,
        "sticky": sticky,
        **_tabs(found, view),
        "settings": list_view.chosen(found, view),
        "setting_names": {f"_{param.name}" for param in view.settings() if param.kind != "flag"},
        "saved": saved_views.of_form(form, actor=actor),
        "may_save": not actor.is_anonymous,
        "may_share": saved_views.may_share(form, actor),
        "here": request.script_root + request.full_path.rstrip("?"),
        "chips": list(_chips(found, sticky)),
        "sorts": _sorts(found),
        "share_url": _share_url(found, view),
        "oembed_url": _oembed_url(found, sticky),
        "exports": [(kind.upper(), export_url(form, asked, kind)) for kind in _kinds(found)],
        "follows": follows(found),
        "clear_url": list_url(form, Query(project_id=asked.project_id), view=sticky),
        "may_add": forms.may_add(form, actor),
        "draft": drafts.draft_of(form, None, actor=actor),
        "may_design": form_rights.may_design(form, actor),
        "beside": cache.beside(form, asked),
        **view.context(found),
    }


def _share_url(found: Found, view: View) -> str:
    args: dict[str, Any] = found.query.args() | {"view": [view.name]}
    return url_for("bazar.embed.embedding", form_key=found.form.key, **args)


def _oembed_url(found: Found, view: str) -> str:
    url = absolute_url(list_url(found.form, found.query, view=view))
    return absolute_url(url_for("bazar.embed.oembed", url=url))


def _kinds(found: Found) -> list[str]:
    """Return the kinds of file that this list can be had as."""
    places = ["geojson"] if semantic.has_places(found.specs) else []
    return [*FILES, *places, "jsonld"]


def follows(found: Found) -> list[tuple[str, str, str]]:
    """Return the ways to follow a list, as (words, address, media type)."""
    ways = [(_("Feed (Atom)"), export_url(found.form, found.query, "atom"), "application/atom+xml")]
    ways.append(
        (_("Feed (RSS)"), export_url(found.form, found.query, "rss"), "application/rss+xml")
    )
    if first_of(found.specs, TEMPORAL):
        url = export_url(found.form, found.query, "ics")
        ways.append((_("Calendar (iCal)"), url, "text/calendar"))
    return ways


def _tabs(found: Found, view: View) -> dict[str, Any]:
    """Return the views that suit as (label, address, whether it is this one, icon): usual ones, and others.

    The one that opens the form stands first.
    """
    suiting = [one for one in views().values() if one.suits(found.specs)]
    suiting.sort(key=lambda one: one.name != found.form.default_view)
    rows = [
        (one.label, list_url(found.form, found.query, view=one.name), one is view, one.icon)
        for one in suiting
    ]
    usual = [one.common or one is view or one.name == found.form.default_view for one in suiting]
    return {
        "tabs": [row for row, stands in zip(rows, usual, strict=True) if stands],
        "more_tabs": [row for row, stands in zip(rows, usual, strict=True) if not stands],
    }


def _chips(found: Found, view: str) -> Iterator[tuple[str, str]]:
    """Give each active filter in words, with the address of the list without it."""
    asked, specs = found.query, {spec.key: spec for spec in found.specs}
    labels = {
        (facet.spec.key, value.text): value.label
        for facet in found.facets
        for value in facet.values
    }
    if asked.q:
        yield (
            _("“%(words)s”", words=asked.q),
            list_url(found.form, replace(asked, q="", page=1), view=view),
        )
    for key in sorted(asked.filters, key=list(specs).index):
        for text in asked.filters[key]:
            label = labels.get((key, text)) or _facet_label(specs.get(key), text)
            yield label, list_url(found.form, asked.without(key, text), view=view)
    for key in asked.ranges:
        ends = (asked.typed_ranges.get(f"{key}.{end}", "…") for end in ("from", "to"))
        label = f"{specs[key].label} {' – '.join(ends)}"
        yield label, list_url(found.form, asked.without(key), view=view)
    for key, near in asked.near.items():
        label = _("within %(km)s km of %(place)s", km=f"{near.km:g}", place=near.words)
        if near.lat is None:
            label = _("%(place)s: nobody here knows where that is", place=near.words)
        yield label, list_url(found.form, asked.without(key), view=view)


def _facet_label(spec: FieldSpec | None, text: str) -> str:
    return (
        forms.type_of(spec).facet_label(spec, text)
        if spec and spec.type in forms.field_types()
        else text
    )


def _sorts(found: Found) -> list[tuple[str, str, bool]]:
    """Return what the list can be sorted by, as (sort, words, whether it is now)."""
    words = {"title": _("Title"), "-updated": _("Last changed")}
    words |= {spec.key: spec.label for spec in _sortable(found.specs[1:])}
    now = found.query.sort or found.query.usual or usual_sort(found.specs)
    if now not in words:
        field = words.get(now.removeprefix("-")) or words.get(f"-{now}", now)
        known = {
            "date": _("Latest first"),
            "-date": _("Latest first"),
            "updated": _("Oldest change"),
        }
        words[now] = known.get(now) or _("%(field)s, backwards", field=field)
    return [(sort, label, sort == now) for sort, label in words.items()]


def _sortable(specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    types = forms.field_types()
    return [spec for spec in specs if spec.type in types and types[spec.type].can_sort]
