"""Write parser tokens as HTML, with a placeholder wherever something is not for the sanitiser.

What the wiki makes itself (slots, ids, code, check boxes) travels behind placeholders; the rest is
HTML that `sanitise` still has to clean.
"""

from collections.abc import Sequence
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from wiki.core.markup.document import FileSlot, LinkSlot, MacroSlot
from wiki.core.markup.highlight import code_html, coloured_html, is_colourable
from wiki.core.markup.page import page_of
from wiki.core.markup.plain import inline_text
from wiki.core.markup.raw_html import sieve

Tokens = Sequence[Token]
_ALERTS = frozenset({"warn"})


class Writer(RendererHTML):
    """The renderer of the wiki's parser: one method for each kind of token that is ours."""

    def heading_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        ident = tokens[idx].meta.get("id", "")
        return f'<{tokens[idx].tag} id="{page_of(env).mark}{ident}">'

    def wiki_link(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        parts = [part for part in token.children or () if part.type != "html_inline"]
        label = self.renderInline(parts, options, env) or escape(token.content)
        return page_of(env).put(LinkSlot(token.content, token.meta["anchor"], label))

    def file(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        meta = tokens[idx].meta
        alt = inline_text(tokens[idx].children)
        return page_of(env).put(FileSlot(meta["name"], alt, meta["image"], meta["title"]))

    def macro(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        meta = tokens[idx].meta
        call = meta["call"]
        slot = MacroSlot(call.name, call.params, meta["body"], call.source, meta["inline"])
        return page_of(env).put(slot) + ("" if slot.inline else "\n")

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        page, code, info = page_of(env), tokens[idx].content, tokens[idx].info
        if is_colourable(code, info) and page.budget.may_colour(len(code)):
            return page.put(coloured_html(code, info))
        return page.put(code_html(code))

    def code_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return page_of(env).put(code_html(tokens[idx].content))

    def html_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return sieve(tokens[idx].content, page_of(env).raw_open)

    def html_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return sieve(tokens[idx].content, page_of(env).raw_open)

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("alt", inline_text(tokens[idx].children))
        tokens[idx].attrSet("loading", "lazy")
        return self.renderToken(tokens, idx, options, env)

    def th_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    def td_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    def list_item_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if not token.meta or "checked" not in token.meta:
            return self.renderToken(tokens, idx, options, env)
        label = next((t for t in tokens[idx + 1 : idx + 3] if t.type == "inline"), None)
        named = escape(inline_text(label.children)[:80] if label else "") or "-"
        box = f'<input type="checkbox" disabled aria-label="{named}"'
        box += " checked>" if token.meta["checked"] else ">"
        return '<li class="task-list-item">' + page_of(env).put(box) + " "

    def container_box_open(
        self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        kind, title = box_parts(tokens[idx].info)
        cls = "box alert" if kind in _ALERTS else "box"
        return f'<div class="{cls}">' + (f"<b>{escape(title)}</b>" if title else "") + "\n"

    def container_box_close(
        self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</div>\n"

    def footnote_ref(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        page, meta = page_of(env), tokens[idx].meta
        name = f"{page.scope}{meta['id'] + 1}"
        ident = "" if meta["subId"] else f' id="{page.mark}fnref-{name}"'
        link = f'<a href="#fn-{name}"{ident}>{meta["id"] + 1}</a>'
        return f'<sup class="footnote-ref">{link}</sup>'

    def footnote_block_open(
        self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<section class="footnotes">\n<ol class="footnotes-list">\n'

    def footnote_block_close(
        self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        page = page_of(env)
        return f'<li id="{page.mark}fn-{page.scope}{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        # One way back, to the first call: one for each call would outgrow the text.
        meta = tokens[idx].meta
        if meta["subId"]:
            return ""
        name = f"{page_of(env).scope}{meta['id'] + 1}"
        return f' <a href="#fnref-{name}" class="footnote-backref">↩\ufe0e</a>'


def box_parts(info: str) -> tuple[str, str]:
    """Return the kind and the title of a `:::` box."""
    kind, _, title = info.strip().partition(" ")
    return kind.lower(), title.strip()


def _cell(token: Token) -> str:
    align = str(token.attrs.get("style", "")).removeprefix("text-align:")
    cls = f' class="{align}"' if align in ("right", "center") else ""
    return f"<{token.tag}{cls}>"
