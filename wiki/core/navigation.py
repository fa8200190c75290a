"""What a screen offers to do: tabs, the bar under a page, menus. Built in Python, drawn by parts/navigation.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Tab(NamedTuple):
    """A tab of a screen."""

    label: str
    url: str
    is_current: bool
    icon: str = ""
    number: int | None = None


class Action(NamedTuple):
    """A link of the bar under a page; `short` stands for the label on small screens, `key` is its shortcut."""

    icon: str
    label: str
    url: str
    short: str = ""
    key: str = ""


class MenuItem(NamedTuple):
    """A line of a menu: a link, or with `fields` a button that posts them. `starts_group` puts a rule before it."""

    icon: str
    label: str
    url: str
    css: str = ""
    fields: Mapping[str, str] | None = None
    starts_group: bool = False
