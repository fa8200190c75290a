"""Meetings: who comes, the agenda, the minutes as they are taken, and finding a date together."""
