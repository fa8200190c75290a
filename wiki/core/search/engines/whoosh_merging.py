"""Which segments of a Whoosh index are better written as one: small ones, and those with many deleted documents.

A large one is left alone until what is beside it counts: writing ten thousand documents anew for forty that changed
costs seconds, and memory that the worker keeps."""

from collections.abc import Sequence
from typing import Any

from whoosh.reading import SegmentReader

MOST_SEGMENTS = 4
"""Segments that are let be, however small."""

SPARED = 3
"""How many times larger than all smaller ones together a segment must be to be left alone."""

LIMIT_MB = 32
"""What merging holds in memory before it turns to the disk."""


def to_merge(segments: Sequence[Any]) -> list[Any]:
    """Return the segments to write as one; none where there is little to gain."""
    left = sorted(segments, key=lambda segment: segment.doc_count_all())
    while left and not _is_worn(left[-1]) and _size(left[-1:]) >= SPARED * _size(left[:-1]):
        left.pop()
    return left if len(segments) > MOST_SEGMENTS or any(map(_is_worn, left)) else []


def merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Write those to merge as one and return the others, as Whoosh asks of a policy of merging."""
    chosen = to_merge(segments)
    for segment in chosen:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in chosen]


def _is_worn(segment: Any) -> bool:
    """Answer whether a quarter of a segment is deleted, and still there."""
    return bool(segment.deleted_count() > segment.doc_count() // 4 + 10)


def _size(segments: Sequence[Any]) -> int:
    return sum(segment.doc_count_all() for segment in segments)
