"""What images say beside their picture is not kept: where they were taken, by whom; the picture stays as it was."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.world import World
from wiki.bazar.values import uploads
from wiki.core import files
from wiki.pages.images import metadata

SECRET = b"zyxq-48.3904N"


def exif(way: int = 1) -> bytes:
    told = Image.Exif()
    told[0x0112] = way
    told[0x010E] = SECRET.decode()
    told.get_ifd(0x8825)[29] = SECRET.decode()
    return told.tobytes()


def picture(kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    gradient = Image.radial_gradient("L").resize((64, 40))
    Image.merge("RGB", (gradient, gradient.rotate(90, expand=False), gradient)).save(
        out, kind, **how
    )
    return out.getvalue()


def png() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET.decode())
    told.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return picture("PNG", pnginfo=told, exif=exif())


CASES = {
    "jpeg": lambda: picture("JPEG", exif=exif(), comment=SECRET, xmp=SECRET, quality=90),
    "progressive": lambda: picture("JPEG", exif=exif(), progressive=True, quality=60) + SECRET,
    "png": png,
    "webp": lambda: picture("WEBP", exif=exif(), xmp=SECRET),
    "avif": lambda: picture("AVIF", exif=exif(), xmp=SECRET),
}


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize("name", CASES)
def test_words_go_and_the_picture_stays(name: str) -> None:
    data = CASES[name]()
    assert SECRET in data
    kind = "jpeg" if name == "progressive" else name
    clean = metadata.without(io.BytesIO(data), f"image/{kind}").read()
    assert SECRET not in clean
    assert pixels(clean) == pixels(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_image_that_says_nothing_is_kept_as_it_is(kind: str) -> None:
    data = picture(kind)
    again = metadata.without(io.BytesIO(data), f"image/{kind.lower()}").read()
    assert again == data


def test_colours_and_which_way_is_up_stay() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = picture("JPEG", exif=exif(6), icc_profile=profile)
    clean = metadata.without(io.BytesIO(data), "image/jpeg").read()
    assert SECRET not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert image.info["icc_profile"] == profile
        assert dict(image.getexif()) == {0x0112: 6}
        assert metadata.turned(image)


def test_photo_sent_to_a_page_or_a_field_tells_no_place(world: World) -> None:
    alice = world.browser("alice")
    world.page("Photos", "Rien")
    sent = {"file": (io.BytesIO(picture("JPEG", exif=exif(6))), "p.jpg")}
    alice.post("/Photos/attachments", sent, content_type="multipart/form-data")
    answer = world.browser().get("/Photos/attachments/p.jpg")
    assert answer.status_code == 200 and SECRET not in answer.data
    with world.app.app_context():
        kept = uploads.as_image(uploads.kept("p.jpg", io.BytesIO(picture("JPEG", exif=exif(6)))))
        assert (kept["width"], kept["height"]) == (40, 64)
        assert SECRET not in files.path(kept["sha256"]).read_bytes()


def test_odd_image_is_written_again_or_refused() -> None:
    """A picture whose parts cannot be told apart tells nothing either."""
    data = picture("JPEG", exif=exif(6))
    at = data.index(b"\xff\xdb")
    odd = data[:at] + b"\0\0" + data[at:]
    clean = metadata.without(io.BytesIO(odd), "image/jpeg").read()
    assert SECRET not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert image.size == (40, 64)
