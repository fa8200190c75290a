"""Images that are bombs, cut short or something else: refused fast, without being unfolded."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from PIL import Image

from wiki.pages.images.image_check import BadImage, media_type_of


@pytest.fixture(autouse=True)
def _words(app):
    with app.test_request_context():
        yield


def picture(kind: str, size=(60, 40), **options) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(stream, kind, **options)
    return stream.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A tiny file whose header tells a huge size, its data one long run."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def endless_gif(frames: int) -> bytes:
    stream = io.BytesIO()
    pictures = [Image.new("P", (2, 2), n % 200) for n in range(frames)]
    for n, one in enumerate(pictures):
        one.putpixel((n % 2, 0), (n * 7) % 200)
    pictures[0].save(
        stream, "GIF", save_all=True, append_images=pictures[1:], duration=20, disposal=2
    )
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
    ],
)
def test_good_images_are_taken_for_what_they_are(kind, media_type):
    stream = io.BytesIO(picture(kind))
    assert media_type_of(stream) == media_type
    assert stream.tell() == 0


def test_animations_and_progressive_pictures_are_taken():
    assert media_type_of(io.BytesIO(endless_gif(40))) == "image/gif"
    assert media_type_of(io.BytesIO(picture("JPEG", progressive=True))) == "image/jpeg"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_cut_images_are_refused(kind):
    whole = picture(kind, (200, 200))
    for length in (20, len(whole) // 2, len(whole) - 20):
        with pytest.raises(BadImage):
            media_type_of(io.BytesIO(whole[:length]))


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PPM", "PDF"])
def test_other_formats_are_refused(kind):
    with pytest.raises(BadImage):
        media_type_of(io.BytesIO(picture(kind)))


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"GIF89a", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWEBPVP8 "],
)
def test_rubbish_is_refused(content):
    with pytest.raises(BadImage):
        media_type_of(io.BytesIO(content))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: huge_png(13_000, 13_000), id="169 megapixels"),
        pytest.param(lambda: huge_png(20_000, 20_000), id="400 megapixels"),
        pytest.param(lambda: huge_png(1, 65_500), id="one long column"),
        pytest.param(lambda: endless_gif(5_000), id="5,000 frames"),
    ],
)
def test_bombs_are_refused_fast_and_in_little_memory(content):
    stream = io.BytesIO(content())
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(BadImage):
        media_type_of(stream)
    assert time.perf_counter() - start < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
