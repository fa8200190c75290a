"""Turn text into search terms; every engine, query and snippet goes through here.

It knows words and languages, and leaves fields, weights and storage to the engines."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from wiki.core.search.stopwords import STOP_WORDS

ANALYSER = "gare-1"
"""Stamped in every index: change it with any change of the terms made here, and indexes rebuild."""

LANGUAGES = ("fr", "en")
LONGEST_WORD = 64

_APOSTROPHES = "'’ʼ‘′＇`´"
_WORD = re.compile(r"[^\W_]+(?:·[^\W_]+)*")
_CLEAN = re.compile(
    rf"""
    (?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)[{_APOSTROPHES}](?=\w)   # l'école
    | (?<=\w)[{_APOSTROPHES}](?:s|t|d|m|re|ve|ll)(?!\w)                         # Bob's
    | (?<=\w\w)\.(?:e\.?s?|rice\.?s?|euse\.?s?|trice\.?s?)(?!\w)                # adhérent.e.s
    | (?<=\w\w)\((?:e|s|es|ne|nes|le|les|te|tes)\)s?(?!\w)                      # salarié(e)s
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FEMININE = re.compile(r"(?<=\w\w)ees?$")
_DOTS = str.maketrans({"•": "·", "‧": "·", "∙": "·", "⋅": "·", "・": "·"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_SNOWBALL = {"fr": "french", "en": "english"}
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its place, as written in lower case, and without accents."""

    start: int
    end: int
    surface: str
    folded: str


def fold(text: str) -> str:
    """Put in lower case without accents: "Déclarée" and "declaree" become one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> Iterator[Word]:
    """Cut a text into words, placed as in `normal(text)`; elisions and endings like ·es go."""
    for match in _WORD.finditer(_blank(normal(text))):
        surface = _surface(match[0])
        yield Word(match.start(), match.end(), surface, _fold_word(surface))


def terms(text: str, lang: str) -> list[str]:
    """Give the terms to index for a text in its language, in order, stop words left out."""
    key = language(lang)
    found = (term(_surface(word), key) for word in _WORD.findall(_blank(normal(text))))
    return [each for each in found if each]


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
        folded = _FEMININE.sub("e", folded)
    with _LOCK:
        return str(_stemmer(lang).stemWord(folded)) or folded


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


def _blank(text: str) -> str:
    """Replace what is not part of words by spaces, so that places in the text stay right."""
    return _CLEAN.sub(lambda found: " " * len(found[0]), text.translate(_DOTS))


def _surface(word: str) -> str:
    return word.split("·", 1)[0].lower()[:LONGEST_WORD]


@lru_cache(maxsize=200_000)
def _fold_word(surface: str) -> str:
    return fold(surface)


@lru_cache(maxsize=len(LANGUAGES))
def _stemmer(lang: str) -> Stemmer.Stemmer:
    # Snowball's own cache is of no use behind ours.
    return Stemmer.Stemmer(_SNOWBALL[lang], 0)
