"""The last values computed, kept within a weight: what engines do not want to work out twice."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

LEAST = 20
"""What keeping anything weighs: ever new words that nothing has must not pile up."""

_K = TypeVar("_K")
_V = TypeVar("_V")


class Recent(OrderedDict[_K, _V], Generic[_K, _V]):
    """The last values computed, as many as weigh `most` together; threads may share it."""

    def __init__(self, most: int, *, weigh: Callable[[_V], int] | None = None) -> None:
        super().__init__()
        self._most = most if weigh else most * (LEAST + 1)
        self._weigh = weigh or (lambda _value: 1)
        self._weight = 0
        self._lock = Lock()

    def fetch(self, wanted: _K, compute: Callable[[], _V]) -> _V:
        """Return a value, computing it when it is not at hand; two threads may both do."""
        with self._lock:
            if wanted in self:
                self.move_to_end(wanted)
                return self[wanted]
        value = compute()
        with self._lock:
            if wanted not in self:
                self[wanted] = value
                self._weight += LEAST + self._weigh(value)
            while self._weight > self._most and len(self) > 1:
                self._weight -= LEAST + self._weigh(self.popitem(last=False)[1])
        return value
