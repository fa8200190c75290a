"""Rights: the rule grammar, who an actor is, and the one SQL filter behind every list.

A rule says who may read, write or comment, in YesWiki's words: `*` all, `+` signed in, `%` the owner,
`@group`, a person's name, `!` before any of them to deny. Deny wins in any order; a rule of denials
only means everyone else. Admins always pass; the owner always reads and writes, inside the membrane.
This module knows tokens and rule sets, never pages, forms or projects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol

from flask import g
from sqlalchemy import ColumnElement, ForeignKey, Index, and_, delete, false, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db

Privilege = Literal["read", "write", "comment"]
PRIVILEGES: tuple[Privilege, ...] = ("read", "write", "comment")
ALL, MEMBERS = "all", "members"
WIKI_RULES = 1
"""Identifier of the rule set of the whole wiki, made by the first migration's seed."""


class UnknownName(ValueError):
    """A rule names a person or a group that does not exist, or a word that means nothing."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person or the anonymous, with the tokens rules are matched against."""

    id: int | None = None
    name: str = ""
    display_name: str = ""
    tokens: frozenset[str] = frozenset({ALL})
    is_admin: bool = False
    is_facilitator: bool = False
    """Whether they look after the structure of the wiki, such as its forms."""
    anonymous_may: frozenset[str] = frozenset({"read", "write"})
    holds: frozenset[int] = frozenset()
    """Identifiers of what they read and write as its owner would, by a link that was sent to them."""

    @property
    def is_anonymous(self) -> bool:
        return self.id is None

    @property
    def may_write_nowhere(self) -> bool:
        """Whether the wiki takes no change without account, and this is who has none."""
        return self.is_anonymous and "write" not in self.anonymous_may

    @property
    def initials(self) -> str:
        return initials(self.display_name)

    def tokens_for(self, privilege: Privilege) -> frozenset[str]:
        """Return the tokens this actor holds for a privilege; none where the wiki wants a sign-in."""
        if self.is_anonymous and privilege not in self.anonymous_may:
            return frozenset()
        return self.tokens


def initials(name: str) -> str:
    """Return the one or two letters that stand for a person."""
    words = name.split() or ["?"]
    return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()


ANONYMOUS = Actor()
SYSTEM = Actor(name="gare", display_name="Gare", is_admin=True)
"""Who acts when the wiki itself does: upgrades, imports, the demo."""


class RuleSet(db.Base):
    """Who may read, write and comment; an empty rule is its parent's."""

    __tablename__ = "rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"), index=True)
    read: Mapped[str] = mapped_column(default="")
    write: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")


class RuleToken(db.Base):
    """One compiled word of a rule set, as the SQL filter reads it."""

    __tablename__ = "rule_token"
    __table_args__ = (Index("ix_rule_token_match", "privilege", "deny", "token", "rules_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rules_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id", ondelete="CASCADE"), index=True)
    privilege: Mapped[str]
    token: Mapped[str]
    deny: Mapped[bool]


class Guarded(Protocol):
    """Whatever has an owner and rules: a mapped class in a query, or one of its rows."""

    owner_id: Any
    rules_id: Any
    membrane_id: Any


Resolve = Callable[[str], str | None]
"""From a name in a rule (`bob`, `@friends`) to its token, or None when nobody bears it."""


def current_actor() -> Actor:
    """Return who makes this request; the anonymous outside of one."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def compile_rule(rule: str, resolve: Resolve) -> list[tuple[str, bool]]:
    """Return a rule as (token, deny) pairs. Raises UnknownName with the word that is not known."""
    words = rule.replace(",", " ").split()
    compiled = [pair for word in words if (pair := _compile_word(word, resolve))[0]]
    # `% !bob` is no rule of denials only: it opens to the owner, who has no token.
    if compiled and all(word.startswith("!") for word in words):
        compiled.append((ALL, False))
    return compiled


def _compile_word(word: str, resolve: Resolve) -> tuple[str, bool]:
    deny, name = word.startswith("!"), word.removeprefix("!")
    if name == "%":
        if deny:
            raise UnknownName(word)
        return ("", False)
    token = {"*": ALL, "+": MEMBERS}.get(name) or resolve(name)
    if not token:
        raise UnknownName(word)
    return (token, deny)


def make_rules(
    session: Session, resolve: Resolve, *, parent: int | None = WIKI_RULES, **rules: str
) -> RuleSet:
    """Add a rule set under a parent. Raises UnknownName."""
    made = RuleSet(parent_id=parent)
    session.add(made)
    session.flush()
    set_rules(session, made, resolve, **rules)
    return made


def set_rules(session: Session, rules: RuleSet, resolve: Resolve, **changed: str) -> None:
    """Change a rule set's texts and compile it and all that inherit from it. Raises UnknownName."""
    for privilege, rule in changed.items():
        setattr(rules, privilege, " ".join(rule.split()))
    session.flush()
    _compile(session, rules, resolve)
    db.bump(session, "rights")


