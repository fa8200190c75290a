"""People and tags that bear the words of a search: what one looks for by name, beside what is found by text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select

from wiki.accounts.models import User
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search.pipeline import analysis
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Tag

MOST = 4
MOST_WORDS = 8
SHORTEST = 3


@dataclass(frozen=True)
class Named:
    """What bears the words of a search: people, and tags (key, as written, pages that bear it)."""

    people: Sequence[User] = ()
    tags: Sequence[tuple[str, str, int]] = field(default_factory=tuple)

    def __bool__(self) -> bool:
        return bool(self.people or self.tags)


def named(words: str, *, actor: Actor) -> Named:
    """Return who and which tags are called by these words; people are for signed-in readers alone."""
    typed = [word.folded for word in analysis.words(words[:200]) if len(word.folded) >= SHORTEST]
    typed = typed[:MOST_WORDS]
    if not typed:
        return Named()
    return Named([] if actor.is_anonymous else _people(typed), _tags(words, typed, actor))


def _people(typed: Sequence[str]) -> list[User]:
    """Find people by a whole word of their names: no address, no note is looked into."""
    like = [User.display_name.icontains(word[:SHORTEST], autoescape=True) for word in typed]
    rows = db.session().scalars(
        select(User)
        .where(User.disabled.is_(False), or_(User.name_key.in_(typed), *like))
        .order_by(User.name_key)
    )
    wanted = set(typed)
    called = (user for user in rows if wanted & {user.name_key, *_words_of(user.display_name)})
    return [user for user, _place in zip(called, range(MOST), strict=False)]


def _words_of(name: str) -> list[str]:
    return [word.folded for word in analysis.words(name)]


def _tags(words: str, typed: Sequence[str], actor: Actor) -> list[tuple[str, str, int]]:
    seen = visible_pages(actor).with_only_columns(Page.id)
    keys = {*typed, fold(words.strip()[:200]), "-".join(typed)}
    rows = db.session().execute(
        select(Tag.tag_key, func.min(Tag.tag), func.count())
        .where(Tag.tag_key.in_(keys), Tag.page_id.in_(seen))
        .group_by(Tag.tag_key)
        .order_by(func.count().desc(), Tag.tag_key)
        .limit(MOST)
    )
    return [(key, tag, count) for key, tag, count in rows]
