"""A help desk for tests: the ready-made FAQ with two answered questions, one that waits, and one for friends only."""

from __future__ import annotations

from tests.world import World
from wiki import worker
from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, forms
from wiki.core import db
from wiki.pages import rights

ROWS = (
    ("How do we knead a dough?", "With wet hands, and slowly.", ""),
    ("Where is the oven?", "Behind the mill, on the left.", ""),
    ("Who feeds the leaven in August?", "", ""),
    ("What is the zyxqfaq recipe?", "A zyxqanswer of friends.", "@friends"),
)


def make_desk(world: World, *, write: str = "+") -> None:
    """Make the form and its questions, all indexed; `write` says who may add to it."""
    with world.app.app_context():
        with db.write() as session:
            rules = {"read": "*", "write": write}
            form = catalogue.form_from_model(session, "faq", "en", rules=rules)
        actor = world.actor("alice")
        for title, answer, read in ROWS:
            answers = {"title": title} | ({"answer": answer} if answer else {})
            content = entries.clean_data(form, answers, actor)
            page = entries.create(form, content, actor)
            if read:
                rights.set_rules(page, actor=actor, read=read)
    catch_up(world)


def catch_up(world: World) -> None:
    """Let the index see what was saved."""
    while worker.tick(world.app):
        pass


def faq_form():
    """Return the form; needs an application context."""
    return forms.form_of_model("faq")
