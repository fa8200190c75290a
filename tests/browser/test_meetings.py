"""A meeting by three people, from "is it necessary?" to the minutes in their mailboxes; a date found on a phone."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.server import Server

pytestmark = pytest.mark.browser

STATION = "/Offre-commune"
TITLE = "Ouvrir le bouquet au public"
POINTS = (("Retour des pilotes", "15", "inform"), ("Le prix public", "25", "decide"))
PATIENCE = 30


def press(page: Page, button: str, within: str = "main") -> None:
    """Press a button of a plain form, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=button, exact=False).first.click()


def note(page: Page, point: int, kind: str, what: str, who: str, when: str = "") -> None:
    """Note a decision or an action under a point of the minutes."""
    capture = page.locator(".capture").nth(point)
    if capture.get_attribute("open") is None:
        capture.locator("summary").click()
    capture.locator("[name^='what.']").fill(what)
    capture.locator("[name^='who.']").fill(who)
    if when:
        capture.locator("[name^='when.']").fill(when)
    with page.expect_navigation():
        capture.get_by_role("button", name=kind).click()
    expect(page.locator(".noted").nth(0)).to_be_visible()


def minutes_sent(demo: Server) -> dict[str, EmailMessage]:
    """Wait for the minutes in the folder of mails, and return them by who they are for."""
    for _attempt in range(PATIENCE * 5):
        letters = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in (demo.instance / "mail").glob("*.eml")
        ]
        found = {one["To"]: one for one in letters if TITLE in str(one["Subject"])}
        if len(found) >= 3:
            return found
        time.sleep(0.2)
    raise AssertionError("the minutes did not leave")


def test_three_people_go_from_is_it_necessary_to_mailed_minutes(visits: Visits, demo: Server):
    lea, karim = visits.open(STATION, person="lea"), visits.open(person="karim")
    josiane = visits.open(person="josiane", width=390)

    # Is it necessary? The answer opens the way to the one form of meetings.
    number = re.search(r"project=(\d+)", lea.content())
    assert number
    lea.goto(f"/-/meetings/new?project={number[1]}")
    expect(lea.locator("h1")).to_contain_text("Est-ce bien nécessaire")
    lea.get_by_label("Décider ensemble").check()
    lea.fill("#f-title", TITLE)
    lea.fill("#f-why", "Une date d'ouverture et un prix.")
    lea.get_by_label("Non, il faut se parler").check()
    press(lea, "Alors")
    with lea.expect_navigation():
        lea.get_by_role("link", name="La date est connue").click()
    lea.fill("[name=date]", "2199-06-12")
    lea.fill("[name='date.time']", "18:30")
    lea.fill("[name=duration]", "60")
    lea.select_option("[name=rhythm]", "month")
    with lea.expect_navigation():
        lea.locator("main form .btn.primary").last.click()
    expect(lea.locator("h1")).to_have_text(TITLE)
    meeting = lea.url.removeprefix(visits.url)

    # The agenda, by two of them; the order by a button.
    for page, (title, minutes, kind) in zip((lea, karim), POINTS, strict=True):
        page.goto(meeting)
        page.fill("#f-title", title)
        page.fill("#f-minutes", minutes)
        page.select_option("#f-kind", kind)
        press(page, "Ajouter", ".one-line")
    expect(karim.locator(".agenda h3")).to_have_text([POINTS[0][0], POINTS[1][0]])
    press(karim, "Monter", f".agenda li:has-text('{POINTS[1][0]}')")
    expect(karim.locator(".agenda h3")).to_have_text([POINTS[1][0], POINTS[0][0]])
    expect(karim.locator(".total")).to_contain_text("40")

    # Each says whether they come, in one click.
    for page, answer in ((lea, "Je viens"), (karim, "À distance"), (josiane, "Je viens")):
        page.goto(meeting)
        press(page, answer, ".answers")
        expect(page.locator(".answers [aria-pressed=true]")).to_have_text(answer)

    # Minutes at once: Karim opens before Léa saves, and both texts stay.
    lea.goto(f"{meeting}/minutes")
    karim.goto(f"{meeting}/minutes")
    lea.locator(".written textarea").nth(0).fill("Vingt euros par mois et par association.")
    note(lea, 0, "Décision", "Le prix public est de vingt euros", "Léa Morvan")
    karim.locator(".written textarea").nth(1).fill("Les trois pilotes restent.")
    note(karim, 1, "Décision", "On ouvre au printemps", "Karim Benali")
    note(karim, 1, "Action", "Écrire aux pilotes", "Karim Benali", "2199-06-20")
    # What Karim wrote comes to Léa's screen by itself.
    expect(lea.locator(".written textarea").nth(1)).to_have_value(
        "Les trois pilotes restent.", timeout=PATIENCE * 1000
    )
    note(lea, 0, "Action", "Mettre le prix sur la page publique", "Léa Morvan", "2199-06-15")
    note(lea, 2, "Action", "Réserver la salle", "Josiane Pradel")
    expect(lea.locator(".noted li")).to_have_count(5)
    texts = lea.locator(".written textarea")
    expect(texts.nth(0)).to_have_value("Vingt euros par mois et par association.")

    # The end: the next one by its rhythm, and the mails.
    press(lea, "Terminer et envoyer")
    expect(lea.locator("[name=day]")).to_have_value("2199-07-10")
    press(lea, "Terminer", ".stuck")
    page = josiane
    page.goto(meeting)
    expect(page.locator(".agenda .noted li")).to_have_count(4)
    expect(page.locator(".noted li")).to_have_count(5)
    expect(page.locator(".line .here")).to_have_count(0)
    letters = minutes_sent(demo)
    for letter in letters.values():
        text = letter.get_content()
        assert "On ouvre au printemps" in text and "Réserver la salle (Josiane Pradel)" in text
        assert letter["List-Unsubscribe"]
    page.goto(f"{meeting}-2")
    expect(page.locator("main")).to_contain_text("10 juillet 2199")


def test_date_is_found_on_phones_without_scripts(visits: Visits):
    lea = visits.open(
        f"{STATION}/dates?title=Visite", person="lea", width=390, java_script_enabled=False
    )
    for row, day in enumerate(("2199-09-04", "2199-09-05")):
        lea.locator("[name=day]").nth(row).fill(day)
        lea.locator("[name=hour]").nth(row).fill("14:00")
    press(lea, "Proposer ces dates")
    poll = lea.url.removeprefix(visits.url)
    guest = visits.open(poll, width=390, java_script_enabled=False)
    guest.fill("#f-name", "Zoé")
    for date, answer in ((0, "Si besoin"), (1, "Oui")):
        guest.locator(".says").nth(date).get_by_label(answer).check()
    press(guest, "Envoyer mes réponses")
    expect(guest.locator(".poll .best")).to_have_count(1)
    lea.goto(poll)
    expect(lea.locator(".poll .best")).to_contain_text("Zoé")
    press(lea, "Retenir cette date", ".poll .best")
    expect(lea.locator("h1")).to_have_text("Visite")
    expect(lea.locator(".voices")).to_contain_text("Zoé")
