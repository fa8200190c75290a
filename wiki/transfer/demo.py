"""Fill a new wiki with the demo network: people, forms, projects, pages and entries of `models/demo`.

Dates in its files are days from the day it is made, so that there is always a meeting to come.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wiki.accounts import people
from wiki.accounts.models import ADMINS, Group, User
from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, forms
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db, i18n, jobs, settings
from wiki.core.access import SYSTEM, Actor
from wiki.core.names import fold, page_name
from wiki.core.search.index import indexer
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.files import attachments
from wiki.pages.models import Page
from wiki.projects import create, templates
from wiki.projects.models import Project
from wiki.search import index
from wiki.search.indexing.documents import Pages

FOLDER = Path(__file__).parent.parent / "models" / "demo"
FRONT = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n(.*)\Z", re.DOTALL)
RELATIVE = re.compile(r"([+-]\d+)(?: (\d\d:\d\d))?")
ORDER = (
    "partners",
    "tools",
    "faq",
    "meetings",
    "actions",
    "resources",
    "news",
    "our_tools",
    "roles",
    "decisions",
    "events",
    "channels",
    "wins",
)
"""Forms in an order where what an entry points to is there before it."""

Progress = Callable[[int, int], None]


def fill(lang: str, *, progress: Progress = lambda *_: None) -> None:
    """Fill the wiki at work; it has nothing but its admin and its home page yet."""
    Demo(FOLDER / (lang if (FOLDER / lang).is_dir() else "fr"), lang, progress).fill()


@dataclass
class Text:
    """A page file: its front matter, its text, and its earlier versions, the oldest first."""

    stem: str
    meta: dict[str, Any]
    body: str
    before: list[tuple[dict[str, Any], str]]


class Demo:
    """The making of one demo network."""

    def __init__(self, folder: Path, lang: str, progress: Progress) -> None:
        self.folder, self.lang, self.progress = folder, lang, progress
        self.now = db.utcnow()
        self.projects: dict[str, Project] = {}
        self.done = 0

    def fill(self) -> None:
        """Bring in everything, in the order in which things lean on one another."""
        with db.write():
            self._people()
            self._settings()
            made = {model: self._form(model) for model in ORDER}
        with db.write():
            for plan in self.read("projects.toml")["projects"]:
                self._project(plan)
        for model in ORDER:
            with db.write():
                self._entries(made[model])
        with db.write():
            for text in self._texts():
                self._page(text)
            for text in self._texts():
                self._place(text)
                self._files(text)
        jobs.run_due(slow=True)
        indexer.catch_up(index.engine(), Pages())

    def read(self, name: str) -> dict[str, Any]:
        """Return one of the data files."""
        return tomllib.loads((self.folder / name).read_text())

    @cached_property
    def network(self) -> dict[str, Any]:
        return self.read("network.toml")

    def _people(self) -> None:
        with db.write() as session:
            for person in self.network["people"]:
                user = people.add_user(
                    session,
                    name=person["name"],
                    email=person["email"],
                    password=self.network["password"],
                    display_name=person["display"],
                    groups=(ADMINS,) if person["admin"] else (),
                )
                user.about = person["note"]
            for group in self.network["groups"]:
                if people.find_group(group["name"]) is None:
                    people.add_group(session, group["name"], title=group["title"])
                for name in group["members"]:
                    people.join(session, group["name"], _user(name))

    def _settings(self) -> None:
        network = self.network
        with db.write() as session:
            settings.put(
                session,
                demo=True,
                coediting=True,
                name=network["name"],
                sentence=network["sentence"],
                description=network["lead"],
                footer=network["tagline"],
                searches=network["searches"],
                menu=[[item["label"], item["target"]] for item in network["menu"]],
            )

    def _form(self, model: str) -> Form:
        with db.write() as session:
            return catalogue.form_from_model(session, model, self.lang)

    def _project(self, plan: dict[str, Any]) -> None:
        found = {template.key: template for template in templates.templates(self.lang)}
        page = create.make(
            create.Plan(
                title=plan["title"],
                purpose=plan["purpose"],
                visibility=plan["visibility"],
                contact=plan["contact"]["url"],
                blocks=_blocks(found[plan["template"]], plan),
                stages=plan["line"],
                text=plan["description"].strip(),
                greeting=plan["welcome"],
            ),
            author=_actor(plan["members"][0]["account"]),
            stamp=self._stamp({"days": plan["days"]}),
        )
        project = db.session().get_one(Project, page.project_id)
        group = db.session().get_one(Group, project.group_id)
        for member in plan["members"]:
            with db.write() as session:
                people.join(session, group.name, _user(member["account"]), role=member["role"])
        self.projects[plan["key"]] = project

    def _entries(self, form: Form) -> None:
        specs = {spec.key: spec for spec in form.specs()}
        rows = self.read(f"entries/{form.model}.toml")["entries"]
        for row in _ordered(rows, specs):
            self._entry(form, row, specs)

    def _entry(self, form: Form, row: dict[str, Any], specs: Mapping[str, FieldSpec]) -> None:
        author = _actor(row.get("author", ""))
        raw = {key: self._value(specs[key], value) for key, value in row.get("data", {}).items()}
        raw["title"] = row["title"]
        tags = next((key for key, spec in specs.items() if forms.traits_of(spec).stores_tags), None)
        if tags:
            raw[tags] = row.get("tags", [])
        project = self.projects.get(row.get("project", ""))
        room = entries.Room(project.id, project.membrane_id) if project else None
        content = entries.clean_data(form, raw, SYSTEM)
        if not tags:
            content = Content(content.title, content.text, content.data, tuple(row.get("tags", ())))
        stamp = self._stamp(row)
        entries.create(form, content, author, room, row.get("name", ""), stamp)
        self._step()

    def _value(self, spec: FieldSpec, value: Any) -> Any:
        if not forms.type_of(spec).temporal or not isinstance(value, str):
            return value
        return RELATIVE.sub(self._moment, value)

    def _texts(self) -> list[Text]:
        texts = []
        for path in sorted((self.folder / "pages").glob("*.md")):
            if ".rev" in path.name:
                continue
            earlier = sorted(path.parent.glob(f"{path.stem}.rev*.md"))
            texts.append(Text(path.stem, *_front(path), [_front(file) for file in earlier]))
        return texts

    def _page(self, text: Text) -> None:
        meta, title = text.meta, text.meta["title"]
        name = page_name(title)
        versions = [*text.before, (meta, text.body)]
        page = find.page_or_none(name, actor=SYSTEM)
        project = self.projects.get(meta.get("project", ""))
        for front, body in versions:
            content = Content(title, body, tags=tuple(meta.get("tags", ())))
            author, stamp = _actor(front.get("author", "")), self._stamp(front)
            if page is None:
                page = save.create(self._new(name, project), content, author=author, stamp=stamp)
            else:
                page = save.save(page, content, base=None, author=SYSTEM, stamp=stamp)
        self._step()

    def _new(self, name: str, project: Project | None) -> save.NewPage:
        return save.NewPage(
            name=name,
            lang=self.lang,
            project_id=project.id if project else None,
            membrane_id=project.membrane_id if project else None,
        )

    def _place(self, text: Text) -> None:
        """Put a page under its parent and close it as its front matter says."""
        page = find.page_or_none(page_name(text.meta["title"]), actor=SYSTEM)
        assert page is not None
        parent = db.session().scalar(
            select(Page).where(Page.name_key == fold(page_name(text.meta.get("parent", ""))))
        )
        page.parent_id = parent.id if parent and parent.id != page.id else None
        given = {key: text.meta[key] for key in ("read", "write") if text.meta.get(key)}
        if given:
            rights.set_rules(page, actor=SYSTEM, **given)

    def _files(self, text: Text) -> None:
        """Lay on a page the files of the folder that bears its name."""
        page = find.page_or_none(page_name(text.meta["title"]), actor=SYSTEM)
        assert page is not None
        taken = []
        for path in sorted((self.folder / "files" / text.stem).glob("*")):
            with path.open("rb") as stream:
                taken.append(attachments.take(path.name, stream))
        if taken:
            attachments.lay(page, taken, actor=SYSTEM)

    def _stamp(self, front: Mapping[str, Any]) -> save.Stamp:
        at = self.now + timedelta(days=int(front.get("days", 0)))
        # A minute apart, so that what is of one day keeps its order.
        at -= timedelta(minutes=7 * (self.done % 60))
        user = find_user(front.get("author", ""))
        name = user.shown_name if user else ""
        return save.Stamp(summary=front.get("summary", ""), at=min(at, self.now), author_name=name)

    def _moment(self, found: re.Match[str]) -> str:
        day = i18n.local(self.now) + timedelta(days=int(found[1]))
        return f"{day:%Y-%m-%d}T{found[2]}" if found[2] else f"{day:%Y-%m-%d}"

    def _step(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)

    @cached_property
    def total(self) -> int:
        pages = sum(".rev" not in path.name for path in (self.folder / "pages").glob("*.md"))
        return pages + sum(len(self.read(f"entries/{model}.toml")["entries"]) for model in ORDER)


def find_user(name: str) -> User | None:
    """Return a demo person by name."""
    return people.find_user(name) if name else None


def _user(name: str) -> User:
    user = people.find_user(name)
    assert user is not None, name
    return user


def _actor(name: str) -> Actor:
    user = find_user(name)
    return people.actor_of(user) if user else SYSTEM


def _front(path: Path) -> tuple[dict[str, Any], str]:
    found = FRONT.match(path.read_text())
    assert found is not None, path
    return tomllib.loads(found[1]), found[2].strip() + "\n"


def _ordered(rows: list[dict[str, Any]], specs: Mapping[str, FieldSpec]) -> list[dict[str, Any]]:
    """Return entries so that what one points to in its own form stands before it."""
    waiting, ordered = list(rows), []
    while waiting:
        titles = {row["title"] for row in waiting}
        ready = [row for row in waiting if not _points_to(row, specs) & titles]
        assert ready, f"entries point to one another in a circle: {titles}"
        ordered += ready
        waiting = [row for row in waiting if row not in ready]
    return ordered


def _points_to(row: dict[str, Any], specs: Mapping[str, FieldSpec]) -> set[str]:
    data = row.get("data", {}).items()
    values = [value for key, value in data if forms.traits_of(specs[key]).points_to_pages]
    return {name for value in values for name in (value if isinstance(value, list) else [value])}


def _blocks(template: templates.Template, plan: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = templates.blocks_of(template)
    for block in blocks:
        if block["macro"] == "welcome":
            block["values"] = {"text": plan["welcome"], "page": plan.get("welcome_page", "")}
        if block["macro"] == "discuss":
            block["values"] = {"url": plan["contact"]["url"], "text": plan["contact"]["label"]}
    return blocks
