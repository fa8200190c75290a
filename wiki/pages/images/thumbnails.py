"""Thumbnails: smaller copies of images, made on first request and cached beside the file store.

Animations and oversized images have none. Callers check access rights: this module only knows
file contents.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock

from flask import Flask, current_app
from PIL import Image, ImageOps

from wiki.core import files, periodic
from wiki.pages.images import image_check, metadata

WIDTHS = (320, 640, 1280)
"""Pixels across of what is made."""
RATIOS = {"": 0.0, "square": 1.0, "4:3": 4 / 3, "16:9": 16 / 9}
"""Shapes that a picture can be cut to, as width by height."""
PLACES = {
    "": (0.5, 0.5),
    "top": (0.5, 0.0),
    "bottom": (0.5, 1.0),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
}
"""What part of a picture stays when it is cut, by its name."""
MOST_PIXELS = 16_000_000
"""Most that is decoded for a copy; a JPEG is decoded smaller from the start."""
MEDIA_TYPE = "image/webp"
TIDY = "pictures.tidy"
_QUALITY = 80
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Cut:
    """How a picture is shown: cut to a shape around a place, or whole."""

    ratio: str = ""
    place: str = ""

    def box(self, width: int, height: int) -> tuple[int, int]:
        """Return the size in pixels of what is left of a picture."""
        shape = RATIOS.get(self.ratio)
        if not shape:
            return width, height
        wide = min(width, round(height * shape))
        return max(1, wide), max(1, min(height, round(wide / shape)))


WHOLE = Cut()


def init_app(app: Flask) -> None:
    """Have copies kept within what the host allows files."""
    with app.app_context():
        periodic.repeat(TIDY, tidy, every=timedelta(hours=1))


def widths_for(width: int, height: int, cut: Cut = WHOLE) -> list[tuple[int, int]]:
    """Return the copies worth making of a picture, as (width asked for, width in pixels)."""
    full = cut.box(width, height)[0]
    smaller = [(one, one) for one in WIDTHS if one < full]
    larger = next((one for one in WIDTHS if one >= full), None)
    return [*smaller, (larger, full)] if larger else smaller


def attributes(url: str, size: tuple[int, int], cut: Cut = WHOLE) -> dict[str, object]:
    """Return the attributes of an `img` that offer the copies of a picture and keep its room in the page."""
    if not min(size):
        return {"src": url}
    copies = widths_for(*size, cut)
    sources = [f"{url}?w={wide} {pixels}w" for wide, pixels in copies]
    width, height = cut.box(*size)
    if copies[-1][1] < width:
        width, height = copies[-1][1], max(1, round(height * copies[-1][1] / width))
    return {
        "src": f"{url}?w={copies[-1][0]}",
        "srcset": ", ".join(sources),
        "width": width,
        "height": height,
    }


def asked(text: str) -> int | None:
    """Return the width that an address asks for, None for the picture as it is."""
    return next((one for one in WIDTHS if str(one) == text), None)


def copy_of(sha256: str, width: int, cut: Cut = WHOLE) -> Path | None:
    """Return a copy of a stored image, made if need be; None where the image itself is to be given."""
    shape = cut.ratio.replace(":", "x") or "whole"
    place = f"-{cut.place}" if cut.ratio and cut.place else ""
    kept = _folder() / sha256[:2] / f"{sha256}-{width}-{shape}{place}.webp"
    if kept.is_file():
        return kept
    # One at a time in a process: a page of cards asks for many at once, and each takes memory.
    with _one_at_a_time:
        if not kept.is_file() and not _made(files.path(sha256), kept, width, cut):
            return None
    return kept


def forget(sha256: str) -> None:
    """Delete the copies of an image that is no more."""
    for copy in (_folder() / sha256[:2]).glob(f"{sha256}-*"):
        copy.unlink(missing_ok=True)


def tidy() -> None:
    """Delete the oldest copies once all take more than files may: those that are looked at are made again."""
    allowed = current_app.config["GARE"].max_files_mb * files.MB
    if not allowed:
        return
    there = [(one.stat().st_mtime, one.stat().st_size, one) for one in _folder().rglob("*.webp")]
    taken = sum(size for _made_at, size, _copy in there)
    if taken <= allowed:
        return
    for _made_at, size, copy in sorted(there):
        copy.unlink(missing_ok=True)
        taken -= size
        # Not to the brim: the next turn has nothing to do.
        if taken <= allowed / 2:
            return


def size_of(sha256: str) -> tuple[int, int] | None:
    """Return the width and height of a stored image as browsers show it; None for what is none."""
    try:
        return _size_at(files.path(sha256))
    except FileNotFoundError:
        return None


@lru_cache(maxsize=4096)
def _size_at(path: Path) -> tuple[int, int] | None:
    # A content never changes under its name.
    try:
        with _opened(path) as image:
            wide, high = image.size
            return (high, wide) if metadata.turned(image) else (wide, high)
    except _UNREADABLE:
        return None


_UNREADABLE = (
    *(OSError, SyntaxError, ValueError, KeyError, EOFError, IndexError, MemoryError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


def _made(source: Path, kept: Path, width: int, cut: Cut) -> bool:
    """Make a copy; answer False where none can be made."""
    try:
        with _opened(source) as image:
            if getattr(image, "n_frames", 1) > 1:
                return False
            if image.format == "JPEG":
                image.draft("RGB", _needed(image.size, width))
            if image.width * image.height > MOST_PIXELS:
                return False
            _write(_cut(image, width, cut), kept)
    except _UNREADABLE:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    with path.open("rb") as stream, Image.open(stream, formats=list(image_check.FORMATS)) as image:
        yield image


def _needed(size: tuple[int, int], width: int) -> tuple[int, int]:
    """Return the least size to decode a picture at, twice what is shown, whichever way it lies."""
    least = 2 * width / min(size)
    return math.ceil(size[0] * least), math.ceil(size[1] * least)


def _cut(image: Image.Image, width: int, cut: Cut) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    if upright.mode in {"RGB", "RGBA", "P"} and "icc_profile" in upright.info:
        plain.info["icc_profile"] = upright.info["icc_profile"]
    box = cut.box(*plain.size)
    if cut.ratio:
        plain = ImageOps.fit(plain, box, centering=PLACES.get(cut.place, PLACES[""]))
    wide = min(width, box[0])
    high = max(1, round(box[1] * wide / box[0]))
    return plain.resize((wide, high), Image.Resampling.LANCZOS) if wide < box[0] else plain


def _write(image: Image.Image, kept: Path) -> None:
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    profile = image.info.get("icc_profile")
    with tempfile.NamedTemporaryFile(dir=kept.parent, prefix=".new-", delete=False) as target:
        try:
            image.save(target, "WEBP", quality=_QUALITY, method=4, icc_profile=profile)
        except BaseException:
            Path(target.name).unlink()
            raise
    Path(target.name).replace(kept)


def _folder() -> Path:
    instance: Path = current_app.config["GARE"].instance
    return instance / "pictures"
