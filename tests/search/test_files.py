"""Files are found by what they say, at their page, as long as who asks may read them."""

from __future__ import annotations

import io
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from tests.documents import office
from tests.documents.pdf import pdf
from tests.pages.test_attachments import send
from tests.projects.stations import make_station
from wiki import worker
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.core.search.engines.base import Filters
from wiki.core.search.index import indexer
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.files import attachments
from wiki.pages.models import Attachment
from wiki.pages.structure import trash
from wiki.search import index
from wiki.search.indexing import documents

pytestmark = pytest.mark.data

FILES = frozenset({"file"})
REPORT = [f"# Chapitre {n}\nLes bénévoles se réunissent, rapport n° {n}." for n in range(1, 101)]
REPORT[72] += "\nLa kermesse dissoute à l’unanimité des adhérents."


def catch_up(world) -> None:
    while worker.tick(world.app):
        pass


def found(world, query: str, name: str = "", **filters) -> list[tuple[str, int]]:
    """Return the files found, by name with the page of the passage."""
    with world.app.app_context():
        answer = index.search(query, actor=world.actor(name), filters=Filters(**filters))
        assert answer.available
        hits = [(hit.file.name, hit.number) for hit in answer.hits if hit.file]
        if filters.get("kinds") == FILES:
            assert answer.total == len(hits)
        return hits


def exact(world) -> None:
    """What the index holds is what the database says, and nothing is left to do."""
    with world.app.app_context():
        assert index.engine().ids() == set(documents.Pages().all_ids())
        assert indexer.reconcile(index.engine(), documents.Pages()) == 0


@pytest.fixture
def laid(world):
    """A page with a report of 100 pages and a spreadsheet, indexed."""
    world.page("Rapports", "Voir [le bilan moral](attachment:rapport_2026.pdf).", title="Rapports")
    files = ("rapport_2026.pdf", pdf(REPORT)), ("budget.ods", office.ods([["Zyxq", "12"]]))
    assert send(world.browser("bob"), "Rapports", *files).status_code == 303
    catch_up(world)
    return world


def test_long_pdf_is_found_at_its_page(laid):
    assert found(laid, "kermesse dissoute") == [("rapport_2026.pdf", 73)]
    assert found(laid, "KERMESSES") == [("rapport_2026.pdf", 73)]
    html = laid.browser().get("/-/search?q=kermesse").text
    assert 'href="/Rapports/attachments/rapport_2026.pdf#page=73"' in html
    assert "<mark>kermesse</mark> dissoute à l’unanimité" in html
    assert "page 73" in html
    assert 'href="/Rapports">Rapports</a>' in html


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.odt", office.odt(["la grenouille"])),
        ("a.odp", office.odp(["la", "grenouille"])),
        ("a.docx", office.docx(["la grenouille"])),
        ("a.xlsx", office.xlsx([["la", "grenouille"]])),
        ("a.pptx", office.pptx(["la", "grenouille"])),
        ("a.md", b"# La *grenouille*"),
        ("a.csv", b"la;grenouille"),
    ],
)
def test_every_format_is_found(world, name, content):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", (name, content))
    catch_up(world)
    paged = 2 if name in ("a.odp", "a.pptx") else 0
    assert found(world, "grenouilles") == [(name, paged)]
    exact(world)


def test_file_is_found_by_its_name_and_by_what_its_page_calls_it(laid):
    assert found(laid, "rapport 2026", kinds=FILES) == [("rapport_2026.pdf", 1)]
    assert found(laid, "bilan moral", kinds=FILES) == [("rapport_2026.pdf", 0)]
    with laid.app.app_context():
        hits = index.suggest("budg", actor=laid.actor())
        assert [(hit.kind, hit.label) for hit in hits] == [("file", "budget")]
    html = laid.browser().get("/-/search/instant?q=budg").text
    assert 'href="/Rapports/attachments/budget.ods"' in html


def test_files_are_counted_and_asked_for_as_a_kind(laid):
    html = laid.browser().get("/-/search?q=zyxq").text
    assert "kind=file" in html
    answer = laid.browser().get("/-/api/v1/search?q=zyxq&kind=file").json
    snippet = answer["hits"][0].pop("snippet")
    assert answer["hits"] == [{"name": "Rapports", "title": "budget.ods", "kind": "file"}]
    assert "<mark>Zyxq</mark>" in snippet
    assert answer["facets"]["kind"] == [{"value": "file", "count": 1}]


