"""Three-way merge of a page: text by lines, data field by field, tags as sets; reports conflicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wiki.core.markup.merge import merge as merge_text
from wiki.pages.content import Content
from wiki.pages.models import Revision


@dataclass(frozen=True)
class Merged:
    """The result of a merge: the content, and the conflicting fields (empty for a clean merge)."""

    content: Content
    conflicts: tuple[str, ...] = ()


MergeData = Callable[[Revision, Content, Revision], tuple[dict[str, Any], tuple[str, ...]]]
"""The data merge of a page kind: base, mine, theirs -> data, conflicting fields."""


def merge(data_of_kind: MergeData, *, base: Revision, mine: Content, theirs: Revision) -> Merged:
    """Merge `mine`, edited from `base`, with `theirs`, saved since."""
    conflicts: list[str] = []
    title = _one(base.title, mine.title, theirs.title, "title", conflicts)
    text = merge_text(base.text, mine.text, theirs.text)
    if text.conflicts:
        conflicts.append("text")
    data, both = data_of_kind(base, mine, theirs)
    tags = _tags(base.tags, mine.tags, theirs.tags)
    merged = replace(
        mine,
        title=title,
        text=mine.text if text.conflicts else text.text or "",
        data=data,
        tags=tags,
    )
    return Merged(merged, (*conflicts, *both))


def merge_data(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Merge data field by field, long texts by lines; return it with the fields both sides changed."""
    conflicts: list[str] = []
    merged = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        value = _one(base.get(key), mine.get(key), theirs.get(key), key, conflicts)
        if value is not None:
            merged[key] = value
    return merged, tuple(conflicts)


def _one(base: Any, mine: Any, theirs: Any, name: str, conflicts: list[str]) -> Any:
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    if all(isinstance(value, str) and "\n" in value for value in (base, mine, theirs)):
        merged = merge_text(base, mine, theirs)
        if not merged.conflicts:
            return merged.text
    conflicts.append(name)
    return mine


def _tags(base: list[Any], mine: tuple[str, ...], theirs: list[Any]) -> tuple[str, ...]:
    added = [tag for tag in mine if tag not in base and tag not in theirs]
    return tuple(tag for tag in theirs if tag in mine or tag not in base) + tuple(added)
