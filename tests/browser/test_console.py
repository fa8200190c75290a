"""The visits of the other tests fail on what the console says: here it is made to speak."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visits

pytestmark = pytest.mark.browser

SCRIPT = "document.head.append(Object.assign(document.createElement('script'), {textContent: 'top.x = 1'}))"
MISHAPS = {
    "inline script": SCRIPT,
    "inline style": "document.body.setAttribute('style', 'color: red')",
    "error": "setTimeout(() => { throw new Error('oh') })",
    "missing file": "fetch('/-/static/nothing.js').then(answer => answer.text())",
    "third party": "fetch('http://127.0.0.1:9/').catch(() => null)",
}


@pytest.mark.parametrize("mishap", MISHAPS)
def test_mishap_in_a_page_is_noticed(visits: Visits, mishap: str):
    page = visits.open("/")
    assert visits.troubles == []
    page.evaluate(f"() => {{ {MISHAPS[mishap]} }}")
    page.wait_for_timeout(300)
    assert visits.troubles != []
    assert page.evaluate("window.x") is None
    visits.troubles.clear()
