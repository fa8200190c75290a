"""Recognise macro calls, `{{name key="value" flag}}`, alone or around a text.

It finds calls and their bodies; what a macro shows is for the caller of `fill`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from wiki.core.markup.page import page_of

MAX_CALL = 4_000
"""Most characters of one call, its values included."""

# Possessive quantifiers: a failed match never retries, so a start costs what it reads once.
_NAME = r"[A-Za-z][A-Za-z0-9_-]*+"
_VALUE = r"\"[^\"]*+\"|'[^']*+'"
_PARAM = rf"(?:\s++|(?<=[\"'])){_NAME}(?:\s*+=\s*+(?:{_VALUE}))?+"
_CALL = re.compile(rf"\{{\{{\s*+({_NAME})((?:{_PARAM})*+)\s*+/?\}}\}}")
_ONE_PARAM = re.compile(rf"({_NAME})(?:\s*+=\s*+({_VALUE}))?+")
_CLOSING = re.compile(rf"\{{\{{\s*/\s*({_NAME})\s*\}}\}}")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")


@dataclass(frozen=True, slots=True)
class Call:
    """A call as written: name in lower case, values as typed."""

    name: str
    params: dict[str, str]
    source: str


def read_call(text: str, start: int = 0) -> Call | None:
    """Read the call that starts at a position, None when its syntax is bad."""
    found = _CALL.match(text, start, start + MAX_CALL)
    if not found or found[1].lower() == "end":
        return None
    params = {
        param[1]: param[2][1:-1] if param[2] else "true" for param in _ONE_PARAM.finditer(found[2])
    }
    return Call(found[1].lower(), params, found[0])


def values_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the values of calls stand in a text, without their quotes; code is not told apart."""
    for found in _CALL.finditer(text):
        for param in _ONE_PARAM.finditer(text, *found.span(2)):
            if param[2]:
                yield param.start(2) + 1, param.end(2) - 1


def install(md: MarkdownIt) -> None:
    """Teach a parser both kinds of calls."""
    chains = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "macro_block", _block, {"alt": chains})
    md.inline.ruler.before("link", "macro_inline", _inline)


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("{{", start) or state.is_code_block(start_line):
        return False
    call = read_call(state.src, start)
    if call is None:
        return False
    last = _last_line(state, start_line, end_line, start + len(call.source))
    if last < 0:
        return False
    if not silent:
        _push_block(state, call, start_line, last, end_line)
    return True


def _last_line(state: StateBlock, start_line: int, end_line: int, end: int) -> int:
    """Return the line a call ends, -1 when other text follows on it."""
    line = start_line
    while line < end_line and state.eMarks[line] < end:
        line += 1
    if line >= end_line or state.src[end : state.eMarks[line]].strip():
        return -1
    return line


def _push_block(state: StateBlock, call: Call, first: int, last: int, end_line: int) -> None:
    page = page_of(state.env)
    close = -1
    if call.name in page.paired:
        if page.pairs is None:
            page.pairs = _pairs(state.src, page.paired)
        close = page.pairs.get(first, -1)
    body = None
    if last < close < end_line:
        body = state.getLines(last + 1, close, state.blkIndent, False)
        last = close
    token = state.push("macro", "", 0)
    token.block = True
    token.map = [first, last + 1]
    token.meta = {"call": call, "body": body, "inline": False}
    state.line = last + 1


def _inline(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("{{", state.pos):
        return False
    call = read_call(state.src, state.pos)
    if call is None or state.pos + len(call.source) > state.posMax:
        return False
    if not silent:
        token = state.push("macro", "", 0)
        token.meta = {"call": call, "body": None, "inline": True}
    state.pos += len(call.source)
    return True


def _pairs(source: str, paired: frozenset[str]) -> dict[int, int]:
    """Match opening lines with closing lines, by line numbers, in one pass."""
    pairs: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    waiting: dict[str, int] = {}
    for number, start, line in _call_lines(source):
        if name := _closed(line):
            while waiting.get(name):
                other, first = opened.pop()
                waiting[other] -= 1
                if other == name:
                    pairs[first] = number
                    break
        elif (name := _opened(source, start)) in paired:
            opened.append((name, number))
            waiting[name] = waiting.get(name, 0) + 1
    return pairs


def _call_lines(source: str) -> Iterator[tuple[int, int, str]]:
    """Yield number, offset and text of the lines that start a call, fenced code left out."""
    fence = ""
    offset = 0
    for number, raw in enumerate(source.split("\n")):
        line = raw.strip()
        if fence or line.startswith(("```", "~~~")):
            fence = _fence_after(fence, line)
        elif line.startswith("{{"):
            yield number, offset + raw.index("{{"), line
        offset += len(raw) + 1


def _fence_after(fence: str, line: str) -> str:
    if not fence:
        found = _FENCE.match(line)
        return found[0] if found else ""
    closes = len(line) >= len(fence) and line == fence[0] * len(line)
    return "" if closes else fence


def _closed(line: str) -> str:
    """Name the macro a line closes, empty when it closes none."""
    if found := _CLOSING.fullmatch(line):
        return found[1].lower()
    found = _CALL.fullmatch(line)
    if found and found[1].lower() == "end":
        return str(dict(_ONE_PARAM.findall(found[2])).get("elem", ""))[1:-1].lower()
    return ""


def _opened(source: str, start: int) -> str:
    """Name the macro called alone from a position, empty when there is none."""
    found = _CALL.match(source, start)
    if not found or source[found.end() : found.end() + 80].partition("\n")[0].strip():
        return ""
    return found[1].lower()
