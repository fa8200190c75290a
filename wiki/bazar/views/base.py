"""What a view must say of itself: a name and what its template needs beyond the entries found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from wiki.bazar.query import Found


class View:
    """The contract: the template is `bazar/views/<name>.html`, filled with `found` and this context."""

    name: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str] = "list"
    page_size: ClassVar[int] = 24

    def context(self, found: Found) -> dict[str, Any]:
        """Return what the template needs beyond `found`."""
        return {}

    def suits(self, found: Found) -> bool:
        """Answer whether the form has what this view shows (a map needs a location)."""
        return True
