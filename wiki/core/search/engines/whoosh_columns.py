"""What a segment of a Whoosh index says of its documents, read once and kept for all readers."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from wiki.core.search.engines.whoosh_folder import STAMP


class Columns:
    """The columns of a segment: they never change, so one reading serves all its snapshots."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._lengths: dict[str, dict[int, int]] = {}

    @cached_property
    def ids(self) -> list[int]:
        """The id of each document."""
        return self._load("number")

    @cached_property
    def places(self) -> dict[int, int]:
        """The number of each document in the segment, by id."""
        return {id_: docnum for docnum, id_ in enumerate(self.ids)}

    @cached_property
    def updated(self) -> list[int]:
        """When each document was changed, in seconds."""
        return self._load("updated")

    @cached_property
    def versions(self) -> list[int]:
        """The version of each document."""
        return self._load("version")

    @cached_property
    def facets(self) -> list[list[list[str]]]:
        """The values of each document, by facet in the order of FACETS."""
        return [json.loads(bytes(raw)) for raw in self._load("facets")]

    def length(self, field: str, docnum: int) -> int:
        """Return how many terms a field of a document has, about."""
        lengths = self._lengths.setdefault(field, {})
        if docnum not in lengths:
            lengths[docnum] = self._reader.doc_field_length(docnum, field, 1)
        return lengths[docnum]

    def turn_to(self, reader: Any) -> None:
        """Read from a newly opened reader of the same segment from now on."""
        self._reader = reader

    def _load(self, name: str) -> list[Any]:
        # Whoosh would answer zeros for a file that is gone.
        if not self._reader.has_column(name):
            raise LookupError(f"the column {name} is gone")
        column = self._reader.column_reader(name, translate=False)
        return [column[docnum] for docnum in range(self._reader.doc_count_all())]


class Leaf:
    """One segment of the index as this snapshot reads it."""

    def __init__(self, searcher: Any, offset: int, columns: Columns) -> None:
        self.searcher = searcher
        self.reader = searcher.reader()
        self.offset = offset
        self.columns = columns

    @cached_property
    def titles(self) -> Any:
        """The titles, by the number of the document."""
        return self.reader.column_reader("shown", translate=False)

    def live(self) -> Iterator[int]:
        """List the documents that are not deleted, by their number in the segment."""
        ids = self.columns.ids
        gone = self.reader.is_deleted
        return (docnum for docnum in range(len(ids)) if ids[docnum] != STAMP and not gone(docnum))

    def having(self, field: str, text: str) -> Iterator[int]:
        """List the documents that have a term, by their number in the segment."""
        if (field, text) in self.reader:
            yield from self.reader.postings(field, text).all_ids()

    def postings(self, field: str, text: str) -> Iterator[tuple[int, float]]:
        """List the documents that have a term, with how many times they do."""
        if (field, text) in self.reader:
            matcher = self.reader.postings(field, text)
            while matcher.is_active():
                yield matcher.id(), matcher.weight()
                matcher.next()
