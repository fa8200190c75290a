"""Licences that a wiki may say its texts are under: their usual names, and where they are told."""

from __future__ import annotations

from dataclasses import dataclass

CC = "https://creativecommons.org/"


@dataclass(frozen=True)
class Licence:
    """What a licence is called, and its address."""

    name: str
    url: str


LICENCES = {
    "cc-by-sa-4.0": Licence("CC BY-SA 4.0", f"{CC}licenses/by-sa/4.0/"),
    "cc-by-4.0": Licence("CC BY 4.0", f"{CC}licenses/by/4.0/"),
    "cc0-1.0": Licence("CC0 1.0", f"{CC}publicdomain/zero/1.0/"),
    "cc-by-nc-sa-4.0": Licence("CC BY-NC-SA 4.0", f"{CC}licenses/by-nc-sa/4.0/"),
    "cc-by-nc-4.0": Licence("CC BY-NC 4.0", f"{CC}licenses/by-nc/4.0/"),
    "cc-by-nd-4.0": Licence("CC BY-ND 4.0", f"{CC}licenses/by-nd/4.0/"),
    "cc-by-nc-nd-4.0": Licence("CC BY-NC-ND 4.0", f"{CC}licenses/by-nc-nd/4.0/"),
    "lal-1.3": Licence("Licence Art Libre 1.3", "https://artlibre.org/licence/lal/"),
    "gfdl-1.3": Licence("GFDL 1.3", "https://www.gnu.org/licenses/fdl-1.3.html"),
}


def of(key: str) -> Licence | None:
    """Return a licence by its key, None for none."""
    return LICENCES.get(key)
