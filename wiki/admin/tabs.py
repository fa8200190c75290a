"""The tabs of the administration, which screens of other features show too."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from wiki.core.navigation import Tab


def admin_tabs() -> list[Tab]:
    """Return the tabs, the screen at hand marked."""

    def tab(label: str, endpoint: str, *, under: str = "", also: str = "") -> Tab:
        is_current = request.endpoint in {endpoint, also} if not under else _is_under(under)
        return Tab(label, url_for(endpoint), is_current)

    return [
        tab(_("Overview"), "admin.index"),
        tab(_("Site"), "admin.site", also="admin.save_site"),
        tab(_("Menu"), "admin.menu", also="admin.save_menu"),
        tab(_("Appearance"), "admin.appearance", also="admin.save_appearance"),
        tab(_("The search"), "admin.search", under="/-/admin/search"),
        tab(_("People"), "admin.list_people", under="/-/admin/people"),
        tab(_("Groups"), "admin.list_groups", under="/-/admin/groups"),
        tab(_("Files"), "admin.list_files"),
        tab(_("Arrivals"), "transfer.upload_project", under="/-/arrivals"),
        tab(_("Answers to write"), "search.to_write"),
        tab(_("Lists"), "bazar.vocabularies.index", under="/-/lists"),
        tab(_("Trash"), "pages.trash"),
    ]


def _is_under(path: str) -> bool:
    return request.path.startswith(path)
