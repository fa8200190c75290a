"""The results page, and what it leaves in memory."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, request

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Paging, audience, is_htmx, paging, render
from wiki.core.numbers import whole
from wiki.core.search.engines.base import Filters
from wiki.search import (
    filter_names,
    help_desk,
    index,
    people_and_tags,
    query_log,
    results,
    saved_searches,
    subtree,
)
from wiki.search.blueprint import blueprint
from wiki.search.remote_entries import NOTHING, elsewhere
from wiki.search.request import LONGEST, Asked, asked, narrowed

__all__ = ["LONGEST", "blueprint"]

PAGE = 10
LAST_PAGE = 10_000


@blueprint.get("/-/search", endpoint="index")
@audience("anyone")
def index_page() -> Response:
    """Show what was found, and what narrows, widens or keeps the search."""
    question = asked()
    answer = page_of(question)
    if is_worth_noting(question) and answer.available:
        _note(question, found=answer.total > 0)
    return screen(question, answer)


def screen(
    question: Asked,
    answer: index.Answer,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    name: str = "",
) -> Response:
    """Answer with the page of a search; `errors` and `name` are of a saving that failed."""
    actor = current_actor()
    names = results.names_for(answer, question, actor)
    mine = [] if actor.is_anonymous else saved_searches.of_person(actor)
    nothing = bool(question) and not answer.total
    made = render(
        "search/index.html",
        status=status,
        asked=question,
        answer=answer,
        new_since=_new_since(),
        places=filter_names.places([hit.page for hit in answer.hits], actor),
        kinds=results.tabs(answer, question),
        facets=results.facets(answer, question, names) if answer.total else [],
        chips=results.chips(question, names, trees_title(question)),
        ways=results.ways(question, actor) if nothing else None,
        named=_named(question),
        elsewhere=elsewhere(answer.query, actor=actor) if _is_first() else NOTHING,
        mine=saved_searches.with_news(mine, actor) if not question else [],
        current=next((row for row in mine if str(row.id) == request.args.get("saved")), None),
        token_of=saved_searches.token_of,
        paging=paging(answer.total, PAGE) if answer.total else Paging(1, 0, PAGE),
        errors=errors or {},
        name=name,
    )
    if nothing:
        # Kept for all, the next reader who finds nothing would not be heard.
        made.cache_control.private = made.cache_control.no_store = True
    return made


def page_of(question: Asked) -> index.Answer:
    """Return one page of answers, for the reader and the page number at hand."""
    actor, raw = current_actor(), request.args.get("page", "1")
    number = whole(raw, 1, digits=5)
    number = number if 0 < number < LAST_PAGE else 1
    return index.search(
        question.parsed,
        actor=actor,
        filters=narrowed(question, ids_within(question)),
        limit=PAGE,
        offset=(number - 1) * PAGE,
        facets=results.FACETS,
        sort=question.sort,
        exact=question.exact,
    )


def ids_within(question: Asked) -> frozenset[int] | None:
    """Return the pages this search is kept within; None when it is not."""
    return _tree(question).ids if question.within else None


def trees_title(question: Asked) -> str:
    """Return the title of the page this search is kept within, "" when it may not be told."""
    return (_tree(question).title or "") if question.within else ""


def is_worth_noting(question: Asked) -> bool:
    """Answer whether this search may be remembered: a person sent it whole, and it says where nothing private is.

    Within a project or some pages, words may tell of what only some may read.
    """
    form = question.filters.form
    in_faq = question.filters == Filters(form=form) and form == help_desk.faq_key(current_actor())
    # A filter that was typed may name what this reader does not know of.
    plain = in_faq or (not question.filters and question.words == " ".join(question.typed.split()))
    first = _is_first() and request.method == "GET"
    typing = is_htmx()
    return bool(question.words and plain and not question.within and first and not typing)


def _named(question: Asked) -> people_and_tags.Named:
    """Return who and which tags these words name, on the first page of a search that nothing narrows."""
    if not question.words or question.is_narrowed or not _is_first():
        return people_and_tags.Named()
    return people_and_tags.named(question.words, actor=current_actor())


def _is_first() -> bool:
    """Answer whether the first page of a search is asked for."""
    return request.args.get("page", "1") == "1"


def _note(question: Asked, *, found: bool) -> None:
    # What someone signed in found may stand in pages that are not for all.
    if not found or current_actor().is_anonymous:
        query_log.note(question.words, found=found)


def _tree(question: Asked) -> subtree.Tree:
    actor = current_actor()
    return db.once(
        ("search.tree", question.within, actor),
        lambda: subtree.tree_under(question.within, actor=actor),
    )


def _new_since() -> datetime | None:
    raw = request.args.get("new", "")
    try:
        found = datetime.fromisoformat(raw) if len(raw) < 40 else None
    except ValueError:
        return None
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
