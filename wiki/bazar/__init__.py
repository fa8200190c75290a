"""Bazars: forms as data, entries as pages, typed values to filter by, and views to show them."""
