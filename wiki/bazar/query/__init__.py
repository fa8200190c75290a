"""Queries over entries: parsing, filtering, sorting, facets and aggregates."""
