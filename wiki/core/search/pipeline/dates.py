"""Dates as people write them, in French, English and figures, so that each is found by any other.

A day gives two terms, 20260312 and 202603; a month gives its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = (
    "janvier|janv|january|jan",
    "février|fevrier|févr|fevr|february|feb",
    "mars|march|mar",
    "avril|avr|april|apr",
    "mai|may",
    "juin|june|jun",
    "juillet|juil|july|jul",
    "août|aout|august|aug",
    "septembre|september|sept|sep",
    "octobre|october|oct",
    "novembre|november|nov",
    "décembre|decembre|déc|december|dec",
)
_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_MONTH = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_YEAR = r"(?:1[5-9]|2[01])\d\d"
_GAP = "[\\ \t\u00a0\u202f]+"
PATTERN = rf"""(?=[\djfmasond])(?<![\w/.-])(?:                                        # nothing else begins one
      (?P<y1>{_YEAR})-(?P<m1>\d\d)(?:-(?P<d1>\d\d))?                            # 2026-03-12
    | (?:(?P<d2>\d\d?)(?P<cut>[/.]))?(?P<m2>\d\d?)(?(cut)(?P=cut)|/)(?P<y2>{_YEAR}) # 12/03/2026
    | (?P<d3>\d\d?)/(?P<m3>\d\d?)/(?P<y3>\d\d)                                  # 12/03/26
    | (?:(?P<d4>\d\d?)(?:er|st|nd|rd|th)?{_GAP})?(?P<m4>{_MONTH})\.?{_GAP}(?P<y4>{_YEAR})
    | (?P<m5>{_MONTH}){_GAP}(?P<d5>\d\d?)(?:st|nd|rd|th)?,?{_GAP}(?P<y5>{_YEAR}) # March 12, 2026
    )(?![\w/]|[.-]\d)"""
"""How a date is written; to be compiled as verbose, whatever the case."""

_DATE = re.compile(PATTERN, re.VERBOSE | re.IGNORECASE)
_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True, slots=True)
class Written:
    """A day, or a month when `day` is 0, and where it is written; `spelt` when its month is a word."""

    start: int
    end: int
    year: int
    month: int
    day: int
    spelt: bool

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms it is indexed under, the most precise first."""
        month = f"{self.year:04}{self.month:02}"
        return (f"{month}{self.day:02}", month) if self.day else (month,)


def find(text: str) -> Iterator[Written]:
    """Find the days and months of a text; what no calendar has is left as numbers."""
    if not _DIGITS.search(text):
        return
    for match in _DATE.finditer(text):
        form = next(form for form in "12345" if match[f"m{form}"])
        year, month = int(match[f"y{form}"]), _month(match[f"m{form}"])
        day = int(match[f"d{form}"] or 0)
        year += 2000 if form == "3" else 0
        if _exists(year, month, day, given=match[f"d{form}"] is not None):
            yield Written(match.start(), match.end(), year, month, day, form in "45")


def period(text: str) -> tuple[date, date] | None:
    """Read a year, a month or a day: its first day and the day after its last, None for anything else."""
    text = text.strip()
    if re.fullmatch(_YEAR, text):
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    found = next(find(text), None)
    if not found or (found.start, found.end) != (0, len(text)):
        return None
    first = date(found.year, found.month, found.day or 1)
    if found.day:
        return first, first + timedelta(days=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def is_term(term: str) -> bool:
    """Say whether a term is one of a day or a month."""
    return term.isdigit() and len(term) in (6, 8) and "1500" <= term[:4] < "2200"


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _exists(year: int, month: int, day: int, *, given: bool) -> bool:
    try:
        date(year, month, day if given else 1)
    except ValueError:
        return False
    return True
