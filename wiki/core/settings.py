"""What admins set in the browser: one row a setting, kept in the database with the wiki's data.

What settings there are is declared in the open folder `site_settings`.
"""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db
from wiki.core.site_setting import declared


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
        defaults = {name: setting.default for name, setting in declared().items()}
        g.settings = defaults | {
            row.name: row.value["v"] for row in db.session().scalars(select(Setting))
        }
    found: dict[str, Any] = g.settings
    return found


def put(session: Session, **values: Any) -> None:
    """Keep settings. Raises KeyError on a name that is not declared."""
    for name, value in values.items():
        if name not in declared():
            raise KeyError(name)
        session.merge(Setting(name=name, value={"v": value}))
    session.flush()
    g.pop("settings", None)
    db.bump(session, "rights")
