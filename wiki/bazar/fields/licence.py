"""Under which licence something may be used again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.fields.choice import Choice
from wiki.bazar.models import FieldSpec
from wiki.core import i18n

CREATIVE = "https://creativecommons.org/licenses/{}/4.0/deed.{}"
LICENCES = {
    "cc-by-sa-4.0": ("CC BY-SA 4.0", CREATIVE.format("by-sa", "{lang}")),
    "cc-by-4.0": ("CC BY 4.0", CREATIVE.format("by", "{lang}")),
    "cc-by-nc-4.0": ("CC BY-NC 4.0", CREATIVE.format("by-nc", "{lang}")),
    "cc-by-nc-sa-4.0": ("CC BY-NC-SA 4.0", CREATIVE.format("by-nc-sa", "{lang}")),
    "cc-by-nd-4.0": ("CC BY-ND 4.0", CREATIVE.format("by-nd", "{lang}")),
    "cc-by-nc-nd-4.0": ("CC BY-NC-ND 4.0", CREATIVE.format("by-nc-nd", "{lang}")),
    "cc0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.{lang}"),
    "etalab-2.0": (
        "Licence ouverte Etalab 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    "odbl-1.0": ("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "lal-1.3": ("Licence Art Libre 1.3", "https://artlibre.org/"),
    "gfdl-1.3": ("GNU FDL 1.3", "https://www.gnu.org/licenses/fdl-1.3.html"),
    "agpl-3.0": ("GNU AGPL 3.0", "https://www.gnu.org/licenses/agpl-3.0.html"),
    "gpl-3.0": ("GNU GPL 3.0", "https://www.gnu.org/licenses/gpl-3.0.html"),
    "mit": ("MIT", "https://opensource.org/license/mit"),
    "apache-2.0": ("Apache 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
}


class Licence(Choice):
    """The key of a licence, as SPDX writes it in small letters; "other" and "none" besides."""

    name: ClassVar[str] = "licence"
    order = 1000
    summary_role = "fact"
    editable_in_cell = False
    summary = "a licence, with its link"
    sample = "cc-by-sa-4.0"
    sample_options = {}
    label = _l("Licence")
    icon = "key-round"
    options = ()

    def rows(self, spec: FieldSpec) -> list[dict[str, Any]]:
        known = [{"key": key, "label": label} for key, (label, _url) in LICENCES.items()]
        other = {"key": "other", "label": str(_("Another licence"))}
        return [*known, other, {"key": "none", "label": str(_("All rights reserved"))}]

    def url(self, value: str) -> str:
        """Return where a licence is explained in the reader's language, "" for none."""
        return LICENCES[value][1].replace("{lang}", i18n.language()) if value in LICENCES else ""

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        return replace(spec, options={})
