"""Entries: their content, form, page, moderation, suggestions and duplicates."""
