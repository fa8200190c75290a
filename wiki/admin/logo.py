"""The site's logo: every uploaded image is reduced and re-encoded before storage."""

from __future__ import annotations

import io
from typing import IO

from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from wiki.core import files
from wiki.core.http import Invalid

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_PIXELS = 16_000_000
LARGEST = (640, 160)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def store(stream: IO[bytes]) -> str:
    """Store an image as a small PNG and return its SHA-256. Raises Invalid."""
    try:
        with Image.open(stream, formats=FORMATS) as image:
            is_too_large = image.width * image.height > MOST_PIXELS
            small = Image.new("RGBA", (1, 1)) if is_too_large else image.convert("RGBA")
    except BOMBS:
        is_too_large = True
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(
            logo=_("This is not a picture we can read: send a PNG, JPEG, WebP or GIF.")
        ) from error
    if is_too_large:
        raise Invalid(logo=_("This picture is too large."))
    small.thumbnail(LARGEST)
    encoded = io.BytesIO()
    small.save(encoded, "PNG", optimize=True)
    encoded.seek(0)
    try:
        return files.put(encoded).sha256
    except files.NoRoom as error:
        invalid = Invalid(logo=error.words)
        invalid.status = 507
        raise invalid from error
