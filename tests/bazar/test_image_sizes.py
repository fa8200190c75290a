"""Images at the sizes of screens: made once, cut as the field says, each under the rights of its image."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from tests.pages.test_attachments import send
from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.pages.sharing import links


def picture(kind: str = "JPEG", size=(1600, 900), **options) -> bytes:
    """The upper half red, the lower blue."""
    made = Image.new("RGB", size, "blue")
    made.paste("red", (0, 0, size[0], size[1] // 2))
    stream = io.BytesIO()
    made.save(stream, kind, **options)
    return stream.getvalue()


def moving() -> bytes:
    frames = [Image.new("P", (900, 600), tone) for tone in (10, 200)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=50)
    return stream.getvalue()


def album(world: World, *, ratio: str = "", read: str = "") -> str:
    """Make a form with an image; return its key."""
    specs = [
        FieldSpec("title", "text", "Name"),
        FieldSpec("photo", "image", "Photo", read=read, options={"ratio": ratio} if ratio else {}),
    ]
    with world.app.test_request_context(), db.write() as session:
        return changes.make_form(session, title=f"Album {ratio or 'whole'}", fields=specs).key


def hang(world: World, form: str, title: str, content: bytes, name: str, **said) -> str:
    """Add an entry with an image; return the entry's name."""
    with world.app.test_request_context():
        upload = FileStorage(io.BytesIO(content), filename=name)
        found = forms.form_or_404(form, world.actor("alice"))
        raw = {"title": title, "photo": {"upload": upload, **said}}
        alice = world.actor("alice")
        return entries.create(found, entries.clean_data(found, raw, alice), alice).name


def shown(html: str) -> dict[str, str]:
    tag = re.search(r"<img[^>]*entry-files[^>]*>", html)
    assert tag
    return dict(re.findall(r'([\w-]+)="([^"]*)"', tag[0]))


def opened(browser, url: str) -> tuple[Image.Image, str]:
    answer = browser.get(url.replace("&amp;", "&"))
    assert answer.status_code == 200, url
    return Image.open(io.BytesIO(answer.data)), answer.mimetype


def test_an_image_is_offered_at_three_widths_and_keeps_its_room(world: World):
    form = album(world)
    name = hang(world, form, "Quay", picture(), "quay.jpg", alt="A quay")
    reader = world.browser()
    image = shown(reader.get(f"/{name}").text)
    assert image["alt"] == "A quay"
    assert (image["width"], image["height"]) == ("1280", "720")
    widths = [part.split(" ") for part in image["srcset"].split(", ")]
    assert [width for _url, width in widths] == ["320w", "640w", "1280w"]
    for url, width in widths:
        made, media_type = opened(reader, url)
        assert (f"{made.width}w", media_type) == (width, "image/webp")
        assert made.height == round(made.width * 9 / 16)
    first, again = (reader.get(widths[0][0]) for _turn in range(2))
    assert first.data == again.data
    unchanged = reader.get(widths[0][0], headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    whole = reader.get(image["src"].partition("?")[0])
    assert whole.mimetype == "image/jpeg"
    # No other width is made, whatever is asked.
    assert reader.get(image["src"].partition("?")[0] + "?w=333").data == whole.data
    made = list((world.app.config["GARE"].instance / "pictures").rglob("*.webp"))
    assert len(made) == 3


def test_a_field_cuts_its_images_where_their_author_says(world: World):
    form = album(world, ratio="square")
    writer = world.browser("alice")
    assert "What must be seen" in writer.get(f"/-/forms/{form}/new").text
    reader = world.browser()
    for place, colour in (("top", (255, 0, 0)), ("bottom", (0, 0, 255))):
        name = hang(world, form, f"Tall {place}", picture("PNG", (500, 2000)), "t.png", place=place)
        image = shown(reader.get(f"/{name}").text)
        assert (image["width"], image["height"]) == ("500", "500")
        made, _type = opened(reader, image["src"])
        assert made.size == (500, 500)
        seen = made.convert("RGB").getpixel((250, 250))
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 12
        # The whole image stays, a click away.
        assert opened(reader, image["src"].partition("?")[0])[0].size == (500, 2000)
    told = reader.get(f"/-/forms/{form}.csv").text
    assert "| top" in told
    for view in ("gallery", "cards"):
        listed = reader.get(f"/-/forms/{form}?view={view}").text
        assert shown(listed)["srcset"].count("?w=") == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [(moving(), "moves.gif"), (picture("PNG", (5000, 4000)), "vast.png")],
    ids=["animated", "vast"],
)
def test_what_is_no_still_picture_of_a_reasonable_size_is_given_as_it_is(
    world: World, content: bytes, name: str
):
    entry = hang(world, album(world), "Odd", content, name)
    reader = world.browser()
    image = shown(reader.get(f"/{entry}").text)
    whole = reader.get(image["src"].partition("?")[0])
    assert reader.get(image["src"]).data == whole.data
    assert reader.get(image["src"]).mimetype == whole.mimetype


def test_a_picture_that_lies_on_its_side_is_turned_and_says_nothing_of_its_place(world: World):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "CameraOfAlice"
    entry = hang(world, album(world), "Turned", picture(size=(1000, 500), exif=exif), "t.jpg")
    reader = world.browser()
    image = shown(reader.get(f"/{entry}").text)
    assert (image["width"], image["height"]) == ("500", "1000")
    made, _type = opened(reader, image["src"])
    assert made.size == (500, 1000)
    assert b"CameraOfAlice" not in reader.get(image["src"]).data


def test_each_size_has_the_rights_of_its_image(world: World):
    form = album(world, read="@friends")
    name = hang(world, form, "Kept", picture(), "kept.jpg")
    friend = world.browser("bob")
    urls = [part.split(" ")[0] for part in shown(friend.get(f"/{name}").text)["srcset"].split(", ")]
    assert all(friend.get(url).status_code == 200 for url in urls)
    for who in ("", "xavier"):
        other = world.browser(who)
        assert "entry-files" not in other.get(f"/{name}").text
        assert {other.get(url).status_code for url in urls} == {404}


def test_images_of_pages_come_in_the_same_sizes_and_under_the_same_rights(world: World):
    page = world.page("Album", "![Quay](quay.jpg)\n\n![Gone](gone.png)", read="@friends")
    bob = world.browser("bob")
    send(world.browser("alice"), page.name, ("quay.jpg", picture()))
    html = bob.get("/Album").text
    tag = re.search(r"<img[^>]*quay[^>]*>", html)[0]
    assert 'width="1280" height="720"' in tag
    assert 'src="/Album/attachments/quay.jpg"' in tag
    small = "/Album/attachments/quay.jpg?w=320"
    assert f"{small} 320w" in tag
    assert opened(bob, small)[0].size == (320, 180)
    assert world.browser("xavier").get(small).status_code == 404
    with world.app.test_request_context():
        secret = links.make(page, label="Hall", until=None, actor=world.actor("alice"))
    stranger = world.browser()
    shelf = stranger.get(f"/-/lent/{secret}").text
    tag = re.search(r"<img[^>]*quay[^>]*>", shelf)[0]
    assert "/Album/attachments" not in tag
    lent_small = re.search(r"(\S+\?w=320) 320w", tag)[1].removeprefix('srcset="')
    assert opened(stranger, lent_small)[0].size == (320, 180)