def test_search_among_pages_looks_in_their_files(laid):
    other = laid.page("Autre", "kermesse")
    catch_up(laid)
    with laid.app.app_context():
        page = find.page_or_404("Rapports", actor=laid.actor())
        actor = laid.actor()
        for pages, names in (({page.id}, ["Rapports"]), ({other.id}, ["Autre"]), (set(), [])):
            answer = index.search("kermesse", actor=actor, filters=Filters(only=frozenset(pages)))
            assert [hit.page.name for hit in answer.hits] == names


def test_removed_or_replaced_file_is_not_found_even_before_the_index_knows(laid):
    send(laid.browser("bob"), "Rapports", ("budget.ods", office.ods([["Wvut", "1"]])))
    assert found(laid, "zyxq", kinds=FILES) == []
    catch_up(laid)
    assert found(laid, "wvut") == [("budget.ods", 0)]
    assert laid.browser("bob").post("/Rapports/attachments/budget.ods/remove").status_code == 303
    assert found(laid, "wvut", kinds=FILES) == []
    catch_up(laid)
    exact(laid)


def test_files_go_to_the_trash_and_come_back_with_their_page(laid):
    with laid.app.app_context():
        alice = laid.actor("alice")
        trash.put_in_trash(find.page_or_404("Rapports", actor=alice), actor=alice)
    assert found(laid, "kermesse", kinds=FILES) == []
    catch_up(laid)
    exact(laid)
    with laid.app.app_context():
        page = find.page_or_404("Rapports", actor=alice, trashed=True)
        trash.take_out_of_trash(page, actor=alice)
    catch_up(laid)
    assert found(laid, "kermesse") == [("rapport_2026.pdf", 73)]
    exact(laid)


def test_page_deleted_for_good_before_the_index_saw_it_go_takes_its_files(laid):
    with laid.app.app_context():
        alice = laid.actor("alice")
        trash.put_in_trash(find.page_or_404("Rapports", actor=alice), actor=alice)
        trash.delete_for_good(find.page_or_404("Rapports", actor=alice, trashed=True))
        catch_up(laid)
        assert not documents.split(index.engine().ids()).files
    exact(laid)


def test_withdrawn_right_acts_on_files_before_the_index_knows(laid):
    assert found(laid, "kermesse", "xavier")
    with laid.app.app_context():
        alice = laid.actor("alice")
        page = find.page_or_404("Rapports", actor=alice)
        rights.set_rules(page, actor=alice, read="@friends")
    assert found(laid, "kermesse", "xavier", kinds=FILES) == []
    assert found(laid, "kermesse", "carol") == [("rapport_2026.pdf", 73)]
    assert laid.browser("xavier").get("/-/search/instant?q=budg").text.count("budget") == 0


def test_save_of_the_text_leaves_unchanged_files_alone(laid, monkeypatch):
    written: list[int] = []
    engine_type = type(index_engine(laid))
    before = engine_type.apply

    def apply(self, upserts, deletes, cursor):
        written.extend(document.id for document in upserts)
        before(self, upserts, deletes, cursor)

    monkeypatch.setattr(engine_type, "apply", apply)
    with laid.app.app_context():
        alice = laid.actor("alice")
        page = find.page_or_404("Rapports", actor=alice)
        text = page.head.text
        save.save(page, Content(page.title, text + " Plus."), base=None, author=alice)
        catch_up(laid)
        assert written == [documents.id_of_page(page.id)]
        written.clear()
        label = Content(page.title, "Voir [la kermesse](attachment:budget.ods).")
        save.save(page, label, base=None, author=alice)
    catch_up(laid)
    assert len(written) == 3
    assert set(found(laid, "kermesse")) == {("rapport_2026.pdf", 73), ("budget.ods", 0)}


def index_engine(world):
    with world.app.app_context():
        return index.engine()


