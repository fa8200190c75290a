"""Lists of entries: the screen, saved views, exports, feeds and embedding."""
