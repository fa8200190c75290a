"""What the site is called, where it begins, what it says of itself."""

from __future__ import annotations

from wiki.core.site_setting import SiteSetting

SETTINGS = (
    SiteSetting("name", "Gare", "Name of the site."),
    SiteSetting("sentence", "", "Sentence of the central station, above its search box."),
    SiteSetting("description", "", "A few words, at the foot of every page."),
    SiteSetting("searches", [], "Searches proposed on the central station."),
    SiteSetting("lang", "fr", "Language for readers who chose none."),
    SiteSetting("home", "Accueil", "Name of the home page."),
    SiteSetting("menu", [], "Menu of the site: pairs of a label and a page or address."),
    SiteSetting("footer", "", "Text at the foot of every page."),
    SiteSetting("licence", "", "Licence of the texts."),
    SiteSetting("demo", False, "The wiki is a demonstration."),
)