def effective(session: Session, rules: RuleSet, privilege: str) -> str:
    """Return the text of the rule in force: its own or the nearest parent's."""
    own: str = getattr(rules, privilege)
    if own or rules.parent_id is None:
        return own
    return effective(session, session.get_one(RuleSet, rules.parent_id), privilege)


def _compile(session: Session, rules: RuleSet, resolve: Resolve) -> None:
    session.execute(delete(RuleToken).where(RuleToken.rules_id == rules.id))
    for privilege in PRIVILEGES:
        for token, deny in compile_rule(effective(session, rules, privilege), resolve):
            session.add(RuleToken(rules_id=rules.id, privilege=privilege, token=token, deny=deny))
    session.flush()
    for child in session.scalars(select(RuleSet).where(RuleSet.parent_id == rules.id)):
        _compile(session, child, resolve)


def allows(actor: Actor, privilege: Privilege, thing: type[Guarded]) -> ColumnElement[bool]:
    """Return the SQL condition under which this actor has this privilege on rows of `thing`.

    Writing and commenting need reading too.
    """
    if actor.is_admin:
        return true()
    reads = _granted(actor.tokens_for("read"), actor.tokens, actor.id, "read", thing, actor.holds)
    if privilege == "read":
        return reads
    return and_(
        reads,
        _granted(
            actor.tokens_for(privilege), actor.tokens, actor.id, privilege, thing, actor.holds
        ),
    )


# Every list asks for the same few conditions: building one costs more than SQLite takes to answer.
@lru_cache(maxsize=4096)
def _granted(
    tokens: frozenset[str],
    all_tokens: frozenset[str],
    actor_id: int | None,
    privilege: Privilege,
    thing: type[Guarded],
    holds: frozenset[int],
) -> ColumnElement[bool]:
    by_rule = _matching(tokens, privilege, thing.rules_id)
    # A membrane says who is inside at all, so it is matched with the reader's own tokens.
    inside = _matching(all_tokens, "read", thing.membrane_id)
    if privilege != "read":
        # Inside, it only ever takes away: from guests, and from all once a project is closed.
        inside = and_(inside, thing.membrane_id.not_in(_naming(privilege, all_tokens, deny=True)))
    inside = or_(thing.membrane_id.is_(None), inside)
    return and_(inside, or_(by_rule, _owned(actor_id, privilege, thing), _held(holds, thing)))


def may_enter(actor: Actor, privilege: Privilege, membrane_id: int | None) -> bool:
    """Answer whether a membrane lets this actor read, or add something, inside it."""
    if actor.is_admin or membrane_id is None:
        return True
    rows = db.session().execute(
        select(RuleToken.privilege, RuleToken.deny).where(
            RuleToken.rules_id == membrane_id, RuleToken.token.in_(sorted(actor.tokens))
        )
    )
    held = {(row.privilege, row.deny) for row in rows}
    return ("read", False) in held and not {("read", True), (privilege, True)} & held


def _owned(actor_id: int | None, privilege: Privilege, thing: type[Guarded]) -> ColumnElement[bool]:
    if actor_id is None or privilege == "comment":
        return false()
    owned: ColumnElement[bool] = thing.owner_id == actor_id
    return owned


def _held(holds: frozenset[int], thing: type[Guarded]) -> ColumnElement[bool]:
    identifier = getattr(thing, "id", None)
    held: ColumnElement[bool] = (
        false() if identifier is None or not holds else identifier.in_(sorted(holds))
    )
    return held


def _matching(tokens: Iterable[str], privilege: Privilege, column: Any) -> ColumnElement[bool]:
    held = sorted(tokens)
    if not held:
        return false()

    allowing, denying = (_naming(privilege, held, deny=deny) for deny in (False, True))
    return and_(column.in_(allowing), column.not_in(denying))


def _naming(privilege: Privilege, tokens: Iterable[str], *, deny: bool) -> Any:
    """The query of the rule sets that allow, or deny, one of these tokens."""
    return select(RuleToken.rules_id).where(
        RuleToken.privilege == privilege,
        RuleToken.deny.is_(deny),
        RuleToken.token.in_(sorted(tokens)),
    )


def rule_allows(actor: Actor, rule: str, resolve: Resolve, *, owner_id: int | None = None) -> bool:
    """Answer whether a rule kept as text (a field's) lets this actor pass; an empty rule lets all.

    A name nobody bears any more grants nothing.
    """
    if actor.is_admin or not rule.strip():
        return True
    if "%" in rule.split() and owner_id is not None and owner_id == actor.id:
        return True
    pairs = compile_rule(rule, lambda name: resolve(name) or "nobody")
    denied = any(token in actor.tokens for token, deny in pairs if deny)
    return not denied and any(token in actor.tokens for token, deny in pairs if not deny)
