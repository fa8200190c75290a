"""The OpenAPI description is valid, complete, and matches responses to random requests."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import ROOT
from tests.bazar.partners import make
from wiki.pages import rights

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def described(program):
    return program().get("/openapi.json").get_json()


def test_description_is_valid_openapi(world, described):
    assert described["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(described).validate()
    ids = [operation["operationId"] for _way, operation in described_operations(described)]
    assert len(set(ids)) == len(ids)


def test_every_route_is_described_and_every_description_is_routed(world, described):
    routed = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith(ROOT)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {way for way, _operation in described_operations(described)} == routed
    assert len(routed) >= 15


def test_description_declares_its_path_variables_and_schemas(described):
    for (_method, path), operation in described_operations(described):
        declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
    pointed = set(re.findall(r"#/components/schemas/(\w+)", str(described)))
    assert pointed == set(described["components"]["schemas"])


def test_description_knows_where_the_wiki_is_mounted(world):
    answer = world.app.test_client().get(f"{ROOT}/openapi.json", base_url="http://localhost/wiki/")
    assert answer.get_json()["servers"] == [{"url": "/wiki"}]


@pytest.mark.parametrize("who", ["alice", ""])
def test_random_requests_are_answered_as_described(world, program, who):
    make(world)
    world.page("Secret-page", "zyxqv7", read="@admins")
    with world.app.app_context():
        rights.set_rules(world.page("Fiche", "text"), actor=world.actor("alice"), comment="*")
    headers = program(who).headers | {"Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", world.app)
    for operation_result in schema.get_all_operations():
        _try(operation_result.ok(), headers, {})
        entry = "forms" in operation_result.ok().path
        _try(
            operation_result.ok(),
            headers,
            {"form": "partners", "name": "Octet-Coop" if entry else "Fiche", "number": 1},
        )


def _try(operation, headers, existing):
    """Send random requests; `existing` are path variables of existing resources."""

    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def request(case):
        case.path_parameters |= {
            name: existing[name] for name in case.path_parameters if name in existing
        }
        case.call_and_validate(headers=headers, checks=CHECKS)

    given(case=operation.as_strategy())(request)()


def described_operations(described):
    """Return the described operations as ((method, path), operation)."""
    return [
        ((method.upper(), path), operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
