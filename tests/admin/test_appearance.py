"""Appearance settings: validation, style sheet and logo."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.world import World
from wiki.core import settings

LOOK = {
    "accent": "#4a2d7a",
    "second": "#a8323e",
    "radius": "4",
    "density": "compact",
    "text_face": "serif",
}


def _setting(world: World, name: str) -> object:
    with world.app.app_context():
        return settings.get(name)


def _picture(
    size: tuple[int, int] = (800, 400), kind: str = "PNG", mode: str = "RGB"
) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, kind)
    stream.seek(0)
    return stream


def test_appearance_is_saved_and_applied_to_every_page(world: World) -> None:
    alice = world.browser("alice")
    assert alice.post("/-/admin/appearance", LOOK).status_code == 303
    page = world.browser().get("/-/login").text
    address = page.partition("/-/theme.css?v=")[2].partition('"')[0]
    assert len(address) == 10
    sheet = world.browser().get(f"/-/theme.css?v={address}")
    assert sheet.content_type == "text/css; charset=utf-8"
    assert "max-age=86400" in sheet.headers["Cache-Control"]
    assert "--accent:#4a2d7a" in sheet.text and "--radius:4px" in sheet.text
    assert "no-cache" in world.browser().get("/-/theme.css?v=old").headers["Cache-Control"]


def test_theme_is_empty_when_nothing_is_set(world: World) -> None:
    sheet = world.browser().get("/-/theme.css")
    assert (sheet.status_code, sheet.data) == (200, b"")
    assert "theme.css" not in world.browser().get("/-/login").text


@pytest.mark.parametrize("accent", ["#777777", "#ffff00", "#ffffff", "#00ff00", "#5fb3c0"])
def test_appearance_faint_accent_is_refused_with_its_contrast(world: World, accent: str) -> None:
    answer = world.browser("alice").post("/-/admin/appearance", LOOK | {"accent": accent})
    assert answer.status_code == 422
    assert "Too faint" in answer.text and f'value="{accent}"' in answer.text
    assert _setting(world, "accent") == ""


def test_appearance_accepts_a_barely_readable_accent(world: World) -> None:
    answer = world.browser("alice").post("/-/admin/appearance", LOOK | {"accent": "#767676"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "changed",
    [
        {"accent": "red"}, {"accent": "#0b5f6b;}body{display:none"}, {"second": "</style><script>"},
        {"second": "#ffe9a8"}, {"radius": "7"}, {"radius": "-1"}, {"radius": "8px"},
        {"density": "x"}, {"text_face": "url(//e.x)"},
    ],
)  # fmt: skip
def test_appearance_invalid_values_are_refused(world: World, changed: dict[str, str]) -> None:
    answer = world.browser("alice").post("/-/admin/appearance", LOOK | changed)
    assert answer.status_code == 422
    assert "<script>" not in answer.text.partition("<main")[2].partition("</main")[0]
    assert world.browser().get("/-/theme.css").data == b""


def test_appearance_preview_saves_nothing(world: World) -> None:
    alice = world.browser("alice")
    answer = alice.post("/-/admin/appearance", LOOK | {"do": "try"})
    assert answer.status_code == 200
    assert 'fill="#4a2d7a"' in answer.text
    assert _setting(world, "accent") == ""
    assert (
        alice.post("/-/admin/appearance", LOOK | {"do": "try", "accent": "#ffff00"}).status_code
        == 422
    )


def test_appearance_default_colours_are_stored_as_empty(world: World) -> None:
    alice = world.browser("alice")
    alice.post("/-/admin/appearance", LOOK | {"accent": "#0B5F6B", "second": "#b3432f"})
    assert (_setting(world, "accent"), _setting(world, "second")) == ("", "")


def test_appearance_is_reset_to_the_default(world: World) -> None:
    alice = world.browser("alice")
    alice.post("/-/admin/appearance", LOOK | {"logo": (_picture(), "logo.png")})
    assert alice.post("/-/admin/appearance", LOOK | {"do": "reset"}).status_code == 303
    assert (_setting(world, "accent"), _setting(world, "logo"), _setting(world, "radius")) == (
        "",
        "",
        8,
    )


def test_logo_is_reduced_and_served_to_everyone(world: World) -> None:
    alice = world.browser("alice")
    assert world.browser().get("/-/logo.png").status_code == 404
    answer = alice.post("/-/admin/appearance", LOOK | {"logo": (_picture(kind="JPEG"), "logo.jpg")})
    assert answer.status_code == 303
    with world.browser().get("/-/logo.png") as logo:
        assert logo.content_type == "image/png"
        assert Image.open(io.BytesIO(logo.data)).size == (320, 160)
    assert alice.post("/-/admin/appearance", LOOK | {"no_logo": "1"}).status_code == 303
    assert world.browser().get("/-/logo.png").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not a picture", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", b"<html></html>",
    ],
)  # fmt: skip
def test_logo_that_is_no_image_is_refused(world: World, content: bytes) -> None:
    answer = world.browser("alice").post(
        "/-/admin/appearance", LOOK | {"logo": (io.BytesIO(content), "logo.png")}
    )
    assert answer.status_code == 422
    assert (_setting(world, "logo"), _setting(world, "accent")) == ("", "")


@pytest.mark.parametrize("size", [(5000, 5000), (13_000, 13_000), (65_000, 300)])
def test_logo_too_large_is_refused_unread(world: World, size: tuple[int, int]) -> None:
    form = LOOK | {"logo": (_picture(size, mode="1"), "logo.png")}
    answer = world.browser("alice").post("/-/admin/appearance", form)
    assert answer.status_code == 422 and "too large" in answer.text