def test_files_follow_their_page_into_a_project(laid):
    make_station(laid)
    with laid.app.app_context(), db.write() as session:
        from wiki.core.search.index.queue import enqueue
        from wiki.projects.models import Project

        project = session.scalar(select(Project))
        page = find.page_or_404("Rapports", actor=laid.actor())
        page.project_id = project.id
        enqueue(session, [page.id])
        key = project.key
    catch_up(laid)
    assert found(laid, "kermesse", "alice", project=key) == [("rapport_2026.pdf", 73)]


def test_index_of_another_scheme_is_made_again(laid, monkeypatch):
    monkeypatch.setattr(documents, "SCHEME", "other")
    with laid.app.app_context():
        assert indexer.run_once(index.engine(), documents.Pages()) > 2
        assert index.engine().generation().startswith("other/")
    assert found(laid, "kermesse") == [("rapport_2026.pdf", 73)]


@contextmanager
def changing(world):
    with world.app.app_context(), db.write() as session:
        yield session, session.scalar(select(Form))


def specs(**rules: str) -> list[FieldSpec]:
    return [
        FieldSpec("title", "text", "Titre", required=True),
        FieldSpec("open", "file", "Pièce ouverte", read=rules.get("open", "")),
        FieldSpec("inner", "file", "Pièce interne", read=rules.get("inner", "@admins")),
    ]


@pytest.fixture
def filed(world):
    """An entry with a file in an open field and one in a field of the admins."""
    with world.app.app_context(), db.write() as session:
        alice = world.actor("alice")
        form = changes.make_form(session, title="Dossiers", key="dossiers", fields=specs())
        data = {"title": "Dossier"}
        for key, word in (("open", "abcwopen"), ("inner", "zyxqinner")):
            taken = attachments.take(f"{key}.txt", io.BytesIO(f"commun {word}".encode()))
            data[key] = {"sha256": taken.sha256, "name": taken.name}
        content = entries.clean_data(form, data, alice)
        entries.create(form, content, alice, name="Dossier")
    catch_up(world)
    return world


def test_file_of_an_open_field_is_found_and_that_of_a_closed_one_never(filed):
    assert found(filed, "commun") == [("open.txt", 0)]
    html = filed.browser().get("/-/search?q=abcwopen").text
    assert 'href="/-/entry-files/Dossier/open"' in html
    # The index is the same for all: what only some may see is not in it, for an admin either.
    for name in ("", "bob", "alice"):
        assert found(filed, "zyxqinner", name, kinds=FILES) == []
    assert found(filed, "commun", "alice", form="dossiers") == [("open.txt", 0)]
    exact(filed)


def test_field_that_closes_hides_its_file_at_once_and_one_that_opens_shows_it(filed):
    with changing(filed) as (session, form):
        changes.change_fields(session, form, specs(open="@admins", inner=""), actor=SYSTEM)
    assert found(filed, "abcwopen", kinds=FILES) == []
    catch_up(filed)
    assert found(filed, "commun") == [("inner.txt", 0)]
    exact(filed)


def test_file_taken_out_of_its_field_is_not_found(filed):
    with filed.app.app_context():
        alice = filed.actor("alice")
        page = find.page_or_404("Dossier", actor=alice)
        data = {key: value for key, value in page.head.data.items() if key != "open"}
        save.save(page, Content(page.title, "", data), base=None, author=alice)
    assert found(filed, "abcwopen", kinds=FILES) == []
    catch_up(filed)
    exact(filed)


def test_numbers_of_documents_are_told_apart():
    numbers = [1, 2, 3, 2**29]
    makers = documents.id_of_page, documents.id_of_file, documents.id_of_comment
    ids = [make(number) for make in makers for number in numbers]
    assert len(set(ids)) == 12 and max(ids) < 2**31
    assert documents.split(ids) == (numbers, numbers, numbers)


def test_many_files_are_indexed_without_holding_their_texts_together(world, monkeypatch):
    monkeypatch.setattr(indexer, "HEAVY", 30)
    world.page("Page", "text")
    names = [f"f{n}.txt" for n in range(12)]
    send(world.browser("bob"), "Page", *((n, f"grenouille verte {n}".encode()) for n in names))
    catch_up(world)
    with world.app.app_context():
        session = db.session()
        ids = {documents.id_of_file(id_) for id_ in session.scalars(select(Attachment.id))}
        assert ids <= index.engine().ids()
        assert index.search("grenouille", actor=world.actor()).total == 12
    exact(world)
