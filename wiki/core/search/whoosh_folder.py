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
from wiki.core.search.base import IndexUnavailable, SearchDocument

FORMAT = "whoosh-1"
"""Stamped with the analyser: change it with any change of the schema or of what is written here."""

STAMP = 0
"""The id of the document that carries the stamp; real ids start at 1."""

LOCK_SECONDS = 10.0
_SWAPS = 3
_LONGEST_KEY = 200
_GRAM = range(2, 9)
_NAME = re.compile(r"index-[0-9a-f]{12}")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])")


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
            writer.add_document(**_document(doc))
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


def key(text: str) -> str:
    """Give the form under which a kind, form, project or tag is filed."""
    folded = analysis.fold(text).strip()[:_LONGEST_KEY]
    return folded.encode(errors="replace").decode() or "-"


def _document(doc: SearchDocument) -> dict[str, Any]:
    if doc.id <= STAMP:
        raise ValueError(f"documents are numbered from 1, not {doc.id}")
    title = analysis.terms(doc.title, doc.lang)
    headings = analysis.terms(doc.headings, doc.lang)
    # A page's name mostly repeats its title: only what it adds is worth finding.
    name = analysis.terms(_CAMEL.sub(" ", doc.name), doc.lang)
    known = {*title, *headings}
    return {
        "id": str(doc.id),
        "title": title,
        "headings": headings + [each for each in name if each not in known],
        "tags": analysis.terms("\n".join(doc.tags), doc.lang),
        "body": analysis.terms(doc.body, doc.lang),
        "small": _small(f"{doc.title}\n{doc.headings}", doc.lang),
        "grams": _grams(doc.title),
        "words": _vocabulary(f"{doc.title}\n{doc.headings}\n{' '.join(doc.tags)}"),
        "kind": [key(doc.kind)],
        "form": [key(doc.form)],
        "project": [key(doc.project)],
        "tag": [key(tag) for tag in doc.tags],
        "number": doc.id,
        "version": doc.version,
        "updated": int(doc.updated_at.timestamp()),
        "shown": doc.title.encode(errors="replace"),
        "facets": json.dumps([doc.kind, doc.form, doc.project, *doc.tags]).encode(),
    }


def _stamp(stamp: Stamp) -> dict[str, Any]:
    text = [stamp.generation, stamp.cursor, stamp.format, stamp.analyser]
    columns = {"number": STAMP, "version": 0, "updated": 0, "shown": b"-", "facets": b"[]"}
    return {"id": str(STAMP), "stamp": text, **columns}


def _small(text: str, lang: str) -> list[str]:
    """Give the stop words of titles, which queries made of nothing else look for."""
    key = analysis.language(lang)
    found = (w for w in analysis.words(text) if analysis.is_stop_word(w.surface, key))
    return list(dict.fromkeys(analysis.stem(word.folded, key) for word in found))


def _grams(title: str) -> list[str]:
    """Give the beginnings of the words of a title, for search as you type."""
    starts = (word.folded[:size] for word in analysis.words(title) for size in _GRAM)
    return list(dict.fromkeys(starts))


def _vocabulary(text: str) -> list[str]:
    """Give words as "folded/surface": looked up by the first, shown by the second."""
    found = (f"{word.folded}/{word.surface}" for word in analysis.words(text))
    return list(dict.fromkeys(found))
