"""PDF, page by page. A page that cannot be read is left empty, so that the others keep their numbers."""

from __future__ import annotations

import re
from typing import BinaryIO

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from wiki.core.extraction.outcome import Sink, Unreadable

_HYPHENATED = re.compile(r"(\w+)[-‐]\n(?=[^\W\d_]{2})(?![A-ZÀ-Þ])")
_STAND_ALONE = {
    "après", "arrière", "au", "avant", "beau", "belle", "bien", "celle", "celles", "celui", "ceux",
    "chef", "ci", "compte", "contre", "co", "demi", "dix", "en", "ex", "extra", "franco", "garde",
    "grand", "grande", "haut", "inter", "là", "mi", "micro", "mini", "multi", "mot", "moyen", "non",
    "nouveau", "ouvre", "par", "petit", "peut", "pluri", "porte", "post", "pré", "presque", "procès",
    "quatre", "quelques", "rendez", "sans", "savoir", "self", "semi", "socio", "soi", "sous", "sud",
    "nord", "est", "ouest", "tiers", "tout", "trans", "ultra", "vice", "vingt", "vis", "well",
}  # fmt: skip
"""Words whose hyphen is their own: the others that end a line were cut there."""


def read(stream: BinaryIO, sink: Sink) -> None:
    """Read every page. Raises Unreadable."""
    try:
        document = pypdf.PdfReader(stream)
        if document.is_encrypted and not document.decrypt(""):
            raise Unreadable("encrypted")
        count = len(document.pages)
    except (DependencyError, FileNotDecryptedError) as error:
        raise Unreadable("encrypted") from error
    read_pages = 0
    for number in range(count):
        try:
            text = document.pages[number].extract_text()
            read_pages += 1
        except (MemoryError, Unreadable):
            raise
        except (DependencyError, FileNotDecryptedError) as error:
            raise Unreadable("encrypted") from error
        except LimitReachedError as error:
            raise Unreadable("bomb") from error
        except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            text = ""
        sink.add(joined(text))
        sink.end_page()
    if not read_pages:
        raise Unreadable("malformed")


def joined(text: str) -> str:
    """Put together the words that were cut at the end of a line."""

    def mend(found: re.Match[str]) -> str:
        word = found[1].lower()
        own = word in _STAND_ALONE or word.isdigit() or len(word) == 1
        return f"{found[1]}-" if own else found[1]

    return _HYPHENATED.sub(mend, text)
