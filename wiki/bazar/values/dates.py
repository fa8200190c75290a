"""Stored dates: `2026-11-24`, or `2026-11-24T18:30` without zone."""

from __future__ import annotations


def has_hour(value: str) -> bool:
    """Answer whether a stored date has an hour."""
    return "T" in value
