"""Writing one page together: the log that carries it, the plain saves it takes in, and who signs."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.pages.counting import statements
from tests.world import Browser, World
from wiki.core import db, settings
from wiki.pages import find, rights
from wiki.pages.live import cleanup, document, sessions, update_log
from wiki.pages.live.document import Shared
from wiki.pages.live.models import LiveSession, LiveUpdate
from wiki.pages.live.presence import Presence
from wiki.pages.models import Revision

pytestmark = pytest.mark.data
TEXT = "L'été 😀 commence.\n\nMilieu.\n\nLa fin, x\u0302puisée 👩‍👩‍👧.\n"


UNSAVED = "What was written together here was not saved"


class Editor:
    """One person's editor, as its script works: a document of its own, and polls."""

    def __init__(self, world: World, who: str, name: str = "Open", base: int = 1) -> None:
        browsers = world.app.extensions.setdefault("browsers of the test", {})
        self.browser = browsers.get(who) or browsers.setdefault(who, world.browser(who))
        self.url = f"/{name}"
        self.key, self.base, self.epoch, self.since = f"key-of-{who or 'nobody'}", base, "", 0
        self.shared, self.unsent = Shared(), [b""]

    def ask(self, **values: object):
        values |= {"presence": self.key, "base": str(self.base)}
        return self.browser.post(f"{self.url}/live", values)

    def join(self, text: str, live: str = "") -> Editor:
        told = self.ask(join="1", text=text, live=live).json
        self.shared = Shared([b64decode(told["mine"])])
        self._take(told)
        return self

    def type(self, old: str, new: str) -> None:
        assert old in self.shared.text
        self.unsent.append(self.shared.write(self.shared.text.replace(old, new, 1)))

    def poll(self, **more: object):
        sent = [one for one in self.unsent if one]
        self.unsent = []
        for one in sent or [b""]:
            content = {"update": b64encode(one).decode()} if one else {}
            told = self.ask(epoch=self.epoch, since=str(self.since), **content, **more).json
            self._take(told)
        return told

    def save(self, **more: str):
        self.poll()
        sent = {
            "title": "Open",
            "text": self.shared.text,
            "base": str(self.base),
            "live": self.token,
        }
        return self.browser.post(self.url, sent | more)

    @property
    def token(self) -> str:
        return f"{self.epoch}:{self.since}:{self.key}"

    def _take(self, told) -> None:
        self.epoch, self.since = told["epoch"], told["since"]
        self.base = told["base"] or self.base
        self.shared.apply(b64decode(one) for one in told["updates"])


@pytest.fixture
def together(world: World) -> World:
    """A wiki where people write together, and a page to do it on."""
    world.page("Open", TEXT)
    switch(world, True)
    return world


def switch(world: World, on: bool) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, coediting=on)


def head(world: World, name: str = "Open") -> Revision:
    with world.app.app_context():
        return find.page_or_404(name, actor=world.actor("alice")).head


def count(world: World, model: type) -> int:
    with world.app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def test_what_one_types_reaches_the_other_and_all_sign_the_version(together: World):
    bob, carol = Editor(together, "bob").join(TEXT), Editor(together, "carol").join(TEXT)
    bob.type("L'été", "Le bel été 🇫🇷")
    carol.type("La fin", "La très belle fin")
    told = bob.poll()
    assert told["here"]["text"] == "Carol Partner and you are writing together."
    for editor in (carol, bob):
        editor.poll()
    assert bob.shared.text == carol.shared.text
    assert "Le bel été 🇫🇷 😀 commence" in bob.shared.text
    assert "La très belle fin, x\u0302puisée 👩‍👩‍👧" in bob.shared.text
    assert bob.save().status_code == 303
    made = head(together)
    assert (made.number, made.signers) == (2, ["Bob Member", "Carol Partner"])
    told = carol.poll()
    assert (told["saved"], told["base"]) == ("Saved by Bob Member.", 2)
    carol.type("Milieu", "Au milieu")
    assert carol.save().status_code == 303
    made = head(together)
    assert (made.number, made.signers) == (3, ["Carol Partner"])
    assert made.text.count("très belle") == made.text.count("Au milieu") == 1


