"""Projects through the API and the command line: create, change, members, export."""

from __future__ import annotations

import json
import zipfile

from tests.projects.stations import KEY, make_station

AT = f"/projects/{KEY}"


def test_project_is_created_changed_and_closed(world, program):
    bob = program("bob")
    fields = {"title": "Le Fournil", "purpose": "Bread", "template": "event", "joining": "request"}
    answer = bob.post("/projects", **fields)
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["key"] == KEY and answer.get_json()["joining"] == "request"
    assert bob.get(answer.headers["Location"].removeprefix("/-/api/v1")).status_code == 200
    assert bob.get(f"/pages/{KEY}").get_json()["data"]["blocks"][3]["macro"] == "actions"
    changed = bob.patch(AT, visibility="network", joining="open").get_json()
    assert (changed["visibility"], changed["joining"]) == ("network", "open")
    assert program("carol").patch(AT, visibility="public").status_code == 403
    assert program().get(AT).status_code == 404
    assert bob.patch(AT, closed=True).get_json()["closed_at"]
    assert bob.patch(AT, closed=False).get_json()["closed_at"] == ""
    assert bob.patch(AT, visibility="discreet", joining="open").status_code == 422
    assert bob.post("/projects", title="Other", purpose="x", template="no").status_code == 422


def test_people_and_invitations(world, program):
    make_station(world)
    bob, carol = program("bob"), program("carol")
    assert bob.put(f"{AT}/people/carol", role="gardener").get_json()["role"] == "gardener"
    assert carol.put(f"{AT}/people/bob", role="guest").status_code == 422
    assert carol.put(f"{AT}/people/xavier", role="guest").status_code == 200
    assert program("xavier").get(f"{AT}/people").get_json()["items"][0]["name"] == ""
    assert {one["name"] for one in bob.get(f"{AT}/people").get_json()["items"]} == {
        "bob",
        "carol",
        "xavier",
    }
    assert bob.delete(f"{AT}/people/xavier").status_code == 204
    assert bob.delete(f"{AT}/people/bob").status_code == 422
    link = bob.post(f"{AT}/invitations", role="guest", days=3).get_json()["url"]
    assert program("xavier").get(f"{AT}/invitations").status_code == 403
    (one,) = bob.get(f"{AT}/invitations").get_json()["items"]
    assert one["role"] == "guest"
    path = "/-" + link.partition("/-")[2]
    assert world.browser("xavier").post(path).status_code == 303
    assert bob.delete(f"{AT}/invitations/{one['id']}").status_code == 204
    assert world.browser("alice").post(path).status_code == 404


def test_command_line_manages_projects(world, gare, tmp_path):
    key = gare(
        "project", "create", "Le Fournil", "--purpose", "Bread", "--referent", "bob"
    ).output.strip()
    assert key == KEY
    gare("project", "role", KEY, "carol", "guest")
    gare("project", "set", KEY, "--visibility", "discreet")
    (line,) = gare("project", "list").output.splitlines()
    assert json.loads(line)["visibility"] == "discreet"
    link = gare("project", "invite", KEY, "--days", "2").output.strip()
    assert world.browser("xavier").post(link).status_code == 303
    assert world.browser("xavier").get(f"/{KEY}").status_code == 200
    refused = gare("project", "role", KEY, "bob", "none", ok=False)
    assert "at least one referent" in refused.output and "Traceback" not in refused.output
    assert "no project" in gare("project", "close", "Nothing", ok=False).output


def test_archive_contains_plain_files(world, gare, tmp_path):
    make_station(world, "documents", "members")
    bob = world.browser("bob")
    text = "Flour [[Le Fournil]] and [[Second]], [out](https://out.example) and [[Home]]"
    bob.post("/-/new", {"name": "Recipe", "title": "Recipe", "text": text, "parent": KEY})
    bob.post("/-/new", {"name": "Second", "title": "Second <b>", "text": "Salt", "parent": KEY})
    bob.post("/Second/rights", {"read": "bob", "write": "", "comment": ""})
    import io

    form = {"file": (io.BytesIO(b"the notes"), "notes.txt")}
    bob.post("/Recipe/attachments", form, content_type="multipart/form-data")
    gare("project", "close", KEY)
    target = tmp_path / "fournil.zip"
    assert "3 pages" in gare("project", "archive", KEY, str(target)).output
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        page = next(n for n in names if n.endswith(".html") and b"Flour" in archive.read(n))
        html = archive.read(page).decode()
        attachment_name = next(n for n in names if n.endswith("notes.txt"))
        assert archive.read(attachment_name) == b"the notes" and attachment_name in html
        assert {"index.html", "style.css"} <= names and archive.testzip() is None
        assert 'href="index.html"' in html and "https://out.example" in html
        assert 'href="http' in html and "/Home" in html
        assert "Second &lt;b&gt;" in html and "<script" not in html
        second = next(n for n in names if n.endswith(".html") and b"Salt" in archive.read(n))
        assert f'href="{second}"' in html
        assert "Le Fournil" in archive.read("index.html").decode()
    gare("project", "archive", KEY, str(target), "--reader", "xavier")
    with zipfile.ZipFile(target) as archive:
        assert not any(b"Salt" in archive.read(name) for name in archive.namelist())
