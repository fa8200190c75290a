"""A wiki where each private thing (page, entry, field, project) has a public twin beside it.

Every private thing holds a word nobody else has; its twin holds another. Names and addresses hold none:
that a name is taken may be known.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from sqlalchemy import update

from tests.bazar import neighbours
from tests.documents.pdf import pdf
from tests.world import World
from wiki import worker
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes, forms
from wiki.bazar.lists import semantic
from wiki.bazar.models import FieldSpec
from wiki.comments import comments
from wiki.core import db, settings
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.external_links import OutsideAddress
from wiki.pages.files import attachments
from wiki.projects import create
from wiki.projects.models import Project
from wiki.projects.station import block_of
from wiki.search import pins

SECRETS = (
    "zyxqpage",
    "zyxqentry",
    "zyxqfield",
    "zyxqproject",
    "zyxqfile",
    "zyxqdiscreet",
    "zyxqaway",
)
TWINS = {
    "page": "abcwpage",
    "entry": "abcwentry",
    "field": "abcwfield",
    "project": "abcwproject",
    "file": "abcwfile",
    "deep": "abcwdeep",
    "said": "abcwsaid",
    "away": "abcwaway",
}
BURIED = ("zyxqdeep", "zyxqinner", "zyxqsaid", "zyxqmute", "zyxqgone")
"""Said by files alone (on a hidden page, in a hidden field) and by comments alone (on a hidden page, on one
that hides its talk, and one that was removed). Search knows those of the hidden page, for who may read it."""
COMMON = "commonword"

SHOWCASE = """
{{recent limit="30"}}

{{stations}}

{{departures limit="40"}}

{{agenda limit="20"}}

{{arrivals limit="20"}}

{{faq-to-write}}

{{ask form="meetings"}}

{{entries form="meetings" view="list"}}

{{entries form="meetings" view="table"}}

{{include page="Public-Page"}}

{{include page="Hidden-Page"}}

{{include page="Public-Entry"}}

{{include page="Hidden-Entry"}}

{{include page="Hidden-Station"}}

{{pages limit="200"}}

{{pages show="cards" sort="-changed" limit="200"}}

{{children page="Target"}}

{{tags}}

{{nav links="Public-Page,Hidden-Page,Hidden-Entry"}}

{{button link="Hidden-Page"}}

{{backlinks page="Target"}}

{{slides page="Hidden-Page"}}

{{pages project="Hidden-Station"}}

{{garden}}

