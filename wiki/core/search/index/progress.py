"""Progress of an index rebuild, shared with other processes through a small file in its folder."""

from pathlib import Path

_NAME = "progress"


def tell(folder: Path, done: int, total: int) -> None:
    """Record how many documents are in the new index."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{_NAME}.new"
    draft.write_text(f"{done} {total}")
    draft.replace(folder / _NAME)


def finish(folder: Path) -> None:
    """Delete the progress file once the index is in place."""
    (folder / _NAME).unlink(missing_ok=True)


def read(folder: Path) -> tuple[int, int] | None:
    """Return (documents indexed, total) of the rebuild under way, or None."""
    try:
        done, total = (folder / _NAME).read_text().split()
        return int(done), int(total)
    except (OSError, ValueError):
        return None
