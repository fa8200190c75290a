"""JSON schemas of requests and responses, for the description and for validation.

Their texts are for programmers and are not translated.
"""

from __future__ import annotations

from wiki.api.contract import Schema

BIGGEST = 2**31 - 1
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": BIGGEST}
MOMENT: Schema = {"type": "string", "format": "date-time"}
WORDS: Schema = {"type": "array", "items": TEXT}
ANYTHING: Schema = {"type": "object"}


def record(**properties: Schema) -> Schema:
    """Return the schema of an object with exactly these properties, all required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def change(*required: str, **properties: Schema) -> Schema:
    """Return the schema of a body with these properties, of which only `required` are required."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": list(required)} if required else schema


def ref(name: str) -> Schema:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(name: str) -> Schema:
    """Return the schema of a page of a list; `total` counts all rows."""
    return record(total=COUNT, items={"type": "array", "items": ref(name)})


RULES = {"read": TEXT, "write": TEXT, "comment": TEXT}
REVISION = {
    "number": NUMBER,
    "title": TEXT,
    "author": TEXT,
    "authors": WORDS,
    "summary": TEXT,
    "minor": {"type": "boolean"},
    "label": TEXT,
    "purged": {"type": "boolean"},
    "created_at": MOMENT,
}
COMMENT_TEXT: Schema = {"type": "string", "maxLength": 10_000}
QUOTE: Schema = {"type": "string", "maxLength": 2_000}
RHYTHM: Schema = {"type": "string", "enum": ["now", "daily", "weekly"]}
LISTED = {
    "name": TEXT,
    "title": TEXT,
    "kind": TEXT,
    "tags": WORDS,
    "revision": NUMBER,
    "updated_at": MOMENT,
}
ENTRY = {
    "name": TEXT,
    "title": TEXT,
    "form": TEXT,
    "project": TEXT,
    "data": ANYTHING,
    "tags": WORDS,
    "revision": NUMBER,
    "author": TEXT,
    "updated_at": MOMENT,
}
FIELD = {
    "key": TEXT,
    "type": TEXT,
    "label": TEXT,
    "help": TEXT,
    "required": {"type": "boolean"},
    "facet": {"type": "boolean"},
    "writable": {"type": "boolean"},
    "options": ANYTHING,
}
FORM = {"key": TEXT, "title": TEXT, "singular": TEXT, "description": TEXT, "model": TEXT}
HIT = {"name": TEXT, "title": TEXT, "kind": TEXT, "snippet": TEXT}
AWAY = dict.fromkeys(("title", "url", "site", "form", "place", "excerpt"), TEXT)
"""A remote entry; `form` is the key of the local form that lists it."""
FACET: Schema = {"type": "array", "items": record(value=TEXT, count=COUNT)}
ENTRY_CHANGE = {"title": TEXT, "data": ANYTHING, "tags": WORDS, "summary": TEXT}

STATION_DATA: Schema = change(
    purpose={"type": "string", "maxLength": 1000},
    contact={"type": "string", "maxLength": 2000},
    greeting={"type": "string", "maxLength": 2000},
    menu={
        "type": "array",
        "maxItems": 12,
        "items": change(
            "label",
            "target",
            label={"type": "string", "maxLength": 40},
            target={"type": "string", "maxLength": 250},
        ),
    },
    stages={
        "type": "array",
        "maxItems": 20,
        "items": change(
            "label",
            label={"type": "string", "maxLength": 200},
            note={"type": "string", "maxLength": 200},
            state={"type": "string", "enum": ["done", "here", "todo"]},
        ),
    },
    blocks={
        "type": "array",
        "maxItems": 100,
        "items": change(
            "macro",
            id={"type": "string", "maxLength": 40},
            macro=TEXT,
            title={"type": "string", "maxLength": 80},
            values={"type": "object", "additionalProperties": {"type": "string", "maxLength": 500}},
            hidden={"type": "boolean"},
            wide={"type": "boolean"},
            phone={"type": "string", "enum": ["", "first", "last", "none"]},
        ),
    },
)
"""The `data` of a station's page."""

