"""Lists of the wiki: values with keys that entries keep, labels in each language, colours, levels.

Fields of choice take their options from one, so that a label changed here changes in every entry.
The screens are in `nomenclature_routes.py`, files in `nomenclature_files.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.bazar.field import BadValue, clean_line
from wiki.core import db, i18n
from wiki.core.http import Invalid
from wiki.core.names import fold

LONGEST, MOST, DEEPEST = 200, 2000, 6
COLOUR = re.compile(r"#[0-9a-f]{6}")
ICON = re.compile(r"[a-z0-9-]{1,40}")
KEPT = "bazar.nomenclatures"


class Nomenclature(db.Base):
    """A list: `values` are {"key", "fr", "en"} in their order, with "color", "icon", "parent" if any."""

    __tablename__ = "nomenclature"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    values: Mapped[list[Any]] = mapped_column(default=list)


def every() -> Sequence[Nomenclature]:
    """Return the lists by title."""
    query = select(Nomenclature).order_by(Nomenclature.title, Nomenclature.id)
    return db.session().scalars(query).all()


def named(key: str) -> Nomenclature | None:
    """Return the list of this key."""
    return db.session().scalar(select(Nomenclature).where(Nomenclature.key == key))


def options(key: str) -> list[dict[str, Any]]:
    """Return a list's values as a field's own options are, labelled for the reader; [] without it."""
    kept: dict[tuple[str, str], list[Any]] = db.session().info.setdefault(KEPT, {})
    lang = i18n.language()
    if (key, lang) not in kept:
        found = named(key)
        rows = found.values if found else []
        kept[key, lang] = [row | {"label": label_of(row, lang)} for row in rows]
    return kept[key, lang]


def label_of(row: Mapping[str, Any], lang: str) -> str:
    """Return the words of a value in a language, else in another one."""
    return str(row.get(lang) or row.get("fr") or row.get("en") or row["key"])


def store(
    session: Session, key: str, *, title: str, values: Iterable[Mapping[str, Any]]
) -> Nomenclature:
    """Make a list or change it. Raises Invalid: `key`, `title`, `values`.

    Who stores derives again the entries that show it: `form_changes.list_changed`.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,59}", key):
        raise Invalid(key=_("A key has small letters, digits, - and _, and begins with a letter."))
    title = " ".join(title.split())[:LONGEST]
    if not title:
        raise Invalid(title=_("Give it a title."))
    try:
        rows = checked(values)
    except BadValue as error:
        raise Invalid(values=str(error)) from error
    found = named(key) or Nomenclature(key=key)
    found.title, found.values = title, rows
    session.add(found)
    session.flush()
    session.info.pop(KEPT, None)
    return found


def remove(session: Session, found: Nomenclature) -> None:
    """Take a list away; that no field uses it is the caller's to know."""
    session.delete(found)
    session.flush()
    session.info.pop(KEPT, None)


def checked(values: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return values as they are kept, parents before their children. Raises BadValue."""
    rows = [_row(raw) for raw in values]
    if len(rows) > MOST:
        raise BadValue(_("At most %(count)s values.", count=MOST))
    keys = [fold(row["key"]) for row in rows]
    for row in rows:
        if keys.count(fold(row["key"])) > 1:
            raise BadValue(_("The key %(key)s is used twice.", key=row["key"]))
    return in_order(rows)


def in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with each one's children after it. Raises BadValue on a parent that leads nowhere."""
    by_parent: dict[str, list[dict[str, Any]]] = {}
    keys = {row["key"] for row in rows}
    for row in rows:
        parent = row.get("parent", "")
        if parent and parent not in keys:
            raise BadValue(_("There is no value called %(name)s to stand under.", name=parent))
        by_parent.setdefault(parent, []).append(row)
    ordered = _below("", by_parent, DEEPEST)
    if len(ordered) < len(rows):
        raise BadValue(
            _("Values stand under each other, at most %(count)s levels deep.", count=DEEPEST)
        )
    return ordered


def _below(
    parent: str, by_parent: Mapping[str, list[dict[str, Any]]], deep: int
) -> list[dict[str, Any]]:
    if not deep:
        return []
    return [
        one
        for row in by_parent.get(parent, [])
        for one in (row, *_below(row["key"], by_parent, deep - 1))
    ]


def _row(raw: Mapping[str, Any]) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise BadValue(_("A choice has a key and a label."))
    row = {
        name: clean_line(raw.get(name), longest=LONGEST) or ""
        for name in ("key", "fr", "en", "parent")
    }
    label = clean_line(raw.get("label"), longest=LONGEST) or ""
    row["fr"], row["en"] = row["fr"] or label or row["en"], row["en"] or label or row["fr"]
    row["key"] = row["key"] or fold(row["fr"])
    if not row["key"] or any("|" in text for text in row.values()):
        raise BadValue(_("A value has a key and a label, without |."))
    look = {
        "color": (clean_line(raw.get("color"), longest=20) or "").lower(),
        "icon": clean_line(raw.get("icon"), longest=40) or "",
    }
    if look["color"] and not COLOUR.fullmatch(look["color"]):
        raise BadValue(_("A colour is written #rrggbb: “%(text)s” is not.", text=look["color"]))
    if look["icon"] and not ICON.fullmatch(look["icon"]):
        raise BadValue(_("There is no icon called %(name)s.", name=look["icon"]))
    return {name: text for name, text in (row | look).items() if text}