def test_all_who_signed_are_named_wherever_one_author_is(together: World):
    bob, carol = Editor(together, "bob").join(TEXT), Editor(together, "carol").join(TEXT)
    carol.type("Milieu", "Au milieu")
    carol.poll()
    assert bob.save().status_code == 303
    reader = together.browser()
    for url in ("", "/history", "/revisions/2", "/blame", "/authors"):
        page = reader.get(f"/Open{url}").text
        assert "Bob Member" in page, url
        assert "Carol Partner" in page, url
    for url in ("/-/changes", "/-/changes.atom", "/-/booklet/read?of=Open"):
        assert "Carol Partner" in reader.get(url).text, url
    one = reader.get("/-/api/v1/pages/Open/revisions/2").json
    assert (one["author"], one["authors"]) == ("Bob Member", ["Bob Member", "Carol Partner"])


@pytest.mark.parametrize("by", ["form", "api", "restore"])
def test_plain_save_comes_into_what_is_being_written(together: World, by: str):
    if by == "restore":
        together.browser("alice").post(
            "/Open", {"text": TEXT.replace("Milieu", "Au cœur"), "base": "1"}
        )
        together.browser("alice").post("/Open", {"text": TEXT, "base": "2"})
    now = head(together)
    bob = Editor(together, "bob", base=now.number).join(TEXT)
    bob.type("L'été", "Le bel été")
    bob.poll()
    plain(together, by)
    told = bob.poll()
    assert told["base"] == now.number + 1
    assert "Au cœur" in bob.shared.text
    assert "Le bel été 😀" in bob.shared.text
    assert bob.save().status_code == 303
    assert head(together).text == TEXT.replace("Milieu", "Au cœur").replace("L'été", "Le bel été")
    assert head(together).signers == ["Bob Member"]


def plain(world: World, by: str) -> None:
    carol, text = world.browser("carol"), TEXT.replace("Milieu", "Au cœur")
    if by == "restore":
        answer = carol.post("/Open/revisions/2/restore")
    elif by == "api":
        answer = world.app.test_client().put("/-/api/v1/pages/Open", json={"text": text, "base": 1})
    else:
        answer = carol.post("/Open", {"text": text, "base": "1"})
    assert answer.status_code in (200, 303), answer.text


def test_saves_of_all_sorts_between_two_polls_come_in_once_each(together: World):
    bob, carol = Editor(together, "bob").join(TEXT), Editor(together, "carol").join(TEXT)
    bob.type("L'été", "Le bel été")
    bob.poll()
    xavier = together.browser("xavier")
    xavier.post("/Open", {"text": TEXT.replace("Milieu.", "Milieu, 1."), "base": "1"})
    # Carol saves from a document that holds Bob's words and not yet Xavier's.
    carol.poll()
    carol.type("La fin", "À la fin")
    sent = [b64encode(one).decode() for one in carol.unsent if one]
    with together.app.app_context(), db.write(quiet=True) as session:
        page = find.page_or_404("Open", actor=together.actor("carol"))
        actor = together.actor("carol")
        sessions.append(session, page, carol.epoch, b64decode(sent[0]), author=actor, key=carol.key)
        last = session.scalar(select(func.max(LiveUpdate.id)))
    form = {"title": "Open", "text": carol.shared.text, "base": "1"}
    token = f"{carol.epoch}:{last}:{carol.key}"
    assert together.browser("carol").post("/Open", form | {"live": token}).status_code == 303
    xavier.post("/Open", {"text": head(together).text + "\nEt après ?\n", "base": "3"})
    bob.poll()
    assert bob.base == 4
    assert bob.shared.text == head(together).text
    for words in ("Le bel été", "Milieu, 1.", "À la fin", "Et après ?"):
        assert bob.shared.text.count(words) == 1


def test_who_comes_with_unsaved_words_brings_them_in_once(together: World):
    bob = Editor(together, "bob").join(TEXT)
    bob.type("Milieu", "Au milieu")
    bob.poll()
    carol = Editor(together, "carol").join(TEXT.replace("La fin", "Et la fin"))
    assert "Au milieu" in carol.shared.text
    again = Editor(together, "carol").join(TEXT.replace("La fin", "Et la fin enfin"))
    bob.poll()
    assert bob.shared.text == again.shared.text
    assert bob.shared.text.count("Et la fin enfin") == 1
    # A draft, kept at the server and taken up in a page opened anew, is known by its token.
    kept, token = again.shared.text, again.token
    again.type("enfin", "enfin, donc")
    again.poll()
    later = Editor(together, "carol")
    later.key = "key-of-another-tab"
    later.join(kept, live=token)
    bob.poll()
    assert bob.shared.text == later.shared.text
    assert bob.shared.text.count("enfin") == 1
    assert "enfin, donc" in bob.shared.text


