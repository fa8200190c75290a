"""Rules that arrive from elsewhere: their words are turned into names of here, and what nobody bears closes.

A name that is not known grants nothing; a denial of it, which cannot be kept, closes the whole rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import access, db
from wiki.core.access import PRIVILEGES, RuleSet
from wiki.core.numbers import whole
from wiki.transfer.projects import archive_format
from wiki.transfer.projects.archive_reader import Row, part, text

CLOSED = "@admins"
LONGEST = 2000


@dataclass
class Names:
    """Who the words of an archive's rules are here: the project's group, its people by number.

    `known` and `unknown` gather the groups that were met, for the report.
    """

    group: str
    people: Sequence[User | None] = ()
    known: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def rule(self, raw: str) -> str:
        """Return a rule in names of here; "" stays "", the default."""
        words = raw.replace(",", " ").split()
        kept = []
        for word in words:
            deny, name = word.startswith("!"), word.removeprefix("!")
            here = self._word(name)
            if here is None and deny:
                return CLOSED
            if here is not None:
                kept.append("!" * deny + here)
        if words and not kept:
            return CLOSED
        # All that was allowed is unknown, and denials alone would open to everyone else.
        allowed = [word for word in words if not word.startswith("!")]
        if allowed and all(word.startswith("!") for word in kept):
            return CLOSED
        return " ".join(kept)

    def _word(self, name: str) -> str | None:
        if name in {"*", "+", "%"}:
            return name
        if name == archive_format.OWN_GROUP:
            return f"@{self.group}"
        if name.startswith("~"):
            return self._person(name[1:])
        group = people.find_group(name) if name.startswith("@") else None
        if group is None or group.of_project:
            self.unknown.add(name[:60])
            return None
        self.known.add(group.name)
        return f"@{group.name}"

    def _person(self, number: str) -> str | None:
        at = whole(number, -1, digits=5)
        user = self.people[at] if 0 <= at < len(self.people) else None
        if user is None:
            self.unknown.add(archive_format.UNKNOWN)
        return user.name if user else None


def openness(rule: str) -> int:
    """Return how many a rule lets pass: 3 everyone, 2 signed-in people, 1 some."""
    words = rule.split()
    if "*" in words or (words and all(word.startswith("!") for word in words)):
        return 3
    return 2 if "+" in words else 1


def own_rules(row: Row, default_id: int, names: Names) -> dict[str, str]:
    """Return the rules that a page is given: its own, and those of its old place where here is more open."""
    rules, session = part(row, "rules"), db.session()
    default = session.get_one(RuleSet, default_id)
    made: dict[str, str] = {}
    for privilege in PRIVILEGES:
        own = text(part(rules, "own"), privilege, LONGEST)
        before = names.rule(text(part(rules, "effective"), privilege, LONGEST)) or CLOSED
        made[privilege] = (
            names.rule(own)
            if own
            else closer(before, access.effective(session, default, privilege))
        )
    return made


def form_rules(row: Row, names: Names) -> dict[str, str]:
    """Return the rules of a form that is made here."""
    session, rules = db.session(), part(row, "rules")
    wiki = session.get_one(RuleSet, access.WIKI_RULES)
    return {
        privilege: closer(
            names.rule(text(rules, privilege, LONGEST)) or CLOSED,
            access.effective(session, wiki, privilege),
        )
        for privilege in PRIVILEGES
    }


def closer(before: str, here: str) -> str:
    """Return the rule to give where `here` would hold: the one from before if it is more closed, else none."""
    if before.split() == here.split():
        return ""
    more_open = openness(here) > openness(before)
    both_few = openness(here) == openness(before) == 1
    return before if more_open or both_few else ""


def field_rules(specs: Sequence[Mapping[str, object]], names: Names) -> list[Row]:
    """Return fields with their rules in names of here."""
    return [
        dict(spec) | {name: names.rule(text(spec, name, LONGEST)) for name in ("read", "write")}
        for spec in specs
    ]
