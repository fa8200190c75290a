"""docs/macros.md says what the code has, and every action of YesWiki has its answer there."""

from __future__ import annotations

from scripts import macros_doc
from wiki.core.registry import registries


def test_document_is_what_the_macros_declare(app):
    assert macros_doc.TARGET.read_text() == macros_doc.written(app), "run scripts/macros_doc.py"


def test_every_action_of_yeswiki_is_understood_or_answered(app):
    with app.app_context():
        known = set(registries().macros)
    actions = set(macros_doc.ACTIONS.split())
    assert actions - known == set(macros_doc.INSTEAD)
    assert len(actions) > 110
