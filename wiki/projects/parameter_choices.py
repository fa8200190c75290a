"""What the controls of a settings form propose: the forms, projects and files that who writes may see."""

from __future__ import annotations

from collections.abc import Iterable

from wiki.bazar.forms import forms
from wiki.core.access import Actor
from wiki.core.params import Param
from wiki.pages.files.attachments import files_of
from wiki.pages.models import Page
from wiki.projects import find as projects

Options = list[tuple[str, str]]


def choices_for(params: Iterable[Param], page: Page | None, actor: Actor) -> dict[str, Options]:
    """Return the options of each kind of parameter that has some, by kind."""
    found: dict[str, Options] = {}
    kinds = {param.kind for param in params}
    if "form" in kinds:
        found["form"] = [(form.key, form.title) for form in forms.forms_visible(actor)]
    if "project" in kinds:
        found["project"] = [(project.key, project.title) for project in projects.known(actor)]
    if "file" in kinds and page is not None:
        found["file"] = [(row.name, row.name) for row in files_of(page)]
    return found
