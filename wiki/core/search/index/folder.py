"""The folder of an index on disk: which of its `index-…` folders is in use, and how another takes its place.

A file `current` names the one in use; what is inside is each engine's own."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from wiki.core.search.engines.base import IndexUnavailable

_NAME = re.compile(r"index-[0-9a-f]{12}")
_SWAPS = 3

Mark = tuple[int, int]
"""What tells one pointer from the next."""


class IndexFolder:
    """Finds, makes and swaps the folder of the index in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"
        self._suspect = folder / "suspect"

    def current(self) -> tuple[Path, Mark]:
        """Return the folder in use, with a mark that changes when another takes its place.

        Raises IndexUnavailable or OSError when there is none.
        """
        for _attempt in range(_SWAPS):
            mark = self.mark()
            name = self._pointer.read_text().strip()
            if not _NAME.fullmatch(name):
                raise IndexUnavailable("the pointer to the index is damaged")
            if (self.folder / name).exists():
                break
        return self.folder / name, mark

    def mark(self) -> Mark:
        """Return what tells the present pointer from the next."""
        status = self._pointer.stat()
        return status.st_ino, status.st_mtime_ns

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """Give an empty folder beside the one in use; it is removed when filling it fails."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        made = self.folder / f"index-{secrets.token_hex(6)}"
        made.mkdir(mode=0o700)
        try:
            yield made
            sync(made)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise

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
