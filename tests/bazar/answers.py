"""What the contract tests say to field types: hostile and wrong answers, and good ones of several inputs.

The others are each type's own `sample`.
"""

from __future__ import annotations

from typing import Any

HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "x" * 10_000,
    "a\x00b\x07c\x1b[0m\ud800",
    "javascript:alert(1)",
    "{{7*7}} {% import os %} ${7*7} %(x)s {0.__class__}",
    "=HYPERLINK(1)|@SUM,;",
    "\u202egnp.exe\u200b",
]
WRONG: list[Any] = [
    None,
    "",
    [],
    {},
    0,
    1,
    -1,
    2**70,
    1.5,
    float("inf"),
    float("nan"),
    True,
    False,
    [None],
    [[]],
    [{}],
    ["a", 1],
    {"a": 1},
    {"id": []},
    {"lat": [], "lon": {}},
    {"lat": "9", "lon": True},
    {"kept": 3},
    {"kept": "x.y"},
    {"upload": "x"},
    {"sha256": "0" * 64, "name": "a"},
    {"sha256": 1},
    {"address": {}},
    {"name": "x" * 9999},
]
PARTS_OF = {
    "location": {
        "address": "12 rue Traverse",
        "postcode": "29200",
        "city": "Brest",
        "lat": "48,39",
        "lon": "-4.486",
    },
    "period": {"start": "2026-11-24", "start.time": "18:30", "end": "2026-11-25"},
    "hours": {"Mo": "9h-12h, 14h-18h", "Tu": "9h-12h, 14h-18h", "note": "Ring twice"},
    "recurrence": {
        "start": "2026-11-24",
        "start.time": "18:30",
        "end": "2026-11-24",
        "end.time": "20:00",
        "repeat": "WEEKLY",
        "every": "2",
        "days": "TU",
        "until": "2027-06-30",
        "except": "2026-12-08\n2026-12-22 > 2026-12-23 19:00",
    },
    "measures": {"name": "Workshops", "target": "12", "measure": "9"},
    "indicators": {"a.y1": "12", "a.y2": "3,5", "c.y2": "40"},
    "points": {
        "title": "Prices",
        "minutes": "20",
        "kind": "decide",
        "who": "Bob",
        "text": "We *said*.",
    },
}
