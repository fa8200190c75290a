"""How the site looks: the few choices an admin has, what is refused, the style sheet they make."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wiki.admin import contrast
from wiki.core import settings
from wiki.core.http import Invalid
from wiki.core.numbers import whole

ACCENT, SECOND = "#0b5f6b", "#b3432f"
"""The colours of static/css/main.css, which stand when none is chosen."""
LIGHT, DARK = "#ffffff", "#14191b"
TEXT, MARK = 4.5, 3.0
"""Contrast that a text needs, and that a dot or a ring does."""

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
class Look:
    """Colours (empty: ours), roundness of corners in pixels, density, face of the text."""

    accent: str = ""
    second: str = ""
    radius: int = 8
    density: str = "normal"
    text_face: str = "system"


@dataclass(frozen=True)
class Sample:
    """A colour on a background, and the contrast they make against what their use needs."""

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


def current() -> Look:
    """Return the look that is set."""
    kept = settings.everything()
    return Look(**{name: kept[name] for name in asdict(Look())})


def put(session: Session, look: Look) -> None:
    """Set the look. Raises Invalid on a colour that people could not read, or an unknown choice."""
    if found := errors(look):
        raise Invalid(**found)
    settings.put(session, **asdict(_without_ours(look)))


def errors(look: Look) -> dict[str, str]:
    """Return what is wrong with a look, by field."""
    found = {}
    for field, colour in (("accent", look.accent), ("second", look.second)):
        if colour and not contrast.is_colour(colour):
            found[field] = _("A colour is written #rrggbb, such as #0b5f6b.")
    if found:
        return found
    for field, rows in samples(look).items():
        for sample in rows:
            if not sample.is_enough:
                found[field] = _too_faint(sample)
    if look.radius not in RADII or look.density not in DENSITIES or look.text_face not in FACES:
        found["density"] = _("Choose among what is proposed.")
    return found


def samples(look: Look) -> dict[str, list[Sample]]:
    """Return each colour where it is used, in both themes, by field of the form."""
    accent, second = look.accent or ACCENT, look.second or SECOND
    return {
        "accent": [
            Sample(_("links on white"), accent, LIGHT, TEXT),
            Sample(_("white on the plate and buttons"), LIGHT, accent, TEXT),
            Sample(_("links, dark theme"), dark_accent(accent), DARK, TEXT),
        ],
        "second": [
            Sample(_("dots and rings on white"), second, LIGHT, MARK),
            Sample(_("dots and rings, dark theme"), dark_second(second), DARK, MARK),
        ],
    }


def dark_accent(accent: str) -> str:
    """Return what the style sheet makes of the accent in the dark theme."""
    return contrast.with_hue(accent, lightness=0.77, chroma=0.068)


def dark_second(second: str) -> str:
    """Return what the style sheet makes of the second colour in the dark theme."""
    return contrast.with_hue(second, lightness=0.74, chroma=0.115)


def css(look: Look) -> str:
    """Return the site's style sheet; empty when nothing differs from ours."""
    tokens = {"--accent": look.accent, "--second": look.second, "--text": FACES[look.text_face]}
    if look.radius != Look.radius:
        tokens["--radius"] = f"{look.radius}px"
    declarations = "".join(f"{name}:{value};" for name, value in tokens.items() if value)
    rules = (f":root{{{declarations}}}" if declarations else "") + DENSITY_RULES[look.density]
    return f"@layer site{{{rules}}}" if rules else ""


def version(look: Look) -> str:
    """Return what changes when the style sheet does; empty when there is none."""
    sheet = css(look)
    return hashlib.sha256(sheet.encode()).hexdigest()[:10] if sheet else ""


def from_form(form: Any) -> Look:
    """Return the look that a form asks for, unchecked."""
    radius = form.get("radius", "")
    return Look(
        accent=form.get("accent", "").strip().lower(),
        second=form.get("second", "").strip().lower(),
        radius=whole(radius, -1, digits=3),
        density=form.get("density", ""),
        text_face=form.get("text_face", ""),
    )


def _without_ours(look: Look) -> Look:
    accent = "" if look.accent == ACCENT else look.accent
    return replace(look, accent=accent, second="" if look.second == SECOND else look.second)


def _too_faint(sample: Sample) -> str:
    return _(
        "Too faint (%(use)s): a contrast of %(ratio)s where %(needs)s is needed. Go darker.",
        use=sample.name,
        ratio=f"{sample.ratio:.2f}",
        needs=f"{sample.needs:g}",
    )
