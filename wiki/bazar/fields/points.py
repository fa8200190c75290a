"""Points of an agenda, in order: each with its minutes, what is expected of it, who brings it, what was said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Clash, Field, clean_line, clean_text
from wiki.bazar.fields.longtext import LongText, document
from wiki.bazar.models import FieldSpec
from wiki.core.markup.merge import merge as merge_text
from wiki.core.numbers import is_whole

MOST, LONGEST, MOST_MINUTES, MOST_ENTRIES = 60, 20_000, 600, 100
KINDS = {"inform": _l("inform"), "discuss": _l("discuss"), "decide": _l("decide")}
WORDS = ("title", "kind", "who")
PARTS = ("id", *WORDS, "minutes", "text", "entries")
BLANKS = 3
"""Empty rows in the form of an entry."""
TEXT = LongText()


class Points(Field):
    """A list of {"id", "title"} with, where they are said, "minutes", "kind", "who", "text" and "entries".

    `id` is made once from the title, so that two who write at once speak of the same point; `entries` are the
    identifiers of pages noted under it.
    """

    name: ClassVar[str] = "points"
    summary = "the points of an agenda, and what was said on each; two people write at once"
    part = "own"
    label = _l("Agenda by points")
    group = _l("Text")
    icon = "list-ordered"
    is_group = True
    is_long = True
    merges = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        columns = {part: form.getlist(f"{spec.key}.{part}") for part in PARTS}
        return [
            {part: values[row] for part, values in columns.items() if row < len(values)}
            for row in range(min(len(columns["title"]), MOST + 1))
        ]

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str):
            raw = self.from_csv(spec, raw)
        if raw is None:
            return None
        if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
            raise BadValue(_("A list of points is expected."))
        if len(raw) > MOST:
            raise BadValue(_("At most %(count)s points.", count=MOST))
        points = [point for one in raw if (point := _point(one)) is not None]
        return with_ids(points) or None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(one, dict)
            and isinstance(one.get("id"), str)
            and isinstance(one.get("title"), str)
            for one in value
        )

    def merged(self, base: Any, mine: Any, theirs: Any) -> Any:
        before, ours, other = (
            {point["id"]: point for point in side or []} for side in (base, mine, theirs)
        )
        kept = [key for key in _order(base, mine, theirs) if _kept(key, before, ours, other)]
        return [_one(before.get(key), ours.get(key), other.get(key)) for key in kept] or None

    def links(self, spec: FieldSpec, value: Any) -> Sequence[str]:
        return [name for text in texts_of(value) for name in document(text).links]

    def relinked(self, spec: FieldSpec, value: Any, renamed: Callable[[str], str]) -> Any:
        return [
            {**point, "text": renamed(point["text"])} if point.get("text") else point
            for point in value
        ]

    def text(self, spec: FieldSpec, value: Any) -> str:
        return ", ".join(f"{point['title']}{_told(point)}" for point in value)

    def words(self, spec: FieldSpec, value: Any) -> str:
        return "\n".join(f"{point['title']}\n{point.get('text', '')}" for point in value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        blocks = [
            f"- {point['title']}{_told(point)}"
            + "".join(f"\n  {line}" for line in point.get("text", "").splitlines())
            for point in value
        ]
        return "\n".join(blocks)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        if not cell.strip():
            return None
        try:
            return json.loads(cell)
        except ValueError:
            raise BadValue(_("A list of points is expected.")) from None

    def rows(self, value: Any) -> list[dict[str, Any]]:
        """Return the rows of the form: what stands, or was typed and refused, then a few empty ones."""
        given = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        return [_typed(one) for one in given[:MOST]] + [_typed({})] * BLANKS

    def kinds(self) -> list[tuple[str, Any]]:
        """Return what may be expected of a point, as (key, words)."""
        return list(KINDS.items())

    def said(self, point: Mapping[str, Any]) -> str:
        """Return how long, what for and by whom, in a few words."""
        return _told(point).removeprefix(" (").removesuffix(")")

    def html(self, point: Mapping[str, Any]) -> Markup:
        """Return what was said, as HTML for the reader at hand."""
        return TEXT.html(point.get("text", ""))


def total_minutes(value: Any) -> int:
    """Return how long all the points take together."""
    return sum(point.get("minutes", 0) for point in value or ())


def is_written(value: Any) -> bool:
    """Answer whether something was noted under a point."""
    return isinstance(value, list) and any(
        isinstance(one, dict) and (one.get("text") or one.get("entries")) for one in value
    )


def texts_of(value: Any) -> list[str]:
    """Return what was said under each point."""
    return [point["text"] for point in value if point.get("text")]


def has_minutes(data: Mapping[str, Any]) -> bool:
    """Answer whether the data of a meeting holds minutes: its own text, or something under a point."""
    return bool(data.get("minutes")) or any(is_written(value) for value in data.values())


def with_ids(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the points, each with an identifier of its own."""
    made: list[dict[str, Any]] = []
    taken: set[str] = set()
    for point in points:
        key = point.get("id") or _id(point["title"])
        while key in taken:
            key = _id(f"{key} {point['title']}")
        taken.add(key)
        made.append({**point, "id": key})
    return made


