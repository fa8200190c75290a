"""The Whoosh index on disk: its schema, what a commit writes; not how it is read."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import columns, fields, index

from wiki.core.search.engines.base import FACETS, IndexUnavailable, SearchDocument
from wiki.core.search.index.document_terms import KEYED, Prepared, key, prepare
from wiki.core.search.index.folder import IndexFolder, Mark
from wiki.core.search.pipeline import analysis

FORMAT = "whoosh-2"
"""Stamped with the analyser: change it with any change of the schema or of what is written here."""

STAMP = 0
"""The id of the document that carries the stamp; real ids start at 1."""

LOCK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index says of itself."""

    generation: str
    cursor: str
    format: str = FORMAT
    analyser: str = analysis.ANALYSER

    @property
    def is_ours(self) -> bool:
        """Say whether this code can read and continue the index."""
        return (self.format, self.analyser) == (FORMAT, analysis.ANALYSER)


def schema() -> fields.Schema:
    """Describe the index; terms come analysed, so no field has an analyser of its own."""
    key: dict[str, Any] = {"stored": False, "scorable": False}
    return fields.Schema(
        id=fields.ID(stored=False),
        title=fields.TEXT(),
        headings=fields.TEXT(),
        tags=fields.TEXT(phrase=False),
        body=fields.TEXT(),
        small=fields.TEXT(phrase=False),
        grams=fields.TEXT(phrase=False),
        words=fields.KEYWORD(**key),
        kind=fields.KEYWORD(**key),
        form=fields.KEYWORD(**key),
        project=fields.KEYWORD(**key),
        author=fields.KEYWORD(**key),
        tag=fields.KEYWORD(**key),
        number=fields.COLUMN(columns.NumericColumn("q")),
        version=fields.COLUMN(columns.NumericColumn("q")),
        updated=fields.COLUMN(columns.NumericColumn("q")),
        shown=fields.COLUMN(columns.VarBytesColumn()),
        facets=fields.COLUMN(columns.VarBytesColumn()),
        stamp=fields.STORED(),
    )


class WhooshFolder(IndexFolder):
    """The folder of Whoosh indexes."""

    def open(self) -> tuple[Any, Mark]:
        """Open the index in use; give it with a mark that changes when another takes its place."""
        try:
            current, mark = self.current()
            return index.open_dir(current), mark
        except Exception as error:
            # The table of contents is a pickle: damaged, it raises whatever it likes.
            raise IndexUnavailable(repr(error)) from error

    def write_aside(self, docs: Iterable[SearchDocument], stamp: Stamp) -> Path:
        """Write a whole new index beside the one in use."""
        with self.aside() as aside:
            commit(index.create_in(aside, schema()), docs, stamp, limitmb=256)
        return aside


def commit(
    opened: Any,
    upserts: Iterable[SearchDocument],
    stamp: Stamp,
    *,
    leaving: Callable[[], Iterable[int]] = tuple,
    limitmb: int = 64,
) -> None:
    """Write documents and stamp in one commit; `leaving` gives the numbers of those that go."""
    # Compound segments would be copied into the memory of every process.
    writer = opened.writer(timeout=LOCK_SECONDS, compound=False, limitmb=limitmb)
    try:
        # Asked under the writer's lock: until it is let go, no number changes.
        for docnum in leaving():
            writer.delete_document(docnum)
        for doc in upserts:
            writer.add_document(**_document(doc.id, prepare(doc)))
        writer.add_document(**_stamp(stamp))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _document(id_: int, doc: Prepared) -> dict[str, Any]:
    if id_ <= STAMP:
        raise ValueError(f"documents are numbered from 1, not {id_}")
    return {
        "id": str(id_),
        "title": doc.title,
        "headings": doc.headings,
        "tags": doc.tags,
        "body": doc.body,
        "small": doc.small,
        "grams": doc.beginnings,
        "words": [f"{folded}/{surface}" for folded, surface in doc.words],
        **{name: [key(value) for value in doc.facets[name]] for name in KEYED},
        "number": id_,
        "version": doc.version,
        "updated": doc.updated,
        "shown": doc.shown.encode(errors="replace"),
        "facets": json.dumps([doc.facets[name] for name in FACETS]).encode(),
    }


def _stamp(stamp: Stamp) -> dict[str, Any]:
    text = [stamp.generation, stamp.cursor, stamp.format, stamp.analyser]
    columns = {"number": STAMP, "version": 0, "updated": 0, "shown": b"-", "facets": b"[]"}
    return {"id": str(STAMP), "stamp": text, **columns}
