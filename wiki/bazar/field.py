"""What a type of field must say of itself. Hiding and storing is `entries.py`'s."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.models import FieldSpec
from wiki.core.access import Actor
from wiki.core.http import template_markup
from wiki.core.markup import normalise
from wiki.core.params import Param
from wiki.pages.models import Page


class BadValue(ValueError):
    """An answer that cannot be taken; the message says why, in the reader's language, `status` with which answer."""

    def __init__(self, message: str = "", *, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


class Clash(Exception):
    """Both sides changed the same part of a value."""


LONGEST_FACT = 60
"""Characters of a text that is shown among the facts of an entry."""
Role = Literal["answer", "assigned", "found", "block"]
Opens = Literal["", "tab", "section", "condition", "end"]
SummaryRole = Literal["fact", "text", "category", "tags", "none"]
Publication = Literal["always", "complete", "never"]


@dataclass(frozen=True)
class IndexValue:
    """One typed value to filter and sort by: a text, a number (dates in POSIX seconds), a page.

    `part` keeps a value apart from the field's own, such as the end of a period.
    """

    text: str | None = None
    number: float | None = None
    ref_id: int | None = None
    part: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of time, for calendars: zoned; `all_day` when the hours mean nothing.

    `day` is the day of the rule it stands for, where a value takes place several times.
    """

    start: datetime
    end: datetime
    all_day: bool
    day: str = ""


@dataclass(frozen=True)
class Around:
    """What a value is seen in: its entry, and the related pages the reader may see, by their id."""

    page: Page
    targets: Mapping[int, Page] = field(default_factory=dict)


@dataclass(frozen=True)
class Saving:
    """What a value is assigned in, under the lock: the form, what its fields hold, who saves.

    `specs` and `values` are only what everyone who may read the assigned value may read.
    """

    form_id: int
    specs: Sequence[FieldSpec]
    values: Mapping[str, Any]
    actor: Actor


class Field:
    """The contract of a field type; a stored value is JSON, None when there is no answer.

    A *seen* value is the stored one as a reader gets it: `see` makes it, and `text`, `to_csv` and
    `shown` take it. They differ only where it depends on the reader (relations, files).

    Templates: `bazar/fields/<name>.html` with macros `control(spec, type, value, control)` (the
    input as in the entry form, `control` holding id, name, required and aria attributes) and
    `shown(spec, type, value)` (the value read). `is_group` says that the control is several inputs:
    it is then drawn in a fieldset.

    `role` says where values come from: people answer; the wiki assigns them at each save; they are
    found elsewhere when shown; or there is none, and the template has `block(spec, type)` instead.
    `opens` says which part of the form a block begins or ends. `part` says where an entry's page
    puts it (see entry_layout); `spans` that a range looks for what overlaps it; `merges` that two changes
    of one value can be brought together, part by part.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    group: ClassVar[Any]
    icon: ClassVar[str] = "type"
    template: ClassVar[str] = ""
    """The type whose template draws it; its own when it is not said."""
    default_read: ClassVar[str] = ""
    can_facet: ClassVar[bool] = False
    can_sort: ClassVar[bool] = False
    is_group: ClassVar[bool] = False
    is_long: ClassVar[bool] = False
    spans: ClassVar[bool] = False
    merges: ClassVar[bool] = False
    role: ClassVar[Role] = "answer"
    opens: ClassVar[Opens] = ""
    part: ClassVar[str] = "facts"
    options: ClassVar[tuple[Param, ...]] = ()

    # Traits: what other features ask of a type, so that none of them knows its name.
    order: ClassVar[int] = 1000
    """Position in the builder's palette; equal positions are sorted by label."""
    only_one: ClassVar[Any] = ""
    """Message when a form has a second field of this type; "" where several are allowed."""
    short_text: ClassVar[bool] = False
    """One line of free text, which can be the title of an entry."""
    countable: ClassVar[bool] = False
    """Values are few enough to count entries by them."""
    single_choice: ClassVar[bool] = False
    """The value is one of a few known ones."""
    closed: ClassVar[bool] = False
    """Only known values are accepted, and a label may stand for one of them."""
    temporal: ClassVar[bool] = False
    """The value is a moment or a period: a string, or an object with `start`; indexed in seconds."""
    recurring: ClassVar[bool] = False
    """A value may have a `rule` (RFC 5545) and so take place several times."""
    numeric: ClassVar[bool] = False
    """Values can be summed."""
    shown_as_number: ClassVar[bool] = False
    """Cells of a table are aligned as numbers."""
    place: ClassVar[bool] = False
    """The value has a point, indexed in the parts `lat` and `lon`."""
    geographic: ClassVar[bool] = False
    """`geometries` may return something."""
    stores_file: ClassVar[bool] = False
    """The value describes a file of the store, as `uploads` does."""
    stores_image: ClassVar[bool] = False
    """The file is an image."""
    stores_tags: ClassVar[bool] = False
    """The values are the tags of the page and are not in the data of the entry."""
    web_address: ClassVar[bool] = False
    """The value is a web address."""
    points_to_pages: ClassVar[bool] = False
    """The stored value is a list of page identifiers; seen, a list of {"id", "name", "title"}."""
    names_people: ClassVar[bool] = False
    """The stored value is a list of account identifiers."""
    restricts_readers: ClassVar[bool] = False
    """`reading_rule` of the value says who may read the entry."""
    makes_title: ClassVar[bool] = False
    """Its `template` option makes the title of the entry."""
    summary_role: ClassVar[SummaryRole] = "fact"
    """What the value is in the summary of an entry."""
    editable_in_cell: ClassVar[bool] = False
    """The control is small enough for the cell of a table."""
    identifying: ClassVar[bool] = False
    """A value can tell one entry from the others when a table is imported."""
    generated_key: ClassVar[bool] = False
    """The wiki assigns a unique identifier, by which an imported row finds its entry."""
    computed: ClassVar[bool] = False
    """Assigned from other values: after them, and in previews too."""
    backfilled: ClassVar[bool] = True
    """Assigned to existing entries when the field is added or changed."""
    shown_in_form: ClassVar[bool] = True
    """The form of an entry shows the assigned value."""
    publication: ClassVar[Publication] = "always"
    """Whether other wikis may read the definition: always, only with all the other fields, or never."""
    summary: ClassVar[str] = ""
    """What the type holds, in a few words of English for the documentation."""
    sample: ClassVar[str] = ""
    """An answer as the form sends it, for tests and documentation."""
    sample_options: ClassVar[Mapping[str, Any]] = {}
    """Options that suit the sample."""

    def grouped(self, spec: FieldSpec) -> bool:
        """Answer whether the control is several inputs, drawn in a fieldset."""
        return self.is_group

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        """Return what a submitted form answers, not yet checked."""
        return form.get(spec.key, "")

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        """Return the value to store of a form or JSON answer, None for none. Raises BadValue."""
        raise NotImplementedError

    def replacing(self, spec: FieldSpec, raw: Any, before: Any) -> Any:
        """Return an answer, not yet checked, that comes in the place of a stored value."""
        return raw

    def settle(self, spec: FieldSpec, value: Any, *, actor: Actor) -> Any:
        """Return a clean value once checked against what this actor may see. Raises BadValue."""
        return value

    def assigned(self, spec: FieldSpec, value: Any, saving: Saving) -> Any:
        """Return the value the wiki gives at a save; `value` is what stands, None when nothing."""
        return value

    def found(self, spec: FieldSpec, pages: Collection[Page], *, actor: Actor) -> dict[int, Any]:
        """Return what is found of entries when they are shown, as seen, by page identifier."""
        return {}

    def echoes(self, spec: FieldSpec, raw: Any) -> bool:
        """Answer whether an answer only says again what is shown in place of the value."""
        return False

    def in_form(self, spec: FieldSpec, value: Any, stored: Any) -> Any:
        """Return what stands in the form; `stored` is what the entry has, whoever fills it in."""
        return value

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        """Answer whether a stored value is of this type's shape: another type may have left it."""
        return isinstance(value, str)

    def see(self, spec: FieldSpec, value: Any, around: Around) -> Any:
        """Return a stored value as a reader sees it, None when nothing is left of it."""
        return value

    def part_of(self, spec: FieldSpec, value: Any) -> str:
        """Return the part of an entry's page that shows this value."""
        return self.part

    def references(self, spec: FieldSpec, value: Any) -> Sequence[int]:
        """Return the identifiers of the pages that a stored value points to."""
        return value if self.points_to_pages else ()

    def links(self, spec: FieldSpec, value: Any) -> Sequence[str]:
        """Return the names of the pages that texts inside a stored value link to."""
        return ()

    def relinked(self, spec: FieldSpec, value: Any, renamed: Callable[[str], str]) -> Any:
        """Return a stored value with the links in its texts rewritten by `renamed`."""
        return value

    def search_text(self, spec: FieldSpec, value: Any) -> str:
        """Return the words of a stored value that site search indexes."""
        return "" if self.stores_tags else self.text(spec, value)

    def condition_values(self, spec: FieldSpec, value: Any) -> Any:
        """Return what conditional blocks compare of a value, stored or typed."""
        return value

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        """Return a stored value as formulas use it: a number, a date, a list or words."""
        return self.text(spec, value)

    def contact_address(self, spec: FieldSpec, value: Any) -> str:
        """Return the e-mail address that the entry's message form writes to, "" for none."""
        return ""

    def reading_rule(self, value: Any) -> str:
        """Return the access rule that a stored value sets for reading the entry."""
        return ""

    def locality(self, value: Any) -> str:
        """Return the town of a place, "" when unknown."""
        return ""

    def geometries(self, value: Any) -> Sequence[dict[str, Any]]:
        """Return the GeoJSON geometries (RFC 7946) of a value."""
        return ()

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        """Return a seen value in terms of schema.org."""
        return value if isinstance(value, bool | int | float) else self.text(spec, value)

    def usual_sort(self, spec: FieldSpec) -> str:
        """Return how a list with this field is sorted by default, "" for no preference."""
        return ""

    def option_renamed(self, options: dict[str, Any], key: str, to: str) -> dict[str, Any]:
        """Return options with a field of the form they name (`form`) renamed."""
        return options

    def option_names(self, kind: str) -> tuple[str, ...]:
        """Return the names of the options of a kind, such as `field` or `form`."""
        return tuple(param.name for param in self.options if param.kind == kind)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        """Return the typed values of a stored value."""
        return ()

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        """Return an end of a range as a number. Raises BadValue where ranges mean nothing."""
        raise BadValue(_("This field has no range."))

    def occurrences(
        self, spec: FieldSpec, value: Any, start: datetime, end: datetime
    ) -> Sequence[Span]:
        """Return when a stored value takes place between two moments, soonest first."""
        return ()

    def text(self, spec: FieldSpec, value: Any) -> str:
        """Return a value as plain words: for search, tables, and sorting by people."""
        return str(value)

    def words(self, spec: FieldSpec, value: Any) -> str:
        """Return the words of a stored value that lists are searched in."""
        return self.text(spec, value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        """Return a value as history compares it: what people typed."""
        return self.text(spec, value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        """Return a value as one cell; `from_csv` reads it back."""
        return self.text(spec, value)

    def to_cell(self, spec: FieldSpec, value: Any) -> str | float | date:
        """Return a value as a typed cell of a spreadsheet: a number or date that says what CSV does."""
        text = self.to_csv(spec, value)
        return value if is_number(value) and repr(value) == text else text

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        """Return what a cell answers, not yet checked."""
        return cell

    def masks(self, spec: FieldSpec) -> bool:
        """Answer whether readers are shown something else than the values, which nobody reads then."""
        return False

    def open_value(self, spec: FieldSpec, value: Any) -> Any:
        """Return a stored value as programs get it: without what nobody is shown."""
        return value

    def merged(self, base: Any, mine: Any, theirs: Any) -> Any:
        """Return three versions of a value in one, None for none. Raises Clash."""
        raise NotImplementedError

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        """Return how an indexed text is shown as a filter."""
        return text

    def facet_order(self, spec: FieldSpec, text: str) -> int:
        """Return where an indexed text stands in a filter, when the designer gave an order."""
        return 0

    def facet_levels(self, spec: FieldSpec) -> Mapping[str, int]:
        """Return how deep indexed texts stand in a filter, from 0; {} where all are equals."""
        return {}

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        """Return a spec whose options are sound, as the form builder stores it. Raises BadValue."""
        return spec

    def shown(self, spec: FieldSpec, value: Any) -> Markup:
        """Return the HTML of a value read."""
        return template_markup("bazar/fields/show.html", spec=spec, type=self, value=value)

    def block(self, spec: FieldSpec) -> Markup:
        """Return the HTML that a block is in the form."""
        return template_markup("bazar/fields/block.html", spec=spec, type=self)

    def control(self, spec: FieldSpec, value: Any, control: Mapping[str, Any]) -> Markup:
        """Return the HTML of the input; `value` is a stored value or what was typed and refused."""
        return template_markup(
            "bazar/fields/edit.html", spec=spec, type=self, value=value, control=control
        )


class Assigned(Field):
    """A field that the wiki fills in at each save: `assigned` says with what."""

    group = _l("Filled in by the wiki")
    role = "assigned"

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        """Refuse answers: only a save gives a value."""
        if raw is None or raw == "":
            return None
        raise BadValue(_("The wiki fills this in."))


def part_by_length(part: str, words: str) -> str:
    """Return the part of an entry's page for some words: a long text has a section of its own."""
    return "sections" if len(words) > LONGEST_FACT else part


def clean_line(raw: Any, *, longest: int) -> str | None:
    """Return one line of normal characters, None when empty. Raises BadValue."""
    text = clean_text(raw, longest=longest)
    return " ".join(text.split()) or None if text else None


def clean_text(raw: Any, *, longest: int) -> str | None:
    """Return a text of normal characters, None when empty. Raises BadValue on anything else."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise BadValue(_("A text is expected."))
    if len(raw) > longest:
        raise BadValue(_("At most %(count)s characters.", count=longest))
    return normalise(raw).strip() or None


def flag(value: Any) -> bool:
    """Return a setting that is on or off, from the form builder or from a file."""
    return value in (True, "1", "on", "true", "yes")


def choices_of(spec: FieldSpec, name: str, known: Collection[str], default: str) -> str:
    """Return an option that is one of a few words, the default when it is none of them."""
    asked = str(spec.options.get(name) or "")
    return asked if asked in known else default


def is_number(value: Any) -> bool:
    """Answer whether a value is an int or a float, which True and False are not here."""
    return isinstance(value, int | float) and not isinstance(value, bool)
