"""The Markdown parser of the wiki: which constructs exist, and how far each may go.

Long, deep or unbalanced input must cost time in proportion to its size; the guards here see to it.
"""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as gfm_table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as commonmark_image
from markdown_it.rules_inline import link as commonmark_link
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from wiki.core.markup import boxes, links, macros
from wiki.core.markup.page import Page, page_of
from wiki.core.markup.raw_html import drop_emptied
from wiki.core.markup.text import TooComplex
from wiki.core.markup.writer import Writer

_CHAINS = ["paragraph", "reference", "blockquote", "list"]

MAX_DEPTH = 32
MAX_PIECE = 8_000
"""Most characters of a paragraph that are read in one go; a longer one is cut between words."""
MAX_BRACKETS = 12
MAX_IMAGES = 2
"""Most images inside the text of one another."""
MAX_NOTE_LABEL = 100
MAX_COLUMNS = 200
MAX_EMPTY_CELLS = 2_000


@cache
def parser() -> MarkdownIt:
    """Return the one parser; parsing keeps its state in `env`, so threads share it."""
    options = {"html": True, "linkify": True, "tasklists": True, "maxNesting": 100}
    md = MarkdownIt("commonmark", options, renderer_cls=Writer)
    md.block = LineParser()
    md.inline = PieceParser()
    md.enable(["table", "strikethrough", "linkify"])
    if md.linkify:
        md.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
    md.use(footnote_plugin, inline=False).use(deflist_plugin)
    boxes.install(md)
    md.block.ruler.before("table", "guard", _guard, {"alt": _CHAINS})
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("image", _image)
    md.inline.ruler.at("footnote_ref", _footnote_ref)
    macros.install(md)
    links.install(md, _label_parser())
    md.core.ruler.after("inline", "drop_emptied", _drop_emptied)
    # Plug-ins bring render rules of their own; the writer's come last.
    md.renderer = Writer(md)
    return _compiled(md)


def _compiled(md: MarkdownIt) -> MarkdownIt:
    """Make the chains of rules now: made at first use, two threads could meet half of one."""
    for ruler in (md.core.ruler, md.block.ruler, md.inline.ruler, md.inline.ruler2):
        ruler.getRules("")
    return md


class LineParser(ParserBlock):
    """Counts the lines that a quote marks as its own and leaves to the blocks after it.

    A quote reads to the next blank line, then ends where a heading, a list or a box in it does:
    many of them in one run of lines would each read it all.
    """

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Append the tokens of some lines."""
        is_quote = state.parentType == "blockquote"
        super().tokenize(state, startLine, endLine)
        if is_quote and state.line < endLine:
            page_of(state.env).budget.spend_rereads(endLine - state.line)


class PieceParser(ParserInline):
    """Reads a long paragraph in pieces, so that no rule looks further than a piece."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Append the tokens of an inline text."""
        page = page_of(env)
        page.inlines += 1
        for piece in _pieces(src):
            tokens.extend(self._read(piece, md, env, page))
        page.inlines -= 1
        return tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Step over a token in the text of a link."""
        page_of(state.env).budget.spend_steps(1)
        super().skipToken(state)

    def _read(self, piece: str, md: MarkdownIt, env: EnvType, page: Page) -> list[Token]:
        # An image has its text read apart: without this end, nested ones are read again and again.
        if page.inlines > MAX_IMAGES:
            return [Token("text", "", 0, content=piece)]
        state = StateInline(piece, md, env, [])
        self.tokenize(state)
        page.budget.spend_tokens(len(state.tokens))
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    while len(text) - start > MAX_PIECE:
        end = start + MAX_PIECE
        cut = max(text.rfind("\n", start, end), text.rfind(" ", end - 200, end)) + 1
        cut = cut if cut > start else end
        pieces.append(text[start:cut])
        start = cut
    pieces.append(text[start:])
    return pieces


def _label_parser() -> MarkdownIt:
    """Return a parser for labels: emphasis and code, nothing that opens a tag of its own."""
    md = MarkdownIt("zero").enable(["emphasis", "strikethrough", "backticks", "escape", "entity"])
    md.enable("balance_pairs")
    return _compiled(md)


def _drop_emptied(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and block.children and "<" in block.content:
            block.children = drop_emptied(block.children)


def _guard(state: StateBlock, start: int, _end: int, _silent: bool) -> bool:
    """Count a run of the chain this rule stands at the head of; it matches nothing but rows.

    It ends a table whose rows leave too many cells empty.
    """
    page = page_of(state.env)
    page.budget.spend_steps(1)
    if state.level > MAX_DEPTH:
        raise TooComplex("blocks nested too deep")
    if state.parentType != "table":
        return False
    page.empty_cells += max(0, page.columns - _line(state, start).count("|"))
    return page.empty_cells > MAX_EMPTY_CELLS


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table; `_guard` counts its cells."""
    if start_line + 2 > end_line:
        return False
    delimiters = _line(state, start_line + 1)
    columns = delimiters.count("-") and delimiters.strip().strip("|").count("|") + 1
    if not columns or columns > MAX_COLUMNS or "|" not in _line(state, start_line):
        return False
    page = page_of(state.env)
    page.columns, page.empty_cells = columns if columns > 1 else 0, 0
    return gfm_table(state, start_line, end_line, silent)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _link(state: StateInline, silent: bool) -> bool:
    return not _is_bracket_maze(state, "[") and commonmark_link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:
    return not _is_bracket_maze(state, "!") and commonmark_image(state, silent)


def _is_bracket_maze(state: StateInline, first: str) -> bool:
    """Answer whether a bracket cannot close or has too many open before it, cheaply."""
    if state.src[state.pos] != first:
        return True
    if state.src.find("]", state.pos, state.posMax) < 0:
        return True
    return _brackets_open(state) > MAX_BRACKETS


def _brackets_open(state: StateInline) -> int:
    """Count the brackets open at a position, the whole piece counted once."""
    counts = getattr(state, "gare_brackets", None)
    if counts is None:
        counts = _count_brackets(state.src)
        state.gare_brackets = counts  # type: ignore[attr-defined]
    return int(counts[state.pos])


def _count_brackets(text: str) -> list[int]:
    counts, depth = [], 0
    for char in text:
        counts.append(depth)
        if char == "[":
            depth += 1
        elif char == "]" and depth:
            depth -= 1
    return counts


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    pos = state.pos
    if not state.src.startswith("[^", pos):
        return False
    if state.src.find("]", pos + 2, min(state.posMax, pos + MAX_NOTE_LABEL)) < 0:
        return False
    return footnote_ref(state, silent)
