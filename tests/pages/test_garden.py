"""The garden names what needs a hand, to who may see it; other sites are asked one at a time, when allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pages.counting import statements
from tests.world import World
from wiki.core import db, jobs, outbound, settings
from wiki.core.outbound import Refused
from wiki.pages import external_links, find
from wiki.pages.external_links import OutsideAddress
from wiki.pages.maintenance import reviews
from wiki.pages.models import Page
from wiki.pages.structure import trash

pytestmark = pytest.mark.data


def bed(world: World, name: str, who: str = "bob") -> str:
    html = world.browser(who).get(f"/-/garden/{name}").text
    return html.partition("<main")[2].partition("</main>")[0]


def age(world: World, name: str, days: int) -> None:
    with world.app.app_context(), db.write() as session:
        page = find.page_or_404(name, actor=world.actor("alice"))
        session.get(Page, page.id).updated_at = db.utcnow() - timedelta(days=days)


def test_wanted_pages_are_those_this_reader_sees_none_of(world):
    world.page("One", "[[Missing zyxqa]] and [[Hidden]] [[One]]")
    world.page("Two", '[[missing-zyxqa]] {{button link="Wished zyxqb"}}')
    world.page("Hidden", "[[Only here zyxqc]]", read="@admins")
    gone = world.page("Gone", "x")
    world.page("Three", "[[Gone]]")
    with world.app.app_context():
        trash.put_in_trash(gone, actor=world.actor("alice"))
    html = bed(world, "wanted")
    assert "linked from 2 pages" in html
    assert "Wished zyxqb" in html
    assert ">Hidden<" in html and ">Gone<" in html
    assert "zyxqc" not in html
    html = bed(world, "wanted", "alice")
    assert ">Hidden<" not in html
    assert "zyxqc" in html


def test_orphans_are_led_to_by_no_page_one_sees(world):
    for name in ("Linked", "Alone", "Under", "Itself", "Menu"):
        world.page(name, "[[Itself]]" if name == "Itself" else "x", title=f"{name} zyxq")
    world.page("Linking", "[[Linked]]")
    hidden = world.page("Hidden", "[[Alone]]", read="@admins")
    with world.app.app_context(), db.write() as session:
        under = find.page_or_404("Under", actor=world.actor("alice"))
        session.get(Page, under.id).parent_id = hidden.id
        settings.put(session, menu=[["M", "Menu"]])
    html = bed(world, "orphans")
    assert "Alone zyxq" in html and "Itself zyxq" in html
    for name in ("Linked", "Under", "Menu"):
        assert f"{name} zyxq" not in html, name
    assert "Alone zyxq" not in bed(world, "orphans", "alice")


def test_dead_ends_owners_and_titles(world):
    world.page("End", "nothing", title="End zyxq")
    world.page("Way", "[[End]]", title="Way zyxq")
    with world.app.app_context(), db.write() as session:
        found = find.page_or_404("Way", actor=world.actor("alice"))
        session.get(Page, found.id).owner_id = None
    assert "End zyxq" in bed(world, "dead-ends")
    assert "Way zyxq" not in bed(world, "dead-ends")
    assert "Way zyxq" in bed(world, "unowned")
    assert "End zyxq" not in bed(world, "unowned")
    world.page("Twin-1", "x", title="Twin zyxq")
    world.page("Twin-2", "x", title="twin zyxq", read="@admins")
    assert "zyxq" not in bed(world, "same-titles")
    assert "Twin-2" in bed(world, "same-titles", "alice")


def test_page_past_its_date_is_to_be_read_again_until_someone_says_so(world):
    world.page("Prices", "x", title="Prices zyxq")
    world.page("Old", "x", title="Old zyxq")
    age(world, "Old", 800)
    bob = world.browser("bob")
    answer = bob.post("/Prices/review", {"until": "2020-01-31", "reviewer": "carol"})
    assert answer.location == "/Prices"
    assert "to be read again" in bob.get("/Prices").text
    html = bed(world, "stale")
    assert "Prices zyxq" in html and "Carol Partner" in html
    assert "Old zyxq" in html
    bob.post("/Prices/review", {"until": "2999-01-31", "read": "1"})
    bob.post("/Old/review", {"until": "", "read": "1"})
    assert "zyxq" not in bed(world, "stale")
    html = bob.get("/Prices").text
    assert "by Bob Member" in html and "2999" in html


@pytest.mark.parametrize(
    ("form", "word"), [({"until": "soon"}, "2026-12-31"), ({"reviewer": "nobody"}, "Nobody")]
)
def test_bad_review_is_said_and_kept_in_the_form(world, form, word):
    world.page("Prices", "x")
    answer = world.browser("bob").post("/Prices/review", form)
    assert answer.status_code == 422
    assert word in answer.text
    with world.app.app_context():
        assert db.session().query(reviews.Review).count() == 0


def test_garden_counts_what_its_lists_show_at_a_cost_that_does_not_grow(world):
    costs = []
    browser = world.browser("bob")
    for turn in range(2):
        for number in range(4 * turn):
            world.page(f"P{turn}{number}", "[[Nowhere]]", title="Same")
        with statements(world.app) as seen:
            html = browser.get("/-/garden").text
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert '<span class="figure">4</span>' in html
    assert browser.get("/-/garden/nowhere").status_code == 404


def test_garden_in_a_page_and_on_a_platform(world):
    world.page("Here", "{{garden}}\n\n[[Nowhere]]")
    html = world.browser("bob").get("/Here").text
    assert "/-/garden/wanted" in html


@pytest.fixture
def sites(monkeypatch):
    """Other sites as a table of statuses; what is asked is noted."""
    answers: dict[str, int] = {}
    asked: list[str] = []

    def probe(url: str) -> int:
        asked.append(url)
        if url not in answers:
            raise Refused("no such host")
        return answers[url]

    monkeypatch.setattr(outbound, "probe", probe)
    return answers, asked


def allow(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, outside=True)
        external_links.start(session)


def turn(world: World, *, later: timedelta = timedelta()) -> None:
    """Let the worker look at the next address, as if time had passed."""
    with world.app.app_context():
        with db.write() as session:
            for row in session.query(OutsideAddress):
                row.next_at -= later
                row.checked_at = row.checked_at and row.checked_at - later
            for job in session.query(jobs.Job):
                job.run_at -= later
        jobs.run_due()


def test_nothing_is_asked_unless_an_admin_allows_it(world, sites):
    world.page("Links", "https://a.example/x")
    for _turn in range(3):
        turn(world, later=timedelta(days=40))
    assert sites[1] == []
    with world.app.app_context():
        assert db.session().query(OutsideAddress).count() == 1
    assert "Requests to other sites are off" in bed(world, "broken")


def test_broken_links_are_found_one_at_a_time_and_no_site_twice_in_a_row(world, sites):
    answers, asked = sites
    answers |= {
        "https://a.example/well": 200,
        "https://a.example/gone": 404,
        "https://b.example/closed": 403,
    }
    text = (
        "https://a.example/well https://a.example/gone#part <https://b.example/closed> "
        "[x](https://lost.example/) `https://code.example/`\n\n{{box}}\nhttps://a.example/well\n{{/box}}"
    )
    world.page("Links", text, title="Links zyxq")
    world.page("Secret", "https://a.example/gone", title="Secret zyxqs", read="@admins")
    allow(world)
    turn(world)
    assert len(asked) == 1
    turn(world, later=timedelta(seconds=3))
    turn(world, later=timedelta(seconds=3))
    assert len(asked) == 3
    assert len({url.split("/")[2] for url in asked}) == 3
    turn(world, later=timedelta(seconds=40))
    assert sorted(asked) == [
        "https://a.example/gone",
        "https://a.example/well",
        "https://b.example/closed",
        "https://lost.example/",
    ]
    html = bed(world, "broken")
    assert "https://a.example/gone" in html and "Links zyxq" in html
    assert "zyxqs" not in html
    assert "lost.example" not in html  # once may be bad luck
    turn(world, later=timedelta(days=2))
    turn(world, later=timedelta(days=2))
    assert "lost.example" in bed(world, "broken")
    for word in ("well", "closed", "code.example"):
        assert word not in bed(world, "broken"), word


def test_there_is_one_job_however_many_pages_are_saved(world, sites):
    allow(world)
    for number in range(3):
        world.page(f"P{number}", f"https://s{number}.example/")
    with world.app.app_context():
        assert db.session().query(jobs.Job).filter_by(kind=external_links.JOB).count() == 1
        jobs.run_due()
        assert db.session().query(jobs.Job).filter_by(kind=external_links.JOB).count() == 1


def test_address_no_page_links_to_any_more_is_forgotten(world, sites):
    from wiki.pages import save
    from wiki.pages.content import Content

    page = world.page("Links", "https://a.example/")
    allow(world)
    with world.app.app_context():
        save.save(page, Content("Links", "none"), base=None, author=world.actor("alice"))
        jobs.run_due()
        assert db.session().query(OutsideAddress).count() == 0
    assert sites[1] == []