def test_who_comes_from_an_older_version_takes_the_new_one_first(together: World):
    together.browser("xavier").post(
        "/Open", {"text": TEXT.replace("Milieu", "Au cœur"), "base": "1"}
    )
    mine = TEXT.replace("Milieu", "Milieu vrai").replace("La fin", "Et la fin")
    told = Editor(together, "bob").ask(join="1", text=mine).json
    assert told["base"] == 2
    assert told["rebased"].count("vrai") == told["rebased"].count("Au cœur") == 1
    assert "Et la fin" in told["rebased"]
    # Asleep while others saved the very words it has: they come once.
    told = Editor(together, "bob").ask(join="1", text=TEXT.replace("Milieu", "Au cœur")).json
    assert told["rebased"] == head(together).text


def test_nobody_signs_what_is_not_the_shared_text(together: World):
    bob, carol = Editor(together, "bob").join(TEXT), Editor(together, "carol").join(TEXT)
    carol.type("Milieu", "Au milieu")
    carol.poll()
    answer = bob.save(text="What Carol never wrote")
    assert answer.status_code == 303
    assert head(together).signers == ["Bob Member"]


def test_malformed_updates_are_refused_and_change_nothing(together: World):
    bob = Editor(together, "bob").join(TEXT)
    good = document.Shared([bob.shared.whole]).write("x")
    bad = [b"\x00", b"abc", os.urandom(60), good[:-3], b"\xff" * 40]
    for raw in bad:
        answer = bob.ask(epoch=bob.epoch, since="0", update=b64encode(raw).decode())
        assert answer.status_code == 400, raw
    for sent in ({"update": "é"}, {"update": "a"}, {"since": "-1"}, {"since": "x"}):
        assert bob.ask(**{"epoch": bob.epoch, "since": "0"} | sent).status_code == 400
    assert count(together, LiveUpdate) == 0
    assert bob.poll()["epoch"] == bob.epoch


def test_document_has_a_limit_and_a_page_too_long_does_not_come_in(together: World, monkeypatch):
    bob = Editor(together, "bob").join(TEXT)
    monkeypatch.setattr(update_log, "ROOM", 0)
    bob.type("Milieu", "Au milieu")
    answer = bob.ask(epoch=bob.epoch, since="0", update=b64encode(bob.unsent[-1]).decode())
    assert answer.status_code == 413
    assert "begins anew" in answer.json["error"]
    assert Editor(together, "carol").ask(join="1", text="x" * 3_000_000).status_code == 413


def test_long_log_is_merged_and_late_editors_still_come_along(together: World, monkeypatch):
    monkeypatch.setattr(update_log, "LONG", 6)
    bob, carol = Editor(together, "bob").join(TEXT), Editor(together, "carol").join(TEXT)
    for number in range(8):
        bob.type("Milieu", f"Milieu {number}")
        bob.poll()
    age(together, minutes=2)
    bob.type("Milieu", "Au milieu")
    bob.poll()
    assert count(together, LiveUpdate) < 6
    carol.poll()
    assert carol.shared.text == bob.shared.text
    assert carol.save().status_code == 303
    assert head(together).signers == ["Carol Partner", "Bob Member"]


def age(world: World, **time: float) -> None:
    with world.app.app_context(), db.write(quiet=True) as session:
        for model, moment in (
            (LiveUpdate, "at"),
            (LiveSession, "updated_at"),
            (Presence, "seen_at"),
        ):
            for row in session.scalars(select(model)):
                setattr(row, moment, getattr(row, moment) - timedelta(**time))


def test_rights_and_switch_are_asked_each_time(together: World):
    bob, xavier = Editor(together, "bob").join(TEXT), Editor(together, "xavier").join(TEXT)
    with together.app.app_context():
        page = find.page_or_404("Open", actor=together.actor("alice"))
        rights.set_rules(page, actor=together.actor("alice"), write="@friends")
    assert xavier.ask(epoch=xavier.epoch, since="0").status_code == 403
    with together.app.app_context():
        page = find.page_or_404("Open", actor=together.actor("alice"))
        rights.set_rules(page, actor=together.actor("alice"), read="@friends", write="@friends")
    for name in ("Open", "Missing"):
        stranger = Editor(together, "xavier", name)
        for sent in ({"join": "1", "text": ""}, {"epoch": bob.epoch, "since": "0"}):
            assert stranger.ask(**sent).status_code == 404
        assert stranger.browser.post(f"/{name}/live/end").status_code == 404
    assert bob.poll()["epoch"] == bob.epoch
    switch(together, False)
    assert bob.ask(epoch=bob.epoch, since="0").status_code == 404
    assert "data-live-url" not in bob.browser.get("/Open/edit").text


