"""The drawn map: where dots fall, apart from each other, and what is beyond the outline."""

from __future__ import annotations

import re
from itertools import combinations
from math import hypot

from tests.bazar.partners import ROWS, add, make
from wiki.bazar.values import map
from wiki.bazar.values.map import RADIUS, Spot

LIST = "/-/forms/partners?view=map"
CLUSTER = r'class="cluster".*?<text y="4">(\d+)</text>'


def spots(*places):
    return [Spot(lat, lon, f"No. {n}", f"/p{n}", n) for n, (lat, lon) in enumerate(places, 1)]


def test_dots_fall_where_the_outline_says(app):
    with app.app_context():
        land = map.outline()
        (dot,) = map.drawing(spots((48.39, -4.49))).dots
    assert round(dot.x, 1) == round((-4.49 - land.west) * land.scale_x, 1)
    assert round(dot.y, 1) == round((land.north - 48.39) * land.scale_y, 1)
    assert not dot.moved


def test_dots_of_one_place_are_all_apart_and_on_the_drawing(app):
    crowd = [(48.85, 2.35)] * 20 + [(48.86, 2.34)] * 4 + [(41.1, -5.9)] * 3
    with app.app_context():
        drawn = map.drawing(spots(*crowd))
    for a, b in combinations(drawn.dots, 2):
        assert hypot(a.x - b.x, a.y - b.y) > 2 * RADIUS - 2
    assert all(RADIUS <= dot.x <= drawn.outline.width - RADIUS for dot in drawn.dots)
    assert all(RADIUS <= dot.y <= drawn.outline.height - RADIUS for dot in drawn.dots)


def test_drawing_is_the_same_each_time(app):
    with app.app_context():
        crowd = spots(*[(48.85, 2.35)] * 9)
        assert map.drawing(crowd) == map.drawing(crowd)


def test_place_beyond_the_outline_is_named_apart(app):
    with app.app_context():
        drawn = map.drawing(spots((48.85, 2.35), (-20.9, 55.5)))
        assert [spot.number for spot in drawn.outside] == [2]
        assert map.small(-20.9, 55.5) == ""


def test_dot_and_row_bear_the_same_number(world):
    form = make(world)
    add(world, form, "Zébulon Réunion", place=("Saint-Denis", -20.9, 55.5))
    add(world, form, "Zone sans lieu")
    html = world.browser().get(LIST).text
    dots = re.findall(r'aria-label="(\d+), ([^"]+)"\s+data-dot="(\d+)"', html)
    assert len(dots) == len(ROWS)
    for number, title, dot in dots:
        assert number == dot
        row = html.partition(f'data-row="{number}"')[2].partition("</li>")[0]
        assert title in row
    assert "beyond this map" in html.partition("Zébulon")[2] or "Beyond this map" in html
    assert "no place given" in html.partition("Zone sans lieu")[2]


def test_other_pages_are_counted_where_they_are(world):
    rows = [(f"Partner {n:02}", "hosting", [], [], ("Brest", 48.39, -4.49), n) for n in range(26)]
    make(world, rows=rows)
    first = world.browser().get(LIST).text
    assert len(re.findall(r'data-dot="', first)) == 24
    assert re.findall(CLUSTER, first, re.DOTALL) == ["2"]
    second = world.browser().get(f"{LIST}&page=2").text
    assert re.findall(r'data-dot="(\d+)"', second) == ["25", "26"]
    assert re.findall(CLUSTER, second, re.DOTALL) == ["24"]


def test_small_map_says_what_is_there(app):
    with app.test_request_context():
        html = map.small(48.39, -4.49, '<b>"Brest')
    assert 'role="img"' in html
    assert "<b>" not in html
    assert "Brest" in html


def test_picker_holds_the_projection_its_script_needs(app):
    with app.test_request_context():
        land = map.outline()
        html = map.picker(48.39, -4.49)
        empty = map.picker()
    assert f'data-west="{land.west}"' in html
    assert re.search(r"data-marker[^>]*hidden", empty)
    assert not re.search(r"data-marker[^>]*hidden", html)
