"""The Whoosh index on disk: its schema, its folder, what a commit writes; not how it is read.

The folder holds `index-…` folders, and a file `current` naming the one in use."""

import contextlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import columns, fields, index

from wiki.core.search import analysis
from wiki.core.search.base import FACETS, IndexUnavailable, SearchDocument
from wiki.core.search.prepared import Prepared, key, prepare

FORMAT = "whoosh-2"
"""Stamped with the analyser: change it with any change of the schema or of what is written here."""

STAMP = 0
"""The id of the document that carries the stamp; real ids start at 1."""

LOCK_SECONDS = 10.0
_SWAPS = 3
KEYED = ("kind", "form", "project", "author", "tag")
"""Facets that filters look up by key; months are found by the day of change."""

_NAME = re.compile(r"index-[0-9a-f]{12}")


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


class IndexFolder:
    """Finds, makes and swaps the folder of the index in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"
        self._suspect = folder / "suspect"

    def open(self) -> tuple[Any, tuple[int, int]]:
        """Open the index in use; give it with a mark that changes when another takes its place."""
        try:
            for _attempt in range(_SWAPS):
                mark = self.mark()
                current = self._current()
                if current.exists():
                    break
            return index.open_dir(current), mark
        except Exception as error:
            # The table of contents is a pickle: damaged, it raises whatever it likes.
            raise IndexUnavailable(repr(error)) from error

    def mark(self) -> tuple[int, int]:
        """Return what tells the present pointer from the next."""
        status = self._pointer.stat()
        return status.st_ino, status.st_mtime_ns

    def write_aside(self, docs: Iterable[SearchDocument], stamp: Stamp) -> Path:
        """Write a whole new index beside the one in use."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        aside = self.folder / f"index-{secrets.token_hex(6)}"
        aside.mkdir(mode=0o700)
        try:
            made = index.create_in(aside, schema())
            commit(made, docs, stamp, limitmb=256)
            sync(aside)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return aside

    def put_in_place(self, aside: Path) -> None:
        """Make an index the one in use and remove the others; open readers keep their files."""
        draft = self._pointer.with_suffix(".new")
        draft.write_text(aside.name)
        sync_file(draft)
        draft.replace(self._pointer)
        sync_file(self.folder)
        self.clear_suspicion()
        for other in self.folder.glob("index-*"):
            if other != aside:
                shutil.rmtree(other, ignore_errors=True)

    def suspect(self) -> None:
        """Leave word to the indexer that a reader could not read."""
        with contextlib.suppress(OSError):
            self._suspect.touch()

    def is_suspect(self) -> bool:
        """Say whether a reader left word."""
        return self._suspect.exists()

    def clear_suspicion(self) -> None:
        """Forget what readers said, the index having been verified or replaced."""
        self._suspect.unlink(missing_ok=True)

    def _current(self) -> Path:
        name = self._pointer.read_text().strip()
        if not _NAME.fullmatch(name):
            raise IndexUnavailable("the pointer to the index is damaged")
        return self.folder / name


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


def sync(folder: Path, *, besides: Set[Path] = frozenset()) -> None:
    """Have the disk hold a commit before the queue forgets it; files are never written twice."""
    for path in set(folder.iterdir()) - besides:
        with contextlib.suppress(FileNotFoundError):
            sync_file(path)
    sync_file(folder)


def sync_file(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


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
