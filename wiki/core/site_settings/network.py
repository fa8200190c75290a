"""What the wiki asks of other sites, and what they may show of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from wiki.core.site_setting import SiteSetting

SETTINGS = (
    SiteSetting(
        "outside",
        False,
        "The server may send requests to other sites: feeds, images of imports, forms of other wikis.",
        kind="flag",
        section="network",
        label=_l(
            "The wiki may ask other sites: feeds that pages name, images of imports, forms of other wikis"
        ),
        help=_l("The server asks for them now and then, never who reads."),
    ),
    SiteSetting("embed_hosts", [], "Sites that pages may show inside them."),
    SiteSetting(
        "framed_by", ["*"], "Sites that may show our lists inside them; `*` is all of them."
    ),
    SiteSetting("contact_address", "", "Address of the wiki's contact forms."),
)
