"""What each component of pages shows: lists of what one may read, layout, media, moments."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from tests.projects.stations import make_station
from tests.world import World
from wiki.core import db, settings
from wiki.macros.countdown import parts
from wiki.macros.support.video_players import video_player


def body(world: World, text: str, name: str = "", page: str = "Show", **content) -> str:
    world.page(page, text, **content)
    return article(world.browser(name).get(f"/{page}").text)


def article(html: str) -> str:
    shown = html[html.index('<div class="prose"') : html.index("</article>")]
    return shown.partition('<p class="meta credits">')[0].partition('id="talk"')[0]


def lay(world: World, *names: str, page: str = "Show") -> None:
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    document = io.BytesIO()
    Image.new("RGB", (4, 4)).save(document, "PDF")
    for name in names:
        data = document.getvalue() if name.endswith("pdf") else picture.getvalue()
        sent = {"file": (io.BytesIO(data), name)}
        answer = world.browser("alice").post(
            f"/{page}/attachments", sent, content_type="multipart/form-data"
        )
        assert answer.status_code == 303


def test_pages_by_tag_are_those_one_may_read(world):
    world.page("Apples", tags=("fruit",))
    world.page("Pears", tags=("Fruit",))
    world.page("Figs", tags=("fruit",), read="@admins")
    world.page("Leek", tags=("other",))
    html = body(world, '{{pages tag="fruit"}}')
    assert "Apples" in html and "Pears" in html
    assert "Figs" not in html and "Leek" not in html
    assert "Figs" in article(world.browser("alice").get("/Show").text)
    for number, text in enumerate(
        ('{{listpagestag tags="fruit"}}', '{{filtertags filter1="Food:fruit,none"}}')
    ):
        assert "Pears" in body(world, text, page=f"Alias{number}")


def test_pages_are_sorted_limited_and_shown_in_three_ways(world):
    for name in ("Beta", "Alpha", "Gamma"):
        world.page(name, tags=("greek",))
    html = body(world, '{{pages tag="greek" limit="2"}}')
    assert html.index("Alpha") < html.index("Beta") and "Gamma" not in html
    html = body(world, '{{pages tag="greek" sort="-created" show="dates"}}', page="Dates")
    assert html.index("Gamma") < html.index("Alpha") and "<time" in html
    assert 'class="cards"' in body(world, '{{pages tag="greek" show="cards"}}', page="Cards")


def test_pages_of_who_reads(world):
    world.page("Of-Bob", author="bob")
    world.page("Of-Carol", author="carol")
    world.page("Show", "{{pages mine}}")
    bob = article(world.browser("bob").get("/Show").text)
    assert "Of-Bob" in bob and "Of-Carol" not in bob
    assert "Of-" not in article(world.browser().get("/Show").text)


def test_pages_of_a_project_that_is_hidden_are_as_of_none(world):
    make_station(world, "search", key="Secret-Place", visibility="members")
    hidden = body(world, '{{pages project="Secret-Place"}}', "xavier")
    missing = body(world, '{{pages project="Secret-Plane"}}', "xavier", page="Other")
    assert "box alert" in hidden
    assert hidden.replace("Place", "Plane") == missing


def test_children_are_a_tree_of_what_one_may_read(world):
    bob = world.browser("bob")
    world.page("Top", "{{children levels='2'}}", author="bob")
    for name, parent in (("Child", "Top"), ("Grandchild", "Child")):
        sent = {"title": name, "name": name, "text": "x", "parent": parent}
        assert bob.post("/-/new", sent).status_code == 303
    html = article(bob.get("/Top").text)
    assert html.index("Child") < html.index("Grandchild")
    assert 'class="branch"' in html


def test_cloud_counts_what_one_may_read(world):
    for number in range(3):
        world.page(f"Page{number}", tags=("common",))
    world.page("Rare", tags=("rare", "common"), read="@admins")
    html = body(world, "{{nuagetag}}")
    assert 'class="size-1"' in html or 'class="size-5"' in html
    assert re.search(r"common<span class=\"count\"> 3<", html)
    assert "rare" not in html
    alice = article(world.browser("alice").get("/Show").text)
    assert re.search(r"common<span class=\"count\"> 4<", alice) and "rare" in alice


def test_button_of_a_page_one_may_not_read_can_be_hidden(world):
    world.page("Hidden", title="Very Secret", read="@admins")
    html = body(world, '{{button link="Hidden" hide}} {{button link="Hidden" text="Go"}}')
    assert html.count("<a ") == 1 and "missing" in html and "Very Secret" not in html
    alice = article(world.browser("alice").get("/Show").text)
    assert alice.count("<a ") == 2 and "Very Secret" in alice


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("https://x.example/?a=1", "https://x.example/?a=1"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("/-/forms", "/-/forms"),
        ("#Été", "#h-ete"),
        ("Réunion : bilan", "/R%C3%A9union-:-bilan"),
    ],
)
def test_button_leads_where_it_says(world, link, href):
    assert f'href="{href}"' in body(world, f'{{{{button link="{link}"}}}}')


@pytest.mark.parametrize("link", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//"])
def test_button_never_leads_to_a_script(world, link):
    html = body(world, f'{{{{button link="{link}"}}}}')
    assert "box alert" in html and "<a " not in html


def test_layout_shows_all_its_text_without_a_script(world):
    text = (
        "{{tabs titles='First, Second'}}\n{{tab}}\none\n{{/tab}}\n{{tab title='Own'}}\ntwo\n{{/tab}}\n"
        "{{/tabs}}\n\n{{grid}}\n{{col size='4'}}\nleft\n{{end elem='col'}}\n{{end elem='grid'}}\n\n"
        "{{accordion}}\n{{panel title='Q' type='collapsible'}}\nanswer\n{{/panel}}\n{{/accordion}}\n\n"
        "{{section tone='brand'}}\nband\n{{/section}}\n\n{{columns}}\nflow\n{{/columns}}\n\n"
        "{{box kind='warn' title='T'}}\nboxed\n{{/box}}\n\n{{menu}}\n- [[Home]]\n{{/menu}}"
    )
    html = body(world, text)
    for words in ("First", "Own", "one", "two", "left", "answer", "band", "flow", "boxed", "Home"):
        assert words in html
    assert ">Second<" not in html and " hidden" not in html
    assert 'class="prose col-4"' in html and "<details" in html and " open" in html
    assert "{{" not in html


def test_paired_macro_left_open_does_not_break_the_page(world):
    html = body(world, "{{section}}\n\nwords\n\n{{tab}}\n\nafter")
    assert "words" in html and "after" in html


def test_progress_is_told_in_figures(world):
    html = body(world, "{{progress value='3' max='8' label='Bread'}} {{progressbar val='50'}}")
    assert 'value="3" max="8"' in html and "38" in html and 'value="50"' in html


@pytest.mark.parametrize("value", ["-1", "x", "1e9", "٣", ""])
def test_progress_takes_whole_numbers_only(world, value):
    assert "box alert" in body(world, f"{{{{progress value='{value}'}}}}")


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://tube.example/w/9dRFC6Ya11", "https://tube.example/videos/embed/9dRFC6Ya11?p2p=0"),
        ("https://tube.example/videos/watch/ab-cd-ef", "https://tube.example/videos/embed/ab-cd-ef?p2p=0"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://www.dailymotion.com/video/x8abcde", "https://www.dailymotion.com/embed/video/x8abcde"),
        ("https://elsewhere.example/film.html", ""),
    ],
)  # fmt: skip
def test_video_addresses_are_known(app, url, frame):
    with app.test_request_context():
        assert video_player(url).frame == frame


def test_video_is_a_link_until_its_host_is_allowed(world):
    text = '{{video url="https://tube.example/w/9dRFC6Ya11"}}'
    world.page("Show", text)
    world.page("Other", "none")
    answer = world.browser().get("/Show")
    assert (
        "data-frame" not in answer.text
        and "frame-src" not in answer.headers["Content-Security-Policy"]
    )
    with world.app.app_context(), db.write() as session:
        settings.put(session, embed_hosts=["tube.example"])
    for _turn in ("made", "kept"):
        answer = world.browser().get("/Show")
        assert "<iframe" not in answer.text and 'data-frame="https://tube.example/' in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert (
            policy.endswith("; frame-src https://tube.example") and "default-src 'none'" in policy
        )
    assert "frame-src" not in world.browser().get("/Other").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/w/abcdefgh",
        "https://tube.example.evil.example/w/abcdefgh",
        "https://tube.example@evil.example/w/abcdefgh",
        "https://tube.example;script-src *//w/abcdefgh",
        "https://tube.example'/w/abcdefgh",
        "javascript:alert(1)//tube.example/w/abcdefgh",
    ],
)
def test_only_the_allowed_host_gets_into_the_policy(world, url):
    with world.app.app_context(), db.write() as session:
        settings.put(session, embed_hosts=["tube.example"])
    world.page("Show", f'{{{{video url="{url}"}}}}\n\n{{{{embed url="{url}"}}}}')
    answer = world.browser().get("/Show")
    assert "frame-src" not in answer.headers["Content-Security-Policy"]
    assert "data-frame" not in answer.text and 'href="javascript:' not in answer.text


def test_port_of_an_allowed_host_stays_its_own(world):
    with world.app.app_context(), db.write() as session:
        settings.put(session, embed_hosts=["tube.example"])
    world.page("Show", '{{embed url="https://tube.example:8443/x"}}')
    policy = world.browser().get("/Show").headers["Content-Security-Policy"]
    assert "frame-src" not in policy or policy.endswith("https://tube.example:8443")


def test_files_of_the_page_are_shown(world):
    text = (
        '{{image file="a.png" caption="Bread" size="small" align="left"}}\n\n{{gallery names}}\n\n'
        '{{pdf file="c.pdf"}}\n\n{{attach file="b.png" desc="Door" class="right" size="medium"}}\n\n'
        '{{attach file="c.pdf"}}'
    )
    world.page("Show", text)
    assert article(world.browser().get("/Show").text).count("box alert") == 4
    lay(world, "a.png", "b.png", "c.pdf")
    answer = world.browser().get("/Show")
    html = article(answer.text)
    assert "box alert" not in html
    assert 'class="picture size-small at-left"' in html and 'alt="Door"' in html
    assert (
        html.count("/Show/attachments/a.png") >= 3
        and 'data-frame="/Show/attachments/c.pdf"' in html
    )
    assert answer.headers["Content-Security-Policy"].endswith("frame-src 'self'")


def test_file_of_another_page_cannot_be_named(world):
    world.page("Hidden", read="@admins")
    lay(world, "a.png", page="Hidden")
    html = body(world, '{{image file="../Hidden/attachments/a.png"}} {{gallery files="a.png"}}')
    assert html.count("box alert") == 2


def test_qr_code_is_drawn_without_the_text_as_markup(world):
    html = body(world, "{{qr}} {{qr text='<svg onload=alert(1)>'}}")
    assert html.count("<svg") == 2 and html.count("<path") >= 2
    assert "box alert" in body(world, "{{qr text='" + "x" * 501 + "'}}", page="Long")


def test_countdown_tells_what_is_left(world):
    assert [row[0] for row in parts(timedelta(days=2, hours=3, minutes=4))] == [2, 3]
    assert [row[0] for row in parts(timedelta(hours=3, minutes=4))] == [3, 4]
    assert [row[0] for row in parts(timedelta(minutes=4))] == [4]
    html = body(
        world,
        "{{countdown date='2199-03-21 14:30'}}\n\n{{countdown date='2001-01-01' done='Gone'}}",
    )
    assert 'datetime="2199-03-21T14:30+01:00"' in html and "Gone" in html


@pytest.mark.parametrize(
    "date", ["tomorrow", "2027-13-01", "9999-12-31", "0001-01-01", "2027-03-21T14:30+99:00"]
)
def test_countdown_of_an_odd_date_never_fails(world, date):
    world.page("Show", f"{{{{countdown date='{date}'}}}}")
    assert world.browser().get("/Show").status_code == 200


def test_reader_is_named_and_others_may_sign_in(world):
    world.page("Show", "{{user hello='Hello'}} and {{login}}")
    assert "Bob Member" in article(world.browser("bob").get("/Show").text)
    anonymous = article(world.browser().get("/Show").text)
    assert "Bob" not in anonymous and "/-/login" in anonymous


def test_slides_are_cut_at_titles_and_follow_the_rights(world):
    world.page("Talk", "intro\n\n## One\n\n{{toc}}\n\n---\n\n{{pages tag='x'}}")
    html = world.browser().get("/Talk/slides").text
    assert html.count('<section class="slide') == 4
    assert "/Talk/slides" in body(world, "{{diaporama page='Talk'}}")
    world.page("Hidden", "x", read="@admins")
    assert world.browser().get("/Hidden/slides").status_code == 404
    assert "box alert" in body(world, "{{slides page='Hidden'}}", page="Other")
    assert world.browser().get("/talk/slides").status_code == 303


def test_toc_lists_headings_inside_other_components(world):
    html = body(world, "{{toc levels='2'}}\n\n## One\n\n{{box}}\n## Two\n{{/box}}\n\n### Three")
    listed = html[: html.index("</details>")]
    assert "One" in listed and "Two" in listed and "Three" not in listed


def test_backlinks_in_the_text_are_those_one_may_see(world):
    world.page("A", "[[Show]]")
    world.page("B", "[[Show]]", read="@admins")
    html = body(world, "{{backlinks}}")
    assert 'href="/A"' in html and 'href="/B"' not in html
