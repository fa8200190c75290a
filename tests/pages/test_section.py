"""One section is edited from its heading; the rest of the page, and what others do meanwhile, stays."""

from __future__ import annotations

import re

import pytest

from tests.world import World
from wiki.core import db
from wiki.core.markup.outline import lines_of, outline, with_lines
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Draft

TEXT = """Before.

# Bread

Flour.

## Rise

Slowly.

# Cheese
Milk.

```
# not a heading
```

> # nor this one

Salt
====

End.
"""


def change(world: World, text: str, who: str = "alice") -> None:
    with world.app.app_context():
        actor = world.actor(who)
        page = find.page_or_404("Food", actor=actor)
        save.save(page, Content("Food", text), base=None, author=actor)


def post(world: World, ident: str, text: str, base: int = 1, who: str = "bob", **more):
    form = {"section": ident, "text": text, "base": base, **more}
    return world.browser(who).post("/Food/edit", form)


def test_sections_are_the_lines_under_each_heading():
    found = {one.ident: one for one in outline(TEXT)}
    assert list(found) == ["h-bread", "h-rise", "h-cheese", "h-salt"]
    assert lines_of(TEXT, found["h-bread"]) == "# Bread\n\nFlour.\n\n## Rise\n\nSlowly."
    assert found["h-rise"].path == ("Bread", "Rise")
    assert lines_of(TEXT, found["h-salt"]) == "Salt\n====\n\nEnd."
    for one in found.values():
        assert with_lines(TEXT, one, lines_of(TEXT, one)) == TEXT


def test_ids_are_those_of_the_page_even_inside_components(world):
    text = "# A\n\n{{box}}\n# A\n{{/box}}\n\n# A\n\nlast"
    world.page("Food", text)
    html = world.browser("bob").get("/Food").text
    assert re.findall(r"edit\?section=(h-a[-\d]*)", html) == ["h-a", "h-a-3"]
    assert "last" in world.browser("bob").get("/Food/edit?section=h-a-3").text
    assert "{{box}}" in world.browser("bob").get("/Food/edit?section=h-a").text


def test_pencil_is_for_who_may_write(world):
    made = world.page("Food", TEXT)
    with world.app.app_context():
        rights.set_rules(made, actor=world.actor("alice"), write="@friends")
    assert 'href="/Food/edit?section=h-rise"' in world.browser("bob").get("/Food").text
    for who in ("", "xavier"):
        assert "edit?section=h-rise" not in world.browser(who).get("/Food").text
    assert post(world, "h-rise", "## Rise\n\nx", who="xavier").status_code == 403


def test_section_alone_is_shown_and_saved_into_the_whole(world):
    world.page("Food", TEXT, tags=("kitchen",))
    html = world.browser("bob").get("/Food/edit?section=h-rise").text
    assert "Slowly." in html
    assert "Flour." not in html
    answer = post(world, "h-rise", "## Rise\n\nFast.")
    assert answer.location == "/Food#h-rise"
    assert world.text("Food") == TEXT.replace("Slowly.", "Fast.")
    with world.app.app_context():
        page = find.page_or_404("Food", actor=world.actor("bob"))
        assert (page.title, page.head.tags) == ("Food", ["kitchen"])


def test_renamed_heading_stays_open_under_its_new_id(world):
    world.page("Food", TEXT)
    answer = post(world, "h-rise", "## Rising well\n\nFast.", stay="1")
    assert answer.location == "/Food/edit?section=h-rising-well"


def test_what_others_did_elsewhere_is_kept(world):
    world.page("Food", TEXT)
    change(world, TEXT.replace("Milk.", "Goat milk.") + "\nMore.\n")
    assert post(world, "h-rise", "## Rise\n\nFast.").status_code == 303
    assert "Goat milk." in world.text("Food")
    assert "Fast." in world.text("Food")


def test_section_that_moved_meanwhile_is_found_by_its_headings(world):
    world.page("Food", TEXT)
    moved = TEXT.replace("## Rise\n\nSlowly.\n\n", "").replace(
        "Flour.\n", "Flour.\n\n## Other\n\nx\n\n## Rise\n\nSlowly.\n\nAnd warm.\n"
    )
    moved = moved.replace("Before.\n\n# Bread", "# Cover\n\n# Bread")
    change(world, moved)
    answer = post(world, "h-rise", "## Rise\n\nFast.")
    assert answer.status_code in (303, 409)
    change(world, "# Cheese\nMilk.\n\n# Cover\n\n# Bread\n\n## Rise\n\nSlowly.\n")
    head = world.text("Food")
    base = 3 if answer.status_code == 303 else 2
    assert "Slowly" in head
    change(world, "# Bread\n\n## Rise\n\nSlowly.\n\n# Cheese\nMilk.\n\n# Cover\n")
    with world.app.app_context():
        number = find.page_or_404("Food", actor=world.actor("bob")).revision_no
    assert number > base
    answer = post(world, "h-rise", "## Rise\n\nFast.", base=number - 1)
    assert answer.status_code == 303
    assert world.text("Food") == "# Bread\n\n## Rise\n\nFast.\n\n# Cheese\nMilk.\n\n# Cover\n"


def test_same_lines_changed_show_both_texts_as_usual(world):
    world.page("Food", TEXT)
    change(world, TEXT.replace("Slowly.", "All night."))
    answer = post(world, "h-rise", "## Rise\n\nFast.")
    assert answer.status_code == 409
    assert "Fast." in answer.text and "All night." in answer.text
    assert 'name="section"' not in answer.text
    assert "Flour." in answer.text  # the whole text is what is saved next
    assert "All night." in world.text("Food")


def test_section_removed_meanwhile_gives_the_whole_page(world):
    world.page("Food", TEXT)
    change(world, "# Bread\n\nOnly.\n")
    html = world.browser("bob").get("/Food/edit?section=h-cheese").text
    assert "Only." in html
    assert "not there any more" in html
    assert post(world, "h-cheese", "# Cheese\nGoat.").status_code == 409
    assert post(world, "h-nowhere", "x").status_code == 422


def test_bad_base_and_preview_lose_nothing(world):
    world.page("Food", TEXT)
    answer = post(world, "h-rise", "typed words", base=99)
    assert answer.status_code == 422
    assert "typed words" in answer.text
    html = post(world, "h-rise", "## Rise\n\n*typed*", preview="1").text
    assert "<em>typed</em>" in html
    assert 'value="h-rise"' in html


@pytest.mark.data
def test_draft_of_a_section_is_apart_from_that_of_the_page(world):
    world.page("Food", TEXT)
    bob = world.browser("bob")
    own = {"Sec-Fetch-Site": "same-origin"}
    key = re.search(r'data-draft-key="([^"]*)"', bob.get("/Food/edit?section=h-rise").text)[1]
    put = {"text": "zyxqv kept", "base": "1", "section": "h-rise"}
    bob.client.put("/Food/draft?section=h-rise", data=put, headers=own)
    assert bob.get("/Food/draft").status_code == 404
    assert "zyxqv" in bob.get("/Food/edit?section=h-rise&draft=1").text
    assert "zyxqv" not in bob.get("/Food/edit").text
    assert "Bob Member is changing this page too" in world.browser("carol").get("/Food/edit").text
    post(world, "h-rise", "## Rise\n\nkept", draft_key=key)
    with world.app.app_context():
        assert db.session().query(Draft).count() == 0