VISIBILITY: Schema = {"type": "string", "enum": ["public", "network", "members", "discreet"]}
JOINING: Schema = {"type": "string", "enum": ["open", "request", "invitation"]}
ROLE: Schema = {"type": "string", "enum": ["referent", "gardener", "member", "guest"]}
INVITED: Schema = {"type": "string", "enum": ["member", "guest"]}
DAYS: Schema = {"type": "integer", "minimum": 1, "maximum": 90}
PERSON = {"name": TEXT, "shown_name": TEXT, "role": ROLE, "since": MOMENT}
INVITATION = {"id": TEXT, "role": INVITED, "label": TEXT, "used": COUNT, "expires_at": MOMENT}

COMING: Schema = {"type": "string", "enum": ["", "yes", "remote", "maybe", "no"]}
SUITS: Schema = {"type": "string", "enum": ["yes", "maybe", "no"]}
LIGHT: Schema = {"type": "integer", "minimum": 0, "maximum": 3}
"""1 rainy, 2 cloudy, 3 sunny; 0 where too few have answered."""
POLL_DATE = {
    "id": NUMBER,
    "at": TEXT,
    "mine": TEXT,
    "best": {"type": "boolean"},
    "counts": record(yes=COUNT, maybe=COUNT, no=COUNT),
    "names": record(yes=WORDS, maybe=WORDS, no=WORDS),
}

