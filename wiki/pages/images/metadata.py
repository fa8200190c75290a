"""Strip metadata (EXIF: GPS, camera, author) from images on upload, without re-encoding.

The image data stay as they are, at full quality. Only the orientation is preserved, since browsers
rotate images by it.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import IO

from flask_babel import gettext as _
from PIL import Image, ImageOps

from wiki.pages.images import image_check

_ORIENTATION = 0x0112
_KEPT_JPEG = {0xE0, 0xE2, 0xEE}
"""JFIF, the colour profile, and what Adobe says of colours."""
_TOLD_PNG = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_TOLD_WEBP = {b"EXIF", b"XMP "}
_WEBP_FLAGS = 0b0000_1100
_NO_EXIF = b"II*\0\x08\0\0\0"
"""Exif that says nothing, for readers who insist on some."""
_MOST_ANEW = 16_000_000
_NEXT_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def without(stream: IO[bytes], media_type: str) -> IO[bytes]:
    """Return an image that was found whole, without what it says beside its picture. Raises BadImage."""
    take_away = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp, "image/avif": _avif}
    if media_type not in take_away:
        return stream
    data = stream.read()
    stream.seek(0)
    try:
        clean = take_away[media_type](data)
    except (struct.error, IndexError, ValueError):
        # Its picture is sound, or it would not be here: a program that reads more laxly shows it.
        clean = _anew(data)
    return stream if clean == data else io.BytesIO(clean)


def turned(image: Image.Image) -> bool:
    """Return whether browsers show an image lying on its side: its width is then its height."""
    return image.getexif().get(_ORIENTATION, 1) in {5, 6, 7, 8}


def _jpeg(data: bytes) -> bytes:
    pieces, upright = [b"\xff\xd8"], _upright(data)
    if upright:
        pieces.append(upright)
    for mark, piece in _segments(data):
        if mark == 0xE2 and not piece[4:].startswith(b"ICC_PROFILE"):
            continue
        if (mark not in range(0xE0, 0xF0) and mark != 0xFE) or mark in _KEPT_JPEG:
            pieces.append(piece)
    return b"".join([*pieces, b"\xff\xd9"])


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give what a JPEG is made of up to its end, pictures' data with the mark before it."""
    at = 2
    while True:
        while data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise ValueError("no mark")
        mark = data[at + 1]
        if mark == 0xD9:
            return
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if mark == 0xDA:
            found = _NEXT_MARK.search(data, end)
            if not found:
                raise ValueError("no end")
            end = found.start()
        yield mark, data[at:end]
        at = end


def _upright(data: bytes) -> bytes:
    """Return the one thing that is kept of Exif, "" when the picture stands upright."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        way = image.getexif().get(_ORIENTATION, 1)
    if way not in range(2, 9):
        return b""
    exif = b"Exif\0\0" + b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, way, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


def _png(data: bytes) -> bytes:
    pieces, at = [data[:8]], 8
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind not in _TOLD_PNG:
            pieces.append(data[at : at + 12 + size])
        at += 12 + size
        if kind == b"IEND":
            break
    return b"".join(pieces)


def _webp(data: bytes) -> bytes:
    pieces, at = [], 12
    while at + 8 <= len(data):
        kind, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        end = at + 8 + size + (size & 1)
        if kind == b"VP8X":
            flags = bytes([data[at + 8] & ~_WEBP_FLAGS])
            pieces.append(data[at : at + 8] + flags + data[at + 9 : end])
        elif kind not in _TOLD_WEBP:
            pieces.append(data[at:end])
        at = end
    body = b"".join(pieces)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _avif(data: bytes) -> bytes:
    """Return an AVIF with what it says written over where it stands: its parts are found by their places."""
    with Image.open(io.BytesIO(data), formats=["AVIF"]) as image:
        told = [image.info.get("exif"), image.info.get("xmp")]
    for words in told:
        bare = (words or b"").removeprefix(b"Exif\0\0")
        if bare:
            nothing = _NO_EXIF if bare.startswith((b"II", b"MM")) else b""
            data = data.replace(bare, nothing.ljust(len(bare), b"\0")[: len(bare)])
    return data


def _anew(data: bytes) -> bytes:
    """Return the picture of an image that is put together oddly, written again. Raises BadImage on a large one."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data), formats=list(image_check.FORMATS)) as image:
        if image.width * image.height > _MOST_ANEW:
            raise image_check.BadImage(_("it is put together in a way we cannot read"))
        kind = image.format
        plain = ImageOps.exif_transpose(image)
    plain.info.clear()
    plain.save(out, kind, quality=90)
    return out.getvalue()
