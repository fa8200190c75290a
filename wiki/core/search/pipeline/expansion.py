"""Let each word of a query also mean its family and its synonyms, with less weight than itself.

Everything comes from lists and rules, nothing from documents: what is added tells nothing of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from pathlib import Path

from wiki.core.search.engines.base import Query, Term
from wiki.core.search.pipeline import analysis

SAME = 0.8
"""Weight of a word that differs by gender or hyphen."""
SYNONYM = 0.7
FAMILY = 0.5
DISTANT = 0.3
"""Weight of what a rule finds for a word that may be no verb at all."""

MOST_WORDS = 6
"""Words of the longest synonym."""

_HERE = Path(__file__).parent
_SHORTEST_ROOT = 4
_VERBAL = ("er", "ation", "ement", "age", "eur", "euse", "ateur", "atrice", "ance")
_SHORTEST_NOUN = 5
_GENDERS = (("teur", "trice"), ("eur", "euse"), ("if", "ive"), ("ier", "iere"), ("ien", "ienne"))
_ENDINGS = (
    (("ion", "ionner"), 4),
    (("ifier", "ification"), 3),
    (("iser", "isation"), 3),
    (("able", "abilite"), 3),
    (("ible", "ibilite"), 3),
    (("ir", "issement", "isseur"), 5),
    (("ant", "ance"), 5),
    (("ent", "ence"), 5),
    (("iste", "isme"), 5),
    (("quer", "cation"), 3),
    (("ter", "tion"), 4),
    (("sser", "ssion"), 4),
    (("oser", "osition"), 2),
    (("primer", "pression"), 2),
    (("ceder", "cession"), 2),
    (("oyer", "oi"), 3),
    (("uire", "uction"), 3),
    (("crire", "cription"), 2),
    (("clure", "clusion"), 2),
    (("ettre", "ission"), 3),
    (("aitre", "ition"), 3),
    (("soudre", "solution"), 2),
    (("cevoir", "ception"), 2),
    (("enir", "ention"), 3),
    (("querir", "quisition"), 2),
    (("vertir", "version"), 3),
)
_INFLECTED = re.compile(r"(?:es|e|ent|ez|ons|ant|ait|aient|era|eront)$")
_BENT = re.compile(r"(?:ees?|er|ir|re|es|e|x|ent|ez|ons|antes?|ants?|aient|ait|it|i|ues?|us?)$")
_SOFT = re.compile(r"(?<=[aou])ie(?:s|nt)?$")
"""How verbs in -yer end when bent: emploie, paie, essuient."""
_PREFIXES = """
anti auto bi co contre e eco ex extra hyper infra inter intra macro mega meta micro mini mono multi
neo non para photo pluri poly post pre pro pseudo re retro semi socio sous sub super sur techno tele
trans ultra video visio web
"""
_IS_PREFIX = frozenset(_PREFIXES.split())
_NOUN_AHEAD = re.compile(
    r"(?:^|\s)(?:du|de|le|au|un|notre|votre|leur|en|chaque|prochain|dernier|ce)\s+$", re.IGNORECASE
)

Terms = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """Groups of words that mean the same, by how each is typed: the terms of the others."""

    others: dict[Terms, tuple[Terms, ...]]

    def of(self, typed: Terms) -> tuple[Terms, ...]:
        """Return the sequences of terms that mean what was typed."""
        return self.others.get(typed, ())


def expand(query: Query, synonyms: Synonyms) -> Query:
    """Add to each term what also means it; what is quoted or excluded stays as it is."""
    terms = [_as_noun(term, query.typed, synonyms) for term in query.terms]
    terms = [relatives(_joined(term, query)) if _is_open(term) else term for term in terms]
    return replace(query, terms=tuple(_with_synonyms(terms, synonyms)))


def relatives(term: Term, surface: str = "") -> Term:
    """Let a word mean those of its family too: dissoudre and dissolution, animateur and animatrice."""
    folded = analysis.fold(surface) if surface else term.folded
    for weight, words in _relatives(folded):
        term = term.also(((stem,) for word in words for stem in analysis.stems(word)), weight)
    return term


@lru_cache(maxsize=8)
def synonyms_of(own: str = "") -> Synonyms:
    """Make the synonyms of a network: its own lines and ours, but ours for the words of `-word` lines."""
    mine = [line for line in read_groups(own) if len(line) > 1]
    gone = {typed_terms(line[0][1:]) for line in read_groups(own) if line[0].startswith("-")}
    ours = (
        line
        for line in read_groups((_HERE / "synonyms.txt").read_text("utf-8"))
        if not any(typed_terms(each) in gone for each in line)
    )
    others: dict[Terms, dict[Terms, None]] = {}
    for group in (*mine, *ours):
        for each in group:
            meant = [seq for other in group if other != each for seq in indexed_terms(other)]
            for typed in _typings(each):
                others.setdefault(typed, {}).update(dict.fromkeys(meant))
    return Synonyms({typed: tuple(meant) for typed, meant in others.items()})


def read_groups(text: str) -> list[list[str]]:
    """Read one group a line, its words between commas; empty lines and those of # say nothing."""
    lines = (line.strip() for line in text.splitlines())
    groups = (
        [part.strip() for part in line.split(",")]
        for line in lines
        if line and not line.startswith("#")
    )
    return [found for group in groups if (found := [part for part in group if part])]


