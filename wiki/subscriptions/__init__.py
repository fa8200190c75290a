"""Comments on pages, and following what changes: by mail, at once or in digests, and by Atom."""
