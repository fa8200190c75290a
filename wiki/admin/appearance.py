"""The appearance of the site: settings, validation, and the style sheet generated from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wiki.admin import contrast
from wiki.core import settings
from wiki.core.http import Invalid
from wiki.core.numbers import whole

ACCENT, SECOND = "#0b5f6b", "#b3432f"
"""Default colours, those of static/css/main.css."""
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#14191b"
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0
"""Minimum contrast of text, and of dots and rings."""

RADII = (0, 4, 8, 12, 16)
DENSITIES = ("normal", "compact", "airy")
FACES = {
    "system": "",
    "humanist": 'Seravek,"Gill Sans Nova",Ubuntu,Calibri,"DejaVu Sans",sans-serif',
    "wide": 'Verdana,"DejaVu Sans",Geneva,sans-serif',
    "serif": 'Charter,"Bitstream Charter",Georgia,"Noto Serif","Liberation Serif",serif',
}
DENSITY_RULES = {
    "normal": "",
    "compact": "html{line-height:1.45}:root{--gap:1.75rem}.shell{row-gap:1rem}",
    "airy": "html{line-height:1.75}:root{--gap:3.25rem}.shell{row-gap:2rem}",
}


@dataclass(frozen=True)
class Appearance:
    """The appearance settings: colours (empty: default), corner radius in pixels, density, typeface."""

    accent: str = ""
    second: str = ""
    radius: int = 8
    density: str = "normal"
    text_face: str = "system"


@dataclass(frozen=True)
class Sample:
    """A colour on a background, with the minimum contrast `needs` of its use."""

    name: str
    colour: str
    ground: str
    needs: float

    @property
    def ratio(self) -> float:
        return contrast.ratio(self.colour, self.ground)

    @property
    def is_enough(self) -> bool:
        return self.ratio >= self.needs


def current() -> Appearance:
    """Return the current appearance."""
    site = settings.everything()
    return Appearance(**{name: site[name] for name in asdict(Appearance())})


def save(session: Session, look: Appearance) -> None:
    """Save the appearance. Raises Invalid for insufficient contrast or an unknown choice."""
    if wrong := errors(look):
        raise Invalid(**wrong)
    settings.put(session, **asdict(_without_defaults(look)))


def errors(look: Appearance) -> dict[str, str]:
    """Return the errors of an appearance, by field."""
    messages = {}
    for field, colour in (("accent", look.accent), ("second", look.second)):
        if colour and not contrast.is_colour(colour):
            messages[field] = _("A colour is written #rrggbb, such as #0b5f6b.")
    if messages:
        return messages
    for field, rows in samples(look).items():
        for sample in rows:
            if not sample.is_enough:
                messages[field] = _contrast_error(sample)
    if look.radius not in RADII or look.density not in DENSITIES or look.text_face not in FACES:
        messages["density"] = _("Choose among what is proposed.")
    return messages


def samples(look: Appearance) -> dict[str, list[Sample]]:
    """Return the uses of each colour in both themes, by form field."""
    accent, second = look.accent or ACCENT, look.second or SECOND
    return {
        "accent": [
            Sample(_("links on white"), accent, LIGHT_GROUND, TEXT_CONTRAST),
            Sample(_("white on the plate and buttons"), LIGHT_GROUND, accent, TEXT_CONTRAST),
            Sample(_("links, dark theme"), dark_accent(accent), DARK_GROUND, TEXT_CONTRAST),
        ],
        "second": [
            Sample(_("dots and rings on white"), second, LIGHT_GROUND, MARK_CONTRAST),
            Sample(
                _("dots and rings, dark theme"), dark_second(second), DARK_GROUND, MARK_CONTRAST
            ),
        ],
    }


def dark_accent(accent: str) -> str:
    """Return the accent colour of the dark theme, as the style sheet derives it."""
    return contrast.with_hue(accent, lightness=0.77, chroma=0.068)


def dark_second(second: str) -> str:
    """Return the second colour of the dark theme, as the style sheet derives it."""
    return contrast.with_hue(second, lightness=0.74, chroma=0.115)


def css(look: Appearance) -> str:
    """Return the style sheet of the site, empty for the default appearance."""
    tokens = {"--accent": look.accent, "--second": look.second, "--text": FACES[look.text_face]}
    if look.radius != Appearance.radius:
        tokens["--radius"] = f"{look.radius}px"
    declarations = "".join(f"{name}:{value};" for name, value in tokens.items() if value)
    rules = (f":root{{{declarations}}}" if declarations else "") + DENSITY_RULES[look.density]
    return f"@layer site{{{rules}}}" if rules else ""


def version(look: Appearance) -> str:
    """Return a hash of the style sheet for cache busting, empty if there is no style sheet."""
    sheet = css(look)
    return hashlib.sha256(sheet.encode()).hexdigest()[:10] if sheet else ""


def parse_form(form: Mapping[str, str]) -> Appearance:
    """Return the appearance submitted in a form, without validation."""
    radius = form.get("radius", "")
    return Appearance(
        accent=form.get("accent", "").strip().lower(),
        second=form.get("second", "").strip().lower(),
        radius=whole(radius, -1, digits=3),
        density=form.get("density", ""),
        text_face=form.get("text_face", ""),
    )


def _without_defaults(look: Appearance) -> Appearance:
    accent = "" if look.accent == ACCENT else look.accent
    return replace(look, accent=accent, second="" if look.second == SECOND else look.second)


def _contrast_error(sample: Sample) -> str:
    return _(
        "Too faint (%(use)s): a contrast of %(ratio)s where %(needs)s is needed. Go darker.",
        use=sample.name,
        ratio=f"{sample.ratio:.2f}",
        needs=f"{sample.needs:g}",
    )
