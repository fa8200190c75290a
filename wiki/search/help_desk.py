"""The help desk: questions answered by the network's FAQ and tool sheets, and those still to be answered."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import Select, select

from wiki.bazar.entries import votes
from wiki.bazar.entries.kind import words_field
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.search.engines.base import Filters
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.search import filter_names, index
from wiki.search.hits import Hit

FAQ, TOOLS = "faq", "tools"
"""Models of the forms that answer questions."""
QUESTION, ANSWER = "title", "answer"
MOST = 6


@dataclass(frozen=True)
class Advice:
    """What the desk says to a question: for each form, its hits; how many people each has helped."""

    groups: list[tuple[Form, list[Hit]]]
    helped: dict[int, int]

    @property
    def is_empty(self) -> bool:
        return not any(hits for _form, hits in self.groups)

    @property
    def total(self) -> int:
        return sum(len(hits) for _form, hits in self.groups)


def faq_form(actor: Actor) -> Form | None:
    """Return the form of the network's questions, if this reader may know of it."""
    return next((form for form in _oldest_first(actor) if form.model == FAQ), None)


def faq_key(actor: Actor) -> str:
    """Return the key of that form, "" when there is none for this reader."""
    form = faq_form(actor)
    return form.key if form else ""


def answering_forms(actor: Actor, key: str = "") -> list[Form]:
    """Return the forms a question is put to: the one of this key, else those of the models."""
    if key:
        return [form for form in filter_names.lists(actor) if key in (form.key, form.model)][:1]
    by_model = {form.model: form for form in reversed(_oldest_first(actor)) if form.model}
    return [by_model[model] for model in (FAQ, TOOLS) if model in by_model]


def advise(question: str, *, actor: Actor, form: str = "", project: str = "") -> Advice:
    """Look for the answers to a question in each form."""
    groups = []
    for one in answering_forms(actor, form):
        filters = Filters(kinds=frozenset({"entry"}), form=one.key, project=project)
        answer = index.search(question, actor=actor, filters=filters, limit=MOST)
        groups.append((one, answer.hits))
    found = [hit.page.id for _form, hits in groups for hit in hits]
    return Advice(groups, votes.counts(found))


def ask_url(question: str, *, actor: Actor, project_id: int | None = None) -> str:
    """Return where a question is put to people, "" where this reader may not."""
    form = faq_form(actor)
    if form is None or not forms.may_add(form, actor):
        return ""
    args = {QUESTION: question[:200], "project": project_id, "form_key": form.key}
    return url_for("bazar.entries.new_entry", **args)  # type: ignore[arg-type]


def may_write_faq(actor: Actor) -> bool:
    """Answer whether this person sees what others looked for in vain: an admin, or who may write answers."""
    if actor.is_anonymous:
        return False
    if actor.is_admin:
        return True
    form = faq_form(actor)
    return form is not None and forms.may_add(form, actor)


def without_answer(actor: Actor, *, limit: int = 20) -> list[Page]:
    """Return the questions of the FAQ that nobody has answered yet, the oldest first."""
    form = faq_form(actor)
    if form is None:
        return []
    told = {spec.key for spec in forms.readable_specs(form, actor) if spec.searchable}
    if ANSWER not in told:
        return []
    rows = _unanswered(form, actor).order_by(Page.created_at, Page.id).limit(limit)
    return list(db.session().scalars(rows))


def _unanswered(form: Form, actor: Actor) -> Select[Page]:
    answered = select(EntryValue.page_id).where(EntryValue.form_id == form.id)
    answered = answered.where(EntryValue.field == words_field(ANSWER))
    return visible_pages(actor).where(Page.form_id == form.id, Page.id.not_in(answered))


def _oldest_first(actor: Actor) -> list[Form]:
    return sorted(filter_names.lists(actor), key=lambda form: form.id)