def _point(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a clean point, None for an empty row. Raises BadValue."""
    if set(raw) - set(PARTS):
        raise BadValue(_("A list of points is expected."))
    title = clean_line(raw.get("title"), longest=200)
    text = clean_text(raw.get("text"), longest=LONGEST)
    who = clean_line(raw.get("who"), longest=100)
    minutes, kind = _minutes(raw.get("minutes")), raw.get("kind") or None
    if title is None:
        if text or who:
            raise BadValue(_("Each point has a title."))
        return None
    if kind is not None and kind not in KINDS:
        raise BadValue(_("A point is there to inform, to discuss or to decide."))
    if text:
        TEXT.clean(FieldSpec("", "longtext", ""), text)
    point = {"id": _checked_id(raw.get("id")), "title": title, "minutes": minutes, "kind": kind}
    point |= {"who": who, "text": text, "entries": _entries(raw.get("entries"))}
    return {key: value for key, value in point.items() if value}


def _minutes(raw: Any) -> int | None:
    if raw is None or raw == "":
        return None
    text = str(raw).strip().lower().removesuffix("min").strip()
    if isinstance(raw, bool) or not is_whole(text, 4):
        raise BadValue(_("Minutes are a whole number."))
    if int(text) > MOST_MINUTES:
        raise BadValue(_("At most %(count)s minutes.", count=MOST_MINUTES))
    return int(text)


def _checked_id(raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    if not (isinstance(raw, str) and len(raw) <= 16 and raw.isascii() and raw.isalnum()):
        raise BadValue(_("A list of points is expected."))
    return raw


def _entries(raw: Any) -> list[int]:
    words = raw.split() if isinstance(raw, str) else [] if raw is None else raw
    if not isinstance(words, list) or len(words) > MOST_ENTRIES:
        raise BadValue(_("A list of points is expected."))
    texts = [str(one) for one in words if not isinstance(one, bool)]
    if not all(is_whole(text) for text in texts):
        raise BadValue(_("A list of points is expected."))
    return list(dict.fromkeys(int(text) for text in texts))


def _id(title: str) -> str:
    return hashlib.blake2s(title.encode(), digest_size=5).hexdigest()


def _typed(one: Mapping[str, Any]) -> dict[str, Any]:
    row = {part: one.get(part) for part in PARTS if part != "entries"}
    texts = {key: value if isinstance(value, str | int) else "" for key, value in row.items()}
    entries = one.get("entries")
    listed = entries if isinstance(entries, list) else str(entries or "").split()
    return {**texts, "entries": " ".join(str(each) for each in listed)}


def _told(point: Mapping[str, Any]) -> str:
    words = []
    if minutes := point.get("minutes"):
        words.append(ngettext("%(num)s min", "%(num)s min", minutes))
    if kind := KINDS.get(point.get("kind", "")):
        words.append(str(kind))
    if who := point.get("who"):
        words.append(str(who))
    return f" ({', '.join(words)})" if words else ""


def _order(base: Any, mine: Any, theirs: Any) -> list[str]:
    """Return the identifiers in my order if I moved some, else in theirs; what the other added goes last."""
    before, ours, other = ([point["id"] for point in side or []] for side in (base, mine, theirs))
    moved = [key for key in ours if key in before] != [key for key in before if key in ours]
    first, second = (ours, other) if moved else (other, ours)
    return first + [key for key in second if key not in first]


def _kept(key: str, before: dict[str, Any], ours: dict[str, Any], other: dict[str, Any]) -> bool:
    """Answer whether a point stays: one that was taken out, unless the other side changed it."""
    if key not in before or (key in ours and key in other):
        return True
    left = ours.get(key) or other.get(key)
    return left is not None and left != before[key]


def _one(
    before: Mapping[str, Any] | None,
    ours: Mapping[str, Any] | None,
    other: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return a point of three versions. Raises Clash."""
    if ours is None or other is None:
        return dict(ours or other or {})
    base, point = before or {}, {"id": ours["id"]}
    for part in ("title", "minutes", "kind", "who"):
        point[part] = _either(base.get(part), ours.get(part), other.get(part))
    point["text"] = _texts(*(side.get("text", "") for side in (base, ours, other)))
    was, mine, theirs = (side.get("entries", []) for side in (base, ours, other))
    kept = [one for one in theirs if one in mine or one not in was]
    point["entries"] = kept + [one for one in mine if one not in theirs and one not in was]
    return {key: value for key, value in point.items() if value}


def _either(base: Any, mine: Any, theirs: Any) -> Any:
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    raise Clash


def _texts(base: str, mine: str, theirs: str) -> str:
    """Return both texts in one; what two people wrote at the end of the same text comes one after the other."""
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    if mine.startswith(base) and theirs.startswith(base) and not _amid_line(base, mine, theirs):
        ends = [side[len(base) :].strip("\n") for side in (theirs, mine)]
        return "\n".join(part for part in (base.rstrip("\n"), *ends) if part)
    found = merge_text(base, mine, theirs)
    if found.text is None:
        raise Clash
    return found.text


def _amid_line(base: str, mine: str, theirs: str) -> bool:
    """Answer whether the last line of the base was itself written on."""
    ends = [side[len(base) :] for side in (mine, theirs)]
    return bool(base) and not base.endswith("\n") and not all(one.startswith("\n") for one in ends)
