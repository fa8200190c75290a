"""Set plain text by the rules of French typography.

Works on text only, at render time: never give it HTML, code or addresses.
"""

import re
from collections.abc import Callable

NARROW = "\u202f"

_UNITS = (
    "h|min|s|%|‰|€|\\$|£|k€|M€|°|°C|mm|cm|dm|m|km|m²|m³|km²|ha|mg|g|kg|t|ml|cl|l|L|"
    "o|ko|Ko|Mo|Go|To|W|kW|MW|kWh|MWh|GWh|V|A|Hz|kHz|MHz|GHz|px|pt"
)
_RULES: tuple[tuple[str, str], ...] = (
    (r"(?<!\.)\.\.\.(?!\.)", "…"),
    (r"(?<=[^\W\d_])'(?=[^\W\d_])", "’"),
    (r" (?=[:;?!»])", NARROW),
    (r"(?<=[^\s\u202f«])(?=»)", NARROW),
    (r"(?<=«) ", NARROW),
    (r"(?<=«)(?=[^\s\u202f»])", NARROW),
    (rf"(?<=\d) (?=(?:{_UNITS})(?![\w°%‰€$£²³]))", NARROW),
    (r"(?<=\d[ \u202f]h) (?=\d)", NARROW),
)
_COMPILED = tuple((re.compile(pattern), mark) for pattern, mark in _RULES)
_CONCERNED = re.compile(r"\.\.\.|['«»]|[ ][:;?!]|\d ")
_ELIDED = re.compile(r"[^\W\d_]'$")


def french(text: str) -> str:
    """Put narrow no-break spaces, typographic apostrophes and ellipses where French wants them."""
    if not _CONCERNED.search(text):
        return text
    for pattern, mark in _COMPILED:
        text = pattern.sub(mark, text)
    return text


def elided(text: str) -> str:
    """Curl the apostrophe that ends a text, for a word cut by markup: l'**été**."""
    return text[:-1] + "’" if _ELIDED.search(text[-2:]) else text


def typographer(lang: str) -> Callable[[str], str] | None:
    """Return the function for a language, None when it has no rules of its own."""
    return french if lang.lower().startswith("fr") else None
