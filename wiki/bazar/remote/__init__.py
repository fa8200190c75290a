"""Entries of other wikis shown beside ours: their addresses, their cache, their parsing."""
