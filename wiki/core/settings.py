"""What admins set in the browser: one row a setting, kept in the database with the wiki's data."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db

DEFAULTS: dict[str, Any] = {
    "name": "Gare",
    "sentence": "",
    "description": "",
    "searches": [],
    "lang": "fr",
    "home": "Accueil",
    "menu": [],
    "anonymous_edit": True,
    "anonymous_comment": False,
    "sign_up": True,
    "form_makers": "+",
    "double_click": True,
    "keys": True,
    "coediting": False,
    "accent": "",
    "second": "",
    "radius": 8,
    "density": "normal",
    "text_face": "system",
    "logo": "",
    "footer": "",
    "licence": "",
    "outside": False,
    "embed_hosts": [],
    "framed_by": ["*"],
    "contact_address": "",
    "demo": False,
}


class Setting(db.Base):
    """One setting of the wiki."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column()


def get(name: str) -> Any:
    """Return a setting's value, or its default."""
    return everything()[name]


def everything() -> dict[str, Any]:
    """Return all the settings, read once a request."""
    if "settings" not in g:
        g.settings = DEFAULTS | {
            row.name: row.value["v"] for row in db.session().scalars(select(Setting))
        }
    found: dict[str, Any] = g.settings
    return found


def put(session: Session, **values: Any) -> None:
    """Keep settings. Raises KeyError on a name that is not in DEFAULTS."""
    for name, value in values.items():
        if name not in DEFAULTS:
            raise KeyError(name)
        session.merge(Setting(name=name, value={"v": value}))
    session.flush()
    g.pop("settings", None)
    db.bump(session, "rights")
