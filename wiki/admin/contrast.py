"""Contrast of colours after WCAG 2.2, and OKLCH conversion as CSS does it for the dark theme.

Colours are `#rrggbb`.
"""

from __future__ import annotations

import re
from math import atan2, cos, degrees, hypot, radians, sin

Triple = tuple[float, float, float]

LINEAR_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
LMS_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
LAB_TO_LMS = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
LMS_TO_LINEAR = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def is_colour(text: str) -> bool:
    """Return whether a text is a colour `#rrggbb`."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = _to_linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def with_hue(colour: str, *, lightness: float, chroma: float) -> str:
    """Return CSS's `oklch(from colour lightness chroma h)`, clipped to the sRGB gamut."""
    return from_oklch((lightness, chroma, to_oklch(colour)[2]))


def to_oklch(colour: str) -> Triple:
    """Return lightness, chroma and hue (degrees) of a colour, after Björn Ottosson's OKLab."""
    roots = tuple(value ** (1 / 3) for value in _multiply(LINEAR_TO_LMS, _to_linear(colour)))
    lightness, a, b = _multiply(LMS_TO_LAB, (roots[0], roots[1], roots[2]))
    chroma = hypot(a, b)
    # The hue of a grey is undefined; browsers use 0.
    return lightness, chroma, degrees(atan2(b, a)) % 360 if chroma > 1e-4 else 0.0


def from_oklch(oklch: Triple) -> str:
    """Return the sRGB colour for lightness, chroma and hue (degrees)."""
    lightness, chroma, hue = oklch
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    roots = _multiply(LAB_TO_LMS, (lightness, a, b))
    linear = _multiply(LMS_TO_LINEAR, (roots[0] ** 3, roots[1] ** 3, roots[2] ** 3))
    return "#" + "".join(f"{round(255 * _encode_gamma(value)):02x}" for value in linear)


def _to_linear(colour: str) -> Triple:
    red, green, blue = (_decode_gamma(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _decode_gamma(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encode_gamma(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _multiply(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    x, y, z = vector
    first, second, third = (row[0] * x + row[1] * y + row[2] * z for row in matrix)
    return first, second, third
