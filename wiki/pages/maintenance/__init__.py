"""Keeping pages in good state: reviews, maintenance lists, external links, rebuilding."""
