"""A project that moves, for tests: what it holds, and how two wikis are told to hold the same."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from tests.documents.pdf import pdf
from tests.projects.stations import make_station
from tests.world import World
from wiki.accounts import people
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec, Form
from wiki.comments import comments
from wiki.core import db, files
from wiki.core.access import SYSTEM, Actor
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.files import attachments
from wiki.pages.models import Attachment, Page, Revision
from wiki.pages.structure import moves, order
from wiki.projects import find as projects
from wiki.projects.roles import set_role
from wiki.transfer.projects import export, jobs

KEY = "Le-Fournil"
FIELDS = [
    FieldSpec("title", "text", "Title", required=True),
    FieldSpec("day", "date", "Day", in_list=True),
    FieldSpec("site", "link", "Site"),
    FieldSpec("sheet", "file", "Sheet"),
    FieldSpec("inner", "text", "Inner", read="@admins"),
    FieldSpec("with", "relation", "With", options={"form": "bakes", "several": True}),
    FieldSpec("number", "sequence", "Number"),
]


def make_fournil(world: World, visibility: str = "public") -> None:
    """Make Bob's project: pages with a history, a private one, entries that point to each other, files, talk."""
    make_station(world, "agenda", "resources", "recent", visibility=visibility)
    with world.app.app_context():
        alice, bob = world.actor("alice"), world.actor("bob")
        project, station = projects.project_or_none(KEY, actor=alice) or (None, None)
        assert project is not None and station is not None
        for name, role in (("carol", "gardener"), ("alice", "member")):
            user = people.find_user(name)
            assert user is not None
            set_role(project, user, role, by=alice)
        bob = world.actor("bob")
        for name, text in (
            ("Levain", "To feed it, see [[Le four]].\n"),
            ("Le-four", "# Heat\n\nIt is hot at six.\n"),
            ("Caisse", "What we owe for [[Le-grand-four]].\n"),
        ):
            new = save.NewPage(name, project_id=project.id, membrane_id=project.membrane_id)
            made = save.create(
                new, Content(name.replace("-", " "), text, tags=("pain",)), author=bob
            )
            for turn in (1, 2):
                content = Content(made.title, f"{text}\nTurn {turn}.\n", tags=("pain", f"t{turn}"))
                stamp = save.Stamp(summary=f"turn {turn}", minor=turn == 1)
                made = save.save(made, content, base=None, author=bob, stamp=stamp)
            with db.write() as session:
                last = (Revision.page_id == made.id, Revision.number == made.revision_no)
                signed = {"others": [{"id": None, "name": "Carol"}], "shared": True}
                session.execute(update(Revision).where(*last).values(signed))
        page = find.page_or_404("Caisse", actor=alice)
        rights.set_rules(page, actor=alice, read="@friends carol", write="%")
        four = find.page_or_404("Le-four", actor=alice)
        moves.move(four, moves.Wanted(name="Le-grand-four"), actor=alice)
        four = find.page_or_404("Le-grand-four", actor=alice)
        order.put(four, under=find.page_or_404("Levain", actor=alice), at=None, actor=alice)
        taken = attachments.take("plan.pdf", io.BytesIO(pdf(["The oven, seen from above"])))
        attachments.lay(four, [taken], actor=bob)
        first = comments.add(four, "Is it **safe**?", about=comments.About(quote="hot"), actor=bob)
        comments.add(four, "It is.", about=comments.About(reply_to=first.id), actor=alice)
        _bakes(project.id, alice)


def _bakes(project_id: int, alice: Actor) -> None:
    with db.write() as session:
        form = changes.make_form(session, title="Bakes", key="bakes", fields=FIELDS)
    room = entries.room_of(project_id, actor=alice)
    sheet = attachments.take("sheet.txt", io.BytesIO(b"flour, water, salt"))
    for title, more in (
        ("Sourdough", {"sheet": {"sha256": sheet.sha256, "name": "sheet.txt"}}),
        ("Rye", {"with": ["Sourdough"], "inner": "secretrecipe"}),
    ):
        answers = {"title": title, "day": "2199-05-04", "site": "https://bread.example"} | more
        entries.create(form, entries.clean_data(form, answers, alice), alice, room)
    sourdough = find.page_or_404("Sourdough", actor=alice)
    content = entries.clean_data(form, {"with": ["Rye"]}, alice, sourdough)
    save.save(sourdough, content, base=None, author=alice)


def pack(app: Flask, target: Path, *, who: str = "", emails: tuple[str, ...] = ()) -> Path:
    """Pack the project as somebody may read it; nobody is the command line, which reads all."""
    with app.app_context():
        actor = World(app).actor(who) if who else SYSTEM
        found = projects.project_or_none(KEY, actor=SYSTEM)
        assert found is not None
        agreed = export.agreeing(found[0], emails, actor=actor)
        export.pack(found[0], target, actor=actor, emails=agreed)
    return target


def arrive(
    app: Flask, path: Path, *, who: str = "alice", invite: bool = False
) -> dict[str, object]:
    """Bring an archive in; return what came of it."""
    with app.app_context():
        actor = World(app).actor(who)
        return dict(jobs.arrive(path, actor=actor, invite=invite))


def held(app: Flask, key: str = KEY) -> dict[str, str]:
    """Return a sum of all that each page of a project holds: versions, links by name, files by content."""
    with app.app_context():
        found = projects.project_or_none(key, actor=SYSTEM)
        assert found is not None
        pages = select(Page).where(Page.project_id == found[0].id, Page.trashed_at.is_(None))
        names = {page.id: page.name for page in db.session().scalars(select(Page))}
        return {page.name: _sum(page, names) for page in db.session().scalars(pages)}


def _sum(page: Page, names: dict[int, str]) -> str:
    session = db.session()
    versions = select(Revision).where(Revision.page_id == page.id).order_by(Revision.number)
    laid = select(Attachment).where(Attachment.page_id == page.id, Attachment.removed_at.is_(None))
    said = [
        (
            row.number,
            row.title,
            row.text,
            _named(page, row.data, names),
            row.tags,
            row.signers,
            row.shared,
            row.summary,
            row.minor,
            row.created_at.isoformat(),
        )
        for row in session.scalars(versions)
    ]
    content = sorted(
        (row.field, row.name, hashlib.sha256(files.path(row.sha256).read_bytes()).hexdigest())
        for row in session.scalars(laid)
    )
    above = names.get(page.parent_id or 0)
    whole = json.dumps([page.title, page.kind, above, said, content], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _named(page: Page, data: dict, names: dict[int, str]) -> dict:
    form = db.session().get(Form, page.form_id) if page.form_id else None
    related = {spec.key for spec in form.specs() if spec.type == "relation"} if form else set()
    return {
        key: [names[one] for one in value] if key in related else value
        for key, value in data.items()
    }


def rewritten(path: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return an archive whose members were changed, its sums made right again: what a clever stranger sends."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    if "gare.json" in members and members["gare.json"].startswith(b"{"):
        head = json.loads(members["gare.json"])
        head["sha256"] = {
            name: hashlib.sha256(members[name]).hexdigest()
            for name in head.get("sha256", ())
            if name in members
        }
        members["gare.json"] = json.dumps(head).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target
