"""What a rule opens is never more than its words say."""

from __future__ import annotations

import pytest

from tests.world import World
from wiki.core import access


def test_rule_of_the_owner_and_denials_opens_to_nobody_else(world: World) -> None:
    world.page("Private", "for bob", author="bob", read="% !carol")
    assert world.browser("bob").get("/Private").status_code == 200
    for who in ("", "carol", "xavier"):
        assert world.browser(who).get("/Private").status_code == 404, who


@pytest.mark.parametrize(
    ("rule", "opens"), [("!bob", True), ("% !bob", False), ("!bob %", False), ("%", False)]
)
def test_field_rule_of_denials_opens_unless_it_names_the_owner(
    world: World, rule: str, opens: bool
) -> None:
    with world.app.app_context():
        xavier = world.actor("xavier")
        assert access.rule_allows(xavier, rule, lambda _name: "u:0") is opens
        assert access.rule_allows(xavier, rule, lambda _name: "u:0", owner_id=xavier.id) is (
            opens or "%" in rule
        )
