"""A page rename, applied to the texts and values that refer to the page."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.core.markup.link_rewriting import relink
from wiki.core.names import fold, link_key
from wiki.pages import rendering


@dataclass(frozen=True)
class Renaming:
    """The former folded names of a page, and its new name and title."""

    keys: frozenset[str]
    name: str
    title: str

    def text(self, text: str, lang: str) -> str:
        """Return a text with the new name in its links and macro parameters."""

        def names_in(probe: str) -> tuple[str, ...]:
            return rendering.names_in(rendering.document_of(probe, lang))

        return relink(text, self.means, self.spelled, names_in)

    def word(self, value: str) -> str:
        """Return a page name, replaced by the new one if it referred to this page."""
        name, hash_, part = value.partition("#")
        return self.spelled(name) + hash_ + part if self.means(name) else value

    def means(self, written: str) -> bool:
        """Return whether the target of a link referred to the page."""
        return link_key(written) in self.keys

    def spelled(self, written: str) -> str:
        """Return the new name: its title where the old one was written as a title, in words."""
        in_words = " " in written and link_key(self.title) == fold(self.name)
        return self.title if in_words and not set(self.title) & set("[]|#\\\"'") else self.name
