"""A form of partners and its entries, for the tests of lists; one field is not for all."""

from __future__ import annotations

from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.core import db
from wiki.pages import rights

SECRET = "06 12 34 56 78"
CHOICES = {
    "activity": {"hosting": "Hosting", "training": "Training", "guidance": "Guidance"},
    "services": {"nextcloud": "Nextcloud", "dolibarr": "Dolibarr", "odoo": "Odoo"},
    "needs": {"nextcloud": "Nextcloud", "odoo": "Odoo"},
}
ROWS = [
    ("Marée Basse", "hosting", ["nextcloud"], ["odoo"], ("Brest", 48.39, -4.49), 62),
    ("Octet Coop", "hosting", ["dolibarr"], ["nextcloud"], ("Rennes", 48.11, -1.69), 40),
    ("Le Fil Libre", "hosting", ["odoo", "nextcloud"], [], ("Lyon", 45.76, 4.84), -5),
    ("Passerelles 63", "training", [], ["nextcloud"], ("Clermont-Ferrand", 45.78, 3.08), 7),
    ("La Bobine", "guidance", ["odoo"], [], ("Lille", 50.63, 3.06), 9),
]


def choice(key, kind, label, **settings):
    rows = [{"key": one, "label": words} for one, words in CHOICES[key].items()]
    return {"key": key, "type": kind, "label": label, "options": {"choices": rows}, **settings}


def fields():
    """Return the fields: `phone` is read by the group friends only."""
    return [
        {"key": "title", "type": "text", "label": "Name"},
        {"key": "summary", "type": "text", "label": "In a sentence", "in_list": True},
        choice("activity", "choice", "Activity", facet=True, in_list=True),
        choice("services", "choices", "Services", facet=True, in_list=True),
        choice("needs", "choices", "Needs", in_list=True),
        {"key": "place", "type": "location", "label": "Place", "facet": True},
        {"key": "members", "type": "number", "label": "Members", "in_list": True},
        {"key": "phone", "type": "text", "label": "Telephone", "in_list": True, "read": "@friends"},
    ]


def make(world, *, rows=ROWS, rules=None, key="partners", **settings):
    """Make the form and its entries, as Alice does."""
    with world.app.app_context():
        with db.write() as session:
            form = changes.make_form(
                session, title="Partners", key=key, fields=fields(), rules=rules, **settings
            )
        for row in rows:
            add(world, form, *row)
        return form


def add(
    world, form, title, activity="hosting", services=(), needs=(), place=(), members=None, read=""
):
    """Add a partner, whose telephone is the secret; `read` is a rule of its own."""
    with world.app.app_context():
        actor = world.actor("alice")
        data = {
            "title": title,
            "summary": f"What {title} does",
            "activity": activity,
            "services": list(services),
            "needs": list(needs),
            "phone": SECRET,
            "members": members,
        }
        if place:
            data["place"] = dict(zip(("city", "lat", "lon"), place, strict=True))
        content = entries.clean_data(form, data, actor)
        page = entries.create(form, content, actor)
        if read:
            rights.set_rules(page, actor=actor, read=read)
        return page
