"""Colour fenced code with Pygments classes, for the languages people of a wiki write.

Only listed languages and short blocks are coloured: lexers run on text from anyone.
"""

from html import escape

from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

_NAMES = (
    "bash c cpp css diff go html ini java javascript jinja js json lua makefile nginx php"
    " py python r ruby rust sh sql toml ts typescript xml yaml yml"
)
LANGUAGES = frozenset(_NAMES.split())
MAX_CODE = 10_000
"""Most characters of a block that is coloured."""
MAX_LINE = 300
_MOST_GROWTH = 12

_FORMATTER = HtmlFormatter(nowrap=True)


def code_html(code: str, info: str) -> str:
    """Return a `<pre>` for a fenced block, coloured when its language is known."""
    words = info.split(maxsplit=1)
    language = words[0].lower() if words else ""
    if language in LANGUAGES and len(code) <= MAX_CODE and _has_short_lines(code):
        lexer = get_lexer_by_name(language, stripnl=False)
        coloured = highlight(code, lexer, _FORMATTER)
        if len(coloured) <= _MOST_GROWTH * len(code) + 200:
            return f'<pre class="highlight" tabindex="0"><code>{coloured}</code></pre>\n'
    return f'<pre tabindex="0"><code>{escape(code, quote=False)}</code></pre>\n'


def _has_short_lines(code: str) -> bool:
    return max(map(len, code.split("\n"))) <= MAX_LINE