SCHEMAS: dict[str, Schema] = {
    "Attendance": record(
        mine=COMING,
        counts=record(yes=COUNT, remote=COUNT, maybe=COUNT, no=COUNT),
        items={"type": "array", "items": record(name=TEXT, answer=COMING)},
    ),
    "AttendanceChange": change("answer", answer=COMING),
    "MeetingEnd": record(
        ended_at=TEXT, mailed_at=TEXT, recipients=COUNT, proposed=TEXT, planned=TEXT
    ),
    "NewMeetingEnd": change(
        next={"type": "string", "maxLength": 40},
        carries={"type": "boolean"},
        sends={"type": "boolean"},
    ),
    "Poll": record(
        id=NUMBER,
        page=TEXT,
        title=TEXT,
        why=TEXT,
        created_at=MOMENT,
        chosen=TEXT,
        meeting=TEXT,
        dates={"type": "array", "items": record(**POLL_DATE)},
    ),
    "Polls": listing("Poll"),
    "NewPoll": change(
        "title",
        "dates",
        title=TEXT,
        why=TEXT,
        dates={"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": 40}},
    ),
    "PollAnswer": change("dates", dates={"type": "object", "additionalProperties": SUITS}),
    "PollChoice": change("date", date=NUMBER),
    "Weather": record(
        answered={"type": "boolean"},
        lights={
            "type": "array",
            "items": record(
                key=TEXT,
                group=TEXT,
                words=TEXT,
                now=LIGHT,
                months={"type": "object", "additionalProperties": LIGHT},
            ),
        },
    ),
    "WeatherAnswer": change(
        "lights",
        lights={
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 3},
        },
    ),
    "Project": record(
        key=TEXT,
        title=TEXT,
        station=TEXT,
        visibility=VISIBILITY,
        joining=JOINING,
        closed_at=TEXT,
        successor=TEXT,
        people=COUNT,
    ),
    "Projects": listing("Project"),
    "NewProject": change(
        "title",
        "purpose",
        title=TEXT,
        purpose=TEXT,
        template=TEXT,
        visibility=VISIBILITY,
        joining=JOINING,
        contact=TEXT,
    ),
    "ProjectChange": change(
        visibility=VISIBILITY,
        joining=JOINING,
        closed={"type": "boolean"},
        successor=TEXT,
    ),
    "Person": record(**PERSON),
    "People": listing("Person"),
    "RoleChange": change("role", role=ROLE),
    "Invitation": record(**INVITATION),
    "Invitations": listing("Invitation"),
    "NewInvitation": change(role=INVITED, days=DAYS, label=TEXT),
    "InvitationMade": record(url=TEXT),
    "Page": record(
        name=TEXT,
        title=TEXT,
        kind=TEXT,
        text=TEXT,
        data=ANYTHING,
        tags=WORDS,
        revision=NUMBER,
        author=TEXT,
        updated_at=MOMENT,
        rules=record(**RULES),
    ),
    "PageListed": record(**LISTED),
    "Pages": listing("PageListed"),
    "PageChange": change(
        title=TEXT,
        text=TEXT,
        data=ANYTHING,
        tags=WORDS,
        summary=TEXT,
        base=NUMBER,
        rules=change(**RULES),
    ),
    "RevisionListed": record(**REVISION),
    "Revisions": listing("RevisionListed"),
    "Revision": record(**REVISION, text=TEXT, data=ANYTHING, tags=WORDS),
    "RevisionChange": change(label={"type": "string", "maxLength": 80}),
    "Purge": change("why", why={"type": "string", "maxLength": 250}),
    "Comment": record(
        id=NUMBER,
        reply_to={"type": "integer", "minimum": 0},
        author=TEXT,
        text=TEXT,
        quote=TEXT,
        section=TEXT,
        resolved={"type": "boolean"},
        created_at=MOMENT,
    ),
    "Comments": listing("Comment"),
    "NewComment": change(
        "text",
        text=COMMENT_TEXT,
        reply_to=NUMBER,
        quote=QUOTE,
        before=QUOTE,
        after=QUOTE,
        section=TEXT,
    ),
    "CommentChange": change(
        text=COMMENT_TEXT,
        resolved={"type": "boolean"},
        reaction={"type": "string", "enum": ["", "agree", "thanks", "idea", "doubt"]},
    ),
    "Talk": change("comments", comments={"type": "string", "enum": ["open", "closed", "none"]}),
    "Follow": record(id=NUMBER, kind=TEXT, name=TEXT, title=TEXT, rhythm=RHYTHM),
    "Follows": listing("Follow"),
    "FollowChange": change(
        "kind",
        "name",
        "rhythm",
        kind={"type": "string", "enum": ["page", "tree", "tag", "form", "project", "search"]},
        name={"type": "string", "maxLength": 300},
        rhythm=RHYTHM,
    ),
    "MoveWanted": change(name=TEXT, title=TEXT, parent=TEXT, links={"type": "boolean"}),
    "Move": record(
        id=NUMBER,
        state={"type": "string", "enum": ["working", "done", "undoing", "undone"]},
        old_name=TEXT,
        name=TEXT,
        total=COUNT,
        done=COUNT,
    ),
    "Review": record(until=TEXT, reviewer=TEXT, read_at=TEXT, read_by=TEXT),
    "ReviewChange": change(until=TEXT, reviewer=TEXT, read={"type": "boolean"}),
    "Garden": {"type": "object", "additionalProperties": COUNT},
    "GardenRow": record(name=TEXT, title=TEXT, about=TEXT, count=COUNT),
    "GardenList": listing("GardenRow"),
    "FormListed": record(**FORM),
    "Forms": listing("FormListed"),
    "Form": record(**FORM, fields={"type": "array", "items": record(**FIELD)}),
    "Entry": record(**ENTRY),
    "Entries": listing("Entry"),
    "NewEntry": change("title", **ENTRY_CHANGE, project=TEXT, name=TEXT),
    "EntryChange": change(**ENTRY_CHANGE, base=NUMBER),
    "NewSuggestion": change(**ENTRY_CHANGE, base=NUMBER),
    "Suggested": record(number=NUMBER, entry=TEXT),
    "Suggestion": record(
        number=NUMBER,
        entry=TEXT,
        author=TEXT,
        summary=TEXT,
        created_at=MOMENT,
        changes={"type": "array", "items": record(field=TEXT, label=TEXT, now={}, proposed={})},
    ),
    "Suggestions": listing("Suggestion"),
    "Refusal": change(reason={"type": "string", "maxLength": 1000}),
    "WaitingEntry": record(
        name=TEXT, title=TEXT, votes=COUNT, voted={"type": "boolean"}, needed=COUNT
    ),
    "WaitingEntries": listing("WaitingEntry"),
    "Vote": record(published={"type": "boolean"}),
    "SearchAnswer": change(
        *("total", "corrected", "hits", "facets"),
        total=COUNT,
        corrected=TEXT,
        hits={"type": "array", "items": record(**HIT)},
        facets={"type": "object", "additionalProperties": FACET},
        elsewhere=record(total=COUNT, items={"type": "array", "items": record(**AWAY)}),
    ),
    "Description": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Problem": {
        "type": "object",
        "required": ["type", "status", "title", "detail"],
        "properties": {
            "type": TEXT,
            "status": {"type": "integer"},
            "title": TEXT,
            "detail": TEXT,
            "errors": {"type": "object", "additionalProperties": TEXT},
            "conflicts": WORDS,
            "page": ref("Page"),
        },
    },
}
