"""Check that an uploaded image is complete and of acceptable size, without decoding it whole.

Only headers, checksums and lengths are read: a small file that unfolds to gigabytes costs nothing.
"""

from __future__ import annotations

import struct
from typing import IO

from flask_babel import gettext as _
from PIL import Image

FORMATS = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
}
EXTENSIONS = ("png", "jpg", "jpeg", "gif", "webp", "avif")
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 30_000
MOST_FRAMES = 1_000


class BadImage(ValueError):
    """An image that is broken or too large; the message says which, in the reader's language."""


def media_type_of(stream: IO[bytes]) -> str:
    """Return the media type of an image. Raises BadImage. Leaves the stream at its start."""
    try:
        with Image.open(stream, formats=list(FORMATS)) as image:
            _check_size(image)
            found = FORMATS[image.format or ""]
            _check_whole(image, stream)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadImage(_too_large()) from error
    except BadImage:
        raise
    except (
        OSError,
        SyntaxError,
        ValueError,
        KeyError,
        struct.error,
        EOFError,
        IndexError,
    ) as error:
        raise BadImage(
            _("it is not an image that browsers can show, or it is cut short")
        ) from error
    finally:
        stream.seek(0)
    return found


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise BadImage(_too_large())


def _check_whole(image: Image.Image, stream: IO[bytes]) -> None:
    """Refuse cut files and endless animations, each format by its cheapest sure sign."""
    if image.format == "PNG":
        _check_frames(getattr(image, "n_frames", 1))
        image.verify()
    elif image.format == "WEBP":
        _check_frames(getattr(image, "n_frames", 1))
        _check_riff(stream)
    elif image.format == "GIF":
        _check_frames(_gif_frames(stream))
    elif image.format == "JPEG":
        _check_jpeg(stream)


def _check_riff(stream: IO[bytes]) -> None:
    stream.seek(0)
    (told,) = struct.unpack("<4xI", stream.read(8))
    if stream.seek(0, 2) < told + 8:
        raise EOFError


def _gif_frames(stream: IO[bytes]) -> int:
    """Count a GIF's frames by its blocks, to the limit. Raises EOFError when it is cut short."""
    stream.seek(10)
    flags = _read(stream, 3)[0]
    stream.seek(_table(flags), 1)
    count = 0
    while count <= MOST_FRAMES and (mark := stream.read(1)) not in (b"", b";"):
        if mark == b",":
            count += 1
            stream.seek(_table(_read(stream, 9)[8]), 1)
        _read(stream, 1)
        while size := _read(stream, 1)[0]:
            _read(stream, size)
    return count


def _table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _check_jpeg(stream: IO[bytes]) -> None:
    """Walk to the picture's data, then look for its end, which cannot occur inside it."""
    stream.seek(2)
    while (mark := _read(stream, 2)) != b"\xff\xda":
        if mark[0] != 0xFF:
            raise EOFError
        stream.seek(struct.unpack(">H", _read(stream, 2))[0] - 2, 1)
    last = b""
    while chunk := stream.read(256 * 1024):
        if b"\xff\xd9" in last + chunk:
            return
        last = chunk[-1:]
    raise EOFError


def _read(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise EOFError
    return found


def _check_frames(count: int) -> None:
    if count > MOST_FRAMES:
        raise BadImage(_("it has more than %(count)s frames", count=MOST_FRAMES))


def _too_large() -> str:
    return str(_("it is larger than %(count)s million pixels", count=MOST_PIXELS // 1_000_000))
