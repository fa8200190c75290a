"""What an address of search asks, and the addresses made from it: filters typed, ticked and taken off."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from wiki.core import i18n
from wiki.core.access import SYSTEM
from wiki.search.request import asked, days_of, of_args, without_filters


@pytest.fixture
def read(app):
    """Read an address in a request of its own."""

    def reading(**args):
        with app.test_request_context():
            return asked(MultiDict(args))

    return reading


def test_typed_filters_are_told_apart_from_the_words(read):
    found = read(q='bread tag:"old rye" type:page crumb', tag=["oven"])
    assert (found.words, found.filters.kinds) == ("bread crumb", {"text"})
    assert set(found.filters.tags) == {"oven", "old rye"}
    assert found.args() == {"q": "bread crumb", "kind": ["text"], "tag": ["oven", "old rye"]}


def test_typed_filter_on_what_is_not_there_is_left_out(read):
    found = read(q="bread form:nothing-called-so")
    assert (found.words, found.filters.form) == ("bread", "")


def test_words_with_a_colon_that_filter_nothing_stay_words():
    assert without_filters("note: re:bread https://bread.example") == (
        "note: re:bread https://bread.example"
    )


@pytest.mark.parametrize("when", ["month", "quarter", "year", "older"])
def test_spans_of_time_begin_with_a_month(app, when):
    with app.test_request_context():
        since, until = days_of(when)
        assert all(day is None or day.day == 1 for day in (since, until))
        assert (until is None) == (when != "older")
        assert since is None or since <= i18n.today()


def test_last_three_months_are_three(app, monkeypatch):
    monkeypatch.setattr(i18n, "today", lambda: date(2026, 3, 31))
    with app.test_request_context():
        assert days_of("quarter") == (date(2026, 1, 1), None)
        assert days_of("month") == (date(2026, 3, 1), None)


def test_days_of_the_address_are_kept_as_days(app, read):
    found = read(q="bread", since="2026-01-05", until="2026-02-30")
    assert (found.filters.since, found.filters.until) == (date(2026, 1, 5), None)
    assert found.args() == {"q": "bread", "since": "2026-01-05"}


def test_each_filter_comes_off_alone(app, read):
    found = read(q="bread", tag=["a", "b"], project="Mill", when="year", author="bob", sort="date")
    with app.test_request_context():
        assert "tag=a" not in found.but("tag", "a") and "tag=b" in found.but("tag", "a")
        assert "project" not in found.but("project") and "author=bob" in found.but("project")
        assert "when" not in found.but("when")
        assert found.widened().url() == "/-/search?q=bread"


def test_address_that_was_kept_asks_the_same(app, read):
    found = read(q="bread", kind=["text", "entry"], tag=["a"], within="Oven", when="older")
    with app.test_request_context():
        assert of_args(found.args(), actor=SYSTEM) == found


@pytest.mark.parametrize("name", ["when", "since", "until", "sort", "kind", "within", "author"])
@pytest.mark.parametrize("value", ["\0", "x" * 5000, "'; --", "2026-13-45", "-1", ""])
def test_odd_values_ask_nothing_wrong(world, name, value):
    answer = world.browser().get("/-/search", query_string={"q": "bread", name: value})
    assert answer.status_code == 200
