"""What people say under pages is found, quoted with who said it, for those who may read it there."""

from __future__ import annotations

import pytest

from tests.world import World
from wiki import worker
from wiki.comments import comments
from wiki.comments.comments import About
from wiki.core import db
from wiki.core.search.engines.base import Filters
from wiki.core.search.index import indexer
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page
from wiki.pages.structure import trash
from wiki.search import index
from wiki.search.indexing import documents

pytestmark = pytest.mark.data

COMMENTS = frozenset({"comment"})


def catch_up(world: World) -> None:
    while worker.tick(world.app):
        pass


def page_of(world: World, name: str = "Visio", **more) -> Page:
    return find.page_or_404(name, actor=world.actor("alice"), **more)


def say(world: World, text: str, *, who: str = "bob", page: str = "Visio", to: int = 0) -> int:
    with world.app.app_context():
        actor = world.actor(who)
        loaded = find.page_or_404(page, actor=actor)
        return comments.add(loaded, text, about=About(reply_to=to or None), actor=actor).id


def found(world: World, query: str, name: str = "", *, counts: bool = True, **filters) -> list[int]:
    """Return the comments found; the total counts no other, nor does the facet."""
    with world.app.app_context():
        asked = Filters(kinds=COMMENTS, **filters)
        answer = index.search(query, actor=world.actor(name), filters=asked, facets=("kind",))
        hits = [hit.comment.id for hit in answer.hits if hit.comment]
        assert answer.available and answer.total == len(hits)
        counted = dict(answer.facets["kind"]).get("comment", 0)
        assert counted == len(hits) or not counts
        return hits


def exact(world: World) -> None:
    """What the index holds is what the database says, and nothing is left to do."""
    with world.app.app_context():
        assert index.engine().ids() == set(documents.Pages().all_ids())
        assert indexer.reconcile(index.engine(), documents.Pages()) == 0


@pytest.fixture
def talked(world: World) -> tuple[World, int]:
    """A page with a comment of Bob's, indexed."""
    world.page("Visio", "Notre outil de réunion.", title="Réunir à distance")
    said = say(world, "La **passerelle** coupe tous les dimanches, voir [[Autre]].")
    catch_up(world)
    return world, said


def test_comment_is_quoted_with_who_said_it_and_leads_there(talked):
    world, said = talked
    html = world.browser().get("/-/search?q=dimanche+passerelles").text
    assert f'href="/-/comments/{said}">Réunir à distance' in html
    assert "in a comment by Bob Member" in html
    assert "<mark>passerelle</mark> coupe tous les <mark>dimanches</mark>" in html
    assert "kind=comment" in html
    answer = world.browser().get(f"/-/comments/{said}")
    assert (answer.status_code, answer.location) == (303, f"/Visio#comment-{said}")
    assert f'id="comment-{said}"' in world.browser().get("/Visio").text


def test_comments_are_a_kind_one_asks_for(talked):
    world, said = talked
    world.page("Autre", "La passerelle est ouverte.")
    catch_up(world)
    assert found(world, "passerelle") == [said]
    with world.app.app_context():
        both = index.search("passerelle", actor=world.actor())
        assert [hit.kind for hit in both.hits] == ["text", "comment"]
        typed = index.search("type:commentaire passerelle", actor=world.actor())
        assert [hit.kind for hit in typed.hits] == ["comment"]
        by_bob = index.search("auteur:bob passerelle", actor=world.actor())
        assert [hit.comment.id for hit in by_bob.hits if hit.comment] == [said]
    answer = world.browser().get("/-/api/v1/search?q=passerelle&kind=comment").json
    assert [(hit["kind"], hit["name"]) for hit in answer["hits"]] == [("comment", "Visio")]
    assert [line["count"] for line in answer["facets"]["kind"]] == [1, 1]


def test_title_of_a_page_does_not_bring_all_its_comments(talked):
    world, _said = talked
    assert found(world, "réunir à distance") == []


def test_changed_comment_is_found_by_its_new_words_alone(talked):
    world, said = talked
    with world.app.app_context():
        bob = world.actor("bob")
        comment, _page = comments.comment_or_none(said, actor=bob)
        comments.edit(comment, "Le relais zyxq coupe.", actor=bob)
    catch_up(world)
    assert (found(world, "zyxq"), found(world, "passerelle")) == ([said], [])
    exact(world)


