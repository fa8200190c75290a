"""“Partenaires” from nothing: a form of ten questions, three entries, and their map in a page, without help."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import save
from tests.pages.test_attachments import png

pytestmark = pytest.mark.browser

ASKED = (
    ("Texte court", "Devise"),
    ("Texte long", "Présentation"),
    ("Adresse électronique", "Courriel"),
    ("Adresse web", "Site"),
    ("Un seul choix", "Activité"),
    ("Lieu", "Adresse"),
    ("Image", "Logo"),
    ("Mots-clés", "Thèmes"),
    ("Date", "Partenaire depuis"),
    ("Oui ou non", "Membre des CHATONS"),
)
PARTNERS = (
    ("La Presse à bras", "Rennes"),
    ("Les Ateliers du quai", "Lyon"),
    ("Le Relais", "Lille"),
)


def build(page: Page, title: str) -> None:
    """Make a form and add its questions, each typed where the cursor is put."""
    page.goto("/-/forms")
    page.get_by_role("link", name="Nouveau formulaire").click()
    page.get_by_label("Que va-t-il rassembler ?").fill(title)
    page.get_by_role("button", name="Choisir ses champs").click()
    for kind, question in ASKED:
        page.locator(".palette").get_by_role("button", name=kind, exact=True).click()
        label = page.get_by_label("Question posée")
        expect(label).to_be_focused()
        # What stands there is chosen: one types over it.
        page.keyboard.type(question)
        if kind == "Un seul choix":
            page.get_by_label("Choix", exact=True).fill("Édition\nHébergement\nMédiation")
        page.locator("#settings").get_by_role("button", name="Enregistrer").click()
        expect(page.locator(".piece.picked")).to_contain_text(question)


def add(page: Page, title: str, town: str) -> None:
    """Add a partner from the list of the form; its town says where it is."""
    page.get_by_role("link", name="Ajouter une fiche").first.click()
    expect(page.get_by_label("Titre")).to_have_value("")
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Ville").fill(town)
    page.get_by_label("Activité").select_option("Médiation")
    if town == "Rennes":
        page.get_by_role("group", name="Logo").get_by_label("Choisir un fichier").set_input_files(
            {"name": "logo.png", "mimeType": "image/png", "buffer": png(900, 600)}
        )
        page.get_by_label("Ce qu’elle montre").fill("Une presse")
    save(page)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".map.small circle")).to_have_count(1)


def put_map(page: Page, title: str) -> None:
    """Put the map of the partners in a page of its own, by the components."""
    page.goto("/-/new")
    page.get_by_label("Titre").fill("Où sont nos alliés")
    page.get_by_role("button", name="Composants").click()
    dialog = page.locator("#components")
    dialog.get_by_role("button", name="Fiches d’un formulaire").click()
    expect(dialog).to_contain_text("Indiquez d’abord : Formulaire")
    dialog.get_by_label("Formulaire").select_option(title)
    dialog.get_by_label("Affichage", exact=True).select_option("Carte et liste")
    expect(dialog.locator(".map [data-dot]")).to_have_count(3)
    dialog.get_by_role("button", name="Mettre dans le texte").click()
    expect(dialog).to_be_hidden()
    save(page)
    expect(page.locator(".map [data-dot]")).to_have_count(3)


def test_partners_from_nothing_to_their_map_in_a_page(visits: Visits):
    title = "Alliés du quai"
    page = visits.open(person="lea")
    build(page, title)
    address = page.url.partition("/edit")[0]
    for name, town in PARTNERS:
        page.goto(address)
        add(page, name, town)
    put_map(page, title)
    page.locator(".map [data-dot]").first.click()
    expect(page.locator("h1")).to_have_text(PARTNERS[0][0])
    # The demo is as it was: other tests count its forms.
    page.goto(f"{address}/settings")
    page.locator("form[action$='/removal'] [name=agreed]").check()
    page.locator("form[action$='/removal'] button[type=submit]").click()
    expect(page.locator(".toast")).to_contain_text("est dans la corbeille")
    page.goto("/Où-sont-nos-alliés/trash")
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.locator(".toast")).to_contain_text("est dans la corbeille")
