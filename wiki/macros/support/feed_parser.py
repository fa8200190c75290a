"""From the bytes of a feed (Atom, RSS 2.0 or 1.0) to its entries as plain text; knows no network, no row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import nh3
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST = 50
LONGEST_TITLE = 200
LONGEST_SUMMARY = 600


class NotAFeed(ValueError):
    """Something that is not a feed, or one that is not safe to read."""


@dataclass(frozen=True)
class Item:
    """One entry, in plain text; `at` is ISO 8601 in UTC or empty."""

    title: str
    url: str
    summary: str
    at: str


def read(body: bytes, base: str) -> tuple[str, list[Item]]:
    """Return the title of a feed and its entries, as they stand. Raises NotAFeed."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotAFeed(type(error).__name__) from error
    if _name(root) not in {"feed", "rss", "rdf"}:
        raise NotAFeed(_name(root)[:40])
    channel = next((one for one in root if _name(one) == "channel"), root)
    items = [one for one in root.iter() if _name(one) in {"item", "entry"}][:MOST]
    read_items = (_item(one, base) for one in items)
    return _text(channel, "title")[:LONGEST_TITLE], [one for one in read_items if one.title]


def _item(element: Element, base: str) -> Item:
    summary = _text(element, "description", "summary", "content", "encoded")
    title = _text(element, "title")[:LONGEST_TITLE] or summary[:80]
    date = _text(element, "pubdate", "published", "updated", "date")
    return Item(title, _link(element, base), summary[:LONGEST_SUMMARY], _moment(date))


def _text(element: Element, *names: str) -> str:
    """Return the words of the first child of one of these names, without any markup."""
    for name in names:
        for child in element:
            if _name(child) == name and (words := _plain("".join(child.itertext()))):
                return words
    return ""


def _plain(html: str) -> str:
    bare = unescape(nh3.clean(html[:50_000], tags=set(), clean_content_tags={"script", "style"}))
    shown = "".join(char if char.isprintable() else " " for char in bare)
    return re.sub(r"\s+", " ", shown).strip()


def _link(element: Element, base: str) -> str:
    for raw in _addresses(element):
        try:
            url = urljoin(base, raw.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        if raw.strip() and parts.scheme in {"http", "https"} and parts.netloc and len(url) <= 2000:
            return url
    return ""


def _addresses(element: Element) -> Iterator[str]:
    links = [child for child in element if _name(child) == "link"]
    yield from (one.get("href", "") for one in links if one.get("rel", "alternate") == "alternate")
    yield from (one.text or "" for one in links)


def _moment(raw: str) -> str:
    for read_date in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read_date(raw)
            aware = found if found.tzinfo else found.replace(tzinfo=UTC)
            return aware.astimezone(UTC).isoformat(timespec="seconds")
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
