"""The screen of a save that collides: what each side changed, and both texts as one to save."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from wiki.core.access import current_actor
from wiki.core.http import render
from wiki.core.markup import diff
from wiki.core.markup.merge import Conflict as Collision
from wiki.core.markup.merge import merge
from wiki.pages import three_way_merge
from wiki.pages.editing.screen import Typed
from wiki.pages.history.comparison import inked
from wiki.pages.kinds import kind_of
from wiki.pages.live import presence
from wiki.pages.save import Conflict


def screen(found: Conflict, typed: Typed) -> Response:
    """Answer 409 with both texts; saving again what stands there keeps them both."""
    page, base, head, actor = found.page, found.base, found.head, current_actor()
    outcome = three_way_merge.merge(kind_of(page).merge, base=base, mine=found.mine, theirs=head)
    both = replace(
        typed,
        title=outcome.content.title,
        text=joined(base.text, found.mine.text, head.text),
        tags=", ".join(outcome.content.tags),
        base=head.number,
    )
    return render(
        "pages/conflict.html",
        status=409,
        page=page,
        typed=both,
        mine=found.mine,
        base=base,
        head=head,
        both=found.both,
        my_changes=diff.hunks(base.text, found.mine.text),
        their_changes=diff.hunks(base.text, head.text),
        inked=inked,
        errors={},
        here=presence.seen(page, actor=actor),
        presence_key=presence.key_sent() or presence.new_key(),
    )


def joined(base: str, mine: str, theirs: str) -> str:
    """Return one text with all of both: where they collide, what stands, then what was typed."""
    parts = []
    for chunk in merge(base, mine, theirs).chunks:
        if not isinstance(chunk, Collision):
            parts.append(chunk)
        elif chunk.theirs.strip() and chunk.mine.strip():
            parts += [chunk.theirs.rstrip("\n"), "\n\n", chunk.mine]
        else:
            parts.append(chunk.theirs or chunk.mine)
    text = "".join(parts)
    return text if mine.endswith("\n") else text.removesuffix("\n")