@pytest.mark.parametrize("answered", [False, True])
def test_removed_comment_is_gone_before_the_index_knows(talked, answered):
    world, said = talked
    reply = (
        say(world, "Oui, la passerelle aussi chez nous.", who="carol", to=said) if answered else 0
    )
    catch_up(world)
    with world.app.app_context():
        bob = world.actor("bob")
        comments.remove(comments.comment_or_none(said, actor=bob)[0], actor=bob)
    left = [reply] if answered else []
    # Of a row that is no more, the facet goes with the index.
    assert found(world, "passerelle", counts=answered) == left
    assert world.browser().get(f"/-/comments/{said}").status_code == 404
    catch_up(world)
    assert found(world, "passerelle") == left
    exact(world)


def test_page_that_hides_its_talk_hides_it_from_search_at_once(talked):
    world, said = talked
    with world.app.app_context():
        comments.set_talk(page_of(world), "none", actor=world.actor("alice"))
    # Its owner and admins too: the page itself shows them no comment.
    assert found(world, "passerelle") == found(world, "passerelle", "alice") == []
    catch_up(world)
    exact(world)
    with world.app.app_context():
        comments.set_talk(page_of(world), "closed", actor=world.actor("alice"))
    catch_up(world)
    assert found(world, "passerelle") == [said]


def test_comment_has_the_rights_of_its_page_also_when_said_later(talked):
    world, said = talked
    with world.app.app_context():
        rights.set_rules(page_of(world), actor=world.actor("alice"), read="@friends")
    assert found(world, "passerelle", "xavier") == []
    assert found(world, "passerelle", "carol") == [said]
    # What is hidden from Xavier is in memory now: what is said after must join it.
    later = say(world, "La passerelle encore, et le zyxq.")
    catch_up(world)
    assert found(world, "passerelle", "xavier") == []
    assert sorted(found(world, "passerelle", "carol")) == [said, later]
    answer = world.browser("xavier").get("/-/api/v1/search?q=zyx").json
    assert (answer["total"], answer["corrected"]) == (0, "")


def test_comments_follow_their_page_to_the_trash_and_back(talked):
    world, said = talked
    with world.app.app_context():
        trash.put_in_trash(page_of(world), actor=world.actor("alice"))
    assert found(world, "passerelle") == []
    catch_up(world)
    exact(world)
    with world.app.app_context():
        trash.take_out_of_trash(page_of(world, trashed=True), actor=world.actor("alice"))
    catch_up(world)
    assert found(world, "passerelle") == [said]


def test_page_deleted_for_good_takes_its_comments(talked):
    world, _said = talked
    with world.app.app_context():
        trash.put_in_trash(page_of(world), actor=world.actor("alice"))
        trash.delete_for_good(page_of(world, trashed=True))
    catch_up(world)
    exact(world)


def test_save_of_the_page_leaves_its_comments_alone(talked, monkeypatch):
    world, _said = talked
    written: list[int] = []
    with world.app.app_context():
        engine_type = type(index.engine())
    before = engine_type.apply

    def apply(self, upserts, deletes, cursor):
        written.extend(document.id for document in upserts)
        before(self, upserts, deletes, cursor)

    monkeypatch.setattr(engine_type, "apply", apply)
    with world.app.app_context():
        page = page_of(world)
        save.save(page, Content(page.title, "Autre texte."), base=None, author=world.actor("alice"))
    catch_up(world)
    assert written == [documents.id_of_page(page.id)]


def test_closed_thread_is_shown_on_the_screen_of_comments(talked):
    world, said = talked
    with world.app.app_context():
        carol = world.actor("carol")
        comment, _page = comments.comment_or_none(said, actor=carol)
        comments.resolve(comment, resolved=True, actor=carol)
    assert found(world, "passerelle") == [said]
    answer = world.browser().get(f"/-/comments/{said}")
    assert answer.location == f"/Visio/comments?resolved=1#comment-{said}"
    assert f'id="comment-{said}"' in world.browser().get(answer.location).text


def test_search_among_pages_looks_in_their_comments_and_by_date(talked):
    world, said = talked
    other = world.page("Autre", "passerelle")
    catch_up(world)
    with world.app.app_context():
        page = page_of(world)
        assert db.session().get(Page, other.id)
    assert found(world, "passerelle", only=frozenset({page.id})) == [said]
    assert found(world, "passerelle", only=frozenset({other.id})) == []
    with world.app.app_context():
        answer = index.search("passerelle", actor=world.actor(), sort="date")
        assert [hit.kind for hit in answer.hits] == ["text", "comment"]
