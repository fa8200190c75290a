"""Ranking signals besides the text of a page: incoming links and freshness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import log

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from wiki.core import db
from wiki.core.access import Actor, allows
from wiki.pages.models import Link, Page

HALF_LIFE = 365.0
"""Days after which the freshness of a page halves."""
MANY_LINKS = 20
"""Number of links beyond which more add nothing."""


def boosts(ids: Sequence[int], *, actor: Actor) -> dict[int, float]:
    """Return the boost of each page, from 0 to 1, in one query; count links from visible pages only."""
    linking = aliased(Page)
    links = (
        select(func.count())
        .select_from(Link)
        .join(linking, linking.id == Link.page_id)
        .where(
            Link.target_key == Page.name_key,
            linking.id != Page.id,
            linking.trashed_at.is_(None),
            allows(actor, "read", linking),
        )
        .correlate(Page)
        .scalar_subquery()
    )
    rows = db.session().execute(select(Page.id, Page.updated_at, links).where(Page.id.in_(ids)))
    now = db.utcnow()
    return {id_: (_freshness(changed, now) + _weight(count)) / 2 for id_, changed, count in rows}


def _freshness(changed: datetime, now: datetime) -> float:
    days = max((now - changed).total_seconds() / 86_400, 0.0)
    return float(0.5 ** (days / HALF_LIFE))


def _weight(links: int) -> float:
    return min(log(1 + links) / log(1 + MANY_LINKS), 1.0)
