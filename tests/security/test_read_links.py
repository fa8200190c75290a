"""A secret link opens one page and its files, for whoever has it, until it ends: nothing else, and no trace."""

from __future__ import annotations

import io
import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.world import World
from wiki.accounts import people
from wiki.core import db, i18n
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page
from wiki.pages.sharing import links
from wiki.pages.sharing.links import ReadLink
from wiki.pages.structure import trash
from wiki.projects import create, roles
from wiki.projects import find as projects

pytestmark = pytest.mark.data

TEXT = """# Open to you

A plan, ![map](plan.txt) and [the sheet](attachment:sheet.pdf), see [[Other]] and [[Known]].

{{include page="Other"}}

{{include page="Known"}}

{{pages limit="50"}}

{{recent}}

{{backlinks page="Secret"}}

{{files}}
"""


@pytest.fixture
def lent(world: World) -> World:
    """Bob's page for himself, with a file; another of his that stays closed and leads to it."""
    world.page("Secret", TEXT, author="bob", read="%", title="Secret zyxqtitle")
    world.page("Other", "zyxqother text, [[Secret]]", author="bob", read="%", title="zyxqother")
    world.page("Known", "known to all", author="bob", title="Known to all")
    for name, file in (("Secret", "plan.txt"), ("Secret", "sheet.pdf"), ("Other", "closed.txt")):
        upload = {"file": (io.BytesIO(b"%PDF-1.4 content"), file)}
        world.browser("bob").post(
            f"/{name}/attachments", upload, content_type="multipart/form-data"
        )
    return world


def link(world: World, name: str = "Secret", who: str = "bob", **form: str) -> str:
    """Make a secret link in the browser; return its path."""
    answer = world.browser(who).post(f"/{name}/share/links", form)
    assert answer.status_code == 201, answer.status_code
    assert answer.headers["Cache-Control"] == "no-store"
    return re.search(r'value="http://localhost(/-/lent/[\w-]{43})"', answer.text)[1]


def test_link_opens_the_page_and_its_files_and_nothing_else(lent: World) -> None:
    path = link(lent, label="the town hall")
    anonymous = lent.browser()
    assert anonymous.get("/Secret").status_code == 404
    html = anonymous.get(path).text
    assert "Secret zyxqtitle" in html
    assert "known to all" in html
    assert "zyxqother" not in html.replace("/Other", "")
    assert "Recent changes</a>" not in html
    for file in ("plan.txt", "sheet.pdf"):
        assert f'"{path}/{file}"' in html
        answer = anonymous.get(f"{path}/{file}")
        assert (answer.status_code, answer.data) == (200, b"%PDF-1.4 content")
        assert anonymous.get(f"/Secret/attachments/{file}").status_code == 404
    assert "/Secret/attachments/" not in html
    for file in ("closed.txt", "../Other/closed.txt", "Other/attachments/closed.txt"):
        assert anonymous.get(f"{path}/{file}").status_code == 404
    # The page stays closed by every other way, to who holds the link too.
    for end in ("", "/raw", "/history", "/attachments", "/comments", "/share"):
        assert anonymous.get(f"/Secret{end}").status_code == 404, end
    assert "zyxqtitle" not in anonymous.get("/-/changes").text


def test_who_holds_a_link_and_an_account_sees_no_more_by_it(lent: World) -> None:
    path = link(lent)
    for who in ("bob", "alice", "xavier"):
        html = lent.browser(who).get(path).text
        assert "zyxqother" not in html.replace("/Other", ""), who
        assert "edit" not in html.partition("<main")[2].partition("</main>")[0].replace("/edit", "")


def test_answers_are_for_no_cache_no_robot_and_no_other_site(lent: World) -> None:
    path = link(lent)
    for url in (path, f"{path}/plan.txt"):
        for method in ("GET", "HEAD"):
            answer = lent.browser().client.open(url, method=method, buffered=True)
            assert answer.headers["Cache-Control"] == "no-store"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in answer.headers
    assert len(lent.app.extensions["gare.page_cache"]._kept) == 0
    assert "/-/lent" not in lent.browser().get("/sitemap.xml").text


def test_link_is_kept_as_a_hash_and_shown_once(lent: World) -> None:
    path = link(lent, label="<b>town</b>")
    token = path.rpartition("/")[2]
    html = lent.browser("bob").get("/Secret/share").text
    assert "&lt;b&gt;town&lt;/b&gt;" in html
    assert token not in html
    with lent.app.app_context():
        for table in db.Base.metadata.sorted_tables:
            assert token not in repr(db.session().execute(table.select()).all()), table.name


def test_link_stands_in_no_log(lent: World, caplog: pytest.LogCaptureFixture) -> None:
    path = link(lent)
    logger = logging.getLogger("wiki")
    logger.addHandler(caplog.handler)
    try:
        lent.browser().get(path)
        lent.browser().get(f"{path}/plan.txt")
    finally:
        logger.removeHandler(caplog.handler)
    assert "/-/lent/…" in caplog.text
    assert path.rpartition("/")[2] not in caplog.text


