"""Rollback of all changes by one person, or without account, since a moment: repairs spam and vandalism."""