def test_idle_poll_reads_little_and_writes_nothing(together: World):
    bob, carol = Editor(together, "bob").join(TEXT), Editor(together, "carol").join(TEXT)
    with together.app.app_context():
        before = db.generation("data")
    bob.poll()
    with statements(together.app) as few:
        bob.poll()
    carol.type("Milieu", "Au milieu")
    carol.poll()
    bob.poll()
    Editor(together, "xavier").join(TEXT)
    with statements(together.app) as more:
        bob.poll()
    assert len(few) == len(more) <= 12
    assert not [one for one in few if one.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    with together.app.app_context():
        assert db.generation("data") == before


def test_document_that_is_gone_is_begun_anew_with_each_ones_text(together: World):
    bob = Editor(together, "bob").join(TEXT)
    bob.type("Milieu", "Au milieu")
    with together.app.app_context(), db.write(quiet=True) as session:
        sessions.drop(session, session.scalars(select(LiveSession.page_id)).one())
    assert bob.ask(epoch=bob.epoch, since="0").json["epoch"] == ""
    told = Editor(together, "bob").join(bob.shared.text, live=bob.token)
    assert told.epoch not in ("", bob.epoch)
    assert told.shared.text == bob.shared.text


def test_unsaved_text_is_offered_once_all_have_left_and_cleaned_once_of_no_use(together: World):
    bob = Editor(together, "bob").join(TEXT)
    bob.type("Milieu", "Au milieu")
    bob.poll()
    carol: Browser = together.browser("carol")
    assert UNSAVED not in carol.get("/Open/edit").text
    age(together, minutes=20)
    clean(together)
    offered = carol.get("/Open/edit").text
    assert UNSAVED in offered
    assert "By Bob Member" in offered
    assert "Au milieu" in carol.get("/Open/edit?live=1").text
    taken = Editor(together, "carol").join(bob.shared.text, live=bob.token)
    assert taken.save().status_code == 303
    assert head(together).signers == ["Carol Partner", "Bob Member"]
    assert UNSAVED not in together.browser("xavier").get("/Open/edit").text
    age(together, minutes=20)
    clean(together)
    assert count(together, LiveSession) == 0


def test_unsaved_text_is_thrown_away_by_who_asks_and_after_a_month(together: World):
    for forget in ("asked", "old"):
        bob = Editor(together, "bob").join(TEXT)
        bob.type("Milieu", "Au milieu")
        bob.poll()
        together.browser("carol").post("/Open/live/end")
        assert count(together, LiveSession) == 1, "while Bob writes"
        age(together, days=31 if forget == "old" else 1)
        if forget == "old":
            clean(together)
        else:
            assert together.browser("carol").post("/Open/live/end").status_code == 303
        assert count(together, LiveSession) == 0


def clean(world: World) -> None:
    with world.app.app_context():
        cleanup.clean()


def test_document_goes_with_its_page_and_typed_words_outlive_their_person(together: World):
    bob = Editor(together, "bob").join(TEXT)
    bob.type("Milieu", "Au milieu")
    bob.poll()
    with together.app.app_context(), db.write() as session:
        session.execute(update(LiveUpdate).values(user_id=None))
        page = find.page_or_404("Open", actor=together.actor("alice"))
        session.delete(session.get_one(type(page), page.id))
    assert count(together, LiveUpdate) == count(together, LiveSession) == 0


def test_texts_are_written_by_their_smallest_edits_in_bytes_of_utf8():
    before = "Été 😀 l'eau, x\u0302crite 👩‍👩‍👧 ici.\n\nDeux mots.\n"
    after = "Cet été 😀 l'eau vive, x\u0302crite là 👩‍👩‍👧 ici.\n\nTrois mots 🇫🇷.\n"
    start = document.made_of(before)
    one, other = Shared([start]), Shared([start])
    other.write(before.replace("Deux", "Les deux"))
    sent = one.write(after)
    assert one.text == after
    other.apply([sent])
    one.apply([other.whole])
    assert one.text == other.text
    for words in ("Cet été 😀", "l'eau vive", "x\u0302crite là 👩‍👩‍👧 ici", "mots 🇫🇷."):
        assert words in one.text
