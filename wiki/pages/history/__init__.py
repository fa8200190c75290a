"""The history of pages: revisions, comparison, authors, recent changes."""
