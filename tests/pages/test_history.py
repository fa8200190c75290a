"""The versions of a page: listed, compared, shown, brought back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.engine.cursor import CursorFetchStrategy

from bench.history import fill
from tests.pages.counting import statements
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.kinds import Kind

OLD = "Intro stays.\n\nThe quick fox.\n\n- a\n- b\n\nEnd stays."
NEW = "Intro stays.\n\nThe slow fox jumps.\n\n- a\n- c <script>\n\nEnd stays."


def write(world, name, *texts, author="bob", **content):
    """Make a page with these versions."""
    world.page(name, texts[0], author=author, title=content.pop("title", name), **content)
    with world.app.app_context():
        actor = world.actor(author)
        for text in texts[1:]:
            page = find.page_or_404(name, actor=actor)
            save.save(
                page, Content(page.title, text, tags=tuple(page.head.tags)), base=None, author=actor
            )


def test_history_lists_versions_with_author_summary_and_growth(world):
    write(world, "Page", "12345", "1234567890")
    world.browser("carol").post(
        "/Page", {"text": "1", "base": "2", "summary": "<i>shorter</i>", "minor": "1"}
    )
    html = world.browser().get("/Page/history").text
    assert html.count('class="version"') == 3
    assert "Carol Partner" in html
    assert "minor" in html
    assert "&lt;i&gt;shorter&lt;/i&gt;" in html
    assert re.findall(r'class="(?:plus|minus)">([+−]\d+)<', html) == ["−9", "+5", "+5"]
    assert re.search(r'name="from"\s+id="from-2"\s+value="2"\s+checked', html)
    assert re.search(r'name="to"\s+id="to-3"\s+value="3"\s+checked', html)


def test_history_of_one_version_compares_nothing(world):
    world.page("Page", "text")
    assert "one version so far" in world.browser().get("/Page/history").text


def test_history_is_paged(world):
    write(world, "Page", *[f"text {n}" for n in range(53)])
    first, second = (world.browser().get(f"/Page/history?page={n}").text for n in (1, 2))
    assert first.count('class="version"') == 50
    assert second.count('class="version"') == 3
    assert world.browser().get("/Page/history?page=3").status_code == 404


def test_history_costs_the_same_with_two_and_four_versions(world):
    write(world, "Two", "a", "b")
    write(world, "Four", "a", "b", "c", "d")
    counts = []
    for name in ("Two", "Four"):
        with statements(world.app) as seen:
            world.browser().get(f"/{name}/history")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_rendered_comparison_marks_words_and_folds_the_rest(world):
    write(world, "Page", OLD, NEW)
    html = world.browser().get("/Page/diff?from=1&to=2").text
    shown = html[html.index('class="prose diff"') :]
    assert "<del>quick</del><ins>slow</ins>" in shown
    assert "<ins> jumps</ins>" in shown
    assert "<li>" in shown
    assert "Intro stays" in shown  # one passage alone is not worth folding
    assert "<script>" not in shown


def test_long_unchanged_stretches_fold_and_unfold(world):
    same = "\n\n".join(f"same {n}" for n in range(9))
    write(world, "Page", same + "\n\nold", same + "\n\nnew")
    assert "9 passages unchanged" in world.browser().get("/Page/diff?from=1&to=2").text
    assert "same 4" in world.browser().get("/Page/diff?from=1&to=2&all=1").text


@pytest.mark.parametrize("show", ["rendered", "side", "source"])
def test_any_two_versions_compare_in_any_order(world, show):
    write(world, "Page", "alpha", "beta", "gamma")
    for query in ("from=1&to=3", "from=3&to=1"):
        html = world.browser().get(f"/Page/diff?{query}&show={show}").text
        assert "<del>alpha</del>" in html
        assert "<ins>gamma</ins>" in html
        assert "2 versions" in html


def test_source_comparison_escapes_what_it_shows(world):
    write(world, "Page", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>  two spaces")
    for show in ("rendered", "side", "source", "nonsense"):
        html = world.browser().get(f"/Page/diff?from=1&to=2&show={show}").text
        assert "<img src=x" not in html
        assert "<svg onload" not in html


def test_title_and_tags_are_compared_too(world):
    world.page("Page", "text", title="Old name", tags=("kept", "gone"))
    world.browser("bob").post("/Page", {"title": "New name", "tags": "kept, came<b>", "base": "1"})
    html = world.browser().get("/Page/diff?from=1&to=2").text
    assert "<del>Old</del><ins>New</ins>" in html
    assert "<ins>came&lt;b&gt;</ins>" in html
    assert "<del>gone</del>" in html


@pytest.mark.parametrize("query", ["from=9&to=2", "from=1&to=9", "from=1&to=99999999999"])
def test_version_that_is_not_there_is_not_found(world, query):
    write(world, "Page", "a", "b")
    assert world.browser().get(f"/Page/diff?{query}").status_code == 404


def test_version_number_must_be_one(world):
    write(world, "Page", "a", "b")
    answer = world.browser().get('/Page/diff?from=1"><svg onload=alert(1)>')
    assert answer.status_code == 400
    assert "<svg onload" not in answer.text
    assert world.browser().get("/Page/revisions/99999999999999").status_code == 404


def test_one_version_is_shown_as_it_was(world):
    write(world, "Page", "as it **was**", "as it is")
    html = world.browser().get("/Page/revisions/1").text
    assert "<strong>was</strong>" in html
    assert "as it is" not in html
    assert "/Page/revisions/1/restore" in html


def test_restore_is_a_new_version(world):
    write(world, "Page", "first", "second", tags=("t",))
    answer = world.browser("carol").post("/Page/revisions/1/restore")
    assert answer.status_code == 303
    assert world.text("Page") == "first"
    with world.app.app_context():
        page = find.page_or_404("Page", actor=world.actor())
        assert page.revision_no == 3
        assert page.head.author_name == "Carol Partner"
    assert "Back to the version" in world.browser().get("/Page/history").text


def test_restore_can_be_undone(world):
    write(world, "Page", "first", "second")
    carol = world.browser("carol")
    carol.post("/Page/revisions/1/restore")
    undo = re.search(r'action="(/Page/revisions/\d+/restore)"', carol.get("/Page").text)[1]
    carol.post(undo)
    assert world.text("Page") == "second"


def test_restore_needs_the_right_to_write(world):
    from wiki.pages import rights

    write(world, "Page", "first", "second")
    with world.app.app_context():
        page = find.page_or_404("Page", actor=world.actor("alice"))
        rights.set_rules(page, actor=world.actor("alice"), write="@friends")
    assert world.browser("xavier").post("/Page/revisions/1/restore").status_code == 403
    assert "restore" not in world.browser("xavier").get("/Page/history").text
    assert world.text("Page") == "second"


def test_what_a_kind_hides_never_shows_in_history(world, app):
    class Secretive(Kind):
        name = "secretive"

        def source(self, revision, *, actor):
            return f"shown {revision.data['shown']}" + (" zyxqv7" if actor.is_admin else "")

        def body(self, page, revision, *, actor):
            return self.source(revision, actor=actor)

    app.extensions["gare.registries"].kinds["secretive"] = Secretive()
    with app.app_context():
        alice = world.actor("alice")
        page = save.create(
            save.NewPage("Entry", kind="secretive"),
            Content("Entry", data={"shown": "1", "hidden": "zyxqv7"}),
            author=alice,
        )
        save.save(
            page,
            Content("Entry", data={"shown": "2", "hidden": "zyxqv7!"}),
            base=None,
            author=alice,
        )
    for url in (
        "/Entry/history",
        "/Entry/diff?show=side",
        "/Entry/diff?show=source",
        "/Entry/revisions/1",
        "/Entry/raw",
    ):
        assert "zyxqv7" not in world.browser("bob").get(url).text, url
    assert "zyxqv7" in world.browser("alice").get("/Entry/raw").text
    assert not re.search(
        r'class="(?:plus|minus)">[+−]\d+<', world.browser("bob").get("/Entry/history").text
    )


def test_diff_of_macros_shows_calls_not_what_they_list(world):
    write(world, "Page", '{{unheard-of a="1"}}', '{{unheard-of a="2"}}')
    html = world.browser().get("/Page/diff").text
    assert "unheard" in html
    assert "<ins>2</ins>" in html


def test_very_long_history_costs_no_more_than_a_short_one(world, monkeypatch):
    """Whatever the number of versions, the same statements run, each over a screen of rows at most."""
    costs, seen = [], []
    fetchall = CursorFetchStrategy.fetchall

    def counting(self, *given):
        rows = fetchall(self, *given)
        seen.append(len(rows))
        return rows

    monkeypatch.setattr(CursorFetchStrategy, "fetchall", counting)
    with world.app.app_context():
        fill("Few", 60)
        fill("Many", 3_000)
    for name, last in (("Few", 60), ("Many", 3_000)):
        for end in (
            "",
            "/history",
            "/history?page=2",
            f"/diff?from=1&to={last}",
            f"/diff?from=1&to={last}&show=side",
            "/revisions/1",
            f"/diff?from={last - 1}&to={last}",
        ):
            seen.clear()
            assert world.browser().get(f"/{name}{end}").status_code == 200
            costs.append((name, len(seen)))
            assert max(seen) <= 60, (name, end)
    few, many = ([count for of, count in costs if of == name] for name in ("Few", "Many"))
    assert few == many and min(few) > 0