def test_link_taken_back_or_ended_opens_nothing(lent: World) -> None:
    first, second, third = link(lent), link(lent), link(lent, until=_day(3))
    bob = lent.browser("bob")
    revoke = re.findall(r'action="(/Secret/share/links/\d+/revocation)"', _share(lent))
    assert len(revoke) == 3
    assert lent.browser("xavier").post(revoke[2]).status_code == 404
    assert lent.browser("alice").post(revoke[2]).status_code == 303
    assert bob.post(revoke[2]).status_code == 404
    assert _status(lent, first) == _status(lent, f"{first}/plan.txt") == 404
    assert _status(lent, second) == _status(lent, third) == 200
    with lent.app.app_context(), db.write() as session:
        ended = db.utcnow() - timedelta(seconds=1)
        session.execute(
            update(ReadLink).where(ReadLink.expires_at.is_not(None)).values(expires_at=ended)
        )
    assert _status(lent, third) == _status(lent, f"{third}/plan.txt") == 404
    assert _share(lent).count("/revocation") == 1


def test_link_is_worth_what_its_authors_right_is(lent: World) -> None:
    path = link(lent)
    with lent.app.app_context():
        alice = lent.actor("alice")
        rights.set_owner(find.page_or_404("Secret", actor=alice), "carol", actor=alice)
    assert _status(lent, path) == 404
    with lent.app.app_context():
        rights.set_owner(find.page_or_404("Secret", actor=alice), "bob", actor=alice)
    assert _status(lent, path) == 200
    with lent.app.app_context():
        trash.put_in_trash(find.page_or_404("Secret", actor=alice), actor=alice)
    assert _status(lent, path) == 404
    with lent.app.app_context():
        page = find.page_or_404("Secret", actor=alice, trashed=True)
        trash.take_out_of_trash(page, actor=alice)
    assert _status(lent, path) == 200
    with lent.app.app_context(), db.write():
        user = people.find_user("bob")
        assert user
        user.disabled = True
    assert _status(lent, path) == 404


def test_link_is_given_by_the_owner_and_admins_only(lent: World) -> None:
    with lent.app.app_context():
        alice = lent.actor("alice")
        page = find.page_or_404("Known", actor=alice)
        rights.set_rules(page, actor=alice, write="+")
    for who in ("", "carol", "xavier"):
        browser = lent.browser(who)
        assert "secret-title" not in browser.get("/Known/share").text
        assert browser.post("/Known/share/links").status_code == 403
        assert browser.post("/Secret/share/links").status_code == 404
    assert "secret-title" in lent.browser("bob").get("/Known/share").text
    link(lent, who="alice")
    assert lent.browser("bob").post("/Home/share/links").status_code == 403


def test_page_of_a_closed_project_is_lent_by_its_referents_only(lent: World) -> None:
    with lent.app.app_context():
        plan = create.Plan(title="Team", purpose="x", visibility="discreet", blocks=[], text="")
        station = create.make(plan, author=lent.actor("carol"))
        project = projects.of_page(station)
        bob = people.find_user("bob")
        assert bob
        roles.set_role(project, bob, "member", by=lent.actor("carol"))
        for name, author in (("Of-Bob", "bob"), ("Of-Carol", "carol")):
            new = save.NewPage(name, project_id=project.id, membrane_id=project.membrane_id)
            save.create(new, Content(name, "inside"), author=lent.actor(author))
    assert lent.browser("bob").post("/Of-Bob/share/links").status_code == 403
    path = link(lent, "Of-Carol", "carol")
    assert "inside" in lent.browser().get(path).text
    assert "Team" not in lent.browser().get(path).text
    # A station is more than its text: no link opens one.
    assert lent.browser("carol").post(f"/{station.name}/share/links").status_code == 403
    with lent.app.app_context():
        roles.set_role(project, bob, "referent", by=lent.actor("carol"))
        carol = people.find_user("carol")
        assert carol
        roles.set_role(project, carol, "member", by=lent.actor("bob"))
    assert _status(lent, path) == 404
    link(lent, "Of-Bob", "bob")


@pytest.mark.parametrize("until", ["2001-01-01", "9999-12-31", "soon", '"><svg onload=alert(1)>'])
def test_wrong_day_is_said_and_nothing_typed_is_lost(lent: World, until: str) -> None:
    answer = lent.browser("bob").post("/Secret/share/links", {"label": "mine", "until": until})
    assert answer.status_code == 422
    assert 'value="mine"' in answer.text
    assert "<svg onload" not in answer.text


def test_links_of_a_page_have_a_limit_that_is_told(lent: World) -> None:
    with lent.app.app_context():
        actor = lent.actor("bob")
        page = find.page_or_404("Secret", actor=actor)
        for number in range(links.MOST):
            links.make(page, label=str(number), until=None, actor=actor)
    answer = lent.browser("bob").post("/Secret/share/links", {"label": "one more"})
    assert answer.status_code == 422
    assert str(links.MOST) in answer.text


@pytest.mark.parametrize("token", ["a" * 43, "", "..", "%00", "a" * 5000, "' OR 1=1 --"])
def test_made_up_token_opens_nothing(lent: World, token: str) -> None:
    link(lent)
    assert lent.browser().get(f"/-/lent/{token}").status_code == 404
    with lent.app.app_context():
        hashed = db.session().scalar(select(ReadLink.token_hash))
    assert lent.browser().get(f"/-/lent/{hashed}").status_code == 404


def test_links_go_with_their_page(lent: World) -> None:
    link(lent)
    with lent.app.app_context(), db.write() as session:
        page = session.scalar(select(Page).where(Page.name == "Secret"))
        session.delete(page)
        session.flush()
        assert session.scalar(select(ReadLink.id)) is None


def _share(world: World) -> str:
    return world.browser("bob").get("/Secret/share").text


def _status(world: World, path: str) -> int:
    return world.browser().get(path).status_code


def _day(ahead: int) -> str:
    return (i18n.date.today() + timedelta(days=ahead)).isoformat()
