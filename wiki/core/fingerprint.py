"""A short mark of what someone was shown, to tell whether it changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from typing import Any


def fingerprint(value: Any) -> str:
    """Return 16 hexadecimal digits that change with a value: plain JSON data, or a dataclass of it."""
    plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]
