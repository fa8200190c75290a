"""Fill documents with marks that tests can read, and read HTML back as tags."""

from html.parser import HTMLParser

from markupsafe import Markup

from wiki.core.markup import Document, FileSlot, LinkSlot, MacroSlot, fill, render

PAIRED = frozenset({"box", "col", "grid"})

Tag = tuple[str, dict[str, str | None]]


def filled(document: Document) -> str:
    """Show each slot as an element of its own kind, bodies of macros inside."""
    return str(fill(document, link=_link, macro=_macro, file=_file))


def html(text: str, lang: str = "fr") -> str:
    return filled(render(text, lang=lang, paired=PAIRED)).strip()


def tags(source: str) -> list[Tag]:
    """List the opening tags as a browser reads them."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.found


def _link(slot: LinkSlot) -> Markup:
    anchor = f"#{slot.anchor}" if slot.anchor else ""
    return Markup('<link-slot to="{}">{}</link-slot>').format(
        slot.target + anchor, Markup(slot.label)
    )


def _macro(slot: MacroSlot) -> Markup:
    body = Markup(filled(slot.body)) if slot.body else ""
    return Markup('<macro-slot name="{}">{}</macro-slot>').format(slot.name, body)


def _file(slot: FileSlot) -> Markup:
    return Markup('<file-slot name="{}"></file-slot>').format(slot.name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
