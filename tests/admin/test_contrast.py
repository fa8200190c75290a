"""Contrast and OKLCH against values published elsewhere."""

from __future__ import annotations

import pytest

from wiki.admin import appearance, contrast
from wiki.admin.appearance import Appearance


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # The lightest grey that passes on white, and the first that does not.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#00ff00", "#ffffff", 1.37),
        ("#0b5f6b", "#ffffff", 7.3),
    ],
)
def test_ratio_known_pairs(one: str, other: str, expected: float) -> None:
    assert contrast.ratio(one, other) == pytest.approx(expected, abs=0.05)
    assert contrast.ratio(one, other) == contrast.ratio(other, one)


@pytest.mark.parametrize(
    ("colour", "lightness", "chroma", "hue"),
    [
        # CSS Color 4 and the author's own page.
        ("#ff0000", 0.62796, 0.25768, 29.234),
        ("#00ff00", 0.86644, 0.29483, 142.495),
        ("#0000ff", 0.45201, 0.31321, 264.052),
        ("#ffff00", 0.96798, 0.21101, 109.769),
        ("#ffffff", 1.0, 0.0, 0.0),
        ("#000000", 0.0, 0.0, 0.0),
        ("#808080", 0.59987, 0.0, 0.0),
    ],
)
def test_to_oklch_known_colours(colour: str, lightness: float, chroma: float, hue: float) -> None:
    oklch = contrast.to_oklch(colour)
    assert oklch[0] == pytest.approx(lightness, abs=1e-4)
    assert oklch[1] == pytest.approx(chroma, abs=1e-4)
    assert oklch[2] == pytest.approx(hue, abs=0.02)


@pytest.mark.parametrize(
    "colour", ["#0b5f6b", "#b3432f", "#123456", "#fedcba", "#000000", "#ffffff"]
)
def test_oklch_round_trip(colour: str) -> None:
    assert contrast.from_oklch(contrast.to_oklch(colour)) == colour


def test_from_oklch_out_of_gamut_is_clipped() -> None:
    assert contrast.is_colour(contrast.from_oklch((0.7, 0.4, 150.0)))


@pytest.mark.parametrize(
    "text", ["", "red", "#fff", "#12345g", "#1234567", "0b5f6b", "#0b5f6b;}", "#0b5f6b\n"]
)
def test_is_colour_refuses_anything_else(text: str) -> None:
    assert not contrast.is_colour(text)


def test_derived_colours_are_readable_whatever_the_hue() -> None:
    for red in range(0, 256, 51):
        for green in range(0, 256, 51):
            for blue in range(0, 256, 51):
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                assert contrast.ratio(appearance.dark_accent(colour), appearance.DARK_GROUND) >= 4.5
                assert contrast.ratio(appearance.dark_second(colour), appearance.DARK_GROUND) >= 3


def test_default_colours_pass() -> None:
    assert appearance.errors(Appearance()) == {}
    assert appearance.errors(Appearance(accent=appearance.ACCENT, second=appearance.SECOND)) == {}


def test_css_contains_only_what_differs_from_the_default() -> None:
    assert appearance.css(Appearance()) == appearance.version(Appearance()) == ""
    css = appearance.css(Appearance(accent="#4a2d7a", radius=0, text_face="serif"))
    assert css.startswith("@layer site{:root{--accent:#4a2d7a;")
    assert "--radius:0px;" in css and "Georgia" in css and "--second" not in css
    assert appearance.version(Appearance(accent="#4a2d7a")) != appearance.version(
        Appearance(accent="#4a2d7b")
    )
