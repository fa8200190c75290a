"""Colour fenced code with Pygments classes, for the languages people of a wiki write.

Only some languages and short blocks are coloured: lexers run on text from anyone, and many
(C, Java, TypeScript…) take a time that grows as the square of a crafted block.
"""

from html import escape

from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

_NAMES = (
    "bash css diff go html javascript jinja js json lua nginx php"
    " py python r ruby rust sh sql toml xml yaml yml"
)
LANGUAGES = frozenset(_NAMES.split())
MAX_CODE = 5_000
"""Most characters of a block that is coloured."""
MAX_LINE = 300
_MOST_GROWTH = 12

_FORMATTER = HtmlFormatter(nowrap=True)


def is_colourable(code: str, info: str) -> bool:
    """Answer whether a fenced block has a listed language and a modest size."""
    return (
        _language(info) in LANGUAGES
        and len(code) <= MAX_CODE
        and max(map(len, code.split("\n"))) <= MAX_LINE
    )


def coloured_html(code: str, info: str) -> str:
    """Return a `<pre>` for a colourable block; plain when colour would swell it."""
    # A run of lines of mere spaces is slow for the Python lexer.
    tidy = "\n".join(line.rstrip() for line in code.split("\n"))
    lexer = get_lexer_by_name(_language(info), stripnl=False)
    coloured = highlight(tidy, lexer, _FORMATTER)
    if len(coloured) > _MOST_GROWTH * len(code) + 200:
        return code_html(code)
    return f'<pre class="highlight" tabindex="0"><code>{coloured}</code></pre>\n'


def code_html(code: str) -> str:
    """Return a `<pre>` without colours."""
    return f'<pre tabindex="0"><code>{escape(code, quote=False)}</code></pre>\n'


def _language(info: str) -> str:
    return info.split(maxsplit=1)[0].lower() if info.strip() else ""
