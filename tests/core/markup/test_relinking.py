"""Another name in links and parameters, and nowhere else."""

from __future__ import annotations

import pytest

from tests.world import World
from wiki.core.names import fold
from wiki.pages.renaming import Renaming

CASES = [
    ("see [[Old]] and [[Old|the old]]", "see [[New]] and [[New|the old]]"),
    ("[[old#part]] [[ OLD |x]]", "[[New#part]] [[ New |x]]"),
    ('[a](Old) [b](<Old>) [c](Old#x "t")', '[a](New) [b](<New>) [c](New#x "t")'),
    ("[a][1]\n\n[1]: Old\n", "[a][1]\n\n[1]: New\n"),
    ("| a |\n|---|\n| [[Old\\|x]] |\n", "| a |\n|---|\n| [[New\\|x]] |\n"),
    ("> * [[Old]]", "> * [[New]]"),
    ('{{include page="Old" section="Old"}}', '{{include page="New" section="Old"}}'),
    ("{{include page='Old'}}", "{{include page='New'}}"),
    ('{{inclure page="Old"}}', '{{inclure page="New"}}'),
    ('{{bouton lien="Old#x" texte="Old"}}', '{{bouton lien="New#x" texte="Old"}}'),
    ('{{nav links="A, Old,B" titles="Old"}}', '{{nav links="A, New,B" titles="Old"}}'),
    (
        '{{box}}\n[[Old]]\n{{include page="Old"}}\n{{/box}}',
        '{{box}}\n[[New]]\n{{include page="New"}}\n{{/box}}',
    ),
    ("`[[Old]]` and [[Old]]", "`[[Old]]` and [[New]]"),
    ('```\n[[Old]] {{include page="Old"}}\n```\n', None),
    ("    [[Old]]\n", None),
    ('{{section title="Old"}}', None),
    ("[[Older]] [[My Old]] Old [Old] (Old) https://example.org/Old", None),
    ("<!-- [[Old]] -->", None),
    ("[x](https://example.org/Old) [y](/Old)", None),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_only_what_leads_to_the_page_is_rewritten(world: World, before: str, after: str | None):
    renaming = Renaming(frozenset({fold("Old")}), "New", "New")
    with world.app.test_request_context():
        assert renaming.text(before, "en") == (before if after is None else after)


def test_words_become_the_title_and_a_markdown_address_is_quoted(world: World):
    renaming = Renaming(frozenset({fold("Old-page")}), "Brand-new-(page)", "Brand new (page)")
    with world.app.test_request_context():
        assert renaming.text("[[Old page]] [[Old-page]]", "en") == (
            "[[Brand new (page)]] [[Brand-new-(page)]]"
        )
        assert renaming.text("[x](Old-page)", "en") == "[x](Brand-new-%28page%29)"


def test_a_name_that_would_end_the_value_is_left(world: World):
    renaming = Renaming(frozenset({fold("Old")}), "L'atelier", "L'atelier")
    with world.app.test_request_context():
        assert renaming.text("{{include page='Old'}}", "en") == "{{include page='Old'}}"
        assert renaming.text('{{include page="Old"}}', "en") == '{{include page="L\'atelier"}}'
