"""The bar under a page: what it offers depends on who reads."""

from __future__ import annotations

import re

from tests.world import World
from wiki.pages import find, rights


def links(world: World, name: str, person: str = "") -> list[str]:
    """Return where the links of the bar lead, in order."""
    html = world.browser(person).get(f"/{name}").text
    bar = html[html.index('<nav class="actions"') :]
    return re.findall(r'<a [^>]*href="([^"#]+)', bar[: bar.index("</nav>")])


def test_author_edits_sets_rights_and_moves(world: World) -> None:
    world.page("Target", author="alice")
    offered = links(world, "Target", "alice")
    assert offered[:3] == ["/Target/edit", "/Target/history", "/Target/rights"]
    assert {"/-/new?parent=Target", "/Target/move", "/Target/trash"} <= set(offered)


def test_reader_who_may_not_write_gets_the_source_and_no_change(world: World) -> None:
    world.page("Target", author="alice", read="+")
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404("Target", actor=alice)
        rights.set_rules(page, actor=alice, read="+", write="%")
    offered = links(world, "Target", "bob")
    assert offered[:2] == ["/Target/raw", "/Target/history"]
    assert not {"/Target/rights", "/Target/move", "/Target/trash"} & set(offered)
