"""The score of a word in a field, as Whoosh gives it: BM25 by field, so that engines rank alike."""

from math import log

K1, B = 1.2, 0.75


def rarity(documents: int, holders: int) -> float:
    """Return the inverse document frequency of a word: the fewer holders, the higher."""
    return log(documents / (holders + 1)) + 1 if documents else 0.0


def frequency(times: float, length: float, usual: float) -> float:
    """Return the weight of a word's occurrences in a field of this length (0 to K1 + 1)."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length / (usual or 1)))
