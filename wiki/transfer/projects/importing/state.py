"""What is at hand while a project arrives, and what the report will say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.core.access import Actor
from wiki.pages.files import attachments
from wiki.pages.models import Page
from wiki.projects.models import Project
from wiki.transfer.projects.archive_reader import Archive, Row
from wiki.transfer.projects.importing import data as arriving_data
from wiki.transfer.projects.plan import Plan


@dataclass
class Arrival:
    """What came of an archive: the station's name, and what the report says."""

    key: str = ""
    pages: int = 0
    revisions: int = 0
    comments: int = 0
    files: int = 0
    names: dict[str, str] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


@dataclass
class Work:
    """What is at hand while a project is made."""

    archive: Archive
    plan: Plan
    by: Actor
    laid: dict[tuple[str, str], attachments.Incoming]
    session: Session
    project: Project
    arrivals: arriving_data.Arrivals
    forms: dict[str, arriving_data.FormMatch] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    pages: dict[int, Page] = field(default_factory=dict)
    others: dict[int, set[str]] = field(default_factory=dict)
    arrival: Arrival = field(default_factory=Arrival)

    def user(self, at: int | None) -> User | None:
        known = self.arrivals.people
        return known[at] if at is not None and at < len(known) else None
