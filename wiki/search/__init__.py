"""Search over everything shared: what of the database is indexed, for whom it answers, and its screens."""
