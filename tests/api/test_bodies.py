"""Malformed request bodies are refused with a clear error, and nothing is saved."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask_babel import force_locale

from wiki.api import body
from wiki.api.schemas import COUNT, STATION_DATA, change
from wiki.core.http import Invalid

WRONG_TYPES = {
    "title": [1, None, ["a"], {}, True],
    "text": [1, None, []],
    "tags": ["a", [1], None, {"a": 1}, [None]],
    "summary": [1, None],
    "data": [[], "a", 1, None],
    "base": ["1", 1.0, 1.5, 0, -1, True, None, 10**30],
    "rules": [[], "*", {"read": 1}, {"own": "*"}, {"read": None}, None],
    "kind": ["text"],
    "self": [1],
    "status": [1],
    "revision": [1],
    "": [1],
}


@pytest.mark.parametrize("key", WRONG_TYPES)
def test_wrong_type_or_key_is_named(program, key):
    bob = program("bob")
    bob.put("/pages/Fiche", text="one")
    for value in WRONG_TYPES[key]:
        refused = bob.put("/pages/Fiche", **{"summary": "s", key: value})
        assert refused.status_code == 422, value
        assert refused.content_type == "application/problem+json"
        assert [*refused.get_json()["errors"]] == [key]
    assert bob.get("/pages/Fiche").get_json()["revision"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"text": "a"',
        b'{"text": "\xff"}',
        b'{"data": {"a": NaN}}',
        b'{"data": {"a": -Infinity}}',
        b'{"data": {"a": 1e999}}',
        b'{"data": {"a": ' + b"9" * 5000 + b"}}",
        b'{"data": ' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}",
        b"[" * 9_000,
        b'{"data": {"a": ' + b"[" * 9_000 + b"]" * 9_000 + b"}}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_body_that_is_not_json_is_a_bad_request(program, body):
    answer = program("bob").send("PUT", "/pages/Fiche", body)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert program("bob").get("/pages/Fiche").status_code == 404


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_body_that_is_not_an_object_is_refused(program, body):
    assert program("bob").send("PUT", "/pages/Fiche", body).status_code == 422


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_other_content_types_are_refused(program, kind):
    answer = program("bob").send("PUT", "/pages/Fiche", b'{"text": "a"}', kind)
    assert (answer.status_code, answer.content_type) == (415, "application/problem+json")


def test_characters_are_normalized(program):
    bob = program("bob")
    body = (
        rb'{"text": "a\u0000b\ud800c\r\nd", "title": "\udfffT\u0000", "summary": "s\u0000\ud800",'
    )
    body += rb' "tags": ["t\u0000\ud800"], "data": {"k\u0000": ["v\ud800"]}}'
    answer = bob.send("PUT", "/pages/Fiche", body)
    assert answer.status_code == 201
    page = answer.get_json()
    assert (page["text"], page["title"], page["tags"]) == ("abc\nd", "T", ["t"])
    assert page["data"] == {"k": ["v"]}
    assert bob.get("/pages/Fiche/revisions").get_json()["items"][0]["summary"] == "s"


def test_empty_title_is_refused(program):
    refused = program("bob").put("/pages/Fiche", title=" \n")
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["title"])


def test_unknown_methods_and_paths_are_problem_documents(program):
    bob = program("bob")
    refused = bob.send("POST", "/pages/Home", b"{}")
    assert (refused.status_code, refused.content_type) == (405, "application/problem+json")
    assert "PUT" in refused.headers["Allow"]
    for path in (
        "/nothing",
        "/pages/",
        "/pages//Home",
        "/pages/a%2Fb",
        "/pages/%2FHome",
        "/pages/a%00",
    ):
        missing = bob.client.get(f"/-/api/v1{path}")
        assert (missing.status_code, missing.content_type) == (404, "application/problem+json"), (
            path
        )
    assert bob.client.get("/-/api/v1/pages?tag=%00").status_code == 400
    assert bob.client.get("/-/api/v1/forms/none/entries?q=%00").status_code in (400, 404)
    assert bob.client.get("/-/api/v1/pages?tag=%ff&kind=%ed%a0%80").status_code == 200


def test_body_without_length_is_limited(world, program):
    whole = b'{"text": "' + b"a" * 7 * 1024 * world.app.config["GARE"].max_page_kb + b'"}'
    answer = program().client.open(
        "/-/api/v1/pages/Fiche",
        method="PUT",
        input_stream=BytesIO(whole),
        content_type="application/json",
        headers={"Sec-Fetch-Site": "same-origin", "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


STATION_FAULTS = [
    ({"purpose": 1}, {"purpose": "A text is expected."}),
    ({"contact": "x" * 2001}, {"contact": "At most 2000 characters."}),
    ({"stages": [{}] * 21}, {"stages": "At most 20 of these."}),
    (
        {"zone": 1, "greeting": None},
        {"zone": "There is no such key here."} | {"greeting": "A text is expected."},
    ),
    (
        {"menu": [{"label": "a", "target": "b"}, {"label": "a"}, 1]},
        {"menu": "target: This is needed."},
    ),
    ({"blocks": ["a", {"own": 1}]}, {"blocks": "An object is expected."}),
    (
        {"blocks": [{"macro": "a", "values": {"1": 1}}]},
        {"blocks": "values: 1: A text is expected."},
    ),
    ({"blocks": [{"macro": "a", "hidden": 0}]}, {"blocks": "hidden: True or false is expected."}),
    ({"stages": [{"label": "a", "state": 1}]}, {"stages": "state: A text is expected."}),
    (
        {"stages": [{"label": "a", "state": "gone"}]},
        {"stages": "state: One of these is expected: done, here, todo."},
    ),
]


@pytest.mark.parametrize(("data", "errors"), STATION_FAULTS)
def test_wrong_value_inside_is_named_by_the_keys_that_lead_to_it(world, data, errors):
    with world.app.test_request_context(), pytest.raises(Invalid) as refused:
        body.check(STATION_DATA, data)
    assert refused.value.errors == errors


def test_wrong_value_is_described_in_the_language_of_the_reader(world):
    with world.app.test_request_context(), force_locale("fr"), pytest.raises(Invalid) as refused:
        body.check(STATION_DATA, {"purpose": 1})
    assert refused.value.errors == {"purpose": "Il faut un texte."}


def test_bound_of_one_side_is_checked(world):
    with world.app.test_request_context(), pytest.raises(Invalid) as refused:
        body.check(change(count=COUNT), {"count": -1})
    assert refused.value.errors == {"count": "This number is out of bounds."}
