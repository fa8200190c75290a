"""Success messages shown on the page after a change, with a link to undo it."""

from __future__ import annotations

from typing import Any, cast

from flask import flash


def tell(text: str, **more: str) -> None:
    """Flash a success message; `undo` is the URL to POST to undo it, `saved_draft` the key of a saved draft."""
    message: Any = {"text": text, **more} if more else text
    flash(cast(str, message), "success")
