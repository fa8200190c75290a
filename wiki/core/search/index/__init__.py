"""The index on disk: its folder, its queue, and the indexer that keeps it up to date."""
