"""The visual mode: the blocks of a text for whoever edits them, and whether writing them anew changes what is read.

The text stays the truth. The browser writes each block as Markdown; a block that would then show something
else is left as it was typed, and a text where that does not suffice stays in text mode.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, abort, jsonify, request
from flask_babel import gettext as _

from wiki.accounts.models import User
from wiki.core import db, markup, settings
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, render
from wiki.core.markup import blocks, sections
from wiki.core.markup.blocks import Block
from wiki.core.registry import registries
from wiki.pages import find, rendering, rights
from wiki.pages.blueprint import blueprint
from wiki.pages.editing.preview import disable_forms
from wiki.pages.models import Page

LONGEST = 250_000
"""Most characters that the visual mode takes, in the text and as written anew."""
SHOWN = frozenset({"box", "html", "macro", "terms"})
"""Blocks that are edited as source, and shown as they will look."""
MOST_SHOWN = 40
"""Most blocks shown as they will look: each has its macros run; those after are shown as source."""
MOST_READ = 2_400_000
"""Most characters rendered to find what cannot be written anew: the whole text, as many times as that allows."""


@blueprint.get("/-/visual")
@audience("page")
def visual_tools() -> Response:
    """Show the tools of the visual mode; `page` names the page its files are on."""
    rights.check_writer()
    return render("pages/visual.html", page=_page())


@blueprint.post("/-/visual", endpoint="visual_blocks")
@audience("page")
def read_blocks() -> Response:
    """Answer with the blocks of a `text`, those that are not edited in place as they look too."""
    actor, page = current_actor(), _page()
    text = _text()
    try:
        found, rest = blocks.split(text, paired=_paired())
    except (markup.TooComplex, RecursionError):
        return _refusal(_("This text is too intricate for the visual mode."))
    looks = _looks(found, page, actor)
    packed = [
        {"kind": block.kind, "gap": block.gap, "source": block.source} | look
        for block, look in zip(found, looks, strict=True)
    ]
    return jsonify(blocks=packed, rest=rest)


@blueprint.post("/-/visual/check", endpoint="visual_check")
@audience("page")
def check_blocks() -> Response:
    """Answer which blocks of `text` must stay as typed, when `written` is how the browser writes each."""
    text, page = _text(), _page()
    try:
        found, rest = blocks.split(text, paired=_paired())
    except (markup.TooComplex, RecursionError):
        abort(422)
    kept = unsafe(found, _written(found), rest, lang=_lang(page))
    if kept is None:
        return _refusal(
            _("Some parts of this text depend on one another, and would not look the same.")
        )
    return jsonify(verbatim=kept)


@blueprint.post("/-/visual/choice", endpoint="visual_choice")
@audience("signed-in")
def choose() -> Response:
    """Keep whether this person writes in visual mode."""
    with db.write(quiet=True) as session:
        session.get_one(User, current_actor().id).visual = request.form.get("on") == "1"
    return Response(status=204)


def is_chosen(actor: Actor) -> bool:
    """Return whether a person writes in visual mode."""
    user = None if actor.is_anonymous else db.session().get(User, actor.id)
    return bool(user and user.visual)


def unsafe(
    found: Sequence[Block], written: Sequence[str | None], rest: str, *, lang: str
) -> list[int] | None:
    """Return the numbers of the blocks that must stay as typed; None when others would still change."""
    typed = [block.source for block in found]
    looks = Looks(found, rest, lang)
    wanted = looks.of(typed)
    fresh = {index: text for index, text in enumerate(written) if text not in (None, typed[index])}
    kept = {index for index, text in enumerate(written) if text is None}
    if looks.of(_with(typed, fresh)) != wanted:
        kept |= looks.alone(typed, fresh)
    while fresh := {index: text for index, text in fresh.items() if index not in kept}:
        if looks.of(_with(typed, fresh)) == wanted:
            break
        guilty = _first_guilty(looks, typed, fresh, wanted)
        if guilty is None:
            return None
        kept.add(guilty)
    return sorted(kept)


class Looks:
    """Renders one text with this or that in its blocks, a limited number of times."""

    def __init__(self, found: Sequence[Block], rest: str, lang: str) -> None:
        self.found, self.rest, self.lang = found, rest, lang
        size = sum(len(block.source) for block in found)
        self.left = min(24, MOST_READ // (size + 1))
        self.defined = "".join(
            f"\n\n{block.source}" for block in found if block.kind == blocks.DEFINITIONS
        )

    def of(self, sources: Sequence[str]) -> Any:
        """Return how the whole text looks."""
        self.left -= 1
        return self._look(blocks.join(self.found, sources, self.rest))

    def alone(self, typed: Sequence[str], fresh: dict[int, str]) -> set[int]:
        """Return the blocks that do not look the same, each taken by itself with what the text defines."""
        if len(fresh) * len(self.defined) > MOST_READ:
            return set()
        pairs = ((index, typed[index], text) for index, text in fresh.items())
        return {
            index
            for index, old, new in pairs
            if self._look(old + self.defined) != self._look(new + self.defined)
        }

    def _look(self, text: str) -> Any:
        document = rendering.document_of(text, self.lang)
        return document.segments, document.headings


def _first_guilty(
    looks: Looks, typed: Sequence[str], fresh: dict[int, str], wanted: Any
) -> int | None:
    """Halve what was written until one block is left that changes the look; None when it takes too long."""
    suspects = list(fresh)
    while len(suspects) > 1:
        if looks.left <= 1:
            return None
        half = suspects[: len(suspects) // 2]
        same = looks.of(_with(typed, {index: fresh[index] for index in half})) == wanted
        suspects = suspects[len(half) :] if same else half
    return suspects[0] if looks.left > 0 else None


def _with(typed: Sequence[str], fresh: dict[int, str]) -> list[str]:
    return [fresh.get(index, source) for index, source in enumerate(typed)]


def _looks(found: Sequence[Block], page: Page | None, actor: Actor) -> Iterator[dict[str, str]]:
    """Yield how each block without tools of its own looks to who writes; nothing for the others."""
    left = MOST_SHOWN
    for block in found:
        shown = block.kind in SHOWN
        left -= shown
        if shown and left >= 0:
            document = sections.scoped(rendering.document_of(block.source, _lang(page)), "v-")
            yield {"html": str(disable_forms(rendering.fill(document, page=page, actor=actor)))}
        else:
            yield {"html": ""} if shown else {}


def _written(found: Sequence[Block]) -> list[str | None]:
    """Return what the browser wrote for each block, null where it wrote nothing."""
    try:
        written = json.loads(request.form.get("written", ""))
    except ValueError:
        abort(400)
    if not isinstance(written, list) or len(written) != len(found):
        abort(400)
    if not all(text is None or isinstance(text, str) for text in written):
        abort(400)
    if sum(len(text or "") for text in written) > 2 * LONGEST:
        abort(413)
    return [None if text is None else markup.normalise(text) for text in written]


def _text() -> str:
    """Return the text sent. Aborts with the status that fits when it cannot be taken."""
    rights.check_writer()
    text = markup.normalise(request.form.get("text", ""))
    if len(text) > LONGEST:
        abort(
            _refusal(
                _("This text is too long for the visual mode, which takes 250,000 characters.")
            )
        )
    return text


def _refusal(reason: str) -> Response:
    answer = jsonify(refused=reason)
    answer.status_code = 200
    return answer


def _page() -> Page | None:
    name = request.values.get("page", "")
    return find.page_or_none(name, actor=current_actor()) if name else None


def _lang(page: Page | None) -> str:
    return str(page.lang if page else settings.get("lang"))


def _paired() -> frozenset[str]:
    return frozenset(name for name, macro in registries().macros.items() if macro.paired)