[[Public-Page]] and [[Hidden-Page]], [[Public-Entry]] and [[Hidden-Entry]]
"""


@dataclass(frozen=True)
class Things:
    """What the channels need to name."""

    public_revision: int = 2


def make_things(world: World) -> Things:
    """Make every private thing and its twin, and let the index see them."""
    with world.app.app_context():
        _pages(world)
        _entries(world)
        _elsewhere()
        _projects(world)
        world.page("Showcase", SHOWCASE)
        _break_links()
        pins.add(COMMON, find.page_or_404("Hidden-Page", actor=world.actor("alice")))
    for name, word, said, buried in (
        ("Public-Page", TWINS["page"], TWINS["file"], TWINS["deep"]),
        ("Hidden-Page", SECRETS[0], SECRETS[4], BURIED[0]),
    ):
        pages = [f"{COMMON} {said} {number}" for number in range(1, 4)] + [f"{COMMON} {buried}"]
        for file, content in ((f"{word}.txt", word.encode()), (f"{said}-title.pdf", pdf(pages))):
            upload = {"file": (io.BytesIO(content), file)}
            alice = world.browser("alice")
            answer = alice.post(f"/{name}/attachments", upload, content_type="multipart/form-data")
            assert answer.status_code in (200, 302, 303), answer.text
    while worker.tick(world.app):
        pass
    _write_together(world)
    return Things()


def _write_together(world: World) -> None:
    """Leave words that nobody saved in what is written together on both pages."""
    with world.app.app_context(), db.write() as session:
        settings.put(session, coediting=True)
    alice = world.browser("alice")
    for name, word in (("Public-Page", TWINS["page"]), ("Hidden-Page", SECRETS[0])):
        sent = {"presence": "key-of-alice", "join": "1", "base": "2", "text": f"{word} unsaved"}
        assert alice.post(f"/{name}/live", sent).status_code == 200
        alice.post(f"/{name}/presence", {"presence": "key-of-alice", "gone": "1"})


def _pages(world: World) -> None:
    for name, word, read in (
        ("Public-Page", TWINS["page"], ""),
        ("Hidden-Page", SECRETS[0], "@admins"),
    ):
        text = (
            f"# {word} heading\n\n{COMMON} {word} text, see [[Target]], "
            f"[[{word} missing]] and https://{word}.example/{word}\n"
        )
        page = world.page(name, text, title=f"{word} title", tags=(f"{word}tag",), read=read)
        with world.app.app_context():
            actor = world.actor("alice")
            page = find.page_or_404(name, actor=actor)
            content = Content(page.title, text + f"\nmore {word}\n", tags=(f"{word}tag",))
            save.save(
                page, content, base=None, author=actor, stamp=save.Stamp(summary=f"{word} summary")
            )
        with world.app.app_context():
            actor = world.actor("alice")
            page = find.page_or_404(name, actor=actor)
            about = comments.About(quote=f"{word} text")
            comments.add(page, f"{word} comment, see [[Hidden-Page]]", about=about, actor=actor)
            said = BURIED[2] if read else TWINS["said"]
            comments.add(page, f"{COMMON} {said}", actor=actor)
            gone = comments.add(page, f"{COMMON} {BURIED[4]}", actor=actor)
            comments.add(page, "answered", about=comments.About(reply_to=gone.id), actor=actor)
            comments.remove(gone, actor=actor)
    mute = world.page("Mute", "shows no comment")
    with world.app.app_context():
        actor = world.actor("alice")
        comments.add(find.page_or_404(mute.name, actor=actor), f"{COMMON} {BURIED[3]}", actor=actor)
        comments.set_talk(find.page_or_404(mute.name, actor=actor), "none", actor=actor)
    world.page("Target", f"{COMMON} linked from two pages")


def _break_links() -> None:
    """Say that every site outside is gone."""
    with db.write() as session:
        session.execute(update(OutsideAddress).values(status=404, problem="answered 404"))


def _entries(world: World) -> None:
    actor = world.actor("alice")
    specs = [
        FieldSpec("title", "text", "Title", required=True),
        FieldSpec("date", "date", "Date", options={"time": True}, in_list=True),
        FieldSpec("place", "text", "Place", facet=True, in_list=True),
        FieldSpec("note", "text", "Note", in_list=True, facet=True),
        FieldSpec("inner", "text", "Inner", read="@admins", in_list=True, facet=True),
        FieldSpec("where", "location", "Where"),
        FieldSpec("sheet", "file", "Sheet"),
        FieldSpec("inner_sheet", "file", "Inner sheet", read="@admins"),
        FieldSpec("told", "computed", "Told", in_list=True, options={"formula": "inner + '!'"}),
        FieldSpec("mail", "email", "Mail", read="*", in_list=True, options={"contact": True}),
        FieldSpec("with", "relation", "With", in_list=True, options={"form": "meetings"}),
        FieldSpec("back", "linked", "Back", in_list=True, options={"form": "meetings"}),
    ]
    with db.write() as session:
        form = changes.make_form(
            session, title="Meetings", key="meetings", model="meetings", fields=specs
        )
        # Every field says something to other programs: those that are hidden must not.
        words = {spec.key: "about" for spec in specs[1:]}
        semantic.change(session, form, semantic.Semantic("Event", words))
    point = {"city": "Brest", "lat": 48.39, "lon": -4.49}
    for name, word, read in (
        ("Public-Entry", TWINS["entry"], ""),
        ("Hidden-Entry", SECRETS[1], "@admins"),
    ):
        answers = {
            "title": f"{word} title",
            "date": "2199-01-05T18:30",
            "place": f"{word} place",
            "note": f"{COMMON} {TWINS['field']}" if not read else word,
            "inner": f"{COMMON} {SECRETS[2]}",
            "where": point | {"address": f"{word} street"},
            "sheet": _file("sheet.txt", f"{COMMON} {word}sheet"),
            "inner_sheet": _file("inner.txt", f"{COMMON} {BURIED[1]}"),
            "mail": f"{SECRETS[2]}@example.org",
            # The hidden one points to the public one, which must not say so.
            "with": ["Public-Entry"] if read else None,
        }
        page = entries.create(form, entries.clean_data(form, answers, actor), actor, name=name)
        if read:
            rights.set_rules(page, actor=actor, read=read)


def _elsewhere() -> None:
    """Entries of other wikis: beside the meetings, and beside a form of the admins."""
    with db.write() as session:
        title = [FieldSpec("title", "text", "Title")]
        changes.make_form(
            session, title="Apart", key="apart", fields=title, rules={"read": "@admins"}
        )
    for key, word in (("meetings", TWINS["away"]), ("apart", SECRETS[6])):
        neighbours.keep(key, f"{word}.example", f"{COMMON} {word}", f"{word} title")


def _file(name: str, text: str) -> dict[str, str]:
    taken = attachments.take(name, io.BytesIO(text.encode()))
    return {"sha256": taken.sha256, "name": taken.name}


def _projects(world: World) -> None:
    actor = world.actor("alice")
    for name, word, visibility in (
        ("Public-Station", TWINS["project"], "public"),
        ("Hidden-Station", SECRETS[3], "members"),
        ("Discreet-Station", SECRETS[5], "discreet"),
    ):
        plan = create.Plan(
            title=name,
            purpose=f"{COMMON} {word} purpose",
            visibility=visibility,
            blocks=[block_of("recent", title=f"{word} block"), block_of("agenda", wide=True)],
            text=f"{word} words",
        )
        station = create.make(plan, author=actor)
        project = db.session().get_one(Project, station.project_id)
        new = save.NewPage(f"{name}-Page", project_id=project.id, membrane_id=project.membrane_id)
        save.create(new, Content(f"{word} page", f"{COMMON} {word}"), author=actor)
        _meeting(world, project, word, name)


def _meeting(world: World, project: Project, word: str, name: str) -> None:
    """An entry of the shared form, open to all by its form's rule: the project's membrane holds it back."""
    actor, form = world.actor("alice"), forms.form_of_model("meetings")
    assert form is not None
    content = entries.clean_data(
        form, {"title": f"{word} meeting", "date": "2199-01-06T10:00"}, actor
    )
    entries.create(
        form, content, actor, entries.Room(project.id, project.membrane_id), f"{name}-Meeting"
    )
