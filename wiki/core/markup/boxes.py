"""Recognise boxes: `::: note A title`, any blocks, and `:::` at their end.

A box that nothing closes ends with what it stands in.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

BOXES = frozenset({"note", "warn", "ok", "tip"})

_MARKERS = re.compile(r":{3,}+")


def install(md: MarkdownIt) -> None:
    """Teach a parser boxes."""
    chains = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "container_box", _box, {"alt": chains})


def _box(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    markers = _markers(state, start_line)
    if not markers:
        return False
    start = state.bMarks[start_line] + state.tShift[start_line] + len(markers)
    info = state.src[start : state.eMarks[start_line]]
    if info.strip().split(" ", 1)[0].lower() not in BOXES:
        return False
    if not silent:
        _push(state, start_line, *_end(state, start_line + 1, end_line, markers), markers, info)
    return True


def _markers(state: StateBlock, line: int) -> str:
    """Return the colons a line starts with, none when they are too few or code."""
    if state.is_code_block(line):
        return ""
    start, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    found = _MARKERS.match(state.src, start, end)
    return found[0] if found else ""


def _end(state: StateBlock, line: int, end_line: int, markers: str) -> tuple[int, bool]:
    """Return the line where a box ends, and whether that line closes it.

    In a box that nothing closes, no line closes another: it is not looked for again.
    """
    if getattr(state, "gare_unclosed", None) == (end_line, state.level, state.blkIndent, markers):
        return end_line, False
    while line < end_line:
        if not state.isEmpty(line):
            if state.sCount[line] < state.blkIndent:
                break
            if _closes(state, line, markers):
                return line, True
        line += 1
    return line, False


def _closes(state: StateBlock, line: int, markers: str) -> bool:
    closing = _markers(state, line)
    start = state.bMarks[line] + state.tShift[line] + len(closing)
    return len(closing) >= len(markers) and not state.src[start : state.eMarks[line]].strip(" \t")


def _push(
    state: StateBlock, start_line: int, end: int, closed: bool, markers: str, info: str
) -> None:
    parent, last = state.parentType, state.lineMax
    # No paragraph goes on past the end of the box.
    state.parentType, state.lineMax = "container", end
    token = state.push("container_box_open", "div", 1)
    token.markup, token.info, token.map = markers, info, [start_line, end]
    if not closed:
        state.gare_unclosed = (end, state.level, state.blkIndent, markers)  # type: ignore[attr-defined]
    state.md.block.tokenize(state, start_line + 1, end)
    state.push("container_box_close", "div", -1)
    state.parentType, state.lineMax = parent, last
    state.line = end + closed
