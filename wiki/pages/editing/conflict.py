"""The screen of an edit conflict: the changes of each side, and a text to save that contains both."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from wiki.core.access import current_actor
from wiki.core.http import render
from wiki.core.markup import diff
from wiki.core.markup.merge import Conflict as Collision
from wiki.core.markup.merge import merge
from wiki.pages import three_way_merge
from wiki.pages.editing.screen import EditorFields
from wiki.pages.history.comparison import inked
from wiki.pages.kinds import kind_of
from wiki.pages.live import presence
from wiki.pages.save import Conflict


def screen(error: Conflict, typed: EditorFields) -> Response:
    """Return the 409 response with both texts joined in the editor; saving it keeps both."""
    page, base, head, actor = error.page, error.base, error.head, current_actor()
    outcome = three_way_merge.merge(kind_of(page).merge, base=base, mine=error.mine, theirs=head)
    both = replace(
        typed,
        title=outcome.content.title,
        text=join_texts(base.text, error.mine.text, head.text),
        tags=", ".join(outcome.content.tags),
        base=head.number,
    )
    return render(
        "pages/conflict.html",
        status=409,
        page=page,
        typed=both,
        mine=error.mine,
        base=base,
        head=head,
        both=error.both,
        my_changes=diff.hunks(base.text, error.mine.text),
        their_changes=diff.hunks(base.text, head.text),
        inked=inked,
        errors={},
        here=presence.others_sentence(page, actor=actor),
        presence_key=presence.key_sent() or presence.new_key(),
    )


def join_texts(base: str, mine: str, theirs: str) -> str:
    """Return one text with the changes of both sides; where they collide, `theirs` comes before `mine`."""
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