def typed_terms(text: str) -> Terms:
    """Give the terms by which a query that holds these words is recognised, in the first language."""
    return next(iter(_typings(text)), ())


def indexed_terms(text: str) -> list[Terms]:
    """Give the sequences of terms under which documents have these words, one a language."""
    found = (tuple(analysis.terms(text, lang)) for lang in analysis.LANGUAGES)
    return [sequence for sequence in dict.fromkeys(found) if sequence]


def _typings(text: str) -> list[Terms]:
    every = list(analysis.words(text))
    words = [word for word in every if not _is_stop(word)] or every
    ways = [
        tuple(word.kept[0] if word.kept else analysis.stem(word.folded, lang) for word in words)
        for lang in analysis.LANGUAGES
    ]
    return [way for way in dict.fromkeys(ways) if way]


def _is_stop(word: analysis.Word) -> bool:
    if word.kept:
        return False
    return any(analysis.is_stop_word(word.surface, lang) for lang in analysis.LANGUAGES)


def _is_open(term: Term) -> bool:
    return not term.quoted and not term.optional and len(term.sequences[0]) == 1


def _as_noun(term: Term, typed: str, synonyms: Synonyms) -> Term:
    """Take "ca" for the acronym in "réunion du ca", not in "comment ca marche"."""
    if term.optional and synonyms.of((term.folded,)) and _NOUN_AHEAD.search(typed[: term.start]):
        return replace(term, sequences=((term.folded,),), optional=False)
    return term


def _joined(term: Term, query: Query) -> Term:
    """Let micro-crédit, micro crédit and microcrédit be found by each other."""
    for other in query.terms:
        if other.start > term.start and _is_one(term, other, query.typed):
            return _glued(term, term.folded + other.folded)
        if other.start < term.start and _is_one(other, term, query.typed):
            return _glued(term, other.folded + term.folded)
    for size in range(min(6, len(term.folded) - 4), 1, -1):
        if term.folded[:size] in _IS_PREFIX:
            apart = f"{term.folded[:size]} {term.folded[size:]}"
            return term.also(indexed_terms(apart), SAME)
    return term


def _is_one(first: Term, second: Term, typed: str) -> bool:
    between = typed[first.end : second.start]
    return between in {"-", "‐", "‑"} or (between == " " and first.folded in _IS_PREFIX)


def _glued(term: Term, whole: str) -> Term:
    return term.also(((stem,) for stem in analysis.stems(whole)), SAME)


