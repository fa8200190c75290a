"""Languages, dates and times as people read them. The texts themselves are in `wiki/locale`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.units import format_unit
from flask import Flask, current_app, g, request
from flask_babel import Babel, format_date, get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from wiki.core import settings, translations

FOLDER = Path(__file__).parent.parent / "locale"
LANGUAGES = ("fr", "en")
UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
COOKIE = "lang"


def init_app(app: Flask) -> None:
    """Choose the language of each request: the person's, the cookie's, else the wiki's."""
    translations.compile_stale(FOLDER)
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["GARE"].lang
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=language, timezone_selector=lambda: app.config["GARE"].timezone)
    app.jinja_env.filters.update(
        day=day, day_long=day_long, clock=clock, ago=ago, moment=moment, weight=weight
    )


def language() -> str:
    """Return the language this reader gets."""
    wanted = g.get("person_lang") or (request.cookies.get(COOKIE) if request else None)
    return wanted if wanted in LANGUAGES else str(settings.get("lang"))


def zone() -> ZoneInfo:
    """Return the wiki's time zone: all days, months and years people see or filter by are counted in it."""
    return ZoneInfo(current_app.config["GARE"].timezone)


def local(value: datetime) -> datetime:
    """Return a moment in the wiki's time zone."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone())


def today() -> date:
    """Return the date it is in the wiki's time zone."""
    return local(datetime.now(UTC)).date()


def midnight(day: date) -> datetime:
    """Return when a day begins in the wiki's time zone."""
    return datetime.combine(day, time(), zone())


def month_start(day: date, back: int = 0) -> date:
    """Return the first day of the month of a day, or of a month so many months before it."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def day(value: date | datetime) -> str:
    """Write a day the short way: `mar. 24 nov.`, with the year when it is another one."""
    found = _date(value)
    return format_date(
        found, "EEE d MMM" if found.year == today().year else "d MMM y", rebase=False
    )


def day_long(value: date | datetime) -> str:
    """Write a day in full: `24 novembre 2026`."""
    return format_date(_date(value), "d MMMM y", rebase=False)


def weight(size: float) -> str:
    """Write a number of bytes: `99 octets`, `8,4 ko`, `2,6 Mo`."""
    rank = 0
    while size >= 1000 and rank < len(UNITS) - 1:
        size, rank = size / 1000, rank + 1
    unit = f"digital-{UNITS[rank]}"
    return format_unit(round(size, 1), unit, "short" if rank else "long", locale=get_locale())


def clock(value: datetime) -> str:
    """Write an hour as people say it: `18 h 30`, `minuit`; `18:30` in English."""
    found = local(value)
    if str(get_locale()) == "en":
        return found.strftime("%H:%M")
    if found.hour == 0 and found.minute == 0:
        return _("midnight")
    return f"{found.hour}\u202fh" + (f"\u202f{found.minute:02d}" if found.minute else "")


def moment(value: datetime) -> str:
    """Write a day and hour: `24 nov. à 18 h 30`."""
    return _("%(day)s at %(hour)s", day=day(value), hour=clock(value))


def ago(value: datetime) -> Markup:
    """Write how long ago: an hour today, `yesterday`, else the day, inside a `<time>`."""
    found = local(value)
    gap = today() - found.date()
    if gap == timedelta():
        text = clock(value)
    elif gap == timedelta(days=1):
        text = _("yesterday")
    else:
        text = day(value)
    return Markup('<time datetime="{}">{}</time>').format(
        found.isoformat(timespec="minutes"), escape(text)
    )


def _date(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def join_names(names: Sequence[str]) -> str:
    """Return names as a sentence holds them."""
    *before, last = names
    return _("%(names)s and %(last)s", names=", ".join(before), last=last) if before else last
