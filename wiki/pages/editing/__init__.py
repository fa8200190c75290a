"""Editing a page: the screen, drafts, preview, presence, sections, conflicts and completion."""
