"""What an index in SQL says of each document, kept in memory and brought up to date by what changed."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from wiki.core.search.engines.base import FACETS


class Row(NamedTuple):
    """When a document was changed, how many beginnings its title has, its values by facet."""

    updated: int
    length: int
    facets: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What commits did since one: documents as (id, updated, length, facets), and ids gone."""

    gone: Iterable[int]
    documents: Iterable[tuple[int, int, int, str]]


@dataclass
class Columns:
    """The documents of one index, by id, as of the commit `seq`."""

    rows: dict[int, Row] = field(default_factory=dict)
    seq: int = -1
    _lock: Lock = field(default_factory=Lock)

    def refresh(self, seq: int, changes: Callable[[int], Changes]) -> dict[int, Row]:
        """Bring the rows to a commit and return them; `changes` tells what happened since another."""
        with self._lock:
            if self.seq < seq:
                # A copy: another thread may be going through the rows.
                rows = dict(self.rows)
                since = changes(self.seq)
                for id_ in since.gone:
                    rows.pop(id_, None)
                for id_, updated, length, facets in since.documents:
                    rows[id_] = Row(updated, length, _values(facets))
                self.rows, self.seq = rows, seq
            return self.rows


def packed(facets: dict[str, list[str]]) -> str:
    """Write the facets of a document as `Changes` carries them."""
    return json.dumps([facets[name] for name in FACETS], separators=(",", ":"))


def _values(raw: str) -> tuple[tuple[str, ...], ...]:
    # The same few words stand in thousands of documents: each is kept once.
    return tuple(tuple(map(sys.intern, values)) for values in json.loads(raw))
