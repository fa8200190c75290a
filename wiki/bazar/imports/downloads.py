"""Files that a table names by their addresses: fetched by who brings the rows in, before any lock is held.

A field keeps the address its file came from, so that a second run neither fetches it nor changes anything.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from flask_babel import gettext as _
from PIL import Image

from wiki.bazar.field import BadValue
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values import uploads
from wiki.core import outbound, settings
from wiki.pages.images import image_check

LARGEST = 10 * 1024 * 1024
LONGEST = 2000
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
SOURCE = "source"
"""Where a file came from, beside its name in what a field stores."""

Files = dict[tuple[str, str], dict[str, Any] | BadValue]
"""By type of field and address: the file as it is kept, or why it was not taken."""


def is_address(cell: Any) -> bool:
    """Answer whether a cell names a file by its address."""
    return isinstance(cell, str) and len(cell) <= LONGEST and bool(ADDRESS.fullmatch(cell))


def columns(form: Form, targets: Sequence[str]) -> int:
    """Return how many columns answer a field of files."""
    return sum(forms.traits_of(spec).stores_file and spec.key in targets for spec in form.specs())


def check_allowed() -> None:
    """Refuse to ask anything of another site where no admin allows it. Raises BadValue."""
    if not settings.get("outside"):
        raise BadValue(_("This wiki asks nothing of other sites: an admin may allow it."))


def fetch(spec: FieldSpec, url: str) -> dict[str, Any] | BadValue:
    """Return the file at a public address once it is in the store, or why it is not."""
    accept = "image/*" if forms.type_of(spec).stores_image else "*/*"
    try:
        check_allowed()
        answer = outbound.fetch(url, accept=accept, largest=LARGEST)
        kept = uploads.kept(_name(spec, url, answer), io.BytesIO(answer.body))
        is_image = forms.type_of(spec).stores_image
        return (uploads.as_image(kept) if is_image else kept) | {SOURCE: url}
    except BadValue as error:
        return error
    except OSError as error:
        return BadValue(_("%(url)s: not fetched, %(why)s.", url=url[:200], why=_why(error)))


def _name(spec: FieldSpec, url: str, answer: outbound.Answer) -> str:
    """Return what a fetched file is called: an image by what it is, whatever its address says."""
    last = PurePosixPath(unquote(urlsplit(url).path)).name or urlsplit(url).hostname or "file"
    if not forms.type_of(spec).stores_image:
        return last
    try:
        with Image.open(io.BytesIO(answer.body), formats=list(image_check.FORMATS)) as image:
            ending = (image.format or "").lower()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadValue(
            _("There is no image that can be shown at %(url)s.", url=url[:200])
        ) from None
    return f"{PurePosixPath(last).stem}.{ending}"


def _why(error: OSError) -> str:
    """Say in the reader's language why an address was not fetched."""
    if isinstance(error, outbound.Refused) and error.status:
        return str(_("the site answered %(status)s", status=error.status))
    if isinstance(error, outbound.Refused):
        known = {
            "not a public host": _("it is not on the public network"),
            "no such host": _("there is no such site"),
            "too large": _("it holds more than %(count)s MB", count=LARGEST >> 20),
            "too slow": _("the site is too slow"),
        }
        return str(known.get(str(error), _("this address is not taken")))
    return str(_("the site cannot be reached"))
