"""How the site looks: colours, shapes, text, logo."""

from __future__ import annotations

from wiki.core.site_setting import SiteSetting

SETTINGS = (
    SiteSetting("accent", "", "Main colour, empty for the wiki's own."),
    SiteSetting("second", "", "Second colour, empty for the wiki's own."),
    SiteSetting("radius", 8, "Radius of corners, in pixels."),
    SiteSetting("density", "normal", "Space between lines."),
    SiteSetting("text_face", "system", "Typeface of texts."),
    SiteSetting("logo", "", "Image at the top of every page."),
)
