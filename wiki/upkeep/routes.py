"""Every screen of upkeep, and what it gives to the clock and the worker."""

from __future__ import annotations

from flask import Flask

from wiki.core import periodic
from wiki.core.registry import registries
from wiki.upkeep import reminders
from wiki.upkeep.station_routes import blueprint


def init_app(app: Flask) -> None:
    """Queue the reminders that come by themselves, and let the worker send them."""
    with app.app_context():
        for turn, work in (
            (reminders.GARDENING, reminders.gardening),
            (reminders.MANDATES, reminders.mandates),
        ):
            periodic.repeat(turn, work, every=reminders.EVERY)
        known = registries()
    known.jobs[reminders.GARDENING_MAIL] = reminders.deliver_gardening
    known.jobs[reminders.MANDATE_MAIL] = reminders.deliver_mandate
    app.register_blueprint(blueprint)
