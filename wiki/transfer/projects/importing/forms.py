"""The forms of a project that arrives, and the lists their fields take options from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from wiki.bazar.forms import changes
from wiki.bazar.models import Form, FormCounter
from wiki.bazar.values import vocabularies
from wiki.transfer.projects.archive_reader import Row, many, number, text
from wiki.transfer.projects.importing import data as arriving_data
from wiki.transfer.projects.importing.rules import field_rules, form_rules
from wiki.transfer.projects.importing.state import Work


def make_forms(work: Work) -> None:
    """Find or make the forms, and the lists their fields take options from."""
    for row in many(work.archive.project, "lists", dict):
        key = text(row, "key", 60)
        if vocabularies.named(key) is None:
            values = many(row, "values", dict)
            vocabularies.store(work.session, key, title=text(row, "title", 300), values=values)
    for key, planned in work.plan.forms.items():
        rows = {text(spec, "key", 60): spec for spec in many(planned.row, "fields", dict, 200)}
        form = planned.here or _form(work, planned.row)
        work.forms[key] = arriving_data.FormMatch(form, rows)
    moved = {key: match.form.key for key, match in work.forms.items() if match.form.key != key}
    for planned in work.plan.forms.values():
        if planned.here is None and moved:
            _point(work.forms[planned.key].form, moved)


def _form(work: Work, row: Row) -> Form:
    names = work.arrivals.names
    form = changes.make_form(
        work.session,
        title=text(row, "title", 250),
        fields=field_rules(many(row, "fields", dict, 200), names),
        suggested_key=text(row, "key", 80),
        model=text(row, "model", 80),
        singular=text(row, "singular", 100),
        description=text(row, "description", 1000),
        default_view=text(row, "default_view", 40) or "list",
        owner=work.by,
        rules={name: rule for name, rule in form_rules(row, names).items() if rule},
    )
    for counter in many(row, "counters", list, 500):
        _count(work.session, form, counter)
    return form


def _count(session: Session, form: Form, counter: list[Any]) -> None:
    """Go on counting where the form was, so that no number is given twice."""
    known = {spec.key for spec in form.specs()}
    if len(counter) != 3 or counter[0] not in known:
        return
    year, given = number({"n": counter[1]}, "n") or 0, number({"n": counter[2]}, "n") or 0
    session.add(FormCounter(form_id=form.id, field=counter[0], year=year, given=given))


def _point(form: Form, moved: Mapping[str, str]) -> None:
    """Lead the relations of a form that was made to forms that got another key here."""
    form.fields = [
        row | {"options": row["options"] | {"form": moved[row["options"]["form"]]}}
        if row["options"].get("form") in moved
        else row
        for row in form.fields
    ]
