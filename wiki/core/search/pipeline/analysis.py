"""Turn text into search terms; every engine, query and snippet goes through here.

It knows words and languages, and leaves fields, weights and storage to the engines."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from wiki.core.search.pipeline import dates
from wiki.core.search.pipeline.stopwords import INVARIABLE, IRREGULAR, OWN_STEMS, STOP_WORDS

ANALYSER = "gare-5"
"""Stamped in every index: change it with any change of the terms or facets made, and indexes rebuild."""

LANGUAGES = ("fr", "en")
LONGEST_WORD = 64

_APOSTROPHES = "'’ʼ‘′＇`´"
_GAP = "[ \u00a0\u202f]"
_WORD = re.compile(
    rf"""
    (?<![\w.,/])\d{{1,3}}(?:{_GAP}\d{{3}})+(?![\w/])       # 1 000
    | (?<![\w.])(?:[^\W\d_]\.)+[^\W\d_](?!\w)\.?        # A.G.
    | €
    | [^\W_]+(?:·[^\W_]+)*
    """,
    re.VERBOSE,
)
_ENDINGS = "rices?|euses?|trices?|ices?|elles?|ennes?|ières?|ères?|ives?|ves?|nes?|les?|tes?|es?"
_CLEAN = re.compile(
    rf"""
    (?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu)[{_APOSTROPHES}](?=\w)  # l'école
    | (?<=\w)[{_APOSTROPHES}](?:s|t|d|m|re|ve|ll)(?!\w)                               # Bob's
    | (?<=\w\w)\.(?:e\.?s?|rice\.?s?|euse\.?s?|trice\.?s?|ne\.?s?|ère\.?s?)(?!\w)     # adhérent.e.s
    | (?<=\w\w)\((?:{_ENDINGS})\)s?(?!\w)                                            # salarié(e)s
    | (?<=\w\w\w)[-/](?:(?:{_ENDINGS})[-/]s|e|es|(?:tr|r)ices?|euses?)(?![\w'’])        # adhérent-e-s
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ORDINAL = re.compile(r"(\d+)(?:er|ère|re|e|ème|eme|nde?|st|rd|th)s?")
_VOWEL_S = ("as", "is", "os", "us")
_SHORTEST_STEM = 2
_LONGEST_ACRONYM = 6
_FEMININE = re.compile(r"(?<=\w\w)ees?$")
_DOTS = str.maketrans({"•": "·", "‧": "·", "∙": "·", "⋅": "·", "・": "·"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_SNOWBALL = {"fr": "french", "en": "english"}
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its place, as written in lower case, and without accents.

    `kept` are its terms when no language is to be asked: an acronym, a date.
    """

    start: int
    end: int
    surface: str
    folded: str
    kept: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Put in lower case without accents: "Déclarée" and "declaree" become one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> Iterator[Word]:
    """Cut a text into words, placed as in `normal(text)`; elisions and endings like ·es go."""
    text = normal(text)
    loud = is_loud(text)
    for match in _WORD.finditer(_blank(text)):
        surface = _surface(match[0])
        folded = _fold_word(surface)
        kept = (folded,) if not loud and _is_acronym(match[0], surface) else ()
        yield Word(match.start(), match.end(), surface, folded, kept)


def dated_words(text: str) -> list[Word]:
    """Cut a text into words, each date with a month and a year being one."""
    text = normal(text)
    found = list(words(text))
    for written in dates.find(text):
        inside = [w for w in found if written.start <= w.start and w.end <= written.end]
        parts = tuple(stem for word in inside for stem in meanings(word))
        surface = text[written.start : written.end].lower()
        dated = Word(written.start, written.end, surface, written.terms[0], written.terms + parts)
        found = [w for w in found if w not in inside] + [dated]
    return sorted(found, key=lambda word: word.start)


def terms(text: str, lang: str) -> list[str]:
    """Give the terms to index for a text in its language, in order, stop words left out.

    A date adds its own terms after its words.
    """
    key, text = language(lang), normal(text)
    loud = is_loud(text)
    ends = [(written.end, written.terms) for written in dates.find(text)][::-1]
    found: list[str] = []
    for match in _WORD.finditer(_blank(text)):
        while ends and ends[-1][0] <= match.start():
            found += ends.pop()[1]
        if each := _indexed(match[0], key, loud):
            found.append(each)
    return found + [each for _end, more in reversed(ends) for each in more]


def meanings(word: Word) -> tuple[str, ...]:
    """Give the terms a word of an unknown language may be indexed under."""
    return word.kept or stems(word.surface)


def normal(text: str) -> str:
    """Write each accented letter as one character, as everything here expects."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=200_000)
def term(surface: str, lang: str) -> str:
    """Give the term of one word in one language, "" for a stop word."""
    return "" if is_stop_word(surface, lang) else stem(_fold_word(surface), lang)


@lru_cache(maxsize=200_000)
def stem(folded: str, lang: str) -> str:
    """Give the stem of a folded word; what is not a plain word is its own stem."""
    if not folded.isalpha():
        return folded
    if lang == "fr":
        # Snowball knows "-ée" by its accent, which is gone: "déclarée" and "déclaré" are one.
        folded = _FEMININE.sub("e", _singular(folded))
        for word in (folded, folded.removesuffix("s")):
            if word in OWN_STEMS:
                return OWN_STEMS[word] or word
    with _LOCK:
        found = str(_stemmer(lang).stemWord(folded))
    # "agir" is not "AG".
    return found if len(found) > _SHORTEST_STEM else folded


def stems(surface: str) -> tuple[str, ...]:
    """Give the terms a word typed in an unknown language may be indexed under."""
    return tuple(dict.fromkeys(t for lang in LANGUAGES if (t := term(surface, lang))))


def is_stop_word(surface: str, lang: str) -> bool:
    """Say whether a word, in lower case, says nothing in a language."""
    return surface in STOP_WORDS[lang]


def language(lang: str) -> str:
    """Give the language to analyse a text with: the nearest one known, else the first."""
    short = lang[:2].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


def _singular(folded: str) -> str:
    """Put in the singular the French plurals that Snowball leaves: infos, délais, menus, lieux, commissions."""
    if folded in IRREGULAR:
        return IRREGULAR[folded]
    if folded.endswith("issions"):
        return folded[:-1]
    if len(folded) > 3 and folded.endswith(_VOWEL_S) and folded not in INVARIABLE:
        return folded[:-1]
    return folded


def is_loud(text: str) -> bool:
    """Say whether several words are all in capitals, which then tell nothing."""
    return text.isupper() and " " in text.strip()


@lru_cache(maxsize=200_000)
def _indexed(word: str, lang: str, loud: bool) -> str:
    """Give the term of a word as it is written, "" for a stop word that is no acronym."""
    surface = _surface(word)
    found = term(surface, lang)
    return found or (_fold_word(surface) if not loud and _is_acronym(word, surface) else "")


def _blank(text: str) -> str:
    """Replace what is not part of words by spaces, so that places in the text stay right."""
    return _CLEAN.sub(lambda found: " " * len(found[0]), text.translate(_DOTS))


@lru_cache(maxsize=200_000)
def _surface(word: str) -> str:
    """Write a word as it is looked up: "1 000" is 1000, "A.G." ag, "2e" 2, "€" euro."""
    if word == "€":
        return "euro"
    kept = word.split("·", 1)[0].lower()
    if word[0].isdigit():
        kept = re.sub(_GAP, "", kept)
        ordinal = _ORDINAL.fullmatch(kept)
        return (ordinal[1] if ordinal else kept)[:LONGEST_WORD]
    return kept.replace(".", "")[:LONGEST_WORD]


def _is_acronym(word: str, surface: str) -> bool:
    """Say whether a word that would be a stop word is an acronym: CA, not ça."""
    return (
        1 < len(surface) <= _LONGEST_ACRONYM
        and word.isupper()
        and any(surface in stop for stop in STOP_WORDS.values())
    )


@lru_cache(maxsize=200_000)
def _fold_word(surface: str) -> str:
    """Fold a word; one character may unfold to eighteen, and engines take no term without end."""
    return fold(surface)[:LONGEST_WORD]


@lru_cache(maxsize=len(LANGUAGES))
def _stemmer(lang: str) -> Stemmer.Stemmer:
    # Snowball's own cache is of no use behind ours.
    return Stemmer.Stemmer(_SNOWBALL[lang], 0)