def _with_synonyms(terms: list[Term], synonyms: Synonyms) -> list[Term]:
    """Give each word of a known expression the other ways to say the whole of it.

    A document that has them then has every word of the expression, as if it were written there.
    """
    found = list(terms)
    places = [place for place, term in enumerate(terms) if _is_open(term)]
    for size in range(min(MOST_WORDS, len(places)), 0, -1):
        for first in range(len(places) - size + 1):
            window = places[first : first + size]
            for meant in _meant([terms[place] for place in window], synonyms):
                for place in window:
                    found[place] = found[place].also([meant], SYNONYM)
    return found


def _meant(window: Sequence[Term], synonyms: Synonyms) -> Iterator[Terms]:
    own = ([seq[0] for seq, weight in term.weighted() if weight == 1] for term in window)
    for typed in product(*own):
        yield from synonyms.of(typed)


@lru_cache(maxsize=10_000)
def _relatives(folded: str) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Give the words of a family, by weight."""
    word = _singular(folded)
    alone, families = _families()
    if not folded.isalpha() or word in alone:
        return ()
    family = next(filter(None, map(families.get, (folded, word, _root(word), *_verbs(folded)))), ())
    return (
        (SAME, _telling(_other_gender(word))),
        (FAMILY, _telling((*(family or _prefixed(word)), *_by_rule(word)))),
        (DISTANT, _telling(_as_verb(word))),
    )


def _prefixed(word: str) -> Iterator[str]:
    """Give the family of what follows a prefix, with it: revente is to revendre as vente to vendre."""
    _alone, families = _families()
    for size in range(2, min(6, len(word) - _SHORTEST_ROOT) + 1):
        if word[:size] in _IS_PREFIX:
            yield from (word[:size] + other for other in families.get(word[size:], ()))


def _telling(words: Iterable[str]) -> tuple[str, ...]:
    """Leave out the words whose stem is so short that anything has it: loyer is "loi"."""
    return tuple(word for word in words if len(analysis.stem(word, "fr")) > min(3, len(word) - 1))


def _singular(folded: str) -> str:
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") else folded


def _root(word: str) -> str:
    """Take away how a verb or an adjective is bent, when enough of it is left."""
    root = _BENT.sub("", word)
    return root if len(root) >= _SHORTEST_ROOT else word


def _verbs(folded: str) -> Iterator[str]:
    """Take a word for a form of a verb whose family is listed, however short: loue, paie, emploient."""
    yield _SOFT.sub("yer", folded)
    if _INFLECTED.search(folded):
        yield _INFLECTED.sub("er", folded)


@lru_cache(maxsize=1)
def _families() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Read the words without family, and the families by word and by root."""
    alone: set[str] = set()
    found: dict[str, set[str]] = {}
    for line in (_HERE / "families.txt").read_text("utf-8").splitlines():
        words = [] if line.startswith("#") else analysis.fold(line).split()
        if words[:1] == ["-"]:
            alone.update(map(_singular, words))
            continue
        for key in {*words, *map(_root, words)}:
            found.setdefault(key, set()).update(words)
    return frozenset(alone), {key: tuple(sorted(words)) for key, words in found.items()}


def _other_gender(word: str) -> Iterator[str]:
    for male, female in _GENDERS:
        for ending, other in ((male, female), (female, male)):
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
                yield word[: -len(ending)] + other


def _by_rule(word: str) -> Iterator[str]:
    word = _SOFT.sub("yer", word)
    for endings, shortest in _ENDINGS:
        for ending in sorted(endings, key=len, reverse=True):
            root = word.removesuffix(ending)
            if root != word and len(root) >= shortest:
                yield from (root + other for other in endings if other != ending)
                break
    for ending in sorted(_VERBAL, key=len, reverse=True):
        root = word.removesuffix(ending)
        if root != word and len(root) >= (_SHORTEST_ROOT if ending == "er" else _SHORTEST_NOUN):
            yield from (root + other for other in _VERBAL if other != ending)
            return


def _as_verb(word: str) -> Iterator[str]:
    """Take a word for a form of a verb: héberge, hébergeons, hébergé."""
    root = _INFLECTED.sub("", word)
    if root != word and len(root) > _SHORTEST_ROOT:
        yield from (root + ending for ending in _VERBAL)
