"""Full-text search over everything that the actor may read."""

from __future__ import annotations

from flask import Response, jsonify

from wiki.api import arguments
from wiki.api.contract import choice, day, limit, offset, operation, text, texts
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.core.search.engines.base import FACETS, Filters
from wiki.search import index, subtree
from wiki.search.hits import Hit
from wiki.search.remote_entries import Elsewhere, elsewhere
from wiki.search.request import LONGEST

DEEPEST = 10_000
"""Maximum offset into the hits."""


@blueprint.get("/search")
@operation(
    "Search pages, entries, files and comments",
    {200: "SearchAnswer"},
    arguments=(
        text("q", "What people would type in the search box."),
        texts("kind", "Only these kinds: text, entry, station, file, comment."),
        text("form", "Only entries of the form with this key."),
        text("project", "Only pages of the project with this key."),
        texts("tag", "Only pages that bear all these tags."),
        text("exact", "1 to correct no word and add none."),
        text("elsewhere", "1 to be given the first entries of other wikis too, under `elsewhere`."),
        text("author", "Only pages written by the person with this sign-in name."),
        day("since", "Only pages changed on this day or later, in UTC."),
        day("until", "Only pages changed before this day, in UTC."),
        text("within", "Only the page of this name and those under it."),
        choice(
            "sort",
            ("relevance", "date"),
            "The order of the hits: the best, or the last changed, first.",
        ),
        limit(20, 100),
        offset(DEEPEST),
    ),
)
@audience("anyone")
def search() -> Response:
    """Return the hits, with facet counts by kind, form, project, author, month and tag.

    `elsewhere`, on request, lists the first matching entries of other wikis.
    """
    actor = current_actor()
    count, skip = arguments.window()
    results = index.search(
        arguments.word("q")[:LONGEST].replace("\0", " "),
        actor=actor,
        filters=_filters(),
        limit=count,
        offset=skip,
        facets=FACETS,
        exact=arguments.word("exact") == "1",
        sort=arguments.one_of("sort"),
    )
    document = {
        "total": results.total,
        "corrected": results.corrected,
        "hits": [_hit(hit) for hit in results.hits],
        "facets": {name: _counts(results.facets.get(name, [])) for name in FACETS},
    }
    if arguments.word("elsewhere") == "1":
        document["elsewhere"] = _elsewhere(elsewhere(results.query, actor=actor))
    return jsonify(document)


def _filters() -> Filters:
    within = arguments.word("within")
    return Filters(
        kinds=frozenset(arguments.words("kind")),
        form=arguments.word("form"),
        project=arguments.word("project"),
        tags=tuple(arguments.words("tag")),
        author=arguments.word("author"),
        since=arguments.day("since"),
        until=arguments.day("until"),
        only=subtree.tree_under(within, actor=current_actor()).ids if within else None,
    )


def _hit(hit: Hit) -> dict[str, str]:
    """Return a hit; its snippet is HTML whose only tag is `<mark>`.

    For a file, `title` is the file name and `name` that of its page; for a comment, both are its page's.
    """
    page = hit.page
    return {
        "name": page.name,
        "title": hit.file.name if hit.file else page.title,
        "kind": hit.kind,
        "snippet": str(hit.snippet),
    }


def _elsewhere(remote: Elsewhere) -> dict[str, object]:
    """Return the remote entries as plain text, separate from the hits and their total."""
    keys = {form.id: form.key for form, _count in remote.counts}
    rows = [
        {
            "title": entry.title,
            "url": entry.url,
            "site": source.host,
            "form": keys[source.form_id],
            "place": entry.place,
            "excerpt": entry.excerpt,
        }
        for entry, source in remote.rows
    ]
    return {"total": remote.total, "items": rows}


def _counts(values: list[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"value": value, "count": count} for value, count in values if value]
