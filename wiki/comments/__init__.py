"""Comments on pages: threads, anchored passages, mentions and reactions."""
