"""Any block of a template can be asked for alone by htmx, and is the same as in its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, template_rendered
from jinja2 import DictLoader, nodes
from jinja2.meta import find_undeclared_variables

from tests.conftest import ROOT
from tests.security.private_things import make_things
from tests.test_routes import rules
from tests.world import World
from wiki.core.http import render

PAGES = {
    "base.html": "{% set site = 'Gare' %}<html>{% block main %}base{% endblock %}</html>",
    "parts.html": "{% macro mark(word) %}<b>{{ word }}</b>{% endmacro %}",
    "page.html": (
        "{% extends 'base.html' %}{% from 'parts.html' import mark %}{% import 'parts.html' as parts %}"
        "{% set size = count + 1 %}{% block main %}{{ super() }} {{ site }}"
        "{% block the_state %}{{ mark(size) }}{{ parts.mark(count) }}{% endblock %}{% endblock %}"
    ),
}


def asking(block: str) -> dict[str, str]:
    """Return the headers htmx sends for the element that a block fills."""
    return {"HX-Request": "true", "HX-Target": f"section#{block.replace('_', '-')}"}


def test_a_block_sees_what_stands_above_it_in_its_template(app: Flask) -> None:
    app.jinja_env.loader = DictLoader(PAGES)
    said = {}
    for block in ("", "main", "the_state", "unknown"):
        with app.test_request_context("/", headers=asking(block)):
            said[block] = render("page.html", count=1).get_data(as_text=True)
    state = "<b>2</b><b>1</b>"
    assert said["the_state"] == state and said["main"] == f"base Gare{state}"
    assert said[""] == said["unknown"] == f"<html>base Gare{state}</html>"


def test_every_block_of_every_screen_answers_alone(app: Flask, world: World) -> None:
    make_things(world)
    alice, count = world.browser("alice"), 0
    for rule in rules(app):
        if rule.arguments or "GET" not in (rule.methods or ()):
            continue
        url = str(rule)
        with rendered(app) as templates:
            whole = alice.get(url)
        if whole.mimetype != "text/html" or whole.status_code >= 300:
            continue
        for block in {block for template in templates for block in template.blocks}:
            part = alice.get(url, headers=asking(block))
            assert part.status_code == whole.status_code, (url, block)
            count += 1
    assert count > 100


def test_no_block_needs_a_name_of_the_block_around_it(app: Flask) -> None:
    """Only the top of a template runs for a block asked for alone; what stands around it does not."""
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        tree = app.jinja_env.parse(path.read_text())
        known = names(tree, nodes.Block)
        for outer in tree.find_all(nodes.Block):
            for inner in outer.find_all(nodes.Block):
                if inner is outer:
                    continue
                alone = nodes.Template(inner.body, lineno=1)
                around = names(outer, nodes.Block) - known
                if (
                    missing := find_undeclared_variables(alone.set_environment(app.jinja_env))
                    & around
                ):
                    wrong.append((path.name, inner.name, missing))
    assert wrong == []


def names(node: nodes.Node, stop: type[nodes.Node]) -> set[str]:
    """Return the names that a part of a template binds, but for those of parts within."""
    found: set[str] = set()
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.FromImport):
            found |= {name if isinstance(name, str) else name[1] for name in child.names}
        elif isinstance(child, nodes.Import):
            found.add(child.target)
        elif isinstance(child, nodes.Macro) or (
            isinstance(child, nodes.Name) and child.ctx == "store"
        ):
            found.add(child.name)
        if not isinstance(child, (stop, nodes.Macro)):
            found |= names(child, stop)
    return found


@contextmanager
def rendered(app: Flask) -> Iterator[list]:
    """Note the templates that answers are made of."""
    made: list = []

    def note(_app: Flask, template, **_more) -> None:
        made.append(template)

    with template_rendered.connected_to(note, app):
        yield made
