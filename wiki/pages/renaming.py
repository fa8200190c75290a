"""A page that takes another name, as the texts that name it see it: what means it, and how it is now written."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.core.markup.link_rewriting import relink
from wiki.core.names import fold, link_key
from wiki.pages import rendering


@dataclass(frozen=True)
class Renaming:
    """The folded names that meant a page, and its name and title from now on."""

    keys: frozenset[str]
    name: str
    title: str

    def text(self, text: str, lang: str) -> str:
        """Return a text with the new name in its links and in its macros' parameters."""

        def names_in(probe: str) -> tuple[str, ...]:
            return rendering.names_in(rendering.document_of(probe, lang))

        return relink(text, self.means, self.spelled, names_in)

    def word(self, value: str) -> str:
        """Return a value that is the name of a page, the new one if it meant this page."""
        name, hash_, part = value.partition("#")
        return self.spelled(name) + hash_ + part if self.means(name) else value

    def means(self, written: str) -> bool:
        """Return whether what is written in a link meant the page."""
        return link_key(written) in self.keys

    def spelled(self, written: str) -> str:
        """Return the new name: its title where the old one was written as a title, in words."""
        in_words = " " in written and link_key(self.title) == fold(self.name)
        return self.title if in_words and not set(self.title) & set("[]|#\\\"'") else self.name
