"""What the page that follows a change says: a few words, and the way to undo it."""

from __future__ import annotations

from typing import Any, cast

from flask import flash


def tell(text: str, **more: str) -> None:
    """Leave a message; `undo` is what a POST undoes it with, `saved_draft` the draft now kept."""
    message: Any = {"text": text, **more} if more else text
    flash(cast(str, message), "success")
