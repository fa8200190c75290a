"""News of another site, from its feed: what the worker kept of it, never a request while one reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core import db, settings
from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro
from wiki.macros.support import feeds
from wiki.macros.support.links import web_address
from wiki.pages.models import Page

MOST = 5
"""Feeds in one call."""


class Feed(Macro):
    """The last entries of one or several feeds, together by date."""

    name: ClassVar[str] = "feed"
    label = _l("News of another site")
    help = _l("The last entries of an Atom or RSS feed.")
    group = "media"
    icon = "rss"
    params = (
        Param("url", _l("Address of the feed"), kind="url", required=True),
        Param("limit", _l("How many"), kind="number", default="5"),
        Param("chars", _l("Letters of each summary"), kind="number", default="160"),
        Param("title", _l("Title"), help=_l("Left empty: the feed's own.")),
    )
    aliases = {
        "syndication": {"url": "url", "nb": "limit", "nbchar": "chars", "title": "title"},
        "rss": {"url": "url"},
    }

    def derive(self, page: Page, calls: Sequence[Mapping[str, str]]) -> None:
        urls = []
        for params in calls:
            try:
                urls += _urls(params.get("url", ""))
            except BadParam:
                continue
        feeds.note(db.session(), page.id, urls)

    def context(self, call: Call) -> dict[str, Any] | None:
        urls = _urls(call.get("url"))
        limit = call.number("limit", least=1, most=30)
        chars = call.number("chars", most=600)
        found = feeds.shown(urls)
        rows = [(feed, item) for feed in found for item in feed.items]
        if len(found) > 1:
            rows.sort(key=lambda row: row[1]["at"], reverse=True)
        return {
            "title": call.get("title") or (found[0].title if len(found) == 1 else ""),
            "rows": [_row(item, chars) for _feed, item in rows[:limit]],
            "urls": urls,
            "allowed": settings.get("outside"),
            "waits": not any(feed.fetched_at for feed in found),
            "away": bool(found) and all(feed.problem for feed in found),
        }


def _urls(raw: str) -> list[str]:
    parts = [part.strip() for part in raw.split(",http")]
    whole = [part if number == 0 else f"http{part}" for number, part in enumerate(parts)]
    return [web_address(url)[:1000] for url in whole[:MOST]]


def _row(item: Mapping[str, str], chars: int) -> dict[str, Any]:
    summary = item["summary"]
    if len(summary) > chars:
        summary = summary[:chars].rpartition(" ")[0] + " …" if chars else ""
    at = datetime.fromisoformat(item["at"]) if item["at"] else None
    return {"title": item["title"], "url": item["url"], "summary": summary, "at": at}
