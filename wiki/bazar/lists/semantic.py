"""What the entries of a form are for other programs: a type of schema.org, and a property for some fields.

Kept in `Form.settings["semantic"]`; a form made from a ready-made one begins with what its file declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.forms import catalogue, forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.lists import export
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.query.results import Found
from wiki.core.http import Invalid, absolute_url

CONTEXT = "https://schema.org"
SETTING = "semantic"
USUAL_TYPES = (
    "Thing", "Organization", "Person", "Event", "Place", "Article", "NewsArticle", "CreativeWork",
    "Course", "LearningResource", "SoftwareApplication", "Service", "Product", "Offer", "JobPosting",
    "Project", "Question", "HowTo", "Recipe", "Book",
)  # fmt: skip
USUAL_PROPERTIES = (
    "description", "abstract", "text", "url", "sameAs", "image", "email", "telephone", "address", "location",
    "startDate", "endDate", "datePublished", "keywords", "about", "author", "organizer", "memberOf", "member",
    "numberOfEmployees", "license", "inLanguage", "isRelatedTo", "openingHours", "price",
)  # fmt: skip
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}")


@dataclass(frozen=True)
class Semantic:
    """`type` is a word of schema.org; `fields` gives the property of a field by its key."""

    type: str = "Thing"
    fields: Mapping[str, str] = field(default_factory=dict)


def semantic_of(form: Form) -> Semantic:
    """Return what the entries of a form are: as it was said, else as its ready-made form says."""
    said: Any = form.settings.get(SETTING)
    if said is None:
        models = {model.model: model.semantic for model in catalogue.models()}
        said = models.get(form.model) or {}
    return Semantic(said.get("type", "Thing"), dict(said.get("fields", {})))


def change(session: Session, form: Form, wanted: Semantic) -> None:
    """Keep what entries are, in the transaction at work. Raises Invalid by name (`type`, a field's key)."""
    kept = checked(form.specs(), wanted)
    form.settings = {
        **form.settings,
        SETTING: {"type": kept.type, "fields": dict(kept.fields)},
    }
    session.flush()


def checked(specs: Sequence[FieldSpec], wanted: Semantic) -> Semantic:
    """Return words of schema.org for fields that are there. Raises Invalid."""
    keys = {spec.key for spec in specs if forms.role(spec) not in {"", "block"}} - {TITLE}
    given = {key: word for key, word in wanted.fields.items() if word and key in keys}
    said = {"type": wanted.type or "Thing", **given}
    errors = {
        name: _("A word of schema.org is expected, such as %(word)s.", word="startDate")
        for name, word in said.items()
        if not WORD.fullmatch(word)
    }
    if errors:
        raise Invalid(**errors)
    return Semantic(said["type"], given)


def list_document(found: Found) -> dict[str, Any]:
    """Return a list as JSON-LD."""
    meaning = semantic_of(found.form)
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "name": found.form.title,
        "numberOfItems": found.total,
        "itemListElement": [_node(entry, meaning) for entry in found.entries],
    }


def entry_document(entry: Entry, form: Form) -> dict[str, Any]:
    """Return an entry as JSON-LD."""
    return {"@context": CONTEXT} | _node(entry, semantic_of(form))


def feature_collection(found: Found) -> dict[str, Any]:
    """Return the entries of a list that stand somewhere as GeoJSON (RFC 7946)."""
    features = []
    for entry in found.entries:
        geometry = _geometry(entry)
        if geometry:
            record = export.record(entry, found)
            properties = {"title": record["title"], "url": record["url"], **record["values"]}
            features.append({
                "type": "Feature", "id": record["name"], "geometry": geometry, "properties": properties,
            })  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def has_places(specs: Iterable[FieldSpec]) -> bool:
    """Answer whether entries of these fields can stand on a map."""
    return any(forms.traits_of(spec).geographic for spec in specs)


def _node(entry: Entry, meaning: Semantic) -> dict[str, Any]:
    url = absolute_url(entry.url)
    node: dict[str, Any] = {
        "@type": meaning.type,
        "@id": url,
        "name": entry.title,
        "url": url,
        "dateModified": entry.page.updated_at.isoformat(timespec="seconds"),
    }
    for spec, kind, value in entry.answered():
        word = meaning.fields.get(spec.key)
        open_value = kind.open_value(spec, value) if word else None
        if word and open_value is not None:
            _say(node, word, kind.json_ld(spec, value))
    return node


def _say(node: dict[str, Any], word: str, value: Any) -> None:
    """Put a property in a node; a period has two, and several fields may say the same one."""
    if word == "startDate" and isinstance(value, dict) and "startDate" in value:
        node.update(value)
    elif word in node and word not in {"url", "name"}:
        before = node[word] if isinstance(node[word], list) else [node[word]]
        node[word] = [*before, *(value if isinstance(value, list) else [value])]
    else:
        node[word] = value


def _geometry(entry: Entry) -> dict[str, Any] | None:
    """Return where an entry stands: its points and zones, None without any."""
    found: list[dict[str, Any]] = []
    for _spec, kind, value in entry.answered():
        found += kind.geometries(value)
    if len(found) < 2:
        return found[0] if found else None
    return {"type": "GeometryCollection", "geometries": found}
