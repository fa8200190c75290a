"""Entries of other wikis as the worker would have kept them: no site is asked."""

from __future__ import annotations

from wiki.bazar.forms import forms
from wiki.bazar.remote.models import ElsewhereEntry, ElsewhereSource
from wiki.core import db
from wiki.core.names import fold


def keep(key: str, site: str, *titles: str) -> int:
    """Keep entries of a site beside a form; return the number of the source. Needs an application context."""
    form, now = forms.form_named(key), db.utcnow()
    assert form is not None
    told = {"kind": "gare", "base": f"https://{site}", "key": "x"}
    with db.write() as session:
        source = ElsewhereSource(form_id=form.id, created_at=now, fetched_at=now, **told)
        session.add(source)
        session.flush()
        session.add_all(
            ElsewhereEntry(
                source_id=source.id,
                title=title,
                url=f"https://{site}/{at}",
                excerpt=f"About {title}",
                words=fold(title),
            )
            for at, title in enumerate(titles, 1)
        )
        return source.id
