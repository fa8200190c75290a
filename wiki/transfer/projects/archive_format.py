"""What an archive of a project is made of: its members, its version, its limits. `docs/moving.md` describes it."""

from __future__ import annotations

import re

FORMAT, VERSION = "gare-project", 1
HEAD, PROJECT = "gare.json", "project.json"
FORMS, PAGES, REVISIONS, COMMENTS = (
    "forms.jsonl",
    "pages.jsonl",
    "revisions.jsonl",
    "comments.jsonl",
)
LISTS = (FORMS, PAGES, REVISIONS, COMMENTS)
FILE = re.compile(r"files/([0-9a-f]{64})")
MB = 1024 * 1024
LONGEST_LINE = 16 * MB
LONGEST_WHOLE = 4 * MB
"""Of `gare.json` and `project.json`."""
LARGEST_MB = 4096
"""All that an archive holds, once unpacked."""
MOST_MEMBERS = 50_000
MOST_PAGES = 20_000
OWN_GROUP = "@:project"
"""The people of the project, in a rule of an archive."""
UNKNOWN = "?"
"""A word of a rule whose name does not travel."""


def person_word(number: int) -> str:
    """Return the word that stands for a person of the project in a rule of an archive."""
    return f"~{number}"
